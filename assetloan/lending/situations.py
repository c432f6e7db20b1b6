"""What one person can do now with the thing in front of them: the states of the scan page, each with one main act.

Pure: the thing, the lines that claim it and the actor go in, a situation comes out. The API names acts (`offers`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assetloan.assets.models import Asset
from assetloan.assets.rules import GONE, AssetStatus, may_be_lent
from assetloan.identity.rules import Actor, Permission
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.rules import LineState

S = LineState


class Situation(StrEnum):
    """What the thing is to this person now."""

    FREE = "free"
    MINE = "mine"
    MINE_DECLARED = "mine_declared"
    MINE_WAITING = "mine_waiting"
    MINE_APPROVED = "mine_approved"
    DECIDE = "decide"
    HAND_OVER = "hand_over"
    RECEIVE = "receive"
    APPROVE_RETURN = "approve_return"
    LENT = "lent"
    RESERVED = "reserved"
    RETURN_PENDING = "return_pending"
    REPAIR = "repair"
    LOST = "lost"
    DISPOSED = "disposed"
    NOT_LENDABLE = "not_lendable"
    VEHICLE = "vehicle"


@dataclass(frozen=True, slots=True)
class Seen:
    """The situation, the line it rests on, and until when the thing is free."""

    situation: Situation
    line: LoanLine | None = None
    free_until: date | None = None


Decides = Callable[[Actor, Loan], bool]


def may_ask(actor: Actor) -> bool:
    """May this person borrow at all?"""
    return actor.may(Permission.LOAN_REQUEST, unit_id=actor.unit_id, owner_id=actor.person_id)


def judge(actor: Actor, asset: Asset, lines: Sequence[LoanLine], *, today: date, decides: Decides) -> Seen:
    """The situation of a thing for a person; `lines` are those that hold or claim it, the holder's first."""
    holder = next((line for line in lines if line.holds_asset), None)
    if holder is not None:
        return _held(actor, asset, holder)
    again = next((line for line in lines if line.state is S.SENT_BACK), None)
    if again is not None and _may(actor, Permission.LOAN_RECEIVE, again):
        return Seen(Situation.RECEIVE, again)
    claims = [line for line in lines if line.claims_period and line.due_on >= today]
    return _due_act(actor, asset, claims, today, decides) or _not_lent(asset) or _claimed(claims, today)


def _may(actor: Actor, permission: Permission, line: LoanLine) -> bool:
    """May the actor do this to the line? Never on one's own loan."""
    return line.borrower_id != actor.person_id and actor.may(permission, unit_id=line.unit_id)


def _held(actor: Actor, asset: Asset, line: LoanLine) -> Seen:
    """Somebody has the thing, or it came back and waits."""
    if line.state in (S.HANDED_OVER, S.RETURN_DECLARED):
        if line.borrower_id == actor.person_id:
            declared = line.state is S.RETURN_DECLARED
            return Seen(Situation.MINE_DECLARED if declared else Situation.MINE, line)
        return Seen(Situation.RECEIVE if _may(actor, Permission.LOAN_RECEIVE, line) else Situation.LENT, line)
    if line.state is S.LOST_REPORTED:
        return Seen(Situation.LOST, line)
    if line.state is S.SENT_BACK and _may(actor, Permission.LOAN_RECEIVE, line):
        return Seen(Situation.RECEIVE, line)
    closes = _may(actor, Permission.RETURN_APPROVE, line) and line.received_by_id != actor.person_id
    if line.state is S.RECEIVED and closes:
        return Seen(Situation.APPROVE_RETURN, line)
    return _not_lent(asset) or Seen(Situation.RETURN_PENDING, line)


def _due_act(actor: Actor, asset: Asset, claims: Sequence[LoanLine], today: date, decides: Decides) -> Seen | None:
    """What a claim on the thing asks of this person: hand over, decide, or wait for one's own."""
    for line in claims:
        mine = line.borrower_id == actor.person_id
        if line.state is S.APPROVED and mine:
            return Seen(Situation.MINE_APPROVED, line)
        if line.state is S.SUBMITTED and mine:
            return Seen(Situation.MINE_WAITING, line)
        ready = asset.status is AssetStatus.AVAILABLE and line.claim_from <= today
        if line.state is S.APPROVED and ready and _may(actor, Permission.LOAN_HAND_OVER, line):
            return Seen(Situation.HAND_OVER, line)
        if line.state is S.SUBMITTED and not mine and decides(actor, line.loan):
            return Seen(Situation.DECIDE, line)
    return None


def _not_lent(asset: Asset) -> Seen | None:
    """The thing is not there to be lent."""
    if asset.status is AssetStatus.LOST:
        return Seen(Situation.LOST)
    if asset.status in GONE:
        return Seen(Situation.DISPOSED)
    if asset.status is AssetStatus.REPAIR:
        return Seen(Situation.REPAIR)
    refusal = may_be_lent(
        loanable=asset.loanable, status=asset.status, vehicle=asset.category is not None and asset.category.vehicle
    )
    if refusal == "vehicle_not_lent":
        return Seen(Situation.VEHICLE)
    if refusal is not None:
        return Seen(Situation.NOT_LENDABLE)
    return Seen(Situation.RETURN_PENDING) if asset.status is AssetStatus.RETURN_PENDING else None


def _claimed(claims: Sequence[LoanLine], today: date) -> Seen:
    """On the shelf: asked for by another from today, or free until the next one's day."""
    ordered = sorted(claims, key=lambda line: line.claim_from)
    if ordered and ordered[0].claim_from <= today:
        return Seen(Situation.RESERVED, ordered[0])
    return Seen(Situation.FREE, free_until=ordered[0].claim_from - timedelta(days=1) if ordered else None)
