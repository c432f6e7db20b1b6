"""The register as rows of a file, read piece by piece: every column for those who may see it, else the card alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from assetloan.assets.exporting.marks import READ_ONLY, mark_of
from assetloan.assets.exporting.texts import CARD, Names, column_writer_of, names
from assetloan.assets.importing.headers import EXPORT_FIELDS, EXPORT_HEADINGS
from assetloan.assets.models import Asset
from assetloan.assets.queries import AssetList
from assetloan.core import clock
from assetloan.core.calendar import thai_date
from assetloan.core.db import db
from assetloan.documents.cells import day_text
from assetloan.documents.sheets import Column, OutCell, OutSheet, stream_csv, write_xlsx_to
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Permission

MARKS = {"assetloan": "register"}
IN_A_PIECE = 1000
_NAMES = (
    *("id", "version", "asset_no", "piece", "gfmis_no", "name", "category_id", "brand", "model", "serial"),
    *("unit_id", "place_id", "custodian_id", "custodian_text", "received_on", "received_precision", "price"),
    *("unit_of_count", "fund", "method", "vendor", "document_no", "condition", "status", "loanable"),
    *("below_threshold", "accessories", "note", "description", "warranty_until", "warranty_note"),
    *("vendor_address", "vendor_phone", "life_years", "life_reason"),
)
_COLUMNS = tuple(Asset.__table__.c[name] for name in _NAMES)
_WIDTHS = {"name": 40, "note": 40, "description": 40, "vendor_address": 30, "life_reason": 30, "vendor": 30,
           "accessories": 30, "unit": 30, "place": 26, "custodian": 26,
           "category": 26, "asset_no": 24, "row_version": 24}  # fmt: skip
_FIELDS = EXPORT_FIELDS[:-1]


def rows(listed: AssetList, known: Names) -> Iterator[list[OutCell]]:
    """One row for each asset of the list, in its order; written column by column, a piece of the list at a time."""
    full = listed.actor.scope(Permission.ASSET_VIEW)
    query = listed.only(*_COLUMNS).execution_options(yield_per=IN_A_PIECE)
    writers = [column_writer_of(field) for field in _FIELDS]
    hidden = [place for place, field in enumerate(_FIELDS) if field not in CARD]
    for piece in db.session.execute(query).partitions():
        columns = dict(zip(_NAMES, zip(*piece, strict=True), strict=True))
        written = zip(*(write(columns, piece, known) for write in writers), strict=True)
        for row, cells in zip(piece, written, strict=True):
            out = [*cells, READ_ONLY]
            if full.everything or row.unit_id in full.units:
                out[-1] = mark_of(row.id, row.version)
            else:
                for place in hidden:
                    out[place] = ""
            yield out


def write(listed: AssetList, form: str, target: BinaryIO, told: list[str]) -> None:
    """The list as "xlsx" or "csv" into a file; `told` are the filters in words, for the lines above the table."""
    today = clock.today()
    known = names(unit_tree(today))
    if form == "csv":
        for piece in stream_csv(_csv_rows(listed, known)):
            target.write(piece)
        return
    columns = [
        Column(heading, _WIDTHS.get(field, 16)) for field, heading in zip(EXPORT_FIELDS, EXPORT_HEADINGS, strict=True)
    ]
    title = ["ทะเบียนครุภัณฑ์", " · ".join([*told, f"ข้อมูล ณ {thai_date(today)}"])]
    write_xlsx_to(target, [OutSheet("ทะเบียน", columns, rows(listed, known), title)], marks=MARKS)


def _csv_rows(listed: AssetList, known: Names) -> Iterator[list[OutCell]]:
    """The same rows for a CSV: days as day/month/พ.ศ., which no spreadsheet turns round when it saves the file."""
    yield list(EXPORT_HEADINGS)
    place = _FIELDS.index("received_on")
    for row in rows(listed, known):
        if isinstance(on := row[place], date):
            row[place] = day_text(on, "day")
        yield row
