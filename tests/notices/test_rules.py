"""By day, again, given up; addresses; the days of chasing. Tables of pure rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetloan import config
from assetloan.lending.chasing.rules import ChaseState, deadline, is_escalated, reminds, state_of
from assetloan.notices import line, rules
from tests.notices.post_office import signature

DUE = date(2026, 8, 7)  # Friday, domain.md 1.6 case 6


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    """An instant of a Bangkok day of November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [
        (at(7), at(7)),
        (at(19, 59), at(19, 59)),
        (at(20), at(7, day=25)),
        (at(23, 59), at(7, day=25)),
        (at(0), at(7)),
        (at(6, 59), at(7)),
    ],
)
def test_what_falls_into_the_night_waits_for_the_morning(moment: datetime, wanted: datetime) -> None:
    assert rules.by_day(moment) == wanted


@given(st.integers(0, 20 * 365 * 24 * 60))
def test_nothing_is_put_off_longer_than_a_night(minutes: int) -> None:
    moment = at(0) + timedelta(minutes=minutes)
    later = rules.by_day(moment)
    assert rules.may_leave(later)
    assert timedelta(0) <= later - moment <= timedelta(hours=11)


def test_each_try_waits_longer_than_the_one_before_and_there_is_a_last_one() -> None:
    tries = [rules.next_try(attempts, at(8)) for attempts in range(1, 8)]
    assert tries[-1] is None
    waits = [moment - at(8) for moment in tries if moment is not None]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=5)


@pytest.mark.parametrize("good", ["a@b.co", "first.last+tag@sub.dep.go.th", "o'neil@x.example", "a_@b.example"])
def test_addresses_that_can_be_written_to(good: str) -> None:
    assert rules.is_address(good)


@pytest.mark.parametrize(
    "bad",
    [
        "", "a", "a@b", "@b.example", "a@", "a@b.example\n", "a@b.example ", "a b@c.example", "a@b..example",
        "a..b@c.example", ".a@b.example", "a@-b.example", "a@b.example,c@d.example", '"a"@b.example', "ก@ข.example",
        "a@[127.0.0.1]", "a" * 65 + "@b.example", "a@" + "b." * 130 + "example", "a@b.example>", "a\r\n@b.example",
    ],
)  # fmt: skip
def test_addresses_that_cannot(bad: str) -> None:
    assert not rules.is_address(bad)


@pytest.mark.parametrize(
    ("today", "first", "wanted"),
    [
        (date(2026, 8, 8), None, ChaseState.TO_CHASE),
        (date(2026, 8, 14), None, ChaseState.TO_CHASE),
        (date(2026, 8, 15), None, ChaseState.MISSED),
        (date(2026, 8, 20), date(2026, 8, 14), ChaseState.CHASED),
        (date(2026, 8, 20), date(2026, 8, 15), ChaseState.MISSED),
    ],
)
def test_the_lender_has_seven_days_from_the_due_day(today: date, first: date | None, wanted: ChaseState) -> None:
    assert deadline(DUE, 7) == date(2026, 8, 14)
    assert state_of(DUE, today, first, 7) is wanted


@pytest.mark.parametrize(("day", "wanted"), [(14, False), (15, True)])
def test_it_goes_higher_on_the_eighth_day(day: int, wanted: bool) -> None:
    assert is_escalated(DUE, date(2026, 8, day), 7) is wanted


@pytest.mark.parametrize(
    ("after", "wanted"),
    [
        (-3, False),
        (-2, False),
        (-1, True),
        (0, True),
        (1, True),
        (7, True),
        (8, False),
        (13, False),
        (14, True),
        (21, True),
    ],
)
def test_when_a_borrower_is_written_to(after: int, wanted: bool) -> None:
    today = DUE + timedelta(days=after)
    assert reminds(DUE, today, today + timedelta(days=1), 7) is wanted


def test_before_days_off_the_reminder_comes_earlier() -> None:
    assert reminds(date(2026, 8, 10), DUE, date(2026, 8, 10), 7)  # due on Monday, told on Friday


def test_a_call_from_LINE_is_known_by_its_signature() -> None:
    body = b'{"events": []}'
    assert line.is_signed("secret", body, signature("secret", body))
    assert not line.is_signed("secret", body + b" ", signature("secret", body))
    assert not line.is_signed("other", body, signature("secret", body))
    assert not line.is_signed("", body, signature("", body))
    assert not line.is_signed("secret", body, "ไม่ใช่")


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"SMTP_HOST": "m.example"}, "SMTP_FROM"),
        ({"SMTP_HOST": "m.example", "SMTP_FROM": "a@b.example\nX: 1"}, "SMTP_FROM"),
        ({"SMTP_HOST": "m.example", "SMTP_FROM": "a@b.example", "SMTP_TLS": "maybe"}, "SMTP_TLS"),
        (
            {"SMTP_HOST": "m.example", "SMTP_FROM": "a@b.example", "SMTP_TLS": "none", "SMTP_PASSWORD": "x"},
            "SMTP_TLS",
        ),
        ({"SMTP_HOST": "m.example", "SMTP_FROM": "a@b.example", "SMTP_PASSWORD": "รหัส"}, "SMTP_PASSWORD"),
        ({"SMTP_HOST": "m.example", "SMTP_FROM": "a@b.example", "SMTP_PORT": "0"}, "SMTP_PORT"),
        ({"LINE_TOKEN": "x", "LINE_URL": "http://line.example"}, "LINE_URL"),
        ({"LINE_TOKEN": "x\ny"}, "LINE_TOKEN"),
    ],
)
def test_settings_that_cannot_be_used_are_named(settings: dict[str, str], name: str) -> None:
    with pytest.raises(config.BadSetting, match=f"ASSETLOAN_{name}"):
        config.load({f"ASSETLOAN_{key}": value for key, value in settings.items()})


def test_secrets_do_not_stand_in_what_is_printed_of_the_settings() -> None:
    given = {
        "SMTP_HOST": "m.example",
        "SMTP_FROM": "a@b.example",
        "SMTP_PASSWORD": "canary-1",
        "LINE_TOKEN": "canary-2",
    }
    loaded = config.load({f"ASSETLOAN_{key}": value for key, value in given.items()})
    assert loaded.mail is not None
    assert loaded.mail.port == 587
    assert "canary" not in repr(loaded)
