"""Straight-line depreciation: every test vector of the domain, and what holds for any asset."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetloan.assets.valuation.rules import (
    RESIDUAL,
    Convention,
    Exempt,
    Life,
    Terms,
    accumulated,
    exempt,
    own_life,
    schedule,
    year_end,
)
from assetloan.core.money import Money

A, B, C = Convention.MONTHLY, Convention.ELAPSED, Convention.DAILY
FAR = date(2157, 12, 31)


def on(day: int, month: int, be_year: int) -> date:
    return date(be_year - 543, month, day)


def baht(text: str) -> Money:
    return Money.parse(text)


def terms(cost: str, received_on: date, years: int, convention: Convention) -> Terms:
    return Terms(baht(cost), received_on, years, convention)


OLD = on(9, 10, 2539)


@pytest.mark.parametrize(
    ("day", "wanted", "net"),
    [
        (on(30, 9, 2540), "8250", "36750"),
        (on(30, 9, 2541), "17250", "27750"),
        (on(30, 9, 2542), "26250", "18750"),
        (on(30, 9, 2543), "35250", "9750"),
        (on(30, 9, 2544), "44250", "750"),
        (on(9, 10, 2544), "44999", "1"),
    ],
)
def test_whole_elapsed_months_as_on_the_paper_card(day: date, wanted: str, net: str) -> None:
    found = accumulated(terms("45000", OLD, 5, B), day)
    assert (found, baht("45000") - found) == (baht(wanted), baht(net))


@pytest.mark.parametrize(
    ("cost", "received_on", "charges"),
    [
        ("45000", OLD, ["9000"] * 4 + ["8999"]),
        ("24000", on(15, 2, 2569), ["3200", *["4800"] * 4, "1599"]),
        ("24000", on(16, 2, 2569), ["2800", *["4800"] * 4, "1999"]),
    ],
)
def test_monthly_from_the_15th_of_the_month(cost: str, received_on: date, charges: list[str]) -> None:
    lines = schedule(terms(cost, received_on, 5, A), FAR)
    assert [line.charge for line in lines[1:]] == [baht(charge) for charge in charges]
    assert lines[-1].net == RESIDUAL


def test_daily_of_a_year_of_365() -> None:
    assert accumulated(terms("45000", OLD, 5, C), on(30, 9, 2540)) == baht("8802.74")


def test_the_accumulated_value_is_rounded_half_up_and_the_charge_is_the_difference() -> None:
    lines = schedule(terms("10000", on(1, 10, 2565), 3, A), FAR)
    assert [str(line.accumulated) for line in lines] == ["0.00", "3333.33", "6666.67", "9999.00"]
    assert [str(line.charge) for line in lines] == ["0.00", "3333.33", "3333.34", "3332.33"]
    half = terms("100.30", on(1, 10, 2565), 5, A)  # a month is 1.67166…, nine months 15.045
    assert str(accumulated(half, on(30, 6, 2566))) == "15.05"


@pytest.mark.parametrize(
    ("received_on", "day", "convention", "months"),
    [
        (on(31, 1, 2568), on(28, 2, 2568), B, 1),
        (on(31, 1, 2568), on(27, 2, 2568), B, 0),
        (on(1, 9, 2568), on(30, 9, 2568), B, 0),
        (on(30, 9, 2568), on(30, 9, 2568), A, 0),
        (on(15, 9, 2568), on(30, 9, 2568), A, 1),
        (on(15, 9, 2568), on(29, 9, 2568), A, 0),
        (on(16, 12, 2568), on(31, 1, 2569), A, 1),
    ],
)
def test_the_edges_of_months(received_on: date, day: date, convention: Convention, months: int) -> None:
    assert accumulated(terms("12000", received_on, 10, convention), day) == Money(months * 100_00)


def test_a_fiscal_year_ends_on_30_september() -> None:
    assert year_end(on(30, 9, 2569)) == on(30, 9, 2569)
    assert year_end(on(1, 10, 2569)) == on(30, 9, 2570)


def test_the_card_goes_as_far_as_the_day_and_no_further_than_the_life() -> None:
    machine = terms("24000", on(15, 2, 2569), 5, A)
    assert [line.on for line in schedule(machine, on(29, 9, 2569))] == [on(15, 2, 2569)]
    assert [line.on for line in schedule(machine, on(30, 9, 2569))] == [on(15, 2, 2569), on(30, 9, 2569)]
    assert schedule(machine, FAR)[-1].on == on(30, 9, 2574)
    assert [line.on for line in schedule(machine, on(1, 1, 2560))] == [on(15, 2, 2569)]


# --- what is not depreciated ----------------------------------------------------------------------------------------

LIFE = Life(5, 2000)
GIVEN = {
    "price": Money(24_000_00),
    "received_on": OLD,
    "below_threshold": False,
    "asset_class": "ครุภัณฑ์สำนักงาน",
    "life": LIFE,
}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, None),
        ({"asset_class": "ที่ดิน"}, Exempt.LAND),
        ({"asset_class": "ที่ดินราชพัสดุ", "price": None}, Exempt.LAND),
        ({"life": Life(5, 0)}, Exempt.LAND),
        ({"below_threshold": True}, Exempt.BELOW_THRESHOLD),
        ({"price": None}, Exempt.NO_PRICE),
        ({"price": Money(100)}, Exempt.ONE_BAHT),
        ({"price": Money(0)}, Exempt.ONE_BAHT),
        ({"price": Money(101)}, None),
        ({"received_on": None}, Exempt.NO_DATE),
        ({"life": None}, Exempt.NO_LIFE),
    ],
)
def test_what_is_not_depreciated_and_why(changed: dict[str, object], why: Exempt | None) -> None:
    assert exempt(**GIVEN | changed) is why  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("years", "rate"), [(3, 3300), (5, 2000), (8, 1250), (12, 850), (15, 650), (25, 400), (7, 1429)]
)
def test_the_rate_of_a_life_of_its_own_is_the_official_one(years: int, rate: int) -> None:
    assert own_life(years) == Life(years, rate)


# --- what holds for any asset ---------------------------------------------------------------------------------------

anything = st.builds(
    Terms,
    st.integers(101, 10**13).map(Money),
    st.dates(date(1957, 1, 1), date(2057, 12, 31)),
    st.integers(1, 40),
    st.sampled_from(Convention),
)


@given(anything)
def test_the_value_never_rises_and_ends_at_1_baht(machine: Terms) -> None:
    lines = schedule(machine, FAR)
    values = [line.accumulated for line in lines]
    assert values == sorted(values)
    assert values[-1] == machine.cost - RESIDUAL
    assert lines[-1].net == RESIDUAL
    assert len(lines) <= machine.years + 3


@given(anything, st.dates(date(1957, 1, 1), date(2100, 12, 31)))
def test_the_charges_add_up_to_what_is_accumulated(machine: Terms, until: date) -> None:
    lines = schedule(machine, until)
    total = 0
    for line in lines:
        total += line.charge.satang
        assert line.charge.satang >= 0
        assert total == line.accumulated.satang
        assert line.accumulated + line.net == machine.cost
        assert line.accumulated == (accumulated(machine, line.on) if line is not lines[0] else Money(0))


@given(anything, st.dates(date(1957, 1, 1), date(2100, 12, 31)), st.integers(0, 4000))
def test_no_day_takes_anything_back(machine: Terms, day: date, later: int) -> None:
    then = date.fromordinal(day.toordinal() + later)
    assert accumulated(machine, day) <= accumulated(machine, then) <= machine.cost - RESIDUAL
    if day < machine.received_on:
        assert accumulated(machine, day) == Money(0)


@given(st.integers(10_000, 10**12), st.dates(date(1957, 1, 1), date(2057, 12, 31)), st.integers(1, 40))
def test_a_whole_year_by_months_is_the_share_of_the_cost(satang: int, received_on: date, years: int) -> None:
    """Said again in decimals, from the definition: cost / life for each whole year that has passed."""
    first = date(received_on.year, received_on.month, 1)
    machine = Terms(Money(satang), first, years, B)
    for passed in range(1, years):
        share = (Decimal(satang) * passed / years).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        assert accumulated(machine, first.replace(year=first.year + passed)).satang == min(share, satang - 100)
