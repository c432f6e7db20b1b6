"""The rows of a register file: every cell read, every problem noted, sets and doubles told apart.

A row needs a number (or a placeholder, which asks for a temporary one) and a name; anything else that is missing is
only a gap for the work list (contract.md 5). A field stands in `values` when the row says something about it, or when
it is empty in a file that was exported here: then it is to be cleared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from assetloan.assets.exporting.marks import READ_ONLY, read_mark
from assetloan.assets.importing import cells, colours, days
from assetloan.assets.importing.answers import NOTHING_SAID, Answers, PriceMeans
from assetloan.assets.importing.headers import ASSETS, EXAMPLE, NOT_DATA
from assetloan.assets.importing.pieces import find_sets_and_doubles, several
from assetloan.assets.importing.ranges import MOST_PIECES, Spread, spread
from assetloan.assets.importing.warranty import until
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.assets.valuation.rules import MOST_YEARS
from assetloan.core.calendar import ParsedDate, TwoDigit
from assetloan.core.money import Money
from assetloan.documents import cells as common
from assetloan.documents.tables import Parsed, ParsedRow, RowReader, SheetLike, Table, read_tables

Progress = Callable[[int, int], None]  # rows done, all rows

_LINES = ("category", "brand", "model", "serial", "unit_of_count", "fund", "method", "vendor", "vendor_address",
          "vendor_phone", "document_no", "place", "custodian", "unit", "life_reason")  # fmt: skip
_MANY_LINES = ("accessories", "note", "description")
_EMPTIES = {
    **dict.fromkeys((*_LINES, *_MANY_LINES), ""),
    **dict.fromkeys(("received_on", "price", "gfmis_no", "life_years")),
}
_MEANT = ("category", "place", "custodian", "unit", "name")
TOLD_EVERY = 1000


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
    condition, status, loanable, below_threshold, accessories, note, description, vendor_address, vendor_phone,
    warranty_until, warranty_note, life_years, life_reason; of an exported row asset_id and row_version.
    Raises FileRefused.
    """
    answers = replace(answers, price=price or answers.price)
    tables, warnings = read_tables(
        [sheet for sheet in sheets if not _is_ours(sheet)],
        ASSETS,
        columns=answers.columns,
        header_rows=answers.header_rows,
        left_out=answers.left_out,
    )
    marks = (read_mark(raw.cells.get("row_version")) for table in tables for raw in table.rows)
    exported = exported or any(mark is not None for mark in marks)
    above = {table.sheet: table.preamble for table in tables}
    parsed = Parsed([], warnings=warnings, exported=exported, above=above)
    parsed.seen = [table.seen for table in tables]
    for table in tables:
        _read_table(table, parsed, _File(answers, parsed, date1904, progress, sum(seen.rows for seen in parsed.seen)))
    find_sets_and_doubles(parsed.rows)
    return parsed


@dataclass(frozen=True, slots=True)
class _File:
    """What holds for all rows of a file."""

    answers: Answers
    parsed: Parsed
    date1904: bool
    progress: Progress | None
    rows: int

    def tell(self) -> None:
        done = len(self.parsed.rows) + self.parsed.skipped
        if self.progress is not None and done % TOLD_EVERY == 0:
            self.progress(min(done, self.rows), self.rows)


def _read_table(table: Table, parsed: Parsed, file: _File) -> None:
    section = cells.Section() if parsed.exported else _said_above(table)
    foreign: list[tuple[ParsedRow, ParsedDate]] = []
    thai_years = days.is_thai_year(table.names["received_on"])
    means, telling = colours.legend(table), colours.telling(table)
    parsed.skipped += table.skipped
    table.rows.reverse()
    while table.rows:  # a cell that was read is let go: fifty thousand rows are many
        raw = table.rows.pop()
        opened = cells.section(raw.alone) if raw.alone else None
        if opened is not None:
            section = _narrowed(section, opened)
        key = (table.sheet, raw.number)
        file.tell()
        if opened is not None or _is_no_row(raw.cells) or colours.explains(raw) or key in file.answers.skipped:
            parsed.skipped += 1
            continue
        reader = _AssetRow(RowReader(table, raw, file.answers.corrections.get(key)), table, file)
        row = reader.read_all(section, raw.colour if raw.colour in telling else "", means)
        parsed.rows += reader.pieces()
        if reader.written_on is not None and reader.written_on.century == "be":
            thai_years = True
        elif reader.written_on is not None:
            foreign.append((row, reader.written_on))
    if thai_years:  # a ค.ศ. year among พ.ศ. years is legal, but worth a look
        for row, written in foreign:
            row.warn("received_on", "date_in_ce", day=written.day)


def _said_above(table: Table) -> cells.Section:
    """The room or category that the name of the sheet or a line above the header names for all its rows."""
    said = cells.Section()
    for text in (table.sheet, *table.preamble):
        found = cells.section_of_title(text)
        if found is not None:
            said = _narrowed(said, found)
    return said


def _is_ours(sheet: SheetLike) -> bool:
    """Whether this is a sheet of explanations or choices of our own template."""
    return any(cell == NOT_DATA for row in sheet.rows[:1] for cell in row[:1])


def _is_no_row(row: dict[str, common.Cell]) -> bool:
    """Whether a row holds nothing to take: blank, the example of the template, or what was only shown in an export."""
    if row.get("row_version") == READ_ONLY or row.get("asset_no") == EXAMPLE:
        return True
    return all(common.is_blank(cell) for cell in row.values())


def _narrowed(before: cells.Section, opened: cells.Section) -> cells.Section:
    said = {name: value for name in opened.__slots__ if (value := getattr(opened, name)) is not None}
    return replace(before, **said)


class _AssetRow:
    """Reads the cells of one row."""

    def __init__(self, reader: RowReader, table: Table, file: _File) -> None:
        self.reader, self.table, self.answers, self.date1904 = reader, table, file.answers, file.date1904
        self.asked, self.colours = file.parsed.asked, file.parsed.colours
        self.spread = Spread(())
        self.shares: list[Money] = []
        exported = file.parsed.exported
        self.mark = read_mark(reader.cell("row_version"))
        # In a file of ours, a row that has no mark was added by hand.
        self.exported = exported and (self.mark is not None or not table.has("row_version"))
        self.row, self.values = reader.parsed, reader.parsed.values
        self.written_on: ParsedDate | None = None

    def read_all(self, section: cells.Section, colour: str, means: dict[str, cells.State]) -> ParsedRow:
        """All cells; what a section heading said holds where the row itself says nothing."""
        self._quantity()
        self._number()
        self._texts()
        self._brand_and_model()
        self._received()
        self._prices()
        self._states()
        self._flags()
        self._warranty()
        if not self.exported:
            self._told_elsewhere(section)
            if colour and "condition" not in self.values and "status" not in self.values:
                self._coloured(colour, means)
        if self.exported:
            for name, empty in _EMPTIES.items():
                if self.table.has(name) and cells.says_nothing(self.reader.cell(name)):
                    self.values.setdefault(name, empty)
        return self.row

    def pieces(self) -> list[ParsedRow]:
        """The rows that this one becomes: itself, or one for each of its pieces."""
        many = self.values.get("quantity") or 1
        if not self.row.ok:
            return [self.row]
        if len(self.spread.numbers) > 1:
            numbers = [(number, 1) for number in self.spread.numbers]
            return list(several(self.row, numbers, self.shares))
        if many == 1 or self.exported:
            return [self.row]
        self.asked["lots"] += 1
        if self.answers.lots != "pieces":
            return [self.row]
        if many > MOST_PIECES:
            self.row.warn("quantity", "too_many_pieces", most=MOST_PIECES)
            return [self.row]
        own = self.values.get("asset_no", "")
        return list(several(self.row, [(own, piece if own else 1) for piece in range(1, many + 1)], self.shares))

    def _number(self) -> None:
        if not self.exported and self._several_numbers():
            return
        found = self.reader.read("asset_no", cells.number)
        if found is None:
            if not self.row.errors:
                self.row.reject("asset_no", "number_missing")
            return
        piece = self.reader.read("piece", common.whole_number, least=1, most=9999)
        self.values["needs_temporary"] = found.temporary
        if not found.temporary:
            self.values |= {"asset_no": found.asset_no, "piece": piece or found.piece}
            if not self.exported and cells.is_date_alone(found.asset_no):
                self.row.warn("asset_no", "number_like_date", value=found.asset_no)

    def _several_numbers(self) -> bool:
        """Whether the cell names several numbers; then the row becomes as many."""
        text = common.text_of(self.reader.cell("asset_no")) if isinstance(self.reader.cell("asset_no"), str) else ""
        if not text:
            return False
        many = self.values.get("quantity")
        found = spread(text, many, self.answers.ranges)
        if found.asked:
            self.asked["ranges"] += 1
        if found.asked and self.answers.ranges is None:
            self.row.warn("asset_no", "number_like_range", value=found.numbers[0])
        if found.unclear:
            self.row.warn("asset_no", "numbers_unclear", value=common.line(text))
        if len(found.numbers) < 2:
            return False
        if many not in (None, 1, len(found.numbers)):
            self.row.warn("quantity", "quantity_differs", quantity=many, numbers=len(found.numbers))
        if any(len(number) > cells.LONGEST_NUMBER for number in found.numbers):
            self.row.reject("asset_no", "too_long", most=cells.LONGEST_NUMBER)
            return True
        self.spread = found
        self.values |= {"asset_no": found.numbers[0], "piece": 1, "needs_temporary": False}
        return True

    def _texts(self) -> None:
        name = self.reader.read("name", common.line)
        if name is not None and cells.says_nothing(name):
            self.row.reject("name", "name_missing")
        self.values["name"] = name or ""
        for field in _LINES:
            if self.reader.cell(field) is not None:
                self._set(field, self.reader.read(field, cells.said))
        for field in _MEANT if self.answers.meant else ():
            said = self.values.get(field)
            meant = self.answers.meant.get(field, {}).get(said) if said else None
            if said and meant is not None:
                self.row.said[field], self.values[field] = said, meant
        for field in _MANY_LINES:
            if not cells.says_nothing(self.reader.cell(field)):
                self._set(field, self.reader.read(field, common.lines))
        if self.reader.cell("life_years") is not None:
            self._set("life_years", self.reader.read("life_years", common.whole_number, least=1, most=MOST_YEARS))
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
        two_digit: TwoDigit = self.answers.century or "ask"
        if days.is_thai_year(self.table.names["received_on"]):
            two_digit = "be"
        elif days.asks_century(self.reader.cell("received_on")):
            self.asked["century"] += 1
        on = self.reader.read("received_on", common.day, two_digit=two_digit, date1904=self.date1904)
        if isinstance(cell := self.reader.cell("received_on"), str) and on is not None and not days.is_iso(cell):
            self.written_on = on
        if on is None and self.reader.has("fiscal_year") and not self.reader.has("received_on"):
            on = self.reader.read("fiscal_year", days.fiscal_year)
        if on is not None:
            self.values |= {"received_on": on.day, "received_precision": on.precision}

    def _quantity(self) -> None:
        many, beside = self.reader.read("quantity", cells.quantity) or (None, "")
        self._set("quantity", many)
        if beside:
            self.values.setdefault("unit_of_count", beside)

    def _prices(self) -> None:
        many = len(self.spread.numbers) if len(self.spread.numbers) > 1 else self.values.get("quantity") or 1
        names = ("unit_price", "price", "total_price")
        if any(self.reader.cell(name) is not None for name in names):
            self._price(many, **{name: self.reader.read(name, cells.price) for name in names})

    def _price(self, many: int, unit_price: Money | None, price: Money | None, total_price: Money | None) -> None:
        means: PriceMeans | None = None
        if price is not None and total_price is not None:
            # The file answers by itself when one amount is the other times the quantity, or both are the same.
            means = "unit" if price * many == total_price else "total" if price == total_price else None
        if means is None and many > 1 and price is not None and unit_price is None:
            self.asked["price"] += 1
            means = self.answers.price
        if unit_price is not None:
            self.values["price"] = unit_price
        elif price is not None and (many == 1 or means == "unit"):
            self.values["price"] = price
        elif price is not None and means is None:
            self.row.warn("price", "price_ambiguous", quantity=many, price=price)
        elif (total := price or total_price) is not None:
            self.shares = total.split(many)
            self.values["price"] = self.shares[-1]

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

    def _told_elsewhere(self, section: cells.Section) -> None:
        """What ticks, remarks and the heading of a section tell, where the row itself says nothing."""
        ticks = [name for name in cells.TICKS if cells.ticked(self.reader.cell(name))]
        if len(ticks) == 1:
            self._state_of(ticks[0], cells.TICKS[ticks[0]])
        elif ticks:
            self.row.warn(ticks[0], "several_ticks")
        note = self.reader.cell("note")
        found = cells.remarked(note)
        if found is not None:
            self._state_of("note", found)
        if cells.said_double(note):
            self.row.warn("note", "said_double")
        if "condition" not in self.values and "status" not in self.values:
            told = {"condition": section.condition, "status": section.status}
            self.values |= {name: state for name, state in told.items() if state is not None}
        for name in ("category", "place", "below_threshold"):
            if (value := getattr(section, name)) is not None:
                self.values.setdefault(name, value)

    def _coloured(self, colour: str, means: dict[str, cells.State]) -> None:
        said = self.answers.colours.get(colour)
        state = colours.CHOICES.get(said) if said else means.get(colour)
        if said or state is None:
            self.colours[colour] += 1
        if state is not None:
            self.row.original[colours.COLUMN] = colours.name_of(colour)
            self.row.headings["colour"] = colours.COLUMN
            self._state_of("colour", state)

    def _state_of(self, field: str, state: cells.State) -> None:
        """A state that stands elsewhere than under its own heading; a loan comes from a loan alone."""
        if "condition" in self.values or "status" in self.values:
            return
        if state in cells.LOAN_STATUSES:
            self.row.warn(field, "status_not_taken", value=common.line(self.reader.cell(field)))
            return
        self.values |= {"condition" if isinstance(state, Condition) else "status": state, "stated_in": field}
        if state is Condition.LOST:
            self.values["status"] = AssetStatus.LOST

    def _warranty(self) -> None:
        said = self.reader.read("warranty", cells.said) if self.reader.cell("warranty") is not None else None
        if not said:
            if self.exported and self.table.has("warranty"):
                self.values |= {"warranty_until": None, "warranty_note": ""}
            return
        heading = self.table.names["warranty"]
        bare = f"{said} ปี" if said.isdigit() and len(said) < 3 and "ปี" in heading else said
        exact = self.values.get("received_precision") == "day"
        self.values["warranty_note"] = said
        self._set("warranty_until", until(bare, self.values.get("received_on") if exact else None))

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
