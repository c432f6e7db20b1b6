"""Deciding requests, singly and in bulk; standing approvals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assetloan import audit
from assetloan.assets import queries as register
from assetloan.core import clock, text
from assetloan.core.db import db
from assetloan.core.errors import FieldError, Forbidden, Invalid, NotFound, invalid
from assetloan.identity.queries import unit_by_any_name, unit_tree
from assetloan.identity.rules import Actor, Permission, Role
from assetloan.identity.service import post_name
from assetloan.identity.sign_in import actor_ref
from assetloan.lending import moves, queries, rules
from assetloan.lending.models import Loan, LoanDue, StandingApproval
from assetloan.lending.moves import Done, LoanAct
from assetloan.lending.rules import LineAction
from assetloan.notices import outbox

MOST_DAYS = 15


def _decide(actor: Actor, act: LoanAct, action: LineAction, *, now: datetime) -> Loan:
    loan = queries.loan_for(actor, act.number, lock=True)
    authority = moves.authority_over(actor, loan)
    if authority is None:
        raise Forbidden()
    moves.check_person(actor, loan, action, now=now)
    reason = text.clean(act.reason)
    if len(reason) > rules.LONGEST_NOTE:
        raise invalid("reason", "too_long", most=rules.LONGEST_NOTE)
    lines = moves.fitting(loan, act.lines, action)
    for line in lines:
        line.basis = loan.legal_basis
        line.delegation_id = authority.delegation_id
        moves.move(actor, loan, line, action, now=now, note=reason)
        if action is LineAction.APPROVE:
            db.session.add(
                LoanDue(line_id=line.id, due_on=line.due_on, approved_at=now, approved_by_id=actor.person_id)
            )
    db.session.flush()
    word = "approved" if action is LineAction.APPROVE else "rejected"
    moves.record(actor, loan, word, lines, now=now, reason=reason, acting_for=authority.acting_for)
    outbox.put(f"loan.{word}", to=[loan.borrower_id], about=loan.ref, at=now)
    return loan


def approve_loan(actor: Actor, act: LoanAct, *, now: datetime) -> Loan:
    """Approve. Raises NotFound, Forbidden, DomainError("invalid_transition")."""
    return _decide(actor, act, LineAction.APPROVE, now=now)


def reject_loan(actor: Actor, act: LoanAct, *, now: datetime) -> Loan:
    """Refuse with a reason the borrower reads. Raises NotFound, Forbidden, DomainError."""
    return _decide(actor, act, LineAction.REJECT, now=now)


def approve_loans(actor: Actor, acts: Sequence[LoanAct], *, now: datetime) -> list[Done]:
    """Approve several: each stands or falls by itself, with the same checks and audit as one."""
    return moves.each(actor, acts, lambda act: act.number, lambda act: approve_loan(actor, act, now=now))


@dataclass(frozen=True, slots=True)
class StandingData:
    """A signed order in advance, as entered."""

    unit: str
    order_no: str
    most_days: int
    valid_from: date
    valid_until: date
    category: str = ""
    asset: str = ""


def create_standing_approval(actor: Actor, data: StandingData, *, now: datetime) -> StandingApproval:
    """Record a standing approval signed by the head who enters it. Raises Forbidden, Invalid."""
    today = clock.bangkok_date(now)
    unit = unit_by_any_name(data.unit, today)
    actor.require(Permission.STANDING_APPROVAL_MANAGE, unit_id=unit.id if unit else None)
    if unit is None or actor.person_id is None:
        raise Forbidden()
    faults: list[FieldError] = []
    if not text.clean(data.order_no):
        faults.append(FieldError("order_no", "required"))
    if data.valid_until < data.valid_from:
        faults.append(FieldError("valid_until", "ends_before_start"))
    if not 0 <= data.most_days <= MOST_DAYS:
        faults.append(FieldError("most_days", "number_out_of_range", {"least": 0, "most": MOST_DAYS}))
    category = register.category_by_any_name(data.category) if data.category else None
    if data.category and category is None:
        faults.append(FieldError("category", "unknown_value", {"value": data.category}))
    asset_id = None
    if data.asset:
        try:
            asset = register.by_reference(actor, data.asset)
            asset_id = asset.id if asset.unit_id == unit.id else None
        except NotFound:
            asset_id = None
        if asset_id is None:
            faults.append(FieldError("asset", "unknown_value", {"value": data.asset}))
    if faults:
        raise Invalid(*faults)
    row = StandingApproval(
        unit_id=unit.id,
        category_id=category.id if category else None,
        asset_id=asset_id,
        most_days=data.most_days,
        order_no=text.clean(data.order_no),
        signed_by_id=actor.person_id,
        signed_post=post_name(Role.HEAD, unit_tree(today)[unit.id]),
        valid_from=data.valid_from,
        valid_until=data.valid_until,
        recorded_by_id=actor.person_id,
        recorded_at=now,
    )
    db.session.add(row)
    db.session.flush()
    about = audit.ObjectRef("standing_approval", row.order_no, unit.id)
    after = {"unit": unit.code, "days": row.most_days, "from": row.valid_from, "until": row.valid_until}
    audit.record(actor_ref(actor), "standing_approval.created", about, at=now, after=after)
    return row


def revoke_standing_approval(actor: Actor, row_id: int, *, now: datetime) -> None:
    """End a standing approval now. Raises NotFound, Forbidden."""
    row = next((item for item in queries.standing_list(actor) if item.id == row_id), None)
    if row is None:
        raise NotFound()
    actor.require(Permission.STANDING_APPROVAL_MANAGE, unit_id=row.unit_id)
    row.revoked_at = row.revoked_at or now
    about = audit.ObjectRef("standing_approval", row.order_no, row.unit_id)
    audit.record(actor_ref(actor), "standing_approval.revoked", about, at=now)
