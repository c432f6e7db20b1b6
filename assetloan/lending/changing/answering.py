"""Approve, refuse, take back: said of a loan as a whole, it goes to its waiting lines and its open changes alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from assetloan.identity.rules import Actor
from assetloan.lending import deciding, moves, queries, requesting, rules
from assetloan.lending.changing import service
from assetloan.lending.changing.acting import ChangeAct
from assetloan.lending.changing.models import LoanChange
from assetloan.lending.changing.queries import open_changes_of
from assetloan.lending.changing.routing import authority_over
from assetloan.lending.changing.rules import TRANSITIONS, ChangeAction
from assetloan.lending.models import Loan
from assetloan.lending.moves import LoanAct
from assetloan.lending.rules import LineAction

Whole = Callable[..., Loan]
Single = Callable[..., LoanChange]


def approve(actor: Actor, act: LoanAct, *, now: datetime) -> Loan:
    """Approve what waits for this person: lines, more time, a transfer; its receiver accepts by it.

    Raises what approving lines raises when nothing fits, and what refuses the first that does not go through.
    """
    return _answer(
        actor,
        act,
        (LineAction.APPROVE, deciding.approve_loan),
        (ChangeAction.ACCEPT, service.accept_transfer),
        (ChangeAction.APPROVE, service.approve_change),
        now=now,
    )


def reject(actor: Actor, act: LoanAct, *, now: datetime) -> Loan:
    """Refuse what waits for this person, with a reason; the receiver of a transfer declines by it."""
    return _answer(
        actor,
        act,
        (LineAction.REJECT, deciding.reject_loan),
        (ChangeAction.DECLINE, service.decline_transfer),
        (ChangeAction.REJECT, service.reject_change),
        now=now,
    )


def _answer(
    actor: Actor,
    act: LoanAct,
    lines: tuple[LineAction, Whole],
    receiver: tuple[ChangeAction, Single],
    decider: tuple[ChangeAction, Single],
    *,
    now: datetime,
) -> Loan:
    loan = queries.loan_for(actor, act.number, lock=True)
    wanted = {line.id for line in moves.named_lines(loan, act.lines)} if act.lines else None
    works: list[tuple[Single, int]] = []
    for change in open_changes_of(loan):
        if wanted is not None and not {item.line_id for item in change.living()} <= wanted:
            continue
        receives = change.to_person_id is not None and change.to_person_id == actor.person_id
        action, work = receiver if receives else decider
        entitled = receives or authority_over(actor, change, loan) is not None
        if entitled and (change.kind, change.state, action) in TRANSITIONS:
            works.append((work, change.id))
    action_on_lines, whole = lines
    fit = wanted is None and any((line.state, action_on_lines) in rules.TRANSITIONS for line in loan.lines)
    if not works or (fit and moves.authority_over(actor, loan) is not None):
        whole(actor, act, now=now)
    for work, change_id in works:
        work(actor, ChangeAct(change_id, act.reason), now=now)
    return loan


def cancel(actor: Actor, act: LoanAct, *, now: datetime) -> Loan:
    """Take back what can be: a request, an approval; else the borrower's open change. Raises as taking back lines."""
    loan = queries.loan_for(actor, act.number, lock=True)
    lines = moves.named_lines(loan, act.lines) if act.lines else list(loan.lines)
    wanted = {line.id for line in lines}
    waiting = any((line.state, LineAction.CANCEL) in rules.TRANSITIONS for line in lines)
    if loan.borrower_id == actor.person_id and not waiting:
        found = [item for item in open_changes_of(loan) if {row.line_id for row in item.living()} <= wanted]
        for change in found:
            service.cancel_change(actor, ChangeAct(change.id, act.reason), now=now)
        if found:
            return loan
    return requesting.cancel_loan(actor, act, now=now)
