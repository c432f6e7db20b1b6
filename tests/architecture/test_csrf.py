"""Every form of every page is worth nothing without its own token (F3, C14), walked from the URL map."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from assetloan.core.db import db
from tests.architecture.routes import unsafe
from tests.architecture.stage import OWN, Stage

# Whoever may use most of the pages, so that a refusal comes from the token and not from a missing right.
WALKERS = ("visitor", "officer", "head", "secretariat", "director", "admin")


def token_of(client: FlaskClient) -> str:
    """The token of this browser's session, as a page of it carries it."""
    page = client.get("/sign-in").text if client.get("/account").status_code != 200 else client.get("/account").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def fingerprint(app: Flask) -> dict[str, int]:
    """How many rows each table has, and the last entry of the audit trail."""
    with app.app_context():
        db.session.rollback()
        counts = {
            table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in db.metadata.sorted_tables
        }
        db.session.remove()
    return counts


@pytest.mark.case("F3")
@pytest.mark.parametrize("who", WALKERS)
def test_F3_without_its_token_no_form_does_anything(stage: Stage, who: str) -> None:
    client = stage.client(who)
    stranger = token_of(stage.client("staff"))
    own = token_of(client)
    before = fingerprint(stage.app)
    bad = {
        "no token": {},
        "empty": {"csrf_token": ""},
        "wrong": {"csrf_token": "made-up"},
        "another session's": {"csrf_token": stranger},
        "cut": {"csrf_token": own[:-3]},
    }
    for rule, method in unsafe(stage.app):
        if rule.rule.startswith("/api/"):
            continue
        address = stage.address(rule, OWN)
        for why, fields in bad.items():
            answer = client.open(address, method=method, data=fields)
            assert answer.status_code == 400, (rule.rule, method, why, answer.status_code)
    assert fingerprint(stage.app) == before


@pytest.mark.case("F3")
def test_F3_over_https_the_request_must_come_from_our_own_page(another_app: object, stage: Stage) -> None:
    """A right token sent from elsewhere is refused: the referrer is looked at where it is always sent."""
    https = "https://loans.example.go.th"
    app = another_app(ASSETLOAN_BASE_URL=https)  # type: ignore[operator]
    client = app.test_client()
    page = client.get("/sign-in", base_url=https).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    data = {"csrf_token": token.group(1), "username": "x", "password": "y"}
    for referrer in ("https://evil.example/", "http://loans.example.go.th/", ""):
        headers = {"Referer": referrer} if referrer else {}
        answer = client.post("/sign-in", data=data, base_url=https, headers=headers)
        assert answer.status_code == 400, referrer
    good = client.post("/sign-in", data=data, base_url=https, headers={"Referer": f"{https}/sign-in"})
    assert good.status_code == 422


@pytest.mark.case("F3")
def test_F3_the_api_takes_no_cookie(stage: Stage) -> None:
    """A signed-in browser is nobody to the API, so no form of another site can use it."""
    client = stage.client("officer")
    for rule, method in unsafe(stage.app):
        if rule.rule.startswith("/api/"):
            answer = client.open(stage.address(rule, OWN), method=method, json={})
            assert answer.status_code == 401, rule.rule
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.case("C14")
def test_C14_signing_out_needs_the_token_too(stage: Stage) -> None:
    client = stage.client("staff")
    assert client.post("/sign-out").status_code == 400
    assert client.get("/account").status_code == 200
