"""Changes at the same instant as returns, reservations and each other (case A7), by threads, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from assetloan.core.db import db, transaction
from assetloan.identity.rules import Actor, Role
from assetloan.lending import page_queries, queries, service
from assetloan.lending.changing import service as changing
from assetloan.lending.changing.models import LoanChange
from assetloan.lending.changing.rules import ChangeState
from assetloan.lending.changing.service import ChangeAct, ExtensionAsk, TransferAsk
from assetloan.lending.models import LoanDue, LoanLine
from assetloan.lending.rules import LineState, ReturnCondition
from assetloan.lending.service import LoanAct, Receipt
from assetloan.reporting import checks
from tests.conftest import NOW
from tests.factories import a_unit, an_actor, an_agency, an_asset
from tests.lending.test_races import TODAY, World, codes
from tests.together import rounds, together

pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)


@pytest.fixture
def world(ctx: Flask) -> World:
    an_agency()
    unit = a_unit("กยผ", parent="DEP")
    return World(
        app=ctx,
        staff=[an_actor(unit="กยผ") for _ in range(4)],
        officers=[an_actor(Role.OFFICER, unit="กยผ") for _ in range(2)],
        heads=[an_actor(Role.HEAD, unit="กยผ") for _ in range(2)],
        secretariat=an_actor(Role.SECRETARIAT, unit="SLK"),
        numbers=[an_asset(unit, asset_no=f"6730-003-000{n}").number for n in range(1, 4)],
    )


def longer(world: World, number: str, days: int = 7) -> int:
    with transaction():
        ask = ExtensionAsk(number, TODAY + days * DAY, "งานยังไม่เสร็จ")
        return changing.request_extension(world.staff[0], ask, now=NOW).id


def passed_on(world: World, number: str) -> int:
    with transaction():
        ask = TransferAsk(number, world.staff[1].username, "รับงานต่อ")
        return changing.request_transfer(world.staff[0], ask, now=NOW).id


def act(work: Callable[..., Any], actor: Actor, change: int, at: datetime = NOW) -> Any:
    with transaction():
        return work(actor, ChangeAct(change, "ใช้ในกอง"), now=at).id


def receive(world: World, number: str) -> Any:
    return world.act(
        service.receive_lines, world.officers[0], number, [Receipt(world.numbers[0], ReturnCondition.GOOD)]
    )


def state_of(change: int) -> ChangeState:
    db.session.rollback()
    return db.session.get_one(LoanChange, change).state


def whole(set_clock: Callable[[datetime], None]) -> None:
    """`check`, some days later, finds nothing."""
    db.session.rollback()
    set_clock(NOW + 20 * DAY)
    found = checks.run_all()
    set_clock(NOW)
    assert found == []


@pytest.mark.case("A7")
def test_A7_a_return_races_with_the_extension_and_with_the_list_of_what_is_late(
    world: World, set_clock: Callable[[datetime], None]
) -> None:
    """Approved and then back, or back first and the approval refused; never an extension of what is not out."""
    seen = set()
    for _round in range(rounds(100, 6)):
        number = world.out()
        change = longer(world, number)
        outcomes = together(
            world.app,
            [
                partial(receive, world, number),
                partial(act, changing.approve_change, world.heads[0], change),
                partial(page_queries.to_receive, world.officers[1], TODAY + 5 * DAY),
            ],
        )
        assert isinstance(outcomes[0], str)  # the desk always gets its thing back
        codes([item for item in outcomes[:2] if not isinstance(item, (int, str))])
        assert isinstance(outcomes[2], tuple)
        end = state_of(change)
        seen.add(end)
        line = queries.loan_for(world.secretariat, number).lines[0]
        dues = list(db.session.scalars(sa.select(LoanDue.due_on).where(LoanDue.line_id == line.id)))
        assert line.state is LineState.RECEIVED
        if end is ChangeState.APPROVED:
            assert (line.due_on, len(dues)) == (TODAY + 7 * DAY, 2)
        else:
            assert (end, line.due_on, len(dues)) == (ChangeState.OVERTAKEN, TODAY + 3 * DAY, 1)
    assert seen <= {ChangeState.APPROVED, ChangeState.OVERTAKEN}
    whole(set_clock)


@pytest.mark.case("A7")
def test_A7_an_extension_and_a_reservation_never_overlap(world: World, set_clock: Callable[[datetime], None]) -> None:
    for _round in range(rounds(100, 6)):
        number = world.out()
        change = longer(world, number)
        wanted = world.wanted(days=9, start=TODAY + 6 * DAY)
        outcomes = together(
            world.app,
            [
                partial(act, changing.approve_change, world.heads[0], change),
                partial(world.ask, world.staff[2], wanted),
            ],
        )
        assert codes(outcomes) == {"done": 1, "asset_not_available": 1}
        if isinstance(outcomes[1], str):
            world.free_again(outcomes[1])
        receive(world, number)
    whole(set_clock)


def test_two_heads_decide_one_change_and_one_decision_stands(
    world: World, set_clock: Callable[[datetime], None]
) -> None:
    for _round in range(rounds(100, 5)):
        number = world.out()
        change = longer(world, number)
        outcomes = together(
            world.app,
            [
                partial(act, changing.approve_change, world.heads[0], change),
                partial(act, changing.reject_change, world.heads[1], change),
            ],
        )
        assert codes(outcomes) == {"done": 1, "invalid_transition": 1}
        row = db.session.get_one(LoanChange, change)
        db.session.refresh(row)
        assert row.decided_by_id == world.heads[0 if isinstance(outcomes[0], int) else 1].person_id
        receive(world, number)
    whole(set_clock)


def test_both_words_of_a_transfer_at_once_make_one_new_loan(
    world: World, set_clock: Callable[[datetime], None]
) -> None:
    for _round in range(rounds(100, 5)):
        number = world.out()
        change = passed_on(world, number)
        outcomes = together(
            world.app,
            [
                partial(act, changing.accept_transfer, world.staff[1], change),
                partial(act, changing.approve_change, world.heads[0], change),
            ],
        )
        assert codes(outcomes) == {"done": 2}
        assert state_of(change) is ChangeState.APPROVED
        holders = list(db.session.scalars(sa.select(LoanLine).where(LoanLine.holds_asset)))
        assert [line.borrower_id for line in holders] == [world.staff[1].person_id]
        new = db.session.get_one(LoanChange, change).new_loan_id
        made = db.session.scalars(sa.text("SELECT number FROM loan WHERE id = :id"), {"id": new}).one()
        receive(world, str(made))
    whole(set_clock)


def test_a_return_races_with_the_last_word_of_a_transfer(world: World, set_clock: Callable[[datetime], None]) -> None:
    for _round in range(rounds(100, 5)):
        number = world.out()
        change = passed_on(world, number)
        act(changing.accept_transfer, world.staff[1], change)
        outcomes = together(
            world.app,
            [partial(receive, world, number), partial(act, changing.approve_change, world.heads[0], change)],
        )
        assert codes(outcomes) == {"done": 1, "invalid_transition": 1}
        assert state_of(change) is (ChangeState.OVERTAKEN if isinstance(outcomes[0], str) else ChangeState.APPROVED)
        new = db.session.get_one(LoanChange, change).new_loan_id
        if new is not None:
            made = db.session.scalars(sa.text("SELECT number FROM loan WHERE id = :id"), {"id": new}).one()
            receive(world, str(made))
    whole(set_clock)


def test_asked_twice_at_once_is_one_change(world: World, set_clock: Callable[[datetime], None]) -> None:
    number = world.out()
    outcomes = together(world.app, [partial(longer, world, number), partial(longer, world, number, 6)])
    assert codes(outcomes) == {"done": 1, "change_open": 1}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LoanChange)) == 1
    world.act(service.declare_return, world.staff[0], LoanAct(number))
    whole(set_clock)
