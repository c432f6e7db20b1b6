"""Borrowing and return [ยืม–คืน]: request, approval, hand-over, receipt, approval of the return, compensation."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The pages of this package."""
    return []
