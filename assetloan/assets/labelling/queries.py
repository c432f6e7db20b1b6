"""Reads of labels: makings, printers, batches of blank codes, codes of places, the scan log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, select, true

from assetloan.assets.label_queries import LINE_COLUMNS, LabelLine, line_of
from assetloan.assets.labelling.models import CodeBatch, LabelPrint, LabelPrintLine, Printer
from assetloan.assets.models import Asset, Code, ScanLog, Site
from assetloan.assets.rules import CodeState, outward_number
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.identity.models import Person
from assetloan.identity.rules import Actor, Permission


def _within(actor: Actor, column: Any, permission: Permission) -> ColumnElement[bool]:
    """The WHERE of rows of units over which the actor holds a permission."""
    scope = actor.scope(permission)
    if scope.everything:
        return true()
    within: ColumnElement[bool] = column.in_(scope.units) if scope.units else false()
    return within


# --- makings --------------------------------------------------------------------------------------------------------


def print_for(actor: Actor, print_id: int) -> LabelPrint:
    """One making: one's own, or of a unit whose labels one prints. Raises NotFound."""
    mine = LabelPrint.person_id == actor.person_id if actor.person_id is not None else false()
    reach = mine | _within(actor, LabelPrint.unit_id, Permission.LABEL_PRINT)
    made = db.session.scalars(select(LabelPrint).where(LabelPrint.id == print_id, reach)).one_or_none()
    if made is None or not actor.has(Permission.LABEL_PRINT):
        raise NotFound(print=print_id)
    return made


def lines_of_print(actor: Actor, made: LabelPrint, *, first: int, most: int) -> list[LabelLine]:
    """Some labels of a making, in their order. What has left the actor's reach since then is left out."""
    rows = db.session.execute(
        select(*LINE_COLUMNS)
        .select_from(LabelPrintLine)
        .join(Code, Code.id == LabelPrintLine.code_id)
        .outerjoin(Asset, Asset.id == Code.asset_id)
        .outerjoin(Site, Site.id == Code.place_id)
        .where(
            LabelPrintLine.print_id == made.id,
            _within(actor, func.coalesce(Asset.unit_id, Code.unit_id), Permission.LABEL_PRINT),
        )
        .order_by(LabelPrintLine.id)
        .limit(most)
        .offset(first)
    )
    return [line_of(row) for row in rows]


@dataclass(frozen=True, slots=True)
class PrintRow:
    """One making in a list."""

    made: LabelPrint
    person: str | None


def prints_of(actor: Actor, *, page: int, per_page: int) -> list[PrintRow]:
    """The makings of the units whose labels the actor prints, newest first, one more than a page."""
    query = (
        select(LabelPrint, Person.name)
        .outerjoin(Person, Person.id == LabelPrint.person_id)
        .where(_within(actor, LabelPrint.unit_id, Permission.LABEL_PRINT))
        .order_by(LabelPrint.id.desc())
        .limit(per_page + 1)
        .offset((page - 1) * per_page)
    )
    return [PrintRow(made, person) for made, person in db.session.execute(query)]


def last_printed(code_ids: Iterable[int]) -> dict[int, datetime]:
    """When the label of each code was last made; the caller has these codes within reach."""
    query = (
        select(LabelPrintLine.code_id, func.max(LabelPrint.printed_at))
        .join(LabelPrint, LabelPrint.id == LabelPrintLine.print_id)
        .where(LabelPrintLine.code_id.in_(list(code_ids)))
        .group_by(LabelPrintLine.code_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def printed() -> ColumnElement[bool]:
    """Has a label of the asset ever been made?"""
    made = select(LabelPrintLine.id).join(Code, Code.id == LabelPrintLine.code_id).where(Code.asset_id == Asset.id)
    return made.correlate(Asset).exists()


# --- printers -------------------------------------------------------------------------------------------------------


def printers_of(actor: Actor) -> list[Printer]:
    """The printers in use of the units whose labels the actor prints."""
    query = select(Printer).where(Printer.ended_at.is_(None), _within(actor, Printer.unit_id, Permission.LABEL_PRINT))
    return list(db.session.scalars(query.order_by(Printer.unit_id, Printer.name, Printer.id)))


def printer_for(actor: Actor, printer_id: int) -> Printer:
    """One printer of a unit whose labels the actor prints. Raises NotFound."""
    query = select(Printer).where(Printer.id == printer_id, _within(actor, Printer.unit_id, Permission.LABEL_PRINT))
    printer = db.session.scalars(query).one_or_none()
    if printer is None:
        raise NotFound(printer=printer_id)
    return printer


def printer_of_print(made: LabelPrint) -> Printer | None:
    """The printer a making was for, loaded with the making within reach."""
    return db.session.get(Printer, made.printer_id) if made.printer_id is not None else None


# --- batches of blank codes -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch, who made it, and what became of its codes."""

    batch: CodeBatch
    person: str | None
    linked: int
    blank: int
    revoked: int
    printed_at: datetime | None


def _batches(actor: Actor) -> Select[CodeBatch, str | None, int, int, int, datetime | None]:
    def counted(state: CodeState) -> ColumnElement[int]:
        mine = select(func.count()).select_from(Code).where(Code.batch_id == CodeBatch.id, Code.state == state)
        return mine.correlate(CodeBatch).scalar_subquery()

    printed = (
        select(func.max(LabelPrint.printed_at))
        .join(LabelPrintLine, LabelPrintLine.print_id == LabelPrint.id)
        .join(Code, Code.id == LabelPrintLine.code_id)
        .where(Code.batch_id == CodeBatch.id)
        .correlate(CodeBatch)
        .scalar_subquery()
    )
    return (
        select(
            CodeBatch, Person.name, counted(CodeState.LINKED), counted(CodeState.BLANK), counted(CodeState.REVOKED),
            printed,
        )
        .outerjoin(Person, Person.id == CodeBatch.person_id)
        .where(_within(actor, CodeBatch.unit_id, Permission.LABEL_PRINT))
    )  # fmt: skip


def batches_of(actor: Actor, *, page: int, per_page: int) -> list[BatchRow]:
    """The batches of the actor's units, newest first, one more than a page."""
    query = _batches(actor).order_by(CodeBatch.id.desc()).limit(per_page + 1).offset((page - 1) * per_page)
    return [BatchRow(*row) for row in db.session.execute(query)]


# --- places ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place, how many things should be there, and its code if it has one."""

    site: Site
    things: int
    code: str | None


def places_with_codes(unit_id: int) -> list[PlaceRow]:
    """The places of a unit in Thai order. The caller has asked for the permission on the unit."""
    things = (
        select(func.count())
        .select_from(Asset)
        .where(Asset.place_id == Site.id, Asset.withdrawn_at.is_(None))
        .correlate(Site)
        .scalar_subquery()
    )
    code = (
        select(func.max(Code.code))
        .where(Code.place_id == Site.id, Code.state == CodeState.LINKED)
        .correlate(Site)
        .scalar_subquery()
    )
    query = select(Site, things, code).where(Site.unit_id == unit_id).order_by(Site.sort_key, Site.id)
    return [PlaceRow(*row) for row in db.session.execute(query)]


# --- the scan log ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One scan: when, who, which code, and what it stood on."""

    id: int
    at: datetime
    person: str
    code: str
    number: str
    name: str
    place: str


def scans_of(
    actor: Actor,
    *,
    most: int,
    before: int | None = None,
    code: str = "",
    words: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[ScanRow]:
    """Scans newest first: of the actor's units, or of all for those who may read all; one statement.

    Codes that stand on nothing (guesses, other systems' codes) are read by the latter alone.
    """
    query = (
        select(
            ScanLog.id, ScanLog.at, Person.name, ScanLog.code,
            Asset.asset_no, Asset.piece, Asset.name, case((Code.place_id.is_not(None), Site.name), else_=""),
        )
        .join(Person, Person.id == ScanLog.person_id)
        .outerjoin(Asset, Asset.id == ScanLog.asset_id)
        .outerjoin(Code, Code.code == ScanLog.code)
        .outerjoin(Site, Site.id == Code.place_id)
        .where(_within(actor, func.coalesce(Asset.unit_id, Code.unit_id), Permission.SCAN_LOG_VIEW))
        .order_by(ScanLog.id.desc())
        .limit(most)
    )  # fmt: skip
    for wanted, clause in (
        (before, ScanLog.id < before if before else true()),
        (code, ScanLog.code == code),
        (words, Person.name.contains(words, autoescape=True) | Asset.asset_no.contains(words, autoescape=True)),
        (since, ScanLog.at >= since if since else true()),
        (until, ScanLog.at < until if until else true()),
    ):
        if wanted:
            query = query.where(clause)
    return [
        ScanRow(id_, at, person, read, outward_number(number, piece) if number else "", name or "", place or "")
        for id_, at, person, read, number, piece, name, place in db.session.execute(query)
    ]
