"""`tick`: what is due, as a command: one JSON object, twice, late, on a day named, beside another."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from assetloan.cli import tick
from assetloan.cli.main import parser
from assetloan.core import beat, clock
from assetloan.core.beat_models import Beat
from assetloan.core.db import db, transaction
from tests.conftest import NOW
from tests.lending.scene import Scene, scene
from tests.together import together

__all__ = ["scene"]


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps that are registered now live as long as the test."""
    monkeypatch.setattr(beat, "_steps", dict(beat._steps))


def told(scene: Scene, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    """The exit code and the JSON of one tick."""
    args = parser().parse_args(["tick", "--json", *words])
    with scene.app.app_context():
        code = tick.run(args)
        db.session.remove()
    return code, json.loads(capsys.readouterr().out)


def test_it_tells_what_it_did_and_the_second_time_that_there_was_nothing(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.out(days=0)
    scene.later(days=8)
    code, first = told(scene, capsys)
    assert (code, first["date"], first["busy"], first["escalated"]) == (0, "2026-12-01", False, 1)
    code, second = told(scene, capsys)
    assert (code, second["escalated"]) == (0, 0)


def test_a_day_may_be_named(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.out(days=0)
    assert told(scene, capsys, "--date", "2026-11-30")[1]["escalated"] == 0
    code, done = told(scene, capsys, "--date", "2026-12-01")
    assert (code, done["date"], done["escalated"]) == (0, "2026-12-01", 1)


@pytest.mark.parametrize("wrong", ["1.12.2569", "tomorrow", "2026-02-30", ""])
def test_a_day_that_is_none_is_wrong_use(wrong: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        parser().parse_args(["tick", "--date", wrong])
    assert stopped.value.code == 2


def test_what_nobody_collected_expires(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    loan = scene.approve(scene.ask(days=3))
    scene.later(days=20)
    assert told(scene, capsys)[1]["expired"] == 1
    assert scene.states(loan) == ["expired"]


@pytest.mark.both_databases
def test_of_several_at_once_one_does_it_and_the_others_say_so(scene: Scene, added: None) -> None:
    """Each step is done by one of them at a time, and nobody waits."""
    inside: list[int] = []
    most: list[int] = []

    @beat.step("test", place=1)
    def _slow(_now: object) -> dict[str, int]:
        inside.append(1)
        most.append(len(inside))
        with transaction() as session:
            session.execute(sa.update(Beat).where(Beat.name == "x").values(holder=""))
        inside.pop()
        return {}

    together(scene.app, [lambda: beat.run(NOW)] * 6)
    assert most
    assert max(most) == 1
    with scene.app.app_context():
        assert db.session.scalar(sa.select(Beat.lease_until).where(Beat.name == "tick")) is None
        db.session.remove()


def test_a_step_that_fails_does_not_keep_the_others_from_being_done(
    scene: Scene, added: None, capsys: pytest.CaptureFixture[str]
) -> None:
    @beat.step("test", place=1)
    def _bad(_now: object) -> dict[str, int]:
        raise LookupError("a fault of ours")

    scene.out(days=0)
    scene.later(days=8)
    code, done = told(scene, capsys)
    assert (code, done["failed"], done["escalated"]) == (1, ["test"], 1)


def test_whoever_died_at_it_is_followed_by_the_next_after_a_quarter_of_an_hour(scene: Scene) -> None:
    with scene.app.app_context():
        assert beat._take(beat.NAME, "somebody who dies", None)
        assert beat.run(NOW).busy
        scene.now = NOW + timedelta(minutes=16)
        assert not beat.run(scene.now).busy
        db.session.remove()


def test_the_server_looks_but_acts_every_ten_minutes_only(scene: Scene) -> None:
    with scene.app.app_context():
        assert not beat.run(NOW, forced=False).busy
        scene.now = NOW + timedelta(minutes=9)
        assert beat.run(scene.now, forced=False).busy
        assert not beat._is_time()
        scene.now = NOW + timedelta(minutes=10)
        assert beat._is_time()
        assert not beat.run(scene.now, forced=False).busy
        db.session.remove()


def test_the_server_does_what_is_due_by_itself(scene: Scene, added: None, monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()

    @beat.step("test", place=1)
    def _noted(_now: object) -> dict[str, int]:
        done.set()
        return {}

    monkeypatch.setattr(beat, "LOOK_SECONDS", 0.05)
    stop = beat.start(scene.app)
    try:
        assert done.wait(20)
    finally:
        stop.set()
        for thread in threading.enumerate():
            if thread.name == "tick":
                thread.join(20)


def test_a_day_named_is_judged_at_nine_in_the_morning(app: Flask) -> None:
    assert clock.in_bangkok(tick.moment(clock.today() + timedelta(days=3))).hour == tick.HOUR
    assert tick.moment(None) == tick.moment(clock.today()) == NOW
