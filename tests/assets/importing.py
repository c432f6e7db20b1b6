"""Register files for tests: from rows to what an import gets, through the real reader."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import openpyxl
from flask import Flask
from sqlalchemy import select

from assetloan.assets.import_service import ImportOptions, import_assets
from assetloan.assets.importing import read_assets
from assetloan.assets.models import Asset
from assetloan.core.db import db, transaction
from assetloan.core.ids import token_hash
from assetloan.documents.import_report import ImportReport
from assetloan.documents.sheets import read_table_file, write_csv
from assetloan.documents.tables import Parsed
from assetloan.identity.rules import Actor, console
from tests.conftest import NOW

HEADER = ("เลขครุภัณฑ์", "รายการ", "ราคา")


def csv_of(rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> bytes:
    """The bytes of a CSV as our own writer makes it."""
    return write_csv([header, *rows])


def xlsx_of(rows: Sequence[Sequence[Any]], title: str = "ทะเบียน") -> bytes:
    """The bytes of a workbook as Excel would make it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def parsed_of(data: bytes, **options: Any) -> Parsed:
    return read_assets(read_table_file(data, "ทะเบียน").sheets, **options)


def bring(
    rows: Sequence[Sequence[Any]],
    header: Sequence[str] = HEADER,
    *,
    actor: Actor | None = None,
    now: datetime = NOW,
    price: Any = None,
    exported: bool = False,
    **options: Any,
) -> ImportReport:
    """Import rows as a CSV file, in one transaction of their own."""
    data = csv_of(rows, header)
    parsed = parsed_of(data, price=price, exported=exported)
    options.setdefault("file_hash", token_hash(data.hex()))
    with transaction():
        return import_assets(actor or console(), parsed, ImportOptions(**options), now=now)


def counts(report: ImportReport) -> dict[str, int]:
    """What became of the rows, the zeros left out."""
    names = ("created", "updated", "unchanged", "skipped", "rejected")
    return {name: count for name in names if (count := getattr(report, name))}


def codes_of(report: ImportReport) -> list[tuple[int, str]]:
    return [(problem.row, problem.code) for problem in report.errors]


def the_asset(app: Flask, number: str) -> Asset:
    """A living asset by the stored form of its number."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Asset).where(Asset.asset_no == number, Asset.withdrawn_at.is_(None))).one()
