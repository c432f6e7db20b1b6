"""Custody, moves and sightings, through the services, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from assetloan.assets import queries as register
from assetloan.assets import service as assets
from assetloan.assets.custody import moving, queries, rules, service, sighting
from assetloan.assets.custody.models import Move
from assetloan.assets.custody.moving import Moving, Taking
from assetloan.assets.custody.rules import MoveAction, MoveState, SightingAction, SightingState
from assetloan.assets.custody.service import Handing
from assetloan.assets.custody.sighting import Seen
from assetloan.assets.models import Asset, AssetEvent, Code
from assetloan.assets.rules import AssetEventKind, AssetStatus
from assetloan.assets.service import AssetData
from assetloan.audit.models import AuditEntry
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Forbidden, Invalid, NotFound
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import Actor, Place, Role, console
from assetloan.lending import service as lending
from assetloan.reporting import checks
from tests.conftest import NOW
from tests.factories import a_person, a_unit, actor_named, an_actor, an_agency, an_asset

pytestmark = pytest.mark.both_databases
TODAY = date(2026, 11, 23)


@pytest.fixture
def officer(ctx: Flask) -> Actor:
    """The officer of กยผ, which has two things; กคพ has an officer too."""
    an_agency()
    unit = a_unit("กยผ", parent="DEP", name="กองยุทธศาสตร์")
    a_unit("กคพ", parent="DEP", name="กองคุ้มครอง")
    for number in ("1-1", "1-2"):
        an_asset(unit, asset_no=number, place="ห้อง 1")
    a_person(unit="กยผ", username="keeper")
    a_person(unit="กยผ", username="second")
    a_person(unit="กคพ", username="theirs")
    a_person(Role.OFFICER, unit="กคพ", username="receiver")
    return an_actor(Role.OFFICER, unit="กยผ", username="giver")


def _give(actor: Actor, keeper: str, *numbers: str, day: date = TODAY) -> None:
    with transaction():
        service.give_custody(actor, numbers or ("1-1",), Handing(keeper, day, "ส่งมอบ 1/2570"), now=NOW)


def _move(actor: Actor, numbers: Sequence[str] = ("1-1",), **more: Any) -> str:
    with transaction():
        return moving.move_assets(actor, Moving(numbers, "ปรับห้อง", **more), now=NOW).number


def _accept(number: str, place: str = "คลัง 2", keeper: str = "", who: str = "receiver") -> None:
    actor = actor_named(who)
    with transaction():
        moving.accept_move(actor, number, Taking(place, keeper), now=NOW)


def _asset(number: str = "1-1") -> Asset:
    db.session.rollback()
    return register.by_number(console(), number)


def _violations() -> list[str]:
    return [item.message for item in checks.run_all()]


def _code_of(refused: Any) -> str:
    return str(refused.value.code)


# --- custody ---------------------------------------------------------------------------------------------------------


def test_a_keeper_takes_over_from_another(officer: Actor) -> None:
    _give(officer, "keeper", "1-1", "1-2", day=TODAY - timedelta(days=30))
    _give(officer, "second")
    asset = _asset()
    assert asset.custodian is not None
    assert asset.custodian.username == "second"
    rows = [(row.from_on, row.until_on, row.document_no) for row, _name in queries.keepers_of(asset.id)]
    assert rows == [(TODAY, None, "ส่งมอบ 1/2570"), (TODAY - timedelta(days=30), TODAY, "ส่งมอบ 1/2570")]
    _give(officer, "")
    asset = _asset()
    assert asset.custodian_id is None
    assert queries.open_custody(asset.id) is None
    assert _violations() == []


def test_the_keeper_acknowledges_and_nobody_else(officer: Actor) -> None:
    _give(officer, "keeper")
    keeper, second = actor_named("keeper"), actor_named("second")
    [(row, asset)] = queries.kept_by(keeper)
    assert (asset.number, row.accepted_at) == ("1-1", None)
    row_id = row.id
    with pytest.raises(NotFound), transaction():
        service.accept_custody(second, row_id, now=NOW)
    for _twice in range(2):
        with transaction():
            service.accept_custody(keeper, row_id, now=NOW)
    assert queries.kept_by(keeper)[0][0].accepted_at == NOW
    told = sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.action == "asset.custody_accepted")
    assert db.session.scalar(told) == 1


@pytest.mark.parametrize(
    ("keeper", "day", "code"),
    [
        ("theirs", TODAY, "custodian_elsewhere"),
        ("nobody", TODAY, "unknown_value"),
        ("second", TODAY + timedelta(days=1), "date_in_future"),
        ("second", TODAY - timedelta(days=9), "custody_before"),
    ],
)
def test_custody_is_refused(officer: Actor, keeper: str, day: date, code: str) -> None:
    _give(officer, "keeper", day=TODAY - timedelta(days=3))
    with pytest.raises(Invalid) as refused:
        _give(officer, keeper, day=day)
    assert [error.code for error in refused.value.errors] == [code]
    with pytest.raises(DomainError) as same:
        _give(officer, "keeper")
    assert _code_of(same) == "custody_same"


def test_nothing_is_given_before_it_is_there(officer: Actor) -> None:
    an_asset(unit_by_code("กยผ", TODAY), asset_no="8-8", received_on=TODAY)
    with pytest.raises(Invalid) as refused:
        _give(officer, "keeper", "8-8", day=TODAY - timedelta(days=1))
    assert [(error.field, error.code) for error in refused.value.errors] == [("from_on", "date_before_received")]
    _give(officer, "keeper", "8-8", day=TODAY)


def test_another_officer_gives_nothing(officer: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        _give(actor_named("receiver"), "theirs")
    assert [(error.field, error.code) for error in refused.value.errors] == [("assets", "asset_unknown")]
    with pytest.raises(Forbidden):
        _give(actor_named("keeper"), "theirs")


def test_a_number_that_is_not_there_is_named(officer: Actor) -> None:
    with pytest.raises(Invalid) as refused, transaction():
        service.give_custody(officer, ["1-1", "9-9"], Handing("keeper", TODAY), now=NOW)
    [fault] = refused.value.errors
    assert (fault.field, fault.code, fault.details) == ("assets", "asset_unknown", {"value": "9-9"})


def test_the_edit_of_a_custodian_is_custody_too(officer: Actor) -> None:
    keeper, second = actor_named("keeper").person_id, actor_named("second").person_id
    for person_id in (keeper, second, None):
        version = _asset().version
        with transaction():
            data = AssetData(custodian_id=person_id)
            assets.edit_asset(officer, "1-1", data, version=version, reason="แก้", now=NOW)
        assert _violations() == []
    kept = [row.person_id for row, _name in queries.keepers_of(_asset().id)]
    assert kept == [second, keeper]


def test_a_new_thing_with_a_keeper_has_its_custody(officer: Actor) -> None:
    keeper = actor_named("keeper").person_id
    an_asset(unit_by_code("กยผ", TODAY), asset_no="1-9", custodian_id=keeper)
    assert [row.person_id for row, _name in queries.keepers_of(_asset("1-9").id)] == [keeper]
    assert _violations() == []


def test_check_finds_custody_that_differs(officer: Actor) -> None:
    _give(officer, "keeper")
    with transaction():
        db.session.execute(sa.text("UPDATE asset SET custodian_id = NULL"))
    assert _violations() == ["the custodian does not agree with the open custody"]


# --- moves -----------------------------------------------------------------------------------------------------------


def test_every_step_is_in_the_tables() -> None:
    moves = {(state, action) for state in MoveState for action in MoveAction}
    for state, action in moves - set(rules.MOVE_STEPS):
        with pytest.raises(DomainError, match="move_decided"):
            rules.move_step(state, action)
    assert {rules.move_step(*step)[0] for step in rules.MOVE_STEPS} == set(MoveState) - {MoveState.OFFERED}
    seen = {(state, action) for state in SightingState for action in SightingAction}
    for sighted in seen - set(rules.SIGHTING_STEPS):
        with pytest.raises(DomainError, match="sighting_decided"):
            rules.sighting_step(*sighted)


def test_a_move_within_the_unit_happens_at_once(officer: Actor) -> None:
    number = _move(officer, ("1-1", "1-2"), place="ห้อง 7")
    assert number == "ย้าย-กยผ-2570-00001"
    for thing in ("1-1", "1-2"):
        place = _asset(thing).place
        assert place is not None
        assert place.name == "ห้อง 7"
    move = queries.move_by_number(officer, number)
    assert (move.state, [line.open for line in move.lines]) == (MoveState.ACCEPTED, [False, False])
    kinds = sa.select(AssetEvent.kind).where(AssetEvent.asset_id == _asset().id)
    assert AssetEventKind.MOVED in set(db.session.scalars(kinds))
    assert _violations() == []


def test_the_receiver_accepts_to_a_place_and_a_keeper(officer: Actor) -> None:
    _give(officer, "keeper")
    number = _move(officer, to_unit="กคพ", order_no="คำสั่ง 5/2570")
    assert _asset().unit_id == officer.unit_id
    receiver = actor_named("receiver")
    assert (queries.offers_to(receiver), queries.offers_to(officer)) == (1, 0)
    _accept(number, keeper="theirs")
    asset, unit = _asset(), unit_by_code("กคพ", TODAY)
    assert asset.place is not None
    assert asset.custodian is not None
    assert (asset.unit_id, asset.responsible_unit_id, asset.place.unit_id) == (unit.id,) * 3
    assert (asset.place.name, asset.custodian.username) == ("คลัง 2", "theirs")
    assert set(db.session.scalars(sa.select(Code.unit_id).where(Code.asset_id == asset.id))) == {unit.id}
    event = register.history_of(console(), asset)[0]
    assert (event.kind, event.unit_id, event.before["place"], event.after["place"]) == (
        AssetEventKind.MOVED,
        unit.id,
        "ห้อง 1",
        "คลัง 2",
    )
    kept = [(row.person_id, row.until_on) for row, _name in queries.keepers_of(asset.id)]
    assert kept == [(actor_named("theirs").person_id, None), (actor_named("keeper").person_id, TODAY)]
    assert queries.offers_to(receiver) == 0
    with pytest.raises(DomainError, match="move_decided"):
        _accept(number)
    assert _violations() == []


@pytest.mark.parametrize(
    ("who", "action", "state"),
    [("receiver", MoveAction.DECLINE, MoveState.DECLINED), ("giver", MoveAction.WITHDRAW, MoveState.WITHDRAWN)],
)
def test_an_offer_ends_with_a_reason(officer: Actor, who: str, action: MoveAction, state: MoveState) -> None:
    number, actor = _move(officer, to_unit="กคพ"), actor_named(who)
    with pytest.raises(Invalid), transaction():
        moving.decide(actor, number, action, reason=" ", now=NOW)
    with transaction():
        moving.decide(actor, number, action, reason="ไม่มีที่เก็บ", now=NOW)
    move = queries.move_by_number(actor, number)
    assert (move.state, move.decision_reason) == (state, "ไม่มีที่เก็บ")
    assert _asset().unit_id == officer.unit_id
    assert _move(officer, to_unit="กคพ") != number
    assert _violations() == []


@pytest.mark.parametrize(
    ("who", "action"),
    [("giver", MoveAction.DECLINE), ("receiver", MoveAction.WITHDRAW)],
)
def test_each_side_does_its_own(officer: Actor, who: str, action: MoveAction) -> None:
    number, actor = _move(officer, to_unit="กคพ"), actor_named(who)
    with pytest.raises(Forbidden), transaction():
        moving.decide(actor, number, action, reason="x", now=NOW)
    with pytest.raises(Forbidden):
        _accept(number, who="giver")


def test_a_third_unit_sees_no_move(officer: Actor) -> None:
    number = _move(officer, to_unit="กคพ")
    a_unit("สพ", parent="DEP")
    stranger = an_actor(Role.OFFICER, unit="สพ")
    with pytest.raises(NotFound):
        queries.move_by_number(stranger, number)
    assert queries.moves_of(stranger, offered=True) == []


def test_a_thing_stands_in_one_offer(officer: Actor) -> None:
    first = _move(officer, to_unit="กคพ")
    with pytest.raises(DomainError) as refused:
        _move(officer, place="ห้อง 9")
    assert _code_of(refused) == "move_open"
    assert refused.value.details["number"] == first


def _request(number: str) -> str:
    borrower = an_actor(unit="กคพ")
    wanted = lending.LoanRequest((number,), "ประชุม", Place.INSIDE, TODAY + timedelta(days=2))
    with transaction():
        return lending.request_loan(borrower, wanted, now=NOW).number


def test_what_is_promised_stays_until_the_request_is_settled(officer: Actor) -> None:
    number = _move(officer, to_unit="กคพ")
    _request("1-1")
    with pytest.raises(DomainError) as refused:
        _accept(number)
    assert _code_of(refused) == "move_claimed"
    with transaction():
        moving.decide(officer, number, MoveAction.WITHDRAW, reason="มีผู้ขอยืม", now=NOW)
    with pytest.raises(DomainError) as again:
        _move(officer, to_unit="กคพ")
    assert _code_of(again) == "move_claimed"
    assert _move(officer, place="ห้อง 3")


@pytest.mark.parametrize(("status", "code"), sorted(rules.NOT_MOVED.items()))
def test_what_is_out_or_gone_is_not_moved(officer: Actor, status: AssetStatus, code: str) -> None:
    with transaction():
        thing = register.by_number(console(), "1-1")
        assets.set_state(console(), thing, status=status, condition=None, now=NOW)
    for more in ({"place": "ห้อง 3"}, {"to_unit": "กคพ"}):
        with pytest.raises(DomainError) as refused:
            _move(officer, **more)
        assert _code_of(refused) == code


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, "place"),
        ({"to_unit": "ไม่มี"}, "to_unit"),
        ({"numbers": ()}, "assets"),
        ({"numbers": ("x",) * 101}, "assets"),
    ],
)
def test_a_move_is_refused_field_by_field(officer: Actor, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        _move(officer, **more)
    assert [error.field for error in refused.value.errors] == [field]


def test_the_second_officer_to_accept_is_refused_by_the_database_too(officer: Actor) -> None:
    _move(officer, to_unit="กคพ")
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.execute(
            sa.text("INSERT INTO move_line (move_id, asset_id, open) SELECT move_id, asset_id, open FROM move_line")
        )


def test_check_finds_an_open_line_of_a_closed_offer(officer: Actor) -> None:
    _move(officer, to_unit="กคพ")
    with transaction():
        db.session.execute(sa.update(Move).values(state=MoveState.DECLINED, decided_at=NOW))
    assert "open does not agree with the state of its move" in _violations()


# --- sightings -------------------------------------------------------------------------------------------------------


def _sight(who: str, **seen: Any) -> int:
    actor = actor_named(who)
    with transaction():
        return sighting.report_sighting(actor, "1-1", Seen(**seen), now=NOW).id


def _confirm(actor: Actor, row: int) -> Move:
    with transaction():
        return sighting.confirm_sighting(actor, row, now=NOW)


def test_found_in_another_room_becomes_a_move(officer: Actor) -> None:
    row = _sight("keeper", place="ห้องใหม่")
    assert _sight("keeper", place="ห้องใหม่") == row, "said twice, it is one"
    assert queries.sightings_to_decide(officer) == 1
    place = _asset().place
    assert place is not None
    assert place.name == "ห้อง 1", "nothing moves before its officer says so"
    _confirm(officer, row)
    place = _asset().place
    assert place is not None
    assert place.name == "ห้องใหม่"
    assert queries.sightings_to_decide(officer) == 0
    with pytest.raises(DomainError, match="sighting_decided"):
        _confirm(officer, row)
    assert _violations() == []


def test_found_at_another_unit_becomes_an_offer(officer: Actor) -> None:
    receiver = actor_named("receiver")
    an_asset(unit_by_code("กคพ", TODAY), asset_no="7-7", place="ห้องของเขา")
    row = _sight("theirs", place="ห้องของเขา")
    assert [site.name for site in sighting.offered_places(actor_named("theirs"), officer.unit_id or 0)] == ["ห้องของเขา"]
    with pytest.raises(NotFound):
        _confirm(receiver, row)
    move = _confirm(officer, row)
    assert move.state is MoveState.OFFERED
    assert queries.offers_to(receiver) == 1


def test_the_place_used_last_stands_first(officer: Actor) -> None:
    an_asset(unit_by_code("กยผ", TODAY), asset_no="1-5", place="ห้อง 9")
    keeper = actor_named("keeper")
    before = [site.name for site in sighting.offered_places(keeper, keeper.unit_id or 0)]
    assert before == ["ห้อง 1", "ห้อง 9"]
    _sight("keeper", place="ห้อง 9")
    after = [site.name for site in sighting.offered_places(keeper, keeper.unit_id or 0)]
    assert after == ["ห้อง 9", "ห้อง 1"]


def test_a_sighting_is_set_aside_with_a_note(officer: Actor) -> None:
    row = _sight("theirs", place="ห้องประชุม")
    with pytest.raises(Invalid), transaction():
        sighting.dismiss_sighting(officer, row, note="", now=NOW)
    with transaction():
        sighting.dismiss_sighting(officer, row, note="อ่านป้ายผิดชิ้น", now=NOW)
    assert queries.sightings_waiting(officer) == []


def test_a_place_that_was_not_offered_is_refused(officer: Actor) -> None:
    site = _asset().place_id
    with pytest.raises(Invalid):
        _sight("theirs", place_id=site)
    with pytest.raises(Invalid):
        _sight("theirs", place=" ")
