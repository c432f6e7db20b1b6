"""Numbers that run per unit, kind and year, allocated inside the transaction that uses them (no gaps, no doubles)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core.db import Base, db, require_writing


class Counter(Base):
    """The last number given for one kind, scope (a unit's code, or "") and year (พ.ศ.)."""

    __tablename__ = "counter"

    kind: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


def next_number(kind: str, scope: str, year: int, *, count: int = 1) -> int:
    """Reserve `count` numbers and return the first. The counter row is locked until the transaction ends."""
    require_writing()
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(Counter).values(kind=kind, scope=scope, year=year, last=0).on_conflict_do_nothing())
    row = db.session.scalars(
        select(Counter)
        .where(Counter.kind == kind, Counter.scope == scope, Counter.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    first = row.last + 1
    row.last += count
    db.session.flush()
    return first
