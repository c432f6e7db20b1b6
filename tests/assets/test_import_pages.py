"""The pages of an import: what was understood and can be changed, questions, rows corrected in place, big files."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill

from assetloan.assets import import_cleanup, import_staging
from assetloan.assets.importing.models import ColumnMapping, ImportRow
from assetloan.core import jobs
from assetloan.core.db import db, transaction
from assetloan.documents.files import File, add_file, path_of
from assetloan.documents.sheets import write_csv
from assetloan.identity.rules import Role
from tests.assets import test_import_views as views
from tests.assets.pages import form_to, resend
from tests.factories import a_person, a_unit, an_agency, sign_in

pytestmark = pytest.mark.both_databases

HEAD = ("รหัสครุภัณฑ์", "รายการ", "จำนวน", "ราคา", "วันที่ได้มา", "ที่ใช้จริง")
GOOD = ("7440-001-0001", "โน้ตบุ๊ก", 1, "22,000", "12 ม.ค. 2566", "ห้อง 1")
NAMELESS = ("7440-001-0002", "", 1, "", "", "")
NO_SUCH_DAY = ("7440-001-0003", "จอภาพ", 1, "", "31/02/2566", "")
SEVERAL = ("7110-001-0004", "เก้าอี้", 15, "15,000", "", "")


@pytest.fixture
def officer(app: Flask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        an_agency()
        a_unit("A", parent="DEP", name="กองตัวอย่าง")
        a_person(Role.OFFICER, unit="A", username="officer", password=True)
        a_person(Role.OFFICER, unit="A", username="colleague", password=True)
        db.session.remove()
    return sign_in(client, "officer")


def upload(client: FlaskClient, rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD) -> str:
    """Send a file; the page that follows."""
    page = client.get("/assets/import").text
    fields: dict[str, Any] = form_to(page, "/assets/import").fields
    fields |= {"unit": "A", "lendable": "y", "file": (io.BytesIO(write_csv([head, *rows])), "ทะเบียน.csv")}
    answer = client.post("/assets/import", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def said(client: FlaskClient, page: str, act: str, **fields: Any) -> str:
    """Fill a form of an import's page and send it; the page that follows."""
    address = page.split("?")[0].split("#")[0]
    answer = resend(client, client.get(page).text, f"{address}/{act}", **fields)
    assert answer.status_code == 303, answer.text
    return client.get(answer.location).text


def assets(app: Flask) -> dict[str, Any]:
    """Living assets: number → price in satang."""
    with app.app_context():
        rows = db.session.execute(sa.text("SELECT asset_no, price FROM asset WHERE withdrawn_at IS NULL")).all()
        db.session.remove()
    return {row[0]: row[1] for row in rows}


def kept(app: Flask) -> int:
    with app.app_context():
        count = db.session.scalar(sa.select(sa.func.count()).select_from(ImportRow))
        db.session.remove()
    return int(count or 0)


def work(app: Flask) -> None:
    with app.app_context():
        jobs.run_waiting()
        db.session.remove()


def test_rows_to_check_come_first_and_are_corrected_in_place(app: Flask, officer: FlaskClient) -> None:
    page = upload(officer, [GOOD, NAMELESS, NO_SUCH_DAY])
    text = officer.get(page).text
    assert "ไม่มีชื่อครุภัณฑ์" in text
    assert "โน้ตบุ๊ก" not in text
    text = said(officer, page, "rows", **{"c-1-name": "เครื่องพิมพ์"})
    assert "ต้องตรวจ 1 แถว พร้อมบันทึก 2 แถว" in text
    said(officer, page, "rows", **{"c-2-received_on": "28/02/2566"})
    text = said(officer, page, "confirm")
    assert "นำเข้าเสร็จแล้ว" in text
    assert sorted(assets(app)) == ["7440-001-0001", "7440-001-0002", "7440-001-0003"]
    assert kept(app) == 0


def test_a_row_can_be_left_out_and_taken_back(app: Flask, officer: FlaskClient) -> None:
    page = upload(officer, [GOOD, NAMELESS])
    text = said(officer, page, "rows", **{"skip-1": "y"})
    assert "คุณเลือกไม่นำเข้า" in text
    assert "ต้องตรวจ 0 แถว พร้อมบันทึก 1 แถว" in text
    said(officer, page, "rows/back")
    said(officer, page, "rows", **{"skip-1": "y"})
    said(officer, page, "confirm")
    assert list(assets(app)) == ["7440-001-0001"]


def test_every_cell_of_a_row_has_its_page(app: Flask, officer: FlaskClient) -> None:
    page = upload(officer, [GOOD, NAMELESS])
    row = officer.get(f"{page}/rows/0").text
    assert "โน้ตบุ๊ก" in row
    answer = resend(officer, row, f"{page}/rows", **{"c-0-name": "แท็บเล็ต", "c-0-brand": "Acer"})
    assert answer.status_code == 303
    assert "แท็บเล็ต" in officer.get(f"{page}?show=created").text
    assert officer.get(f"{page}/rows/99").status_code == 404


def test_nothing_changed_and_a_moved_row_are_told(officer: FlaskClient) -> None:
    page = upload(officer, [GOOD, NAMELESS])
    text = officer.get(page).text
    assert "ยังไม่ได้แก้ช่องใด" in resend(officer, text, f"{page}/rows").text
    moved = resend(officer, text, f"{page}/rows", **{"c-1-name": "จอ", "at-1": "9 อื่น"})
    assert moved.status_code == 422
    assert "เลื่อนไปแล้ว" in moved.text


def test_a_question_is_answered_once_for_the_file(app: Flask, officer: FlaskClient) -> None:
    page = upload(officer, [SEVERAL])
    assert "ราคาในแถวที่มีหลายชิ้น" in officer.get(page).text
    said(officer, page, "answers", price="total", lots="one")
    assert "ตอบครบแล้ว" in officer.get(page).text
    said(officer, page, "confirm")
    assert set(assets(app).values()) == {100_000}


def test_no_answer_leaves_the_price_empty(app: Flask, officer: FlaskClient) -> None:
    page = upload(officer, [SEVERAL])
    said(officer, page, "answers", price="", lots="one")
    said(officer, page, "confirm")
    assert set(assets(app).values()) == {None}


def test_a_column_is_explained_once_and_remembered_for_the_unit(app: Flask, officer: FlaskClient) -> None:
    page = upload(officer, [GOOD])
    columns = officer.get(f"{page}/columns").text
    assert "ที่ใช้จริง" in columns
    answer = resend(officer, columns, f"{page}/columns", **{"c-0-5": "place"})
    assert answer.status_code == 303
    said(officer, page, "confirm")
    with app.app_context():
        assert db.session.scalar(sa.text("SELECT count(*) FROM place WHERE name = 'ห้อง 1'")) == 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(ColumnMapping)) == 1
        db.session.remove()
    again = upload(officer, [("7440-001-0009", "จอ", 1, "", "", "ห้อง 2")])
    columns = officer.get(f"{again}/columns").text
    assert "เคยบอกไว้" in columns
    assert form_to(columns, f"{again}/columns").fields["c-0-5"] == "place"


def test_a_column_that_makes_the_file_unreadable_is_refused(officer: FlaskClient) -> None:
    page = upload(officer, [GOOD])
    columns = officer.get(f"{page}/columns").text
    assert resend(officer, columns, f"{page}/columns", **{"c-0-1": "no such field"}).status_code == 422
    assert resend(officer, columns, f"{page}/columns", **{"head-0": "หนึ่ง"}).status_code == 422
    assert officer.get(page).status_code == 200


def test_a_filter_shows_only_its_rows_in_pages(officer: FlaskClient) -> None:
    page = upload(officer, [(f"7440-002-{n:04d}", f"เครื่องที่ {n}", 1, "", "", "") for n in range(30)] + [NAMELESS])
    first = officer.get(f"{page}?show=created").text
    assert "เครื่องที่ 24" in first
    assert "เครื่องที่ 25" not in first
    assert "เครื่องที่ 25" in officer.get(f"{page}?show=created&page=2").text
    for odd in ("?page=0", "?page=999", "?page=x&show=nothing", "?show=updated"):
        assert officer.get(page + odd).status_code == 200


def test_the_error_sheet_carries_what_was_corrected(officer: FlaskClient) -> None:
    page = upload(officer, [NO_SUCH_DAY, NAMELESS])
    said(officer, page, "rows", **{"c-1-name": "กล้อง", "c-1-received_on": "30/02/2566"})
    sheet = load_workbook(io.BytesIO(officer.get(f"{page}/errors.xlsx").data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][3:] == list(HEAD)
    assert ["7440-001-0002", "กล้อง"] in [row[3:5] for row in rows]


def test_D9_nobody_else_says_anything_about_it(app: Flask, officer: FlaskClient) -> None:
    page = upload(officer, [GOOD, NAMELESS])
    other = sign_in(app.test_client(), "colleague")
    token = form_to(other.get("/assets/import").text, "/assets/import").fields
    for act in ("answers", "suggestions", "columns", "rows", "rows/back", "read"):
        assert other.post(f"{page}/{act}", data=token).status_code == 404
    for address in (f"{page}/columns", f"{page}/rows/0"):
        assert other.get(address).status_code == 404


def test_after_confirming_nothing_more_is_said(officer: FlaskClient) -> None:
    page = upload(officer, [GOOD])
    text = officer.get(f"{page}/columns").text
    said(officer, page, "confirm")
    assert resend(officer, text, f"{page}/columns").status_code == 303
    assert officer.get(f"{page}/rows/0").status_code == 303
    assert "นำเข้าเสร็จแล้ว" in officer.get(page).text


def test_a_big_file_is_read_confirmed_and_taken_back_as_jobs(
    app: Flask, officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_staging, "BIG_BYTES", 10)
    monkeypatch.setattr(import_staging, "BIG_ROWS", 1)
    watched = upload(officer, [GOOD, NAMELESS])
    assert watched.startswith("/jobs/")
    assert officer.get(watched).status_code == 200
    work(app)
    page = officer.get(watched).location
    text = said(officer, page, "rows", **{"c-1-name": "เครื่องพิมพ์"})
    assert "แก้ไว้ 1 แถว ยังไม่ได้ตรวจใหม่" in text
    assert "/confirm" not in text
    waiting = resend(officer, text, f"{page}/read").location
    assert officer.get(page).location == waiting
    work(app)
    assert "พร้อมบันทึก" not in text
    waiting = resend(officer, officer.get(page).text, f"{page}/confirm").location
    assert waiting.startswith("/jobs/")
    assert assets(app) == {}
    work(app)
    assert officer.get(waiting).location == page
    assert len(assets(app)) == 2
    waiting = resend(officer, officer.get(page).text, f"{page}/undo", sure="y").location
    work(app)
    assert "ถอนการนำเข้าแล้ว" in officer.get(page).text
    assert assets(app) == {}


def test_a_big_file_that_is_none_ends_in_a_sentence(
    app: Flask, officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_staging, "BIG_BYTES", 10)
    watched = upload(officer, [("ไม่มี", "หัวตาราง")], head=("ก", "ข"))
    work(app)
    told = officer.get(watched).text
    assert "งานนี้ทำไม่สำเร็จ" in told
    listed = officer.get("/assets/import").text
    found = re.search(r'href="(/assets/import/[0-9A-Z]{8})"', listed)
    assert found is not None
    page = found[1]
    assert "อ่านไฟล์นี้ไม่สำเร็จ" in officer.get(page).text
    assert officer.post(f"{page}/confirm", data=form_to(listed, "/assets/import").fields).status_code == 303
    assert officer.get(f"{page}/columns").status_code == 303
    assert officer.get("/healthz").status_code == 200


def test_a_look_alike_is_used_or_kept_and_never_merged_unasked(app: Flask, officer: FlaskClient) -> None:
    head = (*HEAD, "หน่วยงาน")
    page = upload(officer, [(*GOOD, "กองตัวอยาง")], head=head)
    text = officer.get(page).text
    assert "คำที่คล้ายกับของในทะเบียน" in text
    assert "กรุณาเลือกอย่างน้อยหนึ่งรายการ" in resend(officer, text, f"{page}/suggestions").text
    kept = said(officer, page, "suggestions", **{"s-0": "keep"})
    assert 'id="alike"' not in kept
    assert "ยังบันทึกไม่ได้" in kept
    page = upload(officer, [(*GOOD, "กองตัวอยาง")], head=head)
    used = said(officer, page, "suggestions", **{"s-0": "use"})
    assert 'id="alike"' not in used
    said(officer, page, "confirm")
    assert list(assets(app)) == ["7440-001-0001"]


def test_a_place_by_another_name_is_said_once_and_remembered_for_the_unit(app: Flask, officer: FlaskClient) -> None:
    head = (*HEAD[:5], "สถานที่")
    page = upload(officer, [GOOD], head)
    said(officer, page, "confirm")
    page = upload(officer, [("7440-001-0009", *GOOD[1:5], "ห้องประชุมเก่า"), ("7440-001-0010", *GOOD[1:5], "ตึกใหม่")], head)
    text = officer.get(page).text
    assert "ดูสถานที่ใหม่ 2 แห่ง" in text
    wrong = resend(officer, text, f"{page}/suggestions", **{"p-0": "ไม่มีห้องนี้"})
    assert (wrong.status_code, "ไม่มีสถานที่ชื่อ “ไม่มีห้องนี้”" in wrong.text) == (422, True)
    field = re.search(r'for="(p-[0-9]+)">“ห้องประชุมเก่า”', text)
    assert field is not None
    text = said(officer, page, "suggestions", **{field[1]: " ห้อง  ๑ "})
    assert "ดูสถานที่ใหม่ 1 แห่ง" in text
    said(officer, page, "confirm")
    page = upload(officer, [("7440-001-0011", *GOOD[1:5], "ห้องประชุมเก่า")], head)
    assert 'id="places"' not in officer.get(page).text
    said(officer, page, "confirm")
    with app.app_context():
        rows = db.session.execute(sa.text("SELECT asset_no, p.name FROM asset JOIN place p ON p.id = place_id")).all()
        told = db.session.scalars(sa.text("SELECT after FROM audit_entry WHERE action = 'import.place'")).all()
        db.session.remove()
    assert {row[0]: row[1] for row in rows} == {
        "7440-001-0001": "ห้อง 1", "7440-001-0009": "ห้อง 1", "7440-001-0010": "ตึกใหม่", "7440-001-0011": "ห้อง 1",
    }  # fmt: skip
    assert told == ['{"place":"ห้อง 1"}']


def test_the_reasons_are_told_in_the_language_of_the_reader(app: Flask, officer: FlaskClient) -> None:
    page = upload(officer, [GOOD, NAMELESS, NO_SUCH_DAY, SEVERAL])
    thai, sheet = officer.get(page).text, told_in_sheet(officer, page)
    assert "ไม่มีชื่อครุภัณฑ์" in thai
    assert "ไม่มีชื่อครุภัณฑ์" in sheet
    officer.set_cookie("lang", "en")
    english, sheet = officer.get(page).text, told_in_sheet(officer, page)
    for sentence in ("ไม่มีชื่อครุภัณฑ์", "ไม่มีวันที่นี้ในปฏิทิน"):
        assert sentence not in english
        assert sentence not in sheet


def told_in_sheet(client: FlaskClient, page: str) -> str:
    data = client.get(f"{page}/errors.xlsx").data
    return "\n".join(str(cell.value) for row in load_workbook(io.BytesIO(data)).worksheets[0] for cell in row)


def test_a_file_that_nobody_saved_is_let_go_after_its_days(
    app: Flask, officer: FlaskClient, now: datetime, set_clock: Any
) -> None:
    page, saved = upload(officer, [GOOD]), upload(officer, [GOOD, NAMELESS])
    said(officer, saved, "confirm", partial="yes")
    assert "เก็บไว้ถึง 23 ธ.ค. 2569" in officer.get(page).text
    for days, expired in ((30, 0), (31, 1), (32, 0)):
        with app.app_context():
            assert import_cleanup.forget_unsaved(now + timedelta(days=days))["imports_expired"] == expired
            stored = len([path for path in app.config["SETTINGS"].files_dir.glob("??/*") if path.is_file()])
            files = list(db.session.scalars(sa.select(File.object_key)))
            actions = list(
                db.session.scalars(sa.text("SELECT action FROM audit_entry WHERE action = 'import.expired'"))
            )
            db.session.remove()
        assert (len(files), stored, len(actions)) == ((2, 2, 0) if days == 30 else (1, 1, 1))
    told = officer.get(page)
    assert (told.status_code, "หมดเวลาเก็บไฟล์" in told.text, "/confirm" in told.text) == (200, True, False)
    assert "หมดเวลาเก็บ" in officer.get("/assets/import").text
    assert kept(app) == 1  # the refused row of the one that was saved
    assert "นำเข้าเสร็จแล้ว" in officer.get(saved).text


def test_bytes_that_another_file_has_stay(app: Flask, officer: FlaskClient, now: datetime) -> None:
    upload(officer, [GOOD])
    with app.app_context(), transaction():
        again = db.session.scalars(sa.select(File)).one()
        facts = {"size": again.size, "mime": again.mime, "name": "x", "kind": "letter", "unit_id": None, "at": now}
        add_file(again.sha256, object_type="loan", object_key="1", person_id=None, **facts)
        stored = again.sha256
    with app.app_context():
        import_cleanup.forget_unsaved(now + timedelta(days=31))
        assert path_of(stored).exists()
        db.session.remove()


def test_a_colour_is_explained_once_for_the_whole_file(app: Flask, officer: FlaskClient) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in [("เลขครุภัณฑ์", "รายการ"), *((f"7440-{number}", "จอภาพ") for number in range(1, 7))]:
        page.append(row)
    for cell in (*page[3], *page[4]):
        cell.fill = PatternFill("solid", fgColor="FFFF0000")
    out = io.BytesIO()
    book.save(out)
    address = views.upload(officer, out.getvalue()).location
    text = officer.get(address).text
    assert "แถวสีแดง 2 แถว" in text
    text = said(officer, address, "suggestions", **{"k-0": "damaged"})
    assert '<option value="damaged" selected>' in text
    said(officer, address, "confirm")
    with app.app_context():
        found = db.session.execute(sa.text("SELECT asset_no, condition FROM asset ORDER BY asset_no")).all()
        db.session.remove()
    assert [row[0] for row in found if row[1] == "damaged"] == ["7440-2", "7440-3"]
    assert len(found) == 6
