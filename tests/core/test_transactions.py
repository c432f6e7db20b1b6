"""One write transaction, one result: nesting, keys, numbers; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from assetloan import audit
from assetloan.core import counters, idempotency, settings
from assetloan.core.db import db, transaction, wal_is_safe
from assetloan.core.errors import DomainError, Invalid
from assetloan.core.idempotency import Answer, StoredAnswer, run_once
from tests.conftest import NOW

pytestmark = pytest.mark.both_databases


def test_write_transactions_do_not_nest(ctx: Flask) -> None:
    with transaction(), pytest.raises(RuntimeError), transaction():
        pass


def test_a_change_outside_a_transaction_is_refused(ctx: Flask) -> None:
    with pytest.raises(RuntimeError):
        audit.record(audit.ActorRef(None, "x"), "y", audit.ObjectRef("a", "b"), at=NOW)
    with pytest.raises(RuntimeError):
        counters.next_number("loan", "A", 2570)


def test_a_failed_transaction_leaves_nothing(ctx: Flask) -> None:
    def fail() -> None:
        with transaction():
            counters.next_number("loan", "A", 2570)
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the one raised above
        fail()
    assert db.session.scalar(select(counters.Counter)) is None


def test_A13_the_same_key_gives_the_same_answer_and_another_body_is_refused(ctx: Flask) -> None:
    calls = []

    def work() -> Answer:
        calls.append(1)
        return Answer(201, body="made")

    first = run_once("person:1", "key", "body", work)
    again = run_once("person:1", "key", "body", work)
    assert (first.body, again.body, again.replayed, len(calls)) == ("made", "made", True, 1)
    with pytest.raises(DomainError, match="idempotency_mismatch"):
        run_once("person:1", "key", "other body", work)
    assert run_once("person:2", "key", "other body", work).replayed is False


def test_a_refusal_is_not_kept(ctx: Flask) -> None:
    def refuse() -> Answer:
        raise DomainError("asset_not_available")

    with pytest.raises(DomainError):
        run_once("person:1", "key", "body", refuse)
    assert run_once("person:1", "key", "body", lambda: Answer(201)).replayed is False


def test_a_key_is_forgotten_after_a_day(ctx: Flask) -> None:
    run_once("person:1", "key", "body", lambda: Answer(201))
    with transaction():
        db.session.scalars(select(StoredAnswer)).one().created_at -= timedelta(hours=25)
    assert run_once("person:1", "key", "other", lambda: Answer(200)).replayed is False


@pytest.mark.parametrize("key", ["ก", "a\nb", "x" * 201])
def test_a_strange_key_is_refused(ctx: Flask, key: str) -> None:
    with pytest.raises(Invalid):
        run_once("person:1", key, "body", lambda: Answer(200))


def test_A13_two_tries_at_once_run_once(app: Flask) -> None:
    ran = []

    def try_it(_number: int) -> str:
        with app.app_context():

            def work() -> Answer:
                ran.append(1)
                return Answer(201, body="made")

            return run_once("person:1", "same", "body", work).body

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(try_it, range(8))) == {"made"}
    assert len(ran) == 1


def test_A10_numbers_run_without_gap_or_double(app: Flask) -> None:
    def take(_number: int) -> int:
        with app.app_context(), transaction():
            return counters.next_number("loan", "A", 2570)

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(50)))
    assert sorted(taken) == list(range(1, 51))


def test_a_setting_holds_from_its_day_on(ctx: Flask, now: datetime) -> None:
    today = now.date()
    with transaction():
        settings.put("longest_loan_days", 30, today)
    assert settings.number("longest_loan_days", today) == 30
    assert settings.number("longest_loan_days", today - timedelta(days=1)) == 15


@pytest.mark.parametrize(
    ("version", "safe"),
    [((3, 40, 1), False), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 50, 7), True), ((3, 53, 4), True)],
)
def test_which_sqlite_may_use_wal(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_idempotency_keys_are_cleaned_up(ctx: Flask, now: datetime) -> None:
    run_once("person:1", "key", "body", lambda: Answer(201))
    with transaction():
        idempotency.forget_old(now + timedelta(days=400))
    assert db.session.scalar(select(StoredAnswer)) is None
