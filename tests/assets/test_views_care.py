"""The pages of repairs, plans, papers, custody, moves and sightings, as people use them."""

from __future__ import annotations

import gzip
import io
import re
from datetime import date
from random import Random

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from assetloan.assets import queries as register
from assetloan.assets import service as assets
from assetloan.assets.custody import queries as custody
from assetloan.assets.models import Code
from assetloan.assets.rules import AssetStatus
from assetloan.core import ids
from assetloan.core.db import db, transaction
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import Role, console
from tests.browsing import day, fill
from tests.conftest import NOW
from tests.factories import a_person, a_unit, actor_named, an_agency, an_asset, sign_in

TODAY = date(2026, 11, 23)


def without_tokens(page: str) -> str:
    """A page without what differs from one request to the next."""
    return re.sub(r'(name="(?:csrf_token|key)"[^>]* value=|nonce=)"[^"]*"', "", page)


SCAN_PAGE = 14 * 1024


@pytest.fixture
def code(app: Flask) -> str:
    """กยผ with a set of two pieces, a keeper and an officer; กคพ with an officer. Gives the code of the first piece."""
    with app.app_context():
        an_agency()
        unit = a_unit("กยผ", parent="DEP", name="กองยุทธศาสตร์")
        a_unit("กคพ", parent="DEP", name="กองคุ้มครอง")
        thing = an_asset(unit, asset_no="1-1", name="กล้อง", place="ห้อง 1", warranty_until=date(2026, 12, 20))
        an_asset(unit, asset_no="1-1#2", name="ขาตั้งกล้อง", place="ห้อง 2")
        found = db.session.scalars(sa.select(Code.code).where(Code.asset_id == thing.id)).one()
        a_person(Role.OFFICER, unit="กยผ", username="officer", password=True)
        a_person(unit="กยผ", username="keeper", name="นางสมศรี ใจดี", password=True)
        a_person(Role.OFFICER, unit="กคพ", username="receiver", password=True)
        db.session.remove()
    return found


@pytest.fixture
def officer(client: FlaskClient, code: str) -> FlaskClient:
    return sign_in(client, "officer")


def _other(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "th"
    return sign_in(client, name)


def test_a_repair_from_the_asset_page_and_back(officer: FlaskClient) -> None:
    page = officer.get("/assets/1-1").text
    assert "ส่งซ่อม" in page
    form = officer.get("/assets/1-1/repair").text
    assert "ยังอยู่ในประกันถึง" in form
    assert "ชิ้นนี้อยู่ในชุดเดียวกัน 2 ชิ้น" in form
    missing = fill(officer, "/assets/1-1/repair")
    assert missing.status_code == 422
    assert "ข้อผิดพลาด:" in missing.text
    sent = fill(
        officer, "/assets/1-1/repair", fields={"work": "เลนส์ฝืด", "supplier": "ร้านช่าง"} | day("expected_on", "1 12 2569")
    )
    assert sent.status_code == 303
    listed = officer.get("/care/repairs").text
    assert "เลนส์ฝืด" in listed
    assert "อยู่ระหว่างซ่อมแล้ว" in officer.get("/assets/1-1/repair").text
    back = fill(officer, "/assets/1-1/repairs/1/finish", fields={"result": "good", "cost": "1,500"})
    assert back.status_code == 303
    page = officer.get("/assets/1-1").text
    assert "1,500.00" in page
    assert "ซ่อมเสร็จแล้ว" in page
    assert "ไม่มีของส่งซ่อม" in officer.get("/care/repairs").text


def test_regular_work_is_due_and_done(officer: FlaskClient) -> None:
    plan = {"work": "ทำความสะอาดเลนส์", "every_months": "๖"} | day("next_on", "20 11 2569")
    assert fill(officer, "/assets/1-1/maintenance", fields=plan).status_code == 303
    due = officer.get("/care/maintenance").text
    assert "ทำความสะอาดเลนส์" in due
    assert "เลยกำหนด" in due
    assert "งานบำรุงรักษาที่เลยกำหนด" in officer.get("/").text
    assert fill(officer, "/assets/1-1/maintenance/1/done").status_code == 303
    assert "ไม่มีงานบำรุงรักษาที่ถึงกำหนด" in officer.get("/care/maintenance").text
    assert "งานบำรุงรักษาที่เลยกำหนด" not in officer.get("/").text
    assert "23 พ.ค. 2570" in officer.get("/assets/1-1").text
    assert fill(officer, "/assets/1-1/maintenance/1/end", fields={"reason": "เลิกใช้"}).status_code == 303
    assert "กล้อง" in officer.get("/care/warranty").text


def test_a_paper_is_a_download_with_safe_headers(officer: FlaskClient, app: Flask) -> None:
    paper = (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "สัญญา.pdf")
    sent = fill(officer, "/assets/1-1/papers", fields={"file": [paper], "title": "สัญญาซื้อขาย"})
    assert sent.status_code == 303
    assert "สัญญาซื้อขาย" in officer.get("/assets/1-1").text
    got = officer.get("/files/1")
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.mimetype == "application/pdf"
    for name in ("keeper", "receiver"):
        assert _other(app, name).get("/files/1").status_code == 404
    refused = fill(
        officer, "/assets/1-1/papers", fields={"file": [(io.BytesIO(b"<html>"), "x.pdf")], "title": "หน้าเว็บ"}
    )
    assert refused.status_code == 422
    assert "รับเฉพาะ PDF" in refused.text
    assert fill(officer, "/assets/1-1/papers/1/remove", fields={"reason": "ผิดฉบับ"}).status_code == 303
    assert officer.get("/files/1").status_code == 404


def test_a_photo_forgets_where_it_was_taken(officer: FlaskClient) -> None:
    """The camera writes the place into the file; what is shown, in full and small, has none of it."""
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "SecretMaker"
    exif.get_ifd(0x8825).update({1: "N", 2: (13.0, 45.0, 0.0), 3: "E", 4: (100.0, 30.0, 0.0)})
    Image.new("RGB", (900, 600), "white").save(file, "JPEG", exif=exif)
    with Image.open(io.BytesIO(file.getvalue())) as before:
        assert before.getexif().get_ifd(0x8825)
    file.seek(0)
    sent = fill(officer, "/assets/1-1/photo", fields={"photo": [(file, "x.jpg")], "description": "ด้านหน้า"})
    assert sent.status_code == 303
    for number in (1, 2):
        data = officer.get(f"/files/{number}").data
        assert b"SecretMaker" not in data
        with Image.open(io.BytesIO(data)) as shown:
            assert not shown.getexif()


def test_the_page_of_a_piece_shows_its_set(officer: FlaskClient) -> None:
    page = officer.get("/assets/1-1%232").text
    assert "ทุกชิ้นในชุด" in page
    assert 'href="/assets/1-1"' in page
    assert "ชิ้นที่ 2 ของชุด" in officer.get("/assets").text


def test_custody_is_given_and_acknowledged(officer: FlaskClient, app: Flask) -> None:
    with app.app_context():
        keeper = register.keepers(console(), unit_by_code("กยผ", TODAY).id)
        ref = next(item.ref.key for item in keeper if item.username == "keeper")
    given = fill(officer, "/custody/give?asset=1-1", fields={"assets": "1-1\n1-1#2", "keeper": ref})
    assert given.status_code == 303
    assert "รอรับทราบ" in officer.get("/assets/1-1").text
    mine = _other(app, "keeper")
    assert "ทรัพย์สินที่มอบให้คุณ รอรับทราบ" in mine.get("/").text
    assert "กล้อง" in mine.get("/custody/mine").text
    assert fill(mine, "/custody/mine", action="/custody/1/accept").status_code == 303
    assert fill(mine, "/custody/mine", action="/custody/2/accept").status_code == 303
    assert "รอรับทราบ" not in mine.get("/").text
    assert _other(app, "receiver").post("/custody/1/accept").status_code != 303


def test_an_offer_goes_to_the_other_unit(officer: FlaskClient, app: Flask) -> None:
    page = officer.get("/moves/new?asset=1-1").text
    assert "ถ้าย้ายทั้งชุด" in page
    sent = fill(officer, "/moves/new?asset=1-1", fields={"to_unit": "กคพ", "reason": "ให้ใช้งานต่อ"})
    assert sent.status_code == 303
    address = sent.headers["Location"]
    assert "รอผู้รับตอบรับ" in officer.get(address).text
    assert officer.get(f"{address}/accept").status_code == 403
    receiver = _other(app, "receiver")
    assert "เรื่องโอนทรัพย์สินรอคุณตอบรับ" in receiver.get("/").text
    assert "พิจารณา" in receiver.get("/moves").text
    assert fill(receiver, f"{address}/accept", fields={"place": "คลัง"}).status_code == 303
    assert "รับโอนแล้ว" in receiver.get(address).text
    assert "ย้ายสถานที่" in receiver.get("/assets/1-1").text
    assert "มีผู้ดำเนินการไปแล้ว" in officer.get(f"{address}/withdraw").text
    assert officer.get("/moves").status_code == 200


@pytest.mark.parametrize(("name", "act"), [("receiver", "decline"), ("officer", "withdraw")])
def test_an_offer_ends_with_a_reason(officer: FlaskClient, app: Flask, name: str, act: str) -> None:
    address = fill(officer, "/moves/new", fields={"assets": "1-1", "to_unit": "กคพ", "reason": "ว่าง"}).headers[
        "Location"
    ]
    who = _other(app, name)
    assert fill(who, f"{address}/{act}").status_code == 422
    assert fill(who, f"{address}/{act}", fields={"reason": "ไม่มีที่เก็บ"}).status_code == 303
    assert "ไม่มีที่เก็บ" in who.get(address).text


def test_found_here_takes_two_taps(officer: FlaskClient, app: Flask, code: str) -> None:
    """From the scan page: the link, then the place. The page stays light, and nothing needs a script."""
    keeper = _other(app, "keeper")
    scan = keeper.get(f"/q/{code}")
    assert f"/seen/{code}" in scan.text
    assert len(gzip.compress(scan.data)) <= SCAN_PAGE
    with app.app_context():
        room = next(site.id for site in register.places_of([unit_by_code("กยผ", TODAY).id]) if site.name == "ห้อง 2")
    said = fill(keeper, f"/seen/{code}", action=f"/seen/{code}", fields={"site": str(room)})
    assert said.status_code == 303
    assert "แจ้งว่าพบแล้ว" in keeper.get(said.headers["Location"]).text
    assert "การแจ้งพบรอคุณยืนยัน" in officer.get("/").text
    moved = fill(officer, "/sightings", action="/sightings/1/confirm")
    assert moved.status_code == 303
    assert "ห้อง 2" in officer.get(moved.headers["Location"]).text
    fill(keeper, f"/seen/{code}", fields={"place": "ห้องไหนก็ไม่รู้"})
    assert fill(officer, "/sightings/2/dismiss", fields={"reason": "อ่านผิด"}).status_code == 303
    assert "ไม่มีการแจ้งพบรอยืนยัน" in officer.get("/sightings").text


def test_anyone_tells_where_a_thing_is_and_learns_nothing_of_it(officer: FlaskClient, app: Flask) -> None:
    """A label of another unit's thing that is not lent: told in two taps, and no page says what or whose it is."""
    with app.app_context():
        thing = an_asset(unit_by_code("กยผ", TODAY), asset_no="9-9", name="ตู้นิรภัย", place="ห้อง 1", loanable=False)
        code = db.session.scalars(sa.select(Code.code).where(Code.asset_id == thing.id)).one()
        db.session.remove()
    stranger, nobody = _other(app, "receiver"), ids.new_code(Random(7))
    told: dict[str, list[str]] = {}
    for label in (code, nobody):
        scan = stranger.get(f"/q/{label}")
        assert f"/seen/{label}" in scan.text
        said = fill(stranger, f"/seen/{label}", fields={"place": "โถงชั้น 1"})
        assert said.status_code == 303
        pages = [scan.text, stranger.get(f"/seen/{label}").text, stranger.get(said.headers["Location"]).text]
        assert "เจ้าหน้าที่พัสดุของหน่วยงานเจ้าของ" in pages[2]
        # The same words, whether there is such a thing or not.
        told[label] = [
            without_tokens(page).replace(label, "X").replace(f"{label[:4]} {label[4:]}", "X") for page in pages
        ]
        for page in pages:
            assert not any(word in page for word in ("ตู้นิรภัย", "9-9", "กองยุทธศาสตร์"))
    assert told[code] == told[nobody]
    assert stranger.get("/seen/00000000").status_code == 404
    waiting = officer.get("/sightings").text
    assert waiting.count("โถงชั้น 1") == 1
    assert "ตู้นิรภัย" in waiting


def test_a_sighting_of_a_thing_that_is_out_is_refused_in_words(officer: FlaskClient, app: Flask, code: str) -> None:
    keeper = _other(app, "keeper")
    assert fill(keeper, f"/seen/{code}", fields={"place": "โรงรถ"}).status_code == 303
    with app.app_context(), transaction():
        thing = register.by_number(console(), "1-1")
        assets.set_state(console(), thing, status=AssetStatus.ON_LOAN, condition=None, now=NOW)
    refused = fill(officer, "/sightings", action="/sightings/1/confirm")
    assert refused.status_code == 422
    assert "จึงย้ายยังไม่ได้" in refused.text
    with app.app_context():
        assert custody.sightings_to_decide(actor_named("officer")) == 1
