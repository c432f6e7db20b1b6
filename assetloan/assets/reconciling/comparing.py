"""Reading both sides of a comparison at once, and keeping the last one until something in it may have changed.

Reading 200,000 assets takes seconds, so the comparison of a list is kept by the process with the place in the audit
record up to which it holds: every change is in that record, in the order in which changes became visible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from flask import current_app
from sqlalchemy import or_, select

from assetloan import audit
from assetloan.assets.models import Asset, Category
from assetloan.assets.reconciling.models import Book, BookLine
from assetloan.assets.reconciling.rules import NOTHING, Comparison, InBooks, InRegister, compare
from assetloan.assets.rules import AssetStatus, outward_number
from assetloan.assets.valuation.cards import convention_of
from assetloan.assets.valuation.queries import Lives
from assetloan.assets.valuation.rules import Convention, Life, Terms, accumulated, exempt
from assetloan.core.db import db
from assetloan.core.money import Money
from assetloan.core.text import search_key

IN_A_PIECE = 2000
KEPT = "assetloan_book_comparison"  # where the application keeps it
# Objects whose changes alter neither what a thing cost nor how it wears.
WITHOUT_VALUE = ("loan", "person", "account", "delivery", "saved_filter", "label_print", "printer", "standing_approval")
_COLUMNS = (
    *(Asset.id, Asset.asset_no, Asset.piece, Asset.gfmis_no, Asset.name, Asset.price, Asset.unit_id),
    *(Asset.received_on, Asset.below_threshold, Asset.life_years, Asset.category_id),
)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A comparison, of which list, and up to which place in the record it holds."""

    book_id: int
    place: audit.Place
    comparison: Comparison


def whole_of(book: Book) -> Comparison:
    """A list against the whole register as of its day. The answer is shared: look, do not change."""
    kept: _Kept | None = current_app.extensions.get(KEPT)
    if kept is not None and kept.book_id == book.id and not audit.changed_since(kept.place, but=WITHOUT_VALUE):
        return kept.comparison
    place = audit.place_now()  # read before the rest: what comes in between is then read once more
    classes = _Classes()
    comparison = compare(_lines(book, classes), _assets(book.as_of, classes))
    current_app.extensions[KEPT] = _Kept(book.id, place, comparison)
    return comparison


class _Classes:
    """The class of depreciation of a category, and the class that a code of the accounts stands for."""

    def __init__(self) -> None:
        self.categories = list(db.session.scalars(select(Category).order_by(Category.id)))
        self.by_id = {row.id: row for row in self.categories}
        self._named = {search_key(row.asset_class): row.asset_class for row in self.categories}
        self._coded = {row.gfmis_class: row.asset_class for row in self.categories if row.gfmis_class}
        self._read: dict[str, str] = {}

    def of_code(self, written: str) -> str:
        if written not in self._read:
            code = written.split(" ")[0]
            known = self._coded.get(code) or self._coded.get(written) or self._named.get(search_key(written))
            self._read[written] = known or written
        return self._read[written]


def _lines(book: Book, classes: _Classes) -> Iterator[InBooks]:
    line = BookLine
    query = (
        select(
            *(line.gfmis_no, line.sub_no, line.name, line.class_code, line.unit_id, line.unit_text),
            *(line.cost, line.accumulated),
        )
        .where(line.book_id == book.id)
        .order_by(line.id)
    )
    for row in db.session.execute(query.execution_options(yield_per=IN_A_PIECE)):
        number, sub_no, name, code, unit_id, unit_text, cost, worn = row
        yield InBooks(number, sub_no, name, classes.of_code(code), unit_id, unit_text, cost, worn)


def _assets(as_of: date, classes: _Classes) -> Iterator[InRegister]:
    """What the agency had on that day, as far as the register knows."""
    there = or_(Asset.received_on.is_(None), Asset.received_on <= as_of)
    query = (
        select(*_COLUMNS)
        .where(Asset.withdrawn_at.is_(None), Asset.status != AssetStatus.DISPOSED, there)
        .order_by(Asset.number_key, Asset.piece, Asset.id)
    )
    wear = _Wear(classes, as_of)
    for row in db.session.execute(query.execution_options(yield_per=IN_A_PIECE)):
        asset_id, number, piece, gfmis_no, name, price, unit_id, *_rest, below, _years, category_id = row
        category = classes.by_id.get(category_id)
        yield InRegister(
            asset_id=asset_id,
            number=outward_number(number, piece),
            gfmis_no=gfmis_no,
            name=name,
            class_name=category.asset_class if category is not None else "",
            unit_id=unit_id,
            cost=price or NOTHING,
            accumulated=wear.of(row, category),
            expensed=below,
        )


class _Wear:
    """The accumulated depreciation of the register on a day; lives and conventions are looked up once a day."""

    def __init__(self, classes: _Classes, as_of: date) -> None:
        self._as_of = as_of
        self._lives = Lives(classes.by_id)
        self._conventions: dict[date | None, Convention] = {}
        self._known: dict[tuple[Any, ...], Life | None] = {}

    def of(self, row: Any, category: Category | None) -> Money:
        life = self._life(row, category)
        why = exempt(
            price=row.price,
            received_on=row.received_on,
            below_threshold=row.below_threshold,
            asset_class=category.asset_class if category is not None else "",
            life=life,
        )
        if why is not None or life is None:
            return NOTHING
        if row.received_on not in self._conventions:
            self._conventions[row.received_on] = convention_of(row.received_on, today=self._as_of)
        terms = Terms(row.price, row.received_on, life.years, self._conventions[row.received_on])
        return accumulated(terms, self._as_of)

    def _life(self, row: Any, category: Category | None) -> Life | None:
        key = row.category_id, row.received_on, row.life_years
        if key not in self._known:
            asset: Any = SimpleNamespace(life_years=row.life_years, category=category, received_on=row.received_on)
            self._known[key] = self._lives.of_asset(asset, today=self._as_of)
        return self._known[key]
