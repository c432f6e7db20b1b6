"""Reads of units and people, and the one place that turns a sign-in into an `Actor`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from flask import g, has_app_context
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import selectinload

from assetloan.core import ids, stamps, text
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.identity.models import (
    Delegation,
    LinkKind,
    OneTimeLink,
    Person,
    Unit,
    UnitAlias,
    UnitKind,
    UnitVersion,
)
from assetloan.identity.rules import Actor, Authority, Bounds, Permission, Place, Role


@dataclass(frozen=True, slots=True)
class UnitCard:
    """A unit as it is called on a day."""

    id: int
    code: str
    name: str
    short_name: str
    parent_id: int | None
    kind: UnitKind
    site: str
    head_post: str
    closed_on: date | None
    holds_clean_returns: bool
    contact: str

    @property
    def label(self) -> str:
        return self.short_name or self.name

    @property
    def fingerprint(self) -> str:
        """Changes with every change of the card: tells an editor that somebody was quicker."""
        return ids.token_hash(repr(self))[:16]


class UnitTree:
    """All units as of a day (they are few); kept until one is changed."""

    def __init__(self, cards: Iterable[UnitCard]) -> None:
        self.by_id = {card.id: card for card in cards}
        self.by_code = {card.code.casefold(): card for card in self.by_id.values()}
        self._below: dict[int, list[int]] = {}
        for card in self.by_id.values():
            if card.parent_id is not None:
                self._below.setdefault(card.parent_id, []).append(card.id)

    def __getitem__(self, unit_id: int) -> UnitCard:
        return self.by_id[unit_id]

    def get(self, unit_id: int | None) -> UnitCard | None:
        return None if unit_id is None else self.by_id.get(unit_id)

    def with_below(self, unit_id: int) -> frozenset[int]:
        """The unit and all units under it."""
        found, waiting = set(), [unit_id]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(self._below.get(current, ()))
        return frozenset(found)

    def above(self, unit_id: int) -> list[UnitCard]:
        """The units over it, nearest first."""
        path: list[UnitCard] = []
        card = self.by_id.get(unit_id)
        while card is not None and card.parent_id is not None and len(path) < len(self.by_id):
            card = self.by_id.get(card.parent_id)
            if card is not None:
                path.append(card)
        return path

    def agency(self) -> UnitCard | None:
        """The agency itself: the unit of kind agency without a parent."""
        roots = [card for card in self.by_id.values() if card.kind is UnitKind.AGENCY]
        return roots[0] if roots else None

    def ordered(self) -> list[UnitCard]:
        """All open units: the agency first, then in Thai order of their names."""
        return list(self._ordered)

    @cached_property
    def _ordered(self) -> list[UnitCard]:
        cards = [card for card in self.by_id.values() if card.closed_on is None]
        return sorted(cards, key=lambda card: (card.kind is not UnitKind.AGENCY, text.sort_key(card.name), card.id))


def unit_tree(on: date) -> UnitTree:
    """The units as they stand on a day (by default the request keeps today's)."""
    key = f"unit_tree_{on.isoformat()}"
    cached: UnitTree | None = g.get(key) if has_app_context() else None
    if cached is None:
        cached = stamps.kept(key, lambda: _read_tree(on))
        if has_app_context():
            setattr(g, key, cached)
    return cached


def _read_tree(on: date) -> UnitTree:
    version = UnitVersion
    query = (
        select(
            Unit.id,
            Unit.code,
            version.name,
            version.short_name,
            version.parent_id,
            version.kind,
            version.site,
            version.head_post,
            Unit.closed_on,
            Unit.holds_clean_returns,
            Unit.contact,
        )
        .join(version, version.unit_id == Unit.id)
        .where(version.valid_from <= on, or_(version.valid_until.is_(None), version.valid_until > on))
        .where(Unit.withdrawn_at.is_(None))
        .order_by(Unit.id)
    )
    return UnitTree(UnitCard(*row) for row in db.session.execute(query))


def forget_units() -> None:
    """Drop what the request remembers of units (after a change); processes know of it by the stamp."""
    for key in [key for key in g if key.startswith("unit_tree_")]:
        g.pop(key)


def unit_by_code(code: str, on: date) -> UnitCard:
    """Raises NotFound."""
    card = unit_tree(on).by_code.get(text.clean(code).casefold())
    if card is None:
        raise NotFound(unit=code)
    return card


def unit_by_any_name(name: str, on: date) -> UnitCard | None:
    """A unit by code, name, short name, old name or alias, as files write it."""
    tree, wanted = unit_tree(on), text.search_key(name)
    card = tree.by_code.get(text.clean(name).casefold())
    if card is not None:
        return card
    for card in tree.by_id.values():
        if wanted in (text.search_key(card.name), text.search_key(card.short_name)):
            return card
    alias = select(UnitAlias.unit_id).where(UnitAlias.name_key == wanted, UnitAlias.removed_at.is_(None))
    unit_id = db.session.scalar(alias)
    if unit_id is None:
        old = select(UnitVersion.unit_id).join(UnitVersion.unit).where(Unit.withdrawn_at.is_(None))
        unit_id = db.session.scalar(old.where(UnitVersion.name == text.clean(name)).limit(1))
    return tree.get(unit_id)


def alias_of(card: UnitCard, alias_id: int) -> UnitAlias | None:
    """One other name of this unit, removed or not."""
    return db.session.scalar(select(UnitAlias).where(UnitAlias.id == alias_id, UnitAlias.unit_id == card.id))


# --- from a sign-in to an actor -------------------------------------------------------------------------------------


def _in_force(first: date, last: date | None, today: date) -> bool:
    return first <= today and (last is None or today <= last)


def actor_of(
    person: Person,
    *,
    today: date,
    source: str = "web",
    address: str = "",
    request_id: str = "",
    delegations: Iterable[Delegation] | None = None,
) -> Actor:
    """The person's rights as of today: staff by having a unit, grants, delegations in force (read when not given)."""
    authorities: list[Authority] = []
    roles: set[Role] = set()
    tree = unit_tree(today)
    if not person.active:
        return Actor(person.id, person.username or "", person.name, person.position, None, request_id=request_id)
    home = tree.get(person.unit_id)
    if home is not None and home.closed_on is None:
        authorities.append(Authority(Role.STAFF, frozenset({home.id})))
        roles.add(Role.STAFF)
    for grant in person.grants:
        if not _in_force(grant.valid_from, grant.valid_until, today):
            continue
        units = _units_of(tree, grant.unit_id, with_below=grant.with_below)
        if units is None or units:
            authorities.append(Authority(grant.role, units))
            roles.add(grant.role)
    authorities.extend(_delegated(_delegations_to(person.id, today) if delegations is None else delegations, tree))
    return Actor(
        person_id=person.id,
        username=person.username or "",
        name=person.name,
        position=person.position,
        unit_id=home.id if home is not None else None,
        authorities=tuple(authorities),
        source=source,
        address=address,
        request_id=request_id,
        contractor=person.contractor,
        roles=frozenset(roles),
    )


def _units_of(tree: UnitTree, unit_id: int | None, *, with_below: bool) -> frozenset[int] | None:
    """The units of a grant; None for the whole agency; closed units give nothing (I18)."""
    if unit_id is None:
        return None
    units = tree.with_below(unit_id) if with_below else frozenset({unit_id})
    return frozenset(unit for unit in units if unit in tree.by_id and tree[unit].closed_on is None)


def _delegations_to(person_id: int, today: date) -> Iterable[Delegation]:
    query = select(Delegation).where(Delegation.to_person_id == person_id, *delegation_in_force(today))
    return db.session.scalars(query.order_by(Delegation.id))


def delegation_in_force(today: Any) -> tuple[ColumnElement[bool], ...]:
    """WHERE of delegations that hold today (a day, or the place of one in a statement)."""
    return Delegation.revoked_at.is_(None), Delegation.valid_from <= today, Delegation.valid_until >= today


def _delegated(delegations: Iterable[Delegation], tree: UnitTree) -> list[Authority]:
    return [
        Authority(
            role=row.role,
            units=None if row.unit_id is None else tree.with_below(row.unit_id),
            bounds=Bounds(
                places=frozenset(Place(place) for place in row.places.split(",") if place),
                most_days=row.most_days,
                most_value=row.most_value,
                categories=frozenset(map(int, row.categories.split(","))) if row.categories else None,
            ),
            delegation_id=row.id,
            acting_for=row.from_post,
            kind=row.kind,
        )
        for row in delegations
    ]


def open_link(token_hash: str, kind: LinkKind, now: datetime, *, lock: bool = False) -> OneTimeLink | None:
    """A one-time link that still works; locked, so that it is used once when two try."""
    query = select(OneTimeLink).where(
        OneTimeLink.token_hash == token_hash,
        OneTimeLink.kind == kind,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > now,
    )
    return db.session.scalars(query.with_for_update() if lock else query).one_or_none()


def person_of_link(link: OneTimeLink) -> Person | None:
    """Whose password a one-time link sets."""
    return None if link.person_id is None else db.session.get(Person, link.person_id)


# --- people ---------------------------------------------------------------------------------------------------------


def there_are_people() -> bool:
    return db.session.scalar(select(Person.id).limit(1)) is not None


def person_by_username(username: str) -> Person | None:
    """For sign-in and commands; not for pages (they use `person_for`)."""
    query = (
        select(Person)
        .options(selectinload(Person.grants))
        .where(Person.username_key == text.clean(username).casefold(), Person.withdrawn_at.is_(None))
    )
    return db.session.scalars(query).one_or_none()


def people_by_name(name: str) -> Sequence[Person]:
    """People whose full name is this (imports of paper)."""
    same = Person.name_key == text.search_key(name), Person.withdrawn_at.is_(None)
    return db.session.scalars(select(Person).where(*same).order_by(Person.id)).all()


def person_for(actor: Actor, key: str) -> Person:
    """One person by user name (or ~ID without one) within the reach of PEOPLE_VIEW. Raises NotFound."""
    number = key[1:] if key.startswith("~") else ""
    by_id = Person.id == int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
    wanted = by_id if by_id is not None else Person.username_key == text.clean(key).casefold()
    query = PeopleList(actor).select().options(selectinload(Person.grants)).where(wanted)
    person = db.session.scalars(query).one_or_none()
    if person is None:
        raise NotFound(person=key)
    return person


@dataclass(frozen=True, slots=True)
class PeopleList:
    """People as the actor may see them, in order of name."""

    actor: Actor
    words: str = ""
    unit_id: int | None = None

    def select(self) -> Select[Person]:
        scope = self.actor.scope(Permission.PEOPLE_VIEW)
        query = select(Person).where(Person.withdrawn_at.is_(None)).order_by(Person.name_key, Person.id)
        if not scope.everything:
            query = query.where(Person.unit_id.in_(scope.units))
        if self.unit_id is not None:
            query = query.where(Person.unit_id == self.unit_id)
        if self.words:
            wanted = text.search_key(self.words)
            query = query.where(
                or_(
                    Person.name_key.contains(wanted, autoescape=True),
                    Person.username_key.contains(wanted, autoescape=True),
                )
            )
        return query
