"""What booking adds to other pages: the way from a thing to its calendar."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from assetloan.assets.models import Asset
from assetloan.assets.page_parts import Act
from assetloan.core.i18n import _
from assetloan.identity.rules import Actor


def calendar_act(_actor: Actor, asset: Asset) -> Sequence[Act]:
    """The calendar of a thing that is lent."""
    vehicle = asset.category is not None and asset.category.vehicle
    if not asset.loanable or vehicle:
        return []
    return [Act(url_for("booking.thing", number=asset.number), _("ปฏิทินว่าง"))]
