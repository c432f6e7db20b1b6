"""The pages that join several domains: shell, home, scan page, error pages."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The pages of this package."""
    from assetloan.core import cleanup, words  # noqa: F401 - the sentences and the step register themselves
    from assetloan.web import audit_views, home, job_views, kept, outbox_views, scan

    return [home.bp, audit_views.bp, job_views.bp, kept.bp, outbox_views.bp, scan.bp]
