"""Errors of the API as application/problem+json (RFC 9457) with a stable code."""

from __future__ import annotations

import json

from flask import Response

from assetloan.audit.chain import plain
from assetloan.core.errors import DomainError, Invalid
from assetloan.core.i18n import word


def problem(status: int, code: str, detail: str, error: DomainError | None = None) -> Response:
    """One refusal: title by code, the sentence as detail, the facts and the fields beside it."""
    body: dict[str, object] = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail}
    if isinstance(error, Invalid):
        body["errors"] = [{"field": item.field, "code": item.code, "detail": word(item)} for item in error.errors]
    elif error is not None:
        body |= {key: value for key, value in plain(error.details).items() if key not in body}
    response = Response(json.dumps(body, ensure_ascii=False), status, content_type="application/problem+json")
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status in (429, 503):
        response.headers["Retry-After"] = "5"
    return response
