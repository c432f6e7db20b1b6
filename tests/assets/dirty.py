"""Register files as offices keep them, made here: workbooks, old .xls, web pages named .xls, CSV (domain.md 8.3)."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
from sqlalchemy import select

from assetloan.assets.import_judge import Judgement, judge
from assetloan.assets.import_service import ImportOptions, import_assets
from assetloan.assets.import_suggest import Suggestion, suggestions
from assetloan.assets.importing import Answers, read_assets
from assetloan.assets.models import Asset
from assetloan.core.db import db, transaction
from assetloan.documents.import_report import ImportReport
from assetloan.documents.sheets import read_table_file
from assetloan.identity.rules import console
from tests.conftest import NOW

Rows = Sequence[Sequence[Any]]


def workbook(sheets: dict[str, Rows], touch: Callable[[Any], None] | None = None) -> bytes:
    """A workbook with these sheets; `touch` may merge, colour, hide and protect before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    if touch is not None:
        touch(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def sheet(*rows: Sequence[Any], touch: Callable[[Any], None] | None = None, name: str = "Sheet1") -> bytes:
    """A workbook of one sheet; `touch` gets the sheet."""
    return workbook({name: rows}, None if touch is None else lambda book: touch(book[name]))


def web_page(rows: Rows, *, head: str = "", attributes: dict[tuple[int, int], str] | None = None) -> bytes:
    """A web page whose table a web system calls .xls; `attributes` of cells by row and column."""
    more = attributes or {}
    body = "".join(
        "<tr>" + "".join(f"<td {more.get((r, c), '')}>{cell}</td>" for c, cell in enumerate(row) if cell is not None)
        for r, row in enumerate(rows)
    )
    return f"<html><head><meta charset='windows-874'></head><body>{head}<table>{body}</table></body></html>".encode(
        "cp874"
    )


def take(data: bytes, answers: Answers | None = None, **options: Any) -> ImportReport:
    """Import a file as a command does, in one transaction."""
    parsed = read_assets(read_table_file(data, "ทะเบียน").sheets, answers=answers or Answers())
    options.setdefault("file_hash", hashlib.sha256(data).hexdigest())
    with transaction():
        return import_assets(console(), parsed, ImportOptions(**options), now=NOW)


def look(data: bytes, answers: Answers | None = None, **options: Any) -> tuple[Judgement, list[Suggestion], Any]:
    """Judge a file as a preview does: the verdicts, the suggestions, and what was read."""
    parsed = read_assets(read_table_file(data, "ทะเบียน").sheets, answers=answers or Answers())
    with transaction():
        judgement = judge(console(), parsed, ImportOptions(**options), now=NOW)
        return judgement, suggestions(judgement), parsed


def register(*fields: str) -> list[Any]:
    """These fields of every living asset, in the order of the numbers."""
    db.session.rollback()
    columns = [getattr(Asset, name) for name in fields]
    query = select(*columns).where(Asset.withdrawn_at.is_(None)).order_by(Asset.asset_no, Asset.piece)
    rows = db.session.execute(query).all()
    return [row[0] for row in rows] if len(fields) == 1 else [tuple(row) for row in rows]


def codes(report: ImportReport) -> list[tuple[int, str]]:
    """Row and code of every refusal and every warning."""
    return [(problem.row, problem.code) for problem in (*report.errors, *report.warnings)]
