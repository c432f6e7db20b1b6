"""What lending has to say in a person's digest: things to bring back, what waits for their posts, news of their loans.

Everything is read anew when the digest is sent: what came back, was decided or collected meanwhile is not said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask import url_for

from assetloan.assets.custody import parts
from assetloan.assets.custody.parts import Waits
from assetloan.core import calendar
from assetloan.core.holidays import holidays_between
from assetloan.core.i18n import _, format_day, ngettext
from assetloan.identity.queries import actor_of, unit_tree
from assetloan.lending import labels, links, rules
from assetloan.lending.chasing import queries
from assetloan.lending.chasing.rules import reminds
from assetloan.lending.links import Task
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.rules import LineState
from assetloan.notices.digest import Item, Section
from assetloan.notices.models import Notice

S = LineState
FARTHEST = timedelta(days=14)  # no stretch of holidays is longer
# News that is told only while things are as it says; what is not named here is told while the loan is going on.
WHILE: dict[str, frozenset[LineState]] = {
    "loan.approved": frozenset({S.APPROVED}),
    "loan.handed_over": frozenset({S.HANDED_OVER}),
    "loan.chased": frozenset(),  # the things themselves stand above
    # What waits for a post is counted above.
    "loan.requested": frozenset(),
    "loan.extension_requested": frozenset(),
    "loan.transfer_requested": frozenset(),
    "loan.return_declared": frozenset(),
    "loan.sent_back": frozenset(),
    "compensation.proposed": frozenset(),
    "loan.escalated": frozenset({S.HANDED_OVER}),
}
# News that stays true whatever comes after.
FOR_GOOD = frozenset({"loan.rejected", "loan.approval_withdrawn", "loan.expired", "loan.received", "loan.closed"})


def next_working_day(today: date) -> date:
    """The first working day after today."""
    holidays = holidays_between(today, today + FARTHEST)
    return calendar.next_working_day(today + timedelta(days=1), holidays)


def candidates(today: date, at: datetime) -> set[int]:
    """Everybody for whom there may be something."""
    return queries.to_be_told(today, at, next_working_day(today))


def sections(person_id: int, today: date, at: datetime) -> list[Section]:
    """The sections of a person's digest, most pressing first."""
    return [*_things(person_id, today), *_posts(person_id, today), *_news(person_id, at)]


def _things(person_id: int, today: date) -> list[Section]:
    until, days = next_working_day(today), queries.chase_days(today)
    lines = queries.borrowed_by(person_id, until)
    late = [line for line in lines if line.due_on < today]
    soon = [line for line in lines if line.due_on >= today]
    ready = queries.to_collect(person_id, today)

    def quiet(some: Sequence[LoanLine]) -> bool:
        return not any(reminds(line.due_on, today, until, days) for line in some)

    return [
        Section(_("ของเกินกำหนดที่ต้องคืน"), _items(late, today), urgent=True, quiet=quiet(late)),
        Section(
            _("ของใกล้ครบกำหนดคืน"),
            _items(soon, today),
            urgent=any(line.due_on == today for line in soon),
            quiet=quiet(soon),
        ),
        Section(
            _("ของที่จองไว้ รับได้ตั้งแต่วันนี้"),
            tuple(Item(_named(line), _where(line, _("รับที่"), today), _page_of(line.loan)) for line in ready),
        ),
    ]


def _items(lines: Sequence[LoanLine], today: date) -> tuple[Item, ...]:
    found = []
    for line in lines:
        when = f"{labels.due_words(line.due_on, today)} ({format_day(line.due_on, 'full')})"
        found.append(Item(f"{_named(line)} {when}", _where(line, _("ส่งคืนที่"), today), _page_of(line.loan)))
    return tuple(found)


def _named(line: LoanLine) -> str:
    return f"{line.asset.name} ({line.asset.number})"


def _where(line: LoanLine, what: str, today: date) -> str:
    """Where to bring or fetch it, and whom to call."""
    card = unit_tree(today).get(line.unit_id)
    if card is None:
        return ""
    contact = _("ติดต่อ %(contact)s", contact=card.contact) if card.contact else ""
    return " ".join(filter(None, (what, card.name, card.site, contact)))


def _page_of(loan: Loan) -> str:
    return url_for("lending.detail", number=loan.number)


def _posts(person_id: int, today: date) -> list[Section]:
    """What waits for the person's posts: the same as on their home page, their own things aside."""
    person = queries.person_with_grants(person_id)
    if person is None:
        return []
    actor = actor_of(person, today=today)
    tasks: list[Task | Waits] = [*links.for_posts(actor), *parts.waiting(actor)]
    items = [
        Item(f"{task.text} {ngettext('%(num)s รายการ', '%(num)s รายการ', task.count)}", task.note, task.url)
        for task in tasks
        if task.count
    ]
    return [Section(_("เรื่องที่รอคุณ"), tuple(items))]


def _news(person_id: int, at: datetime) -> list[Section]:
    told = queries.news_for(person_id, at)
    loans = queries.loans_named(notice.about_key for notice in told if notice.about_type == "loan")
    items, seen = [], set()
    for notice in told:
        loan = loans.get(notice.about_key)
        if loan is None or notice.about_key in seen or not _still_true(notice, loan):
            continue
        seen.add(notice.about_key)  # the newest of a loan; how it went before stands on its page
        words = labels.NOTICES.get(notice.event, _("มีเรื่องแจ้งให้ทราบ"))
        items.append(Item(f"{words} {loan.number}", labels.names_of(loan.lines), _page_of(loan)))
    return [Section(_("แจ้งให้ทราบ"), tuple(items), notices=tuple(notice.id for notice in told))]


def _still_true(notice: Notice, loan: Loan) -> bool:
    """Is what was noted then still so, or worth knowing whatever came after?"""
    if notice.event in FOR_GOOD:
        return True
    states = WHILE.get(notice.event, rules.WAITING | rules.OUT)
    return any(line.state in states for line in loan.lines)
