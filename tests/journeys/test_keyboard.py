"""By keyboard alone: every control is reached by Tab in order, seen while it has the focus, and worked (U32)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import PASSWORD
from tests.journeys.conftest import DESK, PHONE, Walk
from tests.journeys.house import House
from tests.journeys.walker import Walker

pytestmark = pytest.mark.browser

FOCUS = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    at.scrollIntoView({block: 'nearest'});
    const shown = at.matches('input[type=radio], input[type=checkbox]') ? at.closest('label') || at : at;
    const box = at.getBoundingClientRect(), style = getComputedStyle(at), around = getComputedStyle(shown);
    const above = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    const ring = s => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== 'none';
    return {
        what: at.tagName + ' ' + (at.name || at.id || at.getAttribute('href') || ''),
        name: at.name || '', value: at.value || '', text: (at.innerText || '').trim(), type: at.type || '',
        action: at.form ? at.form.getAttribute('action') || '' : '', checked: !!at.checked,
        ring: ring(style) || ring(around) || at.tagName === 'MAIN',
        covered: box.width > 0 && box.height > 0 && above !== null
            && !(at.contains(above) || above.contains(at) || (above.closest('label') || {}).control === at),
    };
}"""


class Keyboard:
    """A walker without a hand on a mouse."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        self.keys = walker.page.keyboard

    def tab(self) -> dict[str, Any]:
        """The next stop; it must be seen and not covered."""
        self.keys.press("Tab")
        stop: dict[str, Any] | None = self.walker.page.evaluate(FOCUS)
        if stop is None:
            return {"what": "", "name": "", "value": "", "text": "", "type": "", "action": "", "checked": False}
        assert stop["ring"], f"{self.walker.page.url}: no visible focus on {stop['what']}"
        assert not stop["covered"], f"{self.walker.page.url}: {stop['what']} is covered while it has the focus"
        return stop

    def tab_to(self, wanted: Any, *, most: int = 80) -> dict[str, Any]:
        for _stop in range(most):
            stop = self.tab()
            if wanted(stop):
                return stop
        raise AssertionError(f"{self.walker.page.url}: not reached in {most} steps")

    def field(self, name: str, text: str) -> None:
        self.tab_to(lambda stop: stop["name"] == name)
        self.keys.type(text)

    def choose(self, name: str, value: str) -> None:
        """Into the group by Tab, along it by arrows, as radios work."""
        stop = self.tab_to(lambda stop: stop["name"] == name)
        if not stop["checked"]:
            self.keys.press("Space")
        page = self.walker.page
        for _step in range(10):
            if page.locator(f"input[name={name}][value='{value}']").is_checked():
                return
            self.keys.press("ArrowDown")
        raise AssertionError(f"{name} never became {value}")

    def tick(self, name: str) -> None:
        self.tab_to(lambda stop: stop["name"] == name)
        self.keys.press("Space")

    def send(self, action: str) -> None:
        """To the button of a form, and Enter."""
        self.tab_to(lambda stop: stop["type"] == "submit" and stop["action"].endswith(action))
        with self.walker.page.expect_navigation():
            self.keys.press("Enter")
        self.walker.look()


def at_keyboard(walk: Walk, home: House, role: str, viewport: dict[str, int]) -> Keyboard:
    walker: Walker = walk(viewport=viewport)
    walker.open("/sign-in")
    keyboard = Keyboard(walker)
    keyboard.field("username", home.people[role])
    keyboard.field("password", PASSWORD)
    keyboard.send("/sign-in")
    return keyboard


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_U32_the_whole_circle_by_keyboard(home: House, walk: Walk, viewport: dict[str, int]) -> None:
    borrower = at_keyboard(walk, home, "staff", viewport)
    borrower.walker.open(f"/q/{home.codes[0]}")
    borrower.choose("place", "inside")
    first = borrower.walker.page.locator("#purpose-0").get_attribute("value")
    borrower.choose("purpose", str(first))
    borrower.send("/borrow")
    number = max(home.loans())

    head = at_keyboard(walk, home, "head", viewport)
    head.walker.open(f"/approvals/{number}")
    head.send(f"/approvals/{number}/approve")
    assert home.states(number) == ["approved"]

    officer = at_keyboard(walk, home, "officer", viewport)
    officer.walker.open(f"/desk/hand-over/{number}")
    officer.tick("complete")
    officer.send(f"/desk/hand-over/{number}")
    assert home.states(number) == ["handed_over"]

    borrower.walker.open(f"/q/{home.codes[0]}")
    borrower.send("/declare")

    officer.walker.open(f"/desk/returns/{number}")
    officer.choose("condition_1", "good")
    officer.send(f"/desk/returns/{number}")

    secretariat = at_keyboard(walk, home, "secretariat", viewport)
    secretariat.walker.open(f"/returns/{number}/1")
    secretariat.send("/1/approve")
    assert home.states(number) == ["closed"]


def test_U32_the_skip_link_comes_first_and_leads_to_the_page(home: House, walk: Walk) -> None:
    keyboard = at_keyboard(walk, home, "officer", DESK)
    keyboard.walker.open("/assets")
    stop = keyboard.tab()
    assert stop["what"].startswith("A #main")
    keyboard.keys.press("Enter")
    assert keyboard.walker.page.evaluate("document.activeElement.id") == "main"
