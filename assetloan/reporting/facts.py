"""What each figure of a period counts, as SQL over the dated facts of loan lines: one definition per name.

Days are Asia/Bangkok and stored, so most clauses compare days; instants come in where a running period stops and where
a due date is taken as approved at an instant. Written once for SQLite and PostgreSQL.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, func, literal, not_, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement

from assetloan.core.db import UTCDateTime
from assetloan.identity.rules import Place
from assetloan.lending.chasing.models import Chase
from assetloan.lending.models import Loan, LoanDue, LoanLine
from assetloan.lending.rules import LineState, ReturnCondition
from assetloan.reporting.period import Period

L = LoanLine


class day_after(FunctionElement[date]):
    """A day some days after another: day_after(column, 7)."""

    type = Date()
    inherit_cache = True
    name = "day_after"


@compiles(day_after, "sqlite")
def _day_after_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    day, days = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"date({day}, {days} || ' days')"


@compiles(day_after, "postgresql")
def _day_after_postgres(element: Any, compiler: Any, **kw: Any) -> str:
    day, days = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({day} + CAST({days} AS integer))"


class start_of(FunctionElement[datetime]):
    """The instant at which a day begins in Bangkok (+07:00, no daylight saving), in UTC as stored."""

    type = UTCDateTime()
    inherit_cache = True
    name = "start_of"


@compiles(start_of, "sqlite")
def _start_of_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"strftime('%Y-%m-%d %H:%M:%S.000000', {compiler.process(element.clauses, **kw)}, '-7 hours')"


@compiles(start_of, "postgresql")
def _start_of_postgres(element: Any, compiler: Any, **kw: Any) -> str:
    return f"(CAST({compiler.process(element.clauses, **kw)} AS timestamp) - interval '7 hours')"


class Facts:
    """The clauses of one period."""

    def __init__(self, period: Period, *, chase_days: int) -> None:
        self.period = period
        self.chase_days = chase_days

    # --- when -------------------------------------------------------------------------------------------------------

    def within(self, on: Any, at: Any) -> ColumnElement[bool]:
        """A fact of the period, by its day; of a running period only what has happened."""
        inside = and_(on >= self.period.start, on < self.period.end)
        return and_(inside, at <= self.period.last) if self.period.running else inside

    def handed_by_end(self) -> ColumnElement[bool]:
        before = L.handed_over_on < self.period.end
        return and_(before, L.handed_over_at <= self.period.last) if self.period.running else before

    def _back_from(self, day: date) -> ColumnElement[bool]:
        """Not received, nor closed without return, before this day."""
        return func.coalesce(L.first_received_on, L.closed_on, literal(day, Date)) >= day

    def out_at_end(self) -> ColumnElement[bool]:
        if not self.period.running:
            return and_(self.handed_by_end(), self._back_from(self.period.end))
        back = func.coalesce(L.first_received_at, L.closed_at)
        return and_(self.handed_by_end(), or_(back.is_(None), back > self.period.last))

    def touching(self) -> ColumnElement[bool]:
        """Every line that was out at some moment of the period."""
        return and_(L.withdrawn_at.is_(None), self.handed_by_end(), self._back_from(self.period.start))

    # --- due dates as approved at an instant ------------------------------------------------------------------------

    def due_at(self, instant: Any) -> ColumnElement[date]:
        """The due date in force at an instant: the last one approved by then, else the line's own."""
        approved = (
            select(LoanDue.due_on)
            .where(LoanDue.line_id == L.id, LoanDue.approved_at <= instant)
            .order_by(LoanDue.approved_at.desc(), LoanDue.id.desc())
            .limit(1)
            .correlate(L)
            .scalar_subquery()
        )
        return func.coalesce(approved, L.due_on)

    def on_time(self) -> ColumnElement[bool]:
        return L.first_received_on <= self.due_at(L.first_received_at)

    # --- what the figures count -------------------------------------------------------------------------------------

    def of_lines(self) -> dict[str, ColumnElement[bool]]:
        """Figures that count lines which were out in the period; every one is a part of `touching`."""
        handed = self.within(L.handed_over_on, L.handed_over_at)
        returned = self.within(L.first_received_on, L.first_received_at)
        closed = self.within(L.closed_on, L.closed_at)
        out_at_end = self.out_at_end()
        return {
            "carried_in": and_(L.handed_over_on < self.period.start, self._back_from(self.period.start)),
            "lines": handed,
            "inside": and_(handed, L.place == Place.INSIDE),
            "outside": and_(handed, L.place == Place.OUTSIDE),
            "agency": and_(handed, L.place == Place.AGENCY),
            "returned": returned,
            "returned_on_time": and_(returned, self.on_time()),
            "returned_late": and_(returned, not_(self.on_time())),
            "closed_without_return": and_(closed, L.first_received_at.is_(None)),
            "outstanding": out_at_end,
            "overdue": and_(out_at_end, self.due_at(literal(self.period.last, UTCDateTime())) < self.period.due_before),
            "damaged": and_(returned, L.condition_in == ReturnCondition.DAMAGED),
            "incomplete": and_(returned, L.condition_in == ReturnCondition.INCOMPLETE),
        }

    def of_decisions(self) -> dict[str, ColumnElement[bool]]:
        """Figures of lines that were decided in the period."""
        return {"approved": L.approved.is_(True), "rejected": L.approved.is_(False)}

    def decided(self) -> ColumnElement[bool]:
        return and_(L.withdrawn_at.is_(None), self.within(L.decided_on, L.decided_at))

    def cancelled(self) -> ColumnElement[bool]:
        happened = self.within(L.cancelled_on, L.cancelled_at)
        return and_(L.withdrawn_at.is_(None), happened, L.state == LineState.CANCELLED)

    def lost(self) -> ColumnElement[bool]:
        return and_(L.withdrawn_at.is_(None), self.within(L.lost_on, L.lost_at))

    def requested(self) -> ColumnElement[bool]:
        return and_(Loan.withdrawn_at.is_(None), self.within(Loan.submitted_on, Loan.submitted_at))

    def first_hand_over(self) -> ColumnElement[bool]:
        """The line was handed over in the period, and none of its loan before."""
        other = aliased(LoanLine)
        earlier = select(other.id).where(other.loan_id == L.loan_id, other.handed_over_on < self.period.start).exists()
        return and_(self.within(L.handed_over_on, L.handed_over_at), ~earlier)

    def chased(self) -> ColumnElement[bool]:
        """Of chases joined with their lines."""
        return and_(L.withdrawn_at.is_(None), self.within(Chase.chased_on, Chase.chased_at))

    def chased_in_time(self) -> ColumnElement[bool]:
        """Still out at the end of day `due` + 7, that day in the period, and chased by then.

        `due` is as approved at the end of that very day, so each approved due date is tried: it counts when no other
        had replaced it by then. A line without a date approved by then (paper) has its own.
        """
        days = timedelta(days=self.chase_days)
        first, before = self.period.start - days, self.period.due_before - days
        due, later = aliased(LoanDue), aliased(LoanDue)

        def missed(due_on: Any) -> ColumnElement[bool]:
            last = day_after(due_on, self.chase_days)
            back = func.coalesce(L.first_received_on, L.closed_on)
            chases = select(Chase.id).where(Chase.line_id == L.id, Chase.chased_on <= last)
            out = and_(L.handed_over_on <= last, or_(back.is_(None), back > last))
            return and_(due_on >= first, due_on < before, out, chases.correlate_except(Chase).exists())

        end = start_of(day_after(due.due_on, self.chase_days + 1))
        replaced = (
            select(later.id)
            .where(
                later.line_id == due.line_id,
                later.approved_at < end,
                or_(
                    later.approved_at > due.approved_at,
                    and_(later.approved_at == due.approved_at, later.id > due.id),
                ),
            )
            .exists()
        )
        in_force = select(due.id).where(due.line_id == L.id, due.approved_at < end, ~replaced, missed(due.due_on))
        own_end = start_of(day_after(L.due_on, self.chase_days + 1))
        dated = select(LoanDue.id).where(LoanDue.line_id == L.id, LoanDue.approved_at < own_end).exists()
        return and_(self.touching(), or_(in_force.exists(), and_(~dated, missed(L.due_on))))


def behind(facts: Facts, name: str) -> ColumnElement[bool]:
    """The lines behind a figure, joined with their loans: what opens when one asks for the rows. Raises KeyError."""
    known = facts.of_lines()
    chase = select(Chase.id).where(Chase.line_id == L.id, facts.within(Chase.chased_on, Chase.chased_at))
    clauses = {name: and_(facts.touching(), clause) for name, clause in known.items()} | {
        "quantity": and_(facts.touching(), known["lines"]),
        "quantity_returned": and_(facts.touching(), known["returned"]),
        "loans": and_(facts.touching(), facts.first_hand_over()),
        "requests": and_(L.withdrawn_at.is_(None), facts.requested()),
        "cancelled": facts.cancelled(),
        "lost": facts.lost(),
        "chased": and_(L.withdrawn_at.is_(None), chase.correlate_except(Chase).exists()),
        "chased_in_time": facts.chased_in_time(),
        "approval_hours_median": facts.decided(),
    }
    clauses |= {name: and_(facts.decided(), clause) for name, clause in facts.of_decisions().items()}
    return clauses[name]


def counted(clause: ColumnElement[bool], weight: Any = 1) -> ColumnElement[int]:
    """How many rows (or pieces) satisfy a clause."""
    return func.coalesce(func.sum(case((clause, weight), else_=0)), 0)
