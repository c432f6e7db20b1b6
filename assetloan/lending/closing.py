"""The end of a loan: the Secretariat approves returns or sends them back; compensations are proposed and decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assetloan.assets.care.papers import Paper
from assetloan.core import clock, text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, NotFound, invalid
from assetloan.core.money import Money
from assetloan.identity.posts import holders_of
from assetloan.identity.rules import Actor, Permission, Role
from assetloan.lending import moves, queries, rules
from assetloan.lending.models import Compensation, Loan, LoanLine
from assetloan.lending.moves import Done, LoanAct
from assetloan.lending.rules import CompensationState, LineAction, Outcome
from assetloan.lending.settling import queries as settling
from assetloan.lending.settling.rules import NotLiable
from assetloan.notices import outbox


@dataclass(frozen=True, slots=True)
class Looked:
    """The sample of pictures that somebody looked at before approving many returns at once."""

    seed: str
    keys: frozenset[str]

    def of(self, number: str) -> dict[str, object]:
        """What the record of one loan says of it."""
        mine = sorted(key.rpartition("/")[2] for key in self.keys if key.rpartition("/")[0] == number)
        return {"sample_seed": self.seed} | ({"pictures_seen": mine} if mine else {})


def approve_return(actor: Actor, act: LoanAct, *, now: datetime, looked_at: Looked | None = None) -> Loan:
    """Close clean returns; never by the one who received. Without named lines: every line it fits.

    `looked_at` is recorded: by which seed pictures were drawn, and which were looked at.

    Raises NotFound, Forbidden, DomainError("invalid_transition", "compensation_open").
    """
    loan = queries.loan_for(actor, act.number, lock=True)
    actor.require(Permission.RETURN_APPROVE, unit_id=loan.unit_id)
    moves.check_person(actor, loan, LineAction.APPROVE_RETURN, now=now)
    lines = moves.fitting(loan, act.lines, LineAction.APPROVE_RETURN)
    waiting = _open_compensations(lines)
    clean = [line for line in lines if line.id not in waiting]
    if not clean or (act.lines and len(clean) < len(lines)):
        odd = next(line for line in lines if line.id in waiting)
        raise DomainError("compensation_open", asset=odd.asset.number)
    note = text.clean(act.reason)[: rules.LONGEST_NOTE]
    for line in clean:
        moves.move(actor, loan, line, LineAction.APPROVE_RETURN, now=now, note=note)
    seen = looked_at.of(loan.number) if looked_at is not None else {}
    moves.record(actor, loan, "return_approved", clean, now=now, **seen)
    outbox.put("loan.closed", to=[loan.borrower_id], about=loan.ref, at=now, occurrence=now.isoformat())
    return loan


def approve_returns(
    actor: Actor, acts: Sequence[LoanAct], *, now: datetime, looked_at: Looked | None = None
) -> list[Done]:
    """Close the clean returns of several loans: each stands or falls by itself."""
    return moves.each(
        actor, acts, lambda act: act.number, lambda act: approve_return(actor, act, now=now, looked_at=looked_at)
    )


def _open_compensations(lines: Sequence[LoanLine]) -> set[int]:
    return set(
        db.session.scalars(
            select(Compensation.line_id).where(
                Compensation.line_id.in_([line.id for line in lines]),
                Compensation.state.in_((CompensationState.OPEN, CompensationState.PROPOSED)),
            )
        )
    )


def send_back(actor: Actor, act: LoanAct, *, now: datetime) -> Loan:
    """Ask the officer to look again, with a reason; an open compensation of the line is withdrawn.

    Raises NotFound, Forbidden, DomainError("invalid_transition", "reason_required").
    """
    loan = queries.loan_for(actor, act.number, lock=True)
    actor.require(Permission.RETURN_APPROVE, unit_id=loan.unit_id)
    moves.check_person(actor, loan, LineAction.SEND_BACK, now=now)
    reason = text.clean_multiline(act.reason)
    if len(reason) > rules.LONGEST_NOTE:
        raise invalid("reason", "too_long", most=rules.LONGEST_NOTE)
    lines = moves.fitting(loan, act.lines, LineAction.SEND_BACK)
    for line in lines:
        moves.move(actor, loan, line, LineAction.SEND_BACK, now=now, note=reason)
    _withdraw_compensations(lines)
    moves.record(actor, loan, "sent_back", lines, now=now, reason=reason)
    officers = holders_of(Role.OFFICER, loan.unit_id, clock.bangkok_date(now))
    outbox.put("loan.sent_back", to=[p.id for p in officers], about=loan.ref, at=now, occurrence=now.isoformat())
    return loan


def _withdraw_compensations(lines: Sequence[LoanLine]) -> None:
    rows = db.session.scalars(
        select(Compensation).where(
            Compensation.line_id.in_([line.id for line in lines]),
            Compensation.state.in_((CompensationState.OPEN, CompensationState.PROPOSED)),
        )
    )
    for row in rows:
        row.state = CompensationState.WITHDRAWN
    db.session.flush()


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a damage, gap or loss is to be made good."""

    compensation_id: int
    outcome: Outcome
    evidence: str
    amount: Money | None = None
    not_liable: NotLiable | None = None
    papers: tuple[Paper, ...] = ()


def _compensation_for(actor: Actor, compensation_id: int) -> tuple[Compensation, Loan, LoanLine]:
    """The compensation, its loan and line, locked, within reach. Raises NotFound."""
    row = next((item for item in settling.open_compensations(actor) if item.id == compensation_id), None)
    if row is None:
        raise NotFound()
    loan = queries.loan_for(actor, row.line.loan.number, lock=True)
    line = next(item for item in loan.lines if item.id == row.line_id)
    db.session.scalars(
        select(Compensation)
        .where(Compensation.id == row.id)
        .with_for_update(of=Compensation)
        .execution_options(populate_existing=True)
    ).one()
    return row, loan, line


def propose_compensation(actor: Actor, proposal: Proposal, *, now: datetime) -> Loan:
    """The Secretariat proposes an outcome with evidence. Raises NotFound, Forbidden, Invalid, DomainError."""
    row, loan, line = _compensation_for(actor, proposal.compensation_id)
    actor.require(Permission.COMPENSATION_PROPOSE, unit_id=row.unit_id)
    evidence = text.clean_multiline(proposal.evidence)
    if not evidence:
        raise invalid("evidence", "required")
    if proposal.outcome is Outcome.PAID and (proposal.amount is None or proposal.amount.satang <= 0):
        raise invalid("amount", "amount_required")
    if proposal.outcome is Outcome.NOT_LIABLE and proposal.not_liable is None:
        raise invalid("not_liable", "liability_reason_required")
    if row.state not in (CompensationState.OPEN, CompensationState.PROPOSED):
        raise DomainError("invalid_transition", state=row.state.value, action="propose")
    row.state, row.outcome, row.evidence = CompensationState.PROPOSED, proposal.outcome, evidence[: rules.LONGEST_NOTE]
    row.amount = proposal.amount if proposal.outcome is Outcome.PAID else None
    row.not_liable = proposal.not_liable if proposal.outcome is Outcome.NOT_LIABLE else None
    for paper in proposal.papers:
        settling.add_evidence(actor, row, paper, now=now)
    row.proposed_by_id, row.proposed_at = actor.person_id, now
    moves.record(actor, loan, "compensation_proposed", [line], now=now, outcome=proposal.outcome, evidence=evidence)
    directors = holders_of(Role.DIRECTOR, None, clock.bangkok_date(now))
    outbox.put(
        "compensation.proposed", to=[p.id for p in directors], about=loan.ref, at=now, occurrence=now.isoformat()
    )
    return loan


def decide_compensation(actor: Actor, compensation_id: int, *, accept: bool, note: str, now: datetime) -> Loan:
    """The director decides as proposed, which closes the line, or sends the proposal back with a note.

    Raises NotFound, Forbidden, Invalid, DomainError.
    """
    row, loan, line = _compensation_for(actor, compensation_id)
    actor.require(Permission.COMPENSATION_DECIDE, unit_id=row.unit_id)
    moves.check_person(actor, loan, LineAction.SETTLE, now=now)
    if row.state is not CompensationState.PROPOSED:
        raise DomainError("invalid_transition", state=row.state.value, action="decide")
    words = text.clean_multiline(note)[: rules.LONGEST_NOTE]
    if not accept:
        if not words:
            raise invalid("note", "reason_required")
        row.state, row.decision_note = CompensationState.OPEN, words
        moves.record(actor, loan, "compensation_returned", [line], now=now, note=words)
        return loan
    row.state, row.decision_note = CompensationState.DECIDED, words
    row.decided_by_id, row.decided_at = actor.person_id, now
    db.session.flush()
    moves.move(actor, loan, line, LineAction.SETTLE, now=now, note=words, outcome=row.outcome)
    moves.record(actor, loan, "compensation_decided", [line], now=now, outcome=row.outcome)
    outbox.put("loan.closed", to=[loan.borrower_id], about=loan.ref, at=now, occurrence=now.isoformat())
    return loan
