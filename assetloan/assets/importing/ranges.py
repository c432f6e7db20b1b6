"""Several numbers in one cell: ranges and lists, each number written out (domain.md 8.3 item 7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assetloan.assets.importing.answers import RangeMeans
from assetloan.core.text import asset_number

MOST_PIECES = 1000
YEARS_FROM = 43  # "/1-66": the first thing of year 66, not sixty-six things

_MAY_BE_MANY = re.compile(r"ถึง|[,;~\r\n]|\bto\b|และ|[/(] ?[0-9๐-๙]+ ?[-‐-―−] ?[0-9๐-๙]+ ?\)?\s*$")
_UNTIL = re.compile(r"\s*(?:ถึง|~|\bto\b)\s*")
_AND = re.compile(r"\s*(?:[,;]|และ|\r?\n)\s*")
_TAIL = re.compile(r"(.*?)([0-9]+)")
_DASHED = re.compile(r"(.+/|.+(?= ?\())(?: ?\()?([0-9]{1,4})-([0-9]{1,4})\)?")
_ELLIPSIS = re.compile(r"^(?:…|\.{2,})\s*")


@dataclass(frozen=True, slots=True)
class Spread:
    """What a cell with several numbers says: the numbers, one when it is a single one.

    `asked`: only a person knows whether it is a range. `unclear`: it looks like several, but cannot be read so.
    """

    numbers: tuple[str, ...]
    asked: bool = False
    unclear: bool = False


@lru_cache(maxsize=4096)
def spread(text: str, quantity: int | None = None, means: RangeMeans | None = None) -> Spread:
    """The numbers that a cell names, written out."""
    if not _MAY_BE_MANY.search(text):
        return Spread((text,))
    parts = [part for part in (asset_number(part) for part in _AND.split(text)) if part]
    if len(parts) == 1 and len(_UNTIL.split(parts[0])) == 1:
        return _dashed(parts[0], quantity, means)
    numbers: list[str] = []
    for part in parts:
        found = _one_or_range(part, numbers[-1] if numbers else "")
        if found is None or len(numbers) + len(found) > MOST_PIECES:
            return Spread((text,), unclear=True)
        numbers += found
    if len(set(numbers)) < len(numbers):
        return Spread((text,), unclear=True)
    return Spread(tuple(numbers))


def _dashed(number: str, quantity: int | None, means: RangeMeans | None) -> Spread:
    """7440-001-0001/1-15: a range when the quantity says so; else somebody has to say."""
    found = _DASHED.fullmatch(number)
    if found is None or int(found[2]) >= int(found[3]):
        return Spread((number,))
    count = int(found[3]) - int(found[2]) + 1
    prefix = found[1].rstrip() if found[1].endswith("/") else f"{found[1].rstrip()}/"
    if count <= MOST_PIECES and (quantity == count or (means == "pieces" and quantity in (None, 0))):
        return Spread(tuple(_written(prefix, found[2], int(found[2]), int(found[3]))))
    unanswered = quantity is None and int(found[3]) < YEARS_FROM
    return Spread((number,), asked=unanswered, unclear=quantity not in (None, 1))


def _one_or_range(part: str, before: str) -> list[str] | None:
    """A number, the end of one whose head stands in the number before it, or a range; None when it is none of these."""
    ends = _UNTIL.split(part)
    if len(ends) > 2:
        return None
    if not before and (begun := _DASHED.fullmatch(part)) is not None and begun[1].endswith("/"):
        return _between(f"{begun[1]}{begun[2]}", f"{begun[1]}{begun[3]}")  # the first of a list: 0001/1-3,5
    first = _whole(ends[0], before)
    if first is None:
        return None
    if len(ends) == 1:
        dashed = re.fullmatch(r"([0-9]{1,4})-([0-9]{1,4})", part) if before else None
        return _between(f"{_head(before)}{dashed[1]}", f"{_head(before)}{dashed[2]}") if dashed else [first]
    last = _whole(ends[1], first)
    return None if last is None else _between(first, last)


def _whole(end: str, before: str) -> str | None:
    """A number as a whole: "3", "/3", "-012" and "…/15" take their head from the number before."""
    bare = _ELLIPSIS.sub("", end)
    tail = _TAIL.fullmatch(bare)
    if not before:
        return bare or None
    known = _TAIL.fullmatch(before)
    if tail is None or known is None:
        return bare if bare and len(bare) > 4 and not bare.isdigit() else None
    head, digits = tail[1], tail[2]
    if known[1].endswith(head) and head != known[1]:
        return f"{known[1]}{digits.zfill(len(known[2])) if known[2].startswith('0') else digits}"
    return bare


def _head(number: str) -> str:
    found = _TAIL.fullmatch(number)
    return found[1] if found is not None else ""


def _between(first: str, last: str) -> list[str] | None:
    start, end = _TAIL.fullmatch(first), _TAIL.fullmatch(last)
    if start is None or end is None or start[1] != end[1]:
        return None
    low, high = int(start[2]), int(end[2])
    if not low < high or high - low >= MOST_PIECES:
        return None
    return _written(start[1], start[2], low, high)


def _written(head: str, like: str, low: int, high: int) -> list[str]:
    width = len(like) if like.startswith("0") else 1
    return [f"{head}{number:0{width}d}" for number in range(low, high + 1)]
