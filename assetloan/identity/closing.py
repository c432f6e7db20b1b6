"""Closing a unit, and taking away a name by which files call it.

A unit closes when nothing hangs on it any more. Higher packages say what of theirs does, in `unit_users`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select

from assetloan import audit
from assetloan.audit import ObjectRef
from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.errors import DomainError, NotFound, invalid
from assetloan.core.i18n import ngettext
from assetloan.identity import queries
from assetloan.identity.inputs import required_line
from assetloan.identity.models import Delegation, Person, RoleGrant, Unit, UnitAlias
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref, bump_epoch

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tie:
    """What still hangs on a unit: how many, in words, and where they are listed for those with the permission."""

    words: str
    endpoint: str
    values: dict[str, Any]
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class UnitUse:
    """What one package knows of a unit: what hangs on it, and the last day on which something happened there."""

    ties: tuple[Tie, ...] = ()
    last_day: date | None = None


UnitUser = Callable[[UnitCard], UnitUse]
unit_users: list[UnitUser] = []


@dataclass(frozen=True, slots=True)
class ClosingData:
    """The last day of a unit, the order or reason, and the unit that takes over ("": none)."""

    last_day: date
    order: str
    successor: str = ""


def ties_of(card: UnitCard, today: date) -> list[Tie]:
    """Everything that keeps a unit open, people and units first."""
    people = select(func.count()).select_from(Person).where(Person.unit_id == card.id, Person.active)
    here, below = db.session.scalar(people) or 0, _below(card, today)
    found = []
    if below:
        words = ngettext("หน่วยงานที่อยู่ใต้ %(num)s หน่วยงาน", "หน่วยงานที่อยู่ใต้ %(num)s หน่วยงาน", below)
        found.append(Tie(words, "identity.unit", {"code": card.code, "_anchor": "below"}))
    if here:
        words = ngettext("บุคลากรที่ยังเปิดบัญชี %(num)s คน", "บุคลากรที่ยังเปิดบัญชี %(num)s คน", here)
        found.append(Tie(words, "identity.people", {"unit": card.code}, Permission.PEOPLE_VIEW))
    return found + [tie for user in unit_users for tie in user(card).ties]


def _below(card: UnitCard, today: date) -> int:
    tree = queries.unit_tree(today)
    return sum(item.parent_id == card.id and item.closed_on is None for item in tree.by_id.values())


def grants_over(unit_id: int, today: date) -> list[RoleGrant]:
    """Roles over a unit that have not ended."""
    going = or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= today)
    query = select(RoleGrant).where(RoleGrant.unit_id == unit_id, going)
    return list(db.session.scalars(query.order_by(RoleGrant.id)))


@dataclass(frozen=True, slots=True)
class Closed:
    """How a unit came to its end."""

    last_day: date
    order: str
    successor: UnitCard | None


def closing_of(card: UnitCard) -> Closed | None:
    """The end of a unit, None while it is open."""
    if card.closed_on is None:
        return None
    unit = db.session.scalars(_row_of(card)).one()
    successor = queries.unit_tree(clock.today()).get(unit.successor_id)
    return Closed(card.closed_on - ONE_DAY, unit.closing_order, successor)


def _row_of(card: UnitCard) -> Select[Unit]:
    return select(Unit).where(Unit.code == card.code, Unit.withdrawn_at.is_(None))


def close_unit(actor: Actor, code: str, data: ClosingData, *, now: datetime) -> None:
    """Close a unit after its last day; roles and delegations over it end with it. Its past stays.

    Raises Forbidden, NotFound, Invalid, DomainError("unit_closed"), DomainError("unit_in_use") with what hangs on it.
    """
    actor.require(Permission.UNIT_MANAGE, unit_id=None)
    today = clock.bangkok_date(now)
    card = queries.unit_by_code(code, today)
    unit = db.session.scalars(_row_of(card).with_for_update()).one()
    if unit.closed_on is not None:
        raise DomainError("unit_closed")
    ties = ties_of(card, today)
    if ties:
        raise DomainError("unit_in_use", what=" · ".join(tie.words for tie in ties))
    _check_last_day(card, data.last_day, today)
    unit.closing_order = required_line("order", data.order)
    unit.closed_on = data.last_day + ONE_DAY
    unit.successor_id = _successor(data.successor, card, today)
    ended = _end_rights(card.id, data.last_day, today, now)
    db.session.flush()
    queries.forget_units()
    after = {
        "last_day": data.last_day,
        "order_no": unit.closing_order,
        "successor_id": unit.successor_id,
        "rights_ended": ended,
    }
    audit.record(actor_ref(actor), "unit.closed", ObjectRef("unit", card.code, card.id), at=now, after=after)


def _check_last_day(card: UnitCard, last_day: date, today: date) -> None:
    if last_day > today:
        raise invalid("last_day", "unit_closed_in_future")
    used = [use.last_day for user in unit_users if (use := user(card)).last_day is not None]
    latest = max((day for day in used if day is not None), default=None)
    if latest is not None and last_day < latest:
        raise invalid("last_day", "unit_used_later", day=latest)


def _successor(code: str, card: UnitCard, today: date) -> int | None:
    if not code:
        return None
    found = queries.unit_tree(today).by_code.get(code.casefold())
    if found is None or found.id == card.id or found.closed_on is not None:
        raise invalid("successor", "unit_unknown", value=code)
    return found.id


def _end_rights(unit_id: int, last_day: date, today: date, now: datetime) -> int:
    """Roles over the unit and delegations of its head's powers end with the unit (I18)."""
    grants = grants_over(unit_id, today)
    for grant in grants:
        grant.valid_until = max(last_day, grant.valid_from - ONE_DAY)
        grant.valid_from = min(grant.valid_from, grant.valid_until)
        bump_epoch(grant.person)
    lent = select(Delegation).where(Delegation.unit_id == unit_id, Delegation.revoked_at.is_(None))
    delegations = list(db.session.scalars(lent.where(Delegation.valid_until >= today)))
    for delegation in delegations:
        delegation.revoked_at = now
    return len(grants) + len(delegations)


def alias_for(code: str, alias_id: int, today: date) -> tuple[UnitCard, UnitAlias]:
    """One other name of a unit, removed or not. Raises NotFound."""
    card = queries.unit_by_code(code, today)
    alias = queries.alias_of(card, alias_id)
    if alias is None:
        raise NotFound(alias=alias_id)
    return card, alias


def remove_alias(actor: Actor, code: str, alias_id: int, *, now: datetime) -> None:
    """Files no longer call the unit by this name; it is free for another. Raises Forbidden, NotFound."""
    actor.require(Permission.UNIT_MANAGE, unit_id=None)
    card, alias = alias_for(code, alias_id, clock.bangkok_date(now))
    if alias.removed_at is not None:
        raise NotFound(alias=alias_id)
    alias.removed_at = now
    ref = ObjectRef("unit", card.code, card.id)
    audit.record(actor_ref(actor), "unit.alias_removed", ref, at=now, before={"name": alias.name})
