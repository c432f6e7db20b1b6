"""More time and another borrower by API: /extend and /transfer record, /approve, /reject and /cancel decide."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.conftest import Office, path
from tests.conftest import NOW

pytestmark = pytest.mark.both_databases
LONGER = {"due_on": "2026-12-01", "reason": "งานยังไม่เสร็จ"}


def test_more_time_by_api(office: Office) -> None:
    number = office.out()
    asked = office.staff.post(f"/loans/{number}/extend", LONGER)
    assert asked.status_code == 200
    assert (asked.json["state"], asked.json["due_on"]) == ("handed_over", "2026-11-26")
    (change,) = asked.json["changes"]
    assert change == {
        "kind": "extension",
        "state": "requested",
        "due_on": "2026-12-01",
        "to": None,
        "reason": "งานยังไม่เสร็จ",
        "late": False,
        "requested_at": "2026-11-23T10:00:00+07:00",
        "approver": {"post": "หัวหน้ากองยุทธศาสตร์และแผนงาน", "name": None},
        "legal_basis": "ข้อ 208 (2)",
        "accepted_at": None,
        "decided_at": None,
        "decision_reason": None,
        "ended_at": None,
        "lines": office.assets[:1],
        "new_loan": None,
    }
    assert [loan["number"] for loan in office.head.get("/loans?waiting_for_me=true").json["items"]] == [
        asked.json["number"]
    ]
    done = office.head.post(f"/loans/{number}/approve").json
    assert (done["due_on"], done["lines"][0]["due_on"]) == ("2026-12-01", "2026-12-01")
    assert (done["changes"][0]["state"], done["changes"][0]["approver"]["name"]) == ("approved", "นายhead ใจดี")
    assert office.head.get("/loans?waiting_for_me=true").json["items"] == []
    again = office.staff.post(f"/loans/{number}/extend", {"due_on": "2026-12-03", "reason": "x"})
    assert (again.status_code, again.json["errors"][0]["code"]) == (422, "extension_used")


def test_a_refusal_of_more_time_has_a_reason(office: Office) -> None:
    number = office.out()
    office.staff.post(f"/loans/{number}/extend", LONGER)
    bare = office.head.post(f"/loans/{number}/reject", {"reason": " "})
    assert (bare.status_code, bare.json["errors"][0]["code"]) == (422, "reason_required")
    done = office.head.post(f"/loans/{number}/reject", {"reason": "ต้องใช้ในกอง"}).json
    assert (done["due_on"], done["changes"][0]["state"]) == ("2026-11-26", "rejected")
    assert done["changes"][0]["decision_reason"] == "ต้องใช้ในกอง"


def test_the_borrower_takes_a_change_back(office: Office) -> None:
    number = office.out()
    office.staff.post(f"/loans/{number}/extend", LONGER)
    done = office.staff.post(f"/loans/{number}/cancel")
    assert (done.status_code, done.json["changes"][0]["state"]) == (200, "cancelled")
    assert office.staff.post(f"/loans/{number}/cancel").status_code == 409


def test_who_may_not(office: Office) -> None:
    number = office.out()
    for who, status in (("officer", 403), ("head", 403), ("auditor", 403), ("nobody", 401), ("stranger", 404)):
        assert getattr(office, who).post(f"/loans/{number}/extend", LONGER).status_code == status
    office.staff.post(f"/loans/{number}/extend", LONGER)
    for who, status in (("staff", 403), ("officer", 403), ("secretariat", 403), ("stranger", 404)):
        assert getattr(office, who).post(f"/loans/{number}/approve").status_code == status, who


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"reason": "x"}, "due_on", "required"),
        ({"due_on": "2026-12-01"}, "reason", "reason_required"),
        ({"due_on": "1 ธันวาคม", "reason": "x"}, "due_on", "iso_date_required"),
        ({"due_on": "2026-11-26", "reason": "x"}, "due_on", "extension_not_longer"),
        ({"due_on": "2026-12-09", "reason": "x"}, "due_on", "extension_too_long"),
        ({"due_on": "2026-12-01", "reason": "ก" * 201}, "reason", "too_long"),
    ],
)
def test_a_body_that_cannot_be_used(office: Office, body: dict[str, Any], field: str, code: str) -> None:
    answer = office.staff.post(f"/loans/{office.out()}/extend", body)
    assert answer.status_code == 422
    assert [(item["field"], item["code"]) for item in answer.json["errors"]] == [(field, code)]


def test_an_approved_reservation_is_named_by_its_first_day(office: Office) -> None:
    number = office.out()
    later = office.request(who=office.colleague, starts_on="2026-11-30", due_on="2026-12-02")
    office.head.post(f"/loans/{path(later.json['number'])}/approve")
    refused = office.staff.post(f"/loans/{number}/extend", LONGER)
    assert (refused.status_code, refused.json["code"]) == (409, "asset_not_available")
    assert refused.json["starts_on"] == "2026-11-30"
    assert "30 พ.ย. 2569" in refused.json["detail"]


def test_a_transfer_by_api(office: Office, set_clock: Any) -> None:
    number = office.out(*office.assets[:2])
    asked = office.staff.post(
        f"/loans/{number}/transfer", {"to": "colleague", "reason": "รับงานต่อ", "lines": office.assets[1:2]}
    )
    assert (asked.status_code, asked.json["changes"][0]["to"]) == (200, "นายcolleague ใจดี")
    waiting = office.colleague.get("/loans?waiting_for_me=true").json["items"]
    assert [loan["number"] for loan in waiting] == [asked.json["number"]]
    endorsed = office.head.post(f"/loans/{number}/approve").json
    assert (endorsed["changes"][0]["state"], endorsed["lines"][1]["state"]) == ("endorsed", "handed_over")
    set_clock(NOW + timedelta(hours=1))
    done = office.colleague.post(f"/loans/{number}/approve").json
    assert [line["state"] for line in done["lines"]] == ["handed_over", "received"]
    new = office.colleague.get(f"/loans/{path(done['changes'][0]['new_loan'])}").json
    assert (new["borrower"], new["state"], new["continues"]) == ("นายcolleague ใจดี", "handed_over", done["number"])
    assert new["lines"][0]["handed_over_at"] == done["lines"][1]["returned_at"] == "2026-11-23T11:00:00+07:00"
    assert [event["action"] for event in new["history"]] == ["submit", "approve", "hand_over"]
    assert office.secretariat.post(f"/loans/{number}/approve-return").json["lines"][1]["state"] == "closed"


def test_the_receiver_declines(office: Office) -> None:
    number = office.out()
    office.staff.post(f"/loans/{number}/transfer", {"to": "colleague", "reason": "รับงานต่อ"})
    done = office.colleague.post(f"/loans/{number}/reject", {"reason": "ไม่ได้รับของ"}).json
    assert done["changes"][0]["state"] == "declined"
    assert office.colleague.post(f"/loans/{number}/approve").status_code == 403


@pytest.mark.parametrize(
    ("to", "code"), [("", "required"), ("nobody", "person_unknown"), ("staff", "transfer_to_oneself")]
)
def test_to_whom_not(office: Office, to: str, code: str) -> None:
    answer = office.staff.post(f"/loans/{office.out()}/transfer", {"to": to, "reason": "x"})
    assert [(item["field"], item["code"]) for item in answer.json["errors"]] == [("to", code)]


def test_the_same_request_twice_is_one(office: Office) -> None:
    number = office.out()
    first = office.staff.post(f"/loans/{number}/extend", LONGER, Idempotency_Key="k")
    again = office.staff.post(f"/loans/{number}/extend", LONGER, Idempotency_Key="k")
    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert office.staff.post(f"/loans/{number}/extend", LONGER).json["code"] == "change_open"


def test_overdue_is_told_from_the_new_due_date(office: Office, set_clock: Any) -> None:
    number = office.out()
    office.staff.post(f"/loans/{number}/extend", LONGER)
    office.head.post(f"/loans/{number}/approve")
    for day, overdue in ((datetime(2026, 12, 1, tzinfo=UTC), False), (datetime(2026, 12, 2, tzinfo=UTC), True)):
        set_clock(day.replace(hour=5))
        assert office.staff.get(f"/loans/{number}").json["overdue"] is overdue
