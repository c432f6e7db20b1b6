"""What the value of an asset follows from, checked and completed before its row is written."""

from __future__ import annotations

from datetime import date
from typing import Any

from assetloan.assets.models import Asset
from assetloan.assets.valuation.rules import MOST_YEARS
from assetloan.assets.valuation.thresholds import is_below
from assetloan.core.errors import invalid


def decide(values: dict[str, Any], *, today: date, asset: Asset | None = None) -> None:
    """A life of its own has its reason; a price that becomes known decides whether it is below the threshold.

    `values` are the fields given (for a known asset: those of the edit) and are completed in place. Raises Invalid.
    """
    _life(values, asset)
    known = None if asset is None else asset.price
    if known is None and values.get("price") is not None:
        received_on = values.get("received_on", None if asset is None else asset.received_on)
        values.setdefault("below_threshold", is_below(values["price"], received_on, today=today))


def _life(values: dict[str, Any], asset: Asset | None) -> None:
    years = values.get("life_years", None if asset is None else asset.life_years)
    if years is None:
        if values.get("life_reason") and (asset is None or asset.life_years is None):
            raise invalid("life_years", "required")
        if "life_years" in values:
            values["life_reason"] = ""  # the category's life holds again
        return
    if not 1 <= years <= MOST_YEARS:
        raise invalid("life_years", "number_out_of_range", least=1, most=MOST_YEARS)
    if not values.get("life_reason", "" if asset is None else asset.life_reason):
        raise invalid("life_reason", "life_reason_required")
