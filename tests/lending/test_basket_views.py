"""The basket: many things by code, blockers in words, one request for each owning unit."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from assetloan.core.db import db
from assetloan.lending.models import Loan
from tests.factories import sign_in
from tests.lending.scene import Scene, main_of, post, scene, tokens

__all__ = ["scene"]


def add(scene: Scene, code: str, who: str = "staff", *, live: bool = True) -> TestResponse:
    client = scene.client(who)
    headers = {"X-Requested-With": "fetch"} if live else {}
    return client.post("/loans/basket", data=tokens_of(scene, who) | {"code": code}, headers=headers)


def tokens_of(scene: Scene, who: str) -> dict[str, str]:
    """Of the code form, which stands after the camera."""
    return tokens(scene.client(who).get("/loans/basket").text)


def outcome(answer: TestResponse) -> str:
    found = re.search(r'<div id="basket" data-outcome="(\w*)"', answer.text)
    assert found is not None, answer.text[:300]
    return found[1]


def count(scene: Scene) -> int:
    with scene.app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Loan)) or 0


def send(scene: Scene, who: str = "staff", **more: Any) -> TestResponse:
    given = {"place": "inside", "purpose_text": "อบรม", "due": "2026-11-26"} | more
    return post(scene.client(who), "/loans/basket/request", **given)


def test_codes_go_in_newest_first_and_the_answer_is_the_list_alone(scene: Scene) -> None:
    first, second = scene.code(scene.numbers[0]), scene.code(scene.numbers[1])
    assert outcome(add(scene, first.lower())) == "added"
    answer = add(scene, second)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="basket"')
    assert answer.text.index(scene.numbers[1]) < answer.text.index(scene.numbers[0])
    assert 'data-said="เพิ่ม เครื่องฉายภาพ แล้ว ในตะกร้า 2 ชิ้น"' in answer.text
    assert answer.text.count("data-new") == 1
    assert outcome(add(scene, first)) == "already"


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [("ABCD1234", "unknown", "พิมพ์ผิด"), ("ไม่มีหมายเลขนี้", "unknown", "ไม่รู้จักรหัส"), ("", "unknown", "ไม่รู้จักรหัส")],
)
def test_what_is_not_known_is_said(scene: Scene, code: str, kind: str, words: str) -> None:
    answer = add(scene, code)
    assert outcome(answer) == kind
    assert words in answer.text
    assert words in main_of(add(scene, code, live=False))


def test_without_scripts_the_page_comes_back(scene: Scene) -> None:
    answer = add(scene, scene.numbers[0], live=False)
    assert (answer.status_code, answer.location) == (303, "/loans/basket")
    assert "ในตะกร้า 1 ชิ้น" in scene.client("staff").get("/loans/basket").text


def test_what_cannot_be_lent_is_named_and_removed_together(scene: Scene) -> None:
    scene.out(scene.numbers[0], who="guest")
    add(scene, scene.numbers[1])
    blocked = add(scene, scene.numbers[0])
    assert outcome(blocked) == "refused"
    assert "มีผู้ยืมหรือจองไว้ ถึง 26 พ.ย. 2569" in blocked.text
    assert outcome(add(scene, scene.special["car"])) == "refused"
    client = scene.client("staff")
    assert "ยืมไม่ได้ 2" in main_of(client.get("/loans/basket"))
    request = main_of(client.get("/loans/basket/request"))
    assert "ขอยืม 1 ชิ้น" in request
    assert "ไม่รวม 2 ชิ้นที่ยืมไม่ได้ตอนนี้" in request
    gone = client.post("/loans/basket/remove", data=tokens_of(scene, "staff") | {"which": "blocked"})
    assert gone.status_code == 303
    page = main_of(client.get("/loans/basket"))
    assert "ในตะกร้า 1 ชิ้น" in page
    assert scene.numbers[1] in page


def test_one_loan_for_each_owning_unit(scene: Scene) -> None:
    for number in (scene.numbers[0], scene.foreign[0], scene.numbers[1]):
        add(scene, number)
    sent = send(scene)
    assert sent.status_code == 303
    receipt = main_of(scene.client("staff").get(sent.location))
    assert "ส่งคำขอแล้ว 2 ใบยืม" in receipt
    assert count(scene) == 2
    assert "ยังไม่มีของในตะกร้า" in scene.client("staff").get("/loans/basket").text


def test_one_unit_is_one_loan_with_its_receipt(scene: Scene) -> None:
    add(scene, scene.numbers[0])
    add(scene, scene.numbers[1])
    assert "/receipt" in send(scene).location
    assert count(scene) == 1


@pytest.mark.case("A13")
def test_A13_sent_twice_is_sent_once(scene: Scene) -> None:
    add(scene, scene.numbers[0])
    client = scene.client("staff")
    data = tokens(client.get("/loans/basket/request").text)
    data |= {"place": "inside", "purpose_text": "อบรม", "due": "2026-11-26"}
    first, second = (client.post("/loans/basket/request", data=data) for _time in range(2))
    assert first.location == second.location
    assert count(scene) == 1


def test_all_or_nothing_when_one_was_taken_meanwhile(scene: Scene) -> None:
    for number in scene.numbers[:2]:
        add(scene, number)
    client = scene.client("staff")
    data = tokens(client.get("/loans/basket/request").text)
    data |= {"place": "inside", "purpose_text": "อบรม", "due": "own"}
    data |= {"due_on-day": "30", "due_on-month": "11", "due_on-year": "2569"}
    scene.ask(scene.numbers[1], who="guest", starts_on=date(2026, 11, 28), due_on=date(2026, 11, 29))
    answer = client.post("/loans/basket/request", data=data)
    assert answer.status_code == 422
    assert "6730-003-0002" in main_of(answer)
    assert count(scene) == 1
    assert 'value="อบรม"' in answer.text


def test_the_basket_of_one_is_not_the_basket_of_the_next(scene: Scene) -> None:
    add(scene, scene.numbers[0])
    client = scene.client("staff")
    client.post("/sign-out", data=tokens_of(scene, "staff"))
    sign_in(client, "guest")
    assert "ยังไม่มีของในตะกร้า" in client.get("/loans/basket").text


@pytest.mark.case("F12")
def test_F12_the_basket_may_use_the_camera(scene: Scene) -> None:
    answer = scene.client("staff").get("/loans/basket")
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert "wasm-unsafe-eval" in answer.headers["Content-Security-Policy"]
    assert "camera=()" in scene.client("staff").get("/loans").headers["Permissions-Policy"]


def test_a_cookie_of_another_make_is_an_empty_basket(scene: Scene) -> None:
    client = scene.client("staff")
    with client.session_transaction() as kept:
        kept["basket"] = ["x", {"of": 1}]
    assert client.get("/loans/basket").status_code == 200


def test_an_empty_basket_has_nothing_to_send(scene: Scene) -> None:
    assert scene.client("staff").get("/loans/basket/request").status_code == 303
