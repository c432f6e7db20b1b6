"""The digest of a day for one person: sections that other packages offer, put together when it is sent.

What a section says is read from the rows at that moment, so nobody is told of what has been done meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app, g

from assetloan.core import clock, settings
from assetloan.core.i18n import LANGUAGES, _, format_day
from assetloan.notices.mail import Letter


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be told: what, a second line about it, and the page where it is dealt with."""

    words: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one kind. `urgent` ones leave on days off too; `quiet` ones stand there only beside others."""

    title: str
    items: tuple[Item, ...]
    urgent: bool = False
    quiet: bool = False
    notices: tuple[int, ...] = ()  # what is thereby told


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person as the post sees them."""

    person_id: int
    name: str
    email: str
    language: str
    active: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """All that is to be told, in the person's language."""

    recipient: Recipient
    day: date
    sections: tuple[Section, ...]

    @property
    def notices(self) -> tuple[int, ...]:
        return tuple(number for section in self.sections for number in section.notices)


# What higher packages know: who somebody is, who may have something to be told, and what. A day off is told apart.
AddressBook = Callable[[int], "Recipient | None"]
address_books: list[AddressBook] = []
Candidates = Callable[[date, datetime], set[int]]
candidates: list[Candidates] = []
Source = Callable[[int, date, datetime], list[Section]]
sources: list[Source] = []
WorkingDay = Callable[[date], bool]


def recipient_of(person_id: int) -> Recipient | None:
    """Who a person is, as the post sees them."""
    return next((found for book in address_books if (found := book(person_id)) is not None), None)


@contextmanager
def speaking_to(recipient: Recipient) -> Iterator[None]:
    """A context of its own, in the person's language, where pages have addresses; nothing of others is remembered."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context(), app.test_request_context("/"):
        g.language = recipient.language if recipient.language in LANGUAGES else LANGUAGES[0]
        yield


def compose(recipient: Recipient, at: datetime, *, working_day: bool) -> Digest | None:
    """What the person is to be told now; None when there is nothing. Inside `speaking_to`."""
    day = clock.bangkok_date(at)
    found = [section for source in sources for section in source(recipient.person_id, day, at) if section.items]
    if not working_day:
        found = [section for section in found if section.urgent]
    if all(section.quiet for section in found):
        return None
    return Digest(recipient, day, tuple(found))


def letter_of(digest: Digest) -> Letter:
    """The digest as a letter. Inside `speaking_to`."""
    given = current_app.config["SETTINGS"]
    agency = settings.text("agency_name", digest.day) or _("ระบบยืม–คืนพัสดุ")
    count = sum(len(section.items) for section in digest.sections)
    subject = _("%(first)s (%(count)s เรื่อง) %(day)s", first=_first(digest), count=count, day=format_day(digest.day))
    words = {
        "digest": digest,
        "agency": agency,
        "subject": subject,
        "base_url": given.base_url,
        "lang": g.language,
        "choices_url": f"{given.base_url}/account/notices",
    }
    plain = current_app.jinja_env.get_template("notices/digest.txt").render(words)
    html = current_app.jinja_env.get_template("notices/digest.html").render(words)
    return Letter(digest.recipient.name, digest.recipient.email, agency, subject, plain, html)


def words_of(digest: Digest) -> str:
    """The digest as a short message."""
    words = {"digest": digest, "base_url": current_app.config["SETTINGS"].base_url}
    return current_app.jinja_env.get_template("notices/line.txt").render(words).strip()


def _first(digest: Digest) -> str:
    """What the subject begins with: the title of the first section that is not only beside others."""
    return next(section.title for section in digest.sections if not section.quiet)
