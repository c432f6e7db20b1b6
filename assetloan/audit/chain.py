"""Recording a change. `record()` collects; the chain grows as the last statements before COMMIT (docs/adr/0005).

Nothing locks after the chain's head is taken, so two bulk acts cannot deadlock over it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetloan.audit.models import AuditEntry, AuditHead
from assetloan.core import db as core_db
from assetloan.core.bulk import insert_rows
from assetloan.core.money import Money

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class ActorRef:
    """Who acts, in plain values, frozen as of now."""

    person_id: int | None
    name: str
    unit_id: int | None = None
    acting_for: str = ""
    source: str = "web"
    address: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """What was changed: its kind, its public key and the unit that owned it then."""

    type: str
    key: str
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A change noted, not yet in the chain."""

    occurred_at: datetime
    actor_id: int | None
    actor_name: str
    actor_unit_id: int | None
    acting_for: str
    source: str
    address: str
    request_id: str
    action: str
    object_type: str
    object_key: str
    unit_id: int | None
    before: str
    after: str


_PLAIN = frozenset({str, int, bool, float, type(None)})


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if type(value) in _PLAIN:
        return value
    if type(value) is dict and _PLAIN.issuperset(map(type, value.values())) and set(map(type, value)) <= {str}:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return value


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> str:
    """The one JSON form of a value: sorted keys, no spaces, Thai as it is."""
    return _ENCODER.encode(plain(value))


def record(
    actor: ActorRef,
    action: str,
    what: ObjectRef,
    *,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Note a change for the chain of this transaction. Raises RuntimeError outside `transaction()`."""
    core_db.require_writing()
    pending: list[Pending] = core_db.db.session.info.setdefault("audit", [])
    pending.append(
        Pending(
            occurred_at=at,
            actor_id=actor.person_id,
            actor_name=actor.name,
            actor_unit_id=actor.unit_id,
            acting_for=actor.acting_for,
            source=actor.source,
            address=actor.address,
            request_id=actor.request_id,
            action=action,
            object_type=what.type,
            object_key=what.key,
            unit_id=what.unit_id,
            before=canonical(before) if before else "{}",
            after=canonical(after) if after else "{}",
        )
    )


def link(previous: str, sequence: int, fields: dict[str, Any]) -> str:
    """The hash of a row: over the previous hash, the sequence and every field."""
    told = ",".join([f'"{name}":{_one(fields[name])}' for name in _NAMES])
    return hashlib.sha256(f"{previous}\n{sequence}\n{{{told}}}".encode()).hexdigest()


_NAMES = sorted(Pending.__dataclass_fields__)
_quoted = json.encoder.encode_basestring


def _one(value: str | int | datetime | None) -> str:
    """One field as `canonical` writes it; a file of fifty thousand rows has fifty thousand times fourteen of them."""
    if isinstance(value, str):
        return _quoted(value)
    if value is None:
        return "null"
    return f'"{value.isoformat()}"' if isinstance(value, datetime) else repr(value)


def append_pending(session: Session) -> None:
    """Append what was recorded; runs last before COMMIT."""
    pending: list[Pending] = session.info.pop("audit", [])
    if not pending:
        return
    head = session.scalars(
        select(AuditHead).where(AuditHead.id == 1).with_for_update().execution_options(populate_existing=True)
    ).one()
    sequence, previous = head.sequence, head.hash
    rows = []
    for item in pending:
        sequence += 1
        fields = {name: getattr(item, name) for name in Pending.__dataclass_fields__}
        digest = link(previous, sequence, fields)
        rows.append({"sequence": sequence, "previous_hash": previous, "hash": digest, **fields})
        previous = digest
    insert_rows(AuditEntry, rows)
    head.sequence, head.hash = sequence, previous
    session.flush()


def _entries(session: Session, size: int = 2000) -> Iterator[AuditEntry]:
    """All rows in order, a page at a time, so that memory stays flat."""
    last = -(2**62)
    while True:
        query = select(AuditEntry).where(AuditEntry.sequence > last).order_by(AuditEntry.sequence).limit(size)
        rows = session.scalars(query).all()
        yield from rows
        if len(rows) < size:
            return
        last = rows[-1].sequence
        session.expunge_all()


def first_broken(session: Session) -> str | None:
    """Walk the whole chain; says where it breaks first, or None when it is whole (I14)."""
    previous, expected = GENESIS, 0
    for entry in _entries(session):
        expected += 1
        fields = {name: getattr(entry, name) for name in Pending.__dataclass_fields__}
        if entry.sequence != expected:
            return f"sequence {expected} is missing"
        if entry.previous_hash != previous or entry.hash != link(previous, entry.sequence, fields):
            return f"sequence {entry.sequence} does not match its hash"
        previous = entry.hash
    head = session.scalars(select(AuditHead).where(AuditHead.id == 1)).one_or_none()
    if head is None or (head.sequence, head.hash) != (expected, previous):
        return f"the head does not match entry {expected}"
    return None


core_db.before_commit.append(append_pending)
