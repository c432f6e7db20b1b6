"""Long work outside of requests, watched by a person: table `job` is the truth, the queue only wakes a worker.

A package registers how its kind of work is done; a service asks for it inside its transaction; a worker (a thread of
the server by default) does it. A worker that dies leaves a lease that runs out, and the next one begins again: work is
idempotent. See docs/adr/0012.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from huey import Huey, PostgresHuey, SqliteHuey
from sqlalchemy import event, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from assetloan.core import clock, ids
from assetloan.core.db import db, require_writing, transaction
from assetloan.core.errors import DomainError
from assetloan.core.job_models import Job, JobState
from assetloan.core.job_process import Start, run_apart

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=120)
SWEEP_SECONDS = 20.0  # how often a worker looks for work that nobody was woken for
PAUSE_SECONDS = 0.5
KEPT = timedelta(days=7)
EXTENSION = "assetloan-jobs"

Work = Callable[["Task"], dict[str, Any]]
_works: dict[str, Work] = {}
_apart: set[str] = set()  # kinds that get a process of their own


class Task:
    """A job while it is done: what was asked, who asked, and how to say how far it is."""

    def __init__(self, job: Job) -> None:
        self.id, self.key, self.kind = job.id, job.key, job.kind
        self.payload: dict[str, Any] = dict(job.payload)
        self.person_id, self.unit_id = job.person_id, job.unit_id
        self._told = clock.now()

    def tell(self, done: int, of: int, *, at_least: timedelta = timedelta(milliseconds=500)) -> None:
        """Note how far it is and keep the lease, at most twice a second. Not inside a transaction."""
        now = clock.now()
        if done < of and now - self._told < at_least:
            return
        self._told = now
        with transaction() as session:
            values = {"steps_done": min(done, of), "steps_all": of, "lease_until": now + LEASE}
            session.execute(update(Job).where(Job.id == self.id).values(values))

    def done(self, result: dict[str, Any]) -> None:
        """Mark it done inside the transaction that makes it so: whatever dies afterwards, the table tells the truth."""
        require_writing()
        db.session.execute(_ending(self.id, JobState.DONE, result))


def does(kind: str, *, apart: bool = False) -> Callable[[Work], Work]:
    """Register how jobs of a kind are done. The work opens its own transactions and returns what the watcher is told.

    A result with "url" takes the watcher there. A DomainError is told in words; anything else is a fault of ours. What
    is heavy is done `apart`, in a process of its own, where a server has told how to start one.
    """

    def register(work: Work) -> Work:
        _works[kind] = work
        if apart:
            _apart.add(kind)
        return work

    return register


def ask(kind: str, payload: dict[str, Any], *, person_id: int | None, unit_id: int | None, now: datetime) -> Job:
    """Put long work in line, inside the transaction of whoever asks; a worker is woken once that is committed."""
    require_writing()
    if kind not in _works:
        raise LookupError(f"nobody does jobs of the kind {kind}")
    job = Job(
        key=ids.new_token(), kind=kind, person_id=person_id, unit_id=unit_id, payload=payload, result={}, created_at=now
    )
    session = db.session()
    session.add(job)
    session.flush()
    event.listen(session, "after_commit", _wake(current_app.extensions[EXTENSION], job.id), once=True)
    return job


def _wake(queue: Queue, job_id: int) -> Callable[[Session], None]:
    def after_commit(_session: Session) -> None:
        try:
            queue.push(job_id)
        except Exception:  # the job is in the table: the next sweep finds it
            log.exception("job %d was not announced", job_id)

    return after_commit


def by_key(key: str, person_id: int) -> Job | None:
    """A person's own job."""
    return db.session.scalar(select(Job).where(Job.key == key, Job.person_id == person_id))


# --- doing it -------------------------------------------------------------------------------------------------------


def _claim(job_id: int) -> Task | None:
    """Take a job: it waits, or whoever had it is gone."""
    now = clock.now()
    free = sa.or_(Job.state == JobState.WAITING, sa.and_(Job.state == JobState.RUNNING, Job.lease_until < now))
    values = {"state": JobState.RUNNING, "started_at": now, "lease_until": now + LEASE}
    with transaction() as session:
        taken = session.execute(update(Job).where(Job.id == job_id, free).values(values).returning(Job.id)).first()
        return Task(session.get_one(Job, job_id)) if taken else None


def _ending(job_id: int, state: JobState, result: dict[str, Any]) -> sa.Update:
    values = {"state": state, "result": result, "ended_at": clock.now(), "lease_until": None}
    return update(Job).where(Job.id == job_id, Job.state == JobState.RUNNING).values(values)


def _finish(job_id: int, state: JobState, result: dict[str, Any]) -> None:
    with transaction() as session:
        session.execute(_ending(job_id, state, result))


def run(job_id: int) -> bool:
    """Do one job to its end, inside an application context; False when somebody else has it or it is done."""
    task = _claim(job_id)
    if task is None:
        return False
    try:
        result = _works[task.kind](task)
    except DomainError as error:
        _finish(task.id, JobState.FAILED, {"code": error.code, "details": error.details})
    except MemoryError:
        log.warning("job %s (%s) needed more memory than it may", task.id, task.kind)
        _finish(task.id, JobState.FAILED, {"code": "work_too_large", "details": {}})
    except Exception:
        log.exception("job %s (%s) failed", task.id, task.kind)
        _finish(task.id, JobState.FAILED, {"code": "work_crashed", "details": {}})
    else:
        _finish(task.id, JobState.DONE, result)
    return True


def _run_apart(start: Start, job_id: int, stop: threading.Event | None) -> None:
    """Have a process do a job, and say so when that process died: what it had not finished was not written."""

    def keep() -> None:
        with suppress(OperationalError), transaction() as session:  # somebody writes: next time
            session.execute(
                update(Job)
                .where(Job.id == job_id, Job.state == JobState.RUNNING)
                .values(lease_until=clock.now() + LEASE)
            )

    if run_apart(start, job_id, keep, stop) or (stop is not None and stop.is_set()):
        return  # done; or the server ends, and the next one begins again
    with transaction() as session:  # also when it died before it had begun
        session.execute(
            update(Job).where(Job.id == job_id, Job.state == JobState.WAITING).values(state=JobState.RUNNING)
        )
        session.execute(_ending(job_id, JobState.FAILED, {"code": "work_stopped", "details": {}}))


def waiting() -> list[int]:
    """Jobs that nobody does now, oldest first."""
    now = clock.now()
    free = sa.or_(Job.state == JobState.WAITING, sa.and_(Job.state == JobState.RUNNING, Job.lease_until < now))
    found = list(db.session.scalars(select(Job.id).where(free).order_by(Job.id).limit(100)))
    db.session.rollback()
    return found


def run_waiting() -> int:
    """Do everything that waits, here and now (commands and tests). Returns how many were done."""
    return sum(run(job_id) for job_id in waiting())


def forget_old(now: datetime) -> None:
    """Rows that nobody looks at any more."""
    with transaction() as session:
        session.execute(sa.delete(Job).where(Job.ended_at < now - KEPT))


# --- the queue and its worker ---------------------------------------------------------------------------------------


class Queue:
    """The kept library's queue: a file of its own beside the database, or tables in a schema of their own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.start: Start | None = None
        self._stop: threading.Event | None = None
        self._huey: Huey | None = None
        self._lock = threading.Lock()

    @property
    def huey(self) -> Huey:
        """Opened at the first use: most processes never ask for long work."""
        with self._lock:
            if self._huey is None:
                self._huey = self._open()
                self._task = self._huey.task()(_perform)
            return self._huey

    def _open(self) -> Huey:
        url = make_url(self.app.config["SETTINGS"].database_url)
        if url.get_backend_name() == "sqlite":
            return SqliteHuey(
                "assetloan", filename=str(self.app.config["SETTINGS"].data_dir / "jobs.db"), results=False
            )
        return PostgresHuey("assetloan", connection=lambda: _queue_connection(url), results=False, blocking=False)

    def push(self, job_id: int) -> None:
        """Wake a worker for this job."""
        huey = self.huey
        huey.enqueue(self._task.s(job_id))

    def work(self, stop: threading.Event) -> None:
        """Do what is announced, and now and then what was not, until told to stop."""
        idle, self._stop = 0.0, stop
        while not stop.is_set():
            try:
                if self._next():
                    idle = 0.0
                    continue
            except Exception:
                log.exception("the queue could not be read")
            if idle >= SWEEP_SECONDS or idle == 0.0:
                self._sweep()
                idle = 0.0
            idle += PAUSE_SECONDS
            stop.wait(PAUSE_SECONDS)

    def _next(self) -> bool:
        task = self.huey.dequeue()
        if task is None:
            return False
        self._run(int(task.args[0]))
        return True

    def _sweep(self) -> None:
        try:
            with self.app.app_context():
                found = waiting()
                db.session.remove()
            for job_id in found:
                self._run(job_id)
        except Exception:
            log.exception("waiting jobs could not be read")

    def _run(self, job_id: int) -> None:
        with self.app.app_context():
            try:
                if self.start is not None and _kind_of(job_id) in _apart:
                    _run_apart(self.start, job_id, self._stop)
                else:
                    run(job_id)
            finally:
                db.session.remove()


def _kind_of(job_id: int) -> str | None:
    """The kind of a job that nobody does now."""
    now = clock.now()
    free = sa.or_(Job.state == JobState.WAITING, sa.and_(Job.state == JobState.RUNNING, Job.lease_until < now))
    kind = db.session.scalar(select(Job.kind).where(Job.id == job_id, free))
    db.session.rollback()
    return kind


def _perform(job_id: int) -> int:
    """What the queue carries: only the id."""
    return job_id


def _queue_connection(url: sa.URL) -> Any:
    import psycopg

    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(plain, autocommit=True)
    connection.execute("CREATE SCHEMA IF NOT EXISTS assetloan_jobs")
    connection.execute("SET search_path TO assetloan_jobs")
    return connection


def init(app: Flask) -> None:
    """Give the application its queue."""
    app.extensions[EXTENSION] = Queue(app)


def start_worker(app: Flask, start: Start | None = None) -> threading.Event:
    """A worker thread of this process; set the event to end it. `start` tells how heavy work gets its own process."""
    stop = threading.Event()
    queue: Queue = app.extensions[EXTENSION]
    queue.start = start
    threading.Thread(target=queue.work, args=(stop,), name="jobs", daemon=True).start()
    return stop
