"""When units hand over, and the private addresses of calendar feeds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core.db import Base

WORKING_WEEK = "1111100"  # one mark for each day, Monday first


class UnitOpening(Base):
    """On which days a unit hands over and takes back [วันเปิดทำการ]; a unit without a row works Monday to Friday."""

    __tablename__ = "unit_opening"
    __table_args__ = (CheckConstraint("length(days) = 7 AND days LIKE '%1%'", name="some_day_open"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    days: Mapped[str] = mapped_column(default=WORKING_WEEK)
    on_holidays: Mapped[bool] = mapped_column(default=False)
    refuses: Mapped[bool] = mapped_column(default=False)


class UnitClosure(Base):
    """Days on which a unit is closed beside the holidays, both included; one that was taken back stays as a row."""

    __tablename__ = "unit_closure"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="ends_after_start"),
        CheckConstraint("length(trim(reason)) > 0", name="reason_given"),
        Index("ix_unit_closure_unit", "unit_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str]
    removed_at: Mapped[datetime | None]


class CalendarFeed(Base):
    """A private address under which a person's calendar program reads: one's own loans, or the desk of a unit.

    Only the hash of the address is kept. At most one for a person and subject is alive.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (
        Index("uq_calendar_feed_token_hash", "token_hash", unique=True),
        Index(
            "uq_calendar_feed_own",
            "person_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL AND unit_id IS NULL"),
            postgresql_where=text("revoked_at IS NULL AND unit_id IS NULL"),
        ),
        Index(
            "uq_calendar_feed_unit",
            "person_id",
            "unit_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL AND unit_id IS NOT NULL"),
            postgresql_where=text("revoked_at IS NULL AND unit_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    token_hash: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
