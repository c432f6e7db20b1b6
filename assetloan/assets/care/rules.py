"""States of a repair, what its end means for the thing, and the pure rules of care."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from enum import StrEnum

from assetloan.assets.rules import AssetStatus, Condition
from assetloan.core.errors import DomainError


class RepairKind(StrEnum):
    """Why a thing was worked on."""

    REPAIR = "repair"
    MAINTENANCE = "maintenance"


class RepairState(StrEnum):
    """A repair's life: reported, sent out, finished or given up."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class RepairAction(StrEnum):
    """What is done to an open repair."""

    FINISH = "finish"
    CANCEL = "cancel"


class Result(StrEnum):
    """How a thing comes back from repair."""

    GOOD = "good"
    STILL_DAMAGED = "still_damaged"
    BEYOND_REPAIR = "beyond_repair"


STEPS: dict[tuple[RepairState, RepairAction], RepairState] = {
    (RepairState.OPEN, RepairAction.FINISH): RepairState.DONE,
    (RepairState.OPEN, RepairAction.CANCEL): RepairState.CANCELLED,
}
# Status and condition of the thing after its repair.
AFTER: dict[Result, tuple[AssetStatus, Condition]] = {
    Result.GOOD: (AssetStatus.AVAILABLE, Condition.GOOD),
    Result.STILL_DAMAGED: (AssetStatus.AVAILABLE, Condition.DAMAGED),
    Result.BEYOND_REPAIR: (AssetStatus.PENDING_DISPOSAL, Condition.DAMAGED),
}
# Why a thing in this status is not sent for repair now; what is left out may be.
NOT_SENT: dict[AssetStatus, str] = {
    AssetStatus.ON_LOAN: "repair_on_loan",
    AssetStatus.RETURN_PENDING: "repair_return_pending",
    AssetStatus.REPAIR: "repair_open",
    AssetStatus.LOST: "care_gone",
    AssetStatus.DISPOSED: "care_gone",
}
WARRANTY_DAYS = 60


def next_state(state: RepairState, action: RepairAction) -> RepairState:
    """The state after an action. Raises DomainError("repair_closed")."""
    after = STEPS.get((state, action))
    if after is None:
        raise DomainError("repair_closed")
    return after


def check_sent(status: AssetStatus) -> None:
    """Raises DomainError when a thing in this status cannot be sent for repair."""
    code = NOT_SENT.get(status)
    if code is not None:
        raise DomainError(code)


def add_months(day: date, months: int) -> date:
    """The same day some months later; the last day of a shorter month."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
