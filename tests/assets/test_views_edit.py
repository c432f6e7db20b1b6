"""Registering and editing as pages: what was typed is kept, nothing is overwritten, nothing foreign is taken."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from werkzeug.test import TestResponse

from assetloan.assets import queries, service
from assetloan.assets.models import Asset
from assetloan.assets.service import AssetData
from assetloan.core.db import db, transaction
from assetloan.core.money import Money
from assetloan.identity.rules import Role, console
from tests.assets.pages import form_to, forms, resend, send
from tests.conftest import NOW
from tests.factories import a_category, a_person, a_unit, actor_named, an_agency, an_asset, sign_in
from tests.installation import Once

NUMBER = "7440-001-0001/1"
EDIT = f"/assets/{NUMBER}/edit"


def filled_desk(_app: Flask) -> None:
    an_agency()
    unit, other = a_unit("A", parent="DEP", name="กองหนึ่ง"), a_unit("B", parent="DEP", name="กองสอง")
    a_person(Role.OFFICER, unit="A", username="officer", password=True)
    a_person(unit="A", username="keeper", name="นางสาวสมศรี ดีงาม")
    a_person(Role.OFFICER, unit="B", username="stranger", password=True)
    a_person(Role.HEAD, unit="A", username="head", password=True)
    a_category()
    an_asset(unit, asset_no=NUMBER, name="จอ", place="ห้อง 1", price=Money(550000), brand="Dell")
    an_asset(other, asset_no="B-1", name="ของกองสอง")


@pytest.fixture
def desk(once: Once) -> None:
    """A unit with its officer, a colleague who keeps things, a category and one asset."""
    once(filled_desk)


def stored(app: Flask, number: str) -> Asset:
    """An asset as the console reads it, with what it points at."""
    with app.app_context():
        db.session.rollback()
        return queries.by_number(console(), number)


def edit_meanwhile(app: Flask, **fields: Any) -> None:
    """Somebody else saves first."""
    with app.app_context():
        version = queries.by_number(console(), NUMBER).version
        who = actor_named("officer")
        with transaction():
            service.edit_asset(who, NUMBER, AssetData(**fields), version=version, reason="คนอื่นแก้", now=NOW)


def went_to(answer: TestResponse) -> str:
    return unquote(answer.location or "")


# --- registering ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("desk")
def test_an_officer_registers_an_asset(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    answer = send(
        client, "/assets/new", "/assets/new", asset_no=" ๖๗๒๐–๐๐๑ / ๑", name="กล้อง", category="7440",
        place="ตู้ 3", custodian="keeper", price="๒๒,๐๐๐.-", gfmis_no="1000 0001 1397", loanable="y",
        note="หนึ่ง\r\nสอง", **{"received_on-day": "25", "received_on-month": "พ.ย.", "received_on-year": "2568"},
    )  # fmt: skip
    assert answer.status_code == 303
    assert went_to(answer) == "/assets/6720-001/1?done=registered"
    assert "ลงทะเบียนแล้ว" in client.get(answer.location or "").text
    asset = stored(app, "6720-001/1")
    assert asset.category is not None
    assert asset.place is not None
    assert asset.custodian is not None
    assert (asset.category.code, asset.place.name, asset.custodian.username) == ("7440", "ตู้ 3", "keeper")
    assert (asset.price, asset.gfmis_no, asset.loanable) == (Money(2200000), "100000011397", True)
    assert (asset.received_on, asset.note) == (date(2025, 11, 25), "หนึ่ง\nสอง")
    assert len(asset.codes) == 1


@pytest.mark.usefixtures("desk")
def test_without_a_number_a_temporary_one_is_given(client: FlaskClient) -> None:
    sign_in(client, "officer")
    assert went_to(send(client, "/assets/new", "/assets/new", name="กล้อง")).startswith("/assets/ชค.A-2570-00001?")


@pytest.mark.usefixtures("desk")
def test_wrong_input_stands_beside_its_field_and_is_kept(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    answer = send(
        client, "/assets/new", "/assets/new", asset_no="ใหม่-1", name="", brand="ก" * 101, price="ห้าพัน", gfmis_no="123",
        **{"received_on-day": "31", "received_on-month": "2", "received_on-year": "2569"},
    )  # fmt: skip
    assert answer.status_code == 422
    text = answer.text
    assert "<title>ข้อผิดพลาด:" in text
    for words in ("กรุณากรอกชื่อรายการ", "ใส่ได้ไม่เกิน 100 ตัวอักษร", "อ่านราคาไม่ได้", "ไม่มีวันที่นี้ในปฏิทิน"):
        assert text.count(words) >= 2, words  # in the summary and beside the field
    kept = form_to(text, "/assets/new").fields
    assert (kept["asset_no"], kept["price"], kept["received_on-day"]) == ("ใหม่-1", "ห้าพัน", "31")
    answer = resend(client, text, "/assets/new", name="ชื่อ", brand="", price="", **{"received_on-day": "28"})
    assert answer.status_code == 422
    assert "ต้องเป็นตัวเลข 12 หลัก" in answer.text
    assert resend(client, answer.text, "/assets/new", gfmis_no="").status_code == 303
    assert stored(app, "ใหม่-1").received_on == date(2026, 2, 28)


@pytest.mark.usefixtures("desk")
def test_a_taken_number_is_said_and_nothing_is_lost(client: FlaskClient) -> None:
    sign_in(client, "officer")
    answer = send(client, "/assets/new", "/assets/new", asset_no="๗๔๔๐ - ๐๐๑-๐๐๐๑/๑", name="จออีกตัว")
    assert answer.status_code == 422
    assert f"หมายเลขครุภัณฑ์ “{NUMBER}” มีอยู่ในทะเบียนแล้ว" in answer.text
    assert form_to(answer.text, "/assets/new").fields["name"] == "จออีกตัว"


@pytest.mark.usefixtures("desk")
def test_a_double_click_registers_once(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    text = client.get("/assets/new").text
    first, second = (resend(client, text, "/assets/new", name="กล้อง") for _click in range(2))
    assert first.location == second.location
    with app.app_context():
        assert queries.AssetList(console(), words="กล้อง").count() == 1


@pytest.mark.usefixtures("desk")
@pytest.mark.case("D12")
def test_D12_what_the_form_does_not_hold_is_ignored(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    smuggled = {"status": "lost", "condition": "lost", "unit_id": "1", "withdrawn_at": "2026-01-01", "id": "99"}
    answer = send(client, "/assets/new", "/assets/new", name="กล้อง", asset_no="C-1", **smuggled)
    assert answer.status_code == 303
    asset = stored(app, "C-1")
    assert (asset.status.value, asset.condition.value, asset.withdrawn_at) == ("available", "good", None)


@pytest.mark.usefixtures("desk")
@pytest.mark.case("D4")
def test_D4_another_unit_cannot_be_given_things(client: FlaskClient) -> None:
    sign_in(client, "officer")
    assert client.get("/assets/new?unit=B").status_code == 200  # the only own unit is taken
    text = client.get("/assets/new").text
    assert resend(client, text, "/assets/new", name="กล้อง", custodian="stranger").status_code == 422
    assert resend(client, text, "/assets/new", name="กล้อง", category="9999").status_code == 422
    assert resend(client, text, "/assets/new", name="กล้อง", responsible_unit="X").status_code == 422


@pytest.mark.usefixtures("desk")
def test_who_keeps_several_units_chooses_one_first(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        a_person(Role.OFFICER, (Role.OFFICER, "B"), unit="A", username="both", password=True)
    sign_in(client, "both")
    text = client.get("/assets/new").text
    assert 'href="/assets/new?unit=A"' in text
    assert client.get("/assets/new?unit=SLK").status_code == 404
    answer = send(client, "/assets/new?unit=B", "/assets/new", name="กล้อง", asset_no="B-9")
    assert answer.status_code == 303
    assert stored(app, "B-9").unit_id == stored(app, "B-1").unit_id


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("username", ["head"])
def test_others_have_no_form(client: FlaskClient, username: str) -> None:
    sign_in(client, username)
    assert client.get("/assets/new").status_code == 403
    assert client.get(EDIT).status_code == 403
    assert client.post("/assets/new", data={"name": "x"}).status_code in (400, 403)


# --- editing --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("desk")
def test_an_edit_needs_a_reason_and_changes_what_was_changed(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    refused = send(client, EDIT, EDIT, name="จอภาพ")
    assert refused.status_code == 422
    assert "กรุณาบอกเหตุผลที่แก้ไข" in refused.text
    answer = resend(client, refused.text, EDIT, reason="ชื่อไม่ครบ")
    assert went_to(answer) == f"/assets/{NUMBER}?done=edited"
    asset = stored(app, NUMBER)
    assert (asset.name, asset.brand, asset.price, asset.loanable) == ("จอภาพ", "Dell", Money(550000), True)
    with app.app_context():
        event = queries.history_of(console(), queries.by_number(console(), NUMBER))[0]
        assert (event.before, event.after, event.reason) == ({"name": "จอ"}, {"name": "จอภาพ"}, "ชื่อไม่ครบ")


@pytest.mark.usefixtures("desk")
def test_a_double_click_that_changes_the_number_ends_on_one_page(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    text = client.get(EDIT).text
    answers = [resend(client, text, EDIT, asset_no="7440-009", reason="เลขผิด") for _click in range(2)]
    assert [went_to(answer) for answer in answers] == ["/assets/7440-009?done=edited"] * 2
    assert stored(app, "7440-009").version == 2


@pytest.mark.usefixtures("desk")
@pytest.mark.case("D12")
def test_D12_a_field_that_is_missing_changes_nothing(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    whole = form_to(client.get(EDIT).text, EDIT)
    keep = {"csrf_token", "key", "version", "seen", "responsible_unit"}
    missing = {name: None for name in whole.fields if name not in keep}
    answer = send(client, EDIT, EDIT, **missing | {"name": "จอภาพ", "reason": "ชื่อ"})
    assert answer.status_code == 303
    asset = stored(app, NUMBER)
    assert asset.place is not None
    assert (asset.name, asset.brand, asset.price, asset.loanable) == ("จอภาพ", "Dell", Money(550000), True)


@pytest.mark.usefixtures("desk")
def test_a_day_that_is_only_a_year_stays_one_until_it_is_changed(app: Flask, client: FlaskClient) -> None:
    edit_meanwhile(app, received_on=date(2022, 10, 1), received_precision="fiscal_year")
    sign_in(client, "officer")
    assert "ปีงบประมาณ 2566" in client.get(f"/assets/{NUMBER}").text
    assert send(client, EDIT, EDIT, name="จอภาพ", reason="ชื่อ").status_code == 303
    assert stored(app, NUMBER).received_precision == "fiscal_year"
    changed = {"received_on-day": "9", "received_on-month": "10", "received_on-year": "2565"}
    assert send(client, EDIT, EDIT, reason="วันจริง", **changed).status_code == 303
    asset = stored(app, NUMBER)
    assert (asset.received_on, asset.received_precision) == (date(2022, 10, 9), "day")


@pytest.mark.usefixtures("desk")
@pytest.mark.case("A9")
def test_A9_when_someone_saved_first_both_values_are_shown(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    text = client.get(EDIT).text
    edit_meanwhile(app, name="จอคอมพิวเตอร์", place="ห้อง 9", serial="SN-9")
    answer = resend(client, text, EDIT, name="จอภาพ", brand="Dell 24", reason="ฉันแก้")
    assert answer.status_code == 409
    assert stored(app, NUMBER).name == "จอคอมพิวเตอร์"
    assert "มีผู้บันทึกก่อนคุณ" in answer.text
    clash = answer.text.split('id="clash"')[1].split("</section>")[0]
    for words in ("ชื่อรายการ", "จอคอมพิวเตอร์", "จอภาพ"):
        assert words in clash
    assert "สถานที่" not in clash  # not touched here: the new value is taken over
    kept = form_to(answer.text, EDIT).fields
    assert (kept["name"], kept["brand"], kept["reason"]) == ("จอภาพ", "Dell 24", "ฉันแก้")
    assert (kept["place"], kept["serial"]) == ("ห้อง 9", "SN-9")
    assert resend(client, answer.text, EDIT).status_code == 303
    asset = stored(app, NUMBER)
    assert asset.place is not None
    assert (asset.name, asset.brand, asset.serial, asset.place.name) == ("จอภาพ", "Dell 24", "SN-9", "ห้อง 9")


@pytest.mark.usefixtures("desk")
@pytest.mark.case("A9")
def test_A9_changes_of_other_fields_are_joined(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    text = client.get(EDIT).text
    edit_meanwhile(app, loanable=False, price=Money(600000), received_on=date(2025, 1, 2), note="ก\nข")
    answer = resend(client, text, EDIT, name="จอภาพ", reason="ฉันแก้")
    assert answer.status_code == 409
    assert "คนละช่องกับคุณ" in answer.text
    assert resend(client, answer.text, EDIT).status_code == 303
    asset = stored(app, NUMBER)
    assert (asset.name, asset.loanable, asset.price, asset.received_on, asset.note) == (
        "จอภาพ", False, Money(600000), date(2025, 1, 2), "ก\nข",
    )  # fmt: skip


@pytest.mark.usefixtures("desk")
@pytest.mark.case("A9")
def test_A9_a_third_save_in_between_is_noticed_again(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    text = client.get(EDIT).text
    edit_meanwhile(app, name="หนึ่ง")
    answer = resend(client, text, EDIT, name="ของฉัน", reason="แก้")
    edit_meanwhile(app, name="สอง")
    answer = resend(client, answer.text, EDIT)
    assert answer.status_code == 409
    assert "สอง" in answer.text
    assert resend(client, answer.text, EDIT).status_code == 303
    assert stored(app, NUMBER).name == "ของฉัน"


@pytest.mark.usefixtures("desk")
def test_a_keeper_who_left_stays_in_the_list_until_changed(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        person_id = actor_named("keeper").person_id
    edit_meanwhile(app, custodian_id=person_id)
    with app.app_context(), transaction():
        person = queries.by_number(console(), NUMBER).custodian
        assert person is not None
        person.active = False
    sign_in(client, "officer")
    assert send(client, EDIT, EDIT, name="จอภาพ", reason="ชื่อ").status_code == 303
    assert stored(app, NUMBER).custodian_id == person_id
    assert send(client, EDIT, EDIT, custodian="", reason="พ้นหน้าที่").status_code == 303
    assert stored(app, NUMBER).custodian_id is None


@pytest.mark.usefixtures("desk")
@pytest.mark.case("D4")
def test_D4_an_officer_of_another_unit_cannot_edit(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    text = client.get(EDIT).text
    other = form_to(text, EDIT)
    client.post("/sign-out", data={"csrf_token": other.fields["csrf_token"]})
    sign_in(client, "stranger")
    assert client.get(EDIT).status_code == 403
    token = form_to(client.get("/assets/new").text, "/assets/new").fields["csrf_token"]
    answer = client.post(EDIT, data=other.fields | {"csrf_token": token, "name": "ของฉัน", "reason": "x"})
    assert answer.status_code == 403
    assert stored(app, NUMBER).name == "จอ"


@pytest.mark.usefixtures("desk")
@pytest.mark.case("F3")
def test_F3_a_form_without_its_token_changes_nothing(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    fields = form_to(client.get(EDIT).text, EDIT).fields | {"name": "x", "reason": "x"}
    for token in (None, "wrong"):
        given = {name: value for name, value in (fields | {"csrf_token": token}).items() if value is not None}
        assert client.post(EDIT, data=given).status_code == 400
    assert stored(app, NUMBER).name == "จอ"


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "{{7*7}}", "${7*7}", "'; DROP TABLE asset;--", "=1+1"])
@pytest.mark.case("E17")
def test_E17_text_is_only_ever_data(client: FlaskClient, typed: str) -> None:
    sign_in(client, "officer")
    answer = send(client, EDIT, EDIT, name=typed, note=typed, place=typed, accessories=typed, reason=typed)
    assert answer.status_code == 303
    for address in (f"/assets/{NUMBER}", EDIT, "/assets"):
        text = client.get(address).text
        assert "<script>alert" not in text
        assert str(escape(typed)) in text
    assert form_to(client.get(EDIT).text, EDIT).fields["note"] == typed


@pytest.mark.usefixtures("desk")
def test_every_form_of_the_pages_has_its_key(client: FlaskClient) -> None:
    sign_in(client, "officer")
    for address in ("/assets/new", EDIT):
        posting = [form for form in forms(client.get(address).text) if form.method == "post"]
        assert posting
        assert all({"csrf_token", "key"} <= form.fields.keys() for form in posting)
