"""The record as a page: who may read it, what is found, and that values stay text."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetloan import audit
from assetloan.audit import ActorRef, ObjectRef
from assetloan.core import clock
from assetloan.core.db import transaction
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Role
from assetloan.web import audit_values, audit_words
from tests.factories import a_person, a_unit, an_agency, sign_in
from tests.identity.pages import seen
from tests.installation import Once

NASTY = "<img src=x onerror=alert(1)> {{7*7}}"


def filled_people(_app: Flask) -> None:
    an_agency()
    a_unit("A", parent="DEP", name="กองหนึ่ง")
    a_person(Role.ADMIN, unit="SLK", username="admin", password=True)
    a_person(Role.AUDITOR, unit="SLK", username="auditor", password=True)
    a_person(Role.SECRETARIAT, unit="SLK", username="slk", password=True)
    a_person(unit="A", username="somchai", password=True)
    now = clock.now()
    with transaction():
        actor = ActorRef(None, "นายตรวจ สอบ", address="10.0.0.1")
        audit.record(actor, "loan.approved", ObjectRef("loan", "A-2570-00001"), at=now, after={"note": NASTY})
        audit.record(
            actor,
            "asset.edited",
            ObjectRef("asset", "7440-001"),
            at=now - timedelta(days=400),
            before={"name": "ชื่อเดิม", "price": "1.00"},
            after={"name": "ชื่อใหม่", "price": "1.00"},
        )
        audit.record(actor, "new.action", ObjectRef("novelty", "50%_x"), at=now, after={"unit_id": 1, "gone": None})


@pytest.fixture
def people(app: Flask, once: Once) -> Flask:
    once(filled_people)
    return app


@pytest.mark.parametrize(("username", "status"), [("auditor", 200), ("admin", 200), ("slk", 403), ("somchai", 403)])
def test_auditors_and_admins_read_it(people: Flask, client: FlaskClient, username: str, status: int) -> None:
    assert sign_in(client, username).get("/audit").status_code == status


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("?object=loan:A-2570", "A-2570-00001", "7440-001"),
        ("?object=7440", "7440-001", "A-2570-00001"),
        ("?object=loan", "A-2570-00001", "7440-001"),
        ("?object=loan:", "A-2570-00001", "7440-001"),
        ("?object=50%25_", "novelty", "7440-001"),
        ("?object=%25", "ไม่พบบันทึกตามที่ค้นหา", "7440-001"),
        ("?person=ตรวจ", "A-2570-00001", "เข้าสู่ระบบ นาย"),
        ("?person=auditor", "เข้าสู่ระบบ", "A-2570-00001"),
        ("?to=1/1/2569", "7440-001", "A-2570-00001"),
        ("?from=1/1/2569", "A-2570-00001", "7440-001"),
        ("?from=2026-01-01&to=2100-01-01", "A-2570-00001", "7440-001"),
    ],
)
def test_entries_are_found(people: Flask, client: FlaskClient, query: str, found: str, missing: str) -> None:
    page = sign_in(client, "auditor").get("/audit" + query)
    assert page.status_code == 200
    rows = page.text.split('role="status">')[-1].split("</main>")[0]
    words = re.sub(r"<[^>]+>", " ", rows)
    assert found in words
    assert missing not in words


def test_changes_are_told_in_words_and_what_stayed_is_left_out(people: Flask, client: FlaskClient) -> None:
    page = sign_in(client, "auditor").get("/audit?object=asset:7440")
    words = seen(page)
    assert "แก้ไขทรัพย์สิน" in words
    assert "เดิม ชื่อเดิม" in words
    assert "ใหม่ ชื่อใหม่" in words
    assert "ราคา" not in words
    assert "กรมตัวอย่าง" in seen(client.get("/audit?object=50"))


def test_values_are_escaped(people: Flask, client: FlaskClient) -> None:
    page = sign_in(client, "auditor").get("/audit?object=loan:")
    assert "&lt;img src=x onerror=alert(1)&gt; {{7*7}}" in page.text
    assert "<img src=x" not in page.text


@pytest.mark.parametrize("query", ["?from=32/13/2569", "?to=เมื่อวาน", "?from=2/1/2569&to=1/1/2569"])
def test_a_day_that_cannot_be_is_said(people: Flask, client: FlaskClient, query: str) -> None:
    page = sign_in(client, "auditor").get("/audit" + query)
    assert page.status_code == 422
    assert 'id="errors"' in page.text
    assert "<title>ข้อผิดพลาด:" in page.text


def test_many_entries_come_in_pages_that_keep_the_filter(people: Flask, client: FlaskClient) -> None:
    with people.app_context(), transaction():
        for number in range(60):
            audit.record(ActorRef(None, "x"), "loan.chased", ObjectRef("loan", f"B-{number:03}"), at=clock.now())
    page = sign_in(client, "auditor").get("/audit?object=loan:B-")
    assert "หน้า 1 จาก 2" in seen(page)
    link = re.search(r'href="(/audit\?[^"]*page=2)"', page.text)
    assert link is not None
    second = client.get(link[1].replace("&amp;", "&"))
    assert "B-000" in seen(second)
    assert "B-059" not in seen(second)
    assert client.get("/audit?page=zero").status_code == 400


def test_every_coded_value_has_words_of_its_own_kind() -> None:
    for (kind, field), words in audit_values.CODED.items():
        assert kind in audit_words.OBJECTS
        assert words, field
        assert all(str(word) for word in words.values())


@pytest.mark.parametrize(
    ("kind", "name", "value", "told"),
    [
        ("asset", "status", "pending_disposal", "รอจำหน่าย"),
        ("asset", "condition", "deteriorated", "เสื่อมสภาพ"),
        ("asset", "price", "22000.00", "22,000.00"),
        ("asset", "place", "ห้อง 204", "ห้อง 204"),
        ("asset", "received_precision", "fiscal_year", "ทราบปีงบประมาณ"),
        ("category", "rate_hundredths", 1250, "12.5"),
        ("category", "rate_hundredths", 3300, "33"),
        ("category", "picture", "computer", "คอมพิวเตอร์"),
        ("import", "kind", "loans", "การยืมย้อนหลัง"),
        ("loan", "lines", {"7440-1": "handed_over", "7440-2": "closed"}, "7440-1: อยู่ระหว่างยืม; 7440-2: ปิดรายการ"),
        ("loan", "conditions", {"7440-1": "incomplete"}, "7440-1: ไม่ครบ"),
        ("loan", "outcome", "not_liable", "ไม่ต้องรับผิด"),
        ("loan", "place", "agency", "ระหว่างหน่วยงานของรัฐ"),
        ("loan", "due_on", "2026-11-25", "25 พ.ย. 2569"),
        ("loan", "note", "", ""),
        ("person", "role", "secretariat", "สำนักงานเลขานุการกรม"),
        ("person", "with_below", False, "ไม่ใช่"),
        ("person", "language", "en", "อังกฤษ"),
        ("person", "to", "somchai", "นาย"),
        ("person", "to", "gone", "gone"),
        ("standing_approval", "unit", "A", "กองหนึ่ง"),
        ("unit", "kind", "home", "สถานคุ้มครอง"),
        ("unit", "parent_id", 99999, "99999"),
        ("holidays", "2026-12-05", "วันพ่อแห่งชาติ", "วันพ่อแห่งชาติ"),
    ],
)  # fmt: skip
def test_values_are_told_in_words(people: Flask, kind: str, name: str, value: object, told: str) -> None:
    with people.test_request_context("/"):
        shown = audit_values.shown(kind, name, value, unit_tree(clock.today()))
        assert told in shown if name == "to" else shown == told
        assert audit_values.field(kind, name) != name, "the field has no words"


def test_keys_that_are_codes_of_the_program_are_named(people: Flask, client: FlaskClient) -> None:
    with people.app_context(), transaction():
        about = ObjectRef("setting", "longest_loan_days")
        audit.record(ActorRef(None, "x"), "setting.changed", about, at=clock.now(), after={"value": 30})
    words = seen(sign_in(client, "auditor").get("/audit?object=setting"))
    assert "ยืมได้นานที่สุด (วัน)" in words
    assert "longest_loan_days" not in words.split("ลำดับ")[1]
