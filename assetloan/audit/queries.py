"""Reading the record: filtered, newest first. Who may read it is decided by the caller's permission."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, or_, select

from assetloan.audit.models import AuditEntry, AuditHead
from assetloan.core.db import db


@dataclass(frozen=True, slots=True)
class AuditList:
    """Entries about an object (its kind, the beginning of its key), by a person, in [since, before)."""

    object_type: str = ""
    object_key: str = ""
    person_id: int | None = None
    person_name: str = ""
    since: datetime | None = None
    before: datetime | None = None

    def select(self) -> Select[AuditEntry]:
        query = select(AuditEntry).order_by(AuditEntry.sequence.desc())
        if self.object_type:
            query = query.where(AuditEntry.object_type == self.object_type)
        if self.object_key:
            query = query.where(AuditEntry.object_key.startswith(self.object_key, autoescape=True))
        if self.person_id is not None or self.person_name:
            named = AuditEntry.actor_name.contains(self.person_name, autoescape=True) if self.person_name else None
            known = AuditEntry.actor_id == self.person_id if self.person_id is not None else None
            query = query.where(or_(*(clause for clause in (named, known) if clause is not None)))
        if self.since is not None:
            query = query.where(AuditEntry.occurred_at >= self.since)
        if self.before is not None:
            query = query.where(AuditEntry.occurred_at < self.before)
        return query

    def page(self, page: int, per_page: int) -> tuple[Sequence[AuditEntry], int]:
        """One page of entries, and how many there are in all."""
        query = self.select()
        total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        return db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all(), total


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the record, by number and hash: what was computed there holds until something is written after it."""

    sequence: int
    hash: str


def place_now() -> Place:
    """The end of the record as it is now."""
    row = db.session.execute(select(AuditHead.sequence, AuditHead.hash).where(AuditHead.id == 1)).one()
    return Place(row.sequence, row.hash)


def changed_since(place: Place, *, but: Collection[str]) -> bool:
    """Was anything written after that place about objects of other kinds than these? So too in another database."""
    here = select(AuditEntry.hash).where(AuditEntry.sequence == place.sequence)
    if place.sequence and db.session.scalar(here) != place.hash:
        return True
    later = exists().where(AuditEntry.sequence > place.sequence, AuditEntry.object_type.not_in(but))
    return bool(db.session.scalar(select(later)))
