"""Booking ahead as pure rules: opening days, the month as a table, who comes next, which pieces are taken."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetloan.lending.booking import rules
from assetloan.lending.booking.rules import Candidate, Closure, DayState, Opening, Taken, Waiting

MONDAY = date(2026, 11, 23)
SATURDAY, SUNDAY = date(2026, 11, 28), date(2026, 11, 29)
FATHERS_DAY = date(2026, 12, 5)
HOLIDAYS = {date(2026, 12, 10): "วันรัฐธรรมนูญ", date(2026, 12, 7): "ชดเชยวันพ่อ"}
MOVING = Closure(date(2026, 12, 1), date(2026, 12, 2), "ย้ายห้องพัสดุ")
OFFICE = Opening(holidays=HOLIDAYS, closures=(MOVING,))
HOME = Opening(days=frozenset(range(7)), on_holidays=True, holidays=HOLIDAYS, closures=(MOVING,))

days = st.dates(min_value=date(2026, 1, 1), max_value=date(2028, 12, 31))
taken_one = st.builds(lambda first, length: Taken(first, first + timedelta(days=length)), days, st.integers(1, 20))


@pytest.mark.parametrize(
    ("opening", "day", "why"),
    [
        (OFFICE, MONDAY, None),
        (OFFICE, SATURDAY, ""),
        (OFFICE, date(2026, 12, 10), "วันรัฐธรรมนูญ"),
        (OFFICE, date(2026, 12, 2), "ย้ายห้องพัสดุ"),
        (OFFICE, date(2026, 12, 3), None),
        (HOME, SATURDAY, None),
        (HOME, date(2026, 12, 10), None),
        (HOME, date(2026, 12, 1), "ย้ายห้องพัสดุ"),
    ],
)
def test_why_a_day_is_closed(opening: Opening, day: date, why: str | None) -> None:
    assert opening.why_closed(day) == why
    assert opening.is_open(day) is (why is None)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (MONDAY, MONDAY),
        (SATURDAY, date(2026, 11, 30)),
        (date(2026, 12, 1), date(2026, 12, 3)),
        (FATHERS_DAY, date(2026, 12, 8)),  # Saturday, Sunday, and the Monday in its stead
    ],
)
def test_the_next_open_day(day: date, following: date) -> None:
    assert OFFICE.next_open(day) == following


def test_who_is_closed_for_good_names_no_next_day() -> None:
    for_good = Opening(closures=(Closure(MONDAY, date(2040, 1, 1), "ปรับปรุงอาคาร"),))
    assert for_good.next_open(MONDAY) is None
    assert rules.last_collecting_day(MONDAY, None, 3, for_good) == MONDAY + timedelta(days=3)


@given(days, st.sets(st.integers(0, 6), min_size=1))
def test_the_next_open_day_is_open_and_no_day_before_it_is(day: date, week: set[int]) -> None:
    opening = Opening(days=frozenset(week), holidays=HOLIDAYS, closures=(MOVING,))
    found = opening.next_open(day)
    assert found is not None
    assert opening.is_open(found)
    assert not any(opening.is_open(day + timedelta(days=step)) for step in range((found - day).days))


def test_closed_days_warn_and_only_refuse_where_the_unit_says_so() -> None:
    told = rules.closed_days(OFFICE, SATURDAY, date(2026, 12, 10))
    assert [(item.field, item.next_open) for item in told] == [
        ("starts_on", date(2026, 11, 30)),
        ("due_on", date(2026, 12, 11)),
    ]
    assert rules.closed_faults(OFFICE, SATURDAY, SATURDAY) == []
    strict = Opening(refuses=True, holidays=HOLIDAYS)
    faults = rules.closed_faults(strict, MONDAY, SATURDAY)
    assert [(fault.field, fault.code) for fault in faults] == [("due_on", "unit_not_open")]


@pytest.mark.parametrize(("lead", "ahead", "refused"), [(0, 0, False), (3, 2, True), (3, 3, False), (1, 0, True)])
def test_lead_days(lead: int, ahead: int, refused: bool) -> None:
    assert bool(rules.lead_fault(MONDAY, MONDAY + timedelta(days=ahead), lead)) is refused


@pytest.mark.parametrize(
    ("starts_on", "decided_on", "collect_days", "last"),
    [
        (MONDAY, None, 3, date(2026, 11, 26)),
        (MONDAY, date(2026, 11, 20), 3, date(2026, 11, 26)),  # approved before: counted from the first day
        (MONDAY, date(2026, 11, 24), 3, date(2026, 11, 27)),  # approved late: not lost at once
        (MONDAY, None, 5, date(2026, 11, 30)),  # a Saturday moves to the Monday
        (MONDAY, None, 0, MONDAY),
    ],
)
def test_the_last_day_to_collect(starts_on: date, decided_on: date | None, collect_days: int, last: date) -> None:
    assert rules.last_collecting_day(starts_on, decided_on, collect_days, OFFICE) == last


# --- the month ------------------------------------------------------------------------------------------------------


@given(days)
def test_a_month_has_each_of_its_days_once_in_weeks_of_seven(day: date) -> None:
    month = day.replace(day=1)
    weeks = rules.weeks_of(month)
    assert all(len(week) == 7 for week in weeks)
    shown = [one for week in weeks for one in week if one is not None]
    assert shown == [month + timedelta(days=step) for step in range(len(shown))]
    assert (month + timedelta(days=len(shown))).day == 1
    assert all(one.weekday() == 6 for week in weeks if (one := week[0]) is not None)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 11, 22), DayState.PAST),
        (MONDAY, DayState.OUT),
        (date(2026, 11, 24), DayState.OUT),
        (date(2026, 11, 25), DayState.FREE),  # the day after the last is another's
        (SATURDAY, DayState.CLOSED),
        (date(2026, 12, 1), DayState.CLOSED),
        (date(2026, 12, 3), DayState.RESERVED),
        (date(2026, 12, 4), DayState.RESERVED),
        (date(2026, 12, 8), DayState.FREE),
    ],
)
def test_how_a_day_stands(day: date, state: DayState) -> None:
    taken = [
        Taken(date(2026, 11, 20), date(2026, 11, 25), out=True),
        Taken(date(2026, 12, 3), date(2026, 12, 5)),
    ]
    assert rules.day_state(day, taken, today=MONDAY, opening=OFFICE) is state


def test_what_is_overdue_promises_no_day() -> None:
    late = [Taken(date(2026, 11, 10), date(2026, 11, 20), out=True)]
    assert rules.day_state(MONDAY, late, today=MONDAY, opening=OFFICE, late=True) is DayState.OUT


@pytest.mark.parametrize(
    ("state", "refuses", "may"),
    [
        (DayState.FREE, False, True),
        (DayState.FREE, True, True),
        (DayState.CLOSED, False, True),
        (DayState.CLOSED, True, False),
        (DayState.OUT, False, False),
        (DayState.RESERVED, False, False),
        (DayState.PAST, False, False),
    ],
)
def test_a_loan_may_begin_on_a_closed_day_unless_the_unit_refuses(state: DayState, refuses: bool, may: bool) -> None:
    assert rules.bookable(state, Opening(refuses=refuses)) is may


def test_free_until_the_day_before_the_next_claim() -> None:
    assert rules.free_until(MONDAY, []) is None
    assert rules.free_until(MONDAY, [Taken(date(2026, 12, 4), date(2026, 12, 6))]) == date(2026, 12, 3)


def test_the_days_ahead_as_a_list() -> None:
    taken = [
        Taken(date(2026, 12, 3), date(2026, 12, 5)),
        Taken(date(2026, 11, 20), date(2026, 11, 25), out=True),
        Taken(date(2026, 12, 5), date(2026, 12, 6)),
    ]
    found = rules.stretches(MONDAY, taken)
    assert [(item.state.value, item.first.day, item.last and item.last.day) for item in found] == [
        ("out", 23, 24),
        ("free", 25, 2),
        ("reserved", 3, 4),
        ("reserved", 5, 5),
        ("free", 6, None),
    ]
    assert [item.state for item in rules.stretches(MONDAY, taken, late=True)] == [DayState.OUT]
    assert rules.stretches(MONDAY, []) == [rules.Stretch(MONDAY, None, DayState.FREE)]


@given(days, st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), max_size=6))
def test_the_list_and_the_table_tell_the_same(today: date, gaps: list[tuple[int, int]]) -> None:
    taken, day = [], today - timedelta(days=3)
    for gap, length in gaps:
        first = day + timedelta(days=gap)
        day = first + timedelta(days=length)
        taken.append(Taken(first, day))
    found = rules.stretches(today, taken)
    everyday = Opening(days=frozenset(range(7)))
    for step in range(60):
        one = today + timedelta(days=step)
        stretch = next(item for item in found if item.first <= one and (item.last is None or one <= item.last))
        assert stretch.state is rules.day_state(one, taken, today=today, opening=everyday)


@given(st.lists(taken_one, max_size=12), st.integers(12, 30), days)
def test_free_counts_agree_with_counting_by_hand(taken: list[Taken], total: int, day: date) -> None:
    window = [day + timedelta(days=step) for step in range(31)]
    counts = rules.free_counts(window, total, taken)
    for one in window:
        assert counts[one] == total - len([item for item in taken if item.first <= one < item.until])


# --- which pieces ---------------------------------------------------------------------------------------------------

UNTIL = date(2026, 12, 13)
candidates = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 60),
        st.none() | st.integers(1, 4),
        st.integers(0, 9),
        st.none() | st.sampled_from([UNTIL, UNTIL + timedelta(days=1), UNTIL + timedelta(days=9)]),
        st.sampled_from(["เครื่องฉาย", "จอ"]),
    ),
    max_size=14,
    unique_by=lambda item: item.id,
)


def test_the_least_used_first() -> None:
    things = [Candidate(1, uses=5), Candidate(2, uses=1), Candidate(3, uses=0), Candidate(4, uses=3)]
    assert rules.choose(things, 2, UNTIL) == [3, 2]


def test_one_place_before_less_used_ones_here_and_there() -> None:
    things = [Candidate(1, 7, 0), Candidate(2, 8, 4), Candidate(3, 8, 5), Candidate(4, 9, 1)]
    assert rules.choose(things, 2, UNTIL) == [2, 3]
    assert rules.choose(things, 3, UNTIL) == [1, 4, 2], "no place has three"


def test_alike_before_all_else() -> None:
    """Three projectors from two rooms rather than two projectors and a screen from one."""
    things = [
        Candidate(1, 7, 0, name="จอ"),
        Candidate(2, 7, 5, name="เครื่องฉาย"),
        Candidate(3, 7, 6, name="เครื่องฉาย"),
        Candidate(4, 8, 9, name="เครื่องฉาย"),
    ]
    assert rules.choose(things, 3, UNTIL) == [2, 3, 4]
    assert rules.choose(things, 2, UNTIL) == [2, 3], "alike and in one place"
    assert rules.choose(things, 1, UNTIL) == [1]
    assert len(rules.choose(things, 4, UNTIL)) == 4


def test_of_two_places_the_less_used_one() -> None:
    things = [Candidate(1, 7, 9), Candidate(2, 7, 9), Candidate(3, 8, 1), Candidate(4, 8, 1)]
    assert rules.choose(things, 2, UNTIL) == [3, 4]


def test_never_one_that_is_wanted_right_after_if_others_are_free() -> None:
    tight, easy = Candidate(1, uses=0, next_claim=UNTIL), Candidate(2, uses=9, next_claim=UNTIL + timedelta(days=1))
    assert rules.choose([tight, easy], 1, UNTIL) == [2]
    assert rules.choose([tight, easy], 2, UNTIL) == [2, 1]


@given(candidates, st.integers(1, 10))
def test_the_choice_is_as_many_as_there_are_each_once(things: list[Candidate], count: int) -> None:
    chosen = rules.choose(things, count, UNTIL)
    assert len(chosen) == len(set(chosen)) == min(count, len(things))
    assert set(chosen) <= {item.id for item in things}
    easy = {item.id for item in things if not item.tight(UNTIL)}
    assert len(easy & set(chosen)) == min(len(easy), count), "a piece without a follower was left for a tight one"
    assert rules.choose(things[::-1], count, UNTIL) == chosen, "the order of the rows decides nothing"


# --- who comes next -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ([], None),
        ([Waiting(1, MONDAY)], 1),
        ([Waiting(1, MONDAY + timedelta(days=7))], 1),
        ([Waiting(1, MONDAY + timedelta(days=8))], None),
        ([Waiting(2, MONDAY + timedelta(days=4)), Waiting(1, MONDAY + timedelta(days=2))], 1),
        ([Waiting(1, MONDAY, out=True), Waiting(2, MONDAY + timedelta(days=2))], None),
        ([Waiting(1, MONDAY - timedelta(days=5)), Waiting(2, MONDAY)], None),
    ],
)
def test_whose_turn_it_is(others: list[Waiting], told: int | None) -> None:
    assert rules.next_in_queue(MONDAY - timedelta(days=3), others, today=MONDAY, within_days=7) == told
