"""What the scan page tells before asking is what the request then does: the route, the order, the usual time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from assetloan.assets.queries import by_number
from assetloan.core.db import db, transaction
from assetloan.identity import delegations
from assetloan.identity.queries import unit_by_code, unit_tree
from assetloan.identity.rules import DelegationKind, Place, Role, console
from assetloan.lending import scanning, service
from assetloan.lending.authority import routing
from assetloan.lending.service import LoanAct, LoanRequest
from tests.conftest import NOW
from tests.factories import a_person, a_unit, actor_named, an_agency, an_asset
from tests.lending.scene import TODAY

pytestmark = pytest.mark.both_databases


@pytest.fixture
def things(ctx: Flask) -> dict[str, str]:
    """A centre under a division under the agency; only the division has a head."""
    an_agency()
    division = a_unit("A", parent="DEP", name="กอง ก")
    centre = a_unit("A1", parent="A", name="ศูนย์ ก")
    a_person(Role.DIRECTOR, unit="DEP", username="director")
    a_person(Role.HEAD, unit="A", username="head")
    a_person(unit="A1", username="staff")
    return {"division": an_asset(division).number, "centre": an_asset(centre).number}


def told(who: str, number: str, place: Place) -> tuple[str, str]:
    """What the page says, and what the request would do."""
    actor = actor_named(who)
    asset = by_number(console(), number)
    said = scanning.advice(actor, asset, TODAY).post_for(place)
    plan = routing.plan_route(place, unit_tree(TODAY)[asset.unit_id], actor.person_id, TODAY)
    return said, plan.post


@pytest.mark.parametrize("who", ["staff", "head", "director"])
@pytest.mark.parametrize("what", ["division", "centre"])
@pytest.mark.parametrize("place", list(Place))
def test_the_post_that_is_told_is_the_post_that_decides(
    things: dict[str, str], who: str, what: str, place: Place
) -> None:
    said, done = told(who, things[what], place)
    assert said == done


def test_so_it_is_with_delegates_and_heads_over_units_below(things: dict[str, str]) -> None:
    a_person(unit="A1", username="delegate")
    a_person((Role.HEAD, "DEP"), unit="DEP", username="above")
    data = delegations.DelegationData(
        DelegationKind.ACTING, Role.HEAD, "delegate", "1/2570", TODAY, TODAY, unit="A1", from_post="หัวหน้าศูนย์ ก"
    )
    with transaction():
        delegations.create_delegation(console(), data, now=NOW)
    for who in ("staff", "head", "delegate", "above"):
        for what in things.values():
            said, done = told(who, what, Place.INSIDE)
            assert said == done, (who, what)


def test_the_usual_time_is_the_median_of_the_unit(things: dict[str, str]) -> None:
    number = things["division"]
    for hours in (1, 2, 30):
        with transaction():
            wanted = LoanRequest((number,), "ประชุม", Place.INSIDE, TODAY)
            loan = service.request_loan(actor_named_in("staff"), wanted, now=NOW).number
        with transaction():
            act = LoanAct(loan, reason="ไม่ว่าง")
            service.reject_loan(actor_named_in("head"), act, now=NOW + timedelta(hours=hours))
    asset = by_number(console(), number)
    found = scanning.advice(actor_named("staff"), asset, TODAY)
    assert found.usual_hours == 2
    assert found.purposes == ("ประชุม",)


def actor_named_in(who: str):
    """The actor inside a transaction."""
    from assetloan.identity import queries

    person = queries.person_by_username(who)
    assert person is not None
    return queries.actor_of(person, today=TODAY)


def test_only_orders_that_cover_the_thing_are_told(things: dict[str, str]) -> None:
    head = actor_named("head")
    for number, days in (("1/2570", 3), ("2/2570", 5)):
        data = service.StandingData("A", number, days, TODAY, TODAY + timedelta(days=9))
        with transaction():
            service.create_standing_approval(head, data, now=NOW)
    asset = by_number(console(), things["division"])
    orders = scanning.advice(actor_named("staff"), asset, TODAY).orders
    assert [(order.order_no, order.most_days) for order in orders] == [("1/2570", 3), ("2/2570", 5)]
    assert scanning.advice(actor_named("head"), asset, TODAY).orders == ()
    assert scanning.advice(actor_named("staff"), by_number(console(), things["centre"]), TODAY).orders == ()
    assert scanning.advice(actor_named("staff"), asset, TODAY + timedelta(days=10)).orders == ()


def test_a_code_and_all_its_claims_come_in_one_statement(things: dict[str, str], count_queries) -> None:
    number = things["division"]
    for days in (0, 2, 4):
        with transaction():
            first = TODAY + timedelta(days=days)
            wanted = LoanRequest((number,), "ประชุม", Place.INSIDE, first + timedelta(days=1), starts_on=first)
            service.request_loan(actor_named_in("staff"), wanted, now=NOW)
    code = by_number(console(), number).codes[0].code
    actor = actor_named("staff")
    unit_by_code("A", TODAY)
    db.session.rollback()
    with count_queries() as seen:
        found = scanning.scanned(actor, code)
    assert len(seen) == 1
    assert [line.claim_from for line in found.lines] == [TODAY + timedelta(days=days) for days in (0, 2, 4)]
    assert found.lines[0].loan.borrower_name
