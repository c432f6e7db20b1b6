"""The approver's inbox: what should be known first, several at once after a summary, one, a refusal and its reason."""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from assetloan.audit.models import AuditEntry
from assetloan.core.db import db, transaction
from assetloan.identity.rules import Place
from assetloan.lending import service
from assetloan.lending.service import LoanAct
from tests.conftest import NOW
from tests.lending.scene import Scene, actor_named_now, main_of, post, primaries, scene, tokens, words_of

__all__ = ["scene"]


def tick(scene: Scene, *loans: str, step: str = "check") -> TestResponse:
    client = scene.client("head")
    return client.post(f"/approvals/{step}", data=tokens(client.get("/approvals").text) | {"loan": list(loans)})


def test_an_empty_inbox_says_so(scene: Scene) -> None:
    assert "ไม่มีเรื่องรออนุมัติ" in scene.client("head").get("/approvals").text
    assert "ไม่มีเรื่องรออนุมัติ" in scene.client("staff").get("/approvals").text


def test_what_should_be_looked_at_stands_apart_and_has_no_box(scene: Scene) -> None:
    scene.out(scene.numbers[0], who="guest", days=1)
    scene.later(days=5)
    now = scene.now
    flagged = scene.ask(scene.numbers[1], who="guest", at=now)
    clean = scene.ask(scene.numbers[2], at=now)
    page = scene.client("head").get("/approvals")
    main = main_of(page)
    assert "ควรเปิดดูก่อน 1 คำขอ" in main
    assert "ตอนนี้มีของเกินกำหนด 1 ชิ้น" in main
    assert f'name="loan" value="{clean}"' in main
    assert f'name="loan" value="{flagged}"' not in main
    assert "<title>รออนุมัติ (2)" in page.text
    ticked = main_of(scene.client("head").get("/approvals?select=clean"))
    assert f'value="{clean}" checked' in ticked


@pytest.mark.case("U15")
def test_U15_looking_changes_nothing(scene: Scene) -> None:
    loan = scene.ask(scene.numbers[0])
    client = scene.client("head")
    for address in (
        "/approvals",
        "/approvals?select=clean",
        f"/approvals/{loan}",
        f"/approvals/{loan}/reject",
        f"/approvals/done?number={loan}",
    ):
        for _time in range(2):
            assert client.get(address).status_code == 200
            client.head(address)
    assert client.get(f"/approvals/{loan}/approve").status_code in (404, 405)
    assert scene.states(loan) == ["submitted"]


@pytest.mark.case("U16")
def test_U16_several_are_approved_after_a_summary(scene: Scene) -> None:
    loans = [scene.ask(number) for number in scene.numbers[:3]]
    summary = tick(scene, *loans)
    assert "อนุมัติ 3 คำขอ" in summary.text
    assert [scene.states(loan) for loan in loans] == [["submitted"]] * 3
    done = tick(scene, *loans, step="approve")
    assert done.status_code == 303
    assert [scene.states(loan) for loan in loans] == [["approved"]] * 3
    receipt = main_of(scene.client("head").get(done.location))
    assert "ตัดสินแล้ว 3 คำขอ" in receipt


def test_nothing_ticked_says_so(scene: Scene) -> None:
    scene.ask(scene.numbers[0])
    answer = tick(scene)
    assert answer.status_code == 422
    assert "ยังไม่ได้เลือกคำขอ" in answer.text


@pytest.mark.case("A4")
def test_A4_what_was_decided_meanwhile_says_by_whom_and_the_rest_stands(scene: Scene) -> None:
    first, second = scene.ask(scene.numbers[0]), scene.ask(scene.numbers[1])
    client = scene.client("head")
    data = tokens(client.get("/approvals").text) | {"loan": [first, second]}
    with scene.app.app_context(), transaction():
        service.cancel_loan(actor_named_now("staff"), LoanAct(first), now=NOW)
    done = client.post("/approvals/approve", data=data)
    main = main_of(client.get(done.location))
    assert scene.states(second) == ["approved"]
    assert "ตัดสินแล้ว 1 คำขอ" in main
    assert "ยกเลิกคำขอ โดย นายstaff ใจดี" in main


def test_one_is_approved_in_one_act(scene: Scene) -> None:
    loan = scene.ask(scene.numbers[0])
    client = scene.client("head")
    page = client.get(f"/approvals/{loan}")
    assert primaries(page) == ["อนุมัติ"]
    assert "ข้อ 208 (2)" in words_of(page)
    done = post(client, f"/approvals/{loan}", f"/approvals/{loan}/approve")
    assert done.status_code == 303
    assert scene.states(loan) == ["approved"]
    again = client.get(f"/approvals/{loan}")
    assert "อนุมัติ โดย นายhead ใจดี" in main_of(again)
    assert primaries(again) == ["ดูใบยืม"]


@pytest.mark.case("U17")
def test_U17_a_refusal_is_read_before_it_is_sent(scene: Scene) -> None:
    loan = scene.ask(scene.numbers[0])
    client, page = scene.client("head"), f"/approvals/{loan}/reject"
    empty = post(client, page)
    assert empty.status_code == 422
    assert "กรุณาเลือกเหตุผล" in empty.text
    other = post(client, page, preset="other", words="")
    assert other.status_code == 422
    preview = post(client, page, preset="needed", words="ขอใหม่หลังวันที่ 5")
    assert preview.status_code == 200
    assert "ต้องใช้งานในหน่วยงาน – ขอใหม่หลังวันที่ 5" in main_of(preview)
    assert scene.states(loan) == ["submitted"]
    sent = client.post(page, data=tokens(preview.text) | {"preset": "needed", "words": "ขอใหม่หลังวันที่ 5", "step": "send"})
    assert sent.status_code == 303
    assert scene.states(loan) == ["rejected"]
    assert "ต้องใช้งานในหน่วยงาน – ขอใหม่หลังวันที่ 5" in scene.client("staff").get(f"/loans/{loan}").text


@pytest.mark.case("D13")
def test_D13_ones_own_request_has_no_buttons_and_no_way_around(scene: Scene) -> None:
    loan = scene.ask(scene.numbers[0], who="head")
    client = scene.client("head")
    assert loan not in client.get("/approvals").text
    assert client.get(f"/approvals/{loan}").status_code == 403
    token = tokens(client.get("/loans/basket").text)
    assert client.post(f"/approvals/{loan}/approve", data=token).status_code == 403
    assert scene.states(loan) == ["submitted"]


@pytest.mark.parametrize("who", ["staff", "officer", "secretariat", "auditor"])
def test_others_may_not_decide(scene: Scene, who: str) -> None:
    loan = scene.ask(scene.numbers[0])
    assert scene.client(who).get(f"/approvals/{loan}").status_code == 403


def test_an_outside_loan_waits_for_the_director(scene: Scene) -> None:
    loan = scene.ask(scene.numbers[0], place=Place.OUTSIDE)
    assert loan not in scene.client("head").get("/approvals").text
    assert loan in scene.client("director").get("/approvals").text


# What may stand behind a tick, and who asked: the head's own request, one that is gone, one that never was.
KINDS = ("clean", "own", "cancelled", "unknown")


def _asked(scene: Scene, kind: str, number: str) -> str:
    if kind == "unknown":
        return "XXX-2570-99999"
    loan = scene.ask(number, who="head" if kind == "own" else "staff")
    if kind == "cancelled":
        with scene.app.app_context():
            with transaction():
                service.cancel_loan(actor_named_now("staff"), LoanAct(loan), now=NOW)
            db.session.remove()
    return loan


def _recorded(scene: Scene, loans: list[str]) -> list[list[str]]:
    """State of each loan, and every act on it that the record holds."""
    with scene.app.app_context():
        acts = [
            sorted(db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.object_key == loan)))
            for loan in loans
        ]
        db.session.remove()
    return [[*found, *(scene.states(loan) if found else [])] for found, loan in zip(acts, loans, strict=True)]


@pytest.mark.case("D10")
@pytest.mark.parametrize("pair", list(itertools.combinations_with_replacement(KINDS, 2)), ids="-".join)
def test_D10_several_at_once_are_judged_like_each_alone(scene: Scene, pair: tuple[str, str]) -> None:
    together = [_asked(scene, kind, number) for kind, number in zip(pair, scene.numbers, strict=False)]
    alone = [_asked(scene, kind, number) for kind, number in zip(pair, scene.numbers[2:], strict=False)]
    client = scene.client("head")

    def send(path: str, **fields: list[str]) -> None:
        client.post(path, data=tokens(client.get("/account/password").text) | fields)

    send("/approvals/approve", loan=together)
    for loan in alone:
        send(f"/approvals/{loan}/approve")
    assert _recorded(scene, together) == _recorded(scene, alone)
    assert ("clean" in pair) == any("approved" in found for found in _recorded(scene, alone))
