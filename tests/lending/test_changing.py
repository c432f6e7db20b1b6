"""More time and another borrower: who may ask, who decides, what it does to loans, claims and reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from assetloan.core import settings
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Forbidden, Invalid, NotFound
from assetloan.core.money import Money
from assetloan.identity import delegations
from assetloan.identity import service as identity
from assetloan.identity.rules import Actor, DelegationKind, Place, Role, console
from assetloan.lending import queries, service
from assetloan.lending.changing import queries as changes
from assetloan.lending.changing import service as changing
from assetloan.lending.changing.models import LoanChange, LoanChangeLine
from assetloan.lending.changing.rules import ChangeState
from assetloan.lending.changing.service import ChangeAct, ExtensionAsk, SwapAsk, TransferAsk
from assetloan.lending.models import LoanDue, LoanLine
from assetloan.lending.rules import LineState, ReturnCondition
from assetloan.lending.service import LoanAct, LoanRequest, Receipt
from assetloan.notices.models import Notice
from assetloan.reporting import checks
from tests.conftest import NOW
from tests.factories import a_category, a_person, a_unit, actor_named, an_actor, an_agency, an_asset

pytestmark = pytest.mark.both_databases
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


@dataclass
class Desk:
    """A unit with everyone a change needs."""

    staff: Actor
    colleague: Actor
    officer: Actor
    head: Actor
    secretariat: Actor
    director: Actor
    numbers: list[str]

    def ask(self, *numbers: str, days: int = 3, start: int = 0, who: Actor | None = None, **more: object) -> str:
        given = {"purpose": "ประชุมคณะทำงาน", "place": Place.INSIDE, "due_on": TODAY + days * DAY} | more
        wanted = LoanRequest(numbers or (self.numbers[0],), starts_on=TODAY + start * DAY, **given)
        with transaction():
            return service.request_loan(who or self.staff, wanted, now=NOW).number

    def approve(self, number: str, who: Actor | None = None) -> str:
        with transaction():
            service.approve_loan(who or self.head, LoanAct(number), now=NOW)
        return number

    def out(self, *numbers: str, days: int = 3, who: Actor | None = None, **more: object) -> str:
        number = self.ask(*numbers, days=days, who=who, **more)
        self.approve(number, self.director if "place" in more else None)
        with transaction():
            service.hand_over_loan(self.officer, LoanAct(number), now=NOW)
        return number

    def back(self, number: str, *assets: str, days: int = 1) -> None:
        with transaction():
            receipts = [Receipt(asset, ReturnCondition.GOOD) for asset in assets or self.numbers[:1]]
            service.receive_lines(self.officer, number, receipts, now=NOW + days * DAY)

    def extend(self, number: str, days: int = 7, *lines: str, at: int = 0, reason: str = "งานยังไม่เสร็จ") -> int:
        with transaction():
            ask = ExtensionAsk(number, TODAY + days * DAY, reason, lines)
            return changing.request_extension(self.staff, ask, now=NOW + at * DAY).id

    def transfer(self, number: str, *lines: str, to: Actor | None = None, at: int = 0) -> int:
        with transaction():
            ask = TransferAsk(number, (to or self.colleague).username, "รับงานต่อ", lines)
            return changing.request_transfer(self.staff, ask, now=NOW + at * DAY).id

    def act(self, work: object, who: Actor, change_id: int, *, reason: str = "", at: int = 0) -> None:
        with transaction():
            work(who, ChangeAct(change_id, reason), now=NOW + at * DAY)

    def state(self, change_id: int) -> ChangeState:
        db.session.rollback()
        return db.session.get_one(LoanChange, change_id).state

    def lines(self, number: str) -> list[LoanLine]:
        db.session.rollback()
        return queries.loan_for(console(), number).lines

    def told(self, event: str) -> set[int]:
        db.session.rollback()
        return set(db.session.scalars(sa.select(Notice.person_id).where(Notice.event == event)))


@pytest.fixture
def desk(ctx: Flask) -> Desk:
    an_agency()
    unit = a_unit("กยผ", parent="DEP", name="กองยุทธศาสตร์และแผนงาน")
    numbers = [an_asset(unit, asset_no=f"6730-003-000{n}").number for n in range(1, 4)]
    return Desk(
        staff=an_actor(unit="กยผ"),
        colleague=an_actor(unit="กยผ"),
        officer=an_actor(Role.OFFICER, unit="กยผ"),
        head=an_actor(Role.HEAD, unit="กยผ"),
        secretariat=an_actor(Role.SECRETARIAT, unit="SLK"),
        director=an_actor(Role.DIRECTOR, unit="DEP"),
        numbers=numbers,
    )


@pytest.fixture
def clean(set_clock: Callable[[datetime], None]) -> Callable[[], None]:
    """`check`, some days later, finds nothing."""

    def look() -> None:
        db.session.rollback()
        set_clock(NOW + 20 * DAY)
        assert checks.run_all() == []
        set_clock(NOW)

    return look


# --- more time ------------------------------------------------------------------------------------------------------


def test_an_approved_extension_moves_the_due_date_and_keeps_the_old_one(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.out()
    change = desk.extend(number)
    assert desk.told("loan.extension_requested") == {desk.head.person_id}
    assert [line.due_on for line in desk.lines(number)] == [TODAY + 3 * DAY]  # asking changes nothing
    desk.act(changing.approve_change, desk.head, change, at=1)
    (line,) = desk.lines(number)
    assert (line.due_on, line.claim_until) == (TODAY + 7 * DAY, TODAY + 8 * DAY)
    assert queries.loan_for(desk.staff, number).due_on == TODAY + 7 * DAY
    dues = db.session.execute(sa.select(LoanDue.due_on, LoanDue.approved_by_id).order_by(LoanDue.id)).all()
    assert dues == [(TODAY + 3 * DAY, desk.head.person_id), (TODAY + 7 * DAY, desk.head.person_id)]
    assert desk.state(change) is ChangeState.APPROVED
    assert desk.told("loan.extension_approved") == {desk.staff.person_id}
    clean()


def test_only_the_borrower_asks_for_more_time(desk: Desk) -> None:
    number = desk.out()
    for other in (desk.officer, desk.head, desk.secretariat):
        with pytest.raises(Forbidden), transaction():
            changing.request_extension(other, ExtensionAsk(number, TODAY + 7 * DAY, "x"), now=NOW)
    with pytest.raises(NotFound), transaction():
        changing.request_extension(desk.colleague, ExtensionAsk(number, TODAY + 7 * DAY, "x"), now=NOW)


def test_nobody_decides_about_their_own_time_and_a_stranger_does_not_see_it(desk: Desk) -> None:
    number = desk.out()
    change = desk.extend(number)
    with pytest.raises(Forbidden):
        desk.act(changing.approve_change, desk.staff, change)
    with pytest.raises(Forbidden):
        desk.act(changing.approve_change, desk.officer, change)
    with pytest.raises(NotFound):
        desk.act(changing.approve_change, desk.colleague, change)


@pytest.mark.parametrize("who", ["staff", "colleague"])
def test_a_party_does_not_decide_by_a_delegation_either(desk: Desk, who: str) -> None:
    number = desk.out()
    change = desk.transfer(number)
    party: Actor = getattr(desk, who)
    order = delegations.DelegationData(
        DelegationKind.DELEGATED, Role.HEAD, party.username, "1/2570", TODAY, TODAY + 9 * DAY, unit="กยผ"
    )
    with transaction():
        delegations.create_delegation(console(), order, now=NOW)
    with pytest.raises(Forbidden):
        desk.act(changing.approve_change, actor_named(party.username), change)
    desk.act(changing.approve_change, desk.head, change)


def test_only_the_borrower_takes_a_change_back(desk: Desk) -> None:
    change = desk.extend(desk.out())
    for other in (desk.head, desk.officer, desk.director):
        with pytest.raises(Forbidden):
            desk.act(changing.cancel_change, other, change)


def test_the_head_who_borrowed_is_decided_one_level_up(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.ask(who=desk.head)
    desk.approve(number, desk.director)
    with transaction():
        service.hand_over_loan(desk.officer, LoanAct(number), now=NOW)
        change = changing.request_extension(desk.head, ExtensionAsk(number, TODAY + 5 * DAY, "x"), now=NOW).id
    with pytest.raises(Forbidden):
        desk.act(changing.approve_change, desk.head, change)
    desk.act(changing.approve_change, desk.director, change)
    clean()


@pytest.mark.parametrize(
    ("days", "at", "code"),
    [
        (3, 0, "extension_not_longer"),
        (2, 0, "extension_not_longer"),
        (16, 0, "extension_too_long"),
        (17, 1, "extension_too_long"),
        (9, 4, "extension_after_due"),
    ],
)
def test_more_time_within_bounds(desk: Desk, days: int, at: int, code: str) -> None:
    number = desk.out()
    with pytest.raises(Invalid) as refused:
        desk.extend(number, days, at=at)
    assert [(fault.field, fault.code) for fault in refused.value.errors] == [("due_on", code)]
    desk.extend(number, 15 + min(at, 3), at=min(at, 3))  # the last day allowed, on the last day of asking


def test_a_category_shortens_the_extension_too(desk: Desk) -> None:
    category = a_category("6730", longest_loan_days=5).id
    asset = an_asset(_unit(), asset_no="6730-009-0001", category_id=category).number
    number = desk.out(asset)
    with pytest.raises(Invalid, match="extension_too_long"):
        desk.extend(number, 6)
    desk.extend(number, 5)


def _unit() -> object:
    from assetloan.identity.queries import unit_by_code

    return unit_by_code("กยผ", TODAY)


def test_by_the_rule_of_the_agency_one_may_ask_late_and_the_approver_sees_it(
    desk: Desk, clean: Callable[[], None]
) -> None:
    number = desk.out()
    with transaction():
        settings.put("extension_before_due", False, TODAY)
    change = desk.extend(number, 9, at=5)
    assert db.session.get_one(LoanChange, change).late
    desk.act(changing.approve_change, desk.head, change, at=5)
    assert desk.lines(number)[0].due_on == TODAY + 9 * DAY
    clean()


def test_one_extension_unless_the_agency_allows_more(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.out()
    desk.act(changing.approve_change, desk.head, desk.extend(number, 5))
    with pytest.raises(Invalid, match="extension_used"):
        desk.extend(number, 9)
    with transaction():
        settings.put("most_extensions", 2, TODAY)
    desk.act(changing.approve_change, desk.head, desk.extend(number, 9))
    assert [due.due_on for due in db.session.scalars(sa.select(LoanDue).order_by(LoanDue.id))] == [
        TODAY + days * DAY for days in (3, 5, 9)
    ]
    clean()


@pytest.mark.parametrize(("most", "allowed"), [(0, 0), (2, 2), (None, 1)])
def test_a_category_has_a_number_of_extensions_of_its_own(desk: Desk, most: int | None, allowed: int) -> None:
    category = a_category("6730", most_extensions=most).id
    number = desk.out(an_asset(_unit(), asset_no="6730-009-0001", category_id=category).number)
    for count in range(allowed):
        desk.act(changing.approve_change, desk.head, desk.extend(number, 5 + count))
    with pytest.raises(Invalid, match="extension_used"):
        desk.extend(number, 9)


def test_one_open_change_of_a_line(desk: Desk) -> None:
    number = desk.out()
    change = desk.extend(number)
    with pytest.raises(DomainError, match="change_open"):
        desk.extend(number, 8)
    with pytest.raises(DomainError, match="change_open"):
        desk.transfer(number)
    twice = LoanChangeLine(change_id=change, line_id=desk.lines(number)[0].id, old_due_on=TODAY)
    with pytest.raises(IntegrityError), transaction():
        db.session.add(twice)
    desk.act(changing.cancel_change, desk.staff, change)
    assert desk.state(change) is ChangeState.CANCELLED
    desk.extend(number, 8)


def test_some_things_longer_and_the_others_not(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.out(*desk.numbers[:2])
    change = desk.extend(number, 7, desk.numbers[1])
    desk.act(changing.approve_change, desk.head, change)
    assert [line.due_on for line in desk.lines(number)] == [TODAY + 3 * DAY, TODAY + 7 * DAY]
    other = desk.extend(number, 6)  # without names: those that have not had theirs
    desk.act(changing.approve_change, desk.head, other)
    assert [line.due_on for line in desk.lines(number)] == [TODAY + 6 * DAY, TODAY + 7 * DAY]
    assert queries.loan_for(desk.staff, number).due_on == TODAY + 7 * DAY
    clean()


def test_an_approved_reservation_of_another_comes_first(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.out()
    desk.approve(desk.ask(who=desk.colleague, start=6, days=8))
    with pytest.raises(DomainError, match="asset_not_available") as refused:
        desk.extend(number, 6)
    assert refused.value.details == {"asset": desk.numbers[0], "starts_on": TODAY + 6 * DAY}
    change = desk.extend(number, 5)  # up to the day before
    desk.act(changing.approve_change, desk.head, change)
    clean()


def test_a_request_that_waits_keeps_its_place_until_it_is_decided(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.out()
    waiting = desk.ask(who=desk.colleague, start=5, days=8)
    change = desk.extend(number, 6)  # asking is allowed: that request may still be refused
    with pytest.raises(DomainError, match="asset_not_available") as refused:
        desk.act(changing.approve_change, desk.head, change)
    assert refused.value.details["starts_on"] == TODAY + 5 * DAY
    assert desk.state(change) is ChangeState.REQUESTED
    with transaction():
        service.reject_loan(desk.head, LoanAct(waiting, reason="ของไม่ว่าง"), now=NOW)
    desk.act(changing.approve_change, desk.head, change)
    assert desk.lines(number)[0].due_on == TODAY + 6 * DAY
    clean()


def test_a_refusal_has_a_reason(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.out()
    change = desk.extend(number)
    with pytest.raises(Invalid, match="reason_required"):
        desk.act(changing.reject_change, desk.head, change)
    desk.act(changing.reject_change, desk.head, change, reason="ต้องใช้ในกอง")
    assert desk.state(change) is ChangeState.REJECTED
    assert desk.lines(number)[0].due_on == TODAY + 3 * DAY
    assert desk.told("loan.extension_rejected") == {desk.staff.person_id}
    desk.extend(number)  # and may ask anew
    clean()


def test_what_comes_back_first_overtakes_the_extension(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.out(*desk.numbers[:2])
    change = desk.extend(number)
    desk.back(number, desk.numbers[0])
    assert desk.state(change) is ChangeState.REQUESTED
    with transaction():
        service.declare_return(desk.staff, LoanAct(number, (desk.numbers[1],)), now=NOW + DAY)
    assert desk.state(change) is ChangeState.OVERTAKEN
    with pytest.raises(DomainError, match="invalid_transition"):
        desk.act(changing.approve_change, desk.head, change, at=1)
    clean()


def test_the_rest_of_an_extension_is_decided_without_what_came_back(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.out(*desk.numbers[:2])
    change = desk.extend(number)
    desk.back(number, desk.numbers[0])
    desk.act(changing.approve_change, desk.head, change, at=1)
    assert [line.due_on for line in desk.lines(number)] == [TODAY + 3 * DAY, TODAY + 7 * DAY]
    clean()


@pytest.mark.parametrize("state", ["submitted", "approved", "declared", "received"])
def test_only_what_is_out_is_extended_or_passed_on(desk: Desk, state: str) -> None:
    number = desk.out() if state in ("declared", "received") else desk.ask()
    if state == "approved":
        desk.approve(number)
    if state == "declared":
        with transaction():
            service.declare_return(desk.staff, LoanAct(number), now=NOW)
    if state == "received":
        desk.back(number, days=0)
    for ask in (desk.extend, desk.transfer):
        with pytest.raises(DomainError, match="invalid_transition"):
            ask(number)


def test_an_extension_into_the_past_is_not_approved(desk: Desk) -> None:
    number = desk.out()
    change = desk.extend(number, 5)
    with pytest.raises(DomainError, match="extension_past"):
        desk.act(changing.approve_change, desk.head, change, at=6)
    assert desk.state(change) is ChangeState.REQUESTED


def test_a_delegate_decides_within_the_days_of_the_whole_loan(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.out(place=Place.OUTSIDE)
    change = desk.extend(number, 7)
    delegate = a_person(unit="กยผ")
    order = delegations.DelegationData(
        DelegationKind.DELEGATED, Role.DIRECTOR, delegate, "พม 1/2570", TODAY, TODAY + 30 * DAY, most_days=6
    )
    with transaction():
        delegations.create_delegation(console(), order, now=NOW)
    with pytest.raises(Forbidden):
        desk.act(changing.approve_change, actor_named(delegate), change)
    desk.act(changing.cancel_change, desk.staff, change)
    change = desk.extend(number, 6)
    desk.act(changing.approve_change, actor_named(delegate), change)
    assert db.session.get_one(LoanChange, change).delegation_id is not None
    clean()


def test_several_changes_at_once_each_stands_or_falls_by_itself(desk: Desk, clean: Callable[[], None]) -> None:
    first, second = desk.out(desk.numbers[0]), desk.out(desk.numbers[1])
    one, two = desk.extend(first), desk.extend(second)
    desk.ask(desk.numbers[0], who=desk.colleague, start=5, days=8)
    with transaction():
        done = changing.approve_changes(desk.head, [two, one], now=NOW)
    assert [(item.change_id, item.error and item.error.code) for item in done] == [
        (one, "asset_not_available"),
        (two, None),
    ]
    assert (desk.state(one), desk.state(two)) == (ChangeState.REQUESTED, ChangeState.APPROVED)
    clean()


# --- another borrower -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["receiver", "head"])
def test_a_transfer_needs_both_in_either_order(desk: Desk, first: str, clean: Callable[[], None]) -> None:
    number = desk.out()
    change = desk.transfer(number, at=1)
    assert desk.told("loan.transfer_offered") == {desk.colleague.person_id}
    assert desk.told("loan.transfer_requested") == {desk.head.person_id}
    acts = [(changing.accept_transfer, desk.colleague), (changing.approve_change, desk.head)]
    acts = acts if first == "receiver" else acts[::-1]
    desk.act(*acts[0], change, at=1)
    assert [line.state for line in desk.lines(number)] == [LineState.HANDED_OVER]
    desk.act(*acts[1], change, at=2)
    (old,) = desk.lines(number)
    made = db.session.get_one(LoanChange, change).new_loan_id
    new_number = db.session.scalars(sa.text("SELECT number FROM loan WHERE id = :id"), {"id": made}).one()
    (new,) = desk.lines(new_number)
    assert (old.state, old.holds_asset) == (LineState.RECEIVED, False)
    assert (new.state, new.holds_asset, new.borrower_id) == (LineState.HANDED_OVER, True, desk.colleague.person_id)
    assert old.first_received_at == new.handed_over_at == NOW + 2 * DAY
    assert old.received_by_id == new.handed_over_by_id == new.decided_by_id == desk.head.person_id
    assert (new.due_on, new.asset.status.value) == (TODAY + 3 * DAY, "on_loan")
    clean()
    with transaction():
        service.approve_return(desk.secretariat, LoanAct(number), now=NOW + 2 * DAY)
    desk.back(new_number, days=3)
    assert desk.lines(new_number)[0].state is LineState.RECEIVED
    clean()


def test_the_unit_that_holds_clean_returns_lets_a_transfer_through(desk: Desk, clean: Callable[[], None]) -> None:
    with transaction():
        identity.set_holding(console(), "กยผ", holds_clean_returns=True, now=NOW)
    number = desk.out()
    change = desk.transfer(number)
    desk.act(changing.accept_transfer, desk.colleague, change)
    desk.act(changing.approve_change, desk.head, change)
    with transaction():
        service.send_back(desk.secretariat, LoanAct(number, reason="ขอดูสภาพ"), now=NOW + DAY)
    desk.back(number, days=1)
    with transaction():
        service.approve_return(desk.secretariat, LoanAct(number), now=NOW + DAY)
    assert desk.lines(number)[0].state is LineState.CLOSED
    clean()


def test_neither_party_of_a_transfer_decides_it(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.out()
    change = desk.transfer(number, to=desk.head)  # the head is to have it: one level up decides
    with pytest.raises(Forbidden):
        desk.act(changing.approve_change, desk.head, change)
    with pytest.raises(Forbidden):
        desk.act(changing.approve_change, desk.staff, change)
    desk.act(changing.accept_transfer, desk.head, change)
    desk.act(changing.approve_change, desk.director, change)
    assert desk.lines(number)[0].received_by_id == desk.director.person_id
    clean()


def test_where_the_receiver_is_one_of_two_heads_the_next_level_decides(desk: Desk, clean: Callable[[], None]) -> None:
    other = an_actor(Role.HEAD, unit="กยผ")
    change = desk.transfer(desk.out(), to=other)
    desk.act(changing.accept_transfer, other, change)
    with pytest.raises(Forbidden):
        desk.act(changing.approve_change, desk.head, change)
    desk.act(changing.approve_change, desk.director, change)
    clean()


def test_only_the_receiver_accepts(desk: Desk, clean: Callable[[], None]) -> None:
    change = desk.transfer(desk.out())
    for other in (desk.staff, desk.head, desk.officer):
        with pytest.raises(Forbidden):
            desk.act(changing.accept_transfer, other, change)
    desk.act(changing.decline_transfer, desk.colleague, change, reason="ไม่ได้รับของ")
    assert desk.state(change) is ChangeState.DECLINED
    with pytest.raises(DomainError, match="invalid_transition"):
        desk.act(changing.accept_transfer, desk.colleague, change)
    assert desk.told("loan.transfer_declined") == {desk.staff.person_id}
    clean()


def test_to_whom_things_are_not_passed_on(desk: Desk) -> None:
    number = desk.out()
    auditor, away = an_actor(Role.AUDITOR, unit="DEP"), an_actor()
    for to, code in (
        (desk.staff, "transfer_to_oneself"),
        (auditor, "receiver_cannot_borrow"),
        (away, "receiver_cannot_borrow"),
    ):
        with pytest.raises(Invalid, match=code):
            desk.transfer(number, to=to)
    with pytest.raises(Invalid, match="person_unknown"), transaction():
        changing.request_transfer(desk.staff, TransferAsk(number, "nobody", "x"), now=NOW)


def test_what_is_overdue_goes_back_and_not_on(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.out()
    with pytest.raises(DomainError, match="transfer_after_due"):
        desk.transfer(number, at=4)
    change = desk.transfer(number, at=3)
    desk.act(changing.accept_transfer, desk.colleague, change, at=3)
    with pytest.raises(DomainError, match="transfer_after_due"):
        desk.act(changing.approve_change, desk.head, change, at=4)
    clean()


def test_a_part_of_a_loan_is_passed_on(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.out(*desk.numbers[:2])
    change = desk.transfer(number, desk.numbers[1])
    desk.act(changing.accept_transfer, desk.colleague, change)
    desk.act(changing.approve_change, desk.head, change)
    assert [line.state for line in desk.lines(number)] == [LineState.HANDED_OVER, LineState.RECEIVED]
    clean()


def test_a_transferred_loan_may_be_extended_by_its_new_borrower(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.out()
    change = desk.transfer(number)
    desk.act(changing.accept_transfer, desk.colleague, change)
    desk.act(changing.approve_change, desk.head, change)
    new = changes.changes_of(queries.loan_for(desk.colleague, number))[0].new_loan
    assert new is not None
    with transaction():
        ask = ExtensionAsk(new.number, TODAY + 5 * DAY, "งานยังไม่เสร็จ")
        again = changing.request_extension(desk.colleague, ask, now=NOW).id
    desk.act(changing.approve_change, desk.head, again)
    assert changes.transferred_from(queries.loan_for(desk.colleague, new.number)) == number
    clean()


# --- another piece at the desk --------------------------------------------------------------------------------------


def swap(desk: Desk, number: str, to: str, *, who: Actor | None = None, at: int = 0) -> None:
    with transaction():
        ask = SwapAsk(number, desk.numbers[0], to, "ชิ้นเดิมชำรุด")
        changing.swap_piece(who or desk.officer, ask, now=NOW + at * DAY)


def test_an_equal_piece_goes_out_under_the_same_approval(desk: Desk, clean: Callable[[], None]) -> None:
    number = desk.approve(desk.ask())
    swap(desk, number, desk.numbers[1], at=1)
    old, new = desk.lines(number)
    assert (old.state, new.state) == (LineState.CANCELLED, LineState.APPROVED)
    assert (new.asset.number, new.position, new.due_on) == (desk.numbers[1], 2, TODAY + 3 * DAY)
    assert (new.decided_at, new.decided_by_id, new.basis) == (old.decided_at, desk.head.person_id, old.basis)
    assert old.reason == f"สลับเป็น {desk.numbers[1]}: ชิ้นเดิมชำรุด"
    assert desk.told("loan.swapped") == {desk.staff.person_id}
    clean()
    with transaction():
        service.hand_over_loan(desk.officer, LoanAct(number), now=NOW + DAY)
    assert [line.state for line in desk.lines(number)] == [LineState.CANCELLED, LineState.HANDED_OVER]
    desk.ask(who=desk.colleague, days=1)  # the old piece is free again
    clean()


def test_who_swaps(desk: Desk) -> None:
    number = desk.approve(desk.ask())
    for who in (desk.staff, desk.head, desk.secretariat):
        with pytest.raises(Forbidden):
            swap(desk, number, desk.numbers[1], who=who)
    own = desk.approve(desk.ask(desk.numbers[2], who=desk.officer))
    with pytest.raises(Forbidden), transaction():
        changing.swap_piece(desk.officer, SwapAsk(own, desk.numbers[2], desk.numbers[1], "x"), now=NOW)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"name": "โน้ตบุ๊ก"}, "swap_not_equal"),
        ({"model": "EB-X06"}, "swap_not_equal"),
        ({"loanable": False}, "asset_not_lendable"),
    ],
)
def test_only_an_equal_piece_that_is_lent(desk: Desk, more: dict[str, object], code: str) -> None:
    other = an_asset(_unit(), asset_no="6730-003-0009", **more).number
    number = desk.approve(desk.ask())
    with pytest.raises(DomainError, match=code):
        swap(desk, number, other)
    assert [line.state for line in desk.lines(number)] == [LineState.APPROVED]


def test_a_piece_that_somebody_reserved_is_not_given(desk: Desk) -> None:
    number = desk.approve(desk.ask())
    desk.ask(desk.numbers[1], who=desk.colleague, start=3, days=5)
    with pytest.raises(DomainError, match="asset_not_available"):
        swap(desk, number, desk.numbers[1])
    desk.out(desk.numbers[2])
    with pytest.raises(DomainError, match="asset_not_available"):
        swap(desk, number, desk.numbers[2])


def test_only_what_is_approved_and_not_out_is_swapped(desk: Desk) -> None:
    for number in (desk.ask(), desk.out(desk.numbers[2])):
        line = desk.lines(number)[0].asset.number
        with pytest.raises(DomainError, match="invalid_transition"), transaction():
            changing.swap_piece(desk.officer, SwapAsk(number, line, desk.numbers[1], "x"), now=NOW)


def test_a_dearer_piece_stays_within_the_order_of_the_delegate(desk: Desk, clean: Callable[[], None]) -> None:
    delegate = a_person(unit="กยผ")
    order = delegations.DelegationData(
        DelegationKind.DELEGATED,
        Role.HEAD,
        delegate,
        "1/2570",
        TODAY,
        TODAY + 9 * DAY,
        unit="กยผ",
        most_value=Money(100),
    )
    with transaction():
        delegations.create_delegation(console(), order, now=NOW)
    cheap, equal, dear = (
        an_asset(_unit(), asset_no=f"7110-001-000{n}", name="ไมโครโฟน", price=Money(price)).number
        for n, price in enumerate((80, 100, 101))
    )
    number = desk.approve(desk.ask(cheap), actor_named(delegate))
    for to, code in ((dear, "swap_beyond_order"), (equal, "")):
        ask = SwapAsk(number, cheap, to, "x")
        if code:
            with pytest.raises(DomainError, match=code), transaction():
                changing.swap_piece(desk.officer, ask, now=NOW)
        else:
            with transaction():
                changing.swap_piece(desk.officer, ask, now=NOW)
    assert desk.lines(number)[1].delegation_id == desk.lines(number)[0].delegation_id
    clean()


def test_a_piece_under_a_standing_order_stays_under_it(desk: Desk, clean: Callable[[], None]) -> None:
    data = service.StandingData("กยผ", "7/2570", 5, TODAY, TODAY + 30 * DAY, asset=desk.numbers[0])
    with transaction():
        service.create_standing_approval(desk.head, data, now=NOW)
    number = desk.ask()  # approved at once
    with pytest.raises(DomainError, match="swap_beyond_order"):
        swap(desk, number, desk.numbers[1])
    clean()
