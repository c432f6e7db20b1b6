"""The export page: what the list shows goes into the file, nobody else's rights, written down first."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from assetloan.assets.service import AssetData, edit_asset
from assetloan.audit.models import AuditEntry
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.core.money import Money
from assetloan.documents.sheets import read_table_file
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import Role, console
from tests.assets.exporting import bring_back
from tests.assets.importing import counts
from tests.browsing import fill
from tests.conftest import NOW
from tests.factories import a_category, a_person, a_unit, actor_named, an_agency, an_asset
from tests.factories import sign_in as sign_in_as
from tests.installation import Once


def filled_agency(_app: Flask) -> None:
    an_agency()
    own, other = a_unit("กยผ", parent="DEP"), a_unit("กคพ", parent="DEP")
    an_asset(own, asset_no="1-1", name="กล้อง", price=Money(1_234_500))
    an_asset(own, asset_no="1-2", name="จอภาพ", loanable=False)
    an_asset(other, asset_no="2-1", name="กล้อง", price=Money(9_999_900))
    an_asset(other, asset_no="2-2", name="จอภาพ", loanable=False)
    for name, roles, unit in (
        ("officer", (Role.OFFICER,), "กยผ"), ("staff", (), "กยผ"), ("auditor", (Role.AUDITOR,), "DEP")
    ):  # fmt: skip
        a_person(*roles, unit=unit, username=name, password=True)
    db.session.remove()


@pytest.fixture
def agency(app: Flask, once: Once) -> Flask:
    once(filled_agency)
    return app


def take(client: FlaskClient, query: str = "", form: str = "csv") -> list[list[object]]:
    """The file that the page makes, its header left out."""
    answer = fill(client, f"/assets/export{query}", action=f"/assets/export{query}", fields={"form": form})
    assert answer.status_code == 303, answer.text
    with client.get(answer.headers["Location"]) as file:
        assert file.status_code == 200
        assert file.headers["Content-Disposition"].startswith("attachment")
        assert len(file.data) == int(file.headers["Content-Length"])
        rows = read_table_file(file.data, "x").sheets[0].rows
    start = next(number for number, row in enumerate(rows) if "เลขครุภัณฑ์" in row)
    return rows[start + 1 :]


@pytest.mark.case("D7")
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("who", "numbers", "prices"),
    [
        ("officer", ["1-1", "2-1", "1-2"], {"12345"}),
        ("staff", ["1-1", "2-1"], set()),
        ("auditor", ["1-1", "2-1", "1-2", "2-2"], {"12345", "99999"}),
    ],
)
def test_everyone_gets_what_they_may_see(
    agency: Flask, client: FlaskClient, who: str, numbers: list[str], prices: set[str], form: str
) -> None:
    rows = take(sign_in_as(client, who), form=form)
    assert [row[0] for row in rows] == numbers
    assert {cell for row in rows for cell in re.findall(r"12345|99999", " ".join(map(str, row)))} == prices


def test_the_file_holds_what_the_list_shows(agency: Flask, client: FlaskClient) -> None:
    sign_in_as(client, "auditor")
    assert [row[0] for row in take(client, "?unit=กคพ")] == ["2-1", "2-2"]
    assert [row[0] for row in take(client, "?q=กล้อง&unit=กยผ")] == ["1-1"]
    listed = client.get("/assets?q=กล้อง&unit=กยผ&page=1").text
    assert "/assets/export?q=%E0%B8%81" in listed
    empty = client.get("/assets/export?q=ไม่มีอะไร").text
    assert "ไม่มีทรัพย์สินตามเงื่อนไขนี้" in empty


@pytest.mark.both_databases
def test_it_is_written_down_before_it_is_fetched(agency: Flask, client: FlaskClient) -> None:
    sign_in_as(client, "officer")
    take(client, "?q=กล้อง", "xlsx")
    with agency.app_context():
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "register.exported")).one()
        assert entry.actor_name
        assert json.loads(entry.after) == {"rows": 2, "format": "XLSX", "filters": ["คำค้น: กล้อง"]}
        db.session.remove()


def test_a_ticket_is_good_for_its_maker_its_list_and_a_while(
    agency: Flask, client: FlaskClient, set_clock: object
) -> None:
    sign_in_as(client, "officer")
    answer = fill(client, "/assets/export?unit=กยผ", action="/assets/export?unit=กยผ", fields={"form": "csv"})
    url = answer.headers["Location"]
    with client.get(url) as first:
        assert first.status_code == 200
    assert client.get(url.replace(url.split("?")[1], "")).status_code == 404
    assert client.get("/assets/export/nothing").status_code == 404
    staff = agency.test_client()
    assert sign_in_as(staff, "staff").get(url).status_code == 404
    set_clock(NOW + timedelta(minutes=16))  # type: ignore[operator]
    assert client.get(url).status_code == 404


def test_the_template_offers_what_there_is_and_its_example_is_not_brought_in(
    agency: Flask, client: FlaskClient
) -> None:
    with agency.app_context():
        a_category("7440")
        unit = unit_by_code("กยผ", clock.today())
        with transaction():
            edit_asset(console(), "1-1", AssetData(place="ห้อง 101"), version=1, reason="ย้าย", now=NOW)
        db.session.remove()
    page = sign_in_as(client, "officer").get("/assets/import").text
    assert "/assets/import/template.xlsx" in page
    with client.get("/assets/import/template.xlsx") as answer:
        assert answer.status_code == 200
        data = answer.data
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet, choices = book["ทะเบียน"], book["ตัวเลือก"]
    headings = {cell.value: cell.column_letter for cell in sheet[1]}
    offered = {}
    for check in sheet.data_validations.dataValidation:
        if check.type == "list":
            column = check.formula1.split("$")[1]
            heading = next(name for name, letter in headings.items() if f"{letter}2" in str(check.sqref).split(":"))
            last = int(check.formula1.split("$")[-1])
            offered[heading] = [choices[f"{column}{row}"].value for row in range(3, last + 1)]
    assert offered == {
        "ประเภทครุภัณฑ์": ["เครื่องคอมพิวเตอร์"],
        "หน่วยงาน": ["กอง กยผ"],
        "สถานที่": ["ห้อง 101"],
        "สภาพ": ["สภาพสมบูรณ์", "ชำรุด", "เสื่อมสภาพ", "ไม่ครบ", "สูญหาย", "ไม่จำเป็นต้องใช้"],
        "ให้ยืมได้": ["ใช่", "ไม่"],
        "ต่ำกว่าเกณฑ์": ["ใช่", "ไม่"],
    }
    assert {cell.value for cell in book["คำอธิบาย"]["A"]} >= set(headings)
    sheet.append(["7440-001-0009", None, "จอภาพใหม่", "เครื่องคอมพิวเตอร์", *[None] * 3, "กอง กยผ", "ห้อง 102"])
    target = io.BytesIO()
    book.save(target)
    with agency.app_context():
        report = bring_back(target.getvalue(), actor=actor_named("officer"), unit_id=unit.id)
        assert (counts(report), report.warnings) == ({"created": 1, "skipped": 1}, [])
        db.session.remove()


def test_an_officer_alone_fetches_the_template(agency: Flask, client: FlaskClient) -> None:
    assert sign_in_as(client, "staff").get("/assets/import/template.xlsx").status_code == 403
