"""Passing things on to another borrower [โอนผู้ยืม]: the receiver accepts and the post approves, in either order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assetloan.core import clock, text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, Forbidden, invalid
from assetloan.identity import queries as people
from assetloan.identity.models import Person
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission, Place
from assetloan.lending import moves
from assetloan.lending.authority.parties import parties_of
from assetloan.lending.authority.routing import RoutePlan
from assetloan.lending.changing import acting, rules
from assetloan.lending.changing.acting import ChangeAct
from assetloan.lending.changing.models import LoanChange
from assetloan.lending.changing.routing import lines_of, plan_change
from assetloan.lending.changing.rules import ChangeAction, ChangeKind, ChangeState
from assetloan.lending.models import Loan, LoanDue, LoanLine
from assetloan.lending.requesting import new_line, next_number
from assetloan.lending.rules import LineAction, ReturnCondition
from assetloan.notices import outbox


@dataclass(frozen=True, slots=True)
class TransferAsk:
    """Passing on all things of a loan that are out, or the ones named, to the person with this user name."""

    number: str
    to: str
    reason: str
    lines: tuple[str, ...] = ()


def plan_of(loan: Loan, receiver_id: int, today: date) -> RoutePlan:
    """Who will decide: neither of the two."""
    return plan_change(loan.place, unit_tree(today)[loan.unit_id], (loan.borrower_id, receiver_id), today)


def request_transfer(actor: Actor, ask: TransferAsk, *, now: datetime) -> LoanChange:
    """The borrower asks to pass things on; until both have agreed the borrower answers for them.

    Raises NotFound, Forbidden, Invalid, DomainError: invalid_transition, change_open, transfer_to_oneself,
    transfer_after_due.
    """
    loan = acting.own_loan(actor, ask.number)
    reason = acting.reason_of(ask.reason)
    today = clock.bangkok_date(now)
    _refuse_bound(loan)
    receiver = _receiver(ask.to, loan, today)
    lines = acting.changeable(loan, ask.lines)
    _refuse_late(lines, today)
    plan = plan_of(loan, receiver.id, today)
    change = acting.make(actor, loan, ChangeKind.TRANSFER, lines, plan, reason, now)
    change.to_person_id, change.to_name = receiver.id, receiver.name
    change.to_position, change.to_unit_id = receiver.position, receiver.unit_id
    acting.store(change)
    moves.record(actor, loan, "transfer_requested", lines, now=now, receiver=receiver.name, reason=reason)
    acting.tell("loan.transfer_offered", [receiver.id], loan, change, now)
    acting.tell("loan.transfer_requested", [person.id for person in plan.people], loan, change, now)
    return change


def _refuse_bound(loan: Loan) -> None:
    """What was lent to an agency by its letter, or for a guest, is not passed on. Raises DomainError."""
    party = parties_of([loan.id]).get(loan.id)
    if loan.place is Place.AGENCY or (party is not None and party.outsider):
        raise DomainError("transfer_of_bound_loan")


def _receiver(username: str, loan: Loan, today: date) -> Person:
    """Who is to have the things: an active person of a unit who may borrow. Raises Invalid."""
    name = text.clean(username)
    if not name:
        raise invalid("to", "required")
    person = people.person_by_username(name)
    if person is None or not person.active:
        raise invalid("to", "person_unknown", value=name)
    if person.id == loan.borrower_id:
        raise invalid("to", "transfer_to_oneself")
    rights = people.actor_of(person, today=today)
    if person.contractor or not rights.may(Permission.TRANSFER_ACCEPT, unit_id=loan.unit_id, owner_id=person.id):
        raise invalid("to", "receiver_cannot_borrow", name=person.name)
    return person


def _refuse_late(lines: Sequence[LoanLine], today: date) -> None:
    """What is overdue goes back to the unit, not on. Raises DomainError("transfer_after_due")."""
    for line in lines:
        if line.due_on < today:
            raise DomainError("transfer_after_due", asset=line.asset.number, due_on=line.due_on)


def accept_transfer(actor: Actor, act: ChangeAct, *, now: datetime) -> LoanChange:
    """The receiver has the things and answers for them. Raises NotFound, Forbidden, DomainError."""
    change, loan = _for_receiver(actor, act)
    rules.next_state(change.kind, change.state, ChangeAction.ACCEPT)
    lines = lines_of(change, loan)
    change.accepted_at = now
    if change.state is ChangeState.ENDORSED:
        take_effect(actor, change, loan, now=now)
    change.apply(ChangeAction.ACCEPT, at=now)
    db.session.flush()
    moves.record(actor, loan, "transfer_accepted", lines, now=now, receiver=change.to_name)
    return change


def decline_transfer(actor: Actor, act: ChangeAct, *, now: datetime) -> LoanChange:
    """The receiver does not take the things. Raises NotFound, Forbidden, DomainError."""
    change, loan = _for_receiver(actor, act)
    reason = acting.note_of(act.reason)
    lines = lines_of(change, loan)
    change.apply(ChangeAction.DECLINE, at=now)
    change.decision_reason = reason or change.decision_reason
    db.session.flush()
    moves.record(actor, loan, "transfer_declined", lines, now=now, receiver=change.to_name, reason=reason)
    acting.tell("loan.transfer_declined", [loan.borrower_id], loan, change, now)
    return change


def _for_receiver(actor: Actor, act: ChangeAct) -> tuple[LoanChange, Loan]:
    change, loan = acting.locked(actor, act.change_id)
    if change.to_person_id is None or change.to_person_id != actor.person_id:
        raise Forbidden(why="not_receiver")
    actor.require(Permission.TRANSFER_ACCEPT, unit_id=loan.unit_id, owner_id=change.to_person_id)
    return change, loan


def take_effect(actor: Actor, change: LoanChange, loan: Loan, *, now: datetime) -> None:
    """Both have agreed: the old lines are received and a new loan is handed over at this instant (contract.md 7).

    Nobody of the desk is there: giver and receiver of record is the one who approved, who is neither of the two; the
    Secretariat then closes the old lines as any clean return. What was asked and decided keeps its own instants.
    """
    today = clock.bangkok_date(now)
    lines = lines_of(change, loan)
    _refuse_late(lines, today)
    approver = Actor(change.decided_by_id, "", change.decided_name, "", None)
    new = _new_loan(actor, change, loan, lines, now=now)
    moves.lock_assets(lines)
    for line in lines:
        moves.move(
            actor,
            loan,
            line,
            LineAction.RECEIVE,
            now=now,
            note=f"โอนผู้ยืม ไปใบยืม {new.number}",
            condition=ReturnCondition.GOOD,
            by=approver,
            frees_clean=True,
        )
    _hand_over(actor, approver, change, loan, new, lines, now=now)
    change.new_loan_id = new.id
    moves.record(actor, loan, "transferred", lines, now=now, receiver=change.to_name, new_loan=new.number)
    moves.record(actor, new, "continued", new.lines, now=now, from_loan=loan.number, borrower=new.borrower_name)
    acting.tell("loan.transferred", [loan.borrower_id], loan, change, now)
    outbox.put("loan.continued", to=[new.borrower_id], about=new.ref, at=now, occurrence=now.isoformat())


def _new_loan(actor: Actor, change: LoanChange, loan: Loan, lines: Sequence[LoanLine], *, now: datetime) -> Loan:
    """The loan of the receiver: the same purpose, place and due date, a number of its own."""
    today = clock.bangkok_date(now)
    new = Loan(
        number=next_number(unit_tree(today)[loan.unit_id], today),
        unit_id=loan.unit_id,
        borrower_id=change.to_person_id,
        borrower_name=change.to_name,
        borrower_position=change.to_position,
        borrower_unit_id=change.to_unit_id,
        purpose=loan.purpose,
        place=loan.place,
        place_detail=loan.place_detail,
        agency=loan.agency,
        starts_on=today,
        due_on=max(line.due_on for line in lines),
        submitted_at=change.requested_at,
        submitted_on=change.requested_on,
        route=change.route,
        route_unit_id=change.route_unit_id,
        approver_post=change.approver_post,
        legal_basis=change.legal_basis,
        recorded_by_id=actor.person_id,
        recorded_at=now,
    )
    new.number_key = text.number_key(new.number)
    return new


def _hand_over(
    actor: Actor,
    approver: Actor,
    change: LoanChange,
    loan: Loan,
    new: Loan,
    lines: Sequence[LoanLine],
    *,
    now: datetime,
) -> None:
    """Write the new loan: its lines asked for and approved when the transfer was, handed over now."""
    decided_at = change.decided_at or now
    new.lines = [new_line(new, position, line.asset) for position, line in enumerate(lines, 1)]
    db.session.add(new)
    for old, line in zip(lines, new.lines, strict=True):
        line.set_period(new.starts_on, old.due_on)
        asked = line.log(
            LineAction.SUBMIT,
            None,
            by_id=loan.borrower_id,
            by_name=loan.borrower_name,
            at=change.requested_at,
            recorded_at=now,
        )
        line.basis, line.delegation_id = change.legal_basis, change.delegation_id
        approved = line.apply(
            LineAction.APPROVE, by_id=approver.person_id, by_name=approver.name, at=decided_at, recorded_at=now
        )
        db.session.add_all([asked, approved])
    db.session.flush()
    for line in new.lines:
        db.session.add(
            LoanDue(line_id=line.id, due_on=line.due_on, approved_at=decided_at, approved_by_id=approver.person_id)
        )
        note = f"รับโอนจากใบยืม {loan.number}"
        moves.move(actor, new, line, LineAction.HAND_OVER, now=now, note=note, by=approver)
