"""Web pages named .xls: the rows of their tables, one under another as a spreadsheet shows them. Runs in the child.

The parser of the standard library reads events and builds no tree: it opens nothing, expands no entity that a page
declares, and runs nothing. A page that declares entities is refused before it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from assetloan.documents.errors import FileRefused
from assetloan.documents.inside import zipcheck

Range = tuple[int, int, int, int]
MOST_OPEN = 1000

_DECLARED = re.compile(r"<!\s*ENTITY|<!\s*DOCTYPE[^>]*\[", re.IGNORECASE)
_BREAKS = frozenset({"br", "p", "div", "li"})
_SILENT = frozenset({"script", "style", "head", "template", "noscript"})
_SPACE = re.compile(r"[ \t\r\n\f]+")


def rows_of(text: str) -> tuple[list[list[str]], list[Range]]:
    """All rows and the ranges that cells span. Raises FileRefused."""
    if _DECLARED.search(text):
        raise FileRefused("file_unsafe")
    if text.count("<") > 2 * text.count(">") + MOST_OPEN:  # tags that never end would be looked through again and again
        raise FileRefused("file_broken")
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.end_page()
    if not reader.tables:
        raise FileRefused("file_web_page")
    return reader.rows, reader.merged


class _Reader(HTMLParser):
    """Collects cells as the tags go by. A table inside a cell is text of that cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.merged: list[Range] = []
        self.tables = 0
        self._depth = 0
        self._silent = 0
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._held: dict[int, int] = {}  # column → rows below that a cell from above still covers
        self._line: list[str] = []  # text outside of tables: titles

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            self._depth += 1
            self.tables += 1
            if self._depth == 1:
                self.end_line()
                self._held = {}
        elif tag in _BREAKS:
            self._break()
        elif self._depth == 1 and tag == "tr":
            self._end_row()
            self._row = []
        elif self._depth == 1 and tag in ("td", "th"):
            self._begin_cell(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "table" and self._depth:
            if self._depth == 1:
                self._end_row()
            self._depth -= 1
        elif self._depth == 1 and tag == "tr":
            self._end_row()
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()
        elif tag in _BREAKS or (self._depth == 0 and tag.startswith("h")):
            self._break()

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._cell is not None:
            self._cell.append(_SPACE.sub(" ", data))
        elif not self._depth:
            self._line.append(_SPACE.sub(" ", data))

    def _break(self) -> None:
        if self._cell is not None:
            self._cell.append("\n")
        elif not self._depth:
            self.end_line()

    def end_page(self) -> None:
        """What is still open at the end of the page."""
        self._end_row()
        self.end_line()

    def end_line(self) -> None:
        """Text outside of tables becomes a row of its own: titles stand there."""
        line = "".join(self._line).strip()
        self._line = []
        if line:
            self._add([line])

    def _begin_cell(self, attrs: dict[str, str | None]) -> None:
        self._end_cell()
        if self._row is None:
            self._row = []
        self._span = (_number(attrs.get("rowspan")), _number(attrs.get("colspan")))
        self._cell = []

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        self._pass_held()
        text = "\n".join(line.strip(" ") for line in "".join(self._cell).split("\n")).strip("\n")
        self._cell = None
        down, right = self._span
        first = len(self._row)
        if first + right > zipcheck.Limits.COLUMNS:
            raise FileRefused("file_too_many_columns", sheet="", columns=first + right, **zipcheck.limits())
        self._row += [text, *[""] * (right - 1)]
        if down > 1:
            below = len(self.rows)
            self.merged.append((below, first, below + down - 1, first + right - 1))
            self._held |= dict.fromkeys(range(first, first + right), down)

    def _pass_held(self) -> None:
        """Leave out the columns that a cell from above covers."""
        row = self._row
        while row is not None and self._held.get(len(row), 0) > 0:
            row.append("")

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is None:
            return
        self._pass_held()
        row, self._row = self._row, None
        self._add(row)
        self._held = {column: left - 1 for column, left in self._held.items() if left > 1}

    def _add(self, row: list[str]) -> None:
        self.rows.append(row)
        if len(self.rows) > zipcheck.Limits.MOST_ROWS:
            raise FileRefused("file_too_many_rows", rows=len(self.rows), **zipcheck.limits())


def _number(written: str | None) -> int:
    """A span as a page states it; anything else is one."""
    digits = (written or "").strip()
    return max(1, min(int(digits), zipcheck.Limits.ROWS)) if digits.isascii() and digits.isdigit() else 1


def cells(rows: list[list[str]]) -> Iterator[list[str]]:
    """The rows, given away one by one."""
    rows.reverse()
    while rows:
        yield rows.pop()
