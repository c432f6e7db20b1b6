"""The everyday life of the agency: who asks for what, and how each loan goes from request to closing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from assetloan.cli.demo_agency import seed
from assetloan.cli.demo_agency.acts import Acts, Damage, Wish, damages
from assetloan.cli.demo_agency.cast import ACCOUNTS, Cast, Member
from assetloan.cli.demo_agency.diary import CLOSES, OPENS, Diary
from assetloan.cli.demo_agency.register import LONGEST, Thing
from assetloan.cli.demo_agency.seed import Purpose, Row
from assetloan.core import clock
from assetloan.identity.rules import Place
from assetloan.lending.rules import LineState

SPARE = 22  # free things that the demo accounts' unit always keeps
WORKING_DAYS = 20.5
ANY_DAMAGES = 3  # at the end of seed/damage.csv: for things that have none of their own
FAR_AWAY = date(2400, 1, 1)


@dataclass(frozen=True, slots=True)
class Fate:
    """How a loan goes, decided when it is asked for."""

    end: str  # returned, rejected, cancelled, withdrawn, expired
    late: int = 0
    damage: Damage | None = None
    sent_back: bool = False


class Lives:
    """Makes each day's requests and plans what becomes of them."""

    def __init__(self, acts: Acts, cast: Cast, diary: Diary, rng: Random, calm_from: date) -> None:
        self.acts, self.cast, self.diary, self.rng = acts, cast, diary, rng
        self.calm_from = calm_from  # what is due from here on comes back in time: the late ones of today are told apart
        self.busy_unit = cast["staff"].unit
        self.kept_from = calm_from - timedelta(days=LONGEST)
        self.kept = {row["code"]: Counter[str]() for row in seed.table("units")}
        for row in seed.table("present"):
            self.kept[row["unit"]].update(seed.words(row["things"]))

    def ask_around(self, day: date) -> None:
        """Plan the requests of one working day."""
        for unit in seed.table("units"):
            if self.rng.random() < int(unit["loans"]) / 10 / WORKING_DAYS:
                at = self.diary.moment(day, OPENS + 10, CLOSES - 60)
                self.diary.add(at, partial(self._ask, unit))

    def _ask(self, unit: Row, now: datetime) -> None:
        wish = self._wish(unit, now)
        if wish is not None:
            self.live(wish, self._fate(wish), now)

    # --- what somebody wants ---------------------------------------------------------------------------------------

    def _wish(self, unit: Row, now: datetime) -> Wish | None:
        today = clock.bangkok_date(now)
        code, kind = unit["code"], unit["kind"]
        purposes = seed.purposes()
        weights = [purpose.weight(kind, today.month) for purpose in purposes]
        purpose = self.rng.choices(purposes, weights)[0]
        things = self._pick(code, purpose, today)
        borrower = self._borrower(unit, today)
        if not things or not self.cast.officers(code, borrower):
            return None
        starts_on = self._starts_on(purpose, today)
        days = self.rng.randint(purpose.days_from, purpose.days_to)
        agency = self.rng.choice(seed.table("agencies"))["name"] if purpose.place is Place.AGENCY else ""
        detail = self.rng.choice(purpose.details) if purpose.details else ""
        due_on = self._due_on(starts_on, days, things)
        return Wish(borrower, things, purpose.text, purpose.place, starts_on, due_on, detail, agency)

    def _pick(self, unit: str, purpose: Purpose, today: date) -> tuple[Thing, ...]:
        free = self.acts.free_things(unit, today)
        if unit == self.busy_unit and len(free) < SPARE:
            return ()
        left = Counter(thing.item for thing in free)
        if today >= self.kept_from:
            left.subtract(self.kept[unit])
        fitting = [thing for thing in free if thing.item in purpose.things]
        self.rng.shuffle(fitting)
        wanted = self.rng.choices((1, 2, 3), (7, 3, 1))[0]
        picked: list[Thing] = []
        for thing in fitting:
            # Several wheelchairs or tents go together; of other things one is enough.
            several = thing.category in ("6530-038", "8340", "7110")
            taken = sum(other.item == thing.item for other in picked)
            if len(picked) < wanted and taken < (left[thing.item] if several else min(1, left[thing.item])):
                picked.append(thing)
        return tuple(picked)

    def _borrower(self, unit: Row, today: date) -> Member:
        """Mostly one's own unit; else a neighbour: the same site, or the division above. Of late no demo account."""
        others = [
            row["code"]
            for row in seed.table("units")
            if row["code"] not in (unit["code"], self.cast.agency)
            and (row["site"] == unit["site"] or row["code"] == unit["parent"])
        ]
        own = self._who(unit["code"], today)
        if others and (not own or self.rng.random() < (0.2 if unit["kind"] == "division" else 0.4)):
            own = self._who(self.rng.choice(others), today) or own
        return self.rng.choice(own)

    def _who(self, unit: str, today: date) -> list[Member]:
        people = self.cast.borrowers(unit)
        return [member for member in people if today < self.calm_from or member.key not in ACCOUNTS]

    def _starts_on(self, purpose: Purpose, today: date) -> date:
        ahead = self.rng.choice((0, 0, 1, 1, 2, 3)) if purpose.place is Place.INSIDE else self.rng.randint(2, 7)
        return self.diary.working(today + timedelta(days=ahead))

    def _due_on(self, starts_on: date, days: int, things: tuple[Thing, ...]) -> date:
        most = min(thing.longest_days for thing in things)
        due = self.diary.working(starts_on + timedelta(days=min(days, most)))
        return due if (due - starts_on).days <= most else max(starts_on, self.diary.working_before(due))

    def _fate(self, wish: Wish) -> Fate:
        chance = self.rng.random()
        calm = wish.due_on >= self.calm_from
        for end, share in (("rejected", 0.045), ("cancelled", 0.03), ("withdrawn", 0.01), ("expired", 0.015)):
            chance -= share
            if chance < 0 and not (calm and end == "expired"):
                return Fate(end)
        late, damage = 0, None
        if not calm:
            if self.rng.random() * 100 < wish.borrower.late_in_hundred:
                late = self.rng.choice((1, 1, 1, 2, 2, 3, 4, 6, 9, 12))
            possible = damages(wish.things[0])
            if possible and self.rng.random() < 0.09:
                damage = self.rng.choice(possible[:-ANY_DAMAGES] or possible[:1])
        return Fate("returned", late, damage, damage is None and self.rng.random() < 0.04)

    # --- how it goes -----------------------------------------------------------------------------------------------

    def live(self, wish: Wish, fate: Fate, now: datetime) -> str:
        """Ask now, and plan all that follows. Returns the loan's number."""
        loan = self.acts.request(wish, now)
        number, approved = loan.number, loan.lines[0].state is LineState.APPROVED
        self.acts.take(wish, wish.due_on)
        if fate.end == "cancelled" or (approved and fate.end == "rejected"):
            self.diary.add(self.diary.later(now, self.rng.randint(20, 90)), partial(self.acts.cancel, wish, number))
        elif fate.end == "rejected":
            self.diary.add(self.diary.later(now, self.rng.randint(30, 400)), partial(self.acts.reject, number))
        else:
            decided = now if approved else self._decided_at(wish, now)
            if not approved:
                self.diary.add(decided, partial(self.acts.approve, number))
            self._go_on(wish, fate, number, decided)
        return number

    def _decided_at(self, wish: Wish, now: datetime) -> datetime:
        inside = wish.place is Place.INSIDE
        decided = self.diary.later(now, self.rng.randint(8, 240) if inside else self.rng.randint(60, 900))
        hurry = clock.bangkok_date(decided) > max(wish.starts_on, clock.bangkok_date(now))
        return now + timedelta(minutes=self.rng.randint(4, 20)) if hurry else decided

    def _go_on(self, wish: Wish, fate: Fate, number: str, decided: datetime) -> None:
        if fate.end == "withdrawn":
            self.diary.add(self.diary.later(decided, 25), partial(self.acts.withdraw, number))
        elif fate.end == "expired":
            after = self.diary.working(wish.due_on + timedelta(days=1))
            self.diary.add(self.diary.moment(after, OPENS, OPENS + 60), partial(self.acts.expire, wish, number))
            self.acts.take(wish, after)
        else:
            opening = clock.bangkok_time(wish.starts_on, 8, 40)
            given = max(decided, opening) + timedelta(minutes=self.rng.randint(6, 75))
            self.diary.add(given, partial(self.acts.hand_over, wish, number))
            self._back(wish, fate, number, given)

    def _back(self, wish: Wish, fate: Fate, number: str, given: datetime) -> None:
        early = self.rng.random() < 0.25 and wish.due_on - clock.bangkok_date(given) > timedelta(days=2)
        day = self.diary.working(wish.due_on + timedelta(days=fate.late))
        if fate.late == 0 and (day > wish.due_on or early):
            day = max(clock.bangkok_date(given), self.diary.working_before(wish.due_on))
        back = max(self.diary.moment(day, OPENS + 30, CLOSES), given + timedelta(minutes=self.rng.randint(40, 110)))
        day = clock.bangkok_date(back)
        if fate.late:
            self._chase(wish, number, day)
        if self.rng.random() < 0.45 and wish.borrower.key.isascii() and back - given > timedelta(hours=2):
            self.diary.add(back - timedelta(minutes=self.rng.randint(10, 80)), partial(self.acts.declare, wish, number))
        self.diary.add(back, partial(self.acts.receive, wish, number, damage=fate.damage))
        if fate.sent_back:
            day = self._looked_at_again(wish, number, back)
        self.acts.take(wish, day + timedelta(days=12) if self.acts.holds(wish.unit, given) else day)
        if fate.damage is not None:
            wish.things[0].free_from = self._made_good(fate.damage, number, back) + timedelta(days=1)

    def _chase(self, wish: Wish, number: str, back_on: date) -> None:
        """Most lenders remind within the week that ข้อ 211 gives them; some are slow, some loans come first."""
        after = self.rng.choice((1, 1, 2, 3, 4, 5, 9))
        day = self.diary.working(wish.due_on + timedelta(days=after))
        if day < back_on:
            self.diary.add(self.diary.moment(day, OPENS, OPENS + 200), partial(self.acts.chase, wish, number))

    def _looked_at_again(self, wish: Wish, number: str, back: datetime) -> date:
        # Before the next time that clean returns are closed.
        sent = self.diary.later(back, 30)
        again = self.diary.later(sent, self.rng.randint(60, 300))
        self.diary.add(sent, partial(self._send_back, wish, number, again))
        return clock.bangkok_date(again)

    def _send_back(self, wish: Wish, number: str, again: datetime, now: datetime) -> None:
        if number in self.acts.received:
            self.acts.send_back(wish, number, now)
            self.diary.add(max(again, now), partial(self.acts.receive_again, wish, number))

    def _made_good(self, damage: Damage, number: str, back: datetime) -> date:
        """The Secretariat proposes, the director decides; what was lost does not come back."""
        day = clock.bangkok_date(back)
        proposed = self.diary.moment(self.diary.working(day + timedelta(days=self.rng.randint(3, 16))))
        decided = self.diary.later(proposed + timedelta(days=self.rng.randint(1, 9)), self.rng.randint(5, 200))
        decided = self.diary.moment(self.diary.working(clock.bangkok_date(decided)))
        self.diary.add(proposed, partial(self.acts.propose, number, damage))
        if self.rng.random() < 0.15:
            self.diary.add(decided, partial(self.acts.settle, number, accept=False))
            again = self.diary.moment(self.diary.working(clock.bangkok_date(decided) + timedelta(days=2)))
            self.diary.add(again, partial(self.acts.propose, number, damage))
            decided = self.diary.moment(self.diary.working(clock.bangkok_date(again) + timedelta(days=3)))
        self.diary.add(decided, partial(self.acts.settle, number))
        usable = damage.outcome.value in ("repaired", "replaced")
        return clock.bangkok_date(decided) if usable else FAR_AWAY
