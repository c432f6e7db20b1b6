"""The days of chasing (ข้อ 211): when a borrower is reminded, until when the lender chases, when it goes higher."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

WEEK = 7


class ChaseState(StrEnum):
    """How an overdue thing stands with its lender."""

    TO_CHASE = "to_chase"  # nobody has reminded the borrower yet, there is still time
    CHASED = "chased"  # reminded in time, waiting
    MISSED = "missed"  # the days are over and nobody reminded them in time


def deadline(due_on: date, chase_days: int) -> date:
    """The last day on which the lender chases in time."""
    return due_on + timedelta(days=chase_days)


def is_escalated(due_on: date, today: date, chase_days: int) -> bool:
    """From the day after the last one on, the head and the Secretariat look after it too."""
    return today > deadline(due_on, chase_days)


def state_of(due_on: date, today: date, first_chased_on: date | None, chase_days: int) -> ChaseState:
    """How an overdue thing stands."""
    last = deadline(due_on, chase_days)
    if first_chased_on is not None and first_chased_on <= last:
        return ChaseState.CHASED
    return ChaseState.MISSED if today > last else ChaseState.TO_CHASE


def reminds(due_on: date, today: date, next_working_day: date, chase_days: int) -> bool:
    """Is the borrower written to on this day?

    Before: when the thing is due by the next working day. After: every day as long as the lender chases, then weekly.
    """
    if due_on >= today:
        return due_on <= next_working_day
    late = (today - due_on).days
    return late <= chase_days or late % WEEK == 0
