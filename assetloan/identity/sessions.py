"""Who calls: the session of a cookie, the person of a bearer token. One statement each, sent with every request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import Date, Select, and_, bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from assetloan.core import stamps
from assetloan.core.db import UTCDateTime, db
from assetloan.identity.models import ApiToken, Delegation, Person, UserSession
from assetloan.identity.queries import delegation_in_force


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that is still good, its person with grants, what was delegated to them and is in force."""

    session: UserSession
    person: Person
    delegations: tuple[Delegation, ...]


@cache
def _live_session() -> Select[UserSession, Person, Delegation, int]:
    """One statement for every request: made once, it is also compiled and keyed once."""
    now, today = bindparam("now", type_=UTCDateTime()), bindparam("today", type_=Date())
    delegated = and_(Delegation.to_person_id == Person.id, *delegation_in_force(today))
    return (
        select(UserSession, Person, Delegation, stamps.now_in_force())
        .join(Person, Person.id == UserSession.person_id)
        .outerjoin(Delegation, delegated)
        .options(joinedload(Person.grants))
        .where(
            UserSession.token_hash == bindparam("token_hash"),
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
            UserSession.auth_epoch == Person.auth_epoch,
            Person.active,
        )
        .order_by(Delegation.id)
    )


def live_session(token_hash: str, now: datetime, today: date) -> LiveSession | None:
    """The session when it is still good: not ended, not expired, same epoch. It brings the stamp with it."""
    rows = db.session.execute(_live_session(), {"token_hash": token_hash, "now": now, "today": today}).unique().all()
    if not rows:
        return None
    stamps.read(rows[0][3])
    return LiveSession(rows[0][0], rows[0][1], tuple(row[2] for row in rows if row[2] is not None))


def live_token(token_hash: str, now: datetime) -> Person | None:
    """The person of a bearer token that is still good."""
    query = (
        select(Person)
        .join(ApiToken, ApiToken.person_id == Person.id)
        .options(selectinload(Person.grants))
        .where(
            ApiToken.token_hash == token_hash,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
            Person.active,
        )
    )
    return db.session.scalars(query).one_or_none()
