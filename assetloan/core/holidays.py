"""The editable table of government holidays [วันหยุดราชการ]; deadlines in working days are computed from it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core.db import Base, db


class Holiday(Base):
    """One day on which government offices are closed. `source` cites the cabinet resolution or "library"."""

    __tablename__ = "holiday"
    __table_args__ = (CheckConstraint("name <> ''", name="name_given"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]
    source: Mapped[str]


def holidays_between(first: date, last: date) -> frozenset[date]:
    """The holidays of a stretch of days, both ends included."""
    query = select(Holiday.day).where(Holiday.day >= first, Holiday.day <= last)
    return frozenset(db.session.scalars(query))


def all_holidays() -> list[Holiday]:
    """The whole table, newest first."""
    return list(db.session.scalars(select(Holiday).order_by(Holiday.day.desc())))
