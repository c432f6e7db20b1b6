"""The WHERE of changes: whose turn it is, and which loans somebody may see because of one."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select

from assetloan.identity.rules import Actor, Permission
from assetloan.lending.changing.models import LoanChange
from assetloan.lending.changing.rules import TO_ACCEPT, TO_DECIDE
from assetloan.lending.models import Loan
from assetloan.lending.rules import Route


def routed_to(actor: Actor) -> ColumnElement[bool]:
    """Changes whose route leads to this person, by post or by order; never one they are a party of."""
    routes: list[ColumnElement[bool]] = []
    for permission, route in (
        (Permission.LOAN_APPROVE_INSIDE, Route.HEAD),
        (Permission.LOAN_APPROVE_OUTSIDE, Route.DIRECTOR),
    ):
        scope = actor.scope(permission)
        if scope.everything:
            routes.append(LoanChange.route == route)
        elif scope.units:
            units = LoanChange.route_unit_id if route is Route.HEAD else LoanChange.unit_id
            routes.append(and_(LoanChange.route == route, units.in_(scope.units)))
    if not routes:
        return false()
    me = actor.person_id or 0
    third = LoanChange.borrower_id != me, or_(LoanChange.to_person_id.is_(None), LoanChange.to_person_id != me)
    return and_(or_(*routes), *third)


def to_decide(actor: Actor) -> ColumnElement[bool]:
    """Changes that wait for this person's decision."""
    return and_(LoanChange.state.in_(TO_DECIDE), routed_to(actor))


def to_accept(actor: Actor) -> ColumnElement[bool]:
    """Things that somebody wants to pass on to this person, who has not answered."""
    return and_(LoanChange.state.in_(TO_ACCEPT), LoanChange.to_person_id == (actor.person_id or 0))


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Changes that open their loan to somebody: the deciders, and the receiver, who was told and may look it up."""
    return or_(routed_to(actor), LoanChange.to_person_id == (actor.person_id or 0))


def _loans(clause: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(LoanChange.id).where(LoanChange.loan_id == Loan.id, clause).correlate(Loan).exists()


def with_change_for(actor: Actor) -> ColumnElement[bool]:
    """Loans that somebody may see because they decide or accept a change of it."""
    return _loans(seen_by(actor))


def with_change_waiting_for(actor: Actor) -> ColumnElement[bool]:
    """Loans with a change on which this person is to act now."""
    return _loans(or_(to_decide(actor), to_accept(actor)))
