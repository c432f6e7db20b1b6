"""The demo database: filled on first use, once, and never mixed up with a real one."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from assetloan import schema
from assetloan.cli import answers, demo_agency
from assetloan.config import BadSetting, Settings
from assetloan.core import clock, settings
from assetloan.core.calendar import MONTHS, be_year
from assetloan.core.db import db, transaction
from assetloan.core.i18n import _
from assetloan.identity import queries
from assetloan.identity.queries import unit_tree

ALWAYS = date(1900, 1, 1)  # a demo stays one, whatever day the clock says


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
        if not _is_empty():
            raise BadSetting("the database that ASSETLOAN_DATABASE_URL names is not empty and not a demo")
        half.touch()
        answers.say(_("กำลังสร้างหน่วยงานตัวอย่าง ครั้งแรกใช้เวลาประมาณครึ่งนาที"))
        demo_agency.fill(wanted, _Progress().tell)
        with transaction():
            settings.put("demo", True, ALWAYS)
        half.unlink()


def _is_empty() -> bool:
    return not queries.there_are_people() and not unit_tree(clock.today()).by_id


class _Progress:
    """Says which month of the story is being told."""

    def __init__(self) -> None:
        self.month = (0, 0)

    def tell(self, day: date) -> None:
        if self.month != (day.year, day.month):
            self.month = (day.year, day.month)
            answers.say(f"  {MONTHS[day.month - 1]} {be_year(day)}")


def greeting(wanted: Settings) -> list[str]:
    """What `serve` tells about the demo: its accounts and their password."""
    accounts = demo_agency.sign_ins(wanted)
    lines = [_("บัญชีตัวอย่าง ทุกบัญชีใช้รหัสผ่าน %(password)s", password=accounts.password)]
    tree = unit_tree(clock.today())
    for username in accounts.usernames:
        person = queries.person_by_username(username)
        unit = tree.get(person.unit_id) if person else None
        if person is not None and unit is not None:
            lines.append(f"  {username:<12} {person.name} · {person.position} · {unit.label}")
    return lines


def _begin_again(wanted: Settings) -> None:
    """Empty the demo's own file; a database that somebody named is theirs to empty."""
    own = wanted.data_dir / "demo.db"
    if _is_empty():
        return
    if wanted.database_url != f"sqlite:///{own}":
        raise BadSetting("the demo was interrupted while it was filled: empty the database and start again")
    db.session.remove()
    db.engine.dispose()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{own}{suffix}").unlink(missing_ok=True)
    schema.upgrade(db.engine)
    queries.forget_units()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two commands that start at once: the second waits until the demo is there."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
