"""Reminders by the lender (ข้อ 211)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core.db import Base


class Chase(Base):
    """A reminder by the lender to return a thing (ข้อ 211): who, how, when. Append-only."""

    __tablename__ = "chase"
    __table_args__ = (Index("ix_chase_line", "line_id", "chased_on"), Index("ix_chase_unit", "unit_id", "chased_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("loan_line.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    chased_at: Mapped[datetime]
    chased_on: Mapped[date]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    how: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
