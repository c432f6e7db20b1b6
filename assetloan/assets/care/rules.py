"""States of a repair and the pure rules of care."""

from __future__ import annotations

from enum import StrEnum


class RepairKind(StrEnum):
    """Why a thing was worked on."""

    REPAIR = "repair"
    MAINTENANCE = "maintenance"


class RepairState(StrEnum):
    """A repair's life: reported, sent out, finished or given up."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"
