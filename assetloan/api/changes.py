"""Changes of a running loan: more time and another borrower; /approve, /reject and /cancel of the loan decide them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from assetloan.api import reads, shapes
from assetloan.api.body import Body
from assetloan.api.operations import Made, Operation, Work, writes
from assetloan.core import clock
from assetloan.core.errors import FieldError, Invalid
from assetloan.identity.guards import actor
from assetloan.identity.rules import Permission
from assetloan.lending import queries, rules
from assetloan.lending.changing import queries as changes
from assetloan.lending.changing import service
from assetloan.lending.changing.models import LoanChange
from assetloan.lending.changing.service import ExtensionAsk, TransferAsk
from assetloan.lending.models import Loan


def shape(change: LoanChange, loan: Loan) -> shapes.Shape:
    """One change: what is asked, where it stands, who decided."""
    numbers = {line.id: line.asset.number for line in loan.lines}
    return {
        "kind": change.kind.value,
        "state": change.state.value,
        "due_on": shapes.day(change.due_on),
        "to": change.to_name or None,
        "reason": change.reason,
        "late": change.late,
        "requested_at": shapes.instant(change.requested_at),
        "approver": {"post": change.approver_post, "name": change.decided_name or None},
        "legal_basis": change.legal_basis,
        "accepted_at": shapes.instant(change.accepted_at),
        "decided_at": shapes.instant(change.decided_at),
        "decision_reason": change.decision_reason or None,
        "ended_at": shapes.instant(change.ended_at),
        "lines": [numbers[row.line_id] for row in change.lines],
        "new_loan": change.new_loan.number if change.new_loan is not None else None,
    }


def whole_loan(loan: Loan, now: datetime) -> shapes.Shape:
    """The whole loan: header, lines, history, what was asked to change, which loan it continues."""
    today: date = clock.bangkok_date(now)
    approver = reads.approver_names([loan], today)[loan.id]
    told = shapes.loan(loan, approver, queries.history_of(loan), queries.compensations_of(loan), today)
    asked = [shape(change, loan) for change in changes.changes_of(loan)]
    return told | {"changes": asked, "continues": changes.transferred_from(loan)}


@writes(
    Operation(
        "extend",
        "POST",
        "/loans/{number}/extend",
        Permission.LOAN_CHANGE,
        "The borrower asks to keep things longer",
        "Loan",
        200,
        "Extension",
        refusals=(403, 404, 409, 422),
    )
)
def extend(read_body: Any, number: str) -> Work:
    """Record a request for more time."""
    who, body = actor(), Body(read_body)
    due_on = body.day("due_on", required="required")
    reason = body.text("reason", required="reason_required")
    lines = body.texts("lines", most=rules.MOST_LINES)
    body.check()
    if due_on is None:
        raise Invalid(FieldError("due_on", "required"))
    ask = ExtensionAsk(number, due_on, reason, lines)

    def work() -> Made:
        now = clock.now()
        loan = service.request_extension(who, ask, now=now).loan
        return 200, whole_loan(loan, now), ""

    return work


@writes(
    Operation(
        "transfer",
        "POST",
        "/loans/{number}/transfer",
        Permission.LOAN_CHANGE,
        "The borrower asks to pass things on to another person, who accepts by /approve",
        "Loan",
        200,
        "Transfer",
        refusals=(403, 404, 409, 422),
    )
)
def transfer(read_body: Any, number: str) -> Work:
    """Record a request to pass things on."""
    who, body = actor(), Body(read_body)
    to = body.text("to", required="required")
    reason = body.text("reason", required="reason_required")
    lines = body.texts("lines", most=rules.MOST_LINES)
    body.check()
    ask = TransferAsk(number, to, reason, lines)

    def work() -> Made:
        now = clock.now()
        loan = service.request_transfer(who, ask, now=now).loan
        return 200, whole_loan(loan, now), ""

    return work
