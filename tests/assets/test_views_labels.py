"""Labels in three steps, as pages: the count before printing, the PDF, and nothing of another unit in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from assetloan.assets import codes, label_queries, label_views, queries, service
from assetloan.assets.label_queries import LabelChoice
from assetloan.assets.labelling import making, printing
from assetloan.assets.labelling.models import CodeBatch, LabelPrint
from assetloan.assets.labelling.printing import PrintOrder
from assetloan.assets.models import Code
from assetloan.assets.rules import AssetStatus, CodeState
from assetloan.audit.models import AuditEntry
from assetloan.core import clock, jobs
from assetloan.core.db import db, transaction
from assetloan.core.errors import Forbidden, Invalid, NotFound
from assetloan.documents.files import File
from assetloan.documents.labels import LAYOUTS
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import Role, console
from tests.assets.pages import form_to, send
from tests.conftest import NOW
from tests.documents.seeing import codes_on, pages_of, picture_of, squeezed, text_of
from tests.factories import a_category, a_person, a_unit, actor_named, an_agency, an_asset, sign_in
from tests.installation import Once


def filled_desk(_app: Flask) -> dict[str, str]:
    an_agency()
    unit, other = a_unit("A", parent="DEP", name="กองหนึ่ง"), a_unit("B", parent="DEP", name="กองสอง")
    a_person(Role.OFFICER, unit="A", username="officer", password=True)
    a_person(Role.OFFICER, (Role.OFFICER, "B"), unit="A", username="both", password=True)
    category = a_category()
    for number in range(1, 6):
        more = {"category_id": category.id} if number == 1 else {}
        an_asset(
            unit,
            asset_no=f"A-{number}",
            name=f"จอ {number}",
            place=f"ห้อง {number % 2}",
            loanable=number > 1,
            **more,
        )
    an_asset(other, asset_no="B-1", name="จอกองสอง")
    with transaction():
        codes.create_blank_codes(console(), unit.id, 3, now=NOW)
    made = [*(f"A-{number}" for number in range(1, 6)), "B-1"]
    return {number: queries.by_number(console(), number).codes[0].code for number in made}


@pytest.fixture
def desk(once: Once) -> dict[str, str]:
    """A unit with five things in two rooms and three blank codes, another with one; gives the codes by number."""
    return once(filled_desk)


def asked(location: str | None) -> dict[str, list[str]]:
    """The query of an address."""
    return parse_qs(urlsplit(location or "").query)


def make(client: FlaskClient, sheet: str, **fields: str) -> str:
    """Step 2 sent; gives the address of what was made."""
    answer = send(client, sheet, "/labels/sheet", **fields)
    assert answer.status_code == 303, answer.text
    return answer.location or ""


def made_pdf(client: FlaskClient, sheet: str, **fields: str) -> bytes:
    """The first file of a new making."""
    return client.get(f"{make(client, sheet, **fields)}/pdf").data


# --- steps 1 and 2 --------------------------------------------------------------------------------------------------


def test_a_sheet_takes_three_steps(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    answer = send(client, "/labels", "/labels")
    assert answer.status_code == 303
    sheet = answer.location or ""
    text = client.get(sheet).text
    assert "พิมพ์ป้าย QR 5 ดวง" in text
    form = form_to(text, "/labels/sheet")
    assert form.method == "post"
    assert {"layout": "a4-24", "start": "1"}.items() <= form.fields.items()
    made = make(client, sheet, start="๒๓")
    assert "ป้าย 5 ดวง" in client.get(made).text
    pdf = client.get(f"{made}/pdf")
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="labels-2026-11-23-1.pdf"'
    assert (pdf.headers["X-Content-Type-Options"], pdf.headers["Cache-Control"]) == ("nosniff", "no-store")
    assert "sandbox" in pdf.headers["Content-Security-Policy"]
    assert pages_of(pdf.data) == 2
    found = {code[-8:] for page in (0, 1) for code in codes_on(picture_of(pdf.data, page))}
    assert found == {code for number, code in desk.items() if number != "B-1"}
    words = squeezed(text_of(pdf.data))
    assert all(squeezed(part) in words for part in ("A-1", "จอ 5", "กองหนึ่ง"))
    assert "B-1" not in words


@pytest.mark.parametrize(
    ("typed", "query", "count"),
    [
        ({"category": "7440"}, {"which": ["unit"], "unit": ["A"], "category": ["7440"]}, 1),
        ({"which": "new"}, {"which": ["new"], "unit": ["A"], "since": ["2026-11-23"]}, 5),
        ({"which": "unprinted"}, {"which": ["unprinted"], "unit": ["A"]}, 5),
    ],
)
def test_what_is_chosen_stands_in_the_address(
    client: FlaskClient, desk: dict[str, str], typed: dict[str, str], query: dict[str, list[str]], count: int
) -> None:
    sign_in(client, "officer")
    answer = send(client, "/labels", "/labels", **typed)
    assert asked(answer.location) == query
    assert f"พิมพ์ป้าย QR {count} ดวง" in client.get(answer.location or "").text


def test_a_room_is_printed_alone(app: Flask, client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    rooms = form_to(client.get("/labels").text, "/labels").choices["place"]
    assert len(rooms) == 3  # every place, and two rooms
    counts = [client.get(send(client, "/labels", "/labels", place=room).location or "").text for room in rooms[1:]]
    assert ["QR 2 ดวง" in counts[0], "QR 3 ดวง" in counts[1]] == [True, True]


def test_typed_numbers_become_codes_in_the_order_typed(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    typed = f"a-3\r\n\r\n A–๑ \r\n{desk['A-2'].lower()}\r\nA-3"
    answer = send(client, "/labels", "/labels", which="numbers", numbers=typed)
    wanted = [desk["A-3"], desk["A-1"], desk["A-2"]]
    assert asked(answer.location)["codes"] == ["-".join(wanted)]
    pdf = made_pdf(client, answer.location or "", layout="roll-62x29")
    assert [codes_on(picture_of(pdf, page))[0][-8:] for page in range(3)] == wanted


@pytest.mark.case("D7")
@pytest.mark.parametrize("foreign", ["B-1", "ไม่มี-9"])
def test_D7_a_foreign_number_refuses_the_whole_request(client: FlaskClient, desk: dict[str, str], foreign: str) -> None:
    sign_in(client, "officer")
    typed = f"A-1\nA-2\n{foreign}"
    answer = send(client, "/labels", "/labels", which="numbers", numbers=typed)
    assert answer.status_code == 404
    assert f"ไม่พบ “{foreign}”" in answer.text
    assert form_to(answer.text, "/labels").fields["numbers"] == typed
    query = {"which": "codes", "codes": f"{desk['A-1']}-{desk['B-1']}"}
    assert client.get("/labels/sheet", query_string=query).status_code == 404


@pytest.mark.case("D7")
def test_D7_another_units_things_and_blanks_are_not_printed(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    assert send(client, "/labels", "/labels", unit="B").status_code == 422
    batch = batch_of(client.application, "B")
    for query in (
        "which=unit&unit=B", "which=new&unit=B&since=2026-11-01", "which=unprinted&unit=B", "which=places&unit=B",
        f"which=batch&batch={batch}", "which=batch&batch=99", "which=unit",
    ):  # fmt: skip
        assert client.get(f"/labels/sheet?{query}").status_code == 404


def test_who_prints_for_two_units_chooses_between_them(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "both")
    form = form_to(client.get("/labels").text, "/labels")
    assert form.choices["unit"] == ["B", "A"]  # ส comes before ห
    assert "QR 1 ดวง" in client.get(send(client, "/labels", "/labels", unit="B").location or "").text
    typed = send(client, "/labels", "/labels", which="numbers", numbers="A-1\nB-1")
    assert "QR 2 ดวง" in client.get(typed.location or "").text


def test_choices_that_cannot_be_used_are_said_in_words(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    for typed, words in (
        ({"which": "numbers", "numbers": " \n "}, "กรุณากรอกช่องนี้"),
        ({"which": "numbers", "numbers": "\n".join(f"X-{number}" for number in range(201))}, "ไม่เกิน 200 หมายเลข"),
        ({"which": "new", "since-day": "", "since-month": "", "since-year": ""}, "กรุณากรอกช่องนี้"),
        ({"which": "all"}, "กรุณาเลือกจากรายการที่มี"),
    ):
        answer = send(client, "/labels", "/labels", **typed)
        assert answer.status_code == 422
        assert words in answer.text


def test_a_thing_without_a_code_is_named(app: Flask, client: FlaskClient, desk: dict[str, str]) -> None:
    with app.app_context(), transaction():
        codes.revoke_code(console(), "A-1", desk["A-1"], reason="หาย", now=NOW)
    sign_in(client, "officer")
    text = client.get("/labels/sheet?which=unit&unit=A").text
    assert "QR 4 ดวง" in text
    assert "อีก 1 ชิ้นในหน่วยงานไม่มีรหัส" in text
    answer = send(client, "/labels", "/labels", which="numbers", numbers="A-1")
    assert answer.status_code == 422
    assert "A-1 ไม่มีรหัสที่ใช้อยู่" in answer.text


def test_links_of_other_pages_fill_the_form(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    fields = form_to(client.get("/labels?numbers=A-1").text, "/labels").fields
    assert (fields["which"], fields["numbers"]) == ("numbers", "A-1")


def test_nothing_to_print_says_so(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    text = client.get("/labels/sheet?which=unit&unit=A&category=9999").text
    assert "ยังไม่มีทรัพย์สินตามเงื่อนไข" in text


# --- wrong addresses, limits ----------------------------------------------------------------------------------------


@pytest.mark.case("D18")
@pytest.mark.parametrize(
    "query",
    ["", "which=all", "which=codes", "which=codes&codes=XXXX", "which=unit&unit=A&place=x", "which=new&unit=A&since=x",
     "which=new&unit=A", "which=batch", "which=batch&batch=0"],
)  # fmt: skip
def test_D18_addresses_that_no_form_makes_are_refused(client: FlaskClient, desk: dict[str, str], query: str) -> None:
    sign_in(client, "officer")
    assert client.get(f"/labels/sheet?{query}").status_code == 400


@pytest.mark.parametrize(
    ("start", "words"),
    [("0", "ตั้งแต่ 1 ถึง"), ("25", "ตั้งแต่ 1 ถึง 24"), ("x", "ตั้งแต่ 1 ถึง"), ("1e2", "ตั้งแต่ 1 ถึง")],
)
def test_a_cell_outside_the_sheet_is_refused_in_words(
    client: FlaskClient, desk: dict[str, str], start: str, words: str
) -> None:
    sign_in(client, "officer")
    for more in ({}, {"preview": "1"}):
        answer = send(client, "/labels/sheet?which=unit&unit=A", "/labels/sheet", start=start, **more)
        assert answer.status_code == 422
        assert words in answer.text
        assert form_to(answer.text, "/labels/sheet").fields["start"] == start


def test_an_unknown_layout_is_refused_in_words(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    answer = send(client, "/labels/sheet?which=unit&unit=A", "/labels/sheet", layout="a5")
    assert answer.status_code == 422
    assert "<h1" in answer.text


def test_a_preview_makes_nothing(app: Flask, client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    answer = send(client, "/labels/sheet?which=unit&unit=A", "/labels/sheet", start="21", preview="1")
    assert answer.status_code == 200
    assert "ใช้ 2 แผ่น" in answer.text
    with app.app_context():
        assert db.session.scalars(select(LabelPrint)).all() == []


def test_more_than_a_file_holds_becomes_a_job_of_several(
    app: Flask, client: FlaskClient, desk: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_views, "MOST_LABELS", 2)
    monkeypatch.setattr(making, "MOST_LABELS", 2)
    sign_in(client, "officer")
    text = client.get("/labels/sheet?which=unit&unit=A").text
    assert "ไฟล์หนึ่งพิมพ์ได้ไม่เกิน 2 ดวง จึงแบ่งเป็น 3 ไฟล์" in text
    watch = make(client, "/labels/sheet?which=unit&unit=A", start="24")
    assert watch.startswith("/jobs/")
    with app.app_context():
        assert jobs.run_waiting() == 1
        assert [file.name for file in db.session.scalars(select(File).order_by(File.id))] == ["1", "2", "3"]
    made = client.get(watch).location or ""
    assert "ดาวน์โหลดไฟล์ที่ 3" in client.get(made).text
    monkeypatch.setattr(making, "order_of", None)  # they lie ready
    files = [client.get(f"{made}/pdf?part={part}") for part in (1, 2, 3)]
    assert [pages_of(file.data) for file in files] == [2, 1, 1]
    assert len(codes_on(picture_of(files[2].data))) == 1
    assert "labels-2026-11-23-3.pdf" in files[2].headers["Content-Disposition"]
    assert client.get(f"{made}/pdf?part=4").status_code == 404


def test_a_batch_of_blank_labels_scans_and_has_room_for_a_number(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    batch = batch_of(client.application, "A")
    pdf = made_pdf(client, f"/labels/sheet?which=batch&batch={batch}")
    assert len(codes_on(picture_of(pdf))) == 3
    assert "____" in text_of(pdf)


# --- what was made ----------------------------------------------------------------------------------------------------


def test_a_label_is_made_again_only_with_a_reason(
    app: Flask, client: FlaskClient, desk: dict[str, str], set_clock: Callable[[datetime], None]
) -> None:
    sign_in(client, "officer")
    assert "ยังไม่เคยพิมพ์" in client.get("/assets/A-1").text
    one = f"/labels/sheet?which=codes&codes={desk['A-1']}"
    made = make(client, one)
    assert "ยังไม่เคยพิมพ์" not in client.get("/assets/A-1").text
    assert "เคยพิมพ์แล้ว" not in client.get(f"/labels/sheet?which=codes&codes={desk['A-2']}").text
    sheet = "/labels/sheet?which=unit&unit=A"
    assert "1 ดวงในชุดนี้เคยพิมพ์แล้ว" in client.get(sheet).text
    refused = send(client, sheet, "/labels/sheet")
    assert refused.status_code == 422
    assert "กรุณาบอกเหตุผลที่พิมพ์ซ้ำ" in refused.text
    make(client, sheet, reason="ป้ายเลือน")
    assert "QR 0 ดวง" in client.get("/labels/sheet?which=unprinted&unit=A").text
    listed = client.get("/labels/made").text
    assert listed.index("ป้ายเลือน") < listed.index("เฉพาะหมายเลขที่พิมพ์ไว้")
    with app.app_context():
        rows = db.session.execute(select(LabelPrint.labels, LabelPrint.reason).order_by(LabelPrint.id)).all()
        assert [tuple(row) for row in rows] == [(1, ""), (5, "ป้ายเลือน")]
        actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.object_type == "label_print")).all()
        assert actions == ["label.printed"] * 2
    assert client.get(f"{made}/pdf").status_code == 200
    set_clock(NOW + timedelta(hours=24))
    sign_in(client, "officer")
    assert client.get(f"{made}/pdf").status_code == 409
    assert "พิมพ์ซ้ำพร้อมเหตุผล" in client.get(made).text


@pytest.mark.case("D4")
def test_D4_makings_of_another_unit_are_not_there(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "both")
    made = make(client, "/labels/sheet?which=unit&unit=B")
    assert client.get(f"{made}/pdf").status_code == 200
    client.post("/sign-out")
    other = client.application.test_client()
    sign_in(other, "officer")
    assert other.get(made).status_code == 404
    assert other.get(f"{made}/pdf").status_code == 404
    assert made not in other.get("/labels/made").text


def test_a_lost_label_gives_a_new_code_and_ends_the_old(app: Flask, client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    page = send(client, "/labels", "/labels", which="lost").location or ""
    assert urlsplit(page).path == "/labels/lost"
    assert send(client, page, "/labels/lost", numbers="A-1", reason="").status_code == 422
    assert send(client, page, "/labels/lost", numbers="A-1\nB-1", reason="หลุด").status_code == 404
    answer = send(client, page, "/labels/lost", numbers="a-๑\nA-2", reason="หลุด")
    new = asked(answer.location)["codes"][0].split("-")
    assert not set(new) & set(desk.values())
    assert "เคยพิมพ์แล้ว" not in client.get(answer.location or "").text
    with app.app_context():
        states = {code.code: code.state for code in queries.by_number(console(), "A-1").codes}
    assert states == {desk["A-1"]: CodeState.REVOKED, new[0]: CodeState.LINKED}


def test_a_room_gets_a_label_that_opens_the_room(app: Flask, client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    page = send(client, "/labels", "/labels", which="places").location or ""
    text = client.get(page).text
    assert "ห้อง 0" in text
    room = next(part.split('"')[0] for part in text.split('name="places" value="')[1:])
    answer = send(client, page, "/codes/places", places=room)
    sheet = answer.location or ""
    assert asked(sheet) == {"which": ["places"], "unit": ["A"], "place": [room]}
    pdf = made_pdf(client, sheet)
    (address,) = codes_on(picture_of(pdf))
    assert squeezed("ห้อง 0") in squeezed(text_of(pdf))
    scan = client.get("/q/" + address[-8:])
    assert (scan.status_code, scan.location) == (303, f"/places/{room}")
    assert "ห้อง 0" in client.get("/scans").text
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Code.place_id == int(room))) == 1
    send(client, page, "/codes/places", places=room)
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Code.place_id == int(room))) == 1


def test_every_layout_is_shown_as_a_picture_and_has_a_test_page(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    text = re.sub(r'<span class="keep">([^<]+)</span>', r"\1", client.get("/labels/layouts?which=unit&unit=A").text)
    for name, layout in LAYOUTS.items():
        assert str(layout.title) in text
        assert f"layout={name}" in text
        assert client.get(f"/labels/test?layout={name}").data.startswith(b"%PDF")
    chosen = form_to(client.get("/labels/sheet?which=unit&unit=A&layout=small-12").text, "/labels/sheet")
    assert chosen.fields["layout"] == "small-12"
    assert client.get("/labels/test?layout=a5").status_code == 400


def batch_of(app: Flask, unit: str) -> int:
    """A batch of three blank codes of a unit."""
    with app.app_context(), transaction():
        card = unit_by_code(unit, clock.bangkok_date(NOW))
        return codes.create_batch(console(), card.id, 3, now=NOW).id


# --- the queries beneath, on both databases -------------------------------------------------------------------------


@pytest.mark.both_databases
def test_lines_of_every_choice(ctx: Flask, desk: dict[str, str]) -> None:
    officer = actor_named("officer")
    unit_id = officer.unit_id

    def numbers(choice: LabelChoice) -> list[str]:
        return [line.number for line in label_queries.lines_of(officer, choice)]

    every = ["A-2", "A-4", "A-1", "A-3", "A-5"]
    today = clock.bangkok_date(NOW)
    assert numbers(LabelChoice("unit", unit_id=unit_id)) == every
    assert numbers(LabelChoice("unit")) == every
    assert numbers(LabelChoice("new", unit_id=unit_id, since=today)) == every
    assert numbers(LabelChoice("new", unit_id=unit_id, since=today + timedelta(days=1))) == []
    with transaction():
        some = label_queries.lines_of(officer, LabelChoice("codes", codes=(desk["A-2"], desk["A-1"])))
        printing.record_print(officer, some, PrintOrder("a4-24"), now=NOW)
    assert label_queries.printed_before([line.code_id for line in some]) == 2
    assert numbers(LabelChoice("unprinted", unit_id=unit_id)) == ["A-4", "A-3", "A-5"]
    with pytest.raises(Invalid), transaction():
        printing.record_print(officer, some, PrintOrder("a4-24"), now=NOW)
    batch = db.session.scalars(select(CodeBatch.id)).one()
    assert numbers(LabelChoice("batch", batch_id=batch)) == ["", "", ""]
    other = queries.by_number(console(), "B-1").unit_id
    for choice in (LabelChoice("unit", unit_id=other), LabelChoice("places", unit_id=other)):
        with pytest.raises(Forbidden):
            label_queries.lines_of(officer, choice)
    with pytest.raises(NotFound):
        label_queries.lines_of(officer, LabelChoice("codes", codes=(desk["A-1"], desk["B-1"])))
    with transaction():
        asset = queries.by_number(console(), "A-2")
        service.set_state(console(), asset, status=AssetStatus.DISPOSED, condition=None, now=NOW)
    db.session.rollback()
    assert "A-2" not in numbers(LabelChoice("unit", unit_id=unit_id))
