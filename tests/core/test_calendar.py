"""พ.ศ., fiscal years, dates of every kind, working days (domain.md 1.4, 6.1–6.3, 8.2; reliability E12; ux U28)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetloan.core import calendar
from assetloan.core.calendar import DateError, ParsedDate, parse_date
from assetloan.core.holidays_seed import government_holidays

DAYS = st.dates(date(1900, 1, 1), date(2157, 9, 30))
NOVEMBER = date(2026, 11, 25)  # a Wednesday

SPELLINGS = [
    "25 พฤศจิกายน 2569", "25 พ.ย. 2569", "25 พ.ย. 69", "25 พ.ย.69", "25พ.ย.69", "25 พย 69", "25 พ.ย 2569",
    "25 พฤศจิกา 2569", "25 พฤศจิกายน พ.ศ. 2569", "25 พฤศจิกายน พ.ศ.2569", "25 พ.ย. พศ 2569", "25 เดือนพฤศจิกายน 2569",
    "วันที่ 25 พฤศจิกายน 2569", "วันพุธที่ 25 พฤศจิกายน 2569", "วันพุธที่ 25 พฤศจิกายน พ.ศ. 2569", "พุธ 25 พฤศจิกายน 2569",
    "พ. 25 พ.ย. 69", "พ. 25 พ.ย. 2569", "ณ วันที่ 25 พฤศจิกายน 2569", "สั่ง ณ วันที่ ๒๕ พฤศจิกายน พ.ศ. ๒๕๖๙",
    "เมื่อวันที่ 25 พ.ย. 2569", "๒๕ พ.ย. ๖๙", "๒๕/๑๑/๒๕๖๙", "๒๕ พฤศจิกายน ๒๕๖๙", "25/11/2569", "25/11/69", "25-11-2569",
    "25-11-69", "25.11.2569", "25.11.69", "25 11 2569", "25 11 69", "25 / 11 / 2569", "25–11–2569", "25−11−69",
    "25-พ.ย.-69", "25-พ.ย.-2569", "25/พ.ย./2569", "25-Nov-69", "25-Nov-2026", "25 Nov 2026", "25 November 2026",
    "November 25, 2026", "Nov 25, 2026", "Wed 25 Nov 2026", "Wednesday, 25 November 2026", "25/11/2026", "2026-11-25",
    "2569-11-25", "2569/11/25", "2026/11/25", "2026-11-25T00:00:00", "2026-11-25 00:00:00", "2569-11-25 23:59",
    "25/11/2569 09:05 น.", "25 พ.ย. 2569 เวลา 09.05 น.", "25 พ.ย. 69, 9:05", "2026-11-24T17:00:00Z",
    "2026-11-25T23:59:59+07:00", " \u200b25\u00a0พ.ย.  2569\n", "25 พ.ย. ค.ศ. 2026",
    "25 พ. ย. 2569",
]  # fmt: skip


def test_there_are_sixty_spellings():
    assert len(set(SPELLINGS)) >= 60


@pytest.mark.parametrize("written", SPELLINGS)
def test_u28_sixty_spellings_of_one_day(written):
    parsed = parse_date(written)
    assert (parsed.day, parsed.precision) == (NOVEMBER, "day")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("12 ม.ค. 66", ParsedDate(date(2023, 1, 12))),
        ("12 มกราคม 2566", ParsedDate(date(2023, 1, 12))),
        ("12/1/66", ParsedDate(date(2023, 1, 12))),
        ("12/01/2566", ParsedDate(date(2023, 1, 12))),
        ("๑๒ ม.ค. ๖๖", ParsedDate(date(2023, 1, 12))),
        ("30-ก.ย.-65", ParsedDate(date(2022, 9, 30))),
        ("2566", ParsedDate(date(2023, 1, 1), "year")),
        ("พ.ศ. 2566", ParsedDate(date(2023, 1, 1), "year")),
        ("ปี 66", ParsedDate(date(2023, 1, 1), "year")),
        ("ค.ศ. 2023", ParsedDate(date(2023, 1, 1), "year", "ce")),
        ("ก.พ.65", ParsedDate(date(2022, 2, 1), "month")),
        ("กุมภาพันธ์ 2565", ParsedDate(date(2022, 2, 1), "month")),
        ("02/2565", ParsedDate(date(2022, 2, 1), "month")),
        ("2565-02", ParsedDate(date(2022, 2, 1), "month")),
        ("Feb-65", ParsedDate(date(2022, 2, 1), "month")),
        ("ปีงบ 66", ParsedDate(date(2022, 10, 1), "fiscal_year")),
        ("ปีงบประมาณ 2566", ParsedDate(date(2022, 10, 1), "fiscal_year")),
        ("ปีงบประมาณ พ.ศ. ๒๕๖๖", ParsedDate(date(2022, 10, 1), "fiscal_year")),
        ("งบปี 66", ParsedDate(date(2022, 10, 1), "fiscal_year")),
        ("1/1/43", ParsedDate(date(2000, 1, 1))),
        ("31/12/99", ParsedDate(date(2056, 12, 31))),
        ("1 ม.ค. พ.ศ. 42", ParsedDate(date(1999, 1, 1))),
        ("1 ม.ค. ค.ศ. 24", ParsedDate(date(2024, 1, 1), century="ce")),
        ("2024-02-29", ParsedDate(date(2024, 2, 29), century="ce")),
        ("29/02/2567", ParsedDate(date(2024, 2, 29))),
        ("1/1/2400", ParsedDate(date(1857, 1, 1))),
        ("31/12/2700", ParsedDate(date(2157, 12, 31))),
        ("12 กรกฏาคม 2566", ParsedDate(date(2023, 7, 12))),
        ("30 ก.ย. 2569 00:00", ParsedDate(date(2026, 9, 30))),
        ("1 ต.ค. 2569 00:00", ParsedDate(date(2026, 10, 1))),
    ],
)
def test_e12_dates_of_registers(written, expected):
    assert parse_date(written) == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("29/02/2568", "date_invalid"),
        ("31/04/2566", "date_invalid"),
        ("13/13/2566", "date_invalid"),
        ("01/31/2024", "date_invalid"),
        ("0/1/2566", "date_invalid"),
        ("", "date_invalid"),
        ("-", "date_invalid"),
        ("ไม่ทราบ", "date_invalid"),
        ("12 มกกราคม 2566", "date_invalid"),
        ("25690930", "date_invalid"),
        ("7440-001-0001", "date_invalid"),
        ("วันจันทร์ที่ 25 พฤศจิกายน 2569", "date_invalid"),
        ("25 พ.ย. 2569 25:00", "date_invalid"),
        ("１２/1/2566", "date_invalid"),
        ("1 ม.ค. " + "2566" * 50, "date_invalid"),
        ("1/1/42", "date_ambiguous"),
        ("1 ม.ค. 00", "date_ambiguous"),
        ("ก.พ. 12", "date_ambiguous"),
        ("ปีงบ 40", "date_ambiguous"),
        ("1/1/3110", "date_out_of_range"),
        ("1/1/2399", "date_out_of_range"),
        ("1/1/2701", "date_out_of_range"),
        ("1/1/1899", "date_out_of_range"),
        ("1/1/2158", "date_out_of_range"),
        ("1/1/566", "date_out_of_range"),
        ("3110", "date_out_of_range"),
    ],
)
def test_e12_wrong_dates_are_refused_or_asked(written, code):
    with pytest.raises(DateError) as caught:
        parse_date(written)
    assert caught.value.code == code


def test_a_column_known_to_be_be_needs_no_question():
    assert parse_date("1/1/42", two_digit="be") == ParsedDate(date(1999, 1, 1))


@given(DAYS, st.sampled_from(["full", "long", "short", "numeric"]))
def test_what_is_written_is_read_back_and_never_543_twice(day, form):
    assert parse_date(calendar.thai_date(day, form)) == ParsedDate(day)
    assert parse_date(calendar.english_date(day, form)) == ParsedDate(day, century="ce")


@given(st.text(max_size=100))
def test_reading_a_date_fails_only_with_a_date_error(text):
    try:
        assert 1857 <= parse_date(text, two_digit="be").day.year <= 2157
    except DateError as error:
        assert error.code in {"date_invalid", "date_out_of_range"}  # noqa: PT017 - both outcomes are fine


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (date(2541, 1, 1), ParsedDate(date(1998, 1, 1))),
        (datetime(2569, 9, 30, 23, 59, tzinfo=UTC), ParsedDate(date(2026, 9, 30))),
        (date(2026, 9, 30), ParsedDate(date(2026, 9, 30), century="ce")),
        (datetime(2026, 10, 1, 0, 0, tzinfo=UTC), ParsedDate(date(2026, 10, 1), century="ce")),
    ],
)
def test_e12_real_dates_with_a_be_year_are_turned_once(cell, expected):
    assert calendar.from_cell(cell) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (date(2568, 2, 29), "date_invalid"),
        (date(3110, 1, 1), "date_out_of_range"),
        (date(1, 1, 1), "date_out_of_range"),
    ],
)
def test_e12_real_dates_that_cannot_be(cell, code):
    with pytest.raises(DateError) as caught:
        calendar.from_cell(cell)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("number", "date1904", "day"),
    [
        (1, False, date(1900, 1, 1)),
        (59, False, date(1900, 2, 28)),
        (61, False, date(1900, 3, 1)),
        (45292, False, date(2024, 1, 1)),
        (45291.999, False, date(2023, 12, 31)),
        (43830, True, date(2024, 1, 1)),
        (0, True, date(1904, 1, 1)),
        (234123, False, date(2541, 1, 1)),
    ],
)
def test_e12_serial_numbers_of_both_systems(number, date1904, day):
    assert calendar.excel_serial(number, date1904) == day


@pytest.mark.parametrize("number", [-1, 0, 60, 2_958_466, float("nan"), float("inf")])
def test_e12_serial_numbers_that_are_no_day(number):
    with pytest.raises(DateError):
        calendar.excel_serial(number)


@pytest.mark.parametrize(
    ("written", "instant", "has_time"),
    [
        ("2026-11-25", datetime(2026, 11, 24, 17, 0, tzinfo=UTC), False),
        ("25 พ.ย. 2569 09:05 น.", datetime(2026, 11, 25, 2, 5, tzinfo=UTC), True),
        ("25/11/2569 9.05 น.", datetime(2026, 11, 25, 2, 5, tzinfo=UTC), True),
        ("2026-11-25T09:05:30+07:00", datetime(2026, 11, 25, 2, 5, 30, tzinfo=UTC), True),
        ("2026-11-25T02:05:30.123Z", datetime(2026, 11, 25, 2, 5, 30, tzinfo=UTC), True),
        ("2569-11-25 00:00", datetime(2026, 11, 24, 17, 0, tzinfo=UTC), True),
        ("๒๕/๑๑/๖๙ ๑๓:๓๐", datetime(2026, 11, 25, 6, 30, tzinfo=UTC), True),
    ],
)
def test_moments_are_bangkok_time_unless_a_zone_is_written(written, instant, has_time):
    parsed = calendar.parse_moment(written)
    assert parsed.instant == instant
    assert parsed.instant.utcoffset() == timedelta(hours=7)
    assert parsed.has_time is has_time


@pytest.mark.parametrize("written", ["พ.ย. 2569", "2569", "09:30", "25/11/2569 24:00", "2026-11-25T00:00+99:00", ""])
def test_moments_need_a_whole_day(written):
    with pytest.raises(DateError):
        calendar.parse_moment(written)


@pytest.mark.parametrize(
    ("form", "thai", "english"),
    [
        ("full", "พุธ 25 พฤศจิกายน 2569", "Wednesday 25 November 2026"),
        ("long", "25 พฤศจิกายน 2569", "25 November 2026"),
        ("short", "25 พ.ย. 2569", "25 Nov 2026"),
        ("numeric", "25/11/2569", "25/11/2026"),
    ],
)
def test_dates_are_written_in_four_forms(form, thai, english):
    assert calendar.thai_date(NOVEMBER, form) == thai
    assert calendar.english_date(NOVEMBER, form) == english


def test_domain_1_6_case_19_fiscal_year_turns_on_the_first_of_october():
    assert calendar.fiscal_year(date(2026, 9, 30)) == 2569
    assert calendar.fiscal_year(date(2026, 10, 1)) == 2570
    assert [calendar.fiscal_quarter(date(2026, month, 1)) for month in (10, 12, 1, 3, 4, 6, 7, 9)] == [
        1,
        1,
        2,
        2,
        3,
        3,
        4,
        4,
    ]


def test_months_of_a_fiscal_year():
    months = calendar.fiscal_months(2570)
    assert months[0] == (2569, 10)
    assert months[-1] == (2570, 9)
    assert len(months) == 12
    assert calendar.fiscal_bounds(2570) == (date(2026, 10, 1), date(2027, 10, 1))
    assert calendar.month_bounds(2569, 12) == (date(2026, 12, 1), date(2027, 1, 1))
    assert calendar.month_key(NOVEMBER) == 256911


@given(DAYS)
def test_a_day_lies_in_its_month_and_its_fiscal_year(day):
    start, end = calendar.fiscal_bounds(calendar.fiscal_year(day))
    assert start <= day < end
    year, month = divmod(calendar.month_key(day), 100)
    start, end = calendar.month_bounds(year, month)
    assert start <= day < end
    assert (year, month) in calendar.fiscal_months(calendar.fiscal_year(day))


def test_months_of_the_contract_are_read():
    assert calendar.parse_month("2569-11") == (2569, 11)
    assert calendar.parse_month(" ๒๕๖๙-๑๑ ") == (2569, 11)


@pytest.mark.parametrize("written", ["2569-13", "2569-00", "2026-11", "11-2569", "2569", "", "2569-11-01"])
def test_other_months_are_refused(written):
    with pytest.raises(DateError):
        calendar.parse_month(written)


@pytest.fixture(scope="module")
def holidays():
    return government_holidays(range(2021, 2029))


@pytest.mark.parametrize(
    ("inspected", "start", "due"),
    [
        (2565, date(2022, 10, 3), date(2022, 11, 16)),
        (2566, date(2023, 10, 2), date(2023, 11, 14)),
        (2567, date(2024, 10, 1), date(2024, 11, 13)),
        (2568, date(2025, 10, 1), date(2025, 11, 13)),
        (2569, date(2026, 10, 1), date(2026, 11, 13)),
        (2570, date(2027, 10, 1), date(2027, 11, 15)),
    ],
)
def test_domain_1_4_start_and_deadline_of_the_inspection(holidays, inspected, start, due):
    first = calendar.next_working_day(calendar.fiscal_bounds(inspected)[1], holidays)
    assert first == start
    assert calendar.nth_working_day(first, 30, holidays) == due


def test_domain_1_6_case_11_a_cabinet_holiday_moves_the_deadline(holidays):
    with_cabinet_day = {*holidays, date(2026, 11, 6)}
    assert calendar.nth_working_day(date(2026, 10, 1), 30, with_cabinet_day) == date(2026, 11, 16)


def test_domain_1_6_case_20_labour_day_is_worked_and_ploughing_day_is_not(holidays):
    assert calendar.is_working_day(date(2026, 5, 1), holidays)
    assert calendar.is_working_day(date(2021, 5, 3), holidays)  # ชดเชยวันแรงงานแห่งชาติ
    assert not calendar.is_working_day(date(2026, 5, 13), holidays)
    assert not any("แรงงาน" in name or "วันเด็ก" in name for name in holidays.values())


def test_domain_6_3_cabinet_days_and_substitutes_are_known(holidays):
    for day in (date(2025, 6, 2), date(2025, 8, 11), date(2026, 1, 2), date(2024, 7, 22)):
        assert not calendar.is_working_day(day, holidays)
    assert date(2024, 7, 23) not in holidays


def test_a_first_day_may_be_left_out_of_the_count(holidays):
    first = date(2026, 10, 1)
    assert calendar.nth_working_day(first, 1, holidays) == first
    assert calendar.nth_working_day(first, 1, holidays, inclusive=False) == date(2026, 10, 2)
    with pytest.raises(ValueError, match="from 1"):
        calendar.nth_working_day(first, 0, holidays)
