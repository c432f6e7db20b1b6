"""The pages of more time and another borrower: two taps to ask, one inbox to decide, the receiver's word."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from assetloan.core import settings
from assetloan.core.db import transaction
from tests.browsing import fill, send, the_form
from tests.lending.scene import TODAY, Scene, main_of, primaries, scene, words_of

__all__ = ["scene"]
LATER = {"due": "2026-11-29", "preset": "unfinished"}


def post(client: FlaskClient, page: str, action: str = "", **fields: str) -> TestResponse:
    """Open a page and send its form as a browser does, with some fields changed."""
    return fill(client, page, action=action, fields=fields)


def post_next(client: FlaskClient, page: TestResponse, action: str, **fields: str) -> TestResponse:
    """Send the form of a page that was the answer to another."""
    return send(client, the_form(page.text, action), action, dict(fields))


def extended(scene: Scene, *, who: str = "staff", **fields: str) -> str:
    """A loan that is out, with more time asked for; the address of the change."""
    loan = scene.out(who=who)
    answer = post(scene.client(who), f"/loans/{loan}/extend", line="1", **(LATER | fields))
    assert answer.status_code == 303, words_of(answer)
    return str(answer.headers["Location"])


def passed_on(scene: Scene, *, to: str = "guest") -> str:
    loan = scene.out()
    page = f"/loans/{loan}/transfer?q={to}"
    answer = post(scene.client("staff"), page, action="/transfer", to=to, reason="รับงานต่อ", line="1")
    assert answer.status_code == 303, words_of(answer)
    return str(answer.headers["Location"])


def test_my_list_leads_to_a_form_that_is_filled_in_already(scene: Scene) -> None:
    loan = scene.out()
    mine = unquote(main_of(scene.client("staff").get("/loans")))
    assert f'href="/loans/{loan}/extend?line=1"' in mine
    page = scene.client("staff").get(f"/loans/{loan}/extend?line=1")
    main = main_of(page)
    assert "กำหนดคืนตอนนี้ พฤหัสบดี 26 พฤศจิกายน 2569" in words_of(page)
    assert re.findall(r'value="([^"]+)" checked', main) == ["2026-11-29", "unfinished"]
    assert "หัวหน้ากองยุทธศาสตร์และแผนงาน (นายhead ใจดี)" in words_of(page)
    assert len(primaries(page)) == 1
    sent = post(scene.client("staff"), f"/loans/{loan}/extend?line=1", action="/extend")  # as it stands
    assert sent.status_code == 303
    told = words_of(scene.client("staff").get(sent.headers["Location"]))
    assert "ส่งคำขอยืมต่อแล้ว รออนุมัติ" in told
    assert "อาทิตย์ 29 พฤศจิกายน 2569" in told
    mine = words_of(scene.client("staff").get("/loans"))
    assert "ยืมต่อ: รออนุมัติ" in mine
    assert "ขอยืมต่อ" not in mine.replace("ยืมต่อ: รออนุมัติ", "")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"due": "own"}, "กรุณาเลือกวันที่จะคืน"),
        ({"due": "own", "due_on-day": "40", "due_on-month": "11", "due_on-year": "2569"}, "ไม่มีวันที่นี้ในปฏิทิน"),
        ({"due": "own", "due_on-day": "26", "due_on-month": "11", "due_on-year": "2569"}, "เลือกวันคืนหลัง 26 พ.ย. 2569"),
        ({"due": "own", "due_on-day": "9", "due_on-month": "12", "due_on-year": "2569"}, "ไม่เกิน 8 ธ.ค. 2569"),
        ({"due": "nonsense"}, "กรุณาเลือกวันที่จะคืน"),
        ({"preset": "other"}, "กรุณาระบุเหตุผล"),
        ({"preset": "other", "words": "ก" * 201}, "ยาวเกินไป"),
    ],
)
def test_a_fault_stands_beside_its_field(scene: Scene, fields: dict[str, str], sentence: str) -> None:
    loan = scene.out()
    page = post(scene.client("staff"), f"/loans/{loan}/extend?line=1", action="/extend", **(LATER | fields))
    assert page.status_code == 422
    assert sentence in words_of(page)
    assert "ข้อผิดพลาด:" in page.text


def test_a_day_and_a_reason_of_ones_own(scene: Scene) -> None:
    own = {"due": "own", "due_on-day": "๑", "due_on-month": "ธันวาคม", "due_on-year": "2569"}
    address = extended(scene, preset="other", words="การอบรมเลื่อน", **own)
    told = words_of(scene.client("head").get(address))
    assert "อังคาร 1 ธันวาคม 2569" in told
    assert "การอบรมเลื่อน" in told


def test_when_no_more_time_is_to_be_had_the_page_says_why(scene: Scene) -> None:
    loan = scene.out()
    scene.approve(scene.ask(who="guest", starts_on=TODAY.replace(day=27), days=6))
    page = scene.client("staff").get(f"/loans/{loan}/extend")
    assert "มีผู้จองต่อตั้งแต่ ศุกร์ 27 พฤศจิกายน 2569 จึงยืมต่อไม่ได้" in words_of(page)
    assert "ส่งคำขอยืมต่อ" not in words_of(page)
    scene.later(days=4)
    page = scene.client("staff").get(f"/loans/{loan}/extend")
    assert "ครบกำหนดคืนไปเมื่อ 26 พ.ย. 2569 แล้ว" in words_of(page)


def test_one_is_told_who_waits_before_asking_and_who_decides_sees_it(scene: Scene) -> None:
    loan = scene.out()
    scene.ask(who="guest", starts_on=TODAY.replace(day=28), days=6)
    page = scene.client("staff").get(f"/loans/{loan}/extend")
    assert "มีคำขอจองต่อตั้งแต่ เสาร์ 28 พฤศจิกายน 2569" in words_of(page)
    assert "นายguest" not in words_of(page)  # not who
    address = post(scene.client("staff"), f"/loans/{loan}/extend", line="1", **LATER).headers["Location"]
    told = words_of(scene.client("head").get(address))
    assert "มีคำขอจองต่อตั้งแต่ 28 พ.ย. 2569 รออนุมัติอยู่" in told
    refused = post(scene.client("head"), address, action="/approve")
    assert refused.status_code == 422
    assert "มีผู้จองต่อตั้งแต่ 28 พ.ย. 2569" in words_of(refused)


def test_one_inbox_for_all_kinds(scene: Scene) -> None:
    asked = scene.ask(scene.numbers[2])
    longer = extended(scene)
    second = scene.out(scene.numbers[1])
    page = f"/loans/{second}/transfer?q=guest"
    post(scene.client("staff"), page, action="/transfer", to="guest", reason="รับงานต่อ", line="1")
    inbox = scene.client("head").get("/approvals?select=clean")
    told = words_of(inbox)
    assert "(3)" in inbox.text.split("</title>")[0]
    for words in ("มี 3 คำขอรอคุณพิจารณา", "ยืมต่อ", "โอนผู้ยืม", "ผู้รับโอนยังไม่ยืนยัน", "ขอคืนวันอาทิตย์ 29 พฤศจิกายน 2569"):
        assert words in told, words
    check = post(scene.client("head"), "/approvals?select=clean", action="/approvals/check")
    assert check.status_code == 200
    assert words_of(check).count("นายstaff ใจดี") == 3
    done = post_next(scene.client("head"), check, "/approvals/approve")
    assert done.status_code == 303
    receipt = words_of(scene.client("head").get(done.headers["Location"]))
    assert "ตัดสินแล้ว 3 คำขอ" in receipt
    assert "ยืมต่อ: อนุมัติแล้ว โดย นายhead ใจดี" in receipt
    assert scene.states(asked) == ["approved"]
    assert "อนุมัติแล้ว" in words_of(scene.client("staff").get(longer))
    assert scene.states(second) == ["handed_over"]  # the receiver has not answered


def test_a_row_that_needs_a_look_is_not_ticked(scene: Scene) -> None:
    loan = scene.out()
    scene.ask(who="guest", starts_on=TODAY.replace(day=28), days=6)
    post(scene.client("staff"), f"/loans/{loan}/extend", line="1", **LATER)
    main = main_of(scene.client("head").get("/approvals?select=clean"))
    assert 'name="change"' not in main
    assert "มีคำขอจองต่อตั้งแต่ 28 พ.ย. 2569" in main


def test_a_refusal_is_read_before_it_is_sent(scene: Scene) -> None:
    address = extended(scene)
    check = post(scene.client("head"), f"{address}/reject", preset="needed", words="ใช้วันจันทร์")
    assert "ต้องใช้งานในหน่วยงาน – ใช้วันจันทร์" in words_of(check)
    sent = post_next(scene.client("head"), check, "/reject", step="send")
    assert sent.status_code == 303
    told = words_of(scene.client("staff").get(address))
    assert "เหตุผล: ต้องใช้งานในหน่วยงาน – ใช้วันจันทร์" in told
    home = words_of(scene.client("staff").get("/"))
    assert "คำขอยืมต่อไม่ได้รับอนุมัติ กรุณาคืนตามกำหนดเดิม" in home


def test_the_borrower_takes_it_back(scene: Scene) -> None:
    address = extended(scene)
    done = post(scene.client("staff"), address, action="/cancel")
    assert done.status_code == 303
    assert "ผู้ยืมถอนคำขอ" in words_of(scene.client("head").get(address))


def test_a_transfer_from_the_name_to_the_new_loan(scene: Scene) -> None:
    loan = scene.out()
    found = scene.client("staff").get(f"/loans/{loan}/transfer?q=%E0%B8%99%E0%B8%B2%E0%B8%A2guest")
    assert "นายguest ใจดี – กองคุ้มครอง" in words_of(found)
    assert "ไม่พบบุคลากรชื่อ" in words_of(scene.client("staff").get(f"/loans/{loan}/transfer?q=ไม่มีใคร"))
    address = passed_on_of(scene, loan)
    home = words_of(scene.client("guest").get("/"))
    assert "ของที่มีผู้โอนให้ รอคุณยืนยัน" in home
    mine = words_of(scene.client("guest").get("/loans"))
    assert "รอคุณยืนยันรับโอน" in mine
    assert "จาก นายstaff ใจดี ต้องคืนภายใน 26 พ.ย. 2569" in mine
    page = scene.client("guest").get(address)
    assert len(primaries(page)) == 1
    assert post(scene.client("guest"), address, action="/accept").status_code == 303
    assert "ผู้รับโอนยืนยันแล้ว รออนุมัติ" in words_of(scene.client("guest").get(address))
    assert post(scene.client("head"), address, action="/approve").status_code == 303
    assert scene.states(loan) == ["received"]
    mine = words_of(scene.client("guest").get("/loans"))
    assert "กำลังยืม 1 ชิ้น" in mine
    told = words_of(scene.client("staff").get(f"/loans/{loan}"))
    assert "โอนให้ นายguest ใจดี" in told
    assert "ใบยืมใหม่ กยผ-2570-00002" in told


def passed_on_of(scene: Scene, loan: str) -> str:
    page = f"/loans/{loan}/transfer?q=guest"
    answer = post(scene.client("staff"), page, action="/transfer", to="guest", reason="รับงานต่อ", line="1")
    return str(answer.headers["Location"])


def test_the_receiver_declines_and_the_borrower_reads_why(scene: Scene) -> None:
    address = passed_on(scene)
    done = post(scene.client("guest"), f"{address}/decline", reason="ไม่ได้รับของ")
    assert done.status_code == 303
    told = words_of(scene.client("staff").get(address))
    assert "ผู้รับโอนไม่รับ" in told
    assert "ไม่ได้รับของ" in told


def test_a_notice_leads_to_what_waits(scene: Scene) -> None:
    address = extended(scene)
    loan = "กยผ-2570-00001"
    assert f"/loans/{loan}/change" in unquote(scene.client("head").get("/").text)
    assert scene.client("head").get(f"/loans/{loan}/change").headers["Location"] == address
    plain = scene.out(scene.numbers[3])
    assert scene.client("staff").get(f"/loans/{plain}/change").headers["Location"] == quote(f"/loans/{plain}")


@pytest.mark.case("D4")
@pytest.mark.parametrize("who", ["stranger", "guest"])
def test_a_change_of_another_unit_is_not_there(scene: Scene, who: str) -> None:
    address = extended(scene)
    for page in (address, f"{address}/reject", "/loans/กยผ-2570-00001/extend", "/loans/กยผ-2570-00001/transfer"):
        assert scene.client(who).get(page).status_code in (403, 404), page
    assert scene.client(who).get(address).status_code == 404


@pytest.mark.parametrize("who", ["officer", "secretariat", "auditor"])
def test_who_only_reads_has_no_act(scene: Scene, who: str) -> None:
    main = main_of(scene.client(who).get(extended(scene)))
    assert "<form" not in main


def test_late_asking_is_flagged_when_the_agency_allows_it(scene: Scene) -> None:
    with scene.app.app_context(), transaction():
        settings.put("extension_before_due", False, TODAY)
    loan = scene.out()
    scene.later(days=5)
    mine = unquote(main_of(scene.client("staff").get("/loans")))
    assert f'href="/loans/{loan}/extend?line=1"' in mine
    address = post(scene.client("staff"), f"/loans/{loan}/extend", action="/extend").headers["Location"]
    told = words_of(scene.client("head").get(address))
    assert "ขอหลังครบกำหนด" in told


def test_people_of_ones_own_unit_are_offered_first(scene: Scene) -> None:
    loan = scene.out()
    page = words_of(scene.client("staff").get(f"/loans/{loan}/transfer?q=ใจดี"))
    assert page.index("นายsecond ใจดี") < page.index("นายguest ใจดี")
    assert "นายstaff ใจดี –" not in page


def test_the_desk_swaps_an_approved_piece(scene: Scene) -> None:
    loan = scene.approve(scene.ask(scene.numbers[0], scene.numbers[1]))
    officer = scene.client("officer")
    page = officer.get(f"/desk/hand-over/{loan}")
    assert words_of(page).count("ชิ้นนี้ไม่พร้อม ใช้ชิ้นอื่นแทน") == 2
    wrong = officer.get(f"/desk/hand-over/{loan}?code={scene.code(scene.numbers[4])}")
    link = re.search(r'href="([^"]+/swap[^"]+)"[^>]*>ใช้ชิ้นที่สแกนแทน', main_of(wrong))
    assert link is not None
    shown = officer.get(link[1])
    assert f'value="{scene.numbers[4]}" checked' in main_of(shown)
    refused = post(officer, link[1], action="/swap")
    assert refused.status_code == 422
    assert "กรุณาเลือกเหตุผล" in words_of(refused)
    done = post(officer, link[1], action="/swap", preset="broken")
    assert done.status_code == 303
    assert scene.states(loan) == ["cancelled", "approved", "approved"]
    assert "เจ้าหน้าที่เปลี่ยนเป็นชิ้นอื่นที่เหมือนกันให้คุณ" in words_of(scene.client("staff").get("/"))


def test_nothing_equal_is_free(scene: Scene) -> None:
    loan = scene.approve(scene.ask(*scene.numbers))
    page = scene.client("officer").get(f"/desk/hand-over/{loan}/swap?line=1")
    assert "ไม่มีชิ้นอื่นที่เหมือนกันและว่างตลอดช่วงที่ยืม" in words_of(page)
    foreign = scene.ask(scene.foreign[0])
    assert scene.client("officer").get(f"/desk/hand-over/{foreign}/swap").status_code == 404


def test_what_was_asked_already_opens_its_page(scene: Scene) -> None:
    address = extended(scene)
    asked = scene.client("staff").get("/loans/กยผ-2570-00001/extend?line=1")
    assert (asked.status_code, asked.headers["Location"]) == (303, address)


def test_the_label_of_a_thing_one_has_leads_to_more_time(scene: Scene) -> None:
    loan = scene.out()
    page = unquote(main_of(scene.client("staff").get(f"/q/{scene.code(scene.numbers[0])}")))
    assert f"/loans/{loan}/extend?line=1" in page
    scene.later(days=4)
    page = unquote(main_of(scene.client("staff").get(f"/q/{scene.code(scene.numbers[0])}")))
    assert "/extend" not in page
