"""Days of acquisition as registers head and write them: which era, which question, which fiscal year."""

from __future__ import annotations

import re

from assetloan.assets.importing.cells import says_nothing
from assetloan.core.calendar import ParsedDate
from assetloan.documents import cells as common

_SHORT_YEAR = re.compile(r"(?<![0-9๐-๙])[0-4๐-๔][0-9๐-๙]\s*$")


def is_thai_year(heading: str) -> bool:
    """Whether a heading says that its years are พ.ศ."""
    return "พ.ศ" in heading or "พศ" in heading


def asks_century(cell: common.Cell) -> bool:
    """Whether the years 00–42 are in question here."""
    if not isinstance(cell, str) or not _SHORT_YEAR.search(cell):
        return False
    try:
        common.day(cell)
    except common.CellError as error:
        return error.code == "date_ambiguous"
    return False


def is_iso(text: str) -> bool:
    """Whether a text begins like an ISO date, whose year is ค.ศ. without saying so."""
    head = text.strip()[:5]
    return head[:4].isdigit() and head[4:] == "-"


def fiscal_year(cell: common.Cell) -> ParsedDate | None:
    """The fiscal year in a column of its own, whatever stands before the number. Raises CellError."""
    text = common.line(cell)
    if says_nothing(text):
        return None
    return common.day(text if "ปี" in text else f"ปีงบ {text}", two_digit="be")
