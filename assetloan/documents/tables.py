"""Tables inside sheets: from the sheets of a workbook to rows whose cells are known by field.

Dirty patterns 1–6 of domain.md 8.3: titles and blank rows above, headers in two rows or repeated on each page, blank
and foreign sheets, section, total and signature rows, merged cells. Rows in, rows out: nothing here opens a file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from assetloan.core.text import clean, search_key
from assetloan.documents.cells import Cell, CellError, is_blank, line, text_of
from assetloan.documents.errors import FileRefused
from assetloan.documents.headings import (
    LONGEST_HEADING,
    Column,
    Header,
    Meanings,
    Names,
    TableSpec,
    find_header,
    header_at,
    header_key,
    key_of,
    labels,
    meant,
)
from assetloan.documents.parsed import Parsed, ParsedRow, Problem, SeenColumn, SeenTable

__all__ = ["Parsed", "ParsedRow", "Problem", "RawRow", "RowReader", "SeenTable", "SheetLike", "Table", "read_tables"]

T = TypeVar("T")
Range = tuple[int, int, int, int]  # first row, first column, last row, last column, all from 0

REMEMBERED = 50_000
MOST_IN_LEGEND = 2
LOOKED_AT, MOST_SHOWN, LONGEST_EXAMPLE = 20, 60, 60
_NOT_DATA = re.compile(
    r"(?:รวม|ยอด)(?:ทั้งสิ้น|ทั้งหมด|ทั้งหน้า|เป็นเงิน|เงิน|จำนวน|ราคา|มูลค่า|รวม|ยกไป|ยกมา)*:?(?: ?[0-9].*)?"
    r"|(?:grand |sub ?)?total:?(?: ?[0-9].*)?|หมายเหตุ ?:.*|หน้า(?:ที่)? ?[0-9]+ ?(?:/|จาก) ?[0-9]+"
    r"|\(? ?[.…_]{3,}.*|\([^()]{3,}\)"
    r"|\(?(?:ลงชื่อ|ลายมือชื่อ|ผู้ตรวจนับ|ผู้ตรวจสอบ|ผู้จัดทำ|ผู้รายงาน|ผู้รับรอง|ตำแหน่ง|(?:ประธาน)?(?:คณะ)?กรรมการ).*"
)


class SheetLike(Protocol):
    """What is needed of a sheet; one that also has `merged` (ranges) gets its merged cells filled."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Sequence[Cell]]: ...
    @property
    def hidden(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of data: its number as the spreadsheet shows it, the cell of each field, everything as it stood.

    `alone` is the text of the only filled cell: perhaps a heading of a section.
    """

    number: int
    cells: dict[str, Cell]
    original: dict[str, str]
    alone: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The data of one sheet: each field's heading in the file, the text above the header, rows that are no data."""

    sheet: str
    header: Header
    names: dict[str, str]
    preamble: tuple[str, ...]
    rows: list[RawRow]
    skipped: int
    seen: SeenTable
    # What the readers made of a text: a register says the same things over and over.
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    legend: tuple[tuple[str, str], ...] = ()  # colour and text of coloured rows that hold one or two texts alone

    def has(self, name: str) -> bool:
        """Whether the sheet has a column for the field."""
        return name in self.header.fields


def read_tables(
    sheets: Iterable[SheetLike],
    spec: TableSpec,
    *,
    columns: Meanings | None = None,
    header_rows: Mapping[str, int] | None = None,
    left_out: Collection[str] = (),
) -> tuple[list[Table], list[Problem]]:
    """The tables of all visible sheets, and a warning per sheet that was left out.

    What somebody said goes before what is understood: the meaning of `columns` by key of their header, the row of a
    sheet's header (from 1), sheets that are not to be read.

    Raises FileRefused("file_empty") when there is nothing at all, FileRefused("header_not_found") when no sheet has
    a header that can be understood.
    """
    tables: list[Table] = []
    warnings: list[Problem] = []
    for sheet in sheets:
        if all(is_blank(cell) for row in sheet.rows for cell in row):
            continue
        if sheet.name in left_out:
            continue
        header = _header(sheet, spec, columns or {}, header_rows or {})
        if header is not None:
            tables.append(_table(sheet, header, spec))
        else:
            code = "sheet_hidden" if sheet.hidden else "sheet_without_header"
            warnings.append(Problem(sheet.name, 0, "", "", code, {"sheet": sheet.name}))
    if not tables and not warnings:
        raise FileRefused("file_empty")
    if not tables:
        raise FileRefused("header_not_found", needs=" / ".join(spec.column(name).heading for name in spec.needs))
    return tables, warnings


def _header(sheet: SheetLike, spec: TableSpec, columns: Meanings, header_rows: Mapping[str, int]) -> Header | None:
    if sheet.name in header_rows:
        header = header_at(sheet.rows, header_rows[sheet.name] - 1, spec)
    else:
        header = None if sheet.hidden else find_header(sheet.rows, spec, columns)
    if header is None or not columns:
        return header
    said = columns.get(key_of(sheet.rows, header))
    return header if said is None else meant(header, said)


class RowReader:
    """Collects the values and the problems of one row, so that one bad cell does not hide the next."""

    def __init__(self, table: Table, row: RawRow, corrected: Mapping[str, str] | None = None) -> None:
        self.row = row
        self._memo = table.memo
        self._cells = row.cells if not corrected else {**row.cells, **corrected}
        self.parsed = ParsedRow(table.sheet, row.number, {}, row.original, table.names)
        if corrected:
            self.parsed.corrected = dict(corrected)

    def cell(self, name: str) -> Cell:
        """The cell of a field, None when the file has no such column; what somebody corrected stands for the file."""
        return self._cells.get(name)

    def has(self, name: str) -> bool:
        """Whether the row says something in that column."""
        return not is_blank(self.cell(name))

    def read(self, name: str, reader: Callable[..., T], *args: Any, **options: Any) -> T | None:
        """The value of a cell by one of the readers of `cells`; None after an error has been noted."""
        cell = self._cells.get(name)
        if cell is not None and not isinstance(cell, str):
            return self._answered(name, _answer(reader, cell, args, options))
        key = (reader, cell, args, tuple(options.values()))
        answer = self._memo.get(key)
        if answer is None:
            if len(self._memo) >= REMEMBERED:
                self._memo.clear()
            answer = self._memo[key] = _answer(reader, cell, args, options)
        return self._answered(name, answer)

    def _answered(self, name: str, answer: tuple[T | None, CellError | None]) -> T | None:
        value, error = answer
        if error is not None:
            self.parsed.reject(name, error.code, **error.details)
        return value

    def text(self, name: str, *, required: bool = False) -> str:
        """A line of text; noted as missing when it is required and empty."""
        value = self.read(name, line)
        if required and value == "":
            self.parsed.reject(name, "required")
        return value or ""


def _answer(
    reader: Callable[..., T], cell: Cell, args: tuple[Any, ...], options: dict[str, Any]
) -> tuple[T | None, CellError | None]:
    """What a reader makes of a cell: a value, or why there is none."""
    try:
        return reader(cell, *args, **options), None
    except CellError as error:
        return None, error


def _table(sheet: SheetLike, header: Header, spec: TableSpec) -> Table:
    headings = _headings(sheet.rows, header)
    seen = _seen(sheet, header, headings)
    merged = _merged_cells(sheet.rows, header, spec, getattr(sheet, "merged", ()))
    said = [labels(sheet.rows[index]) for index in range(header.first_row, header.last_row + 1)]
    fields = {place: name for name, places in header.fields.items() for place in places}
    names = spec.names()
    wanted = [(column, places) for column in spec.columns if (places := header.fields.get(column.field))]
    rows: list[RawRow] = []
    skipped = 0
    coloured: Mapping[int, tuple[str, int]] = getattr(sheet, "colours", {})
    legend = tuple(
        (coloured[index][0], text_of(cell))
        for index in coloured
        if index < len(sheet.rows) and sum(not is_blank(cell) for cell in sheet.rows[index]) <= MOST_IN_LEGEND
        for cell in sheet.rows[index]
        if not is_blank(cell)
    )
    for index in range(header.last_row + 1, len(sheet.rows)):
        cells = sheet.rows[index]
        row = _row(index, cells, wanted, headings, merged)
        if index in coloured and coloured[index][1] * 2 >= len(row.original):
            row = replace(row, colour=coloured[index][0])
        if not row.original:
            continue
        if _repeats_header(cells, said, fields, names) or (spec.printed and _is_not_data(row, spec)):
            skipped += 1
        elif any(not is_blank(cell) for cell in row.cells.values()) or (spec.printed and row.alone):
            rows.append(row)
    above = tuple(text_of(cell) for row in sheet.rows[: header.first_row] for cell in row if not is_blank(cell))
    called = {column.field: column.heading for column in spec.columns}
    called |= {name: headings[places[0]] for name, places in header.fields.items()}
    return Table(sheet.name, header, called, above, rows, skipped, replace(seen, rows=len(rows)), legend=legend)


def _seen(sheet: SheetLike, header: Header, headings: dict[int, str]) -> SeenTable:
    """How the sheet was understood, for a person to look at and to change."""
    fields = {place: name for name, places in header.fields.items() for place in places}
    below = sheet.rows[header.last_row + 1 : header.last_row + 1 + LOOKED_AT]
    columns = []
    for place in range(min(len(headings), MOST_SHOWN)):
        filled = (text_of(row[place]) for row in below if place < len(row) and not is_blank(row[place]))
        example = clean(next(filled, ""))[:LONGEST_EXAMPLE]
        if place in fields or example or headings[place] != _letters(place):
            columns.append(SeenColumn(place, _letters(place), headings[place], fields.get(place, ""), example))
    key = key_of(sheet.rows, header)
    return SeenTable(sheet.name, header.first_row + 1, header.last_row + 1, key, tuple(columns), 0)


def _headings(rows: Sequence[Sequence[Cell]], header: Header) -> dict[int, str]:
    """Headings as people see them, each one different, so that no original cell is lost under a twin."""
    headings: dict[int, str] = {}
    seen: Counter[str] = Counter()
    for column in range(max(map(len, rows))):
        stacked = [rows[index] for index in range(header.first_row, header.last_row + 1)]
        parts = [clean(text_of(row[column])) for row in stacked if column < len(row)]
        name = " ".join(part for part in parts if part) or _letters(column)
        seen[name] += 1
        headings[column] = name if seen[name] == 1 else f"{name} ({_letters(column)})"
    return headings


def _letters(column: int) -> str:
    """A column's letters: A, B, …, Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _row(
    index: int,
    cells: Sequence[Cell],
    wanted: Sequence[tuple[Column, tuple[int, ...]]],
    headings: dict[int, str],
    merged: dict[tuple[int, int], Cell],
) -> RawRow:
    values: dict[str, Cell] = {}
    width = len(cells)
    for column, places in wanted:
        if column.join is None and not merged:
            values[column.field] = cells[places[0]] if places[0] < width else None
            continue
        found = {place: merged.get((index, place), cells[place] if place < width else None) for place in places}
        values[column.field] = found[places[0]] if column.join is None else _joined(found, column.join)
    original = {}
    for place, cell in enumerate(cells):
        if cell is not None and not is_blank(cell):
            original[headings[place]] = text_of(cell)
    only = next(iter(original.values())) if len(original) == 1 else ""
    return RawRow(index + 1, values, original, "" if only.strip().isdigit() else clean(only))


def _joined(found: dict[int, Cell], glue: str) -> Cell:
    filled = [cell for _, cell in sorted(found.items(), key=lambda item: item[0]) if not is_blank(cell)]
    if len(filled) < 2:
        return filled[0] if filled else None
    return glue.join(text_of(cell) for cell in filled)


def _merged_cells(
    rows: Sequence[Sequence[Cell]], header: Header, spec: TableSpec, ranges: Sequence[Range]
) -> dict[tuple[int, int], Cell]:
    """The value of a vertically merged cell for each row it covers, for the columns where that is meant."""
    wanted = {place for column in spec.columns if column.fill_merged for place in header.fields.get(column.field, ())}
    filled: dict[tuple[int, int], Cell] = {}
    for first_row, first_column, last_row, _ in ranges:
        if first_column in wanted and header.last_row < first_row <= last_row < len(rows):
            row = rows[first_row]
            value = row[first_column] if first_column < len(row) else None
            filled |= {(index, first_column): value for index in range(first_row, last_row + 1)}
    return filled


def _repeats_header(cells: Sequence[Cell], said: list[dict[int, str]], fields: dict[int, str], names: Names) -> bool:
    """Whether every filled cell says again what its heading says (a header printed on each page).

    The same words, or other names of the same fields: "ที่ · รายการ" under "ลำดับ · รายการ (ชนิด/ยี่ห้อ)".
    """
    for place, cell in enumerate(cells):  # the first cell of data ends it, for nearly every row
        if cell is None or cell == "" or place not in fields:
            continue
        if not isinstance(cell, str):
            return False
        if not is_blank(cell):
            key = header_key(cell[:LONGEST_HEADING])
            if names.get(key, ("", 0))[0] != fields[place] and all(row.get(place) != key for row in said):
                return False
    again = labels(cells)
    if len(again) != sum(not is_blank(cell) for cell in cells):
        return False
    if any(again.items() <= row.items() for row in said):
        return True
    named = [names.get(key, ("", 0))[0] == fields[place] for place, key in again.items() if place in fields]
    return len(again) >= 2 and bool(named) and all(named)


def _is_not_data(row: RawRow, spec: TableSpec) -> bool:
    """Whether the row is a sum, a page number or a signature, and not a thing with a number."""
    first = next((key for key in map(search_key, row.original.values()) if key), "")
    if not _NOT_DATA.fullmatch(first):
        return False
    key = search_key(text_of(row.cells.get(spec.needs[0])))
    return not key or _NOT_DATA.fullmatch(key) is not None
