"""What was counted at the desk: each piece that belongs to a thing, when it went out and when it came back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core.db import Base
from assetloan.lending.settling.rules import Stage


class LineCheck(Base):
    """One piece that belongs to a thing [สิ่งที่มากับเครื่อง], there or missing. Append-only: the last count holds."""

    __tablename__ = "line_check"
    __table_args__ = (
        UniqueConstraint("line_id", "stage", "counted_at", "position"),
        CheckConstraint("name <> ''", name="name_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("loan_line.id"))
    stage: Mapped[Stage]
    position: Mapped[int]
    name: Mapped[str]
    present: Mapped[bool]
    counted_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
