"""The invariants of value: lives with their reason and authority, a flag that is a flag (I21)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, or_, select, text

from assetloan.assets.models import Asset
from assetloan.assets.valuation.models import CategoryLife
from assetloan.core.db import db
from assetloan.reporting.violations import Violation, found


def values_can_be_told() -> Iterator[Violation]:
    """I21: a life of its own has its reason, a dated life its authority, the below-threshold flag is yes or no."""
    years, reason = Asset.life_years, func.trim(Asset.life_reason)
    odd = or_(years.is_(None) & (reason != ""), years.is_not(None) & (reason == ""), years < 1, years > 100)
    yield from found("I21", "asset", select(Asset.id).where(odd), "a life of its own without reason, or impossible")
    lives = or_(CategoryLife.years < 1, CategoryLife.years > 100, func.trim(CategoryLife.authority) == "")
    lives |= (CategoryLife.rate_hundredths < 0) | (CategoryLife.rate_hundredths > 10_000)
    yield from found("I21", "category_life", select(CategoryLife.id).where(lives), "without authority, or impossible")
    if db.session.get_bind().dialect.name == "sqlite":  # PostgreSQL has a type for it
        flag = text("typeof(below_threshold) <> 'integer' OR below_threshold NOT IN (0, 1)")
        yield from found("I21", "asset", select(Asset.id).where(flag), "below_threshold is neither yes nor no")
