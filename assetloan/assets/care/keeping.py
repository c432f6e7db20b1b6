"""An open repair stands behind the status “repair”, whoever set it: a return, an import, the officer.

The care service opens and ends repairs itself; where the status is changed in another way, the repair log follows here.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, update

from assetloan.assets.care import queries
from assetloan.assets.care.models import Repair
from assetloan.assets.care.rules import RepairKind, RepairState
from assetloan.core import clock
from assetloan.core.bulk import insert_rows, pieces
from assetloan.core.db import db

WORK = "ส่งซ่อม"  # data of the office, so in Thai


def follow_status(asset_ids: Collection[int], *, person_id: int | None, reason: str, now: datetime) -> None:
    """Open a repair for each of these things that is in repair without one, end those of things that no longer are."""
    today = clock.bangkok_date(now)
    for some in pieces(asset_ids):
        found = queries.without_entry(some)
        insert_rows(Repair, [_row(item, number + 1, today, person_id, reason, now) for item, number in found])
        day = func.max if db.session.get_bind().dialect.name == "sqlite" else func.greatest
        db.session.execute(
            update(Repair)
            .where(
                Repair.asset_id.in_(some),
                Repair.state == RepairState.OPEN,
                Repair.asset_id.not_in(queries.in_repair(some)),
            )
            .values(state=RepairState.DONE, finished_on=day(Repair.begun_on, today), version=Repair.version + 1)
            .execution_options(synchronize_session="fetch")
        )


def _row(asset_id: int, number: int, today: date, person_id: int | None, reason: str, now: datetime) -> dict[str, Any]:
    """All columns of an entry that stands for a status which came another way."""
    return {
        "asset_id": asset_id,
        "number": number,
        "kind": RepairKind.REPAIR,
        "state": RepairState.OPEN,
        "work": WORK,
        "begun_on": today,
        "note": reason,
        "person_id": person_id,
        "created_at": now,
        "version": 1,
        "supplier": "",
        "document_no": "",
        "cost": None,
        "under_warranty": False,
        "expected_on": None,
        "finished_on": None,
        "plan_id": None,
    }
