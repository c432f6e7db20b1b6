"""The outbox: what people are to be told, written in the transaction of the change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core.db import Base


class Notice(Base):
    """One event for one person. The pair is unique: nobody is told the same thing twice."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        Index("ix_notice_person_open", "person_id", "seen_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    about_type: Mapped[str]
    about_key: Mapped[str]
    dedupe_key: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
