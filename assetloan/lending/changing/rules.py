"""The workflow of a change as data, and the rules of more time. Pure; services, pages, API and tests read it.

The states of a loan line stay as they are: a change is a request of its own beside the lines it is about. More time is
no article of the regulation but a new approval chained to the first (domain.md 1.2 d), so the same post decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assetloan.core.errors import DomainError, FieldError
from assetloan.core.money import Money

LONGEST_REASON = 200


class ChangeKind(StrEnum):
    """What is asked for."""

    EXTENSION = "extension"
    TRANSFER = "transfer"


class ChangeState(StrEnum):
    """Where a change stands. `endorsed` and `accepted` are the two halves of a transfer, in either order."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    ENDORSED = "endorsed"
    APPROVED = "approved"
    REJECTED = "rejected"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    OVERTAKEN = "overtaken"


class ChangeAction(StrEnum):
    """What can be done to a change."""

    APPROVE = "approve"
    REJECT = "reject"
    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"
    OVERTAKE = "overtake"


S, A, K = ChangeState, ChangeAction, ChangeKind

TRANSITIONS: dict[tuple[ChangeKind, ChangeState, ChangeAction], ChangeState] = {
    (K.EXTENSION, S.REQUESTED, A.APPROVE): S.APPROVED,
    (K.EXTENSION, S.REQUESTED, A.REJECT): S.REJECTED,
    (K.EXTENSION, S.REQUESTED, A.CANCEL): S.CANCELLED,
    (K.EXTENSION, S.REQUESTED, A.OVERTAKE): S.OVERTAKEN,
    (K.TRANSFER, S.REQUESTED, A.ACCEPT): S.ACCEPTED,
    (K.TRANSFER, S.REQUESTED, A.APPROVE): S.ENDORSED,
    (K.TRANSFER, S.REQUESTED, A.REJECT): S.REJECTED,
    (K.TRANSFER, S.REQUESTED, A.DECLINE): S.DECLINED,
    (K.TRANSFER, S.REQUESTED, A.CANCEL): S.CANCELLED,
    (K.TRANSFER, S.REQUESTED, A.OVERTAKE): S.OVERTAKEN,
    (K.TRANSFER, S.ACCEPTED, A.APPROVE): S.APPROVED,
    (K.TRANSFER, S.ACCEPTED, A.REJECT): S.REJECTED,
    (K.TRANSFER, S.ACCEPTED, A.DECLINE): S.DECLINED,
    (K.TRANSFER, S.ACCEPTED, A.CANCEL): S.CANCELLED,
    (K.TRANSFER, S.ACCEPTED, A.OVERTAKE): S.OVERTAKEN,
    (K.TRANSFER, S.ENDORSED, A.ACCEPT): S.APPROVED,
    (K.TRANSFER, S.ENDORSED, A.DECLINE): S.DECLINED,
    (K.TRANSFER, S.ENDORSED, A.CANCEL): S.CANCELLED,
    (K.TRANSFER, S.ENDORSED, A.OVERTAKE): S.OVERTAKEN,
}
OPEN = frozenset({S.REQUESTED, S.ACCEPTED, S.ENDORSED})
TO_DECIDE = frozenset({S.REQUESTED, S.ACCEPTED})  # the post has not spoken
TO_ACCEPT = frozenset({S.REQUESTED, S.ENDORSED})  # the receiver has not spoken


def next_state(kind: ChangeKind, state: ChangeState, action: ChangeAction) -> ChangeState:
    """The step of the table. Raises DomainError("invalid_transition") for anything not in it."""
    try:
        return TRANSITIONS[kind, state, action]
    except KeyError:
        raise DomainError("invalid_transition", change=state.value, change_action=action.value) from None


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agency allows: days of one extension, how many, and whether it is asked for by the due date."""

    longest_days: int
    most: int
    before_due: bool


def latest_due(today: date, terms: Terms) -> date:
    """The last day that may be asked for today."""
    return today + timedelta(days=terms.longest_days)


def check_extension(*, today: date, due_on: date, wanted: date, given: int, terms: Terms) -> list[FieldError]:
    """Faults of asking for more time for one line; `given` counts the extensions it has had."""
    if given >= terms.most:
        return [FieldError("due_on", "extension_used", {"most": terms.most})]
    if terms.before_due and today > due_on:
        return [FieldError("due_on", "extension_after_due", {"due_on": due_on})]
    if wanted <= due_on or wanted < today:
        return [FieldError("due_on", "extension_not_longer", {"due_on": max(due_on, today - timedelta(days=1))})]
    latest = latest_due(today, terms)
    if wanted > latest:
        return [FieldError("due_on", "extension_too_long", {"days": terms.longest_days, "latest": latest})]
    return []


def offered_days(*, today: date, due_on: date, usual: int, latest: date, free_until: date | None) -> list[date]:
    """The days that are offered as one tap: 3, the usual and 7 days more, as far as they are allowed and free."""
    last = latest if free_until is None else min(latest, free_until)
    first = max(due_on, today)
    days = sorted({first + timedelta(days=count) for count in (3, usual, 7)})
    fit = [day for day in days if due_on < day <= last]
    return fit or ([last] if last > due_on and last >= today else [])


def decided_by_third(decider_id: int | None, parties: Iterable[int | None]) -> bool:
    """Neither who has the thing nor who is to have it decides."""
    return decider_id is None or decider_id not in set(parties)


@dataclass(frozen=True, slots=True)
class Piece:
    """What makes two things equal, so that one may stand in for the other."""

    unit_id: int
    category_id: int | None
    name: str
    brand: str
    model: str


def within_order(*, value: Money | None, most_value: Money | None, only_asset: int | None, asset_id: int) -> bool:
    """Does an order still cover the loan with another piece in it? An unknown value is within no limit."""
    if only_asset is not None and only_asset != asset_id:
        return False
    return most_value is None or (value is not None and value <= most_value)
