"""The circle in a real browser: scan, borrow, approve, hand over, give back, receive, close, and the month shows it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import PASSWORD
from tests.journeys import steps
from tests.journeys.conftest import DESK, PHONE, Walk
from tests.journeys.house import PURPOSE, House
from tests.journeys.walker import Walker

pytestmark = pytest.mark.browser

WAYS: dict[str, dict[str, Any]] = {
    "Thai on a phone": {"viewport": PHONE},
    "Thai at a desk": {"viewport": DESK},
    "English on a phone": {"viewport": PHONE, "language": "en"},
    "English at a desk": {"viewport": DESK, "language": "en"},
    "without JavaScript": {"viewport": PHONE, "js": False},
    "dark, by large type": {"viewport": DESK, "color_scheme": "dark", "device_scale_factor": 2},
}


def signed_in(walk: Walk, home: House, role: str, **how: Any) -> Walker:
    walker: Walker = walk(**how)
    walker.sign_in(home.people[role], PASSWORD)
    walker.start_counting()
    return walker


@pytest.mark.parametrize("how", list(WAYS.values()), ids=list(WAYS))
def test_U01_U15_U20_the_whole_circle(home: House, walk: Walk, how: dict[str, Any]) -> None:
    borrower = signed_in(walk, home, "staff", **how)
    number = steps.borrow(borrower, home.codes[0])
    assert (borrower.taps, borrower.typed) == (4, 0)
    assert home.states(number) == ["submitted"]

    head = signed_in(walk, home, "head", **how)
    steps.approve(head, number)
    assert (head.taps, home.states(number)) == (2, ["approved"])

    officer = signed_in(walk, home, "officer", **how)
    steps.hand_over(officer, number)
    assert (officer.taps, home.states(number)) == (3, ["handed_over"])

    borrower.start_counting()
    steps.declare(borrower, home.codes[0])
    assert (borrower.taps, borrower.typed, home.states(number)) == (2, 0, ["return_declared"])

    officer.start_counting()
    steps.receive(officer, number)
    assert (officer.taps, home.states(number)) == (3, ["received"])

    secretariat = signed_in(walk, home, "secretariat", **how)
    steps.approve_return(secretariat, number)
    assert (secretariat.taps, home.states(number)) == (2, ["closed"])

    officer.open(f"/reports/{steps.month_of(home)}/{home.unit}")
    assert number in officer.text()
    assert home.numbers[0] in officer.text()


def test_U02_the_first_time_signing_in_leads_back_to_the_same_thing(home: House, walk: Walk) -> None:
    walker: Walker = walk()
    walker.open(f"/q/{home.codes[0]}")
    walker.go("main a.primary")
    walker.write("input[name=username]", home.people["officer"])
    walker.write("input[name=password]", PASSWORD)
    letters = walker.typed
    walker.go("form[action$='/sign-in'] button.primary")
    assert walker.page.url.endswith(f"/q/{home.codes[0]}")
    walker.tick("input[name=place][value=inside]")
    walker.write("input[name=purpose_text]", PURPOSE)
    walker.go(steps.button(walker, "/borrow"))
    assert walker.taps <= 6
    assert walker.typed - letters == len(PURPOSE)


def test_U17_a_refusal_has_a_reason_that_the_borrower_reads(home: House, walk: Walk) -> None:
    number = home.ask(0)
    head = signed_in(walk, home, "head")
    head.open(f"/approvals/{number}")
    head.go(head.page.locator(f"a[href$='/approvals/{number}/reject']"))
    head.tick("#preset-0")
    head.write("textarea[name=words]", "ใช้ประชุมของกองในวันนั้น")
    head.go(steps.button(head, "/reject"))
    head.go(head.page.locator("button[name=step][value=send]"))
    assert home.states(number) == ["rejected"]
    borrower = signed_in(walk, home, "staff")
    borrower.open(f"/loans/{number}")
    assert "ใช้ประชุมของกองในวันนั้น" in borrower.text()


def test_U16_ten_clean_requests_in_four_taps(walk: Walk, server: Any) -> None:
    from tests.journeys.house import house

    home = house(server, things=10)
    numbers = [home.ask(at) for at in range(10)]
    head = signed_in(walk, home, "head", viewport=DESK)
    head.open("/approvals?select=clean")
    head.go(steps.button(head, "/approvals/check"))
    head.go(steps.button(head, "/approvals/approve"))
    assert head.taps <= 4
    assert {state for number in numbers for state in home.states(number)} == {"approved"}


def test_U20_a_damaged_return_asks_what_and_waits_for_its_compensation(home: House, walk: Walk, tmp_path: Any) -> None:
    from PIL import Image

    photo = tmp_path / "broken.jpg"
    Image.new("RGB", (1200, 900), "grey").save(photo)
    number = home.ask(0)
    home.approve(number)
    home.hand_over(number)
    officer = signed_in(walk, home, "officer")
    officer.open(f"/desk/returns/{number}")
    officer.tick("input[name=condition_1][value=damaged]")
    officer.write("textarea[name=note_1]", "ฝาปิดเลนส์แตก")
    officer.page.locator("input[name=photos_1]").set_input_files(photo)
    officer.go(steps.button(officer, f"/desk/returns/{number}"))
    assert officer.taps <= 6
    secretariat = signed_in(walk, home, "secretariat")
    secretariat.open(f"/returns/{number}/1")
    assert "ฝาปิดเลนส์แตก" in secretariat.text()
    assert secretariat.page.locator("main img").count() == 1
    secretariat.tick("input[name=outcome][value=repaired]")
    secretariat.write("textarea[name=evidence]", "ใบเสร็จ 12/2570")
    secretariat.go(steps.button(secretariat, "/propose"))
    director = signed_in(walk, home, "director")
    director.open(f"/returns/{number}/1")
    director.tick("input[name=accept][value=yes]")
    director.go(steps.button(director, "/decide"))
    assert home.states(number) == ["closed"]


@pytest.mark.parametrize("js", [True, False])
def test_U35_a_fault_is_named_and_what_was_typed_stays(home: House, walk: Walk, js: bool) -> None:
    walker = signed_in(walk, home, "staff", js=js)
    walker.open(f"/q/{home.codes[0]}")
    walker.tick("input[name=place][value=agency]")
    walker.tick("#purpose-0")
    with walker.page.expect_navigation():
        steps.button(walker, "/borrow").click()
    walker.look()
    assert walker.page.title().startswith("ข้อผิดพลาด:")
    summary = walker.page.locator("#errors")
    assert summary.is_visible()
    assert walker.page.evaluate("document.activeElement.id") == "errors" if js else True
    assert walker.page.locator("input[name=place][value=agency]").is_checked()
    first = summary.locator("a").first
    assert walker.page.locator(first.get_attribute("href") or "#none").count() == 1


def test_U05_who_comes_second_reads_until_when_it_is_taken(home: House, walk: Walk) -> None:
    first, second = signed_in(walk, home, "staff"), signed_in(walk, home, "officer")
    second.open(f"/q/{home.codes[0]}")
    steps.borrow(first, home.codes[0])
    second.tick("input[name=place][value=inside]")
    second.write("input[name=purpose_text]", PURPOSE)
    second.go(steps.button(second, "/borrow"))
    said = second.text()
    assert "ถึง" in said
    assert second.page.locator("form[action$='/borrow'] input[name=place]").count() in (0, 3)


def test_a_double_tap_sends_one_request(home: House, walk: Walk) -> None:
    """Back and send once more: the same receipt, one loan."""
    walker = signed_in(walk, home, "staff")
    number = steps.borrow(walker, home.codes[0])
    walker.page.go_back()
    walker.page.wait_for_load_state()
    page = walker.page
    if page.locator("form[action$='/borrow']").count():
        if not page.locator("input[name=place][value=inside]").is_checked():
            walker.tick("input[name=place][value=inside]")
            walker.tick("#purpose-0")
        walker.go(steps.button(walker, "/borrow"))
    assert number in home.loans()
    assert len(home.loans()) == 2  # this one, and the one of long ago
