"""The borrower's pages: my things by urgency, one loan, its paper form, cancelling, declaring a return."""

from __future__ import annotations

import re

import pytest

from tests.documents.seeing import text_of
from tests.lending.scene import Scene, main_of, post, primaries, scene, words_of

__all__ = ["scene"]


def test_my_things_stand_by_urgency_with_one_act_each(scene: Scene) -> None:
    scene.out(scene.numbers[0], days=1)
    scene.out(scene.numbers[1], days=14)
    scene.ask(scene.numbers[2], days=14)
    scene.later(days=3)
    page = scene.client("staff").get("/loans")
    main = main_of(page)
    assert "<title>รายการของฉัน (เกินกำหนด 1)" in page.text
    assert main.index("เกินกำหนด 1 ชิ้น") < main.index("กำลังยืม 1 ชิ้น") < main.index("รออนุมัติหรือรอรับของ 1 ชิ้น")
    assert "เกินกำหนด 2 วัน" in main
    assert "ส่งคืนที่ กองยุทธศาสตร์และแผนงาน" in main
    assert main.count(">แจ้งคืน<") == 2
    assert "<table" not in main


def test_nothing_borrowed_says_how_to_begin(scene: Scene) -> None:
    main = main_of(scene.client("guest").get("/loans"))
    assert "ยังไม่มีรายการยืม สแกน QR บนทรัพย์สินเพื่อเริ่ม" in main
    assert 'name="code"' in main
    assert "/handbook" in main


def test_what_was_is_paged_below(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0])
    scene.receive(loan, scene.numbers[0])
    main = main_of(scene.client("staff").get("/loans"))
    assert "ที่ผ่านมา 1 ชิ้น" in main
    assert "รับคืนแล้ว รออนุมัติการคืน" in main
    assert scene.client("staff").get("/loans?page=9").status_code == 200
    assert scene.client("staff").get("/loans?page=x").status_code == 400


@pytest.mark.case("D4")
@pytest.mark.parametrize(
    "address",
    [
        "/loans/{}",
        "/loans/{}/receipt",
        "/loans/{}/cancel",
        "/loans/{}/declare",
        "/loans/{}/form.pdf",
        "/loans/{}/chase",
        "/approvals/{}",
        "/approvals/{}/reject",
        "/desk/hand-over/{}",
        "/desk/returns/{}",
    ],
)
def test_D4_a_foreign_loan_is_not_there(scene: Scene, address: str) -> None:
    loan = scene.ask(scene.numbers[0])
    assert scene.client("stranger").get(address.format(loan)).status_code == 404
    assert scene.client("stranger").get(address.format("กยผ-2570-99999")).status_code == 404


def test_one_loan_tells_its_steps_with_who_and_when(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0], scene.numbers[1])
    page = scene.client("staff").get(f"/loans/{loan}")
    main = main_of(page)
    assert "อยู่ระหว่างยืม" in main
    for who in ("นายstaff ใจดี", "นายhead ใจดี", "นายofficer ใจดี"):
        assert who in main
    assert "ยังไม่ถึงขั้นนี้" in main
    assert "ข้อ 208 (2)" in words_of(page)


@pytest.mark.parametrize(
    ("who", "words"),
    [("staff", ["ยกเลิกคำขอ"]), ("head", ["พิจารณาคำขอ"]), ("officer", []), ("secretariat", []), ("auditor", [])],
)
def test_no_button_for_what_one_may_not_do(scene: Scene, who: str, words: list[str]) -> None:
    loan = scene.ask(scene.numbers[0])
    main = main_of(scene.client(who).get(f"/loans/{loan}"))
    offered = [text for text in ("ยกเลิกคำขอ", "พิจารณาคำขอ", "ถอนการอนุมัติ", "แจ้งคืน") if f">{text}<" in main]
    assert offered == words


def test_acts_follow_the_state(scene: Scene) -> None:
    loan = scene.approve(scene.ask(scene.numbers[0]))
    assert primaries(scene.client("officer").get(f"/loans/{loan}")) == ["ส่งมอบ"]
    assert "ถอนการอนุมัติ" in main_of(scene.client("head").get(f"/loans/{loan}"))
    assert primaries(scene.client("staff").get(f"/loans/{loan}")) == []
    other = scene.out(scene.numbers[1])
    assert primaries(scene.client("officer").get(f"/loans/{other}")) == ["รับคืน"]
    assert primaries(scene.client("staff").get(f"/loans/{other}")) == ["แจ้งคืน"]


def test_a_request_is_taken_back(scene: Scene) -> None:
    loan = scene.ask(scene.numbers[0])
    client = scene.client("staff")
    done = post(client, f"/loans/{loan}/cancel")
    assert done.status_code == 303
    assert scene.states(loan) == ["cancelled"]
    late = client.get(f"/loans/{loan}/cancel")
    assert late.status_code == 409
    assert "จึงทำ “ยกเลิกคำขอ” ไม่ได้" in late.text


def test_from_a_refused_request_a_new_one_begins(scene: Scene) -> None:
    loan = scene.ask(scene.numbers[0])
    client = scene.client("staff")
    post(client, f"/loans/{loan}/cancel")
    page = client.get(f"/loans/{loan}")
    assert primaries(page) == ["ขอยืมชิ้นนี้อีกครั้ง"]
    assert "/q?code=6730-003-0001" in page.text


def test_an_approval_by_mistake_needs_a_reason(scene: Scene) -> None:
    loan = scene.approve(scene.ask(scene.numbers[0]))
    client, page = scene.client("head"), f"/loans/{loan}/cancel"
    refused = post(client, page, reason=" ")
    assert refused.status_code == 422
    assert "กรุณาระบุเหตุผล" in refused.text
    assert post(client, page, reason="ต้องใช้ในกอง").status_code == 303
    assert scene.states(loan) == ["cancelled"]
    assert "ต้องใช้ในกอง" in scene.client("staff").get(f"/loans/{loan}").text


def test_officers_cannot_cancel_for_others(scene: Scene) -> None:
    loan = scene.ask(scene.numbers[0])
    assert scene.client("officer").get(f"/loans/{loan}/cancel").status_code == 403


def test_a_return_is_declared_for_some_things(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0], scene.numbers[1])
    client = scene.client("staff")
    done = post(client, f"/loans/{loan}/declare", line="2", where="ห้องพัสดุ ชั้น 2")
    assert done.status_code == 303
    assert scene.states(loan) == ["handed_over", "return_declared"]
    receipt = main_of(client.get(done.location))
    assert "แจ้งคืนแล้ว 1 ชิ้น" in receipt
    assert "กองยุทธศาสตร์และแผนงาน" in receipt
    assert post(client, f"/loans/{loan}/declare", line="2").status_code == 422


def test_only_the_borrower_declares(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0])
    assert scene.client("officer").get(f"/loans/{loan}/declare").status_code == 403


def test_the_paper_form_holds_the_words_of_the_loan(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0])
    scene.receive(loan, scene.numbers[0])
    answer = scene.client("staff").get(f"/loans/{loan}/form.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "attachment" in answer.headers["Content-Disposition"]
    text = re.sub(r"\s+", "", text_of(answer.data))
    for words in (loan, "นายstaffใจดี", "ประชุมคณะทำงาน", "6730-003-0001", "นายheadใจดี", "อนุมัติผ่านระบบอิเล็กทรอนิกส์"):
        assert words in text, words


def test_the_receipt_stays_valid_and_tells_how_things_stand(scene: Scene) -> None:
    loan = scene.ask(scene.numbers[0])
    client = scene.client("staff")
    assert "ส่งคำขอแล้ว" in client.get(f"/loans/{loan}/receipt").text
    scene.approve(loan)
    page = client.get(f"/loans/{loan}/receipt").text
    assert "อนุมัติแล้ว ไปรับของได้" in page
    assert f"/loans/{loan}/cancel" in page or "cancel" in page


def test_the_register_of_loans_is_searched_within_reach(scene: Scene) -> None:
    first = scene.ask(scene.numbers[0])
    foreign = scene.ask(scene.foreign[0], who="guest", purpose="งานลับของกองอื่น")
    client = scene.client("officer")
    assert first in client.get("/loans/all").text
    assert "งานลับ" not in client.get("/loans/all").text
    assert foreign not in client.get("/loans/all").text
    assert foreign in scene.client("secretariat").get("/loans/all?q=งานลับ").text
    assert "0 ใบยืม" in client.get("/loans/all?state=overdue").text
    assert client.get("/loans/all?state=x").status_code == 400
    assert client.get(f"/loans/all?unit={'กคพ'}").status_code == 400
