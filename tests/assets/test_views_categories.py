"""Categories as pages: read by everyone, kept by administrators."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assetloan.assets import queries
from assetloan.audit.models import AuditEntry
from assetloan.core.db import db
from assetloan.identity.rules import Role
from tests.assets.pages import form_to, resend, send
from tests.factories import a_category, a_person, an_agency, sign_in
from tests.installation import Once

GIVEN = {
    "code": "6720", "name": "กล้อง", "asset_class": "ครุภัณฑ์โฆษณาและเผยแพร่", "least_years": "5", "most_years": "๑๐",
    "years": "8", "rate": "๑๒.๕", "longest_loan_days": "7", "picture": "av",
    "lead_days": "๒",
}  # fmt: skip


def filled_people(_app: Flask) -> None:
    an_agency()
    a_person(Role.ADMIN, unit="SLK", username="admin", password=True)
    a_person(Role.OFFICER, unit="SLK", username="officer", password=True)
    a_category(vehicle=True)


@pytest.fixture
def people(once: Once) -> None:
    once(filled_people)


@pytest.mark.usefixtures("people")
def test_everyone_reads_the_categories(client: FlaskClient) -> None:
    text = sign_in(client, "officer").get("/categories").text
    for words in ("เครื่องคอมพิวเตอร์", "7440", "33", "3–5", "ไม่ให้ยืมด้วยใบยืม", "1 ประเภท"):
        assert words in text
    assert "เพิ่มประเภท" not in text
    assert client.get("/categories/new").status_code == 403
    assert client.get("/categories/7440/edit").status_code == 403


@pytest.mark.usefixtures("people")
def test_an_administrator_adds_and_changes_a_category(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    assert send(client, "/categories/new", "/categories/new", **GIVEN).status_code == 303
    page = "/categories/6720/edit"
    shown = form_to(client.get(page).text, page).fields
    assert (shown["rate"], shown["most_years"], shown["longest_loan_days"]) == ("12.5", "10", "7")
    assert shown["lead_days"] == "2"
    assert "ขอล่วงหน้าอย่างน้อย 2 วัน" in client.get("/categories").text
    assert send(client, page, page, name="กล้องถ่ายภาพ", longest_loan_days="").status_code == 303
    with app.app_context():
        category = queries.category_of("6720")
        assert category is not None
        assert (category.name, category.rate_hundredths, category.longest_loan_days) == ("กล้องถ่ายภาพ", 1250, None)
        saved = db.session.scalars(select(AuditEntry.object_key).where(AuditEntry.action == "category.saved")).all()
        assert saved.count("6720") == 2


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"code": "7440"}, "รหัสประเภท “7440” มีอยู่แล้ว"),
        ({"name": ""}, "กรุณากรอกช่องนี้"),
        ({"years": "12"}, "ใส่ได้ตั้งแต่ 5 ถึง 10"),
        ({"years": "1.5"}, "ใส่ตัวเลขจำนวนเต็ม"),
        ({"rate": "มาก"}, "อ่านอัตรา “มาก” ไม่ได้"),
        ({"rate": "-1"}, "อ่านอัตรา “-1” ไม่ได้"),
        ({"rate": "101"}, "อ่านอัตรา “101” ไม่ได้"),
        ({"picture": "cat"}, "กรุณาเลือกจากรายการที่มี"),
    ],
)
def test_what_cannot_be_used_is_said_and_kept(client: FlaskClient, typed: dict[str, str], words: str) -> None:
    sign_in(client, "admin")
    answer = send(client, "/categories/new", "/categories/new", **GIVEN | typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert form_to(answer.text, "/categories/new").fields["asset_class"] == GIVEN["asset_class"]
    assert resend(client, answer.text, "/categories/new", **GIVEN).status_code == 303


@pytest.mark.usefixtures("people")
@pytest.mark.case("D12")
def test_D12_the_code_of_a_category_stays(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    page = "/categories/7440/edit"
    assert send(client, page, page, code="9999").status_code == 422
    assert client.get("/categories/9999/edit").status_code == 404
    with app.app_context():
        assert queries.category_of("9999") is None
