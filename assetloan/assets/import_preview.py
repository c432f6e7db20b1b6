"""What a preview shows of a judged import: plain JSON, kept with the batch, so that a page needs no second reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from assetloan.assets.import_judge import Judged, Judgement, Verdict
from assetloan.assets.import_suggest import Suggestion
from assetloan.assets.importing.headers import ASSETS
from assetloan.documents.import_report import ImportReport, problem_json
from assetloan.documents.tables import Parsed

FIRST_ROWS = 50
MOST_PROBLEMS = 500
DUPLICATE, CHECK = "duplicate", "check"
_FIELDS = frozenset(column.field for column in ASSETS.columns)


def preview(
    parsed: Parsed, judgement: Judgement, report: ImportReport, suggested: Sequence[Suggestion]
) -> dict[str, Any]:
    """The preview of an import:

    `counts`: rows, created, updated, unchanged, rejected, skipped. `labels`: the same rows by what people call them:
    created (ใหม่), updated (ปรับปรุง), unchanged and duplicate (ซ้ำ), check (ต้องตรวจ).
    `seen`: per table `sheet, first_row, last_row` (of the header, from 1), `key, rows` and `columns` of
    `place` (from 0), `letters, heading, field` ("" for none), `example`; what `Answers.columns` may change.
    `asked`: question of `Answers` (price, century, ranges, lots) → rows that it concerns.
    `suggestions`: `field, said, meant, rows, sheet, row` (the first row): accept one with `Answers.meaning`.
    `check`: the refused rows, up to a limit: `sheet, row, part, label, cells` (field → text as it stands now, for the
    columns of that row), `problems` (`field, column, code, message, value`), `suggested` (field → text).
    `rows`: the first rows with their verdicts. `errors`, `warnings`, `more`: all problems up to a limit.
    `price_asked`, `many`: whether a price is in question, and how many rows have several pieces.
    """
    counts = {name: getattr(report, name) for name in ("rows", *Verdict)} | {"skipped": report.skipped}
    refused = judgement.of(Verdict.REJECTED)
    return {
        "counts": counts,
        "labels": _labels(judgement),
        "seen": [asdict(table) for table in parsed.seen],
        "asked": dict(parsed.asked),
        "suggestions": [asdict(one) for one in suggested[:MOST_PROBLEMS]],
        "check": [_checked(item) for item in refused[:MOST_PROBLEMS]],
        "errors": [problem_json(problem) for problem in report.errors[:MOST_PROBLEMS]],
        "warnings": [problem_json(problem) for problem in report.warnings[:MOST_PROBLEMS]],
        "more": max(0, len(report.errors) - MOST_PROBLEMS),
        "price_asked": any(problem.code == "price_ambiguous" for problem in report.warnings),
        "many": sum(1 for item in judgement.rows if (item.row.values.get("quantity") or 1) > 1),
        "rows": [_shown(item) for item in judgement.rows[:FIRST_ROWS]],
    }


def label(item: Judged) -> str:
    """The verdict as people call it: a refused row is a double, or has to be looked at."""
    if item.verdict is not Verdict.REJECTED:
        return item.verdict.value
    return DUPLICATE if {problem.code for problem in item.row.errors} == {"duplicate"} else CHECK


def _labels(judgement: Judgement) -> dict[str, int]:
    found = dict.fromkeys(
        (*(verdict.value for verdict in Verdict if verdict is not Verdict.REJECTED), DUPLICATE, CHECK), 0
    )
    for item in judgement.rows:
        found[label(item)] += 1
    return found


def _checked(item: Judged) -> dict[str, Any]:
    row = item.row
    cells = {name: row.original.get(heading, "") for name, heading in row.headings.items() if name in _FIELDS}
    return {
        "sheet": row.sheet,
        "row": row.row,
        "part": row.part,
        "label": label(item),
        "cells": cells | row.corrected,
        "problems": [problem_json(problem) | {"field": problem.field} for problem in (*row.errors, *row.warnings)],
        "suggested": dict(row.suggested),
    }


def _shown(item: Judged) -> dict[str, Any]:
    said = item.row.values
    changed = item.verdict is Verdict.UPDATED
    return {
        "sheet": item.row.sheet,
        "row": item.row.row,
        "part": item.row.part,
        "verdict": item.verdict.value,
        "label": label(item),
        "asset_no": said.get("asset_no", ""),
        "name": said.get("name", ""),
        "price": said["price"].display() if said.get("price") is not None else "",
        "changes": sorted(name.removesuffix("_id") for name in item.values) if changed else [],
    }
