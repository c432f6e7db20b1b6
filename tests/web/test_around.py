"""The ways of a person in groups, and what a new agency does first."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetloan.identity.rules import Role
from tests.factories import a_person, a_unit, an_agency, an_asset, sign_in

UNITS, PEOPLE = "เพิ่มหน่วยงานในสังกัด", "เพิ่มบุคลากร แล้วให้บทบาท"
REGISTER = "นำเข้าทะเบียนครุภัณฑ์จากไฟล์เดิมของหน่วยงาน"


def test_who_sets_up_is_told_to_add_units_and_people_until_somebody_is_there(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        an_agency()
        a_person(Role.ADMIN, unit="DEP", username="admin", password=True)
    home = sign_in(client, "admin").get("/").text
    assert UNITS in home
    assert PEOPLE in home
    assert REGISTER not in home
    with app.app_context():
        a_person(unit="DEP")
    home = client.get("/").text
    assert UNITS not in home
    assert PEOPLE not in home


def test_an_officer_is_told_to_fill_the_register_until_something_is_in_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        an_agency()
        unit = a_unit("A", parent="DEP")
        a_person(Role.OFFICER, unit="A", username="officer", password=True)
    home = sign_in(client, "officer").get("/").text
    assert REGISTER in home
    assert UNITS not in home
    assert "เริ่มด้วยการนำเข้าไฟล์ทะเบียนเดิม" in client.get("/assets").text
    with app.app_context():
        an_asset(unit)
    assert REGISTER not in client.get("/").text


def test_a_thing_shows_three_acts_and_folds_the_others(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        an_agency()
        unit = a_unit("A", parent="DEP")
        a_person(Role.OFFICER, unit="A", username="officer", password=True)
        an_asset(unit, asset_no="2-2")
    page = sign_in(client, "officer").get("/assets/2-2").text
    shown, folded = page.split('<div class="acts">')[1].split('<details class="further">')
    assert shown.count('class="button') == 3
    assert shown.index("button primary") < shown.index("button second")
    assert "แก้ไขข้อมูล" in shown
    assert folded.split("</details>")[0].count("<li>") >= 3


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/assets?free_from-day=31&free_from-month=2&free_from-year=2569", "free_from"),
        ("/scans?since-day=31&since-month=2&since-year=2569", "since"),
    ],
)
def test_a_wrong_day_in_a_filter_is_told_on_top_too(app: Flask, client: FlaskClient, address: str, field: str) -> None:
    with app.app_context():
        an_agency()
        a_unit("A", parent="DEP")
        a_person(Role.OFFICER, unit="A", username="officer", password=True)
    page = sign_in(client, "officer").get(address).text
    assert "<title>ข้อผิดพลาด:" in page
    assert f'<a href="#{field}-day">ไม่มีวันที่นี้ในปฏิทิน' in page
    assert 'value="31"' in page
