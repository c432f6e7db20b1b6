"""Export, edit in a spreadsheet, import: exactly the edited cells change (issue: round trip; E7, E12)."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assetloan.assets import categories, service
from assetloan.assets.import_undo import undo_assets
from assetloan.assets.labelling.models import FormerNumber
from assetloan.assets.models import Asset, Category, Site
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.assets.service import AssetData
from assetloan.core.db import db, transaction
from assetloan.core.money import Money
from assetloan.core.text import clean, clean_multiline, is_placeholder, number_key
from assetloan.documents.cells import unmarked
from assetloan.identity.models import Person
from assetloan.identity.rules import Role, console
from tests.assets.exporting import bring_back, edited, edited_csv, exported
from tests.assets.importing import bring, codes_of, counts
from tests.conftest import NOW
from tests.factories import a_category, a_person, a_unit, an_actor, an_agency, an_asset

TEXT_FIELDS = {
    "brand": "ยี่ห้อ", "model": "รุ่น", "serial": "หมายเลขเครื่อง", "unit_of_count": "หน่วยนับ", "fund": "แหล่งเงิน",
    "method": "วิธีการได้มา", "vendor": "ผู้ขาย", "document_no": "เลขที่เอกสาร", "note": "หมายเหตุ",
    "accessories": "อุปกรณ์ประกอบ", "name": "ชื่อครุภัณฑ์", "description": "ลักษณะ/คุณสมบัติ", "vendor_address": "ที่อยู่ผู้ขาย",
    "vendor_phone": "โทรศัพท์ผู้ขาย",
}  # fmt: skip
NASTY = [
    *("=1+1", "@SUM(A1)", "+66 2 123", "-7", "'012", "''=x", '="0012"', "-", "ไม่มี", "N/A", "๗๔๔๐-๐๐๑", "00123", "1e3"),
    *("12/1/66", "รวมทั้งสิ้น", "ห้อง ๑๐๑", "＝1", "นํ้า เเละ", "TRUE", "ลงชื่อ"),
]
# What a person types, and the value it stands for.
TYPED_DAYS = [
    ("12 ม.ค. 2566", date(2023, 1, 12)),
    ("๑๒ ม.ค. ๖๖", date(2023, 1, 12)),
    ("29/02/2567", date(2024, 2, 29)),
    (date(2024, 2, 29), date(2024, 2, 29)),
    (date(2567, 3, 1), date(2024, 3, 1)),  # typed as พ.ศ. into a cell for days
    (None, None),
]
TYPED_PRICES = [
    ("12,500.-", Money(1_250_000)),
    ("๔๕๐๐", Money(450_000)),
    (22299.97, Money(2_229_997)),
    (0, Money(0)),
    ("-", None),
    (None, None),
]

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=20)
said = st.one_of(st.sampled_from(NASTY), words)


@pytest.fixture
def register(ctx: Flask) -> list[str]:
    """Six things that make a round trip hard, each by itself; their numbers."""
    an_agency()
    unit = a_unit("กยผ", parent="DEP", name="กองยุทธศาสตร์")
    a_unit("ฝบท1", parent="DEP", name="ฝ่ายบริหารงานทั่วไป")
    shared = a_unit("ฝบท2", parent="DEP", name="ฝ่ายบริหารงานทั่วไป")
    screens = a_category("7440").id
    with transaction():
        twin = categories.save_category(
            console(),
            categories.CategoryData("7441", "เครื่องคอมพิวเตอร์", "ครุภัณฑ์คอมพิวเตอร์", 3, 5, 3, 3300),
            now=NOW,
        ).id
    for _ in range(2):
        a_person(unit="กยผ", name="นายสอง คนชื่อเดียวกัน")
    keeper = db.session.scalars(sa.select(Person.id).where(Person.name == "นายสอง คนชื่อเดียวกัน")).first()
    an_asset(unit, asset_no="7440-001-0001", category_id=screens, price=Money(2_229_997), place="ห้อง 101",
             received_on=date(2023, 1, 12), serial="-", model="ไม่มี", custodian_id=keeper, warranty_note="2 ปี",
             warranty_until=date(2030, 1, 1), description="จอ 14 นิ้ว\nสีดำ", vendor_phone="+66 2 123")  # fmt: skip
    an_asset(unit, asset_no="7440-001-0002", category_id=twin, received_on=date(2022, 10, 1),
             received_precision="fiscal_year", custodian_text="ช่างแดง", gfmis_no="100000011397",
             life_years=8, life_reason="ใช้งานหนัก", warranty_until=date(2027, 5, 6), vendor_address="-")  # fmt: skip
    an_asset(shared, asset_no="7440-001-0003", received_on=date(1870, 5, 6), note="=1+1\nบรรทัดสอง", brand="'Dell'")
    an_asset(unit, asset_no="7440-001-0004", price=Money(0), loanable=False, received_on=date(2023, 5, 1),
             received_precision="month")  # fmt: skip
    an_asset(unit, asset_no="0012", name="=cmd|' /C calc'!A0", vendor='="0012"')
    an_asset(
        unit, asset_no="0012", piece=2, name="ส่วนที่สองของชุด", received_on=date(2022, 1, 1), received_precision="year"
    )
    for number, status, condition in (
        ("7440-001-0002", AssetStatus.ON_LOAN, Condition.LOST),
        ("7440-001-0004", AssetStatus.REPAIR, Condition.DAMAGED),
    ):
        with transaction():
            thing = service.queries.by_number(console(), number)
            service.set_state(console(), thing, status=status, condition=condition, now=NOW)
    return ["7440-001-0001", "7440-001-0002", "7440-001-0003", "7440-001-0004", "0012", "0012#2"]


def snapshot() -> dict[str, dict[str, Any]]:
    """Every column of every asset, by number; what changes by itself left out."""
    db.session.rollback()
    db.session.expire_all()
    out = {}
    for asset in db.session.scalars(sa.select(Asset)):
        values = {column.name: getattr(asset, column.name) for column in Asset.__table__.columns}
        out[asset.number] = {
            name: value
            for name, value in values.items()
            if name not in {"version", "search_text", "card_text", "sort_key", "number_key", "original"}
        }
    return out


@pytest.mark.both_databases
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_an_untouched_file_changes_nothing(register: list[str], form: str) -> None:
    before = snapshot()
    report = bring_back(exported(form), f"register.{form}")
    assert (counts(report), report.errors, report.warnings) == ({"unchanged": len(register)}, [], [])
    assert snapshot() == before


def test_a_workbook_that_was_opened_and_saved_changes_nothing(register: list[str]) -> None:
    before = snapshot()
    assert counts(bring_back(edited(exported(), {}))) == {"unchanged": len(register)}
    assert snapshot() == before


@pytest.mark.case("E7")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), form=st.sampled_from(["xlsx", "csv"]))
def test_exactly_the_edited_cells_change(register: list[str], data: st.DataObject, form: str) -> None:
    """Random texts, days and prices into random cells: those fields say it, every other field is as it was."""
    db.session.rollback()
    before = snapshot()
    edits: dict[tuple[str, str], Any] = {}
    expected: dict[str, dict[str, Any]] = {}
    for _ in range(data.draw(st.integers(1, 4))):
        number = data.draw(st.sampled_from(register))
        field = data.draw(st.sampled_from([*TEXT_FIELDS, "received_on", "price"]))
        if field == "received_on":
            typed, value = data.draw(st.sampled_from(TYPED_DAYS))
            if form == "csv" and isinstance(typed, date):
                typed = f"{typed:%d/%m}/{typed.year if typed.year > 2400 else typed.year + 543}"
            edits[number, "วันที่ตรวจรับ"] = typed
            expected.setdefault(number, {}).update(received_on=value, received_precision="day")
        elif field == "price":
            edits[number, "ราคา"], value = data.draw(st.sampled_from(TYPED_PRICES))
            expected.setdefault(number, {}).update(price=value)
        else:
            typed = data.draw(said)[: 20 if field == "unit_of_count" else 60]
            meant = meaning(typed, before[number][field], field in ("note", "accessories", "description"))
            if field == "name" and not meant:
                continue  # a thing without a name is refused
            edits[number, TEXT_FIELDS[field]] = typed
            expected.setdefault(number, {})[field] = meant
    make = edited if form == "xlsx" else edited_csv
    report = bring_back(make(exported(form), edits), f"register.{form}")
    assert report.errors == []
    wanted = {number: values | expected.get(number, {}) for number, values in before.items()}
    assert snapshot() == wanted
    restore(before)


def meaning(typed: str, before: str, lines: bool) -> str:
    """What a typed text stands for: nothing, where a placeholder stands; itself without a spreadsheet's text marks."""
    make = clean_multiline if lines else clean
    if make(typed) == make(before):
        return before
    made = make(unmarked(typed))
    return "" if is_placeholder(made) else made


def restore(before: dict[str, dict[str, Any]]) -> None:
    """The register as it was, for the next example."""
    with transaction():
        for number, values in before.items():
            asset = service.queries.by_number(console(), number)
            for name, value in values.items():
                setattr(asset, name, value)


@pytest.mark.both_databases
def test_an_empty_cell_clears_only_in_a_file_that_was_exported_here(register: list[str]) -> None:
    gone = {("7440-001-0001", heading): None for heading in ("ราคา", "สถานที่", "ผู้รับผิดชอบ", "ประเภทครุภัณฑ์", "วันที่ตรวจรับ")}
    assert counts(bring_back(edited(exported(), gone))) == {"updated": 1, "unchanged": 5}
    after = snapshot()["7440-001-0001"]
    cleared = ("price", "place_id", "custodian_id", "category_id", "received_on")
    assert [after[name] for name in cleared] == [None] * 5
    header = ("เลขครุภัณฑ์", "ชื่อครุภัณฑ์", "แหล่งเงิน", "รุ่นข้อมูล")
    for mark in ("3", "R1V1-00000000", "R1V1"):  # nobody's, or another system's
        row = ("7440-001-0002", "เครื่องฉายภาพ", "", mark)
        with transaction():
            service.queries.by_number(console(), "7440-001-0002").fund = "เงินบริจาค"
        report = bring([row], header)
        assert [problem.code for problem in report.warnings] == ["mark_not_ours"]
        assert snapshot()["7440-001-0002"]["fund"] == "เงินบริจาค"


def test_a_row_that_somebody_changed_meanwhile_is_a_conflict(register: list[str]) -> None:
    data = exported()
    with transaction():
        service.edit_asset(console(), "7440-001-0001", AssetData(note="ของผู้อื่น"), version=1, reason="ตรวจ", now=NOW)
    mine = edited(data, {("7440-001-0001", "หมายเหตุ"): "ของฉัน", ("0012", "ยี่ห้อ"): "Acer"})
    report = bring_back(mine, partial=True)
    assert [code for _row, code in codes_of(report)] == ["changed_since_export"]
    after = snapshot()
    assert (after["7440-001-0001"]["note"], after["0012"]["brand"]) == ("ของผู้อื่น", "Acer")


def test_a_number_that_is_corrected_stays_the_same_thing(register: list[str]) -> None:
    before = snapshot()
    report = bring_back(edited(exported(), {("7440-001-0001", "เลขครุภัณฑ์"): "๗๔๔๐-๐๐๑-๐๙๙๙"}))
    assert counts(report) == {"updated": 1, "unchanged": 5}
    assert [problem.code for problem in report.warnings] == ["number_changed"]
    after = snapshot()
    assert after["7440-001-0999"]["id"] == before["7440-001-0001"]["id"]
    assert "7440-001-0001" not in after
    taken = edited(exported(), {("7440-001-0999", "เลขครุภัณฑ์"): "7440-001-0002"})
    assert {code for _row, code in codes_of(bring_back(taken, partial=True))} & {"number_taken", "duplicate"}
    assert snapshot() == after


def test_the_former_number_still_finds_the_thing(register: list[str]) -> None:
    bring_back(edited(exported(), {("7440-001-0001", "เลขครุภัณฑ์"): "7440-001-0999"}))
    assert service.queries.by_number(console(), "7440-001-0999").brand == ""
    found = db.session.execute(sa.select(FormerNumber.number, FormerNumber.number_key, FormerNumber.piece)).all()
    assert [tuple(row) for row in found] == [("7440-001-0001", number_key("7440-001-0001"), 1)]


@pytest.mark.parametrize(
    ("number", "edits", "expected", "refused"),
    [
        ("7440-001-0001", {"อายุใช้งานเฉพาะชิ้น": "๖", "เหตุผลที่อายุใช้งานต่างจากประเภท": "ใช้กลางแจ้ง"}, (6, "ใช้กลางแจ้ง"), None),
        ("7440-001-0002", {"อายุใช้งานเฉพาะชิ้น": 9}, (9, "ใช้งานหนัก"), None),
        ("7440-001-0002", {"อายุใช้งานเฉพาะชิ้น": None}, (None, ""), None),
        ("7440-001-0001", {"อายุใช้งานเฉพาะชิ้น": 6}, (None, ""), "life_reason_required"),
        ("7440-001-0001", {"เหตุผลที่อายุใช้งานต่างจากประเภท": "ใช้กลางแจ้ง"}, (None, ""), "life_without_years"),
        ("7440-001-0002", {"เหตุผลที่อายุใช้งานต่างจากประเภท": None}, (8, "ใช้งานหนัก"), "life_reason_required"),
        ("7440-001-0002", {"อายุใช้งานเฉพาะชิ้น": 101}, (8, "ใช้งานหนัก"), "number_out_of_range"),
        ("7440-001-0002", {"อายุใช้งานเฉพาะชิ้น": "แปด"}, (8, "ใช้งานหนัก"), "not_a_number"),
    ],
)
def test_a_life_of_its_own_and_its_reason(
    register: list[str], number: str, edits: dict[str, Any], expected: tuple[int | None, str], refused: str | None
) -> None:
    report = bring_back(edited(exported(), {(number, heading): typed for heading, typed in edits.items()}))
    assert [code for _row, code in codes_of(report)] == ([refused] if refused else [])
    after = snapshot()[number]
    assert (after["life_years"], after["life_reason"]) == expected


def test_a_warranty_that_is_edited_is_read_anew_and_one_that_is_emptied_ends(register: list[str]) -> None:
    before = snapshot()
    edits = {("7440-001-0001", "การรับประกัน"): "3 ปี", ("7440-001-0002", "การรับประกัน"): None}
    report = bring_back(edited(exported(), edits))
    after = snapshot()
    told = [(after[number]["warranty_note"], after[number]["warranty_until"]) for number in register[:2]]
    assert told == [("3 ปี", date(2026, 1, 12)), ("", None)]
    with transaction():
        undo_assets(console(), str(report.batch), now=NOW)
    assert snapshot() == before


def test_a_row_added_by_hand_is_new_and_the_rest_is_as_it_was(register: list[str]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported()))
    book.worksheets[0].append(["7440-009-0001", None, "จอใหม่", *[None] * 4, "กองยุทธศาสตร์"])
    target = io.BytesIO()
    book.save(target)
    assert counts(bring_back(target.getvalue())) == {"created": 1, "unchanged": 6}


def test_things_of_other_units_are_shown_as_cards_and_skipped_when_they_come_back(register: list[str]) -> None:
    officer = an_actor(Role.OFFICER, unit="ฝบท2")
    data = exported(actor=officer)
    text = "\n".join(
        "|".join(str(cell.value or "") for cell in row)
        for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows()
    )
    assert "บรรทัดสอง" in text  # its own, in full
    assert "ช่างแดง" not in text
    assert "22299.97" not in text
    assert "ห้อง 101" not in text
    assert "7440-001-0004" not in text  # not lent, not its own
    assert counts(bring_back(data, actor=officer)) == {"unchanged": 1, "skipped": 4}


def test_a_place_that_is_new_is_made_once(register: list[str]) -> None:
    edits = {(number, "สถานที่"): "ห้องใหม่" for number in ("7440-001-0001", "7440-001-0004")}
    assert counts(bring_back(edited(exported(), edits))) == {"updated": 2, "unchanged": 4}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Site).where(Site.name == "ห้องใหม่")) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Category)) == 2
