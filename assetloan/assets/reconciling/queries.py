"""Reads of the reconciliation: the lists, and the comparison of one with the register as of its day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from assetloan.assets.reconciling.comparing import whole_of
from assetloan.assets.reconciling.figures import Change, changes, signed_comparison
from assetloan.assets.reconciling.models import Book, BookExplanation
from assetloan.assets.reconciling.rules import Comparison, Difference, DifferenceKind
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.identity.models import Person
from assetloan.identity.rules import Actor, Permission, Scope

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

    def told(self) -> list[str]:
        """The explanation of each difference in its order."""
        held = (self.explained.get(item.key) for item in self.differences)
        return [item.text if item is not None else "" for item in held]

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
    """Compare a list with the register as of its day; once signed, what was signed."""
    scope = actor.scope(Permission.BOOK_VIEW)
    return Reconciled(book, within(signed_comparison(book) or whole_of(book), scope), _explained(book.id))


def to_sign(book: Book) -> Reconciled:
    """A list against the whole register, as whoever signs for the agency signs it."""
    return Reconciled(book, whole_of(book), _explained(book.id))


def since_signed(actor: Actor, book: Book) -> list[Change]:
    """How the register has changed since a list was signed, within what the actor sees; nothing before."""
    signed = signed_comparison(book)
    if signed is None:
        return []
    scope = actor.scope(Permission.BOOK_VIEW)
    return changes(within(signed, scope).sums, within(whole_of(book), scope).sums)


def within(whole: Comparison, scope: Scope) -> Comparison:
    """What lies in a scope."""
    if scope.everything:
        return whole
    return Comparison(
        [item for item in whole.differences if item.unit_id in scope.units],
        {key: sums for key, sums in whole.sums.items() if key[1] in scope.units},
    )


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
