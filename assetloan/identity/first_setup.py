"""The first set-up: the agency and its first administrator, by the one-time link printed on the console."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from assetloan.core import clock, ids
from assetloan.core.errors import Invalid, NotFound, invalid
from assetloan.identity import passwords, queries
from assetloan.identity.models import LinkKind, UnitKind
from assetloan.identity.rules import Role, console
from assetloan.identity.service import PersonData, UnitData, create_person, create_unit


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
    """Make the agency (unless an import brought it) and its administrator. Works once.

    Raises NotFound when the link is spent or there are people already, Invalid.
    """
    link = queries.open_link(ids.token_hash(data.token), LinkKind.SETUP, now, lock=True)
    if link is None or queries.there_are_people():
        raise NotFound()
    passwords.check_new(data.password, username=data.username)
    actor = console(request_id=f"setup from {source}")
    agency = queries.unit_tree(clock.bangkok_date(now)).agency()
    code = agency.code if agency is not None else data.agency_code
    if agency is None:
        with _fields_named({"code": "agency_code", "name": "agency_name"}):
            create_unit(actor, UnitData(code, data.agency_name, UnitKind.AGENCY), now=now)
    if not data.username:
        raise invalid("username", "required")
    person = create_person(actor, PersonData(data.username, data.name, code, roles=((Role.ADMIN, ""),)), now=now)
    person.password_hash = passwords.hashed(data.password)
    link.used_at = now


@contextmanager
def _fields_named(names: dict[str, str]) -> Iterator[None]:
    """Call the fields of a refusal as the set-up form calls them."""
    try:
        yield
    except Invalid as error:
        raise Invalid(*(replace(fault, field=names.get(fault.field, fault.field)) for fault in error.errors)) from None
