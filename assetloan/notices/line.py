"""LINE Messaging API: a push message to one person. A repetition carries the same retry key, so it arrives once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

from assetloan.config import LineSettings
from assetloan.notices.failures import Undelivered

TIMEOUT = 10.0
LONGEST = 4900  # LINE takes 5,000 UTF-16 units a message
PUSH = "/v2/bot/message/push"
ALREADY_TAKEN = 409


class _Straight(urllib.request.HTTPRedirectHandler):
    """Follows nobody elsewhere: the token is for one host."""

    def redirect_request(self, *_asked: Any) -> None:
        return None


def push(settings: LineSettings, *, to: str, words: str, key: str) -> None:
    """Send a text. Raises Undelivered."""
    body = {"to": to, "messages": [{"type": "text", "text": words[:LONGEST]}]}
    asked = urllib.request.Request(  # noqa: S310 - the address is of the settings, https or this computer
        f"{settings.url}{PUSH}",
        data=json.dumps(body, ensure_ascii=False).encode(),
        headers={
            "Authorization": f"Bearer {settings.token}",
            "Content-Type": "application/json; charset=utf-8",
            "X-Line-Retry-Key": key,
        },
        method="POST",
    )
    try:
        with urllib.request.build_opener(_Straight).open(asked, timeout=TIMEOUT):
            return
    except urllib.error.HTTPError as error:
        with error:
            if error.code != ALREADY_TAKEN:
                raise _failure(error.code) from error
    except (OSError, HTTPException) as error:
        raise Undelivered("line_unreachable", again=True, for_all=True) from error


def _failure(status: int) -> Undelivered:
    if status in (401, 403):
        return Undelivered("line_token", again=True, for_all=True)
    if status == 429:
        return Undelivered("line_quota", again=True, for_all=True)
    if status >= 500 or 300 <= status < 400:
        return Undelivered("line_unreachable", again=True, for_all=True)
    return Undelivered("line_refused", again=False)


def is_signed(secret: str, body: bytes, signature: str) -> bool:
    """Does a call to our webhook come from LINE?"""
    wanted = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    return bool(secret) and hmac.compare_digest(wanted, signature.encode("utf-8", "replace"))
