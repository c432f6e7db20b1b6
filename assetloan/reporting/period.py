"""What a report looks at: days in Bangkok, half-open, cut at the present."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assetloan.core import clock
from assetloan.core.errors import invalid
from assetloan.core.month import Month


@dataclass(frozen=True, slots=True)
class Period:
    """What a report looks at: the days [start, end) and the instant it stops at, if that comes first."""

    start: date
    end: date
    as_of: datetime

    @classmethod
    def of(cls, month: Month, as_of: datetime) -> Period:
        """A month as of an instant. Raises Invalid for a month that has not begun."""
        if as_of < clock.bangkok_midnight(month.start):
            raise invalid("month", "month_not_begun", month=month.words())
        return cls(month.start, month.end, as_of)

    @property
    def running(self) -> bool:
        """Has the last instant not come yet?"""
        return self.as_of < clock.bangkok_midnight(self.end)

    @property
    def last(self) -> datetime:
        """The last instant that is counted: just before the end, or the present of a running period."""
        return min(self.as_of, clock.bangkok_midnight(self.end) - timedelta(microseconds=1))

    @property
    def due_before(self) -> date:
        """What was due before this day is overdue at the end of the period."""
        return clock.bangkok_date(self.as_of) if self.running else self.end

    @property
    def last_day(self) -> date:
        """The last day looked at; units are named as of it."""
        return clock.bangkok_date(self.as_of) if self.running else self.end - timedelta(days=1)
