"""A month of the contract as a value: named in พ.ศ., half-open, its days in Bangkok, cut at the present."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assetloan.core import calendar, clock
from assetloan.core.calendar import DateError
from assetloan.core.errors import invalid
from assetloan.core.i18n import language


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of a พ.ศ. year."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read 2569-11. Raises Invalid("month_invalid")."""
        try:
            return cls(*calendar.parse_month(text))
        except DateError:
            raise invalid("month", "month_invalid", value=text) from None

    @classmethod
    def of(cls, day: date) -> Month:
        """The month of a day."""
        return cls(calendar.be_year(day), day.month)

    @property
    def start(self) -> date:
        """Its first day."""
        return calendar.month_bounds(self.year, self.month)[0]

    @property
    def end(self) -> date:
        """The first day after it."""
        return calendar.month_bounds(self.year, self.month)[1]

    @property
    def fiscal_year(self) -> int:
        return calendar.fiscal_year(self.start)

    def before(self) -> Month:
        """The month before this one."""
        return Month.of(self.start - timedelta(days=1))

    def after(self) -> Month:
        """The month after this one."""
        return Month.of(self.end)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    def words(self) -> str:
        """พฤศจิกายน 2569, or November 2026 in English."""
        if language() == "en":
            return f"{calendar.ENGLISH_MONTHS[self.month - 1]} {self.start.year}"
        return f"{calendar.MONTHS[self.month - 1]} {self.year}"


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
