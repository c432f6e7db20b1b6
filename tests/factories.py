"""Builders that walk the real services, so that no test starts from an impossible state. Call inside a context."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from flask.testing import FlaskClient

from assetloan.assets import categories
from assetloan.assets import service as assets
from assetloan.assets.models import Asset, Category
from assetloan.assets.service import AssetData
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.identity import queries, service
from assetloan.identity.models import UnitKind
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Actor, Role, console
from tests.conftest import NOW

PASSWORD = "ช้างม้าวัวควาย-2569"
# Hashed the cheap way: what a real hash costs (50 ms for each sign-in) is told by the tests of passwords.
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
_serial = itertools.count(1)


def a_unit(
    code: str = "", *, parent: str = "", kind: UnitKind = UnitKind.DIVISION, name: str = "", **more: Any
) -> UnitCard:
    """A unit; `more` are fields of UnitData."""
    code = code or f"U{next(_serial)}"
    data = service.UnitData(code, name or f"กอง {code}", kind, parent, **more)
    with transaction():
        service.save_unit(console(), data, now=NOW)
    return queries.unit_by_code(code, clock.bangkok_date(NOW))


def an_agency() -> UnitCard:
    """The agency with the unit that is the Secretariat: พก. and สลก."""
    agency = a_unit("DEP", kind=UnitKind.AGENCY, name="กรมตัวอย่าง")
    a_unit("SLK", parent="DEP", name="สำนักงานเลขานุการกรม")
    return agency


def a_person(
    *roles: Role | tuple[Role, str], unit: str = "", username: str = "", name: str = "", password: bool = False
) -> str:
    """A person with roles (over their own unit unless a unit code is given); returns the user name."""
    username = username or f"person{next(_serial)}"
    given = tuple(role if isinstance(role, tuple) else (role, "") for role in roles)
    data = service.PersonData(username, name or f"นาย{username} ใจดี", unit, "นักจัดการงานทั่วไป", roles=given)
    with transaction():
        service.save_person(console(), data, now=NOW)
        if password:
            person = queries.person_by_username(username)
            assert person is not None
            person.password_hash = _HASH
    return username


def actor_named(username: str, now: datetime = NOW) -> Actor:
    """The actor of a user name, as of now."""
    db.session.rollback()
    person = queries.person_by_username(username)
    assert person is not None
    return queries.actor_of(person, today=clock.bangkok_date(now))


def an_actor(*roles: Role | tuple[Role, str], unit: str = "", username: str = "") -> Actor:
    """A new person's actor."""
    return actor_named(a_person(*roles, unit=unit, username=username))


def a_category(code: str = "7440", *, vehicle: bool = False, **more: Any) -> Category:
    """A category of the register."""
    given = {
        "name": "เครื่องคอมพิวเตอร์",
        "asset_class": "ครุภัณฑ์คอมพิวเตอร์",
        "least_years": 3,
        "most_years": 5,
        "years": 3,
        "rate_hundredths": 3300,
    } | more
    with transaction():
        return categories.save_category(console(), categories.CategoryData(code, vehicle=vehicle, **given), now=NOW)


def an_asset(
    unit: UnitCard, *, asset_no: str = "", name: str = "เครื่องฉายภาพ", loanable: bool = True, **more: Any
) -> Asset:
    """A registered asset of a unit, free to be lent unless told otherwise."""
    data = AssetData(asset_no=asset_no or f"6730-003-{next(_serial):04d}", name=name, loanable=loanable, **more)
    with transaction():
        return assets.create_asset(console(), unit.id, data, now=NOW)


def sign_in(client: FlaskClient, username: str) -> FlaskClient:
    """Sign a person (made with password=True) in through the real page."""
    page = client.get("/sign-in")
    token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    answer = client.post("/sign-in", data={"username": username, "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 303, answer.text
    return client
