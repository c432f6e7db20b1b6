"""Files of units and people (contract.md 2 and 5)."""

from dataclasses import dataclass

import pytest

from assetloan.documents.cells import CellError
from assetloan.documents.headings import header_key
from assetloan.identity import importing
from assetloan.identity.models import UnitKind
from assetloan.identity.rules import Role


@dataclass
class ASheet:
    rows: list
    name: str = "แผ่น1"
    hidden: bool = False


def problems(parsed):
    return [(row.row, problem.column, problem.code) for row in parsed.rows for problem in row.errors]


@pytest.mark.parametrize("header", [["code", "name", "parent", "kind"], ["รหัสหน่วยงาน", "ชื่อหน่วยงาน", "สังกัด", "ประเภท"]])
def test_units_are_read(header):
    rows = [
        ["DEP", "กรม ก", None, "agency"],
        ["สลก.", "สำนักงานเลขานุการกรม", "DEP", "กอง"],
        ["X-1", "งาน", "-", None],
    ]
    parsed = importing.read_units([ASheet([header, *rows])])
    assert problems(parsed) == []
    assert [row.values for row in parsed.rows] == [
        {"code": "DEP", "name": "กรม ก", "kind": UnitKind.AGENCY},
        {"code": "สลก.", "name": "สำนักงานเลขานุการกรม", "parent": "DEP", "kind": UnitKind.DIVISION},
        {"code": "X-1", "name": "งาน"},
    ]


def test_bad_rows_of_units_say_why():
    parsed = importing.read_units(
        [ASheet([["code", "name", "kind"], [None, "ก", "home"], ["A", None, "castle"], ["a", "ข", "ศูนย์"]])]
    )
    assert problems(parsed) == [
        (2, "code", "required"), (3, "name", "required"), (3, "kind", "unknown_value"), (4, "code", "duplicate")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        ["username", "name", "unit", "position", "roles", "email"],
        ["ชื่อผู้ใช้", "ชื่อ-สกุล", "หน่วยงาน", "ตำแหน่ง", "บทบาท", "อีเมล"],
    ],
)
def test_people_are_read(header):
    parsed = importing.read_people(
        [ASheet([header, ["somchai", "นายสมชาย ใจดี", "DEP", "นักจัดการ", "officer; head@CTR;staff", "s@dep.go.th"],
                 [None, "นางสาวสมหญิง", None, None, None, None]])]
    )  # fmt: skip
    assert problems(parsed) == []
    assert parsed.rows[0].values == {
        "username": "somchai", "name": "นายสมชาย ใจดี", "unit": "DEP", "position": "นักจัดการ", "email": "s@dep.go.th",
        "roles": ((Role.OFFICER, ""), (Role.HEAD, "CTR")),
    }  # fmt: skip
    assert parsed.rows[1].values == {"username": "", "name": "นางสาวสมหญิง"}


def test_bad_rows_of_people_say_why():
    parsed = importing.read_people(
        [ASheet([["username", "name", "roles"], ["a1", "ก", "king"], ["a2", None, ""], ["A1", "ข", "head"]])]
    )
    assert problems(parsed) == [(2, "roles", "unknown_value"), (3, "name", "required"), (4, "username", "duplicate")]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.STAFF])
def test_every_role_is_known_by_its_name(role):
    assert importing.roles(f" {role.value.upper()} @ X1 ") == ((role, "X1"),)


def test_roles_in_thai_and_none():
    assert importing.roles("เจ้าหน้าที่พัสดุ;ผู้ดูแลระบบ; ;officer") == ((Role.OFFICER, ""), (Role.ADMIN, ""))
    assert importing.roles("-") == ()
    assert importing.roles(None) == ()
    with pytest.raises(CellError, match="unknown_value"):
        importing.roles("officer;@X1")


@pytest.mark.parametrize("spec", [importing.UNITS, importing.PEOPLE])
def test_no_heading_stands_for_two_fields(spec):
    seen = {}
    for column in spec.columns:
        for alias in (column.field, column.heading, *column.aliases):
            assert seen.setdefault(header_key(alias), column.field) == column.field, alias
