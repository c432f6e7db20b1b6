"""Reads of changes: of a loan, of a line, what waits for somebody; what stands in the way of more time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from assetloan.core import text
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.core.money import Money
from assetloan.identity.models import Delegation, Person
from assetloan.identity.rules import Actor
from assetloan.lending import queries
from assetloan.lending.changing import scopes
from assetloan.lending.changing.models import LoanChange, LoanChangeLine
from assetloan.lending.changing.rules import OPEN, ChangeKind, ChangeState
from assetloan.lending.models import Loan, LoanLine, StandingApproval
from assetloan.lending.rules import LineState

MOST_PEOPLE = 20
WITH_LINES = selectinload(LoanChange.lines).joinedload(LoanChangeLine.line).joinedload(LoanLine.asset)
WITH_LOAN = joinedload(LoanChange.loan).selectinload(Loan.lines).joinedload(LoanLine.asset)


def changes_of(loan: Loan, *, lock: bool = False) -> list[LoanChange]:
    """All changes of a loan that was loaded for an actor, oldest first; with `lock` (its lines are) as they are now."""
    query = (
        select(LoanChange)
        .options(WITH_LINES, joinedload(LoanChange.new_loan))
        .where(LoanChange.loan_id == loan.id)
        .order_by(LoanChange.id)
    )
    if lock:
        query = query.execution_options(populate_existing=True)
    return list(db.session.scalars(query).unique())


def open_changes_of(loan: Loan) -> list[LoanChange]:
    """The open changes of a loan whose lines are locked."""
    query = (
        select(LoanChange)
        .options(selectinload(LoanChange.lines))
        .where(LoanChange.loan_id == loan.id, LoanChange.state.in_(OPEN))
        .order_by(LoanChange.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query).unique())


def number_of(actor: Actor, change_id: int) -> str:
    """The loan of a change within reach. Raises NotFound."""
    query = (
        select(Loan.number).join(LoanChange, LoanChange.loan_id == Loan.id).where(visible(actor))
    )  # the loan itself is then loaded, and locked, by its number
    number = db.session.scalar(query.where(LoanChange.id == change_id))
    if number is None:
        raise NotFound()
    return number


def visible(actor: Actor) -> ColumnElement[bool]:
    """Changes of loans within reach."""
    return queries.reach(actor)


def change_for(actor: Actor, change_id: int) -> LoanChange:
    """One change with its lines, its loan and that loan's lines. Raises NotFound."""
    query = (
        select(LoanChange)
        .join(Loan, Loan.id == LoanChange.loan_id)
        .options(WITH_LINES, WITH_LOAN, joinedload(LoanChange.new_loan))
        .where(visible(actor), LoanChange.id == change_id)
    )
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound()
    return found


def waiting_for_decision(actor: Actor, most: int = 500) -> list[LoanChange]:
    """The changes that wait for this person's decision, oldest first."""
    query = (
        select(LoanChange)
        .options(WITH_LINES, WITH_LOAN)
        .where(scopes.to_decide(actor))
        .order_by(LoanChange.requested_at, LoanChange.id)
        .limit(most)
    )
    return list(db.session.scalars(query).unique())


def waiting_for_acceptance(actor: Actor, most: int = 100) -> list[LoanChange]:
    """What somebody wants to pass on to this person, oldest first."""
    query = (
        select(LoanChange)
        .options(WITH_LINES, WITH_LOAN)
        .where(scopes.to_accept(actor))
        .order_by(LoanChange.requested_at, LoanChange.id)
        .limit(most)
    )
    return list(db.session.scalars(query).unique())


def counting(clause: ColumnElement[bool]) -> Select[int]:
    """How many changes, as a query that goes into one statement with others."""
    return select(func.count()).select_from(LoanChange).where(clause)


def open_by_line(line_ids: Iterable[int]) -> dict[int, LoanChange]:
    """The open change of each of these lines (lines that were loaded for the actor)."""
    wanted = list(line_ids)
    if not wanted:
        return {}
    query = (
        select(LoanChangeLine.line_id, LoanChange)
        .join(LoanChange, LoanChange.id == LoanChangeLine.change_id)
        .where(LoanChangeLine.line_id.in_(wanted), LoanChangeLine.open)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def extensions_given(line_ids: Iterable[int]) -> dict[int, int]:
    """How many extensions each of these lines has had; 0 is left out."""
    wanted = list(line_ids)
    if not wanted:
        return {}
    query = (
        select(LoanChangeLine.line_id, func.count())
        .join(LoanChange, LoanChange.id == LoanChangeLine.change_id)
        .where(
            LoanChangeLine.line_id.in_(wanted),
            LoanChangeLine.dropped_at.is_(None),
            LoanChange.kind == ChangeKind.EXTENSION,
            LoanChange.state == ChangeState.APPROVED,
        )
        .group_by(LoanChangeLine.line_id)
    )
    return {line_id: int(count) for line_id, count in db.session.execute(query)}


@dataclass(frozen=True, slots=True)
class InTheWay:
    """The next claim of somebody else on a thing: from when, and whether it is approved yet."""

    asset_id: int
    starts_on: date
    approved: bool


def in_the_way(lines: Sequence[LoanLine], until: date | None = None) -> list[InTheWay]:
    """Claims of others on these things after the present loan, up to a day; earliest first."""
    others = and_(
        LoanLine.asset_id.in_([line.asset_id for line in lines]),
        LoanLine.id.not_in([line.id for line in lines]),
        LoanLine.claims_period,
        LoanLine.withdrawn_at.is_(None),
    )
    query = select(LoanLine.asset_id, LoanLine.claim_from, LoanLine.state).where(others)
    if until is not None:
        query = query.where(LoanLine.claim_from < until + timedelta(days=1))
    rows = db.session.execute(query.order_by(LoanLine.claim_from, LoanLine.id))
    return [InTheWay(asset_id, starts_on, state is not LineState.SUBMITTED) for asset_id, starts_on, state in rows]


def transferred_from(loan: Loan) -> str | None:
    """The number of the loan that this one continues under another borrower."""
    query = select(Loan.number).join(LoanChange, LoanChange.loan_id == Loan.id).where(LoanChange.new_loan_id == loan.id)
    return db.session.scalar(query)


def receivers(actor: Actor, words: str, most: int = MOST_PEOPLE) -> list[Person]:
    """People who could take a thing over: active, with a unit and a sign-in, by part of their name; never oneself.

    Those of one's own unit stand first.
    """
    wanted = text.search_key(words)
    if not wanted:
        return []
    query = (
        select(Person)
        .where(
            Person.active,
            Person.withdrawn_at.is_(None),
            Person.unit_id.is_not(None),
            Person.username.is_not(None),
            Person.id != (actor.person_id or 0),
            Person.name_key.contains(wanted, autoescape=True),
        )
        .order_by(Person.unit_id != (actor.unit_id or 0), Person.name_key, Person.id)
        .limit(most)
    )
    return list(db.session.scalars(query))


def order_of(line: LoanLine) -> tuple[Money | None, int | None]:
    """The limits of the orders under which a line was approved: the value of a delegation, the one thing of a standing
    approval.
    """
    query = (
        select(Delegation.most_value, StandingApproval.asset_id)
        .select_from(LoanLine)
        .outerjoin(Delegation, Delegation.id == LoanLine.delegation_id)
        .outerjoin(StandingApproval, StandingApproval.id == LoanLine.standing_approval_id)
        .where(LoanLine.id == line.id)
    )
    most_value, only_asset = db.session.execute(query).one()
    return most_value, only_asset
