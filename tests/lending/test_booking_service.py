"""Booking ahead through the services: opening days, lead days, who comes next, what nobody collected, feeds."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from assetloan.assets import service as assets
from assetloan.assets.queries import by_number
from assetloan.assets.rules import AssetStatus
from assetloan.core import ids
from assetloan.core.db import db, transaction
from assetloan.core.db_objects import CLAIM
from assetloan.core.errors import DomainError, Forbidden, Invalid, NotFound
from assetloan.core.holidays import Holiday
from assetloan.identity.rules import Actor, Place, Role, console
from assetloan.lending import queries as loans
from assetloan.lending import service
from assetloan.lending.booking import queries, rules
from assetloan.lending.booking import service as booking
from assetloan.lending.booking.queries import Kind
from assetloan.lending.booking.service import OpeningData
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.rules import LineState, ReturnCondition
from assetloan.lending.service import LoanAct, LoanRequest, Receipt
from assetloan.notices.models import Notice
from tests.conftest import NOW
from tests.factories import a_category, a_unit, an_actor, an_agency, an_asset
from tests.together import together

TODAY = date(2026, 11, 23)  # a Monday


class Desk:
    """One unit, some projectors, and people."""

    def __init__(self, app: Flask) -> None:
        an_agency()
        self.app = app
        self.unit = a_unit("กยผ", parent="DEP")
        self.other = a_unit("กคพ", parent="DEP")
        kind = a_category("6730", name="เครื่องฉายภาพ").id
        self.category = kind
        self.numbers = [an_asset(self.unit, asset_no=f"6730-003-{n:04d}", category_id=kind).number for n in range(1, 6)]
        self.anna, self.ben = an_actor(unit="กยผ"), an_actor(unit="กคพ")
        self.officer = an_actor(Role.OFFICER, unit="กยผ")
        self.head = an_actor(Role.HEAD, unit="กยผ")

    def ask(
        self, first: int, last: int, who: Actor | None = None, things: Iterable[str] = (), now: datetime = NOW
    ) -> str:
        """Ask for the first thing from so many to so many days after today."""
        wanted = LoanRequest(
            tuple(things) or (self.numbers[0],),
            "ประชุม",
            Place.INSIDE,
            TODAY + timedelta(days=last),
            starts_on=TODAY + timedelta(days=first),
        )
        with transaction():
            return service.request_loan(who or self.anna, wanted, now=now).number

    def act(self, work: Any, who: Actor, *arguments: Any, days: int = 0) -> Any:
        with transaction():
            return work(who, *arguments, now=NOW + timedelta(days=days))

    def approve(self, number: str, days: int = 0) -> str:
        self.act(service.approve_loan, self.head, LoanAct(number), days=days)
        return number

    def state(self, number: str) -> LineState:
        db.session.rollback()
        return loans.loan_for(console(), number).lines[0].state

    def told(self, event: str) -> list[tuple[int, str]]:
        db.session.rollback()
        rows = db.session.scalars(sa.select(Notice).where(Notice.event == event).order_by(Notice.id))
        return [(row.person_id, row.about_key) for row in rows]

    def kind(self, **more: Any) -> Kind:
        return Kind(self.anna, TODAY, category="6730", **more)


@pytest.fixture
def desk(ctx: Flask) -> Desk:
    return Desk(ctx)


def fault_of(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(item.field, item.code) for item in error.value.errors]


# --- A8: periods that overlap -----------------------------------------------------------------------------------------


@pytest.mark.case("A8")
@pytest.mark.both_databases
def test_A8_forty_reservations_at_once_and_no_day_is_promised_twice(desk: Desk) -> None:
    chance = random.Random(8)
    wanted = [(first, first + chance.randint(0, 6)) for first in (chance.randint(1, 30) for _ in range(40))]
    people = [an_actor(unit="กยผ") for _ in range(6)]

    def one(place: int) -> Any:
        return lambda: desk.ask(*wanted[place], who=people[place % 6])

    outcomes = together(desk.app, [one(place) for place in range(40)])
    won = [wanted[place] for place, outcome in enumerate(outcomes) if isinstance(outcome, str)]
    lost = [outcome for outcome in outcomes if not isinstance(outcome, str)]
    assert {getattr(error, "code", repr(error)) for error in lost} <= {"asset_not_available"}
    days = [day for first, last in won for day in range(first, last + 1)]
    assert len(days) == len(set(days)), "a day was promised twice"
    for place, outcome in enumerate(outcomes):
        if not isinstance(outcome, str):
            first, last = wanted[place]
            assert any(one <= last and first <= two for one, two in won), "refused though nothing stood in the way"
    db.session.rollback()
    taken = desk.kind(unit_id=desk.unit.id).taken(TODAY, TODAY + timedelta(days=60))
    assert sorted((item.first, item.until) for item in taken) == sorted(
        (TODAY + timedelta(days=first), TODAY + timedelta(days=last + 1)) for first, last in won
    )


@pytest.mark.case("A8")
@pytest.mark.both_databases
def test_A8_a_period_may_begin_the_day_after_another_ends(desk: Desk) -> None:
    assert desk.ask(10, 10)
    assert desk.ask(11, 11, who=desk.ben)
    assert desk.ask(8, 9, who=desk.ben)
    with pytest.raises(DomainError, match="asset_not_available"):
        desk.ask(9, 10, who=desk.ben)


@pytest.mark.case("A8")
@pytest.mark.both_databases
@pytest.mark.parametrize(("first", "until", "fits"), [(10, 11, True), (9, 10, False), (11, 13, False), (10, 12, False)])
def test_A8_the_database_refuses_what_overlaps_whoever_writes(desk: Desk, first: int, until: int, fits: bool) -> None:
    """[9, 10) and [11, 13) are claimed; a third claim is moved between them past all services."""
    for number in (desk.ask(9, 9), desk.ask(11, 12), moved := desk.ask(20, 20)):
        assert number
    line = sa.select(Loan.id).where(Loan.number == moved).scalar_subquery()
    days = {"claim_from": TODAY + timedelta(days=first), "claim_until": TODAY + timedelta(days=until)}
    change = sa.update(LoanLine).where(LoanLine.loan_id == line).values(**days)

    def move() -> None:
        with transaction():
            db.session.execute(change, execution_options={"synchronize_session": False})

    if fits:
        move()
    else:
        with pytest.raises(IntegrityError, match=CLAIM):
            move()


# --- opening days and lead days ---------------------------------------------------------------------------------------


def test_any_day_may_be_asked_for_until_the_unit_refuses_its_closed_days(desk: Desk) -> None:
    assert desk.ask(5, 6), "Saturday and Sunday"
    desk.act(booking.set_opening, desk.head, "กยผ", OpeningData(frozenset(range(5)), refuses=True))
    with pytest.raises(Invalid) as refused:
        desk.ask(12, 13)
    assert fault_of(refused) == [("starts_on", "unit_not_open"), ("due_on", "unit_not_open")]
    assert desk.ask(14, 15)


@pytest.mark.both_databases
def test_holidays_and_closures_count_as_closed_where_the_unit_keeps_them(desk: Desk) -> None:
    with transaction():
        db.session.add(Holiday(day=TODAY + timedelta(days=2), name="วันหยุดพิเศษ", source="มติ ครม."))
    closed = TODAY + timedelta(days=3)
    row = desk.act(booking.add_closure, desk.head, "กยผ", closed, closed, "ตรวจนับพัสดุ").id
    opening = queries.opening_of(desk.unit.id, TODAY)
    assert opening.why_closed(TODAY + timedelta(days=2)) == "วันหยุดพิเศษ"
    assert opening.why_closed(closed) == "ตรวจนับพัสดุ"
    assert queries.opening_of(desk.other.id, TODAY).is_open(closed), "another unit's closure"
    everyday = OpeningData(frozenset(range(7)), on_holidays=True)
    desk.act(booking.set_opening, desk.head, "กยผ", everyday)
    desk.act(booking.remove_closure, desk.head, "กยผ", row)
    opening = queries.opening_of(desk.unit.id, TODAY)
    assert all(opening.is_open(TODAY + timedelta(days=step)) for step in range(14))


def test_only_who_sets_the_unit_sets_its_days(desk: Desk) -> None:
    for who in (desk.anna, desk.officer, desk.ben):
        with pytest.raises(Forbidden):
            desk.act(booking.set_opening, who, "กยผ", OpeningData(frozenset({0})))
        with pytest.raises(Forbidden):
            desk.act(booking.add_closure, who, "กยผ", TODAY, TODAY, "ย้ายห้อง")
    with pytest.raises(Invalid):
        desk.act(booking.set_opening, desk.head, "กยผ", OpeningData(frozenset()))
    with pytest.raises(NotFound):
        desk.act(booking.remove_closure, desk.head, "กยผ", 99)


@pytest.mark.parametrize(
    ("first", "last", "reason", "field"),
    [
        (-1, 3, "ย้ายห้อง", "first_day"),
        (3, 2, "ย้ายห้อง", "last_day"),
        (0, 400, "ย้ายห้อง", "last_day"),
        (0, 0, " ", "reason"),
        (0, 0, "ย" * 201, "reason"),
    ],
)
def test_a_closure_that_makes_no_sense(desk: Desk, first: int, last: int, reason: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        desk.act(
            booking.add_closure,
            desk.head,
            "กยผ",
            TODAY + timedelta(days=first),
            TODAY + timedelta(days=last),
            reason,
        )
    assert [item.field for item in refused.value.errors] == [field]


def test_lead_days_of_a_category(desk: Desk) -> None:
    tent = a_category("8340", name="เต็นท์", lead_days=3).id
    number = an_asset(desk.unit, asset_no="8340-001-0001", name="เต็นท์", category_id=tent).number
    with pytest.raises(Invalid) as refused:
        desk.ask(2, 3, things=[number])
    assert fault_of(refused) == [("starts_on", "too_soon")]
    with pytest.raises(Invalid):
        desk.ask(2, 3, things=[desk.numbers[0], number])
    assert desk.ask(3, 4, things=[number])
    assert desk.ask(0, 1), "the others need no lead"


# --- no-show ----------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_what_nobody_collected_ends_once_and_the_thing_is_free(desk: Desk) -> None:
    kept, gone = desk.approve(desk.ask(0, 9)), desk.ask(0, 2, things=[desk.numbers[1]])
    follower = desk.ask(10, 11, who=desk.ben)
    fresh = desk.approve(desk.ask(2, 9, things=[desk.numbers[2]]))

    assert desk.act(booking.expire_no_shows, console(), days=3) == [gone], "undecided, and its day has passed"
    assert desk.act(booking.expire_no_shows, console(), days=4) == [kept]
    assert desk.act(booking.expire_no_shows, console(), days=4) == []
    assert [desk.state(number) for number in (kept, gone, fresh, follower)] == [
        LineState.EXPIRED,
        LineState.EXPIRED,
        LineState.APPROVED,
        LineState.SUBMITTED,
    ]
    assert desk.told("loan.expired") == [(desk.anna.person_id, gone), (desk.anna.person_id, kept)]
    assert desk.told("loan.next_in_queue") == [(desk.ben.person_id, follower)]
    assert desk.ask(4, 9, who=desk.ben), "free again before its old end"


def test_a_late_approval_is_not_lost_at_once(desk: Desk) -> None:
    number = desk.ask(0, 12)
    desk.approve(number, days=4)  # Friday; three days later is the Monday
    assert desk.act(booking.expire_no_shows, console(), days=7) == []
    assert desk.act(booking.expire_no_shows, console(), days=8) == [number]


def test_the_days_to_collect_end_on_an_open_day(desk: Desk) -> None:
    number = desk.approve(desk.ask(2, 12))  # Wednesday; three days later is a Saturday
    assert desk.act(booking.expire_no_shows, console(), days=7) == [], "Monday is still in time"
    assert desk.act(booking.expire_no_shows, console(), days=8) == [number]


def test_an_officer_ends_only_what_the_own_unit_waits_for(desk: Desk) -> None:
    number = desk.approve(desk.ask(0, 2))
    stranger = an_actor(Role.OFFICER, unit="กคพ")
    assert desk.act(booking.expire_no_shows, stranger, days=9) == []
    assert desk.act(booking.expire_no_shows, desk.anna, days=9) == []
    assert desk.act(booking.expire_no_shows, desk.officer, days=9) == [number]


def test_by_hand_it_ends_no_earlier(desk: Desk) -> None:
    number = desk.approve(desk.ask(0, 9))
    with pytest.raises(DomainError, match="loan_still_open"):
        desk.act(service.expire_loan, desk.officer, LoanAct(number), days=3)
    desk.act(service.expire_loan, desk.officer, LoanAct(number), days=4)
    assert desk.state(number) is LineState.EXPIRED


# --- the queue --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["cancelled", "rejected", "received"])
def test_who_comes_next_is_told_when_the_thing_is_free(desk: Desk, end: str) -> None:
    number = desk.ask(0, 3)
    following = desk.ask(5, 6, who=desk.ben)
    desk.ask(8, 9)
    if end == "cancelled":
        desk.act(service.cancel_loan, desk.anna, LoanAct(number))
    elif end == "rejected":
        desk.act(service.reject_loan, desk.head, LoanAct(number, reason="ใช้ในกอง"))
    else:
        desk.approve(number)
        desk.act(service.hand_over_loan, desk.officer, LoanAct(number))
        assert desk.told("loan.next_in_queue") == []
        desk.act(service.receive_lines, desk.officer, number, [Receipt(desk.numbers[0], ReturnCondition.GOOD)])
    assert desk.told("loan.next_in_queue") == [(desk.ben.person_id, following)]


def test_nobody_is_told_of_a_thing_that_is_not_on_the_shelf(desk: Desk) -> None:
    number = desk.approve(desk.ask(0, 3))
    desk.act(service.hand_over_loan, desk.officer, LoanAct(number))
    desk.ask(5, 6, who=desk.ben)
    broken = [Receipt(desk.numbers[0], ReturnCondition.DAMAGED, "จอแตก")]
    desk.act(service.receive_lines, desk.officer, number, broken)
    assert desk.told("loan.next_in_queue") == []


def test_nobody_is_told_of_a_thing_in_repair(desk: Desk) -> None:
    number = desk.ask(0, 3)
    desk.ask(5, 6, who=desk.ben)
    with transaction():
        thing = by_number(console(), desk.numbers[0])
        assets.set_state(console(), thing, status=AssetStatus.REPAIR, condition=None, now=NOW)
    desk.act(service.cancel_loan, desk.anna, LoanAct(number))
    assert desk.told("loan.next_in_queue") == []


def test_ones_own_next_days_are_no_news(desk: Desk) -> None:
    number = desk.ask(0, 3)
    desk.ask(5, 6)
    desk.act(service.cancel_loan, desk.anna, LoanAct(number))
    assert desk.told("loan.next_in_queue") == []


def test_an_act_that_was_taken_back_tells_nobody(desk: Desk) -> None:
    number = desk.ask(0, 3)
    desk.ask(5, 6, who=desk.ben)

    def cancel_and_fail() -> None:
        with transaction():
            service.cancel_loan(desk.anna, LoanAct(number), now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cancel_and_fail()
    assert desk.told("loan.next_in_queue") == []


# --- kinds ------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_what_is_free_of_a_kind(desk: Desk) -> None:
    an_asset(desk.other, asset_no="6730-009-0001", category_id=desk.category)
    an_asset(desk.unit, asset_no="6730-009-0002", category_id=desk.category, loanable=False)
    desk.ask(17, 18)
    late = desk.approve(desk.ask(0, 1, things=[desk.numbers[1]]))
    desk.act(service.hand_over_loan, desk.officer, LoanAct(late))
    first, until = TODAY + timedelta(days=17), TODAY + timedelta(days=20)
    assert desk.kind().free_by_unit(first, until) == {desk.unit.id: 4, desk.other.id: 1}
    assert desk.kind().totals() == {desk.unit.id: 5, desk.other.id: 1}
    assert desk.kind(unit_id=desk.other.id).totals() == {desk.other.id: 1}
    assert desk.kind(words="ไม่มีชื่อนี้").totals() == {}

    overdue = Kind(desk.anna, TODAY + timedelta(days=2), category="6730", unit_id=desk.unit.id)
    assert overdue.totals() == {desk.unit.id: 4}, "what is overdue promises no day"
    assert overdue.free_by_unit(first, until) == {desk.unit.id: 3}
    counts = rules.free_counts([first, until], 4, overdue.taken(first, until + timedelta(days=1)))
    assert counts == {first: 3, until: 4}


def test_the_pieces_are_chosen_with_their_use_and_who_comes_after(desk: Desk) -> None:
    used = desk.approve(desk.ask(0, 1))
    desk.act(service.hand_over_loan, desk.officer, LoanAct(used))
    desk.act(service.receive_lines, desk.officer, used, [Receipt(desk.numbers[0], ReturnCondition.GOOD)])
    desk.ask(20, 21, things=[desk.numbers[1]])
    first, until = TODAY + timedelta(days=17), TODAY + timedelta(days=20)
    free = queries.free_things(desk.kind(unit_id=desk.unit.id), first, until)
    chosen = rules.choose(free.candidates, 4, until)
    assert [free.things[asset_id].number for asset_id in chosen] == [*desk.numbers[2:], desk.numbers[0]]


def test_kinds_that_are_lent(desk: Desk) -> None:
    a_category("7110", name="ตู้")
    car = a_category("2310", name="รถ", vehicle=True).id
    an_asset(desk.unit, asset_no="2310-001-0001", category_id=car)
    assert queries.kinds_lent(desk.anna) == [("6730", "เครื่องฉายภาพ")]
    assert queries.kinds_lent(an_actor()) == [], "no unit, no rows"


# --- feeds ------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_one_living_address_for_a_person_and_subject(desk: Desk) -> None:
    first = desk.act(booking.create_feed, desk.officer, "")
    unit = desk.act(booking.create_feed, desk.officer, "กยผ")
    second = desk.act(booking.create_feed, desk.officer, "")
    assert queries.live_feed(ids.token_hash(first)) is None
    found = [queries.live_feed(ids.token_hash(token)) for token in (second, unit)]
    assert [row[0].unit_id if row else "" for row in found] == [None, desk.unit.id]
    feed_id = queries.feeds_of(desk.officer)[None].id
    with pytest.raises(NotFound):
        desk.act(booking.revoke_feed, desk.anna, feed_id)
    desk.act(booking.revoke_feed, desk.officer, feed_id)
    assert queries.live_feed(ids.token_hash(second)) is None


def test_the_desk_of_a_unit_is_for_those_who_see_its_loans(desk: Desk) -> None:
    for who, unit in ((desk.anna, "กยผ"), (desk.officer, "กคพ"), (desk.ben, "กยผ")):
        with pytest.raises(NotFound):
            desk.act(booking.create_feed, who, unit)
    assert desk.act(booking.create_feed, an_actor(Role.SECRETARIAT, unit="SLK"), "SLK")


def test_a_feed_tells_ones_own_loans_or_those_of_the_desk(desk: Desk) -> None:
    own, others = desk.ask(1, 2), desk.ask(4, 5, who=desk.ben)
    cancelled = desk.ask(7, 8)
    desk.act(service.cancel_loan, desk.anna, LoanAct(cancelled))
    assert [line.loan.number for line in queries.feed_lines(desk.anna, None, TODAY)] == [own]
    assert [line.loan.number for line in queries.feed_lines(desk.officer, desk.unit.id, TODAY)] == [own, others]
    assert queries.feed_lines(desk.anna, desk.other.id, TODAY) == []
    ben = [line.loan.number for line in queries.feed_lines(desk.ben, desk.unit.id, TODAY)]
    assert ben == [others], "whose right has ended sees the own loans at most"
