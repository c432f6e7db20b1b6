"""The people and things of one journey: a unit of its own, so that journeys do not meet."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from assetloan.assets.models import Asset, Code
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.identity import queries as identity
from assetloan.identity.rules import Place, Role
from assetloan.lending import service as lending
from assetloan.lending.rules import ReturnCondition
from assetloan.lending.service import LoanAct, LoanRequest, Receipt
from tests import factories
from tests.journeys.server import Server

PURPOSE = "ประชุมคณะทำงาน"
_serial = itertools.count(1)


@contextmanager
def present() -> Iterator[None]:
    """The builders work as of now: the server's clock is the real one."""
    kept, factories.NOW = factories.NOW, clock.now()
    try:
        yield
    finally:
        factories.NOW = kept


@dataclass
class House:
    """One unit: its people by role, its things by number and code."""

    server: Server
    unit: str
    people: dict[str, str] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    @property
    def today(self) -> date:
        return clock.today()

    def ask(self, *at: int, days: int = 3, who: str = "staff") -> str:
        """A request for some of the things, through the service; returns the loan's number."""
        wanted = LoanRequest(
            tuple(self.numbers[place] for place in at or (0,)), PURPOSE, Place.INSIDE, self.today + timedelta(days=days)
        )
        return str(self._act(who, lambda actor: lending.request_loan(actor, wanted, now=clock.now())).number)

    def approve(self, number: str) -> None:
        self._act("head", lambda actor: lending.approve_loan(actor, LoanAct(number), now=clock.now()))

    def hand_over(self, number: str) -> None:
        self._act("officer", lambda actor: lending.hand_over_loan(actor, LoanAct(number), now=clock.now()))

    def receive(self, number: str, at: int = 0, condition: ReturnCondition = ReturnCondition.GOOD) -> None:
        note = "" if condition is ReturnCondition.GOOD else "ฝาปิดแตก"
        receipt = [Receipt(self.numbers[at], condition, note)]
        self._act("officer", lambda actor: lending.receive_lines(actor, number, receipt, now=clock.now()))

    def cancel(self, number: str) -> None:
        self._act("staff", lambda actor: lending.cancel_loan(actor, LoanAct(number), now=clock.now()))

    def states(self, number: str) -> list[str]:
        from assetloan.lending.models import Loan, LoanLine

        with self.server.app.app_context():
            query = sa.select(LoanLine).join(Loan).where(Loan.number == number).order_by(LoanLine.position)
            found = [line.state.value for line in db.session.scalars(query)]
            db.session.remove()
        return found

    def loans(self) -> list[str]:
        """The numbers of all loans of the unit."""
        from assetloan.lending.models import Loan

        with self.server.app.app_context():
            found = list(db.session.scalars(sa.select(Loan.number).where(Loan.number.startswith(f"{self.unit}-"))))
            db.session.remove()
        return found

    def _act(self, who: str, work: Any) -> Any:
        with self.server.app.app_context():
            person = identity.person_by_username(self.people[who])
            assert person is not None
            actor = identity.actor_of(person, today=clock.today())
            with transaction():
                loan = work(actor)
                db.session.flush()
                db.session.expunge_all()
            db.session.remove()
        return loan


def agency(server: Server) -> None:
    """The agency with its Secretariat and director, once for all journeys on a server."""
    with server.app.app_context(), present():
        factories.an_agency()
        db.session.remove()


def house(server: Server, *, things: int = 3) -> House:
    """A unit with everyone a loan needs, and things to lend; the borrower has borrowed before."""
    mark = f"{next(_serial):03d}"
    made = House(server, f"H{mark}")
    roles: dict[str, tuple[tuple[Role, ...], str]] = {
        "staff": ((), made.unit),
        "officer": ((Role.OFFICER,), made.unit),
        "head": ((Role.HEAD,), made.unit),
        "secretariat": ((Role.SECRETARIAT,), "SLK"),
        "director": ((Role.DIRECTOR,), "DEP"),
        "admin": ((Role.ADMIN,), "DEP"),
    }
    with server.app.app_context(), present():
        unit = factories.a_unit(made.unit, parent="DEP", name=f"กองทดสอบที่ {mark}")
        for role, (grants, at) in roles.items():
            made.people[role] = factories.a_person(
                *grants, unit=at, username=f"{role}{mark}", name=f"นางสาว{role} ใจดี", password=True
            )
        for place in range(things):
            asset = factories.an_asset(
                unit, asset_no=f"6730-{mark}-{place:04d}", name="เครื่องฉายภาพ", accessories="สายไฟ"
            )
            made.numbers.append(asset.number)
        query = sa.select(Code.code).join(Asset).where(Asset.asset_no.in_(made.numbers)).order_by(Asset.asset_no)
        made.codes = list(db.session.scalars(query))
        db.session.remove()
    made.cancel(made.ask(things - 1))
    return made
