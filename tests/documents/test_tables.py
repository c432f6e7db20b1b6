"""Finding the header and the data of a sheet (domain.md 8.3 items 1–6)."""

from dataclasses import dataclass, field

import pytest

from assetloan.documents.errors import FileRefused
from assetloan.documents.headings import Column, TableSpec, find_header, header_key
from assetloan.documents.tables import RowReader, read_tables

SPEC = TableSpec(
    kind="things",
    needs=("number", "name"),
    printed=True,
    columns=(
        Column("number", "เลข", ("รหัสครุภัณฑ์", "No.")),
        Column("name", "รายการ", ("ชื่อ",)),
        Column("category", "ประเภท", (), fill_merged=True),
        Column("unit_price", "ราคาต่อหน่วย"),
        Column("total_price", "ราคารวม"),
        Column("place", "สถานที่", ("อาคาร", "ห้อง"), join=" "),
    ),
)
HEADER = ["ลำดับ", "รหัสครุภัณฑ์", "รายการ", "ประเภท", "อาคาร", "ห้อง"]


@dataclass
class ASheet:
    rows: list
    name: str = "แผ่น1"
    hidden: bool = False
    merged: tuple = field(default=())


def table_of(*rows, **more):
    tables, _ = read_tables([ASheet(list(rows), **more)], SPEC)
    return tables[0]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("  วัน เดือน ปี\r\nที่ได้มา ", "วันเดือนปีที่ได้มา"),
        ("ราคาต่อหน่วย (บาท)", "ราคาต่อหน่วย"),
        ("ASSET_NO.", "assetno"),
        ("Serial No.", "serialno"),
        ("S/N", "s/n"),
        ("ยี่ห้อ / รุ่น", "ยี่ห้อ/รุ่น"),
        ("*ชื่อ:", "ชื่อ"),
        ("(บาท)", "บาท"),
        ("รายการ (ชนิด/ยี่ห้อ/ลักษณะ/สี/ขนาด)", "รายการ"),
        ("เเหล่งเงิน", "แหล่งเงิน"),
        ("จํานวน", "จำนวน"),
    ],
)
def test_headings_are_compared_without_their_form(written, key):
    assert header_key(written) == key


@pytest.mark.parametrize("above", range(15))
def test_pattern_1_the_header_is_found_under_titles_and_blank_rows(above):
    titles = [["ทะเบียนครุภัณฑ์"], ["กองยุทธศาสตร์และแผนงาน"], []] * 5
    table = table_of(*titles[:above], HEADER, [1, "7440-001", "โต๊ะ"])
    assert table.header.first_row == above
    assert table.rows[0].number == above + 2
    assert table.rows[0].cells["name"] == "โต๊ะ"


def test_a_header_below_the_fifteenth_row_is_none():
    with pytest.raises(FileRefused) as caught:
        table_of(*[["ก"]] * 15, HEADER, [1, "7440-001", "โต๊ะ"])
    assert caught.value.code == "header_not_found"
    assert caught.value.details == {"needs": "เลข / รายการ"}


def test_one_known_heading_alone_is_no_header():
    assert find_header([["รายการ"], ["โต๊ะ"]], SPEC) is None
    assert find_header([["ประเภท", "ห้อง"], ["ก", "ข"]], SPEC) is None


def test_pattern_1_headers_in_two_rows_with_merged_groups():
    table = table_of(
        ["ลำดับ", "รหัสครุภัณฑ์", "รายการ", "ราคา", None, "สถานที่", None],
        [None, None, None, "ต่อหน่วย", "รวม", "อาคาร", "ห้อง"],
        [1, "7440-001", "โต๊ะ", 10, 20, "A", 101],
    )
    assert table.header.last_row == 1
    assert table.rows[0].cells == {
        "number": "7440-001", "name": "โต๊ะ", "unit_price": 10, "total_price": 20, "place": "A 101"
    }  # fmt: skip
    assert table.rows[0].original["ราคา ต่อหน่วย"] == "10"


def test_a_first_row_of_data_in_words_is_no_second_header_row():
    table = table_of(["รหัสครุภัณฑ์", "รายการ"], ["ก-1", "ห้อง"])
    assert table.header.last_row == 0
    assert len(table.rows) == 1


def test_pattern_1_repeated_headers_are_skipped():
    table = table_of(HEADER, [1, "ก-1", "โต๊ะ"], HEADER, [2, "ก-2", "ตู้"], ["ที่", "No.", "ชื่อ"], [3, "ก-3", "พัดลม"])
    assert [row.cells["number"] for row in table.rows] == ["ก-1", "ก-2", "ก-3"]
    assert table.skipped == 2


def test_pattern_2_blank_foreign_and_hidden_sheets_are_left_out():
    good = ASheet([HEADER, [1, "ก-1", "โต๊ะ"]], "A (คอมพิวเตอร์)")
    tables, warnings = read_tables(
        [ASheet([], "ว่าง"), ASheet([[None, " "]], "แบบสำรวจ"), ASheet([["จดไว้"]], "จด"), good,
         ASheet([HEADER, [1, "ก-9", "x"]], "เก่า", hidden=True)],
        SPEC,
    )  # fmt: skip
    assert [table.sheet for table in tables] == ["A (คอมพิวเตอร์)"]
    assert [(problem.sheet, problem.code) for problem in warnings] == [
        ("จด", "sheet_without_header"), ("เก่า", "sheet_hidden")
    ]  # fmt: skip


def test_a_file_with_nothing_in_it_is_refused():
    with pytest.raises(FileRefused, match="file_empty"):
        read_tables([ASheet([]), ASheet([[None, "\u200b"]])], SPEC)


def test_what_stands_above_the_header_is_kept():
    assert table_of(["ทะเบียน"], [None, "สลก."], HEADER, [1, "ก-1", "ก"]).preamble == ("ทะเบียน", "สลก.")


@pytest.mark.parametrize(
    "row",
    [
        ["รวมทั้งสิ้น", None, None, None, 22000],
        [None, None, "รวมเป็นเงิน", None, 22000],
        ["รวม 15 รายการ"],
        [None, "ลงชื่อ..................ผู้ตรวจนับ"],
        [None, "(นายสมชาย ใจดี)"],
        [None, None, "ตำแหน่ง นักจัดการงานทั่วไป"],
        ["คณะกรรมการตรวจนับ"],
        ["หมายเหตุ : ตรวจนับ ณ วันที่ 30 ก.ย. 2569"],
        ["หน้า 1/3"],
        [None, None, "...................."],
    ],
)
def test_pattern_4_totals_and_signatures_are_no_data(row):
    table = table_of(HEADER, [1, "ก-1", "โต๊ะ"], row)
    assert len(table.rows) == 1
    assert table.skipped == 1


@pytest.mark.parametrize("name", ["รวมสายสัญญาณ", "Total Station", "กรรมการ"])
def test_things_with_a_number_are_data_whatever_their_name(name):
    assert len(table_of(HEADER, [1, "ก-1", name]).rows) == 1


def test_rows_with_only_a_running_number_are_blank():
    table = table_of(HEADER, [1, "ก-1", "โต๊ะ"], [2], [3, None, "  "])
    assert len(table.rows) == 1


def test_pattern_5_merged_cells_hold_for_all_their_rows():
    table = table_of(
        HEADER, [1, "ก-1", "โต๊ะ", "สำนักงาน"], [2, "ก-2", "ตู้", None], [3, None, "ชั้น", None], [4, "ก-4", "ไมค์", None],
        merged=((1, 3, 3, 3), (1, 1, 2, 1)),
    )  # fmt: skip
    assert [row.cells["category"] for row in table.rows] == ["สำนักงาน", "สำนักงาน", "สำนักงาน", None]
    assert table.rows[2].cells["number"] is None


def test_the_original_cells_are_kept_under_their_headings():
    table = table_of([*HEADER, "สี", "สี", None], [1, "ก-1", "โต๊ะ\r\nเหล็ก", None, None, None, "แดง", "ดำ", "x"])
    assert table.rows[0].original == {
        "ลำดับ": "1", "รหัสครุภัณฑ์": "ก-1", "รายการ": "โต๊ะ\r\nเหล็ก", "สี": "แดง", "สี (H)": "ดำ", "I": "x"
    }  # fmt: skip


def test_a_better_named_column_wins_over_another_name_of_the_field():
    table = table_of(["No.", "ชื่อ", "รหัสครุภัณฑ์"], ["1", "โต๊ะ", "ก-1"])
    assert table.rows[0].cells["number"] == "ก-1"


def test_one_bad_cell_does_not_hide_the_next():
    table = table_of(HEADER, [1, None, "ก" * 501])
    reader = RowReader(table, table.rows[0])
    assert reader.text("number", required=True) == ""
    assert reader.text("name", required=True) == ""
    assert [(problem.row, problem.column, problem.code) for problem in reader.parsed.errors] == [
        (2, "รหัสครุภัณฑ์", "required"), (2, "รายการ", "too_long")
    ]  # fmt: skip
    assert not reader.parsed.ok
