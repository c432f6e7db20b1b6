"""The invariants of custody, moves and repairs: rows and the asset's own columns say the same (I2, I9)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from assetloan.assets.care.models import Repair
from assetloan.assets.care.rules import RepairState
from assetloan.assets.custody.models import Custody, Move, MoveLine
from assetloan.assets.custody.rules import MoveState
from assetloan.assets.models import Asset
from assetloan.assets.rules import AssetStatus
from assetloan.reporting.violations import Violation, found


def repairs_follow_status() -> Iterator[Violation]:
    """I2: a thing is in repair exactly while a repair of it is open."""
    opened = select(Repair.id).where(Repair.asset_id == Asset.id, Repair.state == RepairState.OPEN).exists()
    query = select(Asset.id).where(Asset.withdrawn_at.is_(None), (Asset.status == AssetStatus.REPAIR) != opened)
    yield from found("I2", "asset", query, "status repair does not agree with an open repair")


def custody_follows_custodian() -> Iterator[Violation]:
    """I2: whoever keeps a thing by its custody rows is its custodian."""
    query = (
        select(Asset.id)
        .outerjoin(Custody, (Custody.asset_id == Asset.id) & Custody.until_on.is_(None))
        .where(Asset.withdrawn_at.is_(None), Asset.custodian_id.is_distinct_from(Custody.person_id))
    )
    yield from found("I2", "asset", query, "the custodian does not agree with the open custody")


def offers_hold_their_lines() -> Iterator[Violation]:
    """I9: the lines of a move are open exactly while it is offered, of things of the giver."""
    line = select(MoveLine.id).join(Move, Move.id == MoveLine.move_id)
    wrong = line.where((Move.state == MoveState.OFFERED) != MoveLine.open)
    yield from found("I9", "move_line", wrong, "open does not agree with the state of its move")
    elsewhere = line.join(Asset, Asset.id == MoveLine.asset_id)
    elsewhere = elsewhere.where(MoveLine.open, Asset.unit_id != Move.from_unit_id)
    yield from found("I9", "move_line", elsewhere, "offered by a unit that does not own the thing")
