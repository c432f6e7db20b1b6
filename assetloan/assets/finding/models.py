"""Saved filters of the register's list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core.db import Base


class SavedFilter(Base):
    """A person's own question to the register, by name; only its owner sees it."""

    __tablename__ = "saved_filter"
    __table_args__ = (
        UniqueConstraint("person_id", "name"),
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint("query <> ''", name="query_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[datetime]
