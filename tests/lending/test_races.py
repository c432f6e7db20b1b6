"""Two or fifty at the same instant (cases A1–A8, A12–A14 of reliability.md), by threads, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from assetloan.assets.queries import by_number
from assetloan.audit import chain
from assetloan.audit.models import AuditEntry
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError
from assetloan.core.idempotency import Answer, StoredAnswer, fingerprint, run_once
from assetloan.identity.rules import Actor, Place, Role
from assetloan.lending import queries, service
from assetloan.lending.models import Loan, LoanEvent, LoanLine
from assetloan.lending.rules import LineAction, LineState, ReturnCondition
from assetloan.lending.service import LoanAct, LoanRequest, Receipt
from tests.conftest import NOW
from tests.factories import a_unit, an_actor, an_agency, an_asset
from tests.together import rounds, together

pytestmark = pytest.mark.both_databases
TODAY = date(2026, 11, 23)
MANY = 50


@dataclass
class World:
    """One unit with three things, and people enough to quarrel over them."""

    app: Flask
    staff: list[Actor]
    officers: list[Actor]
    heads: list[Actor]
    secretariat: Actor
    numbers: list[str]

    def wanted(self, *numbers: str, days: int = 3, start: date | None = None) -> LoanRequest:
        return LoanRequest(
            numbers or (self.numbers[0],), "ประชุม", Place.INSIDE, TODAY + timedelta(days=days), starts_on=start
        )

    def ask(self, actor: Actor, wanted: LoanRequest) -> str:
        with transaction():
            return service.request_loan(actor, wanted, now=NOW).number

    def act(self, work: Callable[..., Any], actor: Actor, *arguments: Any) -> Any:
        with transaction():
            return work(actor, *arguments, now=NOW).number

    def anyone(self, n: int) -> Actor:
        return self.staff[n % len(self.staff)]

    def requested(self, *numbers: str) -> str:
        return self.ask(self.staff[0], self.wanted(*numbers))

    def out(self) -> str:
        number = self.requested()
        self.act(service.approve_loan, self.heads[0], LoanAct(number))
        self.act(service.hand_over_loan, self.officers[0], LoanAct(number))
        return number

    def state(self, number: str) -> LineState:
        db.session.rollback()
        return queries.loan_for(self.secretariat, number).lines[0].state

    def free_again(self, number: str) -> None:
        """End a loan that still waits, so that the next round starts clean."""
        db.session.rollback()
        loan = queries.loan_for(self.secretariat, number)
        if loan.lines[0].state in (LineState.SUBMITTED, LineState.APPROVED):
            borrower = next(actor for actor in self.staff if actor.person_id == loan.borrower_id)
            self.act(service.cancel_loan, borrower, LoanAct(number))

    def events(self, number: str) -> list[str]:
        db.session.rollback()
        return [event.action.value for event in queries.history_of(queries.loan_for(self.secretariat, number))]


@pytest.fixture
def world(ctx: Flask) -> World:
    an_agency()
    unit = a_unit("กยผ", parent="DEP")
    return World(
        app=ctx,
        staff=[an_actor(unit="กยผ") for _ in range(8)],
        officers=[an_actor(Role.OFFICER, unit="กยผ") for _ in range(2)],
        heads=[an_actor(Role.HEAD, unit="กยผ") for _ in range(2)],
        secretariat=an_actor(Role.SECRETARIAT, unit="SLK"),
        numbers=[an_asset(unit, asset_no=f"6730-003-000{n}").number for n in range(1, 4)],
    )


def codes(outcomes: list[Any]) -> Counter[str]:
    """What became of each: "done" or the code of the refusal. Anything else is an error of the program."""
    strange = [item for item in outcomes if isinstance(item, BaseException) and not isinstance(item, DomainError)]
    assert strange == []
    return Counter(item.code if isinstance(item, DomainError) else "done" for item in outcomes)


def assert_nothing_broken() -> None:
    """No thing has two holders or two claims of one day, and the audit chain is whole (I1, I7, I14)."""
    db.session.rollback()
    one, two = sa.orm.aliased(LoanLine), sa.orm.aliased(LoanLine)
    overlaps = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(one)
        .join(two, sa.and_(one.asset_id == two.asset_id, one.id < two.id))
        .where(one.claims_period, two.claims_period, one.claim_from < two.claim_until, two.claim_from < one.claim_until)
    )
    holders = db.session.scalars(
        sa.select(sa.func.count()).where(LoanLine.holds_asset).group_by(LoanLine.asset_id)
    ).all()
    assert overlaps == 0
    assert set(holders) <= {1}
    assert chain.first_broken(db.session()) is None


@pytest.mark.case("A1")
def test_A1_fifty_ask_for_one_thing_and_one_gets_it(world: World) -> None:
    for _round in range(rounds(100, 10)):
        works = [partial(world.ask, world.anyone(n), world.wanted()) for n in range(MANY)]
        outcomes = together(world.app, works)
        assert codes(outcomes) == {"done": 1, "asset_not_available": MANY - 1}
        refusals = [item for item in outcomes if isinstance(item, DomainError)]
        assert {item.details["due_on"] for item in refusals} == {TODAY + timedelta(days=3)}
        assert_nothing_broken()
        world.free_again(next(item for item in outcomes if isinstance(item, str)))


@pytest.mark.case("A4")
@pytest.mark.parametrize("second", ["approve", "reject"])
def test_A4_two_approvers_decide_and_one_decision_stands(world: World, second: str) -> None:
    other = service.approve_loan if second == "approve" else service.reject_loan
    for _round in range(rounds(200, 20)):
        number = world.requested()
        outcomes = together(
            world.app,
            [
                partial(world.act, service.approve_loan, world.heads[0], LoanAct(number)),
                partial(world.act, other, world.heads[1], LoanAct(number, reason="ใช้ในกอง")),
            ],
        )
        assert codes(outcomes) == {"done": 1, "invalid_transition": 1}
        loser = next(item for item in outcomes if isinstance(item, DomainError))
        assert loser.details["state"] == world.state(number).value  # the other reads what was decided
        line = queries.loan_for(world.secretariat, number).lines[0]
        winner = world.heads[0 if isinstance(outcomes[0], str) else 1]
        assert line.decided_by_id == winner.person_id  # and the page names who
        world.free_again(number)
    assert_nothing_broken()


@pytest.mark.case("A5")
def test_A5_the_borrower_cancels_while_the_head_approves(world: World) -> None:
    """Either order is legal (an approved request may still be cancelled), but nothing half."""
    legal = {("submit", "cancel"), ("submit", "approve", "cancel")}
    for _round in range(rounds(200, 20)):
        number = world.requested()
        outcomes = together(
            world.app,
            [
                partial(world.act, service.cancel_loan, world.staff[0], LoanAct(number)),
                partial(world.act, service.approve_loan, world.heads[0], LoanAct(number)),
            ],
        )
        assert codes(outcomes)["done"] >= 1
        assert not isinstance(outcomes[0], DomainError)  # the borrower always gets away
        assert tuple(world.events(number)) in legal
        assert world.state(number) is LineState.CANCELLED
    assert_nothing_broken()


@pytest.mark.case("A6")
def test_A6_two_receipts_of_one_thing_are_one(world: World) -> None:
    for _round in range(rounds(50, 8)):
        number = world.out()
        receipt = [Receipt(world.numbers[0], ReturnCondition.GOOD)]
        works = [partial(world.act, service.receive_lines, world.officers[n], number, receipt) for n in (0, 1)]
        assert codes(together(world.app, works)) == {"done": 1, "invalid_transition": 1}
        assert world.events(number).count("receive") == 1
        assert world.state(number) is LineState.RECEIVED
    assert_nothing_broken()


@pytest.mark.case("A7")
def test_A7_the_return_races_with_the_borrowers_own_word(world: World) -> None:
    """Declared then received, or received first: both in order, never a step back."""
    for _round in range(rounds(50, 6)):
        number = world.out()
        receipt = [Receipt(world.numbers[0], ReturnCondition.GOOD)]
        works = [
            partial(world.act, service.declare_return, world.staff[0], LoanAct(number)),
            partial(world.act, service.receive_lines, world.officers[0], number, receipt),
        ]
        outcomes = together(world.app, works)
        assert not isinstance(outcomes[1], BaseException)
        assert world.state(number) is LineState.RECEIVED
        assert world.events(number)[3:] in (["receive"], ["declare_return", "receive"])
    assert_nothing_broken()


@pytest.mark.case("A8")
def test_A8_forty_periods_at_once_never_overlap(world: World) -> None:
    periods = [(day, day + length) for day in range(0, 10) for length in (0, 1, 2, 4)]
    works = [
        partial(world.ask, world.anyone(n), world.wanted(days=last, start=TODAY + timedelta(days=first)))
        for n, (first, last) in enumerate(periods)
    ]
    seen = codes(together(world.app, works))
    assert set(seen) == {"done", "asset_not_available"}
    assert_nothing_broken()


@pytest.mark.case("A10")
def test_A10_numbers_given_at_once_are_all_different_and_without_gaps(world: World) -> None:
    an_owner = by_number(world.secretariat, world.numbers[0]).unit_id
    more = [an_asset(_card(an_owner), asset_no=f"7110-001-{n:04d}").number for n in range(MANY)]
    works = [partial(world.ask, world.anyone(n), world.wanted(asset)) for n, asset in enumerate(more)]
    outcomes = together(world.app, works)
    assert codes(outcomes) == {"done": MANY}
    assert sorted(outcomes) == [f"กยผ-2570-{n:05d}" for n in range(1, MANY + 1)]
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).where(Loan.unit_id == an_owner)) == MANY


def _card(unit_id: int) -> Any:
    from assetloan.identity.queries import unit_tree

    return unit_tree(TODAY)[unit_id]


@pytest.mark.case("A13")
def test_A13_one_key_five_times_two_of_them_in_parallel_is_one_loan(world: World) -> None:
    actor = world.staff[0]
    owner, asked = f"person:{actor.person_id}", fingerprint("/loans", "body")

    def send(asked: str = asked) -> Answer:
        def work() -> Answer:
            return Answer(303, location=service.request_loan(actor, world.wanted(), now=NOW).number)

        return run_once(owner, "one-key", asked, work)

    answers = together(world.app, [send, send]) + [send() for _ in range(3)]
    assert [type(item) for item in answers] == [Answer] * 5
    assert len({(item.status, item.location) for item in answers}) == 1
    assert [item.replayed for item in answers].count(False) == 1
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Loan)) == 1
    with pytest.raises(DomainError, match="idempotency_mismatch"):
        send(fingerprint("/loans", "another body"))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredAnswer)) == 1


@pytest.mark.case("A14")
def test_A14_two_bulk_acts_in_opposite_order_do_not_deadlock(world: World) -> None:
    for _round in range(rounds(100, 5)):
        loans = [world.ask(world.staff[n], world.wanted(world.numbers[n])) for n in range(3)]
        acts = [LoanAct(number) for number in loans]

        def decide(head: Actor, acts: list[LoanAct]) -> list[Any]:
            with transaction():
                return service.approve_loans(head, acts, now=NOW)

        outcomes = together(
            world.app,
            [
                partial(decide, world.heads[0], acts),
                partial(decide, world.heads[1], acts[::-1]),
            ],
        )
        assert codes(outcomes) == {"done": 2}
        done = [item for outcome in outcomes for item in outcome]
        assert sorted(item.number for item in done if item.error is None) == sorted(loans)
        assert {item.error.code for item in done if item.error is not None} <= {"invalid_transition"}
        for number in loans:
            world.free_again(number)
    assert_nothing_broken()


def test_G9_every_winner_of_a_race_is_in_the_audit_trail_once(world: World) -> None:
    works = [partial(world.ask, actor, world.wanted()) for actor in world.staff]
    together(world.app, works)
    db.session.rollback()
    entries = db.session.scalar(
        sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.action == "loan.requested")
    )
    events = db.session.scalar(
        sa.select(sa.func.count()).select_from(LoanEvent).where(LoanEvent.action == LineAction.SUBMIT)
    )
    assert (entries, events) == (1, 1)
