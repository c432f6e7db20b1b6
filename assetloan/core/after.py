"""What a GET may write: last-seen and the scan log, in a short transaction after the page is built.

Dropped (and counted) when the database is locked: a page never fails for its log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g
from sqlalchemy.exc import SQLAlchemyError

from assetloan.core.db import transaction

log = logging.getLogger(__name__)
dropped = 0


def after_page(work: Callable[[], Any]) -> None:
    """Run `work` in a short transaction when the answer is ready."""
    g.setdefault("after_page", []).append(work)


def _run(response: Response) -> Response:
    global dropped
    waiting = g.pop("after_page", [])
    if not waiting:
        return response
    try:
        with transaction():
            for work in waiting:
                work()
    except SQLAlchemyError:
        dropped += len(waiting)
        log.warning("dropped %d log rows: the database was busy", len(waiting))
    return response


def init(app: Flask) -> None:
    app.after_request(_run)
