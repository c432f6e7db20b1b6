"""What a saved filter may hold: questions of the register's list, nothing else."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from assetloan.core import text

LONGEST_NAME, LONGEST_QUERY, MOST_FILTERS = 80, 1_000, 50
FREE = tuple(f"{name}-{part}" for name in ("free_from", "free_until") for part in ("day", "month", "year"))
QUESTIONS = ("q", "unit", "place", "category", "status", "loanable", *FREE)


def question(query: str) -> str:
    """The questions of an address, in their order and without the page; "" when it asks nothing."""
    asked = dict(parse_qsl(query[:LONGEST_QUERY], keep_blank_values=False))
    kept = {name: text.clean(asked[name]) for name in QUESTIONS if asked.get(name, "").strip()}
    return urlencode(kept)
