"""The story as a whole: the agency is set up, registers what it owns, and lends for fourteen months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import update

from assetloan.assets.rules import AssetStatus, Condition
from assetloan.cli.demo_agency import seed
from assetloan.cli.demo_agency.acts import Acts
from assetloan.cli.demo_agency.cast import Cast
from assetloan.cli.demo_agency.diary import CLOSES, OPENS, Diary
from assetloan.cli.demo_agency.lives import Lives
from assetloan.cli.demo_agency.orders import Orders
from assetloan.cli.demo_agency.present import Present
from assetloan.cli.demo_agency.register import Batch, Purchases, Register, save_categories
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.core.holidays_seed import government_holidays
from assetloan.identity import service, upkeep
from assetloan.identity.models import UnitKind
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import console
from assetloan.identity.service import UnitData
from assetloan.notices.models import Notice

MONTHS = 14
CLOSING_DAYS = (1, 4)  # the Secretariat approves clean returns on Tuesdays and Fridays
STILL_TO_CLOSE = "w-3"  # what came back after this day waits for the Secretariat today
CALM_DAYS = 20  # what is due in the last days comes back in time; who is late today stands in seed/present.csv
UNREAD_DAYS = 3
FATES = (
    (AssetStatus.PENDING_DISPOSAL, Condition.DETERIORATED),
    (AssetStatus.PENDING_DISPOSAL, Condition.UNNEEDED),
    (AssetStatus.REPAIR, Condition.DAMAGED),
    (AssetStatus.DISPOSED, Condition.DETERIORATED),
)


class Story:
    """Everything from the first unit to the last act before today."""

    def __init__(self, today: date, rng: Random) -> None:
        self.rng = rng
        month = today.month - MONTHS
        start = date(today.year + month // 12, month % 12 + 1, 1)
        self.years = range(start.year - 1, today.year + 2)
        self.diary = Diary(start, today, frozenset(government_holidays(self.years)), rng)
        self.opening = start
        for _day in range(12):
            self.opening = self.diary.working_before(self.opening)
        self.cast = Cast()

    def tell(self, tell: Callable[[date], None]) -> list[str]:
        """Set up, let the days go by, and leave the open things of today open. Returns the acts that were refused."""
        with transaction():
            units = self._set_up(clock.bangkok_time(self.opening, 8, 45))
        register = Register(self.rng, self.cast, units)
        with transaction():
            register.categories = save_categories(clock.bangkok_time(self.opening, 10))
        acts = Acts(self.cast, self.diary, register, self.rng)
        self._plan_register(register)
        Orders(self.cast, self.diary).plan()
        self._plan_days(acts)
        Present(acts, self.cast, self.diary).plan()
        self.diary.run(tell)
        with transaction():
            self._read_notices()
        return self.diary.refused

    def _set_up(self, now: datetime) -> dict[str, int]:
        """Holidays, settings, units, people; unit code → id."""
        first = clock.bangkok_date(now)
        for year in self.years:
            upkeep.fill_holidays(console(), year, now=now)
        for row in seed.table("settings"):
            upkeep.change_setting(console(), row["key"], row["value"], first, now=now)
        for row in seed.table("units"):
            kind = UnitKind(row["kind"])
            optional = {name: row[name] for name in ("short_name", "site", "head_post", "contact")}
            service.create_unit(console(), UnitData(row["code"], row["name"], kind, row["parent"], **optional), now=now)
        self.cast.hire(now)
        return {card.code: card.id for card in unit_tree(first).by_id.values()}

    def _plan_register(self, register: Register) -> None:
        """What the units have is registered unit by unit before the first loan, what they buy later when it comes."""
        batches = Purchases(self.rng, self.diary.today).all()
        day = self.diary.working(self.opening + timedelta(days=1))
        for number, row in enumerate(seed.table("units")):
            at = clock.bangkok_time(day, 9, 5) + timedelta(minutes=20 * (number % 3))
            for batch in batches:
                if batch.unit == row["code"] and batch.received_on < self.diary.start:
                    self.diary.add(at, partial(register.enter, batch))
            if number % 3 == 2:
                day = self.diary.working(day + timedelta(days=1))
        for batch in batches:
            if batch.received_on >= self.diary.start:
                self._plan_new(register, batch)
        for number in range(18):
            day = self.diary.working(self.diary.start + timedelta(days=20 * number + 11))
            self.diary.add(self.diary.moment(day), partial(register.set_aside, *FATES[number % len(FATES)]))

    def _plan_new(self, register: Register, batch: Batch) -> None:
        day = min(self.diary.working(batch.received_on + timedelta(days=2)), self.diary.last)
        self.diary.add(self.diary.moment(day, OPENS, OPENS + 30), partial(register.enter, batch))

    def _plan_days(self, acts: Acts) -> None:
        """The requests of every working day, and the days on which the Secretariat closes what came back clean."""
        calm_from = self.diary.today - timedelta(days=CALM_DAYS)
        lives = Lives(acts, self.cast, self.diary, self.rng, calm_from)
        last_closing = self.diary.day(STILL_TO_CLOSE)
        day = self.diary.start
        while day <= self.diary.last:
            if self.diary.is_working(day):
                lives.ask_around(day)
                if day.weekday() in CLOSING_DAYS and day <= last_closing:
                    self.diary.add(self.diary.moment(day, CLOSES - 120, CLOSES - 90), acts.close_clean_returns)
            day += timedelta(days=1)

    def _read_notices(self) -> None:
        """People have read what they were told, but for the last days."""
        read = clock.bangkok_midnight(self.diary.last - timedelta(days=UNREAD_DAYS))
        db.session.execute(update(Notice).where(Notice.created_at < read).values(seen_at=read))
