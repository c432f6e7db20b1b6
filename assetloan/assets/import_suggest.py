"""Spellings in a file that nearly match what the register knows: suggested, never merged (domain.md 8.3.18)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a file says, what it may mean, in how many rows, and the first of them."""

    field: str
    said: str
    meant: str
    rows: int
    sheet: str
    row: int
