"""Lines of text as they are stored: clean, and no longer than a column of a list can show."""

from __future__ import annotations

from assetloan.core import text
from assetloan.core.errors import invalid

LONGEST_LINE = 200


def line(field: str, value: str, most: int = LONGEST_LINE) -> str:
    """The text cleaned. Raises Invalid("too_long")."""
    cleaned = text.clean(value)
    if len(cleaned) > most:
        raise invalid(field, "too_long", most=most)
    return cleaned


def required_line(field: str, value: str, most: int = LONGEST_LINE) -> str:
    """The text cleaned and not empty. Raises Invalid("required" or "too_long")."""
    cleaned = line(field, value, most)
    if not cleaned:
        raise invalid(field, "required")
    return cleaned
