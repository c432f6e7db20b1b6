"""Borrowing and return [ยืม–คืน]: request, approval, hand-over, receipt, approval of the return, compensation."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The pages of this package."""
    from assetloan.lending import labels, return_views, standing_views  # noqa: F401 - sentences register themselves

    return [return_views.bp, standing_views.bp]
