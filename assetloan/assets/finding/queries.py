"""Reads of finding: one's own filters, places and what they should contain, who keeps what, who kept a thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from assetloan.assets.finding.models import SavedFilter
from assetloan.assets.models import Asset, Code, Site
from assetloan.assets.queries import AssetList
from assetloan.assets.rules import CodeState
from assetloan.core import text
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.identity.models import Person
from assetloan.identity.rules import Actor, Permission

MOST_SHOWN = 1_000
MOST_PEOPLE = 50


def filters_of(actor: Actor) -> list[SavedFilter]:
    """The filters a person saved, by name."""
    query = select(SavedFilter).where(SavedFilter.person_id == (actor.person_id or 0))
    return sorted(db.session.scalars(query), key=lambda item: (text.sort_key(item.name), item.id))


def filter_of(actor: Actor, filter_id: int) -> SavedFilter:
    """One's own filter. Raises NotFound, also for another's."""
    query = select(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.person_id == (actor.person_id or 0))
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(filter=filter_id)
    return found


# --- places ---------------------------------------------------------------------------------------------------------


def places_of(actor: Actor, unit_id: int) -> list[tuple[Site, int]]:
    """The places of a unit in Thai order, each with how many things should be there; nothing for strangers."""
    if not actor.may(Permission.ASSET_VIEW, unit_id=unit_id):
        return []
    living = and_(Asset.place_id == Site.id, Asset.withdrawn_at.is_(None))
    query = (
        select(Site, func.count(Asset.id))
        .outerjoin(Asset, living)
        .where(Site.unit_id == unit_id)
        .group_by(Site.id)
        .order_by(Site.sort_key, Site.id)
    )
    return [(site, count) for site, count in db.session.execute(query)]


def place_for(actor: Actor, place_id: int) -> tuple[Site, str]:
    """A place of a unit whose register the actor reads, and its newest QR code ("" without one). Raises NotFound.

    Who reads cards alone may know the places that carry a code: it hangs on their doors.
    """
    code = (
        select(Code.code)
        .where(Code.place_id == Site.id, Code.state == CodeState.LINKED)
        .order_by(Code.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    row = db.session.execute(select(Site, code).where(Site.id == place_id)).one_or_none()
    if row is None:
        raise NotFound(place=place_id)
    site, known = row[0], row[1] or ""
    asked = Permission.ASSET_CARD if known else Permission.ASSET_VIEW
    if not any(actor.may(permission, unit_id=site.unit_id) for permission in (Permission.ASSET_VIEW, asked)):
        raise NotFound(place=place_id)
    return site, known


def contents_of(actor: Actor, place_id: int) -> list[Asset]:
    """What the register says a place contains, in Thai order, at most MOST_SHOWN and one."""
    query = AssetList(actor, place_id=place_id).cards().options(joinedload(Asset.custodian)).limit(MOST_SHOWN + 1)
    return list(db.session.scalars(query).unique())


# --- who has what ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lent:
    """A thing that a person has on loan, as a package above tells it."""

    number: str
    name: str
    loan: str
    due_on: date
    late: bool


@dataclass(slots=True)
class LoanLook:
    """What lending adds: people who have a thing on loan that the actor may see, and what one of them has."""

    borrowers: list[Callable[[Actor], ColumnElement[bool]]] = field(default_factory=list)
    lent_to: list[Callable[[Actor, int], Sequence[Lent]]] = field(default_factory=list)


look = LoanLook()


def _kept(actor: Actor) -> list[ColumnElement[bool]]:
    """Assets whose keeper the actor may know: those of granted units, and one's own."""
    scope = actor.scope(Permission.ASSET_VIEW)
    mine = Asset.custodian_id == (actor.person_id or 0)
    seen = Asset.id.is_not(None) if scope.everything else or_(Asset.unit_id.in_(scope.units), mine)
    return [Asset.withdrawn_at.is_(None), seen]


def _known(actor: Actor) -> ColumnElement[bool]:
    """People of whom the actor may know that they have something: who keeps or has borrowed what the actor sees."""
    keeps = select(Asset.id).where(Asset.custodian_id == Person.id, *_kept(actor)).exists()
    return or_(keeps, Person.id == (actor.person_id or 0), *(part(actor) for part in look.borrowers))


def people_with_things(actor: Actor, words: str) -> list[Person]:
    """People by name who have something that the actor may see, in order of names, at most MOST_PEOPLE and one."""
    named = [Person.name_key.contains(word, autoescape=True) for word in text.search_key(words)[:200].split()]
    query = select(Person).options(joinedload(Person.unit)).where(_known(actor), *(named or [false()]))
    return list(db.session.scalars(query.order_by(Person.name_key, Person.id).limit(MOST_PEOPLE + 1)))


def person_with_things(actor: Actor, person_id: int) -> Person:
    """One of them. Raises NotFound for everybody else."""
    person = db.session.scalars(select(Person).where(Person.id == person_id, _known(actor))).one_or_none()
    if person is None:
        raise NotFound(person=person_id)
    return person


def kept_by(actor: Actor, person_id: int) -> list[Asset]:
    """What a person keeps [ผู้ครอบครอง], as far as the actor may know, at most MOST_SHOWN and one."""
    query = (
        select(Asset)
        .options(joinedload(Asset.place))
        .where(Asset.custodian_id == person_id, *_kept(actor))
        .order_by(Asset.sort_key, Asset.id)
        .limit(MOST_SHOWN + 1)
    )
    return list(db.session.scalars(query).unique())


def lent_to(actor: Actor, person_id: int) -> list[Lent]:
    """What a person has on loan, as far as the actor may know."""
    return [item for part in look.lent_to for item in part(actor, person_id)]


def nothing_registered() -> bool:
    """Is the register still empty, as in a new agency?"""
    return db.session.scalar(select(Asset.id).limit(1)) is None
