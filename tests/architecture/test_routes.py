"""Every route declares who may call it; what is not declared is refused (D2, D3, K10)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, Response

from assetloan.identity.guards import access
from assetloan.identity.rules import GRANTS, READS, Permission
from tests.architecture.routes import audience, methods, rules, unsafe
from tests.architecture.stage import OWN, Stage


@pytest.mark.case("D2")
def test_D2_every_route_declares_who_may_call_it(app: Flask) -> None:
    assert [rule.rule for rule in rules(app) if audience(app, rule) is None] == []


@pytest.mark.case("D2")
def test_D2_a_route_that_declares_nothing_answers_403(another_app: Callable[..., Flask]) -> None:
    fresh = another_app()
    fresh.add_url_rule("/forgotten", "forgotten", lambda: Response("secret"), methods=["GET", "POST"])
    fresh.config["WTF_CSRF_ENABLED"] = False
    client = fresh.test_client()
    for answer in (client.get("/forgotten"), client.post("/forgotten"), client.head("/forgotten")):
        assert answer.status_code == 403
        assert b"secret" not in answer.data


@pytest.mark.case("D3")
def test_D3_a_right_to_read_never_lets_anyone_write(app: Flask) -> None:
    """A route that changes something asks for a permission to write, or leaves the question to its service."""
    wrong = [
        (rule.rule, method, str(audience(app, rule)))
        for rule, method in unsafe(app)
        if isinstance(audience(app, rule), Permission) and audience(app, rule) in READS
    ]
    assert wrong == []


@pytest.mark.case("D3")
def test_D3_no_header_or_field_changes_the_method(stage: Stage) -> None:
    client = stage.client("auditor")
    tricks = {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "PUT", "X-HTTP-Method": "PATCH"}
    before = client.get("/people")
    after = client.get("/people?_method=DELETE", headers=tricks)
    assert (before.status_code, after.status_code) == (200, 200)


@pytest.mark.case("D3")
def test_D3_other_methods_are_refused_or_harmless(stage: Stage) -> None:
    """HEAD is judged like GET, OPTIONS tells methods only, the rest is 405."""
    client = stage.client("staff")
    for rule in rules(stage.app):
        address = stage.address(rule, OWN)
        if "GET" in (rule.methods or set()):
            assert client.head(address).status_code == client.get(address).status_code, rule.rule
        options = client.options(address)
        assert options.status_code in (303, 401, 403) or (options.status_code, options.data) == (200, b""), rule.rule
        for method in {"PUT", "DELETE", "TRACE", "PATCH"} - set(methods(rule)):
            if all(method not in methods(other) for other in rules(stage.app) if other.rule == rule.rule):
                status = client.open(address, method=method).status_code
                assert status in (400, 403, 404, 405), (rule.rule, method, status)


def test_every_permission_guards_something_and_somebody_has_it() -> None:
    nobody = {permission for permission in Permission if not GRANTS.get(permission)}
    assert nobody == {Permission.LOANS_IMPORT}, "only the console imports past loans"
    assert set(GRANTS) == set(Permission)


def test_access_marks_a_view_and_leaves_it_alone() -> None:
    def view() -> str:
        return "x"

    assert access("public")(view) is view
