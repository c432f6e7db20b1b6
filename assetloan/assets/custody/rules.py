"""States of a move and of a sighting, and their pure rules."""

from __future__ import annotations

from enum import StrEnum


class MoveState(StrEnum):
    """A move's life: offered by the giver, accepted or declined by the receiver, or taken back."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class SightingState(StrEnum):
    """What became of “found here”: it waits, was confirmed as a move, or set aside."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
