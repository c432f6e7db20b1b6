"""Half-made forms whose session had ended: kept for the person whom that session named, given back to nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from assetloan.core import ids
from assetloan.core.db import db
from assetloan.identity.models import KeptForm, Person, UserSession
from assetloan.identity.rules import Actor

LIVES = timedelta(hours=1)
MOST_OF_ONE = 10
MOST_CHARACTERS = 64 * 1024
# What is made anew with the page, and what is never kept.
NOT_KEPT = frozenset({"csrf_token"})
SECRET = "password"  # noqa: S105 - a part of the names of fields


@dataclass(frozen=True, slots=True)
class HalfMade:
    """A form as it was posted: where to, and what was typed; of files only that there were some."""

    path: str
    query: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool


def half_made(path: str, query: str, fields: Sequence[tuple[str, str]], *, had_files: bool) -> HalfMade | None:
    """What may be kept of a posted form: None when it holds a secret, is too long, or nothing was typed."""
    typed = tuple((name, value) for name, value in fields if name not in NOT_KEPT)
    if any(SECRET in name for name, _value in typed) or all(name == "key" for name, _value in typed):
        return None
    if sum(len(name) + len(value) for name, value in typed) + len(path) + len(query) > MOST_CHARACTERS:
        return None
    return HalfMade(path, query, typed, had_files)


def keep_form(session_token: str, form: HalfMade, *, now: datetime) -> str | None:
    """Keep a form for the person of a session that has ended by itself; returns the token that brings it back.

    None when the session is unknown, or its person signed out or may not come in.
    """
    person_id = _person_of_session(ids.token_hash(session_token))
    if person_id is None:
        return None
    forget_kept(now)
    mine = select(KeptForm).where(KeptForm.person_id == person_id).order_by(KeptForm.id.desc())
    for oldest in db.session.scalars(mine.offset(MOST_OF_ONE - 1)):
        db.session.delete(oldest)
    token = ids.new_token()
    db.session.add(
        KeptForm(
            token_hash=ids.token_hash(token),
            person_id=person_id,
            address=form.path,
            fields={"query": form.query, "typed": [list(pair) for pair in form.fields]},
            had_files=form.had_files,
            created_at=now,
            expires_at=now + LIVES,
        )
    )
    return token


def _person_of_session(token_hash: str) -> int | None:
    """Whose session this was, expired or not; None after a sign-out, or when its person may not come in."""
    query = select(UserSession.person_id).join(Person, Person.id == UserSession.person_id)
    return db.session.scalar(
        query.where(UserSession.token_hash == token_hash, UserSession.ended_at.is_(None), Person.active)
    )


def kept_form(actor: Actor, token: str, *, now: datetime) -> HalfMade | None:
    """The form that was kept for this very person, while it lives."""
    row = db.session.scalar(
        select(KeptForm).where(
            KeptForm.token_hash == ids.token_hash(token),
            KeptForm.person_id == actor.person_id,
            KeptForm.expires_at > now,
        )
    )
    if row is None:
        return None
    typed = tuple((str(name), str(value)) for name, value in row.fields["typed"])
    return HalfMade(row.address, str(row.fields["query"]), typed, row.had_files)


def forget_kept(now: datetime) -> None:
    """Drop what has outlived its time."""
    db.session.execute(delete(KeptForm).where(KeptForm.expires_at <= now))
