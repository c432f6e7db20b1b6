"""Who answers for a loan beside its borrower: an official for a contractor, an official's guest from outside.

A contractor is no official of the state, so an official of the unit answers with them. A private person borrows only
through an official, for use inside the premises and only when the agency's setting allows it (ข้อ 207, 208 (2)); the
head of the agency decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from assetloan.core import settings, text
from assetloan.core.db import db
from assetloan.core.errors import FieldError
from assetloan.identity.models import Person
from assetloan.identity.rules import Place
from assetloan.lending.authority.models import LoanParty

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Parties:
    """What a request says of others: the official's user name or ~ID; the outsider's name and how to reach them."""

    responsible: str = ""
    outsider: str = ""
    outsider_contact: str = ""


def officials_of(unit_id: int | None, but: int | None) -> list[Person]:
    """Who may answer for a contractor of a unit: its own people who are not contractors, in order of name."""
    query = (
        select(Person)
        .where(Person.active, Person.unit_id == unit_id, ~Person.contractor, Person.id != (but or 0))
        .order_by(Person.name_key, Person.id)
    )
    return list(db.session.scalars(query))


def outsiders_allowed(today: date) -> bool:
    """May an official borrow for a private person?"""
    return settings.flag("outsiders_may_borrow", today)


def judge(borrower: Person, given: Parties, place: Place, today: date) -> tuple[LoanParty | None, list[FieldError]]:
    """The party of a request, and what is wrong with what was given. None: the borrower answers alone."""
    faults: list[FieldError] = []
    official = _official(borrower, given.responsible, faults)
    outsider, contact = text.clean(given.outsider), text.clean(given.outsider_contact)
    if outsider or contact:
        _judge_outsider(borrower, outsider, contact, place, today, faults)
    if faults or (official is None and not outsider):
        return None, faults
    party = LoanParty(outsider=outsider, outsider_contact=contact)
    if official is not None:
        party.responsible_id = official.id
        party.responsible_name, party.responsible_position = official.name, official.position
    return party, []


def _official(borrower: Person, key: str, faults: list[FieldError]) -> Person | None:
    if not borrower.contractor:
        return None
    wanted = text.clean(key)
    if not wanted:
        faults.append(FieldError("responsible", "responsible_required"))
        return None
    found = next((person for person in officials_of(borrower.unit_id, borrower.id) if person.key == wanted), None)
    if found is None:
        faults.append(FieldError("responsible", "responsible_unknown", {"value": wanted}))
    return found


def _judge_outsider(
    borrower: Person, outsider: str, contact: str, place: Place, today: date, faults: list[FieldError]
) -> None:
    if not outsiders_allowed(today):
        faults.append(FieldError("outsider", "outsiders_not_allowed"))
    elif borrower.contractor:
        faults.append(FieldError("outsider", "outsider_needs_official"))
    elif place is not Place.INSIDE:
        faults.append(FieldError("place", "outsider_inside_only"))
    if not outsider:
        faults.append(FieldError("outsider", "required"))
    if not contact:
        faults.append(FieldError("outsider_contact", "outsider_contact_required"))
    faults += [
        FieldError(field, "too_long", {"most": LONGEST})
        for field, value in (("outsider", outsider), ("outsider_contact", contact))
        if len(value) > LONGEST
    ]


def party_of(loan_id: int) -> LoanParty | None:
    """Who answers for a loan beside its borrower."""
    return db.session.get(LoanParty, loan_id)


def parties_of(loan_ids: Sequence[int]) -> dict[int, LoanParty]:
    """The same for a page of loans, in one statement."""
    rows = db.session.scalars(select(LoanParty).where(LoanParty.loan_id.in_(loan_ids)))
    return {row.loan_id: row for row in rows}
