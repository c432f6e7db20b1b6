"""The demo database: filled on first use, once, and never mixed up with a real one."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assetloan import schema
from assetloan.config import BadSetting, Settings
from assetloan.core import clock, settings
from assetloan.core.db import db, transaction
from assetloan.identity import queries

# What fills an empty demo database through the services, in order; each opens its own transactions.
fillers: list[Callable[[Settings], None]] = []
# What `serve` tells about the demo: its accounts and their password.
greetings: list[Callable[[Settings], list[str]]] = []


def is_demo() -> bool:
    """Was this database filled as a demo?"""
    return settings.flag("demo", clock.today())


def ensure(wanted: Settings) -> None:
    """Fill the demo on first use; what an interrupted start left half filled is made anew.

    Raises BadSetting when the database holds something else.
    """
    with _alone(wanted.data_dir / "demo.lock"):
        half = wanted.data_dir / "demo.half"
        if half.exists():
            _begin_again(wanted)
        if is_demo():
            return
        if queries.there_are_people() or queries.unit_tree(clock.today()).by_id:
            raise BadSetting("the database that ASSETLOAN_DATABASE_URL names is not empty and not a demo")
        half.touch()
        for fill in fillers:
            fill(wanted)
        with transaction():
            settings.put("demo", True, clock.today())
        half.unlink()


def _begin_again(wanted: Settings) -> None:
    """Empty the demo's own file; a database that somebody named is theirs to empty."""
    own = wanted.data_dir / "demo.db"
    if wanted.database_url != f"sqlite:///{own}":
        raise BadSetting("the demo was interrupted while it was filled: empty the database and start again")
    db.session.remove()
    db.engine.dispose()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{own}{suffix}").unlink(missing_ok=True)
    schema.upgrade(db.engine)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two commands that start at once: the second waits until the demo is there."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
