"""What comes through the upload page and is no register: a sentence, the form as it was, a server that answers."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from assetloan.assets import import_service, import_staging
from assetloan.assets.models import Asset, ImportBatch
from assetloan.core import jobs
from assetloan.core.db import db, transaction
from assetloan.documents import sheets
from assetloan.identity.rules import console
from tests.assets.importing import csv_of
from tests.assets.test_import_views import officer, tokens, upload
from tests.conftest import NOW
from tests.documents import makers
from tests.factories import a_unit, an_agency

__all__ = ["officer"]

BOMB = makers.xlsx("<worksheet>" + " " * (40 * 2**20) + "</worksheet>")
REFUSED = {
    "empty": (b"", "x.xlsx", "ไฟล์นี้ว่างเปล่า"),
    "nothing in it": (makers.xlsx(makers.sheet_xml("")), "x.xlsx", "ไฟล์นี้ว่างเปล่า"),
    "no header": (csv_of([("1", "2")], header=("ก", "ข")), "x.csv", "ไม่พบแถวหัวตาราง"),
    "encrypted": (makers.ole({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(5000)}), "x.xlsx", "มีรหัสผ่าน"),
    "old, with a password": (makers.xls([["x"]], password=True), "x.xls", "มีรหัสผ่าน"),
    "broken": (makers.xlsx(makers.sheet_xml(""))[:-200], "x.xlsx", "เปิดไฟล์นี้ไม่ได้"),
    "a letter": (b"%PDF-1.7 ...", "ทะเบียน.xlsx", "ไม่ใช่ตาราง"),
    "a picture": (b"\x89PNG\r\n\x1a\n....", "ทะเบียน.xls", "ไม่ใช่ตาราง"),
    "a bomb": (BOMB, "x.xlsx", "คลี่ออกแล้วใหญ่ผิดปกติ"),
}


def batches(app: Flask) -> int:
    with app.app_context():
        found = db.session.scalar(sa.select(sa.func.count()).select_from(ImportBatch))
        db.session.remove()
    return int(found or 0)


@pytest.mark.case("E1")
@pytest.mark.case("E4")
@pytest.mark.parametrize("kind", REFUSED)
def test_the_page_says_why_and_keeps_what_was_chosen(app: Flask, officer: FlaskClient, kind: str) -> None:
    data, name, sentence = REFUSED[kind]
    fields = tokens(officer.get("/assets/import").text)
    sent = {"unit": "A", "file": (io.BytesIO(data), name)}  # not ticked: new things are not lent
    answer = officer.post("/assets/import", data=fields | sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "ข้อผิดพลาด" in answer.text
    assert re.search(r'<option[^>]*value="A"[^>]*selected|<option selected[^>]*value="A"', answer.text)
    assert not re.search(r'<input[^>]*name="lendable"[^>]*checked', answer.text)
    assert batches(app) == 0


@pytest.mark.case("E1")
def test_a_big_bomb_ends_as_a_job_that_says_why(
    app: Flask, officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_staging, "BIG_BYTES", 1000)
    watched = upload(officer, BOMB).location
    assert watched.startswith("/jobs/")
    with app.app_context():
        assert jobs.run_waiting() == 1
    told = officer.get(watched).text
    assert "คลี่ออกแล้วใหญ่ผิดปกติ" in told
    assert "ข้อมูลเดิมไม่เปลี่ยนแปลง" in told


@pytest.mark.parametrize("rows", [[], [("", "")]])
def test_a_header_without_rows_can_be_seen_and_saves_nothing(
    app: Flask, officer: FlaskClient, rows: list[tuple[str, str]]
) -> None:
    staged = upload(officer, csv_of(rows, header=("เลขครุภัณฑ์", "รายการ")), "x.csv")
    assert staged.status_code == 303
    page = officer.get(staged.location).text
    assert "ไม่มีอะไรต้องบันทึก" in page
    assert f"{staged.location}/confirm" not in page


@pytest.mark.case("E14")
def test_a_file_beyond_the_limit_is_refused_with_the_limit(app: Flask, officer: FlaskClient) -> None:
    answer = upload(officer, bytes(20 * 2**20 + 1))
    answer.request.environ["wsgi.input"].close()  # the client keeps so much in a file and leaves it open
    assert answer.status_code == 413
    assert "ไม่เกิน 20 เมกะไบต์" in answer.text
    assert batches(app) == 0


@pytest.mark.both_databases
def test_others_are_answered_while_a_file_is_read(
    app: Flask, officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, go_on = threading.Event(), threading.Event()
    really = sheets.run_limited

    @contextmanager
    def held(*given: Any, **more: Any) -> Iterator[Any]:
        reading.set()
        assert go_on.wait(60)
        with really(*given, **more) as answer:
            yield answer

    monkeypatch.setattr(sheets, "run_limited", held)
    answers: list[int] = []
    data = csv_of([("7440-1", "จอ", "1")])
    sender = threading.Thread(target=lambda: answers.append(upload(officer, data, "x.csv").status_code))
    sender.start()
    try:
        assert reading.wait(60)
        stranger = app.test_client()
        assert stranger.get("/healthz").status_code == 200
        with app.app_context():
            a_unit("B", parent="DEP")  # nobody holds the database either
    finally:
        go_on.set()
        sender.join(60)
    assert answers == [303]


@pytest.mark.case("E5")
def test_E5_fifty_thousand_rows_with_one_that_is_bad(ctx: Flask) -> None:
    """Nothing, or with `partial` all good ones, however many: in bulk, with its audit."""
    an_agency()
    unit = a_unit("A", parent="DEP")
    rows = [(f"7440-{number:05d}", f"เครื่องที่ {number % 50}", "1,000.00") for number in range(50_000)]
    rows[25_000] = (rows[25_000][0], "", "")
    data = csv_of(rows)

    def take(*, partial: bool) -> dict[str, int]:
        parsed = import_staging.parse(data, "x.csv", import_service.Answers())
        with transaction():
            options = import_service.ImportOptions(unit.id, partial, file_hash="0" * 64)
            report = import_service.import_assets(console(), parsed, options, now=NOW)
        assert [(problem.row, problem.code) for problem in report.errors] == [(25_002, "name_missing")]
        return {name: getattr(report, name) for name in ("created", "unchanged", "skipped", "rejected")}

    def stored() -> int:
        found = db.session.scalar(sa.select(sa.func.count()).select_from(Asset))
        db.session.rollback()
        return int(found or 0)

    assert take(partial=False) == {"created": 0, "unchanged": 0, "skipped": 49_999, "rejected": 1}
    assert stored() == 0
    assert take(partial=True) == {"created": 49_999, "unchanged": 0, "skipped": 0, "rejected": 1}
    assert stored() == 49_999
