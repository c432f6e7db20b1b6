"""Roles: giving and ending them. The last administrator stays, and nobody grants anything to themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from assetloan import audit
from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.errors import DomainError, Forbidden, NotFound, invalid
from assetloan.identity import posts, queries
from assetloan.identity.inputs import line
from assetloan.identity.models import Person, RoleGrant
from assetloan.identity.rules import Actor, Permission, Role
from assetloan.identity.sign_in import actor_ref, bump_epoch

# Roles that serve the whole agency unless a unit is named.
AGENCY_ROLES = frozenset({Role.SECRETARIAT, Role.DIRECTOR, Role.AUDITOR, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class GrantData:
    """A role over a unit (None: the whole agency), with or without the units below, from a day to a day."""

    role: Role
    unit_id: int | None
    with_below: bool = False
    order_no: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


def default_unit(role: Role, home_unit_id: int | None) -> int | None:
    """The unit a role is over when none is named: the agency for agency-wide roles, else the person's own."""
    return None if role in AGENCY_ROLES else home_unit_id


def grant_role(
    actor: Actor,
    username: str,
    role: Role,
    *,
    unit_id: int | None,
    with_below: bool = False,
    order_no: str = "",
    now: datetime,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> None:
    """Give a role; the person's sessions end. Raises Forbidden, NotFound, Invalid."""
    actor.require(Permission.PEOPLE_MANAGE, unit_id=None)
    person = queries.person_for(actor, username)
    _grant(actor, person, GrantData(role, unit_id, with_below, order_no, valid_from, valid_until), now=now)


def _grant(actor: Actor, person: Person, data: GrantData, *, now: datetime) -> None:
    if not actor.console and person.id == actor.person_id:
        raise Forbidden()
    if data.role is Role.STAFF:
        raise invalid("role", "staff_is_implied")
    if data.role not in AGENCY_ROLES and data.unit_id is None:
        raise invalid("unit", "role_needs_unit")
    first = data.valid_from or clock.bangkok_date(now)
    if data.valid_until is not None and data.valid_until < first:
        raise invalid("valid_until", "ends_before_start")
    db.session.add(
        RoleGrant(
            person_id=person.id,
            role=data.role,
            unit_id=data.unit_id,
            with_below=data.with_below,
            valid_from=first,
            valid_until=data.valid_until,
            order_no=line("order_no", data.order_no),
        )
    )
    bump_epoch(person)
    db.session.flush()
    db.session.expire(person, ["grants"])
    after = {
        "role": data.role,
        "unit_id": data.unit_id,
        "with_below": data.with_below,
        "from": first,
        "until": data.valid_until,
    }
    audit.record(actor_ref(actor), "role.granted", person.ref, at=now, after=after)


def ensure_grant(actor: Actor, person: Person, role: Role, unit_name: str, *, now: datetime) -> bool:
    """Give a role unless the person has it; says whether it was given. Raises Forbidden, Invalid."""
    today = clock.bangkok_date(now)
    unit_id = default_unit(role, person.unit_id)
    if unit_name:
        unit = queries.unit_by_any_name(unit_name, today)
        if unit is None:
            raise invalid("roles", "unit_unknown", value=unit_name)
        unit_id = unit.id
    for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id, RoleGrant.role == role)):
        ended = grant.valid_until is not None and grant.valid_until < today
        if grant.unit_id == unit_id and not ended:
            return False
    _grant(actor, person, GrantData(role, unit_id), now=now)
    return True


def revoke_role(actor: Actor, username: str, grant_id: int, *, now: datetime) -> None:
    """End a role from today on; the last administrator stays. Raises Forbidden, NotFound, DomainError."""
    actor.require(Permission.PEOPLE_MANAGE, unit_id=None)
    person = queries.person_for(actor, username)
    if not actor.console and person.id == actor.person_id:
        raise Forbidden()
    today = clock.bangkok_date(now)
    grant = next((item for item in person.grants if item.id == grant_id), None)
    if grant is None:
        raise NotFound()
    if grant.role is Role.ADMIN:
        keep_an_admin(person.id, today)
    # A grant that began today never held for a whole day: it ends before it began counting.
    grant.valid_until = today - timedelta(days=1)
    grant.valid_from = min(grant.valid_from, grant.valid_until)
    bump_epoch(person)
    before = {"role": grant.role, "unit_id": grant.unit_id}
    audit.record(actor_ref(actor), "role.revoked", person.ref, at=now, before=before)


def keep_an_admin(person_id: int, today: date) -> None:
    """Raises DomainError("last_admin") when nobody but this person administers."""
    others = [person for person in posts.holders_of(Role.ADMIN, None, today) if person.id != person_id]
    if not others:
        raise DomainError("last_admin")
