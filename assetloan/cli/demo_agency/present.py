"""What is open today (seed/present.csv): at least one thing in every state, so that everybody finds something to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from assetloan.cli.demo_agency import seed
from assetloan.cli.demo_agency.acts import Acts, Wish, damages
from assetloan.cli.demo_agency.cast import Cast
from assetloan.cli.demo_agency.diary import Diary
from assetloan.cli.demo_agency.register import Thing
from assetloan.cli.demo_agency.seed import Row
from assetloan.core import clock
from assetloan.identity.rules import Place
from assetloan.lending.rules import ReturnCondition

LONG_AFTER = "d+60"  # the everyday story leaves these things alone


class Present:
    """Plans the loans that are under way on the day of the demo."""

    def __init__(self, acts: Acts, cast: Cast, diary: Diary) -> None:
        self.acts, self.cast, self.diary = acts, cast, diary
        self.steps: dict[str, Callable[[Wish, str, datetime], None]] = {
            "chase": acts.chase,
            "extend": acts.extend,
            "transfer": acts.transfer,
            "declare": acts.declare,
            "receive": acts.receive,
            "send_back": acts.send_back,
            "propose": self._propose,
            **{item.value: partial(self._receive, item) for item in ReturnCondition},
        }

    def plan(self) -> None:
        """Put all of it into the diary."""
        for row in seed.table("present"):
            self.diary.add(self.diary.instant(row["asked"]), partial(self._begin, row))

    def _begin(self, row: Row, now: datetime) -> None:
        starts_on = self.diary.day(row["starts"])
        things = self._find(row, clock.bangkok_date(now))
        # A week of holidays in between stretches working days beyond what a loan may last.
        longest = timedelta(days=min(thing.longest_days for thing in things))
        wish = Wish(
            borrower=self.cast[row["who"]],
            things=things,
            purpose=row["why"],
            place=Place(row["place"]),
            starts_on=starts_on,
            due_on=min(self.diary.day(row["due"]), starts_on + longest),
            detail=row["detail"],
            agency=row["agency"],
        )
        loan = self.acts.request(wish, now)
        self.acts.take(wish, self.diary.day(LONG_AFTER))
        if row["approved"] and loan.lines[0].decided_at is None:
            self.diary.add(self.diary.instant(row["approved"]), partial(self.acts.approve, loan.number))
        if row["given"]:
            self.diary.add(self.diary.instant(row["given"]), partial(self.acts.hand_over, wish, loan.number))
        for step in seed.words(row["then"]):
            name, _, when = step.partition(" ")
            self.diary.add(self.diary.instant(when), partial(self.steps[name], wish, loan.number))

    def _find(self, row: Row, day: date) -> tuple[Thing, ...]:
        """A free thing for each item; when the unit has none left, one of its class, else any that is free."""
        free = self.acts.free_things(row["unit"], day)
        found: list[Thing] = []
        for item in seed.words(row["things"]):
            rest = [thing for thing in free if thing not in found]
            if not rest:
                raise LookupError(f"{row['unit']} has nothing left to lend")
            found.append(min(rest, key=lambda thing: (thing.item != item, thing.item[:4] != item[:4])))
        return tuple(found)

    def _receive(self, condition: ReturnCondition, wish: Wish, number: str, now: datetime) -> None:
        possible = damages(wish.things[0])
        fitting = [damage for damage in possible if damage.condition is condition]
        self.acts.receive(wish, number, now, damage=(fitting or possible)[0])

    def _propose(self, wish: Wish, number: str, now: datetime) -> None:
        possible = damages(wish.things[0])
        fitting = [damage for damage in possible if damage.condition is ReturnCondition.INCOMPLETE]
        self.acts.propose(number, (fitting or possible)[0], now)
