"""Borrowing and return [ยืม–คืน]: request, approval, hand-over, receipt, approval of the return, compensation."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The pages of this package."""
    from assetloan.lending import (  # noqa: F401 - routes and sentences register themselves
        approval_views,
        desk_views,
        labels,
        receive_views,
        return_views,
        standing_views,
        views,
    )

    return [views.bp, return_views.bp, standing_views.bp]
