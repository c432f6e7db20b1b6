"""Who runs what is due, and when it ran last: one row for the whole installation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core.db import Base


class Beat(Base):
    """The lease of everything that is due [tick]: whoever holds it runs the steps, the others leave it alone."""

    __tablename__ = "beat"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    ran_at: Mapped[datetime | None]
    done_on: Mapped[date | None]  # of what happens once a day: the last day on which it was done
    result: Mapped[dict[str, Any]]
