"""Figures for a period, counted from dated facts. Reads only."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The pages of this package."""
    return []
