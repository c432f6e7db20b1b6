"""Reads of value: the lives in force by day, the repair history, and what of the register goes on cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, false, func, select, true
from sqlalchemy.orm import joinedload

from assetloan.assets.care.models import Repair
from assetloan.assets.models import Asset, AssetEvent, Category, Site
from assetloan.assets.rules import AssetStatus
from assetloan.assets.valuation.models import CategoryLife
from assetloan.assets.valuation.rules import Life, own_life
from assetloan.core import clock
from assetloan.core.bulk import pieces
from assetloan.core.db import db
from assetloan.identity.rules import Actor, Permission


class Lives:
    """The lives of some categories, read once: a row holds for what was received from its day on."""

    def __init__(self, category_ids: Iterable[int]) -> None:
        self._rows: dict[int, list[CategoryLife]] = defaultdict(list)
        for row in lives_of(category_ids):
            self._rows[row.category_id].append(row)

    def of(self, category: Category, received_on: date | None, *, today: date) -> Life:
        """The life of a thing of this category received on this day; of an unknown day that of today counts."""
        found = Life(category.years, category.rate_hundredths)
        for row in self._rows[category.id]:
            if row.valid_from <= (received_on or today):
                found = Life(row.years, row.rate_hundredths, row.authority)
        return found

    def of_asset(self, asset: Asset, *, today: date) -> Life | None:
        """Its own life, else that of its category (which must be loaded), else None."""
        if asset.life_years is not None:
            return own_life(asset.life_years)
        return None if asset.category is None else self.of(asset.category, asset.received_on, today=today)


def lives_of(category_ids: Iterable[int]) -> list[CategoryLife]:
    """The dated lives of categories, oldest first."""
    query = select(CategoryLife).where(CategoryLife.category_id.in_(set(category_ids)))
    return list(db.session.scalars(query.order_by(CategoryLife.category_id, CategoryLife.valid_from)))


def life_from(category_id: int, valid_from: date) -> CategoryLife | None:
    """The life that a category has from exactly this day on."""
    query = select(CategoryLife).where(CategoryLife.category_id == category_id, CategoryLife.valid_from == valid_from)
    return db.session.scalars(query).one_or_none()


def repairs_of(actor: Actor, assets: Collection[Asset]) -> dict[int, list[Repair]]:
    """The repair history of assets by their id, in its own order; nothing of what the actor may not see in full."""
    seen = [asset.id for asset in assets if actor.may(Permission.ASSET_VIEW, unit_id=asset.unit_id)]
    found: dict[int, list[Repair]] = defaultdict(list)
    for some in pieces(sorted(seen)):
        query = select(Repair).where(Repair.asset_id.in_(some)).order_by(Repair.asset_id, Repair.number)
        for repair in db.session.scalars(query):
            found[repair.asset_id].append(repair)
    return found


def disposal_days(assets: Collection[Asset]) -> dict[int, date]:
    """When assets that are disposed of left the register, by their id; of one that came in so, the day it came."""
    gone = {asset.id: clock.bangkok_date(asset.created_at) for asset in assets if asset.status is AssetStatus.DISPOSED}
    for some in pieces(sorted(gone)):
        query = select(AssetEvent.asset_id, AssetEvent.occurred_at, AssetEvent.before, AssetEvent.after)
        for row in db.session.execute(query.where(AssetEvent.asset_id.in_(some)).order_by(AssetEvent.id)):
            if row.after.get("status") == AssetStatus.DISPOSED != row.before.get("status"):
                gone[row.asset_id] = clock.bangkok_date(row.occurred_at)
    return gone


# --- many cards -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CardChoice:
    """Whose cards: of a unit, narrowed by place and category."""

    unit_id: int
    place_id: int | None = None
    category_id: int | None = None


def _where(actor: Actor, choice: CardChoice) -> list[ColumnElement[bool]]:
    scope = actor.scope(Permission.ASSET_VIEW)
    seen = true() if scope.everything else (Asset.unit_id.in_(scope.units) if scope.units else false())
    clauses = [seen, Asset.withdrawn_at.is_(None), Asset.unit_id == choice.unit_id]
    if choice.place_id is not None:
        clauses.append(Asset.place_id == choice.place_id)
    if choice.category_id is not None:
        clauses.append(Asset.category_id == choice.category_id)
    return clauses


def count_cards(actor: Actor, choice: CardChoice) -> int:
    """How many cards a choice stands for."""
    return db.session.scalar(select(func.count()).select_from(Asset).where(*_where(actor, choice))) or 0


def assets_of(actor: Actor, choice: CardChoice, *, offset: int, most: int) -> list[Asset]:
    """A part of the assets whose cards were chosen, in the order of their numbers."""
    query: Select[Asset] = select(Asset).options(joinedload(Asset.category), joinedload(Asset.place))
    query = query.where(*_where(actor, choice)).order_by(Asset.number_key, Asset.piece, Asset.id)
    return list(db.session.scalars(query.limit(most).offset(offset)))


def place_of(unit_id: int, place_id: int) -> Site | None:
    """A place of a unit, None when it is not one of its own."""
    return db.session.scalars(select(Site).where(Site.id == place_id, Site.unit_id == unit_id)).one_or_none()
