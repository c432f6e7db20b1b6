"""Files of units and people, taken in as batches and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from assetloan.assets.import_identity import import_identity, undo_people, undo_units
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError
from assetloan.documents.sheets import read_table_file
from assetloan.identity import importing, queries
from assetloan.identity.rules import Role, console
from tests.conftest import NOW
from tests.factories import a_person, a_unit, an_agency, an_asset
from tests.installation import Once

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("ctx")]

UNITS = "code,name,parent,kind\nใหม่,กองใหม่,DEP,division\nล่าง,กลุ่มงานล่าง,ใหม่,group\nเดิม,กองชื่อใหม่,DEP,division\n"
PEOPLE = (
    "username,name,unit,position,roles\nnid,นางนิด ใจดี,เดิม,นักวิชาการพัสดุ,officer\nold,นายเก่า ใจดี,เดิม,ผู้อำนวยการกอง,head\n"
)


def filled_agency(_app: Flask) -> None:
    an_agency()
    a_unit("เดิม", parent="DEP", name="กองชื่อเดิม")
    a_person(unit="เดิม", username="old", name="นายเก่า ใจดี")


@pytest.fixture
def agency(app: Flask, once: Once) -> Flask:
    once(filled_agency)
    return app


def take(kind: str, text: str) -> str:
    book = read_table_file(text.encode(), f"{kind}.csv")
    parsed = {"units": importing.read_units, "people": importing.read_people}[kind](book.sheets)
    with transaction():
        report = import_identity(console(), kind, parsed, f"{kind}.csv", "hash", now=NOW)
    assert (report.rejected, report.batch is not None) == (0, True), report.errors
    return str(report.batch)


def undo(work: Any, key: str, now: datetime = NOW) -> int:
    with transaction():
        return int(work(console(), key, now=now))


def units() -> dict[str, str]:
    db.session.rollback()
    queries.forget_units()
    return {card.code: card.name for card in queries.unit_tree(NOW.date()).by_id.values()}


def person(username: str) -> Any:
    db.session.rollback()
    return queries.person_by_username(username)


def test_units_that_a_file_made_go_and_those_it_changed_are_as_before(agency: Flask) -> None:
    before = units()
    key = take("units", UNITS)
    assert units() == before | {"ใหม่": "กองใหม่", "ล่าง": "กลุ่มงานล่าง", "เดิม": "กองชื่อใหม่"}
    assert undo(undo_units, key) == 3
    assert units() == before
    assert queries.unit_by_any_name("กองใหม่", NOW.date()) is None
    with pytest.raises(DomainError, match="import_not_confirmed"):
        undo(undo_units, key)
    take("units", UNITS)  # the codes are free again
    assert "ใหม่" in units()


def test_units_in_use_stay(agency: Flask) -> None:
    key = take("units", UNITS)
    an_asset(queries.unit_by_code("ล่าง", NOW.date()), asset_no="1")
    with pytest.raises(DomainError, match="import_built_on") as refused:
        undo(undo_units, key)
    assert refused.value.details["rows"] == "ล่าง"
    assert "ใหม่" in units()


def test_people_that_a_file_made_go_and_those_it_changed_are_as_before(agency: Flask) -> None:
    key = take("people", PEOPLE)
    assert {grant.role for grant in person("nid").grants} == {Role.OFFICER}
    assert person("old").position == "ผู้อำนวยการกอง"
    assert undo(undo_people, key) == 2
    assert person("nid") is None
    assert person("old").position == "นักจัดการงานทั่วไป"
    today = NOW.date()
    assert [grant for grant in person("old").grants if grant.valid_until is None or grant.valid_until >= today] == []
    take("people", PEOPLE)  # the user name is free again
    assert person("nid") is not None


@pytest.mark.parametrize("use", ["custody", "change", "password"])
def test_people_in_use_stay(agency: Flask, use: str) -> None:
    key = take("people", PEOPLE)
    with transaction():
        found = queries.person_by_username("nid")
        assert found is not None
        if use == "change":
            found.phone = "02 123 4567"
        elif use == "password":
            found.password_hash = "x"
        keeper = found.id
    if use == "custody":
        an_asset(queries.unit_by_code("เดิม", NOW.date()), asset_no="1", custodian_id=keeper)
    with pytest.raises(DomainError, match="import_built_on") as refused:
        undo(undo_people, key)
    assert refused.value.details["rows"] == "nid"
    assert person("nid").active
