"""Job: a label sheet. The QR paths are drawn here, so that a thousand labels cost the server nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, BinaryIO

from assetloan.core.ids import CODE_LENGTH
from assetloan.documents import qr
from assetloan.documents.inside.pdf import make, printable

# Typst breaks Thai between words and Latin at spaces; a longer run would stand out of the column.
_LONG_RUN = re.compile(r"[^\s\u0e00-\u0e7f]{13,}")
# A series costs about as much to begin as fifty codes one by one.
WORTH_A_SERIES = 60
_BREAK = "\u200b"


def compile(source: BinaryIO, args: dict[str, Any], out: BinaryIO) -> None:
    """The job: labels as JSON in, PDF out."""
    out.write(make_sheet(json.load(source), args["stamp"]))


def make_sheet(data: dict[str, Any], stamp: int) -> bytes:
    """The finished sheet: texts made fit to print, each label with its QR path."""
    urls = [label.pop("url") for label in data["labels"]]
    symbol = qr.symbol_holding(max(map(len, urls)), small=data["layout"]["small"])
    path_of = _drawer(urls, symbol)
    sheet = printable(data)
    for label, url in zip(sheet["labels"], urls, strict=True):
        label["name"] = breakable(label["name"])
        label["unit"] = breakable(label["unit"])
        label["short"] = breakable(label["short"])
        label["path"] = path_of(url)
    sheet["side"] = str(symbol.modules)
    return make("labels", sheet, stamp)


def _drawer(urls: list[str], symbol: qr.Symbol) -> Callable[[str], str]:
    """How to draw the codes: as a series where only their ends differ, which they do on every sheet but a small one."""
    head, length = urls[0][:-CODE_LENGTH], len(urls[0])
    if len(urls) < WORTH_A_SERIES or any(len(url) != length or not url.startswith(head) for url in urls):
        return lambda url: qr.path(url, symbol)
    series = qr.Series(symbol, head, CODE_LENGTH)
    return lambda url: series.path(url[-CODE_LENGTH:])


def breakable(text: str) -> str:
    """The text with places to break in runs too long for a label's column; nothing shows there."""
    return _LONG_RUN.sub(lambda run: _BREAK.join(run[0][at : at + 10] for at in range(0, len(run[0]), 10)), text)
