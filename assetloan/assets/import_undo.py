"""Taking an import back: what it made is withdrawn (kept, hidden, numbers released), what it changed is as before.

Only when nothing was built on it: no loan, no count, no edit and no other event since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, func, select, update

from assetloan import audit
from assetloan.assets import queries
from assetloan.assets.import_lookup import Known, known_by_id, known_of_batch
from assetloan.assets.import_service import CONFIRMED, UNDONE
from assetloan.assets.import_write import Change, Stamp, add_events, change_rows
from assetloan.assets.models import Asset, AssetEvent, Category, Code, ImportBatch, Site
from assetloan.assets.rules import AssetEventKind, AssetStatus, CodeState, Condition, outward_number
from assetloan.core.bulk import pieces
from assetloan.core.db import Base, db
from assetloan.core.errors import DomainError
from assetloan.core.money import Money
from assetloan.identity.models import Person
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref

MOST_NAMED = 20
# What belongs to an asset itself; a row of any other table that points at it was built on it.
_OWN = frozenset({"code", "asset_event", "scan_log", "custody", "repair"})


def lock_batch(actor: Actor, key: str) -> ImportBatch:
    """A confirmed import of the actor, locked. Raises NotFound, DomainError("import_not_confirmed")."""
    batch = queries.batch_for(actor, key)
    db.session.execute(select(ImportBatch.id).where(ImportBatch.id == batch.id).with_for_update())
    db.session.refresh(batch)
    if batch.state != CONFIRMED:
        raise DomainError("import_not_confirmed", batch=key)
    return batch


def close_batch(actor: Actor, batch: ImportBatch, count: int, *, now: datetime) -> None:
    """Mark an import as taken back."""
    batch.state, batch.undone_at = UNDONE, now
    ref = audit.ObjectRef("import", batch.key, batch.unit_id)
    audit.record(actor_ref(actor), "import.undone", ref, at=now, after={"rows": count})


def undo_assets(actor: Actor, key: str, *, now: datetime) -> int:
    """Take an import of assets back; returns how many rows it had made or changed.

    Raises NotFound, Forbidden, DomainError("import_not_confirmed"), DomainError("import_built_on") with the numbers.
    """
    batch = lock_batch(actor, key)
    made = known_of_batch(batch.id)
    undo: dict[str, Any] = batch.undo
    changed = known_by_id([int(asset_id) for asset_id in undo], lock=True)
    for unit_id in sorted({known.unit_id for known in (*made, *changed)}):
        actor.require(Permission.ASSET_IMPORT, unit_id=unit_id)
    stamp = Stamp(actor, batch.id, batch.key, now)
    _check_unused(made, changed, undo, stamp)
    _withdraw(made, stamp)
    _restore(changed, undo, stamp)
    close_batch(actor, batch, len(made) + len(changed), now=now)
    return len(made) + len(changed)


def refuse_if_used(used: Collection[str]) -> None:
    """Raises DomainError("import_built_on") that names the first of what is in use."""
    if used:
        named = sorted(used)[:MOST_NAMED]
        raise DomainError(
            "import_built_on", count=len(used), rows=", ".join(named) + (" …" if len(used) > MOST_NAMED else "")
        )


def _check_unused(made: Sequence[Known], changed: Sequence[Known], undo: dict[str, Any], stamp: Stamp) -> None:
    ids = [known.id for known in made]
    later = _with_other_events(ids, stamp) | _with_later_events([known.id for known in changed], stamp)
    used = later | set(_pointed_at(ids))
    used |= {known.id for known in made if known.version != 1}
    used |= {known.id for known in changed if known.version != undo[str(known.id)]["version"]}
    numbers = {known.id: outward_number(known.asset_no, known.piece) for known in (*made, *changed)}
    refuse_if_used([numbers[asset_id] for asset_id in used])


def _with_other_events(ids: Collection[int], stamp: Stamp) -> set[int]:
    found: set[int] = set()
    for some in pieces(ids):
        query = select(AssetEvent.asset_id).where(AssetEvent.asset_id.in_(some), AssetEvent.reason != stamp.reason)
        found.update(db.session.scalars(query))
    return found


def _with_later_events(ids: Collection[int], stamp: Stamp) -> set[int]:
    found: set[int] = set()
    last = select(func.max(AssetEvent.id)).where(AssetEvent.reason == stamp.reason).scalar_subquery()
    for some in pieces(ids):
        query = select(AssetEvent.asset_id).where(AssetEvent.asset_id.in_(some), AssetEvent.id > last)
        found.update(db.session.scalars(query))
    return found


def _pointed_at(ids: Collection[int]) -> Iterator[int]:
    """Those of the assets that a living row of another table points at, whatever tables there are."""
    for table in Base.metadata.sorted_tables:
        if table.name in _OWN:
            continue
        for column in table.columns:
            if any(key.column is Asset.__table__.c.id for key in column.foreign_keys):
                for some in pieces(ids):
                    yield from db.session.scalars(select(column).where(column.in_(some), *_living(table)).distinct())


def _living(table: Table) -> list[Any]:
    return [table.c.withdrawn_at.is_(None)] if "withdrawn_at" in table.c else []


def _withdraw(made: Sequence[Known], stamp: Stamp) -> None:
    db.session.execute(
        update(Asset)
        .where(Asset.batch_id == stamp.batch_id, Asset.withdrawn_at.is_(None))
        .values(withdrawn_at=stamp.now, version=Asset.version + 1)
        .execution_options(synchronize_session=False)
    )
    of_batch = select(Asset.id).where(Asset.batch_id == stamp.batch_id)
    db.session.execute(
        update(Code)
        .where(Code.asset_id.in_(of_batch), Code.state == CodeState.LINKED)
        .values(state=CodeState.REVOKED, revoked_at=stamp.now, revoked_reason=stamp.reason)
        .execution_options(synchronize_session=False)
    )
    who = actor_ref(stamp.actor)
    events = []
    for known in made:
        number = outward_number(known.asset_no, known.piece)
        events.append({"asset_id": known.id, "kind": AssetEventKind.WITHDRAWN, "unit_id": known.unit_id,
                       "before": {"asset_no": number}, "after": {}, "reason": stamp.reason})  # fmt: skip
        ref = audit.ObjectRef("asset", number, known.unit_id)
        audit.record(who, "asset.withdrawn", ref, at=stamp.now, after={"batch": stamp.batch_key})
    add_events(stamp, events)


_READ: dict[str, Any] = {
    "received_on": date.fromisoformat,
    "warranty_until": date.fromisoformat,
    "price": Money.parse,
    "status": AssetStatus,
    "condition": Condition,
}


def _restore(changed: Sequence[Known], undo: dict[str, Any], stamp: Stamp) -> None:
    changes = []
    for known in changed:
        before: dict[str, Any] = undo[str(known.id)]["before"]
        values = {
            name: _READ[name](value) if name in _READ and value is not None else value for name, value in before.items()
        }
        changes.append(Change(known, values))
    names: dict[str, dict[int, str]] = {
        "category": _names(Category, "category_id", changes),
        "place": _names(Site, "place_id", changes),
        "custodian": _names(Person, "custodian_id", changes),
    }
    change_rows(changes, names, stamp)


def _names(model: type[Category] | type[Site] | type[Person], field: str, changes: Sequence[Change]) -> dict[int, str]:
    wanted = {side[field] for change in changes for side in (change.values, change.before()) if side.get(field)}
    rows = [
        row
        for some in pieces(wanted)
        for row in db.session.execute(select(model.id, model.name).where(model.id.in_(some)))
    ]
    return {row.id: row.name for row in rows}
