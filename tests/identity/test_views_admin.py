"""Delegations, holidays and settings as pages: what was typed, what holds from when, who may."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assetloan.audit.models import AuditEntry
from assetloan.core import calendar, clock, settings
from assetloan.core.db import db
from assetloan.core.holidays import Holiday, holidays_between
from assetloan.identity.models import Delegation
from assetloan.identity.rules import Permission, Place, Role
from tests.factories import a_person, a_unit, actor_named, an_agency, sign_in
from tests.identity.pages import post, seen
from tests.installation import Once


def typed(name: str, day: date) -> dict[str, str]:
    """A date as three fields, in พ.ศ., the month by its name."""
    month = calendar.MONTHS_SHORT[day.month - 1]
    return {f"{name}__day": str(day.day), f"{name}__month": month, f"{name}__year": str(day.year + 543)}


def filled_people(_app: Flask) -> None:
    an_agency()
    a_unit("A", parent="DEP", name="กองหนึ่ง")
    a_person(Role.ADMIN, unit="SLK", username="admin", password=True)
    a_person(Role.SECRETARIAT, unit="SLK", username="slk", password=True)
    a_person(Role.AUDITOR, unit="SLK", username="auditor", password=True)
    a_person(Role.OFFICER, unit="A", username="officer", password=True)
    a_person(unit="A", username="somchai", name="นายสมชาย ใจดี", password=True)


@pytest.fixture
def people(app: Flask, once: Once) -> Flask:
    once(filled_people)
    return app


# --- delegations ----------------------------------------------------------------------------------------------------


def an_order(**changed: str) -> dict[str, str]:
    today = clock.today()
    given = {
        "kind": "delegated",
        "role": "director",
        "unit": "",
        "from_post": "",
        "to": "somchai",
        "order_no": "พม 45/2569",
        "places": "outside",
        "most_days": "๗",
        "most_value": "20,000",
    }
    return given | typed("valid_from", today) | typed("valid_until", today + timedelta(days=30)) | changed


def test_an_order_is_recorded_and_holds_until_it_is_revoked(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "slk")
    assert post(client, "/delegations/new", **an_order()).location == "/delegations"
    page = seen(client.get("/delegations"))
    for words in ("พม 45/2569", "นายสมชาย ใจดี", "ใช้นอกสถานที่", "ไม่เกิน 7 วัน", "20,000.00", "มีผลอยู่"):
        assert words in page
    with people.app_context():
        actor = actor_named("somchai", clock.now())
        assert actor.has(Permission.LOAN_APPROVE_OUTSIDE)
        row = db.session.scalars(select(Delegation)).one()
        assert (row.places, row.most_days, str(row.most_value)) == (Place.OUTSIDE.value, 7, "20000.00")
        number = row.id
    assert post(client, f"/delegations/{number}/revoke").status_code == 303
    assert "ยกเลิกแล้ว" in seen(client.get("/delegations"))
    with people.app_context():
        assert not actor_named("somchai", clock.now()).has(Permission.LOAN_APPROVE_OUTSIDE)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"to": "nobody"}, "to", "ไม่รู้จักบุคลากร “nobody”"),
        ({"to": "slk"}, "to", "มอบอำนาจให้ตนเองไม่ได้"),
        ({"order_no": ""}, "order_no", "กรุณากรอก: คำสั่งที่"),
        ({"role": "head"}, "unit", "ไม่รู้จักหน่วยงาน"),
        ({"most_value": "แพง"}, "most_value", "ใส่จำนวนเงินเป็นบาท"),
        ({"most_days": "1e3"}, "most_days", "ใส่ตัวเลขจำนวนเต็ม"),
        ({"valid_until__year": "2560"}, "valid_until-day", "วันสิ้นสุดต้องไม่ก่อนวันเริ่ม"),
    ],
)
def test_an_order_that_cannot_be_is_refused_beside_its_field(
    people: Flask, client: FlaskClient, changed: dict[str, str], field: str, sentence: str
) -> None:
    sign_in(client, "slk")
    page = post(client, "/delegations/new", **an_order(**changed))
    assert page.status_code == 422
    assert sentence in seen(page)
    assert f'href="#{field}"' in page.text
    with people.app_context():
        assert db.session.scalars(select(Delegation)).all() == []


def test_people_see_the_orders_that_concern_them(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "slk")
    post(client, "/delegations/new", **an_order())
    assert "พม 45/2569" in seen(sign_in(people.test_client(), "somchai").get("/delegations"))
    assert "พม 45/2569" in seen(sign_in(people.test_client(), "auditor").get("/delegations"))
    officer = sign_in(people.test_client(), "officer")
    assert "พม 45/2569" not in seen(officer.get("/delegations"))
    assert officer.get("/delegations/new").status_code == 403


# --- holidays -------------------------------------------------------------------------------------------------------


def test_a_year_is_filled_from_the_library_and_once(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "slk")
    assert post(client, "/holidays/fill", year="๒๕๗๐").status_code == 303
    page = seen(client.get("/holidays"))
    assert "พ.ศ. 2570" in page
    assert "วันปิยมหาราช" in page
    assert "วันแรงงาน" not in page
    with people.app_context():
        days = holidays_between(date(2027, 1, 1), date(2027, 12, 31))
        assert date(2027, 1, 1) in days
    assert post(client, "/holidays/fill", year="2570").status_code == 303
    with people.app_context():
        assert holidays_between(date(2027, 1, 1), date(2027, 12, 31)) == days
        filled = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "holidays.filled")).all()
        assert len(filled) == 1


def test_a_special_day_cites_its_resolution_and_can_be_taken_out(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "slk")
    day = date(2027, 4, 16)
    given = {"name": "วันหยุดพิเศษ", "source": "มติ ครม. 3 พ.ย. 2569"} | typed("day", day)
    assert post(client, "/holidays", **(given | {"source": ""})).status_code == 422
    assert post(client, "/holidays", **given).status_code == 303
    page = client.get("/holidays")
    assert "มติ ครม. 3 พ.ย. 2569" in seen(page)
    again = post(client, "/holidays", **given)
    assert again.status_code == 422
    assert "เป็นวันหยุดอยู่แล้ว" in seen(again)
    assert post(client, "/holidays/2027-04-16/remove").status_code == 303
    assert post(client, "/holidays/2027-04-16/remove").status_code == 404
    assert post(client, "/holidays/not-a-day/remove").status_code == 404
    with people.app_context():
        assert db.session.get(Holiday, day) is None


def test_a_year_that_cannot_be_is_refused(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "slk")
    for year in ("", "2027", "12x"):
        assert post(client, "/holidays/fill", year=year).status_code == 422


# --- settings -------------------------------------------------------------------------------------------------------


def test_a_value_holds_from_its_day_on(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    today = clock.today()
    later = today + timedelta(days=10)
    assert post(client, "/settings/longest_loan_days", value="๓๐", **typed("valid_from", later)).status_code == 303
    page = seen(client.get("/settings"))
    assert "ข้อ 211" in page
    with people.app_context():
        assert settings.number("longest_loan_days", today) == 15
        assert settings.number("longest_loan_days", later) == 30
    assert post(client, "/settings/longest_loan_days", value="20", **typed("valid_from", today)).status_code == 303
    assert "20" in seen(client.get("/settings/longest_loan_days"))


def test_texts_and_choices_are_settings_too(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    today = typed("valid_from", clock.today())
    assert post(client, "/settings/agency_phone", value="0 2354 3388", **today).status_code == 303
    assert "0 2354 3388" in seen(client.get("/handbook"))
    assert post(client, "/settings/sites_are_inside", on="1", **today).status_code == 303
    with people.app_context():
        assert settings.flag("sites_are_inside", clock.today())
    assert post(client, "/settings/agency_phone", value="", **today).status_code == 303
    with people.app_context():
        assert settings.text("agency_phone", clock.today()) == ""


@pytest.mark.parametrize(
    ("value", "days_from_now", "sentence"),
    [
        ("0", 0, "ใส่ได้ตั้งแต่ 1 ถึง 365"),
        ("366", 0, "ใส่ได้ตั้งแต่ 1 ถึง 365"),
        ("1_0", 0, "ใส่ได้ตั้งแต่ 1 ถึง 365"),
        ("", 0, "ใส่ได้ตั้งแต่ 1 ถึง 365"),
        ("20", -1, "ใช้ได้ตั้งแต่วันนี้เป็นต้นไป"),
    ],
)
def test_a_value_out_of_bounds_or_for_the_past_is_refused(
    people: Flask, client: FlaskClient, value: str, days_from_now: int, sentence: str
) -> None:
    sign_in(client, "admin")
    day = clock.today() + timedelta(days=days_from_now)
    page = post(client, "/settings/longest_loan_days", value=value, **typed("valid_from", day))
    assert page.status_code == 422
    assert sentence in seen(page)
    with people.app_context():
        assert settings.number("longest_loan_days", clock.today()) == 15


def test_what_the_program_keeps_is_no_setting(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    assert client.get("/settings/demo").status_code == 404
    assert post(client, "/settings/demo", on="1", **typed("valid_from", clock.today())).status_code == 404
    assert client.get("/settings/none").status_code == 404


@pytest.mark.parametrize(
    ("username", "holidays", "values"), [("admin", 200, 200), ("slk", 200, 403), ("officer", 403, 403)]
)
def test_who_may_open_them(people: Flask, client: FlaskClient, username: str, holidays: int, values: int) -> None:
    sign_in(client, username)
    assert client.get("/holidays").status_code == holidays
    assert client.get("/settings").status_code == values
