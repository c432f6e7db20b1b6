"""One spreadsheet cell, as text, number, day, instant or yes/no: what registers really hold (domain.md 8.2, 8.3).

An empty cell and a placeholder ("-", "ไม่มี", "N/A") both read as nothing; what cannot be read raises `CellError`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from assetloan.core import calendar
from assetloan.core.calendar import DateError, ParsedDate, ParsedMoment, TwoDigit
from assetloan.core.clock import BANGKOK
from assetloan.core.text import arabic_digits, clean, clean_multiline, is_placeholder, parse_int, search_key, visible
from assetloan.documents.sheets import undo_defuse

Cell = str | int | float | bool | date | None

LONGEST_LINE = 500
LONGEST_NOTE = 4000

_SHORT = 60
# A spreadsheet's own marks for "this is text": ="0012" and '0012.
_AS_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
_AS_TEXT = re.compile("'(?=[0-9๐-๙])")
_YES = frozenset(
    {
        *("ใช่", "ได้", "ให้ยืม", "ให้ยืมได้", "ยืมได้", "มี", "จริง"),
        *("yes", "y", "true", "t", "1", "/", "✓", "✔", "☑", "√"),
    }
)
_NO = frozenset(
    {
        *("ไม่", "ไม่ใช่", "ไม่ได้", "ไม่ให้ยืม", "ให้ยืมไม่ได้", "ยืมไม่ได้", "ห้ามยืม", "เท็จ"),
        *("no", "n", "false", "f", "0", "☐", "✗", "✘", "×"),
    }
)


class CellError(ValueError):
    """A cell that cannot be used: a stable code and the facts for its sentence."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def text_of(cell: Cell) -> str:
    """The cell as the person saw it, nearly verbatim: kept as the original and echoed in messages."""
    if isinstance(cell, str):
        return _text_short(cell) if len(cell) <= _SHORT else visible(unmarked(cell))
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _float_text(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


@lru_cache(maxsize=8192)
def _text_short(cell: str) -> str:
    return visible(unmarked(cell))


def unmarked(text: str) -> str:
    """The text without the marks by which a spreadsheet says that it is text."""
    if '="' in text:
        formula = _AS_FORMULA.fullmatch(text.strip())
        if formula is not None:
            return formula[1].replace('""', '"')
    if not text.startswith("'"):
        return text
    return text[1:] if _AS_TEXT.match(text) else undo_defuse(text)


def is_blank(cell: Cell) -> bool:
    """Whether there is nothing to see in the cell."""
    return cell is None or (isinstance(cell, str) and not cell[:1].isalnum() and not clean(cell))


def line(cell: Cell, *, most: int = LONGEST_LINE) -> str:
    """One line of clean text, "" for nothing. Raises CellError("too_long")."""
    return _bounded(clean(text_of(cell)), most)


def lines(cell: Cell, *, most: int = LONGEST_NOTE) -> str:
    """Clean text with its line breaks, "" for nothing. Raises CellError("too_long")."""
    return _bounded(clean_multiline(text_of(cell)), most)


def whole_number(cell: Cell, *, least: int, most: int) -> int | None:
    """A whole number, Thai digits too. Raises CellError("not_a_number" or "number_out_of_range")."""
    text = line(cell)
    if not text or is_placeholder(text):
        return None
    if isinstance(cell, bool):
        raise CellError("not_a_number")
    try:
        number = parse_int(text, least=-(10**18), most=10**18)
    except ValueError:
        raise CellError("not_a_number") from None
    if not least <= number <= most:
        raise CellError("number_out_of_range", least=least, most=most)
    return number


def yes_no(cell: Cell) -> bool | None:
    """Yes or no in the ways people tick it, None for nothing. Raises CellError("not_yes_or_no")."""
    if isinstance(cell, bool):
        return cell
    word = search_key(text_of(cell))
    if word in _YES:
        return True
    if word in _NO:
        return False
    if not word or is_placeholder(word):
        return None
    raise CellError("not_yes_or_no", value=word)


def day(cell: Cell, *, two_digit: TwoDigit = "ask", date1904: bool = False) -> ParsedDate | None:
    """A day from a real date, a serial number, a year or text. Raises CellError with a date code."""
    try:
        if isinstance(cell, date):
            return calendar.from_cell(cell)
        text = line(cell)
        if not text or is_placeholder(text):
            return None
        if isinstance(cell, bool):
            raise CellError("date_invalid", value=text)
        serial = _serial(text)
        if serial is not None:
            return calendar.from_cell(calendar.excel_serial(serial, date1904))
        return calendar.parse_date(text, two_digit=two_digit)
    except DateError as error:
        raise CellError(error.code, value=text_of(cell)) from None


def moment(cell: Cell, *, date1904: bool = False) -> ParsedMoment | None:
    """A day with or without a time of day, Bangkok time. Raises CellError with a date code."""
    try:
        if isinstance(cell, datetime):
            clock_time = cell.time().replace(tzinfo=cell.tzinfo or BANGKOK)
            return _moment(calendar.from_cell(cell), clock_time, has_time=True)
        if isinstance(cell, date):
            return _moment(calendar.from_cell(cell), time(tzinfo=BANGKOK), has_time=False)
        text = line(cell)
        if not text or is_placeholder(text):
            return None
        serial = _serial(text)
        if serial is not None:
            days, seconds = divmod(round(serial * 86_400), 86_400)
            clock_time = time(seconds // 3600, seconds // 60 % 60, seconds % 60, tzinfo=BANGKOK)
            return _moment(calendar.from_cell(calendar.excel_serial(days, date1904)), clock_time, has_time=seconds > 0)
        return calendar.parse_moment(text)
    except DateError as error:
        raise CellError(error.code, value=text_of(cell)) from None


def day_text(on: date, precision: str) -> str:
    """A day as exports write it, no more exact than it was; `day` reads it back unchanged."""
    if precision == "year":
        return str(calendar.be_year(on))
    if precision == "fiscal_year":
        return f"ปีงบ {calendar.fiscal_year(on)}"
    if precision == "month":
        return f"{calendar.MONTHS_SHORT[on.month - 1]} {calendar.be_year(on)}"
    return calendar.thai_date(on, "numeric")


def _moment(parsed: ParsedDate, clock_time: time, *, has_time: bool) -> ParsedMoment:
    instant = datetime.combine(parsed.day, clock_time).astimezone(BANGKOK)
    return ParsedMoment(instant, has_time, parsed.century)


def _serial(text: str) -> float | None:
    """A spreadsheet's day number: five or six digits, where a year has four."""
    match = re.fullmatch(r"[0-9]{5,6}(?:\.[0-9]+)?", arabic_digits(text))
    return float(match[0]) if match else None


def _float_text(number: float) -> str:
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number)


def _bounded(text: str, most: int) -> str:
    if len(text) > most:
        raise CellError("too_long", most=most)
    return text
