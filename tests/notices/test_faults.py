"""Mail servers and LINE as they are: down, slow, picky, badly certified. Letters come once (B10–B12)."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from assetloan.config import MailSettings
from assetloan.core.db import transaction
from assetloan.notices import mail
from assetloan.notices.models import Channel, DeliveryState, NoticeChoice
from tests.cli.running import free_port
from tests.conftest import NOW
from tests.notices.conftest import SENDER, Post, address
from tests.notices.post_office import (
    PASSWORD,
    USER,
    LineHost,
    certificate,
    check_password,
    mail_server,
    server_context,
)

MORNING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)  # Tuesday, 08:30 in Bangkok
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
W, S, F, D = DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.DROPPED


def known(post: Post, monkeypatch: pytest.MonkeyPatch, port: int, *, tls: str = "none", password: str = "") -> None:
    """The application knows another mail server."""
    given = MailSettings("127.0.0.1", port, USER if password else "", password, SENDER, tls)
    monkeypatch.setitem(post.app.config, "SETTINGS", replace(post.app.config["SETTINGS"], mail=given))


def how(post: Post, who: str = "staff") -> list[tuple[DeliveryState, str]]:
    return [(row.state, row.error) for row in post.rows(who)]


@pytest.mark.case("B10")
@pytest.mark.both_databases
def test_B10_a_server_that_is_down_costs_nobody_anything_and_each_letter_comes_once(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Down for two hours; borrowing goes on, and when it is up each letter leaves, once, in order."""
    post.scene.out(days=2)
    port = free_port()
    known(post, monkeypatch, port)
    for minutes in range(0, 120, 10):
        done = post.tick(MORNING + minutes * MINUTE)
        assert done.failed == []
    assert how(post) == [(W, "smtp_unreachable")]
    post.scene.out(post.scene.numbers[1], who="guest", days=9)  # people work on
    with mail_server(port=port) as up:
        for minutes in range(120, 600, 10):
            post.tick(MORNING + minutes * MINUTE)
        assert up.recipients.count(address("staff")) == 1
        assert sorted(up.recipients) == sorted(set(up.recipients))
    assert how(post) == [(S, "")]


@pytest.mark.case("B10")
def test_B10_a_server_that_is_down_is_called_once_a_round(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five hundred letters do not wait for five hundred time-outs."""
    post.scene.out(days=2)
    post.scene.ask(post.scene.numbers[1], who="guest")
    known(post, monkeypatch, free_port())
    calls: list[int] = []
    call = mail.Postman._call

    def counted(self: mail.Postman) -> Any:
        calls.append(1)
        return call(self)

    monkeypatch.setattr(mail.Postman, "_call", counted)
    post.tick(MORNING)
    assert len(calls) == 1
    assert len(post.rows()) > 1
    assert sorted(row.attempts for row in post.rows()) == [0] * (len(post.rows()) - 1) + [1]


def test_down_all_day_the_next_morning_brings_one_letter_not_two(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.scene.out(days=3)
    settings = post.app.config["SETTINGS"]
    known(post, monkeypatch, free_port())
    for hours in range(0, 24, 2):
        post.tick(MORNING + DAY + hours * HOUR)
    monkeypatch.setitem(post.app.config, "SETTINGS", settings)
    post.tick(MORNING + 2 * DAY)
    assert len(post.server.to(address("staff"))) == 1
    assert how(post) == [(D, "superseded"), (S, "")]


@pytest.mark.case("B11")
def test_B11_a_refused_recipient_is_given_up_and_the_others_get_theirs(post: Post) -> None:
    post.scene.out(days=2)
    post.scene.ask(post.scene.numbers[1], who="guest")
    post.server.refused[address("staff")] = "550 5.1.1 no such user"
    post.tick(MORNING)
    assert how(post) == [(F, "recipient_refused")]
    assert how(post, "head") == [(S, "")]
    post.server.refused.clear()
    post.tick(MORNING + HOUR)
    assert post.server.to(address("staff")) == []


@pytest.mark.case("B11")
def test_B11_a_recipient_refused_for_now_is_tried_again(post: Post) -> None:
    post.scene.out(days=2)
    post.server.refused[address("staff")] = "450 4.7.1 greylisted, come again"
    post.tick(MORNING)
    assert how(post) == [(W, "recipient_refused")]
    post.tick(MORNING + MINUTE)  # too soon
    assert post.rows("staff")[0].attempts == 1
    post.server.refused.clear()
    post.tick(MORNING + 6 * MINUTE)
    assert how(post) == [(S, "")]
    assert len(post.server.to(address("staff"))) == 1


@pytest.mark.case("B11")
@pytest.mark.parametrize(
    ("answer", "wanted"), [("554 5.7.1 spam", (F, "mail_refused")), ("451 4.3.0 later", (W, "mail_refused"))]
)
def test_B11_a_message_refused_after_data(post: Post, answer: str, wanted: tuple[DeliveryState, str]) -> None:
    post.scene.out(days=2)
    post.server.answer_to_data = answer
    post.tick(MORNING)
    assert how(post) == [wanted]


@pytest.mark.case("B11")
def test_B11_whoever_stays_silent_is_left_after_the_time_out(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mail.TIMEOUT == 10.0
    monkeypatch.setattr(mail, "TIMEOUT", 0.4)
    post.scene.out(days=2)
    post.server.hang = threading.Event()
    done = post.tick(MORNING)
    assert done.failed == []
    assert {row.error for row in post.rows() if row.attempts} == {"smtp_timeout"}
    post.server.hang.set()
    post.tick(MORNING + HOUR)
    assert {row.state for row in post.rows()} == {S}
    one_id = {letter["Message-ID"] for letter in post.server.to(address("staff"))}
    assert len(one_id) == 1  # if the first did arrive, mail readers know the second as the same


@pytest.mark.case("B11")
def test_B11_a_certificate_nobody_vouches_for_is_refused_and_no_word_is_said(
    post: Post, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    post.scene.out(days=2)
    made = certificate(tmp_path)
    with mail_server(tls_context=server_context(made), require_starttls=True) as server:
        known(post, monkeypatch, server.port, tls="starttls")
        post.tick(MORNING)
        assert server.letters == []
        assert {row.error for row in post.rows() if row.attempts} == {"smtp_tls"}
        monkeypatch.setenv("SSL_CERT_FILE", str(made))  # the agency's own authority, made known to the computer
        post.tick(MORNING + HOUR)
        assert len(server.to(address("staff"))) == 1


@pytest.mark.case("B11")
def test_B11_a_server_without_encryption_is_not_told_the_password(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.scene.out(days=2)
    with mail_server(authenticator=check_password, auth_require_tls=False) as server:
        known(post, monkeypatch, server.port, tls="starttls", password=PASSWORD)
        post.tick(MORNING)
        assert server.letters == []
        assert {row.error for row in post.rows() if row.attempts} == {"smtp_tls"}


def test_a_wrong_password_is_said_and_keeps_the_letters(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.scene.out(days=2)
    with mail_server(authenticator=check_password, auth_require_tls=False) as server:
        known(post, monkeypatch, server.port, password="wrong")
        post.tick(MORNING)
        assert {row.error for row in post.rows() if row.attempts} == {"smtp_auth"}
        known(post, monkeypatch, server.port, password=PASSWORD)
        post.tick(MORNING + HOUR)
        assert {row.state for row in post.rows()} == {S}
        assert len(server.to(address("staff"))) == 1


def test_it_is_given_up_after_the_last_try(post: Post) -> None:
    post.scene.out(days=2)
    post.server.answer_to_data = "451 4.3.0 later"
    at = MORNING
    for _ in range(60):
        post.tick(at)
        at += 10 * MINUTE
    assert [row.attempts for row in post.rows("staff")] == [6]
    post.tick(MORNING + 11 * HOUR)
    assert post.rows("staff")[0].state in (W, F)


# --- LINE -----------------------------------------------------------------------------------------------------------

LINE_USER = "U" + "0123456789abcdef" * 2


def linked(post: Post, who: str = "staff") -> None:
    with post.app.app_context(), transaction() as session:
        person = session.scalar(sa.text("SELECT id FROM person WHERE username = :who"), {"who": who})
        choice = NoticeChoice(person_id=person, channel=Channel.LINE, line_user_id=LINE_USER, changed_at=NOW)
        session.add(choice)


@pytest.mark.case("B12")
def test_B12_whoever_chose_LINE_is_told_there_and_not_by_mail(post: Post, line: LineHost) -> None:
    post.scene.out(days=2)
    linked(post)
    post.tick(MORNING)
    assert [asked["to"] for asked in line.asked] == [LINE_USER]
    assert line.asked[0]["path"] == "/v2/bot/message/push"
    assert line.tokens == ["Bearer token-of-the-agency"]
    assert "เครื่องฉายภาพ (6730-003-0001) พรุ่งนี้" in line.asked[0]["messages"][0]["text"]
    assert post.server.to(address("staff")) == []
    assert line.keys == [post.rows("staff")[0].key]


@pytest.mark.case("B12")
@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (409, (S, "")),
        (429, (W, "line_quota")),
        (500, (W, "line_unreachable")),
        (401, (W, "line_token")),
        (400, (F, "line_refused")),
    ],
)
def test_B12_what_LINE_answers(post: Post, line: LineHost, status: int, wanted: tuple[DeliveryState, str]) -> None:
    post.scene.out(days=2)
    linked(post)
    line.answers = [status]
    post.tick(MORNING)
    assert how(post) == [wanted]


@pytest.mark.case("B12")
def test_B12_a_repetition_carries_the_same_key(post: Post, line: LineHost) -> None:
    post.scene.out(days=2)
    linked(post)
    line.answers = [500, 429]
    for minutes in (0, 6, 30):
        post.tick(MORNING + minutes * MINUTE)
    assert len(line.keys) == 3
    assert len(set(line.keys)) == 1
    assert how(post) == [(S, "")]


@pytest.mark.case("F13")
def test_F13_LINE_sends_us_nowhere_else(post: Post, line: LineHost) -> None:
    post.scene.out(days=2)
    linked(post)
    line.answers, line.location = [302], f"{line.url}/elsewhere"
    post.tick(MORNING)
    assert [asked["path"] for asked in line.asked] == ["/v2/bot/message/push"]
    assert how(post) == [(W, "line_unreachable")]


def test_without_an_account_at_LINE_the_letter_goes_by_mail(post: Post) -> None:
    post.scene.out(days=2)
    linked(post)
    post.tick(MORNING)
    assert len(post.server.to(address("staff"))) == 1
