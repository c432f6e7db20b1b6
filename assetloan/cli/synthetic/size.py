"""How large the synthetic agency is, and the calendar of its story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from assetloan.core import clock
from assetloan.core.db import Base

OPENS, HOURS = timedelta(hours=8, minutes=30), timedelta(hours=8)
IN_ONE = 5_000  # rows of a transaction


@dataclass(frozen=True)
class Size:
    """What was asked for. The story ends at the first instant of `until`."""

    assets: int
    loans: int
    years: int
    seed: int
    until: date

    @cached_property
    def first_day(self) -> date:
        """The day of the first loan."""
        return self.until - timedelta(days=round(self.years * 365.25))

    @property
    def days(self) -> int:
        return (self.until - self.first_day).days

    def office_time(self, day: float) -> datetime:
        """The instant of a day of the story, its fraction being one of the office hours; later days, later instants."""
        whole = int(day // 1)
        seconds = round((day - whole) * HOURS.total_seconds())
        return clock.bangkok_midnight(self.first_day + timedelta(days=whole)) + OPENS + timedelta(seconds=seconds)


def blank_row(model: type[Base]) -> dict[str, Any]:
    """All columns of a table but its number, with what the model puts there by itself."""
    row: dict[str, Any] = {}
    for column in model.__table__.columns:
        if column.name == "id":
            continue
        default: Any = column.default
        row[column.name] = default.arg if default is not None and default.is_scalar else None
    return row
