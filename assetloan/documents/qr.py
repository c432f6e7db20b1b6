"""QR codes as vector paths: version, level and mask fixed, so that ten thousand labels take seconds (stack.md 4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from qrcode import QRCode
from qrcode import constants as level
from qrcode.util import MODE_ALPHA_NUM, QRData

from assetloan.core.errors import DomainError

QUIET = 4  # modules of white around the symbol
_CODE = "/Q/XXXXXXXX"
# Any mask is valid to readers; searching the best of eight is nine tenths of the work.
_MASK = 2
_LEVELS = {"M": level.ERROR_CORRECT_M, "H": level.ERROR_CORRECT_H}
# Characters of the alphanumeric mode that each version and level holds.
_NORMAL = ((3, "H", 35), (4, "H", 50), (5, "H", 64), (6, "H", 84), (7, "H", 93), (8, "H", 122))
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_BITS = bytes.maketrans(b"01", b"\x00\x01")
_DARK = re.compile(b"\x01+")
_SMALL = ((2, "M", 38), (3, "M", 61), (4, "M", 90), (5, "M", 122))


@dataclass(frozen=True, slots=True)
class Symbol:
    """One kind of QR code: all labels of an installation have the same."""

    version: int
    level: str
    capacity: int

    @property
    def modules(self) -> int:
        """Modules along one side, without the quiet zone."""
        return 17 + 4 * self.version


def symbol_for(base_url: str, *, small: bool = False) -> Symbol:
    """The smallest symbol that holds a label's address: 3-H for normal labels, 2-M for small ones, else a step up.

    Raises DomainError `base_url_too_long` when no label could hold it.
    """
    return symbol_holding(len(base_url.rstrip("/") + _CODE), small=small)


def symbol_holding(length: int, *, small: bool = False) -> Symbol:
    """The smallest symbol for so many characters. Raises DomainError `base_url_too_long`."""
    for version, name, capacity in _SMALL if small else _NORMAL:
        if length <= capacity:
            return Symbol(version, name, capacity)
    raise DomainError("base_url_too_long", length=length)


def matrix(text: str, symbol: Symbol) -> list[list[bool]]:
    """The modules of the code, row by row. The text is in capitals, digits and $%*+-./: and space."""
    code: QRCode[Any] = QRCode(
        version=symbol.version, error_correction=_LEVELS[symbol.level], mask_pattern=_MASK, border=0
    )
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM), optimize=0)
    code.make(fit=False)
    return [[bool(module) for module in row] for row in code.modules]


def path(text: str, symbol: Symbol) -> str:
    """The code as one SVG path, a module being one unit, without quiet zone."""
    return _path_of(matrix(text, symbol))


def _path_of(modules: Sequence[Sequence[bool] | bytes]) -> str:
    pieces: list[str] = []
    for y, row in enumerate(modules):
        line = bytes(row)
        for run in _DARK.finditer(line):
            start, width = run.start(), run.end() - run.start()
            pieces.append(f"M{start} {y}h{width}v1h-{width}z")
    return "".join(pieces)


class Series:
    """Many codes that differ only at their end, such as the labels of one installation, at a tenth of the cost.

    With version, level and mask fixed, a QR code is linear: turning one bit of the text turns the same modules
    whatever the rest says. So the modules of each bit are drawn once, and a code is a few of them laid over a first.
    """

    def __init__(self, symbol: Symbol, head: str, length: int) -> None:
        """Codes of `head` followed by `length` characters."""
        self.symbol = symbol
        # Two characters share 11 bits, so the part that changes begins at an even place.
        self.fixed = head[: len(head) - len(head) % 2]
        self.loose = head[len(self.fixed) :]
        size = len(self.loose) + length
        self.blank = self._draw("0" * size)
        self.turned = [
            [
                self._draw("0" * at + _spell(1 << bit, wide) + "0" * (size - at - wide)) ^ self.blank
                for bit in range(bits)
            ]
            for at, wide, bits in _groups(size)
        ]

    def path(self, tail: str) -> str:
        """The path of the code that ends so."""
        text, modules = self.loose + tail, self.blank
        for (at, wide, _), turned in zip(_groups(len(text)), self.turned, strict=True):
            value = _value(text[at : at + wide])
            for bit, change in enumerate(turned):
                if value >> bit & 1:
                    modules ^= change
        side = self.symbol.modules
        dots = f"{modules:0{side * side}b}".encode().translate(_BITS)
        return _path_of([dots[start : start + side] for start in range(0, side * side, side)])

    def _draw(self, tail: str) -> int:
        rows = matrix(self.fixed + tail, self.symbol)
        return int("".join("1" if module else "0" for row in rows for module in row), 2)


def _groups(size: int) -> list[tuple[int, int, int]]:
    """Where the characters of the alphanumeric mode share bits: place, characters, bits."""
    return [(at, 2, 11) if at + 1 < size else (at, 1, 6) for at in range(0, size, 2)]


def _value(characters: str) -> int:
    value = 0
    for character in characters:
        value = value * 45 + _ALPHABET.index(character)
    return value


def _spell(value: int, wide: int) -> str:
    return _ALPHABET[value // 45] + _ALPHABET[value % 45] if wide == 2 else _ALPHABET[value]


def free_path(text: str) -> tuple[str, int]:
    """Any text, small letters too, as a path, and the modules of its side without the quiet zone."""
    code: QRCode[Any] = QRCode(error_correction=level.ERROR_CORRECT_M, mask_pattern=_MASK, border=0)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    return _path_of(code.modules), len(code.modules)


@lru_cache(maxsize=64)
def svg(text: str, symbol: Symbol, *, quiet: int = QUIET) -> str:
    """The code as a complete SVG picture with its quiet zone, for a page or a document."""
    side = symbol.modules + 2 * quiet
    box = f"{-quiet} {-quiet} {side} {side}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M{-quiet} {-quiet}h{side}v{side}h-{side}z"/><path d="{path(text, symbol)}"/></svg>'
    )
