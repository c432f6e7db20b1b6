"""Nothing changes without its row in the audit trail; nothing changes twice; the auditor changes nothing (G9, D19)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from assetloan.audit import chain
from assetloan.audit.models import AuditEntry
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.identity import queries, sign_in
from assetloan.web import audit_views, audit_words
from tests.architecture.acts import ACTS, NOTHING_CHANGES, Act
from tests.architecture.routes import unsafe
from tests.architecture.stage import Stage
from tests.architecture.test_csrf import fingerprint
from tests.browsing import fill
from tests.conftest import NOW

# Tested on its own below: it needs a database without people.
# And in tests/notices: what needs a mail server or an account at LINE.
APART = frozenset({"identity.setup", "outbox.test", "identity.line_code", "line.webhook"})
# They open and end sessions: the second time it is another browser that asks. One-time links die of their first use.
SESSIONS = frozenset(
    {"identity.sign_in_page", "identity.sign_out", "identity.change_password", "identity.password_link"}
)
# Their answers show a secret once, so they are not stored and a repetition makes another secret.
SECRETS = frozenset({"identity.create_token", "identity.password_link_for", "booking.create_feed"})
# Acts of which the name says all; passwords and links are never written down.
SAID_BY_NAME = ("sign_in.", "session.", "person.password_", "token.", "standing_approval.revoked", "sign_out", "feed.")
# Fields in which people type what they like, or that name a user, a file or its hash.
TYPED = frozenset({"ชื่อผู้ใช้", "ไฟล์", "อีเมล", "ชื่อ", "รหัส"})
SetClock = Callable[[datetime], None]


def entries(app: Flask) -> list[AuditEntry]:
    with app.app_context():
        db.session.rollback()
        rows = list(db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence)))
        db.session.expunge_all()
        db.session.remove()
    return rows


def whole(app: Flask) -> bool:
    with app.app_context():
        broken = chain.first_broken(db.session())
        db.session.remove()
    return broken is None


def unworded(app: Flask, rows: list[AuditEntry]) -> list[str]:
    """What the page of the record would show as a code of the program."""
    found: list[str] = []
    with app.test_request_context("/"):
        tree = queries.unit_tree(clock.today())
        for row in rows:
            found += [row.action] * (row.action not in audit_words.ACTIONS)
            found += [row.object_type] * (row.object_type not in audit_words.OBJECTS)
            for change in audit_views.changes(row, tree):
                values = re.findall(r"[^;]+", f"{change.before};{change.after}")
                coded = [value for value in values if re.fullmatch(r"(?:.*: )?[a-z][a-z_]{2,}", value.strip())]
                found += [f"{row.action} {change.name}: {value}" for value in coded if change.name not in TYPED]
                found += [f"{row.action} {change.name}"] * bool(re.fullmatch(r"[a-z0-9_]+", change.name))
        db.session.remove()
    return found


@pytest.mark.case("G9")
def test_G9_the_table_of_acts_covers_the_url_map(app: Flask) -> None:
    known = {act.endpoint for act in ACTS} | set(NOTHING_CHANGES) | APART
    routes = {rule.endpoint for rule, _method in unsafe(app)}
    assert sorted(routes - known) == [], "give the route its line in acts.py"
    assert sorted(known - routes) == [], "routes that are gone"


@pytest.mark.case("G9")
@pytest.mark.both_databases
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.endpoint)
def test_G9_an_act_leaves_its_row(stage: Stage, set_clock: SetClock, act: Act) -> None:
    act.prepare(stage)
    set_clock(NOW + timedelta(days=act.days))
    if not act.is_api:
        stage.client(act.who)
    before = entries(stage.app)
    answer = act.send(stage)
    assert answer.status_code in (200, 201, 303), (answer.status_code, answer.text[-3000:])
    new = entries(stage.app)[len(before) :]
    assert new, "changed without a row in the audit trail"
    assert whole(stage.app)
    for row in new:
        assert row.action
        assert row.actor_name
        assert row.occurred_at == NOW + timedelta(days=act.days)
        assert row.address == "127.0.0.1"
        assert row.source == ("api" if act.is_api else "web")
        assert row.object_type
        assert row.object_key
        if not row.action.startswith(SAID_BY_NAME):
            assert row.before != row.after, f"{row.action} does not say what changed"
    assert unworded(stage.app, new) == [], "the page of the record shows codes (web/audit_words.py, audit_values.py)"


@pytest.mark.case("G9")
def test_G9_the_first_set_up_leaves_its_row(app: Flask) -> None:
    with app.app_context():
        with transaction():
            token = sign_in.issue_setup_link(now=NOW)
        db.session.remove()
    fields = {
        "agency_name": "กรมตัวอย่าง",
        "agency_code": "DEP",
        "name": "นายดูแล ระบบ",
        "username": "admin",
        "password": "ม้าลายวิ่งข้ามถนน-2570",
    }
    answer = fill(app.test_client(), f"/setup/{token}", fields=fields)
    assert answer.status_code == 303
    assert entries(app)
    assert whole(app)


@pytest.mark.case("D19")
@pytest.mark.parametrize("act", [act for act in ACTS if act.is_api], ids=lambda act: act.endpoint)
def test_D19_the_auditor_writes_nothing_by_the_api(stage: Stage, act: Act) -> None:
    act.prepare(stage)
    before = fingerprint(stage.app)
    answer = act.send(stage, "auditor")
    assert answer.status_code in (403, 404)
    assert fingerprint(stage.app) == before


@pytest.mark.case("A6")
@pytest.mark.parametrize(
    "act",
    [act for act in ACTS if not act.is_api and act.endpoint not in SESSIONS | SECRETS],
    ids=lambda act: act.endpoint,
)
def test_A6_sent_twice_it_happens_once(
    stage: Stage, set_clock: SetClock, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same form, key and all, twice in a row: one change, and no error of the program."""
    act.prepare(stage)
    set_clock(NOW + timedelta(days=act.days))
    client = stage.client(act.who)
    sent: list[tuple[str, dict[str, Any]]] = []
    post = client.post

    def noted(address: str, **more: Any) -> TestResponse:
        sent.append((address, dict(more)))
        return post(address, **more)

    monkeypatch.setattr(client, "post", noted)
    first = act.send(stage)
    count = len(entries(stage.app))
    address, more = sent[-1]
    files = {name: value for name, value in act.fields(stage).items() if isinstance(value, list)}
    more["data"] = more["data"] | files  # what was uploaded was read to its end
    again = post(address, **more)
    assert len(entries(stage.app)) == count, "it happened again"
    assert (again.status_code, again.headers.get("Location")) == (first.status_code, first.headers.get("Location"))
