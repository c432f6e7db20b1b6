"""What holds for every call: keys, bodies, problems, statements, the description."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from assetloan.core.db import db
from assetloan.lending.models import Loan
from tests.api.conftest import Api, Office, path
from tests.api.described import faults
from tests.together import together

CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.mark.both_databases
@pytest.mark.case("A13")
def test_A13_one_key_gives_one_loan_and_equal_answers(office: Office, app: Flask) -> None:
    body = {"assets": office.assets[:1], "purpose": "ประชุม", "place": "inside", "due_on": "2026-11-26"}

    def ask() -> Any:
        return Api(app.test_client(), office.staff.token).post("/loans", body, Idempotency_Key="a-key")

    both = together(app, [ask, ask])
    answers = [*both, ask(), ask(), ask()]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert len({answer.headers["Location"] for answer in answers}) == 1
    with app.app_context():
        assert db.session.query(Loan).count() == 1
    other = office.staff.post("/loans", body | {"purpose": "อื่น"}, Idempotency_Key="a-key")
    assert (other.status_code, other.json["code"]) == (422, "idempotency_mismatch")
    elsewhere = office.staff.post(f"/loans/{path('กยผ-2570-00001')}/cancel", body, Idempotency_Key="a-key")
    assert elsewhere.json["code"] == "idempotency_mismatch"
    theirs = office.colleague.post("/loans", body | {"assets": office.assets[1:2]}, Idempotency_Key="a-key")
    assert theirs.status_code == 201  # keys belong to a person


def test_a_refusal_is_not_kept_under_its_key(office: Office) -> None:
    number = path(office.request().json["number"])
    assert office.officer.post(f"/loans/{number}/hand-over", Idempotency_Key="k").status_code == 409
    office.head.post(f"/loans/{number}/approve")
    assert office.officer.post(f"/loans/{number}/hand-over", Idempotency_Key="k").status_code == 200


@pytest.mark.parametrize("key", ["x" * 201, "ก"])
def test_a_key_that_cannot_be_kept_is_refused(office: Office, key: str) -> None:
    number = path(office.request().json["number"])
    assert office.head.post(f"/loans/{number}/approve", Idempotency_Key=key).status_code == 422


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"nonsense",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"purpose": "\\u0000"}',
        b'{"purpose": "\\ud800"}',
        b'"text"',
        b"[1]",
        b"7",
        b"[" * 100_000,
        b'{"assets": ["A-1"], "assets": ["A-2"]}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": 1' + b"1" * 5000 + b"}",
    ],
)
def test_E9_what_is_no_JSON_object_is_malformed(office: Office, raw: bytes) -> None:
    refused = office.staff.post("/loans", raw=raw)
    assert (refused.status_code, refused.json["code"]) == (400, "malformed")
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_E14_a_body_has_a_limit(office: Office) -> None:
    answer = office.staff.client.post(
        "/api/v1/loans",
        data=b'{"purpose": "' + b"x" * 2_000_000 + b'"}',
        headers={"Authorization": f"Bearer {office.staff.token}"},
    )
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


@pytest.mark.both_databases
@pytest.mark.parametrize("address", ["/assets/%00", "/loans/%00", "/codes/%00", "/assets/a%00b", "/loans/%ED%A0%80"])
def test_E9_NUL_in_an_address(office: Office, address: str) -> None:
    assert office.staff.get(address).status_code in (400, 404)


def test_problems_speak_the_language_of_the_reader(office: Office) -> None:
    thai = office.staff.get("/assets/none")
    assert thai.json["detail"] == "ไม่พบรายการที่ขอ หรืออยู่นอกสิทธิ์ของคุณ"
    assert thai.headers["Content-Type"] == "application/problem+json"
    assert set(thai.json) >= {"type", "title", "status", "code", "detail"}


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/audit"),
        ("GET", "/materials"),
        ("GET", "/reports/monthly/2569-11"),
        ("GET", "/reports/year/2570"),
        ("POST", "/reports/monthly/2569-11/units/DEP/prepare"),
        ("POST", "/requisitions"),
        ("GET", "/inspections/2569/units/DEP"),
        ("GET", "/nothing"),
    ],
)
def test_what_is_not_there_is_404_as_a_problem(office: Office, method: str, address: str) -> None:
    missing = office.secretariat.call(method, address)
    assert (missing.status_code, missing.json["code"]) == (404, "not_found")


def test_a_wrong_method_is_told(office: Office) -> None:
    assert office.staff.call("DELETE", "/assets/1").json["code"] == "method_not_allowed"


@pytest.mark.both_databases
def test_lists_take_the_same_number_of_statements_however_long(office: Office, count_queries: CountQueries) -> None:
    def statements(address: str) -> int:
        with count_queries() as seen:
            assert office.officer.get(address).status_code == 200
        return len(seen)

    office.request()
    few = {address: statements(address) for address in ("/assets", "/loans", "/loans?waiting_for_me=1")}
    for number in office.assets[1:4]:
        office.request(number, who=office.colleague)
    many = {address: statements(address) for address in few}
    assert few == many
    assert max(many.values()) <= 13


def test_single_things_take_few_statements(office: Office, count_queries: CountQueries) -> None:
    number = office.out(*office.assets[:3])
    for address, most in ((f"/loans/{number}", 12), (f"/assets/{path(office.assets[0])}", 9), ("/me", 4)):
        with count_queries() as seen:
            assert office.officer.get(address).status_code == 200
        assert len(seen) <= most, seen


# --- the description ------------------------------------------------------------------------------------------------


def test_the_description_is_public_and_names_every_route(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    whole = answer.json
    assert whole["openapi"].startswith("3.1")
    described = {
        (re.sub(r"\{[a-z_]+\}", "*", name), method.upper())
        for name, methods in whole["paths"].items()
        for method in methods
    }
    routed = {
        (re.sub(r"<[^>]+>", "*", rule.rule.removeprefix("/api/v1")), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/") and rule.endpoint not in ("api.openapi", "api.no_such_act")
    }
    assert described == routed


def test_every_reference_of_the_description_leads_somewhere(app: Flask) -> None:
    with app.test_request_context("/api/v1/openapi.json"):
        from assetloan.api.openapi import document

        whole = document()
    schemas = whole["components"]["schemas"]

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*(references(item) for item in value.values()))
        return set().union(*(references(item) for item in value)) if isinstance(value, list) else set()

    for reference in references(whole):
        place = whole
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    names = [op["operationId"] for methods in whole["paths"].values() for op in methods.values()]
    assert len(names) == len(set(names))
    used = {item.rsplit("/", 1)[1] for item in references(whole)}
    assert set(schemas) <= used


def test_the_reader_of_schemas_sees_faults() -> None:
    fields = {"a": {"type": "integer"}}
    schema = {"type": "object", "properties": fields, "required": ["a"], "additionalProperties": False}
    assert faults({"a": 1}, schema, {}) == []
    assert faults({"a": True}, schema, {}) != []
    assert faults({}, schema, {}) != []
    assert faults({"a": 1, "b": 2}, schema, {}) != []
