"""The headers of every answer, literally (F1, F2, F7, F12)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.architecture.routes import pages, rules
from tests.architecture.stage import CAST, OWN, Stage

CSP = (
    "default-src 'none'; script-src 'self' 'nonce-NONCE'{wasm}; style-src 'self' 'nonce-NONCE'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; "
    "worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
# Every answer has exactly these, with these values.
ALWAYS = {
    "Content-Security-Policy": CSP.format(wasm=""),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
SCANNING = {
    "Content-Security-Policy": CSP.format(wasm=" 'wasm-unsafe-eval'"),
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
# The pages that may open the camera and compile the decoder; nothing else may.
SCANNING_PAGES = frozenset({"/labelling/<unit>/rooms/<int:place>", "/labelling/offline", "/loans/basket"})
NEVER = {"Server", "X-Powered-By", "Access-Control-Allow-Origin", "Strict-Transport-Security", "X-AspNet-Version"}


# A file that is handed out may run nothing, whatever a browser makes of it.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def is_file(answer: TestResponse) -> bool:
    return answer.headers["Content-Security-Policy"] == FILE_POLICY and answer.mimetype != "text/html"


def nonce_of(answer: TestResponse) -> str:
    found = re.search(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
    assert found is not None
    return found.group(1)


def assert_headers(answer: TestResponse, where: str, *, scanning: bool = False, static: bool = False) -> None:
    wanted = ALWAYS | (SCANNING if scanning else {})
    found = {name: answer.headers.get(name, "") for name in wanted}
    if is_file(answer):
        wanted = wanted | {"Content-Security-Policy": FILE_POLICY}
    else:
        found["Content-Security-Policy"] = found["Content-Security-Policy"].replace(nonce_of(answer), "NONCE")
    assert found == wanted, where
    assert NEVER & set(answer.headers.keys()) == set(), where
    if static:
        return
    assert answer.headers["Cache-Control"] == "no-store", where
    assert {"Cookie", "Accept-Language"} <= {item.strip() for item in answer.headers["Vary"].split(",")}, where


@pytest.mark.case("F1")
@pytest.mark.parametrize("who", ["visitor", "staff", "officer", "secretariat", "admin"])
def test_F1_pages_redirects_downloads_and_refusals_have_the_same_headers(stage: Stage, who: str) -> None:
    client = stage.client(who)
    for rule in rules(stage.app):
        if "GET" not in (rule.methods or set()):
            continue
        answer = client.get(stage.address(rule, OWN), headers=stage.bearer(who) if "/api/" in rule.rule else {})
        allowed = answer.status_code == 200 and rule.rule in SCANNING_PAGES
        assert_headers(answer, f"{rule.rule} {answer.status_code}", scanning=allowed or rule.rule in SCANNING_PAGES)


@pytest.mark.case("F1")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/no-such-page", 404),
        ("GET", "/.git/config", 404),
        ("GET", "/.env", 404),
        ("GET", "/console", 404),
        ("DELETE", "/handbook", 405),
        ("POST", "/sign-out", 400),
        ("GET", "/static/../config.py", 404),
        ("GET", "/api/v1/me", 401),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/assets", 303),
        ("GET", "/language/xx", 404),
    ],
)
def test_F1_errors_have_the_same_headers(client: FlaskClient, method: str, path: str, status: int) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert_headers(answer, path)
    assert "Traceback" not in answer.text
    assert "Werkzeug" not in answer.text


@pytest.mark.case("F1")
def test_F1_static_files_and_unchanged_ones(client: FlaskClient) -> None:
    with client.get("/static/app.css") as answer:
        assert_headers(answer, "static", static=True)
        assert answer.headers["Cache-Control"] == "no-cache"
    with client.get("/static/app.css?v=abc") as hashed:
        assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with client.get("/static/app.css", headers={"If-None-Match": answer.headers["ETag"]}) as again:
        assert again.status_code == 304
        assert_headers(again, "304", static=True)


@pytest.mark.case("F1")
def test_F1_an_error_of_the_program_has_them_too(another_app: Callable[..., Flask]) -> None:
    fresh = another_app()

    def broken() -> str:
        raise RuntimeError("a secret of the inside")

    broken.access = "public"  # type: ignore[attr-defined]
    fresh.add_url_rule("/broken", "broken", broken)
    answer = fresh.test_client().get("/broken")
    assert answer.status_code == 500
    assert_headers(answer, "500")
    assert "secret" not in answer.text


@pytest.mark.case("F14")
def test_F14_https_adds_its_own_and_http_does_not(another_app: Callable[..., Flask]) -> None:
    secure = another_app(ASSETLOAN_BASE_URL="https://loans.example.go.th").test_client()
    answer = secure.get("/handbook", base_url="https://loans.example.go.th")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    page = secure.get("/sign-in", base_url="https://loans.example.go.th")
    assert page.headers["Set-Cookie"].startswith("__Host-assetloan=")
    assert "Secure" in page.headers["Set-Cookie"]


@pytest.mark.case("F2")
def test_F2_the_nonce_is_new_each_time_and_on_every_script_and_style(stage: Stage) -> None:
    seen: list[str] = []
    for who in ("staff", "officer", "admin"):
        client = stage.client(who)
        for rule in pages(stage.app):
            answer = client.get(stage.address(rule, OWN))
            if is_file(answer):
                continue
            seen.append(nonce_of(answer))
            if answer.mimetype != "text/html":
                continue
            for tag in re.findall(r"<(?:script|style)\b[^>]*>", answer.text):
                assert f'nonce="{seen[-1]}"' in tag or "src=" in tag, (rule.rule, tag)
            assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", answer.text), rule.rule
    assert len(seen) == len(set(seen))
    assert all(len(nonce) >= 20 for nonce in seen)


@pytest.mark.case("F12")
def test_F12_only_scanning_pages_may_ask_for_the_camera(stage: Stage) -> None:
    asking = set()
    for who in CAST:
        if who == "unitless":
            continue
        client = stage.client(who)
        for rule in pages(stage.app):
            answer = client.get(stage.address(rule, OWN))
            if "camera=(self)" in answer.headers["Permissions-Policy"]:
                asking.add(rule.rule)
            if answer.mimetype == "text/html" and "data-scanner" in answer.text:
                assert rule.rule in SCANNING_PAGES
    assert asking == set(SCANNING_PAGES)
