"""What the register says when a unit is to be closed: its assets, and the last day on which something happened."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from assetloan.assets.models import Asset, AssetEvent
from assetloan.assets.rules import AssetStatus
from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.i18n import ngettext
from assetloan.identity.closing import Tie, UnitUse
from assetloan.identity.queries import UnitCard


def of_unit(card: UnitCard) -> UnitUse:
    """Assets that the unit owns or looks after, those disposed of aside."""
    here = or_(Asset.unit_id == card.id, Asset.responsible_unit_id == card.id)
    wanted = here, Asset.withdrawn_at.is_(None), Asset.status != AssetStatus.DISPOSED
    count = db.session.scalar(select(func.count()).select_from(Asset).where(*wanted)) or 0
    last = db.session.scalar(select(func.max(AssetEvent.occurred_at)).where(AssetEvent.unit_id == card.id))
    words = ngettext("ทรัพย์สิน %(num)s ชิ้น", "ทรัพย์สิน %(num)s ชิ้น", count)
    ties = (Tie(words, "assets.index", {"unit": card.code}),) if count else ()
    return UnitUse(ties, None if last is None else clock.bangkok_date(last))
