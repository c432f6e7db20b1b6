"""What the acts on changes share: finding lines and changes under lock, what is said, who is told, the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from assetloan.core import clock, text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, Forbidden, NotFound, invalid
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import moves, queries
from assetloan.lending.authority.routing import RoutePlan
from assetloan.lending.changing import queries as found
from assetloan.lending.changing.models import LoanChange, LoanChangeLine
from assetloan.lending.changing.rules import LONGEST_REASON, ChangeKind, ChangeState
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.rules import LONGEST_NOTE, LineState
from assetloan.notices import outbox


def own_loan(actor: Actor, number: str) -> Loan:
    """The loan, locked, for its borrower. Raises NotFound, Forbidden."""
    loan = queries.loan_for(actor, number, lock=True)
    if loan.borrower_id != actor.person_id:
        raise Forbidden(why="not_borrower")
    actor.require(Permission.LOAN_CHANGE, unit_id=loan.unit_id, owner_id=loan.borrower_id)
    return loan


def changeable(loan: Loan, references: Sequence[str]) -> list[LoanLine]:
    """The lines one may ask to change: out, with nothing asked yet; the named ones must all be such.

    Raises NotFound, DomainError("invalid_transition", "change_open").
    """
    lines = moves.named_lines(loan, references) if references else list(loan.lines)
    out = [line for line in lines if line.state is LineState.HANDED_OVER]
    if not out or (references and len(out) < len(lines)):
        odd = next((line for line in lines if line not in out), lines[0])
        raise DomainError("invalid_transition", state=odd.state.value, asset=odd.asset.number)
    waiting = found.open_by_line(line.id for line in out)
    free = [line for line in out if line.id not in waiting]
    if not free or (references and len(free) < len(out)):
        odd = next(line for line in out if line.id in waiting)
        raise DomainError("change_open", asset=odd.asset.number)
    return sorted(free, key=lambda line: (line.asset_id, line.id))


def reason_of(words: str) -> str:
    """Why it is asked. Raises Invalid."""
    reason = text.clean(words)
    if not reason:
        raise invalid("reason", "reason_required")
    if len(reason) > LONGEST_REASON:
        raise invalid("reason", "too_long", most=LONGEST_REASON)
    return reason


def note_of(words: str) -> str:
    """What is said about a decision. Raises Invalid."""
    note = text.clean(words)
    if len(note) > LONGEST_NOTE:
        raise invalid("reason", "too_long", most=LONGEST_NOTE)
    return note


def make(
    actor: Actor, loan: Loan, kind: ChangeKind, lines: Sequence[LoanLine], plan: RoutePlan, reason: str, now: datetime
) -> LoanChange:
    """A new change of these lines, not stored yet."""
    return LoanChange(
        loan=loan,
        unit_id=loan.unit_id,
        borrower_id=loan.borrower_id,
        kind=kind,
        _state=ChangeState.REQUESTED,
        reason=reason,
        requested_at=now,
        requested_on=clock.bangkok_date(now),
        requested_by_id=actor.person_id,
        route=plan.route,
        route_unit_id=plan.unit_id,
        approver_post=plan.post,
        legal_basis=plan.legal_basis,
        lines=[LoanChangeLine(line=line, old_due_on=line.due_on) for line in lines],
    )


def store(change: LoanChange) -> LoanChange:
    """Write it; the database refuses a second open change of a line."""
    db.session.add(change)
    db.session.flush()
    return change


@dataclass(frozen=True, slots=True)
class ChangeAct:
    """An act on one change."""

    change_id: int
    reason: str = ""


def locked(actor: Actor, change_id: int) -> tuple[LoanChange, Loan]:
    """The change as it is now, and its loan with the lines locked. Raises NotFound."""
    loan = queries.loan_for(actor, found.number_of(actor, change_id), lock=True)
    change = next((item for item in found.changes_of(loan, lock=True) if item.id == change_id), None)
    if change is None:
        raise NotFound()
    return change, loan


def tell(event: str, to: Iterable[int | None], loan: Loan, change: LoanChange, now: datetime) -> None:
    """Tell people of a change; about the loan, once for each change."""
    people = [person for person in to if person is not None]
    outbox.put(event, to=people, about=loan.ref, at=now, occurrence=str(change.id))
