"""Units as pages: the tree, changing one without changing its past, other names, when clean returns are free."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetloan.core import clock
from assetloan.identity import queries
from assetloan.identity.rules import Role
from tests.factories import a_person, a_unit, an_agency, sign_in
from tests.identity.pages import post, seen
from tests.installation import Once

EMPTY = {"site": "", "head_post": "", "contact": ""}
FIELDS = EMPTY | {"name": "กองใหม่", "kind": "division", "parent": "DEP", "short_name": "กม."}


def filled_people(_app: Flask) -> None:
    an_agency()
    a_unit("A", parent="DEP", name="กองหนึ่ง")
    a_unit("A1", parent="A", name="กลุ่มย่อย")
    a_unit("B", parent="DEP", name="กองสอง")
    for username, role, unit in (
        ("admin", Role.ADMIN, "SLK"),
        ("head", Role.HEAD, "A"),
        ("slk", Role.SECRETARIAT, "SLK"),
        ("auditor", Role.AUDITOR, "A"),
        ("officer", Role.OFFICER, "A"),
    ):
        a_person(role, unit=unit, username=username, password=True)


@pytest.fixture
def people(app: Flask, once: Once) -> Flask:
    once(filled_people)
    return app


def test_the_tree_shows_each_unit_under_its_parent(people: Flask, client: FlaskClient) -> None:
    page = sign_in(client, "officer").get("/units")
    assert page.status_code == 200
    assert re.search(r"กองหนึ่ง</a>[^<]*<small[^>]*>[^<]*</small><ul><li><a [^>]*>กลุ่มย่อย", page.text.replace("\n", ""))
    assert "เพิ่มหน่วยงาน" not in seen(page)
    assert "เพิ่มหน่วยงาน" in seen(sign_in(people.test_client(), "admin").get("/units"))


def test_an_admin_registers_a_unit(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    answer = post(client, "/units/new", code="NEW", **FIELDS)
    assert answer.location == "/units/NEW"
    assert "กองใหม่" in seen(client.get(answer.location))
    again = post(client, "/units/new", code="new", **FIELDS)
    assert again.status_code == 422
    assert "มีหน่วยงานรหัส “new” อยู่แล้ว" in seen(again)
    assert 'value="กองใหม่"' in again.text


def test_a_change_holds_from_today_and_fields_can_be_emptied(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    seen_token = re.search(r'name="seen" value="([^"]+)"', client.get("/units/A/edit").text)
    assert seen_token is not None
    given = FIELDS | {"contact": "ชั้น 2 โทร 1234", "seen": seen_token[1]}
    assert post(client, "/units/A/edit", **given).location == "/units/A"
    page = client.get("/units/A")
    assert "ชื่อในแต่ละช่วงเวลา" in seen(page)
    with people.app_context():
        today = clock.today()
        assert queries.unit_by_code("A", today - timedelta(days=1)).name == "กองหนึ่ง"
        card = queries.unit_by_code("A", today)
        assert (card.name, card.short_name, card.contact) == ("กองใหม่", "กม.", "ชั้น 2 โทร 1234")
        fresh = card.fingerprint
    post(client, "/units/A/edit", **(given | {"short_name": "", "seen": fresh}))
    with people.app_context():
        assert queries.unit_by_code("A", clock.today()).short_name == ""


def test_the_second_of_two_editors_is_told(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    old = re.search(r'name="seen" value="([^"]+)"', client.get("/units/A/edit").text)
    assert old is not None
    assert post(client, "/units/A/edit", **FIELDS, seen=old[1]).status_code == 303
    late = post(client, "/units/A/edit", **(FIELDS | {"name": "ช้าไป"}), seen=old[1])
    assert late.status_code == 422
    assert "มีผู้แก้ไขรายการนี้ก่อนแล้ว" in seen(late)
    with people.app_context():
        assert queries.unit_by_code("A", clock.today()).name == "กองใหม่"


def test_a_unit_cannot_stand_below_itself(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    with people.app_context():
        token = queries.unit_by_code("A", clock.today()).fingerprint
    page = post(client, "/units/A/edit", **(FIELDS | {"parent": "A1"}), seen=token)
    assert page.status_code == 422
    assert "หน่วยงานอยู่ใต้ตัวเองไม่ได้" in seen(page)


def test_another_name_is_taken_once(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    assert post(client, "/units/A/aliases", name="กองที่ ๑").status_code == 303
    assert "กองที่ ๑" in seen(client.get("/units/A"))
    page = post(client, "/units/B/aliases", name="กองที่ 1")
    assert page.status_code == 422
    assert "ใช้กับหน่วยงานอื่นแล้ว" in seen(page)
    assert post(client, "/units/B/aliases", name="กองหนึ่ง").status_code == 422


@pytest.mark.parametrize(
    ("username", "unit", "status"),
    [
        ("head", "A", 303),
        ("head", "B", 403),
        ("slk", "B", 303),
        ("auditor", "A", 403),
        ("officer", "A", 403),
        ("admin", "A", 403),
    ],
)
def test_who_decides_when_clean_returns_are_free(
    people: Flask, client: FlaskClient, username: str, unit: str, status: int
) -> None:
    sign_in(client, username)
    assert post(client, f"/units/{unit}/holding", holding="hold").status_code == status
    with people.app_context():
        assert queries.unit_by_code(unit, clock.today()).holds_clean_returns is (status == 303)
    shown = client.get(f"/units/{unit}")
    assert ('<form method="post" action="/units/' + unit + '/holding"' in shown.text) is (status == 303)


def test_a_unit_that_is_not_there(people: Flask, client: FlaskClient) -> None:
    assert sign_in(client, "admin").get("/units/NONE").status_code == 404
    assert client.get("/units/NONE/edit").status_code == 404
