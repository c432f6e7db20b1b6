"""CSV as Thai offices write it: which characters, which separator, then rows. Runs inside the child."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from assetloan.documents.errors import FileRefused

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SEPARATORS = ",;\t|"
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
# A mark needs a letter (or another mark) before it. In text of another 8-bit code, read as Thai, most do not.
_STRAY = re.compile(f"(?<![\u0e01-\u0e2e{_MARKS}\u0e24\u0e26])[{_MARKS}]")
_THAI = re.compile("[\u0e01-\u0e5b]")
LONGEST_FIELD = 1_000_000


def decode(data: bytes) -> str:
    """The text of a CSV: UTF-8 with or without BOM, UTF-16 with BOM, TIS-620 or Windows-874. Never a guess."""
    for mark, name in _BOMS.items():
        if data.startswith(mark):
            return _checked(data, name)
    try:
        return _checked(data, "utf-8")
    except FileRefused:
        text = _checked(data, "cp874")
    thai, stray = len(_THAI.findall(text)), len(_STRAY.findall(text))
    if thai == 0 or stray * 20 > thai:
        raise FileRefused("file_encoding")
    return text


def _checked(data: bytes, name: str) -> str:
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        raise FileRefused("file_encoding") from None
    if _CONTROL.search(text):
        raise FileRefused("file_not_sheet")
    return text


def separator(text: str) -> str:
    """The separator that gives the most even table over the first rows; a comma when nothing tells."""
    stated = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    if stated:
        return stated[1]
    head = text[:65536]
    best, best_score = ",", 0
    for candidate in _SEPARATORS:
        widths = [len(row) for row, _ in zip(_parse(head, candidate), range(40), strict=False)]
        wide = [width for width in widths if width > 1]
        # Rows that agree on one width count most: a comma inside a name must not beat the real separator.
        score = max((wide.count(width) * 100 + width for width in set(wide)), default=0)
        if score > best_score:
            best, best_score = candidate, score
    return best


def rows(text: str) -> Iterator[list[str]]:
    """The rows of a CSV, cell texts as they are."""
    chosen = separator(text)
    lines = _parse(text, chosen)
    if re.match(r"sep=.\r?\n", text, re.IGNORECASE):
        next(lines)
    yield from lines


def _parse(text: str, chosen: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_FIELD)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=chosen)
    except csv.Error:
        raise FileRefused("file_broken") from None
