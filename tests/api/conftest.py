"""A unit with its people, things and tokens, and a client that checks every answer by the description."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from assetloan.core.db import transaction
from assetloan.core.money import Money
from assetloan.identity import sign_in
from assetloan.identity.rules import Role, console
from tests.api.described import check_answer
from tests.conftest import NOW
from tests.factories import a_category, a_person, a_unit, an_agency, an_asset
from tests.installation import Once


@dataclass
class Api:
    """Calls as one person."""

    client: FlaskClient
    token: str

    def call(
        self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str
    ) -> TestResponse:
        given = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = raw if raw is not None else (None if body is None else json.dumps(body, ensure_ascii=False).encode())
        answer = self.client.open(
            f"/api/v1{path}", method=method, data=data, headers=given, content_type="application/json"
        )
        check_answer(method, path, answer)
        return answer

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self.call("POST", path, body, **more)

    def patch(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self.call("PATCH", path, body, **more)


def path(number: str) -> str:
    """A number as one piece of an address."""
    return quote(number, safe="")


@dataclass
class Office:
    """Everybody a loan needs, each with a client."""

    staff: Api
    colleague: Api
    officer: Api
    head: Api
    secretariat: Api
    director: Api
    auditor: Api
    admin: Api
    stranger: Api  # an officer of another unit
    nobody: Api
    assets: list[str]

    def request(self, *assets: str, who: Api | None = None, **more: Any) -> TestResponse:
        body = {
            "assets": list(assets or self.assets[:1]),
            "purpose": "ประชุมคณะทำงาน",
            "place": "inside",
            "due_on": "2026-11-26",
        } | more
        return (who or self.staff).post("/loans", body)

    def out(self, *assets: str) -> str:
        """A loan that was handed over; its number as a piece of an address."""
        number = path(self.request(*assets).json["number"])
        assert self.head.post(f"/loans/{number}/approve").status_code == 200
        assert self.officer.post(f"/loans/{number}/hand-over").status_code == 200
        return number


def filled_office(_app: Flask) -> tuple[list[str], dict[str, str]]:
    """The numbers of the things, and everybody's token."""
    an_agency()
    unit = a_unit("กยผ", parent="DEP", name="กองยุทธศาสตร์และแผนงาน")
    other = a_unit("กคพ", parent="DEP", name="กองคุ้มครอง")
    category = a_category().id
    more = {"category_id": category, "price": Money(2_200_000), "serial": "SN-9", "custodian_text": "นายเก็บ รักษา"}
    numbers = [
        an_asset(unit, asset_no=f"7440-001-000{n}/2560", name=f"โน้ตบุ๊ก {n}", place="ห้อง 204", **more).number
        for n in range(1, 5)
    ]
    numbers.append(an_asset(unit, asset_no="ลับ-1", name="ตู้นิรภัย", loanable=False).number)
    an_asset(other, asset_no="6730-003-0001", name="เครื่องฉายภาพ")
    names = {
        "staff": a_person(unit="กยผ", username="staff"),
        "colleague": a_person(unit="กคพ", username="colleague"),
        "officer": a_person(Role.OFFICER, unit="กยผ", username="officer"),
        "head": a_person(Role.HEAD, unit="กยผ", username="head"),
        "secretariat": a_person(Role.SECRETARIAT, unit="SLK", username="secretariat"),
        "director": a_person(Role.DIRECTOR, unit="DEP", username="director"),
        "auditor": a_person(Role.AUDITOR, unit="DEP", username="auditor"),
        "admin": a_person(Role.ADMIN, unit="", username="admin"),
        "stranger": a_person(Role.OFFICER, Role.HEAD, unit="กคพ", username="stranger"),
    }
    with transaction():
        tokens = {name: sign_in.create_token(console(), username, now=NOW) for name, username in names.items()}
    return numbers, tokens


@pytest.fixture
def office(app: Flask, once: Once) -> Office:
    numbers, tokens = once(filled_office)
    calls = {name: Api(app.test_client(), token) for name, token in tokens.items()}
    return Office(**calls, nobody=Api(app.test_client(), ""), assets=numbers)
