"""The outbox: what people are to be told, written in the transaction of the change, and how it left the house."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.audit import ObjectRef
from assetloan.core.db import Base


class Channel(StrEnum):
    """How a person wants to be told outside of the pages."""

    MAIL = "mail"
    LINE = "line"
    NONE = "none"


class DeliveryState(StrEnum):
    """What became of a message: dropped when nothing was left to say or a newer one took its place."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Notice(Base):
    """One event for one person. The pair is unique: nobody is told the same thing twice."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        Index("ix_notice_person_open", "person_id", "seen_at", "id"),
        Index("ix_notice_about", "event", "about_key"),
        Index(
            "ix_notice_untold",
            "created_at",
            sqlite_where=text("told_at IS NULL AND seen_at IS NULL"),
            postgresql_where=text("told_at IS NULL AND seen_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    about_type: Mapped[str]
    about_key: Mapped[str]
    dedupe_key: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]  # it stood in a message that left


class Delivery(Base):
    """One message to one person: the digest of a day. What it says is put together when it is sent, not before."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        UniqueConstraint("key"),
        Index("ix_delivery_state", "state", "next_try_at"),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended_unless_waiting"),
        CheckConstraint("state NOT IN ('failed', 'dropped') OR error <> ''", name="failure_has_reason"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]  # in the message's own id, so that a repetition is known as one
    dedupe_key: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[Channel]
    day: Mapped[date]
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")  # a code with words; never what a server said, it may hold secrets
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def ref(self) -> ObjectRef:
        return ObjectRef("delivery", str(self.id))


class NoticeChoice(Base):
    """How a person wants to be told; without a row by e-mail."""

    __tablename__ = "notice_choice"
    __table_args__ = (
        Index(
            "uq_notice_choice_line_user_id",
            "line_user_id",
            unique=True,
            sqlite_where=text("line_user_id <> ''"),
            postgresql_where=text("line_user_id <> ''"),
        ),
        CheckConstraint("channel <> 'line' OR line_user_id <> ''", name="line_is_linked"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    channel: Mapped[Channel] = mapped_column(default=Channel.MAIL)
    line_user_id: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime]


class LineCode(Base):
    """A code that a person sends to the agency's LINE account, once and soon, so that we know who they are there."""

    __tablename__ = "line_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
