"""What every request reads and nobody changes for weeks (units, settings) is kept in the process, and known by a stamp.

The stamp is a number in the database that its triggers draw anew with every change of those tables, whoever writes
(core/db_objects.py). A request reads it together with its session. Whatever has read no stamp, or writes, asks the
database as if nothing were kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import ScalarSelect, literal_column, select, table

from assetloan.core.db import db
from assetloan.core.db_objects import STAMP

T = TypeVar("T")
_READ = "stamp"
_kept: tuple[int, dict[Hashable, Any]] = (0, {})


def now_in_force() -> ScalarSelect[int]:
    """The stamp, as a column of a statement that is sent anyway."""
    return select(literal_column("number")).select_from(table(STAMP)).scalar_subquery()


def read(stamp: int | None) -> None:
    """The request has read the stamp. A write transaction forgets it: from then on the database is asked."""
    if stamp is not None:
        db.session().info[_READ] = stamp


def kept(name: Hashable, make: Callable[[], T]) -> T:
    """What was made under the stamp that this request has read; made now when there is none."""
    global _kept
    stamp = db.session().info.get(_READ)
    if stamp is None:
        return make()
    held = _kept
    if held[0] != stamp:
        held = _kept = (stamp, {})
    if name not in held[1]:
        held[1][name] = make()
    found: T = held[1][name]
    return found
