"""The desk: handing over, the borrower's word that a thing is back, receiving with condition, chasing, expiry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assetloan.assets.rules import AssetStatus
from assetloan.core import clock, text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, FieldError, Invalid, invalid
from assetloan.documents.files import add_file
from assetloan.identity.posts import holders_of
from assetloan.identity.rules import Actor, Permission, Role
from assetloan.lending import moves, queries, rules
from assetloan.lending.authority.letters import require_letter
from assetloan.lending.changing.deciding import overtake
from assetloan.lending.chasing.models import Chase
from assetloan.lending.models import Compensation, Loan, LoanLine
from assetloan.lending.moves import LoanAct
from assetloan.lending.rules import LineAction, LineState, ReturnCondition
from assetloan.lending.settling import checklist
from assetloan.lending.settling.rules import Stage
from assetloan.notices import outbox

# By when a picture was taken: before the thing went out, when it came back.
PHOTO_OUT, PHOTO_IN = "loan_line_out", "loan_line"


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A photo whose bytes lie in the store already (file first, then the row)."""

    sha256: str
    size: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One thing that came back: which, in what condition, what was seen."""

    asset: str
    condition: ReturnCondition
    note: str = ""
    photos: tuple[StoredPhoto, ...] = ()
    missing: tuple[str, ...] | None = None  # pieces that did not come back; None: nobody counted


@dataclass(frozen=True, slots=True)
class GoingOut:
    """How one thing was when it went out: pieces that are missing, pictures of it."""

    asset: str
    missing: tuple[str, ...] = ()
    photos: tuple[StoredPhoto, ...] = ()


def hand_over_loan(actor: Actor, act: LoanAct, looked_at: Sequence[GoingOut] = (), *, now: datetime) -> Loan:
    """Give the approved things to the borrower; `reason` notes condition or what is missing.

    `looked_at` says of each thing whose pieces were counted what is missing, with pictures.

    Raises NotFound, Forbidden, DomainError: invalid_transition, asset_not_available, loan_not_started, loan_past_due.
    """
    loan = queries.loan_for(actor, act.number, lock=True)
    actor.require(Permission.LOAN_HAND_OVER, unit_id=loan.unit_id)
    moves.check_person(actor, loan, LineAction.HAND_OVER, now=now)
    note = _note(act.reason)
    lines = moves.fitting(loan, act.lines, LineAction.HAND_OVER)
    moves.lock_assets(lines)
    require_letter(loan, clock.bangkok_date(now))
    for line in lines:
        if line.asset.status is not AssetStatus.AVAILABLE:
            raise DomainError("asset_not_available", asset=line.asset.number, status=line.asset.status.value)
        line.condition_out = line.asset.condition.value
        moves.move(actor, loan, line, LineAction.HAND_OVER, now=now, note=note)
    missing = _going_out(actor, loan, looked_at, lines, now=now)
    moves.record(actor, loan, "handed_over", lines, now=now, note=note, **({"missing": missing} if missing else {}))
    outbox.put("loan.handed_over", to=[loan.borrower_id], about=loan.ref, at=now, occurrence=now.isoformat())
    return loan


def _going_out(
    actor: Actor, loan: Loan, looked_at: Sequence[GoingOut], lines: Sequence[LoanLine], *, now: datetime
) -> dict[str, tuple[str, ...]]:
    """Count pieces and keep pictures of what goes out. Returns what is missing by asset number."""
    going, missing = {line.id for line in lines}, {}
    for item in looked_at:
        line = moves.named_lines(loan, [item.asset])[0]
        if line.id not in going:
            continue
        gone = checklist.record(actor, line, Stage.OUT, item.missing, now=now)
        _keep_photos(actor, loan, line, item.photos, PHOTO_OUT, now=now)
        if gone:
            missing[line.asset.number] = gone
    return missing


def declare_return(actor: Actor, act: LoanAct, *, now: datetime) -> Loan:
    """The borrower says that things are back and where. Raises NotFound, Forbidden, DomainError."""
    loan = queries.loan_for(actor, act.number, lock=True)
    actor.require(Permission.RETURN_DECLARE, unit_id=loan.unit_id, owner_id=loan.borrower_id)
    lines = moves.fitting(loan, act.lines, LineAction.DECLARE_RETURN)
    note = _note(act.reason)
    for line in lines:
        moves.move(actor, loan, line, LineAction.DECLARE_RETURN, now=now, note=note)
    overtake(actor, loan, lines, now=now)
    moves.record(actor, loan, "return_declared", lines, now=now, note=note)
    officers = holders_of(Role.OFFICER, loan.unit_id, clock.bangkok_date(now))
    outbox.put("loan.return_declared", to=[p.id for p in officers], about=loan.ref, at=now, occurrence=now.isoformat())
    return loan


def receive_lines(actor: Actor, number: str, receipts: Sequence[Receipt], *, now: datetime) -> Loan:
    """Take things back, each with its condition; not good opens a compensation (ข้อ 209).

    `lost` sets no received time. Raises NotFound, Forbidden, Invalid, DomainError.
    """
    loan = queries.loan_for(actor, number, lock=True)
    actor.require(Permission.LOAN_RECEIVE, unit_id=loan.unit_id)
    moves.check_person(actor, loan, LineAction.RECEIVE, now=now)
    if not receipts:
        raise invalid("lines", "assets_required")
    lines = {id(item): moves.named_lines(loan, [item.asset])[0] for item in receipts}
    if len({line.id for line in lines.values()}) < len(receipts):
        raise invalid("lines", "asset_twice")
    _check_notes(receipts)
    moves.lock_assets(lines.values())
    done: list[LoanLine] = []
    for item in sorted(receipts, key=lambda item: lines[id(item)].asset_id):
        line = lines[id(item)]
        _receive_one(actor, loan, line, item, now=now)
        done.append(line)
    overtake(actor, loan, done, now=now)
    moves.record(
        actor,
        loan,
        "received",
        done,
        now=now,
        conditions={line.asset.number: line.condition_in for line in done if line.condition_in},
    )
    outbox.put("loan.received", to=[loan.borrower_id], about=loan.ref, at=now, occurrence=now.isoformat())
    return loan


def _check_notes(receipts: Sequence[Receipt]) -> None:
    faults = [
        FieldError("note", "note_required", {"asset": item.asset})
        for item in receipts
        if item.condition is not ReturnCondition.GOOD and not (text.clean(item.note) or item.photos or item.missing)
    ]
    faults += [
        FieldError("note", "too_long", {"most": rules.LONGEST_NOTE})
        for item in receipts
        if len(item.note) > rules.LONGEST_NOTE
    ]
    if faults:
        raise Invalid(*faults)


def _receive_one(actor: Actor, loan: Loan, line: LoanLine, item: Receipt, *, now: datetime) -> None:
    lost = item.condition is ReturnCondition.LOST
    gone = checklist.not_back(line, item.missing or ())
    if gone and item.condition is ReturnCondition.GOOD:
        raise invalid("missing", "missing_is_incomplete", asset=line.asset.number, pieces=", ".join(gone))
    action = LineAction.REPORT_LOST if lost else LineAction.RECEIVE
    moves.move(
        actor,
        loan,
        line,
        action,
        now=now,
        note=checklist.note_with(text.clean_multiline(item.note), gone),
        condition=item.condition,
        has_photo=bool(item.photos),
    )
    if item.missing is not None:
        checklist.record(actor, line, Stage.IN, item.missing, now=now)
    _keep_photos(actor, loan, line, item.photos, PHOTO_IN, now=now)
    if item.condition is not ReturnCondition.GOOD:
        db.session.add(Compensation(line_id=line.id, unit_id=line.unit_id, condition=item.condition, opened_at=now))
        db.session.flush()


def _keep_photos(
    actor: Actor, loan: Loan, line: LoanLine, photos: Sequence[StoredPhoto], object_type: str, *, now: datetime
) -> None:
    for photo in photos:
        add_file(
            photo.sha256,
            size=photo.size,
            mime="image/jpeg",
            name=f"{loan.number}.jpg",
            kind="photo",
            unit_id=line.unit_id,
            object_type=object_type,
            object_key=str(line.id),
            person_id=actor.person_id,
            at=now,
            description=text.clean(photo.description),
        )


def record_chase(actor: Actor, act: LoanAct, how: str, *, now: datetime) -> int:
    """Note that the lender reminded the borrower (ข้อ 211). Returns how many lines it covers.

    Raises NotFound, Forbidden, Invalid, DomainError("nothing_overdue").
    """
    loan = queries.loan_for(actor, act.number, lock=True)
    actor.require(Permission.LOAN_RECEIVE, unit_id=loan.unit_id)
    if not text.clean(how):
        raise invalid("how", "required")
    today = clock.bangkok_date(now)
    lines = [line for line in loan.lines if line.state in rules.OUT and line.due_on < today]
    if not lines:
        raise DomainError("nothing_overdue")
    db.session.add_all(
        Chase(
            line_id=line.id,
            unit_id=line.unit_id,
            chased_at=now,
            chased_on=today,
            person_id=actor.person_id,
            how=text.clean(how)[:100],
            note=_note(act.reason),
        )
        for line in lines
    )
    moves.record(actor, loan, "chased", lines, now=now, how=text.clean(how)[:100])
    outbox.put("loan.chased", to=[loan.borrower_id], about=loan.ref, at=now, occurrence=today.isoformat())
    return len(lines)


def expire_loan(actor: Actor, act: LoanAct, *, now: datetime) -> Loan:
    """End what was never decided or never collected, after its due date. Raises NotFound, Forbidden, DomainError."""
    loan = queries.loan_for(actor, act.number, lock=True)
    actor.require(Permission.LOAN_HAND_OVER, unit_id=loan.unit_id)
    lines = moves.fitting(loan, act.lines, LineAction.EXPIRE)
    for line in lines:
        moves.move(actor, loan, line, LineAction.EXPIRE, now=now, note=_note(act.reason))
    moves.record(actor, loan, "expired", lines, now=now)
    outbox.put("loan.expired", to=[loan.borrower_id], about=loan.ref, at=now)
    return loan


def _note(reason: str) -> str:
    cleaned = text.clean_multiline(reason)
    if len(cleaned) > rules.LONGEST_NOTE:
        raise invalid("reason", "too_long", most=rules.LONGEST_NOTE)
    return cleaned


def could_be_received(line: LoanLine) -> bool:
    """Is this line one that the desk can take back now?"""
    return (line.state, LineAction.RECEIVE) in rules.TRANSITIONS and line.state is not LineState.CLOSED
