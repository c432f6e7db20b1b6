"""The loan from request to closing, and every way it must not go; on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from assetloan.assets.queries import by_number
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Forbidden, Invalid, NotFound
from assetloan.core.money import Money
from assetloan.identity import delegations
from assetloan.identity import service as identity
from assetloan.identity.rules import Actor, Place, Role, console
from assetloan.lending import queries, service
from assetloan.lending.rules import LineState, Outcome, ReturnCondition
from assetloan.lending.service import LoanAct, LoanRequest, Proposal, Receipt
from assetloan.lending.settling import queries as settling
from tests.conftest import NOW
from tests.factories import a_category, a_unit, an_actor, an_agency, an_asset
from tests.installation import Once

pytestmark = pytest.mark.both_databases
TODAY = date(2026, 11, 23)


@dataclass
class Desk:
    """A unit with everyone a loan needs."""

    staff: Actor
    officer: Actor
    second_officer: Actor
    head: Actor
    secretariat: Actor
    director: Actor
    numbers: list[str]

    def request(self, *numbers: str, days: int = 3, **more: object) -> str:
        given = {"purpose": "ประชุมคณะทำงาน", "place": Place.INSIDE, "due_on": TODAY + timedelta(days=days)} | more
        with transaction():
            actor = more.pop("actor", self.staff) if "actor" in more else self.staff
            given.pop("actor", None)
            return service.request_loan(actor, LoanRequest(numbers or (self.numbers[0],), **given), now=NOW).number

    def approve(self, number: str) -> None:
        with transaction():
            service.approve_loan(self.head, LoanAct(number), now=NOW)

    def hand_over(self, number: str, *lines: str) -> None:
        with transaction():
            service.hand_over_loan(self.officer, LoanAct(number, lines), now=NOW)

    def receive(
        self, number: str, asset: str, condition: ReturnCondition = ReturnCondition.GOOD, note: str = ""
    ) -> None:
        with transaction():
            service.receive_lines(self.officer, number, [Receipt(asset, condition, note)], now=NOW + timedelta(days=1))

    def out(self, *numbers: str) -> str:
        number = self.request(*numbers)
        self.approve(number)
        self.hand_over(number)
        return number

    def states(self, number: str) -> list[LineState]:
        db.session.rollback()
        return [line.state for line in queries.loan_for(self.secretariat, number).lines]

    def status(self, asset: str) -> str:
        db.session.rollback()
        return by_number(self.officer, asset).status.value


def filled_desk(_app: Flask) -> Desk:
    an_agency()
    unit = a_unit("กยผ", parent="DEP", name="กองยุทธศาสตร์และแผนงาน")
    numbers = [an_asset(unit, asset_no=f"6730-003-000{n}", price=Money(2_200_000)).number for n in range(1, 5)]
    return Desk(
        staff=an_actor(unit="กยผ"),
        officer=an_actor(Role.OFFICER, unit="กยผ"),
        second_officer=an_actor(Role.OFFICER, unit="กยผ"),
        head=an_actor(Role.HEAD, unit="กยผ"),
        secretariat=an_actor(Role.SECRETARIAT, unit="SLK"),
        director=an_actor(Role.DIRECTOR, unit="DEP"),
        numbers=numbers,
    )


@pytest.fixture
def desk(ctx: Flask, once: Once) -> Desk:
    return once(filled_desk)


def test_the_whole_life_of_a_loan(desk: Desk) -> None:
    number = desk.request()
    assert number == "กยผ-2570-00001"
    assert desk.states(number) == [LineState.SUBMITTED]
    desk.approve(number)
    desk.hand_over(number)
    assert desk.status(desk.numbers[0]) == "on_loan"
    with transaction():
        service.declare_return(desk.staff, LoanAct(number, reason="วางที่โต๊ะพัสดุ"), now=NOW)
    desk.receive(number, desk.numbers[0])
    assert desk.status(desk.numbers[0]) == "available"  # clean returns are free at receipt
    with transaction():
        service.approve_return(desk.secretariat, LoanAct(number), now=NOW + timedelta(days=1))
    assert desk.states(number) == [LineState.CLOSED]


def test_approving_an_old_return_leaves_the_next_loan_alone(desk: Desk) -> None:
    first = desk.out()
    desk.receive(first, desk.numbers[0])
    later = NOW + timedelta(days=2)
    with transaction():
        wanted = LoanRequest((desk.numbers[0],), "ประชุม", Place.INSIDE, TODAY + timedelta(days=5))
        second = service.request_loan(desk.staff, wanted, now=later).number
        service.approve_loan(desk.head, LoanAct(second), now=later)
        service.hand_over_loan(desk.officer, LoanAct(second), now=later)
        service.approve_return(desk.secretariat, LoanAct(first), now=later)
    assert desk.status(desk.numbers[0]) == "on_loan"


def test_two_requests_for_one_thing_give_one_loan(desk: Desk) -> None:
    desk.request()
    with pytest.raises(DomainError) as refused:
        desk.request()
    assert refused.value.code == "asset_not_available"
    assert refused.value.details["due_on"] == TODAY + timedelta(days=3)


def test_A8_adjacent_periods_both_fit(desk: Desk) -> None:
    desk.request(days=1)
    desk.request(starts_on=TODAY + timedelta(days=2), due_on=TODAY + timedelta(days=4))
    with pytest.raises(DomainError, match="asset_not_available"):
        desk.request(starts_on=TODAY + timedelta(days=4), due_on=TODAY + timedelta(days=5))


def test_the_database_refuses_an_overlap_by_itself(desk: Desk) -> None:
    copy = db.text(
        "INSERT INTO loan_line (loan_id, position, asset_id, unit_id, borrower_id, borrower_unit_id, place, source,"
        " quantity, state, holds_asset, claims_period, claim_from, claim_until, due_on, condition_out, note_out,"
        " note_in, reason, basis, submitted_at, submitted_on, version)"
        " SELECT loan_id, 9, asset_id, unit_id, borrower_id, borrower_unit_id, place, source, 1, state, false, true,"
        " claim_from, claim_until, due_on, '', '', '', '', '', submitted_at, submitted_on, 1 FROM loan_line"
    )
    desk.request()
    with pytest.raises(IntegrityError, match="ex_loan_line_claim"), transaction():
        db.session.execute(copy)


def test_the_database_refuses_a_second_holder_by_itself(desk: Desk) -> None:
    desk.out()
    desk.request(starts_on=TODAY + timedelta(days=9), due_on=TODAY + timedelta(days=9))
    with pytest.raises(IntegrityError, match=r"uq_loan_line_holder|loan_line\.asset_id"), transaction():
        db.session.execute(db.text("UPDATE loan_line SET holds_asset = true"))


def test_several_units_are_refused(desk: Desk) -> None:
    other = a_unit("B", parent="DEP")
    foreign = an_asset(other, asset_no="X-1").number
    with pytest.raises(DomainError, match="several_units"):
        desk.request(desk.numbers[0], foreign)


@pytest.mark.parametrize(
    ("field", "code", "more"),
    [
        ("purpose", "purpose_required", {"purpose": "  "}),
        ("purpose", "too_long", {"purpose": "ก" * 201}),
        ("due_on", "due_before_start", {"starts_on": TODAY + timedelta(days=2), "due_on": TODAY + timedelta(days=1)}),
        ("due_on", "loan_too_long", {"due_on": TODAY + timedelta(days=16)}),
        ("starts_on", "starts_in_past", {"starts_on": TODAY - timedelta(days=1)}),
        ("agency", "agency_required", {"place": Place.AGENCY}),
    ],
)
def test_bad_requests_name_the_field(desk: Desk, field: str, code: str, more: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        desk.request(**more)
    assert [(item.field, item.code) for item in refused.value.errors] == [(field, code)]


def test_an_outside_loan_is_not_the_heads_to_decide(desk: Desk) -> None:
    number = desk.request(place=Place.OUTSIDE)
    with pytest.raises(Forbidden):
        desk.approve(number)
    with transaction():
        service.approve_loan(desk.director, LoanAct(number), now=NOW)
    assert desk.states(number) == [LineState.APPROVED]


def test_D13_nobody_approves_their_own_and_a_heads_request_goes_one_level_up(desk: Desk) -> None:
    number = desk.request(actor=desk.head)
    with pytest.raises(Forbidden):
        desk.approve(number)
    with transaction():
        service.approve_loan(desk.director, LoanAct(number), now=NOW)
    assert desk.states(number) == [LineState.APPROVED]


def test_a_delegate_decides_within_the_order_and_both_names_are_kept(desk: Desk) -> None:
    from assetloan.audit.models import AuditEntry
    from assetloan.identity.rules import DelegationKind
    from tests.factories import actor_named

    data = delegations.DelegationData(
        DelegationKind.DELEGATED, Role.DIRECTOR, desk.head.username, "พม 45/2569", TODAY, TODAY, from_post="อธิบดี"
    )
    number = desk.request(place=Place.OUTSIDE)
    with transaction():
        delegations.create_delegation(console(), data, now=NOW)
    delegate = actor_named(desk.head.username)
    with transaction():
        service.approve_loan(delegate, LoanAct(number), now=NOW)
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "loan.approved")).one()
    assert (entry.actor_name, entry.acting_for) == (delegate.name, "อธิบดี")


def test_a_refusal_needs_a_reason(desk: Desk) -> None:
    number = desk.request()
    with pytest.raises(Invalid, match="reason_required"), transaction():
        service.reject_loan(desk.head, LoanAct(number), now=NOW)
    with transaction():
        service.reject_loan(desk.head, LoanAct(number, reason="ใช้ในกอง"), now=NOW)
    assert desk.states(number) == [LineState.REJECTED]
    desk.request()  # free again


def test_permission_is_judged_before_state(desk: Desk) -> None:
    number = desk.request()
    with pytest.raises(Forbidden), transaction():
        service.hand_over_loan(desk.staff, LoanAct(number), now=NOW)
    with pytest.raises(DomainError) as refused, transaction():
        service.hand_over_loan(desk.officer, LoanAct(number), now=NOW)
    assert refused.value.code == "invalid_transition"


def test_someone_of_another_unit_does_not_see_the_loan(desk: Desk) -> None:
    a_unit("B", parent="DEP")
    number = desk.request()
    for role in (Role.OFFICER, Role.HEAD):
        stranger = an_actor(role, unit="B")
        with pytest.raises(NotFound), transaction():
            service.approve_loan(stranger, LoanAct(number), now=NOW)


def test_borrower_is_never_giver_receiver_or_closer(desk: Desk) -> None:
    number = desk.request(actor=desk.officer)
    desk.approve(number)
    with pytest.raises(Forbidden):
        desk.hand_over(number)
    with transaction():
        service.hand_over_loan(desk.second_officer, LoanAct(number), now=NOW)
    with pytest.raises(Forbidden):
        desk.receive(number, desk.numbers[0])


def test_receiver_is_never_the_one_who_approves_the_return(desk: Desk) -> None:
    both = an_actor(Role.OFFICER, Role.SECRETARIAT, unit="กยผ")
    number = desk.out()
    with transaction():
        service.receive_lines(both, number, [Receipt(desk.numbers[0], ReturnCondition.GOOD)], now=NOW)
    with pytest.raises(Forbidden), transaction():
        service.approve_return(both, LoanAct(number), now=NOW)


def test_partial_return_leaves_the_rest_out(desk: Desk) -> None:
    number = desk.out(*desk.numbers[:3])
    desk.receive(number, desk.numbers[0])
    desk.receive(number, desk.numbers[1])
    assert desk.states(number) == [LineState.RECEIVED, LineState.RECEIVED, LineState.HANDED_OVER]
    assert desk.status(desk.numbers[2]) == "on_loan"


def test_partial_hand_over_by_name(desk: Desk) -> None:
    number = desk.request(*desk.numbers[:2])
    desk.approve(number)
    desk.hand_over(number, desk.numbers[1])
    assert desk.states(number) == [LineState.APPROVED, LineState.HANDED_OVER]
    with pytest.raises(DomainError, match="invalid_transition"):
        desk.hand_over(number, desk.numbers[1])


def test_a_damaged_return_waits_for_its_compensation(desk: Desk) -> None:
    number = desk.out()
    with pytest.raises(Invalid):
        desk.receive(number, desk.numbers[0], ReturnCondition.DAMAGED)
    desk.receive(number, desk.numbers[0], ReturnCondition.DAMAGED, "ฝาปิดแตก")
    assert desk.status(desk.numbers[0]) == "return_pending"
    with pytest.raises(DomainError, match="compensation_open"), transaction():
        service.approve_return(desk.secretariat, LoanAct(number), now=NOW + timedelta(days=1))
    row = settling.open_compensations(desk.secretariat)[0].id
    with transaction():
        service.propose_compensation(desk.secretariat, Proposal(row, Outcome.REPAIRED, "ใบเสร็จ 12/2569"), now=NOW)
    with pytest.raises(Forbidden), transaction():
        service.decide_compensation(desk.secretariat, row, accept=True, note="", now=NOW)
    with transaction():
        service.decide_compensation(desk.director, row, accept=True, note="", now=NOW + timedelta(days=2))
    assert desk.states(number) == [LineState.CLOSED]
    assert desk.status(desk.numbers[0]) == "available"


def test_a_lost_thing_is_not_received(desk: Desk) -> None:
    number = desk.out()
    desk.receive(number, desk.numbers[0], ReturnCondition.LOST, "หายระหว่างเดินทาง")
    db.session.rollback()
    line = queries.loan_for(desk.officer, number).lines[0]
    assert (line.state, line.first_received_at, line.lost_on) == (LineState.LOST_REPORTED, None, date(2026, 11, 24))
    assert desk.status(desk.numbers[0]) == "lost"
    row = settling.open_compensations(desk.secretariat)[0].id
    with transaction():
        service.propose_compensation(
            desk.secretariat, Proposal(row, Outcome.PAID, "ใบเสร็จ", Money(2_200_000)), now=NOW + timedelta(days=2)
        )
    with transaction():
        service.decide_compensation(desk.director, row, accept=True, note="", now=NOW + timedelta(days=2))
    assert desk.states(number) == [LineState.CLOSED]


def test_sent_back_and_received_again_keeps_the_first_receipt(desk: Desk) -> None:
    number = desk.out()
    desk.receive(number, desk.numbers[0])
    with transaction():
        service.send_back(desk.secretariat, LoanAct(number, reason="ไม่มีรูป"), now=NOW + timedelta(days=2))
    assert desk.states(number) == [LineState.SENT_BACK]
    with transaction():
        service.receive_lines(
            desk.officer, number, [Receipt(desk.numbers[0], ReturnCondition.GOOD)], now=NOW + timedelta(days=3)
        )
    db.session.rollback()
    line = queries.loan_for(desk.officer, number).lines[0]
    assert (line.first_received_on, line.state) == (date(2026, 11, 24), LineState.RECEIVED)


def test_a_unit_may_hold_clean_returns(desk: Desk) -> None:
    with transaction():
        identity.set_holding(console(), "กยผ", holds_clean_returns=True, now=NOW)
    number = desk.out()
    desk.receive(number, desk.numbers[0])
    assert desk.status(desk.numbers[0]) == "return_pending"
    with transaction():
        service.approve_return(desk.secretariat, LoanAct(number), now=NOW + timedelta(days=1))
    assert desk.status(desk.numbers[0]) == "available"


def test_a_standing_approval_approves_at_once_and_is_cited(desk: Desk) -> None:
    with transaction():
        service.create_standing_approval(
            desk.head, service.StandingData("กยผ", "กยผ 7/2569", 5, TODAY, TODAY + timedelta(days=30)), now=NOW
        )
    number = desk.request()
    line = queries.loan_for(desk.staff, number).lines[0]
    assert (line.state, line.decided_by_id) == (LineState.APPROVED, None)
    assert "กยผ 7/2569" in line.basis
    longer = desk.request(desk.numbers[1], days=6)
    assert desk.states(longer) == [LineState.SUBMITTED]


def test_bulk_approval_lets_the_rest_stand(desk: Desk) -> None:
    mine, other = desk.request(), desk.request(desk.numbers[1], actor=desk.head)
    with transaction():
        done = service.approve_loans(desk.head, [LoanAct(other), LoanAct(mine)], now=NOW)
    assert {(item.number, item.error.code if item.error else None) for item in done} == {
        (mine, None),
        (other, "not_allowed"),
    }
    assert desk.states(mine) == [LineState.APPROVED]


def test_vehicles_have_their_own_procedure(desk: Desk) -> None:
    category = a_category("2310", vehicle=True, name="ยานยนต์โดยสาร").id
    unit = a_unit("V", parent="DEP")
    car = an_asset(unit, asset_no="2310-001", category_id=category).number
    with pytest.raises(DomainError, match="vehicle_not_lent"):
        desk.request(car)


def test_cancel_before_hand_over_only(desk: Desk) -> None:
    number = desk.request()
    with transaction():
        service.cancel_loan(desk.staff, LoanAct(number), now=NOW)
    assert desk.states(number) == [LineState.CANCELLED]
    out = desk.out()
    with pytest.raises(DomainError, match="invalid_transition"), transaction():
        service.cancel_loan(desk.staff, LoanAct(out), now=NOW)


def test_an_approval_given_by_mistake_is_taken_back_with_a_reason(desk: Desk) -> None:
    number = desk.request()
    desk.approve(number)
    with pytest.raises(Invalid, match="reason_required"), transaction():
        service.cancel_loan(desk.head, LoanAct(number), now=NOW)
    with transaction():
        service.cancel_loan(desk.head, LoanAct(number, reason="ต้องใช้ในกอง"), now=NOW)
    assert desk.states(number) == [LineState.CANCELLED]


def test_overdue_things_are_chased(desk: Desk, now: datetime) -> None:
    number = desk.out()
    with pytest.raises(DomainError, match="nothing_overdue"), transaction():
        service.record_chase(desk.officer, LoanAct(number), "โทรศัพท์", now=now)
    with transaction():
        assert service.record_chase(desk.officer, LoanAct(number), "โทรศัพท์", now=now + timedelta(days=4)) == 1


def test_facts_are_write_once(desk: Desk) -> None:
    number = desk.out()
    with pytest.raises(IntegrityError, match="tr_loan_line_write_once"), transaction():
        db.session.execute(
            db.text(
                "UPDATE loan_line SET handed_over_on = '2026-01-01' WHERE loan_id = "
                "(SELECT id FROM loan WHERE number = :number)"
            ),
            {"number": number},
        )


def test_events_and_audit_tell_the_whole_story(desk: Desk) -> None:
    from assetloan.audit import chain

    number = desk.out()
    desk.receive(number, desk.numbers[0])
    events = queries.history_of(queries.loan_for(desk.secretariat, number))
    assert [event.action.value for event in events] == ["submit", "approve", "hand_over", "receive"]
    assert chain.first_broken(db.session()) is None
