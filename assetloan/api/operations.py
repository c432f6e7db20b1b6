"""The one table of what the API can do: routes, audiences and the OpenAPI description are made from it.

A handler is registered with `@operation(...)`; a reading one returns the answer's body, a writing one the work to be
run once inside a write transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, Response, request

from assetloan.api.body import check_text, read_json
from assetloan.audit.chain import canonical
from assetloan.core.idempotency import Answer, fingerprint, run_once
from assetloan.identity.guards import Audience, access, owner_key

PREFIX = "/api/v1"

# What a writing handler returns: the work, run in the transaction; it gives status, body and (for 201) the new address.
Made = tuple[int, dict[str, Any], str]
Work = Callable[[], Made]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query string."""

    name: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path. `path` is as OpenAPI writes it; `{name:path}` may hold slashes (sent as %2F)."""

    name: str
    method: str
    path: str
    audience: Audience
    summary: str
    answer: str  # the name of the schema of a good answer
    status: int = 200
    body: str = ""  # the name of the schema of the body
    query: tuple[Parameter, ...] = ()
    refusals: tuple[int, ...] = ()

    @property
    def rule(self) -> str:
        """The path as Flask routes it."""
        rule = self.path.replace("{", "<").replace("}", ">")
        return (
            rule.replace("<asset_no>", "<path:asset_no>")
            .replace("<number>", "<path:number>")
            .replace("<code>", "<path:code>")
        )


OPERATIONS: list[Operation] = []
bp = Blueprint("api", __name__, url_prefix=PREFIX)


def send(body: dict[str, Any], status: int = 200) -> Response:
    """A body as JSON, Thai as it is."""
    return _answer(json.dumps(body, ensure_ascii=False, separators=(",", ":")), status)


def _answer(text: str, status: int, location: str = "") -> Response:
    response = Response(text, status, content_type="application/json")
    if location:
        response.headers["Location"] = location
    return response


def reads(op: Operation) -> Callable[[Callable[..., dict[str, Any]]], Callable[..., Response]]:
    """Register a handler that only reads."""

    def register(handler: Callable[..., dict[str, Any]]) -> Callable[..., Response]:
        @wraps(handler)
        def view(**parts: str) -> Response:
            _check_path(parts)
            return send(handler(**parts))

        _add(op, view)
        return view

    return register


def writes(op: Operation) -> Callable[[Callable[..., Work]], Callable[..., Response]]:
    """Register a handler that changes something: it reads the body first, then its work runs at most once per key."""

    def register(handler: Callable[..., Work]) -> Callable[..., Response]:
        @wraps(handler)
        def view(**parts: str) -> Response:
            _check_path(parts)
            body = read_json()
            work = handler(body, **parts)
            asked = fingerprint(request.method, request.path, canonical(body))
            made = run_once(owner_key(), request.headers.get("Idempotency-Key"), asked, lambda: _do(work))
            return _answer(made.body, made.status, made.location)

        _add(op, view)
        return view

    return register


def _do(work: Work) -> Answer:
    status, body, location = work()
    return Answer(status, json.dumps(body, ensure_ascii=False, separators=(",", ":")), location)


def _check_path(parts: dict[str, str]) -> None:
    for value in parts.values():
        check_text(value)


def _add(op: Operation, view: Callable[..., Response]) -> None:
    OPERATIONS.append(op)
    # A number or a whole label address may hold two slashes: they are part of the value.
    bp.add_url_rule(op.rule, op.name, access(op.audience)(view), methods=[op.method], merge_slashes=False)
