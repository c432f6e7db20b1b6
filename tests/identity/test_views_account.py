"""One's own account, the page of rights, the ways to other pages."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assetloan.core.db import db
from assetloan.identity import labels
from assetloan.identity.models import ApiToken, Person
from assetloan.identity.rules import GRANTS, Permission, Role
from tests.factories import a_person, a_unit, an_agency, sign_in
from tests.identity.pages import post, seen
from tests.installation import Once


def filled_people(_app: Flask) -> None:
    an_agency()
    a_unit("A", parent="DEP", name="กองหนึ่ง")
    a_person(Role.OFFICER, (Role.HEAD, "A"), unit="A", username="somying", password=True)
    a_person(unit="A", username="somchai", password=True)
    a_person(Role.AUDITOR, unit="SLK", username="auditor", password=True)
    a_person(Role.ADMIN, unit="SLK", username="admin", password=True)
    a_person(username="newcomer", password=True)


@pytest.fixture
def people(app: Flask, once: Once) -> Flask:
    once(filled_people)
    return app


def test_the_account_says_who_i_am_and_what_i_may_do(people: Flask, client: FlaskClient) -> None:
    page = seen(sign_in(client, "somying").get("/account"))
    for words in (
        "นายsomying ใจดี",
        "somying",
        "กองหนึ่ง",
        "เจ้าหน้าที่ (ผู้ยืม)",
        "เจ้าหน้าที่พัสดุของหน่วยงาน กองหนึ่ง",
        "หัวหน้าหน่วยงาน กองหนึ่ง",
        "ออกจากระบบ",
        "เปลี่ยนรหัสผ่าน",
    ):
        assert words in page


def test_a_person_without_a_unit_is_told_what_is_missing(people: Flask, client: FlaskClient) -> None:
    assert "ยังไม่มีหน่วยงาน จึงยังใช้ระบบไม่ได้" in seen(sign_in(client, "newcomer").get("/account"))


def test_the_language_is_kept_for_the_next_sign_in(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "somchai")
    answer = post(client, "/account/language", language="en")
    assert answer.location == "/language/en?next=/account"
    assert '<html lang="en">' in client.get(answer.location, follow_redirects=True).text
    other = sign_in(people.test_client(), "somchai")
    assert '<html lang="en">' in other.get("/account").text
    assert post(client, "/account/language", language="xx").status_code == 422
    with people.app_context():
        assert db.session.scalar(select(Person.language).where(Person.username == "somchai")) == "en"


def test_a_token_is_shown_once_and_can_be_revoked(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "somchai")
    page = post(client, "/account/tokens", name="โปรแกรมบัญชี")
    assert page.status_code == 200
    found = re.search(r'<code class="keep">([\w-]{30,})</code>', page.text)
    assert found is not None
    assert page.headers["Cache-Control"] == "no-store"
    account = client.get("/account")
    assert found[1] not in account.text
    assert "โปรแกรมบัญชี" in seen(account)
    with people.app_context():
        row = db.session.scalars(select(ApiToken)).one()
        assert found[1] not in (row.token_hash, row.name)
        token_id = row.id
    assert post(sign_in(people.test_client(), "somying"), f"/account/tokens/{token_id}/revoke").status_code == 404
    assert post(client, f"/account/tokens/{token_id}/revoke").status_code == 303
    assert "ยกเลิกแล้ว" in seen(client.get("/account"))


def test_the_rights_page_says_exactly_what_the_table_says(people: Flask, client: FlaskClient) -> None:
    page = sign_in(client, "somchai").get("/rights")
    rows = {row[0]: row[1] for row in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page.text, re.DOTALL)}
    for permission in Permission:
        words = str(labels.PERMISSIONS[permission])
        if not GRANTS.get(permission):
            assert words not in rows
            continue
        lines = [re.sub(r"<[^>]+>", "", line) for line in re.findall(r"<li>(.*?)</li>", rows[words])]
        given = {f"{labels.ROLES[role]} {labels.REACHES[reach]}" for role, reach in GRANTS[permission].items()}
        assert set(lines) == given
    assert "<strong>เจ้าหน้าที่ (ผู้ยืม)</strong>" in page.text


@pytest.mark.parametrize(
    ("username", "links"),
    [
        ("somchai", {"/units", "/rights", "/account/notices"}),
        ("auditor", {"/people", "/units", "/delegations", "/audit", "/rights", "/account/notices"}),
        (
            "admin",
            {
                "/people",
                "/units",
                "/delegations",
                "/holidays",
                "/settings",
                "/audit",
                "/rights",
                "/account/notices",
                "/outbox",
            },
        ),
    ],
)
def test_every_page_one_needs_is_a_link_away_and_no_other(
    people: Flask, client: FlaskClient, username: str, links: set[str]
) -> None:
    page = sign_in(client, username).get("/account").text
    section = page.split('aria-labelledby="more"')[1].split("</section>")[0]
    assert set(re.findall(r'href="([^"]+)"', section)) == links
    assert [client.get(link).status_code for link in sorted(links)] == [200] * len(links)
    for start in ("/", "/menu"):
        assert links <= set(re.findall(r'href="([^"]+)"', client.get(start).text))
