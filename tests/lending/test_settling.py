"""Pieces and pictures at the desk, making good with a reason, the sample of the Secretariat; on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from assetloan.assets.care.models import Repair
from assetloan.assets.care.rules import RepairState
from assetloan.assets.models import Asset
from assetloan.core.db import db, transaction
from assetloan.core.errors import Invalid
from assetloan.core.money import Money
from assetloan.identity.rules import Actor, Place, Role
from assetloan.lending import queries, service
from assetloan.lending.rules import LineState, Outcome, ReturnCondition
from assetloan.lending.service import GoingOut, LoanAct, LoanRequest, Proposal, Receipt
from assetloan.lending.settling import checklist, rules
from assetloan.lending.settling import queries as settling
from assetloan.lending.settling.rules import NotLiable, Stage
from tests.factories import a_unit, actor_named, an_actor, an_agency, an_asset

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("written", "pieces"),
    [
        ("", ()),
        ("กระเป๋า", ("กระเป๋า",)),
        ("กระเป๋า, สายชาร์จ", ("กระเป๋า", "สายชาร์จ")),
        ("กระเป๋า;สาย HDMI 2 เมตร ; คู่มือ", ("กระเป๋า", "สาย HDMI 2 เมตร", "คู่มือ")),
        ("เมาส์ / แป้นพิมพ์", ("เมาส์", "แป้นพิมพ์")),
        ("ขาตั้ง 1/4 นิ้ว", ("ขาตั้ง 1/4 นิ้ว",)),
        ("สาย,,สาย, ", ("สาย",)),
    ],
)
def test_pieces_are_what_marks_separate(written: str, pieces: tuple[str, ...]) -> None:
    assert rules.pieces_of(written) == pieces


def test_what_was_missing_before_is_not_lost_now() -> None:
    out = {"กระเป๋า": True, "สาย": False}
    back = {"กระเป๋า": False, "สาย": False, "คู่มือ": False}
    assert rules.lost_between(out, back) == ("กระเป๋า", "คู่มือ")


KEYS = st.sets(st.text("abcdef0123456789-/", min_size=1, max_size=12), max_size=300)


@given(keys=KEYS, seed=st.text(max_size=20))
def test_the_sample_is_the_same_for_whoever_draws_it(keys: set[str], seed: str) -> None:
    drawn = rules.sample(seed, keys)
    assert drawn == rules.sample(seed, sorted(keys, reverse=True))
    assert set(drawn) <= keys
    assert len(drawn) == (min(10, max(1, -(-len(keys) // 10))) if keys else 0)


def test_another_seed_draws_another_sample() -> None:
    keys = [f"A-2570-{number:05d}/1" for number in range(100)]
    assert len({tuple(rules.sample(str(seed), keys)) for seed in range(20)}) > 15


# --- services -------------------------------------------------------------------------------------------------------


@pytest.fixture
def thing(ctx: Flask) -> Asset:
    an_agency()
    return an_asset(a_unit("A", parent="DEP"), accessories="กระเป๋า, สายชาร์จ, คู่มือ")


def approved(thing: Asset, now: datetime) -> tuple[str, Actor]:
    borrower, head = an_actor(unit="A"), an_actor(Role.HEAD, unit="A")
    with transaction():
        wanted = LoanRequest((thing.number,), "ประชุม", Place.INSIDE, TODAY + timedelta(days=2))
        number = service.request_loan(borrower, wanted, now=now).number
    with transaction():
        service.approve_loan(head, LoanAct(number), now=now)
    return number, an_actor(Role.OFFICER, unit="A")


def out(thing: Asset, now: datetime, missing: tuple[str, ...] = ()) -> tuple[str, Actor]:
    number, officer = approved(thing, now)
    with transaction():
        service.hand_over_loan(officer, LoanAct(number), [GoingOut(thing.number, missing)], now=now)
    return number, officer


def back(officer: Actor, number: str, thing: Asset, now: datetime, condition: str, missing: tuple[str, ...]) -> None:
    with transaction():
        receipt = Receipt(thing.number, ReturnCondition(condition), missing=missing)
        service.receive_lines(officer, number, [receipt], now=now + timedelta(hours=1))


@pytest.mark.both_databases
def test_pieces_are_counted_out_and_in(thing: Asset, now: datetime) -> None:
    number, officer = out(thing, now, ("คู่มือ",))
    back(officer, number, thing, now, "incomplete", ("คู่มือ", "สายชาร์จ"))
    line = queries.loan_for(officer, number).lines[0]
    counts = checklist.counted([line.id])[line.id]
    assert counts[Stage.OUT] == {"กระเป๋า": True, "สายชาร์จ": True, "คู่มือ": False}
    assert counts[Stage.IN] == {"กระเป๋า": True, "สายชาร์จ": False, "คู่มือ": False}
    assert line.note_in == "ขาด สายชาร์จ"


@pytest.mark.both_databases
def test_good_means_that_every_piece_is_back(thing: Asset, now: datetime) -> None:
    number, officer = out(thing, now, ("คู่มือ",))
    with pytest.raises(Invalid) as refusal:
        back(officer, number, thing, now, "good", ("สายชาร์จ",))
    assert [(fault.field, fault.code) for fault in refusal.value.errors] == [("missing", "missing_is_incomplete")]
    back(officer, number, thing, now, "good", ("คู่มือ",))
    assert queries.loan_for(officer, number).lines[0].state is LineState.RECEIVED


@pytest.mark.both_databases
def test_a_piece_that_is_not_of_the_thing_is_refused(thing: Asset, now: datetime) -> None:
    number, officer = approved(thing, now)
    with pytest.raises(Invalid), transaction():
        service.hand_over_loan(officer, LoanAct(number), [GoingOut(thing.number, ("ล้อ",))], now=now)
    assert queries.loan_for(officer, number).state is LineState.APPROVED


@pytest.mark.both_databases
def test_nobody_need_count(thing: Asset, now: datetime) -> None:
    number, officer = approved(thing, now)
    with transaction():
        service.hand_over_loan(officer, LoanAct(number), now=now)
    line = queries.loan_for(officer, number).lines[0]
    assert checklist.counted([line.id]) == {}


# --- making good ----------------------------------------------------------------------------------------------------


def damaged(thing: Asset, now: datetime) -> tuple[str, int]:
    number, officer = out(thing, now)
    with transaction():
        receipt = Receipt(thing.number, ReturnCondition.DAMAGED, "ฝาแตก")
        service.receive_lines(officer, number, [receipt], now=now + timedelta(hours=1))
    secretariat = an_actor((Role.SECRETARIAT, "SLK"), unit="SLK", username="sec")
    return number, settling.open_compensations(secretariat)[0].id


@pytest.mark.both_databases
def test_not_liable_needs_one_of_the_two_reasons(thing: Asset, now: datetime) -> None:
    number, row = damaged(thing, now)
    secretariat, director = actor_named("sec"), an_actor((Role.DIRECTOR, "DEP"), unit="DEP")
    with pytest.raises(Invalid) as refusal, transaction():
        service.propose_compensation(secretariat, Proposal(row, Outcome.NOT_LIABLE, "ใช้มา 8 ปี"), now=now)
    assert [(fault.field, fault.code) for fault in refusal.value.errors] == [
        ("not_liable", "liability_reason_required")
    ]
    with transaction():
        wanted = Proposal(row, Outcome.NOT_LIABLE, "ใช้มา 8 ปี", not_liable=NotLiable.NORMAL_WEAR)
        service.propose_compensation(secretariat, wanted, now=now)
    with transaction():
        service.decide_compensation(director, row, accept=True, note="", now=now + timedelta(hours=2))
    loan = queries.loan_for(director, number)
    assert loan.state is LineState.CLOSED
    assert queries.compensations_of(loan)[loan.lines[0].id].not_liable is NotLiable.NORMAL_WEAR


@pytest.mark.both_databases
def test_a_damaged_return_that_nobody_repaired_opens_a_repair(thing: Asset, now: datetime) -> None:
    _number, row = damaged(thing, now)
    secretariat, director = actor_named("sec"), an_actor((Role.DIRECTOR, "DEP"), unit="DEP")
    with transaction():
        wanted = Proposal(row, Outcome.PAID, "ใบเสร็จ 12/3", Money.parse("500"))
        service.propose_compensation(secretariat, wanted, now=now)
    with transaction():
        service.decide_compensation(director, row, accept=True, note="", now=now + timedelta(hours=2))
    repair = db.session.query(Repair).filter_by(asset_id=thing.id).one()
    assert repair.state is RepairState.OPEN
    assert repair.note.endswith("ฝาแตก")
