"""Printers, the scan log, typed linking and re-linking as pages, and the services beneath."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assetloan.assets import codes, queries
from assetloan.assets.labelling import printers
from assetloan.assets.labelling.models import Printer
from assetloan.assets.labelling.printers import Measures
from assetloan.assets.rules import CodeState
from assetloan.audit.models import AuditEntry
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Forbidden, Invalid, NotFound
from assetloan.documents.labels import LAYOUTS, NOTHING_TO_CORRECT, Correction
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import Role, console
from tests.assets.pages import form_to, send
from tests.conftest import NOW
from tests.documents.seeing import pages_of
from tests.factories import a_person, a_unit, actor_named, an_agency, an_asset, sign_in


@pytest.fixture
def desk(app: Flask) -> list[str]:
    """Two units with an officer each and a thing each (A-1, A-2; B-1), and three blank codes of the first."""
    with app.app_context():
        an_agency()
        unit, other = a_unit("A", parent="DEP", name="กองหนึ่ง"), a_unit("B", parent="DEP", name="กองสอง")
        a_person(Role.OFFICER, unit="A", username="officer", password=True)
        a_person(Role.OFFICER, unit="B", username="stranger", password=True)
        a_person(Role.AUDITOR, unit="DEP", username="auditor", password=True)
        a_person(unit="A", username="staff", password=True)
        for number in ("A-1", "A-2"):
            an_asset(unit, asset_no=number, name="จอภาพ")
        an_asset(other, asset_no="B-1", name="จอภาพกองสอง")
        with transaction():
            return codes.create_blank_codes(console(), unit.id, 3, now=NOW)


def code_of(app: Flask, number: str) -> str:
    with app.app_context():
        db.session.rollback()
        return queries.by_number(console(), number).codes[0].code


# --- printers ---------------------------------------------------------------------------------------------------------


def test_a_printer_is_added_measured_used_and_ended(app: Flask, client: FlaskClient, desk: list[str]) -> None:
    sign_in(client, "officer")
    page = send(client, "/labels/printers", "/labels/printers", name="เครื่องข้างโต๊ะ", layout="a4-65").location or ""
    ruler = LAYOUTS["a4-65"].ruler
    length, left, top = ruler.length * 0.96, 105 + (ruler.x - 105) * 0.96 + 1, 148.5 + (ruler.y - 148.5) * 0.96 - 2
    wrong = send(client, page, f"{page}/measure", length="ยาว", left="1e9", top="")
    assert wrong.status_code == 422
    assert wrong.text.count("เช่น 149.5") >= 2
    impossible = send(client, page, f"{page}/measure", length="100", left="30", top="40")
    assert "กรุณาวัดอีกครั้ง" in impossible.text
    typed = {"length": f"{length:.2f}".replace(".", ","), "left": f"{left:.2f}", "top": f"{top:.2f}"}
    assert send(client, page, f"{page}/measure", **typed).status_code == 303
    with app.app_context():
        printer = db.session.scalars(select(Printer)).one()
        assert (printer.scale_hundredths, printer.right_hundredths, printer.down_hundredths) == (9600, 100, -200)
    text = client.get(page).text
    assert "96.00%" in text
    assert client.get(f"/labels/test?printer={page.rsplit('/', 1)[1]}").data.startswith(b"%PDF")
    sheet = f"/labels/sheet?which=codes&codes={code_of(app, 'A-1')}&layout=a4-65"
    assert "9.6 มม." in client.get(sheet).text
    assert "9.6 มม." not in client.get(sheet.replace("a4-65", "a4-24")).text
    chosen = form_to(client.get(sheet).text, "/labels/sheet").fields
    assert chosen["printer"] == page.rsplit("/", 1)[1]
    made = send(client, sheet, "/labels/sheet").location or ""
    assert "เครื่องข้างโต๊ะ" in client.get(made).text
    assert pages_of(client.get(f"{made}/pdf").data) == 1
    assert send(client, page, page, name="เครื่องใหม่", layout="a4-24").status_code == 303
    assert "100.00%" in client.get(page).text  # another paper is not measured yet
    assert send(client, page, f"{page}/end").status_code == 303
    assert "เครื่องใหม่" not in client.get("/labels/printers").text
    with app.app_context():
        done = db.session.scalars(select(AuditEntry.action).where(AuditEntry.object_type == "printer")).all()
        assert done == ["printer.added", "printer.calibrated", "printer.changed", "printer.ended"]


@pytest.mark.case("D4")
def test_D4_printers_of_another_unit_are_not_there(app: Flask, client: FlaskClient, desk: list[str]) -> None:
    sign_in(client, "officer")
    page = send(client, "/labels/printers", "/labels/printers", name="ของเรา").location or ""
    twice = send(client, "/labels/printers", "/labels/printers", name="ของเรา")
    assert "มีเครื่องพิมพ์ชื่อนี้แล้ว" in twice.text
    assert send(client, "/labels/printers", "/labels/printers", name="x", unit="B").status_code == 422
    stranger = app.test_client()
    sign_in(stranger, "stranger")
    assert stranger.get(page).status_code == 404
    assert stranger.get(f"/labels/test?printer={page.rsplit('/', 1)[1]}").status_code == 404
    assert "ของเรา" not in stranger.get("/labels/printers").text
    staff = app.test_client()
    sign_in(staff, "staff")
    assert staff.get("/labels/printers").status_code == 403


@pytest.mark.both_databases
def test_printers_as_a_service(ctx: Flask, desk: list[str]) -> None:
    officer, stranger = actor_named("officer"), actor_named("stranger")
    unit_id = unit_by_code("A", clock.bangkok_date(NOW)).id
    with transaction():
        printer_id = printers.add_printer(officer, unit_id, "ก", "roll-50x30", now=NOW).id
    with pytest.raises(Invalid), transaction():
        printers.add_printer(officer, unit_id, " ก ", "a4-24", now=NOW)
    with pytest.raises(Forbidden), transaction():
        printers.add_printer(stranger, unit_id, "ข", "a4-24", now=NOW)
    with pytest.raises(NotFound), transaction():
        printers.end_printer(stranger, printer_id, now=NOW)
    for measures in (Measures(3000, 500, 1500), Measures(4000, 1200, 1500), Measures(4000, 500, 9000)):
        with pytest.raises(Invalid), transaction():
            printers.calibrate_printer(officer, printer_id, measures, now=NOW)
    assert printers.correction_of(None) == NOTHING_TO_CORRECT
    assert printers.correction_of(db.session.get_one(Printer, printer_id)) == NOTHING_TO_CORRECT
    db.session.rollback()
    with transaction():
        printer = printers.calibrate_printer(officer, printer_id, Measures(4000, 500, 1500), now=NOW)
        assert printers.correction_of(printer) == Correction()  # exact, and known to be
    with transaction():
        printer = printers.edit_printer(officer, printer_id, "ก", "a4-65", now=NOW)
        assert printers.correction_of(printer) == NOTHING_TO_CORRECT
        printers.edit_printer(officer, printer_id, "ก", "roll-50x30", now=NOW)
    with transaction():
        printers.calibrate_printer(officer, printer_id, Measures(3900, 600, 1450), now=NOW)
    with transaction():
        printers.end_printer(officer, printer_id, now=NOW)
    with pytest.raises(DomainError, match="printer_ended"), transaction():
        printers.edit_printer(officer, printer_id, "ค", "a4-24", now=NOW)


# --- linking by typing, and again -------------------------------------------------------------------------------------


def test_labels_are_tied_one_after_another(app: Flask, client: FlaskClient, desk: list[str]) -> None:
    sign_in(client, "officer")
    answer = send(client, "/codes/link", "/codes/link", code=f"HTTPS://X.GO.TH/Q/{desk[0]}", asset="a-๑")
    assert answer.location == f"/codes/link?done={desk[0]}"
    assert "ต่อไปสแกนป้ายดวงถัดไป" in client.get(answer.location).text
    known = code_of(app, "A-2")
    assert send(client, "/codes/link", "/codes/link", code=desk[1].lower(), asset=known).status_code == 303
    for typed, words in (
        ({"code": desk[2], "asset": "B-1"}, "ไม่พบหมายเลขนี้"),
        ({"code": "00000000", "asset": "A-1"}, "ไม่พบป้ายนี้"),
    ):
        refused = send(client, "/codes/link", "/codes/link", **typed)
        assert refused.status_code == 404
        assert words in refused.text
    assert "ผูกกับทรัพย์สินอื่นแล้ว" in send(client, "/codes/link", "/codes/link", code=desk[0], asset="A-2").text
    with app.app_context():
        linked = {number: len(queries.by_number(console(), number).codes) for number in ("A-1", "A-2")}
    assert linked == {"A-1": 2, "A-2": 2}


def test_a_label_on_the_wrong_thing_moves_with_a_reason(app: Flask, client: FlaskClient, desk: list[str]) -> None:
    sign_in(client, "officer")
    send(client, "/codes/link", "/codes/link", code=desk[0], asset="A-1")
    page = f"/codes/{desk[0]}/relink"
    assert page in client.get(f"/codes/{desk[0]}/link").text
    assert send(client, page, page, asset="A-2", reason="").status_code == 422
    assert "อยู่แล้ว" in send(client, page, page, asset="A-1", reason="x").text
    assert send(client, page, page, asset="B-1", reason="x").status_code == 404
    assert send(client, page, page, asset="A-2", reason="ติดสลับกัน").status_code == 303
    with app.app_context():
        assert desk[0] in {code.code for code in queries.by_number(console(), "A-2").codes}
        told = [
            queries.history_of(console(), queries.by_number(console(), number))[0].reason for number in ("A-1", "A-2")
        ]
        assert told == ["ติดสลับกัน"] * 2
    stranger = app.test_client()
    sign_in(stranger, "stranger")
    assert stranger.get(page).status_code == 404
    assert client.get(f"/codes/{desk[1]}/relink").status_code == 404  # still blank


@pytest.mark.both_databases
def test_relinking_as_a_service(ctx: Flask, desk: list[str]) -> None:
    officer = actor_named("officer")
    with transaction():
        codes.link_code(officer, desk[0], "A-1", now=NOW)
    for code, number, wanted in ((desk[1], "A-2", "code_not_linked"), (desk[0], "A-1", "code_linked_here")):
        with pytest.raises(DomainError, match=wanted), transaction():
            codes.relink_code(officer, code, number, reason="ผิด", now=NOW)
    with pytest.raises(NotFound), transaction():
        codes.relink_code(officer, queries.by_number(console(), "B-1").codes[0].code, "A-1", reason="ผิด", now=NOW)
    with transaction():
        codes.relink_code(officer, desk[0], "A-2", reason="ผิด", now=NOW)
    assert queries.by_code(officer, desk[0]).asset is queries.by_number(officer, "A-2")
    with transaction():
        codes.revoke_code(officer, "A-2", desk[0], reason="หาย", now=NOW)
    with pytest.raises(DomainError, match="code_revoked"), transaction():
        codes.relink_code(officer, desk[0], "A-1", reason="ผิด", now=NOW)
    assert queries.by_code(console(), desk[0]).state is CodeState.REVOKED


# --- the scan log -----------------------------------------------------------------------------------------------------


def scanned(app: Flask, count: int) -> None:
    """The staff member scans A-1 so many times, then B-1 once and a code that is nothing."""
    own, other = code_of(app, "A-1"), code_of(app, "B-1")
    with app.app_context():
        staff = actor_named("staff")
        ids = {number: queries.by_number(console(), number).id for number in ("A-1", "B-1")}
        with transaction():
            for at in range(count):
                codes.log_scan(staff, own, ids["A-1"], now=NOW - timedelta(days=1, seconds=at))
            codes.log_scan(staff, other, ids["B-1"], now=NOW)
            codes.log_scan(staff, "ZZZZ0000", None, now=NOW)


def test_the_scan_log_is_read_by_unit_and_by_the_auditor(app: Flask, client: FlaskClient, desk: list[str]) -> None:
    scanned(app, 3)
    sign_in(client, "officer")
    text = client.get("/scans").text
    assert text.count("นายstaff ใจดี") == 3
    assert "B-1" not in text
    assert "ZZZZ" not in text
    auditor = app.test_client()
    sign_in(auditor, "auditor")
    text = auditor.get("/scans").text
    assert "B-1" in text
    assert "ZZZZ 0000" in text
    assert auditor.get(f"/scans?q={code_of(app, 'A-1')}").text.count("นายstaff") == 3
    assert "B-1" not in auditor.get("/scans?q=A-1").text
    one_day = {"since-day": "23", "since-month": "11", "since-year": "2569"}
    assert "A-1" not in auditor.get("/scans", query_string=one_day).text
    assert auditor.get("/scans?since-day=99&since-month=1&since-year=2569").status_code == 422
    assert auditor.get("/scans?before=x").status_code == 400
    staff = app.test_client()
    sign_in(staff, "staff")
    assert staff.get("/scans").status_code == 403


def test_the_scan_log_has_pages_and_asks_no_more_for_more_rows(
    app: Flask, client: FlaskClient, desk: list[str], count_queries
) -> None:
    sign_in(client, "officer")
    asked = []
    for count in (1, 60):
        scanned(app, count)
        client.get("/scans")
        with count_queries() as seen:
            text = client.get("/scans").text
        asked.append(len(seen))
    assert asked[0] == asked[1]
    older = next(part.split('"')[0] for part in text.split('href="') if "before=" in part).replace("&amp;", "&")
    assert client.get(older).text.count("นายstaff ใจดี") == 11
