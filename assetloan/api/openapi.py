"""The description of the API (OpenAPI 3.1), made from the table of operations; public, so that anyone can read it."""

from __future__ import annotations

from typing import Any

from flask import Response

from assetloan.api.operations import OPERATIONS, PREFIX, Operation, bp, send
from assetloan.api.schemas import SCHEMAS
from assetloan.core.i18n import _
from assetloan.identity.guards import access

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "One act, one result for 24 hours: the same body gives the same answer, another body 422.",
    "schema": {"type": "string", "maxLength": 200},
}
PATHS = {
    "asset_no": "The number in any spelling, slashes as %2F",
    "number": "The loan's number in any spelling, slashes as %2F",
    "code": "Any spelling of a code, or a whole label address percent-encoded",
    "month": "พ.ศ. year and month, 2569-11",
    "unit": "The code of a unit",
}
REFUSALS = {
    400: "The request cannot be read",
    401: "No token, or one that is no longer good",
    403: "Not allowed",
    404: "Unknown or out of reach",
    409: "The state, another person or another version is in the way",
    422: "Fields that cannot be used, or a key used for something else",
    503: "Busy: try again after Retry-After",
}


def _content(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _operation(op: Operation) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "description": words, "schema": {"type": "string"}}
        for name, words in PATHS.items()
        if f"{{{name}}}" in op.path
    ]
    parameters += [
        {"name": item.name, "in": "query", "description": item.description, "schema": item.schema} for item in op.query
    ]
    described: dict[str, Any] = {
        "operationId": op.name,
        "summary": op.summary,
        "parameters": parameters + ([KEY] if op.method != "GET" else []),
        "responses": {str(op.status): {"description": op.summary, "content": _content(op.answer)}}
        | {
            str(status): {"$ref": f"#/components/responses/{status}"}
            for status in sorted({400, 401, *op.refusals, 503})
        },
    }
    if op.body:
        described["requestBody"] = {"required": op.body not in ("Act", "HandOver"), "content": _content(op.body)}
    return described


def document() -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, dict[str, Any]] = {}
    for op in OPERATIONS:
        paths.setdefault(op.path, {})[op.method.lower()] = _operation(op)
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": _("ยืม–คืนทรัพย์สินของราชการ"), "version": "1"},
        "servers": [{"url": PREFIX}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "responses": {
                str(status): {"description": words, "content": problem} for status, words in REFUSALS.items()
            },
            "schemas": SCHEMAS,
        },
    }


@bp.get("/openapi.json")
@access("public")
def openapi() -> Response:
    """The description itself."""
    return send(document())
