"""Several things at the same instant: threads that wait for each other, each with a context and session of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from assetloan.core.db import db

FULL = os.environ.get("ASSETLOAN_TEST_ROUNDS") == "full"


def rounds(full: int, short: int) -> int:
    """How often to repeat a race: the catalogue's number with ASSETLOAN_TEST_ROUNDS=full, fewer on each commit."""
    return full if FULL else short


def together(app: Flask, works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run them all at once; each gives its value or the exception it ended with, in the order given."""
    outcomes: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(place: int) -> None:
        with app.app_context():
            try:
                start.wait(timeout=60)
                outcomes[place] = works[place]()
            except Exception as error:  # the outcome of a race is looked at by the test
                outcomes[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(place,), name=f"racer-{place}") for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads), "a racer never came back"
    return outcomes
