"""Taking an import of assets back; on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from assetloan.assets import codes, queries, service
from assetloan.assets.import_undo import undo_assets
from assetloan.assets.models import Asset, AssetEvent, Code
from assetloan.assets.rules import AssetEventKind, AssetStatus, CodeState, Condition
from assetloan.assets.service import AssetData
from assetloan.audit.chain import first_broken
from assetloan.audit.models import AuditEntry
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Forbidden, NotFound
from assetloan.core.money import Money
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Actor, Place, Role, console
from assetloan.lending import service as lending
from assetloan.lending.requesting import LoanRequest
from tests.assets.importing import bring, counts, the_asset
from tests.factories import a_person, a_unit, actor_named, an_actor, an_agency, an_asset

pytestmark = pytest.mark.both_databases

ROWS = [("1", "โน้ตบุ๊ก", "22,000.00"), ("2", "จอภาพ", "4,500")]


@pytest.fixture
def unit(ctx: Flask) -> UnitCard:
    an_agency()
    return a_unit("A", parent="DEP")


def undo(key: str | None, now: datetime, actor: Actor | None = None) -> int:
    with transaction():
        return undo_assets(actor or console(), key or "", now=now)


def test_what_an_import_made_is_withdrawn_and_its_numbers_released(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    key = bring(ROWS, unit_id=unit.id).batch
    assert undo(key, now) == 2
    with pytest.raises(NotFound):
        queries.by_number(console(), "1")
    rows = db.session.scalars(select(Asset).order_by(Asset.id)).all()
    assert [row.withdrawn_at for row in rows] == [now, now]
    assert set(db.session.scalars(select(Code.state))) == {CodeState.REVOKED}
    kinds = db.session.scalars(select(AssetEvent.kind).order_by(AssetEvent.id)).all()
    assert kinds[-2:] == [AssetEventKind.WITHDRAWN] * 2
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)).all()
    assert actions[-3:] == ["asset.withdrawn", "asset.withdrawn", "import.undone"]
    assert first_broken(db.session()) is None
    assert counts(bring(ROWS, unit_id=unit.id)) == {"created": 2}


def test_an_import_is_taken_back_once(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    key = bring(ROWS, unit_id=unit.id).batch
    undo(key, now)
    with pytest.raises(DomainError, match="import_not_confirmed"):
        undo(key, now)
    with pytest.raises(NotFound):
        undo("NOSUCH00", now)


def test_what_an_import_changed_is_as_before(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    header = ("เลขครุภัณฑ์", "รายการ", "ราคา", "สถานที่", "ผู้ครอบครอง", "วันที่ได้มา", "สภาพ")
    a_person(unit="A", name="นายสมชาย ใจดี")
    first = bring([("1", "จอ", 4500, "ห้อง 1", "นางเก่า", "12/1/2566", "ดี")], header, unit_id=unit.id).batch
    rows = [("1", "จอภาพ", 5500, "ห้อง 2", "นายสมชาย ใจดี", "13/1/2566", "ชำรุด"), ("2", "ใหม่", 1)]
    second = bring(rows, header, unit_id=unit.id).batch
    before = the_asset(ctx, "1")
    assert (before.price, before.condition, before.version) == (Money(550_000), Condition.DAMAGED, 2)
    with pytest.raises(DomainError, match="import_built_on"):
        undo(first, now)  # the second was built on it
    assert undo(second, now) == 2
    asset = the_asset(ctx, "1")
    assert (asset.name, asset.price, asset.custodian_id, asset.custodian_text, asset.condition) == (
        "จอ", Money(450_000), None, "นางเก่า", Condition.GOOD
    )  # fmt: skip
    assert asset.received_on is not None
    assert (asset.received_on.day, asset.version) == (12, 3)
    assert "จอภาพ" not in asset.search_text
    event = queries.history_of(console(), asset)[1]
    assert (event.before["place"], event.after["place"]) == ("ห้อง 2", "ห้อง 1")
    assert first_broken(db.session()) is None


@pytest.mark.parametrize("deed", ["edit", "code", "state", "loan"])
def test_an_import_that_was_built_on_stays(ctx: Flask, unit: UnitCard, now: datetime, deed: str) -> None:
    key = bring(ROWS, unit_id=unit.id).batch
    borrower = a_person(unit="A")
    a_person(Role.HEAD, unit="A")
    actor = actor_named(borrower)
    with transaction():
        if deed == "edit":
            service.edit_asset(console(), "2", AssetData(note="ย้าย"), version=1, reason="ตรวจ", now=now)
        elif deed == "code":
            codes.add_code(console(), "2", now=now)
        elif deed == "state":
            asset = queries.by_number(console(), "2")
            service.set_state(console(), asset, status=AssetStatus.REPAIR, condition=None, now=now)
        else:
            due = (now + timedelta(days=2)).date()
            lending.request_loan(actor, LoanRequest(("2",), "ประชุม", Place.INSIDE, due), now=now)
    with pytest.raises(DomainError) as refused:
        undo(key, now)
    assert (refused.value.code, refused.value.details) == ("import_built_on", {"count": 1, "rows": "2"})
    assert the_asset(ctx, "1").withdrawn_at is None


def test_only_the_one_who_brought_it_takes_it_back(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    officer, colleague = an_actor(Role.OFFICER, unit="A"), an_actor(Role.OFFICER, unit="A")
    key = bring(ROWS, actor=officer, unit_id=unit.id).batch
    with pytest.raises(NotFound):
        undo(key, now, colleague)
    demoted = Actor(officer.person_id, officer.username, officer.name, "", officer.unit_id)
    with pytest.raises(Forbidden):
        undo(key, now, demoted)
    assert undo(key, now, officer) == 2


def test_a_number_taken_again_meanwhile_is_no_obstacle(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    undo(bring(ROWS, unit_id=unit.id).batch, now)
    an_asset(unit, asset_no="1")
    assert counts(bring(ROWS[1:], unit_id=unit.id)) == {"created": 1}
