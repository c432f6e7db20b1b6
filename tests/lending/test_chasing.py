"""Chasing (ข้อ 211): the list with its last days, ready words, the memo, escalation on the eighth day, once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from urllib.parse import quote, unquote

import pytest
import sqlalchemy as sa

from assetloan.audit.models import AuditEntry
from assetloan.core import beat
from assetloan.core.db import db
from assetloan.notices.models import Notice
from tests.documents.seeing import pages_of, squeezed, text_of
from tests.lending.scene import Scene, main_of, post, scene, words_of
from tests.together import together

__all__ = ["scene"]


def tick(scene: Scene) -> dict[str, int]:
    with scene.app.app_context():
        done = beat.run(scene.now)
        db.session.remove()
    assert done.failed == []
    return done.done


def told(scene: Scene) -> list[tuple[str, str]]:
    """Who was told that a loan went higher: user names and loans."""
    with scene.app.app_context():
        query = sa.text(
            "SELECT person.username, about_key FROM notice JOIN person ON person.id = person_id "
            "WHERE event = 'loan.escalated' ORDER BY person.username"
        )
        rows = [(row[0], row[1]) for row in db.session.execute(query)]
        db.session.remove()
    return rows


def test_the_desk_sees_who_has_what_since_when_and_until_when_it_must_chase(scene: Scene) -> None:
    loan = scene.out(days=1)
    scene.later(days=3)
    page = scene.client("officer").get("/chasing")
    text = words_of(page)
    assert "เกินกำหนด 2 วัน" in text
    assert "ยังไม่ได้ทวง" in text
    assert "ต้องทวงภายในอังคาร 1 ธันวาคม 2569 (เหลือ 5 วัน)" in text
    assert loan in text
    assert "นายstaff ใจดี" in text
    home = words_of(scene.client("officer").get("/"))
    assert "ของเกินกำหนดที่ต้องติดตาม (ข้อ 211)" in home
    assert "ยังไม่ได้ทวง 1 ชิ้น ต้องทวงภายในอังคาร 1 ธันวาคม 2569" in home


def test_once_chased_it_says_how_and_when(scene: Scene) -> None:
    loan = scene.out(days=1)
    scene.later(days=3)
    officer = scene.client("officer")
    assert post(officer, f"/loans/{loan}/chase", how="line").status_code == 303
    text = words_of(officer.get("/chasing"))
    assert "ทวงทันเวลาแล้ว รอคืน" in text
    assert "ทวงแล้ว 1 ครั้ง ล่าสุด 26 พ.ย. 2569 LINE" in text
    assert "ต้องทวงภายใน" not in words_of(officer.get("/"))


def test_the_reminder_in_LINE_is_recorded_by_one_tap(scene: Scene) -> None:
    loan = scene.out(days=1)
    scene.later(days=3)
    officer = scene.client("officer")
    page = officer.get(f"/loans/{loan}/chase")
    assert page.text.count('type="hidden" name="how" value="line"') == 1
    assert "บันทึกว่าทวงทาง LINE แล้ว" in words_of(page)
    assert "เรียน นายstaff ใจดี" in main_of(page)


@pytest.mark.parametrize(
    ("who", "status", "sees"),
    [
        ("officer", 200, True),
        ("head", 200, True),
        ("secretariat", 200, True),
        ("auditor", 200, True),
        ("stranger", 200, False),
        ("staff", 403, False),
        ("guest", 403, False),
    ],
)
def test_who_sees_what_is_overdue(scene: Scene, who: str, status: int, sees: bool) -> None:
    loan = scene.out(days=1)
    scene.later(days=3)
    page = scene.client(who).get("/chasing")
    assert page.status_code == status
    assert (loan in page.text) is sees


def test_only_the_desk_of_the_unit_is_offered_the_act(scene: Scene) -> None:
    loan = scene.out(days=1)
    scene.later(days=3)
    act = f'href="/loans/{quote(loan)}/chase"'
    assert act in scene.client("officer").get("/chasing").text
    assert act not in scene.client("head").get("/chasing").text


@pytest.mark.parametrize(("day", "higher"), [(7, False), (8, True), (9, True), (30, True)])
def test_it_goes_higher_on_the_eighth_day_after_the_due_day_or_when_the_tick_comes(
    scene: Scene, day: int, higher: bool
) -> None:
    loan = scene.out(days=0)
    scene.later(days=day)
    assert tick(scene)["escalated"] == int(higher)
    assert told(scene) == ([("head", loan), ("secretariat", loan)] if higher else [])


@pytest.mark.both_databases
def test_it_goes_higher_once_however_often_the_tick_runs(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0], scene.numbers[1], days=0)
    scene.later(days=8)
    together(scene.app, [lambda: beat.run(scene.now)] * 4)
    scene.later(days=9)
    tick(scene)
    assert told(scene) == [("head", loan), ("secretariat", loan)]
    with scene.app.app_context():
        entries = list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "loan.escalated")))
        assert [(entry.object_key, entry.actor_name) for entry in entries] == [(loan, "console")]
        db.session.remove()


def test_what_came_back_does_not_go_higher(scene: Scene) -> None:
    loan = scene.out(days=0)
    scene.receive(loan, scene.numbers[0])
    scene.later(days=8)
    assert tick(scene)["escalated"] == 0
    assert told(scene) == []


def test_what_the_borrower_declared_does_not_go_higher_but_waits_for_the_desk(scene: Scene) -> None:
    loan = scene.out(days=0)
    scene.declare(loan)
    scene.later(days=8)
    assert tick(scene)["escalated"] == 0


def test_the_head_and_the_Secretariat_find_it_on_their_home_page_and_in_the_list(scene: Scene) -> None:
    loan = scene.out(days=0)
    scene.later(days=8)
    tick(scene)
    for who in ("head", "secretariat"):
        home = scene.client(who).get("/")
        assert "ของที่พ้นเวลาทวงแล้วยังไม่คืน" in words_of(home)
        assert "/chasing?late=1" in home.text
        assert "ไม่ได้ทวงภายในเวลา" in words_of(scene.client(who).get("/chasing?late=1"))
        assert loan in scene.client(who).get("/chasing?late=1").text


def test_the_list_asks_as_little_for_many_as_for_one(
    scene: Scene, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    scene.out(days=0)
    scene.later(days=3)
    officer = scene.client("officer")
    officer.get("/chasing")
    with count_queries() as few:
        officer.get("/chasing")
    scene.out(*scene.numbers[1:6], days=0)
    with count_queries() as many:
        officer.get("/chasing")
    assert len(many) == len(few)


def test_what_is_asked_for_in_vain(scene: Scene) -> None:
    loan = scene.out(days=3)
    officer = scene.client("officer")
    assert officer.get("/chasing?unit=ไม่มี").status_code == 400
    assert officer.get("/chasing?late=2").status_code == 400
    assert officer.get(f"/loans/{loan}/chase.pdf").status_code == 409
    assert scene.client("stranger").get(f"/loans/{loan}/share").status_code == 404
    assert scene.client("stranger").get(f"/loans/{loan}/chase.pdf").status_code == 404


def test_the_memo_says_what_is_overdue_and_how_it_was_chased(scene: Scene) -> None:
    loan = scene.out(scene.numbers[0], scene.numbers[1], days=1)
    scene.later(days=3)
    officer = scene.client("officer")
    post(officer, f"/loans/{loan}/chase", how="phone", note="รับปากว่าจะคืนพรุ่งนี้")
    with officer.get(f"/loans/{loan}/chase.pdf") as answer:
        assert answer.mimetype == "application/pdf"
        pdf = answer.data
    assert pages_of(pdf) == 1
    text = squeezed(text_of(pdf))
    for words in (
        "บันทึกข้อความ", f"ใบยืมเลขที่ {loan}", "เรียน นายstaff ใจดี", "ข้อ 211", "6730-003-0001", "6730-003-0002",
        "24 พ.ย. 2569", "โทรศัพท์", "รับปากว่าจะคืนพรุ่งนี้", "นายofficer ใจดี", "ภายใน 7 วัน",
    ):  # fmt: skip
        assert squeezed(words) in text, words


def test_the_borrower_reads_the_memo_of_a_loan_only_through_the_desk(scene: Scene) -> None:
    loan = scene.out(days=1)
    scene.later(days=3)
    assert scene.client("staff").get(f"/loans/{loan}/chase.pdf").status_code == 403


def shared(scene: Scene, loan: str, who: str) -> str:
    """The ready words of a loan, from the link to LINE."""
    page = scene.client(who).get(f"/loans/{loan}/share")
    assert page.status_code == 200
    link = page.text.split("https://line.me/R/share?text=")[1].split('"')[0]
    words = unquote(link)
    assert f">{words}</textarea>" in page.text.replace("&#34;", '"').replace("&amp;", "&")
    return words


def test_ready_words_follow_the_loan(scene: Scene) -> None:
    loan = scene.ask(days=3)
    asked = shared(scene, loan, "staff")
    assert f"ขออนุมัติยืมของตามใบยืม {loan}" in asked
    assert f"/approvals/{quote(loan)}" in asked
    scene.approve(loan)
    assert "รับที่" in shared(scene, loan, "staff")
    out = scene.out(scene.numbers[1], days=3)
    assert "กำหนดคืนพฤหัสบดี 26 พฤศจิกายน 2569" in shared(scene, out, "staff")
    scene.later(days=5)
    late = shared(scene, out, "officer")
    assert "ยังไม่ได้คืน" in late
    assert "เกินกำหนด 2 วัน" in late


@pytest.mark.case("E17")
def test_ready_words_are_words_wherever_they_stand(scene: Scene) -> None:
    loan = scene.ask(purpose='</textarea><script>alert("1")</script>&text=x')
    page = scene.client("staff").get(f"/loans/{loan}/share")
    assert "<script>alert" not in page.text
    link = page.text.split("https://line.me/R/share?text=")[1].split('"')[0]
    assert set(link) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%-_.~/")


def test_a_paper_of_the_system_alone_tells_nobody_without_a_head(scene: Scene) -> None:
    """Where nobody holds the posts there is nobody to tell, and it is not written down that somebody was."""
    scene.out(days=0)
    with scene.app.app_context():
        with db.engine.begin() as connection:
            connection.execute(sa.text("UPDATE role_grant SET valid_until = :day"), {"day": date(2026, 11, 24)})
        db.session.remove()
    scene.later(days=8)
    assert tick(scene)["escalated"] == 0
    with scene.app.app_context():
        assert db.session.scalar(sa.select(Notice.id).where(Notice.event == "loan.escalated")) is None
        db.session.remove()
