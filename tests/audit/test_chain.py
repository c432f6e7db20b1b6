"""The audit chain: every change is in it, and no row can be changed, taken out or cut off unnoticed (G10)."""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from assetloan import audit
from assetloan.audit import chain
from assetloan.audit.models import AuditEntry
from assetloan.core import db_objects
from assetloan.core.db import db, transaction
from assetloan.core.job_models import JobState
from assetloan.core.money import Money
from tests.conftest import NOW

pytestmark = pytest.mark.both_databases


@pytest.fixture
def filled(ctx: Flask) -> Flask:
    for number in range(5):
        with transaction():
            audit.record(
                audit.ActorRef(None, "สมชาย"),
                "thing.changed",
                audit.ObjectRef("thing", str(number)),
                at=NOW,
                before={"ชื่อ": "เก่า"},
                after={"ชื่อ": "ใหม่", "n": number},
            )
    return ctx


def unguarded(statement: str) -> None:
    """What a malicious hand could do with the triggers away."""
    with transaction():
        db_objects.drop_all(db.session.connection())
        db.session.execute(text(statement))


def test_a_whole_chain_is_whole(filled: Flask) -> None:
    assert chain.first_broken(db.session()) is None
    assert db.session.scalars(select(AuditEntry.sequence).order_by(AuditEntry.sequence)).all() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("UPDATE audit_entry SET after = '{}' WHERE sequence = 3", "3"),
        ("DELETE FROM audit_entry WHERE sequence = 2", "2"),
        ("DELETE FROM audit_entry WHERE sequence = 5", "head"),
        ("UPDATE audit_entry SET actor_name = 'คนอื่น' WHERE sequence = 4", "4"),
        ("UPDATE audit_entry SET occurred_at = '2020-01-01' WHERE sequence = 1", "1"),
    ],
)
def test_G10_tampering_is_found(filled: Flask, statement: str, names: str) -> None:
    unguarded(statement)
    assert names in (chain.first_broken(db.session()) or "")


@pytest.mark.parametrize("verb", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_the_log(filled: Flask, verb: str) -> None:
    with pytest.raises(IntegrityError, match="tr_audit_entry_no"), transaction():
        db.session.execute(text(verb))


def test_a_failed_change_leaves_no_row(filled: Flask) -> None:
    def fail() -> None:
        with transaction():
            audit.record(audit.ActorRef(None, "x"), "y", audit.ObjectRef("a", "b"), at=NOW)
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the one raised above
        fail()
    assert chain.first_broken(db.session()) is None
    assert len(db.session.scalars(select(AuditEntry)).all()) == 5


said = st.text(st.characters(codec="utf-8"), max_size=12)
numbered = st.one_of(st.none(), st.integers())
KINDS: dict[str, Any] = dict.fromkeys(chain.Pending.__dataclass_fields__, said) | {
    "occurred_at": st.datetimes(timezones=st.just(UTC)),
    **dict.fromkeys(("actor_id", "actor_unit_id", "unit_id"), numbered),
}


@given(fields=st.fixed_dictionaries(KINDS), sequence=st.integers(1, 10**9))
def test_the_hash_is_over_the_canonical_form(fields: dict[str, Any], sequence: int) -> None:
    written = f"before\n{sequence}\n{chain.canonical(fields)}".encode()
    assert chain.link("before", sequence, fields) == hashlib.sha256(written).hexdigest()


def test_values_of_every_kind_have_one_form() -> None:
    value = {"b": [NOW, JobState.DONE, None, 1, True], "a": {"ก": Money(100), "x": {3: (1.5,)}}}
    assert chain.canonical(value) == (
        '{"a":{"x":{"3":[1.5]},"ก":"1.00"},"b":["2026-11-23T03:00:00+00:00","done",null,1,true]}'
    )
