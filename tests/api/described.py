"""A small reader of JSON Schema: as much of it as the description uses. Anything else in a schema is an error here."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from werkzeug.test import TestResponse

from assetloan.api.openapi import document

_KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}
_KNOWN = {
    *("type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "$ref", "format"),
    *("pattern", "minimum", "maximum", "minItems", "maxItems", "maxLength"),
}


def faults(value: Any, schema: dict[str, Any], schemas: dict[str, Any], at: str = "answer") -> list[str]:
    """What is wrong with a value, as sentences."""
    assert set(schema) <= _KNOWN, f"the reader does not know {set(schema) - _KNOWN}"
    if "$ref" in schema:
        return faults(value, schemas[schema["$ref"].rsplit("/", 1)[1]], schemas, at)
    if "anyOf" in schema:
        tried = [faults(value, one, schemas, at) for one in schema["anyOf"]]
        return [] if any(not found for found in tried) else tried[0]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: {value!r} is not one of {schema['enum']}"]
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is_a(value, kind) for kind in kinds):
        return [f"{at}: {value!r} is no {kinds}"]
    if isinstance(value, str):
        return _text(value, schema, at)
    if isinstance(value, int) and value < schema.get("minimum", value):
        return [f"{at}: {value} is too small"]
    if isinstance(value, list):
        each = schema.get("items", {})
        return [fault for number, item in enumerate(value) for fault in faults(item, each, schemas, f"{at}[{number}]")]
    return _fields(value, schema, schemas, at) if isinstance(value, dict) else []


def _is_a(value: Any, kind: str) -> bool:
    """JSON tells true from 1."""
    return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _fields(value: dict[str, Any], schema: dict[str, Any], schemas: dict[str, Any], at: str) -> list[str]:
    properties = schema.get("properties", {})
    found = [f"{at}.{name} is missing" for name in schema.get("required", []) if name not in value]
    if schema.get("additionalProperties") is False:
        found += [f"{at}.{name} is not described" for name in value if name not in properties]
    for name, one in properties.items():
        if name in value:
            found += faults(value[name], one, schemas, f"{at}.{name}")
    return found


def _text(value: str, schema: dict[str, Any], at: str) -> list[str]:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return [f"{at}: {value!r} does not match {schema['pattern']}"]
    try:
        if schema.get("format") == "date":
            date.fromisoformat(value)
        if schema.get("format") == "date-time":
            assert value.endswith("+07:00"), f"{at}: {value} is not Bangkok time"
            datetime.fromisoformat(value)
    except ValueError:
        return [f"{at}: {value!r} is no {schema['format']}"]
    return []


def find(method: str, path: str) -> dict[str, Any] | None:
    """The described operation of a call, None when there is none."""
    described = document()["paths"]
    bare = path.partition("?")[0]
    for part in ("[^/]+", ".+"):  # slashes that were not encoded are understood too
        for template, operations in described.items():
            if re.fullmatch(re.sub(r"\{[a-z_]+\}", part, template), bare) and method.lower() in operations:
                found: dict[str, Any] = operations[method.lower()]
                return found
    return None


def check_answer(method: str, path: str, answer: TestResponse) -> None:
    """Every answer is one of those described for the call, and has the described shape."""
    whole = document()
    operation = find(method, path)
    assert answer.status_code < 500, answer.text
    if operation is None:
        assert answer.status_code in (404, 405), f"{method} {path} is not described: {answer.status_code}"
        return
    responses = operation["responses"]
    assert str(answer.status_code) in responses, f"{method} {path} answers {answer.status_code}: {answer.text}"
    response = responses[str(answer.status_code)]
    if "$ref" in response:
        response = whole["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    kind = answer.headers["Content-Type"].partition(";")[0]
    schema = response["content"][kind]["schema"]
    assert faults(answer.json, schema, whole["components"]["schemas"]) == []
