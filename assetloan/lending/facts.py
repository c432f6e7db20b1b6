"""The write-once facts of a loan line, in one place for a step taken in the system and for one read from paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assetloan.core import calendar, clock
from assetloan.lending.rules import TRANSITIONS, LineAction, LineState, ReturnCondition


def facts_of_step(
    action: LineAction,
    *,
    by_id: int | None,
    at: datetime,
    condition: ReturnCondition | None = None,
    note: str = "",
    first_receipt: bool = True,
) -> dict[str, Any]:
    """The columns of a line that a step sets: instant, person, Bangkok day, month and year."""
    day = clock.bangkok_date(at)
    month, year = calendar.month_key(day), calendar.fiscal_year(day)

    def step(name: str, *, person: bool = True, report: bool = False) -> dict[str, Any]:
        facts: dict[str, Any] = {f"{name}_at": at, f"{name}_on": day}
        facts |= {f"{name}_by_id": by_id} if person else {}
        return facts | ({f"{name}_month": month, f"{name}_year": year} if report else {})

    match action:
        case LineAction.APPROVE | LineAction.REJECT:
            return step("decided") | {"approved": action is LineAction.APPROVE, "reason": note}
        case LineAction.CANCEL | LineAction.WITHDRAW | LineAction.EXPIRE:
            return step("cancelled", person=False) | {"reason": note}
        case LineAction.HAND_OVER:
            return step("handed_over", report=True) | {"note_out": note}
        case LineAction.DECLARE_RETURN:
            return {"declared_at": at}
        case LineAction.RECEIVE:
            received = {"received_at": at, "received_by_id": by_id, "condition_in": condition, "note_in": note}
            return received | (step("first_received", person=False, report=True) if first_receipt else {})
        case LineAction.REPORT_LOST:
            return step("lost", person=False) | {"condition_in": ReturnCondition.LOST, "note_in": note}
        case LineAction.SEND_BACK:
            return {"reason": note}
        case LineAction.APPROVE_RETURN | LineAction.SETTLE:
            return step("closed", report=True)
        case _:
            return {}


_ON_PAPER = {
    LineAction.HAND_OVER: LineState.HANDED_OVER,
    LineAction.RECEIVE: LineState.RECEIVED,
    LineAction.REPORT_LOST: LineState.LOST_REPORTED,
}


def state_on_paper(before: LineState | None, action: LineAction) -> LineState:
    """The state after a step that paper tells: that of the table, but an approval may be missing, or be later than the
    hand-over; then it changes no state.
    """
    if before is None:
        return LineState.SUBMITTED
    step = TRANSITIONS.get((before, action))
    return step.to if step is not None else _ON_PAPER.get(action, before)
