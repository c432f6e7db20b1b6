"""A broken invariant as `check` tells it, and how a check finds the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from assetloan.core.db import db
from assetloan.lending.models import LoanLine
from assetloan.lending.rules import LoanSource

MOST_IDS = 100

LIVING = LoanLine.withdrawn_at.is_(None)
BY_SYSTEM = LoanLine.source == LoanSource.SYSTEM


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken invariant: its number, the table, the rows (the first hundred), what is wrong."""

    invariant: str
    table: str
    ids: list[Any]
    message: str


def found(number: str, table: str, query: Select[Any], message: str) -> Iterator[Violation]:
    """The rows that a query of wrong ones gives."""
    yield from named(number, table, db.session.scalars(query.limit(MOST_IDS)), message)


def named(number: str, table: str, ids: Iterable[Any], message: str) -> Iterator[Violation]:
    """These rows, if there are any."""
    rows = list(ids)
    if rows:
        yield Violation(number, table, rows[:MOST_IDS], message)
