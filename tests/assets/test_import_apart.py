"""Big imports are done in a process of their own: one that dies leaves nothing, and says so (E5, reliability.md B)."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from assetloan.assets import import_staging
from assetloan.cli import one_job
from assetloan.core import jobs
from assetloan.core.db import db
from assetloan.core.job_models import Job, JobState
from assetloan.core.job_process import Start
from tests.assets.pages import resend
from tests.assets.test_import_pages import GOOD, assets, officer, upload

__all__ = ["officer"]

pytestmark = pytest.mark.both_databases

# The process of a job that is killed when half of its rows are written.
KILLED_AT_HALF = """
import os, signal, sys
from assetloan.assets import import_write
import_write.add_events = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from assetloan.cli import one_job
sys.exit(one_job.main(sys.argv[1:]))
"""


@pytest.fixture
def worker(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[jobs.Queue]:
    """The queue of a server that has heavy work done apart; the test does the work of its thread."""
    monkeypatch.setattr(import_staging, "BIG_BYTES", 10)
    monkeypatch.setattr(import_staging, "BIG_ROWS", 1)
    queue: jobs.Queue = app.extensions[jobs.EXTENSION]
    queue.start = one_job.start_of(app.config["SETTINGS"])
    yield queue
    queue.start = None


def test_a_process_that_is_killed_leaves_nothing_and_the_next_one_does_it(
    app: Flask, officer: FlaskClient, worker: jobs.Queue
) -> None:
    rows = [(f"7440-{number:04d}", *GOOD[1:]) for number in range(40)]
    watched = upload(officer, rows)
    worker._sweep()  # reads and judges
    page = officer.get(watched).location
    start = worker.start
    assert start is not None
    worker.start = Start([sys.executable, "-c", KILLED_AT_HALF, str(os.getpid())], start.environ, start.folder)
    watched = resend(officer, officer.get(page).text, f"{page}/confirm").location
    worker._sweep()
    told = officer.get(watched).text
    assert "งานนี้หยุดกลางคัน" in told
    assert page in told
    assert assets(app) == {}
    again = officer.get(page).text
    assert "งานนี้หยุดกลางคัน" in again
    worker.start = start
    watched = resend(officer, again, f"{page}/confirm").location
    worker._sweep()
    assert officer.get(watched).location == page
    assert len(assets(app)) == 40


def states(app: Flask) -> list[JobState]:
    with app.app_context():
        found = list(db.session.scalars(sa.select(Job.state)))
        db.session.remove()
    return found


def test_a_server_that_stops_ends_the_process_and_the_next_one_begins_again(
    app: Flask, worker: jobs.Queue, officer: FlaskClient
) -> None:
    upload(officer, [GOOD, GOOD])
    worker._stop = threading.Event()
    worker._stop.set()
    worker._sweep()
    assert states(app) == [JobState.WAITING]
    worker._stop = None
    worker._sweep()
    assert states(app) == [JobState.DONE]


def test_a_process_that_cannot_even_start_is_told(app: Flask, worker: jobs.Queue, officer: FlaskClient) -> None:
    upload(officer, [GOOD, GOOD])
    worker.start = Start([sys.executable, "-c", "import sys; sys.exit(3)"], {}, "/")
    worker._sweep()
    assert states(app) == [JobState.FAILED]
