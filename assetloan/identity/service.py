"""Changing units, people, grants and delegations. Every function checks the right, records, and never commits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from assetloan import audit
from assetloan.audit import ObjectRef
from assetloan.core import clock, ids, text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, FieldError, Forbidden, Invalid, NotFound, invalid
from assetloan.core.money import Money
from assetloan.identity import passwords, queries
from assetloan.identity.models import (
    Delegation,
    LinkKind,
    Person,
    RoleGrant,
    Unit,
    UnitAlias,
    UnitKind,
    UnitVersion,
)
from assetloan.identity.rules import Actor, DelegationKind, Permission, Place, Role, console
from assetloan.identity.sign_in import actor_ref, bump_epoch

UNIT_CODE = re.compile(r"[0-9A-Za-zก-๛._-]{1,32}\Z")
USERNAME = re.compile(r"[0-9A-Za-z._@+-]{2,64}\Z")
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class UnitData:
    """A unit as given by an administrator or a file."""

    code: str
    name: str
    kind: UnitKind
    parent: str = ""
    short_name: str = ""
    site: str = ""
    head_post: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class PersonData:
    """A person as given by an administrator or a file; `roles` are (role, unit code or "" for the own unit)."""

    username: str
    name: str
    unit: str = ""
    position: str = ""
    email: str = ""
    phone: str = ""
    roles: tuple[tuple[Role, str], ...] = ()


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


def _required(field: str, value: str, most: int = LONGEST_NAME) -> str:
    cleaned = text.clean(value)
    if not cleaned:
        raise invalid(field, "required")
    if len(cleaned) > most:
        raise invalid(field, "too_long", most=most)
    return cleaned


# --- units ----------------------------------------------------------------------------------------------------------


def save_unit(actor: Actor, data: UnitData, *, now: datetime) -> str:
    """Create a unit, or give it a new version when its name, parent, kind, site or post changed.

    Returns "created", "updated" or "unchanged". Raises Forbidden, Invalid.
    """
    actor.require(Permission.UNIT_MANAGE, unit_id=None)
    today = clock.bangkok_date(now)
    code = text.clean(data.code)
    if not UNIT_CODE.match(code):
        raise invalid("code", "unit_code_invalid", value=data.code)
    name = _required("name", data.name)
    parent = queries.unit_by_any_name(data.parent, today) if data.parent.strip() else None
    if data.parent.strip() and parent is None:
        raise invalid("parent", "unit_unknown", value=data.parent)
    tree = queries.unit_tree(today)
    card = tree.by_code.get(code.casefold())
    if card is not None and parent is not None and parent.id in tree.with_below(card.id):
        raise invalid("parent", "unit_below_itself", value=data.parent)
    values = {
        "name": name,
        "short_name": text.clean(data.short_name),
        "parent_id": parent.id if parent else None,
        "kind": data.kind,
        "site": text.clean(data.site),
        "head_post": text.clean(data.head_post),
    }
    if card is None:
        return _create_unit(actor, code, values, text.clean(data.contact), today, now)
    return _new_unit_version(actor, card, values, today, now)


def _create_unit(actor: Actor, code: str, values: dict[str, object], contact: str, today: date, now: datetime) -> str:
    unit = Unit(code=code, contact=contact)
    db.session.add(unit)
    db.session.flush()
    db.session.add(UnitVersion(unit_id=unit.id, valid_from=date(1900, 1, 1), **values))
    db.session.flush()
    queries.forget_units()
    audit.record(actor_ref(actor), "unit.created", ObjectRef("unit", code, unit.id), at=now, after=values)
    return "created"


def _new_unit_version(
    actor: Actor, card: queries.UnitCard, values: dict[str, object], today: date, now: datetime
) -> str:
    version = db.session.scalars(
        select(UnitVersion).where(UnitVersion.unit_id == card.id, UnitVersion.valid_until.is_(None))
    ).one()
    # An empty cell of a file leaves short name, site and post alone.
    values = {key: value for key, value in values.items() if value != "" or key in ("name",)}
    before = {key: getattr(version, key) for key in values}
    if before == values:
        return "unchanged"
    merged = {
        key: values.get(key, getattr(version, key))
        for key in ("name", "short_name", "parent_id", "kind", "site", "head_post")
    }
    if version.valid_from >= today:
        for key, value in merged.items():
            setattr(version, key, value)
    else:
        version.valid_until = today
        db.session.flush()
        db.session.add(UnitVersion(unit_id=card.id, valid_from=today, **merged))
    db.session.flush()
    queries.forget_units()
    ref = ObjectRef("unit", card.code, card.id)
    audit.record(actor_ref(actor), "unit.changed", ref, at=now, before=before, after=values)
    return "updated"


def add_alias(actor: Actor, code: str, name: str, *, now: datetime) -> None:
    """Another name by which files call a unit. Raises Forbidden, NotFound, Invalid."""
    actor.require(Permission.UNIT_MANAGE, unit_id=None)
    today = clock.bangkok_date(now)
    card = queries.unit_by_code(code, today)
    cleaned = _required("name", name)
    key = text.search_key(cleaned)
    if db.session.scalar(select(UnitAlias.id).where(UnitAlias.name_key == key)) is not None:
        raise invalid("name", "alias_taken", value=cleaned)
    db.session.add(UnitAlias(unit_id=card.id, name=cleaned, name_key=key))
    ref = ObjectRef("unit", card.code, card.id)
    audit.record(actor_ref(actor), "unit.alias_added", ref, at=now, after={"name": cleaned})


def set_holding(actor: Actor, code: str, *, holds_clean_returns: bool, now: datetime) -> None:
    """Whether clean returns of the unit wait for the Secretariat before they are lent again."""
    card = queries.unit_by_code(code, clock.bangkok_date(now))
    actor.require(Permission.UNIT_SETTINGS, unit_id=card.id)
    unit = db.session.get_one(Unit, card.id)
    before = unit.holds_clean_returns
    unit.holds_clean_returns = holds_clean_returns
    queries.forget_units()
    audit.record(
        actor_ref(actor),
        "unit.settings_changed",
        ObjectRef("unit", card.code, card.id),
        at=now,
        before={"holds_clean_returns": before},
        after={"holds_clean_returns": holds_clean_returns},
    )


# --- people ---------------------------------------------------------------------------------------------------------


def save_person(actor: Actor, data: PersonData, *, now: datetime) -> str:
    """Create or update a person by user name. Roles given are added, none is taken away here.

    Returns "created", "updated" or "unchanged". Raises Forbidden, Invalid.
    """
    actor.require(Permission.PEOPLE_MANAGE, unit_id=None)
    today = clock.bangkok_date(now)
    username = text.clean(data.username)
    if not USERNAME.match(username):
        raise invalid("username", "username_invalid", value=data.username)
    name = _required("name", data.name)
    unit = queries.unit_by_any_name(data.unit, today) if data.unit.strip() else None
    if data.unit.strip() and unit is None:
        raise invalid("unit", "unit_unknown", value=data.unit)
    email = text.clean(data.email)
    if email and not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", email):
        raise invalid("email", "email_invalid", value=data.email)
    person = queries.person_by_username(username)
    values = {
        "name": name,
        "unit_id": unit.id if unit else None,
        "position": text.clean(data.position)[:LONGEST_NAME],
        "email": email,
        "phone": text.clean(data.phone)[:50],
    }
    if person is None:
        person = Person(
            username=username,
            username_key=username.casefold(),
            name_key=text.search_key(name),
            created_at=now,
            **values,
        )
        db.session.add(person)
        db.session.flush()
        audit.record(actor_ref(actor), "person.created", person.ref, at=now, after=values)
        outcome = "created"
    else:
        outcome = _update_person(actor, person, values, now)
    if any(_ensure_grant(actor, person, role, code, now=now) for role, code in data.roles) and outcome == "unchanged":
        outcome = "updated"
    return outcome


def _update_person(actor: Actor, person: Person, values: dict[str, object], now: datetime) -> str:
    # An empty cell or field leaves what is known alone.
    given = {key: value for key, value in values.items() if value not in ("", None)}
    before = {key: getattr(person, key) for key in given}
    if before == given:
        return "unchanged"
    for key, value in given.items():
        setattr(person, key, value)
    person.name_key = text.search_key(person.name)
    if before.get("unit_id") != person.unit_id:
        bump_epoch(person)
    audit.record(actor_ref(actor), "person.changed", person.ref, at=now, before=before, after=given)
    db.session.flush()
    return "updated"


def _ensure_grant(actor: Actor, person: Person, role: Role, unit_code: str, *, now: datetime) -> bool:
    today = clock.bangkok_date(now)
    unit_id = queries.unit_by_code(unit_code, today).id if unit_code else default_unit(role, person.unit_id)
    for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id, RoleGrant.role == role)):
        ended = grant.valid_until is not None and grant.valid_until < today
        if grant.unit_id == unit_id and not ended:
            return False
    grant_role(actor, person.username or "", role, unit_id=unit_id, with_below=False, order_no="", now=now)
    return True


# Roles that serve the whole agency unless a unit is named.
AGENCY_ROLES = frozenset({Role.SECRETARIAT, Role.DIRECTOR, Role.AUDITOR, Role.ADMIN})


def default_unit(role: Role, home_unit_id: int | None) -> int | None:
    """The unit a role is over when none is named: the agency for agency-wide roles, else the person's own."""
    return None if role in AGENCY_ROLES else home_unit_id


def grant_role(
    actor: Actor,
    username: str,
    role: Role,
    *,
    unit_id: int | None,
    with_below: bool,
    order_no: str,
    now: datetime,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> None:
    """Give a role; the person's sessions end. Raises Forbidden, NotFound, Invalid."""
    actor.require(Permission.PEOPLE_MANAGE, unit_id=None)
    person = queries.person_by_username(username)
    if person is None:
        raise NotFound(person=username)
    if not actor.console and person.id == actor.person_id:
        raise Forbidden()
    if role is Role.STAFF:
        raise invalid("role", "staff_is_implied")
    if role not in AGENCY_ROLES and unit_id is None:
        raise invalid("unit", "role_needs_unit")
    first = valid_from or clock.bangkok_date(now)
    if valid_until is not None and valid_until < first:
        raise invalid("valid_until", "ends_before_start")
    db.session.add(
        RoleGrant(
            person_id=person.id,
            role=role,
            unit_id=unit_id,
            with_below=with_below,
            valid_from=first,
            valid_until=valid_until,
            order_no=text.clean(order_no),
        )
    )
    bump_epoch(person)
    db.session.flush()
    db.session.expire(person, ["grants"])
    after = {"role": role, "unit_id": unit_id, "with_below": with_below, "from": first, "until": valid_until}
    audit.record(actor_ref(actor), "role.granted", person.ref, at=now, after=after)


def revoke_role(actor: Actor, username: str, grant_id: int, *, now: datetime) -> None:
    """End a role from today on; the last administrator stays. Raises Forbidden, NotFound, DomainError."""
    actor.require(Permission.PEOPLE_MANAGE, unit_id=None)
    person = queries.person_for(actor, username)
    today = clock.bangkok_date(now)
    grant = next((item for item in person.grants if item.id == grant_id), None)
    if grant is None:
        raise NotFound()
    if grant.role is Role.ADMIN:
        _keep_an_admin(person.id, today)
    # A grant that began today never held for a whole day: it ends before it began counting.
    grant.valid_until = date.fromordinal(today.toordinal() - 1)
    grant.valid_from = min(grant.valid_from, grant.valid_until)
    bump_epoch(person)
    before = {"role": grant.role, "unit_id": grant.unit_id}
    audit.record(actor_ref(actor), "role.revoked", person.ref, at=now, before=before)


def _keep_an_admin(person_id: int, today: date) -> None:
    others = [person for person in queries.holders_of(Role.ADMIN, None, today) if person.id != person_id]
    if not others:
        raise DomainError("last_admin")


def set_active(actor: Actor, username: str, *, active: bool, now: datetime) -> None:
    """Let a person in, or no longer; sessions end. People are never deleted. Raises Forbidden, NotFound, DomainError."""
    actor.require(Permission.PEOPLE_MANAGE, unit_id=None)
    person = queries.person_for(actor, username)
    if person.id == actor.person_id:
        raise Forbidden()
    if not active and any(grant.role is Role.ADMIN for grant in person.grants):
        _keep_an_admin(person.id, clock.bangkok_date(now))
    before = person.active
    person.active = active
    bump_epoch(person)
    audit.record(
        actor_ref(actor),
        "person.activated" if active else "person.deactivated",
        person.ref,
        at=now,
        before={"active": before},
        after={"active": active},
    )


# --- delegations ----------------------------------------------------------------------------------------------------


def create_delegation(actor: Actor, data: DelegationData, *, now: datetime) -> Delegation:
    """Record an order of delegation. Raises Forbidden, Invalid."""
    actor.require(Permission.DELEGATION_MANAGE, unit_id=None)
    today = clock.bangkok_date(now)
    errors: list[FieldError] = []
    person = queries.person_by_username(data.to)
    if person is None or not person.active:
        errors.append(FieldError("to", "person_unknown", {"value": data.to}))
    if not text.clean(data.order_no):
        errors.append(FieldError("order_no", "required"))
    if data.valid_until < data.valid_from:
        errors.append(FieldError("valid_until", "ends_before_start"))
    if data.role not in (Role.HEAD, Role.DIRECTOR):
        errors.append(FieldError("role", "unknown_value", {"value": data.role.value}))
    unit = queries.unit_by_any_name(data.unit, today) if data.unit.strip() else None
    if data.role is Role.HEAD and unit is None:
        errors.append(FieldError("unit", "unit_unknown", {"value": data.unit}))
    if not data.places:
        errors.append(FieldError("places", "required"))
    if errors or person is None:
        raise Invalid(*errors)
    row = Delegation(
        kind=data.kind,
        role=data.role,
        unit_id=unit.id if unit else None,
        from_post=text.clean(data.from_post) or post_name(data.role, unit),
        to_person_id=person.id,
        places=",".join(data.places),
        most_days=data.most_days,
        most_value=data.most_value,
        order_no=text.clean(data.order_no),
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


def revoke_delegation(actor: Actor, delegation_id: int, *, now: datetime) -> None:
    """End a delegation now. Raises Forbidden, NotFound."""
    actor.require(Permission.DELEGATION_MANAGE, unit_id=None)
    row = next((item for item in queries.delegations_for(actor) if item.id == delegation_id), None)
    if row is None:
        raise NotFound()
    row.revoked_at = row.revoked_at or now
    bump_epoch(row.to_person)
    audit.record(actor_ref(actor), "delegation.revoked", row.to_person.ref, at=now, before={"order_no": row.order_no})


def post_name(role: Role, unit: queries.UnitCard | None) -> str:
    """The post that decides, as documents call it: the unit's own title for its head, else made from its name."""
    if role is Role.DIRECTOR or unit is None:
        return "หัวหน้าหน่วยงานของรัฐ"
    return unit.head_post or f"หัวหน้า{unit.name}"


# --- first set-up ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setup:
    """The first agency and its first administrator."""

    token: str
    agency_code: str
    agency_name: str
    username: str
    name: str
    password: str


def complete_setup(data: Setup, *, source: str, now: datetime) -> None:
    """Make the agency and its administrator by the one-time link. Raises NotFound when it is spent, Invalid."""
    link = queries.open_link(ids.token_hash(data.token), LinkKind.SETUP, now)
    if link is None or queries.there_are_people():
        raise NotFound()
    passwords.check_new(data.password, username=data.username)

    actor = console(request_id=f"setup from {source}")
    if queries.unit_tree(clock.bangkok_date(now)).agency() is None:
        save_unit(actor, UnitData(data.agency_code, data.agency_name, UnitKind.AGENCY), now=now)
    save_person(actor, PersonData(data.username, data.name, data.agency_code, roles=((Role.ADMIN, ""),)), now=now)
    person = queries.person_by_username(data.username)
    if person is None:
        raise NotFound()
    person.password_hash = passwords.hashed(data.password)
    link.used_at = now
