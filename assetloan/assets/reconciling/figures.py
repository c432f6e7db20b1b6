"""The figures that were signed: kept as a file beside the workbook, read again on every view, never computed again."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from assetloan.assets.reconciling.models import Book
from assetloan.assets.reconciling.rules import Comparison, Difference, DifferenceKind, SumKey, Sums
from assetloan.core.money import Money
from assetloan.documents.files import File, files_of, path_of

KIND = "reconciliation"
OBJECT = "book_signed"
FIGURES, WORKBOOK = "figures.json.gz", "reconciliation"


def packed(comparison: Comparison, told: Iterable[str]) -> bytes:
    """The figures as a file, with the explanations of the differences: what is the same is the same bytes."""
    data = {
        "told": list(told),
        "sums": [[*key, *(getattr(sums, name) for name in Sums.__slots__)] for key, sums in comparison.sums.items()],
        "differences": [_plain(item) for item in comparison.differences],
    }
    return gzip.compress(json.dumps(data, ensure_ascii=False).encode(), compresslevel=6, mtime=0)


def _plain(item: Difference) -> list[Any]:
    values = [getattr(item, field.name) for field in fields(Difference)]
    return [value.satang if isinstance(value, Money) else value for value in values]


def _unpacked(data: bytes) -> Comparison:
    read = json.loads(gzip.decompress(data))
    differences = [Difference(DifferenceKind(kind), *rest) for kind, *rest in map(_typed, read["differences"])]
    sums = {(row[0], row[1], row[2]): Sums(*row[3:]) for row in read["sums"]}
    return Comparison(differences, sums)


def _typed(row: list[Any]) -> tuple[Any, ...]:
    """The fields of a difference in their order; the last two are amounts."""
    return *row[:-2], Money(row[-2]), Money(row[-1])


@lru_cache(maxsize=1)
def _read(sha256: str) -> Comparison:
    return _unpacked(path_of(sha256).read_bytes())


def _file(book: Book, beginning: str) -> File | None:
    found = [file for file in files_of(OBJECT, str(book.id)) if file.name.startswith(beginning)]
    return found[0] if found else None


def signed_comparison(book: Book) -> Comparison | None:
    """What was signed, None before. The answer is shared: look, do not change."""
    file = _file(book, FIGURES) if book.signed_at is not None else None
    return None if file is None else _read(file.sha256)


def signed_workbook(book: Book) -> bytes | None:
    """The workbook of the whole agency as it was signed, None before."""
    file = _file(book, WORKBOOK) if book.signed_at is not None else None
    return None if file is None else path_of(file.sha256).read_bytes()


@dataclass(frozen=True, slots=True)
class Change:
    """How today's register differs from the signed one, in one class and unit: today less signed."""

    key: SumKey
    count: int
    cost: int
    accumulated: int


def changes(signed: dict[SumKey, Sums], today: dict[SumKey, Sums]) -> list[Change]:
    """Where the register has changed since; the books of a year do not change any more."""
    keys: Iterable[SumKey] = dict.fromkeys((*signed, *today))
    found = [_change(key, signed.get(key, Sums()), today.get(key, Sums())) for key in keys]
    return [item for item in found if item.count or item.cost or item.accumulated]


def _change(key: SumKey, before: Sums, after: Sums) -> Change:
    return Change(
        key,
        after.register_count - before.register_count,
        after.register_cost - before.register_cost,
        after.register_accumulated - before.register_accumulated,
    )
