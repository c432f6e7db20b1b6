"""Which labels a choice stands for. A choice reaches only what a person may print (D7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, select, true

from assetloan.assets import queries
from assetloan.assets.models import Asset, Category, Code, Site
from assetloan.assets.rules import AssetStatus, CodeState, outward_number
from assetloan.core import clock, ids
from assetloan.core.calendar import fiscal_year
from assetloan.core.db import db
from assetloan.core.errors import DomainError, NotFound
from assetloan.identity.rules import Actor, Permission

MOST_NUMBERS = 200

KINDS = ("unit", "new", "codes", "blank")


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """Which labels: of a unit (narrowed by place and category), newly registered, given codes, or blank ones."""

    which: str
    unit_id: int | None = None
    place_id: int | None = None
    category_code: str | None = None
    days: int = 0
    codes: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One label to be: a code and the thing it is on (nothing yet for a blank one)."""

    code: str
    unit_id: int
    number: str = ""
    name: str = ""
    year: int | None = None
    fund: str = ""


def printable(actor: Actor) -> ColumnElement[bool]:
    """The WHERE of the assets whose labels a person prints."""
    scope = actor.scope(Permission.LABEL_PRINT)
    units = true() if scope.everything else (Asset.unit_id.in_(scope.units) if scope.units else false())
    return units & Asset.withdrawn_at.is_(None) & (Asset.status != AssetStatus.DISPOSED)


_NEWEST = (
    select(func.max(Code.id))
    .where(Code.asset_id == Asset.id, Code.state == CodeState.LINKED)
    .correlate(Asset)
    .scalar_subquery()
)
_COLUMNS = (
    Code.code,
    Asset.unit_id,
    Asset.asset_no,
    Asset.piece,
    Asset.name,
    Asset.received_on,
    Asset.fund,
)


def _of_assets(*clauses: ColumnElement[bool]) -> Select[str, int, str, int, str, object, str]:
    """The newest code in use of each asset, by place and then by name, as one walks through the rooms."""
    return (
        select(*_COLUMNS)
        .join(Code, Code.id == _NEWEST)
        .outerjoin(Site, Site.id == Asset.place_id)
        .where(*clauses)
        .order_by(func.coalesce(Site.sort_key, ""), Asset.sort_key, Asset.id)
    )


def _line(row: Row[str, int, str, int, str, object, str]) -> LabelLine:
    code, unit_id, asset_no, piece, name, received_on, fund = row
    year = fiscal_year(received_on) if received_on is not None else None  # type: ignore[arg-type]
    return LabelLine(code, unit_id, outward_number(asset_no, piece), name, year, fund)


def lines_of(actor: Actor, choice: LabelChoice, *, now: datetime) -> list[LabelLine]:
    """The labels of a choice. Raises Forbidden, NotFound (a code that is unknown or of another unit)."""
    if choice.which == "codes":
        return _given(actor, choice.codes)
    if choice.which == "blank":
        return _blank(actor, choice)
    clauses = [printable(actor)]
    if choice.unit_id is not None:
        actor.require(Permission.LABEL_PRINT, unit_id=choice.unit_id)
        clauses.append(Asset.unit_id == choice.unit_id)
    if choice.place_id is not None:
        clauses.append(Asset.place_id == choice.place_id)
    if choice.category_code is not None:
        wanted = select(Category.id).where(Category.code == choice.category_code)
        clauses.append(Asset.category_id == wanted.scalar_subquery())
    if choice.which == "new":
        first = clock.bangkok_midnight(clock.bangkok_date(now) - timedelta(days=choice.days - 1))
        clauses.append(Asset.created_at >= first)
    return [_line(row) for row in db.session.execute(_of_assets(*clauses))]


def _given(actor: Actor, codes: Sequence[str]) -> list[LabelLine]:
    """Labels of given codes, in their order; one that may not be printed refuses them all."""
    wanted = [ids.read_code(code) or code for code in dict.fromkeys(codes)]
    rows = db.session.execute(
        select(*_COLUMNS)
        .join(Asset, Asset.id == Code.asset_id)
        .where(printable(actor), Code.state == CodeState.LINKED, Code.code.in_(wanted))
    )
    found = {row[0]: _line(row) for row in rows}
    missing = next((code for code in wanted if code not in found), None)
    if missing is not None:
        raise NotFound(code=missing)
    return [found[code] for code in wanted]


def _blank(actor: Actor, choice: LabelChoice) -> list[LabelLine]:
    """The newest blank codes of a unit, in the order in which they were made."""
    actor.require(Permission.LABEL_PRINT, unit_id=choice.unit_id)
    query = (
        select(Code.id, Code.code, Code.unit_id)
        .where(Code.unit_id == choice.unit_id, Code.state == CodeState.BLANK)
        .order_by(Code.id.desc())
        .limit(choice.count)
    )
    rows = sorted(db.session.execute(query), key=lambda row: row[0])
    return [LabelLine(code, unit_id) for _id, code, unit_id in rows if unit_id is not None]


def codes_of_references(actor: Actor, references: Sequence[str]) -> list[str]:
    """The newest code of each asset named by number or code, for its label.

    Raises NotFound, DomainError("asset_without_code").
    """
    assets = queries.by_references(actor, references)
    for asset in assets:
        # A thing of another unit may be seen as a card, yet its label is not ours to print: the same "not found".
        if not actor.may(Permission.LABEL_PRINT, unit_id=asset.unit_id):
            raise NotFound(asset=asset.number)
    of_these = Asset.id.in_([asset.id for asset in assets])
    rows = db.session.execute(select(Asset.id, Code.code).join(Code, Code.id == _NEWEST).where(of_these))
    newest = {row[0]: row[1] for row in rows}
    bare = next((asset for asset in assets if asset.id not in newest), None)
    if bare is not None:
        raise DomainError("asset_without_code", asset=bare.number)
    return [newest[asset.id] for asset in assets]


def without_code(actor: Actor, choice: LabelChoice) -> int:
    """How many assets of the choice's unit have no code in use, so that no label of theirs is printed."""
    if choice.which != "unit":
        return 0
    clauses = [printable(actor), _NEWEST.is_(None)]
    if choice.unit_id is not None:
        clauses.append(Asset.unit_id == choice.unit_id)
    return db.session.scalar(select(func.count()).select_from(Asset).where(and_(*clauses))) or 0
