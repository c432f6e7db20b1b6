"""The font of every document, and which characters it has: in PDF/A a character without a glyph is an error."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import fontpkg_sarabun

FOLDER = Path(fontpkg_sarabun.ROOT) / "files"
USED = ("Regular", "Medium", "SemiBold", "Bold")


@lru_cache(maxsize=1)
def covered() -> frozenset[int]:
    """The code points for which every weight that documents use has a glyph."""
    return frozenset.intersection(*(_code_points((FOLDER / f"Sarabun-{name}.ttf").read_bytes()) for name in USED))


def _code_points(font: bytes) -> frozenset[int]:
    """What the character map of a TrueType font holds (Unicode subtables of format 4 and 12)."""
    start = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    found: set[int] = set()
    for number in range(count):
        platform, _, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * number)
        (form,) = struct.unpack_from(">H", font, start + offset)
        if platform in (0, 3) and form in (4, 12):
            found.update(_ranges_4(font, start + offset) if form == 4 else _ranges_12(font, start + offset))
    return frozenset(found)


def _table(font: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for number in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if name == tag:
            return int(offset)
    raise ValueError("the font has no such table")


def _ranges_4(font: bytes, at: int) -> Iterator[int]:
    """Segments of a format 4 subtable; a glyph number of 0 means that there is none."""
    doubled = struct.unpack_from(">H", font, at + 6)[0]
    ends = struct.unpack_from(f">{doubled // 2}H", font, at + 14)
    rest = at + 16 + doubled
    starts = struct.unpack_from(f">{doubled // 2}H", font, rest)
    deltas = struct.unpack_from(f">{doubled // 2}H", font, rest + doubled)
    offsets = struct.unpack_from(f">{doubled // 2}H", font, rest + 2 * doubled)
    for number, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offsets[number]:
                place = rest + 2 * doubled + 2 * number + offsets[number] + 2 * (code - first)
                glyph = struct.unpack_from(">H", font, place)[0]
            if glyph and (glyph + deltas[number]) & 0xFFFF:
                yield code


def _ranges_12(font: bytes, at: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">I", font, at + 12)
    for number in range(count):
        first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * number)
        yield from range(first, last + 1)
