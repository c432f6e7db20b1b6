"""Everything that is due [tick]: packages register steps, one process at a time runs them; twice or late is as good.

A step opens its own transactions and is idempotent: what it did is read from the rows, never from the time of day. A
step that fails is logged and does not keep the others from being done.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from assetloan.core import clock, ids
from assetloan.core.beat_models import Beat
from assetloan.core.db import db, transaction

log = logging.getLogger(__name__)
NAME = "tick"
LEASE = timedelta(minutes=15)
EVERY = timedelta(minutes=10)
LOOK_SECONDS = 60.0

Step = Callable[[datetime], dict[str, int]]
_steps: dict[str, tuple[int, Step]] = {}


@dataclass
class Beaten:
    """What one run did: figures by name, the steps that failed, or that somebody else was at it."""

    busy: bool = False
    done: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


def step(name: str, *, place: int) -> Callable[[Step], Step]:
    """Register a step; lower places come first (what changes states before what tells about them)."""

    def register(work: Step) -> Step:
        _steps[name] = (place, work)
        return work

    return register


def run(now: datetime, *, forced: bool = True) -> Beaten:
    """Do everything that is due as of an instant, unless another process is at it (or, unforced, was a moment ago)."""
    holder = ids.new_token()
    if not _take(NAME, holder, None if forced else EVERY):
        return Beaten(busy=True)
    beaten = Beaten()
    try:
        for name, (_place, work) in sorted(_steps.items(), key=lambda item: item[1][0]):
            _keep(NAME, holder)
            try:
                beaten.done |= work(now)
            except Exception:
                db.session.rollback()
                log.exception("the step %s of the tick failed", name)
                beaten.failed.append(name)
    finally:
        _release(NAME, holder, beaten)
    return beaten


def _row_of(name: str) -> None:
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(Beat).values(name=name, holder="", result={}).on_conflict_do_nothing())


def _take(name: str, holder: str, every: timedelta | None) -> bool:
    now = clock.now()
    free = [Beat.name == name, sa.or_(Beat.lease_until.is_(None), Beat.lease_until < now)]
    if every is not None:
        free.append(sa.or_(Beat.ran_at.is_(None), Beat.ran_at <= now - every))
    with transaction() as session:
        _row_of(name)
        values = {"holder": holder, "lease_until": now + LEASE}
        return session.execute(update(Beat).where(*free).values(values).returning(Beat.name)).first() is not None


def _keep(name: str, holder: str) -> None:
    with transaction() as session:
        mine = Beat.name == name, Beat.holder == holder
        session.execute(update(Beat).where(*mine).values(lease_until=clock.now() + LEASE))


def keep_lease() -> None:
    """For a long step: say that it still goes on. Not inside a transaction."""
    with transaction() as session:
        held = Beat.name == NAME, Beat.lease_until.is_not(None)
        session.execute(update(Beat).where(*held).values(lease_until=clock.now() + LEASE))


def _release(name: str, holder: str, beaten: Beaten) -> None:
    values = {"lease_until": None, "ran_at": clock.now(), "result": beaten.done | {"failed": beaten.failed}}
    with transaction() as session:
        session.execute(update(Beat).where(Beat.name == name, Beat.holder == holder).values(values))


def last_run() -> tuple[datetime | None, dict[str, Any]]:
    """When it ran last, and what it did."""
    row = db.session.execute(select(Beat.ran_at, Beat.result).where(Beat.name == NAME)).first()
    return (None, {}) if row is None else (row[0], row[1])


def was_done(name: str, day: date) -> bool:
    """Was what happens once a day done on this day?"""
    return db.session.scalar(select(Beat.done_on).where(Beat.name == name)) == day


def note_done(name: str, day: date) -> None:
    """Note that it was. Inside the transaction of what was done."""
    _row_of(name)
    db.session.execute(update(Beat).where(Beat.name == name).values(done_on=day, ran_at=clock.now()))


# --- in the server --------------------------------------------------------------------------------------------------


def start(app: Flask) -> threading.Event:
    """A thread of this server process that looks every minute whether something is due; set the event to end it."""
    stop = threading.Event()
    threading.Thread(target=_beat, args=(app, stop), name="tick", daemon=True).start()
    return stop


def _beat(app: Flask, stop: threading.Event) -> None:
    while not stop.wait(LOOK_SECONDS):
        try:
            with app.app_context():
                try:
                    if _is_time():
                        run(clock.now(), forced=False)
                finally:
                    db.session.remove()
        except Exception:
            log.exception("what is due could not be done")


def _is_time() -> bool:
    """A look that locks nothing."""
    ran_at, _result = last_run()
    db.session.rollback()
    return ran_at is None or ran_at <= clock.now() - EVERY
