"""The route of a request to the one who decides (ข้อ 208, domain.md 1.2; docs/adr/0010)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from assetloan.core import settings
from assetloan.core.db import db
from assetloan.identity.models import Delegation, Person
from assetloan.identity.posts import delegates_of, holders_of
from assetloan.identity.queries import UnitCard, UnitTree, unit_tree
from assetloan.identity.rules import DelegationKind, Place, Role
from assetloan.identity.service import post_name
from assetloan.lending import rules
from assetloan.lending.rules import Route


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """Who will decide: by which post, under which article."""

    route: Route
    unit_id: int | None
    post: str
    legal_basis: str
    people: tuple[Person, ...]

    def names(self) -> str:
        return ", ".join(person.name for person in self.people)


# What documents print between a person's own post and the post whose powers they use (domain.md 10).
ACTING_WORDS: dict[DelegationKind, str] = {
    DelegationKind.DELEGATED: "ปฏิบัติราชการแทน",
    DelegationKind.ACTING: "รักษาราชการแทน",
}


def plan_route(
    place: Place, owner: UnitCard, borrower_id: int | None, today: date, *, outsider: bool = False
) -> RoutePlan:
    """Inside: the head of the owning unit; else, and for a private person, the head of the agency.

    Never oneself, then one level up.
    """
    basis = rules.legal_basis(place)
    if place is Place.INSIDE and not outsider:
        people: dict[int, list[Person]] = {}

        def heads_of(unit_id: int) -> set[int]:
            people[unit_id] = _deciders(Role.HEAD, unit_id, today, borrower_id)
            return {person.id for person in people[unit_id]}

        unit = deciding_unit(owner, borrower_id, unit_tree(today), heads_of)
        if unit is not None:
            others = tuple(person for person in people[unit.id] if person.id != borrower_id)
            return RoutePlan(Route.HEAD, unit.id, post_name(Role.HEAD, unit), basis, others)
    directors = [
        person for person in _deciders(Role.DIRECTOR, owner.id, today, borrower_id) if person.id != borrower_id
    ]
    return RoutePlan(Route.DIRECTOR, None, director_post(today), basis, tuple(directors))


def deciding_unit(
    owner: UnitCard, borrower_id: int | None, tree: UnitTree, heads_of: Callable[[int], Collection[int]]
) -> UnitCard | None:
    """The unit whose head decides inside: the owner, or the next one up that has a head other than the borrower."""
    heads = heads_of(owner.id)
    if heads and borrower_id not in heads:
        return owner
    for above in tree.above(owner.id):
        if any(person_id != borrower_id for person_id in heads_of(above.id)):
            return above
    return None


def director_post(today: date) -> str:
    """The title of the head of the agency, as the agency's unit names it."""
    agency = unit_tree(today).agency()
    return (agency.head_post if agency else "") or post_name(Role.DIRECTOR, None)


def _deciders(role: Role, unit_id: int, today: date, borrower_id: int | None) -> list[Person]:
    """Who holds the post or uses its powers; for the holder's own request only who acts in the post."""
    holders = holders_of(role, unit_id, today)
    own = any(person.id == borrower_id for person in holders)
    delegated = [
        row.to_person
        for row in delegates_of(role, unit_id, today)
        if row.to_person.active and not (own and row.kind is DelegationKind.DELEGATED)
    ]
    return list({person.id: person for person in [*holders, *delegated]}.values())


def holds_post(person_id: int | None, role: Role, unit_id: int | None, today: date) -> bool:
    """Does this person hold the post by grant?"""
    return any(person.id == person_id for person in holders_of(role, unit_id, today))


def other_site(place: Place, owner_id: int, borrower_unit_id: int, today: date) -> str:
    """The borrower's site when it is another than the owner's and the request says "inside"; else "".

    Premises are a list of sites: unless the setting counts them as one, whoever takes a thing to another site asks
    for use outside (domain.md 1.2 a). The place of use decides, so it is said, not guessed.
    """
    if place is not Place.INSIDE or settings.flag("sites_are_inside", today):
        return ""
    tree = unit_tree(today)
    owner, borrower = tree.get(owner_id), tree.get(borrower_unit_id)
    if owner is None or borrower is None or not owner.site or not borrower.site or owner.site == borrower.site:
        return ""
    return borrower.site


def acting_words(delegation_ids: Iterable[int | None]) -> str:
    """What a paper prints for decisions made under an order: ปฏิบัติราชการแทน or รักษาราชการแทน; "" by post."""
    used = {key for key in delegation_ids if key is not None}
    kind = db.session.scalar(select(Delegation.kind).where(Delegation.id.in_(used)).limit(1)) if used else None
    return ACTING_WORDS[kind] if kind is not None else ""
