"""The coarse check before every request: who calls, and may they call this at all? Forgetting to declare is safe.

A route declares its audience with `@access(...)`: "public", "signed_in" or a Permission. Undeclared answers 403.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal, TypeVar

from flask import abort, current_app, g, request
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from sqlalchemy import update

from assetloan.core import clock, ids
from assetloan.core.after import after_page
from assetloan.core.db import db
from assetloan.core.errors import DomainError
from assetloan.identity import queries, sessions
from assetloan.identity.models import Person, UserSession
from assetloan.identity.rules import Actor, Permission

Audience = Literal["public", "signed_in"] | Permission
View = TypeVar("View", bound=Callable[..., Any])
SEEN_EVERY = timedelta(minutes=5)


def access(audience: Audience) -> Callable[[View], View]:
    """Declare who may call a route."""

    def declare(view: View) -> View:
        view.access = audience  # type: ignore[attr-defined]
        return view

    return declare


class SignedInUser(UserMixin):
    """What Flask-Login carries: the session's token as id, and the actor."""

    def __init__(self, token: str, person: Person, actor: Actor) -> None:
        self.token = token
        self.actor = actor
        self.language = person.language

    def get_id(self) -> str:
        return self.token


class Visitor(AnonymousUserMixin):
    """Nobody in particular."""

    actor: Actor | None = None


def request_id() -> str:
    """One id per request, for the audit row and the error page."""
    if "request_id" not in g:
        g.request_id = uuid.uuid4().hex[:12]
    return str(g.request_id)


def address() -> str:
    """Where the request came from (the proxies the settings trust have been peeled off)."""
    return request.remote_addr or "-"


def load_user(token: str) -> SignedInUser | None:
    """Flask-Login's loader: session, person, grants, rights as of now."""
    now = clock.now()
    today = clock.bangkok_date(now)
    found = sessions.live_session(ids.token_hash(token), now, today)
    if found is None:
        return None
    session, person = found.session, found.person
    if now - session.last_seen_at > SEEN_EVERY:
        session_id = session.id
        after_page(
            lambda: db.session.execute(update(UserSession).where(UserSession.id == session_id).values(last_seen_at=now))
        )
    actor = queries.actor_of(
        person, today=today, address=address(), request_id=request_id(), delegations=found.delegations
    )
    return SignedInUser(token, person, actor)


def bearer_actor() -> Actor | None:
    """The actor of an `Authorization: Bearer` header, or None. The API takes nothing else."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return None
    now = clock.now()
    person = sessions.live_token(ids.token_hash(token.strip()), now)
    if person is None:
        return None
    return queries.actor_of(
        person, today=clock.bangkok_date(now), source="api", address=address(), request_id=request_id()
    )


def current_actor() -> Actor | None:
    """Who calls, by cookie on pages and by bearer token under /api/."""
    if "actor" not in g:
        g.actor = bearer_actor() if request.path.startswith("/api/") else current_user.actor
    found: Actor | None = g.actor
    return found


def actor() -> Actor:
    """Who calls; only inside routes that are not public. Raises DomainError("unauthenticated")."""
    found = current_actor()
    if found is None:
        raise DomainError("unauthenticated")
    return found


def owner_key() -> str:
    """Whose idempotency keys these are."""
    found = current_actor()
    return f"person:{found.person_id}" if found is not None else f"visitor:{address()}"


def check_access() -> None:
    """Before every request: 403 for undeclared routes, 401 for visitors, 403 without the permission."""
    if request.endpoint in (None, "static"):
        return
    audience: Audience | None = getattr(current_app.view_functions[request.endpoint], "access", None)
    if audience is None:
        abort(403)
    if audience == "public":
        return
    who = current_actor()
    if who is None:
        abort(401)
    if isinstance(audience, Permission) and not who.has(audience):
        abort(403)


def init(login: LoginManager) -> None:
    """Hang the loader on Flask-Login."""
    login.anonymous_user = Visitor
    login.session_protection = None
    login.user_loader(load_user)
