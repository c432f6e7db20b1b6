"""Deciding a change: the post approves or refuses, the borrower takes it back, what came back first overtakes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.errors import DomainError, Forbidden, invalid
from assetloan.identity.rules import Actor, Authority, Permission
from assetloan.lending import moves
from assetloan.lending.changing import acting, extending, queries, transferring
from assetloan.lending.changing.acting import ChangeAct
from assetloan.lending.changing.models import LoanChange, LoanChangeLine
from assetloan.lending.changing.routing import authority_over, lines_of
from assetloan.lending.changing.rules import ChangeAction, ChangeKind, ChangeState, next_state
from assetloan.lending.models import Loan, LoanLine


def _authority(actor: Actor, change: LoanChange, loan: Loan) -> Authority:
    authority = authority_over(actor, change, loan)
    if authority is not None:
        return authority
    party = actor.person_id in (change.borrower_id, change.to_person_id)
    raise Forbidden(why="own_loan") if party else Forbidden()


def _decide(
    actor: Actor, change: LoanChange, loan: Loan, action: ChangeAction, reason: str, *, now: datetime
) -> Authority:
    """Write the decision; the state last, so that what it means may still be refused."""
    authority = _authority(actor, change, loan)
    next_state(change.kind, change.state, action)
    change.decided_at, change.decided_on = now, clock.bangkok_date(now)
    change.decided_by_id, change.decided_name = actor.person_id, actor.name
    change.approved, change.decision_reason = action is ChangeAction.APPROVE, reason
    change.delegation_id = authority.delegation_id
    return authority


def approve_change(actor: Actor, act: ChangeAct, *, now: datetime) -> LoanChange:
    """Approve more time, or a transfer (which takes effect when the receiver has accepted too).

    Raises NotFound, Forbidden, DomainError: invalid_transition, asset_not_available, extension_past,
    transfer_after_due.
    """
    change, loan = acting.locked(actor, act.change_id)
    reason = acting.note_of(act.reason)
    authority = _decide(actor, change, loan, ChangeAction.APPROVE, reason, now=now)
    lines = lines_of(change, loan)
    if change.kind is ChangeKind.EXTENSION:
        extending.take_effect(actor, change, loan, now=now)
    elif change.state is ChangeState.ACCEPTED:
        transferring.take_effect(actor, change, loan, now=now)
    change.apply(ChangeAction.APPROVE, at=now)
    db.session.flush()
    more = {"due_on": change.due_on} if change.due_on else {"receiver": change.to_name}
    moves.record(
        actor,
        loan,
        f"{change.kind.value}_approved",
        lines,
        now=now,
        reason=reason,
        acting_for=authority.acting_for,
        **more,
    )
    if change.state is ChangeState.APPROVED and change.kind is ChangeKind.EXTENSION:
        acting.tell("loan.extension_approved", [loan.borrower_id], loan, change, now)
    return change


def reject_change(actor: Actor, act: ChangeAct, *, now: datetime) -> LoanChange:
    """Refuse with a reason that the borrower reads. Raises NotFound, Forbidden, Invalid, DomainError."""
    change, loan = acting.locked(actor, act.change_id)
    reason = acting.note_of(act.reason)
    authority = _authority(actor, change, loan)
    if not reason:
        raise invalid("reason", "reason_required")
    _decide(actor, change, loan, ChangeAction.REJECT, reason, now=now)
    lines = lines_of(change, loan)
    change.apply(ChangeAction.REJECT, at=now)
    db.session.flush()
    word = f"{change.kind.value}_rejected"
    moves.record(actor, loan, word, lines, now=now, reason=reason, acting_for=authority.acting_for)
    acting.tell(f"loan.{word}", [loan.borrower_id, change.to_person_id], loan, change, now)
    return change


def cancel_change(actor: Actor, act: ChangeAct, *, now: datetime) -> LoanChange:
    """The borrower takes it back. Raises NotFound, Forbidden, DomainError("invalid_transition")."""
    change, loan = acting.locked(actor, act.change_id)
    if loan.borrower_id != actor.person_id:
        raise Forbidden(why="not_borrower")
    actor.require(Permission.LOAN_CHANGE, unit_id=loan.unit_id, owner_id=loan.borrower_id)
    lines = lines_of(change, loan)
    change.apply(ChangeAction.CANCEL, at=now)
    db.session.flush()
    moves.record(actor, loan, f"{change.kind.value}_cancelled", lines, now=now)
    return change


def overtake(actor: Actor, loan: Loan, lines: Sequence[LoanLine], *, now: datetime) -> None:
    """Things that came back, or are said to be back, are no longer kept longer or passed on.

    Called with the lines of the loan locked, in the transaction of the return.
    """
    query = (
        select(LoanChangeLine)
        .where(LoanChangeLine.line_id.in_([line.id for line in lines]), LoanChangeLine.open)
        .order_by(LoanChangeLine.id)
        .execution_options(populate_existing=True)
    )
    rows = list(db.session.scalars(query))
    if not rows:
        return
    touched = {row.change_id for row in rows}
    for row in rows:
        row.open, row.dropped_at = False, now
    db.session.flush()
    for change in (item for item in queries.changes_of(loan, lock=True) if item.id in touched):
        if not any(row.open for row in change.lines):
            change.apply(ChangeAction.OVERTAKE, at=now)
    db.session.flush()
    came = {row.line_id for row in rows}
    moves.record(actor, loan, "change_overtaken", [line for line in lines if line.id in came], now=now)


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one of several changes."""

    change_id: int
    error: DomainError | None = None


def approve_changes(actor: Actor, change_ids: Sequence[int], *, now: datetime) -> list[Decided]:
    """Several in one transaction, in order of their ids: each stands or falls by itself, and says why."""
    done: list[Decided] = []
    for change_id in sorted(set(change_ids)):
        noted = list(db.session.info.get("audit", []))
        try:
            with db.session.begin_nested():
                approve_change(actor, ChangeAct(change_id), now=now)
                db.session.flush()
        except DomainError as error:
            db.session.info["audit"] = noted  # what did not happen is not audited
            done.append(Decided(change_id, error))
        else:
            done.append(Decided(change_id))
    return done
