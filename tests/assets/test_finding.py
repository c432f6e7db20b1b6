"""Saved filters, places, who has what, what is free: each as far as the reader may know."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from random import Random
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assetloan.assets.finding import queries, service
from assetloan.assets.finding.rules import question
from assetloan.assets.models import Code, Site
from assetloan.assets.rules import CodeState
from assetloan.core import ids
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Invalid, NotFound
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import Actor, Place, Role
from assetloan.lending import service as lending
from assetloan.lending.service import LoanAct, LoanRequest
from tests.conftest import NOW
from tests.factories import a_person, a_unit, actor_named, an_actor, an_agency, an_asset, sign_in

Counting = Callable[[], AbstractContextManager[list[str]]]
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("q=กล้อง&page=3&unit=A", f"q={quote('กล้อง')}&unit=A"),
        ("unit=A&q=", "unit=A"),
        ("page=2", ""),
        ("javascript=1&done=registered", ""),
        ("free_from-day=1&free_from-month=12&free_from-year=2569",
         "free_from-day=1&free_from-month=12&free_from-year=2569"),
        ("q=%00%E0", "q=%EF%BF%BD"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_filter_keeps_questions_of_the_list_and_nothing_else(query: str, kept: str) -> None:
    assert question(query) == kept


@pytest.mark.both_databases
def test_filters_are_ones_own(ctx: Flask, now: datetime) -> None:
    an_agency()
    one, other = an_actor(unit="SLK"), an_actor(unit="SLK")
    with transaction():
        item = service.save_filter(one, "ของว่าง", "status=available&page=9", now=now)
        filter_id, query = item.id, item.query
    assert query == "status=available"
    assert [found.name for found in queries.filters_of(one)] == ["ของว่าง"]
    assert queries.filters_of(other) == []
    for name, error in (("ของว่าง", Invalid), ("", Invalid), ("ก" * 81, Invalid)):
        with pytest.raises(error), transaction():
            service.save_filter(one, name, "status=lost", now=now)
    with pytest.raises(DomainError, match="filter_empty"), transaction():
        service.save_filter(one, "เปล่า", "page=1", now=now)
    for forbidden in (
        lambda: service.rename_filter(other, filter_id, "ของฉัน", now=now),
        lambda: service.delete_filter(other, filter_id, now=now),
    ):
        with pytest.raises(NotFound), transaction():
            forbidden()
    with transaction():
        service.rename_filter(one, filter_id, "ว่าง", now=now)
    with transaction():
        service.save_filter(other, "ว่าง", "status=lost", now=now)
    with transaction():
        service.delete_filter(one, filter_id, now=now)
    assert queries.filters_of(one) == []
    assert len(queries.filters_of(other)) == 1


@pytest.fixture
def lent(ctx: Flask, now: datetime) -> dict[str, Actor]:
    """Unit A lends a camera to a colleague of unit B; a chair is kept by the officer of A in room 1."""
    an_agency()
    units = {code: a_unit(code, parent="DEP") for code in ("A", "B")}
    cast = {
        "officer": an_actor(Role.OFFICER, unit="A", username="officer"),
        "head": an_actor(Role.HEAD, unit="A", username="head"),
        "borrower": an_actor(unit="B", username="borrower"),
        "stranger": an_actor(Role.OFFICER, unit="B", username="stranger"),
        "colleague": an_actor(unit="A", username="colleague"),
    }
    an_asset(units["A"], asset_no="A-1", name="กล้อง", place="ห้อง 1")
    an_asset(units["A"], asset_no="A-2", name="เก้าอี้", place="ห้อง 1", custodian_id=cast["officer"].person_id)
    an_asset(units["A"], asset_no="A-3", name="ขาตั้ง")
    wanted = LoanRequest(("A-1",), "ประชุม", Place.INSIDE, TODAY + timedelta(days=3))
    with transaction():
        number = lending.request_loan(cast["borrower"], wanted, now=now).number
    with transaction():
        lending.approve_loan(cast["head"], LoanAct(number), now=now)
    with transaction():
        lending.hand_over_loan(cast["officer"], LoanAct(number), now=now)
    db.session.rollback()
    return cast


def held(actor: Actor, of: Actor) -> tuple[list[str], list[str]]:
    person = queries.person_with_things(actor, of.person_id or 0)
    return [item.number for item in queries.kept_by(actor, person.id)], [
        item.number for item in queries.lent_to(actor, person.id)
    ]


@pytest.mark.both_databases
def test_who_has_what_is_told_by_right(lent: dict[str, Actor]) -> None:
    officer, borrower, stranger = lent["officer"], lent["borrower"], lent["stranger"]
    assert held(officer, borrower) == ([], ["A-1"])
    assert held(borrower, borrower) == ([], ["A-1"])
    assert held(officer, officer) == (["A-2"], [])
    assert held(lent["head"], officer) == (["A-2"], [])
    for who, of in ((stranger, borrower), (lent["colleague"], borrower), (stranger, officer), (borrower, officer)):
        with pytest.raises(NotFound):
            held(who, of)
    assert [person.id for person in queries.people_with_things(officer, "borrower")] == [borrower.person_id]
    assert queries.people_with_things(stranger, "borrower") == []


@pytest.mark.both_databases
def test_a_place_tells_what_it_should_contain_to_those_who_read_the_register(lent: dict[str, Actor]) -> None:
    officer, stranger = lent["officer"], lent["stranger"]
    assert officer.unit_id is not None
    ((site, count),) = queries.places_of(officer, officer.unit_id)
    assert (site.name, count) == ("ห้อง 1", 2)
    place, code = queries.place_for(officer, site.id)
    assert (place.id, code) == (site.id, "")
    assert [asset.number for asset in queries.contents_of(officer, site.id)] == ["A-1", "A-2"]
    assert queries.places_of(stranger, officer.unit_id) == []
    for place_id in (site.id, 999_999):
        with pytest.raises(NotFound):
            queries.place_for(stranger, place_id)


def numbers(page: str) -> list[str]:
    return re.findall(r'<small class="keep">([^<]+)</small>', page)


def test_what_is_free_is_asked_by_days_on_the_list(app: Flask, client: FlaskClient, now: datetime) -> None:
    with app.app_context():
        an_agency()
        unit = a_unit("A", parent="DEP")
        a_person(unit="A", username="asker", password=True)
        for number, name in (("A-1", "กล้อง"), ("A-2", "ขาตั้ง")):
            an_asset(unit, asset_no=number, name=name)
        borrower = actor_named(a_person(unit="A"))
        wanted = LoanRequest(("A-1",), "ประชุม", Place.INSIDE, TODAY + timedelta(days=3))
        with transaction():
            lending.request_loan(borrower, wanted, now=now)
        db.session.remove()
    sign_in(client, "asker")

    def asked(first: str, last: str = "") -> str:
        parts = {}
        for name, day in (("free_from", first), ("free_until", last)):
            parts |= dict(
                zip((f"{name}-day", f"{name}-month", f"{name}-year"), day.split() if day else ("", "", ""), strict=True)
            )
        return client.get("/assets", query_string=parts).text

    assert numbers(asked("24 11 2569")) == ["A-2"]
    assert numbers(asked("26 พฤศจิกายน 2569", "30 11 2569")) == ["A-2"]
    assert numbers(asked("27 11 2569", "30 11 2569")) == ["A-1", "A-2"]
    wrong = asked("31 2 2569")
    assert "ไม่มีวันที่นี้ในปฏิทิน" in wrong
    assert "วันสุดท้ายต้องไม่ก่อนวันแรก" in asked("27 11 2569", "26 11 2569")


@pytest.fixture
def browsed(app: Flask, client: FlaskClient) -> FlaskClient:
    """An officer whose unit owns thirty things in a room, kept by different people."""
    with app.app_context():
        an_agency()
        unit = a_unit("A", parent="DEP")
        officer = actor_named(a_person(Role.OFFICER, unit="A", username="officer", password=True))
        for number in range(3):
            an_asset(unit, asset_no=f"A-{number}", name="โต๊ะ", place="ห้อง 1", custodian_id=officer.person_id)
        db.session.remove()
    return sign_in(client, "officer")


def grow(app: Flask, count: int) -> None:
    with app.app_context():
        unit = unit_by_code("A", TODAY)
        for number in range(count):
            keeper = actor_named(a_person(unit="A")).person_id
            an_asset(unit, asset_no=f"B-{number}", name="เก้าอี้", place="ห้อง 1", custodian_id=keeper)
        db.session.remove()


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/assets", 8),
        ("/assets?q=%E0%B9%82%E0%B8%95%E0%B9%8A%E0%B8%B0", 8),
        ("/places", 6),
        ("/places/1", 8),
        ("/holders?q=person", 6),
        ("/filters", 6),
        ("/assets/A-0", 18),
    ],
)
def test_pages_of_finding_ask_as_often_for_many_as_for_few(
    app: Flask, browsed: FlaskClient, count_queries: Counting, path: str, most: int
) -> None:
    browsed.get(path)
    with count_queries() as few:
        assert browsed.get(path).status_code == 200
    grow(app, 27)
    with count_queries() as many:
        assert browsed.get(path).status_code == 200
    assert len(few) == len(many), (few, many)
    assert len(many) <= most, many


def test_a_filter_is_saved_from_the_list_used_and_forgotten(browsed: FlaskClient) -> None:
    link = re.search(r'href="(/filters\?query=[^"]+)"', browsed.get("/assets?q=A-1&page=1").text)
    assert link is not None
    page = browsed.get(link[1].replace("&amp;", "&")).text
    fields = dict(re.findall(r'name="(csrf_token|key|question)"[^>]* value="([^"]*)"', page))
    assert fields["question"] == "q=A-1"
    answer = browsed.post("/filters", data=fields | {"name": "หนึ่ง"})
    assert answer.status_code == 303
    page = browsed.get("/filters").text
    used = re.search(r'href="(/assets\?q=A-1)">หนึ่ง', page)
    assert used is not None
    assert numbers(browsed.get(used[1]).text) == ["A-1"]


def test_the_page_of_a_place_shows_its_code_and_prints(browsed: FlaskClient, app: Flask) -> None:
    assert '<svg class="code-picture"' not in browsed.get("/places/1").text
    with app.app_context():
        with transaction():
            db.session.add(Code(code="0000000N", place_id=1, state=CodeState.LINKED, created_at=NOW))
        db.session.remove()
    page = browsed.get("/places/1").text
    assert '<svg class="code-picture"' in page
    assert "0000-000N" in page
    assert numbers(page) == ["A-0", "A-1", "A-2"]


@pytest.mark.both_databases
def test_a_room_shows_whoever_scans_its_door_what_can_be_lent_there(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        an_agency()
        unit = a_unit("A", parent="DEP")
        a_unit("B", parent="DEP")
        an_asset(unit, asset_no="A-1", name="กล้อง", place="ห้อง 1", custodian_text="คุณสมศรี")
        an_asset(unit, asset_no="A-2", name="ตู้นิรภัย", place="ห้อง 1", loanable=False)
        an_asset(unit, asset_no="A-3", name="โต๊ะ", place="ห้อง 2")
        a_person(unit="B", username="staff", password=True)
        sites = {site.name: site.id for site in db.session.scalars(select(Site))}
        with transaction():
            label = ids.new_code(Random(3))
            db.session.add(Code(code=label, place_id=sites["ห้อง 1"], state=CodeState.LINKED, created_at=NOW))
        db.session.remove()
    sign_in(client, "staff")
    door = client.get(f"/q/{label}")
    assert door.status_code == 303
    page = client.get(door.headers["Location"])
    assert page.status_code == 200
    assert "ห้อง 1" in page.text
    assert numbers(page.text) == ["A-1"]
    for hidden in ("ตู้นิรภัย", "คุณสมศรี", "code-picture", "/assets/export"):
        assert hidden not in page.text
    assert client.get("/assets/A-1").status_code == 200
    assert client.get(f"/places/{sites['ห้อง 2']}").status_code == 404  # no code hangs there
