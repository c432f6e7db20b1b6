"""The import pages: upload, preview, confirm once, result, undo; only for the one who brought the file (D9, K18)."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from werkzeug.test import TestResponse

from assetloan.core import clock
from assetloan.core.db import db
from assetloan.identity import queries
from assetloan.identity.rules import Role
from tests.factories import a_person, a_unit, an_agency, an_asset, sign_in

HEAD = ["ลำดับ", "รหัสครุภัณฑ์", "รายการ", "จำนวน", "ราคา", "วันที่ได้มา"]
GOOD = [
    [1, "๗๔๔๐-๐๐๑-๐๐๐๑/1", "เครื่องคอมพิวเตอร์โน้ตบุ๊ก", 1, "22,000.00", "12 ม.ค. 66"],
    [2, "7440-001-0001/2", "เครื่องคอมพิวเตอร์โน้ตบุ๊ก", 1, 22000, "ปีงบ 66"],
    [3, "-", "รถเข็นคนพิการ", 1, "", ""],
]
BAD = [4, "7440-001-0001/9", "", 1, "", "31/02/2566"]


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["ทะเบียนครุภัณฑ์ กองตัวอย่าง"])
    sheet.append([])
    for row in [HEAD, *rows]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def officer(app: Flask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        an_agency()
        a_unit("A", parent="DEP", name="กองตัวอย่าง")
        a_person(Role.OFFICER, unit="A", username="officer", password=True)
        a_person(Role.OFFICER, unit="A", username="colleague", password=True)
    return sign_in(client, "officer")


def tokens(page: str) -> dict[str, str]:
    found = {name: re.search(rf'name="{name}"[^>]*value="([^"]+)"', page) for name in ("csrf_token", "key")}
    return {name: match[1] for name, match in found.items() if match}


def upload(client: FlaskClient, data: bytes, name: str = "ทะเบียน.xlsx") -> TestResponse:
    fields = tokens(client.get("/assets/import").text)
    return client.post(
        "/assets/import",
        data=fields | {"unit": "A", "lendable": "y", "file": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
    )


def count(app: Flask) -> int:
    with app.app_context():
        return int(db.session.scalar(db.text("SELECT count(*) FROM asset WHERE withdrawn_at IS NULL")))


def test_a_good_file_goes_in_after_a_preview_and_comes_out_again(app: Flask, officer: FlaskClient) -> None:
    staged = upload(officer, workbook(GOOD))
    assert staged.status_code == 303
    preview = officer.get(staged.location).text
    assert "ยังไม่ได้บันทึกอะไร" in preview
    assert count(app) == 0
    answer = officer.post(f"{staged.location}/confirm", data=tokens(preview))
    assert answer.status_code == 303
    assert count(app) == 3
    result = officer.get(staged.location).text
    assert "นำเข้าเสร็จแล้ว" in result
    listed = officer.get(re.search(r'href="(/assets\?import=[^"]+)"', result)[1]).text
    assert "7440-001-0001/2" in listed
    assert "3 รายการ" in listed
    assert staged.location in officer.get("/assets/import").text  # the way back to it
    assert officer.post(f"{staged.location}/confirm", data=tokens(preview)).status_code == 303
    assert count(app) == 3
    assert officer.post(f"{staged.location}/undo", data=tokens(result)).status_code == 422
    assert officer.post(f"{staged.location}/undo", data=tokens(result) | {"sure": "y"}).status_code == 303
    assert count(app) == 0
    assert "ถอนการนำเข้าแล้ว" in officer.get(staged.location).text


def test_a_double_click_imports_once(app: Flask, officer: FlaskClient) -> None:
    staged = upload(officer, workbook(GOOD)).location
    fields = tokens(officer.get(staged).text)
    assert [officer.post(f"{staged}/confirm", data=fields).status_code for _n in range(2)] == [303, 303]
    assert count(app) == 3


def test_refused_rows_are_told_in_thai_and_nothing_is_written_unasked(app: Flask, officer: FlaskClient) -> None:
    staged = upload(officer, workbook([*GOOD, BAD])).location
    preview = officer.get(staged).text
    assert "ไม่มีชื่อครุภัณฑ์" in preview
    assert officer.post(f"{staged}/confirm", data=tokens(preview)).status_code == 422
    assert count(app) == 0
    assert officer.post(f"{staged}/confirm", data=tokens(preview) | {"partial": "no"}).status_code == 422
    assert count(app) == 0
    assert officer.post(f"{staged}/confirm", data=tokens(preview) | {"partial": "yes"}).status_code == 303
    assert count(app) == 3


def test_the_refused_rows_can_be_downloaded(officer: FlaskClient) -> None:
    staged = upload(officer, workbook([*GOOD, BAD])).location
    answer = officer.get(f"{staged}/errors.xlsx")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("7440-001-0001/9" in [str(cell) for cell in row] for row in rows)


def test_D9_another_person_does_not_see_it(app: Flask, officer: FlaskClient) -> None:
    staged = upload(officer, workbook(GOOD)).location
    other = sign_in(app.test_client(), "colleague")
    key = staged.rsplit("/", 1)[1]
    for address in (staged, f"{staged}/errors.xlsx", f"/assets?import={key}"):
        assert other.get(address).status_code == 404
    page = other.get("/assets/import").text
    assert key not in page
    for act in ("confirm", "undo"):
        assert other.post(f"{staged}/{act}", data=tokens(page) | {"sure": "y"}).status_code == 404
    assert count(app) == 0


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.xlsx"),
        (b"not a workbook at all", "x.xlsx"),
        (b"PK\x03\x04broken", "y.xlsx"),
        (b"a,b\n1,2\n", "z.csv"),
    ],
)
def test_a_file_that_is_none_gets_a_sentence(app: Flask, officer: FlaskClient, data: bytes, name: str) -> None:
    answer = upload(officer, data, name)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert officer.get("/healthz").status_code == 200
    assert count(app) == 0


@pytest.mark.parametrize("role", [Role.HEAD, Role.SECRETARIAT, Role.AUDITOR, Role.ADMIN, None])
def test_only_officers_bring_in_the_register(app: Flask, client: FlaskClient, role: Role | None) -> None:
    with app.app_context():
        an_agency()
        a_unit("A", parent="DEP")
        a_person(*([role] if role else []), unit="A", username="somebody", password=True)
    who = sign_in(client, "somebody")
    assert who.get("/assets/import").status_code == 403
    assert client.post("/assets/import").status_code in (400, 403)


def test_the_price_question_is_asked_only_when_the_file_leaves_it_open(app: Flask, officer: FlaskClient) -> None:
    assert 'name="price"' not in officer.get(upload(officer, workbook(GOOD)).location).text
    staged = upload(officer, workbook([[1, "7110-001-0001", "เก้าอี้", 15, "22,000", ""]])).location
    preview = officer.get(staged).text
    assert 'name="price"' in preview
    assert officer.post(f"{staged}/answers", data=tokens(preview) | {"price": "unit"}).status_code == 303
    assert officer.post(f"{staged}/confirm", data=tokens(officer.get(staged).text)).status_code == 303
    with app.app_context():
        assert db.session.scalar(db.text("SELECT price FROM asset")) == 2_200_000


def test_a_register_that_changed_since_the_preview_has_the_last_word(app: Flask, officer: FlaskClient) -> None:
    staged = upload(officer, workbook(GOOD)).location
    preview = officer.get(staged).text
    with app.app_context():
        an_asset(queries.unit_by_code("SLK", clock.today()), asset_no="7440-001-0001/1")
    answer = officer.post(f"{staged}/confirm", data=tokens(preview))
    assert answer.status_code == 422
    assert "เพราะมี 1 แถวที่ไม่รับ" in answer.text
    assert count(app) == 1
    answer = officer.post(f"{staged}/confirm", data=tokens(answer.text) | {"partial": "yes"})
    assert answer.status_code == 303
    assert count(app) == 3


def test_a_file_that_the_register_has_already_needs_no_confirmation(app: Flask, officer: FlaskClient) -> None:
    first = upload(officer, workbook(GOOD)).location
    officer.post(f"{first}/confirm", data=tokens(officer.get(first).text))
    again = officer.get(upload(officer, workbook(GOOD)).location).text
    assert "ไม่มีอะไรต้องบันทึก" in again
    assert "/confirm" not in again
    changed = [[1, "7440-001-0001/1", "โน้ตบุ๊ก", 1, 25000, "12 ม.ค. 66"]]
    assert "ปรับปรุง" in officer.get(upload(officer, workbook(changed)).location).text


def test_what_stands_in_a_file_is_only_text(officer: FlaskClient) -> None:
    hostile = "<script>alert(1)</script>{{ 7*7 }}"
    page = officer.get(upload(officer, workbook([[1, hostile, hostile, 1, hostile, hostile]])).location).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7*7 }}" in page
