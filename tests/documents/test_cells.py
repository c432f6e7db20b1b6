"""Single cells of a spreadsheet: text, number, day, instant, yes or no (domain.md 8.2, 8.3; reliability E7, E11–13)."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetloan.core.calendar import ParsedDate
from assetloan.documents import cells
from assetloan.documents.cells import CellError
from assetloan.documents.sheets import defuse


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("  โต๊ะ\u00a0ทำงาน \n", "โต๊ะ ทำงาน"),
        (12345, "12345"),
        (74400010001.0, "74400010001"),
        (1.5, "1.5"),
        (True, "TRUE"),
        (date(2026, 11, 25), "2026-11-25"),
        (datetime(2026, 11, 25, tzinfo=UTC), "2026-11-25"),
        ('="0012"', "0012"),
        ('="a ""b"""', 'a "b"'),
        ("'0012", "0012"),
        ("'=1+1", "=1+1"),
        ("'ทดสอบ'", "'ทดสอบ'"),
    ],
)
def test_a_cell_reads_as_people_see_it(cell, text):
    assert cells.line(cell) == text


@given(st.text(alphabet=st.sampled_from("=+-@ '\"aก1\t,"), max_size=8))
def test_e7_what_an_export_defused_comes_back(text):
    plain = cells.line(text)
    assert cells.line(defuse(plain)) == plain or plain.startswith("'")


def test_line_breaks_stay_in_notes_only():
    assert cells.lines("จอ เสีย\r\nย้ายไป OR") == "จอ เสีย\nย้ายไป OR"
    assert cells.line("โต๊ะ\r\nเหล็ก") == "โต๊ะ เหล็ก"


def test_too_long_texts_are_refused():
    with pytest.raises(CellError) as caught:
        cells.line("ก" * 501)
    assert (caught.value.code, caught.value.details) == ("too_long", {"most": 500})


@pytest.mark.parametrize(
    ("cell", "number"), [(15, 15), (15.0, 15), ("๑๕", 15), ("1,000", 1000), ("-", None), (None, None)]
)
def test_e11_whole_numbers(cell, number):
    assert cells.whole_number(cell, least=1, most=9999) == number


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (1.5, "not_a_number"),
        ("1_000", "not_a_number"),
        ("１２", "not_a_number"),
        ("1e3", "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        (True, "not_a_number"),
        (0, "number_out_of_range"),
        (-1, "number_out_of_range"),
        (2**31, "number_out_of_range"),
        (2**63, "not_a_number"),
    ],
)
def test_e13_other_numbers_are_refused(cell, code):
    with pytest.raises(CellError) as caught:
        cells.whole_number(cell, least=1, most=9999)
    assert caught.value.code == code


@pytest.mark.parametrize("cell", [True, "ใช่", "ได้", " Yes ", "1", 1, "/", "✓"])
def test_yes(cell):
    assert cells.yes_no(cell) is True


@pytest.mark.parametrize("cell", [False, "ไม่", "ไม่ได้", "no", 0, "✗"])
def test_no(cell):
    assert cells.yes_no(cell) is False


def test_neither_yes_nor_no():
    assert cells.yes_no("-") is None
    assert cells.yes_no(None) is None
    with pytest.raises(CellError, match="not_yes_or_no"):
        cells.yes_no("อาจจะ")


@pytest.mark.parametrize(
    ("cell", "parsed"),
    [
        (date(2541, 1, 1), ParsedDate(date(1998, 1, 1))),
        (datetime(2026, 9, 30, tzinfo=UTC), ParsedDate(date(2026, 9, 30), century="ce")),
        (45292, ParsedDate(date(2024, 1, 1), century="ce")),
        ("45292", ParsedDate(date(2024, 1, 1), century="ce")),
        (234123.0, ParsedDate(date(1998, 1, 1))),
        (2566, ParsedDate(date(2023, 1, 1), "year")),
        ("๒๕๖๖", ParsedDate(date(2023, 1, 1), "year")),
        ("30-ก.ย.-65", ParsedDate(date(2022, 9, 30))),
        ("-", None),
        (None, None),
    ],
)
def test_e12_days_of_every_kind(cell, parsed):
    assert cells.day(cell) == parsed


def test_e12_the_1904_system_and_known_thai_years():
    assert cells.day(43830, date1904=True) == ParsedDate(date(2024, 1, 1), century="ce")
    assert cells.day("1/1/42", two_digit="be") == ParsedDate(date(1999, 1, 1))


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1/1/42", "date_ambiguous"),
        ("29/02/2568", "date_invalid"),
        (3110, "date_out_of_range"),
        (True, "date_invalid"),
    ],
)
def test_e12_days_that_cannot_be_read(cell, code):
    with pytest.raises(CellError) as caught:
        cells.day(cell)
    assert caught.value.code == code
    assert caught.value.details["value"] == cells.text_of(cell)


@pytest.mark.parametrize(
    ("cell", "instant", "has_time"),
    [
        (datetime.fromisoformat("2026-11-25T09:05"), datetime(2026, 11, 25, 2, 5, tzinfo=UTC), True),
        (datetime.fromisoformat("2569-11-25T09:05"), datetime(2026, 11, 25, 2, 5, tzinfo=UTC), True),
        (date(2026, 11, 25), datetime(2026, 11, 24, 17, 0, tzinfo=UTC), False),
        (46351.5, datetime(2026, 11, 25, 5, 0, tzinfo=UTC), True),
        (46350.999999999, datetime(2026, 11, 24, 17, 0, tzinfo=UTC), False),
        ("25 พ.ย. 69 09:05", datetime(2026, 11, 25, 2, 5, tzinfo=UTC), True),
    ],
)
def test_moments(cell, instant, has_time):
    parsed = cells.moment(cell)
    assert (parsed.instant, parsed.has_time) == (instant, has_time)


@given(st.dates(date(1900, 1, 1), date(2156, 9, 30)), st.sampled_from(["day", "month", "year", "fiscal_year"]))
def test_exported_days_are_read_back_no_more_exact_than_they_were(on, precision):
    if precision in ("month", "year"):
        on = on.replace(day=1)
    if precision == "year":
        on = on.replace(month=1)
    if precision == "fiscal_year":
        on = on.replace(day=1, month=10)
    assert cells.day(cells.day_text(on, precision)) == ParsedDate(on, precision)
