"""Booking ahead, pure: opening days, the month as a table, how a day stands, the last day to collect, which pieces.

A period is half-open, [first, until): somebody who brings a thing back on the 10th leaves the 11th to the next.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from assetloan.core.errors import FieldError

ONE_DAY = timedelta(days=1)
WORKING_WEEK = frozenset(range(5))  # Monday to Friday, as date.weekday() counts
SUNDAY_FIRST = calendar.Calendar(firstweekday=6)
LOOKED_AHEAD = 400  # days: whoever is closed for longer names no next open day
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which a unit hands nothing over, both included."""

    first_day: date
    last_day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Opening:
    """When a unit hands over and takes back: days of the week, holidays of the agency, closures of its own."""

    days: frozenset[int] = WORKING_WEEK
    on_holidays: bool = False
    refuses: bool = False
    holidays: Mapping[date, str] = field(default_factory=dict)
    closures: tuple[Closure, ...] = ()

    def why_closed(self, day: date) -> str | None:
        """None on an open day; else the name of the holiday or closure, "" for an ordinary day off."""
        for closure in self.closures:
            if closure.first_day <= day <= closure.last_day:
                return closure.reason
        if not self.on_holidays and day in self.holidays:
            return self.holidays[day]
        return None if day.weekday() in self.days else ""

    def is_open(self, day: date) -> bool:
        return self.why_closed(day) is None

    def next_open(self, day: date) -> date | None:
        """The day itself, or the next open one."""
        ahead = (day + timedelta(days=step) for step in range(LOOKED_AHEAD))
        return next((one for one in ahead if self.is_open(one)), None)


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """The first or the last day of a loan on which the unit is closed, why, and the next open day."""

    field: str
    day: date
    why: str
    next_open: date | None


def closed_days(opening: Opening, starts_on: date, due_on: date) -> list[ClosedDay]:
    """Which of the two days, collecting and bringing back, fall on closed days."""
    found = []
    for name, day in (("starts_on", starts_on), ("due_on", due_on)):
        why = opening.why_closed(day)
        if why is not None:
            found.append(ClosedDay(name, day, why, opening.next_open(day)))
    return found


def closed_faults(opening: Opening, starts_on: date, due_on: date) -> list[FieldError]:
    """The same as faults, for units that hand nothing over on closed days."""
    if not opening.refuses:
        return []
    return [
        FieldError(item.field, "unit_not_open", {"day": item.day, "next_open": item.next_open or ""})
        for item in closed_days(opening, starts_on, due_on)
    ]


def lead_fault(today: date, starts_on: date, lead_days: int) -> list[FieldError]:
    """A thing that needs preparing is asked for some days ahead."""
    first = today + timedelta(days=lead_days)
    return [FieldError("starts_on", "too_soon", {"days": lead_days, "first": first})] if starts_on < first else []


def last_collecting_day(starts_on: date, decided_on: date | None, collect_days: int, opening: Opening) -> date:
    """Until when an approved thing waits: so many days after its first day, or after a later approval.

    A last day on which the unit is closed moves to the next open one.
    """
    last = max(starts_on, decided_on or starts_on) + timedelta(days=collect_days)
    return opening.next_open(last) or last


# --- the month as a table -------------------------------------------------------------------------------------------


class DayState(StrEnum):
    """How a thing stands on a day."""

    PAST = "past"
    FREE = "free"
    RESERVED = "reserved"
    OUT = "out"
    CLOSED = "closed"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Taken:
    """A stretch of days that somebody claims, [first, until); `out` once the thing is with them."""

    first: date
    until: date
    out: bool = False

    def covers(self, day: date) -> bool:
        return self.first <= day < self.until


def weeks_of(month: date) -> list[list[date | None]]:
    """The days of a month by weeks that begin on Sunday; None stands for days of the months around."""
    weeks = SUNDAY_FIRST.monthdatescalendar(month.year, month.month)
    return [[day if day.month == month.month else None for day in week] for week in weeks]


def day_state(day: date, taken: Iterable[Taken], *, today: date, opening: Opening, late: bool = False) -> DayState:
    """How a thing stands on a day. `late`: whoever has it should have brought it back, so no day is promised."""
    if day < today:
        return DayState.PAST
    claim = next((item for item in taken if item.covers(day)), None)
    if claim is not None:
        return DayState.OUT if claim.out else DayState.RESERVED
    if late:
        return DayState.OUT
    return DayState.FREE if opening.is_open(day) else DayState.CLOSED


def bookable(state: DayState, opening: Opening) -> bool:
    """May a loan begin on a day in this state?"""
    return state is DayState.FREE or (state is DayState.CLOSED and not opening.refuses)


def free_until(today: date, taken: Iterable[Taken]) -> date | None:
    """The last day before the next claim; None when nothing is claimed. The thing is free today."""
    later = [item.first for item in taken if item.first > today]
    return min(later) - ONE_DAY if later else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row that stand alike, both included; without a last day: from then on."""

    first: date
    last: date | None
    state: DayState


def stretches(today: date, taken: Iterable[Taken], *, late: bool = False) -> list[Stretch]:
    """The days from today on as a list: free until, taken from to, free again. `late`: nothing is promised."""
    if late:
        return [Stretch(today, None, DayState.OUT)]
    found: list[Stretch] = []
    day = today
    for item in sorted(taken, key=lambda item: item.first):
        if item.until <= day:
            continue
        if item.first > day:
            found.append(Stretch(day, item.first - ONE_DAY, DayState.FREE))
        state = DayState.OUT if item.out else DayState.RESERVED
        found.append(Stretch(max(item.first, day), item.until - ONE_DAY, state))
        day = item.until
    return [*found, Stretch(day, None, DayState.FREE)]


def free_counts(days: Iterable[date], total: int, taken: Sequence[Taken]) -> dict[date, int]:
    """How many of so many things are free on each day; the claims of one thing never overlap."""
    return {day: total - sum(item.covers(day) for item in taken) for day in days}


# --- which pieces ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that is free for the whole period: what it is called, where it is kept, how often it was lent, who comes
    after.
    """

    id: int
    place_id: int | None = None
    uses: int = 0
    next_claim: date | None = None
    name: str = ""

    def tight(self, until: date) -> bool:
        """Does somebody want it the very day after?"""
        return self.next_claim is not None and self.next_claim <= until


def choose(candidates: Sequence[Candidate], count: int, until: date) -> list[int]:
    """The ids of the pieces to take: never one that is wanted right after if others are free; alike and from one place
    when there are enough of them; the least used first. Fewer than `count` when there are no more.
    """

    def wear(item: Candidate) -> tuple[int, int]:
        return item.uses, item.id

    easy = sorted((item for item in candidates if not item.tight(until)), key=wear)
    if len(easy) < count:
        rest = sorted((item for item in candidates if item.tight(until)), key=wear)
        return [item.id for item in [*easy, *rest][:count]]
    for same in (_alike_in_place, _alike, _in_place):
        groups: dict[object, list[Candidate]] = {}
        for item in easy:
            groups.setdefault(same(item), []).append(item)
        enough = [group[:count] for mark, group in groups.items() if mark is not None and len(group) >= count]
        if enough:
            return [item.id for item in min(enough, key=lambda group: (sum(item.uses for item in group), group[0].id))]
    return [item.id for item in easy[:count]]


def _alike_in_place(item: Candidate) -> object:
    return None if item.place_id is None else (item.name, item.place_id)


def _alike(item: Candidate) -> object:
    return item.name


def _in_place(item: Candidate) -> object:
    return item.place_id


# --- who comes next -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claim that has not been collected yet."""

    line_id: int
    first: date
    out: bool = False


def next_in_queue(freed_from: date, others: Sequence[Waiting], *, today: date, within_days: int) -> int | None:
    """Whose turn it is when a thing becomes free: the next claim, if it begins soon and nobody has the thing."""
    if any(item.out for item in others):
        return None
    waiting = sorted(others, key=lambda item: (item.first, item.line_id))
    if not waiting or waiting[0].first < freed_from:
        return None
    return waiting[0].line_id if waiting[0].first <= today + timedelta(days=within_days) else None
