"""Many things: the basket by camera and by USB scanner, on the real page (U07, U08, U09, U10)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from assetloan.web import vendor
from tests.factories import PASSWORD
from tests.journeys import camera, steps
from tests.journeys.conftest import DESK, PHONE, Walk, launch
from tests.journeys.house import House, house
from tests.journeys.server import Server
from tests.journeys.walker import Walker
from tests.together import rounds

pytestmark = pytest.mark.browser


def in_basket(walker: Walker) -> list[str]:
    """The numbers of the things that the page shows, newest first."""
    return walker.page.locator("#basket li small .keep").all_inner_texts()


def labels_pdf(walker: Walker, numbers: list[str]) -> bytes:
    """The sheet of labels that the officer prints, through the pages that lead to it."""
    walker.open("/labels")
    walker.tick("input[name=which][value=numbers]")
    walker.write("textarea[name=numbers]", "\n".join(numbers))
    walker.go(steps.button(walker, "/labels"))
    walker.go(walker.page.locator("form[action^='/labels/sheet'] button.primary"))
    answer = walker.context.request.get(f"{walker.page.url}/pdf")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


@pytest.fixture
def film(home: House, walk: Walk, tmp_path: Path) -> Path:
    """Two labels of the house, cut from the sheet that its officer printed."""
    officer = walk(viewport=DESK)
    officer.sign_in(home.people["officer"], PASSWORD)
    sheet = labels_pdf(officer, home.numbers[:2])
    labels = [camera.label_from(sheet, at) for at in (0, 1)]
    return camera.film(labels, tmp_path / "labels.y4m")


@pytest.fixture
def with_camera(playwright: Playwright, server: Server, film: Path) -> Iterator[Walker]:
    """A phone whose camera sees the film."""
    browser = launch(playwright, *camera.chromium_switches(film))
    context = browser.new_context(viewport=PHONE, locale="th-TH", permissions=["camera"])  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    yield Walker(context, server.base)
    browser.close()


def test_U08_U10_the_camera_reads_our_labels_one_after_the_other(home: House, with_camera: Walker) -> None:
    assert vendor.decoder_ready(), "the decoder is not there: python -m assetloan.web.vendor"
    walker = with_camera
    fetched: list[str] = []
    walker.page.on("request", lambda request: fetched.append(request.url))
    walker.sign_in(home.people["staff"], PASSWORD, next_page="/loans/basket")
    assert not [url for url in fetched if ".wasm" in url], "no decoder before the tap"
    walker.start_counting()
    walker.taps += 1
    walker.page.locator("[data-start]").click()
    expect(walker.page.locator("#basket li")).to_have_count(2, timeout=30_000)
    assert sorted(in_basket(walker)) == sorted(home.numbers[:2])
    said = walker.page.locator("[data-said-here]")
    expect(said).not_to_be_empty()
    walker.look()
    walker.go("#basket a.primary")
    walker.tick("input[name=place][value=inside]")
    walker.tick("#purpose-0")
    walker.go(steps.button(walker, "/loans/basket/request"))
    assert walker.taps <= 6
    assert len(home.loans()) == 2


def test_U09_a_refused_camera_is_explained_and_the_box_is_ready(home: House, walk: Walk) -> None:
    walker = walk()
    walker.sign_in(home.people["staff"], PASSWORD, next_page="/loans/basket")
    walker.page.locator("[data-start]").click()
    expect(walker.page.locator("[data-said-here]")).to_contain_text("พิมพ์รหัส", timeout=2_000)
    assert walker.page.evaluate("document.activeElement.name") == "code"


def test_U07_a_usb_scanner_loses_nothing(server: Server, walk: Walk) -> None:
    count = rounds(50, 15)
    home = house(server, things=count)
    walker = walk(viewport=DESK)
    walker.sign_in(home.people["staff"], PASSWORD, next_page="/loans/basket")
    walker.page.locator("input[name=code]").focus()
    for code in home.codes:
        walker.page.keyboard.type(code, delay=5)
        walker.page.keyboard.press("Enter")
        walker.page.wait_for_timeout(300)  # the pace of a person with a scanner
    expect(walker.page.locator("#basket li")).to_have_count(count)
    assert in_basket(walker) == home.numbers[::-1]


def test_U42_the_basket_works_without_scripts(home: House, walk: Walk) -> None:
    walker = walk(js=False)
    walker.sign_in(home.people["staff"], PASSWORD, next_page="/loans/basket")
    for code in home.codes[:2]:
        walker.write("input[name=code]", code)
        walker.go(walker.page.locator("form[action$='/loans/basket'] button").first)
    assert in_basket(walker) == home.numbers[1::-1]
    walker.go("#basket a.primary")
    walker.tick("input[name=place][value=inside]")
    walker.tick("#purpose-0")
    walker.go(steps.button(walker, "/loans/basket/request"))
    assert len(home.loans()) == 2
