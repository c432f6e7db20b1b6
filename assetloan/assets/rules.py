"""States and conditions of an asset, and the pure rules of the register."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum

from assetloan.core.errors import DomainError, invalid


class AssetStatus(StrEnum):
    """Stored status. `reserved` is never stored: it is computed from claims that cover today."""

    AVAILABLE = "available"
    ON_LOAN = "on_loan"
    RETURN_PENDING = "return_pending"
    REPAIR = "repair"
    LOST = "lost"
    PENDING_DISPOSAL = "pending_disposal"
    DISPOSED = "disposed"


RESERVED = "reserved"


class Condition(StrEnum):
    """Condition of a thing (domain.md 1.3)."""

    GOOD = "good"
    DAMAGED = "damaged"
    DETERIORATED = "deteriorated"
    INCOMPLETE = "incomplete"
    LOST = "lost"
    UNNEEDED = "unneeded"


class AssetEventKind(StrEnum):
    """What happened to an asset; the names are never renamed."""

    REGISTERED = "registered"
    IMPORTED = "imported"
    EDITED = "edited"
    MOVED = "moved"
    STATUS = "status"
    CONDITION = "condition"
    CODE = "code"
    WITHDRAWN = "withdrawn"
    FOUND = "found"


class CodeState(StrEnum):
    """A QR code's life."""

    BLANK = "blank"
    LINKED = "linked"
    REVOKED = "revoked"


# Loans move an asset between these; the rest is set by repair and disposal.
LENDABLE_STATUSES = frozenset({AssetStatus.AVAILABLE, AssetStatus.ON_LOAN})
GONE = frozenset({AssetStatus.DISPOSED, AssetStatus.LOST, AssetStatus.PENDING_DISPOSAL})

GFMIS = re.compile(r"[0-9]{12}\Z")
TEMPORARY_PREFIX = "ชค."


def check_gfmis(text: str) -> str:
    """A GFMIS number is 12 digits. Raises DomainError("gfmis_invalid")."""
    digits = text.replace(" ", "").replace("-", "")
    if not GFMIS.match(digits):
        raise DomainError("gfmis_invalid", value=text)
    return digits


def outward_number(asset_no: str, piece: int) -> str:
    """How a piece of a set is called: the number itself for the first, NO#2 and so on after it."""
    return asset_no if piece == 1 else f"{asset_no}#{piece}"


def split_number(text: str) -> tuple[str, int]:
    """The number and the piece of an outward number ("NO#2" is piece 2)."""
    head, mark, tail = text.rpartition("#")
    if mark and tail.isascii() and tail.isdigit() and 1 < int(tail) < 10_000:
        return head, int(tail)
    return text, 1


def may_be_lent(*, loanable: bool, status: AssetStatus, vehicle: bool) -> str | None:
    """The reason code why a thing is not lent at all, or None (being out is another matter)."""
    if vehicle:
        return "vehicle_not_lent"
    if status in GONE:
        return "asset_gone"
    return None if loanable else "asset_not_lendable"


FIRST_YEAR = 1857  # พ.ศ. 2400, as everywhere (reliability.md I19)
DAYS_AHEAD = timedelta(days=365)


def check_received(day: object, today: date) -> None:
    """What a person says of the day of receipt: no year that is a slip of the finger. Files are judged row by row.

    Raises Invalid.
    """
    if isinstance(day, date) and not (day.year >= FIRST_YEAR and day <= today + DAYS_AHEAD):
        raise invalid("received_on", "received_impossible", first=FIRST_YEAR + 543)
