"""Bringing a register file in, step by step: upload, what it would do, confirm, result, take back.

Only the one who brought a file sees what became of it. The file is read in a limited child, before any transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Literal

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import labels, queries
from assetloan.assets.import_forms import ConfirmForm, UndoForm, UploadForm, unit_choices
from assetloan.assets.import_judge import Verdict, judge
from assetloan.assets.import_lookup import last_batches
from assetloan.assets.import_service import (
    CONFIRMED,
    STAGED,
    UNDONE,
    ImportOptions,
    confirm_batch,
    renew_preview,
    stage_assets,
)
from assetloan.assets.import_undo import undo_assets
from assetloan.assets.importing import read_assets
from assetloan.assets.models import ImportBatch
from assetloan.assets.page_parts import Act
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, NotFound
from assetloan.core.forms import save
from assetloan.core.i18n import _, _l, word
from assetloan.documents.files import add_file, path_of, store_bytes
from assetloan.documents.import_report import error_sheet
from assetloan.documents.sheets import Column, OutSheet, Sheet, read_table_file, write_xlsx
from assetloan.documents.tables import Parsed
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import UnitCard, unit_by_code, unit_tree
from assetloan.identity.rules import Actor, Permission

bp = Blueprint("imports", __name__, url_prefix="/assets/import")
Price = Literal["unit", "total"] | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VERDICTS: dict[str, tuple[str, Any]] = {
    Verdict.CREATED.value: ("ok", _l("ใหม่")),
    Verdict.UPDATED.value: ("info", _l("ปรับปรุง")),
    Verdict.UNCHANGED.value: ("neutral", _l("ไม่เปลี่ยน")),
    Verdict.REJECTED.value: ("late", _l("ต้องตรวจ")),
}


def _units(who: Actor) -> list[UnitCard]:
    """The units whose register this person may bring in."""
    scope = who.scope(Permission.ASSET_IMPORT)
    return [card for card in unit_tree(clock.today()).ordered() if scope.everything or card.id in scope.units]


def _upload_form(who: Actor) -> UploadForm:
    form = UploadForm()
    form.unit.choices = unit_choices(_units(who))
    return form


STATES: dict[str, tuple[str, Any]] = {
    STAGED: ("wait", _l("ยังไม่บันทึก")),
    CONFIRMED: ("ok", _l("บันทึกแล้ว")),
    UNDONE: ("neutral", _l("ถอนแล้ว")),
}


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
    """Read the file and keep what it would do. Nothing of the register changes."""
    form = _upload_form(actor())
    if form.validate_on_submit():
        data = form.file.data.read()
        name = form.file.data.filename or "register"
        try:
            parsed = _parse(data, name, price=None)
        except DomainError as fault:
            form.file.errors = [word(fault)]
        else:
            sha256 = store_bytes(data)
            answer = save(owner_key(), form, lambda: _stage(form, parsed, name, sha256, len(data), now=clock.now()))
            if answer is not None:
                return answer
    return _upload_page(form), 422


def _parse(data: bytes, name: str, *, price: Price) -> Parsed:
    """Judge the cells of a file. Raises FileRefused, WorkStopped."""
    sheets: Sequence[Sheet] = read_table_file(data, name).sheets
    return read_assets(sheets, price=price)


def _stage(form: UploadForm, parsed: Parsed, name: str, sha256: str, size: int, *, now: datetime) -> str:
    who = actor()
    unit_id = unit_by_code(form.unit.data, clock.today()).id if form.unit.data else None
    options = ImportOptions(unit_id, False, bool(form.lendable.data), name[:200], sha256)
    batch = stage_assets(who, parsed, options, now=now)
    row = add_file(
        sha256, size=size, mime="application/octet-stream", name=name[:200], kind="import", unit_id=unit_id,
        object_type="import", object_key=batch.key, person_id=who.person_id, at=now,
    )  # fmt: skip
    batch.file_id = row.id
    return url_for("imports.batch", key=batch.key)


def _batch(key: str) -> ImportBatch:
    """One's own import of assets. Raises NotFound."""
    found = queries.batch_for(actor(), key)
    if found.kind != "assets":
        raise NotFound(batch=key)
    return found


@bp.get("/<key>")
@access(Permission.ASSET_IMPORT)
def batch(key: str) -> ResponseReturnValue:
    """What the file would do, or what became of it."""
    return _page(key)


def _page(key: str, *, confirm: ConfirmForm | None = None, undo: UndoForm | None = None) -> ResponseReturnValue:
    found = _batch(key)
    refused = (confirm or undo) is not None
    page = render_template(
        "assets/import_preview.html" if found.state == STAGED else "assets/import_result.html",
        batch=found,
        result=found.result,
        counts=found.result.get("counts", {}),
        unit=unit_tree(clock.today()).get(found.unit_id),
        verdicts=VERDICTS,
        fields=labels.FIELDS,
        form=confirm or undo,
        confirm_form=confirm or ConfirmForm(formdata=None),
        undo_form=undo or UndoForm(formdata=None),
    )
    return page, 422 if refused else 200


@bp.post("/<key>/confirm")
@access(Permission.ASSET_IMPORT)
def confirm(key: str) -> ResponseReturnValue:
    """Write the rows: once, however often the button is pressed."""
    form = ConfirmForm()
    found = _batch(key)
    if found.state != STAGED:  # pressed again on an old page
        return redirect(url_for("imports.batch", key=key), 303)
    if found.result["counts"].get(Verdict.REJECTED.value) and form.partial.data is None and request.form:
        form.partial.errors = [_("กรุณาเลือกว่าจะทำอย่างไรกับแถวที่ไม่รับ")]
        return _page(key, confirm=form)
    if form.validate_on_submit():
        try:
            parsed = _parse_stored(found, price=form.chosen_price())
        except DomainError as fault:
            form.add_error(fault)
        else:
            answer = save(owner_key(), form, lambda: _confirm(key, parsed, form, now=clock.now()))
            if answer is not None:
                return answer
            _renew(key, price=form.chosen_price())
    return _page(key, confirm=form)


def _renew(key: str, *, price: Price) -> None:
    """What the page shows after a refusal is what the register says now."""
    parsed = _parse_stored(_batch(key), price=price)
    with suppress(DomainError), transaction():
        renew_preview(actor(), key, parsed, now=clock.now())


def _parse_stored(found: ImportBatch, *, price: Price) -> Parsed:
    return _parse(path_of(found.file_hash).read_bytes(), found.file_name, price=price)


def _confirm(key: str, parsed: Parsed, form: ConfirmForm, *, now: datetime) -> str:
    partial = form.partial.data == "yes"
    confirm_batch(actor(), key, parsed, partial=partial, price=form.chosen_price(), now=now)
    return url_for("imports.batch", key=key)


@bp.post("/<key>/undo")
@access(Permission.ASSET_IMPORT)
def undo(key: str) -> ResponseReturnValue:
    """Take the import back, if nothing was built on it."""
    form = UndoForm()
    _batch(key)

    def work() -> str:
        undo_assets(actor(), key, now=clock.now())
        return url_for("imports.batch", key=key)

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    return answer if answer is not None else _page(key, undo=form)


@bp.get("/<key>/errors.xlsx")
@access(Permission.ASSET_IMPORT)
def errors(key: str) -> ResponseReturnValue:
    """The refused rows with their reasons and original cells, to be corrected and brought in again."""
    found = _batch(key)
    options = ImportOptions(found.unit_id, True, found.options.get("lendable", True), found.file_name, found.file_hash)
    parsed = _parse_stored(found, price=found.options.get("price"))
    judge(actor(), parsed, options, now=clock.now())
    db.session.rollback()  # judging reads with a view to writing; nothing of it is kept
    head, *rows = error_sheet(parsed.rows)
    columns = [Column(heading, 40 if number == 2 else 18) for number, heading in enumerate(head)]
    response = Response(write_xlsx([OutSheet(_("แถวที่ไม่รับ"), columns, rows)]), mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"errors-{found.key}.xlsx")
    return response


def act(who: Actor) -> Act | None:
    """The link on the register for those who may import."""
    return Act(url_for("imports.upload"), _("นำเข้าจากไฟล์")) if who.has(Permission.ASSET_IMPORT) else None
