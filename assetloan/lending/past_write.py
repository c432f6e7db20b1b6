"""Writing past loans: loans, lines with their facts, events, due dates and audit rows, in bulk, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from assetloan import audit
from assetloan.assets.models import Asset, AssetEvent
from assetloan.assets.rules import AssetEventKind, AssetStatus, Condition, outward_number
from assetloan.core import clock
from assetloan.core.bulk import insert_rows, pieces, reserve_ids
from assetloan.core.db import db, violates
from assetloan.core.db_objects import CLAIM
from assetloan.core.errors import DomainError
from assetloan.identity.queries import UnitTree, unit_tree
from assetloan.identity.rules import Actor, Place, Role
from assetloan.identity.service import post_name
from assetloan.identity.sign_in import actor_ref
from assetloan.lending import rules
from assetloan.lending.authority.routing import director_post
from assetloan.lending.facts import facts_of_step, state_on_paper
from assetloan.lending.models import Loan, LoanDue, LoanEvent, LoanLine
from assetloan.lending.past_loans import PaperLine, PastJudgement
from assetloan.lending.past_lookup import PersonCard
from assetloan.lending.rules import LineAction, LineState, LoanSource, ReturnCondition, Route

NO_PURPOSE = "ไม่ระบุ"  # data, so in Thai: what the paper leaves out
_FACTS: dict[str, Any] = dict.fromkeys(
    ("decided_at", "decided_by_id", "decided_on", "approved", "cancelled_at", "cancelled_on", "handed_over_at",
     "handed_over_by_id", "handed_over_on", "handed_over_month", "handed_over_year", "declared_at", "first_received_at",
     "first_received_on", "first_received_month", "first_received_year", "received_at", "received_by_id", "lost_at",
     "lost_on", "closed_at", "closed_by_id", "closed_on", "closed_month", "closed_year", "condition_in",
     "price_at_loan", "standing_approval_id", "delegation_id", "withdrawn_at")
)  # fmt: skip
_TEXTS: dict[str, Any] = dict.fromkeys(("note_out", "note_in", "reason", "basis"), "")


@dataclass(frozen=True, slots=True)
class PaperStep:
    """One dated fact of a paper line."""

    action: LineAction
    at: datetime
    by: PersonCard | None = None


def steps_of(line: PaperLine) -> list[PaperStep]:
    """The facts of a row in order of time. Without a day of the request it was made when the next thing happened."""
    said = line.row.values
    approved, back, closed = (said.get(name) for name in ("approved_at", "returned_at", "closed_at"))
    requested = said.get("requested_at") or min(filter(None, (approved, line.start)))
    steps = [PaperStep(LineAction.SUBMIT, requested, line.borrower)]
    if approved is not None:
        steps.append(PaperStep(LineAction.APPROVE, approved, line.approver))
    steps.append(PaperStep(LineAction.HAND_OVER, line.start))
    if back is not None:
        steps.append(PaperStep(LineAction.RECEIVE, back))
    elif closed is not None:
        steps.append(PaperStep(LineAction.REPORT_LOST, closed))
    if closed is not None:
        steps.append(PaperStep(LineAction.APPROVE_RETURN if back is not None else LineAction.SETTLE, closed))
    return sorted(steps, key=lambda step: step.at)


def write(actor: Actor, judgement: PastJudgement, batch_id: int, batch_key: str, *, now: datetime) -> dict[str, Any]:
    """Write the judged lines. Returns what taking them back needs. Raises DomainError("import_overtaken")."""
    try:
        return _Writer(actor, judgement, batch_id, batch_key, now).run()
    except IntegrityError as error:
        if violates(error, "uq_loan_number", "loan.number_key", "uq_loan_line_holder", "loan_line.asset_id", CLAIM):
            raise DomainError("import_overtaken") from error
        raise


class _Writer:
    def __init__(self, actor: Actor, judgement: PastJudgement, batch_id: int, batch_key: str, now: datetime) -> None:
        self.actor, self.judgement, self.batch_id, self.batch_key, self.now = (
            actor, judgement, batch_id, batch_key, now
        )  # fmt: skip
        self.tree: UnitTree = unit_tree(clock.bangkok_date(now))
        self.posts: dict[tuple[Place, int], str] = {}

    def run(self) -> dict[str, Any]:
        free = self._release()
        by_loan: dict[str, list[PaperLine]] = defaultdict(list)
        for line in self.judgement.lines:
            by_loan[line.number_key].append(line)
        new = [key for key in by_loan if key not in self.judgement.known]
        ids = dict(zip(new, reserve_ids(Loan, len(new)) if new else (), strict=True))
        insert_rows(Loan, [self._loan(loan_id, by_loan[key]) for key, loan_id in ids.items()])
        line_ids = self._lines(by_loan, ids)
        for key, lines in by_loan.items():
            self._record(key, lines)
        return {"lines": line_ids, "assets": self._assets(free), "released": self.judgement.released}

    def _release(self) -> set[int]:
        """Paper lines that somebody had later hold their thing no longer. Returns the things they had held."""
        things: set[int] = set()
        for some in pieces(self.judgement.released):
            db.session.execute(
                update(LoanLine)
                .where(LoanLine.id.in_(some))
                .values(holds_asset=False, claims_period=False)
                .execution_options(synchronize_session=False)
            )
            things.update(db.session.scalars(select(LoanLine.asset_id).where(LoanLine.id.in_(some))))
        return things

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _loan(self, loan_id: int, lines: list[PaperLine]) -> dict[str, Any]:
        """The header as its lines tell it: from the first request to the last due date."""
        first = lines[0]
        submitted = min(steps_of(line)[0].at for line in lines)
        notes = dict.fromkeys(line.row.values["note"] for line in lines if "note" in line.row.values)
        purposes = (line.row.values.get("purpose") for line in lines)
        inside = first.place is Place.INSIDE
        return {
            "id": loan_id, "number": first.number, "number_key": first.number_key, "unit_id": first.asset.unit_id,
            "borrower_id": first.borrower.id, "borrower_name": first.borrower.name,
            "borrower_position": first.borrower.position, "borrower_unit_id": first.borrower_unit_id,
            "purpose": next(filter(None, purposes), NO_PURPOSE), "place": first.place, "place_detail": "", "agency": "",
            "starts_on": min(clock.bangkok_date(line.start) for line in lines),
            "due_on": max(line.due_on for line in lines), "submitted_at": submitted,
            "submitted_on": clock.bangkok_date(submitted), "source": LoanSource.PAPER,
            "route": Route.HEAD if inside else Route.DIRECTOR, "route_unit_id": first.asset.unit_id if inside else None,
            "approver_post": self._post(first), "legal_basis": rules.legal_basis(first.place),
            "recorded_by_id": self.actor.person_id, "recorded_at": self.now, "batch_id": self.batch_id,
            "note": "\n".join(notes), "withdrawn_at": None,
        }  # fmt: skip

    def _post(self, line: PaperLine) -> str:
        if line.approver is not None and line.approver.position:
            return line.approver.position
        key = (line.place, line.asset.unit_id)
        if key not in self.posts:
            inside = line.place is Place.INSIDE
            unit = self.tree.get(line.asset.unit_id)
            self.posts[key] = post_name(Role.HEAD, unit) if inside else director_post(clock.bangkok_date(self.now))
        return self.posts[key]

    def _lines(self, by_loan: dict[str, list[PaperLine]], loan_ids: dict[str, int]) -> list[int]:
        rows, events, dues, line_ids = [], [], [], []
        ids = iter(reserve_ids(LoanLine, len(self.judgement.lines)))
        for key, lines in by_loan.items():
            known = self.judgement.known.get(key)
            loan_id, before = (loan_ids[key], 0) if known is None else (known.id, known.last_position)
            for position, line in enumerate(lines, before + 1):
                line_id, steps = next(ids), steps_of(line)
                line_ids.append(line_id)
                rows.append(self._line(line, steps, line_id, loan_id, position))
                events += self._events(line, steps, line_id)
                dues += self._due(line, steps, line_id)
        insert_rows(LoanLine, rows)
        insert_rows(LoanEvent, events)
        insert_rows(LoanDue, dues)
        return line_ids

    def _line(
        self, line: PaperLine, steps: list[PaperStep], line_id: int, loan_id: int, position: int
    ) -> dict[str, Any]:
        row = _FACTS | _TEXTS
        for step in steps:
            by_id = None if step.by is None else step.by.id
            row |= facts_of_step(step.action, by_id=by_id, at=step.at, condition=line.condition)
        if line.condition not in (None, ReturnCondition.GOOD):
            row["note_in"] = line.row.values.get("note", "")
        submitted = next(step.at for step in steps if step.action is LineAction.SUBMIT)
        return row | {
            "id": line_id, "loan_id": loan_id, "position": position, "asset_id": line.asset.id,
            "unit_id": line.asset.unit_id, "borrower_id": line.borrower.id, "borrower_unit_id": line.borrower_unit_id,
            "place": line.place, "source": LoanSource.PAPER, "quantity": 1, "state": line.state,
            "holds_asset": line.holds, "claims_period": line.holds, "claim_from": clock.bangkok_date(line.start),
            "claim_until": line.due_on + timedelta(days=1), "due_on": line.due_on, "condition_out": "good",
            "submitted_at": submitted, "submitted_on": clock.bangkok_date(submitted), "version": 1,
        }  # fmt: skip

    def _events(self, line: PaperLine, steps: list[PaperStep], line_id: int) -> list[dict[str, Any]]:
        """The facts as events, in order of time; an approval that came after the hand-over changes no state."""
        events = []
        state: LineState | None = None
        for step in steps:
            after = state_on_paper(state, step.action)
            told = step.action in (LineAction.RECEIVE, LineAction.REPORT_LOST)
            events.append(
                {"line_id": line_id, "action": step.action, "before": state, "after": after,
                 "person_id": None if step.by is None else step.by.id,
                 "person_name": "" if step.by is None else step.by.name, "unit_id": line.asset.unit_id,
                 "occurred_at": step.at, "recorded_at": self.now, "source": LoanSource.PAPER,
                 "condition": line.condition if told else None, "note": ""}
            )  # fmt: skip
            state = after
        return events

    def _due(self, line: PaperLine, steps: list[PaperStep], line_id: int) -> list[dict[str, Any]]:
        """The due date as it was approved; without an approval the line's own holds."""
        approvals = [step for step in steps if step.action is LineAction.APPROVE]
        return [
            {"line_id": line_id, "due_on": line.due_on, "approved_at": step.at,
             "approved_by_id": None if step.by is None else step.by.id}
            for step in approvals
        ]  # fmt: skip

    def _record(self, key: str, lines: list[PaperLine]) -> None:
        """One audit row a loan: what it is, and what its lines are now."""
        first = lines[0]
        ref = audit.ObjectRef("loan", first.number, first.asset.unit_id)
        told = {outward_number(line.asset.asset_no, line.asset.piece): line.state.value for line in lines}
        after = {"lines": told, "borrower": first.borrower.name, "batch": self.batch_key}
        audit.record(actor_ref(self.actor), "loan.imported", ref, at=self.now, after=after)

    # --- the register ------------------------------------------------------------------------------------------------

    def _assets(self, free: set[int]) -> dict[str, Any]:
        """What the last loan of a thing means for its status; older loans mean nothing any more.

        `free` are the things that an earlier file had left waiting for the approval of their return.
        """
        changes, events, undo = [], [], {}
        for line in self.judgement.lines:
            values = _state_after(line) if line.last else {}
            if line.last and not values and line.asset.id in free and line.condition is not None:
                values = {"status": AssetStatus.AVAILABLE, "condition": Condition(line.condition.value)}
            before = {"status": line.asset.status, "condition": line.asset.condition}
            after = before | values
            if before == after:
                continue
            at = line.end or line.start
            changes.append({"b_id": line.asset.id, "b_status": after["status"], "b_condition": after["condition"]})
            undo[str(line.asset.id)] = audit.plain(before)
            events.append(
                {"asset_id": line.asset.id, "kind": AssetEventKind.STATUS, "occurred_at": at, "recorded_at": self.now,
                 "person_id": self.actor.person_id, "person_name": self.actor.name, "unit_id": line.asset.unit_id,
                 "before": audit.plain(before), "after": audit.plain(after), "reason": line.number}
            )  # fmt: skip
        if changes:
            values = {"status": bindparam("b_status"), "condition": bindparam("b_condition")}
            statement = update(Asset).where(Asset.__table__.c.id == bindparam("b_id")).values(values)
            db.session.connection().execute(statement, changes)
        insert_rows(AssetEvent, events)
        return undo


def _state_after(line: PaperLine) -> dict[str, Any]:
    """Status and condition that follow from the last loan of a thing; a return says nothing of what is today."""
    if line.state is LineState.HANDED_OVER:
        return {"status": AssetStatus.ON_LOAN}
    if line.condition is ReturnCondition.LOST and "returned_at" not in line.row.values:
        return {"status": AssetStatus.LOST, "condition": Condition.LOST}
    if line.holds and line.condition is not None:
        return {"status": AssetStatus.RETURN_PENDING, "condition": Condition(line.condition.value)}
    return {}
