"""Labels in three steps, as pages: the count before printing, the PDF, and nothing of another unit in it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetloan.assets import codes, label_queries, label_views, queries, service
from assetloan.assets.label_queries import LabelChoice
from assetloan.assets.rules import AssetStatus
from assetloan.core.db import db, transaction
from assetloan.core.errors import Forbidden, NotFound
from assetloan.identity.rules import Role, console
from tests.assets.pages import form_to, send
from tests.conftest import NOW
from tests.documents.seeing import codes_on, pages_of, picture_of, squeezed, text_of
from tests.factories import a_category, a_person, a_unit, actor_named, an_agency, an_asset, sign_in


@pytest.fixture
def desk(app: Flask) -> dict[str, str]:
    """A unit with five things in two rooms and three blank codes, another with one; gives the codes by number."""
    with app.app_context():
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


def asked(location: str | None) -> dict[str, list[str]]:
    """The query of an address."""
    return parse_qs(urlsplit(location or "").query)


# --- steps 1 and 2 --------------------------------------------------------------------------------------------------


def test_a_sheet_takes_three_steps(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    answer = send(client, "/labels", "/labels")
    assert answer.status_code == 303
    text = client.get(answer.location or "").text
    assert "พิมพ์ป้าย QR 5 ดวง" in text
    form = form_to(text, "/labels/pdf")
    assert form.method == "get"
    assert form.fields == {"which": "unit", "unit": "A", "layout": "a4-24", "start": "1"}
    pdf = client.get(form.action, query_string=form.fields | {"start": "๒๓"})
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
        ({"which": "new", "days": "1"}, {"which": ["new"], "unit": ["A"], "days": ["1"]}, 5),
        ({"which": "blank", "count": "2"}, {"which": ["blank"], "unit": ["A"], "count": ["2"]}, 2),
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
    pdf = client.get("/labels/pdf", query_string=f"{urlsplit(answer.location or '').query}&layout=roll-62x29&start=1")
    assert [codes_on(picture_of(pdf.data, page))[0][-8:] for page in range(3)] == wanted


@pytest.mark.case("D7")
@pytest.mark.parametrize("foreign", ["B-1", "ไม่มี-9"])
def test_D7_a_foreign_number_refuses_the_whole_request(client: FlaskClient, desk: dict[str, str], foreign: str) -> None:
    sign_in(client, "officer")
    typed = f"A-1\nA-2\n{foreign}"
    answer = send(client, "/labels", "/labels", which="numbers", numbers=typed)
    assert answer.status_code == 404
    assert f"ไม่พบ “{foreign}”" in answer.text
    assert form_to(answer.text, "/labels").fields["numbers"] == typed
    for step in ("sheet", "pdf"):
        query = {"which": "codes", "codes": f"{desk['A-1']}-{desk['B-1']}", "layout": "a4-24", "start": "1"}
        assert client.get(f"/labels/{step}", query_string=query).status_code == 404


@pytest.mark.case("D7")
def test_D7_another_units_things_and_blanks_are_not_printed(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    assert send(client, "/labels", "/labels", unit="B").status_code == 422
    for query in ("which=unit&unit=B", "which=new&unit=B&days=7", "which=blank&unit=B&count=1", "which=unit"):
        assert client.get(f"/labels/sheet?{query}").status_code == 404
        assert client.get(f"/labels/pdf?{query}&layout=a4-24&start=1").status_code == 404


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
        ({"which": "blank", "count": "๕๐๑"}, "ตั้งแต่ 1 ถึง 500"),
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
    pdf = client.get("/labels/pdf?which=unit&unit=A&category=9999&layout=a4-24&start=1")
    assert pdf.status_code == 422


# --- wrong addresses, limits ----------------------------------------------------------------------------------------


@pytest.mark.case("D18")
@pytest.mark.parametrize(
    "query",
    ["", "which=all", "which=codes", "which=codes&codes=XXXX", "which=unit&unit=A&place=x", "which=new&unit=A&days=0",
     "which=blank&unit=A&count=501", "which=unit&unit=A&part=0"],
)  # fmt: skip
def test_D18_addresses_that_no_form_makes_are_refused(client: FlaskClient, desk: dict[str, str], query: str) -> None:
    sign_in(client, "officer")
    assert client.get(f"/labels/sheet?{query}").status_code == 400


@pytest.mark.parametrize(
    ("start", "words"),
    [("0", "ตั้งแต่ 1 ถึง"), ("25", "ระหว่าง 1 ถึง 24"), ("x", "ตั้งแต่ 1 ถึง"), ("1e2", "ตั้งแต่ 1 ถึง")],
)
def test_a_cell_outside_the_sheet_is_refused_in_words(
    client: FlaskClient, desk: dict[str, str], start: str, words: str
) -> None:
    sign_in(client, "officer")
    for step in ("sheet", "pdf"):
        query = {"which": "unit", "unit": "A", "layout": "a4-24", "start": start}
        answer = client.get(f"/labels/{step}", query_string=query)
        assert answer.status_code == 422
        assert words in answer.text
        assert form_to(answer.text, "/labels/pdf").fields["start"] == start
        assert "sandbox" not in answer.headers["Content-Security-Policy"]


def test_an_unknown_layout_is_refused_in_words(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    answer = client.get("/labels/pdf?which=unit&unit=A&layout=a5&start=1")
    assert answer.status_code == 422
    assert "<h1" in answer.text


def test_more_than_a_file_holds_becomes_several(
    client: FlaskClient, desk: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_views, "MOST_LABELS", 2)
    sign_in(client, "officer")
    text = client.get("/labels/sheet?which=unit&unit=A").text
    assert "ไฟล์หนึ่งพิมพ์ได้ไม่เกิน 2 ดวง จึงแบ่งเป็น 3 ไฟล์" in text
    last = next(part.split('"')[0] for part in text.split('href="') if "part=3" in part).replace("&amp;", "&")
    fields = form_to(client.get(last).text, "/labels/pdf").fields
    assert fields["part"] == "3"
    pdf = client.get("/labels/pdf", query_string=fields)
    assert len(codes_on(picture_of(pdf.data))) == 1
    assert "labels-2026-11-23-3.pdf" in pdf.headers["Content-Disposition"]


def test_blank_labels_scan_and_have_room_for_a_number(client: FlaskClient, desk: dict[str, str]) -> None:
    sign_in(client, "officer")
    pdf = client.get("/labels/pdf?which=blank&unit=A&count=3&layout=a4-24&start=1")
    assert len(codes_on(picture_of(pdf.data))) == 3
    assert "____" in text_of(pdf.data)


# --- the queries beneath, on both databases -------------------------------------------------------------------------


@pytest.mark.both_databases
def test_lines_of_every_choice(ctx: Flask, desk: dict[str, str]) -> None:
    officer = actor_named("officer")
    unit_id = officer.unit_id

    def numbers(choice: LabelChoice) -> list[str]:
        return [line.number for line in label_queries.lines_of(officer, choice, now=NOW)]

    assert numbers(LabelChoice("unit", unit_id=unit_id)) == ["A-2", "A-4", "A-1", "A-3", "A-5"]
    assert numbers(LabelChoice("unit")) == ["A-2", "A-4", "A-1", "A-3", "A-5"]
    assert numbers(LabelChoice("new", unit_id=unit_id, days=1)) == ["A-2", "A-4", "A-1", "A-3", "A-5"]
    later = NOW + timedelta(days=2)
    assert label_queries.lines_of(officer, LabelChoice("new", unit_id=unit_id, days=2), now=later) == []
    assert len(label_queries.lines_of(officer, LabelChoice("new", unit_id=unit_id, days=3), now=later)) == 5
    assert len(label_queries.lines_of(officer, LabelChoice("blank", unit_id=unit_id, count=2), now=NOW)) == 2
    other = queries.by_number(console(), "B-1").unit_id
    for choice in (LabelChoice("unit", unit_id=other), LabelChoice("blank", unit_id=other, count=1)):
        with pytest.raises(Forbidden):
            label_queries.lines_of(officer, choice, now=NOW)
    with pytest.raises(NotFound):
        label_queries.lines_of(officer, LabelChoice("codes", codes=(desk["A-1"], desk["B-1"])), now=NOW)
    with transaction():
        asset = queries.by_number(console(), "A-2")
        service.set_state(console(), asset, status=AssetStatus.DISPOSED, condition=None, now=NOW)
    db.session.rollback()
    assert "A-2" not in numbers(LabelChoice("unit", unit_id=unit_id))
