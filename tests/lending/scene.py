"""A unit with everyone a loan needs, seen through pages: people who can sign in, things with codes, a fixed clock."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from assetloan.assets.queries import by_number
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.core.money import Money
from assetloan.identity.rules import Place, Role, console
from assetloan.lending import queries, service
from assetloan.lending.rules import ReturnCondition
from assetloan.lending.service import LoanAct, LoanRequest, Receipt
from tests.conftest import NOW
from tests.factories import a_category, a_person, a_unit, an_agency, an_asset, sign_in
from tests.installation import Once

TODAY = date(2026, 11, 23)
OWNER, OTHER = "กยผ", "กคพ"


@dataclass
class Scene:
    """Who is there, what is there, and how to act as one of them."""

    app: Flask
    numbers: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    special: dict[str, str] = field(default_factory=dict)
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    now: datetime = NOW

    def later(self, **more: int) -> None:
        """Move the clock of the pages on; whoever was signed in signs in anew."""
        self.now = NOW + timedelta(**more)
        self.clients.clear()

    def client(self, who: str = "") -> FlaskClient:
        """The browser of a person, signed in through the page; without a name, a visitor's."""
        if who not in self.clients:
            made = self.app.test_client()
            made.environ_base["HTTP_ACCEPT_LANGUAGE"] = "th"
            self.clients[who] = sign_in(made, who) if who else made
        return self.clients[who]

    def code(self, number: str) -> str:
        with self.app.app_context():
            return by_number(console(), number).codes[-1].code

    def states(self, loan: str) -> list[str]:
        with self.app.app_context():
            return [line.state.value for line in queries.loan_for(console(), loan).lines]

    def ask(self, *numbers: str, who: str = "staff", days: int = 3, at: datetime = NOW, **more: Any) -> str:
        with self.app.app_context():
            due_on = clock.bangkok_date(at) + timedelta(days=days)
            given = {"purpose": "ประชุมคณะทำงาน", "place": Place.INSIDE, "due_on": due_on}
            with transaction():
                wanted = LoanRequest(numbers or (self.numbers[0],), **(given | more))
                return service.request_loan(actor_named_now(who), wanted, now=at).number

    def approve(self, loan: str, who: str = "head", at: datetime = NOW) -> str:
        with self.app.app_context(), transaction():
            service.approve_loan(actor_named_now(who), LoanAct(loan), now=at)
        return loan

    def out(self, *numbers: str, who: str = "staff", days: int = 3, at: datetime = NOW) -> str:
        loan = self.approve(self.ask(*numbers, who=who, days=days, at=at), at=at)
        with self.app.app_context(), transaction():
            service.hand_over_loan(actor_named_now("officer"), LoanAct(loan), now=at)
        return loan

    def declare(self, loan: str, who: str = "staff", where: str = "") -> None:
        with self.app.app_context(), transaction():
            service.declare_return(actor_named_now(who), LoanAct(loan, reason=where), now=NOW)

    def receive(self, loan: str, asset: str, condition: ReturnCondition = ReturnCondition.GOOD, note: str = "") -> None:
        with self.app.app_context(), transaction():
            service.receive_lines(actor_named_now("officer"), loan, [Receipt(asset, condition, note)], now=NOW)


def actor_named_now(who: str) -> Any:
    """The actor, without ending the transaction that may be open."""
    from assetloan.identity import queries as people

    person = people.person_by_username(who)
    assert person is not None
    return people.actor_of(person, today=TODAY)


def build(app: Flask) -> Scene:
    """Two units, people of every role in the first, a guest in the second, things of both."""
    scene = Scene(app)
    with app.app_context():
        an_agency()
        unit = a_unit(OWNER, parent="DEP", name="กองยุทธศาสตร์และแผนงาน")
        other = a_unit(OTHER, parent="DEP", name="กองคุ้มครอง")
        kind = a_category("6730", name="เครื่องฉายภาพ").id
        car = a_category("2310", vehicle=True, name="ยานยนต์").id
        scene.numbers = [
            an_asset(
                unit, asset_no=f"6730-003-{n:04d}", category_id=kind, price=Money(2_200_000), accessories="สาย HDMI"
            ).number
            for n in range(1, 9)
        ]
        scene.foreign = [an_asset(other, asset_no=f"7440-001-{n:04d}", name="โน้ตบุ๊ก").number for n in range(1, 4)]
        scene.special = {
            "car": an_asset(unit, asset_no="2310-0001", name="รถตู้", category_id=car).number,
            "closed": an_asset(unit, asset_no="7110-0001", name="ตู้เหล็ก", loanable=False).number,
        }
        for name, roles, home in (
            ("staff", (), OWNER),
            ("officer", (Role.OFFICER,), OWNER),
            ("second", (Role.OFFICER,), OWNER),
            ("head", (Role.HEAD,), OWNER),
            ("guest", (), OTHER),
            ("stranger", (Role.OFFICER,), OTHER),
            ("secretariat", (Role.SECRETARIAT,), "SLK"),
            ("director", (Role.DIRECTOR,), "DEP"),
            ("auditor", (Role.AUDITOR,), "DEP"),
        ):
            a_person(*roles, unit=home, username=name, name=f"นาย{name} ใจดี", password=True)
        db.session.remove()
    return scene


@pytest.fixture
def scene(once: Once, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The scene on a fresh database, at ten in the morning of 23 พ.ย. 2569."""
    made = once(build)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


def tokens(text: str) -> dict[str, str]:
    """CSRF token and key of the first form of a page that posts."""
    form = re.search(r'<form method="post".*?</form>', text, re.DOTALL)
    assert form is not None, "no form on the page"
    hidden = 'name="{}" type="hidden" value="([^"]+)"'
    found = {name: re.search(hidden.format(name), form[0]) for name in ("csrf_token", "key")}
    assert all(found.values()), form[0][:500]
    return {name: match[1] for name, match in found.items() if match}


def post(client: FlaskClient, page: str, action: str = "", **values: Any) -> TestResponse:
    """Open a page, post one of its forms with its token and key."""
    opened = client.get(page)
    assert opened.status_code == 200, (page, opened.status_code)
    return client.post(action or page, data=tokens(opened.text) | values)


def main_of(answer: TestResponse) -> str:
    """What stands in the main part of a page, unescaped."""
    return html.unescape(answer.text.split("<main", 1)[1].split("</main>", 1)[0])


def words_of(answer: TestResponse) -> str:
    """What a reader reads there, marks aside."""
    return " ".join(re.sub(r"<[^>]+>", "", main_of(answer)).split())


def primaries(answer: TestResponse) -> list[str]:
    """The words of the primary acts of a page."""
    return re.findall(r'class="button primary[^"]*"[^>]*>(?:<svg.*?</svg>)?([^<]*)', main_of(answer))
