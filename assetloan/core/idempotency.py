"""One act, one result: a double click, a retry on a bad line and a replay give the first answer again.

The answer is stored in the transaction of the change itself, for 24 hours and for success only (contract.md section 7).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core import clock
from assetloan.core.db import Base, db, transaction, violates
from assetloan.core.errors import DomainError, invalid

KEPT = timedelta(hours=24)
LONGEST_KEY = 200


class StoredAnswer(Base):
    """The answer to one key of one person (`owner` is "person:ID" or "visitor:…")."""

    __tablename__ = "idempotency"

    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int]
    location: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the edge sends back: a redirect (location) or a body."""

    status: int
    body: str = ""
    location: str = ""
    replayed: bool = False
    secret: bool = False  # answers that hold a secret are not stored


def fingerprint(*parts: str | bytes) -> str:
    """A digest of what was asked, so that the same key with another body is refused."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def run_once(owner: str, key: str | None, asked: str, work: Callable[[], Answer]) -> Answer:
    """Run `work` in one write transaction; with a key, at most once.

    Raises DomainError("idempotency_mismatch") when the key was used for something else, and whatever `work` raises.
    """
    if not key:
        with transaction():
            return work()
    if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise invalid("idempotency_key", "malformed_key")
    try:
        with transaction():
            now = clock.now()
            stored = _stored(owner, key)
            if stored is not None and stored.created_at > now - KEPT:
                return _again(stored, asked)
            if stored is not None:
                db.session.delete(stored)
                db.session.flush()
            row = StoredAnswer(owner=owner, key=key, fingerprint=asked, status=0, location="", body="", created_at=now)
            db.session.add(row)
            db.session.flush()  # a second try with this key waits here (PostgreSQL) until the first has ended
            answer = work()
            if answer.secret or not 200 <= answer.status < 400:
                db.session.delete(row)
            else:
                row.status, row.location, row.body = answer.status, answer.location, answer.body
            return answer
    except IntegrityError as error:
        if not violates(error, "pk_idempotency", "idempotency.owner"):
            raise
    stored = _stored(owner, key)
    if stored is None:
        raise DomainError("conflict")
    return _again(stored, asked)


def answer_to(owner: str, key: str | None, asked: str) -> Answer | None:
    """The answer this key got before, if any. Raises DomainError("idempotency_mismatch")."""
    stored = _stored(owner, key) if key else None
    if stored is None or stored.created_at <= clock.now() - KEPT:
        return None
    return _again(stored, asked)


def forget_old(now: datetime) -> None:
    """Drop answers past their time (called at sign-in, which is rare enough)."""
    db.session.execute(delete(StoredAnswer).where(StoredAnswer.created_at < now - KEPT))


def _stored(owner: str, key: str) -> StoredAnswer | None:
    return db.session.scalar(select(StoredAnswer).where(StoredAnswer.owner == owner, StoredAnswer.key == key))


def _again(stored: StoredAnswer, asked: str) -> Answer:
    if stored.fingerprint != asked:
        raise DomainError("idempotency_mismatch")
    return Answer(stored.status, stored.body, stored.location, replayed=True)
