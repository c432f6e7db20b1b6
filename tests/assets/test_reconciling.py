"""The register against the books: reading the list, the comparison, explaining, signing (issue: against the books)."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from assetloan import audit
from assetloan.assets import queries as register
from assetloan.assets.reconciling import comparing, queries, service
from assetloan.assets.reconciling.figures import packed
from assetloan.assets.reconciling.models import Book, BookExplanation, BookLine
from assetloan.assets.reconciling.reading import read_book
from assetloan.assets.reconciling.rules import BookState, DifferenceKind, InBooks, InRegister, compare
from assetloan.assets.reconciling.service import SignedFiles
from assetloan.assets.service import AssetData, edit_asset
from assetloan.audit.models import AuditEntry
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Forbidden
from assetloan.core.money import Money
from assetloan.documents.sheets import Sheet, read_table_file
from assetloan.identity.rules import Role, console
from tests.assets.importing import csv_of
from tests.browsing import day, fill
from tests.conftest import NOW
from tests.factories import a_category, a_person, a_unit, actor_named, an_agency, an_asset
from tests.factories import sign_in as sign_in_as

K = DifferenceKind
AS_OF = date(2026, 9, 30)
HEADER = ("เลขที่สินทรัพย์", "เลขย่อย", "หมวดสินทรัพย์", "คำอธิบายสินทรัพย์", "ศูนย์ต้นทุน", "มูลค่าการได้มา", "ค่าเสื่อมราคาสะสม", "มูลค่าสุทธิ")
N1, N2, N3, N4 = (f"10000000000{number}" for number in range(1, 5))


def line(number: str, cost: int, accumulated: int = 0, sub: str = "", unit: int | None = 1) -> InBooks:
    return InBooks(number, sub, "ตามบัญชี", "หมวด", unit, "", Money(cost), Money(accumulated))


def asset(key: int, number: str | None, cost: int, accumulated: int = 0, *, expensed: bool = False) -> InRegister:
    return InRegister(key, f"A{key}", number, "ของ", "หมวด", 1, Money(cost), Money(accumulated), expensed)


@pytest.mark.parametrize(
    ("lines", "assets", "found"),
    [
        ([line(N1, 100, 10)], [asset(1, N1, 100, 10)], []),
        ([line(N1, 100)], [asset(1, N1, 90)], [(K.COST, 10)]),
        ([line(N1, 100, 5)], [asset(1, N1, 100, 8)], [(K.ACCUMULATED, -3)]),
        ([line(N1, 100, 5)], [asset(1, N1, 90, 8)], [(K.COST, 10), (K.ACCUMULATED, -3)]),
        ([line(N1, 100)], [], [(K.ONLY_BOOKS, 100)]),
        ([], [asset(1, N1, 100), asset(2, None, 50)], [(K.ONLY_REGISTER, -100), (K.ONLY_REGISTER, -50)]),
        ([], [asset(1, None, 50, expensed=True)], []),
        ([line(N1, 60, sub=""), line(N1, 40, sub="1")], [asset(1, N1, 100)], []),
        ([line(N1, 100), line(N1, 100)], [asset(1, N1, 100)], [(K.DOUBLE, 100), (K.COST, 100)]),
        ([line(N1, 100)], [asset(1, N1, 70), asset(2, N1, 30)], []),  # the pieces of a set
    ],
)
def test_the_comparison(lines: list[InBooks], assets: list[InRegister], found: list[tuple[K, int]]) -> None:
    made = compare(lines, assets)
    assert [(item.kind, item.amount) for item in made.differences] == found
    whole = [0, 0]
    for sums in made.sums.values():
        whole = [whole[0] + sums.books_cost, whole[1] + sums.register_cost]
    assert whole == [
        sum(item.cost.satang for item in lines),
        sum(item.cost.satang for item in assets if item.gfmis_no or not item.expensed),
    ]


@pytest.mark.parametrize(
    ("header", "cells", "read"),
    [
        (
            HEADER,
            (N1, "0", "12060100", "โต๊ะ", "กยผ", "45,000.00", "-8,250.00", "36,750.00"),
            (N1, "", 4_500_000, 825_000),
        ),
        (HEADER, (N1, "0001", "", "", "", "45000", "8,250.00-", ""), (N1, "1", 4_500_000, 825_000)),
        (("รหัส GFMIS", "ราคาทุน", "มูลค่าตามบัญชี"), (N1, "45,000", "(36,750)"), (N1, "", 4_500_000, 825_000)),
        (("สินทรัพย์", "รหัสสินทรัพย์", "มูลค่าที่ได้มา"), ("", f"{N1}-0002", "๔๕,๐๐๐"), (N1, "2", 4_500_000, 0)),
    ],
)
def test_the_list_is_read_under_its_many_names(
    header: tuple[str, ...], cells: tuple[str, ...], read: tuple[str, str, int, int]
) -> None:
    rows = [["รายงานสินทรัพย์"], list(header), list(cells), ["รวมทั้งสิ้น", *[None] * 4, "1"]]
    (row,) = read_book([Sheet("x", rows)]).rows
    assert (row.gfmis_no, row.sub_no, row.cost.satang, row.accumulated.satang) == read


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("12", "", "", "", "", "1", "", ""), "gfmis_invalid"),
        (("", "", "", "โต๊ะ", "", "1", "", ""), "gfmis_missing"),
        ((N1, "", "", "", "", "", "", ""), "cost_missing"),
        ((N1, "", "", "", "", "มาก", "", ""), "price_invalid"),
    ],
)
def test_rows_that_cannot_be_taken(cells: tuple[str, ...], code: str) -> None:
    read = read_book([Sheet("x", [list(HEADER), list(cells)])])
    assert (read.rows, [problem.code for problem in read.problems]) == ([], [code])


@pytest.fixture
def agency(app: Flask) -> Flask:
    """Two units, four things, people who may and may not."""
    app.extensions.pop(comparing.KEPT, None)  # the fixtures write past the record
    with app.app_context():
        an_agency()
        own, other = a_unit("กยผ", parent="DEP"), a_unit("กคพ", parent="DEP")
        category = a_category("7440", gfmis_class="12061000", years=5, most_years=5, rate_hundredths=2000).id
        dear = {"category_id": category, "price": Money(4_500_000), "received_on": date(2024, 10, 1)}
        an_asset(own, asset_no="1-1", name="จอ", gfmis_no=N1, **dear)
        an_asset(own, asset_no="1-2", name="กล้อง", gfmis_no=N2, **dear)
        an_asset(other, asset_no="2-1", name="ตู้", **dear)
        an_asset(other, asset_no="2-2", name="เก้าอี้", price=Money(100_000), received_on=date(2024, 10, 1))
        for name, roles, unit in (
            ("officer", (Role.OFFICER,), "กยผ"), ("secretariat", (Role.SECRETARIAT,), "SLK"),
            ("head", (Role.HEAD,), "กยผ"), ("auditor", (Role.AUDITOR,), "DEP"), ("staff", (), "กยผ"),
        ):  # fmt: skip
            a_person(*roles, unit=unit, username=name, password=True)
        db.session.remove()
    return app


def the_list() -> bytes:
    """18,000 of depreciation after two years of five; one number that the register does not have."""
    return csv_of(
        [
            (N1, "0", "12061000", "จอ", "กยผ", "45,000.00", "-17,999.60", "27,000.40"),
            (N2, "0", "12061000", "กล้อง", "กยผ", "50,000.00", "-18,000.00", "32,000.00"),
            (N3, "0", "12060100", "โต๊ะ", "ไม่รู้จัก", "9,000.00", "0.00", "9,000.00"),
        ],
        HEADER,
    )


def brought(as_of: date = AS_OF) -> int:
    read = read_book(read_table_file(the_list(), "gfmis.csv").sheets)
    who = actor_named("secretariat")
    with transaction():
        return service.bring_book(who, read, service.BookFile(as_of, "gfmis.csv", "0" * 64), now=NOW).id


@pytest.mark.both_databases
def test_the_differences_of_a_list(agency: Flask) -> None:
    with agency.app_context():
        book = queries.book_of(brought())
        assert (book.fiscal_year, book.state) == (2569, BookState.OPEN)
        found = queries.reconcile(actor_named("secretariat"), book)
        told = [(item.kind, item.gfmis_no or item.number, item.amount) for item in found.differences]
        assert told == [
            (K.ACCUMULATED, N1, -40),
            (K.COST, N2, 500_000),
            (K.ONLY_BOOKS, N3, 900_000),
            (K.ONLY_REGISTER, "2-1", -4_500_000),
        ]
        officer = queries.reconcile(actor_named("officer"), book)
        assert [item.kind for item in officer.differences] == [K.ACCUMULATED, K.COST]
        (sums,) = officer.comparison.sums.values()
        assert (sums.books_count, sums.books_cost, sums.register_cost) == (2, 9_500_000, 9_000_000)
        db.session.remove()


@pytest.mark.both_databases
def test_it_is_signed_when_everything_is_explained(agency: Flask) -> None:
    with agency.app_context():
        book_id = brought()
        secretariat, officer = actor_named("secretariat"), actor_named("officer")
        with pytest.raises(DomainError, match="book_unexplained"), transaction():
            service.sign_book(secretariat, book_id, "", SignedFiles("x", "x"), now=NOW)
        keys = [item.key for item in queries.reconcile(secretariat, queries.book_of(book_id)).differences]
        for who, some, code in ((officer, keys, "difference_gone"), (officer, [], "nothing_chosen")):
            with pytest.raises(DomainError, match=code), transaction():
                service.explain(who, book_id, some, "ไม่ทราบ", now=NOW)
        for who, some, words in (
            (officer, keys[:2], "ปัดเศษ"),
            (officer, keys[:1], "คิดรายวัน"),
            (secretariat, keys[2:], "กำลังตรวจ"),
        ):
            with transaction():
                service.explain(who, book_id, some, words, now=NOW)
        held = queries.reconcile(secretariat, queries.book_of(book_id))
        assert [held.explained[key].text for key in keys] == ["คิดรายวัน", "ปัดเศษ", "กำลังตรวจ", "กำลังตรวจ"]
        assert db.session.scalar(sa.select(sa.func.count()).select_from(BookExplanation)) == 5  # nothing is overwritten
        head = actor_named("head")
        with pytest.raises(Forbidden), transaction():
            service.sign_book(head, book_id, "", SignedFiles("x", "x"), now=NOW)
        secretariat = actor_named("secretariat")
        with pytest.raises(DomainError, match="book_moved_on"), transaction():
            service.sign_book(secretariat, book_id, "", SignedFiles("x", "0" * 64), now=NOW)
        held = queries.to_sign(queries.book_of(book_id))
        figures = hashlib.sha256(packed(held.comparison, held.told())).hexdigest()
        with transaction():
            service.sign_book(secretariat, book_id, "เรียบร้อย", SignedFiles("x", figures), now=NOW)
        with pytest.raises(DomainError, match="book_signed"), transaction():
            service.explain(secretariat, book_id, keys[:1], "อีกครั้ง", now=NOW)
        actions = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.action.like("book.%"))).all()
        assert actions == ["book.brought", *["book.explained"] * 3, "book.signed"]
        db.session.remove()


@pytest.mark.both_databases
@pytest.mark.parametrize("model", [BookLine, BookExplanation])
def test_lines_and_explanations_are_never_changed(agency: Flask, model: type) -> None:
    with agency.app_context():
        book_id = brought()
        secretariat = actor_named("secretariat")
        key = queries.reconcile(secretariat, queries.book_of(book_id)).differences[0].key
        with transaction():
            service.explain(secretariat, book_id, [key], "ปัดเศษ", now=NOW)
        column = "text" if model is BookExplanation else "name"
        for statement in (sa.update(model).values({column: "x"}), sa.delete(model)):
            with pytest.raises(sa.exc.DBAPIError, match=r"tr_book_\w+_no_(update|delete)"), transaction():
                db.session.execute(statement)
        db.session.remove()


def test_a_newer_list_of_the_year_holds(agency: Flask) -> None:
    with agency.app_context():
        first = brought()
        brought()
        secretariat = actor_named("secretariat")
        key = queries.reconcile(secretariat, queries.book_of(first)).differences[0].key
        with pytest.raises(DomainError, match="book_replaced"), transaction():
            service.explain(secretariat, first, [key], "ช้าไป", now=NOW)
        db.session.remove()


def test_from_upload_to_sign_off_on_the_pages(agency: Flask, client: FlaskClient) -> None:
    sign_in_as(client, "secretariat")
    assert "/books" in client.get("/menu").text
    assert "ยังไม่มีรายการจากบัญชี" in client.get("/books").text
    ends = day("as_of", "30 9 2569")
    wrong = csv_of([("12", "", "", "", "", "1", "", "")], HEADER)
    for bad, words in ((b"x", "ไฟล์"), (wrong, '<a href="#file">ยังไม่รับไฟล์ เพราะอ่านไม่ได้ 1 แถว: 2 (เลขที่สินทรัพย์)')):
        answer = fill(client, "/books/new", action="/books/new", fields={"file": (io.BytesIO(bad), "g.csv"), **ends})
        assert answer.status_code == 422
        assert words in answer.text
    given = {"file": (io.BytesIO(the_list()), "g.csv"), **ends}
    answer = fill(client, "/books/new", action="/books/new", fields=given)
    assert answer.status_code == 303, answer.text
    url = answer.headers["Location"]
    page = client.get(url).text
    for words in ("ราคาทุนไม่ตรงกัน", "รออธิบาย 4 รายการ", "5,000.00", "เหลืออีก 4 รายการ"):
        assert words in page
    assert client.get(f"{url}?kind=nothing").status_code == 400
    answer = fill(
        client, f"{url}?kind=cost", action=f"{url}/explain?kind=cost", fields={"words": "ปรับราคา", "every": "y"}
    )
    assert answer.status_code == 303
    answer = fill(client, url, action=f"{url}/explain", fields={"words": "ตรวจแล้ว", "every": "y"})
    assert answer.status_code == 303
    page = client.get(url).text
    assert "รออธิบาย 0 รายการ" in page
    assert "ปรับราคา" in page
    assert fill(client, url, action=f"{url}/sign", fields={"note": ""}).status_code == 422
    assert fill(client, url, action=f"{url}/sign", fields={"note": "", "sure": "y"}).status_code == 303
    assert "รับรองแล้ว" in client.get(url).text
    with client.get(f"{url}/differences.xlsx") as file:
        sheet = openpyxl.load_workbook(io.BytesIO(file.data))["ผลต่าง"]
    assert [row[9].value for row in sheet.iter_rows(min_row=4)] == ["ตรวจแล้ว", "ปรับราคา", "ตรวจแล้ว", "ตรวจแล้ว"]
    with agency.app_context():
        signed = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "book.signed")).one()
        assert len(json.loads(signed.after)["sha256"]) == 64
        assert db.session.scalars(sa.select(Book)).one().signed_by_id is not None
        db.session.remove()


def test_what_was_signed_stays_and_what_changed_since_is_told(agency: Flask, client: FlaskClient) -> None:
    """The file of the sign-off is the file for ever; the page shows the signed figures, and today's beside them."""
    with agency.app_context():
        url = f"/books/{brought()}"
        db.session.remove()
    sign_in_as(client, "secretariat")
    fill(client, url, action=f"{url}/explain", fields={"words": "ตรวจแล้ว", "every": "y"})
    assert fill(client, url, action=f"{url}/sign", fields={"note": "", "sure": "y"}).status_code == 303
    with client.get(f"{url}/differences.xlsx") as file:
        signed = file.data
    page = client.get(url).text
    assert "ทะเบียนยังตรงกับตัวเลขที่รับรอง" in page
    with agency.app_context(), transaction():
        who = console()
        changed = register.by_number(who, "2-1")
        edit_asset(who, "2-1", AssetData(price=Money(4_600_000)), version=changed.version, reason="แก้ราคา", now=NOW)
    page = client.get(url).text
    assert "จำนวนเปลี่ยน 0 ราคาทุนเปลี่ยน +1,000.00 ค่าเสื่อมสะสมเปลี่ยน +400.00 บาท" in page
    assert "46,000.00" not in page  # the table shows what was signed
    with client.get(f"{url}/differences.xlsx") as file:
        assert file.data == signed
    officer = sign_in_as(agency.test_client(), "officer")
    assert "จำนวนเปลี่ยน" not in officer.get(url).text  # it was another unit's
    with officer.get(f"{url}/differences.xlsx") as file:
        numbers = [row[2].value for row in openpyxl.load_workbook(io.BytesIO(file.data))["ผลต่าง"].iter_rows(min_row=4)]
    assert numbers == ["1-1", "1-2"]


@pytest.mark.both_databases
def test_the_register_is_read_again_only_when_something_of_value_changed(
    agency: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    monkeypatch.setattr(comparing, "compare", lambda *sides: read.append(1) or compare(*sides))
    with agency.app_context():
        book_id = brought()

        def look() -> int:
            db.session.remove()
            queries.reconcile(actor_named("officer"), queries.book_of(book_id))
            queries.reconcile(actor_named("secretariat"), queries.book_of(book_id))
            return len(read)

        assert (look(), look()) == (1, 1)
        with transaction():
            audit.record(audit.ActorRef(None, "ระบบ"), "loan.approved", audit.ObjectRef("loan", "1", None), at=NOW)
        assert look() == 1
        who = console()
        with transaction():
            card = register.by_number(who, "1-1")
            edit_asset(who, "1-1", AssetData(price=Money(1)), version=card.version, reason="แก้", now=NOW)
        assert (look(), look()) == (2, 2)
        db.session.remove()


def test_who_may_what(agency: Flask, client: FlaskClient) -> None:
    with agency.app_context():
        book_id = brought()
        db.session.remove()
    for who, view, upload in (("staff", 403, 403), ("officer", 200, 403), ("auditor", 200, 403), ("head", 200, 403)):
        browser = sign_in_as(agency.test_client(), who)
        assert browser.get(f"/books/{book_id}").status_code == view
        assert browser.get("/books/new").status_code == upload
    assert "2-1" not in sign_in_as(client, "officer").get(f"/books/{book_id}").text
    assert client.get("/books/999").status_code == 404
