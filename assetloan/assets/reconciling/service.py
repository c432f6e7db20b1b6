"""Bringing in the accounting list of a year, explaining its differences, signing it off."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assetloan import audit
from assetloan.assets.importing.cells import says_nothing
from assetloan.assets.reconciling import labels  # noqa: F401 - registers the sentences
from assetloan.assets.reconciling.figures import packed
from assetloan.assets.reconciling.models import Book, BookExplanation, BookLine
from assetloan.assets.reconciling.queries import Key, book_of, newest_of, reconcile, to_sign
from assetloan.assets.reconciling.reading import BOOK, ReadBook
from assetloan.assets.reconciling.rules import BookState
from assetloan.core import text
from assetloan.core.bulk import insert_rows, reserve_ids
from assetloan.core.calendar import fiscal_year
from assetloan.core.db import db
from assetloan.core.errors import DomainError, Invalid, invalid
from assetloan.documents.parsed import Problem
from assetloan.identity.queries import unit_by_any_name, unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref

MOST_NAMED = 10
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class BookFile:
    """The file and the day of its balances."""

    as_of: date
    name: str
    sha256: str


def _unread(problems: Sequence[Problem]) -> Invalid:
    """The first rows that cannot be read, each with the columns at fault."""
    headings = {column.field: column.heading for column in BOOK.columns}
    rows: dict[int, list[str]] = {}
    for problem in sorted(problems, key=lambda item: item.row):
        rows.setdefault(problem.row, []).append(headings.get(problem.field, problem.column))
    named = [f"{row} ({', '.join(dict.fromkeys(faulty))})" for row, faulty in list(rows.items())[:MOST_NAMED]]
    return invalid("file", "book_rows_bad", count=len(rows), rows=", ".join(named) + " …" * (len(rows) > MOST_NAMED))


def bring_book(actor: Actor, read: ReadBook, file: BookFile, *, now: datetime) -> Book:
    """Keep the list of a year; an earlier one of that year stays and counts no more.

    Raises Forbidden, Invalid("book_rows_bad") with the rows and their columns, DomainError("book_empty").
    """
    actor.require(Permission.BOOK_EDIT, unit_id=None)
    if read.problems:
        raise _unread(read.problems)
    if not read.rows:
        raise DomainError("book_empty")
    book = Book(
        fiscal_year=fiscal_year(file.as_of),
        as_of=file.as_of,
        file_name=file.name,
        file_hash=file.sha256,
        person_id=actor.person_id,
        uploaded_at=now,
    )
    db.session.add(book)
    db.session.flush()
    _add_lines(book, read)
    after = {
        "fiscal_year": book.fiscal_year,
        "as_of": book.as_of.isoformat(),
        "file": file.name,
        "rows": len(read.rows),
    }
    audit.record(actor_ref(actor), "book.brought", _ref(book), at=now, after=after | {"sha256": file.sha256})
    return book


def _add_lines(book: Book, read: ReadBook) -> None:
    units: dict[str, int | None] = {}
    for row in read.rows:
        if row.unit not in units:
            card = None if says_nothing(row.unit) else unit_by_any_name(row.unit, book.as_of)
            units[row.unit] = card.id if card is not None else None
    insert_rows(
        BookLine,
        [
            {"id": line_id, "book_id": book.id, "row": row.row, "gfmis_no": row.gfmis_no, "sub_no": row.sub_no,
             "class_code": row.class_code, "name": row.name, "unit_id": units[row.unit], "unit_text": row.unit,
             "cost": row.cost, "accumulated": row.accumulated}
            for line_id, row in zip(reserve_ids(BookLine, len(read.rows)), read.rows, strict=True)
        ],
    )  # fmt: skip


def explain(actor: Actor, book_id: int, keys: Sequence[Key], words: str, *, now: datetime) -> int:
    """Say why some differences are as they are; an earlier explanation stays written. Returns how many.

    Raises NotFound, Forbidden, DomainError("nothing_chosen", "required", "too_long", "book_signed", "book_replaced",
    "difference_gone").
    """
    book = book_of(book_id, lock=True)
    found = {item.key: item for item in reconcile(actor, book).differences}
    if not keys:
        raise DomainError("nothing_chosen")
    if any(key not in found for key in keys):
        raise DomainError("difference_gone")
    for unit_id in {found[key].unit_id for key in keys}:
        actor.require(Permission.BOOK_EDIT, unit_id=unit_id)
    _check_open(book)
    said = text.clean_multiline(words)
    if not said:
        raise DomainError("required")
    if len(said) > LONGEST:
        raise DomainError("too_long", most=LONGEST)
    db.session.add_all(
        BookExplanation(
            book_id=book.id, gfmis_no=number, asset_id=asset_id, kind=kind, text=said, person_id=actor.person_id,
            explained_at=now,
        )
        for kind, number, asset_id in keys
    )  # fmt: skip
    named = [key[1] or found[key].number for key in keys[:50]]
    after = {"count": len(keys), "numbers": named, "reason": said}
    audit.record(actor_ref(actor), "book.explained", _ref(book), at=now, after=after)
    return len(keys)


@dataclass(frozen=True, slots=True)
class SignedFiles:
    """What is signed: the hashes of the workbook and of the figures."""

    workbook: str
    figures: str


def sign_book(actor: Actor, book_id: int, note: str, files: SignedFiles, *, now: datetime) -> Book:
    """Sign the reconciliation of a year off, as it stands in files that were made of it.

    Raises NotFound, Forbidden, DomainError("book_signed", "book_replaced", "book_unexplained", "book_moved_on").
    """
    book = book_of(book_id, lock=True)
    agency = unit_tree(book.as_of).agency()
    actor.require(Permission.BOOK_SIGN, unit_id=agency.id if agency is not None else None)
    _check_open(book)
    reconciled = to_sign(book)
    if waiting := reconciled.open():
        raise DomainError("book_unexplained", count=len(waiting))
    if hashlib.sha256(packed(reconciled.comparison, reconciled.told())).hexdigest() != files.figures:
        raise DomainError("book_moved_on")
    book.state, book.signed_at, book.signed_by_id = BookState.SIGNED, now, actor.person_id
    book.signed_note = text.clean_multiline(note)[:LONGEST]
    after = {"fiscal_year": book.fiscal_year, "count": len(reconciled.differences), "sha256": files.workbook}
    audit.record(actor_ref(actor), "book.signed", _ref(book), at=now, after=after | {"note": book.signed_note})
    return book


def _check_open(book: Book) -> None:
    if book.state is BookState.SIGNED:
        raise DomainError("book_signed")
    if newest_of(book.fiscal_year) != book.id:
        raise DomainError("book_replaced")


def _ref(book: Book) -> audit.ObjectRef:
    return audit.ObjectRef("book", f"{book.fiscal_year}/{book.id}", None)
