"""The JSON API, version 1: the same services as the pages, for programs."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The routes under /api/v1."""
    from assetloan.api import line_hook, loans, openapi, register, reports  # noqa: F401 - importing hangs their routes
    from assetloan.api.operations import bp

    return [bp, line_hook.bp]
