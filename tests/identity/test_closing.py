"""Closing a unit and taking a name away: refused while something hangs on it, recorded, its past kept."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assetloan.assets import service as assets
from assetloan.assets.care import service as care
from assetloan.assets.custody import moving
from assetloan.assets.custody.rules import MoveAction
from assetloan.assets.labelling import rounds
from assetloan.assets.queries import by_number
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.audit.models import AuditEntry
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Forbidden, Invalid, NotFound
from assetloan.identity import closing, queries, service
from assetloan.identity.closing import ClosingData
from assetloan.identity.rules import Place, Role, console
from assetloan.lending import service as lending
from tests.browsing import day, fill
from tests.factories import a_person, a_unit, actor_named, an_actor, an_agency, an_asset, sign_in
from tests.identity.pages import seen
from tests.installation import Once

TODAY = date(2026, 11, 23)


def close(now: datetime, code: str = "A", last_day: date = TODAY, order: str = "คำสั่ง 12/2570", **more: str) -> None:
    with transaction():
        closing.close_unit(console(), code, ClosingData(last_day, order, **more), now=now)


@pytest.mark.both_databases
def test_an_empty_unit_closes_and_its_rights_end(ctx: Flask, now: datetime) -> None:
    an_agency()
    a_unit("A", parent="DEP", name="กองหนึ่ง")
    a_person((Role.HEAD, "A"), unit="SLK", username="acting")
    assert Role.HEAD in actor_named("acting").roles
    close(now, successor="SLK")
    card = queries.unit_by_code("A", TODAY)
    assert card.closed_on == TODAY + timedelta(days=1)
    assert Role.HEAD not in actor_named("acting").roles
    assert queries.person_by_username("acting").grants[0].valid_until == TODAY  # type: ignore[union-attr]
    found = closing.closing_of(card)
    assert found is not None
    assert (found.last_day, found.order, found.successor.code if found.successor else "") == (
        TODAY,
        "คำสั่ง 12/2570",
        "SLK",
    )
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "unit.closed")).one()
    assert json.loads(entry.after)["rights_ended"] == 1
    with pytest.raises(DomainError, match="unit_closed"):
        close(now)


@pytest.mark.both_databases
def test_what_hangs_on_a_unit_is_named(ctx: Flask, now: datetime) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP", name="กองหนึ่ง")
    a_unit("A1", parent="A", name="กลุ่มย่อย")
    a_person(unit="A", username="member")
    a_person(unit="SLK", username="borrower")
    thing = an_asset(unit).number
    an_asset(unit)
    wanted = lending.LoanRequest((thing,), "ประชุม", Place.INSIDE, TODAY + timedelta(days=2))
    with transaction():
        lending.request_loan(actor_named("borrower"), wanted, now=now)
    with pytest.raises(DomainError) as refused:
        close(now)
    assert refused.value.code == "unit_in_use"
    assert refused.value.details["what"].split(" · ") == [
        "หน่วยงานที่อยู่ใต้ 1 หน่วยงาน",
        "บุคลากรที่ยังเปิดบัญชี 1 คน",
        "ทรัพย์สิน 2 ชิ้น",
        "ใบยืมที่ยังไม่จบ 1 ใบ",
    ]
    assert queries.unit_by_code("A", TODAY).closed_on is None


@pytest.mark.both_databases
def test_work_that_has_begun_keeps_a_unit_open(ctx: Flask, now: datetime) -> None:
    """An offer of a move on either side, an open repair, an open labelling round: each is named until it ends."""
    an_agency()
    unit, other = a_unit("A", parent="DEP"), a_unit("B", parent="DEP")
    things = [an_asset(unit, asset_no=f"A-{number}").number for number in (1, 2)]
    with transaction():
        offered = moving.move_assets(console(), moving.Moving((things[0],), "ว่าง", "B"), now=now).number
    with transaction():
        care.begin_repair(console(), things[1], care.Sending("เลนส์ฝืด", TODAY), now=now)
    for one in (unit, other):
        with transaction():
            rounds.start_round(console(), one.id, now=now)
    told = {
        "A": ["ทรัพย์สิน 2 ชิ้น", "การย้ายที่รอรับ 1 รายการ", "การซ่อมที่ยังไม่เสร็จ 1 รายการ", "รอบติดป้ายที่ยังไม่ปิด"],
        "B": ["การย้ายที่รอรับ 1 รายการ", "รอบติดป้ายที่ยังไม่ปิด"],
    }
    for code, words in told.items():
        with pytest.raises(DomainError) as refused:
            close(now, code)
        assert refused.value.details["what"].split(" · ") == words
    with transaction():
        rounds.end_round(console(), other.id, now=now)
    with transaction():
        moving.decide(console(), offered, MoveAction.WITHDRAW, now=now, reason="ยุบหน่วยงาน")
    close(now, "B")
    assert queries.unit_by_code("B", TODAY).closed_on == TODAY + timedelta(days=1)


def test_the_last_day_the_order_and_the_successor_are_judged(ctx: Flask, now: datetime) -> None:
    an_agency()
    thing = an_asset(a_unit("A", parent="DEP", name="กองหนึ่ง")).number
    gone = {"status": AssetStatus.DISPOSED, "condition": Condition.DETERIORATED}
    with transaction():
        assets.set_state(console(), by_number(console(), thing), now=now, reason="จำหน่าย", **gone)
    for given, field, code in (
        ({"last_day": TODAY + timedelta(days=1)}, "last_day", "unit_closed_in_future"),
        ({"last_day": TODAY - timedelta(days=1)}, "last_day", "unit_used_later"),
        ({"order": " "}, "order", "required"),
        ({"successor": "A"}, "successor", "unit_unknown"),
    ):
        with pytest.raises(Invalid) as refused:
            close(now, **given)  # type: ignore[arg-type]
        assert [(fault.field, fault.code) for fault in refused.value.errors] == [(field, code)]
    close(now)


def test_only_administrators_close_units_and_take_names_away(ctx: Flask, now: datetime) -> None:
    an_agency()
    a_unit("A", parent="DEP", name="กองหนึ่ง")
    head = an_actor(Role.HEAD, unit="SLK")
    with pytest.raises(Forbidden), transaction():
        closing.close_unit(head, "A", ClosingData(TODAY, "1"), now=now)
    with pytest.raises(Forbidden), transaction():
        closing.remove_alias(head, "A", 1, now=now)


@pytest.mark.both_databases
def test_a_removed_name_is_free_for_another_unit(ctx: Flask, now: datetime) -> None:
    an_agency()
    for code in ("A", "B"):
        a_unit(code, parent="DEP", name=f"กอง {code}")
    with transaction():
        service.add_alias(console(), "A", "กองเก่า", now=now)
    alias_id = closing_alias("A")
    with transaction():
        closing.remove_alias(console(), "A", alias_id, now=now)
    assert queries.unit_by_any_name("กองเก่า", TODAY) is None
    with transaction():
        service.add_alias(console(), "B", "กองเก่า", now=now)
    found = queries.unit_by_any_name("กองเก่า", TODAY)
    assert found is not None
    assert found.code == "B"
    with pytest.raises(NotFound), transaction():
        closing.remove_alias(console(), "A", alias_id, now=now)
    with pytest.raises(NotFound), transaction():
        closing.remove_alias(console(), "A", closing_alias("B"), now=now)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "unit.alias_removed")).one()
    assert json.loads(entry.before) == {"name": "กองเก่า"}


def closing_alias(code: str) -> int:
    from assetloan.identity import directory

    return directory.aliases_of(queries.unit_by_code(code, clock.today()).id)[0].id


# --- pages ----------------------------------------------------------------------------------------------------------


def filled_people(_app: Flask) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP", name="กองหนึ่ง")
    a_unit("B", parent="DEP", name="กองสอง")
    a_person(Role.ADMIN, unit="SLK", username="admin", password=True)
    a_person(unit="A", username="member")
    an_asset(unit)
    with transaction():
        service.add_alias(console(), "B", "กองสองเดิม", now=clock.now())


@pytest.fixture
def people(app: Flask, once: Once) -> Flask:
    once(filled_people)
    return app


def test_the_page_names_what_is_left_and_leads_there(people: Flask, client: FlaskClient) -> None:
    page = sign_in(client, "admin").get("/units/A/close")
    words = seen(page)
    assert "ยังปิดไม่ได้" in words
    assert "ยืนยันปิดหน่วยงาน" not in words
    for address, text in (("/people?unit=A", "บุคลากรที่ยังเปิดบัญชี 1 คน"), ("/assets?unit=A", "ทรัพย์สิน 1 ชิ้น")):
        assert f'<a href="{address}">{text}</a>' in page.text
        assert client.get(address).status_code == 200


def test_an_empty_unit_is_closed_with_a_receipt(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    given = day("last_day", "23 11 2569") | {"order": "คำสั่ง 12/2570", "successor": "A"}
    wrong = fill(client, "/units/B/close", fields=given | {"order": ""})
    assert wrong.status_code == 422
    assert 'value="2569"' in wrong.text
    answer = fill(client, "/units/B/close", fields=given)
    assert answer.location == "/units/B/closed"
    receipt = seen(client.get(answer.location))
    assert "ปิดหน่วยงานแล้ว" in receipt
    assert "คำสั่ง 12/2570" in receipt
    unit = seen(client.get("/units/B"))
    assert "ปิดแล้ว วันสุดท้ายคือ 23 พฤศจิกายน 2569" in unit
    assert "แก้ไขหน่วยงาน" not in unit
    assert client.get("/units/B/close").location == "/units/B/closed"
    assert client.get("/units/A/closed").status_code == 404
    assert "หน่วยงานที่ปิดแล้ว กองสอง" in seen(client.get("/units"))


def test_a_name_is_taken_away_after_a_question(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    with people.app_context():
        alias_id = closing_alias("B")
    assert f"/units/B/aliases/{alias_id}/remove" in client.get("/units/B").text
    assert client.get(f"/units/B/aliases/{alias_id}/removed").status_code == 404
    answer = fill(client, f"/units/B/aliases/{alias_id}/remove")
    assert answer.location == f"/units/B/aliases/{alias_id}/removed"
    assert "กองสองเดิม" in seen(client.get(answer.location))
    assert "กองสองเดิม" not in seen(client.get("/units/B"))
    assert client.get(f"/units/B/aliases/{alias_id}/remove").status_code == 404
    assert client.get(f"/units/A/aliases/{alias_id}/remove").status_code == 404
