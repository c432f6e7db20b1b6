"""Files of units and people through the services: order, second time, refusals one by one; on both databases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from assetloan.audit.models import AuditEntry
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.core.errors import Forbidden
from assetloan.documents.import_report import ImportReport
from assetloan.documents.sheets import Sheet
from assetloan.identity import bulk, importing, queries
from assetloan.identity.models import UnitKind
from assetloan.identity.rules import Role, console
from tests.factories import an_actor, an_agency

pytestmark = pytest.mark.both_databases

UNITS = [
    ["รหัส", "ชื่อหน่วยงาน", "สังกัด", "ประเภท"],
    ["A1", "กลุ่มย่อย", "กองหนึ่ง", "กลุ่ม"],
    ["A", "กองหนึ่ง", "DEP", "กอง"],
    ["DEP", "กรมตัวอย่าง", "", ""],
]


def units(now: datetime, *rows: list[Any]) -> ImportReport:
    with transaction():
        return bulk.import_units(console(), importing.read_units([Sheet("1", [list(row) for row in rows])]), now=now)


def people(now: datetime, *rows: list[Any]) -> ImportReport:
    with transaction():
        return bulk.import_people(console(), importing.read_people([Sheet("1", [list(row) for row in rows])]), now=now)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.rejected


def test_parents_may_stand_below_their_children(ctx: Flask, now: datetime) -> None:
    assert counts(units(now, *UNITS)) == (3, 0, 0, 0)
    tree = queries.unit_tree(clock.bangkok_date(now))
    assert [card.code for card in tree.above(tree.by_code["a1"].id)] == ["A", "DEP"]
    assert tree.by_code["dep"].kind is UnitKind.AGENCY
    assert counts(units(now, *UNITS)) == (0, 0, 3, 0)


def test_missing_columns_and_empty_cells_leave_units_alone(ctx: Flask, now: datetime) -> None:
    units(now, *UNITS)
    assert counts(units(now, ["code", "name", "parent"], ["A", "กองหนึ่งใหม่", ""])) == (0, 1, 0, 0)
    card = queries.unit_by_code("A", clock.bangkok_date(now))
    assert (card.name, card.kind) == ("กองหนึ่งใหม่", UnitKind.DIVISION)
    assert card.parent_id == queries.unit_by_code("DEP", clock.bangkok_date(now)).id


def test_a_circle_and_an_unknown_parent_are_refused_and_the_rest_stands(ctx: Flask, now: datetime) -> None:
    rows = [["code", "name", "parent"], ["X", "ก", "Y"], ["Y", "ข", "X"], ["Z", "ค", "ไม่มีใครรู้จัก"], ["DEP", "กรม", ""]]
    report = units(now, *rows)
    assert counts(report) == (1, 0, 0, 3)
    assert {problem.code for problem in report.errors} == {"unit_unknown"}
    actions = db.session.scalars(select(AuditEntry.object_key).where(AuditEntry.action == "unit.created")).all()
    assert actions == ["DEP"], "what was refused left no trace in the record"


def test_people_get_their_roles_once(ctx: Flask, now: datetime) -> None:
    units(now, *UNITS)
    rows = [["username", "name", "unit", "roles"], ["ann", "นางแอน", "กองหนึ่ง", "เจ้าหน้าที่พัสดุ; head@A1; staff"]]
    assert counts(people(now, *rows)) == (1, 0, 0, 0)
    assert counts(people(now, *rows)) == (0, 0, 1, 0)
    person = queries.person_by_username("ann")
    assert person is not None
    tree = queries.unit_tree(clock.bangkok_date(now))
    assert {(grant.role, tree[grant.unit_id or 0].code) for grant in person.grants} == {
        (Role.OFFICER, "A"),
        (Role.HEAD, "A1"),
    }


def test_a_person_refused_for_a_role_leaves_nothing(ctx: Flask, now: datetime) -> None:
    units(now, *UNITS)
    rows = [["username", "name", "unit", "roles"], ["bob", "นายบ๊อบ", "A", "head@ที่ไหน"], ["cat", "นางแมว", "A", ""]]
    report = people(now, *rows)
    assert counts(report) == (1, 0, 0, 1)
    assert [(problem.row, problem.code) for problem in report.errors] == [(2, "unit_unknown")]
    assert queries.person_by_username("bob") is None
    assert "bob" not in db.session.scalars(select(AuditEntry.object_key)).all()


def test_people_without_a_user_name_are_known_by_name_and_unit(ctx: Flask, now: datetime) -> None:
    units(now, *UNITS)
    twins = [["", "นายกระดาษ ล้วน", "A", "พนักงาน"], ["", "นายกระดาษ ล้วน", "A1", ""]]
    rows = [["username", "name", "unit", "position"], *twins]
    assert counts(people(now, *rows)) == (2, 0, 0, 0)
    assert counts(people(now, *rows)) == (0, 0, 2, 0)


def test_only_those_who_may_bring_files_in(ctx: Flask, now: datetime) -> None:
    an_agency()
    actor = an_actor(Role.OFFICER, unit="SLK")
    parsed = importing.read_units([Sheet("1", [["code", "name"], ["Q", "กอง"]])])
    with pytest.raises(Forbidden), transaction():
        bulk.import_units(actor, parsed, now=now)
