"""Custody rows stay in step with `asset.custodian_id`, whoever set it: the edit form, the API, an import."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from assetloan.assets.custody import queries
from assetloan.assets.custody.models import Custody
from assetloan.core import clock
from assetloan.core.bulk import insert_rows, pieces
from assetloan.core.db import db


def follow_custodians(asset_ids: Collection[int], *, recorded_by_id: int | None, now: datetime) -> None:
    """End the custody of whoever is no longer custodian and begin that of whoever is, as of today."""
    today = clock.bangkok_date(now)
    for some in pieces(asset_ids):
        rows = queries.differing(some)
        for _asset_id, _keeper, row in rows:
            if row is not None:
                row.until_on = max(row.from_on, today)
        db.session.flush()
        begun = [_row(asset_id, keeper, today, recorded_by_id, now) for asset_id, keeper, _row_ in rows if keeper]
        insert_rows(Custody, begun)


def _row(asset_id: int, person_id: int, day: date, by: int | None, now: datetime) -> dict[str, object]:
    return {
        "asset_id": asset_id, "person_id": person_id, "person_text": "", "from_on": day, "until_on": None,
        "document_no": "", "accepted_at": None, "recorded_at": now, "recorded_by_id": by,
    }  # fmt: skip


def begin_custody(
    asset_id: int, person_id: int | None, *, day: date, document_no: str, recorded_by_id: int | None, now: datetime
) -> None:
    """Hand a thing over on a day; the asset's own column is set by the caller in the same transaction."""
    before = queries.open_custody(asset_id)
    if before is not None:
        before.until_on = max(before.from_on, day)
        db.session.flush()
    if person_id is not None:
        row = Custody(
            asset_id=asset_id,
            person_id=person_id,
            from_on=day,
            document_no=document_no,
            recorded_at=now,
            recorded_by_id=recorded_by_id,
        )
        db.session.add(row)
        db.session.flush()
