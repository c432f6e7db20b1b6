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
        telling_views,
        unit_views,
        views,
    )
    from assetloan.identity.nav import nav_sources
    from assetloan.identity.post import recipient_of
    from assetloan.notices.digest import address_books

    for source in (links.people_nav, links.units_nav, links.audit_nav):
        if source not in nav_sources:
            nav_sources.append(source)
    if recipient_of not in address_books:
        address_books.append(recipient_of)

    return [views.bp]
