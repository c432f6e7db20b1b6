"""Codes as pages: another label, ending one, blank ones, tying them to things."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assetloan.assets import codes, queries
from assetloan.assets.labelling import barcodes
from assetloan.assets.rules import CodeState
from assetloan.audit.models import AuditEntry
from assetloan.core.db import db, transaction
from assetloan.core.errors import NotFound
from assetloan.identity.rules import Role, console
from tests.assets.pages import form_to, resend, send
from tests.conftest import NOW
from tests.factories import a_person, a_unit, an_agency, an_asset, sign_in

NUMBER = "7440-001-0001/1"


@pytest.fixture
def desk(app: Flask) -> list[str]:
    """Two units with an officer each, a thing each, and three blank codes of the first; gives these."""
    with app.app_context():
        an_agency()
        unit, other = a_unit("A", parent="DEP", name="กองหนึ่ง"), a_unit("B", parent="DEP", name="กองสอง")
        a_person(Role.OFFICER, unit="A", username="officer", password=True)
        a_person(Role.OFFICER, unit="B", username="stranger", password=True)
        a_person(unit="A", username="staff", password=True)
        an_asset(unit, asset_no=NUMBER, name="จอภาพ")
        an_asset(other, asset_no="B-1", name="จอภาพกองสอง")
        with transaction():
            return codes.create_blank_codes(console(), unit.id, 3, now=NOW)


def states(app: Flask, number: str) -> dict[str, CodeState]:
    with app.app_context():
        db.session.rollback()
        return {code.code: code.state for code in queries.by_number(console(), number).codes}


def test_another_label_leaves_the_old_one_or_ends_it(app: Flask, client: FlaskClient, desk: list[str]) -> None:
    sign_in(client, "officer")
    page = f"/assets/{NUMBER}/new-code"
    refused = send(client, page, page)
    assert refused.status_code == 422
    assert "กรุณาบอกเหตุผล" in refused.text
    answer = resend(client, refused.text, page, reason="ติดเพิ่มที่กล่อง")
    assert unquote(answer.location or "") == f"/assets/{NUMBER}?done=code"
    assert list(states(app, NUMBER).values()) == [CodeState.LINKED, CodeState.LINKED]
    assert send(client, page, page, reason="หาย", revoke="y").status_code == 303
    assert list(states(app, NUMBER).values()) == [CodeState.REVOKED, CodeState.REVOKED, CodeState.LINKED]
    assert "เหตุผล: ติดเพิ่มที่กล่อง" in client.get(f"/assets/{NUMBER}").text


def test_ending_a_code_is_asked_for_on_a_page_of_its_own(app: Flask, client: FlaskClient, desk: list[str]) -> None:
    sign_in(client, "officer")
    (code,) = states(app, NUMBER)
    page = f"/assets/{NUMBER}/codes/{code}/revoke"
    text = client.get(page).text
    assert f"ยกเลิกป้าย {code[:4]} {code[4:]}" in text
    assert states(app, NUMBER)[code] is CodeState.LINKED
    assert resend(client, text, page, reason="").status_code == 422
    assert resend(client, text, page, reason="ป้ายหลุดหาย").status_code == 303
    assert states(app, NUMBER)[code] is CodeState.REVOKED
    text = client.get(f"/assets/{NUMBER}").text
    assert "ยกเลิกแล้ว" in text
    assert "ป้ายหลุดหาย" in text
    assert client.get(page).status_code == 409


def test_an_adopted_barcode_is_ended_with_a_reason_and_stays_in_sight(
    app: Flask, client: FlaskClient, desk: list[str]
) -> None:
    with app.app_context(), transaction():
        for number, text in ((NUMBER, "SN-778"), ("B-1", "SN-779")):
            barcodes.adopt_barcode(console(), queries.by_number(console(), number), text, now=NOW)
    sign_in(client, "officer")
    codes_page, page = f"/assets/{NUMBER}/codes", f"/assets/{NUMBER}/barcodes/1/revoke"
    assert codes_page in client.get(f"/assets/{NUMBER}").text
    assert page in client.get(codes_page).text
    text = client.get(page).text
    assert "เลิกใช้บาร์โค้ด SN-778" in text
    refused = resend(client, text, page, reason="")
    assert refused.status_code == 422
    assert "กรุณาบอกเหตุผลที่ยกเลิก" in refused.text
    answer = resend(client, text, page, reason="บาร์โค้ดลอก")
    assert answer.status_code == 303
    text = client.get(answer.location or "").text
    for words in ("เลิกใช้บาร์โค้ดแล้ว", "บาร์โค้ดลอก", "SN-778"):
        assert words in text
    assert page not in text
    again = client.get(page)
    assert (again.status_code, "เลิกใช้บาร์โค้ด SN-778 ไปแล้ว" in again.text) == (409, True)
    assert client.get(f"/assets/{NUMBER}/barcodes/2/revoke").status_code == 404  # another thing's
    with app.app_context():
        db.session.rollback()
        with pytest.raises(NotFound):
            queries.by_reference(console(), "SN-778")
        done = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "barcode.revoked")).one()
        assert "บาร์โค้ดลอก" in done.after
    other = app.test_client()
    sign_in(other, "stranger")
    for path in (codes_page, page):
        assert other.get(path).status_code == 403


@pytest.mark.case("D4")
def test_D4_codes_of_others_have_no_pages(app: Flask, client: FlaskClient, desk: list[str]) -> None:
    (code,), (other,) = states(app, NUMBER), states(app, "B-1")
    sign_in(client, "stranger")
    assert client.get(f"/assets/{NUMBER}/new-code").status_code == 403
    assert client.get(f"/assets/{NUMBER}/codes/{code}/revoke").status_code == 403
    assert client.get(f"/assets/B-1/codes/{code}/revoke").status_code == 404
    assert client.get(f"/codes/{desk[0]}/link").status_code == 404
    page = f"/assets/B-1/codes/{other}/revoke"
    form = form_to(client.get(page).text, page)
    answer = client.post(f"/assets/B-1/codes/{code}/revoke", data=form.fields | {"reason": "x"})
    assert answer.status_code == 404
    answer = client.post(f"/codes/{desk[0]}/link", data=form.fields | {"asset": "B-1"})
    assert answer.status_code == 404
    assert states(app, NUMBER)[code] is CodeState.LINKED


def test_staff_have_none_of_these_pages(client: FlaskClient, desk: list[str]) -> None:
    sign_in(client, "staff")
    for page in (f"/assets/{NUMBER}/new-code", "/codes/blank", f"/codes/{desk[0]}/link", "/labels"):
        assert client.get(page).status_code == 403


def test_blank_codes_are_made_and_lead_to_their_labels(client: FlaskClient, desk: list[str]) -> None:
    sign_in(client, "officer")
    refused = send(client, "/codes/blank", "/codes/blank", count="2001")
    assert refused.status_code == 422
    assert "ตั้งแต่ 1 ถึง 2000" in refused.text
    answer = resend(client, refused.text, "/codes/blank", count="๒๔")
    assert answer.status_code == 303
    assert "24 ดวง" in client.get(answer.location or "").text
    text = client.get("/codes/blank").text
    assert text.index("ชุดที่ 2") < text.index("ชุดที่ 1")
    assert "ยังไม่เคยพิมพ์" in text


@pytest.mark.case("D4")
def test_D4_blank_codes_are_not_made_for_another_unit(client: FlaskClient, desk: list[str]) -> None:
    sign_in(client, "officer")
    answer = send(client, "/codes/blank", "/codes/blank", count="1", unit="B")
    assert answer.status_code == 422
    assert "กรุณาเลือกจากรายการที่มี" in answer.text


def test_a_blank_code_is_tied_by_a_typed_number(app: Flask, client: FlaskClient, desk: list[str]) -> None:
    sign_in(client, "officer")
    page = f"/codes/{desk[0]}/link"
    for wrong in ("ไม่มี-1", "B-1"):
        refused = send(client, page, page, asset=wrong)
        assert refused.status_code == 404
        assert "ไม่พบหมายเลขนี้ในทะเบียนของหน่วยงานคุณ" in refused.text
        assert form_to(refused.text, page).fields["asset"] == wrong
    answer = resend(client, refused.text, page, asset="๗๔๔๐–๐๐๑–๐๐๐๑ / ๑")
    assert unquote(answer.location or "") == f"/assets/{NUMBER}?done=linked"
    assert states(app, NUMBER)[desk[0]] is CodeState.LINKED
    again = client.get(page)
    assert again.status_code == 200
    assert "ป้ายนี้ผูกกับทรัพย์สินแล้ว" in again.text


def test_a_blank_code_is_tied_to_a_thing_found_by_name(app: Flask, client: FlaskClient, desk: list[str]) -> None:
    sign_in(client, "officer")
    page = f"/codes/{desk[1].lower()}/link?q=จอ"
    text = client.get(page).text
    assert NUMBER in text
    assert "B-1" not in text  # lendable, but not ours to label
    form = next(part for part in text.split("<form")[1:] if 'name="asset" value="7440' in part)
    answer = resend(client, "<form" + form, f"/codes/{desk[1]}/link")
    assert answer.status_code == 303
    assert states(app, NUMBER)[desk[1]] is CodeState.LINKED


def test_a_code_that_ended_says_so(app: Flask, client: FlaskClient, desk: list[str]) -> None:
    (code,) = states(app, NUMBER)
    with app.app_context(), transaction():
        codes.revoke_code(console(), NUMBER, code, reason="หาย", now=NOW)
    sign_in(client, "officer")
    assert "ป้ายนี้ผูก" not in client.get(f"/codes/{desk[2]}/link").text
    text = client.get(f"/codes/{code}/link").text
    assert "ถูกยกเลิกแล้ว" in text
    assert client.get("/codes/00000000/link").status_code == 404
