"""The Thai calendar: the only place where พ.ศ. exists. Fiscal years, dates as people write them, working days.

Sources: domain.md 1.4 (working days), 6.1–6.2 (fiscal year, writing), 8.2 (dates in files); reliability.md E12.
Days are `datetime.date` in CE; a four-digit year of 2400–2700 is read as พ.ศ., 1900–2157 as ค.ศ., nothing else.
"""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal

from assetloan.core.clock import BANGKOK
from assetloan.core.text import arabic_digits, clean, plain_separators

BE_OFFSET = 543

Precision = Literal["day", "month", "year", "fiscal_year"]
Century = Literal["be", "ce"]
TwoDigit = Literal["ask", "be", "ce"]

MONTHS = (
    *("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน"),
    *("กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"),
)
MONTHS_SHORT = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")
WEEKDAYS_SHORT = ("จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา.")
ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class DateError(ValueError):
    """A date that cannot be read: date_invalid, date_ambiguous (two-digit year) or date_out_of_range."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A day, how exact it was (a month or year stands for its first day), and which era was written."""

    day: date
    precision: Precision = "day"
    century: Century = "be"


@dataclass(frozen=True, slots=True)
class ParsedMoment:
    """An instant in Bangkok time; without a time of day it is the day's first instant."""

    instant: datetime
    has_time: bool
    century: Century = "be"


# --- years and months


def be_year(day: date) -> int:
    """The พ.ศ. year of a day."""
    return day.year + BE_OFFSET


def fiscal_year(day: date) -> int:
    """The ปีงบประมาณ of a day: 1 October to 30 September, named by the พ.ศ. year in which it ends."""
    return be_year(day) + (day.month >= 10)


def fiscal_quarter(day: date) -> int:
    """The quarter of the fiscal year; the first is October to December."""
    return (day.month - 10) % 12 // 3 + 1


def month_key(day: date) -> int:
    """A month as one number that sorts: 256911 is พฤศจิกายน 2569."""
    return be_year(day) * 100 + day.month


def fiscal_months(year: int) -> list[tuple[int, int]]:
    """The twelve (พ.ศ. year, month) of a fiscal year, October first."""
    return [(year - (month >= 10), month) for month in (10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9)]


def month_bounds(year: int, month: int) -> tuple[date, date]:
    """The half-open range of days of a month given in พ.ศ. Raises DateError."""
    if not 2400 <= year <= 2700 or not 1 <= month <= 12:
        raise DateError("date_out_of_range")
    first = date(year - BE_OFFSET, month, 1)
    return first, (first + timedelta(days=31)).replace(day=1)


def fiscal_bounds(year: int) -> tuple[date, date]:
    """The half-open range of days of a fiscal year. Raises DateError."""
    return month_bounds(year - 1, 10)[0], month_bounds(year, 10)[0]


def parse_month(text: str) -> tuple[int, int]:
    """Read a month of the contract, พ.ศ. year first: 2569-11. Raises DateError."""
    match = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})", _tidy(text))
    if match is None:
        raise DateError("date_invalid")
    year, month = int(match[1]), int(match[2])
    month_bounds(year, month)
    return year, month


# --- writing


def thai_date(day: date, form: str = "long") -> str:
    """full: พุธ 25 พฤศจิกายน 2569 · long: without the weekday · short: 25 พ.ย. 2569 · numeric: 25/11/2569."""
    year = be_year(day)
    if form == "numeric":
        return f"{day.day}/{day.month}/{year}"
    month = MONTHS_SHORT[day.month - 1] if form == "short" else MONTHS[day.month - 1]
    weekday = f"{WEEKDAYS[day.weekday()]} " if form == "full" else ""
    return f"{weekday}{day.day} {month} {year}"


def english_date(day: date, form: str = "long") -> str:
    """full: Wednesday 25 November 2026 · long · short: 25 Nov 2026 · numeric: 25/11/2026."""
    if form == "numeric":
        return f"{day.day}/{day.month}/{day.year}"
    month = ENGLISH_MONTHS[day.month - 1]
    weekday = f"{ENGLISH_WEEKDAYS[day.weekday()]} " if form == "full" else ""
    return f"{weekday}{day.day} {month[:3] if form == 'short' else month} {day.year}"


# --- reading


def _month_names() -> dict[str, int]:
    names: dict[str, int] = {"กรกฏาคม": 7, "กรกฏา": 7, "กุมภาพัน": 2, "sept": 9}
    for number, (full, short, english) in enumerate(zip(MONTHS, MONTHS_SHORT, ENGLISH_MONTHS, strict=True), start=1):
        spoken = re.sub("(?:คม|ยน|พันธ์)$", "", full)
        names |= dict.fromkeys((full, spoken, short.replace(".", ""), english.lower(), english[:3].lower()), number)
    return names


_MONTH_NUMBER = _month_names()
_WEEKDAY_NUMBER = {
    **{name: number for number, name in enumerate(WEEKDAYS)},
    **{name: number for number, name in enumerate(WEEKDAYS_SHORT)},
    **{name.lower(): number for number, name in enumerate(ENGLISH_WEEKDAYS)},
    **{name[:3].lower(): number for number, name in enumerate(ENGLISH_WEEKDAYS)},
    "พฤหัส": 3,
}

_LONGEST = 80
_GAP = "[-/., ]*"
_NAME = "([ก-๎a-z][ก-๎a-z. ]*?)"
_TIME = re.compile(
    r"[t ,]*(?:เวลา *)?(?P<h>[0-9]{1,2})"
    r"(?::(?P<m>[0-9]{2})(?::(?P<s>[0-9]{2})(?:\.[0-9]{1,9})?)?|\.(?P<dotted>[0-9]{2})(?= *น))"
    r" *(?:น\.?|นาฬิกา)?(?P<zone>z|[+-][0-9]{2}:?[0-9]{2})?$"
)
_LEAD = re.compile(
    r"^(?:สั่ง|ณ|เมื่อ| )*(?:วัน)?(?:(?P<weekday>"
    + "|".join(sorted((re.escape(name) for name in _WEEKDAY_NUMBER), key=len, reverse=True))
    + r")(?=ที่|[ ,]*[0-9]))?(?:ที่)?[ ,]*"
)
_ERA = re.compile(r"(?:(?P<be>พ\. ?ศ\.?|พศ\.?|b\.?e\.?)|(?P<ce>ค\. ?ศ\.?|คศ\.?|a\.?d\.?|c\.?e\.?)) ?(?=[0-9]{2,4}$)")
_FISCAL = re.compile(r"(?:ปี ?งบ(?:ประมาณ)?|งบ(?:ประมาณ)? ?ปี|(?:ปี ?)?งปม\.?|fy) ?([0-9]+)")
_YEAR = re.compile(r"(?:ปี ?)?([0-9]{2}|[0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4}) ?[-/. ] ?([0-9]{1,2})(?: ?[-/. ] ?([0-9]{1,2}))?")
_DAY_FIRST = re.compile(r"([0-9]{1,2}) ?[-/. ] ?([0-9]{1,2}) ?[-/. ] ?([0-9]{1,4})")
_MONTH_FIRST = re.compile(r"([0-9]{1,2}) ?[-/] ?([0-9]{2}|[0-9]{4})")
_DAY_NAME_YEAR = re.compile(f"([0-9]{{1,2}}){_GAP}{_NAME}{_GAP}([0-9]{{1,4}})")
_NAME_DAY_YEAR = re.compile(f"{_NAME} ?([0-9]{{1,2}}),? ([0-9]{{4}})")
_NAME_YEAR = re.compile(f"{_NAME}{_GAP}([0-9]{{1,4}})")


def parse_date(text: str, *, two_digit: TwoDigit = "ask") -> ParsedDate:
    """Read a date as Thai registers and people write it (domain.md 8.2); the day always comes before the month.

    Two-digit years up to 42 are a question (date_ambiguous) unless `two_digit` says which era. Raises DateError.
    """
    body, clock_time, zone = _split_time(text)
    parsed = _read(body, two_digit)
    if zone is None:
        return parsed
    return ParsedDate(_instant(parsed, clock_time, zone).astimezone(BANGKOK).date(), century=parsed.century)


def parse_moment(text: str, *, two_digit: TwoDigit = "ask") -> ParsedMoment:
    """Read a day with or without a time of day (Bangkok, unless a zone is written). Raises DateError."""
    body, clock_time, zone = _split_time(text)
    parsed = _read(body, two_digit)
    if parsed.precision != "day":
        raise DateError("date_invalid")
    instant = _instant(parsed, clock_time, zone).astimezone(BANGKOK)
    return ParsedMoment(instant, clock_time is not None, parsed.century)


def from_cell(value: date) -> ParsedDate:
    """A real date of a workbook, whose year may be พ.ศ. stored as if it were CE. Raises DateError."""
    year, century = _four_digits(value.year)
    return ParsedDate(_build(year, value.month, value.day), century=century)


def excel_serial(number: float, date1904: bool = False) -> date:
    """The day of a spreadsheet's serial number, in the 1900 or the 1904 system. Raises DateError.

    The 1900 system counts a 29 February 1900 that never was; the year may still be พ.ศ. (see `from_cell`).
    """
    if not 0 <= number < 2_958_466:
        raise DateError("date_out_of_range")
    whole = int(number)
    if date1904:
        return date(1904, 1, 1) + timedelta(days=whole)
    if whole in (0, 60):
        raise DateError("date_invalid")
    return date(1899, 12, 30) + timedelta(days=whole + (whole < 60))


def _tidy(text: str) -> str:
    """One spelling of everything that is only form."""
    return arabic_digits(plain_separators(clean(text))).lower()


def _split_time(text: str) -> tuple[str, time | None, tzinfo | None]:
    body = _tidy(text)
    if len(body) > _LONGEST:
        raise DateError("date_invalid")
    match = _TIME.search(body)
    if match is None or not match.start():
        return body, None, None
    try:
        clock_time = time(int(match["h"]), int(match["m"] or match["dotted"]), int(match["s"] or 0))
    except ValueError:
        raise DateError("date_invalid") from None
    return body[: match.start()].strip(), clock_time, _zone(match["zone"])


def _zone(written: str | None) -> tzinfo | None:
    if written is None:
        return None
    if written == "z":
        return UTC
    minutes = int(written[1:3]) * 60 + int(written[-2:])
    if minutes >= 24 * 60:
        raise DateError("date_invalid")
    return timezone(timedelta(minutes=minutes if written[0] == "+" else -minutes))


def _instant(parsed: ParsedDate, clock_time: time | None, zone: tzinfo | None) -> datetime:
    return datetime.combine(parsed.day, clock_time or time(), zone or BANGKOK)


def _read(body: str, two_digit: TwoDigit) -> ParsedDate:
    lead = _LEAD.match(body)
    if lead is not None:
        body = body[lead.end() :]
    era: Century | None = None
    if written := _ERA.search(body):
        era = "be" if written["be"] else "ce"
        body = f"{body[: written.start()].rstrip()} {body[written.end() :]}".strip()
    parsed = _read_parts(body.replace("เดือน", " ").strip(), era, two_digit)
    if lead is not None and lead["weekday"] and _WEEKDAY_NUMBER[lead["weekday"]] != parsed.day.weekday():
        raise DateError("date_invalid")
    return parsed


def _read_parts(body: str, era: Century | None, two_digit: TwoDigit) -> ParsedDate:
    """Find which parts of a date are there, then convert the year and only then build the day."""
    day, month, year, precision = _parts(body)
    if precision == "fiscal_year" and two_digit == "ce":  # a fiscal year is counted in พ.ศ. alone
        two_digit = "be"
    ce_year, century = _year(year, era, two_digit)
    if precision == "fiscal_year":
        return ParsedDate(_build(ce_year - 1, 10, 1), precision, century)
    return ParsedDate(_build(ce_year, month, day), precision, century)


def _parts(body: str) -> tuple[int, int, str, Precision]:
    if match := _FISCAL.fullmatch(body):
        return 1, 10, match[1], "fiscal_year"
    if match := _YEAR.fullmatch(body):
        return 1, 1, match[1], "year"
    if match := _YEAR_FIRST.fullmatch(body):
        return int(match[3] or 1), int(match[2]), match[1], "day" if match[3] else "month"
    if match := _DAY_FIRST.fullmatch(body):
        return int(match[1]), int(match[2]), match[3], "day"
    if match := _MONTH_FIRST.fullmatch(body):
        return 1, int(match[1]), match[2], "month"
    return _named_parts(body)


def _named_parts(body: str) -> tuple[int, int, str, Precision]:
    if match := _DAY_NAME_YEAR.fullmatch(body):
        return int(match[1]), _month(match[2]), match[3], "day"
    if match := _NAME_DAY_YEAR.fullmatch(body):
        return int(match[2]), _month(match[1]), match[3], "day"
    if match := _NAME_YEAR.fullmatch(body):
        return 1, _month(match[1]), match[2], "month"
    raise DateError("date_invalid")


def _month(name: str) -> int:
    try:
        return _MONTH_NUMBER[re.sub("[. ]", "", name)]
    except KeyError:
        raise DateError("date_invalid") from None


def _year(digits: str, era: Century | None, two_digit: TwoDigit) -> tuple[int, Century]:
    """The CE year that the digits mean, and the era they were written in."""
    number = int(digits)
    if len(digits) == 4:
        return _four_digits(number)
    if len(digits) != 2:
        raise DateError("date_out_of_range" if len(digits) > 2 else "date_invalid")
    if era == "ce":
        return (1900 if number >= 43 else 2000) + number, "ce"
    if number >= 43 or era == "be" or two_digit == "be":
        return 2500 + number - BE_OFFSET, "be"
    if two_digit == "ce":
        return 2000 + number, "ce"
    raise DateError("date_ambiguous")


def _four_digits(year: int) -> tuple[int, Century]:
    if 2400 <= year <= 2700:
        return year - BE_OFFSET, "be"
    if 1900 <= year <= 2157:
        return year, "ce"
    raise DateError("date_out_of_range")


def _build(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateError("date_invalid") from None


# --- working days


def is_working_day(day: date, holidays: Container[date]) -> bool:
    """วันทำการ: neither Saturday, Sunday nor a government holiday."""
    return day.weekday() < 5 and day not in holidays


def working_days_from(first: date, holidays: Container[date]) -> Iterator[date]:
    """The working days on and after a day, in order."""
    day = first
    while True:
        if is_working_day(day, holidays):
            yield day
        day += timedelta(days=1)


def next_working_day(day: date, holidays: Container[date]) -> date:
    """The day itself or the next working day: where a last day moves to (ป.พ.พ. ม.193/8)."""
    return next(working_days_from(day, holidays))


def nth_working_day(first: date, n: int, holidays: Container[date], *, inclusive: bool = True) -> date:
    """The n-th working day; `inclusive` counts a working first day as day 1 (ข้อ 213), else ป.พ.พ. ม.193/3 holds."""
    if n < 1:
        raise ValueError("working days are counted from 1")
    days = working_days_from(first if inclusive else first + timedelta(days=1), holidays)
    for _ in range(n - 1):
        next(days)
    return next(days)
