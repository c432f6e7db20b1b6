"""The letter of the agency that borrows [หนังสือขอยืม]: number, day, signer and its scan (ข้อ 208 (1))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from assetloan.assets.care.papers import Paper
from assetloan.core import clock, settings, text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, FieldError, Forbidden, Invalid, NotFound
from assetloan.documents.files import File, add_file
from assetloan.identity.rules import Actor, Permission, Place
from assetloan.lending import moves, queries
from assetloan.lending.authority.models import AgencyLetter
from assetloan.lending.models import Loan

OBJECT = "agency_letter"
LONGEST = 200


@dataclass(frozen=True, slots=True)
class LetterData:
    """A letter as it came in."""

    number: str
    dated_on: date
    signer: str = ""
    paper: Paper | None = None


def may_file(actor: Actor, loan: Loan) -> bool:
    """The borrower, the desk of the owning unit and the Secretariat may put the letter on file."""
    if loan.place is not Place.AGENCY or not actor.writes:
        return False
    own = loan.borrower_id == actor.person_id
    desk = actor.may(Permission.LOAN_HAND_OVER, unit_id=loan.unit_id)
    return own or desk or actor.may(Permission.RETURN_APPROVE, unit_id=loan.unit_id)


def file_letter(actor: Actor, number: str, data: LetterData, *, now: datetime) -> AgencyLetter:
    """Put a letter on file; a later one counts, both are kept. Raises NotFound, Forbidden, Invalid, DomainError."""
    loan = queries.loan_for(actor, number, lock=True)
    if loan.place is not Place.AGENCY:
        raise DomainError("letter_not_needed")
    if not may_file(actor, loan):
        raise Forbidden()
    _check(data, clock.bangkok_date(now))
    row = AgencyLetter(
        loan_id=loan.id,
        number=text.clean(data.number),
        dated_on=data.dated_on,
        signer=text.clean(data.signer),
        recorded_by_id=actor.person_id,
        recorded_at=now,
    )
    if data.paper is not None:
        row.file_id = add_file(
            data.paper.sha256,
            size=data.paper.size,
            mime=data.paper.mime,
            name=data.paper.name,
            kind="letter",
            unit_id=loan.unit_id,
            object_type=OBJECT,
            object_key=loan.number,
            person_id=actor.person_id,
            at=now,
            description=row.number,
        ).id
    db.session.add(row)
    db.session.flush()
    moves.record(actor, loan, "letter_filed", [], now=now, letter=row.number, dated_on=row.dated_on)
    return row


def _check(data: LetterData, today: date) -> None:
    faults = []
    if not text.clean(data.number):
        faults.append(FieldError("number", "required"))
    faults += [
        FieldError(field, "too_long", {"most": LONGEST})
        for field, value in (("number", data.number), ("signer", data.signer))
        if len(text.clean(value)) > LONGEST
    ]
    if data.dated_on > today:
        faults.append(FieldError("dated_on", "letter_in_future"))
    if faults:
        raise Invalid(*faults)


def letter_of(loan: Loan) -> AgencyLetter | None:
    """The letter that counts, with its file."""
    query = (
        select(AgencyLetter)
        .options(joinedload(AgencyLetter.file))
        .where(AgencyLetter.loan_id == loan.id)
        .order_by(AgencyLetter.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def without_letter(loans: Sequence[Loan]) -> set[int]:
    """Of these loans, those to another agency that have no letter yet, in one statement."""
    asked = [loan.id for loan in loans if loan.place is Place.AGENCY]
    if not asked:
        return set()
    rows = db.session.scalars(
        select(AgencyLetter.loan_id).where(AgencyLetter.loan_id.in_(asked)).group_by(AgencyLetter.loan_id)
    )
    return set(asked) - set(rows)


def require_letter(loan: Loan, today: date) -> None:
    """Where the agency's setting asks for it, nothing goes to another agency without its letter.

    Raises DomainError("letter_missing").
    """
    if loan.place is not Place.AGENCY or not settings.flag("agency_letter_required", today):
        return
    count = select(func.count()).select_from(AgencyLetter).where(AgencyLetter.loan_id == loan.id)
    if not db.session.scalar(count):
        raise DomainError("letter_missing")


def sees_letter(actor: Actor, file: File) -> bool:
    """A letter is read by whoever may see its loan."""
    try:
        queries.loan_for(actor, file.object_key)
    except NotFound:
        return False
    return True
