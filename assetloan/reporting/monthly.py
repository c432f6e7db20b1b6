"""The month of a unit, or of the agency: the figures of contract.md section 6, counted in SQL from dated facts.

One statement counts, one fetches the hours for the median, one lists the lines. Reads only, within the reader's reach.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all

from assetloan.assets.models import Asset
from assetloan.assets.rules import outward_number
from assetloan.core import clock, settings
from assetloan.core.db import UTCDateTime, db
from assetloan.core.errors import Forbidden, NotFound
from assetloan.core.month import Month
from assetloan.core.text import clean, sort_key
from assetloan.identity.models import UnitKind
from assetloan.identity.queries import UnitCard, UnitTree, unit_tree
from assetloan.identity.rules import Actor, Permission, Place
from assetloan.lending.chasing.models import Chase
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.rules import ReturnCondition, days_late
from assetloan.reporting.facts import Facts, behind, counted
from assetloan.reporting.period import Period

Summary = dict[str, int | float | None]

COUNTS = (
    *("carried_in", "outstanding", "requests", "approved", "rejected", "cancelled"),
    *("loans", "lines", "quantity", "quantity_returned", "inside", "outside", "agency"),
    *("returned", "returned_on_time", "returned_late", "closed_without_return", "overdue"),
    *("chased", "chased_in_time", "damaged", "incomplete", "lost"),
)
MEDIAN = "approval_hours_median"
OPEN = "open"  # the state of a month that nobody has prepared


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line that was out in the month, as it stood at its end."""

    loan: str
    asset_no: str
    name: str
    quantity: int
    unit_of_count: str
    unit: UnitCard | None
    borrower: str
    borrower_position: str
    borrower_unit: UnitCard | None
    purpose: str
    place: Place
    agency: str
    handed_over_at: datetime | None
    due_on: date
    returned_at: datetime | None
    condition: ReturnCondition | None
    days_late: int
    note: str

    @property
    def handed_over_on(self) -> date | None:
        return clock.bangkok_date(self.handed_over_at) if self.handed_over_at is not None else None

    @property
    def returned_on(self) -> date | None:
        return clock.bangkok_date(self.returned_at) if self.returned_at is not None else None


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """A month of one unit (or of the agency: `unit` is None and `units` holds each unit's figures)."""

    month: Month
    period: Period
    unit: UnitCard | None
    summary: Summary
    lines: list[LineRow]
    elsewhere: list[LineRow]
    units: list[tuple[UnitCard, Summary]]
    version: int = 0
    state: str = OPEN


class Units:
    """Units as they were called at the end of the period; a younger one by its name at the time of asking."""

    def __init__(self, period: Period) -> None:
        self.then, self.now = unit_tree(period.last_day), unit_tree(clock.bangkok_date(period.as_of))

    def get(self, unit_id: int) -> UnitCard | None:
        return self.then.get(unit_id) or self.now.get(unit_id)

    def by_code(self, code: str) -> UnitCard | None:
        key = clean(code).casefold()
        return self.then.by_code.get(key) or self.now.by_code.get(key)

    def active(self, period: Period) -> list[UnitCard]:
        """The units that reported for the period: those not closed before it began, the agency itself aside."""
        tree: UnitTree = self.then
        return [
            card
            for card in tree.by_id.values()
            if card.kind is not UnitKind.AGENCY and (card.closed_on is None or card.closed_on > period.start)
        ]


def _unit_in_reach(actor: Actor, code: str, period: Period) -> UnitCard:
    """The unit by its code, as it was called then. Raises NotFound, also when the actor may not read its reports."""
    card = Units(period).by_code(code)
    if card is None or not actor.may(Permission.REPORT_VIEW, unit_id=card.id):
        raise NotFound(unit=code)
    return card


def facts_of(period: Period) -> Facts:
    """The clauses of a period, with the days for chasing that were in force when it began (ข้อ 211)."""
    return Facts(period, chase_days=settings.number("chase_days", period.start))


def month_of_unit(actor: Actor, month: Month, code: str, *, as_of: datetime) -> MonthlyReport:
    """The report of one unit. Raises Invalid, NotFound (also when out of reach)."""
    period = Period.of(month, as_of)
    card = _unit_in_reach(actor, code, period)
    facts, units = facts_of(period), Units(period)
    return MonthlyReport(
        month,
        period,
        card,
        summaries(facts, card.id)[card.id],
        list_lines(facts, units, facts.touching(), LoanLine.unit_id == card.id),
        list_lines(facts, units, facts.touching(), LoanLine.borrower_unit_id == card.id, LoanLine.unit_id != card.id),
        [],
    )


def rows_behind(actor: Actor, month: Month, code: str, name: str, *, as_of: datetime) -> list[LineRow]:
    """The lines that one figure of a unit's month counts. Raises Invalid, NotFound, KeyError for an unknown figure."""
    period = Period.of(month, as_of)
    card = _unit_in_reach(actor, code, period)
    facts = facts_of(period)
    return list_lines(facts, Units(period), behind(facts, name), LoanLine.unit_id == card.id)


def month_of_agency(actor: Actor, month: Month, *, as_of: datetime, with_lines: bool = True) -> MonthlyReport:
    """The report of the whole agency, with the figures of each unit. Raises Invalid, Forbidden."""
    if not actor.scope(Permission.REPORT_VIEW).everything:
        raise Forbidden(permission=Permission.REPORT_VIEW.value)
    period = Period.of(month, as_of)
    facts, units = facts_of(period), Units(period)
    by_unit = summaries(facts, None)
    total = by_unit.pop(None)
    listed = {card.id: card for card in units.active(period)}
    listed |= {unit_id: card for unit_id in by_unit if unit_id is not None and (card := units.get(unit_id))}
    ordered = sorted(listed.values(), key=_thai_order)
    lines = list_lines(facts, units, facts.touching()) if with_lines else []
    return MonthlyReport(
        month, period, None, total, lines, [], [(card, by_unit.get(card.id) or nothing()) for card in ordered]
    )


def _thai_order(card: UnitCard) -> tuple[bool, str, int]:
    """The agency itself first, then by name."""
    return card.kind is not UnitKind.AGENCY, sort_key(card.name), card.id


def nothing() -> Summary:
    """The figures of a month in which nothing happened."""
    return {**dict.fromkeys(COUNTS, 0), MEDIAN: None}


# --- counting -------------------------------------------------------------------------------------------------------


def summaries(facts: Facts, unit_id: int | None) -> dict[int | None, Summary]:
    """The figures by unit; of all units together under None when no unit is named."""
    found: dict[int | None, Summary] = defaultdict(nothing)
    for row in db.session.execute(_counting(facts, unit_id)).mappings():
        figures: Summary = {name: int(row[name]) for name in COUNTS}
        found[row["unit_id"]] |= figures
    hours = _hours(facts, unit_id)
    for one, waits in hours.items():
        found[one][MEDIAN] = round(median(waits), 2)
    if unit_id is not None:
        found[unit_id]
        return found
    together = nothing()
    for name in COUNTS:
        together[name] = sum(int(figures[name] or 0) for figures in found.values())
    every = [wait for waits in hours.values() for wait in waits]
    together[MEDIAN] = round(median(every), 2) if every else None
    found[None] = together
    return found


def _counting(facts: Facts, unit_id: int | None) -> Select[Any]:
    """One row of figures per unit: each source is counted by itself, the sum puts them side by side."""
    ln = LoanLine
    of_lines = facts.of_lines()
    parts = [
        _part(
            ln.unit_id,
            select(ln).where(facts.touching()),
            unit_id,
            **{name: counted(clause) for name, clause in of_lines.items()},
            quantity=counted(of_lines["lines"], ln.quantity),
            quantity_returned=counted(of_lines["returned"], ln.quantity),
            loans=func.count(case((facts.first_hand_over(), ln.loan_id)).distinct()),
        ),
        _part(
            ln.unit_id,
            select(ln).where(facts.decided()),
            unit_id,
            **{name: counted(clause) for name, clause in facts.of_decisions().items()},
        ),
        _part(ln.unit_id, select(ln).where(facts.cancelled()), unit_id, cancelled=func.count()),
        _part(ln.unit_id, select(ln).where(facts.lost()), unit_id, lost=func.count()),
        _part(Loan.unit_id, select(Loan).where(facts.requested()), unit_id, requests=func.count()),
        _part(
            Chase.unit_id,
            select(Chase).join(ln, ln.id == Chase.line_id).where(facts.chased()),
            unit_id,
            chased=func.count(),
        ),
        _part(ln.unit_id, select(ln).where(facts.chased_in_time()), unit_id, chased_in_time=func.count()),
    ]
    rows = union_all(*parts).subquery()
    columns = [func.sum(rows.c[name]).label(name) for name in COUNTS]
    return select(rows.c.unit_id, *columns).group_by(rows.c.unit_id).order_by(rows.c.unit_id)


def _part(unit: Any, source: Select[Any], unit_id: int | None, **figures: ColumnElement[int]) -> Select[Any]:
    """The figures of one source by unit, zero for all others."""
    columns = [figures.get(name, literal(0)).label(name) for name in COUNTS]
    query = source.with_only_columns(unit.label("unit_id"), *columns).group_by(unit)
    return query if unit_id is None else query.where(unit == unit_id)


def _hours(facts: Facts, unit_id: int | None) -> dict[int, list[float]]:
    """Hours from submitted to decided of the lines decided in the period, by unit."""
    query = select(LoanLine.unit_id, LoanLine.submitted_at, LoanLine.decided_at).where(facts.decided())
    if unit_id is not None:
        query = query.where(LoanLine.unit_id == unit_id)
    hours: dict[int, list[float]] = defaultdict(list)
    for unit, submitted, decided in db.session.execute(query):
        if decided is not None:
            hours[unit].append((decided - submitted).total_seconds() / 3600)
    return hours


# --- listing --------------------------------------------------------------------------------------------------------

_COLUMNS = (
    *(Loan.number, Loan.borrower_name, Loan.borrower_position, Loan.purpose, Loan.agency, Loan.note),
    *(Asset.asset_no, Asset.piece, Asset.name, Asset.unit_of_count),
    *(LoanLine.unit_id, LoanLine.borrower_unit_id, LoanLine.place, LoanLine.quantity, LoanLine.handed_over_at),
    *(LoanLine.first_received_at, LoanLine.first_received_on, LoanLine.closed_at, LoanLine.closed_on),
    *(LoanLine.lost_at, LoanLine.condition_in, LoanLine.note_in),
)


def list_lines(facts: Facts, units: Units, *clauses: ColumnElement[bool]) -> list[LineRow]:
    """Lines in order of hand-over, each as it stood at the end of the period."""
    due_at_end = facts.due_at(literal(facts.period.last, UTCDateTime())).label("due_at_end")
    due_at_return = facts.due_at(LoanLine.first_received_at).label("due_at_return")
    query = (
        select(*_COLUMNS, due_at_end, due_at_return)
        .select_from(LoanLine)
        .join(Loan, Loan.id == LoanLine.loan_id)
        .join(Asset, Asset.id == LoanLine.asset_id)
        .where(*clauses)
        .order_by(LoanLine.handed_over_at.nulls_last(), Loan.number_key, LoanLine.position)
    )
    return [_row(facts.period, units, row) for row in db.session.execute(query)]


def _row(period: Period, units: Units, line: Any) -> LineRow:
    """A row as it stood at the end of the period: what came later is not known yet."""
    last = period.last
    back = line.first_received_at is not None and line.first_received_at <= last
    closed = line.closed_at is not None and line.closed_at <= last
    lost = line.lost_at is not None and line.lost_at <= last
    due_on = line.due_at_return if back else line.due_at_end
    ended_on = line.first_received_on if back else (line.closed_on if closed else None)
    return LineRow(
        loan=line.number,
        asset_no=outward_number(line.asset_no, line.piece),
        name=line.name,
        quantity=line.quantity,
        unit_of_count=line.unit_of_count,
        unit=units.get(line.unit_id),
        borrower=line.borrower_name,
        borrower_position=line.borrower_position,
        borrower_unit=units.get(line.borrower_unit_id),
        purpose=line.purpose,
        place=line.place,
        agency=line.agency,
        handed_over_at=line.handed_over_at,
        due_on=due_on,
        returned_at=line.first_received_at if back else None,
        condition=line.condition_in if back or lost else None,
        days_late=days_late(due_on, ended_on, period.last_day),
        note=line.note or line.note_in,
    )
