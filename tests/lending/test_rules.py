"""The workflow as data: every state against every action, and the pure rules around it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetloan.core.errors import DomainError
from assetloan.identity.rules import Place
from assetloan.lending import rules
from assetloan.lending.rules import LineAction, LineState, Outcome, ReturnCondition, StandingTerms

TODAY = date(2026, 11, 23)
LEGAL = {
    ("submitted", "approve"): "approved",
    ("submitted", "reject"): "rejected",
    ("submitted", "cancel"): "cancelled",
    ("submitted", "expire"): "expired",
    ("approved", "cancel"): "cancelled",
    ("approved", "withdraw"): "cancelled",
    ("approved", "expire"): "expired",
    ("approved", "hand_over"): "handed_over",
    ("handed_over", "declare_return"): "return_declared",
    ("handed_over", "receive"): "received",
    ("handed_over", "report_lost"): "lost_reported",
    ("return_declared", "receive"): "received",
    ("return_declared", "report_lost"): "lost_reported",
    ("sent_back", "receive"): "received",
    ("received", "send_back"): "sent_back",
    ("received", "approve_return"): "closed",
    ("received", "settle"): "closed",
    ("lost_reported", "settle"): "closed",
}


@pytest.mark.parametrize(("state", "action"), list(product(LineState, LineAction)))
def test_every_state_and_action(state: LineState, action: LineAction) -> None:
    wanted = LEGAL.get((state.value, action.value))
    if wanted is None:
        with pytest.raises(DomainError, match="invalid_transition"):
            rules.next_step(state, action)
    else:
        assert rules.next_step(state, action).to.value == wanted


@given(st.lists(st.sampled_from(LineAction), max_size=12))
def test_an_ended_line_stays_ended(actions: list[LineAction]) -> None:
    state, seen = LineState.SUBMITTED, []
    for action in actions:
        try:
            state = rules.next_step(state, action).to
        except DomainError:
            continue
        seen.append(state)
    ended = {LineState.CLOSED, *rules.ENDED}
    assert all(after not in ended for after in seen[:-1])


@given(st.lists(st.sampled_from(LineState), min_size=1))
def test_the_header_is_the_earliest_line_that_is_not_ended(states: list[LineState]) -> None:
    header = rules.header_state(states)
    alive = [state for state in states if state not in rules.ENDED]
    assert header in (alive or states)
    assert not alive or all(rules.WORKFLOW_ORDER.index(header) <= rules.WORKFLOW_ORDER.index(item) for item in alive)


@pytest.mark.parametrize("state", LineState)
@pytest.mark.parametrize("condition", [None, *ReturnCondition])
@pytest.mark.parametrize("frees", [True, False])
def test_whoever_holds_claims(state: LineState, condition: ReturnCondition | None, frees: bool) -> None:
    if rules.holds(state, condition, frees_clean=frees):
        assert rules.claims(state, condition, frees_clean=frees)


@pytest.mark.parametrize(
    ("condition", "frees", "held"),
    [
        (ReturnCondition.GOOD, True, False),
        (ReturnCondition.GOOD, False, True),
        (ReturnCondition.DAMAGED, True, True),
        (ReturnCondition.INCOMPLETE, True, True),
    ],
)
def test_only_clean_returns_are_free_at_receipt(condition: ReturnCondition, frees: bool, held: bool) -> None:
    assert rules.holds(LineState.RECEIVED, condition, frees_clean=frees) is held


@pytest.mark.parametrize(
    ("condition", "outcome", "status"),
    [
        (ReturnCondition.GOOD, None, "available"),
        (ReturnCondition.DAMAGED, Outcome.REPAIRED, "available"),
        (ReturnCondition.DAMAGED, Outcome.NOT_LIABLE, "repair"),
        (ReturnCondition.INCOMPLETE, Outcome.PAID, "repair"),
        (ReturnCondition.LOST, Outcome.PAID, "lost"),
        (ReturnCondition.LOST, Outcome.REPLACED, "available"),
    ],
)
def test_what_closing_means_for_the_register(condition: ReturnCondition, outcome: Outcome | None, status: str) -> None:
    assert rules.asset_after(LineState.CLOSED, condition, outcome, frees_clean=True).status == status


@pytest.mark.parametrize(
    ("due", "back", "late"),
    [(0, 0, 0), (0, -3, 0), (0, 1, 1), (-8, None, 8), (2, None, 0)],
)
def test_days_late(due: int, back: int | None, late: int) -> None:
    back_on = None if back is None else TODAY + timedelta(days=back)
    assert rules.days_late(TODAY + timedelta(days=due), back_on, TODAY) == late


def test_the_longest_loan_is_counted_from_its_start() -> None:
    ask = {"today": TODAY, "starts_on": TODAY, "longest_days": 15}
    assert rules.check_dates(due_on=TODAY + timedelta(days=15), **ask) == []
    assert [item.code for item in rules.check_dates(due_on=TODAY + timedelta(days=16), **ask)] == ["loan_too_long"]


TERMS = StandingTerms(1, None, None, 5, TODAY, TODAY + timedelta(days=30), signed_by_id=9)
ASK = {
    "place": Place.INSIDE,
    "unit_id": 1,
    "category_id": 4,
    "asset_id": 7,
    "starts_on": TODAY,
    "due_on": TODAY + timedelta(days=5),
    "today": TODAY,
    "borrower_id": 2,
}


@pytest.mark.parametrize(
    ("change", "covered"),
    [
        ({}, True),
        ({"place": Place.OUTSIDE}, False),
        ({"unit_id": 2}, False),
        ({"due_on": TODAY + timedelta(days=6)}, False),
        ({"today": TODAY + timedelta(days=31)}, False),
        ({"borrower_id": 9}, False),
    ],
)
def test_a_standing_approval_covers_inside_its_bounds_only(change: dict[str, object], covered: bool) -> None:
    assert rules.standing_covers(TERMS, **(ASK | change)) is covered
