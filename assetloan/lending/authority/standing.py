"""What standing approvals let through: a month's list, and the word to the head who signed (ux.md S4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from assetloan.audit import ObjectRef
from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.month import Month
from assetloan.identity.rules import Actor
from assetloan.lending import queries
from assetloan.lending.models import Loan, LoanLine, StandingApproval
from assetloan.notices import outbox


def let_through(actor: Actor, month: Month, most: int = 1000) -> Sequence[LoanLine]:
    """The lines that a standing approval approved in a month, within the actor's reach, in order of time."""
    query = (
        select(LoanLine)
        .join(Loan, Loan.id == LoanLine.loan_id)
        .options(*queries.LINE_VIEW)
        .where(queries.reach(actor), LoanLine.standing_approval_id.is_not(None))
        .where(LoanLine.decided_on >= month.start, LoanLine.decided_on < month.end)
        .order_by(LoanLine.decided_at, LoanLine.id)
        .limit(most)
    )
    return db.session.scalars(query).unique().all()


def tell_heads(*, now: datetime) -> int:
    """Tell each head what their orders let through last month, once for each order and month.

    Part of what is due every day. Returns how many orders were used.
    """
    month = Month.of(clock.bangkok_date(now)).before()
    used = (
        select(LoanLine.standing_approval_id)
        .where(LoanLine.decided_on >= month.start, LoanLine.decided_on < month.end, LoanLine.withdrawn_at.is_(None))
        .where(LoanLine.standing_approval_id.is_not(None))
        .distinct()
    )
    orders = db.session.scalars(
        select(StandingApproval)
        .options(joinedload(StandingApproval.signed_by))
        .where(StandingApproval.id.in_(used))
        .order_by(StandingApproval.id)
    ).all()
    for order in orders:
        about = ObjectRef("standing_month", str(month), order.unit_id)
        outbox.put("standing.used", to=[order.signed_by_id], about=about, at=now, occurrence=str(order.unit_id))
    return len(orders)
