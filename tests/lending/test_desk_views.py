"""The desk: handing over with the borrower present, taking back with condition and photos, chasing, expiry."""

from __future__ import annotations

import io
import re
from urllib.parse import unquote

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from assetloan.core.db import db
from assetloan.documents.files import files_of
from assetloan.identity.rules import console
from assetloan.lending import queries
from tests.lending.scene import Scene, main_of, post, primaries, scene, tokens

__all__ = ["scene"]


def a_photo(colour: str = "red") -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(data, "JPEG")
    data.seek(0)
    return data


# --- hand-over -------------------------------------------------------------------------------------------------------


def test_the_days_list_and_the_code_box(scene: Scene) -> None:
    loan = scene.approve(scene.ask(scene.numbers[0], who="guest"))
    client = scene.client("officer")
    main = main_of(client.get("/desk/hand-over"))
    assert "ส่งมอบวันนี้ 1 ชิ้น" in main
    assert "นายguest ใจดี" in main
    found = client.get("/desk/hand-over", query_string={"code": scene.code(scene.numbers[0])})
    assert (found.status_code, unquote(found.location)) == (303, f"/desk/hand-over/{loan}?line=1")
    missing = client.get("/desk/hand-over", query_string={"code": scene.code(scene.numbers[1])})
    assert "ไม่มีการยืมที่อนุมัติแล้วรอส่งมอบ" in missing.text


def test_an_empty_desk_says_so(scene: Scene) -> None:
    assert "วันนี้ไม่มีของรอส่งมอบ" in scene.client("officer").get("/desk/hand-over").text
    assert "ไม่มีของที่แจ้งคืนไว้" in scene.client("officer").get("/desk/returns").text


def test_hand_over_needs_a_look_at_the_thing(scene: Scene) -> None:
    loan = scene.approve(scene.ask(scene.numbers[0]))
    client, page = scene.client("officer"), f"/desk/hand-over/{loan}"
    assert not re.search(r'name="complete"[^>]*checked', client.get(page).text)
    refused = post(client, page)
    assert refused.status_code == 422
    assert "ตรวจของแล้วติ๊กว่าครบและปกติ" in refused.text
    assert scene.states(loan) == ["approved"]
    done = post(client, page, note="ไม่มีกระเป๋า")
    assert done.status_code == 303
    assert scene.states(loan) == ["handed_over"]
    assert "ส่งมอบแล้ว 1 ชิ้น" in client.get(done.location).text
    assert "ไม่มีกระเป๋า" in scene.client("staff").get(f"/loans/{loan}").text


def test_hand_over_from_the_scan_page(scene: Scene) -> None:
    loan = scene.approve(scene.ask(scene.numbers[0]))
    client = scene.client("officer")
    page = f"/q/{scene.code(scene.numbers[0])}"
    done = post(client, page, f"/desk/hand-over/{loan}", line="1", complete="y")
    assert done.status_code == 303
    assert scene.states(loan) == ["handed_over"]


def test_part_of_a_loan_by_scanning_each(scene: Scene) -> None:
    loan = scene.approve(scene.ask(*scene.numbers[:3]))
    client, page = scene.client("officer"), f"/desk/hand-over/{loan}"
    first = client.get(page, query_string={"code": scene.code(scene.numbers[0])})
    assert "เลือกแล้ว 1 จาก 3 ชิ้น" in main_of(first)
    second = client.get(page, query_string={"code": scene.code(scene.numbers[2]), "line": "1"})
    assert "เลือกแล้ว 2 จาก 3 ชิ้น" in main_of(second)
    wrong = client.get(page, query_string={"code": scene.code(scene.numbers[5]), "line": "1"})
    assert "ชิ้นที่สแกนไม่อยู่ในใบยืมนี้" in main_of(wrong)
    assert "6730-003-0002" in main_of(wrong)
    done = post(client, page, line=["1", "3"], complete="y")
    assert scene.states(loan) == ["handed_over", "approved", "handed_over"]
    assert "ยังรอส่งมอบอีก 1 ชิ้น" in client.get(done.location).text


def test_a_line_of_nobody_is_404(scene: Scene) -> None:
    loan = scene.approve(scene.ask(scene.numbers[0]))
    assert scene.client("officer").get(f"/desk/hand-over/{loan}?line=9").status_code == 404


def test_own_things_are_handed_over_by_another(scene: Scene) -> None:
    loan = scene.approve(scene.ask(scene.numbers[0], who="officer"))
    client = scene.client("officer")
    assert "ต้องให้เจ้าหน้าที่คนอื่นส่งมอบ" in client.get("/desk/hand-over").text
    assert "<form" not in main_of(client.get(f"/desk/hand-over/{loan}"))
    token = tokens(client.get("/loans/basket").text)
    assert client.post(f"/desk/hand-over/{loan}", data=token | {"complete": "y"}).status_code == 403
    assert post(scene.client("second"), f"/desk/hand-over/{loan}", complete="y").status_code == 303


@pytest.mark.case("D14")
def test_D14_nothing_unapproved_is_handed_over(scene: Scene) -> None:
    loan = scene.ask(scene.numbers[0])
    answer = scene.client("officer").get(f"/desk/hand-over/{loan}")
    assert answer.status_code == 409
    assert "“รออนุมัติ”" in answer.text


def test_what_nobody_collected_ends(scene: Scene) -> None:
    loan = scene.approve(scene.ask(scene.numbers[0], days=1))
    scene.later(days=3)
    client = scene.client("officer")
    assert "พ้นกำหนดรับแล้ว ไม่มีผู้มารับ" in client.get("/desk/hand-over").text
    assert post(client, "/desk/hand-over", f"/desk/expire/{loan}").status_code == 303
    assert scene.states(loan) == ["expired"]


# --- receiving -------------------------------------------------------------------------------------------------------


def test_what_was_declared_stands_first_with_its_place(scene: Scene) -> None:
    due = scene.out(scene.numbers[1], days=0)
    declared = scene.out(scene.numbers[0])
    scene.declare(declared, where="ตู้หน้าห้อง 204")
    main = main_of(scene.client("officer").get("/desk/returns"))
    assert main.index(declared) < main.index(due)
    assert "วางไว้ที่: ตู้หน้าห้อง 204" in main
    assert "ครบกำหนดวันนี้" in main


def receive(scene: Scene, loan: str, who: str = "officer", **values: object) -> TestResponse:
    client, page = scene.client(who), f"/desk/returns/{loan}"
    data = tokens(client.get(page).text) | values
    return client.post(page, data=data, content_type="multipart/form-data")


def test_a_good_return_is_one_choice(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0])
    page = scene.client("officer").get(f"/desk/returns/{loan}")
    assert not re.search(r'name="condition_1"[^>]*checked', page.text)
    none = receive(scene, loan)
    assert none.status_code == 422
    assert "กรุณาเลือกสภาพของที่รับคืน" in none.text
    done = receive(scene, loan, condition_1="good")
    assert done.status_code == 303
    assert scene.states(loan) == ["received"]
    assert "รอสำนักงานเลขานุการกรมอนุมัติการคืน" in scene.client("officer").get(done.location).text


def test_damage_needs_a_note_or_a_photo(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0])
    refused = receive(scene, loan, condition_1="damaged", alt_1="ฝาแตก")
    assert refused.status_code == 422
    assert "เมื่อของไม่ปกติ กรุณาเขียนว่าพบอะไร หรือแนบรูป" in refused.text
    assert 'value="ฝาแตก"' in refused.text
    photos = [(a_photo(), "a.jpg"), (a_photo("blue"), "b.jpg")]
    done = receive(scene, loan, condition_1="damaged", photos_1=photos, alt_1="ฝาแตก")
    assert done.status_code == 303
    with scene.app.app_context():
        line = queries.loan_for(console(), loan).lines[0]
        photos = [file for file in files_of("loan_line", str(line.id)) if file.kind == "photo"]
        assert [photo.description for photo in photos] == ["ฝาแตก", "ฝาแตก"]
        address = f"/files/{photos[0].id}"
        db.session.rollback()
    assert scene.client("secretariat").get(address).mimetype == "image/jpeg"
    assert scene.client("staff").get(address).status_code == 200
    assert scene.client("stranger").get(address).status_code == 404
    assert address in scene.client("secretariat").get(f"/returns/{loan}/1").text


@pytest.mark.case("U35")
def test_U35_photos_survive_a_mistake_elsewhere(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0])
    refused = receive(scene, loan, note_1="รอยขีด", photos_1=[(a_photo(), "a.jpg")])
    assert refused.status_code == 422
    assert "แนบไว้แล้ว 1 รูป" in refused.text
    kept = re.search(r'name="kept_1" value="([^"]+)"', refused.text)
    assert kept is not None
    data = tokens(refused.text) | {"condition_1": "damaged", "kept_1": kept[1]}
    done = scene.client("officer").post(f"/desk/returns/{loan}", data=data)
    assert done.status_code == 303
    with scene.app.app_context():
        line = queries.loan_for(console(), loan).lines[0]
        assert len(files_of("loan_line", str(line.id))) == 1


def test_a_forged_mark_of_a_photo_is_nothing(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0])
    answer = receive(scene, loan, condition_1="damaged", kept_1="W1siYWIiLDEsIiJdXQ.forged")
    assert answer.status_code == 422


@pytest.mark.case("E15")
def test_E15_what_is_no_picture_is_named_and_the_rest_is_kept(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0])
    drawing = (io.BytesIO(b"<svg/>"), "x.svg")
    answer = receive(scene, loan, condition_1="incomplete", note_1="ขาดสาย", photos_1=[drawing])
    assert answer.status_code == 422
    assert "x.svg" in answer.text
    assert "ขาดสาย" in answer.text
    assert scene.states(loan) == ["handed_over"]


def test_more_than_three_photos_are_too_many(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0])
    answer = receive(scene, loan, condition_1="good", photos_1=[(a_photo(), f"{n}.jpg") for n in range(4)])
    assert answer.status_code == 422
    assert "แนบได้ไม่เกิน 3 รูป" in answer.text


def test_some_of_several_come_back(scene: Scene) -> None:
    loan = scene.out(*scene.numbers[:3])
    none = receive(scene, loan)
    assert none.status_code == 422
    assert "กรุณาเลือกสภาพของอย่างน้อยหนึ่งชิ้น" in none.text
    done = receive(scene, loan, condition_1="good", condition_3="lost", note_3="หายที่งาน")
    assert done.status_code == 303
    assert scene.states(loan) == ["received", "handed_over", "lost_reported"]
    page = main_of(scene.client("officer").get(done.location))
    assert "ยังไม่ได้รับคืนอีก 1 ชิ้น" in page
    assert "เปิดเรื่องชดใช้แล้ว" in page


@pytest.mark.case("A6")
def test_A6_a_double_click_on_receiving_is_one_receipt(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0])
    client, page = scene.client("officer"), f"/desk/returns/{loan}"
    data = tokens(client.get(page).text) | {"condition_1": "good"}
    answers = [client.post(page, data=data) for _time in range(2)]
    assert answers[0].status_code == 303
    assert answers[0].location == answers[1].location
    late = client.post(page, data=data | {"key": "another"})
    assert late.status_code == 409


def test_own_things_are_received_by_another(scene: Scene) -> None:
    loan = scene.approve(scene.ask(scene.numbers[0], who="officer"))
    assert post(scene.client("second"), f"/desk/hand-over/{loan}", complete="y").status_code == 303
    client = scene.client("officer")
    assert "<form" not in main_of(client.get(f"/desk/returns/{loan}"))
    token = tokens(client.get("/loans/basket").text)
    assert client.post(f"/desk/returns/{loan}", data=token | {"condition_1": "good"}).status_code == 403
    assert receive(scene, loan, who="second", condition_1="good").status_code == 303


def test_a_scanned_thing_without_a_loan_says_what_to_do(scene: Scene) -> None:
    answer = scene.client("officer").get("/desk/returns", query_string={"code": scene.code(scene.numbers[0])})
    assert "ไม่มีรายการยืมของชิ้นนี้" in answer.text


def test_the_desk_belongs_to_officers(scene: Scene) -> None:
    for who in ("staff", "head", "secretariat", "auditor"):
        assert scene.client(who).get("/desk/hand-over").status_code == 403
        assert scene.client(who).get("/desk/returns").status_code == 403


def test_a_reminder_is_recorded_once_overdue(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0], days=1)
    client = scene.client("officer")
    assert client.get(f"/loans/{loan}/chase").status_code == 409
    scene.later(days=3)
    client = scene.client("officer")
    page = f"/loans/{loan}/chase"
    assert "ข้อ 211" in client.get(page).text
    assert post(client, page).status_code == 422
    assert post(client, page, how="phone", note="จะคืนพรุ่งนี้").status_code == 303
    assert "ทวงครั้งล่าสุด" in client.get("/desk/returns").text
    assert primaries(client.get(f"/loans/{loan}")) == ["รับคืน"]
