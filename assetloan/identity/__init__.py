"""Units, people, roles, delegations and sign-in; the one permission table."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The pages of this package."""
    from assetloan.identity import (  # noqa: F401 - routes and sentences register themselves
        account_views,
        admin_views,
        labels,
        links,
        people_views,
        unit_views,
        views,
    )
    from assetloan.identity.nav import nav_sources

    for source in (links.people_nav, links.units_nav, links.audit_nav):
        if source not in nav_sources:
            nav_sources.append(source)

    return [views.bp]
