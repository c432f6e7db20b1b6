"""Long work that a person can watch: what was asked, how far it is, how it ended. The queue only carries its id."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core.db import Base


class JobState(StrEnum):
    """A job's life."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of long work. Idempotent: running it again after a crash gives the same result."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_person", "person_id", "id"),
        Index("ix_job_state", "state", "lease_until"),
        CheckConstraint("steps_done >= 0 AND steps_done <= steps_all", name="steps_in_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    steps_done: Mapped[int] = mapped_column(default=0)
    steps_all: Mapped[int] = mapped_column(default=0)
    payload: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
