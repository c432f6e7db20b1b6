"""How I am told; the sending of notices for those who see to it; LINE's calls to us."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from assetloan.audit.models import AuditEntry
from assetloan.core import jobs
from assetloan.core.db import db, transaction
from assetloan.identity import telling
from assetloan.notices.delivery import choice_of
from assetloan.notices.models import Channel, DeliveryState
from tests.cli.running import free_port
from tests.lending.scene import post as send
from tests.lending.scene import words_of
from tests.notices.conftest import Post, address
from tests.notices.post_office import LineHost, signature
from tests.notices.post_office import words_of as text_of
from tests.notices.test_faults import LINE_USER, known

SECRET = "secret"  # of LINE's calls, as the fixture sets it
MORNING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def chosen(post: Post, who: str) -> tuple[Channel, str] | None:
    with post.app.app_context():
        person = db.session.scalar(sa.text("SELECT id FROM person WHERE username = :who"), {"who": who})
        row = choice_of(person)
        found = None if row is None else (row.channel, row.line_user_id)
        db.session.remove()
    return found


def audited(post: Post, action: str) -> list[AuditEntry]:
    with post.app.app_context():
        rows = list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == action)))
        db.session.expunge_all()
        db.session.remove()
    return rows


# --- how I am told --------------------------------------------------------------------------------------------------


def test_I_choose_to_be_left_alone_and_it_is_written_down(post: Post) -> None:
    me = post.scene.client("staff")
    page = me.get("/account/notices")
    assert address("staff") in words_of(page)
    assert 'value="line"' not in page.text  # nothing is linked yet
    assert send(me, "/account/notices", channel="none").status_code == 303
    assert chosen(post, "staff") == (Channel.NONE, "")
    assert audited(post, "person.telling_chosen")[0].after == '{"channel":"none"}'
    assert send(me, "/account/notices", channel="mail").status_code == 303
    assert chosen(post, "staff") == (Channel.MAIL, "")


@pytest.mark.parametrize("wrong", ["", "pigeon", "line"])
def test_what_cannot_be_chosen_is_refused(post: Post, wrong: str) -> None:
    assert send(post.scene.client("staff"), "/account/notices", channel=wrong).status_code == 422
    assert chosen(post, "staff") is None


def test_without_a_usable_address_the_page_says_so(post: Post) -> None:
    post.change("staff", email="somchai(at)example")
    assert "ไม่มีที่อยู่อีเมลที่ใช้ได้" in words_of(post.scene.client("staff").get("/account/notices"))


# --- LINE -----------------------------------------------------------------------------------------------------------


def call(post: Post, text: str, user: str = LINE_USER, secret: str = SECRET, **more: Any) -> int:
    """LINE tells us what somebody wrote to the agency's account."""
    event = {"type": "message", "source": {"type": "user", "userId": user}, "message": {"type": "text", "text": text}}
    body = json.dumps({"events": [event | more]}, ensure_ascii=False).encode()
    headers = {"X-Line-Signature": signature(secret, body), "Content-Type": "application/json"}
    return post.app.test_client().post("/line/webhook", data=body, headers=headers).status_code


def code_for(post: Post, who: str) -> str:
    page = send(post.scene.client(who), "/account/notices", "/account/notices/line")
    assert page.status_code == 200
    return page.text.split('<code class="keep">')[1].split("<")[0]


def test_a_code_sent_to_the_agencys_account_links_a_person_once(post: Post, line: LineHost) -> None:
    code = code_for(post, "staff")
    assert call(post, code) == 200
    assert chosen(post, "staff") == (Channel.LINE, LINE_USER)
    assert len(audited(post, "person.line_linked")) == 1
    assert call(post, code, user="U" + "f" * 32) == 200
    assert chosen(post, "staff") == (Channel.LINE, LINE_USER)
    assert code not in str([entry.after for entry in audited(post, "person.line_code_made")])


@pytest.mark.parametrize(
    "wrong",
    [{"secret": "another"}, {"secret": ""}, {"user": "Uwrong"}, {"type": "follow"}, {"message": {"type": "image"}}],
)
def test_no_other_call_links_anybody(post: Post, line: LineHost, wrong: dict[str, Any]) -> None:
    code = code_for(post, "staff")
    assert call(post, code, **wrong) == (400 if "secret" in wrong else 200)
    assert chosen(post, "staff") is None


def test_a_code_dies_after_half_an_hour(post: Post, line: LineHost) -> None:
    code = code_for(post, "staff")
    post.scene.now += timedelta(minutes=31)
    assert call(post, code) == 200
    assert chosen(post, "staff") is None


def test_one_account_at_LINE_belongs_to_one_person(post: Post, line: LineHost) -> None:
    assert call(post, code_for(post, "staff")) == 200
    assert call(post, code_for(post, "guest")) == 200
    assert chosen(post, "staff") == (Channel.LINE, LINE_USER)
    assert chosen(post, "guest") is None


def test_codes_are_not_made_without_end(post: Post, line: LineHost) -> None:
    for _ in range(telling.CODES_AT_ONCE):
        code_for(post, "staff")
    assert send(post.scene.client("staff"), "/account/notices", "/account/notices/line").status_code == 409


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"events": 5}', b'{"events": [5]}', b'{"events": [{}]}', "ก".encode()]
)
def test_odd_calls_are_read_and_forgotten(post: Post, line: LineHost, body: bytes) -> None:
    headers = {"X-Line-Signature": signature(SECRET, body)}
    assert post.app.test_client().post("/line/webhook", data=body, headers=headers).status_code == 200


def test_a_huge_call_is_refused(post: Post, line: LineHost) -> None:
    body = b" " * 70_000
    headers = {"X-Line-Signature": signature(SECRET, body)}
    assert post.app.test_client().post("/line/webhook", data=body, headers=headers).status_code == 400


# --- the sending of notices -----------------------------------------------------------------------------------------


def failed(post: Post) -> int:
    """A letter that the server refused for good; its number."""
    post.scene.out(days=2)
    post.server.refused[address("staff")] = "550 no such user"
    post.tick(MORNING)
    post.server.refused.clear()
    row = post.rows("staff")[0]
    assert row.state is DeliveryState.FAILED
    return row.id


def test_what_could_not_be_sent_stands_there_with_its_reason(post: Post) -> None:
    failed(post)
    post.scene.clients.clear()
    text = words_of(post.scene.client("secretariat").get("/outbox"))
    assert "ส่งไม่สำเร็จ" in text
    assert "เครื่องแม่ข่ายอีเมลไม่รับที่อยู่ของผู้รับ" in text
    assert "นายstaff ใจดี" in text
    assert "127.0.0.1" in text


def test_it_is_tried_again_at_once_and_that_is_written_down(post: Post) -> None:
    number = failed(post)
    post.scene.clients.clear()
    who = post.scene.client("secretariat")
    assert send(who, "/outbox", f"/outbox/{number}/again").status_code == 303
    with post.app.app_context():
        assert jobs.run_waiting() == 1
        db.session.remove()
    assert [row.state for row in post.rows("staff")] == [DeliveryState.SENT]
    assert len(post.server.to(address("staff"))) == 1
    entry = audited(post, "delivery.again")[0]
    assert (json.loads(entry.before)["state"], json.loads(entry.after)["state"]) == ("failed", "waiting")
    assert send(who, "/outbox", f"/outbox/{number}/again").status_code == 422  # it has left


def test_yesterdays_letter_is_not_sent_again(post: Post) -> None:
    number = failed(post)
    post.scene.now = MORNING + timedelta(days=1)
    post.scene.clients.clear()
    assert send(post.scene.client("secretariat"), "/outbox", f"/outbox/{number}/again").status_code == 422


def test_a_test_letter_goes_to_whoever_asks_and_to_nobody_else(post: Post) -> None:
    who = post.scene.client("secretariat")
    answer = send(who, "/outbox", "/outbox/test")
    assert answer.status_code == 303
    with post.app.app_context():
        jobs.run_waiting()
        db.session.remove()
    assert post.server.recipients == [address("secretariat")]
    assert [entry.actor_name for entry in audited(post, "delivery.test")] == ["นายsecretariat ใจดี"]
    letter = post.server.letters[0]
    assert letter["Subject"] == "ทดสอบการส่งอีเมล"
    assert "รับข้อความทดสอบจากระบบแล้ว" in text_of(letter)
    assert "เสร็จเรียบร้อยแล้ว" in words_of(who.get(answer.headers["Location"]))


def test_a_test_that_fails_says_why(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    known(post, monkeypatch, free_port())
    who = post.scene.client("secretariat")
    answer = send(who, "/outbox", "/outbox/test")
    with post.app.app_context():
        jobs.run_waiting()
        db.session.remove()
    assert "ติดต่อเครื่องแม่ข่ายอีเมลไม่ได้" in words_of(who.get(answer.headers["Location"]))


def test_without_a_mail_server_there_is_nothing_to_test(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(post.app.config, "SETTINGS", replace(post.app.config["SETTINGS"], mail=None))
    who = post.scene.client("secretariat")
    assert "ยังไม่ได้ตั้งค่าการส่ง" in words_of(who.get("/outbox"))
    answer = send(who, "/outbox", "/outbox/test")
    assert answer.status_code == 422
    assert "ยังไม่ได้ตั้งค่าเครื่องแม่ข่ายอีเมล" in words_of(answer)


def test_tests_are_not_sent_without_end(post: Post) -> None:
    who = post.scene.client("secretariat")
    answers = [send(who, "/outbox", "/outbox/test").status_code for _ in range(4)]
    assert answers == [303, 303, 303, 422]


@pytest.mark.parametrize("who", ["staff", "officer", "head", "director", "auditor"])
def test_others_do_not_see_it(post: Post, who: str) -> None:
    assert post.scene.client(who).get("/outbox").status_code == 403


def test_the_list_asks_as_little_for_many_as_for_one(
    post: Post, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    number = failed(post)
    post.scene.clients.clear()
    who = post.scene.client("secretariat")
    who.get("/outbox")
    with count_queries() as few:
        who.get("/outbox")
    rest = "person_id, channel, day, state, attempts, next_try_at, error, created_at, ended_at"
    copied = (
        f"INSERT INTO delivery (key, dedupe_key, {rest}) "
        f"SELECT key || :n, dedupe_key || :n, {rest} FROM delivery WHERE id = :id"
    )
    with post.app.app_context(), transaction() as session:
        for n in range(30):
            session.execute(sa.text(copied), {"n": str(n), "id": number})
    with count_queries() as many:
        who.get("/outbox")
    assert len(many) == len(few)
