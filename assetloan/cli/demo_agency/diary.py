"""The days of the story: working time, what is to happen when, and one transaction for each day that has something."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from random import Random

from assetloan.core import calendar, clock
from assetloan.core.db import savepoint, transaction
from assetloan.core.errors import DomainError

Work = Callable[[datetime], None]
OPENS, CLOSES = 8 * 60 + 30, 16 * 60 + 30  # minutes of the day


@dataclass(order=True)
class Entry:
    """Something that happens at an instant; entries of one instant keep the order in which they were made."""

    at: datetime
    serial: int
    work: Work = field(compare=False)


class Diary:
    """An agenda in Bangkok working time, from `start` to the last working day before `today`.

    What lies after that never happens: it is what is open today.
    """

    def __init__(self, start: date, today: date, holidays: frozenset[date], rng: Random) -> None:
        self.start, self.today, self.holidays, self.rng = start, today, holidays, rng
        self.last = self.working_before(today)
        self.refused: list[str] = []
        self._entries: list[Entry] = []
        self._serial = count()

    def is_working(self, day: date) -> bool:
        return calendar.is_working_day(day, self.holidays)

    def working(self, day: date) -> date:
        """The day itself, or the next working day."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def working_before(self, day: date) -> date:
        """The working day before."""
        day -= timedelta(days=1)
        while not self.is_working(day):
            day -= timedelta(days=1)
        return day

    def moment(self, day: date, first: int = OPENS, last: int = CLOSES) -> datetime:
        """Some time of a day, between two minutes of the day."""
        minute, second = self.rng.randint(first, last), self.rng.randint(0, 59)
        return clock.bangkok_midnight(day) + timedelta(minutes=minute, seconds=second)

    def day(self, text: str) -> date:
        """A day as the seed files write it: w-2 (two working days before the last one), d+3 (after today), start+20."""
        if text.startswith("w-"):
            day = self.last
            for _step in range(int(text[2:])):
                day = self.working_before(day)
            return day
        origin, _, days = text.partition("+")
        return {"d": self.today, "start": self.start}[origin] + timedelta(days=int(days))

    def instant(self, text: str) -> datetime:
        """An instant as the seed files write it: a day and a time, w-2 14:30."""
        day, _, time = text.partition(" ")
        hour, _, minute = time.partition(":")
        return clock.bangkok_time(self.day(day), int(hour), int(minute))

    def later(self, at: datetime, minutes: int) -> datetime:
        """So many working minutes later: what does not fit into the day goes on the next working morning."""
        day = clock.bangkok_date(at)
        closing = clock.bangkok_midnight(day) + timedelta(minutes=CLOSES)
        then = at + timedelta(minutes=minutes)
        if then <= closing:
            return then
        rest = min(int((then - closing).total_seconds() // 60), 180)
        return clock.bangkok_midnight(self.working(day + timedelta(days=1))) + timedelta(minutes=OPENS + rest)

    def add(self, at: datetime, work: Work) -> None:
        """Plan something, unless it lies beyond the last day."""
        if clock.bangkok_date(at) <= self.last:
            heapq.heappush(self._entries, Entry(at, next(self._serial), work))

    def run(self, tell: Callable[[date], None]) -> None:
        """Let everything happen in order, day by day.

        What the services refuse did not happen, as in life: a day of odd holidays must not keep the demo from starting.
        """
        while self._entries:
            day = clock.bangkok_date(self._entries[0].at)
            tell(day)
            with transaction():
                while self._entries and clock.bangkok_date(self._entries[0].at) == day:
                    self._let_happen(heapq.heappop(self._entries))

    def _let_happen(self, entry: Entry) -> None:
        try:
            with savepoint():
                entry.work(entry.at)
        except (DomainError, LookupError) as error:
            self.refused.append(f"{entry.at} {entry.work}: {error!r}")
