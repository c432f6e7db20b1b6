"""The JSON API, version 1: the same services as the pages, for programs."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The routes under /api/v1."""
    return []
