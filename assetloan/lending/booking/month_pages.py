"""The month as pages show it: a table of days, each with its words, and the ways to the months around."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import abort, request

from assetloan.core.errors import Invalid
from assetloan.core.i18n import _, format_day, ngettext
from assetloan.core.month import Month
from assetloan.lending.booking import labels, rules
from assetloan.lending.booking.queries import Claims
from assetloan.lending.booking.rules import DayState, Opening

MONTHS_AHEAD = 18


@dataclass(frozen=True, slots=True)
class Cell:
    """One day: what stands in its field, what is read out, where it leads, and whether it is today."""

    day: date
    words: str
    told: str
    state: str
    url: str = ""
    today: bool = False


@dataclass(frozen=True, slots=True)
class MonthTable:
    """A month by weeks (those that are over left out), its name and neighbours (None at the ends), words explained."""

    name: str
    weeks: list[list[Cell | None]]
    before: Month | None
    after: Month | None
    legend: list[tuple[str, str, str]]


def month_asked(today: date, first: date | None = None) -> Month:
    """The month of the address, else that of a day asked for, else this one; 400 for what is none or far away."""
    nearest, farthest = Month.of(today), _farthest(today)
    typed = request.args.get("month", "")
    if not typed:
        return min(max(Month.of(first or today), nearest), farthest)
    try:
        month = Month.parse(typed)
    except Invalid:
        abort(400)
    return month if nearest <= month <= farthest else abort(400)


def _farthest(today: date) -> Month:
    month = Month.of(today)
    for _step in range(MONTHS_AHEAD):
        month = month.after()
    return month


def day_asked(name: str, today: date) -> date | None:
    """A day of the address; 400 for what is none. Days that are past count as today."""
    typed = request.args.get(name, "")
    if not typed:
        return None
    try:
        return max(date.fromisoformat(typed), today)
    except ValueError:
        abort(400)


def _table(month: Month, today: date, cell: Callable[[date], Cell], legend: list[tuple[str, str, str]]) -> MonthTable:
    ahead = [week for week in rules.weeks_of(month.start) if any(day is not None and day >= today for day in week)]
    weeks = [[None if day is None else cell(day) for day in week] for week in ahead]
    return MonthTable(
        month.words(),
        weeks,
        month.before() if month > Month.of(today) else None,
        month.after() if month < _farthest(today) else None,
        legend,
    )


def of_thing(
    month: Month, claims: Claims, opening: Opening, *, today: date, blocked: bool, book: Callable[[date], str]
) -> MonthTable:
    """The month of one thing: each day in a word; free days lead to the request."""
    seen: set[DayState] = set()

    def cell(day: date) -> Cell:
        state = rules.day_state(day, claims.taken, today=today, opening=opening, late=claims.late)
        if blocked and state is not DayState.PAST:
            state = DayState.BLOCKED
        seen.add(state)
        words = "" if state is DayState.PAST else str(labels.DAYS[state])
        told = _told(day, state, opening)
        url = book(day) if rules.bookable(state, opening) else ""
        return Cell(day, words, told, state.value, url, day == today)

    table = _table(month, today, cell, [])
    table.legend.extend(
        (state.value, str(labels.DAYS[state]), str(words))
        for state, words in labels.MEANINGS.items()
        if state in seen and state is not DayState.FREE
    )
    return table


def _told(day: date, state: DayState, opening: Opening) -> str:
    """A day as it is read out."""
    words = labels.MEANINGS.get(state, labels.DAYS[state])
    why = opening.why_closed(day) if state is DayState.CLOSED else ""
    return " ".join(filter(None, (format_day(day, "full"), str(words), why)))


def of_kind(
    month: Month,
    counts: Mapping[date, int],
    wanted: int,
    *,
    today: date,
    link: Callable[[date], str],
) -> MonthTable:
    """The month of a kind: how many are free on each day; days with enough lead to the days' question."""

    def cell(day: date) -> Cell:
        if day < today:
            return Cell(day, "", f"{format_day(day, 'full')} {labels.DAYS[DayState.PAST]}", DayState.PAST.value)
        free = max(0, counts.get(day, 0))
        enough = free >= wanted
        told = ngettext("ว่าง %(num)s ชิ้น", "ว่าง %(num)s ชิ้น", free) if free else _("ไม่ว่างสักชิ้น")
        state = DayState.FREE if enough else (DayState.RESERVED if free else DayState.OUT)
        words = f"{format_day(day, 'full')} {told}"
        return Cell(day, str(free), words, state.value, link(day) if enough else "", day == today)

    return _table(month, today, cell, [])


def days_of(month: Month) -> list[date]:
    """Its days in order."""
    return [month.start + timedelta(days=step) for step in range((month.end - month.start).days)]


def days_words(first: date, last: date | None, today: date) -> str:
    """A stretch of days in words; from a day on without a last one. A day does not break over two lines."""
    begins = _("วันนี้") if first == today else _unbroken(first)
    if last is None:
        return begins if first == today else _("ตั้งแต่ %(day)s เป็นต้นไป", day=begins)
    return begins if first == last else _("%(first)s ถึง %(last)s", first=begins, last=_unbroken(last))


def _unbroken(day: date) -> str:
    return format_day(day).replace(" ", "\N{NO-BREAK SPACE}")


def warnings(opening: Opening, first: date, last: date) -> list[dict[str, Any]]:
    """The days on which the unit is closed, in words, each with the next open day."""
    said = {"starts_on": _("วันรับของ"), "due_on": _("วันคืนของ")}
    found = []
    for item in rules.closed_days(opening, first, last):
        why = f" ({item.why})" if item.why else ""
        words = _("%(which)s %(day)s หน่วยงานปิดทำการ", which=said[item.field], day=format_day(item.day, "full")) + why
        found.append({"field": item.field, "words": words, "next": item.next_open})
    return found


def known(items: Iterable[dict[str, Any]], first: date, last: date) -> str:
    """A mark for the days that a reader has been warned of: the warning is given once."""
    return f"{first}|{last}" if list(items) else ""
