"""One row that became several things, several rows that are one set, and numbers that stand twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from assetloan.core.money import Money
from assetloan.core.text import number_key
from assetloan.documents.tables import ParsedRow

# What the second row of a set leaves blank (domain.md 8.3 item 22).
_TELLING = ("category", "brand", "model", "serial", "received_on", "price", "fund", "method", "vendor", "document_no",
            "place", "custodian", "condition", "status", "quantity", "unit")  # fmt: skip
_PARTS = ("เฉพาะ", "+", "จอ", "ชุดเดียวกัน")
# What only one thing can have: further pieces of a row do not take it.
_OF_ONE = ("gfmis_no", "serial")


def several(row: ParsedRow, numbers: Sequence[tuple[str, int]], shares: Sequence[Money] = ()) -> Iterator[ParsedRow]:
    """A row for each of the numbers (with its piece; "" asks for a temporary one); `shares` are their prices.

    What is to be said about the row is said once, with the first piece.
    """
    for part, (number, piece) in enumerate(numbers, 1):
        values: dict[str, Any] = row.values | {"quantity": 1, "needs_temporary": not number}
        if number:
            values |= {"asset_no": number, "piece": piece}
        if part > 1:
            for name in _OF_ONE:
                values.pop(name, None)
        if shares:
            values["price"] = shares[part - 1]
        yield ParsedRow(
            row.sheet, row.row, values, row.original, row.headings, list(row.errors),
            row.warnings if part == 1 else [], part, row.corrected, dict(row.suggested), row.said,
        )  # fmt: skip


def find_sets_and_doubles(rows: list[ParsedRow]) -> None:
    """Number the pieces of a set, reject every other row whose number was there before."""
    seen: dict[tuple[str, int], ParsedRow] = {}
    first: ParsedRow | None = None  # the row that may be the first of a set, while its number goes on
    first_key = ""
    pieces = 1
    for row in rows:
        if "asset_no" not in row.values:
            first = None
            continue
        key = number_key(row.values["asset_no"])
        if first is None or first.sheet != row.sheet or first_key != key:
            first, first_key, pieces = row, key, row.values["piece"]
        elif row.values["piece"] == 1 and _continues_set(first, row):
            pieces += 1
            row.values["piece"] = pieces
        place = (key, row.values["piece"])
        if place in seen:
            _reject_double(row, seen, key)
        else:
            seen[place] = row


def _reject_double(row: ParsedRow, seen: dict[tuple[str, int], ParsedRow], key: str) -> None:
    """The later row is refused; where it seems to be a part of the first, the number of a piece is suggested."""
    before = seen[key, row.values["piece"]]
    row.reject("asset_no", "duplicate", row=before.row)
    told = f"{row.values.get('note', '')} {row.values.get('name', '')} {before.values.get('note', '')}"
    if before.values.get("name") != row.values.get("name") and any(word in told for word in _PARTS):
        piece = 2
        while (key, piece) in seen:
            piece += 1
        row.suggested["asset_no"] = f"{row.values['asset_no']}#{piece}"


def _continues_set(first: ParsedRow, row: ParsedRow) -> bool:
    """Whether a row with the same number is a further piece: mostly blank where the first row is filled."""
    told = [name for name in _TELLING if first.values.get(name) not in (None, "")]
    again = [name for name in told if row.values.get(name) not in (None, "")]
    return len(told) >= 2 and len(again) * 2 < len(told) and "price" not in again
