"""The orders of the story (seed/orders.csv): who decides for whom, what is approved in advance, who keeps returns."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from assetloan.cli.demo_agency import seed
from assetloan.cli.demo_agency.cast import Cast
from assetloan.cli.demo_agency.diary import Diary
from assetloan.cli.demo_agency.seed import Row
from assetloan.core import clock
from assetloan.core.calendar import be_year, fiscal_bounds, fiscal_year
from assetloan.core.money import Money
from assetloan.identity import delegations, service
from assetloan.identity.delegations import DelegationData
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import DelegationKind, Place, Role
from assetloan.lending.booking import service as booking
from assetloan.lending.booking.service import OpeningData
from assetloan.lending.service import StandingData, create_standing_approval

BY_DAWN, AT_MIDNIGHT = (8, 35), (0, 1)


class Orders:
    """Plans when each order is recorded, and when rights change by it."""

    def __init__(self, cast: Cast, diary: Diary) -> None:
        self.cast, self.diary = cast, diary
        self._record = {
            "delegated": self._delegate,
            "acting": self._delegate,
            "standing": self._approve_in_advance,
            "holding": self._keep_returns,
            "opening": self._open_every_day,
            "closure": self._close,
        }

    def plan(self) -> None:
        """Put all of it into the diary."""
        for row in seed.table("orders"):
            for first, last in self._periods(row):
                recorded = self.diary.working(first) if row["from"] == "year" else self.diary.working_before(first)
                recorded = min(recorded, self.diary.last)  # what begins after today was told before
                work = partial(self._give, row, first, last)
                self.diary.add(clock.bangkok_time(max(recorded, self.diary.start), *BY_DAWN), work)
                for day in (first, last + timedelta(days=1)):
                    self.diary.add(clock.bangkok_time(day, *AT_MIDNIGHT), self.cast.forget_rights)

    def _periods(self, row: Row) -> list[tuple[date, date]]:
        """The days of an order: once, or again for every fiscal year of the story."""
        start, today = self.diary.start, self.diary.today
        if row["from"] != "year":
            first = self.diary.working(self.diary.day(row["from"]))
            return [(first, max(first, self.diary.day(row["until"])) if row["until"] else first)]
        years = [fiscal_bounds(year) for year in range(fiscal_year(start), fiscal_year(today) + 1)]
        return [(max(first, start), until - timedelta(days=1)) for first, until in years]

    def _give(self, row: Row, first: date, last: date, now: datetime) -> None:
        self._record[row["kind"]](row, first, last, now)
        self.cast.forget_rights()

    def _delegate(self, row: Row, first: date, last: date, now: datetime) -> None:
        """A head's powers when a unit is named, else those of the head of the agency."""
        tree = unit_tree(clock.bangkok_date(now))
        unit = tree.by_code.get(row["unit"].casefold()) or tree.agency()
        data = DelegationData(
            kind=DelegationKind(row["kind"]),
            role=Role.HEAD if row["unit"] else Role.DIRECTOR,
            to=row["to"],
            order_no=f"{row['order_no']}/{be_year(first)}",
            valid_from=first,
            valid_until=last,
            unit=row["unit"],
            from_post=unit.head_post if unit else "",
            places=tuple(Place(place) for place in seed.words(row["places"])) or tuple(Place),
            most_days=int(row["most_days"]) if row["most_days"] else None,
            most_value=Money(int(row["most_baht"]) * 100) if row["most_baht"] else None,
        )
        delegations.create_delegation(self.cast.actor(self.cast[row["by"]], now), data, now=now)

    def _approve_in_advance(self, row: Row, first: date, last: date, now: datetime) -> None:
        order_no = f"{row['order_no']}/{be_year(first)}"
        data = StandingData(row["unit"], order_no, int(row["most_days"]), first, last, category=row["category"])
        create_standing_approval(self.cast.actor(self.cast[row["by"]], now), data, now=now)

    def _keep_returns(self, row: Row, _first: date, _last: date, now: datetime) -> None:
        head = self.cast.actor(self.cast[row["by"]], now)
        service.set_holding(head, row["unit"], holds_clean_returns=True, now=now)

    def _open_every_day(self, row: Row, _first: date, _last: date, now: datetime) -> None:
        """A home never closes: its desk works on holidays too."""
        head = self.cast.actor(self.cast[row["by"]], now)
        booking.set_opening(head, row["unit"], OpeningData(frozenset(range(7)), on_holidays=True), now=now)

    def _close(self, row: Row, first: date, last: date, now: datetime) -> None:
        """Some days on which a unit hands nothing over; `order_no` says why."""
        head = self.cast.actor(self.cast[row["by"]], now)
        booking.add_closure(head, row["unit"], first, last, row["order_no"], now=now)
