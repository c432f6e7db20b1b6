"""What booking asks of a request, and until when an approved thing waits to be collected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from assetloan.assets.models import Asset
from assetloan.core import settings
from assetloan.core.errors import Invalid
from assetloan.lending.booking import queries, rules
from assetloan.lending.models import LoanLine
from assetloan.lending.rules import LineState


def lead_days(assets: Sequence[Asset], today: date) -> int:
    """How many days ahead these things must be asked for: the category's own days, else the agency's."""
    usual = settings.number("lead_days", today)
    own = [asset.category.lead_days if asset.category is not None else None for asset in assets]
    return max([usual if days is None else days for days in own], default=usual)


def check_days(assets: Sequence[Asset], unit_id: int, *, today: date, starts_on: date, due_on: date) -> None:
    """Raises Invalid: asked too late for a thing that needs preparing, or a unit that refuses its closed days."""
    opening = queries.opening_of(unit_id, today)
    faults = rules.lead_fault(today, starts_on, lead_days(assets, today))
    faults += rules.closed_faults(opening, starts_on, due_on)
    if faults:
        raise Invalid(*faults)


def collect_until(line: LoanLine, today: date) -> date | None:
    """The last day on which an approved thing waits; None for a line that is not approved."""
    if line.state is not LineState.APPROVED:
        return None
    opening = queries.opening_of(line.unit_id, line.claim_from)
    days = settings.number("collect_days", today)
    return rules.last_collecting_day(line.claim_from, line.decided_on, days, opening)


def may_expire(line: LoanLine, today: date) -> bool:
    """Was a waiting line never decided or never collected in time?"""
    if line.due_on < today:
        return True
    # Most lines are younger: when the unit is open is asked only for those that may have run out.
    shortest = settings.number("collect_days", today)
    if line.state is not LineState.APPROVED or line.claim_from + timedelta(days=shortest) >= today:
        return False
    until = collect_until(line, today)
    return until is not None and until < today
