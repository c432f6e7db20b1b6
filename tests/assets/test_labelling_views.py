"""The pages of labelling rounds: every act without scripts, the answers to scripts, who sees what."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from assetloan.assets import codes
from assetloan.assets.labelling import round_views
from assetloan.assets.models import Asset, Code
from assetloan.assets.rules import CodeState
from assetloan.core.db import db, transaction
from assetloan.identity.rules import Role, console
from tests.browsing import fill, the_form
from tests.conftest import NOW
from tests.factories import a_person, a_unit, an_agency, an_asset, sign_in

UNIT, ROOM = "/labelling/กยผ", "/labelling/กยผ/rooms/0"
AT = "2026-11-23T09:00:00+07:00"


@pytest.fixture
def things(app: Flask) -> dict[str, str]:
    """Codes by name: of a printed label, and a blank one; numbers of two things."""
    with app.app_context():
        an_agency()
        unit, other = a_unit("กยผ", parent="DEP"), a_unit("กคพ", parent="DEP")
        a_person(Role.OFFICER, unit="กยผ", username="officer", password=True)
        a_person(Role.OFFICER, unit="กคพ", username="stranger", password=True)
        a_person(Role.SECRETARIAT, unit="SLK", username="secretariat", password=True)
        first, second = an_asset(unit, name="กล้อง").number, an_asset(unit, name="จอภาพ").number
        an_asset(other)
        with transaction():
            codes.create_blank_codes(console(), unit.id, 1, now=NOW)
        blank = sa.select(Code.code).where(Code.state == CodeState.BLANK)
        printed = sa.select(Code.code).join(Asset).where(Asset.asset_no == first)
        found = {"blank": db.session.scalars(blank).one(), "printed": db.session.scalars(printed).one()}
        db.session.remove()
    return found | {"first": first, "second": second}


@pytest.fixture
def officer(client: FlaskClient, things: dict[str, str]) -> FlaskClient:
    sign_in(client, "officer")
    assert fill(client, UNIT, action="/start").status_code == 303
    return client


def scan(client: FlaskClient, **fields: str) -> int:
    return fill(client, ROOM, action="rooms/0", fields=dict(fields)).status_code


def test_a_room_is_labelled_without_scripts(officer: FlaskClient, things: dict[str, str]) -> None:
    assert "มีป้ายแล้ว 0 จาก 2 ชิ้น" in officer.get(ROOM).text
    assert scan(officer, code=things["printed"]) == 303
    assert scan(officer, code=things["blank"]) == 422
    assert scan(officer, code=things["blank"], asset=things["second"]) == 303
    page = officer.get(ROOM).text
    assert "ของในห้องนี้มีป้ายครบแล้ว" in page
    assert "ล่าสุด: ผูกป้ายกับ จอภาพ" in page
    assert fill(officer, ROOM, action="/undo").status_code == 303
    assert "มีป้ายแล้ว 1 จาก 2 ชิ้น" in officer.get(UNIT).text
    assert scan(officer, code="S/N 7", asset=things["second"]) == 422
    assert scan(officer, code="S/N 7", asset=things["second"], adopt="1") == 303
    found = officer.get("/q", query_string={"code": "s/n7"})
    assert found.status_code == 303
    assert "จอภาพ" in officer.get(found.location).text
    assert fill(officer, UNIT, action="/end").status_code == 303
    assert "ยังไม่มีรอบติดป้ายที่เปิดอยู่" in officer.get(ROOM).text


def test_a_script_gets_the_list_and_what_became_of_the_code(officer: FlaskClient, things: dict[str, str]) -> None:
    form = the_form(officer.get(ROOM).text, "rooms/0")
    sent = {"csrf_token": form.fields["csrf_token"], "key": "k1", "code": things["printed"]}
    answer = officer.post(ROOM, data=sent, headers={"X-Requested-With": "fetch"})
    assert 'data-outcome="added"' in answer.text
    assert "ป้ายของ กล้อง ติดอยู่แล้ว" in answer.text
    assert "<html" not in answer.text


def test_kept_acts_are_taken_in_order_and_once(officer: FlaskClient, things: dict[str, str]) -> None:
    listed = officer.get(f"{ROOM}/list").json
    assert listed["total"] == 2
    acts = [
        {"key": "a", "code": things["blank"], "asset": things["second"], "at": AT},
        {"key": "b", "code": things["printed"], "asset": "", "at": AT},
        {"key": "c", "code": "S/N 7", "asset": "", "at": AT},
    ]
    for _again in range(2):
        sent = {"csrf_token": listed["csrf"], "acts": json.dumps(acts)}
        answer = officer.post(ROOM, data=sent).json
        assert [told["kind"] for told in answer["outcomes"]] == ["linked", "attached", "label_unknown"]
        assert answer["list"]["labelled"] == 2
    assert fill(officer, UNIT, action="/end").status_code == 303
    refused = officer.post(ROOM, data={"csrf_token": listed["csrf"], "acts": json.dumps(acts)})
    assert (refused.status_code, "รอบติดป้าย" in refused.json["said"]) == (409, True)


@pytest.mark.parametrize("acts", ["", "{}", "[]", "[1]", '[{"key":"a"}]', '[{"key":"a","code":"b","at":"2026-11-23"}]'])
def test_what_is_no_list_of_acts_is_refused(officer: FlaskClient, acts: str) -> None:
    token = officer.get(f"{ROOM}/list").json["csrf"]
    assert officer.post(ROOM, data={"csrf_token": token, "acts": acts}).status_code == 400


def test_others_see_what_they_may(app: Flask, officer: FlaskClient) -> None:
    stranger, secretariat = sign_in(app.test_client(), "stranger"), sign_in(app.test_client(), "secretariat")
    for page in (UNIT, ROOM, f"{ROOM}/list"):
        assert stranger.get(page).status_code == 404
        assert secretariat.get(page).status_code == 200
    assert stranger.get("/labelling").status_code == 303
    assert "มีป้ายแล้ว 0 จาก 3 ชิ้น" in secretariat.get("/labelling").text
    assert "data-live" not in secretariat.get(ROOM).text
    assert officer.get("/labelling/กยผ/rooms/999").status_code == 404


def test_the_worker_of_the_offline_page_is_another_one_in_another_release(client: FlaskClient, tmp_path: Path) -> None:
    """The browser compares it byte by byte: the same release gives the same one, a changed script or page another."""
    first, second = (client.get("/labelling/worker.js") for _time in range(2))
    assert first.data == second.data
    assert re.match(r'const RELEASE = "[0-9a-f]{16}";\n', first.text)
    pages = tmp_path / "pages"
    pages.mkdir()
    marks = []
    for words in ("a", "a", "b"):
        (pages / "offline.html").write_text(words)
        round_views._release.cache_clear()
        marks.append(round_views._release(pages))
    assert marks[0] == marks[1] != marks[2]
    round_views._release.cache_clear()
