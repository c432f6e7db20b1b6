"""Bringing a register file in, step by step: upload, what it would do, confirm, result, take back.

Only the one who brought a file sees what became of it. A file is read in a limited child, before any transaction; what
is said about it meanwhile is in `import_fix_views`, and what takes long is a job.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import (
    import_cleanup,  # noqa: F401 - registers its step of the tick
    import_fix_views,  # noqa: F401 - hangs its routes on the blueprint
    import_parts,
    import_rows,
)
from assetloan.assets.import_base import address, bp, job_page, watched
from assetloan.assets.import_forms import ConfirmForm, UndoForm, UploadForm, unit_choices
from assetloan.assets.import_lookup import last_batches
from assetloan.assets.import_pages import page_of
from assetloan.assets.import_service import (
    CONFIRMED,
    EXPIRED,
    STAGED,
    UNDONE,
    Answers,
    ImportOptions,
    answers_of,
    confirm_batch,
    stage_assets,
)
from assetloan.assets.import_staging import (
    CONFIRM,
    READ,
    UNDO,
    batch_of,
    begin_big,
    first_answers,
    is_big,
    is_read,
    judge_again,
    parse,
    parse_stored,
    pending,
    takes_long,
)
from assetloan.assets.import_undo import undo_assets
from assetloan.assets.models import ImportBatch
from assetloan.assets.page_parts import Act
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError
from assetloan.core.forms import ActForm, save
from assetloan.core.i18n import _, _l, word
from assetloan.documents.files import add_file, store_bytes
from assetloan.documents.sheets import Column, OutSheet, write_xlsx
from assetloan.documents.tables import Parsed
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import UnitCard, unit_by_code, unit_tree
from assetloan.identity.rules import Actor, Permission

__all__ = ["act", "bp"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES: dict[str, tuple[str, Any]] = {
    STAGED: ("wait", _l("ยังไม่บันทึก")),
    CONFIRMED: ("ok", _l("บันทึกแล้ว")),
    UNDONE: ("neutral", _l("ถอนแล้ว")),
    EXPIRED: ("neutral", _l("ไม่ได้บันทึก หมดเวลาเก็บ")),
}


def act(who: Actor) -> Act | None:
    """The link on the register for those who may import."""
    return Act(url_for("imports.upload"), _("นำเข้าจากไฟล์")) if who.has(Permission.ASSET_IMPORT) else None


# --- the file -------------------------------------------------------------------------------------------------------


def _units(who: Actor) -> list[UnitCard]:
    """The units whose register this person may bring in."""
    scope = who.scope(Permission.ASSET_IMPORT)
    return [card for card in unit_tree(clock.today()).ordered() if scope.everything or card.id in scope.units]


def _upload_form(who: Actor) -> UploadForm:
    form = UploadForm()
    form.unit.choices = unit_choices(_units(who))
    return form


def _upload_page(form: UploadForm) -> str:
    """The form, and one's last imports, so that one can come back to them."""
    return render_template(
        "assets/import_upload.html", form=form, batches=last_batches(actor(), "assets"), states=STATES
    )


@bp.get("")
@access(Permission.ASSET_IMPORT)
def upload() -> ResponseReturnValue:
    """Choose the file."""
    return _upload_page(_upload_form(actor()))


@bp.post("")
@access(Permission.ASSET_IMPORT)
def stage() -> ResponseReturnValue:
    """Read the file and keep what it would do, a big one as a job. Nothing of the register changes."""
    form = _upload_form(actor())
    if form.validate_on_submit():
        data = form.file.data.read()
        name = (form.file.data.filename or "register")[:200]
        unit_id = unit_by_code(form.unit.data, clock.today()).id if form.unit.data else None
        answers = first_answers(unit_id)
        db.session.rollback()
        try:
            parsed = None if takes_long(len(data)) else parse(data, name, answers)
        except DomainError as fault:
            form.file.errors = [word(fault)]
        else:
            options = ImportOptions(unit_id, False, bool(form.lendable.data), name, store_bytes(data))
            answer = save(owner_key(), form, lambda: _stage(parsed, options, answers, len(data), now=clock.now()))
            if answer is not None:
                return answer
    return _upload_page(form), 422


def _stage(parsed: Parsed | None, options: ImportOptions, answers: Answers, size: int, *, now: datetime) -> str:
    who = actor()
    if parsed is None:
        batch, to = begin_big(who, options, answers, address, url_for("imports.upload"), now=now)
    else:
        batch = stage_assets(who, parsed, options, now=now, answers=answers)
        to = ""
    row = add_file(
        options.file_hash, size=size, mime="application/octet-stream", name=options.file_name, kind="import",
        unit_id=options.unit_id, object_type="import", object_key=batch.key, person_id=who.person_id, at=now,
    )  # fmt: skip
    batch.file_id = row.id
    return url_for("jobs.watch", key=to) if to else address(batch.key)


@bp.post("/<key>/read")
@access(Permission.ASSET_IMPORT)
def read(key: str) -> ResponseReturnValue:
    """Judge the whole file again, as a job: after corrections, or when the first reading came to nothing."""
    form = ActForm()
    found = batch_of(actor(), key)
    if found.state != STAGED:
        return redirect(address(key), 303)
    answer = None
    if form.validate_on_submit():
        answer = save(owner_key(), form, lambda: job_page(batch_of(actor(), key, lock=True), READ, address(key)))
    return answer if answer is not None else page_of(key, form)


# --- the page -------------------------------------------------------------------------------------------------------


@bp.get("/<key>")
@access(Permission.ASSET_IMPORT)
def batch(key: str) -> ResponseReturnValue:
    """What the file would do, or what became of it."""
    return page_of(key)


# --- what becomes of it -----------------------------------------------------------------------------------------------


@bp.post("/<key>/confirm")
@access(Permission.ASSET_IMPORT)
def confirm(key: str) -> ResponseReturnValue:
    """Write the rows: once, however often the button is pressed."""
    form = ConfirmForm()
    found = batch_of(actor(), key)
    if found.state != STAGED or not is_read(found) or pending(found):  # pressed on an old page
        return redirect(address(key), 303)
    going_on = watched(found)
    if going_on is not None:
        return going_on
    if import_parts.refused(found) and form.partial.data is None and request.form:
        form.partial.errors = [_("กรุณาเลือกว่าจะทำอย่างไรกับแถวที่ไม่รับ")]
        return page_of(key, form)
    if not form.validate_on_submit():
        return page_of(key, form)
    partial = form.partial.data == "yes"
    if import_parts.refused(found) and not partial:
        form.add_error(DomainError("import_rejected", rejected=import_parts.refused(found)))
        return page_of(key, form)
    answer = _confirm_big(form, key, partial=partial) if is_big(found) else _confirm(form, found, partial=partial)
    return answer if answer is not None else page_of(key, form)


def _confirm_big(form: ConfirmForm, key: str, *, partial: bool) -> ResponseReturnValue | None:
    def work() -> str:
        return job_page(batch_of(actor(), key, lock=True), CONFIRM, address(key), partial=partial)

    return save(owner_key(), form, work)


def _confirm(form: ConfirmForm, found: ImportBatch, *, partial: bool) -> ResponseReturnValue | None:
    key, answers = found.key, answers_of(found)
    try:
        parsed = parse_stored(found, answers)
    except DomainError as fault:
        form.add_error(fault)
        return None

    def work() -> str:
        confirm_batch(actor(), key, parsed, partial=partial, now=clock.now(), answers=answers)
        return address(key)

    answer = save(owner_key(), form, work)
    if answer is None:  # what the page shows after a refusal is what the register says now
        again = parse_stored(batch_of(actor(), key), answers)
        with suppress(DomainError), transaction():
            judge_again(actor(), key, again, answers, now=clock.now())
    return answer


@bp.post("/<key>/undo")
@access(Permission.ASSET_IMPORT)
def undo(key: str) -> ResponseReturnValue:
    """Take the import back, if nothing was built on it."""
    form = UndoForm()
    found = batch_of(actor(), key)
    going_on = watched(found)
    if going_on is not None:
        return going_on
    big = is_big(found)

    def work() -> str:
        if big:
            return job_page(batch_of(actor(), key, lock=True), UNDO, address(key))
        undo_assets(actor(), key, now=clock.now())
        return address(key)

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    return answer if answer is not None else page_of(key, form)


@bp.get("/<key>/errors.xlsx")
@access(Permission.ASSET_IMPORT)
def errors(key: str) -> ResponseReturnValue:
    """The refused rows with their reasons and their cells, to be corrected and brought in again."""
    found = batch_of(actor(), key)
    head, *rows = import_rows.error_table(found.id, found.result.get("seen", ()))
    columns = [Column(heading, 40 if number == 2 else 18) for number, heading in enumerate(head)]
    response = Response(write_xlsx([OutSheet(_("แถวที่ไม่รับ"), columns, rows)]), mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"errors-{found.key}.xlsx")
    return response
