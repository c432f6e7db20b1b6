"""A register file on its way in: what its bringer says about it, judging it again at once or, when it is big, as a job.

A small file is read and judged in the request. Of a big one corrections are only noted, and judged together when the
bringer asks for it; reading, confirming and taking back are jobs (docs/adr/0012), which read what was said from the
staged import, so that doing one twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from assetloan.assets.import_judge import ImportOptions
from assetloan.assets.import_service import (
    STAGED,
    UNDONE,
    answers_of,
    confirm_batch,
    new_batch,
    remembered_columns,
    renew_preview,
)
from assetloan.assets.import_undo import undo_assets
from assetloan.assets.importing import Answers, read_assets
from assetloan.assets.models import ImportBatch
from assetloan.core import clock, jobs
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, NotFound
from assetloan.core.job_models import Job, JobState
from assetloan.documents.files import path_of
from assetloan.documents.sheets import read_table_file
from assetloan.documents.tables import Parsed
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.workers import actor_of_task

KIND = "assets"
BIG_BYTES = 128 * 1024  # a file that is read as a job
BIG_ROWS = 2_000  # an import that is judged, confirmed and taken back as a job
READ, CONFIRM, UNDO = "import_read", "import_confirm", "import_undo"
_READING = 60  # of 100 steps: the rest is judging and writing
Change = Callable[[Answers], Answers]
Tell = Callable[[int, int], None]


def batch_of(actor: Actor, key: str, *, lock: bool = False) -> ImportBatch:
    """One's own import of a register. Raises NotFound."""
    query = select(ImportBatch).where(
        ImportBatch.key == key, ImportBatch.person_id == actor.person_id, ImportBatch.kind == KIND
    )
    found = db.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound(batch=key)
    return found


def is_read(batch: ImportBatch) -> bool:
    """Whether the file was read and judged; a big one waits for its job first."""
    return bool(batch.result)


def is_big(batch: ImportBatch) -> bool:
    """Whether work on the whole file takes longer than a request may."""
    return not is_read(batch) or batch.result["counts"]["rows"] > BIG_ROWS


def takes_long(size: int) -> bool:
    """Whether a file of so many bytes is read as a job."""
    return size > BIG_BYTES


def is_open(batch: ImportBatch) -> bool:
    return batch.state == STAGED


def pending(batch: ImportBatch) -> list[list[Any]]:
    """Rows (sheet, row) that were corrected since the file was judged."""
    return list(batch.options.get("pending", ()))


def job_of(batch: ImportBatch) -> Job | None:
    """The last job of this import, as long as it is remembered."""
    key = batch.options.get("job")
    return jobs.by_key(key, batch.person_id) if key and batch.person_id is not None else None


def is_busy(batch: ImportBatch) -> bool:
    """Whether a job works on this import."""
    job = job_of(batch)
    return job is not None and job.state in (JobState.WAITING, JobState.RUNNING)


def first_answers(unit_id: int | None) -> Answers:
    """What the unit taught earlier about files of its own."""
    return Answers(columns=remembered_columns(unit_id))


def parse(file: bytes | Path, name: str, answers: Answers, tell: Tell | None = None) -> Parsed:
    """Read a file in the limited child. Raises FileRefused, WorkStopped."""
    return read_assets(read_table_file(file, name).sheets, answers=answers, progress=tell)


def parse_stored(batch: ImportBatch, answers: Answers, tell: Tell | None = None) -> Parsed:
    """The same for the file of an import."""
    return parse(path_of(batch.file_hash), batch.file_name, answers, tell)


def begin_big(
    actor: Actor, options: ImportOptions, answers: Answers, address: Callable[[str], str], back: str, *, now: datetime
) -> tuple[ImportBatch, str]:
    """Keep a big file that nobody has read yet, and have it read: the import, and the key of the job.

    `address` gives the page of an import by its key, `back` is where to go when the file cannot be read. Raises
    Forbidden.
    """
    if options.unit_id is not None:
        actor.require(Permission.ASSET_IMPORT, unit_id=options.unit_id)
    batch = new_batch(actor, KIND, options.file_name, options.file_hash, options.unit_id, now=now)
    batch.options = {"lendable": options.lendable, "answers": answers.to_json()}
    return batch, ask(actor, batch, READ, address(batch.key), back=back, now=now).key


def ask(actor: Actor, batch: ImportBatch, kind: str, url: str, *, now: datetime, back: str = "", **more: Any) -> Job:
    """Have something done with an import, unless a job works on it already."""
    busy = job_of(batch)
    if busy is not None and busy.state in (JobState.WAITING, JobState.RUNNING):
        return busy
    payload = {"key": batch.key, "url": url, "back": back or url, **more}
    job = jobs.ask(kind, payload, person_id=actor.person_id, unit_id=batch.unit_id, now=now)
    batch.options = batch.options | {"job": job.key}
    return job


def note(
    actor: Actor, key: str, change: Change, *, rows: list[list[Any]] | None = None, kept: Any = None
) -> ImportBatch:
    """Keep what was said without judging again: `rows` then wait for it, `kept` are suggestions not to be made again.

    Raises NotFound, DomainError("import_not_staged").
    """
    batch = batch_of(actor, key, lock=True)
    if batch.state != STAGED:
        raise DomainError("import_not_staged", batch=key)
    options = batch.options | {"answers": change(answers_of(batch)).to_json()}
    if rows:
        options["pending"] = pending(batch) + [row for row in rows if row not in pending(batch)]
    if kept:
        options["kept"] = [*options.get("kept", ()), *kept]
    batch.options = options
    return batch


def judge_again(actor: Actor, key: str, parsed: Parsed, answers: Answers, *, now: datetime) -> None:
    """Judge a file that was read with the answers; corrected rows no longer wait. Raises as `renew_preview`."""
    renew_preview(actor, key, parsed, answers, now=now)
    batch = batch_of(actor, key)
    batch.options = {name: value for name, value in batch.options.items() if name != "pending"}


# --- jobs -----------------------------------------------------------------------------------------------------------


def _begun(task: jobs.Task) -> tuple[Actor, ImportBatch, Answers]:
    who = actor_of_task(task)
    batch = batch_of(who, task.payload["key"])
    answers = answers_of(batch)
    db.session.expunge(batch)
    db.session.rollback()
    return who, batch, answers


def _teller(task: jobs.Task) -> Tell:
    return lambda done, of: task.tell(done * _READING // max(of, 1), 100)


def _judge(task: jobs.Task, who: Actor, key: str, parsed: Parsed, answers: Answers) -> None:
    task.tell(_READING, 100)
    with transaction():
        judge_again(who, key, parsed, answers, now=clock.now())


@jobs.does(READ, apart=True)
def read_job(task: jobs.Task) -> dict[str, Any]:
    """Read and judge a big file, for the first time or after something was said about it."""
    who, batch, answers = _begun(task)
    if batch.state == STAGED:
        _judge(task, who, batch.key, parse_stored(batch, answers, _teller(task)), answers)
    return {"url": task.payload["url"]}


@jobs.does(CONFIRM, apart=True)
def confirm_job(task: jobs.Task) -> dict[str, Any]:
    """Write a big import. What the register refuses by now is told, and the preview shows it."""
    who, batch, answers = _begun(task)
    if batch.state == STAGED:
        parsed = parse_stored(batch, answers, _teller(task))
        task.tell(_READING, 100)
        try:
            with transaction():
                partial = bool(task.payload["partial"])
                confirm_batch(who, batch.key, parsed, partial=partial, now=clock.now(), answers=answers)
                task.done({"url": task.payload["url"]})
        except DomainError:
            _judge(task, who, batch.key, parse_stored(batch, answers), answers)
            raise
    return {"url": task.payload["url"]}


@jobs.does(UNDO, apart=True)
def undo_job(task: jobs.Task) -> dict[str, Any]:
    """Take a big import back."""
    who, batch, _answers = _begun(task)
    if batch.state != UNDONE:
        task.tell(1, 100)
        with transaction():
            undo_assets(who, batch.key, now=clock.now())
            task.done({"url": task.payload["url"]})
    return {"url": task.payload["url"]}
