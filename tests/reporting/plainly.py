"""The figures of contract.md section 6 worked out a second time: plain Python over the events, no counting in SQL."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import select

from assetloan.core.db import db
from assetloan.lending.chasing.models import Chase
from assetloan.lending.models import Loan, LoanDue, LoanEvent, LoanLine
from assetloan.lending.rules import LineAction, ReturnCondition

ZONE = ZoneInfo("Asia/Bangkok")
DAY = timedelta(days=1)
A = LineAction


def day_of(instant: datetime) -> date:
    return instant.astimezone(ZONE).date()


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


@dataclass
class Line:
    """What happened to a line, read from its events."""

    loan_id: int
    unit_id: int
    place: str
    due_on: date
    events: list[LoanEvent] = field(default_factory=list)
    dues: list[LoanDue] = field(default_factory=list)
    chases: list[date] = field(default_factory=list)

    def when(self, *actions: LineAction) -> datetime | None:
        return next((event.occurred_at for event in self.events if event.action in actions), None)

    @property
    def condition(self) -> ReturnCondition | None:
        told = [event.condition for event in self.events if event.action is A.RECEIVE]
        return told[-1] if told else None

    @property
    def back(self) -> datetime | None:
        """The end of being out: the first receipt, else the closing of what never came back."""
        return self.when(A.RECEIVE) or self.when(A.SETTLE, A.APPROVE_RETURN)

    def out_before(self, instant: datetime) -> bool:
        """Out just before an instant."""
        handed = self.when(A.HAND_OVER)
        return handed is not None and handed < instant and (self.back is None or self.back >= instant)

    def due_before(self, instant: datetime) -> date:
        """The due date as approved just before an instant."""
        known = [due for due in self.dues if due.approved_at < instant]
        return max(known, key=lambda due: (due.approved_at, due.id)).due_on if known else self.due_on


def lines_of(unit_ids: set[int]) -> list[Line]:
    lines: dict[int, Line] = {}
    rows = select(LoanLine).where(LoanLine.unit_id.in_(unit_ids), LoanLine.withdrawn_at.is_(None))
    for row in db.session.scalars(rows):
        lines[row.id] = Line(row.loan_id, row.unit_id, row.place.value, row.due_on)
    for event in db.session.scalars(select(LoanEvent).order_by(LoanEvent.id)):
        if event.line_id in lines:
            lines[event.line_id].events.append(event)
    for due in db.session.scalars(select(LoanDue).order_by(LoanDue.id)):
        if due.line_id in lines:
            lines[due.line_id].dues.append(due)
    for chase in db.session.scalars(select(Chase).order_by(Chase.id)):
        if chase.line_id in lines:
            lines[chase.line_id].chases.append(day_of(chase.chased_at))
    return list(lines.values())


def figures(unit_ids: set[int], first: date, end: date, as_of: datetime) -> dict[str, int | float | None]:
    """The summary of some units over [first, end), or until just after `as_of` when that comes first."""
    begin = midnight(first)
    stop = min(midnight(end), as_of + timedelta(microseconds=1))
    running = stop < midnight(end)
    last_full_day = day_of(as_of) if running else end
    lines = lines_of(unit_ids)
    counts: dict[str, int] = defaultdict(int)
    waits: list[float] = []
    first_out: dict[int, datetime] = {}

    def inside(instant: datetime | None) -> bool:
        return instant is not None and begin <= instant < stop

    for line in lines:
        handed, received = line.when(A.HAND_OVER), line.when(A.RECEIVE)
        decided, closed = line.when(A.APPROVE, A.REJECT), line.when(A.SETTLE, A.APPROVE_RETURN)
        counts["carried_in"] += line.out_before(begin)
        counts["outstanding"] += line.out_before(stop)
        counts["overdue"] += line.out_before(stop) and line.due_before(stop) < last_full_day
        counts["approved"] += inside(line.when(A.APPROVE))
        counts["rejected"] += inside(line.when(A.REJECT))
        counts["cancelled"] += inside(line.when(A.CANCEL, A.WITHDRAW))
        counts["lost"] += inside(line.when(A.REPORT_LOST))
        counts["closed_without_return"] += inside(closed) and received is None
        counts["chased"] += sum(first <= day < end and day <= day_of(as_of) for day in line.chases)
        if inside(handed):
            counts["lines"] += 1
            counts["quantity"] += 1
            counts[line.place] += 1
        if handed is not None:
            first_out[line.loan_id] = min(handed, first_out.get(line.loan_id, handed))
        if received is not None and inside(received):
            counts["returned"] += 1
            counts["quantity_returned"] += 1
            on_time = day_of(received) <= line.due_before(received + timedelta(microseconds=1))
            counts["returned_on_time" if on_time else "returned_late"] += 1
            counts["damaged"] += line.condition is ReturnCondition.DAMAGED
            counts["incomplete"] += line.condition is ReturnCondition.INCOMPLETE
        if decided is not None and inside(decided):
            waits.append((decided - line.events[0].occurred_at).total_seconds() / 3600)
        day = first
        while day < last_full_day:
            evening = midnight(day + DAY)
            due_that_day = line.due_before(evening) + 7 * DAY == day
            counts["chased_in_time"] += due_that_day and line.out_before(evening) and any(c <= day for c in line.chases)
            day += DAY
    counts["loans"] = sum(inside(instant) for instant in first_out.values())
    asked = db.session.scalars(select(Loan).where(Loan.unit_id.in_(unit_ids), Loan.withdrawn_at.is_(None)))
    counts["requests"] = sum(inside(loan.submitted_at) for loan in asked)
    return {**counts, "approval_hours_median": round(median(waits), 2) if waits else None}
