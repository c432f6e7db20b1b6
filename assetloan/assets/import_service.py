"""Imports of the register: stage, preview, confirm, one transaction (reliability.md K18).

One call for page and command. All or nothing, unless the good rows are wanted although others are refused.

A file is read outside any transaction, with what people said about it, and judged inside one:

    answers = Answers(columns=remembered_columns(unit_id))         # what the unit taught earlier, or answers_of(batch)
    parsed = read_assets(read_table_file(data, name).sheets, answers=answers)              # importing, documents.sheets
    batch  = stage_assets(actor, parsed, options, now=now, answers=answers)                # keeps the preview
    renew_preview(actor, batch.key, parsed, answers, now=now)  # after an answer, a correction, a mapping
    report = confirm_batch(actor, batch.key, parsed, partial=False, now=now, answers=answers)
    report = import_assets(actor, parsed, options, now=now)        # reading and writing at once: the command

`Answers` (importing.answers) is plain data: `answers.corrected(sheet, row, {field: text})`, `.with_columns(key,
{column: field})`, `.meaning(field, said, meant)` and `dataclasses.replace(answers, price="unit", century="be", …)` give
the next answers. `answers_of(batch)` reads what a staged import was judged with. `read_assets(…, progress=tell)` calls
`tell(rows done, all rows)` now and then. Confirming remembers changed columns for the unit. What a preview holds
(`ImportBatch.result`) is told by `import_preview.preview`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from assetloan import audit
from assetloan.assets import chance, import_rows, queries
from assetloan.assets.import_judge import ImportOptions, Judgement, Verdict, judge
from assetloan.assets.import_memory import answers_of, remember_columns, remember_places, remembered_columns
from assetloan.assets.import_preview import preview
from assetloan.assets.import_suggest import suggestions
from assetloan.assets.import_write import Stamp, write
from assetloan.assets.importing import NOTHING_SAID, Answers, PriceMeans
from assetloan.assets.models import ImportBatch
from assetloan.audit import ObjectRef
from assetloan.core import ids
from assetloan.core.db import db
from assetloan.core.errors import DomainError, Forbidden
from assetloan.documents.import_report import ImportReport
from assetloan.documents.tables import Parsed
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref

KIND = "assets"
STAGED, CONFIRMED, UNDONE, EXPIRED = "staged", "confirmed", "undone", "expired"
KEPT = timedelta(days=30)  # how long a file that was not saved waits

__all__ = [
    "CONFIRMED",
    "EXPIRED",
    "KEPT",
    "STAGED",
    "UNDONE",
    "Answers",
    "ImportOptions",
    "answers_of",
    "confirm_batch",
    "import_assets",
    "remembered_columns",
    "renew_preview",
    "stage_assets",
]


def import_assets(actor: Actor, parsed: Parsed, options: ImportOptions, *, now: datetime) -> ImportReport:
    """Bring a register file in. Nothing is written when a row is refused, unless `options.partial`.

    Raises Forbidden, DomainError("import_overtaken").
    """
    judgement = _judged(actor, parsed, options, now=now)
    report = _counted(parsed, judgement)
    if report.rejected and not options.partial:
        report.refuse()
    elif report.created or report.updated:
        batch = new_batch(actor, KIND, options.file_name, options.file_hash, options.unit_id, now=now)
        _write(actor, judgement, report, batch, now=now)
    return report


def stage_assets(
    actor: Actor, parsed: Parsed, options: ImportOptions, *, now: datetime, answers: Answers = NOTHING_SAID
) -> ImportBatch:
    """Keep what an import would do, for the preview. `answers` are those that the file was read with.

    Raises Forbidden.
    """
    judgement = _judged(actor, parsed, options, now=now)
    batch = new_batch(actor, KIND, options.file_name, options.file_hash, options.unit_id, now=now)
    batch.options = {"lendable": options.lendable, "answers": answers.to_json()}
    batch.result = _preview(parsed, judgement)
    import_rows.keep(batch.id, judgement)
    return batch


def confirm_batch(
    actor: Actor,
    key: str,
    parsed: Parsed,
    *,
    partial: bool,
    now: datetime,
    answers: Answers | None = None,
    price: PriceMeans | None = None,
) -> ImportReport:
    """Write what was staged; the file was read again, and what the register says has the last word.

    `answers` are those that the file was read with; changed columns, and what names of places mean, are remembered.
    A second confirmation finds the batch confirmed and changes nothing. Raises NotFound, Forbidden,
    DomainError("import_not_staged", "import_rejected", "import_overtaken").
    """
    batch = _staged(actor, key)
    judgement = _judged(actor, parsed, _options(batch, partial=partial), now=now)
    report = _counted(parsed, judgement)
    if report.rejected and not partial:
        raise DomainError("import_rejected", rejected=report.rejected)
    said = answers or replace(answers_of(batch), price=price)
    batch.options = batch.options | {"price": said.price, "partial": partial, "answers": said.to_json()}
    batch.result = preview(parsed, judgement, report, ())
    import_rows.keep(batch.id, judgement, refused_only=True)
    _write(actor, judgement, report, batch, now=now)
    remember_columns(actor, batch.unit_id, said.columns, now=now)
    remember_places(actor, judgement, now=now)
    return report


def renew_preview(actor: Actor, key: str, parsed: Parsed, answers: Answers | None = None, *, now: datetime) -> None:
    """Judge a staged file again: after an answer, a correction or another meaning of the columns, and after the
    register refused what the preview had promised. Without `answers` those that were given before stay.

    Raises NotFound, Forbidden, DomainError("import_not_staged").
    """
    batch = _staged(actor, key)
    if answers is not None:
        batch.options = batch.options | {"answers": answers.to_json()}
    judgement = _judged(actor, parsed, _options(batch), now=now)
    batch.result = _preview(parsed, judgement)
    import_rows.keep(batch.id, judgement)


def _staged(actor: Actor, key: str) -> ImportBatch:
    """The actor's batch, locked and not confirmed yet."""
    batch = queries.batch_for(actor, key)
    db.session.execute(select(ImportBatch.id).where(ImportBatch.id == batch.id).with_for_update())
    db.session.refresh(batch)
    if batch.state != STAGED:
        raise DomainError("import_not_staged", batch=key)
    return batch


def _options(batch: ImportBatch, *, partial: bool = False) -> ImportOptions:
    return ImportOptions(batch.unit_id, partial, batch.options["lendable"], batch.file_name, batch.file_hash)


def new_batch(
    actor: Actor, kind: str, file_name: str, file_hash: str, unit_id: int | None, *, now: datetime
) -> ImportBatch:
    """The row of one import, staged."""
    batch = ImportBatch(
        key=ids.new_code(chance.source), kind=kind, file_name=file_name, file_hash=file_hash, unit_id=unit_id,
        person_id=actor.person_id, state=STAGED, options={}, result={}, undo={}, created_at=now,
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    return batch


def confirmed(actor: Actor, batch: ImportBatch, report: ImportReport, *, now: datetime) -> None:
    """Mark a batch as written, and audit the import as a whole."""
    batch.state, batch.confirmed_at = CONFIRMED, now
    report.batch = batch.key
    counts = {name: getattr(report, name) for name in ("rows", *Verdict)} | {"skipped": report.skipped}
    batch.result = batch.result | {"counts": counts}
    after = {"kind": batch.kind, "file": batch.file_name, "sha256": batch.file_hash, **counts}
    ref = ObjectRef("import", batch.key, batch.unit_id)
    audit.record(actor_ref(actor), "import.confirmed", ref, at=now, after=after)


def _judged(actor: Actor, parsed: Parsed, options: ImportOptions, *, now: datetime) -> Judgement:
    if not actor.has(Permission.ASSET_IMPORT):
        raise Forbidden(permission=Permission.ASSET_IMPORT.value)
    if options.unit_id is not None:
        actor.require(Permission.ASSET_IMPORT, unit_id=options.unit_id)
    return judge(actor, parsed, options, now=now, lock=True)


def _counted(parsed: Parsed, judgement: Judgement) -> ImportReport:
    report = ImportReport.of(parsed)
    report.created, report.updated, report.unchanged = (
        len(judgement.of(verdict)) for verdict in (Verdict.CREATED, Verdict.UPDATED, Verdict.UNCHANGED)
    )
    return report


def _write(actor: Actor, judgement: Judgement, report: ImportReport, batch: ImportBatch, *, now: datetime) -> None:
    batch.undo = write(judgement, Stamp(actor, batch.id, batch.key, now))
    confirmed(actor, batch, report, now=now)


def _preview(parsed: Parsed, judgement: Judgement) -> dict[str, Any]:
    return preview(parsed, judgement, _counted(parsed, judgement), suggestions(judgement))
