"""The scan page: one page for every visitor, one main act in every state, in one small answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from assetloan.assets import codes
from assetloan.assets.models import Asset, ScanLog
from assetloan.assets.rules import AssetStatus
from assetloan.core import ids
from assetloan.core.db import db, transaction
from assetloan.identity.rules import console
from assetloan.lending import service
from assetloan.lending.models import Loan
from assetloan.lending.rules import ReturnCondition
from tests.conftest import NOW
from tests.lending.scene import Scene, actor_named_now, main_of, post, primaries, scene, tokens

__all__ = ["scene"]

Counting = Callable[[], AbstractContextManager[list[str]]]
MOST_BYTES = 14 * 1024


def wrong_check(code: str) -> str:
    """The code with its last character changed: its check fails."""
    return code[:-1] + next(ch for ch in ids.CODE_ALPHABET if ch != code[-1])


def put_status(scene: Scene, number: str, status: AssetStatus) -> None:
    """A status that belongs to work of its own (repair, disposal): written past the register's service."""
    with scene.app.app_context(), transaction():
        db.session.execute(sa.update(Asset).where(Asset.asset_no == number).values(status=status))


def normal(answer: TestResponse, code: str) -> str:
    """The page without its nonce, tokens and the code itself."""
    text = re.sub(r'nonce="[^"]*"', "nonce", answer.text).replace("/Q/", "/q/")
    for spelling in {code, quote(code), quote(quote(code)), quote(code, safe=""), quote(quote(code, safe=""), safe="")}:
        text = text.replace(spelling, "CODE")
    return text


# --- visitors --------------------------------------------------------------------------------------------------------


@pytest.mark.case("D15")
def test_D15_U04_a_visitor_gets_the_same_page_for_every_text(scene: Scene) -> None:
    client, free = scene.client(), scene.code(scene.numbers[0])
    put_status(scene, scene.numbers[1], AssetStatus.DISPOSED)
    blank = _blank(scene)
    texts = [
        free,
        wrong_check(free),
        scene.code(scene.numbers[1]),
        scene.code(scene.foreign[0]),
        blank,
        "00000000",
        "6730-003-0001",
        "สวัสดี",
        "a/b//c",
        "%00",
        "x" * 300,
    ]
    first = client.get(f"/q/{quote(texts[0])}")
    assert first.status_code == 200
    for text in texts:
        for path in ("/q/", "/Q/"):
            answer = client.get(path + quote(text))
            assert answer.status_code == 200, text
            assert normal(answer, text) == normal(first, texts[0]), text
            ours = {name: value for name, value in answer.headers if name not in ("Content-Length",)}
            ours["Content-Security-Policy"] = re.sub(r"'nonce-[^']*'", "", ours["Content-Security-Policy"])
            assert "Set-Cookie" not in ours
    assert "เครื่องฉายภาพ" not in first.text
    assert "กองยุทธศาสตร์" not in main_of(first)
    assert primaries(first) == ["เข้าสู่ระบบเพื่อดูรายการนี้"]


@pytest.mark.case("D15")
def test_D15_nothing_is_looked_up_for_a_visitor(scene: Scene, count_queries: Counting) -> None:
    code = scene.code(scene.numbers[0])
    with count_queries() as seen:
        scene.client().get(f"/q/{code}")
    assert not [statement for statement in seen if "code" in statement.lower() and " code " in statement.lower()]


def test_sign_in_comes_back_to_the_same_code(scene: Scene) -> None:
    code = scene.code(scene.numbers[0])
    page = scene.client().get(f"/q/{code}").text
    assert f"/sign-in?next=/q/{code}" in page.replace("%2F", "/")


def test_LINE_offers_the_way_out_and_never_redirects(scene: Scene) -> None:
    code = scene.code(scene.numbers[0])
    for client in (scene.client(), scene.client("staff")):
        line = client.get(f"/q/{code}", headers={"User-Agent": "Mozilla/5.0 Safari Line/13.1"})
        assert line.status_code == 200
        assert "openExternalBrowser=1" in line.text
        assert "openExternalBrowser" not in client.get(f"/q/{code}").text


# --- states ----------------------------------------------------------------------------------------------------------


def _free(scene: Scene) -> None: ...


def _mine(scene: Scene) -> None:
    scene.out(scene.numbers[0])


def _mine_late(scene: Scene) -> None:
    scene.out(scene.numbers[0])
    scene.later(days=5)


def _mine_declared(scene: Scene) -> None:
    scene.declare(scene.out(scene.numbers[0]))


def _mine_waiting(scene: Scene) -> None:
    scene.ask(scene.numbers[0])


def _mine_approved(scene: Scene) -> None:
    scene.approve(scene.ask(scene.numbers[0]))


def _lent(scene: Scene) -> None:
    scene.out(scene.numbers[0], who="guest")


def _lent_late(scene: Scene) -> None:
    scene.out(scene.numbers[0], who="guest")
    scene.later(days=5)


def _reserved(scene: Scene) -> None:
    scene.ask(scene.numbers[0], who="guest")


def _approved(scene: Scene) -> None:
    scene.approve(scene.ask(scene.numbers[0], who="guest"))


def _pending(scene: Scene) -> None:
    scene.receive(scene.out(scene.numbers[0], who="guest"), scene.numbers[0], ReturnCondition.DAMAGED, "ฝาแตก")


def _lost(scene: Scene) -> None:
    scene.receive(scene.out(scene.numbers[0], who="guest"), scene.numbers[0], ReturnCondition.LOST, "หายที่งาน")


def _declared(scene: Scene) -> None:
    scene.declare(scene.out(scene.numbers[0], who="guest"), who="guest", where="โต๊ะพัสดุ")


def _repair(scene: Scene) -> None:
    put_status(scene, scene.numbers[0], AssetStatus.REPAIR)


def _disposed(scene: Scene) -> None:
    put_status(scene, scene.numbers[0], AssetStatus.DISPOSED)


STATES = [
    ("staff", _free, "ว่าง ยืมได้", "ส่งคำขอยืม"),
    ("staff", _mine, "คุณยืมอยู่ ถึงพฤหัสบดี 26 พฤศจิกายน 2569", "แจ้งคืน"),
    ("staff", _mine_late, "คุณยืมอยู่ เกินกำหนด 2 วัน", "แจ้งคืน"),
    ("staff", _mine_declared, "คุณแจ้งคืนแล้ว", "ดูใบยืม"),
    ("staff", _mine_waiting, "รออนุมัติ", "ดูใบยืม"),
    ("staff", _mine_approved, "อนุมัติแล้ว รอรับของ", "ดูใบยืม"),
    ("staff", _lent, "มีผู้ยืมอยู่ ถึงพฤหัสบดี 26 พฤศจิกายน 2569", "จองคิวถัดไป"),
    ("staff", _lent_late, "มีผู้ยืมอยู่ เกินกำหนด 2 วัน", "ดูชิ้นอื่นที่ว่าง"),
    ("staff", _reserved, "จองไว้แล้ว", "จองคิวถัดไป"),
    ("staff", _pending, "เพิ่งรับคืน รออนุมัติการคืน", "ดูชิ้นอื่นที่ว่าง"),
    ("staff", _lost, "แจ้งหายไว้ (ขอบคุณที่พบ)", "แจ้งพบของ"),
    ("staff", _repair, "อยู่ระหว่างซ่อม", "ดูชิ้นอื่นที่ว่าง"),
    ("staff", _disposed, "จำหน่ายแล้ว", "แจ้งพบของ"),
    ("head", _reserved, "มีคำขอยืมรอคุณพิจารณา", "พิจารณาคำขอ"),
    ("officer", _approved, "อนุมัติแล้ว รอส่งมอบ", "ยืนยันส่งมอบ"),
    ("officer", _lent, "มีผู้ยืมอยู่", "ยืนยันรับคืน"),
    ("officer", _declared, "ผู้ยืมแจ้งคืนแล้ว รอตรวจสภาพรับคืน", "ยืนยันรับคืน"),
    ("secretariat", _pending, "รับคืนแล้ว รออนุมัติการคืน", "พิจารณาการคืน"),
    ("auditor", _free, "ว่าง ยืมได้", "ดูชิ้นอื่นที่ว่าง"),
]


@pytest.mark.parametrize(("who", "arrange", "words", "act"), STATES)
def test_U03_every_state_says_what_it_is_and_has_one_main_act(
    scene: Scene, count_queries: Counting, who: str, arrange: Callable[[Scene], None], words: str, act: str
) -> None:
    arrange(scene)
    client, code = scene.client(who), scene.code(scene.numbers[0])
    with count_queries() as seen:
        answer = client.get(f"/q/{code}")
    page = main_of(answer)
    assert answer.status_code == 200
    assert words in page
    assert primaries(answer) == [act]
    assert len(re.findall(r"<h1", answer.text)) == 1
    assert "/handbook" in page
    assert len(answer.data) <= MOST_BYTES
    assert '<link rel="stylesheet"' not in answer.text
    assert len(seen) <= 6, seen


@pytest.mark.parametrize(("key", "words"), [("car", "ยานพาหนะใช้ใบขออนุญาตใช้รถ"), ("closed", "ไม่ได้เปิดให้ยืม")])
def test_U03_what_is_never_lent_says_why(scene: Scene, key: str, words: str) -> None:
    answer = scene.client("officer").get(f"/q/{scene.code(scene.special[key])}")
    assert words in main_of(answer)
    assert primaries(answer) == ["ดูชิ้นอื่นที่ว่าง"]


@pytest.mark.parametrize("who", ["staff", "guest"])
def test_what_is_out_of_reach_is_as_good_as_unknown(scene: Scene, who: str) -> None:
    closed = scene.client(who).get(f"/q/{scene.code(scene.special['closed'])}")
    assert "ไม่รู้จักรหัสนี้" in closed.text
    assert "ตู้เหล็ก" not in closed.text


def test_a_stranger_reads_until_when_but_not_who(scene: Scene) -> None:
    scene.out(scene.numbers[0])
    code = scene.code(scene.numbers[0])
    assert "นายstaff ใจดี" not in scene.client("guest").get(f"/q/{code}").text
    assert "นายstaff ใจดี" in scene.client("head").get(f"/q/{code}").text


def test_the_borrow_form_stays_in_its_limits_with_long_words(scene: Scene, count_queries: Counting) -> None:
    for number, letter in zip(scene.numbers[1:4], "กขค", strict=True):
        scene.ask(number, purpose=letter * 200)
    client, code = scene.client("staff"), scene.code(scene.numbers[0])
    client.get(f"/q/{code}")
    with count_queries() as seen:
        answer = client.get(f"/q/{code}")
    assert len(answer.data) <= MOST_BYTES
    assert len([statement for statement in seen if statement.startswith("SELECT")]) <= 3, seen
    assert len(seen) <= 4, seen  # with the row of the scan log


# --- codes and typed texts -------------------------------------------------------------------------------------------


def _blank(scene: Scene) -> str:
    with scene.app.app_context():
        from assetloan.identity.queries import unit_by_code
        from tests.lending.scene import OWNER, TODAY

        with transaction():
            return codes.create_blank_codes(console(), unit_by_code(OWNER, TODAY).id, 1, now=NOW)[0]


def test_a_mistyped_code_is_told_before_any_lookup(scene: Scene) -> None:
    wrong = wrong_check(scene.code(scene.numbers[0]))
    answer = scene.client("staff").get(f"/q/{wrong}")
    assert answer.status_code == 200
    assert "รหัสนี้พิมพ์ผิด" in answer.text
    assert f'value="{wrong}"' in answer.text
    assert primaries(answer) == ["เปิดรายการ"]


@pytest.mark.case("D17")
def test_D17_a_number_on_old_paper_is_a_search_within_reach(scene: Scene) -> None:
    client, code = scene.client("staff"), scene.code(scene.numbers[2])
    answer = client.get("/q", query_string={"code": "๖๗๓๐-๐๐๓-๐๐๐๓"})
    assert (answer.status_code, answer.location) == (303, f"/q/{code}")
    many = client.get("/q", query_string={"code": "เครื่องฉาย"})
    assert "พบ 8 รายการ" in many.text
    closed = client.get("/q", query_string={"code": scene.special["closed"]})
    assert closed.status_code == 200
    assert "ตู้เหล็ก" not in closed.text
    assert scene.client("officer").get("/q", query_string={"code": scene.special["closed"]}).status_code == 303


@pytest.mark.parametrize(
    "spelling",
    [
        str.lower,
        lambda code: f"{code[:4]}-{code[4:]}",
        lambda code: f" {code} ",
        lambda code: f"HTTPS://ASSET.EXAMPLE/Q/{code}",
    ],
)
def test_the_box_takes_every_spelling_of_a_code(scene: Scene, spelling: Callable[[str], str]) -> None:
    code = scene.code(scene.numbers[0])
    answer = scene.client("staff").get("/q", query_string={"code": spelling(code)})
    assert (answer.status_code, answer.location) == (303, f"/q/{code}")


def test_a_blank_label_is_linked_by_the_officer_only(scene: Scene) -> None:
    blank = _blank(scene)
    assert "ไม่รู้จักรหัสนี้" in scene.client("staff").get(f"/q/{blank}").text
    client = scene.client("officer")
    page = client.get(f"/q/{blank}")
    assert primaries(page) == ["ผูกกับทรัพย์สิน"]
    assert post(client, f"/q/{blank}", f"/q/{blank}/link", asset="ไม่มี").status_code == 422
    done = post(client, f"/q/{blank}", f"/q/{blank}/link", asset=scene.numbers[3])
    assert done.status_code == 303
    assert scene.numbers[3] in client.get(f"/q/{blank}").text


def test_a_revoked_label_leads_to_the_present_one(scene: Scene) -> None:
    code = scene.code(scene.numbers[0])
    with scene.app.app_context():
        with transaction():
            new = codes.add_code(console(), scene.numbers[0], now=NOW)
        with transaction():
            codes.revoke_code(console(), scene.numbers[0], code, reason="ป้ายหลุด", now=NOW)
    answer = scene.client("staff").get(f"/q/{code}")
    assert "ป้ายนี้ยกเลิกแล้ว" in answer.text
    assert f"/q/{new}" in answer.text
    assert primaries(answer) == ["เปิดรายการของชิ้นนี้"]


@pytest.mark.case("D16")
def test_D16_guessing_is_slowed(scene: Scene) -> None:
    from random import Random

    rng, client = Random(7), scene.client("staff")
    answers = [client.get(f"/q/{ids.new_code(rng)}").status_code for _number in range(32)]
    assert answers == [200] * 30 + [429] * 2
    assert client.get(f"/q/{scene.code(scene.numbers[0])}").status_code == 200


def test_only_scans_of_signed_in_people_are_logged(scene: Scene) -> None:
    code = scene.code(scene.numbers[0])
    scene.client().get(f"/q/{code}")
    scene.client("staff").get(f"/q/{code}")
    with scene.app.app_context():
        rows = db.session.scalars(sa.select(ScanLog)).all()
        assert [row.code for row in rows] == [code]


# --- borrowing -------------------------------------------------------------------------------------------------------


def borrow(client: FlaskClient, code: str, **more: Any) -> TestResponse:
    given = {"place": "inside", "purpose_text": "ประชุม", "due": "2026-11-26"} | more
    return post(client, f"/q/{code}", f"/q/{code}/borrow", **given)


def test_scan_to_request_sent_with_nothing_typed(scene: Scene) -> None:
    scene.ask(scene.numbers[1], purpose="ประชุมประจำเดือน")
    client, code = scene.client("staff"), scene.code(scene.numbers[0])
    page = client.get(f"/q/{code}").text
    mark = re.search(r'name="purpose" value="([^"]+)">\s*<span>ประชุมประจำเดือน', page)
    assert mark is not None
    assert re.search(r'name="due" value="2026-11-26" checked', page)
    assert not re.search(r'name="place" value="\w+" checked', page)
    sent = borrow(client, code, purpose=mark[1], purpose_text="")
    assert sent.status_code == 303
    receipt = client.get(sent.location)
    assert "ส่งคำขอแล้ว" in receipt.text
    assert "หัวหน้ากองยุทธศาสตร์และแผนงาน" in receipt.text
    assert client.get(sent.location).status_code == 200
    with scene.app.app_context():
        assert db.session.scalars(sa.select(Loan.purpose).order_by(Loan.id.desc())).first() == "ประชุมประจำเดือน"


@pytest.mark.case("A13")
def test_A13_a_double_click_makes_one_loan(scene: Scene) -> None:
    client, code = scene.client("staff"), scene.code(scene.numbers[0])
    data = tokens(client.get(f"/q/{code}").text) | {"place": "inside", "purpose_text": "ประชุม", "due": "2026-11-26"}
    first, second = (client.post(f"/q/{code}/borrow", data=data) for _time in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    with scene.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Loan)) == 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"place": ""}, "กรุณาเลือกสถานที่ใช้"),
        ({"purpose_text": "  "}, "กรุณาระบุเหตุผลที่ยืม"),
        ({"place": "agency"}, "กรุณาระบุชื่อหน่วยงาน"),
        ({"due": ""}, "กรุณาเลือกวันที่จะคืน"),
        ({"due": "own", "due_on-day": "31", "due_on-month": "2", "due_on-year": "2570"}, "ไม่มีวันที่นี้ในปฏิทิน"),
        ({"due": "own", "due_on-day": "1", "due_on-month": "มค", "due_on-year": "2570"}, "ยืมได้ไม่เกิน 15 วัน"),
        ({"due": "own", "due_on-day": "1", "due_on-month": "11", "due_on-year": "2569"}, "วันส่งคืนต้องไม่ก่อนวันเริ่มยืม"),
        ({"purpose_text": "ก" * 201}, "ยาวเกินไป"),
    ],
)
def test_U35_errors_keep_what_was_typed(scene: Scene, more: dict[str, str], sentence: str) -> None:
    client, code = scene.client("staff"), scene.code(scene.numbers[0])
    answer = borrow(client, code, **({"purpose_text": "จัดนิทรรศการ"} | more))
    assert answer.status_code == 422
    assert "<title>ข้อผิดพลาด:" in answer.text
    assert answer.text.count(sentence) == 2  # in the summary and beside the field
    for name, value in ({"purpose_text": "จัดนิทรรศการ"} | more).items():
        if value.strip() and name not in ("place", "due"):
            assert f'value="{value}"' in answer.text, name
    linked = re.search(r'<li><a href="#([^"]+)">', answer.text)
    assert linked is not None
    assert f'id="{linked[1]}"' in answer.text


@pytest.mark.case("U05")
def test_U05_taken_meanwhile_tells_until_when_and_what_else_is_free(scene: Scene) -> None:
    client, code = scene.client("guest"), scene.code(scene.numbers[0])
    data = tokens(client.get(f"/q/{code}").text) | {"place": "inside", "purpose_text": "ประชุม", "due": "2026-11-26"}
    scene.ask(scene.numbers[0])
    answer = client.post(f"/q/{code}/borrow", data=data)
    page = main_of(answer)
    assert answer.status_code == 422
    assert "26 พ.ย. 2569" in page
    assert "จองไว้แล้ว ถึงพฤหัสบดี 26 พฤศจิกายน 2569" in page
    assert "ชิ้นอื่นที่เหมือนกันและว่าง" in page
    assert len(re.findall(r"6730-003-000\d</a>", page)) == 5
    assert "นายstaff" not in page
    assert primaries(answer) == ["จองคิวถัดไป"]


def test_a_place_in_the_queue_begins_when_the_thing_is_back(scene: Scene) -> None:
    scene.out(scene.numbers[0])
    client, code = scene.client("guest"), scene.code(scene.numbers[0])
    page = client.get(f"/q/{code}?later=1")
    assert primaries(page) == ["ส่งคำขอจอง"]
    assert re.search(r'name="starts_on-day" value="27"', page.text)
    dates = {
        "starts_on-day": "27",
        "starts_on-month": "11",
        "starts_on-year": "2569",
        "due_on-day": "30",
        "due_on-month": "พฤศจิกายน",
        "due_on-year": "2569",
    }
    data = tokens(page.text) | {"place": "inside", "purpose_text": "อบรม", "later": "1"} | dates
    sent = client.post(f"/q/{code}/borrow", data=data)
    assert sent.status_code == 303, main_of(sent)
    bad = client.post(f"/q/{code}/borrow", data=tokens(page.text) | data | {"key": "other", "starts_on-day": "25"})
    assert bad.status_code == 422
    assert 'value="25"' in bad.text


def test_a_standing_order_is_told_and_approves_at_once(scene: Scene) -> None:
    from tests.lending.scene import OWNER, TODAY

    with scene.app.app_context(), transaction():
        data = service.StandingData(OWNER, "กยผ 7/2569", 5, TODAY, TODAY + timedelta(days=30))
        service.create_standing_approval(actor_named_now("head"), data, now=NOW)
    client, code = scene.client("staff"), scene.code(scene.numbers[0])
    assert "อนุมัติทันทีตามคำสั่งที่ กยผ 7/2569" in client.get(f"/q/{code}").text
    receipt = client.get(borrow(client, code).location)
    assert "อนุมัติแล้ว ไปรับของได้" in receipt.text


def test_who_is_late_is_told_and_may_ask_all_the_same(scene: Scene) -> None:
    scene.out(scene.numbers[1])
    scene.later(days=5)
    client, code = scene.client("staff"), scene.code(scene.numbers[0])
    page = client.get(f"/q/{code}")
    assert "คุณมีของเกินกำหนด 1 ชิ้น" in main_of(page)
    assert primaries(page) == ["ส่งคำขอยืม"]


def test_an_expired_form_says_so_and_nothing_is_saved(scene: Scene) -> None:
    client, code = scene.client("staff"), scene.code(scene.numbers[0])
    answer = client.post(f"/q/{code}/borrow", data={"csrf_token": "old", "key": "k", "place": "inside"})
    assert answer.status_code == 400
    assert "แบบฟอร์มนี้หมดอายุ" in answer.text
    with scene.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Loan)) == 0


def test_who_writes_nothing_cannot_borrow(scene: Scene) -> None:
    client, code = scene.client("auditor"), scene.code(scene.numbers[0])
    assert "<form" not in main_of(client.get(f"/q/{code}"))
    token = tokens(scene.client("staff").get(f"/q/{code}").text)
    assert client.post(f"/q/{code}/borrow", data=token).status_code in (400, 403)


def test_a_found_thing_is_reported(scene: Scene) -> None:
    _lost(scene)
    client, code = scene.client("staff"), scene.code(scene.numbers[0])
    empty = post(client, f"/q/{code}", f"/q/{code}/found", where="")
    assert empty.status_code == 422
    assert "กรุณาบอกที่พบของ" in empty.text
    done = post(client, f"/q/{code}", f"/q/{code}/found", where="ห้องประชุม 2")
    assert done.status_code == 303
    assert "ขอบคุณ" in client.get(done.location).text
