"""Parameters of lists in addresses: a page number, one word of a known few. Anything else is malformed (400)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from urllib.parse import urlencode

from flask import request

from assetloan.core.errors import DomainError
from assetloan.core.text import parse_int

MOST_PAGES = 1_000_000
LONGEST_SEARCH = 200


def page_number() -> int:
    """?page=, 1 without it. Raises DomainError("malformed")."""
    try:
        return parse_int(request.args.get("page", "1"), least=1, most=MOST_PAGES)
    except ValueError:
        raise DomainError("malformed") from None


def one_of(name: str, allowed: Collection[str]) -> str:
    """A parameter that takes one of a few words, "" without it. Raises DomainError("malformed")."""
    given = request.args.get(name, "")
    if given and given not in allowed:
        raise DomainError("malformed")
    return given


def words(name: str = "q") -> str:
    """What was searched for."""
    return request.args.get(name, "").strip()[:LONGEST_SEARCH]


def page_url(*names: str) -> Callable[[int], str]:
    """The address of another page of this list, with these of its filters."""
    kept = {name: request.args[name] for name in names if request.args.get(name)}
    return lambda page: f"{request.path}?{urlencode(kept | {'page': page})}"
