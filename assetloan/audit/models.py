"""The audit table: one row per change, each carrying the hash of the row before it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core.db import Base


class AuditHead(Base):
    """The end of the chain: one row, locked while the chain grows."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]


class AuditEntry(Base):
    """Who did what to which object, when, from where, and what changed. Append-only (trigger)."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_object", "object_type", "object_key", "sequence"),
        Index("ix_audit_entry_actor", "actor_id", "sequence"),
        Index("ix_audit_entry_occurred_at", "occurred_at"),
    )

    sequence: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    previous_hash: Mapped[str]
    hash: Mapped[str]
    occurred_at: Mapped[datetime]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]
    actor_unit_id: Mapped[int | None]
    acting_for: Mapped[str]
    source: Mapped[str]
    address: Mapped[str]
    request_id: Mapped[str]
    action: Mapped[str]
    object_type: Mapped[str]
    object_key: Mapped[str]
    unit_id: Mapped[int | None]
    before: Mapped[str]
    after: Mapped[str]
