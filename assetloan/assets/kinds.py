"""The kinds of things, for those below the register who limit something to kinds (orders of delegation)."""

from __future__ import annotations

from assetloan.assets import queries


def listed() -> list[tuple[int, str]]:
    """Id and name of each category, in Thai order."""
    return [(category.id, category.name) for category in queries.categories()]
