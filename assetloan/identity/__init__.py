"""Units, people, roles, delegations and sign-in; the one permission table."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The pages of this package."""
    from assetloan.identity import account_views, labels, views  # noqa: F401 - routes and sentences register themselves

    return [views.bp]
