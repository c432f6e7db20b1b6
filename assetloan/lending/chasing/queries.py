"""What is overdue and how it was chased, within the reader's units; what a borrower has to bring back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from assetloan.core import settings
from assetloan.core.db import db
from assetloan.identity.models import Delegation, Person, RoleGrant
from assetloan.identity.rules import Actor, Permission
from assetloan.lending.chasing.models import Chase
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.queries import LINE_VIEW
from assetloan.lending.rules import LineState
from assetloan.notices.models import Notice
from assetloan.notices.rules import TOLD_WITHIN

ESCALATED = "loan.escalated"


def chase_days(today: date) -> int:
    """The days that the regulation gives the lender."""
    return settings.number("chase_days", today)


def overdue(today: date) -> ColumnElement[bool]:
    """WHERE of things that should be back and that nobody said are back."""
    return and_(LoanLine.withdrawn_at.is_(None), LoanLine.state == LineState.HANDED_OVER, LoanLine.due_on < today)


@dataclass(frozen=True, slots=True)
class Chased:
    """The reminders of a line so far."""

    count: int = 0
    first_on: date | None = None
    last_on: date | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class OverdueList:
    """Overdue things of the units whose loans the actor looks after, longest overdue first; one's own are left out."""

    actor: Actor
    today: date
    unit_id: int | None = None
    escalated: bool = False

    def _where(self) -> list[ColumnElement[bool]]:
        clauses = [overdue(self.today), LoanLine.borrower_id != (self.actor.person_id or 0)]
        scope = self.actor.scope(Permission.LOAN_VIEW)
        if not scope.everything:
            clauses.append(LoanLine.unit_id.in_(scope.units))
        if self.unit_id is not None:
            clauses.append(LoanLine.unit_id == self.unit_id)
        if self.escalated:
            clauses.append(LoanLine.due_on < self.today - timedelta(days=chase_days(self.today)))
        return clauses

    def select(self) -> Select[LoanLine]:
        query = select(LoanLine).options(*LINE_VIEW).where(*self._where())
        return query.order_by(LoanLine.due_on, LoanLine.loan_id, LoanLine.position)

    def count(self) -> int:
        return db.session.scalar(select(func.count()).select_from(LoanLine).where(*self._where())) or 0

    def page(self, number: int, per_page: int) -> list[LoanLine]:
        return list(db.session.scalars(self.select().limit(per_page).offset((number - 1) * per_page)).unique())


def looks_after(actor: Actor) -> bool:
    """Does this person see the loans of any unit, beyond their own?"""
    scope = actor.scope(Permission.LOAN_VIEW)
    return scope.everything or bool(scope.units)


def chases_of(line_ids: Iterable[int]) -> dict[int, Chased]:
    """The reminders of lines that were loaded for the actor."""
    wanted = list(line_ids)
    found: dict[int, Chased] = {}
    if not wanted:
        return found
    query = select(Chase).where(Chase.line_id.in_(wanted)).order_by(Chase.chased_on, Chase.id)
    for row in db.session.scalars(query):
        before = found.get(row.line_id, Chased())
        found[row.line_id] = Chased(before.count + 1, before.first_on or row.chased_on, row.chased_on, row.how)
    return found


def records_of(line_ids: Iterable[int]) -> list[Chase]:
    """Every reminder of lines that were loaded for the actor, in order."""
    query = select(Chase).where(Chase.line_id.in_(list(line_ids))).order_by(Chase.chased_at, Chase.id)
    return list(db.session.scalars(query))


def contacts(people: Iterable[int]) -> dict[int, str]:
    """How the desk reaches the borrowers of lines that were loaded for the actor: telephone, else e-mail."""
    wanted = select(Person.id, Person.phone, Person.email).where(Person.id.in_(set(people)))
    return {row.id: row.phone or row.email for row in db.session.execute(wanted)}


def unchased(actor: Actor, today: date) -> tuple[int, date | None]:
    """How many things this desk still has to chase, and the nearest last day (ข้อ 211)."""
    scope = actor.scope(Permission.LOAN_RECEIVE)
    days = timedelta(days=chase_days(today))
    clauses = [overdue(today), LoanLine.due_on >= today - days, LoanLine.borrower_id != (actor.person_id or 0)]
    if not scope.everything:
        clauses.append(LoanLine.unit_id.in_(scope.units))
    chased = select(Chase.id).where(Chase.line_id == LoanLine.id).exists()
    row = db.session.execute(select(func.count(), func.min(LoanLine.due_on)).where(*clauses, ~chased)).one()
    return int(row[0]), (row[1] + days if row[1] is not None else None)


# --- for the post ---------------------------------------------------------------------------------------------------


def borrowed_by(person_id: int, until: date) -> list[LoanLine]:
    """What a person has and must bring back by a day, by due date (their own things)."""
    query = (
        select(LoanLine)
        .options(*LINE_VIEW)
        .where(
            LoanLine.withdrawn_at.is_(None),
            LoanLine.borrower_id == person_id,
            LoanLine.state == LineState.HANDED_OVER,
            LoanLine.due_on <= until,
        )
        .order_by(LoanLine.due_on, LoanLine.id)
    )
    return list(db.session.scalars(query).unique())


def to_collect(person_id: int, today: date) -> list[LoanLine]:
    """What was booked by a person before and may be collected from today on (their own things)."""
    query = (
        select(LoanLine)
        .options(*LINE_VIEW)
        .where(
            LoanLine.withdrawn_at.is_(None),
            LoanLine.borrower_id == person_id,
            LoanLine.state == LineState.APPROVED,
            LoanLine.claim_from == today,
            LoanLine.decided_on < today,
        )
        .order_by(LoanLine.due_on, LoanLine.id)
    )
    return list(db.session.scalars(query).unique())


def to_be_told(today: date, at: datetime, until: date) -> set[int]:
    """Everybody for whom there may be something: borrowers with things due, holders of posts, people with news."""
    due = select(LoanLine.borrower_id).where(
        LoanLine.withdrawn_at.is_(None), LoanLine.state == LineState.HANDED_OVER, LoanLine.due_on <= until
    )
    ready = select(LoanLine.borrower_id).where(
        LoanLine.withdrawn_at.is_(None), LoanLine.state == LineState.APPROVED, LoanLine.claim_from == today
    )
    news = select(Notice.person_id).where(_untold(at))
    posts = select(RoleGrant.person_id).where(
        RoleGrant.valid_from <= today, or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= today)
    )
    orders = select(Delegation.to_person_id).where(
        Delegation.revoked_at.is_(None), Delegation.valid_from <= today, Delegation.valid_until >= today
    )
    return {row[0] for query in (due, ready, news, posts, orders) for row in db.session.execute(query.distinct())}


def _untold(at: datetime) -> ColumnElement[bool]:
    return and_(Notice.told_at.is_(None), Notice.seen_at.is_(None), Notice.created_at >= at - TOLD_WITHIN)


def news_for(person_id: int, at: datetime) -> list[Notice]:
    """What a person was told on the home page lately, has not put aside, and no message carried; newest first."""
    query = select(Notice).where(_untold(at), Notice.person_id == person_id, Notice.created_at <= at)
    return list(db.session.scalars(query.order_by(Notice.id.desc()).limit(200)))


def loans_named(numbers: Iterable[str]) -> dict[str, Loan]:
    """The loans that a person's own notices are about, by number."""
    query = (
        select(Loan)
        .options(selectinload(Loan.lines).joinedload(LoanLine.asset))
        .where(Loan.number.in_(set(numbers)), Loan.withdrawn_at.is_(None))
    )
    return {loan.number: loan for loan in db.session.scalars(query)}


def person_with_grants(person_id: int) -> Person | None:
    """The person of a digest, to know what waits for their posts."""
    query = select(Person).options(selectinload(Person.grants)).where(Person.id == person_id, Person.active)
    return db.session.scalars(query).one_or_none()


# --- escalation -----------------------------------------------------------------------------------------------------


def past_the_days(today: date) -> list[LoanLine]:
    """Things whose days for chasing are over, of all units, for the tick."""
    late = LoanLine.due_on < today - timedelta(days=chase_days(today))
    query = select(LoanLine).options(joinedload(LoanLine.loan), joinedload(LoanLine.asset)).where(overdue(today), late)
    return list(db.session.scalars(query.order_by(LoanLine.loan_id, LoanLine.id)).unique())


def lines_to_escalate(line_ids: Sequence[int], today: date) -> list[LoanLine]:
    """Of these lines those that are still out, for the tick; read again in its transaction."""
    query = select(LoanLine).options(joinedload(LoanLine.loan), joinedload(LoanLine.asset))
    return list(db.session.scalars(query.where(LoanLine.id.in_(line_ids), overdue(today))).unique())


def escalated_already(numbers: Iterable[str]) -> set[tuple[str, str]]:
    """Which escalations of these loans were told before: number and the due day it was about."""
    wanted = sorted(set(numbers))
    found: set[tuple[str, str]] = set()
    for start in range(0, len(wanted), 500):
        some = Notice.about_key.in_(wanted[start : start + 500])
        known = select(Notice.about_key, Notice.dedupe_key).where(Notice.event == ESCALATED, some).distinct()
        found |= {(number, key.rsplit(":", 2)[-2]) for number, key in db.session.execute(known)}
    return found
