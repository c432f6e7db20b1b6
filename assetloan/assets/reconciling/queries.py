"""Reads of the reconciliation: the lists, and the comparison of one with the register as of its day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import or_, select

from assetloan.assets.models import Asset, Category
from assetloan.assets.reconciling.models import Book, BookExplanation, BookLine
from assetloan.assets.reconciling.rules import (
    NOTHING,
    Comparison,
    Difference,
    DifferenceKind,
    InBooks,
    InRegister,
    compare,
)
from assetloan.assets.rules import AssetStatus, outward_number
from assetloan.assets.valuation.cards import convention_of
from assetloan.assets.valuation.queries import Lives
from assetloan.assets.valuation.rules import Convention, Terms, accumulated, exempt
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.core.money import Money
from assetloan.core.text import search_key
from assetloan.identity.models import Person
from assetloan.identity.rules import Actor, Permission, Scope

IN_A_PIECE = 2000
_COLUMNS = (
    *(Asset.id, Asset.asset_no, Asset.piece, Asset.gfmis_no, Asset.name, Asset.price, Asset.unit_id),
    *(Asset.received_on, Asset.below_threshold, Asset.life_years, Asset.category_id),
)
Key = tuple[DifferenceKind, str, int | None]


@dataclass(frozen=True, slots=True)
class Explained:
    """The explanation that holds, and who gave it."""

    text: str
    person: str
    at: Any


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A list against the register, within the units that the reader sees, with what was explained."""

    book: Book
    comparison: Comparison
    explained: Mapping[Key, Explained]

    @property
    def differences(self) -> list[Difference]:
        return self.comparison.differences

    def open(self) -> list[Difference]:
        """The differences that nobody explained."""
        return [item for item in self.differences if item.key not in self.explained]


def books() -> list[Book]:
    """All lists, the newest year and list first."""
    return list(db.session.scalars(select(Book).order_by(Book.fiscal_year.desc(), Book.id.desc())))


def book_of(book_id: int, *, lock: bool = False) -> Book:
    """One list. Raises NotFound."""
    query = select(Book).where(Book.id == book_id)
    book = db.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if book is None:
        raise NotFound(book=book_id)
    return book


def newest_of(fiscal_year: int) -> int | None:
    """The id of the list that holds for a year."""
    query = select(Book.id).where(Book.fiscal_year == fiscal_year).order_by(Book.id.desc()).limit(1)
    return db.session.scalar(query)


def reconcile(actor: Actor, book: Book) -> Reconciled:
    """Compare a list with the register as of its day."""
    scope = actor.scope(Permission.BOOK_VIEW)
    classes = _Classes()
    whole = compare(_lines(book, classes), _assets(book.as_of, classes))
    return Reconciled(book, _within(whole, scope), _explained(book.id))


def _within(whole: Comparison, scope: Scope) -> Comparison:
    if scope.everything:
        return whole
    return Comparison(
        [item for item in whole.differences if item.unit_id in scope.units],
        {key: sums for key, sums in whole.sums.items() if key[1] in scope.units},
    )


class _Classes:
    """The class of depreciation of a category, and the class that a code of the accounts stands for."""

    def __init__(self) -> None:
        self.categories = list(db.session.scalars(select(Category).order_by(Category.id)))
        self.by_id = {row.id: row for row in self.categories}
        self._named = {search_key(row.asset_class): row.asset_class for row in self.categories}
        self._coded = {row.gfmis_class: row.asset_class for row in self.categories if row.gfmis_class}

    def of_code(self, written: str) -> str:
        code = written.split(" ")[0]
        return self._coded.get(code) or self._coded.get(written) or self._named.get(search_key(written)) or written


def _lines(book: Book, classes: _Classes) -> Iterator[InBooks]:
    query = select(BookLine).where(BookLine.book_id == book.id).order_by(BookLine.id)
    for line in db.session.scalars(query.execution_options(yield_per=IN_A_PIECE)):
        yield InBooks(
            line.gfmis_no,
            line.sub_no,
            line.name,
            classes.of_code(line.class_code),
            line.unit_id,
            line.unit_text,
            line.cost,
            line.accumulated,
        )


def _assets(as_of: date, classes: _Classes) -> Iterator[InRegister]:
    """What the agency had on that day, as far as the register knows."""
    there = or_(Asset.received_on.is_(None), Asset.received_on <= as_of)
    query = (
        select(*_COLUMNS)
        .where(Asset.withdrawn_at.is_(None), Asset.status != AssetStatus.DISPOSED, there)
        .order_by(Asset.number_key, Asset.piece, Asset.id)
    )
    lives = Lives(classes.by_id)
    conventions: dict[date | None, Convention] = {}
    for row in db.session.execute(query.execution_options(yield_per=IN_A_PIECE)):
        category = classes.by_id.get(row.category_id)
        yield InRegister(
            asset_id=row.id,
            number=outward_number(row.asset_no, row.piece),
            gfmis_no=row.gfmis_no,
            name=row.name,
            class_name=category.asset_class if category is not None else "",
            unit_id=row.unit_id,
            cost=row.price or NOTHING,
            accumulated=_worn(row, category, lives, as_of, conventions),
            expensed=row.below_threshold,
        )


def _worn(
    row: Any, category: Category | None, lives: Lives, as_of: date, conventions: dict[date | None, Convention]
) -> Money:
    """The accumulated depreciation of the register on a day; nothing where there is nothing to depreciate."""
    asset: Any = SimpleNamespace(life_years=row.life_years, category=category, received_on=row.received_on)
    life = lives.of_asset(asset, today=as_of)
    why = exempt(
        price=row.price,
        received_on=row.received_on,
        below_threshold=row.below_threshold,
        asset_class=category.asset_class if category is not None else "",
        life=life,
    )
    if why is not None or life is None:
        return NOTHING
    if row.received_on not in conventions:
        conventions[row.received_on] = convention_of(row.received_on, today=as_of)
    return accumulated(Terms(row.price, row.received_on, life.years, conventions[row.received_on]), as_of)


def _explained(book_id: int) -> dict[Key, Explained]:
    query = (
        select(BookExplanation, Person.name)
        .outerjoin(Person, Person.id == BookExplanation.person_id)
        .where(BookExplanation.book_id == book_id)
        .order_by(BookExplanation.id)
    )
    return {
        (row.kind, row.gfmis_no, row.asset_id): Explained(row.text, name or "", row.explained_at)
        for row, name in db.session.execute(query)
    }


def people_named(ids: Collection[int]) -> dict[int, str]:
    """The names of the people who brought in and signed the lists."""
    return {row.id: row.name for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}
