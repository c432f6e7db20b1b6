"""Registering and changing assets: numbers, codes, versions, history; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from assetloan.assets import queries, service
from assetloan.assets.models import Asset, AssetEvent
from assetloan.assets.rules import AssetEventKind, AssetStatus, CodeState, Condition
from assetloan.assets.service import AssetData
from assetloan.audit.chain import first_broken
from assetloan.audit.models import AuditEntry
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Forbidden, Invalid, NotFound
from assetloan.core.ids import read_code
from assetloan.core.money import Money
from assetloan.identity.rules import Role, console
from tests.factories import a_category, a_person, a_unit, actor_named, an_actor, an_agency, an_asset

pytestmark = pytest.mark.both_databases


def register(unit_id: int, *, now: datetime, **fields: object) -> str:
    """Register as the console; gives the outward number."""
    with transaction():
        given = {"name": "กล้องถ่ายภาพ"} | fields
        return service.create_asset(console(), unit_id, AssetData(**given), now=now).number  # type: ignore[arg-type]


def latest_event(number: str) -> AssetEvent:
    return queries.history_of(console(), queries.by_number(console(), number))[0]


# --- registering ----------------------------------------------------------------------------------------------------


def test_a_registered_asset_has_a_code_an_event_and_an_audit_row(ctx: Flask, now: datetime) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP")
    actor = an_actor(Role.OFFICER, unit="A")
    with transaction():
        made = service.create_asset(actor, unit.id, AssetData(asset_no="7440-001-0001", name="โน้ตบุ๊ก"), now=now)
        number = made.number
    asset = queries.by_number(actor, number)
    (code,) = asset.codes
    assert read_code(code.code) == code.code
    assert (code.state, code.unit_id) == (CodeState.LINKED, unit.id)
    assert (asset.status, asset.condition, asset.loanable) == (AssetStatus.AVAILABLE, Condition.GOOD, False)
    assert asset.responsible_unit_id == unit.id
    event = latest_event(number)
    assert (event.kind, event.person_name, event.unit_id) == (AssetEventKind.REGISTERED, actor.name, unit.id)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "asset.registered")).one()
    assert (entry.object_key, entry.actor_id) == ("7440-001-0001", actor.person_id)
    assert first_broken(db.session()) is None


@pytest.mark.parametrize("given", [{}, {"asset_no": ""}, {"asset_no": " - "}, {"asset_no": "ไม่มีเลข"}])
def test_without_a_number_an_asset_gets_a_temporary_one(ctx: Flask, now: datetime, given: dict[str, str]) -> None:
    unit = an_agency()
    number = register(unit.id, now=now, **given)
    assert number == "ชค.DEP-2570-00001"
    asset = queries.by_number(console(), "ชค. dep-๒๕๗๐-๐๐๐๐๑")
    assert asset.temporary_no
    with transaction():
        service.edit_asset(
            console(), number, AssetData(asset_no="6720-001-0009"), version=asset.version, reason="ได้เลขแล้ว", now=now
        )
    assert not queries.by_number(console(), "6720-001-0009").temporary_no


@pytest.mark.parametrize(
    "spelling",
    ["7440-001-0001/1", "๗๔๔๐-๐๐๑-๐๐๐๑/๑", "7440 – 001 – 0001 / 1", "7440-001-0001/1\u200b", "744O-OO1-OOO1/1"],
)
def test_a_number_is_taken_in_any_spelling(ctx: Flask, now: datetime, spelling: str) -> None:
    unit = an_agency()
    register(unit.id, now=now, asset_no="7440-001-0001/1")
    with pytest.raises(DomainError, match="number_taken"):
        register(unit.id, now=now, asset_no=spelling)
    assert queries.by_number(console(), spelling).asset_no == "7440-001-0001/1"


def test_a_number_is_stored_as_the_contract_says(ctx: Flask, now: datetime) -> None:
    unit = an_agency()
    assert register(unit.id, now=now, asset_no=" พก ๗๔๔๐–๐๐๑ / ๑-66 ") == "พก 7440-001/1-66"


def test_pieces_of_a_set_share_a_number(ctx: Flask, now: datetime) -> None:
    unit = an_agency()
    register(unit.id, now=now, asset_no="7440-001-0001", name="ตัวเครื่อง")
    assert register(unit.id, now=now, asset_no="7440-001-0001#2", name="จอภาพ") == "7440-001-0001#2"
    assert register(unit.id, now=now, asset_no="7440-001-0001", piece=3, name="แป้นพิมพ์") == "7440-001-0001#3"
    with pytest.raises(DomainError, match="number_taken"):
        register(unit.id, now=now, asset_no="7440-001-0001 # 2")
    assert queries.by_number(console(), "๗๔๔๐-001-0001#๒").name == "จอภาพ"
    assert queries.by_number(console(), "7440-001-0001").name == "ตัวเครื่อง"


def test_gfmis_numbers_are_twelve_digits_and_unique(ctx: Flask, now: datetime) -> None:
    unit = an_agency()
    register(unit.id, now=now, gfmis_no="๑๐๐๐ ๐๐๐๑ ๑๓๙๗", asset_no="A-1")
    assert queries.by_number(console(), "A-1").gfmis_no == "100000011397"
    with pytest.raises(DomainError, match="gfmis_taken"):
        register(unit.id, now=now, gfmis_no="100000011397")
    with pytest.raises(Invalid) as refused:
        register(unit.id, now=now, gfmis_no="12345")
    assert [(fault.field, fault.code) for fault in refused.value.errors] == [("gfmis_no", "gfmis_invalid")]


def test_every_fault_is_told_at_once(ctx: Flask, now: datetime) -> None:
    unit = an_agency()
    with pytest.raises(Invalid) as refused:
        register(unit.id, now=now, name="", brand="ก" * 101, gfmis_no="1", received_on=date(1700, 1, 1))
    assert {(fault.field, fault.code) for fault in refused.value.errors} == {
        ("name", "required"),
        ("brand", "too_long"),
        ("gfmis_no", "gfmis_invalid"),
        ("received_on", "date_out_of_range"),
    }
    assert db.session.scalars(select(Asset)).all() == []


def test_only_an_officer_of_the_unit_registers(ctx: Flask, now: datetime) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP")
    a_unit("B", parent="DEP")
    for actor in (
        an_actor(Role.OFFICER, unit="B"),
        an_actor(Role.HEAD, unit="A"),
        an_actor(unit="A"),
        an_actor(Role.ADMIN, unit="A"),
        an_actor(Role.OFFICER, Role.AUDITOR, unit="A"),
        an_actor(),
    ):
        with pytest.raises(Forbidden), transaction():
            service.create_asset(actor, unit.id, AssetData(name="ของ"), now=now)


def test_what_a_row_points_at_must_be_within_reach(ctx: Flask, now: datetime) -> None:
    an_agency()
    unit, other = a_unit("A", parent="DEP"), a_unit("B", parent="DEP")
    keeper, stranger = actor_named(a_person(unit="A")), actor_named(a_person(unit="B"))
    register(unit.id, now=now, custodian_id=keeper.person_id, category_id=a_category().id)
    register(unit.id, now=now, custodian_id=stranger.person_id, responsible_unit_id=other.id)
    for wrong in (
        {"custodian_id": stranger.person_id},
        {"custodian_id": 999},
        {"category_id": 999},
        {"responsible_unit_id": 999},
    ):
        with pytest.raises(Invalid):
            register(unit.id, now=now, **wrong)


def test_places_of_a_unit_are_made_once(ctx: Flask, now: datetime) -> None:
    an_agency()
    unit, other = a_unit("A", parent="DEP"), a_unit("B", parent="DEP")
    register(unit.id, now=now, asset_no="1", place="ห้อง ๒๐๔")
    register(unit.id, now=now, asset_no="2", place=" ห้อง  204")
    register(other.id, now=now, asset_no="3", place="ห้อง 204")
    assert [site.name for site in queries.places_of([unit.id])] == ["ห้อง ๒๐๔"]
    assert queries.by_number(console(), "1").place_id == queries.by_number(console(), "2").place_id
    assert len(queries.places_of([unit.id, other.id])) == 2


# --- changing -------------------------------------------------------------------------------------------------------


def test_an_edit_records_what_changed_and_nothing_else(ctx: Flask, now: datetime) -> None:
    unit = an_agency()
    number = register(unit.id, now=now, asset_no="1", price=Money(2200000), place="ห้อง 1")
    asset = queries.by_number(console(), number)
    data = AssetData(name="กล้องถ่ายภาพ", price=Money(2250000), place="ห้อง 2", note="")
    with transaction():
        service.edit_asset(console(), number, data, version=asset.version, reason=" ตรวจใบส่งของ ", now=now)
    event = latest_event(number)
    assert (event.kind, event.reason) == (AssetEventKind.EDITED, "ตรวจใบส่งของ")
    assert event.before == {"price": "22000.00", "place": "ห้อง 1"}
    assert event.after == {"price": "22500.00", "place": "ห้อง 2"}


def test_history_keeps_names_not_ids(ctx: Flask, now: datetime) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP", name="กองหนึ่ง")
    other = a_unit("B", parent="DEP", name="กองสอง")
    keeper = actor_named(a_person(unit="A", name="นางสาวสมศรี ดีงาม"))
    asset = an_asset(unit)
    number, version = asset.number, asset.version
    data = AssetData(
        custodian_id=keeper.person_id, category_id=a_category(name="เครื่องฉาย").id, responsible_unit_id=other.id
    )
    with transaction():
        service.edit_asset(console(), number, data, version=version, reason="แก้", now=now)
    event = latest_event(number)
    assert event.before == {"custodian": None, "category": None, "responsible_unit": "กองหนึ่ง"}
    assert event.after == {"custodian": "นางสาวสมศรี ดีงาม", "category": "เครื่องฉาย", "responsible_unit": "กองสอง"}


def test_a_change_of_place_alone_is_a_move(ctx: Flask, now: datetime) -> None:
    asset = an_asset(an_agency())
    with transaction():
        service.edit_asset(
            console(), asset.number, AssetData(place="ห้อง 9"), version=asset.version, reason="ย้าย", now=now
        )
    assert queries.history_of(console(), asset)[0].kind is AssetEventKind.MOVED


def test_an_edit_that_changes_nothing_leaves_no_trace(ctx: Flask, now: datetime) -> None:
    asset = an_asset(an_agency(), name="จอ")
    with transaction():
        service.edit_asset(console(), asset.number, AssetData(name=" จอ "), version=asset.version, reason="", now=now)
    assert len(queries.history_of(console(), asset)) == 1
    assert queries.by_number(console(), asset.number).version == 1


@pytest.mark.case("A9")
def test_A9_the_second_of_two_editors_is_told_and_nothing_is_overwritten(ctx: Flask, now: datetime) -> None:
    asset = an_asset(an_agency(), name="จอ")
    number, seen = asset.number, asset.version
    with transaction():
        service.edit_asset(console(), number, AssetData(name="จอภาพ"), version=seen, reason="หนึ่ง", now=now)
    with pytest.raises(DomainError, match="conflict"), transaction():
        service.edit_asset(console(), number, AssetData(name="จอคอม"), version=seen, reason="สอง", now=now)
    assert queries.by_number(console(), number).name == "จอภาพ"


@pytest.mark.case("A9")
def test_A9_two_editors_at_the_same_moment(ctx: Flask, now: datetime) -> None:
    asset = an_asset(an_agency(), name="จอ")
    number, seen = asset.number, asset.version
    db.session.rollback()
    together = Barrier(2)

    def edit(name: str) -> str:
        with ctx.app_context():
            together.wait()
            try:
                with transaction():
                    service.edit_asset(console(), number, AssetData(name=name), version=seen, reason=name, now=now)
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()
            return name

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(edit, ["หนึ่ง", "สอง"]))
    assert answers[0] == "conflict"
    assert queries.by_number(console(), number).name == answers[1]


def test_a_number_cannot_be_changed_into_a_taken_one(ctx: Flask, now: datetime) -> None:
    unit = an_agency()
    register(unit.id, now=now, asset_no="A-1")
    other = register(unit.id, now=now, asset_no="A-2")
    version = queries.by_number(console(), other).version
    for wrong in ("a-1", ""):
        with pytest.raises(DomainError), transaction():
            service.edit_asset(console(), other, AssetData(asset_no=wrong), version=version, reason="แก้", now=now)
    with transaction():
        service.edit_asset(console(), other, AssetData(asset_no="A-1#2"), version=version, reason="เป็นชุด", now=now)
    asset = queries.by_number(console(), "A-1#2")
    with transaction():
        service.edit_asset(console(), "A-1#2", AssetData(asset_no="A-3"), version=asset.version, reason="แยก", now=now)
    assert queries.by_number(console(), "A-3").piece == 1


def test_an_officer_of_another_unit_cannot_edit(ctx: Flask, now: datetime) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP")
    a_unit("B", parent="DEP")
    lendable, hidden = an_asset(unit).number, an_asset(unit, loanable=False).number
    actor = an_actor(Role.OFFICER, unit="B")
    with pytest.raises(Forbidden), transaction():
        service.edit_asset(actor, lendable, AssetData(name="ของฉัน"), version=1, reason="แก้", now=now)
    with pytest.raises(NotFound), transaction():
        service.edit_asset(actor, hidden, AssetData(name="ของฉัน"), version=1, reason="แก้", now=now)


# --- numbers in parallel --------------------------------------------------------------------------------------------


@pytest.mark.case("A10")
def test_A10_fifty_automatic_numbers_in_parallel_across_the_fiscal_year(ctx: Flask) -> None:
    unit = an_agency()
    new_year = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)  # 1 October 2569, 00:00 in Bangkok
    moments = [new_year - timedelta(seconds=1), new_year] * 25
    db.session.rollback()

    def create(moment: datetime) -> str:
        with ctx.app_context():
            try:
                return register(unit.id, now=moment)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(50) as pool:
        made = sorted(pool.map(create, moments))
    assert made == [f"ชค.DEP-{year}-{place:05d}" for year in (2569, 2570) for place in range(1, 26)]


def test_a_refused_creation_gives_its_number_back(ctx: Flask, now: datetime) -> None:
    unit = an_agency()
    register(unit.id, now=now, gfmis_no="100000011397")
    with pytest.raises(DomainError, match="gfmis_taken"):
        register(unit.id, now=now, gfmis_no="100000011397")
    assert register(unit.id, now=now) == "ชค.DEP-2570-00002"


@pytest.mark.case("A10")
def test_A10_the_same_typed_number_at_the_same_moment_is_given_once(ctx: Flask, now: datetime) -> None:
    unit = an_agency()
    db.session.rollback()

    def create(_place: int) -> str:
        with ctx.app_context():
            try:
                return register(unit.id, now=now, asset_no="7440-001-0001", place="ห้อง 1")
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(create, range(8)))
    assert answers == ["7440-001-0001"] + ["number_taken"] * 7


@pytest.mark.parametrize("day", [date(2027, 11, 24), date(2156, 1, 1)])
def test_a_day_of_receipt_that_cannot_be_is_refused(ctx: Flask, now: datetime, day: date) -> None:
    """A year that is a slip of the finger; a year ahead is an order that comes, and an old day stays when untouched."""
    an_agency()
    unit = a_unit("A", parent="DEP")
    number = an_asset(unit).number
    with pytest.raises(Invalid) as refused, transaction():
        service.create_asset(console(), unit.id, AssetData(name="จอ", received_on=day), now=now)
    assert [(item.field, item.code) for item in refused.value.errors] == [("received_on", "received_impossible")]
    with pytest.raises(Invalid), transaction():
        service.edit_asset(console(), number, AssetData(received_on=day), version=1, reason="แก้", now=now)
    with transaction():
        made = service.create_asset(console(), unit.id, AssetData(name="จอ", received_on=date(2027, 11, 23)), now=now)
        assert made.received_on == date(2027, 11, 23)
