"""Cases of the reliability catalogue that concern what stands in a register file (E5, E8–E13, E16)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetloan.assets import queries
from assetloan.assets.importing import Answers
from assetloan.assets.models import Asset
from assetloan.core.db import db
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import console
from tests.assets.dirty import codes, register, sheet, take, web_page
from tests.assets.importing import counts, csv_of
from tests.factories import a_unit, an_agency

pytestmark = pytest.mark.both_databases
HEAD = ("เลขครุภัณฑ์", "รายการ")


@pytest.fixture
def unit(ctx: Flask) -> UnitCard:
    an_agency()
    return a_unit("A", parent="DEP")


@pytest.mark.case("E5")
def test_E5_a_bad_correction_or_a_bad_row_leaves_nothing(ctx: Flask, unit: UnitCard) -> None:
    data = sheet([*HEAD, "ราคา"], ["ก-1/1 ถึง ก-1/900", "เก้าอี้", 1], ["ก-2", "จอ", 5])
    report = take(data, Answers().corrected("Sheet1", 3, {"price": "1e3"}), unit_id=unit.id)
    assert (codes(report)[0], counts(report)) == ((3, "price_invalid"), {"skipped": 900, "rejected": 1})
    assert db.session.scalar(select(func.count()).select_from(Asset)) == 0


@pytest.mark.case("E8")
def test_E8_thai_in_every_order_is_stored_in_one(ctx: Flask, unit: UnitCard) -> None:
    take(csv_of([("ก-1", "นํ้าดื่ม"), ("ก-2", "เเก้ว" + "่" * 50), ("ก-3", "ที\u0e48\u0e35นั่ง")], HEAD), unit_id=unit.id)
    assert register("name") == ["น้ำดื่ม", "แก้ว่", "ที่นั่ง"]


@pytest.mark.case("E9")
@pytest.mark.parametrize("mark", ["\u200b", "\u202e", "\x00", "\ufeff", "\ud800", "\u2066"])
def test_E9_what_nobody_sees_is_not_stored(ctx: Flask, unit: UnitCard, mark: str) -> None:
    data = sheet(HEAD, ["ก-1", "จอ"])
    report = take(
        data, Answers().corrected("Sheet1", 2, {"asset_no": f"ข{mark}-9", "name": f"จอ{mark}ใหญ่"}), unit_id=unit.id
    )
    assert counts(report) == {"created": 1}
    assert register("asset_no", "name") == [("ข-9", "จอใหญ่")]


@pytest.mark.case("E10")
def test_E10_numbers_that_differ_only_by_form_are_one(ctx: Flask, unit: UnitCard) -> None:
    rows = [("7440-001", "จอ"), ("๗๔๔๐-๐๐๑", "จอ"), ("７４４０−００１", "จอ"), ("744O-OO1", "จอ"), ("7440 - 001", "จอ")]
    report = take(csv_of(rows, HEAD), unit_id=unit.id, partial=True)
    assert codes(report) == [(row, "duplicate") for row in (3, 4, 5, 6)]
    assert queries.by_number(console(), "7440-OO1").name == "จอ"


@pytest.mark.case("E11")
@pytest.mark.parametrize("quantity", ["1_000", "１２", "²", "1e3", "0x10"])
def test_E11_digits_that_are_none_are_refused(ctx: Flask, unit: UnitCard, quantity: str) -> None:
    data = csv_of([("ก-1", "จอ", quantity), ("ก-2", "จอ", "๑๒")], (*HEAD, "จำนวน"))
    report = take(data, unit_id=unit.id, partial=True)
    assert (codes(report), register("asset_no")) == ([(2, "quantity_invalid")], ["ก-2"])


@pytest.mark.case("E12")
@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("29/02/2568", "date_invalid"), ("1/1/3110", "date_out_of_range"), ("5/5/15", "date_ambiguous"),
        ("31/4/2566", "date_invalid"), ("1/13/2566", "date_invalid"),
    ],
)  # fmt: skip
def test_E12_days_that_cannot_be_are_refused(ctx: Flask, unit: UnitCard, written: str, code: str) -> None:
    assert codes(take(sheet([*HEAD, "วันที่ได้มา"], ["ก-1", "จอ", written]), unit_id=unit.id)) == [(2, code)]


@pytest.mark.case("E13")
@pytest.mark.parametrize("quantity", [-1, 0, 1.5, 2**31, 2**63, "NaN", "Infinity", "-0"])
def test_E13_quantities_that_cannot_be_are_refused(ctx: Flask, unit: UnitCard, quantity: object) -> None:
    report = take(csv_of([("ก-1", "จอ", str(quantity))], (*HEAD, "จำนวน")), Answers(lots="pieces"), unit_id=unit.id)
    assert codes(report) == [(2, "quantity_invalid")]


@pytest.mark.case("E13")
def test_E13_a_lot_never_becomes_more_pieces_than_somebody_could_check(ctx: Flask, unit: UnitCard) -> None:
    data = sheet([*HEAD, "จำนวน"], ["ก-1", "จอ", 100_000], ["ก/1-9999", "จอ", 9999], ["ข/1 ถึง 5000", "จอ", None])
    report = take(data, Answers(lots="pieces", ranges="pieces"), unit_id=unit.id)
    assert counts(report) == {"created": 3}
    assert {code for _row, code in codes(report)} == {"too_many_pieces", "numbers_unclear"}


@pytest.mark.case("E4")
def test_E4_a_web_page_brings_text_and_nothing_else(ctx: Flask, unit: UnitCard) -> None:
    page = web_page([HEAD, ["ก-1", "<script>alert(1)</script><img src=x onerror=alert(1)>จอ &lt;b&gt;"]])
    take(page, unit_id=unit.id)
    assert register("name") == ["จอ <b>"]
