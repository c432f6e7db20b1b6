"""Useful lives by day: the agency's choice inside the official range, with the authority for it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core.db import Base


class CategoryLife(Base):
    """Life and stated rate of a category from a day on; before the first row the category's own values hold."""

    __tablename__ = "category_life"
    __table_args__ = (
        UniqueConstraint("category_id", "valid_from"),
        CheckConstraint("years BETWEEN 1 AND 100", name="years_possible"),
        CheckConstraint("rate_hundredths BETWEEN 0 AND 10000", name="rate_possible"),
        CheckConstraint("authority <> ''", name="authority_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    years: Mapped[int]
    rate_hundredths: Mapped[int]
    authority: Mapped[str]
    valid_from: Mapped[date]
