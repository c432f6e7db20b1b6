"""The demo agency: the same for a day on both databases, whole, believable, and never mixed up with a real one."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select

from assetloan import create_app, schema
from assetloan.assets.models import Asset, Category, Code
from assetloan.assets.rules import AssetStatus, CodeState
from assetloan.audit import chain
from assetloan.audit.models import AuditEntry, AuditHead
from assetloan.cli import demo, demo_agency
from assetloan.config import BadSetting, Settings
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.identity import passwords, posts, queries, service
from assetloan.identity.models import Delegation, Person, Unit, UnitKind
from assetloan.identity.rules import Actor, Permission, Role, console
from assetloan.lending.chasing.models import Chase
from assetloan.lending.models import Compensation, Loan, LoanLine, StandingApproval
from assetloan.lending.queries import LineList, free_between, waiting_for_decision
from assetloan.lending.rules import CompensationState, LineState, ReturnCondition
from assetloan.lending.settling.queries import open_compensations
from assetloan.notices.models import Notice
from assetloan.reporting import checks
from tests.conftest import make_settings
from tests.databases import Postgres

TODAY = date(2026, 11, 23)
LAST_DAY = date(2026, 11, 20)  # a Friday; the demo's day is a Monday


def demo_settings(folder: Path, url: str = "", **more: str) -> Settings:
    """Settings of a demo on the day of the tests."""
    return make_settings(folder, url, ASSETLOAN_DEMO="1", ASSETLOAN_DEMO_DATE=TODAY.isoformat(), **more)


refused: list[str] = []  # what the services refused while the demo was made


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One filled demo for all tests that only read it."""
    settings = demo_settings(tmp_path_factory.mktemp("demo"))
    app = create_app(settings)
    with app.app_context():
        schema.upgrade(db.engine)
        with pytest.MonkeyPatch.context() as patch:
            fill = demo_agency.fill
            patch.setattr(demo_agency, "fill", lambda *given: refused.extend(fill(*given)))
            demo.ensure(settings)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def agency(full: Flask) -> Iterator[Flask]:
    with full.app_context():
        yield full


def actor(username: str) -> Actor:
    person = queries.person_by_username(username)
    assert person is not None
    return queries.actor_of(person, today=TODAY)


def content() -> dict[str, object]:
    """What must be the same wherever the demo is made; the audit chain holds every act of the story."""
    codes = db.session.execute(select(Code.code, Asset.asset_no).join(Asset, Asset.id == Code.asset_id)).all()
    lines = db.session.execute(
        select(Loan.number, LoanLine.position, LoanLine.state, LoanLine.due_on, LoanLine.first_received_at).join(
            LoanLine, LoanLine.loan_id == Loan.id
        )
    ).all()
    return {
        "codes": sorted(map(tuple, codes)),
        "lines": sorted(tuple(map(str, line)) for line in lines),
        "chain": db.session.scalars(select(AuditHead.hash)).one(),
        "notices": db.session.scalar(select(sa.func.count()).select_from(Notice)),
    }


def test_the_same_day_gives_the_same_agency_on_both_databases(
    agency: Flask, postgres_server: Postgres, tmp_path: Path
) -> None:
    here = content()
    postgres_server.recreate("assetloan_demo")
    settings = demo_settings(tmp_path, postgres_server.url("assetloan_demo"))
    other = create_app(settings)
    with other.app_context():
        schema.upgrade(db.engine)
        demo.ensure(settings)
        there = content()
        db.session.remove()
        db.engine.dispose()
    assert there == here


def test_it_is_as_large_as_promised(agency: Flask) -> None:
    count = {
        model: db.session.scalar(select(sa.func.count()).select_from(model)) or 0
        for model in (Unit, Person, Asset, Loan, Category)
    }
    assert count[Unit] == 28
    assert 60 <= count[Person] <= 90
    assert 750 <= count[Asset] <= 900
    assert count[Loan] > 350
    used = set(db.session.scalars(select(Asset.category_id)))
    assert len(used) == count[Category]
    units = Counter(db.session.scalars(select(Asset.unit_id)))
    assert len(units) == 27  # all but the agency itself, whose units own everything


def test_every_unit_but_the_agency_has_a_head_and_an_officer(agency: Flask) -> None:
    for card in queries.unit_tree(TODAY).ordered():
        if card.kind is not UnitKind.AGENCY:
            assert posts.holders_of(Role.HEAD, card.id, TODAY), card.name
            assert posts.holders_of(Role.OFFICER, card.id, TODAY), card.name


def test_the_accounts_are_who_they_are_called(agency: Flask) -> None:
    for name in ("officer", "head", "secretariat", "director", "inspector", "auditor", "admin"):
        assert Role(name) in actor(name).roles
    assert actor("staff").roles == actor("staff2").roles == {Role.STAFF}
    assert len({actor(name).unit_id for name in ("staff", "officer", "head")}) == 1
    assert len({actor(name).unit_id for name in ("staff2", "officer2", "head2")}) == 1
    assert actor("staff").unit_id != actor("staff2").unit_id
    home = queries.unit_tree(TODAY)[actor("secretariat").unit_id or 0]
    assert home.name == "สำนักงานเลขานุการกรม"


def test_only_the_accounts_can_sign_in(agency: Flask) -> None:
    people = db.session.scalars(select(Person).where(Person.password_hash != "")).all()
    assert {person.username for person in people} == set(demo_agency.accounts.ACCOUNTS)
    assert db.session.scalar(select(Person.id).where(Person.username.is_(None)).limit(1)) is not None


def test_the_accounts_unit_has_things_to_lend(agency: Flask) -> None:
    unit = actor("staff").unit_id
    coded = select(sa.func.count(sa.distinct(Asset.id))).join(Code, Code.asset_id == Asset.id)
    coded = coded.where(Asset.unit_id == unit, Code.state == CodeState.LINKED)
    assert (db.session.scalar(coded) or 0) >= 40
    free = (
        select(sa.func.count())
        .select_from(Asset)
        .where(
            Asset.unit_id == unit,
            Asset.loanable,
            Asset.status == AssetStatus.AVAILABLE,
            free_between(TODAY, TODAY + timedelta(days=30)),
        )
    )
    assert (db.session.scalar(free) or 0) >= 15


def test_fourteen_months_have_lending(agency: Flask) -> None:
    months = Counter(db.session.scalars(select(LoanLine.handed_over_month)))
    months.pop(None, None)
    assert len(months) == 14
    assert min(months.values()) >= 15


def test_everything_that_can_happen_happened(agency: Flask) -> None:
    states = Counter(db.session.scalars(select(LoanLine.state)))
    assert set(states) == set(LineState)
    assert {item for item in db.session.scalars(select(LoanLine.condition_in)) if item} == set(ReturnCondition)
    assert set(db.session.scalars(select(Loan.place))) == {"inside", "outside", "agency"}
    compensations = Counter(db.session.scalars(select(Compensation.state)))
    assert compensations[CompensationState.DECIDED] >= 10
    assert compensations[CompensationState.OPEN] >= 1
    assert compensations[CompensationState.PROPOSED] >= 1
    received = db.session.execute(
        select(LoanLine.first_received_on, LoanLine.due_on).where(LoanLine.first_received_on.is_not(None))
    ).all()
    late = sum(back > due for back, due in received)
    assert 0.04 < late / len(received) < 0.2
    assert db.session.scalar(select(sa.func.count()).select_from(Chase))
    assert db.session.scalar(select(sa.func.count()).where(LoanLine.standing_approval_id.is_not(None)))
    assert db.session.scalar(select(sa.func.count()).where(LoanLine.delegation_id.is_not(None)))
    assert len(set(db.session.scalars(select(Delegation.kind)))) == 2
    assert db.session.scalars(select(StandingApproval)).all()
    assert db.session.scalars(select(Unit).where(Unit.holds_clean_returns)).all()


def test_everybody_has_something_to_do_today(agency: Flask) -> None:
    head, officer, director, secretariat = map(actor, ("head", "officer", "director", "secretariat"))
    assert len(waiting_for_decision(head)) >= 5
    assert {"outside", "agency"} <= {loan.place.value for loan in waiting_for_decision(director)}
    waits = [
        (officer, Permission.LOAN_HAND_OVER, LineState.APPROVED),
        (officer, Permission.LOAN_RECEIVE, LineState.RETURN_DECLARED),
        (officer, Permission.LOAN_RECEIVE, LineState.SENT_BACK),
    ]
    for who, permission, state in waits:
        assert LineList(who, permission, frozenset({state})).count() >= 1, state
    returns = frozenset({LineState.RECEIVED, LineState.LOST_REPORTED})
    assert LineList(secretariat, Permission.RETURN_APPROVE, returns, clean=True).count() >= 5
    odd = LineList(secretariat, Permission.RETURN_APPROVE, returns, clean=False).all()
    assert {ReturnCondition.DAMAGED, ReturnCondition.INCOMPLETE} <= {line.condition_in for line in odd}
    assert any(line.condition_in is ReturnCondition.GOOD for line in odd)  # late
    assert any(row.state is CompensationState.PROPOSED for row in open_compensations(director))
    mine = LineList(
        actor("staff"),
        Permission.RETURN_DECLARE,
        frozenset({LineState.HANDED_OVER}),
        borrower_id=actor("staff").person_id,
    ).all()
    assert [line.due_on < TODAY for line in mine] == [True, False]


def test_the_register_and_the_lines_tell_the_same(agency: Flask) -> None:
    lines = db.session.scalars(select(LoanLine)).all()
    out = {line.asset_id for line in lines if line.state in (LineState.HANDED_OVER, LineState.RETURN_DECLARED)}
    waiting = {line.asset_id for line in lines if line.holds_asset and line.state is LineState.RECEIVED}
    holders = Counter(line.asset_id for line in lines if line.holds_asset)
    assert set(holders.values()) == {1}
    for asset in db.session.scalars(select(Asset)):
        assert (asset.status is AssetStatus.ON_LOAN) == (asset.id in out), asset.number
        assert (asset.status is AssetStatus.RETURN_PENDING) <= (asset.id in waiting), asset.number


def test_the_story_asks_for_nothing_that_is_refused(agency: Flask) -> None:
    assert refused == []


def test_check_finds_nothing_wrong(agency: Flask) -> None:
    assert checks.run_all() == []


def test_nothing_happens_out_of_order_or_out_of_hours(agency: Flask) -> None:
    for line in db.session.scalars(select(LoanLine)):
        steps = [
            line.submitted_at,
            line.decided_at,
            line.handed_over_at,
            line.first_received_at or line.lost_at,
            line.closed_at,
        ]
        told = [step for step in steps if step is not None]
        assert told == sorted(told), line.id
        for step in told:
            local = clock.in_bangkok(step)
            assert local.weekday() < 5
            assert 8 <= local.hour < 19
            assert local.date() <= LAST_DAY
    assert clock.bangkok_date(_newest(AuditEntry.occurred_at)) <= TODAY


def _newest(column: sa.orm.InstrumentedAttribute[datetime]) -> datetime:
    found = db.session.scalar(select(sa.func.max(column)))
    assert found is not None
    return found


def test_the_chain_of_the_audit_is_whole(agency: Flask) -> None:
    assert chain.first_broken(db.session()) is None


def test_the_notices_of_long_ago_were_seen(agency: Flask) -> None:
    unseen = db.session.scalars(select(Notice.created_at).where(Notice.seen_at.is_(None))).all()
    assert 0 < len(unseen) < 150
    assert min(unseen) > clock.bangkok_midnight(LAST_DAY - timedelta(days=4))


def test_codes_are_chance_again_after_the_demo_was_made(agency: Flask) -> None:
    from random import SystemRandom

    from assetloan.assets import chance

    assert isinstance(chance.source, SystemRandom)


# --- the database it goes to, and the password ----------------------------------------------------------------------


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """A filling that only enters one account, to try out everything round it; notes each time it is called."""
    calls: list[Settings] = []

    def fill(settings: Settings, _tell: object = None) -> None:
        calls.append(settings)
        with transaction():
            service.create_unit(console(), service.UnitData("DEP", "กรมตัวอย่าง", UnitKind.AGENCY), now=clock.now())
            service.create_person(console(), service.PersonData("staff", "นายหนึ่ง ใจดี", "DEP"), now=clock.now())
            demo_agency.accounts.set_password(demo_agency.accounts.password_of(settings), now=clock.now())

    monkeypatch.setattr(demo_agency, "fill", fill)
    return calls


def test_it_is_filled_once(ctx: Flask, filled: list[Settings], tmp_path: Path) -> None:
    settings = demo_settings(tmp_path)
    demo.ensure(settings)
    demo.ensure(settings)
    assert len(filled) == 1
    assert demo.is_demo()


def test_a_database_with_people_in_it_is_refused(ctx: Flask, filled: list[Settings], tmp_path: Path) -> None:
    with transaction():
        service.create_person(console(), service.PersonData("boss", "นายหนึ่ง ใจดี"), now=clock.now())
    with pytest.raises(BadSetting, match="not empty and not a demo"):
        demo.ensure(demo_settings(tmp_path))
    assert filled == []


def test_what_was_left_half_filled_is_not_taken_for_a_demo(ctx: Flask, filled: list[Settings], tmp_path: Path) -> None:
    (tmp_path / "demo.half").touch()
    with transaction():
        service.create_unit(console(), service.UnitData("DEP", "กรม", UnitKind.AGENCY), now=clock.now())
    with pytest.raises(BadSetting, match="interrupted"):
        demo.ensure(demo_settings(tmp_path, "sqlite:///elsewhere.db"))
    assert filled == []


def test_a_half_filled_file_of_the_demo_is_made_anew(filled: list[Settings], tmp_path: Path) -> None:
    settings = demo_settings(tmp_path)
    app = create_app(settings)
    with app.app_context():
        schema.upgrade(db.engine)
        (tmp_path / "demo.half").touch()
        with transaction():
            service.create_unit(console(), service.UnitData("OLD", "กรม", UnitKind.AGENCY), now=clock.now())
        demo.ensure(settings)
        assert db.session.scalars(select(Unit.code)).all() == ["DEP"]
        assert not (tmp_path / "demo.half").exists()
        db.session.remove()
        db.engine.dispose()


def test_the_password_is_made_once_and_kept(ctx: Flask, filled: list[Settings], tmp_path: Path) -> None:
    settings = demo_settings(tmp_path)
    demo.ensure(settings)
    first, again = demo_agency.sign_ins(settings), demo_agency.sign_ins(settings)
    assert first == again
    assert stat.S_IMODE(os.stat(tmp_path / "demo_password").st_mode) == 0o600
    assert passwords.matches(_hash_of("staff"), first.password)


def test_a_password_that_was_set_holds_from_the_next_start_on(
    ctx: Flask, filled: list[Settings], tmp_path: Path
) -> None:
    demo.ensure(demo_settings(tmp_path))
    said = demo.greeting(demo_settings(tmp_path, ASSETLOAN_DEMO_PASSWORD="ห้องสมุดสีเขียว-2569"))
    assert "ห้องสมุดสีเขียว-2569" in said[0]
    assert "staff" in said[1]
    assert passwords.matches(_hash_of("staff"), "ห้องสมุดสีเขียว-2569")


def _hash_of(username: str) -> str:
    db.session.rollback()
    person = queries.person_by_username(username)
    assert person is not None
    return person.password_hash


@pytest.mark.parametrize("given", ["23/11/2569", "yesterday", "2026-02-30"])
def test_a_day_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(BadSetting, match="ASSETLOAN_DEMO_DATE"):
        make_settings(Path("/nowhere"), ASSETLOAN_DEMO_DATE=given)
