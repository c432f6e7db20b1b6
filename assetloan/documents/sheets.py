"""Spreadsheets in and out: xlsx, xls and csv read in the limited child; the one writer of XLSX and CSV (K17, K19)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from assetloan.core.money import Money
from assetloan.documents.child import MIB, Limits, run_limited
from assetloan.documents.errors import FileRefused, WorkStopped

Cell = str | int | float | bool | date | datetime | None
OutCell = Cell | Decimal | Money

MOST_BYTES = 20 * MIB
_LIMITS = Limits(memory=300 * MIB, cpu=20, wall=30.0, output=64 * MIB)
_STOPPED = {"work_timeout": "file_timeout", "work_too_large": "file_bomb", "work_crashed": "file_broken"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; `rows[0]` is the first row of the sheet, so that row numbers are those the user sees, less one."""

    name: str
    rows: list[list[Cell]]
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first row, first column, last row, last column, from 0
    colours: Mapping[int, tuple[str, int]] = field(default_factory=dict)  # row from 0 → its colour, on how many cells


@dataclass(frozen=True, slots=True)
class Workbook:
    """A table file as read: its kind (xlsx, xls, csv, html), its sheets, and the marks our own exports carry."""

    sheets: tuple[Sheet, ...]
    kind: str
    marks: Mapping[str, str] = field(default_factory=dict)


def read_table_file(file: bytes | Path | BinaryIO, filename: str = "", *, most_bytes: int = MOST_BYTES) -> Workbook:
    """Read an xlsx, xls or csv in the limited child; what it is is told from its bytes, not its name.

    What `write_csv` had defused comes back as it was. Raises FileRefused: file_empty, file_too_large,
    file_not_sheet, file_web_page, file_encrypted, file_broken, file_bomb, file_unsafe, file_far_cell,
    file_too_many_rows, file_too_many_columns, file_too_many_sheets, file_encoding, file_timeout; WorkStopped
    `work_busy`.
    """
    size = size_of(file)
    if size > most_bytes:
        raise FileRefused("file_too_large", name=filename, most_mib=most_bytes // MIB)
    try:
        with run_limited("assetloan.documents.inside.sheets:read", file, limits=_LIMITS) as answer:
            lines = answer.lines()
            kind = answer.value["kind"]
            sheets = tuple(_sheet(facts, lines, kind) for facts in answer.value["sheets"])
            book = Workbook(sheets, kind, answer.value["marks"])
    except WorkStopped as stopped:
        if stopped.code not in _STOPPED:
            raise
        raise FileRefused(_STOPPED[stopped.code]) from None
    if not any(sheet.rows for sheet in book.sheets):
        raise FileRefused("file_empty")
    return book


def size_of(file: bytes | Path | BinaryIO) -> int:
    """The bytes of a file, wherever it is."""
    if isinstance(file, bytes):
        return len(file)
    if isinstance(file, Path):
        return file.stat().st_size
    file.seek(0, io.SEEK_END)
    return file.tell()


def _sheet(facts: dict[str, Any], lines: Iterator[bytes], kind: str) -> Sheet:
    rows = [json.loads(next(lines), object_hook=_dated) for _ in range(facts["rows"])]
    if kind == "csv":
        rows = [[undo_defuse(cell) if cell else None for cell in row] for row in rows]
    colours = {int(row): (colour, count) for row, (colour, count) in facts.get("colours", {}).items()}
    return Sheet(facts["name"], rows, facts["hidden"], tuple(tuple(area) for area in facts["merged"]), colours)


def _dated(tagged: dict[str, str]) -> date | datetime:
    return datetime.fromisoformat(tagged["at"]) if "at" in tagged else date.fromisoformat(tagged["on"])


# --- CSV out -------------------------------------------------------------------------------------------------------

# What a spreadsheet may run as a formula: one of these first, whatever white space or quote stands before.
_TRIGGER = re.compile(r"['\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n]")
_NEGATIVE = re.compile(r"-\d[\d,]*(?:\.\d+)?")


def defuse(text: str) -> str:
    """Text that a spreadsheet would run gets an apostrophe before it; other text, and negative numbers, stay."""
    return f"'{text}" if _TRIGGER.match(text) and not _NEGATIVE.fullmatch(text) else text


def undo_defuse(text: str) -> str:
    """The text as it was before `defuse`; any other text unchanged."""
    return text[1:] if text.startswith("'") and defuse(text[1:]) == text else text


def write_csv(rows: Iterable[Sequence[OutCell]]) -> bytes:
    """A CSV that Thai Excel opens right: UTF-8 with one BOM, formulas defused."""
    return b"".join(stream_csv(rows))


def stream_csv(rows: Iterable[Sequence[OutCell]], *, rows_a_piece: int = 500) -> Iterator[bytes]:
    """The same CSV in pieces, so that a hundred thousand rows need no memory."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write("\ufeff")
    for number, row in enumerate(rows, 1):
        # Most cells are plain words: three million calls for a register would take as long as reading it.
        writer.writerow([
            value if value.__class__ is str and (not value or value[0].isalnum()) else _csv_cell(value) for value in row
        ])  # fmt: skip
        if number % rows_a_piece == 0:
            yield buffer.getvalue().encode("utf-8", "replace")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8", "replace")


def _csv_cell(value: OutCell) -> Any:
    if isinstance(value, str):
        return value if value[:1].isalnum() else defuse(value)
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value


# --- XLSX out ------------------------------------------------------------------------------------------------------

FONT = "TH SarabunPSK"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767  # characters in a cell of Excel


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet that is written: its heading and its width in characters."""

    heading: str
    width: float = 18


@dataclass(frozen=True, slots=True)
class OutSheet:
    """A sheet to be written: lines above the table, the columns, the rows (any iterable, read once)."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[OutCell]]
    title: Sequence[str] = ()


def write_xlsx(sheets: Sequence[OutSheet], *, marks: Mapping[str, str] | None = None) -> bytes:
    """An XLSX for print on A4 landscape: header frozen and repeated, text as text, flat memory.

    `marks` are properties that come back from `read_table_file`, so that an export knows itself again.
    """
    target = io.BytesIO()
    write_xlsx_to(target, sheets, marks=marks)
    return target.getvalue()


def write_xlsx_to(target: BinaryIO, sheets: Sequence[OutSheet], *, marks: Mapping[str, str] | None = None) -> None:
    """The same into a file, for more rows than memory should hold."""
    import xlsxwriter

    plain = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "nan_inf_to_errors": True, **plain})
    for name, value in (marks or {}).items():
        book.set_custom_property(name, value, "text")
    style = {kind: book.add_format({"font_name": FONT, **look}) for kind, look in _LOOKS.items()}
    names: set[str] = set()
    for sheet in sheets:
        _write_sheet(book.add_worksheet(_sheet_name(sheet.name, names)), sheet, style)
    book.close()


_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font_size": 18, "bold": True},
    "head": {"font_size": 16, "bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#E3F1F5"},
    "text": {"font_size": 16, "valign": "top"},
    "number": {"font_size": 16, "valign": "top", "num_format": "0"},
    "money": {"font_size": 16, "valign": "top", "num_format": "#,##0.00"},
    "day": {"font_size": 16, "valign": "top", "num_format": "yyyy-mm-dd", "align": "left"},
    "instant": {"font_size": 16, "valign": "top", "num_format": "yyyy-mm-dd hh:mm", "align": "left"},
}


def _write_sheet(page: Any, sheet: OutSheet, style: Mapping[str, Any]) -> None:
    for number, line in enumerate(sheet.title):
        page.write_string(number, 0, _cell_text(line), style["title"])
    top = len(sheet.title)
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
        page.write_string(top, number, _cell_text(column.heading), style["head"])
    last = top
    for last, row in enumerate(sheet.rows, top + 1):
        for number, value in enumerate(row):
            _write_cell(page, last, number, value, style)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.set_footer("&C&P / &N")
    page.repeat_rows(top)
    page.freeze_panes(top + 1, 0)
    if sheet.columns:
        page.autofilter(top, 0, last, len(sheet.columns) - 1)


def _write_cell(page: Any, row: int, column: int, value: OutCell, style: Mapping[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        page.write_string(row, column, _cell_text(value), style["text"])
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, style["text"])
    elif isinstance(value, int):
        page.write_number(row, column, value, style["number"])
    elif isinstance(value, Money | Decimal | float):
        amount = value.satang / 100 if isinstance(value, Money) else value
        page.write_number(row, column, amount, style["money"])
    elif isinstance(value, datetime):
        page.write_datetime(row, column, value.replace(tzinfo=None), style["instant"])
    else:
        page.write_datetime(row, column, value, style["day"])


def _cell_text(text: str) -> str:
    shown = _CONTROL.sub("", text)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name Excel takes: at most 31 characters, none of []:*?/\\, no apostrophe at an end, no name twice."""
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '")[:31].strip(" '") or "Sheet"
    chosen, number = base, 1
    while chosen.casefold() in taken:
        number += 1
        chosen = f"{base[: 30 - len(str(number))]}-{number}"
    taken.add(chosen.casefold())
    return chosen
