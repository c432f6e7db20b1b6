"""Who decides a change: the post that decides the place of use, never one who has the thing or is to have it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assetloan.identity.queries import UnitCard, unit_tree
from assetloan.identity.rules import Actor, Authority, Place
from assetloan.lending import moves, rules
from assetloan.lending.authority.routing import RoutePlan, plan_route
from assetloan.lending.changing.models import LoanChange
from assetloan.lending.changing.rules import decided_by_third
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.rules import Route


def plan_change(place: Place, owner: UnitCard, parties: tuple[int, ...], today: date) -> RoutePlan:
    """The higher of the routes of all parties; to the head of the agency when nobody else is left on it."""
    plans = [plan_route(place, owner, person_id, today) for person_id in parties]
    highest = max(plans, key=lambda plan: _height(plan, owner, today))
    others = tuple(person for person in highest.people if person.id not in parties)
    if highest.people and not others and highest.route is Route.HEAD:
        top = plan_route(Place.OUTSIDE, owner, None, today)
        others = tuple(person for person in top.people if person.id not in parties)
        return replace(top, legal_basis=rules.legal_basis(place), people=others)
    return replace(highest, people=others)


def _height(plan: RoutePlan, owner: UnitCard, today: date) -> int:
    """How far up the tree a route leads."""
    above = [card.id for card in unit_tree(today).above(owner.id)]
    if plan.route is Route.DIRECTOR:
        return len(above) + 2
    return 0 if plan.unit_id == owner.id else above.index(plan.unit_id) + 1 if plan.unit_id in above else 0


def authority_over(actor: Actor, change: LoanChange, loan: Loan) -> Authority | None:
    """Under which grant may this person decide this change? Under none when they are a party of it."""
    if not decided_by_third(actor.person_id, (change.borrower_id, change.to_person_id)):
        return None
    lines = lines_of(change, loan)
    due_on = change.due_on or max((line.due_on for line in lines), default=loan.due_on)
    return moves.authority_for(
        actor,
        loan,
        route=change.route,
        route_unit_id=change.route_unit_id,
        days=(due_on - loan.starts_on).days,
        lines=lines,
    )


def lines_of(change: LoanChange, loan: Loan) -> list[LoanLine]:
    """The lines of the loan that the change is still about, in order of asset (the order of locks)."""
    wanted = {item.line_id for item in change.living()}
    return sorted((line for line in loan.lines if line.id in wanted), key=lambda line: (line.asset_id, line.id))
