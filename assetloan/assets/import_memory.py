"""What a unit taught the import, remembered when a file is confirmed: what columns mean, which place a name means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from assetloan import audit
from assetloan.assets.import_judge import Judgement, Verdict
from assetloan.assets.importing.answers import Answers
from assetloan.assets.importing.models import ColumnMapping, PlaceAlias
from assetloan.assets.models import ImportBatch
from assetloan.core import text
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


def remember_places(actor: Actor, judgement: Judgement, *, now: datetime) -> None:
    """Keep which place a person said that a name of the file means; the next file of the unit may call it so again."""
    said: dict[tuple[int, str], tuple[str, int]] = {}
    for item in judgement.rows:
        name = item.row.said.get("place")
        if not name or item.verdict is Verdict.REJECTED:
            continue
        place_id = item.values.get("place_id", item.known.place_id if item.known is not None else None)
        if isinstance(place_id, int):
            said.setdefault((item.unit_id, text.search_key(name)), (name, place_id))
    for (unit_id, key), (name, place_id) in sorted(said.items()):
        clause = (PlaceAlias.unit_id == unit_id, PlaceAlias.name_key == key)
        row = db.session.scalar(select(PlaceAlias).where(*clause))
        if row is not None and row.place_id == place_id:
            continue
        if row is None:
            row = PlaceAlias(unit_id=unit_id, name_key=key)
            db.session.add(row)
        row.name, row.place_id, row.person_id, row.saved_at = text.clean(name), place_id, actor.person_id, now
        after = {"place": judgement.names["place"].get(place_id, "")}
        audit.record(
            actor_ref(actor), "import.place", audit.ObjectRef("place_alias", key, unit_id), at=now, after=after
        )


def answers_of(batch: ImportBatch) -> Answers:
    """What was said about a staged file so far."""
    return Answers.from_json(batch.options.get("answers"))
