"""What the views of an import share: the blueprint, one's own import, and doing at once or as a job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from assetloan.assets.import_service import answers_of
from assetloan.assets.import_staging import (
    READ,
    Change,
    ask,
    batch_of,
    is_big,
    is_busy,
    is_open,
    is_read,
    job_of,
    judge_again,
    note,
    parse_stored,
)
from assetloan.assets.models import ImportBatch
from assetloan.core import clock
from assetloan.core.errors import DomainError
from assetloan.core.forms import BaseForm, save
from assetloan.documents.import_report import sentence
from assetloan.identity.guards import actor, owner_key

bp = Blueprint("imports", __name__, url_prefix="/assets/import")


bp.add_app_template_filter(sentence, "sentence")


def address(key: str, **query: Any) -> str:
    """The page of an import."""
    return url_for("imports.batch", key=key, **query)


def watched(found: ImportBatch) -> Response | None:
    """To the job that works on this import, while one does."""
    job = job_of(found)
    return redirect(url_for("jobs.watch", key=job.key), 303) if job is not None and is_busy(found) else None


def opened(key: str) -> tuple[ImportBatch, Response | None]:
    """One's own import, and where to go when it cannot be changed now. Raises NotFound."""
    found = batch_of(actor(), key)
    if not is_open(found) or not is_read(found):
        return found, redirect(address(key), 303)
    return found, watched(found)


def job_page(found: ImportBatch, kind: str, url: str, *, back: str = "", **more: Any) -> str:
    """Ask for a job inside a transaction; the address of the page that watches it."""
    job = ask(actor(), found, kind, url, now=clock.now(), back=back, **more)
    return url_for("jobs.watch", key=job.key)


def say(
    form: BaseForm,
    found: ImportBatch,
    change: Change,
    to: str,
    *,
    rows: Sequence[tuple[str, int]] = (),
    kept: Sequence[tuple[str, str]] = (),
    judge: bool = True,
) -> Response | None:
    """Take something that was said about the file, and judge it again: at once, or by a job when it is big.

    Corrected `rows` of a big file wait until they are judged together. None when a rule said no.
    """
    key, who = found.key, actor()
    big, told = is_big(found), [[sheet, row] for sheet, row in rows]
    answers = change(answers_of(found))
    parsed = None
    if judge and not big:
        try:
            parsed = parse_stored(found, answers)
        except DomainError as fault:
            form.add_error(fault)
            return None

    def work() -> str:
        batch = note(who, key, change, rows=told, kept=[list(one) for one in kept])
        if parsed is not None:
            judge_again(who, key, parsed, answers, now=clock.now())
        elif judge and not told:
            return job_page(batch, READ, to)
        return to

    return save(owner_key(), form, work)
