"""The figures of the month against the same figures worked out plainly; boundaries, identity, reach, shape."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.errors import Forbidden, Invalid, NotFound
from assetloan.core.month import Month
from assetloan.identity.queries import person_by_username, unit_tree
from assetloan.identity.rules import Actor, Place, Role, console
from assetloan.reporting import shape
from assetloan.reporting.labels import FIGURES
from assetloan.reporting.monthly import COUNTS, MEDIAN, Summary, month_of_agency, month_of_unit, nothing
from assetloan.reporting.period import Period
from tests.conftest import NOW
from tests.factories import a_person, a_unit, an_actor, an_agency, an_asset
from tests.reporting.histories import TURN, Life, Team, Thing, actor, live, lives
from tests.reporting.plainly import figures
from tests.together import rounds

pytestmark = pytest.mark.both_databases
LONG_AFTER = TURN + timedelta(days=200)
MONTHS = [Month(2569, month) for month in (8, 9, 10, 11, 12)]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def asset_of(unit: object) -> str:
    return an_asset(unit).asset_no  # type: ignore[arg-type]


@pytest.fixture
def people(ctx: Flask) -> dict[str, int]:
    an_agency()
    a_unit("คน", parent="DEP")
    names = ("borrower", "officer", "secretariat", "director")
    return {name: _id(a_person(unit="คน", username=name)) for name in names}


def _id(username: str) -> int:
    person = person_by_username(username)
    assert person is not None
    return person.id


def new_team(people: dict[str, int]) -> Team:
    unit = a_unit(parent="DEP")
    other = unit_tree(date(2026, 10, 1)).by_code["คน"]
    return Team(
        unit,
        other,
        actor(people["borrower"], "นายยืม", other),
        actor(people["officer"], "officer", unit, Role.OFFICER),
        actor(people["secretariat"], "secretariat", other, Role.SECRETARIAT, everywhere=True),
        actor(people["director"], "director", other, Role.DIRECTOR, everywhere=True),
    )


def summary_of(unit_code: str, month: Month, as_of: datetime = LONG_AFTER) -> Summary:
    return month_of_unit(console(), month, unit_code, as_of=as_of).summary


def holds(summary: Summary) -> bool:
    """The identity of the contract."""
    value = {name: int(summary[name] or 0) for name in COUNTS}
    flows = value["returned"] + value["closed_without_return"] + value["outstanding"]
    return (
        value["carried_in"] + value["lines"] == flows
        and value["returned"] == value["returned_on_time"] + value["returned_late"]
        and value["lines"] == value["inside"] + value["outside"] + value["agency"]
    )


@settings(
    max_examples=rounds(200, 20),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    derandomize=True,
)
@given(
    histories=st.lists(lives, min_size=1, max_size=3),
    stops=st.lists(st.integers(-20 * 24, 60 * 24), min_size=2, max_size=2),
)
def test_figures_equal_a_plain_calculation(people: dict[str, int], histories: list[Life], stops: list[int]) -> None:
    team = new_team(people)
    for life in histories:
        live(team, life, asset_of)
    db.session.rollback()
    for as_of in (LONG_AFTER, *(TURN + timedelta(hours=hours) for hours in stops)):
        for month in MONTHS:
            if as_of < clock.bangkok_midnight(month.start):
                continue
            summary = summary_of(team.unit.code, month, as_of)
            assert summary == nothing() | figures({team.unit.id}, month.start, month.end, as_of)
            assert holds(summary)
    for month in MONTHS:
        agency = month_of_agency(console(), month, as_of=LONG_AFTER)
        for name in COUNTS:
            assert agency.summary[name] == sum(int(one[name] or 0) for _unit, one in agency.units)
        assert holds(agency.summary)


# --- boundaries -----------------------------------------------------------------------------------------------------


def good(*gaps: timedelta, end: str = "good") -> Thing:
    return Thing(end, (*gaps, *[timedelta(0)] * (4 - len(gaps))), False, ())


def life(at: datetime, *things: Thing, days: int = 10, place: Place = Place.INSIDE) -> Life:
    return Life(at, place, days, "approve", False, False, things)


@pytest.mark.case("G21")
def test_G21_the_last_second_of_the_fiscal_year_and_the_first_of_the_next(people: dict[str, int]) -> None:
    team = new_team(people)
    live(team, life(TURN - timedelta(seconds=1), good(end="out")), asset_of)
    live(team, life(TURN, good(end="out")), asset_of)
    september, october = (summary_of(team.unit.code, Month(2569, month)) for month in (9, 10))
    assert [september[name] for name in ("requests", "lines", "outstanding", "carried_in")] == [1, 1, 1, 0]
    assert [october[name] for name in ("requests", "lines", "outstanding", "carried_in")] == [1, 1, 2, 1]
    assert (Month(2569, 9).fiscal_year, Month(2569, 10).fiscal_year) == (2569, 2570)


def test_a_line_is_carried_over_and_late_in_the_month_it_comes_back(people: dict[str, int]) -> None:
    team = new_team(people)
    start = TURN - 5 * DAY
    live(team, life(start, good(HOUR, HOUR, 20 * DAY), days=3), asset_of)
    september, october = (summary_of(team.unit.code, Month(2569, month)) for month in (9, 10))
    assert [september[name] for name in ("outstanding", "overdue", "returned")] == [1, 1, 0]
    assert [october[name] for name in ("carried_in", "returned_late", "outstanding")] == [1, 1, 0]
    assert september[MEDIAN] == 1.0


def test_what_is_due_on_the_last_day_is_overdue_at_the_end_of_the_month(people: dict[str, int]) -> None:
    team = new_team(people)
    live(team, life(TURN - 5 * DAY, good(end="out"), days=4), asset_of)
    running = summary_of(team.unit.code, Month(2569, 9), TURN - HOUR)
    assert (running["outstanding"], running["overdue"]) == (1, 0)
    assert summary_of(team.unit.code, Month(2569, 9))["overdue"] == 1


def test_a_running_month_stops_at_the_present(people: dict[str, int]) -> None:
    team = new_team(people)
    live(team, life(TURN, good(HOUR, HOUR, 3 * DAY)), asset_of)
    report = month_of_unit(console(), Month(2569, 10), team.unit.code, as_of=TURN + DAY)
    assert [report.summary[name] for name in ("lines", "returned", "outstanding")] == [1, 0, 1]
    assert [row.returned_at for row in report.lines] == [None]
    later = month_of_unit(console(), Month(2569, 10), team.unit.code, as_of=LONG_AFTER)
    assert [row.condition for row in later.lines] == ["good"]
    with pytest.raises(Invalid):
        month_of_unit(console(), Month(2569, 11), team.unit.code, as_of=TURN + DAY)


def test_chased_within_seven_days_of_the_due_date(people: dict[str, int]) -> None:
    """Domain 1.6 case 6: due Friday 7 August 2569 (CE 2026), the chase is in time until Friday the 14th."""
    team = new_team(people)
    friday = clock.bangkok_time(date(2026, 8, 7), 9)
    for chased in (7 * DAY, 8 * DAY):
        live(team, life(friday, Thing("out", (timedelta(0),) * 4, False, (chased,)), days=0), asset_of)
    august = summary_of(team.unit.code, Month(2569, 8))
    assert [august[name] for name in ("overdue", "chased", "chased_in_time")] == [2, 2, 1]
    on_that_day = summary_of(team.unit.code, Month(2569, 8), clock.bangkok_time(date(2026, 8, 14), 23))
    assert on_that_day["chased_in_time"] == 0  # the day is not over yet
    assert Period.of(Month(2569, 8), clock.bangkok_time(date(2026, 8, 8), 1)).due_before == date(2026, 8, 8)


def test_lines_are_listed_by_hand_over_with_all_that_the_form_asks(people: dict[str, int]) -> None:
    team = new_team(people)
    live(team, life(TURN + DAY, good(HOUR, HOUR, 20 * DAY), days=3, place=Place.OUTSIDE), asset_of)
    live(team, life(TURN - DAY, good(end="out")), asset_of)
    live(team, life(TURN + DAY, good(end="waiting")), asset_of)
    told = shape.monthly(month_of_unit(console(), Month(2569, 10), team.unit.code, as_of=LONG_AFTER))
    assert list(told) == ["month", "unit", "version", "state", "as_of", "summary", "lines"]
    assert (told["month"], told["version"], told["state"]) == ("2569-10", 0, "open")
    assert [line["handed_over_at"] for line in told["lines"]] == [
        "2026-09-30T00:00:00+07:00",
        "2026-10-02T02:00:00+07:00",
    ]
    late = told["lines"][1]
    assert list(late) == [
        *("loan", "kind", "asset_no", "name", "quantity", "unit_of_count", "borrower", "borrower_unit", "purpose"),
        *("place", "handed_over_at", "due_on", "returned_at", "condition", "days_late"),
    ]
    assert (late["place"], late["due_on"], late["returned_at"], late["condition"], late["days_late"]) == (
        "outside",
        "2026-10-05",
        "2026-10-22T04:00:00+07:00",
        "good",
        17,
    )
    agency = shape.monthly(month_of_agency(console(), Month(2569, 10), as_of=LONG_AFTER))
    assert agency["unit"] is None
    assert {row["unit"]["code"] for row in agency["units"]} >= {team.unit.code, "SLK"}


def test_what_own_people_borrowed_elsewhere_is_a_table_of_its_own(people: dict[str, int]) -> None:
    team = new_team(people)
    live(team, life(TURN, good(end="out")), asset_of)
    report = month_of_unit(console(), Month(2569, 10), "คน", as_of=LONG_AFTER)
    assert (report.lines, [row.unit for row in report.elsewhere]) == ([], [team.unit])


def test_every_figure_has_words_in_the_order_of_the_contract() -> None:
    assert set(FIGURES) == {*COUNTS, MEDIAN}


# --- reach ----------------------------------------------------------------------------------------------------------


def test_reports_are_for_those_who_answer_for_the_unit(people: dict[str, int]) -> None:
    unit = a_unit("กยผ", parent="DEP")
    month = Month(2569, 10)

    def sees(who: Actor) -> bool:
        try:
            month_of_unit(who, month, unit.code, as_of=LONG_AFTER)
        except NotFound:
            return False
        return True

    may = [an_actor(role, unit="กยผ") for role in (Role.OFFICER, Role.HEAD)]
    may += [an_actor(role, unit="SLK") for role in (Role.SECRETARIAT, Role.DIRECTOR, Role.AUDITOR)]
    may_not = [an_actor(unit="กยผ"), an_actor(Role.OFFICER, unit="SLK"), an_actor(Role.ADMIN, unit="SLK"), an_actor()]
    assert ([sees(who) for who in may], [sees(who) for who in may_not]) == ([True] * 5, [False] * 4)
    with pytest.raises(NotFound):
        month_of_unit(console(), month, "ไม่มี", as_of=LONG_AFTER)
    for who in may[:2] + may_not:
        with pytest.raises(Forbidden):
            month_of_agency(who, month, as_of=LONG_AFTER)


@pytest.mark.parametrize("text", ["2569-13", "2569-0", "2026-10", "2569", "ตุลาคม 2569", "", "2569-10-01"])
def test_a_month_that_cannot_be_read(ctx: Flask, text: str) -> None:
    with pytest.raises(Invalid):
        Month.parse(text)


def test_a_month_in_Thai_digits_is_read_and_a_month_knows_its_neighbours(ctx: Flask) -> None:
    month = Month.parse("๒๕๖๙-๑๒")
    assert (str(month), str(month.after()), str(month.before())) == ("2569-12", "2570-01", "2569-11")
    assert month.words() == "ธันวาคม 2569"
    assert Month.of(clock.bangkok_date(NOW)) == Month(2569, 11)
