"""Orders of delegation: a post's power to approve, used by another person for a while (ข้อ 208; docs/adr/0009)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assetloan import audit
from assetloan.core import clock, text
from assetloan.core.db import db
from assetloan.core.errors import FieldError, Invalid, NotFound
from assetloan.core.money import Money
from assetloan.identity import directory, queries
from assetloan.identity.inputs import line
from assetloan.identity.models import Delegation, Person
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import GRANTS, Actor, DelegationKind, Permission, Place, Role
from assetloan.identity.service import post_name
from assetloan.identity.sign_in import actor_ref, bump_epoch


@dataclass(frozen=True, slots=True)
class DelegationData:
    """An order that lets a person use a post's powers to approve."""

    kind: DelegationKind
    role: Role
    to: str
    order_no: str
    valid_from: date
    valid_until: date
    unit: str = ""
    from_post: str = ""
    places: tuple[Place, ...] = tuple(Place)
    most_days: int | None = None
    most_value: Money | None = None
    categories: tuple[int, ...] = ()  # kinds of things, by id; none: every kind


# How far a post reaches whose holder may lend it.
GRANTS_OWN = GRANTS[Permission.DELEGATION_OWN]


@dataclass(frozen=True, slots=True)
class Post:
    """A post that somebody holds by grant and may lend while away; `unit` is its code, empty for the whole agency."""

    role: Role
    unit: str
    name: str

    @property
    def key(self) -> str:
        return f"{self.role.value}:{self.unit}"


# Who knows the kinds of things tells them here (the register stands above this package): id and name, in order.
kind_sources: list[Callable[[], list[tuple[int, str]]]] = []


def kinds_of_things() -> list[tuple[int, str]]:
    """The kinds of things to which an order may be limited."""
    return [kind for source in kind_sources for kind in source()]


def create_delegation(actor: Actor, data: DelegationData, *, now: datetime) -> Delegation:
    """Record an order of delegation: any post's by those who keep the orders, one's own while away.

    Raises Forbidden, Invalid.
    """
    today = clock.bangkok_date(now)
    unit = queries.unit_by_any_name(data.unit, today) if data.unit.strip() else None
    own = lends_own_post(actor, data.role, unit.id if unit else None)
    if not own:
        actor.require(Permission.DELEGATION_MANAGE, unit_id=None)
    person = queries.person_by_username(data.to)
    faults = _faults(actor, data, person, unit)
    if faults or person is None:
        raise Invalid(*faults)
    row = Delegation(
        kind=data.kind,
        role=data.role,
        unit_id=unit.id if unit else None,
        from_post=line("from_post", data.from_post) or post_name(data.role, unit),
        from_person_id=actor.person_id if own else None,
        to_person_id=person.id,
        places=",".join(data.places),
        categories=",".join(map(str, data.categories)),
        most_days=data.most_days,
        most_value=data.most_value,
        order_no=line("order_no", data.order_no),
        valid_from=data.valid_from,
        valid_until=data.valid_until,
        recorded_by_id=actor.person_id,
        recorded_at=now,
    )
    db.session.add(row)
    db.session.flush()
    bump_epoch(person)
    after = {"to": person.username, "role": data.role, "order_no": row.order_no, "until": row.valid_until}
    audit.record(actor_ref(actor), "delegation.created", person.ref, at=now, after=after)
    return row


def lends_own_post(actor: Actor, role: Role, unit_id: int | None) -> bool:
    """Is this the actor's own post, held by grant? What was delegated is not passed on (ข้อ 208, domain.md 10)."""
    if not actor.writes or actor.console:
        return False
    return any(
        authority.role is role and authority.delegation_id is None and authority.covers(GRANTS_OWN[role], unit_id)
        for authority in actor.authorities
        if role in GRANTS_OWN
    )


def own_posts(actor: Actor, today: date) -> list[Post]:
    """The posts a person may lend, those of units in the order of the unit list."""
    tree = queries.unit_tree(today)
    director = Post(Role.DIRECTOR, "", post_name(Role.DIRECTOR, None))
    return [director] * lends_own_post(actor, Role.DIRECTOR, None) + [
        Post(Role.HEAD, card.code, post_name(Role.HEAD, card))
        for card in tree.ordered()
        if lends_own_post(actor, Role.HEAD, card.id)
    ]


def may_stand_in(actor: Actor, posts: Sequence[Post], today: date) -> list[Person]:
    """Whom to choose from: people of the units of these posts and of the units below; for the head of the agency
    also those who head a unit. Only people who can sign in."""
    tree = queries.unit_tree(today)
    units = {unit for post in posts if post.unit for unit in tree.with_below(queries.unit_by_code(post.unit, today).id)}
    return directory.who_may_stand_in(units, heads=any(not post.unit for post in posts), today=today, but=actor)


def _faults(actor: Actor, data: DelegationData, person: Person | None, unit: UnitCard | None) -> list[FieldError]:
    faults: list[FieldError] = []
    if person is None or not person.active:
        faults.append(FieldError("to", "person_unknown", {"value": data.to}))
    elif person.id == actor.person_id:
        faults.append(FieldError("to", "delegation_to_oneself"))
    if not text.clean(data.order_no):
        faults.append(FieldError("order_no", "required"))
    if data.valid_until < data.valid_from:
        faults.append(FieldError("valid_until", "ends_before_start"))
    if data.role not in (Role.HEAD, Role.DIRECTOR):
        faults.append(FieldError("role", "unknown_value", {"value": data.role.value}))
    if data.role is Role.HEAD and unit is None:
        faults.append(FieldError("unit", "unit_unknown", {"value": data.unit}))
    if not data.places:
        faults.append(FieldError("places", "required"))
    known = {key for key, _name in kinds_of_things()}
    if any(key not in known for key in data.categories):
        faults.append(FieldError("categories", "unknown_value", {"value": data.categories}))
    return faults


def revoke_delegation(actor: Actor, delegation_id: int, *, now: datetime) -> None:
    """End a delegation now: whoever keeps the orders, or whose post it lends. Raises Forbidden, NotFound."""
    row = next((item for item in directory.delegations_for(actor) if item.id == delegation_id), None)
    if row is None:
        raise NotFound()
    if row.from_person_id is None or row.from_person_id != actor.person_id or not actor.writes:
        actor.require(Permission.DELEGATION_MANAGE, unit_id=None)
    row.revoked_at = row.revoked_at or now
    bump_epoch(row.to_person)
    audit.record(actor_ref(actor), "delegation.revoked", row.to_person.ref, at=now, before={"order_no": row.order_no})
