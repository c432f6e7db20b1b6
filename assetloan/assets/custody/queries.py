"""Reads of custody, moves and sightings, each within what the actor may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from assetloan.assets.custody.models import Custody, Move, MoveLine, Sighting
from assetloan.assets.custody.rules import MoveState, SightingState
from assetloan.assets.models import Asset, Site
from assetloan.core import text
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.identity.models import Person
from assetloan.identity.rules import Actor, Permission, Scope

MOST = 200
RECENT_PLACES = 4


# --- custody ---------------------------------------------------------------------------------------------------------


def keepers_of(asset_id: int) -> Sequence[tuple[Custody, str]]:
    """Who kept a thing, newest first, with names. The caller has checked that the reader sees all of it."""
    query = (
        select(Custody, func.coalesce(Person.name, Custody.person_text))
        .outerjoin(Person, Person.id == Custody.person_id)
        .where(Custody.asset_id == asset_id)
        .order_by(Custody.id.desc())
    )
    return [(row, name) for row, name in db.session.execute(query)]


def open_custody(asset_id: int) -> Custody | None:
    """Who keeps a thing now."""
    query = select(Custody).where(Custody.asset_id == asset_id, Custody.until_on.is_(None))
    return db.session.scalars(query).one_or_none()


def differing(asset_ids: Collection[int]) -> list[tuple[int, int | None, Custody | None]]:
    """Those of the things whose custodian is another than the open custody says: thing, custodian, custody."""
    query = (
        select(Asset.id, Asset.custodian_id, Custody)
        .outerjoin(Custody, (Custody.asset_id == Asset.id) & Custody.until_on.is_(None))
        .where(Asset.id.in_(list(asset_ids)), Asset.custodian_id.is_distinct_from(Custody.person_id))
    )
    return [(asset_id, person_id, row) for asset_id, person_id, row in db.session.execute(query)]


def _mine(actor: Actor) -> Select[Custody, Asset]:
    return (
        select(Custody, Asset)
        .join(Asset, Asset.id == Custody.asset_id)
        .options(joinedload(Asset.place))
        .where(Custody.person_id == actor.person_id, Custody.until_on.is_(None), Asset.withdrawn_at.is_(None))
    )


def kept_by(actor: Actor) -> Sequence[tuple[Custody, Asset]]:
    """What the actor keeps, what waits for their acknowledgement first."""
    query = _mine(actor).order_by(Custody.accepted_at.is_not(None), Asset.sort_key, Asset.id).limit(MOST)
    return [(row, asset) for row, asset in db.session.execute(query)]


def custody_of_mine(actor: Actor, row_id: int) -> tuple[Custody, Asset]:
    """One thing in the actor's custody. Raises NotFound."""
    found = db.session.execute(_mine(actor).where(Custody.id == row_id)).one_or_none()
    if found is None:
        raise NotFound(custody=row_id)
    return found[0], found[1]


# --- moves -----------------------------------------------------------------------------------------------------------


def _in(column: InstrumentedAttribute[int], scope: Scope) -> ColumnElement[bool]:
    return column.is_not(None) if scope.everything else column.in_(scope.units)


def _moves(actor: Actor) -> Select[Move]:
    """Moves from or to a unit whose register the actor reads."""
    scope = actor.scope(Permission.ASSET_VIEW)
    return select(Move).where(or_(_in(Move.from_unit_id, scope), _in(Move.to_unit_id, scope)))


def _whole(query: Select[Move]) -> Select[Move]:
    lines = selectinload(Move.lines).joinedload(MoveLine.asset)
    return query.options(lines.joinedload(Asset.category), joinedload(Move.to_place))


def move_by_number(actor: Actor, number: str, *, lock: bool = False) -> Move:
    """One move with its things. Raises NotFound."""
    query = _moves(actor).where(Move.number == text.clean(number))
    if lock:
        query = query.with_for_update(of=Move).execution_options(populate_existing=True)
    found = db.session.scalars(_whole(query)).unique().one_or_none()
    if found is None:
        raise NotFound(move=number)
    return found


def moves_of(actor: Actor, *, offered: bool) -> Sequence[Move]:
    """The offers that wait, oldest first, or the moves that were decided, newest first."""
    query = _whole(_moves(actor))
    if offered:
        query = query.where(Move.state == MoveState.OFFERED).order_by(Move.id)
    else:
        query = query.where(Move.state != MoveState.OFFERED).order_by(Move.id.desc())
    return db.session.scalars(query.limit(MOST if offered else 50)).unique().all()


def offers_to(actor: Actor) -> int:
    """How many offers wait for an officer's answer."""
    scope = actor.scope(Permission.ASSET_EDIT)
    waits = Move.state == MoveState.OFFERED
    return db.session.scalar(select(func.count()).select_from(Move).where(waits, _in(Move.to_unit_id, scope))) or 0


def in_open_moves(asset_ids: Collection[int]) -> dict[int, str]:
    """Those of the assets that stand in an open offer, with its number."""
    query = (
        select(MoveLine.asset_id, Move.number)
        .join(Move, Move.id == MoveLine.move_id)
        .where(MoveLine.asset_id.in_(list(asset_ids)), MoveLine.open)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def locked_assets(asset_ids: Collection[int]) -> Sequence[Asset]:
    """The things of an offer that the actor may decide on, locked in order of id."""
    query = select(Asset).where(Asset.id.in_(list(asset_ids))).order_by(Asset.id)
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


# --- places ----------------------------------------------------------------------------------------------------------


def place_of(place_id: int) -> Site | None:
    """A place by its id, for the service that then asks whose it is."""
    return db.session.get(Site, place_id)


def place_called(unit_id: int, name: str) -> Site | None:
    """The place of a unit that has this name."""
    query = select(Site).where(Site.unit_id == unit_id, Site.name_key == text.search_key(name))
    return db.session.scalars(query).one_or_none()


def recent_places(actor: Actor) -> Sequence[Site]:
    """Where the actor last said “found here”, newest first."""
    query = (
        select(Site)
        .join(Sighting, Sighting.place_id == Site.id)
        .where(Sighting.person_id == actor.person_id)
        .group_by(Site.id)
        .order_by(func.max(Sighting.id).desc())
    )
    return db.session.scalars(query.limit(RECENT_PLACES)).all()


# --- sightings -------------------------------------------------------------------------------------------------------


def _sightings(actor: Actor, permission: Permission) -> Select[Sighting]:
    scope = actor.scope(permission)
    return (
        select(Sighting)
        .join(Asset, Asset.id == Sighting.asset_id)
        .where(_in(Asset.unit_id, scope), Asset.withdrawn_at.is_(None))
    )


def sightings_waiting(actor: Actor) -> Sequence[tuple[Sighting, str]]:
    """What was found of the units whose register the actor reads, oldest first, with the finder's name."""
    query = (
        _sightings(actor, Permission.ASSET_VIEW)
        .add_columns(Person.name)
        .join(Person, Person.id == Sighting.person_id)
        .options(joinedload(Sighting.asset).joinedload(Asset.place), joinedload(Sighting.place))
        .where(Sighting.state == SightingState.WAITING)
        .order_by(Sighting.id)
    )
    return [(row, name) for row, name in db.session.execute(query.limit(MOST))]


def sightings_to_decide(actor: Actor) -> int:
    """How many sightings wait for an officer."""
    query = _sightings(actor, Permission.ASSET_EDIT).where(Sighting.state == SightingState.WAITING)
    return db.session.scalar(select(func.count()).select_from(query.with_only_columns(Sighting.id).subquery())) or 0


def sighting_of(actor: Actor, row_id: int, *, lock: bool = False) -> Sighting:
    """One sighting. Raises NotFound."""
    query = _sightings(actor, Permission.ASSET_VIEW).where(Sighting.id == row_id)
    query = query.options(joinedload(Sighting.asset).joinedload(Asset.place), joinedload(Sighting.place))
    if lock:
        query = query.with_for_update(of=Sighting).execution_options(populate_existing=True)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(sighting=row_id)
    return found


def same_sighting(actor: Actor, asset_id: int, place_id: int | None, place_text: str) -> Sighting | None:
    """What the actor said of this thing and place a moment ago and nobody answered yet."""
    newest = (
        select(Sighting)
        .where(
            Sighting.asset_id == asset_id,
            Sighting.person_id == actor.person_id,
            Sighting.state == SightingState.WAITING,
            Sighting.place_id == place_id if place_id is not None else Sighting.place_text == place_text,
        )
        .order_by(Sighting.id.desc())
    )
    return db.session.scalars(newest.limit(1)).one_or_none()


# --- traces on the asset, asked with it -----------------------------------------------------------------------------


def _kept() -> ColumnElement[bool]:
    return select(Custody.id).where(Custody.asset_id == Asset.id).correlate(Asset).exists()


def _offered() -> ColumnElement[bool]:
    return select(MoveLine.id).where(MoveLine.asset_id == Asset.id, MoveLine.open).correlate(Asset).exists()


TRACES = {"keepers": _kept, "moves": _offered}
