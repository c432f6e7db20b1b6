"""What loans add to finding: what is free in a period, who has something on loan, what one person has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select, text
from sqlalchemy.orm import joinedload

from assetloan.assets.finding.queries import Lent
from assetloan.assets.models import Asset
from assetloan.assets.rules import AssetStatus
from assetloan.core import clock
from assetloan.core.db import db
from assetloan.identity.models import Person
from assetloan.identity.rules import Actor
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.queries import reach
from assetloan.lending.rules import OUT

# Said by what it is not: by "available or on loan" a database picks nearly the whole register first, then sorts it.
NOT_LENT = sorted(set(AssetStatus) - {AssetStatus.AVAILABLE, AssetStatus.ON_LOAN})


def claims(*clauses: ColumnElement[bool]) -> ColumnElement[bool]:
    """Something claims the asset in this way."""
    # As the partial index says it: SQLite does not see that "= 1" means the same.
    claiming = text("loan_line.claims_period")
    return (
        select(LoanLine.id)
        .where(LoanLine.asset_id == Asset.id, LoanLine.withdrawn_at.is_(None), claiming, *clauses)
        .exists()
    )


def free_between(first: date, until: date, today: date) -> ColumnElement[bool]:
    """WHERE of assets that could be asked for over [first, until): lendable, not gone, nothing in the way.

    A thing that is out may be asked for from the day after it is due, unless it is overdue.
    """
    taken = claims(
        or_(
            and_(LoanLine.claim_from < until, LoanLine.claim_until > first),
            and_(LoanLine.holds_asset, LoanLine.due_on < today),
        )
    )
    return and_(Asset.loanable, Asset.status.not_in(NOT_LENT), ~taken)


def borrowers(actor: Actor) -> ColumnElement[bool]:
    """WHERE of people who have something on loan that the actor may see."""
    # What is out now is little beside a million past loans: found first, by the partial index of holders.
    out = text("loan_line.holds_asset")
    held = select(LoanLine.borrower_id).join(Loan, Loan.id == LoanLine.loan_id)
    return Person.id.in_(held.where(out, LoanLine.state.in_(OUT), reach(actor)))


def lent_to(actor: Actor, person_id: int) -> Sequence[Lent]:
    """What a person has on loan, as far as the actor may see the loan, the first due first."""
    query = (
        select(LoanLine)
        .join(Loan, Loan.id == LoanLine.loan_id)
        .options(joinedload(LoanLine.loan), joinedload(LoanLine.asset))
        .where(LoanLine.borrower_id == person_id, LoanLine.state.in_(OUT), reach(actor))
        .order_by(LoanLine.due_on, LoanLine.id)
    )
    today = clock.today()
    return [
        Lent(line.asset.number, line.asset.name, line.loan.number, line.due_on, line.due_on < today)
        for line in db.session.scalars(query).unique()
    ]
