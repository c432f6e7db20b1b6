"""Job: a document from a fixed Typst template and JSON data. Runs inside the child, or in process for a small one.

Texts are only ever data: they reach the template as one JSON string and are never read as markup.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import typst

from assetloan.core.text import clean_multiline
from assetloan.documents import fonts
from assetloan.documents.textlayer import repair

TEMPLATES = Path(__file__).resolve().parent.parent / "typst"
# PDF/A-2b for keeping, PDF/UA-1 for being read aloud.
STANDARDS: list[Any] = ["a-2b", "ua-1"]
_ALLOWED = frozenset(map(chr, fonts.covered())) | {"\n"}
SUBSTITUTE = "?"


def compile(source: BinaryIO, args: dict[str, Any], out: BinaryIO) -> None:
    """The job: JSON data in, PDF out."""
    out.write(make(args["template"], printable(json.load(source)), args["stamp"]))


def make(template: str, data: Any, stamp: int) -> bytes:
    """The finished PDF; the same data and stamp give the same bytes. `data` must be printable."""
    compiler = typst.Compiler(
        input=TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    pdf = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=stamp)
    if not isinstance(pdf, bytes):
        raise TypeError("one file expected")
    return repair(pdf)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.FOLDER])


def printable(value: Any) -> Any:
    """The same data with every text fit to print: no control characters, and nothing the font has no glyph for."""
    if isinstance(value, str):
        return _printable_text(value)
    if isinstance(value, dict):
        return {name: printable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [printable(inner) for inner in value]
    return value


@lru_cache(maxsize=4096)
def _printable_text(text: str) -> str:
    shown = clean_multiline(text)
    if _ALLOWED.issuperset(shown):
        return shown
    return "".join(letter if letter in _ALLOWED else SUBSTITUTE for letter in shown)
