"""How the register is written into cells: what an export says of an asset, and whether a cell still says just that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from assetloan.assets.importing.cells import CONDITION_WORDS, STATUS_WORDS
from assetloan.assets.models import Category, Site
from assetloan.assets.rules import outward_number
from assetloan.core import text
from assetloan.core.bulk import pieces
from assetloan.core.db import db
from assetloan.documents.cells import day_text, text_of
from assetloan.documents.sheets import OutCell
from assetloan.documents.tables import ParsedRow
from assetloan.identity.models import Person
from assetloan.identity.queries import UnitTree

# What others may see of a thing that is lent (the card), and nothing else.
CARD = frozenset({"asset_no", "name", "category", "brand", "model", "unit", "accessories"})
PLAIN_TEXTS = (
    *("brand", "model", "serial", "unit_of_count", "fund", "method", "vendor", "document_no"),
    *("accessories", "note", "description", "vendor_address", "vendor_phone", "life_reason"),
)
YES, NO = "ใช่", "ไม่"
# The columns of an asset that one column of a file stands for.
_STANDS_FOR = {
    "category": ("category_id",),
    "place": ("place_id",),
    "custodian": ("custodian_id", "custodian_text"),
    "warranty": ("warranty_until", "warranty_note"),
}
_FIRST_EXCEL_YEAR = 1901


@dataclass(frozen=True, slots=True)
class Names:
    """Names instead of ids, each one that the import understands again; a name that two share gives way to its code."""

    units: Mapping[int, str]
    categories: Mapping[int, str]
    places: Mapping[int, str]
    people: Mapping[int, str]


def names(tree: UnitTree, *, places: Collection[int] | None = None, people: Collection[int] | None = None) -> Names:
    """The names of all units and categories, and of these places and people (None: of all)."""
    return Names(
        unit_names(tree),
        category_names(),
        dict(_by_id(Site, places)),
        dict(_by_id(Person, people)),
    )


def unit_names(tree: UnitTree) -> dict[int, str]:
    """Units by name; by code where another unit is called the same."""
    cards = list(tree.by_id.values())
    called = Counter(key for card in cards for key in {text.search_key(card.name), text.search_key(card.short_name)})
    codes = {text.search_key(card.code) for card in cards}
    return {
        card.id: card.name
        if called[text.search_key(card.name)] == 1 and text.search_key(card.name) not in codes
        else card.code
        for card in cards
    }


def category_names() -> dict[int, str]:
    """Categories by name; by code where the name may mean another one."""
    rows = list(db.session.execute(select(Category.id, Category.code, Category.name).order_by(Category.id)))
    called = Counter(key for row in rows for key in {text.search_key(row.name), text.search_key(row.code)})
    return {row.id: row.name if called[text.search_key(row.name)] == 1 else row.code for row in rows}


def _by_id(model: type[Site] | type[Person], wanted: Collection[int] | None) -> Iterable[tuple[int, str]]:
    query = select(model.id, model.name)
    if wanted is None:
        yield from ((row.id, row.name) for row in db.session.execute(query))
        return
    for some in pieces(sorted(wanted)):
        yield from ((row.id, row.name) for row in db.session.execute(query.where(model.id.in_(some))))


Writer = Callable[[Any, Names], OutCell]

_WRITERS: dict[str, Writer] = {
    "asset_no": lambda row, _known: outward_number(row.asset_no, row.piece),
    "category": lambda row, known: known.categories.get(row.category_id, ""),
    "unit": lambda row, known: known.units.get(row.unit_id, ""),
    "place": lambda row, known: known.places.get(row.place_id, ""),
    "custodian": lambda row, known: known.people.get(row.custodian_id) or row.custodian_text,
    "warranty": lambda row, _known: (
        row.warranty_note or (day_text(row.warranty_until, "day") if row.warranty_until else "")
    ),
    "received_on": lambda row, _known: received(row.received_on, row.received_precision),
    "condition": lambda row, _known: CONDITION_WORDS[row.condition],
    "status": lambda row, _known: STATUS_WORDS[row.status],
}


def writer_of(field: str) -> Writer:
    """How a field is written, looked up once for a hundred thousand rows."""
    return _WRITERS.get(field) or _plain_writer(attrgetter(field))


Columns = Mapping[str, Sequence[Any]]
ColumnWriter = Callable[[Columns, Sequence[Any], Names], Sequence[OutCell]]

# The columns that are looked up in a table: value by value, without a call for each.
_COLUMN_WRITERS: dict[str, ColumnWriter] = {
    "category": lambda columns, _rows, known: [known.categories.get(key, "") for key in columns["category_id"]],
    "unit": lambda columns, _rows, known: [known.units.get(key, "") for key in columns["unit_id"]],
    "place": lambda columns, _rows, known: [known.places.get(key, "") for key in columns["place_id"]],
    "condition": lambda columns, _rows, _known: [CONDITION_WORDS[value] for value in columns["condition"]],
    "status": lambda columns, _rows, _known: [STATUS_WORDS[value] for value in columns["status"]],
}
_YES_NO = {True: YES, False: NO}


def column_writer_of(field: str) -> ColumnWriter:
    """How a field is written for a piece of the register at once; `writer_of` says the same of one row."""
    if field in _COLUMN_WRITERS:
        return _COLUMN_WRITERS[field]
    one = _WRITERS.get(field)
    if one is not None:
        write = one
        return lambda _columns, rows, known: [write(row, known) for row in rows]

    def plain(columns: Columns, _rows: Sequence[Any], _known: Names) -> Sequence[OutCell]:
        values = columns[field]
        return [_YES_NO[value] for value in values] if isinstance(values[0], bool) else values

    return plain


def _plain_writer(read: Callable[[Any], OutCell]) -> Writer:
    def write(row: Any, _known: Names) -> OutCell:
        value = read(row)
        return (YES if value else NO) if isinstance(value, bool) else value

    return write


def cell(row: Any, field: str, known: Names) -> OutCell:
    """What an export writes for one field of an asset (a row with its columns)."""
    return writer_of(field)(row, known)


def received(on: date | None, precision: str) -> OutCell:
    """A day as a day, if it is known so exactly and a spreadsheet knows such days; else as text."""
    if on is None:
        return None
    return on if precision == "day" and on.year >= _FIRST_EXCEL_YEAR else day_text(on, precision)


def still_says(row: ParsedRow, field: str, asset: Any, known: Names) -> bool:
    """Whether the cell of an exported row says what an export would write for the asset now."""
    written = cell(asset, field, known)
    corrected: Mapping[str, str] = getattr(row, "corrected", {})
    said = corrected.get(field, row.original.get(row.headings.get(field, field), ""))
    return _plain(text_of(written if isinstance(written, str) else "")) == _plain(said)


def _plain(words: str) -> str:
    return text.clean_multiline(words)


def drop_unedited(values: dict[str, Any], row: ParsedRow, asset: Any, known: Names) -> None:
    """Take out of the new values what nobody edited, whatever it would be read as in a file of another system."""
    for field in ("name", *PLAIN_TEXTS, *_STANDS_FOR):
        columns = _STANDS_FOR.get(field, (field,))
        if not values.keys().isdisjoint(columns) and still_says(row, field, asset, known):
            for column in columns:
                values.pop(column, None)
    if "received_on" in values and values["received_on"] is None and asset.received_on is None:
        del values["received_on"], values["received_precision"]
