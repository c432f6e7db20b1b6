"""When messages leave: never at night, once a day, again after a failure; which addresses can be written to. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from assetloan.core.clock import BANGKOK

MORNING, DIGEST, NIGHT = time(7, 0), time(8, 30), time(20, 0)
# After the first failure, the second, …; then it is given up. A newer digest takes its place the next morning anyway.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 120, 240, 240))
TOLD_WITHIN = timedelta(days=7)  # what is older was on the home page long enough

_LOCAL = r"[A-Za-z0-9](?:[A-Za-z0-9._%+'-]{0,62}[A-Za-z0-9_])?"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")
_LINE_USER = re.compile(r"U[0-9a-f]{32}")
LONGEST_ADDRESS = 254


def is_address(text: str) -> bool:
    """One mail address in plain letters: no list, no name, no line break, nothing that ends a header."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None and ".." not in text


def is_line_user(text: str) -> bool:
    """How LINE names a person towards one account."""
    return _LINE_USER.fullmatch(text) is not None


def may_leave(at: datetime) -> bool:
    """Nothing leaves from 20:00 to 07:00 in Bangkok."""
    return MORNING <= at.astimezone(BANGKOK).time() < NIGHT


def digest_is_due(at: datetime) -> bool:
    """The day's digest leaves from 08:30 on."""
    return may_leave(at) and at.astimezone(BANGKOK).time() >= DIGEST


def by_day(at: datetime) -> datetime:
    """The instant itself, or the next morning when it falls into the night."""
    local = at.astimezone(BANGKOK)
    if may_leave(at):
        return at
    day = local.date() + timedelta(days=1) if local.time() >= NIGHT else local.date()
    return datetime.combine(day, MORNING, BANGKOK).astimezone(at.tzinfo)


def next_try(attempts: int, at: datetime) -> datetime | None:
    """When to try again after so many failures; None when it is to be given up."""
    return by_day(at + WAITS[attempts - 1]) if 0 < attempts <= len(WAITS) else None


def dedupe_key(person_id: int, day: date) -> str:
    """One digest for a person and a day, whichever way it goes."""
    return f"digest:{person_id}:{day.isoformat()}"
