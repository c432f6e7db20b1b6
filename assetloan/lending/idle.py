"""Before a purchase: what other units own, may lend, and hardly use (issue: "ก่อนซื้อ ตรวจของว่าง")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sqlalchemy import ColumnElement, func, select

from assetloan.assets.models import Asset
from assetloan.assets.queries import CARD, AssetList
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.core.db import db
from assetloan.core.money import Money
from assetloan.identity.rules import Actor
from assetloan.lending.models import LoanLine
from assetloan.lending.queries import free_between

RARELY = 2  # loans within the last twelve months
MOST_SHOWN = 50
LEAST_PRICES = 3  # fewer would tell the price of single things to those who may not see it


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody would buy: words or a category, for which days, how many, at which price (None: not said)."""

    words: str
    category_code: str
    first: date
    last: date
    quantity: int
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class Idle:
    """One thing that could be lent instead, and how often it was lent within a year."""

    asset: Asset
    loans: int


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: the idlest things first, how many there are, those of the own unit, a price and what is saved."""

    things: list[Idle]
    count: int
    own: int
    price: Money | None
    covered: int
    saved: Money | None


def look(actor: Actor, need: Need, *, today: date) -> Found:
    """Things of other units that are free all those days, in good condition, lent at most `RARELY` times in a year."""
    loans = _loans_since(today - timedelta(days=365))
    fit = _fit(actor, need)
    others = fit.where(Asset.unit_id != (actor.unit_id or 0), loans <= RARELY)
    query = others.only(Asset, loans).options(*CARD[:2]).order_by(None)
    query = query.order_by(loans, Asset.sort_key, Asset.id).limit(MOST_SHOWN)
    things = [Idle(asset, count) for asset, count in db.session.execute(query).unique()]
    count = others.count()
    own = fit.where(Asset.unit_id == actor.unit_id).count() if actor.unit_id is not None else 0
    price = need.price or _usual_price(actor, need)
    covered = min(need.quantity, count)
    saved = Money(price.satang * covered) if price is not None and covered else None
    return Found(things, count, own, price, covered, saved)


def _fit(actor: Actor, need: Need) -> AssetList:
    listed = AssetList(
        actor,
        words=need.words,
        category_code=need.category_code or None,
        status=AssetStatus.AVAILABLE,
        loanable=True,
    )
    return listed.where(Asset.condition == Condition.GOOD, free_between(need.first, need.last + timedelta(days=1)))


def _loans_since(day: date) -> ColumnElement[int]:
    """How often an asset was handed over since a day."""
    return (
        select(func.count(LoanLine.id))
        .where(LoanLine.asset_id == Asset.id, LoanLine.withdrawn_at.is_(None), LoanLine.handed_over_on >= day)
        .correlate(Asset)
        .scalar_subquery()
    )


def _usual_price(actor: Actor, need: Need) -> Money | None:
    """The middle price of all such things of the agency; None when too few prices are known."""
    listed = AssetList(actor, words=need.words, category_code=need.category_code or None, loanable=True)
    query = listed.where(Asset.price.is_not(None), Asset.price > Money(0)).only(Asset.price).limit(1000)
    prices = [price.satang for price in db.session.scalars(query)]
    return Money(round(median(prices))) if len(prices) >= LEAST_PRICES else None
