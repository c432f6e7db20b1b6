"""Figures for a period, counted from dated facts. Reads only."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The pages of this package."""
    from assetloan.identity.nav import nav_sources
    from assetloan.reporting import views

    if views.nav not in nav_sources:
        nav_sources.append(views.nav)
    return [views.bp]
