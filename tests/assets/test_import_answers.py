"""What people say about a file: kept as plain data, going before what was understood, remembered for the unit."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from assetloan.assets.import_memory import answers_of, remembered_columns
from assetloan.assets.import_service import ImportOptions, confirm_batch, renew_preview, stage_assets
from assetloan.assets.importing import Answers, read_assets
from assetloan.assets.importing.ranges import MOST_PIECES, spread
from assetloan.audit.models import AuditEntry
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError
from assetloan.core.money import Money
from assetloan.documents.sheets import read_table_file
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import console
from tests.assets.dirty import codes, look, register, sheet, take, workbook
from tests.assets.importing import counts
from tests.conftest import NOW
from tests.factories import a_unit, an_agency

HEAD = ("เลขครุภัณฑ์", "รายการ")


@pytest.fixture
def unit(ctx: Flask) -> UnitCard:
    an_agency()
    return a_unit("A", parent="DEP")


def test_answers_survive_json() -> None:
    said = (
        Answers(
            price="unit", century="be", ranges="one", lots="pieces", header_rows={"ก": 3}, left_out=frozenset({"ข"})
        )
        .corrected("ก", 4, {"name": "โต๊ะ"})
        .corrected("ก", 4, {"price": ""})
        .meaning("place", "ห้อง1", "ห้อง 1")
        .with_columns("key", {0: "asset_no", 3: ""})
    )
    assert said.corrections == {("ก", 4): {"name": "โต๊ะ", "price": ""}}
    assert Answers.from_json(json.loads(json.dumps(said.to_json()))) == said
    assert Answers.from_json(None) == Answers.from_json({"price": "both"}) == Answers()


def test_corrections_stand_for_the_cells_and_the_file_stays_as_it_was(ctx: Flask, unit: UnitCard) -> None:
    data = sheet([*HEAD, "ราคา"], ["ก-1", "จอ", "สี่พัน"], ["ก-2", None, 5], ["ก-3", "ตู้", 6])
    said = Answers(skipped=frozenset({("Sheet1", 4)})).corrected("Sheet1", 2, {"price": "4,000", "brand": "Dell"})
    report = take(data, said, unit_id=unit.id, partial=True)
    assert (codes(report), counts(report)) == ([(3, "name_missing")], {"created": 1, "skipped": 1, "rejected": 1})
    assert register("price", "brand", "original") == [
        (Money(400_000), "Dell", {"เลขครุภัณฑ์": "ก-1", "รายการ": "จอ", "ราคา": "สี่พัน"})
    ]
    judgement, _suggested, _parsed = look(data, said.corrected("Sheet1", 2, {"price": "มาก"}), unit_id=unit.id)
    assert [(problem.value, problem.field) for problem in judgement.rows[0].row.errors] == [("มาก", "price")]


def test_columns_may_mean_something_else(ctx: Flask, unit: UnitCard) -> None:
    data = workbook({"ก": [["เลขครุภัณฑ์", "รายการ", "สถานะภาพ", "ราคา"], ["1", "จอ", "ชำรุด", "SN-1"]]})
    (seen,) = look(data, unit_id=unit.id)[2].seen
    assert [(column.letters, column.heading, column.field, column.example) for column in seen.columns] == [
        ("A", "เลขครุภัณฑ์", "asset_no", "1"), ("B", "รายการ", "name", "จอ"), ("C", "สถานะภาพ", "", "ชำรุด"),
        ("D", "ราคา", "price", "SN-1"),
    ]  # fmt: skip
    take(data, Answers().with_columns(seen.key, {2: "condition", 3: "serial"}), unit_id=unit.id)
    assert register("serial", "price") == [("SN-1", None)]
    assert register("condition")[0].value == "damaged"


def test_a_header_that_nobody_understands_can_be_named(ctx: Flask, unit: UnitCard) -> None:
    data = sheet(["ทะเบียน"], ["Nr", "What", "Where"], ["ก-1", "จอ", "ห้อง 1"])
    with pytest.raises(DomainError, match="header_not_found"):
        look(data)
    (seen,) = look(data, Answers(header_rows={"Sheet1": 2}), unit_id=unit.id)[2].seen
    assert (seen.first_row, [column.field for column in seen.columns]) == (2, ["", "", ""])
    mapped = Answers().with_columns(seen.key, {0: "asset_no", 1: "name", 2: "place"})  # known by its words from now on
    assert counts(take(data, mapped, unit_id=unit.id)) == {"created": 1}
    assert register("asset_no", "name") == [("ก-1", "จอ")]


def test_sheets_can_be_left_out(ctx: Flask, unit: UnitCard) -> None:
    data = workbook({"ก": [HEAD, ["1", "จอ"]], "ข": [HEAD, ["2", "ตู้"]]})
    take(data, Answers(left_out=frozenset({"ข"})), unit_id=unit.id)
    assert register("asset_no") == ["1"]


@pytest.mark.both_databases
def test_a_unit_remembers_what_its_columns_mean(ctx: Flask, unit: UnitCard) -> None:
    data = sheet(["เลขครุภัณฑ์", "รายการ", "ยี่ห้อสินค้า"], ["1", "จอ", "Dell"])
    sheets = read_table_file(data).sheets
    options = ImportOptions(unit.id, file_name="x", file_hash="y")
    with transaction():
        key = stage_assets(console(), read_assets(sheets), options, now=NOW).key
    (seen,) = read_assets(sheets).seen
    said = Answers().with_columns(seen.key, {2: "brand"})
    with transaction():
        renew_preview(console(), key, read_assets(sheets, answers=said), said, now=NOW)
    assert remembered_columns(unit.id) == {}
    for _time in range(2):  # the second file teaches nothing new
        with transaction():
            key = stage_assets(console(), read_assets(sheets, answers=said), options, now=NOW, answers=said).key
        with transaction():
            confirm_batch(console(), key, read_assets(sheets, answers=said), partial=False, now=NOW, answers=said)
    assert remembered_columns(unit.id) == {seen.key: {2: "brand"}}
    assert remembered_columns(None) == {}
    audited = db.session.query(AuditEntry).filter_by(action="import.columns").all()
    assert [(entry.object_type, entry.unit_id) for entry in audited] == [("column_mapping", unit.id)]
    again = read_assets(sheets, answers=Answers(columns=remembered_columns(unit.id)))
    assert again.rows[0].values["brand"] == "Dell"


def test_answers_are_kept_with_the_staged_import(ctx: Flask, unit: UnitCard) -> None:
    sheets = read_table_file(sheet([*HEAD, "จำนวน", "ราคา"], ["1", "จอ", 2, 10])).sheets
    said = Answers(price="total")
    with transaction():
        batch = stage_assets(
            console(), read_assets(sheets, answers=said), ImportOptions(unit.id, file_hash="y"), now=NOW, answers=said
        )
        assert answers_of(batch) == said
        assert batch.result["asked"] == {"price": 1, "lots": 1}
        assert (batch.result["labels"]["created"], batch.result["seen"][0]["sheet"]) == (1, "Sheet1")


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("ก-1 ถึง ข-9", None),
        ("ก-9 ถึง ก-1", None),
        ("ก-1 ถึง ก-99999", None),
        ("ก-1 ถึง", None),
        ("ก-1,ก-1", None),
        ("ก/1-5", 4),
    ],
)
def test_what_cannot_be_read_as_several_numbers_stays_one(text: str, quantity: int | None) -> None:
    found = spread(text, quantity)
    assert (len(found.numbers), found.unclear) == (1, True)


def test_a_range_has_an_end() -> None:
    assert len(spread("ก/1 ถึง ก/1000").numbers) == MOST_PIECES
    assert spread("ก/1 ถึง ก/1001").unclear
    assert spread("ก/001 ถึง 003").numbers == ("ก/001", "ก/002", "ก/003")
    assert spread("โต๊ะ 7440-001").numbers == ("โต๊ะ 7440-001",)
