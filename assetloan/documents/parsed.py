"""What a reader makes of a table: rows with values and problems, and how each sheet was understood."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to tell about one cell, row (or, with row 0, sheet): where, what stood there, why."""

    sheet: str
    row: int
    column: str
    value: str
    code: str
    details: dict[str, Any] = field(default_factory=dict)
    field: str = ""


@dataclass(slots=True)
class ParsedRow:
    """One row after its cells were read. A field is in `values` only when the row says something about it.

    `headings` names each field as the file does (or as we do, when the file has no such column).
    """

    sheet: str
    row: int
    values: dict[str, Any]
    original: dict[str, str]
    headings: dict[str, str]
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    part: int = 1  # which piece, when one row of the file became several
    corrected: dict[str, str] = field(default_factory=dict)
    suggested: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)  # what stood there before a person said what it means

    @property
    def ok(self) -> bool:
        return not self.errors

    def reject(self, name: str, code: str, **details: Any) -> None:
        """Refuse the row because of one field."""
        self.errors.append(self._problem(name, code, details))

    def warn(self, name: str, code: str, **details: Any) -> None:
        """Take the row, but say something about one field."""
        self.warnings.append(self._problem(name, code, details))

    def _problem(self, name: str, code: str, details: dict[str, Any]) -> Problem:
        heading = self.headings.get(name, name)
        value = self.corrected.get(name, self.original.get(heading, ""))
        return Problem(self.sheet, self.row, heading, value, code, details, name)


@dataclass(frozen=True, slots=True)
class SeenColumn:
    """A column as it was understood: its place from 0, letters, heading, field ("" for none), the first thing in it."""

    place: int
    letters: str
    heading: str
    field: str
    example: str


@dataclass(frozen=True, slots=True)
class SeenTable:
    """How a sheet was understood: its header (rows from 1), under which key its columns are known, rows of data."""

    sheet: str
    first_row: int
    last_row: int
    key: str
    columns: tuple[SeenColumn, ...]
    rows: int


@dataclass(slots=True)
class Parsed:
    """All rows of a file, good and bad, and what is to be said about the file itself.

    `exported`: the file was written by an export, so an empty cell means "clear this". `above`: the texts that stand
    above the header of each sheet, where a unit or a room may be named. `seen`: how each sheet was understood.
    `asked`: questions that the file cannot answer, and in how many rows.
    """

    rows: list[ParsedRow]
    skipped: int = 0
    warnings: list[Problem] = field(default_factory=list)
    exported: bool = False
    above: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seen: list[SeenTable] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    colours: Counter[str] = field(default_factory=Counter)  # of rows whose state may be told by them alone
