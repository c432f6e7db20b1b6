"""Bringing register files in: all or nothing, what is matched, what is guessed, what is refused; on both databases."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetloan.assets import queries, service
from assetloan.assets.exporting.marks import mark_of
from assetloan.assets.import_service import ImportOptions, import_assets
from assetloan.assets.models import Asset, AssetEvent, Code, ImportBatch, Site
from assetloan.assets.rules import AssetEventKind, AssetStatus, CodeState, Condition
from assetloan.assets.service import AssetData
from assetloan.audit.chain import first_broken
from assetloan.audit.models import AuditEntry
from assetloan.core import ids
from assetloan.core.db import db, transaction
from assetloan.core.errors import Forbidden
from assetloan.core.money import Money
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Role, console
from tests.assets.importing import bring, codes_of, counts, parsed_of, the_asset, xlsx_of
from tests.conftest import NOW
from tests.factories import a_category, a_person, a_unit, an_actor, an_agency, an_asset

pytestmark = pytest.mark.both_databases

ROWS = [("7440-001-0001", "โน้ตบุ๊ก", "22,000.00"), ("7440-001-0002", "จอภาพ", "4,500")]


@pytest.fixture
def unit(ctx: Flask) -> UnitCard:
    an_agency()
    return a_unit("A", parent="DEP")


def how_many(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


# --- what a new row becomes -----------------------------------------------------------------------------------------


def test_rows_become_assets_with_codes_events_and_audit(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    category_id = a_category("7440").id
    report = bring(ROWS, unit_id=unit.id)
    assert counts(report) == {"created": 2}
    assert report.batch
    asset = queries.by_number(console(), "๗๔๔๐ - ๐๐๑ - ๐๐๐๑")
    assert (asset.name, asset.price, asset.unit_id, asset.responsible_unit_id) == (
        "โน้ตบุ๊ก", Money(2_200_000), unit.id, unit.id
    )  # fmt: skip
    assert (asset.status, asset.condition, asset.version) == (AssetStatus.AVAILABLE, Condition.GOOD, 1)
    assert asset.category_id == category_id
    assert asset.original == {"เลขครุภัณฑ์": "7440-001-0001", "รายการ": "โน้ตบุ๊ก", "ราคา": "22,000.00"}
    assert not asset.below_threshold
    assert the_asset(ctx, "7440-001-0002").below_threshold
    (code,) = queries.by_number(console(), "7440-001-0001").codes
    assert (ids.read_code(code.code), code.state, code.unit_id) == (code.code, CodeState.LINKED, unit.id)
    (event,) = queries.history_of(console(), queries.by_number(console(), "7440-001-0001"))
    assert (event.kind, event.person_name, event.unit_id, event.occurred_at) == (
        AssetEventKind.IMPORTED, "console", unit.id, now
    )  # fmt: skip
    audited = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)).all()
    assert audited[-3:] == ["asset.imported", "asset.imported", "import.confirmed"]
    assert first_broken(db.session()) is None
    batch = queries.batch_for(console(), report.batch)
    assert (batch.state, batch.confirmed_at, batch.result["counts"]["created"]) == ("confirmed", now, 2)


def test_imported_and_registered_assets_have_the_same_keys(ctx: Flask, unit: UnitCard) -> None:
    fields = {
        "brand": "Dell",
        "model": "เเบบ ๑",
        "serial": "SN-๙๙",
        "note": "ย้ายจาก\nห้อง ๒",
        "gfmis_no": "100000001397",
    }
    header = ("เลขครุภัณฑ์", "รายการ", "ยี่ห้อ", "รุ่น", "S/N", "หมายเหตุ", "รหัส GFMIS", "ผู้ครอบครอง")
    bring([("พก.7440-001-O001", "เครื่องฉาย  ภาพ", *fields.values(), "นาง ก")], header, unit_id=unit.id)
    imported = the_asset(ctx, "พก.7440-001-O001")
    keys = {name: getattr(imported, name) for name in ("number_key", "search_text", "card_text", "sort_key")}
    with transaction():
        imported = the_asset(ctx, "พก.7440-001-O001")
        imported.withdrawn_at = imported.created_at
    registered = an_asset(unit, asset_no="พก.7440-001-O001", name="เครื่องฉาย  ภาพ", custodian_text="นาง ก", **fields)
    assert {name: getattr(registered, name) for name in keys} == keys


def test_what_is_not_said_is_guessed_from_number_and_price(ctx: Flask, unit: UnitCard) -> None:
    a_category("7440", fsn_class="7440", name="คอมพิวเตอร์")
    a_category("6530", fsn_class="6530", name="เครื่องใช้โรงพยาบาล", asset_class="ครุภัณฑ์วิทยาศาสตร์และการแพทย์")
    car = a_category("2310", fsn_class="2310", name="รถยนต์", vehicle=True, asset_class="ครุภัณฑ์ยานพาหนะ")
    car_id = car.id
    header = ("เลขครุภัณฑ์", "รายการ", "ราคา", "สภาพ")
    bring(
        [
            ("พก 7440-001-0001/1", "โน้ตบุ๊ก", 9999.99, "ดี"),
            ("คว04/01/2569", "เก้าอี้", 10000, "ชำรุด"),
            ("2310-001-0001", "รถตู้", 900000, ""),
        ],
        header, unit_id=unit.id,
    )  # fmt: skip
    laptop, chair, van = (the_asset(ctx, no) for no in ("พก 7440-001-0001/1", "คว04/01/2569", "2310-001-0001"))
    assert laptop.category_id is not None
    assert (laptop.below_threshold, laptop.loanable) == (True, True)
    assert (chair.category_id, chair.below_threshold, chair.condition) == (None, False, Condition.DAMAGED)
    assert not chair.loanable  # damaged things are not offered before somebody looked at them
    assert (van.category_id, van.loanable) == (car_id, False)
    assert [event.kind for event in queries.history_of(console(), the_asset(ctx, "คว04/01/2569"))] == [
        AssetEventKind.STATUS, AssetEventKind.IMPORTED
    ]  # fmt: skip


def test_a_category_is_known_by_any_of_its_names(ctx: Flask, unit: UnitCard) -> None:
    one = a_category(
        "C1", fsn_class="7440", name="เครื่องคอมพิวเตอร์", asset_class="ครุภัณฑ์คอมพิวเตอร์", gfmis_class="12061000"
    ).id
    two = a_category("C2", fsn_class="7430", name="เครื่องพิมพ์", asset_class="ครุภัณฑ์สำนักงาน").id
    a_category("C3", fsn_class="7110", name="โต๊ะ", asset_class="ครุภัณฑ์สำนักงาน")
    header = ("เลขครุภัณฑ์", "รายการ", "ประเภทครุภัณฑ์")
    names = ["c1", "เครื่อง คอมพิวเตอร์", "7440", "12061000", "คอมพิวเตอร์", "ครุภัณฑ์สำนักงาน", "ครุภัณฑ์สำนักงาน", "ของแปลก"]
    numbers = [f"1-{n}" for n in range(5)] + ["7430-001-1", "9999-1", "1-9"]
    report = bring([(no, "ของ", name) for no, name in zip(numbers, names, strict=True)], header, unit_id=unit.id)
    found = [the_asset(ctx, number).category_id for number in numbers]
    again = bring([(number, "ของ", "ของแปลก") for number in numbers], header)
    assert [(problem.row, problem.details["rows"]) for problem in again.warnings] == [(2, 8)]
    assert found == [one, None, one, one, one, two, None, None]
    assert [(problem.row, problem.code) for problem in report.warnings] == [
        (3, "category_not_matched"), (8, "category_not_matched"), (9, "category_not_matched")
    ]  # fmt: skip
    assert report.warnings[0].details == {"value": "เครื่อง คอมพิวเตอร์", "rows": 1}


def test_places_are_made_once_a_unit_and_custodians_matched_by_name(ctx: Flask, unit: UnitCard) -> None:
    other = a_unit("B", parent="DEP")
    a_person(unit="A", name="นายสมชาย ใจดี", username="somchai")
    a_person(unit="A", name="นางสาวซ้ำ กัน")
    a_person(unit="A", name="นางสาวซ้ำ กัน")
    a_person(unit="B", name="นายอยู่ ที่อื่น")
    with transaction():
        service.place_named(unit.id, "ห้อง 101")
    header = ("เลขครุภัณฑ์", "รายการ", "หน่วยงาน", "สถานที่", "ผู้ครอบครอง")
    rows = [
        ("1", "ก", "A", "ห้อง  101", "นายสมชาย  ใจดี"),
        ("2", "ข", "กอง A", "ห้อง 102", "นางสาวซ้ำ กัน"),
        ("3", "ค", "B", "ห้อง 102", "นายสมชาย ใจดี"),
        ("4", "ง", "a", "ห้อง 102", "นายอยู่ ที่อื่น"),
    ]
    assert counts(bring(rows, header)) == {"created": 4}
    sites = db.session.execute(select(Site.unit_id, Site.name).order_by(Site.id)).all()
    assert [tuple(row) for row in sites] == [(unit.id, "ห้อง 101"), (unit.id, "ห้อง 102"), (other.id, "ห้อง 102")]
    kept = [(the_asset(ctx, no).custodian_id is not None, the_asset(ctx, no).custodian_text) for no in "1234"]
    assert kept == [(True, ""), (False, "นางสาวซ้ำ กัน"), (False, "นายสมชาย ใจดี"), (False, "นายอยู่ ที่อื่น")]


# --- which unit -----------------------------------------------------------------------------------------------------


def test_units_of_rows(ctx: Flask, unit: UnitCard) -> None:
    a_unit("B", parent="DEP")
    header = ("เลขครุภัณฑ์", "รายการ", "หน่วยงาน")
    report = bring([("1", "ก", "B"), ("2", "ข", ""), ("3", "ค", "กองที่ไม่มี")], header, unit_id=unit.id)
    assert codes_of(report) == [(4, "unit_unknown")]
    assert counts(report) == {"skipped": 2, "rejected": 1}
    assert how_many(Asset) == 0
    report = bring([("1", "ก", "B"), ("2", "ข", "")], header, unit_id=unit.id)
    assert [the_asset(ctx, no).unit_id == unit.id for no in "12"] == [False, True]
    assert codes_of(bring([("3", "ค")], ("เลขครุภัณฑ์", "รายการ"))) == [(2, "unit_missing")]


def test_the_only_unit_and_the_unit_above_the_table(ctx: Flask) -> None:
    unit = a_unit("ONE")
    assert counts(bring([("1", "ก", 5)])) == {"created": 1}
    assert the_asset(ctx, "1").unit_id == unit.id
    second = a_unit("TWO", parent="ONE", name="กองที่สอง")
    data = xlsx_of([["ทะเบียนครุภัณฑ์"], ["หน่วยงาน กองที่สอง"], [], ["เลขครุภัณฑ์", "รายการ"], ["2", "ข"]])
    with transaction():
        import_assets(console(), parsed_of(data), ImportOptions(), now=NOW)
    assert the_asset(ctx, "2").unit_id == second.id


def test_an_officer_brings_in_what_belongs_to_the_own_unit(ctx: Flask, unit: UnitCard) -> None:
    other = a_unit("B", parent="DEP")
    an_asset(other, asset_no="B-1")
    officer = an_actor(Role.OFFICER, unit="A")
    header = ("เลขครุภัณฑ์", "รายการ", "หน่วยงาน")
    report = bring([("1", "ก", "A"), ("2", "ข", "B"), ("b-1", "ค", "A")], header, actor=officer, partial=True)
    assert codes_of(report) == [(3, "unit_out_of_reach"), (4, "number_taken")]
    assert counts(report) == {"created": 1, "rejected": 2}
    with pytest.raises(Forbidden):
        bring(ROWS, actor=officer, unit_id=other.id)
    for role in (Role.HEAD, Role.AUDITOR, Role.ADMIN):
        with pytest.raises(Forbidden):
            bring(ROWS, actor=an_actor(role, unit="A"), unit_id=unit.id)


# --- again ----------------------------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(ctx: Flask, unit: UnitCard) -> None:
    a_person(unit="A", name="นายสมชาย ใจดี")
    header = ("เลขครุภัณฑ์", "รายการ", "ประเภท", "ราคา", "สถานที่", "ผู้ครอบครอง", "วันที่ได้มา", "สภาพ", "หมายเหตุ")
    rows = [
        ("1", "โน้ตบุ๊ก", "ไม่รู้จัก", "22,000", "ห้อง 1", "นายสมชาย ใจดี", "12 ม.ค. 2566", "ใช้งานได้", "ก\nข"),
        ("2", "จอ", "", "", "ห้อง 1", "คนอื่น", "ปีงบ 66", "ชำรุด", ""),
        ("-", "เก้าอี้", "", "500", "", "", "", "", ""),
        ("-", "เก้าอี้", "", "500", "", "", "", "", ""),
    ]
    first = bring(rows, header, unit_id=unit.id)
    assert counts(first) == {"created": 4}
    noted = (how_many(Asset), how_many(AssetEvent), how_many(AuditEntry), how_many(ImportBatch), how_many(Code))
    again = bring(rows, header, unit_id=unit.id)
    assert counts(again) == {"unchanged": 4}
    assert again.batch is None
    assert noted == (
        how_many(Asset), how_many(AssetEvent), how_many(AuditEntry), how_many(ImportBatch), how_many(Code)
    )  # fmt: skip


def test_a_change_is_written_with_before_and_after(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    bring([("1", "จอ", "4500"), ("2", "ของ", "1")], unit_id=unit.id)
    header = ("เลขครุภัณฑ์", "รายการ", "สถานที่")
    report = bring([("1", "จอภาพ", "ห้อง 7"), ("2", "ของ", "ห้อง 7")], header)
    assert counts(report) == {"updated": 2}
    screen = the_asset(ctx, "1")
    assert (screen.name, screen.price, screen.version) == ("จอภาพ", Money(450_000), 2)
    assert "จอภาพ" in screen.search_text
    assert screen.original == {"เลขครุภัณฑ์": "1", "รายการ": "จอภาพ", "สถานที่": "ห้อง 7"}
    event = queries.history_of(console(), screen)[0]
    assert (event.kind, event.before, event.after) == (
        AssetEventKind.EDITED, {"name": "จอ", "place": None}, {"name": "จอภาพ", "place": "ห้อง 7"}
    )  # fmt: skip
    assert queries.history_of(console(), the_asset(ctx, "2"))[0].kind is AssetEventKind.MOVED
    assert first_broken(db.session()) is None


def test_a_missing_column_is_left_alone_and_an_empty_cell_clears_only_in_an_export(ctx: Flask, unit: UnitCard) -> None:
    header = ("เลขครุภัณฑ์", "รายการ", "ยี่ห้อ", "ราคา")
    bring([("1", "จอ", "Dell", "4500")], header, unit_id=unit.id)
    assert counts(bring([("1", "จอ", "")], ("เลขครุภัณฑ์", "รายการ", "ยี่ห้อ"))) == {"unchanged": 1}
    exported = (*header, "รุ่นข้อมูล")
    mark = mark_of(the_asset(ctx, "1").id, 1)
    assert counts(bring([("1", "จอ", "", "4500", mark)], exported)) == {"updated": 1}
    asset = the_asset(ctx, "1")
    assert (asset.brand, asset.price) == ("", Money(450_000))


def test_an_export_that_somebody_overtook_is_refused_and_an_unedited_one_is_not(
    ctx: Flask, unit: UnitCard, now: datetime
) -> None:
    bring([("1", "จอ", "4500"), ("2", "เมาส์", "300")], unit_id=unit.id)
    with transaction():
        service.edit_asset(console(), "1", AssetData(note="เพิ่ม"), version=1, reason="ตรวจ", now=now)
    header = ("เลขครุภัณฑ์", "รายการ", "รุ่นข้อมูล")
    one, two = (mark_of(the_asset(ctx, number).id, 1) for number in ("1", "2"))
    report = bring([("1", "จอใหญ่", one), ("2", "เมาส์", two)], header, partial=True)
    assert codes_of(report) == [(2, "changed_since_export")]
    assert counts(bring([("1", "จอ", one), ("2", "เมาส์ใหม่", two)], header)) == {"updated": 1, "unchanged": 1}


def test_an_old_file_does_not_take_back_what_became_of_a_thing(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    header = ("เลขครุภัณฑ์", "รายการ", "สภาพ")
    rows = [("1", "จอ", "ดี"), ("2", "กล้อง", "ดี")]
    bring(rows, header, unit_id=unit.id)
    with transaction():
        for number, status in (("1", AssetStatus.REPAIR), ("2", AssetStatus.ON_LOAN)):
            asset = queries.by_number(console(), number)
            service.set_state(console(), asset, status=status, condition=Condition.DAMAGED, now=now)
    assert counts(bring(rows, header)) == {"unchanged": 2}
    report = bring([("1", "จอ", "เสื่อมสภาพ"), ("2", "กล้อง", "เสื่อมสภาพ")], header)
    assert counts(report) == {"updated": 1, "unchanged": 1}
    assert [(problem.row, problem.code) for problem in report.warnings] == [(3, "state_on_loan")]
    assert (the_asset(ctx, "1").condition, the_asset(ctx, "2").condition) == (Condition.DETERIORATED, Condition.DAMAGED)
    assert queries.history_of(console(), the_asset(ctx, "1"))[0].kind is AssetEventKind.STATUS


def test_a_row_for_another_unit_does_not_move_the_thing(ctx: Flask, unit: UnitCard) -> None:
    a_unit("B", parent="DEP")
    bring([("1", "จอ", "A")], ("เลขครุภัณฑ์", "รายการ", "หน่วยงาน"))
    assert codes_of(bring([("1", "จอ", "B")], ("เลขครุภัณฑ์", "รายการ", "หน่วยงาน"))) == [(2, "unit_differs")]


# --- without a number -----------------------------------------------------------------------------------------------


def test_placeholders_become_temporary_numbers_in_the_order_of_the_file(ctx: Flask, unit: UnitCard) -> None:
    bring([("-", "เก้าอี้", 1), ("ไม่มีเลข", "โต๊ะ", 2), ("N/A", "ตู้", 3)], unit_id=unit.id)
    found = db.session.execute(select(Asset.asset_no, Asset.name, Asset.temporary_no).order_by(Asset.asset_no)).all()
    assert [tuple(row) for row in found] == [
        ("ชค.A-2570-00001", "เก้าอี้", True), ("ชค.A-2570-00002", "โต๊ะ", True), ("ชค.A-2570-00003", "ตู้", True)
    ]  # fmt: skip
    assert codes_of(bring([("", "ว่าง", 1)], unit_id=unit.id)) == [(2, "number_missing")]


def test_a_thing_that_got_its_number_is_not_made_again(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    rows = [("-", "เก้าอี้", 1), ("-", "เก้าอี้", 1)]
    bring(rows, unit_id=unit.id)
    with transaction():
        data = AssetData(asset_no="7110-001-0001")
        service.edit_asset(console(), "ชค.A-2570-00001", data, version=1, reason="ได้เลข", now=now)
    assert counts(bring(rows, unit_id=unit.id)) == {"unchanged": 2}
    # Another file with the same rows knows only those that still wait for a number.
    assert counts(bring([*rows, ("9", "อื่น", 1)], unit_id=unit.id)) == {"created": 2, "unchanged": 1}


def test_a_temporary_thing_is_found_by_serial_or_gfmis_number(ctx: Flask, unit: UnitCard) -> None:
    header = ("เลขครุภัณฑ์", "รายการ", "S/N", "รหัส GFMIS", "ราคา")
    bring([("-", "จอ", "SN1", "", 1), ("-", "เมาส์", "", "100000001397", 1)], header, unit_id=unit.id)
    report = bring([("-", "จอ", "SN1", "", 2), ("-", "เมาส์", "", "100000001397", 2)], header, unit_id=unit.id)
    assert counts(report) == {"updated": 2}
    assert how_many(Asset) == 2


def test_pieces_of_a_set_are_told_apart(ctx: Flask, unit: UnitCard) -> None:
    header = ("เลขครุภัณฑ์", "รายการ", "ราคา", "ยี่ห้อ", "สถานที่")
    rows = [
        ("7440-1", "ชุดคอมพิวเตอร์", 25000, "Dell", "ห้อง 1"),
        ("7440-1", "จอภาพ", "", "", ""),
        ("7440-1", "เมาส์", "", "", ""),
    ]
    assert counts(bring(rows, header, unit_id=unit.id)) == {"created": 3}
    assert queries.by_number(console(), "7440-1#3").name == "เมาส์"
    assert counts(bring(rows, header, unit_id=unit.id)) == {"unchanged": 3}


# --- refused --------------------------------------------------------------------------------------------------------


def test_what_one_row_cannot_be(ctx: Flask, unit: UnitCard) -> None:
    header = ("เลขครุภัณฑ์", "รายการ", "รหัส GFMIS", "หน่วยนับ")
    an_asset(unit, asset_no="OLD", gfmis_no="100000000001")
    rows = [
        ("1", "ก", "100000000002", "เครื่อง"),
        ("1", "ข", "", ""),
        ("2", "ค" * 301, "", ""),
        ("3", "ง", "100000000002", ""),
        ("4", "จ", "100000000001", ""),
        ("5", "", "", ""),
        ("6", "ฉ", "12", "น" * 31),
    ]
    report = bring(rows, header, unit_id=unit.id)
    assert codes_of(report) == [
        (3, "duplicate"), (4, "too_long"), (5, "duplicate"), (6, "gfmis_taken"), (7, "name_missing"),
        (8, "gfmis_invalid"),
    ]  # fmt: skip
    assert counts(report) == {"skipped": 1, "rejected": 6}
    assert how_many(Asset) == 1


def test_price_of_several_is_asked(ctx: Flask, unit: UnitCard) -> None:
    header = ("เลขครุภัณฑ์", "รายการ", "จำนวน", "ราคา")
    rows = [("1", "เก้าอี้", 15, "22,000")]
    report = bring(rows, header, unit_id=unit.id)
    assert counts(report) == {"created": 1}
    assert [(problem.row, problem.code) for problem in report.warnings] == [(2, "price_ambiguous")]
    assert the_asset(ctx, "1").price is None
    assert counts(bring(rows, header, unit_id=unit.id, price="unit")) == {"updated": 1}
    assert the_asset(ctx, "1").price == Money(2_200_000)
    bring(rows, header, unit_id=unit.id, price="total")
    assert the_asset(ctx, "1").price == Money(146_666)


@pytest.mark.case("E5")
def test_E5_one_bad_row_in_five_thousand(ctx: Flask, unit: UnitCard) -> None:
    rows = [(f"7440-{n:05d}", "เครื่อง", n) for n in range(1, 5001)]
    rows[2500] = ("7440-02501", "", 1)
    refused = bring(rows, unit_id=unit.id)
    assert codes_of(refused) == [(2502, "name_missing")]
    assert counts(refused) == {"skipped": 4999, "rejected": 1}
    assert (how_many(Asset), how_many(Code), how_many(ImportBatch), how_many(AuditEntry)) == (
        0, 0, 0, how_many(AuditEntry)
    )  # fmt: skip
    partial = bring(rows, unit_id=unit.id, partial=True)
    assert counts(partial) == {"created": 4999, "rejected": 1}
    assert counts(bring(rows, unit_id=unit.id, partial=True)) == {"unchanged": 4999, "rejected": 1}
    assert (how_many(Asset), how_many(Code)) == (4999, 4999)
    assert first_broken(db.session()) is None


def test_a_crash_in_the_middle_leaves_nothing(ctx: Flask, unit: UnitCard, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("assetloan.assets.import_write.add_events", broken)
    with pytest.raises(RuntimeError):
        bring(ROWS, unit_id=unit.id)
    assert (how_many(Asset), how_many(Code), how_many(ImportBatch)) == (0, 0, 0)


@pytest.mark.case("E7")
@pytest.mark.parametrize("text", ["=1+1", "+66 2", "-7", "@SUM(A1)", "\t=1", "＝1", " =1", "'012", "=HYPERLINK(1)"])
def test_E7_text_that_looks_like_a_formula_comes_back(ctx: Flask, unit: UnitCard, text: str) -> None:
    header = ("เลขครุภัณฑ์", "รายการ", "หมายเหตุ", "ยี่ห้อ")
    bring([("1", f"x{text}", text, text)], header, unit_id=unit.id)
    asset = the_asset(ctx, "1")
    wanted = text.strip().removeprefix("'") if text == "'012" else text.strip()
    assert asset.note == wanted
    again = [(asset.asset_no, asset.name, asset.note, asset.brand, mark_of(asset.id, 1))]
    assert counts(bring(again, (*header, "รุ่นข้อมูล"))) == {"unchanged": 1}


def test_dates_keep_their_precision(ctx: Flask, unit: UnitCard) -> None:
    header = ("เลขครุภัณฑ์", "รายการ", "วันที่ได้มา")
    bring([("1", "ก", "๑๒ ม.ค. ๒๕๖๖"), ("2", "ข", "ปีงบ 2566"), ("3", "ค", "2566")], header, unit_id=unit.id)
    found = [(the_asset(ctx, no).received_on, the_asset(ctx, no).received_precision) for no in "123"]
    assert found == [(date(2023, 1, 12), "day"), (date(2022, 10, 1), "fiscal_year"), (date(2023, 1, 1), "year")]
