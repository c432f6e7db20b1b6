"""The workflow of a loan as data: states, actions, who, guards. Pure; services, buttons, API and tests read it.

Sources: ระเบียบกระทรวงการคลังฯ 2560 ข้อ 207-211 and the decision table of domain.md 1.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assetloan.core.errors import DomainError, FieldError, invalid
from assetloan.core.money import Money
from assetloan.identity.rules import Permission as P
from assetloan.identity.rules import Place

LONGEST_PURPOSE = 200
LONGEST_NOTE = 500
MOST_LINES = 50


class LineState(StrEnum):
    """States of a loan line (domain.md 1.3). Nothing else is stored; overdue and partly returned are computed."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    HANDED_OVER = "handed_over"
    RETURN_DECLARED = "return_declared"
    RECEIVED = "received"
    SENT_BACK = "sent_back"
    LOST_REPORTED = "lost_reported"
    CLOSED = "closed"


class LineAction(StrEnum):
    """What can be done to a line."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    HAND_OVER = "hand_over"
    DECLARE_RETURN = "declare_return"
    RECEIVE = "receive"
    REPORT_LOST = "report_lost"
    SEND_BACK = "send_back"
    APPROVE_RETURN = "approve_return"
    SETTLE = "settle"


class ReturnCondition(StrEnum):
    """Condition at the return of a loan."""

    GOOD = "good"
    DAMAGED = "damaged"
    INCOMPLETE = "incomplete"
    LOST = "lost"


class Route(StrEnum):
    """Which post decides: the head of a unit, or the head of the agency (ข้อ 208)."""

    HEAD = "head"
    DIRECTOR = "director"


class Outcome(StrEnum):
    """How a damage, gap or loss was made good (ข้อ 209), or that nobody was liable."""

    REPAIRED = "repaired"
    REPLACED = "replaced"
    PAID = "paid"
    NOT_LIABLE = "not_liable"


class CompensationState(StrEnum):
    """A compensation's life: opened by the receipt, proposed by the Secretariat, decided by the director."""

    OPEN = "open"
    PROPOSED = "proposed"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class LoanSource(StrEnum):
    """Recorded in the system, or a fact from paper (rules of the system do not judge it)."""

    SYSTEM = "system"
    PAPER = "paper"


S, A = LineState, LineAction


@dataclass(frozen=True, slots=True)
class Facts:
    """What guards look at: the line as it is, who acts, what was said."""

    borrower_id: int | None
    receiver_id: int | None
    actor_id: int | None
    today: date
    starts_on: date
    due_on: date
    purpose: str = ""
    reason: str = ""
    condition: ReturnCondition | None = None
    has_photo: bool = False
    compensation_open: bool = False
    collect_until: date | None = None


Guard = Callable[[Facts], None]


def actor_is_not_borrower(facts: Facts) -> None:
    """Nobody approves, hands over, receives or closes their own loan."""
    if facts.actor_id is not None and facts.actor_id == facts.borrower_id:
        raise DomainError("not_allowed", why="own_loan")


def actor_is_not_receiver(facts: Facts) -> None:
    """The one who received does not approve the return."""
    if facts.actor_id is not None and facts.actor_id == facts.receiver_id:
        raise DomainError("not_allowed", why="own_receipt")


def purpose_and_due_given(facts: Facts) -> None:
    """ข้อ 208: written evidence with reason and return date."""
    if not facts.purpose.strip() or facts.due_on < facts.starts_on:
        raise DomainError("invalid_transition")


def reason_given(facts: Facts) -> None:
    if not facts.reason.strip():
        raise invalid("reason", "reason_required")


def still_wanted(facts: Facts) -> None:
    """A thing is handed over between the first day of the loan and its due date."""
    if facts.today < facts.starts_on:
        raise DomainError("loan_not_started", starts_on=facts.starts_on)
    if facts.today > facts.due_on:
        raise DomainError("loan_past_due", due_on=facts.due_on)


def past_due(facts: Facts) -> None:
    """Only what can no longer be collected expires: past its due date, or past the days to collect it."""
    waits = facts.collect_until is None or facts.today <= facts.collect_until
    if facts.today <= facts.due_on and waits:
        raise DomainError("loan_still_open", due_on=facts.due_on)


def condition_told(facts: Facts) -> None:
    """A condition other than good needs a note or a photo."""
    if facts.condition is None:
        raise invalid("condition", "condition_required")
    if facts.condition is not ReturnCondition.GOOD and not facts.reason.strip() and not facts.has_photo:
        raise invalid("note", "note_required")


def no_open_compensation(facts: Facts) -> None:
    if facts.compensation_open:
        raise DomainError("compensation_open")


# Guards that judge the person, not the state: they run before the state is looked at (contract.md section 7).
PERSON_GUARDS: frozenset[Guard] = frozenset({actor_is_not_borrower, actor_is_not_receiver})


@dataclass(frozen=True, slots=True)
class Step:
    """Where an action leads, under which permission, and what must hold."""

    to: LineState
    guards: tuple[Guard, ...] = ()


# P.LOAN_APPROVE_INSIDE stands for the permission of the route; the service asks for the one of the loan's route.
WHO: dict[LineAction, tuple[P, ...]] = {
    A.SUBMIT: (P.LOAN_REQUEST,),
    A.APPROVE: (P.LOAN_APPROVE_INSIDE, P.LOAN_APPROVE_OUTSIDE),
    A.REJECT: (P.LOAN_APPROVE_INSIDE, P.LOAN_APPROVE_OUTSIDE),
    A.CANCEL: (P.LOAN_CANCEL,),
    A.WITHDRAW: (P.LOAN_APPROVE_INSIDE, P.LOAN_APPROVE_OUTSIDE),
    A.EXPIRE: (P.LOAN_HAND_OVER,),
    A.HAND_OVER: (P.LOAN_HAND_OVER,),
    A.DECLARE_RETURN: (P.RETURN_DECLARE,),
    A.RECEIVE: (P.LOAN_RECEIVE,),
    A.REPORT_LOST: (P.LOAN_RECEIVE,),
    A.SEND_BACK: (P.RETURN_APPROVE,),
    A.APPROVE_RETURN: (P.RETURN_APPROVE,),
    A.SETTLE: (P.COMPENSATION_DECIDE,),
}

GUARDS: dict[LineAction, tuple[Guard, ...]] = {
    A.APPROVE: (actor_is_not_borrower, purpose_and_due_given),
    A.REJECT: (actor_is_not_borrower, reason_given),
    A.WITHDRAW: (actor_is_not_borrower, reason_given),
    A.EXPIRE: (past_due,),
    A.HAND_OVER: (actor_is_not_borrower, still_wanted),
    A.RECEIVE: (actor_is_not_borrower, condition_told),
    A.REPORT_LOST: (actor_is_not_borrower, condition_told),
    A.SEND_BACK: (actor_is_not_borrower, reason_given),
    A.APPROVE_RETURN: (actor_is_not_borrower, actor_is_not_receiver, no_open_compensation),
    A.SETTLE: (actor_is_not_borrower, actor_is_not_receiver),
}


def _step(to: LineState, action: LineAction) -> Step:
    return Step(to, GUARDS.get(action, ()))


TRANSITIONS: dict[tuple[LineState, LineAction], Step] = {
    (S.SUBMITTED, A.APPROVE): _step(S.APPROVED, A.APPROVE),
    (S.SUBMITTED, A.REJECT): _step(S.REJECTED, A.REJECT),
    (S.SUBMITTED, A.CANCEL): _step(S.CANCELLED, A.CANCEL),
    (S.APPROVED, A.CANCEL): _step(S.CANCELLED, A.CANCEL),
    (S.APPROVED, A.WITHDRAW): _step(S.CANCELLED, A.WITHDRAW),
    (S.SUBMITTED, A.EXPIRE): _step(S.EXPIRED, A.EXPIRE),
    (S.APPROVED, A.EXPIRE): _step(S.EXPIRED, A.EXPIRE),
    (S.APPROVED, A.HAND_OVER): _step(S.HANDED_OVER, A.HAND_OVER),
    (S.HANDED_OVER, A.DECLARE_RETURN): _step(S.RETURN_DECLARED, A.DECLARE_RETURN),
    (S.HANDED_OVER, A.RECEIVE): _step(S.RECEIVED, A.RECEIVE),
    (S.RETURN_DECLARED, A.RECEIVE): _step(S.RECEIVED, A.RECEIVE),
    (S.SENT_BACK, A.RECEIVE): _step(S.RECEIVED, A.RECEIVE),
    (S.HANDED_OVER, A.REPORT_LOST): _step(S.LOST_REPORTED, A.REPORT_LOST),
    (S.RETURN_DECLARED, A.REPORT_LOST): _step(S.LOST_REPORTED, A.REPORT_LOST),
    (S.RECEIVED, A.SEND_BACK): _step(S.SENT_BACK, A.SEND_BACK),
    (S.RECEIVED, A.APPROVE_RETURN): _step(S.CLOSED, A.APPROVE_RETURN),
    (S.RECEIVED, A.SETTLE): _step(S.CLOSED, A.SETTLE),
    (S.LOST_REPORTED, A.SETTLE): _step(S.CLOSED, A.SETTLE),
}

OUT = frozenset({S.HANDED_OVER, S.RETURN_DECLARED, S.LOST_REPORTED})  # "out" of contract.md section 6
ENDED = frozenset({S.REJECTED, S.CANCELLED, S.EXPIRED})  # ended before hand-over
WAITING = frozenset({S.SUBMITTED, S.APPROVED})

WORKFLOW_ORDER = (
    S.SUBMITTED,
    S.APPROVED,
    S.HANDED_OVER,
    S.RETURN_DECLARED,
    S.LOST_REPORTED,
    S.SENT_BACK,
    S.RECEIVED,
    S.CLOSED,
    S.REJECTED,
    S.CANCELLED,
    S.EXPIRED,
)


def next_step(state: LineState, action: LineAction) -> Step:
    """The step of the table. Raises DomainError("invalid_transition") for anything not in it."""
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise DomainError("invalid_transition", state=state.value, action=action.value) from None


def check_person(action: LineAction, facts: Facts) -> None:
    """The guards that judge the person; they come before the state."""
    for guard in GUARDS.get(action, ()):
        if guard in PERSON_GUARDS:
            guard(facts)


def actions_from(state: LineState) -> tuple[LineAction, ...]:
    """All actions the table knows from a state."""
    return tuple(action for (before, action) in TRANSITIONS if before is state)


def header_state(states: Iterable[LineState]) -> LineState:
    """The loan's state: the earliest of its lines in workflow order, ended lines aside."""
    return min(states, key=WORKFLOW_ORDER.index)


def holds(state: LineState, condition: ReturnCondition | None, *, frees_clean: bool) -> bool:
    """Does a line in this state keep the thing from the next person?

    Clean returns are free at receipt (unless the unit holds them); damaged, incomplete and lost always wait.
    """
    if state in OUT:
        return True
    if state in (S.RECEIVED, S.SENT_BACK):
        return not (frees_clean and condition is ReturnCondition.GOOD)
    return False


def claims(state: LineState, condition: ReturnCondition | None, *, frees_clean: bool) -> bool:
    """Does a line claim its period [starts_on, due_on + 1)? From submission until the thing is free again."""
    return state in WAITING or holds(state, condition, frees_clean=frees_clean)


def check_dates(*, today: date, starts_on: date, due_on: date, longest_days: int) -> list[FieldError]:
    """Faults of the period of a new request."""
    if starts_on < today:
        return [FieldError("starts_on", "starts_in_past", {"today": today})]
    if due_on < starts_on:
        return [FieldError("due_on", "due_before_start", {"starts_on": starts_on})]
    if due_on > starts_on + timedelta(days=longest_days):
        latest = starts_on + timedelta(days=longest_days)
        return [FieldError("due_on", "loan_too_long", {"days": longest_days, "latest": latest})]
    return []


def days_late(due_on: date, back_on: date | None, today: date) -> int:
    """Days past the due date, until the return or today; never negative."""
    return max(0, ((back_on or today) - due_on).days)


def legal_basis(place: Place) -> str:
    """The article that says who decides (ข้อ 208)."""
    return "ข้อ 208 (1)" if place is Place.AGENCY else "ข้อ 208 (2)"


@dataclass(frozen=True, slots=True)
class StandingTerms:
    """A standing approval's bounds [คำสั่งอนุมัติล่วงหน้า]: inside only, unit and perhaps category or asset, days."""

    unit_id: int
    category_id: int | None
    asset_id: int | None
    most_days: int
    valid_from: date
    valid_until: date
    signed_by_id: int


def standing_covers(
    terms: StandingTerms,
    *,
    place: Place,
    unit_id: int,
    category_id: int | None,
    asset_id: int,
    starts_on: date,
    due_on: date,
    today: date,
    borrower_id: int,
) -> bool:
    """Is a request inside the bounds of a standing approval, and not the signer's own?"""
    return (
        place is Place.INSIDE
        and terms.unit_id == unit_id
        and terms.category_id in (None, category_id)
        and terms.asset_id in (None, asset_id)
        and terms.valid_from <= today <= terms.valid_until
        and due_on <= starts_on + timedelta(days=terms.most_days)
        and borrower_id != terms.signed_by_id
    )


@dataclass(frozen=True, slots=True)
class AssetAfter:
    """What a line's new state means for the register: status and condition (None: unchanged)."""

    status: str | None
    condition: str | None


def asset_after(
    state: LineState, condition: ReturnCondition | None, outcome: Outcome | None, *, frees_clean: bool
) -> AssetAfter:
    """The status and condition of the asset that follow from its line."""
    if state in (S.HANDED_OVER, S.RETURN_DECLARED):
        return AssetAfter("on_loan", None)
    if state is S.LOST_REPORTED:
        return AssetAfter("lost", "lost")
    if state in (S.RECEIVED, S.SENT_BACK):
        held = holds(state, condition, frees_clean=frees_clean)
        return AssetAfter("return_pending" if held else "available", condition.value if condition else None)
    if state is not S.CLOSED:
        return AssetAfter(None, None)
    if outcome in (Outcome.REPAIRED, Outcome.REPLACED) or (outcome is None and condition is ReturnCondition.GOOD):
        return AssetAfter("available", "good")
    if condition is ReturnCondition.LOST:
        return AssetAfter("lost", "lost")
    return AssetAfter("repair", condition.value if condition else None)


def value_limit(values: Iterable[Money | None]) -> Money | None:
    """The value a delegation's limit is held against: the sum, or None when one price is unknown."""
    total = 0
    for value in values:
        if value is None:
            return None
        total += value.satang
    return Money(total)
