"""What can go wrong in the language of the domain: a stable code and the facts a sentence needs.

The words are made at the edge (`core.i18n.word`), so rules and services stay free of language.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

# Codes that answer with something other than 409 (contract.md section 4 and 7).
STATUS: dict[str, int] = {
    "not_allowed": 403,
    "not_found": 404,
    "invalid": 422,
    "several_units": 422,
    "idempotency_mismatch": 422,
    "malformed": 400,
    "unauthenticated": 401,
    "too_large": 413,
    "too_many_requests": 429,
    "unavailable": 503,
}


class DomainError(Exception):
    """A rule said no. `code` is stable (contract), `details` are the facts for the sentence."""

    def __init__(self, code: str, /, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    @property
    def status(self) -> int:
        return STATUS.get(self.code, 409)

    def __str__(self) -> str:
        return f"{self.code} {self.details}" if self.details else self.code


class Forbidden(DomainError):
    """The person may not do this here."""

    def __init__(self, code: str = "not_allowed", /, **details: Any) -> None:
        super().__init__(code, **details)

    @property
    def status(self) -> int:
        return 403


class NotFound(DomainError):
    """No such thing within the reach of the person: the same answer for "none" and "not yours"."""

    def __init__(self, **details: Any) -> None:
        super().__init__("not_found", **details)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One input that cannot be used: where, why, and the facts for the sentence."""

    field: str
    code: str
    details: dict[str, Any] = dataclasses.field(default_factory=dict)


class Invalid(DomainError):
    """Input that cannot be used, field by field."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("invalid")
        self.errors = errors

    def __str__(self) -> str:
        return f"invalid {', '.join(f'{item.field}: {item.code}' for item in self.errors)}"


def invalid(field: str, code: str, **details: Any) -> Invalid:
    """Shorthand for the common case of one bad field."""
    return Invalid(FieldError(field, code, details))
