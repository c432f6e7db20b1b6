"""/me, /assets and /codes: who sees what, filters, register and edit with a version, what a label offers."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from assetloan.assets import codes
from assetloan.core.db import transaction
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import console
from tests.api.conftest import Api, Office, path
from tests.conftest import NOW

FIELDS = {
    "description": "จอ 14 นิ้ว", "document_no": "12/2566", "method": "เฉพาะเจาะจง", "fund": "งบ", "vendor": "ร้านดี",
    "vendor_address": "1 ถนนหนึ่ง", "vendor_phone": "02 1", "warranty_until": "2030-01-31", "warranty_note": "3 ปี",
    "life_years": 6, "life_reason": "ใช้กลางแจ้ง", "unit_of_count": "เครื่อง", "accessories": "สาย", "note": "ใหม่",
    "below_threshold": True,
}  # fmt: skip


@pytest.mark.both_databases
def test_me(office: Office) -> None:
    assert office.officer.get("/me").json == {
        "username": "officer",
        "name": "นายofficer ใจดี",
        "unit": {"code": "กยผ", "name": "กองยุทธศาสตร์และแผนงาน"},
        "roles": ["staff", "officer"],
    }
    assert office.admin.get("/me").json["unit"] is None


def test_without_a_good_token_nothing_is_said(office: Office, app: Flask) -> None:
    for token in ("", "wrong", "Bearer"):
        refused = Api(app.test_client(), token).get("/me")
        assert (refused.status_code, refused.json["code"]) == (401, "unauthenticated")
        assert refused.headers["WWW-Authenticate"] == "Bearer"
    basic = app.test_client().get("/api/v1/me", headers={"Authorization": f"Basic {office.staff.token}"})
    assert basic.status_code == 401


def test_the_session_of_a_browser_opens_no_api(app: Flask) -> None:
    from tests.factories import a_person, a_unit, sign_in

    with app.app_context():
        a_unit("A")
        a_person(unit="A", username="somebody", password=True)
    client = sign_in(app.test_client(), "somebody")
    assert client.get("/api/v1/me").status_code == 401


# --- lists ----------------------------------------------------------------------------------------------------------


def numbers(who: Api, query: str = "") -> list[str]:
    answer = who.get(f"/assets?{query}").json
    assert answer["total"] == len(answer["items"])
    return [item["asset_no"] for item in answer["items"]]


@pytest.mark.both_databases
def test_staff_see_what_can_be_lent_and_officers_all_of_their_unit(office: Office) -> None:
    lendable = ["6730-003-0001", *office.assets[:4]]
    assert sorted(numbers(office.staff)) == sorted(lendable)
    assert sorted(numbers(office.officer)) == sorted([*lendable, "ลับ-1"])
    assert numbers(office.admin) == []  # no unit: sees nothing


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=โน้ตบุ๊ก", 4),
        ("q=ตบุ๊ก 3", 1),
        ("q=๗๔๔๐-๐๐๑-๐๐๐๒/๒๕๖๐", 1),
        ("q=744000100022560", 1),
        ("q=%25", 0),
        ("q=SN-9", 0),
        ("unit=กคพ", 1),
        ("unit=กคพ&q=โน้ตบุ๊ก", 0),
        ("category=7440", 4),
        ("category=เครื่องคอมพิวเตอร์", 4),
        ("status=available", 5),
        ("status=on_loan", 0),
        ("status=disposed", 0),
        ("available_from=2026-11-23&available_to=2026-12-01", 5),
        ("available_from=2026-11-23", 5),
        ("available_to=2026-12-01", 5),
        ("page=2", None),
    ],
)
def test_filters(office: Office, query: str, found: int | None) -> None:
    answer = office.staff.get(f"/assets?{query}").json
    assert answer["total"] == (5 if found is None else found)
    assert len(answer["items"]) == (0 if found is None else found)


@pytest.mark.both_databases
def test_an_officer_finds_by_what_stands_in_the_register(office: Office) -> None:
    assert len(numbers(office.officer, "q=SN-9")) == 4


@pytest.mark.parametrize(
    "query",
    [
        *("status=gone", "status=ON_LOAN", "unit=ไม่มี", "category=ไม่มี", "page=0", "page=-1", "page=x", "page=1e3"),
        *("per_page=0", "per_page=abc", "available_from=23/11/2569", "available_from=2569-11-23", "sort=name"),
        *("available_from=2026-12-01&available_to=2026-11-01", "unit__code=กยผ", "q=a&q=b", "q=%00", "limit=1"),
        *("status=available' OR 1=1", "page=99999999999999999999"),
    ],
)
def test_D18_what_is_not_in_the_list_is_refused(office: Office, query: str) -> None:
    refused = office.staff.get(f"/assets?{query}")
    assert (refused.status_code, refused.json["code"]) == (400, "malformed")


@pytest.mark.parametrize(
    "query", ["state=gone", "mine=perhaps", "unit=ไม่มี", "overdue=2", "waiting_for_me=x", "order=id"]
)
def test_D18_of_loans(office: Office, query: str) -> None:
    assert office.staff.get(f"/loans?{query}").status_code == 400


def test_pages_are_stable_and_bounded(office: Office) -> None:
    pages = [office.officer.get(f"/assets?per_page=2&page={page}").json for page in (1, 2, 3, 4)]
    assert [page["page"] for page in pages] == [1, 2, 3, 4]
    assert {page["total"] for page in pages} == {6}
    seen = [item["asset_no"] for page in pages for item in page["items"]]
    assert seen == numbers(office.officer)
    assert len(office.officer.get("/assets?per_page=5000").json["items"]) == 6


# --- one asset ------------------------------------------------------------------------------------------------------


def test_the_card_is_for_all_and_the_rest_for_those_who_may(office: Office) -> None:
    number = path(office.assets[0])
    card, full = office.colleague.get(f"/assets/{number}").json, office.officer.get(f"/assets/{number}").json
    hidden = {"gfmis_no", "serial", "custodian", "received_on", "price", "holder", *FIELDS} - {"accessories"}
    assert {name for name in card if card[name] is None} >= hidden
    assert (full["price"], full["serial"], full["custodian"]) == ("22000.00", "SN-9", "นายเก็บ รักษา")
    same = set(card) - hidden
    assert {name: card[name] for name in same} == {name: full[name] for name in same}
    assert office.colleague.get(f"/assets/{path('ลับ-1')}").status_code == 404
    assert office.stranger.get(f"/assets/{path('ลับ-1')}").status_code == 404
    assert office.colleague.get("/assets/9999").status_code == 404


def test_slashes_may_come_encoded_or_not_and_any_spelling_is_read(office: Office) -> None:
    thai, spaced = path("๗๔๔๐-๐๐๑-๐๐๐๑/๒๕๖๐"), path("7440 - 001 - 0001 / 2560")
    for spelling in ("7440-001-0001%2F2560", "7440-001-0001/2560", thai, spaced):
        assert office.staff.get(f"/assets/{spelling}").json["asset_no"] == office.assets[0]


@pytest.mark.both_databases
def test_who_has_it_until_when_and_who_is_next(office: Office) -> None:
    number = path(office.assets[0])
    office.request(due_on="2026-11-24")
    reserved = office.colleague.get(f"/assets/{number}").json
    assert (reserved["status"], reserved["due_on"], reserved["holder"]) == ("reserved", "2026-11-24", None)
    assert numbers(office.staff, "status=reserved") == office.assets[:1]
    loan = path("กยผ-2570-00001")
    office.head.post(f"/loans/{loan}/approve")
    office.officer.post(f"/loans/{loan}/hand-over")
    queue = office.request(who=office.colleague, starts_on="2026-11-25", due_on="2026-11-27")
    assert queue.status_code == 201
    out = office.officer.get(f"/assets/{number}").json
    assert (out["status"], out["holder"]) == ("on_loan", "นายstaff ใจดี")
    assert (out["due_on"], out["next_reservation"]) == ("2026-11-24", "2026-11-25")
    assert office.staff.get(f"/assets/{number}").json["holder"] == "นายstaff ใจดี"
    assert office.colleague.get(f"/assets/{number}").json["holder"] is None
    row = next(item for item in office.colleague.get("/assets").json["items"] if item["asset_no"] == office.assets[0])
    assert (row["status"], row["due_on"], row["next_reservation"]) == ("on_loan", "2026-11-24", "2026-11-25")
    assert office.assets[0] not in numbers(office.staff, "available_from=2026-11-24")
    assert office.assets[0] not in numbers(office.staff, "available_from=2026-11-27")
    assert office.assets[0] in numbers(office.staff, "available_from=2026-11-28")


# --- writing --------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_registering(office: Office) -> None:
    made = office.officer.post(
        "/assets",
        {
            "asset_no": "๗๔๔๐-๐๐๙-๐๐๐๑",
            "name": "กล้อง",
            "unit": "กยผ",
            "category": "7440",
            "place": "ห้อง 9",
            "custodian": "officer",
            "received_on": "2024-02-29",
            "price": "12,500.50",
            "loanable": True,
            "status": "disposed",
            "id": 7,
        },
    )
    assert made.status_code == 201
    asset = made.json
    assert (asset["asset_no"], asset["status"], asset["price"]) == ("7440-009-0001", "available", "12500.50")
    assert (asset["custodian"], asset["place"], asset["category"]) == ("นายofficer ใจดี", "ห้อง 9", "เครื่องคอมพิวเตอร์")
    assert len(asset["code"]) == 8
    assert made.headers["Location"] == "/api/v1/assets/7440-009-0001"
    taken = office.officer.post("/assets", {"asset_no": "7440-009-0001", "name": "กล้อง"})
    assert (taken.status_code, taken.json["code"]) == (409, "number_taken")
    assert office.officer.post("/assets", {"name": "x", "unit": "กคพ"}).status_code == 403
    assert office.staff.post("/assets", {"name": "x"}).status_code == 403


def test_what_is_registered_may_be_lent_unless_it_says_otherwise(office: Office) -> None:
    assert office.officer.post("/assets", {"name": "กล้อง"}).json["loanable"] is True
    assert office.officer.post("/assets", {"name": "กล้อง", "loanable": False}).json["loanable"] is False


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": " "}, "name"),
        ({"name": 7}, "name"),
        ({"name": "x", "price": "ฟรี"}, "price"),
        ({"name": "x", "price": -1}, "price"),
        ({"name": "x", "price": 1.5}, "price"),
        ({"name": "x", "price": True}, "price"),
        ({"name": "x", "received_on": "2567-01-01"}, "received_on"),
        ({"name": "x", "loanable": "yes"}, "loanable"),
        ({"name": "x", "category": "ไม่มี"}, "category"),
        ({"name": "x", "unit": "ไม่มี"}, "unit"),
        ({"name": "x", "gfmis_no": "12"}, "gfmis_no"),
        ({"name": "x" * 400}, "name"),
        ({"name": "x", "brand": ["a"]}, "brand"),
    ],
)
def test_bad_fields_of_a_new_asset_are_named(office: Office, body: dict[str, Any], field: str) -> None:
    refused = office.officer.post("/assets", body)
    assert refused.status_code == 422
    assert [item["field"] for item in refused.json["errors"]] == [field]


@pytest.mark.both_databases
def test_editing_changes_what_was_sent_and_nothing_else(office: Office) -> None:
    number = path(office.assets[0])
    before = office.officer.get(f"/assets/{number}").json
    change = {"version": before["version"], "brand": "Sony", "place": None}
    after = office.officer.patch(f"/assets/{number}", change).json
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"brand", "place", "version"}
    assert after["version"] == before["version"] + 1
    assert office.stranger.patch(f"/assets/{number}", {"version": 1, "name": "y"}).status_code == 403
    assert office.stranger.patch(f"/assets/{path('ลับ-1')}", {"version": 1, "name": "y"}).status_code == 404


@pytest.mark.both_databases
def test_A9_the_second_editor_gets_both_values(office: Office) -> None:
    number = path(office.assets[0])
    version = office.officer.get(f"/assets/{number}").json["version"]
    assert office.officer.patch(f"/assets/{number}", {"version": version, "brand": "Sony"}).status_code == 200
    late = office.officer.patch(f"/assets/{number}", {"version": version, "brand": "Canon", "model": "X"})
    assert (late.status_code, late.json["code"]) == (409, "conflict")
    assert late.json["version"] == version + 1
    assert {"field": "brand", "yours": "Canon", "current": "Sony"} in late.json["fields"]
    assert office.officer.get(f"/assets/{number}").json["brand"] == "Sony"


@pytest.mark.both_databases
def test_every_field_of_the_card_is_written_and_read(office: Office) -> None:
    number = path(office.assets[0])
    before = office.officer.get(f"/assets/{number}").json
    after = office.officer.patch(f"/assets/{number}", {"version": before["version"], **FIELDS}).json
    assert {name: after[name] for name in FIELDS} == FIELDS
    hidden = office.staff.get(f"/assets/{number}").json
    shown = {name: value for name in FIELDS if (value := hidden[name]) is not None}
    assert shown == {"accessories": "สาย"}
    again = office.officer.patch(f"/assets/{number}", {**after, "note": "แก้"})  # read, changed, sent back as a whole
    assert (again.status_code, again.json["note"]) == (200, "แก้")


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"brnad": "Sony"}, "brnad", "unknown_field"),
        ({"custodian_text": "นายดี"}, "custodian_text", "unknown_field"),
        ({"status": "disposed"}, "status", "read_only_field"),
        ({"unit": "กคพ"}, "unit", "read_only_field"),
        ({"code": "12345678"}, "code", "read_only_field"),
        ({"custodian": "ก" * 201}, "custodian", "too_long"),
    ],
)
def test_fields_that_cannot_be_changed_are_named_and_nothing_is_written(
    office: Office, change: dict[str, Any], field: str, code: str
) -> None:
    number = path(office.assets[0])
    before = office.officer.get(f"/assets/{number}").json
    refused = office.officer.patch(f"/assets/{number}", {"version": before["version"], "brand": "Sony", **change})
    assert refused.status_code == 422
    assert [(item["field"], item["code"]) for item in refused.json["errors"]] == [(field, code)]
    assert field in refused.json["errors"][0]["detail"] or code == "too_long"
    assert office.officer.get(f"/assets/{number}").json == before


@pytest.mark.parametrize("version", [None, "1", 0, -1, 1.0, True, 2**63])
def test_a_version_is_asked_for(office: Office, version: Any) -> None:
    refused = office.officer.patch(f"/assets/{path(office.assets[0])}", {"version": version, "brand": "Sony"})
    assert refused.status_code == 422
    assert [item["field"] for item in refused.json["errors"]] == ["version"]


# --- codes ----------------------------------------------------------------------------------------------------------


def test_a_code_in_any_spelling_gives_the_thing_and_what_one_may_do(office: Office) -> None:
    code = office.staff.get(f"/assets/{path(office.assets[0])}").json["code"]
    label = f"HTTPS://10.0.0.1:5000/Q/{code}"
    for spelling in (code, code.lower(), f"{code[:4]}-{code[4:]}", label, label.lower(), f" {code} "):
        found = office.staff.get(f"/codes/{path(spelling)}").json
        assert (found["code"], found["asset"]["asset_no"], found["actions"]) == (code, office.assets[0], ["borrow"])
    assert office.staff.get(f"/codes/{label}").json["code"] == code  # slashes left as they are
    assert office.auditor.get(f"/codes/{code}").json["actions"] == []


@pytest.mark.both_databases
def test_the_main_action_comes_first(office: Office) -> None:
    code = office.staff.get(f"/assets/{path(office.assets[0])}").json["code"]

    def acts(who: Api) -> list[str]:
        found: list[str] = who.get(f"/codes/{code}").json["actions"]
        return found

    number = path(office.request().json["number"])
    assert (acts(office.head)[0], acts(office.colleague), acts(office.staff)) == ("approve", ["reserve"], [])
    office.head.post(f"/loans/{number}/approve")
    assert acts(office.officer)[0] == "hand_over"
    office.officer.post(f"/loans/{number}/hand-over")
    assert acts(office.officer)[0] == "receive"
    assert (acts(office.staff), acts(office.colleague)) == (["declare_return"], ["reserve"])
    office.officer.post(f"/loans/{number}/receive", [{"asset": code, "condition": "lost", "note": "หาย"}])
    assert acts(office.colleague) == ["report_found"]


def test_blank_unknown_and_foreign_codes(office: Office, app: Flask) -> None:
    with app.app_context(), transaction():
        unit = unit_by_code("กยผ", NOW.date())
        blank = codes.create_blank_codes(console(), unit.id, 1, now=NOW)[0]
    assert office.officer.get(f"/codes/{blank}").json == {"code": blank, "asset": None, "actions": ["link"]}
    hidden = office.officer.get(f"/assets/{path('ลับ-1')}").json["code"]
    for who, code in ((office.staff, blank), (office.staff, hidden), (office.staff, "AAAAAAAA"), (office.staff, "ก")):
        refused = who.get(f"/codes/{path(code)}")
        assert (refused.status_code, refused.json["code"]) == (404, "not_found")


def test_a_revoked_code_shows_the_thing_and_offers_nothing(office: Office, app: Flask) -> None:
    code = office.officer.get(f"/assets/{path(office.assets[0])}").json["code"]
    with app.app_context(), transaction():
        codes.revoke_code(console(), office.assets[0], code, reason="ป้ายหาย", now=NOW)
    seen = office.staff.get(f"/codes/{code}").json
    assert (seen["asset"]["asset_no"], seen["actions"]) == (office.assets[0], [])
