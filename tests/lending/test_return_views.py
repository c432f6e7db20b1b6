"""The Secretariat's inbox and standing approvals as pages: who sees what, what an act changes, what a refusal says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from assetloan.core.db import db, transaction
from assetloan.identity.rules import Place, Role, console
from assetloan.lending import queries, service
from assetloan.lending.rules import ReturnCondition
from assetloan.lending.service import LoanAct, LoanRequest, Receipt
from tests.conftest import NOW
from tests.factories import a_person, a_unit, actor_named, an_agency, an_asset, sign_in


@dataclass
class Returned:
    """Two returns that wait: one clean, one damaged; and the people around them."""

    clean: str
    damaged: str


@pytest.fixture
def returned(app: Flask) -> Returned:
    with app.app_context():
        an_agency()
        unit = a_unit("กยผ", parent="DEP", name="กองยุทธศาสตร์และแผนงาน")
        for role, name in ((Role.OFFICER, "officer"), (Role.HEAD, "head")):
            a_person(role, unit="กยผ", username=name, password=True)
        a_person(unit="กยผ", username="staff", password=True)
        a_person(Role.SECRETARIAT, unit="SLK", username="secretariat", password=True)
        a_person(Role.DIRECTOR, unit="DEP", username="director", password=True)
        numbers = [an_asset(unit, asset_no=f"6730-003-000{n}").number for n in (1, 2)]
        staff, officer, head = (actor_named(name) for name in ("staff", "officer", "head"))
        made = []
        for asset, condition in zip(numbers, (ReturnCondition.GOOD, ReturnCondition.DAMAGED), strict=True):
            with transaction():
                ask = LoanRequest((asset,), "อบรม", Place.INSIDE, date(2026, 11, 26))
                number = service.request_loan(staff, ask, now=NOW).number
            with transaction():
                service.approve_loan(head, LoanAct(number), now=NOW)
            with transaction():
                service.hand_over_loan(officer, LoanAct(number), now=NOW)
            with transaction():
                note = "" if condition is ReturnCondition.GOOD else "ฝาแตก"
                service.receive_lines(officer, number, [Receipt(asset, condition, note)], now=NOW + timedelta(hours=1))
            made.append(number)
    return Returned(*made)


def post(client: FlaskClient, page: str, action: str, **values: object) -> TestResponse:
    """Post a form of a page, with its token and key."""
    text = client.get(page).text
    fields = {name: re.search(rf'name="{name}"[^>]*value="([^"]+)"', text) for name in ("csrf_token", "key")}
    assert all(fields.values())
    data = {name: match[1] for name, match in fields.items() if match} | values
    return client.post(action, data=data)


def states(app: Flask, number: str) -> list[str]:
    with app.app_context():
        return [line.state.value for line in queries.loan_for(console(), number).lines]


def test_the_inbox_keeps_what_needs_a_decision_apart(client: FlaskClient, returned: Returned) -> None:
    page = sign_in(client, "secretariat").get("/returns").text
    assert "ต้องพิจารณา 1 รายการ" in page
    assert "สภาพสมบูรณ์ 1 รายการ" in page
    assert page.index("ฝาแตก") < page.index(f'value="{returned.clean}/1" checked')


def test_clean_returns_close_in_one_act_after_a_summary(app: Flask, client: FlaskClient, returned: Returned) -> None:
    sign_in(client, "secretariat")
    line = f"{returned.clean}/1"
    summary = post(client, "/returns", "/returns/check", line=line)
    assert "ยืนยันอนุมัติการคืน" in summary.text
    assert states(app, returned.clean) == ["received"]  # the summary changes nothing
    done = post(client, "/returns", "/returns/approve", line=line)
    assert done.status_code == 303
    assert states(app, returned.clean) == ["closed"]
    assert "อนุมัติการคืนแล้ว 1 รายการ" in client.get(done.location).text


def test_nothing_chosen_says_so(client: FlaskClient, returned: Returned) -> None:
    sign_in(client, "secretariat")
    answer = post(client, "/returns", "/returns/check")
    assert answer.status_code == 422
    assert "ยังไม่ได้เลือกรายการ" in answer.text


def test_a_damaged_return_is_proposed_and_decided(app: Flask, client: FlaskClient, returned: Returned) -> None:
    sign_in(client, "secretariat")
    page = f"/returns/{returned.damaged}/1"
    empty = post(client, page, f"{page}/propose", outcome="repaired", evidence="")
    assert empty.status_code == 422
    assert "กรุณาระบุหลักฐาน" in empty.text
    assert post(client, page, f"{page}/propose", outcome="repaired", evidence="ใบเสร็จ 12").status_code == 303
    refused = post(client, page, f"{page}/decide", accept="yes")
    assert refused.status_code == 403
    director = sign_in(app.test_client(), "director")
    assert post(director, page, f"{page}/decide", accept="yes").status_code == 303
    assert states(app, returned.damaged) == ["closed"]


def test_sending_back_needs_words(app: Flask, client: FlaskClient, returned: Returned) -> None:
    sign_in(client, "secretariat")
    page = f"/returns/{returned.clean}/1"
    assert post(client, page, f"{page}/send-back", reason="").status_code == 422
    assert post(client, page, f"{page}/send-back", reason="ไม่มีรูป").status_code == 303
    assert states(app, returned.clean) == ["sent_back"]


@pytest.mark.parametrize("who", ["staff", "officer", "head"])
def test_others_do_not_get_the_inbox(client: FlaskClient, returned: Returned, who: str) -> None:
    assert sign_in(client, who).get("/returns").status_code == 403


def test_the_borrower_sees_the_return_without_acts(client: FlaskClient, returned: Returned) -> None:
    page = sign_in(client, "staff").get(f"/returns/{returned.damaged}/1")
    assert page.status_code == 200
    assert "<form" not in page.text.split("<main")[1].split("</main>")[0]


def test_a_stranger_gets_404(app: Flask, client: FlaskClient, returned: Returned) -> None:
    with app.app_context():
        a_unit("B", parent="DEP")
        a_person(unit="B", username="stranger", password=True)
    assert sign_in(client, "stranger").get(f"/returns/{returned.damaged}/1").status_code == 404


def test_a_head_records_and_ends_a_standing_approval(app: Flask, client: FlaskClient, returned: Returned) -> None:
    sign_in(client, "head")
    dates = {
        f"valid_{end}-{part}": value
        for end, year in (("from", "2569"), ("until", "2599"))
        for part, value in (("day", "1"), ("month", "ต.ค."), ("year", year))
    }
    page = "/standing-approvals/"
    wrong = post(client, page, page, unit="กยผ", order_no="", most_days="99", **dates)
    assert wrong.status_code == 422
    assert "กรุณาระบุเลขที่คำสั่ง" in wrong.text
    good = post(client, page, page, unit="กยผ", category="", order_no="กยผ 7/2569", most_days="๕", **dates)
    assert good.status_code == 303
    listed = client.get(page).text
    assert "กยผ 7/2569" in listed
    revoke = re.search(r'action="(/standing-approvals/\d+/revoke)"', listed)
    assert revoke is not None
    assert post(client, page, revoke[1]).status_code == 303
    assert "สิ้นสุดแล้ว" in client.get(page).text
    with app.app_context():
        assert db.session.scalar(db.text("SELECT count(*) FROM standing_approval")) == 1
