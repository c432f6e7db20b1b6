"""Booking ahead by keyboard alone: any three of a kind from 10 to 12 December, chosen by the system."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from assetloan.core.db import db
from assetloan.lending.models import Loan
from tests.journeys.conftest import DESK, PHONE, Walk
from tests.journeys.house import PURPOSE, House, house
from tests.journeys.server import Server
from tests.journeys.test_keyboard import Keyboard, at_keyboard

pytestmark = pytest.mark.browser


def december(today: date) -> tuple[date, date]:
    """The next 10 to 12 December."""
    year = today.year if today < date(today.year, 12, 10) else today.year + 1
    return date(year, 12, 10), date(year, 12, 12)


def enter(keyboard: Keyboard, wanted: Any) -> None:
    """To a link or button, and Enter."""
    keyboard.tab_to(wanted, most=120)
    with keyboard.walker.page.expect_navigation():
        keyboard.keys.press("Enter")
    keyboard.walker.look()


def write_day(keyboard: Keyboard, name: str, day: date) -> None:
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year + 543)):
        keyboard.field(f"{name}-{part}", str(value))


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_three_projectors_for_10_to_12_december_by_keyboard(
    server: Server, home: House, walk: Walk, viewport: dict[str, int]
) -> None:
    own = house(server, things=5)
    first, last = december(own.today)
    borrower = at_keyboard(walk, own, "staff", viewport)
    borrower.walker.open("/menu")
    enter(borrower, lambda stop: stop["what"] == "A /book")
    borrower.field("q", "เครื่องฉายภาพ")
    borrower.field("count", "3")
    write_day(borrower, "free_from", first)
    write_day(borrower, "free_until", last)
    enter(borrower, lambda stop: stop["type"] == "submit" and stop["action"] == "/book")
    assert "5" in borrower.walker.text()
    # One's own unit stands first.
    enter(borrower, lambda stop: stop["what"].startswith("A /book/request"))
    borrower.choose("place", "inside")
    mark = borrower.walker.page.locator("#purpose-0").get_attribute("value")
    borrower.choose("purpose", str(mark))
    send = "/book/request"
    enter(borrower, lambda stop: stop["type"] == "submit" and stop["action"].startswith(send))
    if send in borrower.walker.page.url:  # a day on which the unit is closed was said; it is meant all the same
        enter(borrower, lambda stop: stop["type"] == "submit" and stop["action"].startswith(send))

    number = max(own.loans())
    assert own.states(number) == ["submitted"] * 3
    with server.app.app_context():
        loan = db.session.scalars(sa.select(Loan).where(Loan.number == number)).one()
        assert (loan.starts_on, loan.due_on, loan.purpose) == (first, last, PURPOSE)
        db.session.remove()


def test_a_free_day_of_the_calendar_is_reached_by_keyboard(home: House, walk: Walk) -> None:
    borrower = at_keyboard(walk, home, "staff", PHONE)
    borrower.walker.open(f"/assets/{home.numbers[1]}/calendar")
    enter(
        borrower,
        lambda stop: f"/assets/{home.numbers[1]}/book" in stop["what"] and home.today.isoformat() in stop["what"],
    )
    assert borrower.walker.page.locator("#starts_on-day").input_value() == str(home.today.day)
