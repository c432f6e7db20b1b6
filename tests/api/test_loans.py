"""The whole life of a loan by API, who may do what, and every refusal with its code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.api.conftest import Office, path
from tests.conftest import NOW


@pytest.mark.both_databases
def test_the_whole_life_of_a_loan(office: Office) -> None:
    asked = office.request()
    assert asked.status_code == 201
    loan = asked.json
    assert loan["number"] == "กยผ-2570-00001"
    assert loan["state"] == "submitted"
    assert loan["unit"] == {"code": "กยผ", "name": "กองยุทธศาสตร์และแผนงาน"}
    assert loan["approver"] == {"post": "หัวหน้ากองยุทธศาสตร์และแผนงาน", "name": "นายhead ใจดี"}
    assert loan["legal_basis"] == "ข้อ 208 (2)"
    assert loan["submitted_at"] == "2026-11-23T10:00:00+07:00"
    number = path(loan["number"])
    assert asked.headers["Location"] == f"/api/v1/loans/{number}"

    approved = office.head.post(f"/loans/{number}/approve").json
    assert approved["state"] == "approved"
    assert approved["approver"]["name"] == "นายhead ใจดี"
    given = office.officer.post(f"/loans/{number}/hand-over", {"assets": [office.assets[0]], "condition": "good"}).json
    assert (given["state"], given["lines"][0]["handed_over_at"]) == ("handed_over", "2026-11-23T10:00:00+07:00")
    declared = office.staff.post(f"/loans/{number}/declare-return", {"reason": "วางที่โต๊ะ"}).json
    assert declared["state"] == "return_declared"
    back = office.officer.post(f"/loans/{number}/receive", [{"asset": office.assets[0], "condition": "good"}]).json
    assert (back["state"], back["lines"][0]["condition"]) == ("received", "good")
    assert office.secretariat.post(f"/loans/{number}/approve-return").json["state"] == "closed"

    seen = office.staff.get(f"/loans/{number}").json
    steps = ["submit", "approve", "hand_over", "declare_return", "receive", "approve_return"]
    assert [event["action"] for event in seen["history"]] == steps
    assert [event["action"] for event in seen["lines"][0]["history"]] == steps
    assert seen["history"][1]["by"] == "นายhead ใจดี"


@pytest.mark.both_databases
def test_a_number_in_any_spelling_and_a_code_name_the_thing(office: Office) -> None:
    code = office.staff.get(f"/assets/{path(office.assets[1])}").json["code"]
    asked = office.request("๗๔๔๐-๐๐๑-๐๐๐๑/๒๕๖๐", f"HTTPS://EXAMPLE/Q/{code}")
    assert [line["asset_no"] for line in asked.json["lines"]] == office.assets[:2]
    number = path(asked.json["number"])
    assert office.staff.get(f"/loans/{path(asked.json['number'].replace('2570', '๒๕๗๐'))}").status_code == 200
    done = office.head.post(f"/loans/{number}/approve", {"lines": [code.lower()]}).json
    assert [line["state"] for line in done["lines"]] == ["submitted", "approved"]
    assert done["state"] == "submitted"


@pytest.mark.both_databases
def test_two_people_ask_for_one_thing_and_the_second_reads_until_when(office: Office) -> None:
    office.request()
    second = office.request(who=office.colleague)
    assert second.status_code == 409
    assert (second.json["code"], second.json["due_on"]) == ("asset_not_available", "2026-11-26")
    assert "26 พ.ย. 2569" in second.json["detail"]
    english = office.colleague.post(
        "/loans",
        {"assets": office.assets[:1], "purpose": "x", "place": "inside", "due_on": "2026-11-26"},
        Accept_Language="en",
    )
    assert english.status_code == 409


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"purpose": "  "}, "purpose"),
        ({"purpose": None}, "purpose"),
        ({"purpose": 7}, "purpose"),
        ({"purpose": "ก" * 201}, "purpose"),
        ({"place": "moon"}, "place"),
        ({"place": None}, "place"),
        ({"place": ["inside"]}, "place"),
        ({"due_on": "26/11/2569"}, "due_on"),
        ({"due_on": "2569-11-26"}, "due_on"),
        ({"due_on": "2026-11-31"}, "due_on"),
        ({"due_on": 20261126}, "due_on"),
        ({"due_on": None}, "due_on"),
        ({"due_on": "2026-11-22"}, "due_on"),
        ({"due_on": "2027-01-30"}, "due_on"),
        ({"starts_on": "2026-11-01"}, "starts_on"),
        ({"assets": []}, "assets"),
        ({"assets": None}, "assets"),
        ({"assets": "7440"}, "assets"),
        ({"assets": [7440]}, "assets"),
        ({"assets": ["x"] * 51}, "assets"),
        ({"place": "agency"}, "agency"),
        ({"items": 3}, "items"),
    ],
)
def test_bad_fields_are_named(office: Office, more: dict[str, Any], field: str) -> None:
    refused = office.request(**more)
    assert (refused.status_code, refused.json["code"]) == (422, "invalid")
    assert field in [item["field"] for item in refused.json["errors"]]
    assert all(item["detail"] for item in refused.json["errors"])


def test_what_cannot_be_lent(office: Office) -> None:
    assert office.request("9999-1").json["code"] == "not_found"
    assert office.request("ลับ-1").json["code"] == "not_found"  # staff do not even see it
    assert office.request("ลับ-1", who=office.officer).json["code"] == "asset_not_lendable"
    two = office.request(office.assets[0], "6730-003-0001")
    assert (two.status_code, two.json["code"]) == (422, "several_units")
    material = office.request(assets=None, items=[{"material": "กระดาษ A4", "quantity": 2}])
    assert (material.status_code, material.json["code"]) == (404, "not_found")


def test_who_may_not(office: Office) -> None:
    number = path(office.request().json["number"])
    for who in (office.staff, office.officer, office.secretariat, office.auditor):
        refused = who.post(f"/loans/{number}/approve")
        assert (refused.status_code, refused.json["code"]) == (403, "not_allowed")
    for who in (office.stranger, office.colleague, office.admin):
        assert who.post(f"/loans/{number}/approve").status_code == 404
        assert who.get(f"/loans/{number}").status_code == 404
    assert office.nobody.post(f"/loans/{number}/approve").status_code == 401
    assert office.staff.post(f"/loans/{number}/hand-over").status_code == 403
    assert office.stranger.post(f"/loans/{number}/hand-over").status_code == 404
    # Permission is judged before state.
    receipt = [{"asset": office.assets[0], "condition": "good"}]
    assert office.staff.post(f"/loans/{number}/receive", receipt).status_code == 403
    assert office.officer.post(f"/loans/{number}/hand-over").json["code"] == "invalid_transition"


def test_D13_nobody_decides_or_serves_their_own(office: Office) -> None:
    own = path(office.request(who=office.head).json["number"])
    assert office.head.post(f"/loans/{own}/approve").status_code == 403
    assert office.director.post(f"/loans/{own}/approve").json["state"] == "approved"
    mine = path(office.request(office.assets[1], who=office.officer).json["number"])
    office.head.post(f"/loans/{mine}/approve")
    assert office.officer.post(f"/loans/{mine}/hand-over").json["code"] == "not_allowed"


def test_D19_the_auditor_writes_nothing(office: Office) -> None:
    number = office.out()
    calls: list[tuple[str, Any]] = [
        ("/loans", {"assets": office.assets[1:2], "purpose": "x", "place": "inside", "due_on": "2026-11-26"}),
        ("/assets", {"name": "x", "unit": "กยผ"}),
        *((f"/loans/{number}/{act}", None) for act in ("approve", "cancel", "hand-over", "declare-return")),
        (f"/loans/{number}/approve-return", None),
        (f"/loans/{number}/reject", {"reason": "x"}),
        (f"/loans/{number}/send-back", {"reason": "x"}),
        (f"/loans/{number}/receive", [{"asset": office.assets[0], "condition": "good"}]),
    ]
    assert [office.auditor.post(address, body).status_code for address, body in calls] == [403] * len(calls)
    assert office.auditor.patch(f"/assets/{path(office.assets[0])}", {"version": 1, "name": "y"}).status_code == 403


def test_D14_steps_are_not_skipped_or_repeated(office: Office) -> None:
    number = office.out()
    for address, body in (("hand-over", None), ("approve-return", None), ("cancel", None)):
        who = {"hand-over": office.officer, "approve-return": office.secretariat, "cancel": office.staff}[address]
        refused = who.post(f"/loans/{number}/{address}", body)
        assert (refused.status_code, refused.json["code"]) == (409, "invalid_transition")
    receipt = [{"asset": office.assets[0], "condition": "good"}]
    assert office.officer.post(f"/loans/{number}/receive", receipt).status_code == 200
    assert office.officer.post(f"/loans/{number}/receive", receipt).json["code"] == "invalid_transition"


def test_refusing_needs_a_reason(office: Office) -> None:
    number = path(office.request().json["number"])
    refused = office.head.post(f"/loans/{number}/reject")
    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "reason"
    done = office.head.post(f"/loans/{number}/reject", {"reason": "ต้องใช้งานในกอง"}).json
    assert (done["state"], done["lines"][0]["reason"]) == ("rejected", "ต้องใช้งานในกอง")


@pytest.mark.both_databases
def test_damage_and_loss_open_a_compensation(office: Office) -> None:
    number = office.out(*office.assets[:2])
    bare = office.officer.post(f"/loans/{number}/receive", [{"asset": office.assets[0], "condition": "damaged"}])
    assert (bare.status_code, bare.json["errors"][0]["field"]) == (422, "note")
    done = office.officer.post(
        f"/loans/{number}/receive",
        [
            {"asset": office.assets[0], "condition": "damaged", "note": "จอแตก"},
            {"asset": office.assets[1], "condition": "lost", "note": "หายที่สนามบิน"},
        ],
    ).json
    damaged, lost = done["lines"]
    assert (damaged["state"], damaged["compensation"]["state"]) == ("received", "open")
    assert (lost["state"], lost["returned_at"], lost["condition"]) == ("lost_reported", None, "lost")
    refused = office.secretariat.post(f"/loans/{number}/approve-return")
    assert refused.json["code"] == "compensation_open"
    assert office.staff.get(f"/assets/{path(office.assets[1])}").json["status"] == "lost"


@pytest.mark.parametrize(
    "body",
    [
        [],
        [{"asset": "x"}],
        [{"condition": "good"}],
        [{"asset": "x", "condition": "fine"}],
        ["7440"],
        [{"asset": 7, "condition": "good"}],
    ],
)
def test_receipts_are_read_strictly(office: Office, body: Any) -> None:
    assert office.officer.post(f"/loans/{office.out()}/receive", body).status_code == 422


@pytest.mark.both_databases
def test_the_list_and_its_filters(office: Office) -> None:
    out = office.out()
    waiting = office.request(office.assets[1], who=office.colleague).json["number"]

    def numbers(who: Any, query: str) -> list[str]:
        answer = who.get(f"/loans?{query}").json
        assert answer["total"] == len(answer["items"])
        return [item["number"] for item in answer["items"]]

    first = "กยผ-2570-00001"
    assert path(first) == out
    assert numbers(office.officer, "") == [waiting, first]
    assert numbers(office.staff, "") == [first]
    assert numbers(office.staff, "mine=true") == [first]
    assert numbers(office.officer, "mine=1") == []
    assert numbers(office.officer, "state=submitted") == [waiting]
    assert numbers(office.officer, "state=closed") == []
    assert numbers(office.head, "waiting_for_me=true") == [waiting]
    assert numbers(office.secretariat, "waiting_for_me=true") == []
    assert numbers(office.secretariat, f"unit={path('กยผ')}") == [waiting, first]
    assert numbers(office.secretariat, f"unit={path('กคพ')}") == []
    assert numbers(office.officer, "overdue=true") == []
    assert numbers(office.stranger, "") == []


def test_overdue_is_told(office: Office, set_clock: Callable[[datetime], None]) -> None:
    number = office.out()
    set_clock(NOW + timedelta(days=5))
    listed = office.officer.get("/loans?overdue=true").json["items"]
    assert [(item["overdue"], item["lines"][0]["days_late"]) for item in listed] == [(True, 2)]
    assert office.staff.get(f"/loans/{number}").json["overdue"] is True


@pytest.mark.both_databases
def test_the_state_of_the_header_is_what_is_filtered(office: Office) -> None:
    asked = office.request(*office.assets[:2]).json
    number = path(asked["number"])
    office.head.post(f"/loans/{number}/approve", {"lines": [office.assets[0]]})
    assert [item["number"] for item in office.officer.get("/loans?state=submitted").json["items"]] == [asked["number"]]
    assert office.officer.get("/loans?state=approved").json["total"] == 0
    office.head.post(f"/loans/{number}/reject", {"lines": [office.assets[1]], "reason": "ไม่ว่าง"})
    assert office.officer.get("/loans?state=approved").json["items"][0]["state"] == "approved"


@pytest.mark.parametrize("later", ["close", "renew", "no-such-act"])
def test_what_comes_later_is_not_there(office: Office, later: str) -> None:
    assert office.staff.post(f"/loans/{office.out()}/{later}", {"due_on": "2026-12-01"}).status_code == 404
