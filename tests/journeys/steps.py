"""The acts of the lending circle at the screen, found by what they do and not by their words, so in every language."""

from __future__ import annotations

import re

from playwright.sync_api import Locator

from tests.journeys.house import House
from tests.journeys.walker import Walker


def button(walker: Walker, action: str) -> Locator:
    """The button that sends the form whose address ends so."""
    return walker.page.locator(f"form[action$='{action}'] button.primary, form.act[action$='{action}'] button").first


def borrow(walker: Walker, code: str, *, purpose: str = "") -> str:
    """From the camera's notice to "sent": link, place, purpose, send. Returns the loan's number."""
    walker.open(f"/q/{code}")
    walker.tick("input[name=place][value=inside]")
    if purpose:
        walker.write("input[name=purpose_text]", purpose)
    else:
        walker.tick("#purpose-0")
    walker.go(button(walker, "/borrow"))
    found = re.search(r"[A-Z]\w*-\d{4}-\d{5}", walker.text())
    assert found is not None, walker.text()
    return found.group(0)


def approve(walker: Walker, number: str) -> None:
    """From the message to "approved"."""
    walker.open(f"/approvals/{number}")
    walker.go(button(walker, "/approve"))


def hand_over(walker: Walker, number: str) -> None:
    walker.open(f"/desk/hand-over/{number}")
    walker.tick("input[name=complete]")
    walker.go(button(walker, f"/desk/hand-over/{number}"))


def declare(walker: Walker, code: str) -> None:
    """The borrower scans the label once more and says that it is back."""
    walker.open(f"/q/{code}")
    walker.go(button(walker, "/declare"))


def receive(walker: Walker, number: str, condition: str = "good") -> None:
    walker.open(f"/desk/returns/{number}")
    walker.tick(f"input[name=condition_1][value={condition}]")
    walker.go(button(walker, f"/desk/returns/{number}"))


def approve_return(walker: Walker, number: str) -> None:
    walker.open(f"/returns/{number}/1")
    walker.go(button(walker, "/1/approve"))


def month_of(house: House) -> str:
    """The present month as the reports name it."""
    return f"{house.today.year + 543}-{house.today.month:02d}"
