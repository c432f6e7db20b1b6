"""Taking the register out is written down before the file is made: who, what of it, how many rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from assetloan import audit
from assetloan.assets.queries import AssetList
from assetloan.core.errors import Forbidden, NotFound
from assetloan.core.idempotency import fingerprint
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref

GOOD_FOR = timedelta(minutes=15)
FORMS = ("xlsx", "csv")


def permit_export(
    actor: Actor, listed: AssetList, form: str, used: Mapping[str, str], told: list[str], *, now: datetime
) -> str:
    """Write the export down and give the ticket with which its maker fetches the file. Raises Forbidden."""
    if not (actor.has(Permission.ASSET_CARD) or actor.has(Permission.ASSET_VIEW)):
        raise Forbidden(permission=Permission.ASSET_CARD.value)
    ref = audit.ObjectRef("register", actor.username, actor.unit_id)
    after = {"rows": listed.count(), "format": form.upper(), "filters": told}
    audit.record(actor_ref(actor), "register.exported", ref, at=now, after=after)
    until = int((now + GOOD_FOR).timestamp())
    return _serializer().dumps([actor.person_id, form, _of(used), until])


def permitted_form(actor: Actor, ticket: str, used: Mapping[str, str], *, now: datetime) -> str:
    """The kind of file that a ticket is for. Raises NotFound for another's, an old one, or another list."""
    try:
        person_id, form, asked, until = _serializer().loads(ticket)
    except (BadData, ValueError, TypeError):
        raise NotFound(export=ticket[:40]) from None
    if (person_id, asked) != (actor.person_id, _of(used)) or now.timestamp() > until or form not in FORMS:
        raise NotFound(export=ticket[:40])
    return str(form)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="register export")


def _of(used: Mapping[str, str]) -> str:
    return fingerprint(json.dumps(sorted(used.items()), ensure_ascii=False))
