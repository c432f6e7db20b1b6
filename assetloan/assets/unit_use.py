"""What the register says when a unit is to be closed: its assets, work that has not ended, the last day of any."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select

from assetloan.assets.care.models import Repair
from assetloan.assets.care.rules import RepairState
from assetloan.assets.custody.models import Move
from assetloan.assets.custody.rules import MoveState
from assetloan.assets.labelling.models import LabellingRound
from assetloan.assets.models import Asset, AssetEvent
from assetloan.assets.rules import AssetStatus
from assetloan.core import clock
from assetloan.core.db import Base, db
from assetloan.core.i18n import _, ngettext
from assetloan.identity.closing import Tie, UnitUse
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Permission


def of_unit(card: UnitCard) -> UnitUse:
    """Assets that the unit owns or looks after, those disposed of aside."""
    here = or_(Asset.unit_id == card.id, Asset.responsible_unit_id == card.id)
    wanted = here, Asset.withdrawn_at.is_(None), Asset.status != AssetStatus.DISPOSED
    count = db.session.scalar(select(func.count()).select_from(Asset).where(*wanted)) or 0
    last = db.session.scalar(select(func.max(AssetEvent.occurred_at)).where(AssetEvent.unit_id == card.id))
    words = ngettext("ทรัพย์สิน %(num)s ชิ้น", "ทรัพย์สิน %(num)s ชิ้น", count)
    ties = (Tie(words, "assets.index", {"unit": card.code}),) if count else ()
    return UnitUse((*ties, *_going(card)), None if last is None else clock.bangkok_date(last))


def _going(card: UnitCard) -> list[Tie]:
    """Work that has begun and not ended: offers of moves on either side, repairs, the labelling round."""
    ties = []
    sides = or_(Move.from_unit_id == card.id, Move.to_unit_id == card.id)
    if moves := _count(Move, sides, Move.state == MoveState.OFFERED):
        words = ngettext("การย้ายที่รอรับ %(num)s รายการ", "การย้ายที่รอรับ %(num)s รายการ", moves)
        ties.append(Tie(words, "moves.index", {}, Permission.ASSET_VIEW))
    theirs = Repair.asset_id.in_(select(Asset.id).where(Asset.unit_id == card.id))
    if repairs := _count(Repair, theirs, Repair.state == RepairState.OPEN):
        words = ngettext("การซ่อมที่ยังไม่เสร็จ %(num)s รายการ", "การซ่อมที่ยังไม่เสร็จ %(num)s รายการ", repairs)
        ties.append(Tie(words, "care.repairs", {}, Permission.ASSET_VIEW))
    if _count(LabellingRound, LabellingRound.unit_id == card.id, LabellingRound.ended_at.is_(None)):
        ties.append(Tie(_("รอบติดป้ายที่ยังไม่ปิด"), "rounds.unit", {"unit": card.code}, Permission.LABEL_PRINT))
    return ties


def _count(model: type[Base], *wanted: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*wanted)) or 0
