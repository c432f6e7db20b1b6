"""Changing units and people. Every function checks the right, records, and never commits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from assetloan import audit
from assetloan.audit import ObjectRef
from assetloan.core import clock, text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, Forbidden, invalid
from assetloan.identity import queries
from assetloan.identity.grants import ensure_grant, keep_an_admin
from assetloan.identity.inputs import line, required_line
from assetloan.identity.models import Person, Unit, UnitAlias, UnitKind, UnitVersion
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Actor, Permission, Role
from assetloan.identity.sign_in import actor_ref, bump_epoch, end_tokens

UNIT_CODE = re.compile(r"[0-9A-Za-zก-๛._-]{1,32}\Z")
USERNAME = re.compile(r"[0-9A-Za-z._@+-]{2,64}\Z")
EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
LONGEST_CONTACT = 500
BEGINNING = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class UnitData:
    """A unit as given by an administrator or a file; None leaves what is known alone."""

    code: str
    name: str
    kind: UnitKind | None = None
    parent: str | None = None
    short_name: str | None = None
    site: str | None = None
    head_post: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class PersonData:
    """A person as given by an administrator or a file; None leaves what is known alone.

    Without a user name they cannot sign in. `roles` are (role, unit code or "" for the own unit); they are added.
    """

    username: str
    name: str
    unit: str | None = None
    position: str | None = None
    email: str | None = None
    phone: str | None = None
    contractor: bool | None = None  # [จ้างเหมา] borrows only with an official who answers for it
    roles: tuple[tuple[Role, str], ...] = ()


# --- units ----------------------------------------------------------------------------------------------------------


def save_unit(actor: Actor, data: UnitData, *, now: datetime) -> str:
    """Create a unit, or change the one that has this code.

    Returns "created", "updated" or "unchanged". Raises Forbidden, Invalid.
    """
    card = queries.unit_tree(clock.bangkok_date(now)).by_code.get(text.clean(data.code).casefold())
    if card is not None:
        return edit_unit(actor, card.code, data, now=now)
    create_unit(actor, data, now=now)
    return "created"


def create_unit(actor: Actor, data: UnitData, *, now: datetime) -> None:
    """A new unit. Raises Forbidden, Invalid (the code is taken, the parent is unknown, …)."""
    actor.require(Permission.UNIT_MANAGE, unit_id=None)
    today = clock.bangkok_date(now)
    code = text.clean(data.code)
    if not UNIT_CODE.match(code):
        raise invalid("code", "unit_code_invalid", value=data.code)
    if code.casefold() in queries.unit_tree(today).by_code:
        raise invalid("code", "unit_code_taken", value=code)
    values = {"short_name": "", "parent_id": None, "site": "", "head_post": "", "kind": UnitKind.OTHER}
    values |= _unit_values(data, today)
    unit = Unit(code=code, contact=line("contact", data.contact or "", LONGEST_CONTACT))
    db.session.add(unit)
    db.session.flush()
    db.session.add(UnitVersion(unit_id=unit.id, valid_from=BEGINNING, **values))
    db.session.flush()
    queries.forget_units()
    audit.record(actor_ref(actor), "unit.created", ObjectRef("unit", code, unit.id), at=now, after=values)


def edit_unit(actor: Actor, code: str, data: UnitData, *, now: datetime, seen: str | None = None) -> str:
    """Give a unit a new version from today when its name, parent, kind, site or post changed; its code stays.

    `seen` is the card's fingerprint that the editor saw. Returns "updated" or "unchanged".
    Raises Forbidden, NotFound, Invalid, DomainError("conflict").
    """
    actor.require(Permission.UNIT_MANAGE, unit_id=None)
    today = clock.bangkok_date(now)
    card = queries.unit_by_code(code, today)
    if seen is not None and seen != card.fingerprint:
        raise DomainError("conflict")
    values = _unit_values(data, today, card)
    contact = card.contact if data.contact is None else line("contact", data.contact, LONGEST_CONTACT)
    before = {key: getattr(card, key) for key in values} | {"contact": card.contact}
    after = values | {"contact": contact}
    if before == after:
        return "unchanged"
    if any(before[key] != value for key, value in values.items()):
        _new_version(card, values, today)
    db.session.get_one(Unit, card.id).contact = contact
    db.session.flush()
    queries.forget_units()
    ref = ObjectRef("unit", card.code, card.id)
    audit.record(actor_ref(actor), "unit.changed", ref, at=now, before=before, after=after)
    return "updated"


def _unit_values(data: UnitData, today: date, card: UnitCard | None = None) -> dict[str, Any]:
    """The columns that the data speak of. Raises Invalid."""
    values: dict[str, Any] = {"name": required_line("name", data.name)}
    for field in ("short_name", "site", "head_post"):
        given = getattr(data, field)
        if given is not None:
            values[field] = line(field, given)
    if data.kind is not None:
        values["kind"] = data.kind
    if data.parent is not None:
        values["parent_id"] = _parent(data.parent, today, card)
    return values


def _parent(name: str, today: date, card: UnitCard | None) -> int | None:
    if not text.clean(name):
        return None
    parent = queries.unit_by_any_name(name, today)
    if parent is None:
        raise invalid("parent", "unit_unknown", value=name)
    if card is not None and parent.id in queries.unit_tree(today).with_below(card.id):
        raise invalid("parent", "unit_below_itself", value=name)
    return parent.id


def _new_version(card: UnitCard, values: dict[str, Any], today: date) -> None:
    version = db.session.scalars(
        select(UnitVersion).where(UnitVersion.unit_id == card.id, UnitVersion.valid_until.is_(None))
    ).one()
    if version.valid_from >= today:
        for key, value in values.items():
            setattr(version, key, value)
        return
    kept = {key: getattr(version, key) for key in ("name", "short_name", "parent_id", "kind", "site", "head_post")}
    version.valid_until = today
    db.session.flush()
    db.session.add(UnitVersion(unit_id=card.id, valid_from=today, **(kept | values)))


def add_alias(actor: Actor, code: str, name: str, *, now: datetime) -> None:
    """Another name by which files call a unit. Raises Forbidden, NotFound, Invalid."""
    actor.require(Permission.UNIT_MANAGE, unit_id=None)
    today = clock.bangkok_date(now)
    card = queries.unit_by_code(code, today)
    cleaned = required_line("name", name)
    key = text.search_key(cleaned)
    same = select(UnitAlias.id).where(UnitAlias.name_key == key, UnitAlias.removed_at.is_(None))
    taken = db.session.scalar(same) is not None
    named = queries.unit_by_any_name(cleaned, today)
    if taken or (named is not None and named.id != card.id):
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
    db.session.flush()
    queries.forget_units()
    audit.record(
        actor_ref(actor),
        "unit.settings_changed",
        ObjectRef("unit", card.code, card.id),
        at=now,
        before={"holds_clean_returns": before},
        after={"holds_clean_returns": holds_clean_returns},
    )


def post_name(role: Role, unit: UnitCard | None) -> str:
    """The post that decides, as documents call it: the unit's own title for its head, else made from its name."""
    if role is Role.DIRECTOR or unit is None:
        return "หัวหน้าหน่วยงานของรัฐ"
    return unit.head_post or f"หัวหน้า{unit.name}"


# --- people ---------------------------------------------------------------------------------------------------------


def save_person(actor: Actor, data: PersonData, *, now: datetime) -> str:
    """Create a person, or change the one with this user name (without one: with this name in this unit).

    Returns "created", "updated" or "unchanged". Raises Forbidden, Invalid.
    """
    actor.require(Permission.PEOPLE_MANAGE, unit_id=None)
    person = known_person(data, clock.bangkok_date(now))
    if person is None:
        create_person(actor, data, now=now)
        return "created"
    changed = _change_person(actor, person, _person_values(data, now), now)
    granted = [ensure_grant(actor, person, role, code, now=now) for role, code in data.roles]
    return "updated" if changed or any(granted) else "unchanged"


def known_person(data: PersonData, today: date) -> Person | None:
    """The person whom these data are about: by user name, without one by name and unit."""
    if text.clean(data.username):
        return queries.person_by_username(data.username)
    unit = queries.unit_by_any_name(data.unit, today) if data.unit else None
    twins = [item for item in queries.people_by_name(data.name) if item.username is None]
    return next((item for item in twins if unit is None or item.unit_id == unit.id), None)


def create_person(actor: Actor, data: PersonData, *, now: datetime) -> Person:
    """A new person. Raises Forbidden, Invalid (the user name is taken, the unit is unknown, …)."""
    actor.require(Permission.PEOPLE_MANAGE, unit_id=None)
    blank = {"unit_id": None, "position": "", "email": "", "phone": "", "contractor": False}
    values = blank | _person_values(data, now)
    username = _username(data.username)
    person = Person(
        username=username,
        username_key=username.casefold() if username else None,
        name_key=text.search_key(values["name"]),
        created_at=now,
        **values,
    )
    db.session.add(person)
    db.session.flush()
    audit.record(actor_ref(actor), "person.created", person.ref, at=now, after=values)
    for role, code in data.roles:
        ensure_grant(actor, person, role, code, now=now)
    return person


def edit_person(actor: Actor, key: str, data: PersonData, *, version: int, now: datetime) -> Person:
    """Change a person whom the editor saw in this version; the user name may change too. Roles are left alone.

    Raises Forbidden, NotFound, Invalid, DomainError("conflict").
    """
    actor.require(Permission.PEOPLE_MANAGE, unit_id=None)
    person = queries.person_for(actor, key)
    if person.version != version:
        raise DomainError("conflict")
    username = _username(data.username, of=person)
    values = _person_values(data, now)
    if username != person.username:
        if username is None:
            raise invalid("username", "required")
        values |= {"username": username, "username_key": username.casefold()}
    _change_person(actor, person, values, now)
    return person


def _username(given: str, of: Person | None = None) -> str | None:
    username = text.clean(given)
    if not username:
        return None
    if not USERNAME.match(username):
        raise invalid("username", "username_invalid", value=given)
    other = queries.person_by_username(username)
    if other is not None and (of is None or other.id != of.id):
        raise invalid("username", "username_taken", value=username)
    return username


def _person_values(data: PersonData, now: datetime) -> dict[str, Any]:
    """The columns that the data speak of. Raises Invalid."""
    values: dict[str, Any] = {"name": required_line("name", data.name)}
    if data.unit is not None:
        unit = queries.unit_by_any_name(data.unit, clock.bangkok_date(now)) if text.clean(data.unit) else None
        if unit is None and text.clean(data.unit):
            raise invalid("unit", "unit_unknown", value=data.unit)
        values["unit_id"] = unit.id if unit else None
    if data.position is not None:
        values["position"] = line("position", data.position)
    if data.phone is not None:
        values["phone"] = line("phone", data.phone, 50)
    if data.contractor is not None:
        values["contractor"] = data.contractor
    if data.email is not None:
        values["email"] = line("email", data.email)
        if values["email"] and not EMAIL.fullmatch(values["email"]):
            raise invalid("email", "email_invalid", value=data.email)
    return values


def _change_person(actor: Actor, person: Person, values: dict[str, Any], now: datetime) -> bool:
    before = {key: getattr(person, key) for key in values}
    if before == values:
        return False
    for key, value in values.items():
        setattr(person, key, value)
    person.name_key = text.search_key(person.name)
    if any(key in values and before[key] != values[key] for key in ("unit_id", "username")):
        bump_epoch(person)
    db.session.flush()
    audit.record(actor_ref(actor), "person.changed", person.ref, at=now, before=before, after=values)
    return True


def set_active(actor: Actor, key: str, *, active: bool, now: datetime) -> None:
    """Let a person in, or no longer; sessions and tokens end. People are never deleted.

    Raises Forbidden (oneself), NotFound, DomainError("last_admin").
    """
    actor.require(Permission.PEOPLE_MANAGE, unit_id=None)
    person = queries.person_for(actor, key)
    if person.id == actor.person_id:
        raise Forbidden()
    if not active and any(grant.role is Role.ADMIN for grant in person.grants):
        keep_an_admin(person.id, clock.bangkok_date(now))
    before = person.active
    person.active = active
    bump_epoch(person)
    if not active:
        end_tokens(person.id, now)
    audit.record(
        actor_ref(actor),
        "person.activated" if active else "person.deactivated",
        person.ref,
        at=now,
        before={"active": before},
        after={"active": active},
    )
