"""What a preview shows of a judged import: plain JSON, kept with the batch, so that a page needs no second reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from assetloan.assets.import_judge import Judged, Judgement, NewPlace, Verdict
from assetloan.assets.import_suggest import Suggestion
from assetloan.core import text
from assetloan.documents.import_report import ImportReport, kept_problem
from assetloan.documents.tables import Parsed

MOST_TOLD = 500
DUPLICATE, CHECK = "duplicate", "check"


def preview(
    parsed: Parsed, judgement: Judgement, report: ImportReport, suggested: Sequence[Suggestion]
) -> dict[str, Any]:
    """The preview of an import; its rows stand in a table of their own (`import_rows`):

    `counts`: rows, created, updated, unchanged, rejected, skipped. `labels`: the same rows by what people call them:
    created (ใหม่), updated (ปรับปรุง), unchanged and duplicate (ซ้ำ), check (ต้องตรวจ).
    `seen`: per table `sheet, first_row, last_row` (of the header, from 1), `key, rows` and `columns` of
    `place` (from 0), `letters, heading, field` ("" for none), `example`; what `Answers.columns` may change.
    `asked`: question of `Answers` → rows that it concerns. `colours`: colour → rows that have it, where one is asked.
    `suggestions`: `field, said, meant, rows, sheet, row` (the first row): accept one with `Answers.meaning`.
    `new_places`: `said, unit_id, rows` of the places that the import would add.
    `warnings`: what is to be said about sheets (code and facts).
    """
    counts = {name: getattr(report, name) for name in ("rows", *Verdict)} | {"skipped": report.skipped}
    return {
        "counts": counts,
        "labels": _labels(judgement),
        "seen": [asdict(table) for table in parsed.seen],
        "asked": dict(parsed.asked),
        "colours": dict(parsed.colours),
        "suggestions": [asdict(one) for one in suggested[:MOST_TOLD]],
        "new_places": _new_places(judgement),
        "warnings": [kept_problem(problem) for problem in parsed.warnings],
    }


def _new_places(judgement: Judgement) -> list[dict[str, Any]]:
    count = Counter(
        place for item in judgement.rows if isinstance(place := item.values.get("place_id"), NewPlace) and item.row.ok
    )
    told = [
        {"said": place.name, "unit_id": place.unit_id, "rows": rows} for place, rows in count.most_common(MOST_TOLD)
    ]
    return sorted(told, key=lambda one: (-one["rows"], text.sort_key(one["said"])))


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
