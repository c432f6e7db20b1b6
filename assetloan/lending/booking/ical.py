"""Loans as a calendar that other programs read (RFC 5545): whole days, which leave the reader's own time free."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from assetloan.core.i18n import _
from assetloan.lending import rules as workflow
from assetloan.lending.models import LoanLine
from assetloan.lending.rules import LineState

PRODUCT = "-//assetloan//loans//TH"
REFRESH = timedelta(hours=6)


def own_calendar(lines: Iterable[LoanLine], *, name: str, base_url: str, now: datetime) -> bytes:
    """One's own loans: the days of each, and the day on which it is due."""
    made = _Maker(name, base_url, now)
    for line in lines:
        waits = line.state is LineState.SUBMITTED
        words = _("ขอยืม (รออนุมัติ): %(name)s") if waits else _("ยืม: %(name)s")
        made.add(line, "loan", line.claim_from, line.due_on, words % {"name": line.asset.name})
        if line.state in workflow.OUT or line.state is LineState.APPROVED:
            made.add(line, "due", line.due_on, line.due_on, _("ครบกำหนดคืน: %(name)s", name=line.asset.name))
    return made.text()


def desk_calendar(lines: Iterable[LoanLine], *, name: str, base_url: str, now: datetime) -> bytes:
    """The desk's days: what is to be handed over and what comes back. Names of borrowers stay inside the system."""
    made = _Maker(name, base_url, now)
    for line in lines:
        if line.state in (LineState.SUBMITTED, LineState.APPROVED):
            words = _("จอง (รออนุมัติ): %(name)s") if line.state is LineState.SUBMITTED else _("ส่งมอบ: %(name)s")
            made.add(line, "out", line.claim_from, line.claim_from, words % {"name": _thing(line)})
        if line.state in workflow.OUT or line.state is LineState.APPROVED:
            made.add(line, "back", line.due_on, line.due_on, _("รับคืน: %(name)s", name=_thing(line)))
    return made.text()


def _thing(line: LoanLine) -> str:
    return f"{line.asset.name} {line.asset.number}"


class _Maker:
    """A calendar in the making; the same loan keeps its identity from one reading to the next."""

    def __init__(self, name: str, base_url: str, now: datetime) -> None:
        self.base_url, self.now = base_url, now
        self.host = urlsplit(base_url).hostname or "localhost"
        self.calendar = Calendar()
        self.calendar.add("prodid", PRODUCT)
        self.calendar.add("version", "2.0")
        self.calendar.add("method", "PUBLISH")
        self.calendar.add("x-wr-calname", name)
        self.calendar.add("x-wr-timezone", "Asia/Bangkok")
        self.calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})

    def add(self, line: LoanLine, kind: str, first: date, last: date, words: str) -> None:
        """Some whole days, both included."""
        event = Event()
        event.add("uid", f"line-{line.id}-{kind}@{self.host}")
        event.add("dtstamp", self.now)
        event.add("dtstart", first)
        event.add("dtend", last + timedelta(days=1))  # whole days end before the next one begins
        event.add("summary", words)
        event.add("description", f"{line.loan.number}\n{self.base_url}/loans/{line.loan.number}")
        event.add("transp", "TRANSPARENT")
        event.add("status", "TENTATIVE" if line.state is LineState.SUBMITTED else "CONFIRMED")
        self.calendar.add_component(event)

    def text(self) -> bytes:
        return bytes(self.calendar.to_ical())
