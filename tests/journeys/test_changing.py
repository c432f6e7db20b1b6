"""More time in two taps, decided in two; a transfer with both its words, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.factories import PASSWORD
from tests.journeys import steps
from tests.journeys.conftest import DESK, PHONE, Walk
from tests.journeys.house import House
from tests.journeys.walker import Walker

pytestmark = pytest.mark.browser

WAYS: dict[str, dict[str, Any]] = {
    "Thai on a phone": {"viewport": PHONE},
    "English at a desk": {"viewport": DESK, "language": "en"},
    "without JavaScript": {"viewport": PHONE, "js": False},
}


def signed_in(walk: Walk, home: House, role: str, **how: Any) -> Walker:
    walker: Walker = walk(**how)
    walker.sign_in(home.people[role], PASSWORD)
    walker.start_counting()
    return walker


def lent(home: House) -> str:
    number = home.ask(0)
    home.approve(number)
    home.hand_over(number)
    return number


@pytest.mark.parametrize("how", list(WAYS.values()), ids=list(WAYS))
def test_more_time_is_asked_for_in_two_taps_and_given_in_two(home: House, walk: Walk, how: dict[str, Any]) -> None:
    number = lent(home)
    borrower = signed_in(walk, home, "staff", **how)
    borrower.open("/loans")
    borrower.start_counting()
    borrower.go(borrower.page.locator(f"a[href*='{number}/extend']"))
    borrower.go(steps.button(borrower, "/extend"))
    assert (borrower.taps, borrower.typed) == (2, 0)
    change = re.search(r"/changes/\d+", borrower.page.url)
    assert change is not None

    head = signed_in(walk, home, "head", **how)
    head.open("/approvals")
    head.start_counting()
    head.go(head.page.locator(f"a[href$='{change[0]}']").first)
    head.go(steps.button(head, "/approve"))
    assert head.taps == 2

    borrower.open("/loans")
    assert borrower.page.locator(f"a[href*='{number}/extend']").count() == 0  # one extension
    assert home.states(number) == ["handed_over"]


def test_a_transfer_is_accepted_and_approved(home: House, walk: Walk) -> None:
    number = lent(home)
    borrower = signed_in(walk, home, "staff")
    borrower.open(f"/loans/{number}")
    borrower.go(borrower.page.locator(f"a[href$='{number}/transfer']"))
    borrower.write("input[name=q]", "officer")
    borrower.go(borrower.page.locator("form[role=search] button"))
    borrower.tick(f"input[name=to][value={home.people['officer']}]")
    borrower.write("input[name=reason]", "ย้ายงาน")
    borrower.go(steps.button(borrower, "/transfer"))
    change = re.search(r"/changes/\d+", borrower.page.url)
    assert change is not None, borrower.text()

    receiver = signed_in(walk, home, "officer")
    receiver.open("/loans")
    receiver.start_counting()
    receiver.go(receiver.page.locator(f"a.button[href$='{change[0]}']"))
    receiver.go(steps.button(receiver, "/accept"))
    assert receiver.taps == 2

    head = signed_in(walk, home, "head")
    head.open(change[0])
    head.go(steps.button(head, "/approve"))
    assert home.states(number) == ["received"]
    receiver.open("/loans")
    assert receiver.page.locator("a[href*='/declare']").count() == 1
