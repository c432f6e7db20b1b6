"""Lists for pages: what I borrowed before, what an approver should know of a borrower, the desk's day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from assetloan.assets import queries as register
from assetloan.assets.models import Asset
from assetloan.core.db import db
from assetloan.identity.models import Person
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import rules
from assetloan.lending.changing import scopes
from assetloan.lending.changing.queries import counting as counting_changes
from assetloan.lending.chasing.models import Chase
from assetloan.lending.models import Compensation, Loan, LoanEvent, LoanLine
from assetloan.lending.queries import LINE_VIEW, LineList, counting_decisions, reach
from assetloan.lending.rules import CompensationState, LineAction, LineState

OPEN = rules.WAITING | rules.OUT


def my_open_lines(actor: Actor) -> list[LoanLine]:
    """What I have or wait for, by due date."""
    return LineList(actor, Permission.LOAN_VIEW, frozenset(OPEN), borrower_id=actor.person_id or 0).all()


@dataclass(frozen=True, slots=True)
class MyPast:
    """What I gave back or never got, newest first."""

    actor: Actor

    def _where(self) -> list[ColumnElement[bool]]:
        return [
            LoanLine.borrower_id == (self.actor.person_id or 0),
            LoanLine.withdrawn_at.is_(None),
            LoanLine.state.not_in(OPEN),
        ]

    def count(self) -> int:
        return db.session.scalar(select(func.count()).select_from(LoanLine).where(*self._where())) or 0

    def page(self, number: int, per_page: int) -> list[LoanLine]:
        query = (
            select(LoanLine)
            .options(*LINE_VIEW)
            .where(*self._where())
            .order_by(LoanLine.id.desc())
            .limit(per_page)
            .offset((number - 1) * per_page)
        )
        return list(db.session.scalars(query).unique())


@dataclass(frozen=True, slots=True)
class Record:
    """How a borrower kept their dates so far."""

    late: int = 0
    overdue: int = 0


def records_of(borrowers: Iterable[int], today: date) -> dict[int, Record]:
    """Late returns and things overdue now, by borrower; for those who decide about their requests."""
    wanted = sorted(set(borrowers))
    if not wanted:
        return {}
    late = func.sum(_one_if(LoanLine.first_received_on > LoanLine.due_on))
    overdue = func.sum(_one_if(and_(LoanLine.state.in_(rules.OUT), LoanLine.due_on < today)))
    query = (
        select(LoanLine.borrower_id, late, overdue)
        .where(LoanLine.borrower_id.in_(wanted), LoanLine.withdrawn_at.is_(None), LoanLine.handed_over_at.is_not(None))
        .group_by(LoanLine.borrower_id)
    )
    return {row[0]: Record(int(row[1] or 0), int(row[2] or 0)) for row in db.session.execute(query)}


def _one_if(clause: ColumnElement[bool]) -> ColumnElement[int]:
    return case((clause, 1), else_=0)


def to_receive(actor: Actor, today: date) -> tuple[list[LoanLine], list[LoanLine]]:
    """What the desk takes back: what borrowers declared or was sent back first, then what is due or overdue."""
    states = frozenset({LineState.RETURN_DECLARED, LineState.SENT_BACK, LineState.HANDED_OVER})
    lines = LineList(actor, Permission.LOAN_RECEIVE, states).all()
    declared = [line for line in lines if line.state is not LineState.HANDED_OVER]
    return declared, [line for line in lines if line.state is LineState.HANDED_OVER and line.due_on <= today]


def waiting_line_of(
    actor: Actor, reference: str, permission: Permission, states: frozenset[LineState]
) -> LoanLine | None:
    """The line of a scanned thing that is in one of these states and within the actor's permission."""
    asset = register.by_reference(actor, reference)
    query = LineList(actor, permission, states).select().where(LoanLine.asset_id == asset.id)
    return db.session.scalars(query).unique().first()


def in_basket(actor: Actor, asset_ids: Iterable[int]) -> dict[int, Asset]:
    """The things of a basket that are still within reach, by id."""
    wanted = list(asset_ids)
    if not wanted:
        return {}
    query = select(Asset).options(joinedload(Asset.category)).where(register.reach(actor), Asset.id.in_(wanted))
    return {asset.id: asset for asset in db.session.scalars(query).unique()}


def last_decision(actor: Actor) -> LoanEvent | None:
    """The last time this person decided a request (what an empty inbox says)."""
    query = (
        select(LoanEvent)
        .where(
            LoanEvent.person_id == (actor.person_id or 0),
            or_(LoanEvent.action == LineAction.APPROVE, LoanEvent.action == LineAction.REJECT),
        )
        .order_by(LoanEvent.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).first()


def names(people: Iterable[int | None]) -> dict[int, str]:
    """The names of people who acted on loans that the reader may see."""
    wanted = {person for person in people if person is not None}
    if not wanted:
        return {}
    return {row[0]: row[1] for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))}


def declared_at(line_ids: Iterable[int]) -> dict[int, str]:
    """Where borrowers said they put things, by line (lines that were loaded for the actor)."""
    wanted = list(line_ids)
    if not wanted:
        return {}
    query = (
        select(LoanEvent.line_id, LoanEvent.note)
        .where(LoanEvent.line_id.in_(wanted), LoanEvent.action == LineAction.DECLARE_RETURN)
        .order_by(LoanEvent.id)
    )
    return {line_id: note for line_id, note in db.session.execute(query) if note}


def last_chases(line_ids: Iterable[int]) -> dict[int, date]:
    """The day of the last reminder, by line (lines that were loaded for the actor)."""
    wanted = list(line_ids)
    if not wanted:
        return {}
    query = select(Chase.line_id, func.max(Chase.chased_on)).where(Chase.line_id.in_(wanted)).group_by(Chase.line_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits for a person, by kind of work; 0 where they have nothing to do."""

    approvals: int = 0
    hand_over: int = 0
    receive: int = 0
    overdue: int = 0
    returns: int = 0
    compensations: int = 0
    accepts: int = 0


def counts(actor: Actor, today: date) -> Counts:
    """Everything that waits for this person, in one statement; none for those who only borrow."""
    asked: dict[str, Select[int]] = {}
    if actor.has(Permission.LOAN_APPROVE_INSIDE) or actor.has(Permission.LOAN_APPROVE_OUTSIDE):
        asked["approvals"] = counting_decisions(actor)
        asked["changes"] = counting_changes(scopes.to_decide(actor))
    if actor.has(Permission.TRANSFER_ACCEPT):
        asked["accepts"] = counting_changes(scopes.to_accept(actor))
    lines = LoanLine.borrower_id != (actor.person_id or 0)
    for name, permission, states in (
        ("hand_over", Permission.LOAN_HAND_OVER, (LineState.APPROVED,)),
        ("receive", Permission.LOAN_RECEIVE, (LineState.RETURN_DECLARED, LineState.SENT_BACK)),
        ("returns", Permission.RETURN_APPROVE, (LineState.RECEIVED, LineState.LOST_REPORTED)),
        ("overdue", Permission.LOAN_RECEIVE, (LineState.HANDED_OVER,)),
    ):
        if actor.has(permission):
            asked[name] = LineList(actor, permission, frozenset(states)).counting().where(lines)
    if "hand_over" in asked:
        asked["hand_over"] = asked["hand_over"].where(LoanLine.claim_from <= today, LoanLine.due_on >= today)
        asked["overdue"] = asked["overdue"].where(LoanLine.due_on < today)
    if actor.has(Permission.COMPENSATION_DECIDE) or actor.has(Permission.COMPENSATION_PROPOSE):
        wanted = [CompensationState.OPEN] * actor.has(Permission.COMPENSATION_PROPOSE)
        wanted += [CompensationState.PROPOSED] * actor.has(Permission.COMPENSATION_DECIDE)
        asked["compensations"] = select(func.count()).select_from(Compensation).where(Compensation.state.in_(wanted))
    if not asked:
        return Counts()
    row = db.session.execute(select(*(query.scalar_subquery().label(name) for name, query in asked.items()))).one()
    found = {name: int(value or 0) for name, value in zip(asked, row, strict=True)}
    found["approvals"] = found.get("approvals", 0) + found.pop("changes", 0)
    return Counts(**found)


def line_in_reach(actor: Actor, line_id: int) -> bool:
    """May the actor see the loan of this line?"""
    query = select(LoanLine.id).join(Loan, Loan.id == LoanLine.loan_id).where(reach(actor), LoanLine.id == line_id)
    return db.session.scalar(query) is not None
