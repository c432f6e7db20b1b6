"""Writing tables: nothing runs, nothing changes on the way out and back."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetloan.core.money import Money
from assetloan.documents.sheets import (
    Column,
    OutSheet,
    defuse,
    read_table_file,
    stream_csv,
    undo_defuse,
    write_csv,
    write_xlsx,
)

DANGEROUS = [
    "=1+1", "+66 2 123 4567", "-cmd|'/c calc'!A1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u200b=1",
    "＝1", "＋1", "－1", "＠x", "'=1", "''=1", "'", "'\t", '=HYPERLINK("http://x","ดู")', "-", "--5", "-5-3",
]  # fmt: skip
HARMLESS = ["เก้าอี้", "7440-001-0001", "'90s", "a=b", "", " ", "5", "-5", "-1,234.50", "'x'", "ราคา +5"]


def only_sheet(rows, columns=3):
    return [OutSheet("ทะเบียน", [Column(f"หัว {n}", 20) for n in range(columns)], rows)]


@pytest.mark.parametrize("text", DANGEROUS)
def test_E7_formulas_are_defused_and_come_back(text):
    assert defuse(text).startswith("'")
    assert undo_defuse(defuse(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_E7_other_text_stays_as_it_is(text):
    assert defuse(text) == text
    assert undo_defuse(text) == text


@given(st.text(alphabet="'=+-@ \t\n1aก＝\u200b", max_size=6))
@settings(max_examples=500, deadline=None)
def test_E7_any_text_comes_back(text):
    assert undo_defuse(defuse(text)) == text


def test_csv_has_one_bom_and_real_negatives_stay_numbers():
    data = write_csv(
        [["รหัส", "จำนวน", "ราคา"], ["=1", -5, Money(2200050)], [None, Decimal("-1.50"), date(2026, 11, 25)]]
    )
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\xef\xbb\xbf") == 1
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows == [["รหัส", "จำนวน", "ราคา"], ["'=1", "-5", "22000.50"], ["", "-1.50", "2026-11-25"]]


def test_csv_streams_in_pieces():
    pieces = list(stream_csv(([str(n)] for n in range(1200)), rows_a_piece=500))
    assert len(pieces) == 3
    assert b"".join(pieces).decode("utf-8-sig").split() == [str(n) for n in range(1200)]


def test_E7_csv_and_back_gives_the_same_texts():
    texts = [text for text in DANGEROUS + HARMLESS if text.strip()]
    read = read_table_file(write_csv([[text, "x"] for text in texts])).sheets[0].rows
    assert [row[0] for row in read] == texts


def test_E7_xlsx_holds_no_formula_and_gives_the_same_texts():
    texts = [text for text in DANGEROUS + HARMLESS if text.strip() and "\r" not in text]
    texts += ["_x0041_", "a & b < c > d \"e\" 'f'", "https://example.org/", "007", "1e5"]
    data = write_xlsx(only_sheet([[text, "x", 1] for text in texts]))
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert {cell.data_type for row in page.iter_rows(min_row=2, max_col=1) for cell in row} == {"s"}
    assert [row[0] for row in read_table_file(data).sheets[0].rows[1:]] == texts


def test_xlsx_keeps_kinds_and_marks():
    moment = datetime(2026, 11, 25, 2, 5, tzinfo=UTC)
    data = write_xlsx(only_sheet([[1, Money(2200050), date(2026, 11, 25)], [True, -1.5, moment], [None, "", "ก"]]),
                      marks={"assetloan.export": "assets"})  # fmt: skip
    book = read_table_file(data)
    assert book.marks == {"assetloan.export": "assets"}
    assert book.sheets[0].rows[1:] == [
        [1, 22000.5, date(2026, 11, 25)],
        [True, -1.5, datetime(2026, 11, 25, 2, 5)],  # noqa: DTZ001 - a spreadsheet knows no zones
        [None, None, "ก"],
    ]


def test_xlsx_prints_on_landscape_a4_with_repeated_header():
    sheet = OutSheet("ก/ข:?", [Column("รหัส", 30)], [["x"]], title=["รายงาน", "หน่วยงาน"])
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx([sheet, sheet])))
    assert book.sheetnames == ["ก ข", "ก ข-2"]
    page = book.worksheets[0]
    assert (page.page_setup.orientation, str(page.page_setup.paperSize), page.print_title_rows) == (
        "landscape",
        "9",
        "$3:$3",
    )
    assert page.freeze_panes == "A4"
    assert page["A4"].font.name == "TH SarabunPSK"
    assert page.column_dimensions["A"].width == pytest.approx(30.7, abs=1)


def test_characters_excel_refuses_are_dropped():
    data = write_xlsx(only_sheet([["ก\x00ข\x0bค\ud800\uffff", "x" * 40_000, "สอง\nบรรทัด"]]))
    row = read_table_file(data).sheets[0].rows[1]
    assert (row[0], len(str(row[1])), row[2]) == ("กขค", 32_767, "สอง\nบรรทัด")
