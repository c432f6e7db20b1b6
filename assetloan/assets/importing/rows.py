"""The rows of a register file: every cell read, every problem noted, sets and doubles told apart.

A row needs a number (or a placeholder, which asks for a temporary one) and a name; anything else that is missing is
only a gap for the work list (contract.md 5). A field stands in `values` when the row says something about it, or when
it is empty in a file that was exported here: then it is to be cleared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal

from assetloan.assets.exporting.marks import READ_ONLY, read_mark
from assetloan.assets.importing import cells
from assetloan.assets.importing.answers import NOTHING_SAID, Answers, PriceMeans
from assetloan.assets.importing.headers import ASSETS, EXAMPLE, NOT_DATA
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.core.calendar import ParsedDate
from assetloan.core.money import Money
from assetloan.core.text import number_key
from assetloan.documents import cells as common
from assetloan.documents.tables import Parsed, ParsedRow, RowReader, SheetLike, Table, read_tables

Progress = Callable[[int, int], None]  # rows done, all rows

_LINES = ("category", "brand", "model", "serial", "unit_of_count", "fund", "method", "vendor", "document_no", "place",
          "custodian", "unit")  # fmt: skip
_EMPTIES = {**dict.fromkeys((*_LINES, "accessories", "note"), ""), "received_on": None, "price": None, "gfmis_no": None}
# What the second row of a set leaves blank (domain.md 8.3 item 22).
_TELLING = ("category", "brand", "model", "serial", "received_on", "price", "fund", "method", "vendor", "document_no",
            "place", "custodian", "condition", "status", "quantity", "unit")  # fmt: skip


def read_assets(
    sheets: Iterable[SheetLike],
    *,
    answers: Answers = NOTHING_SAID,
    price: PriceMeans | None = None,
    exported: bool = False,
    date1904: bool = False,
    progress: Progress | None = None,
) -> Parsed:
    """Read all sheets of a register. `answers` is what people said about the file; `price` is one of them alone.

    Values: asset_no, piece, needs_temporary, gfmis_no, name, category, brand, model, serial, unit, place, custodian,
    received_on with received_precision, price (Money), quantity, unit_of_count, fund, method, vendor, document_no,
    condition, status, loanable, below_threshold, accessories, note; of an exported row asset_id and row_version.
    Raises FileRefused.
    """
    price = price or answers.price
    tables, warnings = read_tables([sheet for sheet in sheets if not _is_ours(sheet)], ASSETS)
    marks = (read_mark(raw.cells.get("row_version")) for table in tables for raw in table.rows)
    exported = exported or any(mark is not None for mark in marks)
    above = {table.sheet: table.preamble for table in tables}
    parsed = Parsed([], warnings=warnings, exported=exported, above=above)
    for table in tables:
        _read_table(table, parsed, price, date1904)
    _find_sets_and_doubles(parsed.rows)
    return parsed


def _read_table(table: Table, parsed: Parsed, price: PriceMeans | None, date1904: bool) -> None:
    section = cells.Section()
    foreign: list[tuple[ParsedRow, ParsedDate]] = []
    thai_years = _is_thai_year(table.names["received_on"])
    parsed.skipped += table.skipped
    for raw in table.rows:
        opened = cells.section(raw.alone) if raw.alone else None
        if opened is not None:
            section = _narrowed(section, opened)
        if opened is not None or _is_no_row(raw.cells):
            parsed.skipped += 1
            continue
        reader = _AssetRow(RowReader(table, raw), table, parsed.exported, price, date1904)
        row = reader.read_all(section)
        parsed.rows.append(row)
        if reader.written_on is not None and reader.written_on.century == "be":
            thai_years = True
        elif reader.written_on is not None:
            foreign.append((row, reader.written_on))
    if thai_years:  # a ค.ศ. year among พ.ศ. years is legal, but worth a look
        for row, written in foreign:
            row.warn("received_on", "date_in_ce", day=written.day)


def _is_ours(sheet: SheetLike) -> bool:
    """Whether this is a sheet of explanations or choices of our own template."""
    return any(cell == NOT_DATA for row in sheet.rows[:1] for cell in row[:1])


def _is_no_row(row: dict[str, common.Cell]) -> bool:
    """Whether a row holds nothing to take: blank, the example of the template, or what was only shown in an export."""
    if row.get("row_version") == READ_ONLY or row.get("asset_no") == EXAMPLE:
        return True
    return all(common.is_blank(cell) for cell in row.values())


def _is_thai_year(heading: str) -> bool:
    return "พ.ศ" in heading or "พศ" in heading


def _narrowed(before: cells.Section, opened: cells.Section) -> cells.Section:
    said = {name: value for name in opened.__slots__ if (value := getattr(opened, name)) is not None}
    return replace(before, **said)


class _AssetRow:
    """Reads the cells of one row."""

    def __init__(
        self, reader: RowReader, table: Table, exported: bool, price: PriceMeans | None, date1904: bool
    ) -> None:
        self.reader, self.table = reader, table
        self.mark = read_mark(reader.cell("row_version"))
        # In a file of ours, a row that has no mark was added by hand.
        self.exported = exported and (self.mark is not None or not table.has("row_version"))
        self.price_means, self.date1904 = price, date1904
        self.row = reader.parsed
        self.values = reader.parsed.values
        self.written_on: ParsedDate | None = None

    def read_all(self, section: cells.Section) -> ParsedRow:
        """All cells; what a section heading said holds where the row itself says nothing."""
        self._number()
        self._texts()
        self._brand_and_model()
        self._received()
        self._quantity_and_price()
        self._states()
        self._flags()
        for name in ("category", "place", "condition", "below_threshold"):
            value = getattr(section, name)
            if value is not None and not self.table.has(name):
                self.values.setdefault(name, value)
        if self.exported:
            for name, empty in _EMPTIES.items():
                if self.table.has(name) and cells.says_nothing(self.reader.cell(name)):
                    self.values.setdefault(name, empty)
        return self.row

    def _number(self) -> None:
        found = self.reader.read("asset_no", cells.number)
        if found is None:
            if not self.row.errors:
                self.row.reject("asset_no", "number_missing")
            return
        piece = self.reader.read("piece", common.whole_number, least=1, most=9999)
        self.values["needs_temporary"] = found.temporary
        if not found.temporary:
            self.values |= {"asset_no": found.asset_no, "piece": piece or found.piece}

    def _texts(self) -> None:
        name = self.reader.read("name", common.line)
        if name is not None and cells.says_nothing(name):
            self.row.reject("name", "name_missing")
        self.values["name"] = name or ""
        for field in _LINES:
            if self.reader.cell(field) is not None:
                self._set(field, self.reader.read(field, cells.said))
        for field in ("accessories", "note"):
            if not cells.says_nothing(self.reader.cell(field)):
                self._set(field, self.reader.read(field, common.lines))
        if self.reader.cell("gfmis_no") is not None:
            self._set("gfmis_no", self.reader.read("gfmis_no", cells.gfmis))

    def _brand_and_model(self) -> None:
        for field in ("brand_model", "model_brand"):
            if self.reader.cell(field) is None:
                continue
            halves = self.reader.read(field, cells.brand_and_model, model_first=field == "model_brand")
            for name, half in zip(("brand", "model"), halves or (), strict=False):
                if half:
                    self.values.setdefault(name, half)

    def _received(self) -> None:
        two_digit: Literal["ask", "be"] = "be" if _is_thai_year(self.table.names["received_on"]) else "ask"
        on = self.reader.read("received_on", common.day, two_digit=two_digit, date1904=self.date1904)
        if isinstance(cell := self.reader.cell("received_on"), str) and on is not None and not _is_iso(cell):
            self.written_on = on
        if on is None and self.reader.has("fiscal_year") and not self.reader.has("received_on"):
            on = self.reader.read("fiscal_year", _fiscal_year)
        if on is not None:
            self.values |= {"received_on": on.day, "received_precision": on.precision}

    def _quantity_and_price(self) -> None:
        many, beside = self.reader.read("quantity", cells.quantity) or (None, "")
        self._set("quantity", many)
        if beside:
            self.values.setdefault("unit_of_count", beside)
        names = ("unit_price", "price", "total_price")
        if any(self.reader.cell(name) is not None for name in names):
            self._price(many or 1, **{name: self.reader.read(name, cells.price) for name in names})

    def _price(self, many: int, unit_price: Money | None, price: Money | None, total_price: Money | None) -> None:
        means = self.price_means
        if means is None and price is not None and total_price is not None:
            # The file answers by itself when one amount is the other times the quantity, or both are the same.
            means = "unit" if price * many == total_price else "total" if price == total_price else None
        if unit_price is not None:
            self.values["price"] = unit_price
        elif price is not None and (many == 1 or means == "unit"):
            self.values["price"] = price
        elif price is not None and means is None:
            self.row.warn("price", "price_ambiguous", quantity=many, price=price)
        elif (total := price or total_price) is not None:
            self.values["price"] = total.split(many)[-1]

    def _states(self) -> None:
        for field in ("condition", "status"):
            if self.reader.cell(field) is None:
                continue
            try:
                found = cells.state(self.reader.cell(field))
            except common.CellError as error:
                self.row.warn(field, error.code, **error.details)
                continue
            if isinstance(found, Condition):
                self.values.setdefault("condition", found)
            elif found in cells.LOAN_STATUSES:
                if not self.exported:
                    self.row.warn(field, "status_not_taken", value=common.line(self.reader.cell(field)))
            elif found is not None:
                self.values["status"] = found
        if self.values.get("condition") is Condition.LOST and not self.exported:
            self.values.setdefault("status", AssetStatus.LOST)

    def _flags(self) -> None:
        for field in ("loanable", "below_threshold"):
            if self.reader.cell(field) is not None:
                self._set(field, self.reader.read(field, common.yes_no))
        if self.mark is not None:
            self.values |= {"asset_id": self.mark.asset_id, "row_version": self.mark.version}
        elif self.reader.has("row_version"):
            self.row.warn("row_version", "mark_not_ours")

    def _set(self, field: str, value: object) -> None:
        if value is not None:
            self.values[field] = value


def _is_iso(text: str) -> bool:
    head = text.strip()[:5]
    return head[:4].isdigit() and head[4:] == "-"


def _fiscal_year(cell: common.Cell) -> ParsedDate | None:
    text = common.line(cell)
    if cells.says_nothing(text):
        return None
    return common.day(text if "ปี" in text else f"ปีงบ {text}", two_digit="be")


def _find_sets_and_doubles(rows: list[ParsedRow]) -> None:
    """Number the pieces of a set, reject every other row whose number was there before."""
    seen: dict[tuple[str, int], ParsedRow] = {}
    first: ParsedRow | None = None  # the row that may be the first of a set, while its number goes on
    first_key = ""
    pieces = 1
    for row in rows:
        if "asset_no" not in row.values:
            first = None
            continue
        key = number_key(row.values["asset_no"])
        if first is None or first.sheet != row.sheet or first_key != key:
            first, first_key, pieces = row, key, row.values["piece"]
        elif row.values["piece"] == 1 and _continues_set(first, row):
            pieces += 1
            row.values["piece"] = pieces
        place = (key, row.values["piece"])
        if place in seen:
            row.reject("asset_no", "duplicate", row=seen[place].row)
        else:
            seen[place] = row


def _continues_set(first: ParsedRow, row: ParsedRow) -> bool:
    """Whether a row with the same number is a further piece: mostly blank where the first row is filled."""
    told = [name for name in _TELLING if first.values.get(name) not in (None, "")]
    again = [name for name in told if row.values.get(name) not in (None, "")]
    return len(told) >= 2 and len(again) * 2 < len(told) and "price" not in again
