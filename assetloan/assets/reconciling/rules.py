"""States of a reconciliation and kinds of difference, and the pure comparison."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from assetloan.core.money import Money

NOTHING = Money(0)


class BookState(StrEnum):
    """A year's list: being explained, or signed off."""

    OPEN = "open"
    SIGNED = "signed"


class DifferenceKind(StrEnum):
    """How the list and the register differ on one asset."""

    ONLY_BOOKS = "only_books"
    ONLY_REGISTER = "only_register"
    COST = "cost"
    ACCUMULATED = "accumulated"
    DOUBLE = "double"


@dataclass(frozen=True, slots=True)
class InBooks:
    """A line of the accounting list."""

    gfmis_no: str
    sub_no: str
    name: str
    class_name: str
    unit_id: int | None
    unit_text: str
    cost: Money
    accumulated: Money


@dataclass(frozen=True, slots=True)
class InRegister:
    """An asset as the register values it; `expensed` things are below the threshold and stand in no books."""

    asset_id: int
    number: str
    gfmis_no: str | None
    name: str
    class_name: str
    unit_id: int
    cost: Money
    accumulated: Money
    expensed: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference; `amount` is books less register."""

    kind: DifferenceKind
    gfmis_no: str
    asset_id: int | None
    number: str
    name: str
    class_name: str
    unit_id: int | None
    unit_text: str
    books: Money
    register: Money

    @property
    def amount(self) -> int:
        """Satang: books less register."""
        return self.books.satang - self.register.satang

    @property
    def key(self) -> tuple[DifferenceKind, str, int | None]:
        """What an explanation is about."""
        return self.kind, self.gfmis_no, self.asset_id if self.kind is DifferenceKind.ONLY_REGISTER else None


@dataclass(slots=True)
class Sums:
    """Both sides of one class and unit, in satang."""

    books_count: int = 0
    books_cost: int = 0
    books_accumulated: int = 0
    register_count: int = 0
    register_cost: int = 0
    register_accumulated: int = 0

    def add(self, other: Sums) -> None:
        """Add another's figures to these."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


SumKey = tuple[str, int | None, str]  # class, unit, what the books call a unit that is not known


@dataclass(slots=True)
class Comparison:
    """The differences, and the sums by class and unit: a line that is matched counts where the register has it."""

    differences: list[Difference] = field(default_factory=list)
    sums: dict[SumKey, Sums] = field(default_factory=dict)

    def within(self, key: SumKey) -> Sums:
        return self.sums.setdefault(key, Sums())


def compare(lines: Iterable[InBooks], assets: Iterable[InRegister]) -> Comparison:
    """Match by number: main and sub numbers of one asset are one, and so are the pieces of a set."""
    made = Comparison()
    owned: dict[str, list[InRegister]] = {}
    without: list[InRegister] = []
    for asset in assets:
        if asset.gfmis_no:
            owned.setdefault(asset.gfmis_no, []).append(asset)
        else:
            without.append(asset)
    booked: dict[str, list[InBooks]] = {}
    for line in lines:
        booked.setdefault(line.gfmis_no, []).append(line)
    for number, of_number in booked.items():
        made.differences += _of_number(made, of_number, owned.pop(number, []))
    for asset in (*(item for items in owned.values() for item in items), *without):
        if not asset.expensed:
            _count_register(made, asset)
            made.differences.append(_alone(asset))
    return made


def _of_number(made: Comparison, lines: list[InBooks], assets: list[InRegister]) -> Iterator[Difference]:
    first, thing = lines[0], assets[0] if assets else None
    key = (
        (thing.class_name, thing.unit_id, "")
        if thing is not None
        else (first.class_name, first.unit_id, "" if first.unit_id else first.unit_text)
    )
    sums = made.within(key)
    sums.books_count += 1
    cost = _sum(line.cost for line in lines)
    accumulated = _sum(line.accumulated for line in lines)
    sums.books_cost += cost.satang
    sums.books_accumulated += accumulated.satang
    for asset in assets:
        _count_register(made, asset, count=asset is thing)
    if len({line.sub_no for line in lines}) < len(lines):
        yield _difference(DifferenceKind.DOUBLE, first, thing, cost, _sum(asset.cost for asset in assets))
    if thing is None:
        yield _difference(DifferenceKind.ONLY_BOOKS, first, None, cost, NOTHING)
        return
    known = _sum(asset.cost for asset in assets)
    if cost != known:
        yield _difference(DifferenceKind.COST, first, thing, cost, known)
    worn = _sum(asset.accumulated for asset in assets)
    if accumulated != worn:
        yield _difference(DifferenceKind.ACCUMULATED, first, thing, accumulated, worn)


def _count_register(made: Comparison, asset: InRegister, *, count: bool = True) -> None:
    sums = made.within((asset.class_name, asset.unit_id, ""))
    sums.register_count += count
    sums.register_cost += asset.cost.satang
    sums.register_accumulated += asset.accumulated.satang


def _sum(amounts: Iterable[Money]) -> Money:
    return Money(sum(amount.satang for amount in amounts))


def _difference(
    kind: DifferenceKind, line: InBooks, asset: InRegister | None, books: Money, register: Money
) -> Difference:
    return Difference(
        kind=kind,
        gfmis_no=line.gfmis_no,
        asset_id=asset.asset_id if asset else None,
        number=asset.number if asset else "",
        name=asset.name if asset else line.name,
        class_name=asset.class_name if asset else line.class_name,
        unit_id=asset.unit_id if asset else line.unit_id,
        unit_text="" if asset or line.unit_id else line.unit_text,
        books=books,
        register=register,
    )


def _alone(asset: InRegister) -> Difference:
    return Difference(
        kind=DifferenceKind.ONLY_REGISTER,
        gfmis_no=asset.gfmis_no or "",
        asset_id=asset.asset_id,
        number=asset.number,
        name=asset.name,
        class_name=asset.class_name,
        unit_id=asset.unit_id,
        unit_text="",
        books=NOTHING,
        register=asset.cost,
    )
