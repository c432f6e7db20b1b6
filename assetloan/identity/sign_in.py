"""Signing in and out, passwords, one-time links, API tokens. Sessions live in the database and end at once.

A row of `user_session` exists only after sign-in; the throttle counts failures per account and per source in a table,
so that two processes share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from assetloan import audit
from assetloan.audit import ActorRef, ObjectRef
from assetloan.core import idempotency, ids, text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, NotFound, invalid
from assetloan.identity import directory, kept, passwords, queries
from assetloan.identity.models import ApiToken, LinkKind, OneTimeLink, Person, SignInAttempt, UserSession
from assetloan.identity.rules import Actor, Permission

ACCOUNT_FAILURES, SOURCE_FAILURES = 10, 40
WINDOW = timedelta(minutes=15)
SETUP_LIVES = timedelta(hours=24)
PASSWORD_LIVES = timedelta(hours=24)
TOKEN_LIVES = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a person typed, and from where."""

    username: str
    password: str
    source: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its token goes into the cookie and is never stored."""

    token: str
    person_id: int


def actor_ref(actor: Actor, acting_for: str = "") -> ActorRef:
    """The actor as audit knows it."""
    return ActorRef(
        actor.person_id, actor.name, actor.unit_id, acting_for, actor.source, actor.address, actor.request_id
    )


def _person_ref(person: Person, source: str) -> ActorRef:
    return ActorRef(person.id, person.name, person.unit_id, source="web", address=source)


def throttled(username: str, source: str, now: datetime) -> bool:
    """Too many failures of this account, or from this source, within the window?"""
    since = now - WINDOW
    account = db.session.scalar(
        select(func.count()).where(SignInAttempt.account_key == _account(username), SignInAttempt.at > since)
    )
    origin = db.session.scalar(select(func.count()).where(SignInAttempt.source == source, SignInAttempt.at > since))
    return (account or 0) >= ACCOUNT_FAILURES or (origin or 0) >= SOURCE_FAILURES


def _account(username: str) -> str:
    return text.clean(username).casefold()[:100]


def verify(wanted: SignIn, *, now: datetime) -> Person | None:
    """Compare the password before the transaction begins (it takes 50 ms). None when it does not match.

    Raises DomainError("sign_in_throttled").
    """
    if throttled(wanted.username, wanted.source, now):
        raise DomainError("sign_in_throttled", minutes=int(WINDOW.total_seconds() // 60))
    person = queries.person_by_username(wanted.username)
    good = passwords.matches(person.password_hash if person is not None else "", wanted.password)
    return person if good and person is not None and person.active else None


def note_failure(wanted: SignIn, *, now: datetime) -> None:
    """Count a failed sign-in; the tenth is audited."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - timedelta(days=1)))
    db.session.add(SignInAttempt(account_key=_account(wanted.username), source=wanted.source, at=now))
    db.session.flush()
    if throttled(wanted.username, wanted.source, now):
        ref = ActorRef(None, "-", address=wanted.source)
        audit.record(ref, "sign_in.throttled", ObjectRef("account", _account(wanted.username)), at=now)


def open_session(person_id: int, wanted: SignIn, *, hours: int, now: datetime) -> SignedIn:
    """Begin a session for a verified person. Raises NotFound when they were deactivated meanwhile."""
    person = db.session.get_one(Person, person_id)
    if not person.active:
        raise NotFound()
    token = ids.new_token()
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.account_key == _account(wanted.username)))
    db.session.execute(delete(UserSession).where(UserSession.expires_at < now - timedelta(days=30)))
    idempotency.forget_old(now)
    kept.forget_kept(now)
    db.session.add(
        UserSession(
            token_hash=ids.token_hash(token),
            person_id=person.id,
            auth_epoch=person.auth_epoch,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=hours),
            device=wanted.device[:200],
        )
    )
    audit.record(_person_ref(person, wanted.source), "sign_in.opened", person.ref, at=now)
    return SignedIn(token, person.id)


def end_session(actor: Actor, token: str, *, now: datetime) -> None:
    """Sign out on this device."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.token_hash == ids.token_hash(token), UserSession.person_id == actor.person_id)
        .values(ended_at=now)
    )
    audit.record(actor_ref(actor), "sign_in.ended", ObjectRef("person", actor.username, actor.unit_id), at=now)


def bump_epoch(person: Person) -> None:
    """End every session and token of a person by the next request (K13)."""
    person.auth_epoch += 1


def end_tokens(person_id: int, now: datetime) -> int:
    """End every API token of a person; returns how many still worked."""
    mine = ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None)
    working = select(func.count()).select_from(ApiToken).where(*mine, ApiToken.expires_at > now)
    ended = db.session.scalar(working) or 0
    db.session.execute(update(ApiToken).where(*mine).values(revoked_at=now))
    return ended


def change_password(actor: Actor, old: str, new: str, *, now: datetime) -> None:
    """Change one's own password; all sessions and API tokens end. Raises Invalid."""
    person = db.session.get_one(Person, actor.person_id)
    if not passwords.matches(person.password_hash, old):
        raise invalid("old_password", "password_wrong")
    passwords.check_new(new, username=person.username or "", field="new_password")
    person.password_hash = passwords.hashed(new)
    bump_epoch(person)
    after = {"tokens_ended": end_tokens(person.id, now)}
    audit.record(actor_ref(actor), "person.password_changed", person.ref, at=now, after=after)


def issue_password_link(actor: Actor, username: str, *, now: datetime) -> str:
    """A one-time token with which a person sets a password; older ones die. Shown once. Raises Forbidden, NotFound."""
    actor.require(Permission.PEOPLE_MANAGE, unit_id=None)
    person = queries.person_for(actor, username)
    if person.id == actor.person_id:
        raise DomainError("not_allowed")  # one's own password is changed with the old one
    if person.username is None:
        raise invalid("username", "required")
    db.session.execute(
        update(OneTimeLink).where(OneTimeLink.person_id == person.id, OneTimeLink.used_at.is_(None)).values(used_at=now)
    )
    token = ids.new_token()
    db.session.add(
        OneTimeLink(
            kind=LinkKind.PASSWORD,
            token_hash=ids.token_hash(token),
            person_id=person.id,
            created_at=now,
            expires_at=now + PASSWORD_LIVES,
        )
    )
    audit.record(actor_ref(actor), "person.password_link_issued", person.ref, at=now)
    return token


def use_password_link(token: str, new: str, *, source: str, now: datetime) -> None:
    """Set a password by a one-time link, which works once; all sessions and API tokens end.

    Raises NotFound when the link is spent, Invalid.
    """
    link = queries.open_link(ids.token_hash(token), LinkKind.PASSWORD, now, lock=True)
    if link is None or link.person_id is None:
        raise NotFound()
    person = db.session.get_one(Person, link.person_id)
    passwords.check_new(new, username=person.username or "", field="new_password")
    link.used_at = now
    person.password_hash = passwords.hashed(new)
    bump_epoch(person)
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.account_key == _account(person.username or "")))
    after = {"tokens_ended": end_tokens(person.id, now)}
    audit.record(_person_ref(person, source), "person.password_set_by_link", person.ref, at=now, after=after)


def issue_setup_link(*, now: datetime) -> str | None:
    """A fresh one-time token for the first set-up; None as soon as there are people. Older ones die."""
    if queries.there_are_people():
        return None
    db.session.execute(
        update(OneTimeLink).where(OneTimeLink.kind == LinkKind.SETUP, OneTimeLink.used_at.is_(None)).values(used_at=now)
    )
    token = ids.new_token()
    db.session.add(
        OneTimeLink(kind=LinkKind.SETUP, token_hash=ids.token_hash(token), created_at=now, expires_at=now + SETUP_LIVES)
    )
    audit.record(ActorRef(None, "console", source="console"), "setup.link_issued", ObjectRef("setup", "first"), at=now)
    return token


def create_token(actor: Actor, username: str, *, name: str = "", now: datetime) -> str:
    """A new API token: of oneself, or (console) of anyone. Shown once. Raises NotFound, Forbidden."""
    person = queries.person_by_username(username)
    if person is None or not person.active:
        raise NotFound(person=username)
    if not (actor.console or actor.person_id == person.id):
        raise DomainError("not_allowed")
    token = ids.new_token()
    db.session.add(
        ApiToken(
            token_hash=ids.token_hash(token),
            person_id=person.id,
            name=text.clean(name)[:100],
            created_at=now,
            expires_at=now + TOKEN_LIVES,
        )
    )
    audit.record(actor_ref(actor), "token.created", person.ref, at=now, after={"name": text.clean(name)[:100]})
    return token


def revoke_token(actor: Actor, token_id: int, *, now: datetime) -> None:
    """End one of one's own tokens. Raises NotFound."""
    token = next((item for item in directory.tokens_of(actor) if item.id == token_id), None)
    if token is None:
        raise NotFound()
    token.revoked_at = token.revoked_at or now
    about = ObjectRef("person", actor.username, actor.unit_id)
    audit.record(actor_ref(actor), "token.revoked", about, at=now, before={"name": token.name})
