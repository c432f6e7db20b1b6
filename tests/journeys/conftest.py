"""A real server, a real browser. Without a browser these tests are skipped loudly, and fail in CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Playwright, sync_playwright

from tests.databases import Postgres
from tests.journeys.house import House, agency, house
from tests.journeys.server import Server, start
from tests.journeys.walker import Walker

PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = ["--no-sandbox", "--disable-dev-shm-usage"]
Walk = Callable[..., Walker]


def launch(playwright: Playwright, *switches: str) -> Browser:
    """Chromium: the one of ASSETLOAN_TEST_BROWSER ("playwright": its own), else one on the path."""
    wanted = os.environ.get("ASSETLOAN_TEST_BROWSER", "")
    found = shutil.which(wanted) if wanted else next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None and wanted != "playwright":
        pytest.skip("no Chromium on this machine: set ASSETLOAN_TEST_BROWSER, or run make test, which finds one")
    try:
        return playwright.chromium.launch(executable_path=found, args=[*SWITCHES, *switches])
    except Error as error:
        pytest.skip(f"Chromium does not start: {error}")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    opened = launch(playwright)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = start(tmp_path_factory.mktemp("server"))
    agency(running)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def postgres_backed(tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres) -> Iterator[Server]:
    postgres_server.recreate("assetloan_journeys")
    running = start(tmp_path_factory.mktemp("server"), postgres_server.url("assetloan_journeys"))
    agency(running)
    yield running
    running.stop()


@pytest.fixture
def home(server: Server) -> Iterator[House]:
    """A unit of the test's own. Afterwards the server has logged no error and `check` finds nothing."""
    before = len(server.errors())
    yield house(server)
    assert server.errors()[before:] == []
    assert server.violations() == []


@pytest.fixture
def walk(browser: Browser, server: Server) -> Iterator[Walk]:
    """`walk(width=…, js=…, language=…)`: one more person at a window of their own."""
    contexts: list[BrowserContext] = []

    def arrive(
        *, viewport: dict[str, int] | None = None, js: bool = True, language: str = "th", base: str = "", **more: Any
    ) -> Walker:
        context = browser.new_context(
            viewport=viewport or PHONE,  # type: ignore[arg-type]
            locale="en-GB" if language == "en" else "th-TH",
            java_script_enabled=js,
            **more,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Walker(context, base or server.base, js=js, language=language)

    yield arrive
    for context in contexts:
        context.close()
