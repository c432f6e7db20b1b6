"""Before a purchase: what other units could lend instead, and the baht that saves."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetloan.assets import service as assets
from assetloan.assets.queries import by_number
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.core.db import db, transaction
from assetloan.core.money import Money
from assetloan.identity.rules import Place, Role, console
from assetloan.lending import idle, service
from assetloan.lending.rules import ReturnCondition
from assetloan.lending.service import LoanAct, LoanRequest, Receipt
from tests.conftest import NOW
from tests.factories import a_category, a_person, a_unit, actor_named, an_agency, an_asset
from tests.factories import sign_in as sign_in_as
from tests.installation import Once

TODAY = date(2026, 11, 23)


def need(**more: object) -> idle.Need:
    given = {
        "words": "กล้อง",
        "category_code": "",
        "first": TODAY,
        "last": TODAY + timedelta(days=6),
        "quantity": 3,
    } | more
    return idle.Need(**given)  # type: ignore[arg-type]


def lend(number: str, *, days: int = 1, back: bool = True) -> None:
    """A loan from request to receipt."""
    borrower = actor_named("borrower")
    with transaction():
        wanted = LoanRequest((number,), "ประชุม", Place.INSIDE, TODAY + timedelta(days=days))
        loan = service.request_loan(borrower, wanted, now=NOW).number
    for name, act in (("head-b", service.approve_loan), ("officer-b", service.hand_over_loan)):
        actor = actor_named(name)
        with transaction():
            act(actor, LoanAct(loan), now=NOW)
    if back:
        officer = actor_named("officer-b")
        with transaction():
            service.receive_lines(officer, loan, [Receipt(number, ReturnCondition.GOOD)], now=NOW)


def filled_agency(_app: Flask) -> None:
    an_agency()
    own, other = a_unit("กยผ", parent="DEP"), a_unit("กคพ", parent="DEP")
    av = a_category("6720", name="กล้องและเครื่องฉาย").id
    for name, roles, unit in (
        ("officer", (Role.OFFICER,), "กยผ"), ("staff", (), "กยผ"), ("borrower", (), "กคพ"),
        ("officer-b", (Role.OFFICER,), "กคพ"), ("head-b", (Role.HEAD,), "กคพ"), ("head", (Role.HEAD,), "กยผ"),
    ):  # fmt: skip
        a_person(*roles, unit=unit, username=name, password=True)
    an_asset(own, asset_no="1-1", name="กล้องของเราเอง", category_id=av, price=Money(9_900_000))
    for number, price in (("2-1", 3_000_000), ("2-2", 1_000_000), ("2-3", 2_000_000)):
        an_asset(other, asset_no=number, name=f"กล้อง {number}", category_id=av, price=Money(price))
    an_asset(other, asset_no="2-4", name="กล้องไม่ให้ยืม", category_id=av, loanable=False)
    an_asset(other, asset_no="2-5", name="จอภาพ")
    an_asset(other, asset_no="2-6", name="กล้องเสีย", category_id=av)
    with transaction():
        broken = by_number(console(), "2-6")
        assets.set_state(console(), broken, status=AssetStatus.AVAILABLE, condition=Condition.DAMAGED, now=NOW)
    db.session.remove()


@pytest.fixture
def agency(app: Flask, once: Once) -> Flask:
    once(filled_agency)
    return app


def numbers(found: idle.Found) -> list[tuple[str, int]]:
    return [(item.asset.number, item.loans) for item in found.things]


@pytest.mark.both_databases
def test_what_is_idle_elsewhere(agency: Flask) -> None:
    with agency.app_context():
        for number in ("2-1", "2-1", "2-2", "2-2", "2-2"):  # three times in a year: it is in use
            lend(number)
        officer = actor_named("officer")
        found = idle.look(officer, need(), today=TODAY)
        assert numbers(found) == [("2-3", 0), ("2-1", 2)]
        assert (found.count, found.own, found.covered) == (2, 1, 2)
        assert found.price == Money(2_500_000)  # the middle one of 1, 2, 3 and 9.9 (ten thousands)
        assert found.saved == Money(5_000_000)
        next_year = TODAY + timedelta(days=366)
        later = idle.look(officer, need(first=next_year, last=next_year), today=next_year)
        assert numbers(later) == [("2-1", 0), ("2-2", 0), ("2-3", 0)]
        asked = idle.look(officer, need(price=Money(4_000_000), quantity=1), today=TODAY)
        assert (asked.covered, asked.saved) == (1, Money(4_000_000))
        db.session.remove()


@pytest.mark.both_databases
def test_what_somebody_holds_or_waits_for_is_not_free(agency: Flask) -> None:
    with agency.app_context():
        lend("2-1", days=3, back=False)
        borrower = actor_named("borrower")
        with transaction():
            coming = LoanRequest(
                ("2-2",), "ประชุม", Place.INSIDE, TODAY + timedelta(days=9), starts_on=TODAY + timedelta(days=5)
            )
            service.request_loan(borrower, coming, now=NOW)
        officer = actor_named("officer")
        assert numbers(idle.look(officer, need(), today=TODAY)) == [("2-3", 0)]
        short = need(last=TODAY + timedelta(days=4))
        assert numbers(idle.look(officer, short, today=TODAY)) == [("2-2", 0), ("2-3", 0)]
        db.session.remove()


def test_too_few_prices_tell_nothing(agency: Flask) -> None:
    with agency.app_context():
        found = idle.look(actor_named("officer"), need(words="จอภาพ"), today=TODAY)
        assert (found.count, found.price, found.saved) == (1, None, None)
        db.session.remove()


def test_the_page(agency: Flask, client: FlaskClient) -> None:
    sign_in_as(client, "officer")
    assert "/loans/before-buying" in client.get("/").text
    assert client.get("/loans/before-buying").status_code == 200
    page = client.get(f"/loans/before-buying?{urlencode({'words': 'กล้อง', 'quantity': '๒', 'price': '35000'})}")
    assert page.status_code == 200
    for words in ("ยืมแทนการซื้อได้ครบ 2 ชิ้น", "70,000.00", "2-3", "ในหน่วยงานของคุณเองมีว่าง 1 ชิ้น"):
        assert words in page.text
    assert "กล้องไม่ให้ยืม" not in page.text
    for wrong in ({"words": ""}, {"words": "x", "quantity": "0"}, {"words": "x", "category": "nothing"}):
        assert client.get(f"/loans/before-buying?{urlencode(wrong)}").status_code == 422
    late = {"words": "x", **{f"first-{k}": v for k, v in (("day", "5"), ("month", "1"), ("year", "2570"))}}
    late |= {f"last-{k}": v for k, v in (("day", "4"), ("month", "1"), ("year", "2570"))}
    assert "วันสุดท้ายต้องไม่ก่อนวันแรก" in client.get(f"/loans/before-buying?{urlencode(late)}").text
    assert "ไม่พบของว่าง" in client.get("/loans/before-buying?words=รถดับเพลิง").text
    assert sign_in_as(agency.test_client(), "staff").get("/loans/before-buying").status_code == 403
