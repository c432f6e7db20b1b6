"""The answer of every import: how many rows became what, and for each refused row why (contract.md 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assetloan.core.i18n import _, word_code
from assetloan.core.money import Money
from assetloan.documents import table_words, words  # noqa: F401 - register the sentences
from assetloan.documents.tables import Parsed, ParsedRow, Problem

Word = Callable[[str, dict[str, Any]], str]


@dataclass(slots=True)
class ImportReport:
    """Counts of rows: rows = created + updated + unchanged + skipped + rejected."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: int = 0
    batch: str | None = None
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, parsed: Parsed) -> ImportReport:
        """The report of a file whose rows were judged; the caller counts what became of the good ones."""
        bad = [row for row in parsed.rows if not row.ok]
        return cls(
            rows=len(parsed.rows) + parsed.skipped,
            skipped=parsed.skipped,
            rejected=len(bad),
            errors=[problem for row in bad for problem in row.errors],
            warnings=[*parsed.warnings, *(problem for row in parsed.rows for problem in row.warnings)],
        )

    def refuse(self) -> None:
        """Nothing was written because some rows were refused: the good ones count as skipped."""
        self.created = self.updated = self.unchanged = 0
        self.skipped = self.rows - self.rejected

    def to_json(self, word: Word = word_code) -> dict[str, Any]:
        """The JSON object of the contract, with the sentences in the reader's language."""
        return {
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "rejected": self.rejected,
            "batch": self.batch,
            "errors": [problem_json(problem, word) for problem in self.errors],
            "warnings": [problem_json(problem, word) for problem in self.warnings],
        }


def problem_json(problem: Problem, word: Word = word_code) -> dict[str, Any]:
    """One error or warning of the contract."""
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "code": problem.code,
        "message": word(problem.code, problem.details),
    }


def kept_problem(problem: Problem) -> dict[str, Any]:
    """A problem as it is stored: code and facts, so that each reader gets the sentence in a language of their own."""
    details = {name: _kept_fact(value) for name, value in problem.details.items()}
    told = {"sheet": problem.sheet, "row": problem.row, "column": problem.column, "value": problem.value}
    return told | {"code": problem.code, "details": details, "field": problem.field}


def sentence(kept: Mapping[str, Any], word: Word = word_code) -> str:
    """What a stored problem says."""
    return word(kept["code"], {name: _fact_of(value) for name, value in kept["details"].items()})


def _kept_fact(value: Any) -> Any:
    if isinstance(value, Money):
        return {"money": value.satang}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value if isinstance(value, int) or value is None else str(value)


def _fact_of(kept: Any) -> Any:
    if not isinstance(kept, dict):
        return kept
    return Money(kept["money"]) if "money" in kept else date.fromisoformat(kept["day"])


def error_sheet(rows: Iterable[ParsedRow], word: Word = word_code) -> list[list[str]]:
    """The rows of FILE.errors.xlsx: where, why, and the original cells, so that it can be corrected and read again."""
    every = list(rows)
    bad = [row for row in every if not row.ok]
    # An empty cell is not kept, so the fullest row of the file tells best how its columns stood.
    fullest = max(every, key=lambda row: len(row.original), default=None)
    told = [fullest, *bad] if fullest is not None else bad
    headings = list(dict.fromkeys(heading for row in told for heading in row.original))
    table = [[_("แผ่นงาน"), _("แถวที่"), _("เหตุที่ไม่รับ"), *headings]]
    for row in bad:
        reasons = "\n".join(f"{problem.column}: {word(problem.code, problem.details)}" for problem in row.errors)
        table.append([row.sheet, str(row.row), reasons, *(row.original.get(heading, "") for heading in headings)])
    return table
