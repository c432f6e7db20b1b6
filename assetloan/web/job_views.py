"""Watching long work: how far it is, how it ended, and on to what it made. Only the person who asked sees it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from assetloan.core import clock, jobs
from assetloan.core.errors import NotFound
from assetloan.core.i18n import word_code
from assetloan.core.job_models import JobState
from assetloan.core.words import JOB_STATES
from assetloan.identity.guards import access, actor

bp = Blueprint("jobs", __name__)
ENDED = frozenset({JobState.DONE, JobState.FAILED})


@bp.get("/jobs/<key>")
@access("signed_in")
def watch(key: str) -> ResponseReturnValue:
    """How far it is. Finished work with a page of its own leads there."""
    person_id = actor().person_id
    job = jobs.by_key(key, person_id) if person_id is not None else None
    if job is None:
        raise NotFound
    if job.state is JobState.DONE and "url" in job.result and request.headers.get("X-Requested-With") != "fetch":
        return redirect(job.result["url"], 303)
    begun = job.started_at or job.created_at
    return render_template(
        "web/job.html",
        job=job,
        ended=job.state in ENDED,
        state=JOB_STATES[job.state],
        seconds=max(0, int(((job.ended_at or clock.now()) - begun).total_seconds())),
        percent=job.steps_done * 100 // job.steps_all if job.steps_all else None,
        sentence=word_code(job.result["code"], job.result["details"]) if job.state is JobState.FAILED else "",
        back=job.payload.get("back", "/"),
    )
