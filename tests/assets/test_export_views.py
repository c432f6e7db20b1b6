"""The export page: what the list shows goes into the file, nobody else's rights, written down first."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from assetloan.audit.models import AuditEntry
from assetloan.core.db import db
from assetloan.core.money import Money
from assetloan.documents.sheets import read_table_file
from assetloan.identity.rules import Role
from tests.browsing import fill
from tests.conftest import NOW
from tests.factories import a_person, a_unit, an_agency, an_asset
from tests.factories import sign_in as sign_in_as


@pytest.fixture
def agency(app: Flask) -> Flask:
    with app.app_context():
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
        assert entry.after == {"rows": 2, "format": "xlsx", "filters": ["คำค้น: กล้อง"]}
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
