"""The invariants of changes to running loans: who decided, what they are about, the chain of due dates (I5, I8, I9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from assetloan.core.db import db
from assetloan.identity.models import Delegation
from assetloan.lending.changing.models import LoanChange, LoanChangeLine
from assetloan.lending.changing.rules import OPEN, ChangeKind, ChangeState
from assetloan.lending.models import Loan, LoanDue, LoanLine
from assetloan.lending.rules import LineState
from assetloan.reporting.checks_loans import STREAMED, posts
from assetloan.reporting.violations import BY_SYSTEM, LIVING, Violation, found, named


def changes_are_decided() -> Iterator[Violation]:
    """I5: an approved change has a decider, a time and a basis; never a party of it; entitled that day."""
    approved = LoanChange.approved.is_(True)
    gaps = or_(
        LoanChange.decided_at.is_(None),
        LoanChange.decided_on.is_(None),
        LoanChange.decided_by_id.is_(None),
        LoanChange.legal_basis == "",
    )
    yield from found("I5", "loan_change", select(LoanChange.id).where(approved, gaps), "a decision without who or why")
    party = or_(LoanChange.decided_by_id == LoanChange.borrower_id, LoanChange.decided_by_id == LoanChange.to_person_id)
    yield from found("I5", "loan_change", select(LoanChange.id).where(party), "decided by a party")
    yield from named("I5", "loan_change", _not_entitled(), "decider not entitled")
    in_force = LoanChange.state == ChangeState.APPROVED
    half = and_(
        LoanChange.kind == ChangeKind.TRANSFER, or_(LoanChange.accepted_at.is_(None), LoanChange.new_loan_id.is_(None))
    )
    wrong = or_(LoanChange.approved.is_not(True), half)
    yield from found("I5", "loan_change", select(LoanChange.id).where(in_force, wrong), "in force without both words")


def _not_entitled() -> Iterator[int]:
    """Approved changes whose decider had neither the post of the route nor a delegation in force that day."""
    query = (
        select(
            LoanChange.id,
            LoanChange.decided_by_id,
            LoanChange.decided_on,
            LoanChange.route,
            LoanChange.route_unit_id,
            Delegation.to_person_id,
            Delegation.valid_from,
            Delegation.valid_until,
        )
        .outerjoin(Delegation, Delegation.id == LoanChange.delegation_id)
        .where(LoanChange.approved.is_(True), LoanChange.decided_on.is_not(None), LoanChange.decided_by_id.is_not(None))
        .order_by(LoanChange.id)
        .execution_options(yield_per=STREAMED)
    )
    holds = posts()
    for row in db.session.execute(query):
        facts: tuple[Any, ...] = tuple(row)
        change_id, who, day, route, route_unit, to, first, last = facts
        entitled = to == who and first <= day <= last if to is not None else holds(who, day, route, route_unit)
        if not entitled:
            yield change_id


def changes_fit_their_lines() -> Iterator[Violation]:
    """I8: a change is about lines of its own loan and unit, made by its borrower."""
    query = select(LoanChange.id).join(Loan, Loan.id == LoanChange.loan_id)
    differs = or_(LoanChange.unit_id != Loan.unit_id, LoanChange.borrower_id != Loan.borrower_id)
    yield from found("I8", "loan_change", query.where(differs), "another unit or borrower than its loan")
    line = (
        select(LoanChangeLine.id)
        .join(LoanChange, LoanChange.id == LoanChangeLine.change_id)
        .join(LoanLine, LoanLine.id == LoanChangeLine.line_id)
    )
    foreign = line.where(LoanLine.loan_id != LoanChange.loan_id)
    yield from found("I8", "loan_change_line", foreign, "a line of another loan")


def changes_are_in_order() -> Iterator[Violation]:
    """I9: one open change for a line, only while the thing is out; an ended change lets its lines go."""
    several = select(LoanChangeLine.line_id).where(LoanChangeLine.open).group_by(LoanChangeLine.line_id)
    yield from found("I9", "loan_line", several.having(func.count() > 1), "more than one open change")
    line = (
        select(LoanChangeLine.id)
        .join(LoanChange, LoanChange.id == LoanChangeLine.change_id)
        .join(LoanLine, LoanLine.id == LoanChangeLine.line_id)
    )
    waits = LoanChange.state.in_(OPEN)
    living = LoanChangeLine.dropped_at.is_(None)
    flag = or_(
        and_(LoanChangeLine.open.is_(true()), or_(~waits, ~living)),
        and_(LoanChangeLine.open.is_(false()), waits, living),
    )
    yield from found("I9", "loan_change_line", line.where(flag), "open and its change do not agree")
    gone = line.where(LoanChangeLine.open, LoanLine.state != LineState.HANDED_OVER)
    yield from found("I9", "loan_change_line", gone, "waits for a thing that is not out")
    empty = select(LoanChange.id).where(waits, ~exists().where(LoanChangeLine.change_id == LoanChange.id, living))
    yield from found("I9", "loan_change", empty, "waits without a line")
    ended = select(LoanChange.id).where((LoanChange.ended_at.is_(None)) != waits)
    yield from found("I9", "loan_change", ended, "its end and its state do not agree")


def due_dates_are_chained() -> Iterator[Violation]:
    """I9: the due date of a line is the last one approved, and each after the first is an approved extension."""
    other = aliased(LoanDue)
    later = exists().where(other.line_id == LoanDue.line_id, other.id > LoanDue.id)
    last = (
        select(LoanLine.id)
        .join(LoanDue, LoanDue.line_id == LoanLine.id)
        .where(LIVING, BY_SYSTEM, ~later, LoanDue.due_on != LoanLine.due_on)
    )
    yield from found("I9", "loan_line", last, "due on another day than was approved last")
    silent = ~exists().where(LoanDue.line_id == LoanLine.id)
    undated = select(LoanLine.id).where(LIVING, BY_SYSTEM, LoanLine.approved.is_(True), silent)
    yield from found("I9", "loan_line", undated, "approved without a due date")
    earlier = exists().where(other.line_id == LoanDue.line_id, other.id < LoanDue.id)
    extended = exists().where(
        LoanChangeLine.line_id == LoanDue.line_id,
        LoanChangeLine.dropped_at.is_(None),
        LoanChange.id == LoanChangeLine.change_id,
        LoanChange.kind == ChangeKind.EXTENSION,
        LoanChange.state == ChangeState.APPROVED,
        LoanChange.due_on == LoanDue.due_on,
        LoanChange.decided_at == LoanDue.approved_at,
    )
    bare = select(LoanDue.id).join(LoanLine, LoanLine.id == LoanDue.line_id)
    yield from found("I9", "loan_due", bare.where(BY_SYSTEM, earlier, ~extended), "no extension was approved")


def transfers_are_one_instant() -> Iterator[Violation]:
    """I6: a transfer received the old lines and handed over the new ones at one instant, on the approver's word."""
    old, new = aliased(LoanLine), aliased(LoanLine)
    query = (
        select(LoanChange.id)
        .join(LoanChangeLine, LoanChangeLine.change_id == LoanChange.id)
        .join(old, old.id == LoanChangeLine.line_id)
        .outerjoin(new, and_(new.loan_id == LoanChange.new_loan_id, new.asset_id == old.asset_id))
        .where(
            LoanChange.kind == ChangeKind.TRANSFER,
            LoanChange.state == ChangeState.APPROVED,
            LoanChangeLine.dropped_at.is_(None),
            or_(
                new.id.is_(None),
                new.handed_over_at.is_distinct_from(old.first_received_at),
                new.borrower_id.is_distinct_from(LoanChange.to_person_id),
                new.handed_over_by_id.is_distinct_from(LoanChange.decided_by_id),
            ),
        )
        .distinct()
    )
    yield from found("I6", "loan_change", query, "not passed on in one act")
