"""Long work: asked for in a transaction, done once, taken over when its worker dies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from assetloan.core import clock, jobs
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError
from assetloan.core.job_models import Job, JobState

pytestmark = pytest.mark.both_databases


@pytest.fixture
def work(ctx: Flask) -> Iterator[list[dict[str, Any]]]:
    """A kind of job that counts, or fails as it was asked to."""
    seen: list[dict[str, Any]] = []

    @jobs.does("count")
    def count(task: jobs.Task) -> dict[str, Any]:
        seen.append(task.payload)
        if "refuse" in task.payload:
            raise DomainError("work_busy")
        if "break" in task.payload:
            raise ZeroDivisionError
        for step in range(1, 4):
            task.tell(step, 3, at_least=timedelta(0))
        return {"url": "/counted"}

    yield seen
    jobs._works.pop("count")


def ask(**payload: Any) -> int:
    with transaction():
        return jobs.ask("count", payload, person_id=None, unit_id=None, now=clock.now()).id


def job(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id)


def test_a_job_is_done_once_and_tells_how_far_it_is(work: list[dict[str, Any]]) -> None:
    job_id = ask(n=1)
    assert jobs.run(job_id)
    assert not jobs.run(job_id)
    done = job(job_id)
    assert (done.state, done.steps_done, done.steps_all, done.result) == (JobState.DONE, 3, 3, {"url": "/counted"})
    assert work == [{"n": 1}]


@pytest.mark.parametrize(("word", "code"), [("refuse", "work_busy"), ("break", "work_crashed")])
def test_a_failure_is_told_by_its_code(work: list[dict[str, Any]], word: str, code: str) -> None:
    job_id = ask(**{word: True})
    jobs.run(job_id)
    assert (job(job_id).state, job(job_id).result["code"]) == (JobState.FAILED, code)


def test_what_was_asked_in_a_transaction_that_failed_is_not_done(work: list[dict[str, Any]]) -> None:
    def ask_and_fail() -> None:
        with transaction():
            jobs.ask("count", {}, person_id=None, unit_id=None, now=clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ask_and_fail()
    assert jobs.run_waiting() == 0
    assert work == []


def test_a_job_whose_worker_died_is_begun_again_after_its_lease(
    work: list[dict[str, Any]], now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = ask(n=2)
    assert jobs._claim(job_id) is not None  # and then nothing more is heard
    assert jobs.run_waiting() == 0
    later = clock.now() + jobs.LEASE + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert jobs.run_waiting() == 1
    assert job(job_id).state is JobState.DONE


def test_the_queue_wakes_a_worker(work: list[dict[str, Any]], ctx: Flask) -> None:
    done, stop = threading.Event(), threading.Event()

    @jobs.does("ring")
    def ring(_task: jobs.Task) -> dict[str, Any]:
        done.set()
        return {}

    worker = threading.Thread(target=ctx.extensions[jobs.EXTENSION].work, args=(stop,))
    worker.start()
    try:
        with transaction():
            job_id = jobs.ask("ring", {}, person_id=None, unit_id=None, now=clock.now()).id
        assert done.wait(timeout=30)
    finally:
        stop.set()
        worker.join(timeout=30)
        jobs._works.pop("ring")
    assert job(job_id).state is JobState.DONE


def test_old_rows_are_forgotten(work: list[dict[str, Any]]) -> None:
    jobs.run(ask(n=3))
    jobs.forget_old(clock.now() + jobs.KEPT + timedelta(days=1))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0
