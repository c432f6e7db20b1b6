"""Things that wait for their number: entered in place or pasted, audited, found by the old one ever after."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from assetloan.assets.labelling import numbers
from assetloan.audit.models import AuditEntry
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Forbidden
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Actor, Role
from tests.browsing import fill, send, the_form
from tests.conftest import NOW
from tests.factories import a_person, a_unit, an_actor, an_agency, an_asset, sign_in


def three(unit: UnitCard) -> list[str]:
    return [an_asset(unit, asset_no="-", name=name).number for name in ("พัดลม", "ตู้", "โต๊ะ")]


@pytest.fixture
def unit(ctx: Flask) -> UnitCard:
    an_agency()
    return a_unit("กยผ", parent="DEP")


@pytest.fixture
def officer(unit: UnitCard) -> Actor:
    return an_actor(Role.OFFICER, unit=unit.code)


def give(officer: Actor, reference: str, number: str) -> str:
    try:
        with transaction():
            return numbers.give_number(officer, reference, number, now=NOW).number
    except DomainError as error:
        return error.code


@pytest.mark.both_databases
def test_the_real_number_ends_the_waiting(officer: Actor, unit: UnitCard) -> None:
    first, second, _third = three(unit)
    taken = an_asset(unit, asset_no="7440-001-0001").number
    assert give(officer, first, "7440-001-0002") == "7440-001-0002"
    assert [asset.number for asset in numbers.awaiting(officer, unit.id)] == [second, _third]
    assert give(officer, second, taken) == "number_taken"
    assert give(officer, second, "-") == "invalid"
    assert give(officer, second, "ชค.กยผ-2570-00099") == "number_temporary"
    assert give(officer, "7440-001-0002", "7440-001-0003") == "number_given"
    told = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
    assert told is not None
    assert (told.action, json.loads(told.before)["asset_no"]) == ("asset.edited", first)
    stranger = an_actor(Role.OFFICER, unit=a_unit("กคพ", parent="DEP").code)
    with pytest.raises(Forbidden):
        numbers.awaiting(stranger, unit.id)
    assert give(stranger, second, "7440-001-0009") == "not_allowed"


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("N-1\nN-2\nN-3", ["0:N-1", "1:N-2", "2:N-3"]),
        ("N-1\r\n\r\nN-3\r\n", ["0:N-1", "2:N-3"]),
        ("N-1\nN-1", ["0:N-1", "1:N-1 number_taken"]),
        ("N-1\nN-2\nN-3\nN-4", ["0:N-1", "1:N-2", "2:N-3", "?:N-4 not_found"]),
        ("{2}\tN-3\n{0}\tN-1", ["2:N-3", "0:N-1"]),
        ("ชค.ไม่มี\tN-3", ["?:N-3 not_found"]),
        ("TAKEN\nไม่มี", ["0:TAKEN number_taken", "1:ไม่มี invalid"]),
    ],
)
def test_a_pasted_column_is_read_as_pairs(officer: Actor, unit: UnitCard, pasted: str, told: list[str]) -> None:
    waiting = three(unit)
    an_asset(unit, asset_no="TAKEN")
    read = numbers.read_pasted(officer, unit.id, pasted.format(*waiting))
    places = {number: str(place) for place, number in enumerate(waiting)}
    found = [f"{places.get(pair.now, '?')}:{pair.number} {pair.refusal.code if pair.refusal else ''}" for pair in read]
    assert [item.strip() for item in found] == told


@pytest.mark.both_databases
def test_all_pasted_numbers_or_none(officer: Actor, unit: UnitCard) -> None:
    waiting = three(unit)
    pairs = [numbers.Pair(number, "", "N-1") for number in waiting]
    with pytest.raises(DomainError, match="number_taken"), transaction():
        numbers.give_numbers(officer, pairs, now=NOW)
    assert numbers.count_awaiting(unit.id) == 3


def test_the_pages(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        an_agency()
        waiting = three(a_unit("กยผ", parent="DEP"))
        a_person(Role.OFFICER, unit="กยผ", username="officer", password=True)
        db.session.remove()
    sign_in(client, "officer")
    assert "รอหมายเลข 3 ชิ้น" in client.get("/numbers").text
    assert fill(client, "/numbers", action="/numbers", fields={"number": ""}).status_code == 422
    assert fill(client, "/numbers", action="/numbers", fields={"number": "N-3", "asset": waiting[2]}).status_code == 303
    check = fill(client, "/numbers", action="/paste", fields={"column": "N-1\nN-2"})
    assert check.status_code == 200
    assert "รอหมายเลข 2 ชิ้น" in client.get("/numbers").text
    assert send(client, the_form(check.text, "/paste"), "/numbers/paste", {}).status_code == 303
    assert "ไม่มีของที่รอหมายเลข" in client.get("/numbers").text
    found = client.get("/q", query_string={"code": waiting[0]})
    assert found.status_code == 303
    assert "พัดลม" in client.get(found.location).text
    assert "N-1" in client.get("/assets", query_string={"q": waiting[0]}).text
