"""A synthetic agency of any size: units and people through the services, things and loans in bulk.

Everything follows from the size and the seed: chance is one `Random` per part, and no clock is read. Loans are facts
from paper, as a department would bring its past in; the last ones are still out.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from assetloan.cli.synthetic import lending, people, register
from assetloan.cli.synthetic.size import Size

__all__ = ["Size", "fill"]

Tell = Callable[[str, int, int], None]


def fill(size: Size, tell: Tell) -> dict[str, Any]:
    """Fill the database. Every few thousand rows are a transaction of their own, so that memory stays flat."""
    cast = people.enter(size, Random(f"{size.seed} people"))  # noqa: S311 - a story, not a secret
    things = register.enter(size, cast, Random(f"{size.seed} things"), tell)  # noqa: S311
    loans = lending.enter(size, cast, things, Random(f"{size.seed} loans"), tell)  # noqa: S311
    return {
        "assets": size.assets,
        "loans": loans.written,
        "out": loans.out,
        "units": len(cast.units),
        "people": len(cast.people),
        "places": things.places,
    }
