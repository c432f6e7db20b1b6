"""States of a move and of a sighting as tables, and their pure rules."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from assetloan.assets.rules import AssetStatus
from assetloan.core.errors import DomainError


class MoveState(StrEnum):
    """A move's life: offered by the giver, accepted or declined by the receiver, or taken back."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class MoveAction(StrEnum):
    """What is done to an offer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


class SightingState(StrEnum):
    """What became of “found here”: it waits, was confirmed as a move, or set aside."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class SightingAction(StrEnum):
    """What the officer of the thing does with a sighting."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"


Side = Literal["giver", "receiver"]

# (state, action) → (state, whose officer does it).
MOVE_STEPS: dict[tuple[MoveState, MoveAction], tuple[MoveState, Side]] = {
    (MoveState.OFFERED, MoveAction.ACCEPT): (MoveState.ACCEPTED, "receiver"),
    (MoveState.OFFERED, MoveAction.DECLINE): (MoveState.DECLINED, "receiver"),
    (MoveState.OFFERED, MoveAction.WITHDRAW): (MoveState.WITHDRAWN, "giver"),
}
SIGHTING_STEPS: dict[tuple[SightingState, SightingAction], SightingState] = {
    (SightingState.WAITING, SightingAction.CONFIRM): SightingState.CONFIRMED,
    (SightingState.WAITING, SightingAction.DISMISS): SightingState.DISMISSED,
}
# Why a thing in this status is not moved; what is left out may be.
NOT_MOVED: dict[AssetStatus, str] = {
    AssetStatus.ON_LOAN: "move_on_loan",
    AssetStatus.RETURN_PENDING: "move_on_loan",
    AssetStatus.LOST: "care_gone",
    AssetStatus.DISPOSED: "care_gone",
}
MOST_MOVED = 100


def move_step(state: MoveState, action: MoveAction) -> tuple[MoveState, Side]:
    """The state after an action and whose officer takes it. Raises DomainError("move_decided")."""
    step = MOVE_STEPS.get((state, action))
    if step is None:
        raise DomainError("move_decided")
    return step


def sighting_step(state: SightingState, action: SightingAction) -> SightingState:
    """The state after an action. Raises DomainError("sighting_decided")."""
    after = SIGHTING_STEPS.get((state, action))
    if after is None:
        raise DomainError("sighting_decided")
    return after


def check_movable(number: str, status: AssetStatus) -> None:
    """Raises DomainError that names the thing when it cannot be moved now."""
    code = NOT_MOVED.get(status)
    if code is not None:
        raise DomainError(code, asset=number)
