"""People and roles as pages: finding, registering, changing, roles with dates, links, and what nobody may (D19)."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from assetloan.audit.models import AuditEntry
from assetloan.core import clock
from assetloan.core.db import db
from assetloan.identity import posts, queries
from assetloan.identity.models import Person, RoleGrant
from assetloan.identity.rules import Permission, Role
from tests.factories import a_person, a_unit, actor_named, an_agency, sign_in
from tests.identity.pages import post, seen
from tests.installation import Once

PERSON = {
    "username": "malee",
    "name": "นางสาวมะลิ งามดี",
    "unit": "A",
    "position": "นักพัฒนาสังคม",
    "email": "",
    "phone": "",
}
FROM_TODAY = {"valid_from__day": "23", "valid_from__month": "พ.ย.", "valid_from__year": "2569"}
NO_END = {"valid_until__day": "", "valid_until__month": "", "valid_until__year": ""}


def filled_people(_app: Flask) -> None:
    an_agency()
    a_unit("A", parent="DEP", name="กองหนึ่ง")
    a_unit("B", parent="DEP", name="กองสอง")
    a_person(Role.ADMIN, unit="SLK", username="admin", password=True)
    a_person(Role.SECRETARIAT, unit="SLK", username="slk", password=True)
    a_person(Role.AUDITOR, unit="SLK", username="auditor", password=True)
    a_person(Role.OFFICER, unit="A", username="officer", password=True)
    a_person(unit="B", username="somchai", name="นายสมชาย ใจดี", password=True)


@pytest.fixture
def people(app: Flask, once: Once) -> Flask:
    once(filled_people)
    return app


def version_of(client: FlaskClient, key: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', client.get(f"/people/{key}/edit").text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("", "นายสมชาย ใจดี", "ไม่พบ"),
        ("?q=สมชาย", "นายสมชาย ใจดี", "officer"),
        ("?q=OFFIC", "officer", "สมชาย"),
        ("?unit=B", "นายสมชาย ใจดี", "officer"),
        ("?q=%25", "ไม่พบบุคลากรตามที่ค้นหา", "สมชาย"),
        ("?state=left", "ไม่พบบุคลากรตามที่ค้นหา", "สมชาย"),
        ("?state=all&q=สมชาย", "นายสมชาย ใจดี", "officer"),
    ],
)
def test_people_are_found(people: Flask, client: FlaskClient, query: str, found: str, missing: str) -> None:
    page = sign_in(client, "admin").get("/people" + query)
    rows = seen(page).split("ค้นหา ", 1)[1].split("ต้องการความช่วยเหลือ")[0]
    assert page.status_code == 200
    assert found in rows
    assert missing not in rows


@pytest.mark.parametrize("query", ["?page=0", "?page=x", "?page=1.5", "?state=bad", "?page=99999999999"])
def test_D18_parameters_outside_the_list_are_malformed(people: Flask, client: FlaskClient, query: str) -> None:
    assert sign_in(client, "admin").get("/people" + query).status_code == 400


def test_many_people_come_in_pages(people: Flask, client: FlaskClient) -> None:
    with people.app_context():
        for number in range(60):
            a_person(unit="A", username=f"many{number:02}", name=f"นายมากมาย {number:02}")
    first = sign_in(client, "admin").get("/people?q=มากมาย")
    assert "หน้า 1 จาก 2" in seen(first)
    link = re.search(r'href="([^"]*page=2)"', first.text)
    assert link is not None
    second = client.get(link[1].replace("&amp;", "&"))
    assert "นายมากมาย 59" in seen(second)
    assert "นายมากมาย 00" not in seen(second)


@pytest.mark.parametrize(
    ("username", "status"), [("admin", 200), ("slk", 200), ("auditor", 200), ("officer", 403), ("somchai", 403)]
)
def test_who_may_look(people: Flask, client: FlaskClient, username: str, status: int) -> None:
    sign_in(client, username)
    assert client.get("/people").status_code == status
    assert client.get("/people/somchai").status_code == status


def test_an_admin_registers_a_person_and_issues_a_link_shown_once(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    answer = post(client, "/people/new", **PERSON)
    assert answer.location == "/people/malee"
    assert "ยังไม่ตั้งรหัสผ่าน" in seen(client.get(answer.location))
    page = post(client, "/people/malee/link")
    found = re.search(r"http://127\.0\.0\.1:5000(/password/[\w-]+)", page.text)
    assert found is not None
    assert people.test_client().get(found[1]).status_code == 200
    assert found[1] not in client.get("/people/malee").text


def test_a_taken_user_name_is_refused_and_what_was_typed_is_kept(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    page = post(client, "/people/new", **(PERSON | {"username": "SomChai"}))
    assert page.status_code == 422
    assert "มีผู้ใช้ชื่อ “SomChai” อยู่แล้ว" in seen(page)
    assert 'value="นางสาวมะลิ งามดี"' in page.text


def test_a_double_click_registers_once(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    answers = [post(client, "/people/new", key="the same", **PERSON) for _number in range(2)]
    assert [answer.location for answer in answers] == ["/people/malee"] * 2
    with people.app_context():
        assert db.session.scalar(select(func.count()).where(Person.username == "malee")) == 1


def test_a_person_on_paper_only_has_a_page_too(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    answer = post(client, "/people/new", **(PERSON | {"username": ""}))
    assert re.fullmatch(r"/people/~\d+", answer.location)
    page = client.get(answer.location)
    assert "เข้าสู่ระบบเองไม่ได้" in seen(page)
    assert "ออกลิงก์ตั้งรหัสผ่าน" not in seen(page)
    assert client.get("/people/~999999").status_code == 404


def test_fields_can_be_changed_and_emptied(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    post(client, "/people/new", **(PERSON | {"phone": "1234"}))
    given = PERSON | {"name": "นางมะลิ งามดี", "unit": "B", "username": "mali", "version": version_of(client, "malee")}
    assert post(client, "/people/malee/edit", **given).location == "/people/mali"
    with people.app_context():
        person = queries.person_by_username("mali")
        assert person is not None
        assert (person.name, person.phone) == ("นางมะลิ งามดี", "")


def test_the_second_of_two_editors_is_told(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    version = version_of(client, "somchai")
    given = PERSON | {"username": "somchai", "version": version}
    assert post(client, "/people/somchai/edit", **given).status_code == 303
    late = post(client, "/people/somchai/edit", **(given | {"name": "ช้าไป"}))
    assert late.status_code == 422
    assert "มีผู้แก้ไขรายการนี้ก่อนแล้ว" in seen(late)


def test_a_role_is_given_with_dates_and_taken_back(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    today = clock.today()
    given = {"role": "head", "unit": "DEP", "with_below": "y", "order_no": "12/2569"} | FROM_TODAY | NO_END
    answer = post(client, "/people/somchai/roles", **given)
    assert answer.location == "/people/somchai"
    page = seen(client.get("/people/somchai"))
    assert "หัวหน้าหน่วยงาน" in page
    assert "รวมหน่วยงานที่อยู่ใต้" in page
    assert "12/2569" in page
    with people.app_context():
        unit = queries.unit_by_code("A", today)
        actor = actor_named("somchai", clock.now())
        assert actor.may(Permission.LOAN_APPROVE_INSIDE, unit_id=unit.id)
        grant = db.session.scalars(select(RoleGrant).where(RoleGrant.role == Role.HEAD)).one()
        grant_id = grant.id
    assert post(client, f"/people/somchai/roles/{grant_id}/revoke").status_code == 303
    assert "บทบาทที่ผ่านมา" in seen(client.get("/people/somchai"))
    with people.app_context():
        assert actor_named("somchai", clock.now()).roles == {Role.STAFF}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"role": "officer", "unit": ""}, "บทบาทนี้ต้องระบุหน่วยงาน"),
        (
            {"valid_until__day": "1", "valid_until__month": "1", "valid_until__year": "2560"},
            "วันสิ้นสุดต้องไม่ก่อนวันเริ่ม",
        ),
        ({"valid_from__day": "31", "valid_from__month": "2"}, "ไม่มีวันที่นี้ในปฏิทิน"),
        ({"valid_from__day": "", "valid_from__month": "", "valid_from__year": ""}, "กรุณาระบุวันที่"),
    ],
)
def test_a_role_that_cannot_be_is_refused_beside_its_field(
    people: Flask, client: FlaskClient, fields: dict[str, str], sentence: str
) -> None:
    sign_in(client, "admin")
    given = {"role": "head", "unit": "A", "order_no": ""} | FROM_TODAY | NO_END | fields
    page = post(client, "/people/somchai/roles", **given)
    assert page.status_code == 422
    assert sentence in seen(page)


# --- what nobody may ------------------------------------------------------------------------------------------------


def test_D19_nobody_changes_their_own_rights(people: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    with people.app_context():
        person = queries.person_by_username("admin")
        assert person is not None
        grant_id = person.grants[0].id
    given = {"role": "director", "unit": "", "order_no": ""} | FROM_TODAY | NO_END
    assert post(client, "/people/admin/roles", **given).status_code == 403
    assert post(client, f"/people/admin/roles/{grant_id}/revoke").status_code == 403
    assert post(client, "/people/admin/active", active="0").status_code == 403
    assert post(client, "/people/admin/link").status_code == 403
    page = seen(client.get("/people/admin"))
    assert "ให้ผู้ดูแลระบบอีกคนทำ" in page
    assert "ถอนบทบาท" not in page


def test_D19_the_last_admin_stays(people: Flask, client: FlaskClient) -> None:
    with people.app_context():
        a_person(Role.ADMIN, unit="SLK", username="second", password=True)
    sign_in(client, "admin")
    assert post(client, "/people/second/active", active="0").status_code == 303
    with people.app_context():
        person = queries.person_by_username("second")
        assert person is not None
        assert not person.active
        grant_id = person.grants[0].id
    assert "ปิดบัญชีแล้ว" in seen(client.get("/people/second"))
    assert post(client, "/people/second/active", active="1").status_code == 303
    other = sign_in(people.test_client(), "second")
    assert post(other, "/people/admin/active", active="0").status_code == 303
    page = post(client, f"/people/second/roles/{grant_id}/revoke")
    assert page.status_code in (303, 403)
    with people.app_context():
        assert [person.username for person in posts.holders_of(Role.ADMIN, None, clock.today())] == ["second"]


POSTS = [
    "/people/new",
    "/people/somchai/edit",
    "/people/somchai/active",
    "/people/somchai/link",
    "/people/somchai/roles",
    "/people/somchai/roles/1/revoke",
    "/units/new",
    "/units/A/edit",
    "/units/A/aliases",
    "/units/A/holding",
    "/delegations/new",
    "/delegations/1/revoke",
    "/holidays",
    "/holidays/fill",
    "/holidays/2026-01-01/remove",
    "/settings/chase_days",
]


@pytest.mark.parametrize("url", POSTS)
@pytest.mark.parametrize("username", ["auditor", "somchai", "officer"])
def test_D19_auditors_and_those_without_the_right_write_nothing(
    people: Flask, client: FlaskClient, url: str, username: str
) -> None:
    sign_in(client, username)
    with people.app_context():
        before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    assert post(client, url, name="x", active="0", holding="hold", value="3", year="2570").status_code == 403
    with people.app_context():
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_D19_an_admin_approves_nothing(people: Flask) -> None:
    with people.app_context():
        admin = actor_named("admin", clock.now())
        deciding = ("compensation", "report")
        approving = [item for item in Permission if "approve" in item.value or item.value.startswith(deciding)]
        assert approving
        assert [item for item in approving if admin.has(item)] == []
