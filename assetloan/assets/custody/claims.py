"""What packages above say of a thing that is to leave: out on loan, or promised to somebody.

A package above appends its function once, when its blueprints are made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

# Given ids of assets and a day: the ids of those that somebody has or will have from that day on.
claimed: list[Callable[[Collection[int], date], set[int]]] = []


def claimed_of(asset_ids: Collection[int], today: date) -> set[int]:
    """Those of the assets that a loan holds or claims."""
    found: set[int] = set()
    for part in claimed:
        found |= part(asset_ids, today)
    return found
