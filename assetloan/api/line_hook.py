"""What LINE tells us: a code that a person sent to the agency's account. Signed by LINE, else it never happened."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue

from assetloan.core import clock, text
from assetloan.core.db import transaction
from assetloan.identity import telling
from assetloan.identity.guards import access, address
from assetloan.notices import line

bp = Blueprint("line", __name__)
LONGEST_BODY = 64 * 1024
MOST_EVENTS = 20


@bp.post("/line/webhook")
@access("public")
def webhook() -> ResponseReturnValue:
    """Link whoever sent a good code; everything else is read and forgotten. 400 without LINE's signature."""
    settings = current_app.config["SETTINGS"].line
    if settings is None or (request.content_length or 0) > LONGEST_BODY:
        abort(400)
    body = request.get_data()
    if not line.is_signed(settings.secret, body, request.headers.get("X-Line-Signature", "")):
        abort(400)
    now = clock.now()
    for user, words in _messages(body)[:MOST_EVENTS]:
        with transaction():
            telling.link_line(words, user, address=address(), now=now)
    return {}


def _messages(body: bytes) -> list[tuple[str, str]]:
    """Who wrote what, of the text messages in a call."""
    try:
        events: Any = json.loads(body)["events"]
        found = [(event.get("source", {}), event.get("message", {})) for event in events if event["type"] == "message"]
        return [
            (str(source.get("userId", "")), text.clean(str(message.get("text", ""))))
            for source, message in found
            if message.get("type") == "text"
        ]
    except (ValueError, LookupError, TypeError, AttributeError):
        return []
