"""Which rows of a sheet are coloured or struck out: some offices tell the state of a thing by nothing else.

Only the style numbers of cells are read, and those only of styles that colour or strike out; most files have none.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from typing import BinaryIO
from xml.etree import ElementTree

STRUCK = "struck"
MOST_COLOURS = 8  # more is decoration
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PIECE = 2**20
_KEEP = 400
_MOST = 4 * 2**20
# The first colours of the old palette that offices still use, by number.
_PALETTE = {
    **{2: "FF0000", 5: "FFFF00", 10: "FF0000", 11: "00FF00", 12: "0000FF", 13: "FFFF00", 14: "FF00FF", 15: "00FFFF"},
    **{43: "FFFF99", 45: "FF99CC", 46: "CC99FF", 47: "FFCC99", 51: "FFCC00", 52: "FF9900", 53: "FF6600"},
}


def rows_coloured(source: BinaryIO) -> dict[str, dict[int, tuple[str, int]]]:
    """Sheet → row from 0 → what most of its marked cells have, and how many they are. Of a checked xlsx only."""
    with zipfile.ZipFile(source) as archive:
        names = set(archive.namelist())
        if "xl/styles.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
            return {}
        marked = _marked_styles(_small(archive, "xl/styles.xml"))
        if not marked:
            return {}
        found = {}
        for sheet, part in _parts(archive).items():
            if part in names:
                rows = _rows(archive, part, marked)
                if rows and len({colour for colour, _count in rows.values()}) <= MOST_COLOURS:
                    found[sheet] = rows
        return found


def _small(archive: zipfile.ZipFile, part: str) -> bytes:
    """A part that is small in every real workbook; of a bigger one the colours are not looked at."""
    with archive.open(part) as opened:
        data = opened.read(_MOST + 1)
    return data if len(data) <= _MOST else b"<none/>"


def _marked_styles(styles: bytes) -> dict[str, str]:
    """Number of a cell's style → its colour as RRGGBB, or that it is struck out."""
    root = ElementTree.fromstring(styles)  # noqa: S314 - a part with a DTD was refused before
    fills = [_colour(fill) for fill in root.iterfind(f"{_MAIN}fills/{_MAIN}fill")]
    struck = [_is_struck(font) for font in root.iterfind(f"{_MAIN}fonts/{_MAIN}font")]
    marked = {}
    for number, style in enumerate(root.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")):
        fill, font = int(style.get("fillId") or 0), int(style.get("fontId") or 0)
        if font < len(struck) and struck[font]:
            marked[str(number)] = STRUCK
        elif fill < len(fills) and fills[fill]:
            marked[str(number)] = fills[fill]
    return marked


def _is_struck(font: ElementTree.Element) -> bool:
    strike = font.find(f"{_MAIN}strike")
    return strike is not None and strike.get("val", "1") not in ("0", "false")


def _colour(fill: ElementTree.Element) -> str:
    """The colour of a solid fill; "" for none, for white and for greys, which are decoration."""
    pattern = fill.find(f"{_MAIN}patternFill")
    if pattern is None or pattern.get("patternType") != "solid":
        return ""
    front = pattern.find(f"{_MAIN}fgColor")
    if front is None:
        return ""
    rgb = (front.get("rgb") or "")[-6:].upper() or _PALETTE.get(int(front.get("indexed") or -1), "")
    if not re.fullmatch("[0-9A-F]{6}", rgb):
        return ""
    parts = [int(rgb[at : at + 2], 16) for at in (0, 2, 4)]
    return rgb if max(parts) - min(parts) >= 40 else ""


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet → the part that holds it."""
    relations = ElementTree.fromstring(_small(archive, "xl/_rels/workbook.xml.rels"))  # noqa: S314 - as above
    targets = {item.get("Id"): str(item.get("Target")) for item in relations}
    book = ElementTree.fromstring(_small(archive, "xl/workbook.xml"))  # noqa: S314 - as above
    sheets = book.iterfind(f"{_MAIN}sheets/{_MAIN}sheet")
    named = ((str(sheet.get("name")), targets.get(sheet.get(_RELATION), "")) for sheet in sheets)
    return {name: target.lstrip("/") if target.startswith("/") else f"xl/{target}" for name, target in named}


def _rows(archive: zipfile.ZipFile, part: str, marked: dict[str, str]) -> dict[int, tuple[str, int]]:
    styles = b"|".join(number.encode() for number in marked)
    cell = re.compile(rb'<c\b(?=[^>]*?\bs="(' + styles + rb')")[^>]*?\br="[A-Z]{1,3}([0-9]{1,7})"[^>]*[^/]>')
    counts: dict[int, Counter[str]] = {}
    tail = b""
    with archive.open(part) as opened:
        while piece := opened.read(_PIECE):
            text = tail + piece
            cut = text.rfind(b"<")
            for found in cell.finditer(text, 0, cut):
                counts.setdefault(int(found[2]) - 1, Counter())[marked[found[1].decode()]] += 1
            tail = text[cut:] if len(text) - cut < _KEEP else b""
    return {row: count.most_common(1)[0] for row, count in counts.items()}
