"""The register [ทะเบียนครุภัณฑ์]: assets, categories, places, codes, import."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The pages of this package."""
    return []
