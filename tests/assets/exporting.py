"""Exported registers for tests: made as the page makes them, edited as a person does, brought back."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import openpyxl

from assetloan.assets.exporting.rows import write
from assetloan.assets.import_service import ImportOptions, import_assets
from assetloan.assets.importing import read_assets
from assetloan.assets.queries import AssetList
from assetloan.core.db import db, transaction
from assetloan.core.ids import token_hash
from assetloan.documents.import_report import ImportReport
from assetloan.documents.sheets import read_table_file, write_csv
from assetloan.identity.rules import Actor, console
from tests.conftest import NOW

Edits = Mapping[tuple[str, str], Any]  # number of the asset, heading → what is typed into the cell


def exported(form: str = "xlsx", actor: Actor | None = None, **filters: Any) -> bytes:
    """The register as a file."""
    db.session.rollback()
    target = io.BytesIO()
    write(AssetList(actor or console(), **filters), form, target, [])
    return target.getvalue()


def edited(data: bytes, edits: Edits) -> bytes:
    """The workbook after somebody typed into some of its cells and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    headings = {cell.value: cell.column for cell in sheet[3]}
    rows = {sheet.cell(row, 1).value: row for row in range(4, sheet.max_row + 1)}
    for (number, heading), typed in edits.items():
        cell = sheet.cell(rows[number], headings[heading])
        cell.value = typed
        if isinstance(typed, str) and typed.startswith("="):
            cell.data_type = "s"  # typed as text, not as a formula
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def edited_csv(data: bytes, edits: Edits) -> bytes:
    """The CSV after somebody typed into some of its cells and saved it."""
    head, *rows = read_table_file(data, "register.csv").sheets[0].rows
    changed = []
    for row in rows:
        cells = [*row, *[None] * (len(head) - len(row))]
        for (number, heading), typed in edits.items():
            if number == row[0]:
                cells[head.index(heading)] = typed
        changed.append(cells)
    return write_csv([head, *changed])


def bring_back(data: bytes, name: str = "register.xlsx", actor: Actor | None = None, **options: Any) -> ImportReport:
    """Bring a file in, in one transaction of its own."""
    parsed = read_assets(read_table_file(data, name).sheets)
    with transaction():
        given = ImportOptions(file_hash=token_hash(data.hex()), **options)
        return import_assets(actor or console(), parsed, given, now=NOW)
