"""The judged rows of an import that waits, in a table: a page of 50,000 rows reads only the rows that it shows.

They are kept by the calls that judge a staged file; once it is confirmed only the refused ones stay, for the error
sheet. `told` of a row: asset_no, name, price, part, changes; of one that has to be looked at also cells (field → text
as it stands now), errors, warnings (field, column, code, details, value), suggested, original (heading → text).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select

from assetloan.assets.import_judge import Judged, Judgement, Verdict
from assetloan.assets.import_preview import CHECK, DUPLICATE, label
from assetloan.assets.importing.headers import ASSETS
from assetloan.assets.importing.models import ImportRow
from assetloan.core.bulk import insert_rows
from assetloan.core.db import db
from assetloan.core.i18n import _
from assetloan.documents.import_report import kept_problem, sentence
from assetloan.documents.tables import Problem

ON_A_PAGE = 25
ALL_CELLS = 2_000  # in a bigger file only the cells of rows that have to be looked at are kept
WARNED, ALL = "warned", "all"
TO_CHECK = (CHECK, DUPLICATE)
SHOWN = (CHECK, DUPLICATE, WARNED, "created", "updated", "unchanged", ALL)
_FIELDS = frozenset(column.field for column in ASSETS.columns)


def keep(batch_id: int, judgement: Judgement, *, refused_only: bool = False) -> None:
    """Keep the verdicts of a file in place of those before; of a small file the cells of every row, to be corrected."""
    every = len(judgement.rows) <= ALL_CELLS
    db.session.execute(delete(ImportRow).where(ImportRow.batch_id == batch_id))
    insert_rows(
        ImportRow,
        [
            {
                "batch_id": batch_id,
                "place": place,
                "label": label(item),
                "warned": bool(item.row.ok and (item.row.warnings or item.row.suggested)),
                "sheet": item.row.sheet,
                "row": item.row.row,
                "told": _told(item, cells=every),
            }
            for place, item in enumerate(judgement.rows)
            if not refused_only or item.verdict is Verdict.REJECTED
        ],
    )


def _told(item: Judged, *, cells: bool) -> dict[str, Any]:
    row, said = item.row, item.row.values
    told: dict[str, Any] = {
        "asset_no": said.get("asset_no", ""),
        "name": said.get("name", ""),
        "price": said["price"].display() if said.get("price") is not None else "",
        "part": row.part,
    }
    if item.verdict is Verdict.UPDATED:
        told["changes"] = sorted(name.removesuffix("_id") for name in item.values)
    if row.ok and not row.warnings and not row.suggested and not cells:
        return told
    told_cells = {name: row.original.get(heading, "") for name, heading in row.headings.items() if name in _FIELDS}
    told |= {
        "cells": told_cells | row.corrected,
        "errors": _problems(row.errors),
        "warnings": _problems(row.warnings),
        "suggested": dict(row.suggested),
    }
    if not row.ok:
        corrected = {row.headings.get(name, name): text for name, text in row.corrected.items()}
        told["original"] = row.original | corrected
    return told


def _problems(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [kept_problem(problem) for problem in problems]


@dataclass(frozen=True, slots=True)
class RowList:
    """The rows of one import under one label ("warned": taken with a remark, "all": every row), in the file's order."""

    batch_id: int
    shown: str

    def _clauses(self) -> list[ColumnElement[bool]]:
        clauses = [ImportRow.batch_id == self.batch_id]
        if self.shown == WARNED:
            clauses.append(ImportRow.warned.is_(True))
        elif self.shown != ALL:
            clauses.append(ImportRow.label == self.shown)
        return clauses

    def count(self) -> int:
        return db.session.scalar(select(func.count()).select_from(ImportRow).where(*self._clauses())) or 0

    def page(self, number: int) -> Sequence[ImportRow]:
        """The rows of one page, from 1."""
        start = (number - 1) * ON_A_PAGE
        query = select(ImportRow).where(*self._clauses()).order_by(ImportRow.place)
        return db.session.scalars(query.offset(start).limit(ON_A_PAGE)).all()


def row_at(batch_id: int, place: int) -> ImportRow | None:
    """One row by its order in the file."""
    query = select(ImportRow).where(ImportRow.batch_id == batch_id, ImportRow.place == place)
    return db.session.scalars(query).one_or_none()


def refused_rows(batch_id: int) -> Iterator[ImportRow]:
    """Every refused row, one by one."""
    wanted = ImportRow.batch_id == batch_id, ImportRow.label.in_(TO_CHECK)
    yield from db.session.scalars(select(ImportRow).where(*wanted).order_by(ImportRow.place).limit(60_000))


def error_table(batch_id: int, seen: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The error sheet: where, why, and the cells as they stand, so that it can be corrected and read again."""
    rows = list(refused_rows(batch_id))
    headings = dict.fromkeys(column["heading"] for table in seen for column in table["columns"] if column["heading"])
    headings |= dict.fromkeys(heading for row in rows for heading in row.told["original"])
    table = [[_("แผ่นงาน"), _("แถวที่"), _("เหตุที่ไม่รับ"), *headings]]
    for row in rows:
        reasons = "\n".join(f"{error['column']}: {sentence(error)}" for error in row.told["errors"])
        cells = row.told["original"]
        table.append([row.sheet, str(row.row), reasons, *(cells.get(heading, "") for heading in headings)])
    return table
