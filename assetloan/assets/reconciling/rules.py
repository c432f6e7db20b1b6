"""States of a reconciliation and kinds of difference, and the pure comparison."""

from __future__ import annotations

from enum import StrEnum


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
