"""Repair of the text layer of a PDF made by Typst, so that search, copying and screen readers get right Thai.

Where a tone mark sits above another mark, Typst draws the mark as a run of its own and lets it claim the whole
cluster a second time: คำสั่ง would be found as คำสั่สั่ง. The picture is right. Here every glyph without width that
claims a cluster, in the font's map or in a span of its own, is pointed at U+200B, which shows nothing. (An empty
replacement would break readers built on pdfium.) Word joiners that keep a word on one line go out too.

This reads the exact syntax of the pinned version; a test with คำสั่ง, ตั้งแต่, ครั้งที่ fails when an upgrade changes
either side.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

_NOTHING = b"200B"
_JOINER = b"2060"
# One marked span with the text it claims, one font, one position, one showing of glyphs.
_SPAN = re.compile(
    rb"/Span<</ActualText<FEFF([0-9A-F]+)>>>BDC 0 Tr/(\w+) [\d.]+ Tf [^\n\[(]* Tm"
    rb"(\[.*?\]TJ|\((?:[^\\()]|\\.)*\)Tj)\nEMC",
    re.DOTALL,
)
_STRING = re.compile(rb"\(((?:[^\\()]|\\.)*)\)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_MAPPED = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")


def repair(pdf: bytes) -> bytes:
    """The same document with a right text layer. The same input gives the same bytes."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        known: dict[tuple[int, int], frozenset[int]] = {}
        for page in document.pages:
            fonts = {name[1:].encode(): font for name, font in page.resources.get("/Font", {}).items()}
            thin = {name: _thin_glyphs(font, known) for name, font in fonts.items()}
            content = page.obj.Contents
            content.write(_repair_spans(content.read_bytes(), thin))
        target = io.BytesIO()
        document.save(target, deterministic_id=True)
    return target.getvalue()


def _thin_glyphs(font: Any, known: dict[tuple[int, int], frozenset[int]]) -> frozenset[int]:
    """The glyphs of a font that have no width; its map is repaired on first sight."""
    if font.objgen not in known:
        widths = _widths(font.DescendantFonts[0])
        default = int(font.DescendantFonts[0].get("/DW", 1000))
        text = font.ToUnicode.read_bytes()
        mapped = {int(glyph, 16) for glyph, _ in _MAPPED.findall(text)}
        thin = known[font.objgen] = frozenset(glyph for glyph in mapped if widths.get(glyph, default) == 0)
        font.ToUnicode.write(_MAPPED.sub(lambda pair: _map_line(pair, thin), text))
    return known[font.objgen]


def _widths(descendant: Any) -> dict[int, float]:
    """The widths of a font: `first last width` or `first [width …]`."""
    widths: dict[int, float] = {}
    items = list(descendant.get("/W", []))
    while items:
        first, second = int(items.pop(0)), items.pop(0)
        if isinstance(second, pikepdf.Array):
            widths.update(enumerate(map(float, second), first))
        else:
            widths.update(dict.fromkeys(range(first, int(second) + 1), float(items.pop(0))))
    return widths


def _map_line(pair: re.Match[bytes], thin: frozenset[int]) -> bytes:
    claimed = _without_joiners(pair[2])
    if int(pair[1], 16) in thin and len(claimed) > 4:
        claimed = _NOTHING
    return b"<" + pair[1] + b"> <" + claimed + b">"


def _without_joiners(text: bytes) -> bytes:
    """UTF-16 in hexadecimal, without the word joiners at its end."""
    while len(text) > 4 and text.endswith(_JOINER):
        text = text[:-4]
    return text


def _repair_spans(content: bytes, thin: dict[bytes, frozenset[int]]) -> bytes:
    def replaced(span: re.Match[bytes]) -> bytes:
        claimed = _without_joiners(span[1])
        if len(claimed) > 4 and all(glyph in thin[span[2]] for glyph in _glyphs(span[3])):
            claimed = _NOTHING
        return span[0].replace(b"<FEFF" + span[1] + b">", b"<FEFF" + claimed + b">", 1)

    return _SPAN.sub(replaced, content)


def _glyphs(shown: bytes) -> Iterator[int]:
    """The glyph numbers, two bytes each, of a text showing operator, one by one: mostly the first one tells."""
    for string in _STRING.finditer(shown):
        codes = _ESCAPE.sub(_unescape, string[1])
        for at in range(0, len(codes), 2):
            yield int.from_bytes(codes[at : at + 2], "big")


def _unescape(escape: re.Match[bytes]) -> bytes:
    if escape[1].isdigit():
        return bytes([int(escape[1], 8) & 0xFF])
    return _NAMED.get(escape[1], escape[1])
