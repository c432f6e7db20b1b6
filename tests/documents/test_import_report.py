"""The answer of an import (contract.md 2): counts that add up, and a sentence for every refused row."""

import flask
import pytest

from assetloan.core import i18n
from assetloan.documents.import_report import ImportReport, error_sheet
from assetloan.documents.tables import Parsed, ParsedRow, Problem


@pytest.fixture
def parsed():
    good = ParsedRow("แผ่น1", 5, {"name": "โต๊ะ"}, {"ชื่อ": "โต๊ะ"}, {"name": "ชื่อ"})
    bad = ParsedRow("แผ่น1", 6, {}, {"เลข": "ก-1", "สี": "แดง"}, {"name": "ชื่อ", "number": "เลข"})
    bad.reject("name", "required")
    bad.reject("number", "duplicate", row=5)
    good.warn("name", "sheet_hidden", sheet="x")
    return Parsed([good, bad], skipped=2, warnings=[Problem("เก่า", 0, "", "", "sheet_hidden", {"sheet": "เก่า"})])


def adds_up(report):
    counted = report.created + report.updated + report.unchanged + report.skipped + report.rejected
    return report.rows == counted


def test_rows_are_accounted_for(parsed):
    report = ImportReport.of(parsed)
    assert (report.rows, report.skipped, report.rejected) == (4, 2, 1)
    report.created = 1
    assert adds_up(report)
    report.refuse()
    assert (report.created, report.skipped, report.rejected) == (0, 3, 1)
    assert adds_up(report)


def test_the_json_has_the_shape_of_the_contract(parsed):
    report = ImportReport.of(parsed)
    report.batch = "B1"
    answer = report.to_json(word=lambda code, details: f"{code}!{details}")
    assert list(answer) == [
        "rows", "created", "updated", "unchanged", "skipped", "rejected", "batch", "errors", "warnings"
    ]  # fmt: skip
    assert answer["errors"] == [
        {"sheet": "แผ่น1", "row": 6, "column": "ชื่อ", "value": "", "code": "required", "message": "required!{}"},
        {
            "sheet": "แผ่น1",
            "row": 6,
            "column": "เลข",
            "value": "ก-1",
            "code": "duplicate",
            "message": "duplicate!{'row': 5}",
        },
    ]
    assert [problem["row"] for problem in answer["warnings"]] == [0, 5]


def test_refused_rows_are_told_in_thai(parsed):
    app = flask.Flask("t")
    i18n.init(app)
    with app.test_request_context():
        sheet = error_sheet(parsed.rows)
        messages = [error["message"] for error in ImportReport.of(parsed).to_json()["errors"]]
    assert messages[1] == "ซ้ำกับแถวที่ 5 ในไฟล์เดียวกัน"
    assert sheet[0] == ["แผ่นงาน", "แถวที่", "เหตุที่ไม่รับ", "เลข", "สี"]
    assert sheet[1][:2] == ["แผ่น1", "6"]
    assert sheet[1][2].splitlines()[1] == "เลข: ซ้ำกับแถวที่ 5 ในไฟล์เดียวกัน"
    assert sheet[1][3:] == ["ก-1", "แดง"]
    assert len(sheet) == 2
