"""Giving things into custody [มอบให้ครอบครอง], apart from lending: by a day and a paper, acknowledged by the keeper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assetloan import audit
from assetloan.assets import queries as register
from assetloan.assets import service as assets
from assetloan.assets.custody import queries
from assetloan.assets.custody.keeping import begin_custody
from assetloan.assets.custody.models import Custody
from assetloan.assets.custody.rules import MOST_MOVED
from assetloan.assets.models import Asset
from assetloan.assets.rules import AssetStatus
from assetloan.assets.service import AssetData
from assetloan.core import clock, text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, Forbidden, NotFound, invalid
from assetloan.identity.queries import person_by_username
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref


@dataclass(frozen=True, slots=True)
class Handing:
    """To whom (an empty user name: back to the store), from when, on which paper."""

    keeper: str
    from_on: date
    document_no: str = ""


def chosen_assets(actor: Actor, references: Sequence[str]) -> list[Asset]:
    """The things that were named, locked, all of them the actor's to change. Raises Forbidden, Invalid."""
    wanted = [item for item in (text.clean(line) for line in references) if item]
    if not wanted:
        raise invalid("assets", "required")
    if len(wanted) > MOST_MOVED:
        raise invalid("assets", "too_many_things", most=MOST_MOVED)
    if not actor.has(Permission.ASSET_EDIT):
        raise Forbidden(permission=Permission.ASSET_EDIT.value)
    try:
        found = register.by_references(actor, wanted, lock=True)
    except NotFound as missing:
        raise invalid("assets", "asset_unknown", value=missing.details["asset"]) from missing
    for asset in found:
        if not actor.may(Permission.ASSET_EDIT, unit_id=asset.unit_id):
            raise invalid("assets", "asset_unknown", value=asset.number)
    return found


def give_custody(actor: Actor, references: Sequence[str], handing: Handing, *, now: datetime) -> list[Asset]:
    """Give things to a keeper, or take them back to the store.

    Raises NotFound, Forbidden, Invalid, DomainError("care_gone", "custody_same").
    """
    chosen, today = chosen_assets(actor, references), clock.bangkok_date(now)
    document = text.clean(handing.document_no)[:150]
    if handing.from_on > today:
        raise invalid("from_on", "date_in_future")
    keeper = person_by_username(handing.keeper) if handing.keeper else None
    if handing.keeper and keeper is None:
        raise invalid("keeper", "unknown_value", value=handing.keeper)
    keeper_id = keeper.id if keeper is not None else None
    for asset in chosen:
        _check_handing(asset, keeper_id, handing.from_on)
        begin_custody(
            asset.id,
            keeper_id,
            day=handing.from_on,
            document_no=document,
            recorded_by_id=actor.person_id,
            now=now,
        )
        assets.change_fields(actor, asset, AssetData(custodian_id=keeper_id), reason=document, now=now)
        name = keeper.name if keeper is not None else ""
        after = {"keeper": name, "from_on": handing.from_on, "document_no": document}
        audit.record(actor_ref(actor), "asset.custody", asset.ref, at=now, after=after)
    return chosen


def _check_handing(asset: Asset, keeper_id: int | None, day: date) -> None:
    """Raises DomainError when the thing cannot change hands so."""
    if asset.status in (AssetStatus.DISPOSED, AssetStatus.LOST):
        raise DomainError("care_gone", asset=asset.number)
    if asset.received_on is not None and day < asset.received_on:
        raise invalid("from_on", "date_before_received")
    if asset.custodian_id == keeper_id:
        raise DomainError("custody_same", asset=asset.number)
    if keeper_id is not None and not register.may_keep(keeper_id, {asset.unit_id, asset.responsible_unit_id}):
        raise invalid("keeper", "custodian_elsewhere")
    before = queries.open_custody(asset.id)
    if before is not None and day < before.from_on:
        raise invalid("from_on", "custody_before")


def accept_custody(actor: Actor, row_id: int, *, now: datetime) -> Custody:
    """The keeper acknowledges that the thing is with them. Raises NotFound, Forbidden."""
    if not actor.may(Permission.CUSTODY_ACCEPT, unit_id=actor.unit_id, owner_id=actor.person_id):
        raise Forbidden(permission=Permission.CUSTODY_ACCEPT.value)
    row, asset = queries.custody_of_mine(actor, row_id)
    if row.accepted_at is None:
        row.accepted_at = now
        db.session.flush()
        audit.record(actor_ref(actor), "asset.custody_accepted", asset.ref, at=now, after={"from_on": row.from_on})
    return row
