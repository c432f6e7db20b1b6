"""Asking for more time [ขอยืมต่อ], and what an approval of it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from assetloan.core import clock, settings
from assetloan.core.db import db, violates
from assetloan.core.db_objects import CLAIM
from assetloan.core.errors import DomainError, FieldError, Invalid
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor
from assetloan.lending import moves
from assetloan.lending.authority.routing import RoutePlan
from assetloan.lending.changing import acting, queries, rules
from assetloan.lending.changing.models import LoanChange
from assetloan.lending.changing.routing import lines_of, plan_change
from assetloan.lending.changing.rules import ChangeKind, Terms
from assetloan.lending.models import Loan, LoanDue, LoanLine
from assetloan.lending.requesting import longest_days
from assetloan.lending.rules import ENDED


@dataclass(frozen=True, slots=True)
class ExtensionAsk:
    """More time for all things of a loan that are out, or for the ones named."""

    number: str
    due_on: date
    reason: str
    lines: tuple[str, ...] = ()


def terms_of(line: LoanLine, today: date) -> Terms:
    """What holds for this thing today."""
    category = line.asset.category
    own = category.most_extensions if category is not None else None
    return Terms(
        longest_days([line.asset], today),
        settings.number("most_extensions", today) if own is None else own,
        settings.flag("extension_before_due", today),
    )


def plan_of(loan: Loan, today: date) -> RoutePlan:
    """Who will decide about more time."""
    return plan_change(loan.place, unit_tree(today)[loan.unit_id], (loan.borrower_id,), today)


def request_extension(actor: Actor, ask: ExtensionAsk, *, now: datetime) -> LoanChange:
    """The borrower asks to keep things longer; nothing changes until it is approved.

    Raises NotFound, Forbidden, Invalid, DomainError: invalid_transition, change_open, asset_not_available (somebody
    else has the thing approved for that time).
    """
    loan = acting.own_loan(actor, ask.number)
    reason = acting.reason_of(ask.reason)
    today = clock.bangkok_date(now)
    lines = _extensible(acting.changeable(loan, ask.lines), ask, today)
    refuse_approved(lines, ask.due_on)
    plan = plan_of(loan, today)
    change = acting.make(actor, loan, ChangeKind.EXTENSION, lines, plan, reason, now)
    change.due_on, change.late = ask.due_on, any(line.due_on < today for line in lines)
    acting.store(change)
    moves.record(actor, loan, "extension_requested", lines, now=now, due_on=ask.due_on, reason=reason)
    acting.tell("loan.extension_requested", [person.id for person in plan.people], loan, change, now)
    return change


def _extensible(lines: Sequence[LoanLine], ask: ExtensionAsk, today: date) -> list[LoanLine]:
    """The lines that may be had longer: the named ones must all be such, else those that are. Raises Invalid."""
    given = queries.extensions_given(line.id for line in lines)
    good: list[LoanLine] = []
    faults: list[FieldError] = []
    for line in lines:
        wrong = rules.check_extension(
            today=today,
            due_on=line.due_on,
            wanted=ask.due_on,
            given=given.get(line.id, 0),
            terms=terms_of(line, today),
        )
        faults += wrong
        good += [] if wrong else [line]
    if faults and (ask.lines or not good):
        raise Invalid(faults[0])
    return good


def refuse_approved(lines: Sequence[LoanLine], due_on: date) -> None:
    """Who has it approved for that time comes first. Raises DomainError("asset_not_available")."""
    for claim in queries.in_the_way(lines, due_on):
        if claim.approved:
            raise _taken(lines, claim.asset_id, claim.starts_on)


def _taken(lines: Sequence[LoanLine], asset_id: int, starts_on: date) -> DomainError:
    asset = next(line.asset.number for line in lines if line.asset_id == asset_id)
    return DomainError("asset_not_available", asset=asset, starts_on=starts_on)


def take_effect(actor: Actor, change: LoanChange, loan: Loan, *, now: datetime) -> None:
    """The new due date holds from now on; the exclusion of the database decides a race with a reservation."""
    lines, due_on = lines_of(change, loan), change.due_on
    if due_on is None or due_on < clock.bangkok_date(now):
        raise DomainError("extension_past", due_on=due_on)
    try:
        with db.session.begin_nested():
            for line in lines:
                line.set_period(line.claim_from, due_on)
                due = LoanDue(line_id=line.id, due_on=due_on, approved_at=now, approved_by_id=actor.person_id)
                db.session.add(due)
            loan.due_on = max(line.due_on for line in loan.lines if line.state not in ENDED)
            db.session.flush()
    except IntegrityError as error:
        if not violates(error, CLAIM):
            raise
        claim = next(iter(queries.in_the_way(lines, due_on)), None)
        if claim is None:
            raise DomainError("asset_not_available", asset=lines[0].asset.number) from error
        raise _taken(lines, claim.asset_id, claim.starts_on) from error
