"""The rows of a register file (contract.md 5; domain.md 8.1–8.3; one fixture per dirty pattern)."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from assetloan.assets.exporting.marks import mark_of
from assetloan.assets.importing import ASSETS, EXPORT_HEADINGS, read_assets
from assetloan.assets.importing.headers import TEMPLATE_HEADINGS
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.core.money import Money
from assetloan.documents.headings import header_key

# domain.md 8.1, word by word: field → headings.
ALIASES = {
    "asset_no": "รหัสครุภัณฑ์, เลขครุภัณฑ์, เลขที่ครุภัณฑ์, หมายเลขครุภัณฑ์, รหัสทรัพย์สิน, เลขทะเบียน, รหัสพัสดุ, asset_no",
    "name": "รายการ, ชื่อครุภัณฑ์, ชื่อ, รายการ (ชนิด/ยี่ห้อ/ลักษณะ/สี/ขนาด), name",
    "category": "ประเภท, ประเภทครุภัณฑ์, หมวด, ชนิด, category",
    "brand": "ยี่ห้อ, brand",
    "model": "รุ่น, แบบ, model",
    "brand_model": "ยี่ห้อ/รุ่น",
    "model_brand": "รุ่น / ยี่ห้อ",
    "serial": "หมายเลขเครื่อง, S/N, Serial No., serial",
    "received_on": "วันที่ได้มา, วันเดือนปีที่ได้รับ, วัน เดือน ปี ที่ได้มา, วันที่ซื้อ, วันรับ, วันที่ตรวจรับ, ปีที่ได้รับ (พ.ศ.), received_on",
    "price": "ราคา, ราคาทุน, มูลค่า, มูลค่าการได้มา, price",
    "unit_price": "ราคาต่อหน่วย (บาท)",
    "total_price": "ราคารวม (บาท)",
    "quantity": "จำนวน, จำนวนหน่วย, quantity",
    "unit_of_count": "หน่วยนับ",
    "fund": "แหล่งเงิน, แหล่งงบ, ประเภทเงิน, fund",
    "method": "วิธีการได้มา, method",
    "vendor": "ผู้ขาย, บริษัท, ผู้ขาย/ผู้รับจ้าง/ผู้บริจาค, vendor",
    "document_no": "ที่เอกสาร, เลขที่สัญญา, ใบตรวจรับ",
    "place": "สถานที่, สถานที่ตั้ง, ห้อง, อาคาร/ชั้น, สถานที่ติดตั้ง, กอง, ใช้ประจำที่ไหน, place",
    "custodian": "ผู้รับผิดชอบ, ผู้ใช้งาน, ผู้ครอบครอง, custodian",
    "condition": "สภาพ, condition",
    "status": "สถานะ, สถานะการใช้งาน, status",
    "note": "หมายเหตุ, note",
    "gfmis_no": "รหัส GFMIS, เลขที่สินทรัพย์, gfmis_no",
    "unit": "หน่วยงาน, unit",
    "loanable": "ให้ยืมได้, loanable",
}


@dataclass
class ASheet:
    rows: list
    name: str = "Sheet1"
    hidden: bool = False
    merged: tuple = field(default=())


def read(header, *rows, **options):
    return read_assets([ASheet([header, *rows])], **options)


def only(header, row, **options):
    parsed = read(header, row, **options)
    assert len(parsed.rows) == 1
    return parsed.rows[0]


def codes(problems):
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("name", "alias"), [(name, alias) for name, all_of in ALIASES.items() for alias in all_of.split(", ")]
)
def test_headings_of_registers_are_known(name, alias):
    assert ASSETS.names()[header_key(alias)][0] == name


@pytest.mark.parametrize(
    ("header", "name", "description"),
    [
        (("เลขครุภัณฑ์", "รายละเอียด"), "จอภาพ", None),
        (("เลขครุภัณฑ์", "ยี่ห้อ", "description"), "จอภาพ", None),
        (("เลขครุภัณฑ์", "รายละเอียด", "รายการ"), "จอ", "จอภาพ"),
        (("เลขครุภัณฑ์", "คุณลักษณะ", "ชื่อ"), "จอ", "จอภาพ"),
    ],
)
def test_details_are_the_name_only_where_no_other_column_is(
    header: tuple[str, ...], name: str, description: str | None
) -> None:
    cells = {"รายละเอียด": "จอภาพ", "description": "จอภาพ", "คุณลักษณะ": "จอภาพ", "รายการ": "จอ", "ชื่อ": "จอ"}
    row = ["7440-1", *(cells.get(heading, "Acer") for heading in header[1:])]
    values = only(header, row).values
    assert (values["name"], values.get("description")) == (name, description)


def test_no_heading_stands_for_two_fields():
    seen = {}
    for column in ASSETS.columns:
        for alias in (column.field, column.heading, *column.aliases):
            assert seen.setdefault(header_key(alias), column.field) == column.field, alias


def test_export_and_template_are_written_in_the_vocabulary_of_the_import():
    for heading in (*EXPORT_HEADINGS, *TEMPLATE_HEADINGS):
        assert ASSETS.names()[header_key(heading)][1] <= 1


def test_a_whole_row():
    row = only(
        ["เลขครุภัณฑ์", "รายการ", "ประเภท", "ยี่ห้อ", "รุ่น", "S/N", "วันที่ตรวจรับ", "ราคา", "จำนวน", "หน่วยนับ", "แหล่งเงิน",
         "วิธีการได้มา", "ผู้ขาย", "เลขที่สัญญา", "ห้อง", "ผู้รับผิดชอบ", "สภาพ", "หมายเหตุ", "หน่วยงาน", "ให้ยืมได้",
         "รหัส GFMIS"],
        ["๗๔๔๐-๐๐๑-๐๐๐๑", "โน้ตบุ๊ก", "ครุภัณฑ์คอมพิวเตอร์", "Dell", "5440", "SN1", "12 ม.ค. 66", "22,000.00", 1, "เครื่อง",
         "งบประมาณ", "e-bidding", "บจก. ก", "ส.1/66", "101", "สมชาย ใจดี", "ชำรุด", "จอ\r\nเสีย", "สลก", "ใช่",
         "100000011397"],
    )  # fmt: skip
    assert row.ok
    assert row.values == {
        "asset_no": "7440-001-0001", "piece": 1, "needs_temporary": False, "gfmis_no": "100000011397", "name": "โน้ตบุ๊ก",
        "category": "ครุภัณฑ์คอมพิวเตอร์", "brand": "Dell", "model": "5440", "serial": "SN1", "unit": "สลก", "place": "101",
        "custodian": "สมชาย ใจดี", "received_on": date(2023, 1, 12), "received_precision": "day",
        "price": Money(2200000), "quantity": 1, "unit_of_count": "เครื่อง", "fund": "งบประมาณ",
        "method": "e-bidding", "vendor": "บจก. ก",
        "document_no": "ส.1/66", "condition": Condition.DAMAGED, "loanable": True, "note": "จอ\nเสีย",
    }  # fmt: skip
    assert row.original["เลขครุภัณฑ์"] == "๗๔๔๐-๐๐๑-๐๐๐๑"
    assert row.original["หมายเหตุ"] == "จอ\r\nเสีย"


def test_a_number_and_a_name_are_enough():
    row = only(["เลขครุภัณฑ์", "ชื่อ", "ราคา"], ["ก-1", "โต๊ะ", None])
    assert row.values == {"asset_no": "ก-1", "piece": 1, "needs_temporary": False, "name": "โต๊ะ"}


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ([None, "โต๊ะ"], "เลขครุภัณฑ์", "number_missing"),
        (["ก-1", None], "ชื่อ", "name_missing"),
        (["ก-1", "-"], "ชื่อ", "name_missing"),
        ([date(2557, 9, 4), "โต๊ะ"], "เลขครุภัณฑ์", "number_is_date"),
        (["ก-1", "โต๊ะ", "1/1/42"], "วันที่ได้มา", "date_ambiguous"),
        (["ก-1", "โต๊ะ", "29/02/2568"], "วันที่ได้มา", "date_invalid"),
        (["ก-1", "โต๊ะ", "1/1/3110"], "วันที่ได้มา", "date_out_of_range"),
        (["ก-1", "โต๊ะ", None, "ห้าพัน"], "ราคา", "price_invalid"),
        (["ก-1", "โต๊ะ", None, None, "0"], "จำนวน", "quantity_invalid"),
        (["ก-1", "โต๊ะ", None, None, None, "อาจจะ"], "ให้ยืมได้", "not_yes_or_no"),
    ],
)
def test_rows_that_cannot_be_taken_say_why(cells, column, code):
    row = only(["เลขครุภัณฑ์", "ชื่อ", "วันที่ได้มา", "ราคา", "จำนวน", "ให้ยืมได้"], cells)
    assert [(problem.column, problem.code, problem.row) for problem in row.errors] == [(column, code, 2)]


def test_a_file_without_a_column_of_numbers_says_so_in_every_row():
    row = only(["ชื่อ", "ราคา"], ["โต๊ะ", 5])
    assert [(problem.column, problem.code) for problem in row.errors] == [("เลขครุภัณฑ์", "number_missing")]


def test_pattern_9_placeholders_ask_for_a_temporary_number_and_are_no_values():
    row = only(["เลขครุภัณฑ์", "ชื่อ", "S/N", "ราคา"], ["รอเลขจากพัสดุ", "โต๊ะ", "N/A", "-"])
    assert row.values == {"needs_temporary": True, "name": "โต๊ะ"}


def test_pattern_13_dates_keep_how_exact_they_are():
    parsed = read(
        ["เลขครุภัณฑ์", "ชื่อ", "วันที่ได้มา", "ปีงบประมาณ"],
        ["ก-1", "ก", "ก.พ.65", None],
        ["ก-2", "ก", 2566, None],
        ["ก-3", "ก", "ปีงบ 66", None],
        ["ก-4", "ก", datetime(2541, 1, 1, tzinfo=UTC), None],
        ["ก-5", "ก", 45292, None],
        ["ก-6", "ก", None, 2566],
        ["ก-7", "ก", "-", "-"],
    )
    assert [(row.values.get("received_on"), row.values.get("received_precision")) for row in parsed.rows] == [
        (date(2022, 2, 1), "month"),
        (date(2023, 1, 1), "year"),
        (date(2022, 10, 1), "fiscal_year"),
        (date(1998, 1, 1), "day"),
        (date(2024, 1, 1), "day"),
        (date(2022, 10, 1), "fiscal_year"),
        (None, None),
    ]


def test_a_heading_that_names_the_era_answers_two_digit_years():
    assert only(["เลขครุภัณฑ์", "ชื่อ", "ปีที่ได้รับ (พ.ศ.)"], ["ก-1", "ก", 42]).values["received_on"] == date(1999, 1, 1)


def test_a_ce_year_among_be_years_is_taken_with_a_warning():
    parsed = read(
        ["เลขครุภัณฑ์", "ชื่อ", "วันที่ได้มา"], ["ก-1", "ก", "12/1/2023"], ["ก-2", "ก", "12/1/2566"], ["ก-3", "ก", "2023-01-12"]
    )  # fmt: skip
    assert [row.values["received_on"] for row in parsed.rows] == [date(2023, 1, 12)] * 3
    assert [codes(row.warnings) for row in parsed.rows] == [["date_in_ce"], [], []]
    assert parsed.rows[0].warnings[0].details == {"day": date(2023, 1, 12)}


@pytest.mark.parametrize(
    ("header", "cells", "means", "price", "warned"),
    [
        (["ราคา", "จำนวน"], [22000, 1], None, 2200000, []),
        (["ราคา", "จำนวน"], [22000, None], None, 2200000, []),
        (["ราคา", "จำนวน"], [22000, 15], None, None, ["price_ambiguous"]),
        (["ราคา", "จำนวน"], [22000, "15 ตัว"], None, None, ["price_ambiguous"]),
        (["ราคา", "จำนวน"], [22000, 15], "unit", 2200000, []),
        (["ราคา", "จำนวน"], [22500, 15], "total", 150000, []),
        (["ราคาต่อหน่วย (บาท)", "จำนวน"], [22000, 15], None, 2200000, []),
        (["ราคารวม (บาท)", "จำนวน"], [22500, 15], None, 150000, []),
        (["ราคา", "จำนวน", "ราคารวม"], [1500, 15, 22500], None, 150000, []),
        (["ราคา", "จำนวน", "ราคารวม"], [1500, 15, 9999], None, None, ["price_ambiguous"]),
    ],
)
def test_the_price_of_many_is_asked_unless_the_file_answers(header, cells, means, price, warned):
    row = only(["เลขครุภัณฑ์", "ชื่อ", *header], ["ก-1", "เก้าอี้", *cells], price=means)
    assert row.ok
    assert row.values.get("price") == (None if price is None else Money(price))
    assert codes(row.warnings) == warned


def test_the_same_number_twice_is_refused_the_second_time_in_any_spelling():
    parsed = read(["เลขครุภัณฑ์", "ชื่อ", "ราคา"], ["7440-001", "ก", 1], ["ก-2", "ข", 2], ["๗๔๔๐ – ๐๐๑", "ค", 3])
    assert [codes(row.errors) for row in parsed.rows] == [[], [], ["duplicate"]]
    assert parsed.rows[2].errors[0].details == {"row": 2}


def test_doubles_are_found_across_sheets():
    header = ["เลขครุภัณฑ์", "ชื่อ"]
    parsed = read_assets([ASheet([header, ["ก-1", "ก"]], "1"), ASheet([header, ["ก-1", "ก"]], "2")])
    assert [codes(row.errors) for row in parsed.rows] == [[], ["duplicate"]]


def test_pattern_22_rows_of_a_set_with_blanks_are_its_pieces():
    parsed = read(
        ["เลขครุภัณฑ์", "ชื่อ", "ประเภท", "ยี่ห้อ", "วันที่ได้มา", "ราคา"],
        ["ก-1", "ชุดคอมพิวเตอร์", "คอมพิวเตอร์", "Dell", "1/1/2566", 30000],
        ["ก-1", "จอ", None, None, None, None],
        ["ก-1", "แป้นพิมพ์", None, "Logitech", None, None],
        ["ก-2", "ตู้", "สำนักงาน", None, "1/1/2566", 5000],
    )
    assert [(row.values["asset_no"], row.values["piece"], row.ok) for row in parsed.rows] == [
        ("ก-1", 1, True), ("ก-1", 2, True), ("ก-1", 3, True), ("ก-2", 1, True)
    ]  # fmt: skip


def test_a_full_second_row_with_the_same_number_is_no_piece():
    parsed = read(
        ["เลขครุภัณฑ์", "ชื่อ", "ประเภท", "ราคา"], ["ก-1", "โต๊ะ", "สำนักงาน", 5000], ["ก-1", "โต๊ะ", "สำนักงาน", 5000]
    )
    assert [codes(row.errors) for row in parsed.rows] == [[], ["duplicate"]]


def test_pieces_written_out_are_read_as_pieces():
    parsed = read(["เลขครุภัณฑ์", "ชื่อ"], ["ก-1", "ชุด"], ["ก-1#2", "จอ"], ["ก-1#2", "จอ"])
    assert [(row.values["piece"], row.ok) for row in parsed.rows] == [(1, True), (2, True), (2, False)]


def test_missing_columns_and_empty_cells_are_left_alone():
    row = only(["เลขครุภัณฑ์", "ชื่อ", "ยี่ห้อ", "ราคา", "วันที่ได้มา"], ["ก-1", "โต๊ะ", None, None, "-"])
    assert row.values.keys() == {"asset_no", "piece", "needs_temporary", "name"}


def test_an_empty_cell_clears_in_a_file_that_was_exported_here(ctx):
    header = ["เลขครุภัณฑ์", "ชื่อครุภัณฑ์", "ยี่ห้อ", "ราคา", "วันที่ตรวจรับ", "หมายเหตุ", "รุ่นข้อมูล"]
    parsed = read(header, ["ก-1", "โต๊ะ", None, None, None, "", mark_of(1042, 3)])
    assert parsed.exported
    values = parsed.rows[0].values
    assert {name: values[name] for name in ("brand", "price", "received_on", "note", "row_version")} == {
        "brand": "", "price": None, "received_on": None, "note": "", "row_version": 3
    }  # fmt: skip
    assert "model" not in values
    assert not read(header, ["ก-1", "โต๊ะ", None, None, None, "", "3"]).exported
    assert not read(header[:-1], ["ก-1", "โต๊ะ"]).exported
    assert read(header[:-1], ["ก-1", "โต๊ะ"], exported=True).rows[0].values["brand"] == ""


@pytest.mark.parametrize(
    ("header", "cells", "values", "warned"),
    [
        (["สภาพ"], ["ดี"], {"condition": Condition.GOOD}, []),
        (["สถานะ"], ["ชำรุด"], {"condition": Condition.DAMAGED}, []),
        (["สถานะ"], ["รอจำหน่าย"], {"status": AssetStatus.PENDING_DISPOSAL}, []),
        (["สภาพ"], ["สูญหาย"], {"condition": Condition.LOST, "status": AssetStatus.LOST}, []),
        (["สถานะ"], ["ถูกยืม"], {}, ["status_not_taken"]),
        (["สถานะ"], ["สีแดง"], {}, ["status_unknown"]),
        (["สภาพ", "สถานะ"], ["ชำรุด", "ส่งซ่อม"], {"condition": Condition.DAMAGED, "status": AssetStatus.REPAIR}, []),
    ],
)
def test_conditions_and_states(header, cells, values, warned):
    row = only(["เลขครุภัณฑ์", "ชื่อ", *header], ["ก-1", "โต๊ะ", *cells])
    assert {name: row.values[name] for name in ("condition", "status") if name in row.values} == values
    assert codes(row.warnings) == warned


def test_a_printed_register_of_an_office():
    """Patterns 1–6 in one sheet: titles, two header rows, sections, merged cells, totals, signatures."""
    sheet = ASheet(
        [
            ["ทะเบียนคุมครุภัณฑ์ ประจำปีงบประมาณ พ.ศ. ๒๕๖๙"],
            ["กองยุทธศาสตร์และแผนงาน"],
            [],
            ["ลำดับ", "รหัสครุภัณฑ์", "รายการ (ชนิด/ยี่ห้อ)", "วัน เดือน ปี\r\nที่ได้มา", "ราคาต่อหน่วย (บาท)", "ที่ตั้ง", None],
            [None, None, None, None, None, "อาคาร", "ห้อง"],
            ["ประเภทครุภัณฑ์สำนักงาน"],
            [1, "๗๑๑๐-๐๐๑-๐๐๐๑", "โต๊ะทำงาน\u00a0", "12 ม.ค. 66", "12,500.-", "A", 101],
            [2, "7110-001-0002", "เก้าอี้", None, 3500, "A", 102],
            ["ที่", "รหัสครุภัณฑ์", "รายการ"],
            ["ครุภัณฑ์ต่ำกว่าเกณฑ์"],
            [3, "-", "พัดลม", "2566", 990, None, None],
            ["รายการชำรุด"],
            [4, "7110-001-0003", "ตู้", None, None, None, None],
            ["รวมทั้งสิ้น", None, None, None, 16990],
            [None, "ลงชื่อ..................ผู้ตรวจนับ"],
            [None, "(นายสมชาย ใจดี)"],
            [None, None, None, None, None, None, "หน้า 1/1"],
        ],
        merged=((6, 3, 7, 3),),
    )
    parsed = read_assets([sheet])
    assert [row.row for row in parsed.rows] == [7, 8, 11, 13]
    assert all(row.ok for row in parsed.rows)
    assert [row.values["category"] for row in parsed.rows] == ["ครุภัณฑ์สำนักงาน"] * 4
    assert [row.values.get("place") for row in parsed.rows] == ["A 101", "A 102", None, None]
    assert [row.values.get("received_on") for row in parsed.rows] == [date(2023, 1, 12)] * 2 + [date(2023, 1, 1), None]
    assert [row.values.get("below_threshold") for row in parsed.rows] == [None, None, True, True]
    assert [row.values.get("condition") for row in parsed.rows] == [None, None, None, Condition.DAMAGED]
    assert parsed.skipped == 8
    assert parsed.above == {"Sheet1": ("ทะเบียนคุมครุภัณฑ์ ประจำปีงบประมาณ พ.ศ. ๒๕๖๙", "กองยุทธศาสตร์และแผนงาน")}


def test_e9_nothing_that_a_database_cannot_hold_gets_through():
    row = only(["เลขครุภัณฑ์", "ชื่อ", "หมายเหตุ"], ["ก\x00-1", "โต๊ะ\ud800\u202e", "ก\x00\r\nข"])
    assert row.values["asset_no"] == "ก-1"
    assert row.values["name"] == "โต๊ะ"
    for text in (*row.original.values(), row.values["note"]):
        assert "\x00" not in text
        text.encode()
