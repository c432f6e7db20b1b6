"""Reads of labelling rounds: what has its label, what has none, how far a room, a unit and the agency are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select

from assetloan.assets.labelling.models import Barcode, LabellingAct, LabellingRound
from assetloan.assets.models import Asset, Code, Site
from assetloan.assets.rules import AssetStatus, CodeState
from assetloan.core.db import db
from assetloan.identity.rules import Actor, Permission

NO_PLACE = 0
MOST_SHOWN = 500


def has_label() -> ColumnElement[bool]:
    """Somebody saw one of its labels on the thing, or it has adopted a barcode."""
    seen = select(Code.id).where(
        Code.asset_id == Asset.id, Code.state == CodeState.LINKED, Code.attached_at.is_not(None)
    )
    adopted = select(Barcode.id).where(Barcode.asset_id == Asset.id, Barcode.revoked_at.is_(None))
    return or_(seen.exists(), adopted.exists())


def counts() -> ColumnElement[bool]:
    """Things that should carry a label: what is gone needs none."""
    return Asset.withdrawn_at.is_(None) & Asset.status.not_in((AssetStatus.DISPOSED, AssetStatus.LOST))


@dataclass(frozen=True, slots=True)
class Progress:
    """How many things there are and how many carry a label."""

    total: int
    labelled: int

    @property
    def missing(self) -> int:
        return self.total - self.labelled


NOTHING = Progress(0, 0)


@dataclass(frozen=True, slots=True)
class Room:
    """A place of the unit and how far it is; place 0 is for things without one."""

    place_id: int
    name: str
    progress: Progress


def open_round(unit_id: int, *, lock: bool = False) -> LabellingRound | None:
    """The unit's round that goes on."""
    query = select(LabellingRound).where(LabellingRound.unit_id == unit_id, LabellingRound.ended_at.is_(None))
    return db.session.scalars(query.with_for_update() if lock else query).one_or_none()


def open_rounds() -> dict[int, LabellingRound]:
    """The rounds that go on, by unit."""
    query = select(LabellingRound).where(LabellingRound.ended_at.is_(None))
    return {found.unit_id: found for found in db.session.scalars(query)}


def ended_at(unit_id: int) -> datetime | None:
    """When the unit's last round ended."""
    return db.session.scalar(select(func.max(LabellingRound.ended_at)).where(LabellingRound.unit_id == unit_id))


def _labelled() -> ColumnElement[int]:
    return func.coalesce(func.sum(case((has_label(), 1), else_=0)), 0)


def by_unit(actor: Actor) -> dict[int, Progress]:
    """How far each unit is whose register the actor reads."""
    scope = actor.scope(Permission.ASSET_VIEW)
    query = select(Asset.unit_id, func.count(), _labelled()).where(counts()).group_by(Asset.unit_id)
    if not scope.everything:
        query = query.where(Asset.unit_id.in_(scope.units))
    return {unit_id: Progress(total, int(labelled)) for unit_id, total, labelled in db.session.execute(query)}


def rooms_of(unit_id: int) -> list[Room]:
    """The places of a unit where something is, in Thai order; things without a place last."""
    query = (
        select(Asset.place_id, func.count(), _labelled())
        .where(Asset.unit_id == unit_id, counts())
        .group_by(Asset.place_id)
    )
    found = {place_id: Progress(total, int(labelled)) for place_id, total, labelled in db.session.execute(query)}
    named = select(Site.id, Site.name).where(Site.id.in_([key for key in found if key is not None]))
    rooms = [
        Room(place_id, name, found[place_id])
        for place_id, name in db.session.execute(named.order_by(Site.sort_key, Site.id))
    ]
    return rooms + ([Room(NO_PLACE, "", found[None])] if None in found else [])


def room_name(unit_id: int, place_id: int) -> str | None:
    """The name of a place of the unit ("" for things without a place); None when it has no such place."""
    if place_id == NO_PLACE:
        return ""
    return db.session.scalar(select(Site.name).where(Site.id == place_id, Site.unit_id == unit_id))


@dataclass(frozen=True, slots=True)
class Thing:
    """One row of a room."""

    number: str
    name: str
    detail: str
    labelled: bool


def things_of(unit_id: int, place_id: int) -> tuple[Progress, list[Thing]]:
    """How far a room is, and its things, those without a label first, in Thai order."""
    here = Asset.place_id.is_(None) if place_id == NO_PLACE else Asset.place_id == place_id
    inside = (Asset.unit_id == unit_id) & here & counts()
    total, labelled = db.session.execute(select(func.count(), _labelled()).select_from(Asset).where(inside)).one()
    marked = has_label().label("labelled")
    query = select(Asset, marked).where(inside).order_by(marked, Asset.sort_key, Asset.id).limit(MOST_SHOWN)
    things = [
        Thing(asset.number, asset.name, " ".join(filter(None, (asset.brand, asset.model, asset.serial))), bool(has))
        for asset, has in db.session.execute(query)
    ]
    return Progress(total, int(labelled)), things


def last_act_of(round_id: int, person_id: int | None) -> LabellingAct | None:
    """The person's last act of a round that still stands."""
    mine = LabellingAct.round_id == round_id, LabellingAct.person_id == person_id, LabellingAct.undone_at.is_(None)
    return db.session.scalars(select(LabellingAct).where(*mine).order_by(LabellingAct.id.desc()).limit(1)).one_or_none()


def last_told(round_id: int, person_id: int | None) -> tuple[str, str] | None:
    """Kind and name of the thing of that act, for the button that takes it back."""
    last = last_act_of(round_id, person_id)
    if last is None:
        return None
    name = db.session.scalar(select(Asset.name).where(Asset.id == last.asset_id))
    return last.kind, str(name)


def thing_of(unit_id: int, asset_id: int | None) -> Asset | None:
    """A thing of the unit whose round it is."""
    query = select(Asset).where(Asset.id == asset_id, Asset.unit_id == unit_id)
    return db.session.scalars(query).one_or_none()
