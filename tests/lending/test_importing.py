"""Files of past loans (contract.md 5): spelling and the order of times; rights are not judged on facts from paper."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from assetloan.documents.headings import header_key
from assetloan.identity.rules import Place
from assetloan.lending import importing
from assetloan.lending.rules import ReturnCondition

FIELDS = ["loan_no", "asset_no", "borrower", "borrower_unit", "purpose", "place", "requested_at", "approved_at",
          "approver", "handed_over_at", "due_on", "returned_at", "condition", "closed_at", "note"]  # fmt: skip
THAI = ["เลขที่ใบยืม", "เลขครุภัณฑ์", "ผู้ยืม", "หน่วยงานผู้ยืม", "วัตถุประสงค์", "สถานที่ใช้", "วันที่ขอยืม", "วันที่อนุมัติ", "ผู้อนุมัติ",
        "วันที่ส่งมอบ", "กำหนดส่งคืน", "วันที่คืน", "สภาพเมื่อคืน", "วันที่อนุมัติการคืน", "หมายเหตุ"]  # fmt: skip


@dataclass
class ASheet:
    rows: list
    name: str = "แผ่น1"
    hidden: bool = False


def a_row(**given):
    values = {"loan_no": "1/2569", "asset_no": "ก-1", "borrower": "somchai", "handed_over_at": "2026-11-02T09:00",
              "due_on": "2026-11-10"} | given  # fmt: skip
    return [values.get(name) for name in FIELDS]


def read_one(header=FIELDS, **given):
    return importing.read_loans([ASheet([header, a_row(**given)])]).rows[0]


def codes(row):
    return [(problem.column, problem.code) for problem in row.errors]


@pytest.mark.parametrize("header", [FIELDS, THAI])
def test_a_whole_loan(header):
    row = read_one(
        header, asset_no="๗๔๔๐–๐๐๑", borrower_unit="สลก.", purpose="ประชุม", place="นอกสถานที่",
        requested_at="1 พ.ย. 69 08:30", approved_at="1/11/2569", approver="สมหญิง",
        handed_over_at=datetime.fromisoformat("2026-11-02T09:00"),
        returned_at="2026-11-09T16:00:00+07:00", condition="ชำรุด", closed_at=date(2026, 11, 10), note="ก\r\nข",
    )  # fmt: skip
    assert row.ok
    assert row.values == {
        "loan_no": "1/2569", "asset_no": "7440-001", "borrower": "somchai", "borrower_unit": "สลก.", "purpose": "ประชุม",
        "place": Place.OUTSIDE, "approver": "สมหญิง", "due_on": date(2026, 11, 10), "condition": ReturnCondition.DAMAGED,
        "note": "ก\nข",
        "requested_at": datetime(2026, 11, 1, 1, 30, tzinfo=UTC),
        "approved_at": datetime(2026, 11, 1, 1, 30, tzinfo=UTC),  # only a day: not before the step before it
        "handed_over_at": datetime(2026, 11, 2, 2, 0, tzinfo=UTC),
        "returned_at": datetime(2026, 11, 9, 9, 0, tzinfo=UTC),
        "closed_at": datetime(2026, 11, 9, 17, 0, tzinfo=UTC),
    }  # fmt: skip


def test_an_open_loan_has_no_return():
    row = read_one()
    assert row.ok
    assert "returned_at" not in row.values


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"loan_no": None}, ("loan_no", "required")),
        ({"asset_no": " "}, ("asset_no", "required")),
        ({"borrower": None}, ("borrower", "required")),
        ({"handed_over_at": None}, ("handed_over_at", "required")),
        ({"due_on": "-"}, ("due_on", "required")),
        ({"due_on": "พ.ย. 2569"}, ("due_on", "date_invalid")),
        ({"due_on": "10/11/12"}, ("due_on", "date_ambiguous")),
        ({"place": "ดวงจันทร์"}, ("place", "unknown_value")),
        ({"condition": "สีแดง"}, ("condition", "unknown_value")),
        ({"returned_at": "29/02/2568"}, ("returned_at", "date_invalid")),
        ({"returned_at": "1/11/2569"}, ("returned_at", "times_out_of_order")),
        ({"returned_at": "9/11/2569", "closed_at": "8/11/2569"}, ("closed_at", "times_out_of_order")),
        ({"requested_at": "3/11/2569"}, ("handed_over_at", "times_out_of_order")),
        ({"requested_at": "1/11/2569", "approved_at": "30/10/2569"}, ("approved_at", "times_out_of_order")),
        ({"due_on": "1/11/2569"}, ("due_on", "due_before_hand_over")),
        ({"closed_at": "9/11/2569"}, ("closed_at", "closed_without_return")),
    ],
)
def test_bad_rows_say_why(given, problem):
    assert codes(read_one(**given)) == [problem]


def test_a_hand_over_before_its_approval_is_a_fact():
    assert read_one(approved_at="3/11/2569").ok


def test_lost_and_closed_without_return():
    row = read_one(condition="สูญหาย", closed_at="20/11/2569")
    assert row.ok
    assert row.values["condition"] is ReturnCondition.LOST


def test_lost_and_never_closed_stands_as_open_with_a_warning():
    row = read_one(condition="lost")
    assert row.ok
    assert [problem.code for problem in row.warnings] == ["lost_without_closing"]


@pytest.mark.parametrize("place", Place)
def test_every_place_is_known(place):
    assert importing.place(place.value) is place


@pytest.mark.parametrize("condition", ReturnCondition)
def test_every_condition_is_known(condition):
    assert importing.condition(condition.value) is condition


def test_no_heading_stands_for_two_fields():
    seen = {}
    for column in importing.LOANS.columns:
        for alias in (column.field, column.heading, *column.aliases):
            assert seen.setdefault(header_key(alias), column.field) == column.field, alias
