"""What a unit taught the import: the meaning of the columns under a header, remembered when a file is confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from assetloan import audit
from assetloan.assets.importing.answers import Answers
from assetloan.assets.importing.models import ColumnMapping
from assetloan.assets.models import ImportBatch
from assetloan.core.db import db
from assetloan.identity.rules import Actor
from assetloan.identity.sign_in import actor_ref

KIND = "assets"


def remembered_columns(unit_id: int | None, kind: str = KIND) -> dict[str, dict[int, str]]:
    """Header key → column from 0 → field, as this unit last confirmed them; nothing without a unit."""
    if unit_id is None:
        return {}
    query = select(ColumnMapping.header_key, ColumnMapping.columns)
    rows = db.session.execute(query.where(ColumnMapping.unit_id == unit_id, ColumnMapping.kind == kind))
    return {row.header_key: {int(place): name for place, name in row.columns.items()} for row in rows}


def remember_columns(
    actor: Actor, unit_id: int | None, columns: Mapping[str, Mapping[int, str]], *, now: datetime, kind: str = KIND
) -> None:
    """Keep what somebody said columns mean, for the next file of the unit with the same header."""
    if unit_id is None:
        return
    before = remembered_columns(unit_id, kind)
    for key, meant in sorted(columns.items()):
        if before.get(key) == dict(meant):
            continue
        kept = {str(place): name for place, name in sorted(meant.items())}
        clause = (ColumnMapping.unit_id == unit_id, ColumnMapping.kind == kind, ColumnMapping.header_key == key)
        row = db.session.scalar(select(ColumnMapping).where(*clause))
        if row is None:
            row = ColumnMapping(unit_id=unit_id, kind=kind, header_key=key)
            db.session.add(row)
        row.columns, row.person_id, row.saved_at = kept, actor.person_id, now
        db.session.flush()
        ref = audit.ObjectRef("column_mapping", key, unit_id)
        told = {str(place): name for place, name in sorted(before.get(key, {}).items())}
        audit.record(actor_ref(actor), "import.columns", ref, at=now, before=told, after=kept)


def answers_of(batch: ImportBatch) -> Answers:
    """What was said about a staged file so far."""
    return Answers.from_json(batch.options.get("answers"))
