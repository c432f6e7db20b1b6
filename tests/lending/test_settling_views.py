"""The pages of the desk and of the Secretariat: pieces ticked one by one, pictures before and after, the sample."""

from __future__ import annotations

import io
import json
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from assetloan.audit.models import AuditEntry
from assetloan.core.db import db, transaction
from assetloan.identity.rules import Place, Role, console
from assetloan.lending import queries, service
from assetloan.lending.service import LoanAct, LoanRequest
from assetloan.lending.settling import checklist
from assetloan.lending.settling.rules import Stage
from tests.conftest import NOW
from tests.factories import a_person, a_unit, actor_named, an_agency, an_asset, sign_in


@pytest.fixture
def approved(app: Flask) -> str:
    """A loan of one thing with pieces that waits at the desk."""
    with app.app_context():
        an_agency()
        unit = a_unit("A", parent="DEP")
        for role, name in ((Role.OFFICER, "officer"), (Role.HEAD, "head")):
            a_person(role, unit="A", username=name, password=True)
        a_person(unit="A", username="staff")
        a_person(Role.SECRETARIAT, unit="SLK", username="secretariat", password=True)
        thing = an_asset(unit, asset_no="6730-003-0001", accessories="กระเป๋า, สายชาร์จ")
        with transaction():
            ask = LoanRequest((thing.number,), "อบรม", Place.INSIDE, date(2026, 11, 26))
            number = service.request_loan(actor_named("staff"), ask, now=NOW).number
        with transaction():
            service.approve_loan(actor_named("head"), LoanAct(number), now=NOW)
    return number


def a_picture() -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(made, "JPEG")
    made.seek(0)
    return made


def post(client: FlaskClient, page: str, action: str, **values: object) -> TestResponse:
    text = client.get(page).text
    fields = {name: re.search(rf'name="{name}"[^>]*value="([^"]+)"', text) for name in ("csrf_token", "key")}
    data = {name: match[1] for name, match in fields.items() if match} | values
    return client.post(action, data=data, content_type="multipart/form-data")


def counts(app: Flask, number: str) -> dict[Stage, dict[str, bool]]:
    with app.app_context():
        line = queries.loan_for(console(), number).lines[0]
        return checklist.counted([line.id]).get(line.id, {})


def test_one_tick_says_that_every_piece_is_there(app: Flask, client: FlaskClient, approved: str) -> None:
    page = f"/desk/hand-over/{approved}"
    answer = post(sign_in(client, "officer"), page, page, complete="y", line="1")
    assert answer.status_code == 303
    assert counts(app, approved)[Stage.OUT] == {"กระเป๋า": True, "สายชาร์จ": True}


def test_a_piece_that_is_not_there_asks_why(app: Flask, client: FlaskClient, approved: str) -> None:
    page = f"/desk/hand-over/{approved}"
    sign_in(client, "officer")
    refused = post(client, page, page, pieces_1="กระเป๋า", line="1", photos_1=(a_picture(), "a.jpg"))
    assert refused.status_code == 422
    assert "ยังขาด สายชาร์จ" in refused.text
    kept = re.search(r'name="kept_1" value="([^"]+)"', refused.text)
    assert kept is not None
    answer = post(client, page, page, pieces_1="กระเป๋า", line="1", note="ส่งซ่อมสาย", kept_1=kept[1])
    assert answer.status_code == 303
    assert counts(app, approved)[Stage.OUT] == {"กระเป๋า": True, "สายชาร์จ": False}


def returned(client: FlaskClient, number: str, **more: object) -> TestResponse:
    page = f"/desk/hand-over/{number}"
    post(sign_in(client, "officer"), page, page, complete="y", line="1", photos_1=(a_picture(), "out.jpg"))
    page = f"/desk/returns/{number}"
    return post(client, page, page, photos_1=(a_picture(), "in.jpg"), **more)


def test_what_is_missing_stands_first_beside_the_pictures(app: Flask, client: FlaskClient, approved: str) -> None:
    assert returned(client, approved, condition_1="incomplete", missing_1="สายชาร์จ").status_code == 303
    client = sign_in(app.test_client(), "secretariat")
    page = client.get(f"/returns/{approved}/1").text
    table = page.split("ก่อนและหลังการยืม")[1].split("</table>")[0]
    assert table.index("สายชาร์จ") < table.index("กระเป๋า")
    assert "ก่อนส่งมอบ" in page
    files = re.findall(r'src="(/files/\d+)"', page)
    assert len(files) == 2
    assert all(client.get(file).status_code == 200 for file in files)


def test_good_with_a_missing_piece_is_refused_beside_the_field(client: FlaskClient, approved: str) -> None:
    answer = returned(client, approved, condition_1="good", missing_1="สายชาร์จ")
    assert answer.status_code == 422
    assert "ยังขาด สายชาร์จ" in answer.text


def test_the_sample_is_looked_at_before_all_are_approved(app: Flask, client: FlaskClient, approved: str) -> None:
    assert returned(client, approved, condition_1="good").status_code == 303
    client = sign_in(app.test_client(), "secretariat")
    check = post(client, "/returns", "/returns/check", line=f"{approved}/1", month="", unit="")
    seed = re.search(r"เลขสุ่ม ([0-9a-f]{8})", check.text)
    assert seed is not None
    assert f'name="seen" value="{approved}/1"' in check.text
    unseen = post(client, "/returns", "/returns/approve", line=f"{approved}/1")
    assert unseen.status_code == 422
    assert "กรุณาดูรูปของรายการที่สุ่มมา" in unseen.text
    assert post(client, "/returns", "/returns/approve", line=f"{approved}/1", seen=f"{approved}/1").status_code == 303
    with app.app_context():
        entry = db.session.query(AuditEntry).filter_by(action="loan.return_approved").one()
        after = json.loads(entry.after)
        assert (after["sample_seed"], after["pictures_seen"]) == (seed[1], ["1"])


def test_the_inbox_shows_one_period_or_unit(app: Flask, client: FlaskClient, approved: str) -> None:
    assert returned(client, approved, condition_1="good").status_code == 303
    client = sign_in(app.test_client(), "secretariat")
    for query, shown in (("", True), ("?month=2569-11&unit=A", True), ("?month=2569-10", False), ("?unit=SLK", False)):
        assert (f"{approved}/1" in client.get(f"/returns{query}").text) is shown, query


@pytest.mark.parametrize(("query", "status"), [("?month=2569-13", 422), ("?unit=none", 404)])
def test_a_period_or_unit_that_is_none_is_told(client: FlaskClient, approved: str, query: str, status: int) -> None:
    assert sign_in(client, "secretariat").get(f"/returns{query}").status_code == status
