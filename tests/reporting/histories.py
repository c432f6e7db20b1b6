"""Random lives of loans round the turn of a month: through the services, and as facts from paper."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import update

from assetloan.assets.models import Asset
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Actor, Authority, Place, Role
from assetloan.lending import service
from assetloan.lending.chasing.models import Chase
from assetloan.lending.models import Loan, LoanDue, LoanLine
from assetloan.lending.rules import LineAction, LoanSource, Outcome, ReturnCondition, Route
from assetloan.lending.service import LoanAct, LoanRequest, Proposal, Receipt

_serial = itertools.count(1)
TURN = clock.bangkok_midnight(date(2026, 10, 1))  # the turn of a month, and of a fiscal year
GAPS = tuple(timedelta(seconds=s) for s in (0, 1, 3600, 86_399, 86_400, 3 * 86_400, 8 * 86_400, 20 * 86_400))
A, C = LineAction, ReturnCondition
CONDITIONS = {condition.value: condition for condition in C}


@dataclass(frozen=True)
class Thing:
    """What becomes of one line: how it ends and the gaps between the steps."""

    end: str
    gaps: tuple[timedelta, ...]
    extended: bool
    chased: tuple[timedelta, ...]


@dataclass(frozen=True)
class Life:
    """One loan: when it was asked for, by whom it is recorded, what became of its things."""

    at: datetime
    place: Place
    days: int
    decision: str
    paper: bool
    withdrawn: bool
    things: tuple[Thing, ...]


ENDS = ("waiting", "out", "good", "damaged", "incomplete", "again", "closed", "lost", "lost_closed", "damaged_closed")
things = st.builds(
    Thing,
    end=st.sampled_from(ENDS),
    gaps=st.tuples(*[st.sampled_from(GAPS)] * 4),
    extended=st.booleans(),
    chased=st.lists(st.sampled_from(GAPS), max_size=2).map(tuple),
)
lives = st.builds(
    Life,
    at=st.builds(
        lambda days, second: TURN + timedelta(days=days, seconds=second),
        st.integers(-40, 35),
        st.sampled_from((-1, 0, 1, 30_000)),
    ),
    place=st.sampled_from(Place),
    days=st.integers(0, 10),
    decision=st.sampled_from(("approve", "approve", "approve", "reject", "cancel", "withdraw", "none")),
    paper=st.booleans(),
    withdrawn=st.sampled_from((False, False, False, True)),
    things=st.lists(things, min_size=1, max_size=3).map(tuple),
)


@dataclass
class Team:
    """Everybody a loan of the unit needs, as values."""

    unit: UnitCard
    other: UnitCard
    borrower: Actor
    officer: Actor
    secretariat: Actor
    director: Actor


def actor(person_id: int, name: str, unit: UnitCard, role: Role | None = None, *, everywhere: bool = False) -> Actor:
    """An actor of a unit with one role, without asking the database."""
    over = frozenset({unit.id})
    authorities = [Authority(Role.STAFF, over)]
    if role is not None:
        authorities.append(Authority(role, None if everywhere else over))
    return Actor(person_id, name, name, "", unit.id, tuple(authorities))


def live(team: Team, life: Life, asset_of: Any) -> None:
    """Let it happen."""
    assets = [asset_of(team.unit) for _thing in life.things]
    if life.paper:
        _on_paper(team, life, assets)
    else:
        _in_system(team, life, assets)


# --- through the services -------------------------------------------------------------------------------------------


def _do(work: Any) -> None:
    with transaction():
        work()


def _in_system(team: Team, life: Life, assets: list[str]) -> None:
    today = clock.bangkok_date(life.at)
    due_on = today + timedelta(days=life.days)
    agency = "กรมอื่น" if life.place is Place.AGENCY else ""
    wanted = LoanRequest(tuple(assets), "งาน", life.place, due_on, agency=agency)
    with transaction():
        number = service.request_loan(team.borrower, wanted, now=life.at).number
    now = life.at + life.things[0].gaps[0]
    decider = team.director  # the unit has no head: it goes one level up
    if life.decision in ("approve", "withdraw"):
        _do(lambda: service.approve_loan(decider, LoanAct(number), now=now))
    if life.decision == "reject":
        _do(lambda: service.reject_loan(decider, LoanAct(number, reason="ไม่ว่าง"), now=now))
    if life.decision == "withdraw":
        _do(lambda: service.cancel_loan(decider, LoanAct(number, reason="ผิด"), now=now))
    if life.decision == "cancel":
        _do(lambda: service.cancel_loan(team.borrower, LoanAct(number), now=now))
    if life.decision != "approve":
        return
    for thing, asset in zip(life.things, assets, strict=True):
        handed = now + thing.gaps[1]
        if thing.end == "waiting" or clock.bangkok_date(handed) > wanted.due_on:
            continue
        act = LoanAct(number, (asset,))
        _do(lambda act=act, handed=handed: service.hand_over_loan(team.officer, act, now=handed))
        _go_on(team, number, asset, thing, handed)


def _line(number: str, asset: str) -> LoanLine:
    found = db.session.query(LoanLine).join(Loan).join(Asset, Asset.id == LoanLine.asset_id)
    return found.filter(Loan.number == number, Asset.asset_no == asset).one()


def _go_on(team: Team, number: str, asset: str, thing: Thing, handed: datetime) -> None:
    """From hand-over to the end of one line."""
    line = _line(number, asset)
    line_id, due_on = line.id, line.due_on
    if thing.extended:
        _extend(line_id, due_on + timedelta(days=5), handed + timedelta(hours=1))
    back = handed + thing.gaps[2] + timedelta(hours=2)
    for gap in thing.chased:
        _chase(line_id, team.unit.id, handed + gap)
    if thing.end == "out":
        return
    condition = CONDITIONS.get(thing.end.partition("_")[0], C.GOOD)
    receipt = [Receipt(asset, condition, "" if condition is C.GOOD else "เห็นเอง")]
    _do(lambda: service.receive_lines(team.officer, number, receipt, now=back))
    later = back + thing.gaps[3]
    act = LoanAct(number, (asset,), "ตรวจใหม่")
    if thing.end == "again":
        _do(lambda: service.send_back(team.secretariat, act, now=later))
        again = [Receipt(asset, C.DAMAGED, "เพิ่งเห็น")]
        _do(lambda: service.receive_lines(team.officer, number, again, now=later + thing.gaps[3]))
    elif thing.end == "closed":
        _do(lambda: service.approve_return(team.secretariat, act, now=later))
    elif thing.end.endswith("_closed"):
        _compensate(team, line_id, later)


def _compensate(team: Team, line_id: int, now: datetime) -> None:
    from assetloan.lending.models import Compensation

    row = db.session.query(Compensation.id).filter(Compensation.line_id == line_id).one()[0]
    proposal = Proposal(row, Outcome.REPAIRED, "ใบเสร็จ")
    _do(lambda: service.propose_compensation(team.secretariat, proposal, now=now))
    _do(lambda: service.decide_compensation(team.director, row, accept=True, note="", now=now))


def _extend(line_id: int, due_on: date, at: datetime) -> None:
    """An approved extension, as its own act will record it."""
    with transaction() as session:
        session.add(LoanDue(line_id=line_id, due_on=due_on, approved_at=at))
        session.execute(update(LoanLine).where(LoanLine.id == line_id).values(due_on=due_on))


def _chase(line_id: int, unit_id: int, at: datetime) -> None:
    with transaction() as session:
        chase = Chase(line_id=line_id, unit_id=unit_id, chased_at=at, chased_on=clock.bangkok_date(at), how="โทรศัพท์")
        session.add(chase)


# --- from paper -----------------------------------------------------------------------------------------------------


def _on_paper(team: Team, life: Life, assets: list[str]) -> None:
    """Facts that were written down elsewhere; rules of the system do not judge them."""
    today = clock.bangkok_date(life.at)
    due_on = today + timedelta(days=life.days)
    gone = TURN + timedelta(days=90) if life.withdrawn else None
    with transaction() as session:
        loan = Loan(
            number=f"กระดาษ {next(_serial)}/2569",
            unit_id=team.unit.id,
            borrower_id=team.borrower.person_id,
            borrower_name="นายยืม",
            borrower_position="",
            borrower_unit_id=team.other.id,
            purpose="งาน",
            place=life.place,
            starts_on=today,
            due_on=due_on,
            submitted_at=life.at,
            submitted_on=today,
            source=LoanSource.PAPER,
            route=Route.HEAD,
            approver_post="หัวหน้า",
            legal_basis="ข้อ 208 (2)",
            recorded_at=TURN + timedelta(days=80),
            withdrawn_at=gone,
        )
        loan.number_key = loan.number
        loan.lines = []
        session.add(loan)
        for position, (thing, number) in enumerate(zip(life.things, assets, strict=True), 1):
            asset = session.query(Asset).filter(Asset.asset_no == number).one()
            line = LoanLine(
                position=position,
                asset=asset,
                unit_id=team.unit.id,
                borrower_id=loan.borrower_id,
                borrower_unit_id=loan.borrower_unit_id,
                place=loan.place,
                source=LoanSource.PAPER,
                submitted_at=life.at,
                submitted_on=today,
                withdrawn_at=gone,
            )
            line.set_period(today, due_on)
            loan.lines.append(line)
            session.flush()
            _steps(line, thing, life.at)


def _steps(line: LoanLine, thing: Thing, at: datetime) -> None:
    """The steps that paper tells of, one after another."""
    more: dict[str, Any] = {"by_id": None, "by_name": "นายกระดาษ", "recorded_at": TURN + timedelta(days=80)}
    db.session.add(line.log(A.SUBMIT, None, at=at, **more))
    steps: list[tuple[LineAction, C | None]] = [(A.APPROVE, None)]
    if thing.end != "waiting":
        steps.append((A.HAND_OVER, None))
    if thing.end.startswith("lost"):
        steps.append((A.REPORT_LOST, C.LOST))
    elif thing.end not in ("waiting", "out"):
        steps.append((A.RECEIVE, C.DAMAGED if thing.end.startswith("damaged") else C.GOOD))
    if thing.end.endswith("closed"):
        steps.append((A.SETTLE, None))
    for (action, condition), gap in zip(steps, thing.gaps, strict=False):
        at += gap
        db.session.add(line.apply(action, at=at, condition=condition, note="", **more))
        if action is A.APPROVE and thing.extended:
            db.session.add(LoanDue(line_id=line.id, due_on=line.due_on, approved_at=at))
    db.session.flush()
