"""Straight-line depreciation [ค่าเสื่อมราคา] of an asset down to 1 baht, in the three conventions in use (domain.md 4.2).

The accumulated value of a day is computed first and rounded half up to the satang; the charge of a year is the
difference of two accumulated values, so that the charges always add up.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from assetloan.core.money import Money

RESIDUAL = Money(100)
MOST_YEARS = 100  # of a life
DAYS_OF_YEAR = 365
# The official rates are rounded, not 100 divided by the life; hundredths of a per cent by years.
STATED_RATES = {3: 3300, 8: 1250, 12: 850, 15: 650, 25: 400}


class Convention(StrEnum):
    """What of the first and the last year counts. The values are those of the setting."""

    MONTHLY = "a"  # received by the 15th: that month counts, later: the next
    ELAPSED = "b"  # whole months from the day of receipt
    DAILY = "c"  # days, receipt included, of a year of 365


class Exempt(StrEnum):
    """Why an asset has no depreciation."""

    NO_PRICE = "no_price"
    NO_DATE = "no_date"
    NO_LIFE = "no_life"
    LAND = "land"
    BELOW_THRESHOLD = "below_threshold"
    ONE_BAHT = "one_baht"


@dataclass(frozen=True, slots=True)
class Life:
    """Years of use and the stated rate (hundredths of a per cent), and who set them."""

    years: int
    rate_hundredths: int
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the depreciation of one asset depends on."""

    cost: Money
    received_on: date
    years: int
    convention: Convention = Convention.MONTHLY


@dataclass(frozen=True, slots=True)
class Line:
    """The state at the end of a fiscal year (30 September) or on the day of receipt."""

    on: date
    charge: Money
    accumulated: Money
    net: Money


def own_life(years: int) -> Life:
    """The life that an asset was given by itself, at the rate that is stated for so many years."""
    return Life(years, STATED_RATES.get(years, int((Decimal(10_000) / years).quantize(Decimal(1)))))


def is_land(asset_class: str) -> bool:
    """Land is never depreciated."""
    return asset_class.strip().startswith("ที่ดิน")


def exempt(
    *, price: Money | None, received_on: date | None, below_threshold: bool, asset_class: str, life: Life | None
) -> Exempt | None:
    """Why there is nothing to depreciate, or None. What is known for certain is said before what is missing."""
    if is_land(asset_class) or (life is not None and life.rate_hundredths == 0):
        return Exempt.LAND
    if below_threshold:
        return Exempt.BELOW_THRESHOLD
    if price is None:
        return Exempt.NO_PRICE
    if price <= RESIDUAL:
        return Exempt.ONE_BAHT
    if received_on is None:
        return Exempt.NO_DATE
    return Exempt.NO_LIFE if life is None else None


def used(terms: Terms, on: date) -> tuple[int, int]:
    """How much of the life has passed by the end of a day: units passed and units in all."""
    if terms.convention is Convention.DAILY:
        return max((on - terms.received_on).days + 1, 0), terms.years * DAYS_OF_YEAR
    months = _elapsed(terms.received_on, on) if terms.convention is Convention.ELAPSED else _counted(terms, on)
    return max(months, 0), terms.years * 12


def _counted(terms: Terms, on: date) -> int:
    """Months that are over by `on`, from the first that counts."""
    first = _month(terms.received_on) + (terms.received_on.day > 15)
    over = _month(on) if on.day == _last_day(on) else _month(on) - 1
    return over - first + 1


def _elapsed(since: date, on: date) -> int:
    """Whole months between two days; what has no such day in a month ends with the month."""
    return _month(on) - _month(since) - (on.day < min(since.day, _last_day(on)))


def _month(day: date) -> int:
    return day.year * 12 + day.month


def _last_day(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def accumulated(terms: Terms, on: date) -> Money:
    """Accumulated depreciation by the end of a day, never more than leaves 1 baht."""
    if terms.cost <= RESIDUAL:
        return Money(0)
    passed, whole = used(terms, on)
    share = (2 * terms.cost.satang * min(passed, whole) + whole) // (2 * whole)  # rounded half up
    return min(Money(share), terms.cost - RESIDUAL)


def year_end(day: date) -> date:
    """The 30 September on which the fiscal year of a day ends."""
    return date(day.year + (day.month >= 10), 9, 30)


def schedule(terms: Terms, until: date) -> tuple[Line, ...]:
    """The lines of the card: receipt, then every 30 September up to `until` or until 1 baht is left."""
    return tuple(_lines(terms, until))


def _lines(terms: Terms, until: date) -> Iterator[Line]:
    before = Money(0)
    yield Line(terms.received_on, Money(0), before, terms.cost)
    on, most = year_end(terms.received_on), terms.cost - RESIDUAL
    while on <= until and before < most:
        now = accumulated(terms, on)
        yield Line(on, now - before, now, terms.cost - now)
        before, on = now, year_end(on + timedelta(days=1))
