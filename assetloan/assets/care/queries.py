"""Reads of care: repairs, plans, warranty and papers, each within what the actor may see of the register."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased, joinedload

from assetloan.assets.care.models import Attachment, MaintenancePlan, Repair
from assetloan.assets.care.rules import WARRANTY_DAYS, RepairState
from assetloan.assets.models import Asset
from assetloan.assets.rules import AssetStatus
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.identity.rules import Actor, Permission

MOST = 200
DUE_DAYS = 30


def _of_units(actor: Actor) -> ColumnElement[bool]:
    """Assets whose whole record the actor reads: care is no part of the card."""
    scope = actor.scope(Permission.ASSET_VIEW)
    here = Asset.id.is_not(None) if scope.everything else Asset.unit_id.in_(scope.units)
    return here & Asset.withdrawn_at.is_(None)


def reads_all_of(actor: Actor, asset_id: int) -> bool:
    """Whether the actor reads the whole record of this asset."""
    return db.session.scalar(select(Asset.id).where(_of_units(actor), Asset.id == asset_id)) is not None


def repairs_of(asset_id: int) -> Sequence[Repair]:
    """The repair history of an asset, newest first. The caller has checked that the reader sees all of it."""
    return db.session.scalars(select(Repair).where(Repair.asset_id == asset_id).order_by(Repair.number.desc())).all()


def repair_of(asset_id: int, number: int) -> Repair:
    """One entry of the repair history. Raises NotFound."""
    query = select(Repair).where(Repair.asset_id == asset_id, Repair.number == number)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(repair=number)
    return found


def _open(actor: Actor) -> Select[Repair]:
    return (
        select(Repair)
        .join(Asset, Asset.id == Repair.asset_id)
        .where(_of_units(actor), Repair.state == RepairState.OPEN)
    )


def open_repairs(actor: Actor) -> Sequence[Repair]:
    """What is away for repair, late ones first, then by the day on which it is expected; unknown days last."""
    query = _open(actor).options(joinedload(Repair.asset).joinedload(Asset.category))
    order = (Repair.expected_on.is_(None), Repair.expected_on, Repair.begun_on, Repair.id)
    return db.session.scalars(query.order_by(*order).limit(MOST)).all()


def late_repairs(actor: Actor, today: date) -> int:
    """How many repairs of the units whose register the actor edits should be back by now."""
    scope = actor.scope(Permission.ASSET_EDIT)
    mine = Asset.id.is_not(None) if scope.everything else Asset.unit_id.in_(scope.units)
    query = select(func.count()).select_from(Repair).join(Asset, Asset.id == Repair.asset_id)
    found = query.where(
        mine, Asset.withdrawn_at.is_(None), Repair.state == RepairState.OPEN, Repair.expected_on < today
    )
    return db.session.scalar(found) or 0


def late_plans(actor: Actor, today: date) -> int:
    """How much regular work is overdue on the things whose register the actor edits (ข้อ 212)."""
    scope = actor.scope(Permission.ASSET_EDIT)
    mine = Asset.id.is_not(None) if scope.everything else Asset.unit_id.in_(scope.units)
    query = select(func.count()).select_from(MaintenancePlan).join(Asset, Asset.id == MaintenancePlan.asset_id)
    going = MaintenancePlan.ended_on.is_(None), MaintenancePlan.next_on < today
    found = query.where(mine, *going, Asset.withdrawn_at.is_(None), Asset.status.not_in(GONE))
    return db.session.scalar(found) or 0


def plans_of(asset_id: int) -> Sequence[MaintenancePlan]:
    """The plans of an asset, those in force first."""
    order = (MaintenancePlan.ended_on.is_not(None), MaintenancePlan.next_on, MaintenancePlan.id)
    return db.session.scalars(
        select(MaintenancePlan).where(MaintenancePlan.asset_id == asset_id).order_by(*order)
    ).all()


def plan_of(asset_id: int, plan_id: int) -> MaintenancePlan:
    """One plan of an asset. Raises NotFound."""
    query = select(MaintenancePlan).where(MaintenancePlan.asset_id == asset_id, MaintenancePlan.id == plan_id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(plan=plan_id)
    return found


GONE = (AssetStatus.LOST, AssetStatus.DISPOSED)


def due_plans(actor: Actor, today: date) -> Sequence[MaintenancePlan]:
    """Work that is due within a month or overdue, the oldest first."""
    query = (
        select(MaintenancePlan)
        .join(Asset, Asset.id == MaintenancePlan.asset_id)
        .options(joinedload(MaintenancePlan.asset))
        .where(
            _of_units(actor),
            Asset.status.not_in(GONE),
            MaintenancePlan.ended_on.is_(None),
            MaintenancePlan.next_on <= today + timedelta(days=DUE_DAYS),
        )
        .order_by(MaintenancePlan.next_on, MaintenancePlan.id)
    )
    return db.session.scalars(query.limit(MOST)).all()


def ending_warranties(actor: Actor, today: date) -> Sequence[Asset]:
    """Things whose warranty ends within 60 days, the soonest first."""
    query = (
        select(Asset)
        .where(
            _of_units(actor),
            Asset.status.not_in(GONE),
            Asset.warranty_until >= today,
            Asset.warranty_until <= today + timedelta(days=WARRANTY_DAYS),
        )
        .order_by(Asset.warranty_until, Asset.sort_key, Asset.id)
    )
    return db.session.scalars(query.limit(MOST)).all()


def papers_of(asset_id: int) -> Sequence[Attachment]:
    """The papers of an asset that were not taken away, newest first."""
    query = (
        select(Attachment)
        .options(joinedload(Attachment.file))
        .where(Attachment.asset_id == asset_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.id.desc())
    )
    return db.session.scalars(query).all()


def paper_of(asset_id: int, paper_id: int) -> Attachment:
    """One paper of an asset that is still there. Raises NotFound."""
    found = next((paper for paper in papers_of(asset_id) if paper.id == paper_id), None)
    if found is None:
        raise NotFound(paper=paper_id)
    return found


def pieces_of(asset: Asset) -> Sequence[Asset]:
    """All pieces of the set that a thing belongs to, by piece; only the thing itself when there is no set."""
    query = (
        select(Asset)
        .options(joinedload(Asset.place))
        .where(Asset.number_key == asset.number_key, Asset.unit_id == asset.unit_id, Asset.withdrawn_at.is_(None))
    )
    return db.session.scalars(query.order_by(Asset.piece)).all()


# --- traces on the asset, asked with it -----------------------------------------------------------------------------


def _in_repair_log() -> ColumnElement[bool]:
    return select(Repair.id).where(Repair.asset_id == Asset.id).correlate(Asset).exists()


def _planned() -> ColumnElement[bool]:
    return select(MaintenancePlan.id).where(MaintenancePlan.asset_id == Asset.id).correlate(Asset).exists()


def _with_papers() -> ColumnElement[bool]:
    return select(Attachment.id).where(Attachment.asset_id == Asset.id).correlate(Asset).exists()


def _of_a_set() -> ColumnElement[bool]:
    other = aliased(Asset)
    same = other.number_key == Asset.number_key, other.id != Asset.id, other.withdrawn_at.is_(None)
    return select(other.id).where(*same).correlate(Asset).exists()


TRACES = {"repairs": _in_repair_log, "plans": _planned, "papers": _with_papers, "set": _of_a_set}


# --- for the repair log that follows the register --------------------------------------------------------------------


def in_repair(asset_ids: Collection[int]) -> Select[int]:
    """Those of the things whose status is repair; for the service."""
    return select(Asset.id).where(Asset.id.in_(list(asset_ids)), Asset.status == AssetStatus.REPAIR)


def without_entry(asset_ids: Collection[int]) -> list[tuple[int, int]]:
    """Those of them that have no open repair, each with the number of its last entry."""
    opened = select(Repair.asset_id).where(Repair.state == RepairState.OPEN, Repair.asset_id.in_(list(asset_ids)))
    last = select(func.max(Repair.number)).where(Repair.asset_id == Asset.id).correlate(Asset).scalar_subquery()
    query = in_repair(asset_ids).where(Asset.id.not_in(opened)).add_columns(func.coalesce(last, 0))
    return [(asset_id, number) for asset_id, number in db.session.execute(query)]
