"""The seed files of the demo agency (folder seed/), as values. They are our own, so no child process reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from assetloan import ROOT
from assetloan.core.errors import DomainError
from assetloan.documents.inside import csvtext
from assetloan.identity.rules import Place

SEED = ROOT / "seed"
Row = dict[str, str]


@cache
def table(name: str) -> tuple[Row, ...]:
    """The rows of one seed file by heading. Raises DomainError when a row has more or fewer cells than the head."""
    head, *rows = csvtext.rows(csvtext.decode((SEED / f"{name}.csv").read_bytes()))
    if any(len(row) != len(head) for row in rows):
        raise DomainError("file_broken", name=name)
    return tuple(dict(zip(head, row, strict=True)) for row in rows)


def words(cell: str, separator: str = "|") -> tuple[str, ...]:
    """The parts of a cell that holds several."""
    return tuple(part.strip() for part in cell.split(separator) if part.strip())


@cache
def remarks(kind: str) -> tuple[str, ...]:
    """What people say on such an occasion."""
    return tuple(row["text"] for row in table("remarks") if row["kind"] == kind)


def photos() -> dict[str, Path]:
    """The drawn pictures of damage, by name."""
    return {path.stem: path for path in sorted((SEED / "photos").glob("*.jpg"))}


@dataclass(frozen=True, slots=True)
class Product:
    """A kind of thing that the agency buys: what it is called, who makes it, what it costs, who needs how many."""

    item: str
    category: str
    name: str
    makes: tuple[tuple[str, str], ...]
    unit_of_count: str
    price_from: int
    price_to: int
    accessories: str
    lent_in_hundred: int
    wanted_by: dict[str, int]
    kept_in: str


@cache
def products() -> tuple[Product, ...]:
    return tuple(
        Product(
            item=row["item"],
            category=row["category"],
            name=row["name"],
            makes=tuple(_make(make) for make in words(row["makes"])),
            unit_of_count=row["unit_of_count"],
            price_from=int(row["price_from"]),
            price_to=int(row["price_to"]),
            accessories=row["accessories"],
            lent_in_hundred=int(row["lent"]),
            wanted_by={kind: int(row[kind]) for kind in ("division", "group", "centre", "home")},
            kept_in=row["kept_in"],
        )
        for row in table("products")
    )


def _make(text: str) -> tuple[str, str]:
    brand, _, model = text.partition(":")
    return brand, model


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why people borrow: where it is used, how long, which things it takes, which kinds of unit lend them, when."""

    text: str
    place: Place
    days_from: int
    days_to: int
    details: tuple[str, ...]
    things: frozenset[str]
    kinds: frozenset[str]
    months: frozenset[int] = field(default=frozenset())

    def weight(self, kind: str, month: int) -> int:
        """How likely in a month, in a unit of this kind: seasonal ones are rare out of season."""
        if kind not in self.kinds:
            return 0
        often = {Place.INSIDE: 6, Place.OUTSIDE: 4, Place.AGENCY: 2}[self.place]
        return often if not self.months else often * 2 if month in self.months else 0


@cache
def purposes() -> tuple[Purpose, ...]:
    return tuple(
        Purpose(
            text=row["purpose"],
            place=Place(row["place"]),
            days_from=int(row["days_from"]),
            days_to=int(row["days_to"]),
            details=words(row["details"]),
            things=frozenset(words(row["things"])),
            kinds=frozenset(words(row["for"], " ")),
            months=frozenset(int(month) for month in words(row["months"], " ")),
        )
        for row in table("purposes")
    )
