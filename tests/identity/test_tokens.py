"""A new password ends the person's API tokens, not those of others, and the record says how many."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from assetloan.audit.models import AuditEntry
from assetloan.core import ids
from assetloan.core.db import db, transaction
from assetloan.identity import sessions, sign_in
from assetloan.identity.rules import Role, console
from tests.factories import PASSWORD, a_person, actor_named, an_agency

pytestmark = pytest.mark.both_databases
NEW = "ม้าลายวิ่งข้ามถนน-2570"


@pytest.mark.parametrize("way", ["changed", "set_by_link"])
def test_a_new_password_ends_the_tokens_of_the_person_alone(ctx: Flask, now: datetime, way: str) -> None:
    an_agency()
    a_person(Role.OFFICER, unit="SLK", username="ann", password=True)
    a_person(Role.OFFICER, unit="SLK", username="bob", password=True)
    ann = actor_named("ann")
    with transaction():
        mine = [sign_in.create_token(ann, "ann", name="รายงาน", now=now) for _number in range(2)]
        other = sign_in.create_token(console(), "bob", now=now)
    with transaction():
        if way == "changed":
            sign_in.change_password(ann, PASSWORD, NEW, now=now)
        else:
            link = sign_in.issue_password_link(console(), "ann", now=now)
            sign_in.use_password_link(link, NEW, source="-", now=now)
    assert [sessions.live_token(ids.token_hash(token), now) for token in mine] == [None, None]
    assert sessions.live_token(ids.token_hash(other), now) is not None
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == f"person.password_{way}")).one()
    assert json.loads(entry.after) == {"tokens_ended": 2}
