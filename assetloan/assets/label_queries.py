"""Which labels a choice stands for. A choice reaches only what a person may print (D7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, select, true

from assetloan.assets import queries
from assetloan.assets.labelling.models import CodeBatch, LabelPrintLine
from assetloan.assets.models import Asset, Category, Code, Site
from assetloan.assets.rules import AssetStatus, CodeState, outward_number
from assetloan.core import clock, ids
from assetloan.core.calendar import fiscal_year
from assetloan.core.db import db
from assetloan.core.errors import DomainError, NotFound
from assetloan.identity.rules import Actor, Permission

MOST_NUMBERS = 200
SOME = 1000  # ids in one statement

KINDS = ("unit", "new", "unprinted", "codes", "batch", "places")


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """Which labels: of a unit (narrowed by place and category), registered since a day, never made, of given codes, of
    a batch of blank codes, or of a unit's places."""

    which: str
    unit_id: int | None = None
    place_id: int | None = None
    category_code: str | None = None
    since: date | None = None
    codes: tuple[str, ...] = ()
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One label to be: a code and the thing or place it is on (nothing yet for a blank one)."""

    code_id: int
    code: str
    unit_id: int
    number: str = ""
    name: str = ""
    year: int | None = None
    fund: str = ""
    place: bool = False


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
# An asset any of whose codes had a label made.
_MADE = (
    select(LabelPrintLine.id)
    .join(Code, Code.id == LabelPrintLine.code_id)
    .where(Code.asset_id == Asset.id, Code.state == CodeState.LINKED)
    .correlate(Asset)
    .exists()
)
LINE_COLUMNS: tuple[Any, ...] = (
    Code.id,
    Code.code,
    func.coalesce(Asset.unit_id, Code.unit_id),
    Asset.asset_no,
    Asset.piece,
    Asset.name,
    Asset.received_on,
    Asset.fund,
    Code.place_id,
    Site.name,
)


def _of_assets(*clauses: ColumnElement[bool]) -> Select[Any]:
    """The newest code in use of each asset, by place and then by name, as one walks through the rooms."""
    return (
        select(*LINE_COLUMNS)
        .join(Code, Code.id == _NEWEST)
        .outerjoin(Site, Site.id == Asset.place_id)
        .where(*clauses)
        .order_by(func.coalesce(Site.sort_key, ""), Asset.sort_key, Asset.id)
    )


def line_of(row: Row[Any]) -> LabelLine:
    """The label of a row of LINE_COLUMNS."""
    code_id, code, unit_id, asset_no, piece, name, received_on, fund, place_id, place = tuple(row)
    if place_id is not None:
        return LabelLine(code_id, code, unit_id, place or "", place=True)
    year = fiscal_year(received_on) if received_on is not None else None
    number = outward_number(asset_no, piece) if asset_no else ""
    return LabelLine(code_id, code, unit_id, number, name or "", year, fund or "")


def lines_of(actor: Actor, choice: LabelChoice) -> list[LabelLine]:
    """The labels of a choice. Raises Forbidden, NotFound (a code that is unknown or of another unit)."""
    if choice.which == "codes":
        return _given(actor, choice.codes)
    if choice.which == "batch":
        return _of_batch(actor, choice)
    if choice.which == "places":
        return _of_places(actor, choice)
    clauses = [printable(actor)]
    if choice.unit_id is not None:
        actor.require(Permission.LABEL_PRINT, unit_id=choice.unit_id)
        clauses.append(Asset.unit_id == choice.unit_id)
    if choice.place_id is not None:
        clauses.append(Asset.place_id == choice.place_id)
    if choice.category_code is not None:
        wanted = select(Category.id).where(Category.code == choice.category_code)
        clauses.append(Asset.category_id == wanted.scalar_subquery())
    if choice.which == "new" and choice.since is not None:
        clauses.append(Asset.created_at >= clock.bangkok_midnight(choice.since))
    if choice.which == "unprinted":
        clauses.append(~_MADE)
    return [line_of(row) for row in db.session.execute(_of_assets(*clauses))]


def _given(actor: Actor, codes: Sequence[str]) -> list[LabelLine]:
    """Labels of given codes, in their order; one that may not be printed refuses them all."""
    wanted = [ids.read_code(code) or code for code in dict.fromkeys(codes)]
    rows = db.session.execute(
        select(*LINE_COLUMNS)
        .join(Asset, Asset.id == Code.asset_id)
        .outerjoin(Site, Site.id == Code.place_id)
        .where(printable(actor), Code.state == CodeState.LINKED, Code.code.in_(wanted))
    )
    found = {row[1]: line_of(row) for row in rows}
    missing = next((code for code in wanted if code not in found), None)
    if missing is not None:
        raise NotFound(code=missing)
    return [found[code] for code in wanted]


def _codes_alone(*clauses: ColumnElement[bool]) -> Select[Any]:
    """Codes without a thing."""
    return (
        select(*LINE_COLUMNS)
        .select_from(Code)
        .outerjoin(Asset, Asset.id == Code.asset_id)
        .outerjoin(Site, Site.id == Code.place_id)
        .where(*clauses)
    )


def _of_batch(actor: Actor, choice: LabelChoice) -> list[LabelLine]:
    """The codes of a batch that are still blank, in the order in which they were made. Raises NotFound."""
    batch = db.session.get(CodeBatch, choice.batch_id)
    if batch is None or not actor.may(Permission.LABEL_PRINT, unit_id=batch.unit_id):
        raise NotFound(batch=choice.batch_id)
    query = _codes_alone(Code.batch_id == batch.id, Code.state == CodeState.BLANK).order_by(Code.id)
    return [line_of(row) for row in db.session.execute(query)]


def _of_places(actor: Actor, choice: LabelChoice) -> list[LabelLine]:
    """The newest code of each place of a unit that has one, or of one place."""
    actor.require(Permission.LABEL_PRINT, unit_id=choice.unit_id)
    newest = (
        select(func.max(Code.id))
        .where(Code.place_id.is_not(None), Code.state == CodeState.LINKED)
        .group_by(Code.place_id)
        .scalar_subquery()
    )
    clauses = [Code.id.in_(newest), Site.unit_id == choice.unit_id]
    if choice.place_id is not None:
        clauses.append(Site.id == choice.place_id)
    return [line_of(row) for row in db.session.execute(_codes_alone(*clauses).order_by(Site.sort_key, Site.id))]


def printed_before(code_ids: Sequence[int]) -> int:
    """How many of these codes had a label made before."""
    found = 0
    for first in range(0, len(code_ids), SOME):
        some = code_ids[first : first + SOME]
        query = select(func.count(func.distinct(LabelPrintLine.code_id))).where(LabelPrintLine.code_id.in_(some))
        found += db.session.scalar(query) or 0
    return found


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
