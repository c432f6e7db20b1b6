"""From how much on a thing is capital [ครุภัณฑ์], by the day of its acquisition (domain.md 4.3)."""

from __future__ import annotations

from datetime import date

from assetloan.core import settings
from assetloan.core.money import Money


def is_below(price: Money | None, received_on: date | None, *, today: date) -> bool:
    """Whether a thing is below the threshold of its day; of an unknown day that of today counts.

    The answer is stored when the thing is registered or its price becomes known, and is never worked out again: a new
    threshold does not change what was decided under the old one.
    """
    return price is not None and price < Money.of(settings.number("capital_threshold_baht", received_on or today))
