"""A month of the contract as a value: named in พ.ศ., half-open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from assetloan.core import calendar
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
