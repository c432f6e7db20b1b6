"""The workflow of a change and the bounds of more time, as tables."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetloan.core.errors import DomainError
from assetloan.core.money import Money
from assetloan.lending.changing import rules
from assetloan.lending.changing.rules import ChangeAction as A
from assetloan.lending.changing.rules import ChangeKind as K
from assetloan.lending.changing.rules import ChangeState as S
from assetloan.lending.changing.rules import Terms

DUE = date(2026, 11, 26)
DAY = timedelta(days=1)

# kind, state: what each act leads to; what is not written is refused.
STEPS = {
    (K.EXTENSION, S.REQUESTED): {
        A.APPROVE: S.APPROVED,
        A.REJECT: S.REJECTED,
        A.CANCEL: S.CANCELLED,
        A.OVERTAKE: S.OVERTAKEN,
    },
    (K.TRANSFER, S.REQUESTED): {
        A.ACCEPT: S.ACCEPTED,
        A.APPROVE: S.ENDORSED,
        A.REJECT: S.REJECTED,
        A.DECLINE: S.DECLINED,
        A.CANCEL: S.CANCELLED,
        A.OVERTAKE: S.OVERTAKEN,
    },
    (K.TRANSFER, S.ACCEPTED): {
        A.APPROVE: S.APPROVED,
        A.REJECT: S.REJECTED,
        A.DECLINE: S.DECLINED,
        A.CANCEL: S.CANCELLED,
        A.OVERTAKE: S.OVERTAKEN,
    },
    (K.TRANSFER, S.ENDORSED): {
        A.ACCEPT: S.APPROVED,
        A.DECLINE: S.DECLINED,
        A.CANCEL: S.CANCELLED,
        A.OVERTAKE: S.OVERTAKEN,
    },
}


@pytest.mark.parametrize(("kind", "state", "action"), list(product(K, S, A)))
def test_every_step_and_every_refusal(kind: K, state: S, action: A) -> None:
    wanted = STEPS.get((kind, state), {}).get(action)
    if wanted is not None:
        assert rules.next_state(kind, state, action) is wanted
        return
    with pytest.raises(DomainError, match="invalid_transition") as refused:
        rules.next_state(kind, state, action)
    assert refused.value.details == {"change": state.value, "change_action": action.value}


def test_every_open_state_can_be_ended_by_a_return_and_by_its_borrower() -> None:
    for kind, state in STEPS:
        assert state in rules.OPEN
        assert {A.CANCEL, A.OVERTAKE} <= set(STEPS[kind, state])
    assert {state for _kind, state in STEPS} == rules.OPEN


@given(st.lists(st.sampled_from(list(A)), max_size=8))
def test_a_transfer_takes_effect_only_with_both_words(actions: list[A]) -> None:
    state, said = S.REQUESTED, set()
    for action in actions:
        try:
            state = rules.next_state(K.TRANSFER, state, action)
        except DomainError:
            continue
        said.add(action)
    if state is S.APPROVED:
        assert {A.ACCEPT, A.APPROVE} <= said


USUAL = Terms(longest_days=15, most=1, before_due=True)
LATE = Terms(longest_days=15, most=2, before_due=False)


@pytest.mark.parametrize(
    ("today", "wanted", "given", "terms", "code"),
    [
        (0, 1, 0, USUAL, ""),
        (-3, 12, 0, USUAL, ""),
        (-3, 13, 0, USUAL, "extension_too_long"),
        (0, 15, 0, USUAL, ""),
        (0, 16, 0, USUAL, "extension_too_long"),
        (0, 0, 0, USUAL, "extension_not_longer"),
        (-3, -1, 0, USUAL, "extension_not_longer"),
        (1, 5, 0, USUAL, "extension_after_due"),
        (1, 5, 0, LATE, ""),
        (5, 4, 0, LATE, "extension_not_longer"),
        (5, 5, 0, LATE, ""),
        (0, 1, 1, USUAL, "extension_used"),
        (0, 1, 1, LATE, ""),
        (0, 1, 2, LATE, "extension_used"),
        (0, 1, 0, Terms(15, 0, True), "extension_used"),
    ],
)
def test_the_bounds_of_more_time(today: int, wanted: int, given: int, terms: Terms, code: str) -> None:
    found = rules.check_extension(
        today=DUE + today * DAY, due_on=DUE, wanted=DUE + wanted * DAY, given=given, terms=terms
    )
    assert [fault.code for fault in found] == ([code] if code else [])


@pytest.mark.parametrize(
    ("today", "usual", "latest", "free", "offered"),
    [
        (-1, 3, 14, None, [3, 7]),
        (-1, 5, 14, None, [3, 5, 7]),
        (-1, 3, 4, None, [3]),
        (-1, 3, 14, 3, [3]),
        (-1, 3, 2, None, [2]),
        (-1, 3, 14, 1, [1]),
        (-1, 3, 14, 0, []),
        (-9, 3, 0, None, []),
        (2, 3, 17, None, [5, 9]),
    ],
)
def test_the_days_that_are_offered(today: int, usual: int, latest: int, free: int | None, offered: list[int]) -> None:
    days = rules.offered_days(
        today=DUE + today * DAY,
        due_on=DUE,
        usual=usual,
        latest=DUE + latest * DAY,
        free_until=None if free is None else DUE + free * DAY,
    )
    assert days == [DUE + count * DAY for count in offered]


@given(st.integers(-20, 20), st.integers(1, 30), st.integers(1, 30), st.integers(-5, 40))
def test_every_day_that_is_offered_may_be_asked_for(today: int, usual: int, longest: int, free: int) -> None:
    terms = Terms(longest, 1, before_due=False)
    day = DUE + today * DAY
    latest = rules.latest_due(day, terms)
    for wanted in rules.offered_days(today=day, due_on=DUE, usual=usual, latest=latest, free_until=DUE + free * DAY):
        assert rules.check_extension(today=day, due_on=DUE, wanted=wanted, given=0, terms=terms) == []


@pytest.mark.parametrize(
    ("decider", "parties", "third"),
    [(1, (2, 3), True), (2, (2, 3), False), (3, (2, 3), False), (3, (2, None), True), (None, (2, None), True)],
)
def test_nobody_decides_as_a_party(decider: int | None, parties: tuple[int | None, ...], third: bool) -> None:
    assert rules.decided_by_third(decider, parties) is third


@pytest.mark.parametrize(
    ("value", "most", "only", "asset", "within"),
    [
        (None, None, None, 1, True),
        (Money(100), Money(100), None, 1, True),
        (Money(101), Money(100), None, 1, False),
        (None, Money(100), None, 1, False),
        (None, None, 1, 1, True),
        (None, None, 2, 1, False),
    ],
)
def test_a_piece_within_the_order(
    value: Money | None, most: Money | None, only: int | None, asset: int, within: bool
) -> None:
    assert rules.within_order(value=value, most_value=most, only_asset=only, asset_id=asset) is within
