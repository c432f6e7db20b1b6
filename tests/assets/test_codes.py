"""Codes: another label, blank ones, linking, revoking; what a code tells to whom; on both databases."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from assetloan.assets import codes, queries
from assetloan.assets.models import Code
from assetloan.assets.rules import CodeState
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Forbidden, Invalid, NotFound
from assetloan.core.ids import code_url, read_code
from assetloan.identity.rules import Role, console
from tests.factories import a_unit, an_actor, an_agency, an_asset

pytestmark = pytest.mark.both_databases


def code_of(number: str) -> str:
    return queries.by_number(console(), number).codes[0].code


def test_a_code_is_found_in_any_spelling_and_as_a_label_address(ctx: Flask) -> None:
    asset = an_asset(an_agency())
    code = code_of(asset.number)
    for typed in (
        code, code.lower(), f" {code[:4]} {code[4:]} ", f"{code[:4]}-{code[4:]}", code_url("https://a.go.th", code),
        f"http://127.0.0.1:5000/q/{code.lower()}?x=1",
    ):  # fmt: skip
        found = queries.by_code(console(), typed)
        assert (found.code, found.state) == (code, CodeState.LINKED)
        assert queries.by_reference(console(), typed).number == asset.number
        assert [item.number for item in queries.by_references(console(), [typed])] == [asset.number]


def test_another_label_is_another_code_of_the_same_thing(ctx: Flask, now: datetime) -> None:
    asset = an_asset(an_agency())
    first = code_of(asset.number)
    with transaction():
        second = codes.add_code(console(), asset.number, reason="ป้ายหลุด", now=now)
    assert second != first
    assert {queries.by_code(console(), code).asset for code in (first, second)} == {asset}
    assert queries.history_of(console(), asset)[0].reason == "ป้ายหลุด"


def test_a_revoked_code_is_remembered_and_opens_nothing(ctx: Flask, now: datetime) -> None:
    asset = an_asset(an_agency())
    number, code = asset.number, code_of(asset.number)
    with pytest.raises(Invalid), transaction():
        codes.revoke_code(console(), number, code, reason=" ", now=now)
    with transaction():
        codes.revoke_code(console(), number, code, reason="ป้ายหาย", now=now)
    assert queries.by_code(console(), code).state is CodeState.REVOKED
    for call in (queries.by_reference, lambda actor, typed: queries.by_references(actor, [typed])):
        with pytest.raises(NotFound):
            call(console(), code)
    with pytest.raises(DomainError, match="code_revoked"), transaction():
        codes.revoke_code(console(), number, code, reason="อีกครั้ง", now=now)


def test_a_code_of_another_thing_is_not_revoked_here(ctx: Flask, now: datetime) -> None:
    unit = an_agency()
    number, other = an_asset(unit).number, an_asset(unit).number
    with pytest.raises(NotFound), transaction():
        codes.revoke_code(console(), number, code_of(other), reason="ผิดชิ้น", now=now)


def test_blank_codes_are_linked_once(ctx: Flask, now: datetime) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP")
    officer = an_actor(Role.OFFICER, unit="A")
    number, other = an_asset(unit).number, an_asset(unit).number
    with transaction():
        made = codes.create_blank_codes(officer, unit.id, 24, now=now)
    assert len(set(made)) == 24
    assert all(read_code(code) == code for code in made)
    blank = queries.by_code(officer, made[0])
    assert (blank.state, blank.asset) == (CodeState.BLANK, None)
    with transaction():
        codes.link_code(officer, made[0].lower(), number, now=now)
    assert queries.by_reference(officer, made[0]).number == number
    with pytest.raises(DomainError, match="code_taken"), transaction():
        codes.link_code(officer, made[0], other, now=now)


@pytest.mark.parametrize("count", [0, 2001, -1])
def test_the_number_of_blank_codes_is_bounded(ctx: Flask, now: datetime, count: int) -> None:
    unit = an_agency()
    with pytest.raises(Invalid), transaction():
        codes.create_blank_codes(console(), unit.id, count, now=now)
    assert db.session.scalars(select(Code)).all() == []


@pytest.mark.case("D4")
def test_D4_a_blank_code_of_another_unit_is_unknown(ctx: Flask, now: datetime) -> None:
    an_agency()
    unit, other = a_unit("A", parent="DEP"), a_unit("B", parent="DEP")
    stranger = an_actor(Role.OFFICER, unit="B")
    own = an_asset(other).number
    with transaction():
        (blank,) = codes.create_blank_codes(console(), unit.id, 1, now=now)
    assert queries.by_code(stranger, blank).state is None
    assert queries.by_code(an_actor(unit="A"), blank).state is None
    with pytest.raises(NotFound), transaction():
        codes.link_code(stranger, blank, own, now=now)
    for typed in ("00000000", "ไม่ใช่รหัส"):
        with pytest.raises(NotFound), transaction():
            codes.link_code(stranger, typed, own, now=now)
    assert queries.by_code(console(), blank).state is CodeState.BLANK


@pytest.mark.case("D4")
def test_D4_codes_of_another_unit_cannot_be_made_or_revoked(ctx: Flask, now: datetime) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP")
    a_unit("B", parent="DEP")
    lendable, hidden = an_asset(unit).number, an_asset(unit, loanable=False).number
    stranger = an_actor(Role.OFFICER, unit="B")
    for number, refusal in ((lendable, Forbidden), (hidden, NotFound)):
        with pytest.raises(refusal), transaction():
            codes.add_code(stranger, number, now=now)
        with pytest.raises(refusal), transaction():
            codes.revoke_code(stranger, number, code_of(number), reason="x", now=now)
    with pytest.raises(Forbidden), transaction():
        codes.create_blank_codes(stranger, unit.id, 1, now=now)


def test_a_code_tells_a_stranger_nothing_about_a_thing_out_of_reach(ctx: Flask, now: datetime) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP")
    hidden = an_asset(unit, loanable=False).number
    found = queries.by_code(an_actor(unit="SLK"), code_of(hidden))
    assert (found.asset, found.state) == (None, None)
