"""The loans of the synthetic agency: loans, lines, events, due dates and audit rows, in bulk.

Loan number i begins at its even share of the years and takes the next of the lent things in turn, so no thing is out
twice at a time. Most come back and are closed; the last ones are out or wait for the approval of their return.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import bindparam, update

from assetloan import audit
from assetloan.assets.models import Asset, AssetEvent
from assetloan.assets.rules import AssetEventKind, AssetStatus, Condition
from assetloan.cli.demo_agency import seed
from assetloan.cli.synthetic.people import Cast, Member
from assetloan.cli.synthetic.register import Things
from assetloan.cli.synthetic.size import IN_ONE, Size, blank_row
from assetloan.core import clock, text
from assetloan.core.bulk import insert_rows, reserve_ids
from assetloan.core.calendar import fiscal_year
from assetloan.core.counters import Counter as NumberCounter
from assetloan.core.db import db, transaction
from assetloan.core.money import Money
from assetloan.identity.rules import Place, console
from assetloan.identity.sign_in import actor_ref
from assetloan.lending import rules
from assetloan.lending.facts import facts_of_step, state_on_paper
from assetloan.lending.models import Loan, LoanDue, LoanEvent, LoanLine
from assetloan.lending.rules import LineAction, LineState, LoanSource, ReturnCondition, Route

LONGEST, LATE, INSIDE = 12.0, 0.1, 0.75


@dataclass(slots=True)
class Written:
    """What became of it."""

    written: int = 0
    out: int = 0
    numbers: Counter[tuple[str, int]] = field(default_factory=Counter)


@dataclass(slots=True)
class _Step:
    action: LineAction
    at: datetime
    by: Member | None


class _Desk:
    """What the rows of loans are made from."""

    def __init__(self, size: Size, cast: Cast, things: Things, rng: Random) -> None:
        self.size, self.cast, self.things, self.rng = size, cast, things, rng
        self.turn = list(range(len(things.lent)))
        rng.shuffle(self.turn)
        self.purposes = [item.text for item in seed.purposes()]
        self.loan, self.line, self.due = blank_row(Loan), blank_row(LoanLine), blank_row(LoanDue)
        self.event = blank_row(LoanEvent)
        self.who = actor_ref(console())
        # The last loan has been handed over by the day before the story ends.
        self.days = size.days - 1 - LONGEST * 0.1
        self.gap = self.days * len(things.lent) / max(1, size.loans)  # days until a thing's next turn
        self.done = Written()


def enter(size: Size, cast: Cast, things: Things, rng: Random, tell: Callable[[str, int, int], None]) -> Written:
    """Enter the loans, oldest first. Without a thing that is lent there are none."""
    desk = _Desk(size, cast, things, rng)
    loans = size.loans if things.lent else 0
    for first in range(0, loans, IN_ONE):
        count = min(IN_ONE, loans - first)
        with transaction():
            _some(desk, range(first, first + count))
        db.session.remove()
        tell("loans", first + count, loans)
    with transaction():
        insert_rows(
            NumberCounter,
            [
                {"kind": "loan", "scope": scope, "year": year, "last": last}
                for (scope, year), last in sorted(desk.done.numbers.items())
            ],
        )
    db.session.remove()
    return desk.done


def _some(desk: _Desk, serials: range) -> None:
    loans: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    dues: list[dict[str, Any]] = []
    out: list[_Story] = []
    made = zip(serials, reserve_ids(Loan, len(serials)), reserve_ids(LoanLine, len(serials)), strict=True)
    for serial, loan_id, line_id in made:
        story = _Story(desk, serial)
        loans.append(story.loan(loan_id))
        lines.append(story.line(line_id, loan_id))
        events += story.events(line_id)
        dues.append(desk.due | {"line_id": line_id, "due_on": story.due_on, "approved_at": story.steps[1].at,
                                "approved_by_id": story.decider.id})  # fmt: skip
        if story.state is LineState.HANDED_OVER:
            out.append(story)
        ref = audit.ObjectRef("loan", story.number, story.unit.id)
        after = {"lines": {str(story.asset_id): story.state.value}, "borrower": story.borrower.name}
        audit.record(desk.who, "loan.imported", ref, at=story.recorded_at, after=after)
    insert_rows(Loan, loans)
    insert_rows(LoanLine, lines)
    insert_rows(LoanEvent, events)
    insert_rows(LoanDue, dues)
    _take_out(desk, out)
    desk.done.written += len(loans)
    desk.done.out += len(out)


def _take_out(desk: _Desk, out: list[_Story]) -> None:
    """The register says of what is out that it is lent."""
    if not out:
        return
    statement = update(Asset).where(Asset.__table__.c.id == bindparam("b_id")).values(status=AssetStatus.ON_LOAN)
    db.session.connection().execute(statement, [{"b_id": story.asset_id} for story in out])
    before = {"status": AssetStatus.AVAILABLE.value, "condition": Condition.GOOD.value}
    insert_rows(
        AssetEvent,
        [
            {"asset_id": story.asset_id, "kind": AssetEventKind.STATUS, "occurred_at": story.steps[2].at,
             "recorded_at": story.recorded_at, "person_id": None, "person_name": desk.who.name,
             "unit_id": story.unit.id, "before": before, "after": before | {"status": AssetStatus.ON_LOAN.value},
             "reason": story.number}
            for story in out
        ],
    )  # fmt: skip


class _Story:
    """One loan of one thing."""

    def __init__(self, desk: _Desk, serial: int) -> None:
        self.desk, rng, size = desk, desk.rng, desk.size
        turn = desk.turn[serial % len(desk.turn)]
        self.asset_id, self.price = desk.things.lent[turn], Money(desk.things.satang[turn])
        self.unit = desk.cast.units[desk.things.unit_of[turn]]
        self.borrower = rng.choice(desk.cast.people)
        self.place = Place.INSIDE if rng.random() < INSIDE else Place.OUTSIDE
        inside = self.place is Place.INSIDE
        decider = self.unit.head if inside or desk.cast.director is None else desk.cast.director
        self.decider = self.unit.officer if decider is self.borrower else decider
        begun = serial * desk.days / size.loans
        self.steps, self.planned = self._steps(begun, rng)
        self.due_on = clock.bangkok_date(size.office_time(self.planned))
        first = self.steps[0].at
        year = fiscal_year(clock.bangkok_date(first))
        desk.done.numbers[self.unit.code, year] += 1
        self.number = f"{self.unit.code}-{year}-{desk.done.numbers[self.unit.code, year]:05d}"
        self.purpose = rng.choice(desk.purposes)
        self.state: LineState = LineState.SUBMITTED
        for step in self.steps[1:]:
            self.state = state_on_paper(self.state, step.action)

    def _steps(self, begun: float, rng: Random) -> tuple[list[_Step], float]:
        """The facts of the loan until the story ends, and the day on which the thing was due."""
        size, span = self.desk.size, min(LONGEST, self.desk.gap * 0.9)
        asked = begun + span * 0.02 * rng.random()
        decided = asked + span * 0.03 * rng.random()
        given = decided + span * 0.03 * rng.random()
        back = given + span * (0.05 + 0.6 * rng.random())
        closed = back + span * 0.2 * rng.random()
        planned = given + (back - given) * rng.uniform(0.4, 0.9) if rng.random() < LATE else back
        officer = self.unit.officer if self.unit.officer is not self.borrower else self.unit.head
        told = (
            (LineAction.SUBMIT, asked, self.borrower),
            (LineAction.APPROVE, decided, self.decider),
            (LineAction.HAND_OVER, given, officer),
            (LineAction.RECEIVE, back, officer),
            (LineAction.APPROVE_RETURN, closed, self.desk.cast.people[3]),
        )
        # What began is told to its hand-over: a story has no half-asked loans.
        known = [_Step(action, size.office_time(at), by) for action, at, by in told[:3]]
        for action, at, by in told[3:]:
            if at < size.days - 1:
                known.append(_Step(action, size.office_time(at), by))
        return known, planned

    @property
    def holds(self) -> bool:
        return self.state is LineState.HANDED_OVER

    @property
    def recorded_at(self) -> datetime:
        """It was written down when the last of it had happened."""
        return self.steps[-1].at

    def loan(self, loan_id: int) -> dict[str, Any]:
        inside, asked = self.place is Place.INSIDE, self.steps[0].at
        cast = self.desk.cast
        return self.desk.loan | {
            "id": loan_id, "number": self.number, "number_key": text.number_key(self.number), "unit_id": self.unit.id,
            "borrower_id": self.borrower.id, "borrower_name": self.borrower.name,
            "borrower_position": self.borrower.position, "borrower_unit_id": self.borrower.unit_id,
            "purpose": self.purpose, "place": self.place, "starts_on": clock.bangkok_date(self.steps[2].at),
            "due_on": self.due_on, "submitted_at": asked, "submitted_on": clock.bangkok_date(asked),
            "source": LoanSource.PAPER, "route": Route.HEAD if inside else Route.DIRECTOR,
            "route_unit_id": self.unit.id if inside else None,
            "approver_post": self.unit.post if inside else cast.director_post,
            "legal_basis": rules.legal_basis(self.place), "recorded_at": self.recorded_at,
        }  # fmt: skip

    def line(self, line_id: int, loan_id: int) -> dict[str, Any]:
        asked = self.steps[0].at
        row = self.desk.line | {
            "id": line_id, "loan_id": loan_id, "position": 1, "asset_id": self.asset_id, "unit_id": self.unit.id,
            "borrower_id": self.borrower.id, "borrower_unit_id": self.borrower.unit_id, "place": self.place,
            "source": LoanSource.PAPER, "state": self.state, "holds_asset": self.holds, "claims_period": self.holds,
            "claim_from": clock.bangkok_date(self.steps[2].at), "claim_until": self.due_on + timedelta(days=1),
            "due_on": self.due_on, "price_at_loan": self.price, "submitted_at": asked,
            "submitted_on": clock.bangkok_date(asked), "basis": rules.legal_basis(self.place),
        }  # fmt: skip
        for step in self.steps:
            row |= facts_of_step(
                step.action, by_id=step.by.id if step.by else None, at=step.at, condition=ReturnCondition.GOOD
            )
        return row

    def events(self, line_id: int) -> Iterator[dict[str, Any]]:
        state: LineState | None = None
        for step in self.steps:
            after = state_on_paper(state, step.action)
            received = step.action is LineAction.RECEIVE
            yield {"line_id": line_id, "action": step.action, "before": state, "after": after,
                   "person_id": step.by.id if step.by else None, "person_name": step.by.name if step.by else "",
                   "unit_id": self.unit.id, "occurred_at": step.at, "recorded_at": self.recorded_at,
                   "source": LoanSource.PAPER, "condition": ReturnCondition.GOOD if received else None,
                   "note": ""}  # fmt: skip
            state = after
