"""Sign-in, sign-out, set-up and passwords as pages (U36; C1, C6, C7, C9, C12, F5)."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from assetloan import create_app
from assetloan.audit.models import AuditEntry
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.core.paths import local_path
from assetloan.identity import first_setup, grants, passwords, posts, queries, service, sign_in
from assetloan.identity.models import Person, SignInAttempt, UserSession
from assetloan.identity.rules import Role, console
from tests.conftest import make_settings
from tests.factories import PASSWORD, a_person, an_agency
from tests.factories import sign_in as signed_in
from tests.identity.pages import post, seen, token
from tests.installation import Once


def filled_people(_app: Flask) -> None:
    an_agency()
    a_person(unit="SLK", username="somying", password=True)
    a_person(Role.ADMIN, unit="SLK", username="admin", password=True)


@pytest.fixture
def people(app: Flask, once: Once) -> Flask:
    once(filled_people)
    return app


def try_in(client: FlaskClient, username: str, password: str, **more: str) -> int:
    data = {"username": username, "password": password, "csrf_token": token(client)} | more
    return client.post("/sign-in", data=data).status_code


def test_a_good_password_opens_the_page_one_wanted(people: Flask, client: FlaskClient) -> None:
    answer = client.get("/account")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=%2Faccount"
    page = client.get(answer.location)
    assert 'name="next" value="/account"' in page.text
    data = {"username": "SomYing", "password": PASSWORD, "csrf_token": token(client), "next": "/account"}
    answer = client.post("/sign-in", data=data)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "นายsomying ใจดี" in seen(client.get("/account"))


def test_a_signed_out_scan_comes_back_to_its_item(people: Flask, client: FlaskClient) -> None:
    page = client.get("/sign-in?next=/q/ABCD2345")
    assert 'name="next" value="/q/ABCD2345"' in page.text
    data = {"username": "somying", "password": PASSWORD, "csrf_token": token(client), "next": "/q/ABCD2345"}
    assert client.post("/sign-in", data=data).location == "/q/ABCD2345"


def test_the_sign_in_page_works_with_password_managers_and_says_what_to_do(people: Flask, client: FlaskClient) -> None:
    page = client.get("/sign-in")
    assert 'autocomplete="username"' in page.text
    assert 'autocomplete="current-password"' in page.text
    assert "data-password" in page.text  # the button that shows it
    assert "ขอลิงก์ตั้งรหัสผ่านจากผู้ดูแลระบบ" in seen(page)
    assert 'href="/language/en?next=/sign-in"' in page.text.replace("%2F", "/")


@pytest.mark.parametrize(("username", "password"), [("somying", "wrong"), ("nobody", PASSWORD)])
def test_C3_a_wrong_password_and_an_unknown_name_get_the_same_page(
    people: Flask, client: FlaskClient, username: str, password: str
) -> None:
    data = {"username": username, "password": password, "csrf_token": token(client)}
    page = client.post("/sign-in", data=data)
    assert page.status_code == 422
    assert "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง" in seen(page)
    assert "<title>ข้อผิดพลาด:" in page.text
    assert f'value="{username}"' in page.text
    assert password not in page.text


@pytest.mark.both_databases
def test_C1_the_tenth_wrong_password_pauses_the_account_and_a_link_opens_it_again(
    people: Flask, client: FlaskClient
) -> None:
    for _number in range(10):
        assert try_in(client, "somying", "wrong password") == 422
    page = client.post("/sign-in", data={"username": "somying", "password": PASSWORD, "csrf_token": token(client)})
    assert page.status_code == 422
    assert "รอ 15 นาที หรือขอลิงก์ตั้งรหัสผ่านใหม่จากผู้ดูแลระบบ" in seen(page)
    with people.app_context():
        throttled = select(func.count()).where(AuditEntry.action == "sign_in.throttled")
        assert db.session.scalar(throttled) == 1
        with transaction():
            link = sign_in.issue_password_link(console(), "somying", now=clock.now())
    new = "รหัสใหม่ของฉัน 2569"
    assert client.post(f"/password/{link}", data={"new_password": new, "csrf_token": token(client)}).status_code == 303
    assert try_in(client, "somying", new) == 303


def test_C1_one_source_cannot_try_many_accounts(people: Flask, client: FlaskClient) -> None:
    with people.app_context(), transaction():
        for number in range(40):
            wanted = sign_in.SignIn(f"guess{number}", "x", "127.0.0.1")
            sign_in.note_failure(wanted, now=clock.now())
    assert try_in(client, "somying", PASSWORD) == 422
    with people.app_context():
        elsewhere = sign_in.SignIn("somying", PASSWORD, "10.0.0.9")
        assert sign_in.verify(elsewhere, now=clock.now()) is not None


def test_C1_the_pause_ends_by_itself(people: Flask) -> None:
    with people.app_context():
        now = clock.now()
        wanted = sign_in.SignIn("somying", PASSWORD, "10.0.0.9")
        with transaction():
            for _number in range(10):
                db.session.add(SignInAttempt(account_key="somying", source="x", at=now))
        assert sign_in.throttled("somying", "10.0.0.9", now)
        assert sign_in.verify(wanted, now=now + timedelta(minutes=16)) is not None


def test_C6_the_cookie_after_sign_in_shares_nothing_with_the_one_before(people: Flask, client: FlaskClient) -> None:
    client.get("/sign-in")
    before = client.get_cookie("assetloan")
    old_token = token(client)
    signed_in(client, "somying")
    after = client.get_cookie("assetloan")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    client.get("/account")
    answer = client.post("/account/tokens", data={"csrf_token": old_token, "key": "k", "name": "x"})
    assert answer.status_code == 400
    other = people.test_client()
    other.set_cookie("assetloan", before.value)
    assert other.get("/account").status_code == 303


@pytest.mark.both_databases
@pytest.mark.parametrize("change", ["sign-out", "password", "deactivated", "role", "unit", "reset"])
def test_C7_sessions_end_by_the_next_request(people: Flask, change: str) -> None:
    three = [signed_in(people.test_client(), "somying") for _number in range(3)]
    assert [client.get("/account").status_code for client in three] == [200, 200, 200]
    if change == "sign-out":
        assert post(three[0], "/sign-out").status_code == 303
        assert [client.get("/account").status_code for client in three] == [303, 200, 200]
        return
    if change == "password":
        answer = post(three[0], "/account/password", old_password=PASSWORD, new_password="ใหม่กว่าเดิม 2569")
        assert answer.location == "/sign-in?said=password"
    with people.app_context(), transaction():
        now = clock.now()
        if change == "deactivated":
            service.set_active(console(), "somying", active=False, now=now)
        elif change == "role":
            grants.grant_role(console(), "somying", Role.AUDITOR, unit_id=None, now=now)
        elif change == "unit":
            service.save_person(console(), service.PersonData("somying", "นายsomying ใจดี", "DEP"), now=now)
        elif change == "reset":
            link = sign_in.issue_password_link(console(), "somying", now=now)
            sign_in.use_password_link(link, "ลืมแล้วตั้งใหม่ 2569", source="-", now=now)
    assert [client.get("/account").status_code for client in three] == [303, 303, 303]


def test_a_session_ends_after_its_hours(people: Flask, client: FlaskClient) -> None:
    signed_in(client, "somying")
    with people.app_context(), transaction():
        for row in db.session.scalars(select(UserSession)):
            row.expires_at = clock.now() - timedelta(seconds=1)
    assert client.get("/account").status_code == 303


GOOD = [
    "ช้างม้าวัวควายในทุ่งนา",
    "correct horse battery staple",
    "x" * 11 + "yz1",
    "ก" * 100 + "ขคง" + "ฮ" * 97,
    " มีช่องว่างหน้าและหลัง ",
]


@pytest.mark.parametrize("password", GOOD)
def test_C9_long_and_thai_passphrases_are_taken_whole(people: Flask, client: FlaskClient, password: str) -> None:
    signed_in(client, "somying")
    assert post(client, "/account/password", old_password=PASSWORD, new_password=password).status_code == 303
    assert try_in(client, "somying", password[:-1]) == 422
    assert try_in(client, "somying", password) == 303


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("สั้นไป", "อย่างน้อย 12 ตัวอักษร"),
        ("password1234", "เดาง่าย"),
        ("aaaaaaaaaaaaaaaa", "เดาง่าย"),
        ("ก" * 201, "ไม่เกิน 200"),
    ],
)
def test_C9_weak_passwords_are_refused_beside_the_field(
    people: Flask, client: FlaskClient, password: str, sentence: str
) -> None:
    signed_in(client, "somying")
    page = post(client, "/account/password", old_password=PASSWORD, new_password=password)
    assert page.status_code == 422
    assert sentence in seen(page)
    assert 'href="#new_password"' in page.text
    assert password not in page.text


@pytest.mark.case("C9")
def test_C9_a_password_is_kept_as_argon2id_and_an_unknown_name_costs_the_same() -> None:
    parameters = "$argon2id$v=19$m=19456,t=2,p=1$"
    assert passwords.hashed(PASSWORD).startswith(parameters)
    assert passwords._NOBODY.startswith(parameters)
    assert not passwords.matches("", "no such account, and this is not its password")


def test_C9_two_passwords_that_differ_only_at_the_end_are_two(people: Flask) -> None:
    assert not passwords.matches(passwords.hashed("ก" * 199 + "ข"), "ก" * 199 + "ค")


def test_the_old_password_must_be_right(people: Flask, client: FlaskClient) -> None:
    signed_in(client, "somying")
    page = post(client, "/account/password", old_password="not it at all", new_password="อะไรก็ได้ที่ยาวพอ")
    assert page.status_code == 422
    assert "รหัสผ่านเดิมไม่ถูกต้อง" in seen(page)
    assert client.get("/account").status_code == 200


def test_a_password_link_works_once_and_an_older_one_not_at_all(people: Flask, client: FlaskClient) -> None:
    with people.app_context():
        with transaction():
            older = sign_in.issue_password_link(console(), "somying", now=clock.now())
        with transaction():
            link = sign_in.issue_password_link(console(), "somying", now=clock.now())
    assert client.get(f"/password/{older}").status_code == 404
    page = client.get(f"/password/{link}")
    assert "บัญชี somying" in seen(page)
    assert 'autocomplete="new-password"' in page.text
    data = {"new_password": "ตั้งใหม่ครั้งเดียว", "csrf_token": token(client)}
    answer = client.post(f"/password/{link}", data=data)
    assert answer.location == "/sign-in?said=password"
    assert "ตั้งรหัสผ่านแล้ว" in seen(client.get(answer.location))
    assert client.get(f"/password/{link}").status_code == 404
    assert client.post(f"/password/{link}", data=data).status_code == 404


def test_C4_a_link_stands_on_the_base_url_whatever_host_was_claimed(people: Flask, client: FlaskClient) -> None:
    signed_in(client, "admin")
    data = {"csrf_token": token(client), "key": "k"}
    page = client.post("/people/somying/link", data=data, headers={"X-Forwarded-Host": "evil.example"})
    assert "http://127.0.0.1:5000/password/" in page.text
    assert "evil" not in page.text
    assert client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400


def test_C8_the_cookie_of_a_real_installation_is_bound_to_its_host_and_to_https(data_dir: Path) -> None:
    settings = make_settings(data_dir, ASSETLOAN_BASE_URL="https://loan.example.go.th")
    app = create_app(settings)
    cookie = app.test_client().get("/sign-in", base_url="https://loan.example.go.th").headers["Set-Cookie"]
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert cookie.startswith("__Host-assetloan=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert not any(part.startswith("Domain") for part in parts)


# --- first start ----------------------------------------------------------------------------------------------------

SETUP = {
    "agency_name": "กรมตัวอย่าง",
    "agency_code": "กตย",
    "name": "นางแรก เริ่ม",
    "username": "first",
    "password": "ตั้งต้นด้วยวลียาว",
}


def a_setup_link(app: Flask) -> str:
    with app.app_context(), transaction():
        link = sign_in.issue_setup_link(now=clock.now())
    assert link is not None
    return link


def test_C12_there_is_no_account_before_the_set_up(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Person)) == 0
    for name in ("admin", "root", "assetloan", "demo"):
        assert try_in(client, name, name) == 422
    assert client.get("/setup/").status_code == 404
    assert client.get("/setup/guess").status_code == 404


def test_C12_the_set_up_makes_one_admin_and_is_gone(app: Flask, client: FlaskClient) -> None:
    older = a_setup_link(app)
    link = a_setup_link(app)
    assert client.get(f"/setup/{older}").status_code == 404
    assert "ผู้ดูแลระบบคนแรก" in seen(client.get(f"/setup/{link}"))
    answer = client.post(f"/setup/{link}", data=SETUP | {"csrf_token": token(client)})
    assert answer.location == "/sign-in?said=setup"
    assert "ตั้งค่าเสร็จแล้ว" in seen(client.get(answer.location))
    assert try_in(client, "first", SETUP["password"]) == 303
    assert "ผู้ดูแลระบบ ทั้งหน่วยงาน" in seen(client.get("/account"))
    assert client.get(f"/setup/{link}").status_code == 404
    assert client.post(f"/setup/{link}", data=SETUP | {"csrf_token": token(client)}).status_code == 404
    with app.app_context(), transaction():
        assert sign_in.issue_setup_link(now=clock.now()) is None


@pytest.mark.both_databases
def test_C12_two_set_ups_at_once_make_one_admin(app: Flask) -> None:
    link = a_setup_link(app)
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def one(username: str) -> None:
        with app.app_context():
            start.wait()
            data = first_setup.Setup(link, "กตย", "กรมตัวอย่าง", username, "นาง ก", "ตั้งต้นด้วยวลียาว")
            try:
                with transaction():
                    first_setup.complete_setup(data, source="-", now=clock.now())
                outcomes.append("done")
            except Exception as error:
                outcomes.append(type(error).__name__)
            db.session.remove()

    threads = [threading.Thread(target=one, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["NotFound", "done"]
    with app.app_context():
        assert len(posts.holders_of(Role.ADMIN, None, clock.today())) == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("agency_code", "มี เว้นวรรค", "ใช้ได้เฉพาะตัวอักษร"),
        ("agency_name", "", "กรุณากรอก: ชื่อหน่วยงาน"),
        ("username", "ชื่อไทย", "ใช้ได้เฉพาะ A-Z"),
        ("password", "สั้น", "อย่างน้อย 12"),
    ],
)
def test_a_bad_set_up_keeps_what_was_typed(
    app: Flask, client: FlaskClient, field: str, value: str, sentence: str
) -> None:
    link = a_setup_link(app)
    page = client.post(f"/setup/{link}", data=SETUP | {field: value, "csrf_token": token(client)})
    assert page.status_code == 422
    assert sentence in seen(page)
    assert f'href="#{field}"' in page.text
    if field != "name":
        assert 'value="นางแรก เริ่ม"' in page.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Person)) == 0
    assert client.get(f"/setup/{link}").status_code == 200


def test_the_set_up_takes_units_that_an_import_brought(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        an_agency()
    link = a_setup_link(app)
    page = client.get(f"/setup/{link}")
    assert "กรมตัวอย่าง (DEP)" in seen(page)
    assert "agency_code" not in page.text
    given = {name: SETUP[name] for name in ("name", "username", "password")}
    assert client.post(f"/setup/{link}", data=given | {"csrf_token": token(client)}).status_code == 303
    with app.app_context():
        assert len(queries.unit_tree(clock.today()).by_id) == 2


# --- F5: forty ways to lead somebody elsewhere ----------------------------------------------------------------------

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "https://evil.example",
    "http:evil.example",
    "https:evil.example",
    "https:/evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "/%2f%2fevil.example",
    "/%2Fevil.example",
    "%2f%2fevil.example",
    "//evil.example/%2f..",
    "/\tevil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\n/evil.example",
    "/\r\nLocation: //evil.example",
    "//user@evil.example",
    "https://127.0.0.1@evil.example",
    "@evil.example",
    "evil.example",
    "evil.example/q/1",
    "//evil.example:80",
    "//[::1]/",
    "/\x00/evil.example",
    "//evil。example",
    "//%65vil.example",
    "./evil",
    "../evil",
    "?next=//evil.example",
    "mailto:x@evil.example",
]


def test_there_are_forty_of_them() -> None:
    assert len(set(ELSEWHERE)) == 40


@pytest.mark.parametrize("target", ELSEWHERE)
def test_F5_next_stays_on_this_site(target: str) -> None:
    assert local_path(target) == "/"


@pytest.mark.parametrize("target", ELSEWHERE[:8] + ["/%2f%2fevil.example"])
def test_F5_after_sign_in_and_after_the_language_link(people: Flask, client: FlaskClient, target: str) -> None:
    assert client.get("/language/en", query_string={"next": target}).location == "/"
    data = {"username": "somying", "password": PASSWORD, "csrf_token": token(client), "next": target}
    assert client.post("/sign-in", data=data).location == "/"
    assert client.get("/sign-in", query_string={"next": target}).location == "/"


@pytest.mark.parametrize("target", ["/", "/q/ABCD2345", "/people?q=ก&page=2", "/loans/A-2570-1#top"])
def test_F5_our_own_addresses_are_kept(target: str) -> None:
    assert local_path(target) == target


def test_C14_a_foreign_sign_out_and_sign_in_do_nothing(people: Flask, client: FlaskClient) -> None:
    signed_in(client, "somying")
    assert client.post("/sign-out", data={"csrf_token": "forged"}).status_code == 400
    assert client.get("/account").status_code == 200
    assert client.post("/sign-in", data={"username": "admin", "password": PASSWORD}).status_code == 400
