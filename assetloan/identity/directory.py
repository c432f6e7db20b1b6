"""Reads of the administration pages: the unit tree as rows, a unit's past, pages of people, orders, tokens."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from assetloan.core.db import db
from assetloan.identity.models import ApiToken, Delegation, Person, RoleGrant, UnitAlias, UnitVersion
from assetloan.identity.queries import PeopleList, UnitCard, UnitTree, unit_tree
from assetloan.identity.rules import Actor, Permission, Role, Scope

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One unit with the units under it."""

    unit: UnitCard
    children: tuple[TreeNode, ...]


def tree_nodes(tree: UnitTree) -> tuple[TreeNode, ...]:
    """All open units, each under its parent, in Thai order; one whose parent is closed stands at the top."""
    ordered = tree.ordered()
    shown = {card.id for card in ordered}
    below: dict[int | None, list[UnitCard]] = {}
    for card in ordered:
        below.setdefault(card.parent_id if card.parent_id in shown else None, []).append(card)

    def under(parent_id: int | None) -> tuple[TreeNode, ...]:
        return tuple(TreeNode(card, under(card.id)) for card in below.get(parent_id, ()))

    return under(None)


def unit_choices(on: date) -> list[tuple[str, str]]:
    """Code and indented name of every open unit, for a list to choose from."""

    def rows(nodes: tuple[TreeNode, ...], depth: int) -> list[tuple[str, str]]:
        made: list[tuple[str, str]] = []
        for node in nodes:
            made.append((node.unit.code, "\N{NO-BREAK SPACE}" * 4 * depth + node.unit.name))
            made += rows(node.children, depth + 1)
        return made

    return rows(tree_nodes(unit_tree(on)), 0)


def aliases_of(unit_id: int) -> Sequence[UnitAlias]:
    """The other names of a unit."""
    query = select(UnitAlias).where(UnitAlias.unit_id == unit_id, UnitAlias.removed_at.is_(None))
    return db.session.scalars(query.order_by(UnitAlias.id)).all()


def closed_units(tree: UnitTree) -> list[UnitCard]:
    """The units that were closed, the latest first."""
    closed = [card for card in tree.by_id.values() if card.closed_on is not None]
    return sorted(closed, key=lambda card: (card.closed_on or date.min, card.id), reverse=True)


def versions_of(unit_id: int) -> Sequence[UnitVersion]:
    """What a unit was called and when, newest first."""
    query = select(UnitVersion).where(UnitVersion.unit_id == unit_id).order_by(UnitVersion.valid_from.desc())
    return db.session.scalars(query).all()


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of people within the reach of the actor."""

    rows: Sequence[Person]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


def people_page(wanted: PeopleList, *, active: bool | None, page: int) -> PeoplePage:
    """The wanted page; people who left only when asked for (active=None: everyone)."""
    query = wanted.select()
    if active is not None:
        query = query.where(Person.active.is_(active))
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    query = query.options(selectinload(Person.grants))
    rows = db.session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return PeoplePage(rows, total, page)


def only_one() -> bool:
    """Is the person of the first set-up still alone?"""
    return len(db.session.scalars(select(Person.id).limit(2)).all()) < 2


def delegations_for(actor: Actor) -> list[Delegation]:
    """Delegations, newest first: all for those who keep or audit them, else one's own and those of one's posts."""
    scope: Scope = actor.scope(Permission.PEOPLE_VIEW)
    query = (
        select(Delegation)
        .options(selectinload(Delegation.to_person), selectinload(Delegation.unit))
        .order_by(Delegation.id.desc())
    )
    if not scope.everything:
        mine = or_(Delegation.to_person_id == actor.person_id, Delegation.from_person_id == actor.person_id)
        posts = scope.units | actor.scope(Permission.LOAN_APPROVE_INSIDE).units
        query = query.where(or_(mine, Delegation.unit_id.in_(posts)))
    return list(db.session.scalars(query))


def who_may_stand_in(units: Collection[int], *, heads: bool, today: date, but: Actor) -> list[Person]:
    """People with a user name in these units (and whoever heads a unit), in order of name, without the actor."""
    grant = RoleGrant
    heading = select(grant.person_id).where(
        grant.role == Role.HEAD,
        grant.valid_from <= today,
        or_(grant.valid_until.is_(None), grant.valid_until >= today),
    )
    wanted = Person.unit_id.in_(units)
    query = (
        select(Person)
        .where(Person.active, Person.username.is_not(None), Person.id != (but.person_id or 0))
        .where(or_(wanted, Person.id.in_(heading)) if heads else wanted)
        .order_by(Person.name_key, Person.id)
        .limit(500)
    )
    return list(db.session.scalars(query))


def tokens_of(actor: Actor) -> list[ApiToken]:
    """One's own API tokens, newest first."""
    return list(
        db.session.scalars(select(ApiToken).where(ApiToken.person_id == actor.person_id).order_by(ApiToken.id.desc()))
    )
