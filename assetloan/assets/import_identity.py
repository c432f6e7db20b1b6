"""Files of units and people as batches that can be taken back, like those of the register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from assetloan.assets.import_service import confirmed, new_batch
from assetloan.assets.import_undo import close_batch, lock_batch
from assetloan.documents.import_report import ImportReport
from assetloan.documents.tables import Parsed
from assetloan.identity import bulk, taking_back
from assetloan.identity.rules import Actor
from assetloan.identity.taking_back import Trace

Take = Callable[..., ImportReport]
TAKES: dict[str, Take] = {"units": bulk.import_units, "people": bulk.import_people}


def import_identity(
    actor: Actor, kind: str, parsed: Parsed, file_name: str, file_hash: str, *, now: datetime
) -> ImportReport:
    """Take a file of "units" or "people" in, as one batch. Raises Forbidden."""
    batch, trace = new_batch(actor, kind, file_name, file_hash, None, now=now), Trace()
    report = TAKES[kind](actor, parsed, trace, now=now)
    batch.undo = trace.kept()
    confirmed(actor, batch, report, now=now)
    return report


def _undo(actor: Actor, key: str, take_back: Callable[..., int], now: datetime) -> int:
    batch = lock_batch(actor, key)
    undo: dict[str, Any] = batch.undo
    count = take_back(actor, undo, now=now)
    close_batch(actor, batch, count, now=now)
    return count


def undo_units(actor: Actor, key: str, *, now: datetime) -> int:
    """Take a file of units back. Raises NotFound, Forbidden, DomainError("import_not_confirmed", "import_built_on")."""
    return _undo(actor, key, taking_back.undo_units, now)


def undo_people(actor: Actor, key: str, *, now: datetime) -> int:
    """Take a file of people back. Raises as `undo_units`."""
    return _undo(actor, key, taking_back.undo_people, now)
