"""The dirty patterns of real registers (domain.md 8.3), each with its number, through the real import."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from flask import Flask
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill
from sqlalchemy import select

from assetloan.assets import queries, service
from assetloan.assets.importing import Answers
from assetloan.assets.models import Asset, Category, Site
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.core.db import db, transaction
from assetloan.core.money import Money
from assetloan.identity.models import UnitAlias
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import console
from tests.assets.dirty import codes, look, register, sheet, take, web_page, workbook
from tests.assets.importing import counts, csv_of
from tests.conftest import NOW
from tests.documents import makers
from tests.factories import a_category, a_person, a_unit, actor_named, an_agency, an_asset

pytestmark = pytest.mark.both_databases
HEAD = ("เลขครุภัณฑ์", "รายการ")


@pytest.fixture
def unit(ctx: Flask) -> UnitCard:
    an_agency()
    return a_unit("A", parent="DEP", name="กองยุทธศาสตร์และแผนงาน")


def test_P01_titles_two_header_rows_and_headers_on_every_page(ctx: Flask, unit: UnitCard) -> None:
    def merge(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for area in ("A1:F1", "A5:A6", "B5:B6", "C5:C6", "D5:E5", "F5:F6"):
            page.merge_cells(area)

    top = ["ลำดับ", "รหัสครุภัณฑ์", "รายการ (ชนิด/ยี่ห้อ)", "ราคา", None, "วัน เดือน ปี\nที่ได้มา"]
    below = [None, None, None, "ต่อหน่วย", "รวม", None]
    report = take(
        sheet(
            ["ทะเบียนครุภัณฑ์ ประจำปีงบประมาณ ๒๕๖๖"], ["กรมตัวอย่าง"], ["กองยุทธศาสตร์และแผนงาน"], [], top, below,
            [1, "7440-1", "จอ", 4500, 4500, "1/2/2566"],
            ["ที่", "รหัสครุภัณฑ์", "รายการ", None, None, None],
            top, below,
            [2, "7440-2", "เมาส์", 300, 300, "1/2/2566"],
            touch=merge,
        )
    )  # fmt: skip
    assert counts(report) == {"created": 2, "skipped": 3}
    assert register("asset_no", "price", "unit_id") == [
        ("7440-1", Money(450_000), unit.id), ("7440-2", Money(30_000), unit.id)
    ]  # fmt: skip


def test_P02_a_sheet_for_each_room_or_unit(ctx: Flask, unit: UnitCard) -> None:
    other = a_unit("B", parent="DEP", name="กองคลัง")
    computers = a_category("7440", name="คอมพิวเตอร์").id
    with transaction():
        service.place_named(unit.id, "หอประชุม")
    data = workbook(
        {
            "A (คอมพิวเตอร์)": [HEAD, ["ก-1", "จอ"]],
            "กองคลัง": [HEAD, ["ข-1", "ตู้"]],
            "ห้อง 204": [["ทะเบียนครุภัณฑ์ กองยุทธศาสตร์และแผนงาน"], HEAD, ["ก-2", "โต๊ะ"]],
            "Sheet4": [["กองคลัง"], ["ห้องประชุม 1"], [], HEAD, ["ข-2", "ไมค์"]],
            "หอประชุม": [["หน่วยงาน : กองยุทธศาสตร์และแผนงาน"], HEAD, ["ก-3", "เวที"]],
            "แบบสำรวจ": [["แบบสำรวจครุภัณฑ์"], ["ผู้สำรวจ"]],
            "ว่าง": [[None, " "]],
        }
    )
    report = take(data)
    assert counts(report) == {"created": 5}
    assert codes(report) == [(0, "sheet_without_header")]
    sites = {site.id: site.name for site in db.session.scalars(select(Site))}
    found = register("asset_no", "unit_id", "place_id", "category_id")
    assert [(no, unit_id, sites.get(place), category) for no, unit_id, place, category in found] == [
        ("ก-1", unit.id, None, computers), ("ก-2", unit.id, "ห้อง 204", None), ("ก-3", unit.id, "หอประชุม", None),
        ("ข-1", other.id, None, None), ("ข-2", other.id, "ห้องประชุม 1", None),
    ]  # fmt: skip


def test_P03_section_rows_change_the_rows_below(ctx: Flask, unit: UnitCard) -> None:
    office = a_category("7110", name="โต๊ะ", asset_class="ครุภัณฑ์สำนักงาน").id
    header = ["ที่", *HEAD, "ประเภท", "สภาพ"]
    report = take(
        sheet(
            header,
            ["ประเภทครุภัณฑ์สำนักงาน (3 รายการ)"], [1, "ก-1", "โต๊ะ", None, None],
            ["ครุภัณฑ์ต่ำกว่าเกณฑ์"], [2, "ก-2", "พัดลม", None, None],
            ["รายการชำรุด"], [3, "ก-3", "ตู้", None, None], [4, "ก-4", "ชั้น", None, "ดี"],
            ["รายการรอจำหน่าย"], [5, "ก-5", "เก้าอี้", None, None],
        ),
        unit_id=unit.id,
    )  # fmt: skip
    assert counts(report) == {"created": 5, "skipped": 4}
    assert register("category_id") == [office] * 5
    assert register("below_threshold") == [False, True, True, True, True]
    assert register("condition", "status") == [
        (Condition.GOOD, AssetStatus.AVAILABLE), (Condition.GOOD, AssetStatus.AVAILABLE),
        (Condition.DAMAGED, AssetStatus.AVAILABLE), (Condition.GOOD, AssetStatus.AVAILABLE),
        (Condition.DAMAGED, AssetStatus.PENDING_DISPOSAL),
    ]  # fmt: skip


def test_P04_totals_page_numbers_and_signatures_are_no_things(ctx: Flask, unit: UnitCard) -> None:
    report = take(
        sheet(
            [*HEAD, "ราคา"], ["ก-1", "โต๊ะ", 10], ["รวมทั้งสิ้น", None, 10], [None, "รวมเป็นเงิน", 10],
            ["หมายเหตุ : ตรวจนับ ณ 30 ก.ย. 2566"], ["หน้า 1/3"], [None, "ลงชื่อ.......ผู้ตรวจนับ"],
            [None, "(นายสมชาย ใจดี)"], ["คณะกรรมการตรวจสอบ"], [None, "กรรมการ"],
        ),
        unit_id=unit.id,
    )  # fmt: skip
    assert counts(report) == {"created": 1, "skipped": 8}


def test_P05_merged_cells_fill_down_but_never_a_number(ctx: Flask, unit: UnitCard) -> None:
    computers = a_category("C", name="คอมพิวเตอร์").id
    header = [*HEAD, "ประเภท", "วันที่ได้มา", "ผู้ขาย", "เลขที่เอกสาร"]
    rows = [header, ["ก-1", "จอ", "คอมพิวเตอร์", "12 ม.ค. 66", "ร้าน ก", "ส.1/66"], ["ก-2", "เมาส์"], [None, "สาย"]]

    def merge(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for letter in "ACDEF":
            page.merge_cells(f"{letter}{3 if letter == 'A' else 2}:{letter}4")

    report = take(sheet(*rows, touch=merge), unit_id=unit.id, partial=True)
    assert codes(report) == [(4, "number_missing")]
    wanted = (computers, date(2023, 1, 12), "ร้าน ก", "ส.1/66")
    assert register("category_id", "received_on", "vendor", "document_no") == [wanted, wanted]
    page = web_page(
        [[*HEAD, "ผู้ขาย"], ["ข-1", "จอ", "ร้าน ข"], ["ข-2", "เมาส์", None]], attributes={(1, 2): "rowspan=2"}
    )  # fmt: skip
    take(page, unit_id=unit.id)
    assert register("vendor")[2:] == ["ร้าน ข", "ร้าน ข"]


def test_P06_rich_text_formulas_and_marks_of_text(ctx: Flask, unit: UnitCard) -> None:
    rich = CellRichText("โต๊ะ", TextBlock(InlineFont(b=True), "ทำงาน"))
    data = sheet(
        [*HEAD, "ราคา", "S/N"],
        ["'0012", rich, "4500 ", 12345678.0], ["0014", "  ตู้\u00a0เหล็ก\u200b ", "\u00a03,500", "'00123"],
    )  # fmt: skip
    take(data, unit_id=unit.id)
    take('เลขครุภัณฑ์,รายการ\n"=""0013""",ชั้น\n'.encode(), unit_id=unit.id)
    assert register("asset_no", "name", "price", "serial") == [
        ("0012", "โต๊ะทำงาน", Money(450_000), "12345678"), ("0013", "ชั้น", None, ""),
        ("0014", "ตู้ เหล็ก", Money(350_000), "00123"),
    ]  # fmt: skip
    cells = "".join(
        f'<c r="{at}" t="inlineStr"><is><t>{word}</t></is></c>'
        for at, word in zip(("A1", "B1", "C1"), (*HEAD, "ราคา"), strict=True)
    )
    formula = (
        '<row r="2"><c r="A2" t="str"><f>"ก-"&amp;9</f><v>ก-9</v></c>'
        '<c r="B2" t="inlineStr"><is><t>จอ</t></is></c><c r="C2"><f>2*3</f><v>6</v></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t>ก-10</t></is></c>'
        '<c r="B3" t="inlineStr"><is><t>จอ</t></is></c><c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    report = take(makers.xlsx(makers.sheet_xml(f'<row r="1">{cells}</row>{formula}')), unit_id=unit.id, partial=True)
    assert codes(report) == []
    assert register("asset_no", "price")[3:] == [("ก-10", None), ("ก-9", Money(600))]  # #DIV/0! says nothing


@pytest.mark.parametrize(
    ("number", "quantity", "numbers"),
    [
        ("7440-001-0001/1-3", 3, ["7440-001-0001/1", "7440-001-0001/2", "7440-001-0001/3"]),
        ("7440-001-0001/1 ถึง 7440-001-0001/3", None, ["7440-001-0001/1", "7440-001-0001/2", "7440-001-0001/3"]),
        ("๗๔๔๐-๐๐๑-๐๐๐๑/๑ ถึง …/๓", None, ["7440-001-0001/1", "7440-001-0001/2", "7440-001-0001/3"]),
        ("7440-001-0001/1,3,5", None, ["7440-001-0001/1", "7440-001-0001/3", "7440-001-0001/5"]),
        ("7440-001-008 ถึง -010", 3, ["7440-001-008", "7440-001-009", "7440-001-010"]),
        ("7440-001-0001/1-2,5", None, ["7440-001-0001/1", "7440-001-0001/2", "7440-001-0001/5"]),
        ("7440-001-0001\n7440-001-0002", None, ["7440-001-0001", "7440-001-0002"]),
        ("7440-001-0001 (1-2)", 2, ["7440-001-0001/1", "7440-001-0001/2"]),
        ("7440-001-0001/1-66", None, ["7440-001-0001/1-66"]),
        ("7440-001-0001/1-3", 1, ["7440-001-0001/1-3"]),
    ],
)
def test_P07_ranges_and_lists_become_pieces(
    ctx: Flask, unit: UnitCard, number: str, quantity: int | None, numbers: list[str]
) -> None:
    data = sheet([*HEAD, "จำนวน"], [number, "เก้าอี้", quantity])
    report = take(data, unit_id=unit.id)
    assert counts(report) == {"created": len(numbers)}
    assert register("asset_no") == numbers
    assert counts(take(data, unit_id=unit.id)) == {"unchanged": len(numbers)}


def test_P07_the_price_of_fifteen_is_asked_once(ctx: Flask, unit: UnitCard) -> None:
    data = sheet([*HEAD, "จำนวน", "ราคา"], ["7110-001-0001/1-15", "เก้าอี้", 15, "22,000"])
    report = take(data, unit_id=unit.id)
    assert (counts(report), codes(report)) == ({"created": 15}, [(2, "price_ambiguous")])
    assert set(register("price")) == {None}
    assert look(data, unit_id=unit.id)[2].asked == {"price": 1}
    take(data, Answers(price="unit"), unit_id=unit.id)
    assert register("price") == [Money(2_200_000)] * 15
    take(data, Answers(price="total"), unit_id=unit.id)
    prices = register("price")
    assert sum(price.satang for price in prices) == 2_200_000
    assert {price.satang for price in prices} == {146_666, 146_667}


def test_P07_a_range_without_a_quantity_is_a_question(ctx: Flask, unit: UnitCard) -> None:
    data = sheet(HEAD, ["7440-001-0001/1-15", "จอ"])
    judgement, _suggested, parsed = look(data, unit_id=unit.id)
    assert ([item.row.values["asset_no"] for item in judgement.rows], parsed.asked) == (
        ["7440-001-0001/1-15"],
        {"ranges": 1},
    )
    assert codes(take(data, Answers(ranges="one"), unit_id=unit.id)) == []
    judgement, _suggested, parsed = look(data, Answers(ranges="pieces"), unit_id=unit.id)
    assert (len(judgement.rows), [item.row.part for item in judgement.rows][-1]) == (15, 15)


def test_P08_lots_without_numbers_of_their_own(ctx: Flask, unit: UnitCard) -> None:
    data = sheet([*HEAD, "จำนวน", "ราคารวม"], ["7110-1", "เก้าอี้", "3 ตัว", "1,000"], ["-", "โต๊ะ", 2, 500])
    assert counts(take(data, unit_id=unit.id)) == {"created": 2}
    with transaction():
        for asset in db.session.scalars(select(Asset)):
            asset.withdrawn_at = NOW
    report = take(data, Answers(lots="pieces"), unit_id=unit.id, file_hash="another")
    assert counts(report) == {"created": 5}
    assert register("asset_no", "piece", "price", "unit_of_count") == [
        ("7110-1", 1, Money(33_334), "ตัว"), ("7110-1", 2, Money(33_333), "ตัว"), ("7110-1", 3, Money(33_333), "ตัว"),
        ("ชค.A-2570-00002", 1, Money(25_000), ""), ("ชค.A-2570-00003", 1, Money(25_000), ""),
    ]  # fmt: skip
    assert counts(take(data, Answers(lots="pieces"), unit_id=unit.id, file_hash="third")) == {"unchanged": 5}


def test_P09_placeholders_wait_for_a_number(ctx: Flask, unit: UnitCard) -> None:
    words = ["-", "–", "ไม่มี", "ไม่มีเลข", "N/A", "รอเลขจากพัสดุ", "ไม่ระบุ", "null"]
    rows = [[word, f"ของ {place}", word, word] for place, word in enumerate(words)]
    assert counts(take(sheet([*HEAD, "S/N", "ราคา"], *rows), unit_id=unit.id)) == {"created": len(words)}
    assert register("temporary_no", "serial", "price") == [(True, "", None)] * len(words)


def test_P10_doubles_reused_numbers_and_the_note_that_says_so(ctx: Flask, unit: UnitCard) -> None:
    take(sheet([*HEAD, "สถานะ"], ["เก่า-1", "พิมพ์ดีด", "จำหน่ายแล้ว"]), unit_id=unit.id)
    data = sheet(
        [*HEAD, "ราคา", "หมายเหตุ"],
        ["7440-1", "คอมพิวเตอร์", 20000, "เฉพาะ CPU"], ["7440-1", "จอภาพ", 5000, "+จอ"], ["7440-2", "โต๊ะ", 1, "เลขซ้ำ"],
        ["เก่า-1", "โน้ตบุ๊ก", 22000, None], ["7440-2", "โต๊ะ", 1, None],
    )  # fmt: skip
    judgement, _suggested, _parsed = look(data, unit_id=unit.id)
    assert judgement.rows[1].row.suggested == {"asset_no": "7440-1#2"}
    report = take(data, unit_id=unit.id, partial=True)
    assert codes(report) == [(3, "duplicate"), (5, "number_of_disposed"), (6, "duplicate"), (4, "said_double")]
    accepted = Answers().corrected("Sheet1", 3, {"asset_no": "7440-1#2"})
    assert counts(take(data, accepted, unit_id=unit.id, partial=True))["created"] == 1
    assert queries.by_number(console(), "7440-1#2").name == "จอภาพ"


def test_P11_numbers_that_became_dates(ctx: Flask, unit: UnitCard) -> None:
    data = sheet(
        HEAD, [datetime(2014, 9, 4), "จอ"], ["A004-09-04-2557", "ตู้"], ["4/9/2557", "โต๊ะ"], ["คว04/01/2569", "ชั้น"]  # noqa: DTZ001
    )  # fmt: skip
    report = take(data, unit_id=unit.id, partial=True)
    assert codes(report) == [(2, "number_is_date"), (4, "number_like_date")]
    assert register("asset_no") == ["4/9/2557", "A004-09-04-2557", "คว04/01/2569"]


def test_P12_every_spelling_of_a_number_is_one_number(ctx: Flask, unit: UnitCard) -> None:
    take(sheet(HEAD, ["๗๔๔๐–๐๐๑−๐๐๐๑ / ๑", "จอ"], ["พก. 7440-001-0002", "ตู้"], ["สลก.001/66", "ชั้น"]), unit_id=unit.id)
    assert register("asset_no") == ["7440-001-0001/1", "พก.7440-001-0002", "สลก.001/66"]
    again = sheet(HEAD, ["744O-OO1-0001/1", "จอ"], ["พก.7440 - 001 - 0002", "ตู้"], ["สลก. 001 /66", "ชั้น"])
    assert counts(take(again, unit_id=unit.id)) == {"unchanged": 3}


@pytest.mark.parametrize(
    ("written", "day", "precision"),
    [
        ("12 ม.ค. 66", date(2023, 1, 12), "day"),
        ("12 มกราคม 2566", date(2023, 1, 12), "day"),
        ("12/1/66", date(2023, 1, 12), "day"),
        ("12/01/2566", date(2023, 1, 12), "day"),
        ("๑๒ ม.ค. ๖๖", date(2023, 1, 12), "day"),
        ("30-ก.ย.-65", date(2022, 9, 30), "day"),
        (2566, date(2023, 1, 1), "year"),
        ("2566", date(2023, 1, 1), "year"),
        ("ก.พ.65", date(2022, 2, 1), "month"),
        ("ปีงบ 66", date(2022, 10, 1), "fiscal_year"),
        (44938, date(2023, 1, 12), "day"),
        (datetime(2541, 1, 1), date(1998, 1, 1), "day"),  # noqa: DTZ001
        (datetime(2023, 1, 12), date(2023, 1, 12), "day"),  # noqa: DTZ001
        ("12/1/2023", date(2023, 1, 12), "day"),
        ("29/02/2567", date(2024, 2, 29), "day"),
    ],
)
def test_P13_dates_of_every_kind(ctx: Flask, unit: UnitCard, written: object, day: date, precision: str) -> None:
    take(sheet([*HEAD, "วันที่ได้มา"], ["ก-1", "จอ", written]), unit_id=unit.id)
    assert register("received_on", "received_precision") == [(day, precision)]


def test_P13_a_short_year_is_asked_once_for_the_file(ctx: Flask, unit: UnitCard) -> None:
    data = sheet([*HEAD, "วันที่ได้มา"], ["ก-1", "จอ", "5 พ.ค. 15"], ["ก-2", "ตู้", "1/2/40"], ["ก-3", "ชั้น", "1/2/43"])
    assert codes(take(data, unit_id=unit.id)) == [(2, "date_ambiguous"), (3, "date_ambiguous")]
    assert look(data, unit_id=unit.id)[2].asked == {"century": 2}
    assert look(data, Answers(century="be"), unit_id=unit.id)[2].asked == {"century": 2}
    take(data, Answers(century="be"), unit_id=unit.id)
    assert register("received_on") == [date(1972, 5, 5), date(1997, 2, 1), date(2000, 2, 1)]
    take(data, Answers(century="ce"), unit_id=unit.id)
    assert register("received_on") == [date(2015, 5, 5), date(2040, 2, 1), date(2000, 2, 1)]


def test_P14_prices_in_every_dress(ctx: Flask, unit: UnitCard) -> None:
    written = ["3,350.00", 22299.97, "12,500.-", "฿๑,๐๐๐", "ราคาประเมิน 1 บาท", None, "-"]
    rows = [[f"ก-{place}", "ของ", cell] for place, cell in enumerate(written)]
    assert counts(take(sheet([*HEAD, "ราคา"], *rows), unit_id=unit.id)) == {"created": 7}
    satang = [None if price is None else price.satang for price in register("price")]
    assert satang == [335_000, 2_229_997, 1_250_000, 100_000, 100, None, None]


def test_P15_history_in_a_cell_is_kept_as_written(ctx: Flask, unit: UnitCard) -> None:
    note = "จอ เสีย ส่งซ่อม 2565\r\nย้ายไป OR\r\n\r\nได้คืน"
    take(csv_of([("ก-1", "จอ", note)], (*HEAD, "หมายเหตุ")), unit_id=unit.id)
    ((kept, original, condition),) = register("note", "original", "condition")
    assert (kept, original["หมายเหตุ"], condition) == (note.replace("\r\n", "\n"), note, Condition.GOOD)


def test_P16_a_state_in_remarks_and_ticks(ctx: Flask, unit: UnitCard) -> None:
    rows = [
        ["ก-1", "ก", "ชำรุด"],
        ["ก-2", "ข", "ส่งซ่อม 12 ม.ค. 66"],
        ["ก-3", "ค", "รอจำหน่าย"],
        ["ก-4", "ง", "ยืม"],
        ["ก-5", "จ", "ดำ"],
    ]
    report = take(sheet([*HEAD, "หมายเหตุ"], *rows), unit_id=unit.id)
    assert codes(report) == [(5, "status_not_taken")]
    assert register("condition", "status") == [
        (Condition.DAMAGED, AssetStatus.AVAILABLE), (Condition.GOOD, AssetStatus.REPAIR),
        (Condition.GOOD, AssetStatus.PENDING_DISPOSAL), *[(Condition.GOOD, AssetStatus.AVAILABLE)] * 2,
    ]  # fmt: skip
    data = sheet(
        [*HEAD, "สภาพ", None, None], [None, None, "ใช้ได้", "ชำรุด", "เสื่อมสภาพ"],
        ["ข-1", "ก", "/", None, None], ["ข-2", "ข", None, "✓", None],
        ["ข-3", "ค", None, "/", "/"], ["ข-4", "ง", "-", None, 1],
    )  # fmt: skip
    assert codes(take(data, unit_id=unit.id)) == [(5, "several_ticks")]
    assert register("condition")[5:] == [Condition.GOOD, Condition.DAMAGED, Condition.GOOD, Condition.DETERIORATED]


def test_P16_a_colour_alone_says_nothing_that_could_be_taken(ctx: Flask, unit: UnitCard) -> None:
    def paint(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
        page["A2"].fill = page["B2"].fill = PatternFill("solid", fgColor="FFFF0000")

    data = sheet(HEAD, ["ก-1", "จอ"], ["ก-2", "ตู้"], touch=paint)
    assert counts(take(data, unit_id=unit.id)) == {"created": 2}
    assert register("condition") == [Condition.GOOD, Condition.GOOD]
    assert dict(look(data, unit_id=unit.id)[2].colours) == {"FF0000": 1}
    assert counts(take(data, Answers(colours={"FF0000": "damaged"}), unit_id=unit.id)) == {"updated": 1, "unchanged": 1}
    assert register("condition") == [Condition.DAMAGED, Condition.GOOD]


def painted(colours: dict[int, str], *, struck: int = 0) -> Callable[[Any], None]:
    """Rows of a sheet in these colours, and one struck out."""

    def paint(page: Any) -> None:
        for row, colour in colours.items():
            for cell in page[row]:
                if cell.value is not None:
                    cell.fill = PatternFill("solid", fgColor=f"FF{colour}")
        for cell in page[struck] if struck else ():
            cell.font = Font(strike=True)

    return paint


def test_P16_a_legend_tells_what_colours_mean(ctx: Flask, unit: UnitCard) -> None:
    things = [[f"ก-{number}", "จอ"] for number in range(1, 9)]
    legend = [["ชำรุด"], ["สีเหลือง", "คือ จำหน่ายแล้ว"]]
    data = sheet(["สีฟ้า หมายถึง ส่งซ่อม"], HEAD, *things, *legend, touch=painted(
        {4: "FF0000", 5: "FFFF00", 6: "00C0FF", 11: "FF0000", 12: "FFFF00"}, struck=7
    ))  # fmt: skip
    assert counts(take(data, unit_id=unit.id)) == {"created": 8, "skipped": 2}
    good = (Condition.GOOD, AssetStatus.AVAILABLE)
    assert register("condition", "status") == [
        good, (Condition.DAMAGED, AssetStatus.AVAILABLE), (Condition.GOOD, AssetStatus.DISPOSED),
        (Condition.GOOD, AssetStatus.REPAIR), good, good, good, good,
    ]  # fmt: skip
    assert dict(look(data, unit_id=unit.id)[2].colours) == {"struck": 1}


def test_P16_stripes_and_greys_are_decoration_and_words_go_before_colours(ctx: Flask, unit: UnitCard) -> None:
    things = [[f"ก-{number}", "จอ", "ส่งซ่อม" if number == 13 else None] for number in range(11, 21)]
    stripes = dict.fromkeys(range(2, 12, 2), "CCFFCC")
    data = sheet([*HEAD, "หมายเหตุ"], *things, touch=painted(stripes | {3: "DDDDDD", 5: "FFFFFF"}))
    assert dict(look(data, unit_id=unit.id)[2].colours) == {}
    data = sheet([*HEAD, "หมายเหตุ"], *things, touch=painted({4: "FF0000", 5: "FF0000"}))
    take(data, Answers(colours={"FF0000": "lost"}), unit_id=unit.id)
    states = register("condition", "status")
    assert states[2:4] == [(Condition.GOOD, AssetStatus.REPAIR), (Condition.LOST, AssetStatus.LOST)]


def test_P17_owners_as_offices_write_them(ctx: Flask, unit: UnitCard) -> None:
    somchai = actor_named(a_person(unit="A", name="นายสมชาย ใจดี")).person_id
    rows = [
        ["ก-1", "ก", "นายสมชาย ใจดี"],
        ["ก-2", "ข", "สมชาย, สมหญิง,ลุงดำ"],
        ["ก-3", "ค", "พี่ต้อย"],
        ["ก-4", "ง", "สมชาย ใจดี"],
    ]
    data = sheet([*HEAD, "ผู้ครอบครอง"], *rows)
    _judgement, suggested, _parsed = look(data, unit_id=unit.id)
    assert [(one.said, one.meant, one.row) for one in suggested] == [("สมชาย ใจดี", "นายสมชาย ใจดี", 5)]
    take(data, unit_id=unit.id)
    assert register("custodian_id", "custodian_text") == [
        (somchai, ""), (None, "สมชาย, สมหญิง,ลุงดำ"), (None, "พี่ต้อย"), (None, "สมชาย ใจดี")
    ]  # fmt: skip


def test_P18_near_spellings_are_suggested_and_never_merged(ctx: Flask, unit: UnitCard) -> None:
    a_category("C", name="เครื่องฉายภาพ")
    an_asset(unit, asset_no="0", name="ตู้เก็บเอกสาร 15 ลิ้นชัก")
    with transaction():
        service.place_named(unit.id, "ห้องประชุม 1")
    header = [*HEAD, "ประเภท", "สถานที่"]
    rows = [
        ["1", "ตู้เก็บเอกสาร 15ล้นชัก", "เครื่องฉายภาพ", "ห้องประชุม 2"],
        ["2", "Projector", "เครื่องฉายภาพ", "ห้องปะชุม 1"],
        ["3", "Projector", "เครืองฉายภาพ", "ห้องประชุม 1"], ["4", "Projector", "", ""],
        ["5", "Projecter", "", "ห้องประชุม1"],
        ["6", "โทรศีพท์", "", ""], *[[f"6{place}", "โทรศัพท์", "", ""] for place in range(3)],
        ["7", "ถาด", "", ""], *[[f"7{place}", "ถาด (Tray)", "", ""] for place in range(3)],
    ]  # fmt: skip
    data = sheet(header, *rows)
    judgement, suggested, _parsed = look(data, unit_id=unit.id)
    assert {(one.field, one.said, one.meant) for one in suggested} == {
        ("category", "เครืองฉายภาพ", "เครื่องฉายภาพ"), ("place", "ห้องปะชุม 1", "ห้องประชุม 1"),
        ("place", "ห้องประชุม1", "ห้องประชุม 1"), ("name", "ตู้เก็บเอกสาร 15ล้นชัก", "ตู้เก็บเอกสาร 15 ลิ้นชัก"),
        ("name", "Projecter", "Projector"), ("name", "โทรศีพท์", "โทรศัพท์"), ("name", "ถาด", "ถาด (Tray)"),
    }  # fmt: skip
    assert judgement.rows[4].row.suggested == {"name": "Projector", "place": "ห้องประชุม 1"}
    accepted = Answers().meaning("name", "Projecter", "Projector").meaning("place", "ห้องปะชุม 1", "ห้องประชุม 1")
    take(data, accepted, unit_id=unit.id)
    assert register("name").count("Projector") == 4
    assert {site.name for site in db.session.scalars(select(Site))} == {"ห้องประชุม 1", "ห้องประชุม 2", "ห้องประชุม1"}


def test_P19_stray_marks_and_letters_of_two_halves(ctx: Flask, unit: UnitCard) -> None:
    take(sheet(["เลขครุภัณฑ์", "รายการ"], ["\u0e3aB001", "เเผ่นป้ายจํานวน"], ["ฺ๗๔๔๐-๑", "โต๊๊ะ"]), unit_id=unit.id)
    assert register("asset_no", "name") == [("7440-1", "โต๊ะ"), ("B001", "แผ่นป้ายจำนวน")]


def test_P20_units_of_count_and_warranties(ctx: Flask, unit: UnitCard) -> None:
    header = [*HEAD, "หน่วยนับ", "วันที่ได้มา", "การรับประกัน"]
    rows = [
        ["1", "ก", "ตัว", "12/1/2566", "2 ปี"], ["2", "ข", "เครื่อง", "29/2/2567", "1 ปี"], ["3", "ค", "ชุด", "2566", "๒ ปี"],
        ["4", "ง", "อัน", "31/1/2566", "1 เดือน"], ["5", "จ", "ตู้", "12/1/2566", "ตลอดอายุการใช้งาน"],
        ["6", "ฉ", "", "12/1/2566", "ถึง 30 ก.ย. 2568"], ["7", "ช", "", "12/1/2566", "1 ปี 6 เดือน"],
    ]  # fmt: skip
    take(sheet(header, *rows), unit_id=unit.id)
    assert register("unit_of_count", "warranty_until", "warranty_note") == [
        ("ตัว", date(2025, 1, 12), "2 ปี"), ("เครื่อง", date(2025, 2, 28), "1 ปี"), ("ชุด", None, "๒ ปี"),
        ("อัน", date(2023, 2, 28), "1 เดือน"), ("ตู้", None, "ตลอดอายุการใช้งาน"), ("", date(2025, 9, 30), "ถึง 30 ก.ย. 2568"),
        ("", date(2024, 7, 12), "1 ปี 6 เดือน"),
    ]  # fmt: skip


ROWS = [["เลขครุภัณฑ์", "รายการ", "ราคา"], ["๗๔๔๐-๑", "โต๊ะที่ชั้น ๒", "4,500.00"], ["7440-2", "เก้าอี้", "990"]]
CSV = "\r\n".join(";".join(row) for row in ROWS)


def _hidden(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
    page.protection.sheet = True
    page.protection.password = "secret"
    page.row_dimensions[3].hidden = True
    page.column_dimensions["C"].hidden = True
    page.auto_filter.ref = "A1:C3"
    page.auto_filter.add_filter_column(0, ["7440-9"])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(CSV.encode(), id="utf-8"),
        pytest.param(CSV.encode("utf-8-sig"), id="utf-8 with bom"),
        pytest.param(CSV.encode("tis-620"), id="tis-620"),
        pytest.param(CSV.encode("cp874"), id="windows-874"),
        pytest.param(makers.xls([*ROWS]), id="biff"),
        pytest.param(web_page(ROWS, head="<h2>ทะเบียน</h2>"), id="web page"),
        pytest.param(sheet(*ROWS, touch=_hidden), id="protected, hidden, filtered"),
    ],
)
def test_P21_every_kind_of_file_gives_the_same_rows(ctx: Flask, unit: UnitCard, data: bytes) -> None:
    assert counts(take(data, unit_id=unit.id)) == {"created": 2}
    assert register("asset_no", "name", "price") == [
        ("7440-1", "โต๊ะที่ชั้น ๒", Money(450_000)), ("7440-2", "เก้าอี้", Money(99_000))
    ]  # fmt: skip


def test_P21_hidden_sheets_are_left_out_and_told(ctx: Flask, unit: UnitCard) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book["เก่า"].sheet_state = "hidden"

    data = workbook({"ใหม่": [HEAD, ["1", "จอ"]], "เก่า": [HEAD, ["2", "ตู้"]]}, hide)
    assert codes(take(data, unit_id=unit.id)) == [(0, "sheet_hidden")]
    assert register("asset_no") == ["1"]
    assert counts(take(data, Answers(header_rows={"เก่า": 1}), unit_id=unit.id)) == {"created": 1, "unchanged": 1}


def test_P22_the_pieces_of_a_set_share_the_number(ctx: Flask, unit: UnitCard) -> None:
    rows = [
        ["7440-1", "ชุดคอมพิวเตอร์", 25000, "Dell", "1/2/2566"],
        ["7440-1", "จอภาพ"],
        ["7440-1", "เมาส์", None, "Logi"],
        ["7440-2", "ตู้", 5],
    ]
    data = sheet([*HEAD, "ราคา", "ยี่ห้อ", "วันที่ได้มา"], *rows)
    assert counts(take(data, unit_id=unit.id)) == {"created": 4}
    assert register("asset_no", "piece", "name") == [
        ("7440-1", 1, "ชุดคอมพิวเตอร์"), ("7440-1", 2, "จอภาพ"), ("7440-1", 3, "เมาส์"), ("7440-2", 1, "ตู้")
    ]  # fmt: skip
    assert counts(take(data, unit_id=unit.id)) == {"unchanged": 4}


def test_P23_a_category_that_does_not_fit_the_number(ctx: Flask, unit: UnitCard) -> None:
    a_category("6515", fsn_class="6515", name="เครื่องมือแพทย์", asset_class="ครุภัณฑ์วิทยาศาสตร์และการแพทย์")
    a_category("7440", fsn_class="7440", name="เครื่องพิมพ์", asset_class="ครุภัณฑ์คอมพิวเตอร์")
    rows = [
        ["7440-001-0001", "เครื่องพิมพ์", "เครื่องมือแพทย์"],
        ["7440-001-0002", "จอ", "เครื่องมือแพทย์"],
        ["7440-1", "จอ", "เครื่องพิมพ์"],
    ]
    report = take(sheet([*HEAD, "ประเภท"], *rows), unit_id=unit.id)
    assert [(problem.row, problem.code, problem.details) for problem in report.warnings] == [
        (2, "category_unlikely", {"value": "เครื่องมือแพทย์", "expected": "เครื่องพิมพ์", "rows": 2})
    ]
    names = {row.id: row.name for row in db.session.execute(select(Category.id, Category.name))}
    assert [names[category] for category in register("category_id")] == ["เครื่องมือแพทย์", "เครื่องมือแพทย์", "เครื่องพิมพ์"]


def test_P24_old_names_of_units_are_known(ctx: Flask, unit: UnitCard) -> None:
    with transaction():
        db.session.add(UnitAlias(unit_id=unit.id, name="สำนักนโยบายเดิม", name_key="สำนักนโยบายเดิม"))
    data = sheet([*HEAD, "หน่วยงาน"], ["1", "จอ", "สำนักนโยบายเดิม"], ["2", "ตู้", "กองยุทธศาสตร์และแผนงน"])
    judgement, suggested, _parsed = look(data)
    assert [(item.row.row, item.unit_id) for item in judgement.rows] == [(2, unit.id), (3, 0)]
    assert [(one.field, one.said, one.meant) for one in suggested] == [
        ("unit", "กองยุทธศาสตร์และแผนงน", "กองยุทธศาสตร์และแผนงาน")
    ]  # fmt: skip
    accepted = Answers().meaning("unit", suggested[0].said, suggested[0].meant)
    assert counts(take(data, accepted)) == {"created": 2}
