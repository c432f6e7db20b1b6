"""What a person may do with a thing now, in the words of the API (contract.md section 7), the main act first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assetloan.assets.models import Asset
from assetloan.assets.rules import LENDABLE_STATUSES, may_be_lent
from assetloan.identity.rules import Actor
from assetloan.lending.models import LoanLine
from assetloan.lending.situations import Decides, Situation, judge, may_ask

MAIN: dict[Situation, str] = {
    Situation.FREE: "borrow",
    Situation.MINE: "declare_return",
    Situation.DECIDE: "approve",
    Situation.HAND_OVER: "hand_over",
    Situation.RECEIVE: "receive",
    Situation.LOST: "report_found",
    Situation.DISPOSED: "report_found",
}
ASKED_FOR = frozenset({"borrow", "reserve", "report_found"})  # what a borrower does
TAKEN = frozenset(
    {Situation.DECIDE, Situation.HAND_OVER, Situation.RECEIVE, Situation.LENT, Situation.RESERVED}
)  # by another, so that one may queue


def acts_on(actor: Actor, asset: Asset, lines: Sequence[LoanLine], *, today: date, decides: Decides) -> list[str]:
    """The acts open to a person; `lines` are those that hold or claim the thing, the holder's first."""
    situation = judge(actor, asset, lines, today=today, decides=decides).situation
    found = [MAIN[situation]] if situation in MAIN else []
    if situation in TAKEN and _may_queue(actor, asset, lines, today):
        found.append("reserve")
    return [name for name in found if name not in ASKED_FOR or may_ask(actor)]


def _may_queue(actor: Actor, asset: Asset, lines: Sequence[LoanLine], today: date) -> bool:
    """A thing that is lent out, not overdue, and not one's own already, can be asked for after the others."""
    vehicle = asset.category is not None and asset.category.vehicle
    if may_be_lent(loanable=asset.loanable, status=asset.status, vehicle=vehicle) is not None:
        return False
    overdue = any(line.holds_asset and line.due_on < today for line in lines)
    own = any(line.claims_period and line.borrower_id == actor.person_id for line in lines)
    return asset.status in LENDABLE_STATUSES and not overdue and not own
