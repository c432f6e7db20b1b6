"""U37: a half-made form outlives its session for its own person, is drawn again, and is never sent by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse
from wtforms import Field, PasswordField

from assetloan.assets.queries import by_number
from assetloan.core import db as core_db
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError
from assetloan.core.forms import BaseForm
from assetloan.identity import kept, queries
from assetloan.identity import sign_in as service
from assetloan.identity.models import KeptForm, Person
from assetloan.identity.rules import Role, console
from assetloan.lending.models import Loan
from tests.browsing import send, the_form
from tests.conftest import NOW
from tests.factories import PASSWORD, a_person, actor_named, an_agency, an_asset, sign_in
from tests.identity.pages import post, seen, token
from tests.installation import Once

LATER = NOW + timedelta(hours=13)
BORROW = {"purpose_text": "อบรมการใช้เครื่องฉายภาพที่ศูนย์", "place": "inside"}


def filled_code(_app: Flask) -> str:
    an_agency()
    a_person(unit="SLK", username="ann", password=True)
    a_person(unit="SLK", username="bob", password=True)
    a_person(Role.ADMIN, unit="SLK", username="admin", password=True)
    number = an_asset(queries.unit_by_code("SLK", NOW.date())).number
    return by_number(console(), number).codes[0].code


@pytest.fixture
def code(once: Once) -> str:
    return once(filled_code)


def sign_in_at(client: FlaskClient, page: str, username: str) -> TestResponse:
    """Sign in on the page that one was sent to."""
    form = the_form(client.get(page).text, "/sign-in")
    return send(client, form, page, {"username": username, "password": PASSWORD})


def half_made(client: FlaskClient, code: str, set_clock: Callable[[datetime], None]) -> TestResponse:
    """The borrow form, opened in time and sent after the session ended."""
    sign_in(client, "ann")
    page = client.get(f"/q/{code}")
    set_clock(LATER)
    return send(client, the_form(page.text), f"/q/{code}", BORROW)


def loans(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Loan)) or 0


def test_the_form_comes_back_filled_and_is_sent_by_the_person_alone(
    app: Flask, client: FlaskClient, code: str, set_clock: Callable[[datetime], None]
) -> None:
    answer = half_made(client, code, set_clock)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=%2Fkept%2F")
    back = sign_in_at(client, answer.location, "ann")
    assert back.location.startswith("/kept/")
    page = client.get(back.location)
    assert page.status_code == 200
    assert "ข้อมูลที่กรอกไว้กลับมาแล้ว ยังไม่ได้ส่ง" in seen(page)
    assert BORROW["purpose_text"] in page.text
    assert "ข้อผิดพลาด" not in seen(page)
    assert loans(app) == 0
    sent = send(client, the_form(page.text, f"/{code}/borrow"), back.location, {})
    assert sent.status_code == 303
    assert loans(app) == 1


def test_another_person_never_sees_it(
    app: Flask, client: FlaskClient, code: str, set_clock: Callable[[datetime], None]
) -> None:
    answer = half_made(client, code, set_clock)
    back = sign_in_at(client, answer.location, "bob")
    page = client.get(back.location)
    assert (page.status_code, page.location) == (303, "/")
    assert loans(app) == 0


def test_it_lives_for_an_hour(
    client: FlaskClient, code: str, set_clock: Callable[[datetime], None], app: Flask
) -> None:
    answer = half_made(client, code, set_clock)
    set_clock(LATER + timedelta(hours=1))
    back = sign_in_at(client, answer.location, "ann")
    assert client.get(back.location).location == "/"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(KeptForm)) == 0


def test_signed_out_the_address_asks_for_sign_in(
    client: FlaskClient, code: str, set_clock: Callable[[datetime], None]
) -> None:
    answer = half_made(client, code, set_clock)
    stranger = client.application.test_client()
    address = answer.location.split("next=")[1].replace("%2F", "/")
    assert stranger.get(address).location.startswith("/sign-in?next=")


def test_secrets_are_never_kept(
    app: Flask, client: FlaskClient, code: str, set_clock: Callable[[datetime], None]
) -> None:
    sign_in(client, "ann")
    page = client.get("/account/password")
    set_clock(LATER)
    fields = {"old_password": PASSWORD, "new_password": "ความลับใหม่ 2570"}
    answer = send(client, the_form(page.text, "/account/password"), "/account/password", fields)
    assert answer.location == "/sign-in"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(KeptForm)) == 0


def _forms(cls: type = BaseForm) -> Iterator[type]:
    for found in cls.__subclasses__():
        yield found
        yield from _forms(found)


def test_every_field_for_a_password_is_known_by_its_name(app: Flask) -> None:
    found = [
        name
        for form in _forms()
        for name, field in vars(form).items()
        if getattr(field, "field_class", Field) is PasswordField
    ]
    assert found
    assert all(kept.SECRET in name for name in found), found


def test_a_button_without_text_leads_back_to_its_page(
    client: FlaskClient, code: str, set_clock: Callable[[datetime], None]
) -> None:
    sign_in(client, "ann")
    data = {"csrf_token": token(client), "key": "k"}
    set_clock(LATER)
    headers = {"Referer": "http://localhost/account"}
    answer = client.post("/account/tokens/1/revoke", data=data, headers=headers)
    assert answer.location == "/sign-in?next=%2Faccount"
    elsewhere = {"Referer": "https://evil.example/account"}
    assert client.post("/account/tokens/1/revoke", data=data, headers=elsewhere).location == "/sign-in"


def test_an_administrators_form_comes_back_and_its_rights_are_judged_anew(
    app: Flask, client: FlaskClient, code: str, set_clock: Callable[[datetime], None]
) -> None:
    sign_in(client, "admin")
    csrf = token(client)
    set_clock(LATER)
    typed = {"username": "new", "name": "นางใหม่ ใจดี", "unit": "SLK", "csrf_token": csrf, "key": "k1"}
    address = client.post("/people/new", data=typed).location
    back = sign_in_at(client, address, "admin").location
    page = client.get(back)
    assert 'value="นางใหม่ ใจดี"' in page.text
    with app.app_context():
        assert db.session.scalar(select(Person.id).where(Person.username_key == "new")) is None
        with transaction():
            person = db.session.scalars(select(Person).where(Person.username_key == "admin")).one()
            for grant in person.grants:
                grant.valid_from, grant.valid_until = NOW.date() - timedelta(days=9), NOW.date() - timedelta(days=8)
    assert client.get(back).status_code == 403


def test_nothing_is_written_while_a_form_is_only_shown(ctx: Flask) -> None:
    with core_db.nothing_is_written(), pytest.raises(DomainError, match="form_not_sent"), transaction():
        raise AssertionError("a transaction began")
    with transaction():
        pass


@pytest.mark.both_databases
def test_the_oldest_give_way_and_a_session_that_was_signed_out_keeps_nothing(ctx: Flask, now: datetime) -> None:
    an_agency()
    a_person(unit="SLK", username="ann", password=True)
    person_id = actor_named("ann").person_id or 0
    with transaction():
        opened = service.open_session(person_id, service.SignIn("ann", PASSWORD, "-"), hours=1, now=now)
    form = kept.half_made("/people/new", "", [("csrf_token", "x"), ("name", "ก")], had_files=True)
    assert form is not None
    assert form.fields == (("name", "ก"),)
    with transaction():
        tokens = [kept.keep_form(opened.token, form, now=now) for _number in range(kept.MOST_OF_ONE + 2)]
    alive = [kept.kept_form(actor_named("ann"), str(item), now=now) is not None for item in tokens]
    assert alive == [False, False] + [True] * kept.MOST_OF_ONE
    with transaction():
        assert kept.keep_form("unknown", form, now=now) is None
        service.end_session(actor_named("ann"), opened.token, now=now)
        assert kept.keep_form(opened.token, form, now=now) is None
    assert kept.half_made("/x", "", [("name", "ก" * kept.MOST_CHARACTERS)], had_files=False) is None
    assert kept.half_made("/x", "", [("key", "k")], had_files=False) is None


def test_a_page_that_is_left_unsigned_posts_nothing(client: FlaskClient, code: str) -> None:
    assert post(client, "/people/new", name="ก").location == "/sign-in"
