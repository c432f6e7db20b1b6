"""Reads of loans: what an actor may see, what waits for them, who holds a thing. Every list is ordered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload, load_only, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from assetloan.assets.models import Asset
from assetloan.core import text
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.identity.rules import Actor, Permission
from assetloan.lending.changing import scopes
from assetloan.lending.models import Compensation, Loan, LoanEvent, LoanLine, StandingApproval
from assetloan.lending.rules import OUT, CompensationState, LineState, ReturnCondition, Route


def decided_by_actor(actor: Actor) -> ColumnElement[bool]:
    """Loans whose route leads to this person: as head of the deciding unit, director, or by delegation."""
    routes: list[ColumnElement[bool]] = []
    for permission, route in (
        (Permission.LOAN_APPROVE_INSIDE, Route.HEAD),
        (Permission.LOAN_APPROVE_OUTSIDE, Route.DIRECTOR),
    ):
        scope = actor.scope(permission)
        if scope.everything:
            routes.append(Loan.route == route)
        elif scope.units:
            units = Loan.route_unit_id if route is Route.HEAD else Loan.unit_id
            routes.append((Loan.route == route) & units.in_(scope.units))
    return or_(*routes) if routes else false()


def reach(actor: Actor) -> ColumnElement[bool]:
    """The WHERE of the loans an actor may see: one's own, those of granted units, those one is to decide."""
    scope = actor.scope(Permission.LOAN_VIEW)
    seen: list[ColumnElement[bool]] = [Loan.withdrawn_at.is_(None)]
    if scope.everything:
        return seen[0]
    visible: list[ColumnElement[bool]] = [decided_by_actor(actor), scopes.with_change_for(actor)]
    if scope.units:
        visible.append(Loan.unit_id.in_(scope.units))
    if scope.own and actor.person_id is not None:
        visible.append(Loan.borrower_id == actor.person_id)
    return and_(seen[0], or_(*visible))


def loan_for(actor: Actor, number: str, *, lock: bool = False, history: bool = False) -> Loan:
    """One loan with its lines and assets, by number in any spelling. Raises NotFound (also when out of reach).

    With `lock` the lines are locked in order of asset, so that two bulk acts cannot deadlock.
    """
    key = text.number_key(text.asset_number(number))
    query = select(Loan).where(reach(actor), Loan.number_key == key)
    loan = db.session.scalars(query).one_or_none()
    if loan is None:
        raise NotFound(loan=number)
    lines = (
        select(LoanLine)
        .options(joinedload(LoanLine.asset).joinedload(Asset.category))
        .where(LoanLine.loan_id == loan.id)
        .order_by(LoanLine.asset_id, LoanLine.id)
    )
    if history:
        lines = lines.options(selectinload(LoanLine.events))
    if lock:
        lines = lines.with_for_update(of=LoanLine).execution_options(populate_existing=True)
    found = list(db.session.scalars(lines).unique())
    _set_lines(loan, found)
    return loan


def _set_lines(loan: Loan, lines: list[LoanLine]) -> None:
    """Hang loaded lines on their loan without another query."""
    for line in lines:
        set_committed_value(line, "loan", loan)
    set_committed_value(loan, "lines", sorted(lines, key=lambda line: line.position))


@dataclass(frozen=True, slots=True)
class LoanList:
    """Loans as the actor may see them, newest first."""

    actor: Actor
    mine: bool = False
    unit_id: int | None = None
    state: LineState | None = None
    overdue_on: date | None = None
    waiting_for_me: bool = False
    words: str = ""

    def _where(self) -> list[ColumnElement[bool]]:
        clauses = [reach(self.actor)]
        if self.mine:
            clauses.append(Loan.borrower_id == (self.actor.person_id or 0))
        if self.unit_id is not None:
            clauses.append(Loan.unit_id == self.unit_id)
        if self.state is not None:
            clauses.append(_any_line(LoanLine.state == self.state))
        if self.overdue_on is not None:
            clauses.append(_any_line(and_(LoanLine.state.in_(OUT), LoanLine.due_on < self.overdue_on)))
        if self.waiting_for_me:
            clauses.append(waiting_for(self.actor))
        if self.words.strip():
            wanted = text.number_key(text.asset_number(self.words))
            clauses.append(
                or_(
                    Loan.number_key.contains(wanted, autoescape=True),
                    Loan.purpose.contains(text.clean(self.words), autoescape=True),
                    Loan.borrower_name.contains(text.clean(self.words), autoescape=True),
                )
            )
        return clauses

    def select(self) -> Select[Loan]:
        return (
            select(Loan)
            .options(selectinload(Loan.lines).joinedload(LoanLine.asset))
            .where(*self._where())
            .order_by(Loan.submitted_at.desc(), Loan.id.desc())
        )

    def count(self) -> int:
        return db.session.scalar(select(func.count()).select_from(Loan).where(*self._where())) or 0

    def page(self, number: int, per_page: int) -> list[Loan]:
        query = self.select().limit(per_page).offset((number - 1) * per_page)
        return list(db.session.scalars(query))


def _any_line(clause: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(LoanLine.id).where(LoanLine.loan_id == Loan.id, clause).exists()


def waiting_for(actor: Actor) -> ColumnElement[bool]:
    """Loans on which this person is the one to act now: decide, hand over, receive, approve the return."""
    waits = [
        and_(
            decided_by_actor(actor),
            Loan.borrower_id != (actor.person_id or 0),
            _any_line(LoanLine.state == LineState.SUBMITTED),
        ),
        scopes.with_change_waiting_for(actor),
    ]
    for permission, states in (
        (Permission.LOAN_HAND_OVER, (LineState.APPROVED,)),
        (Permission.LOAN_RECEIVE, (LineState.RETURN_DECLARED, LineState.SENT_BACK)),
        (Permission.RETURN_APPROVE, (LineState.RECEIVED,)),
    ):
        scope = actor.scope(permission)
        if not scope.nothing:
            unit = Loan.id.is_not(None) if scope.everything else Loan.unit_id.in_(scope.units)
            waits.append(and_(unit, _any_line(LoanLine.state.in_(states))))
    return or_(*waits)


LINE_VIEW = (
    joinedload(LoanLine.loan),
    joinedload(LoanLine.asset).joinedload(Asset.category),
)


@dataclass(frozen=True, slots=True)
class LineList:
    """Lines in some states that wait for a permission of the actor, oldest first (desk, Secretariat)."""

    actor: Actor
    permission: Permission
    states: frozenset[LineState]
    borrower_id: int | None = None
    clean: bool | None = None
    unit_id: int | None = None
    received: tuple[date, date] | None = None  # first received within [from, until)

    def _where(self) -> list[ColumnElement[bool]]:
        scope = self.actor.scope(self.permission)
        clauses: list[ColumnElement[bool]] = [LoanLine.withdrawn_at.is_(None), LoanLine.state.in_(self.states)]
        if not scope.everything:
            own = LoanLine.borrower_id == (self.actor.person_id or 0) if scope.own else false()
            clauses.append(or_(LoanLine.unit_id.in_(scope.units), own))
        if self.borrower_id is not None:
            clauses.append(LoanLine.borrower_id == self.borrower_id)
        if self.unit_id is not None:
            clauses.append(LoanLine.unit_id == self.unit_id)
        if self.received is not None:
            first, until = self.received
            clauses.append(and_(LoanLine.first_received_on >= first, LoanLine.first_received_on < until))
        if self.clean is not None:
            on_time = LoanLine.first_received_on <= LoanLine.due_on
            clean = and_(LoanLine.condition_in == ReturnCondition.GOOD, on_time)
            clauses.append(clean if self.clean else ~clean)
        return clauses

    def select(self) -> Select[LoanLine]:
        return (
            select(LoanLine)
            .options(*LINE_VIEW)
            .where(*self._where())
            .order_by(LoanLine.due_on, LoanLine.loan_id, LoanLine.position)
        )

    def counting(self) -> Select[int]:
        """The count as a query, so that several may go in one statement."""
        return select(func.count()).select_from(LoanLine).where(*self._where())

    def count(self) -> int:
        return db.session.scalar(self.counting()) or 0

    def all(self, most: int = 500) -> list[LoanLine]:
        return list(db.session.scalars(self.select().limit(most)).unique())


def waiting_for_decision(actor: Actor, most: int = 500) -> list[Loan]:
    """The approver's inbox: submitted loans on this person's route, not their own, oldest first."""
    query = (
        select(Loan)
        .options(selectinload(Loan.lines).joinedload(LoanLine.asset))
        .where(
            reach(actor),
            decided_by_actor(actor),
            Loan.borrower_id != (actor.person_id or 0),
            _any_line(LoanLine.state == LineState.SUBMITTED),
        )
        .order_by(Loan.submitted_at, Loan.id)
        .limit(most)
    )
    return list(db.session.scalars(query))


def count_waiting_for_decision(actor: Actor) -> int:
    return db.session.scalar(counting_decisions(actor)) or 0


def counting_decisions(actor: Actor) -> Select[int]:
    """How many requests wait for this person, as a query."""
    return (
        select(func.count())
        .select_from(Loan)
        .where(
            Loan.withdrawn_at.is_(None),
            decided_by_actor(actor),
            Loan.borrower_id != (actor.person_id or 0),
            _any_line(LoanLine.state == LineState.SUBMITTED),
        )
    )


# --- who has a thing ------------------------------------------------------------------------------------------------


def claims_on(asset_ids: Iterable[int], first: date, until: date) -> Sequence[LoanLine]:
    """Lines that claim one of these assets within [first, until), or hold it right now, earliest first.

    For the services; pages show of it what the reader's right allows.
    """
    query = (
        select(LoanLine)
        .options(joinedload(LoanLine.loan))
        .where(
            LoanLine.asset_id.in_(list(asset_ids)),
            LoanLine.withdrawn_at.is_(None),
            LoanLine.claims_period,
            LoanLine.claim_from < until,
            LoanLine.claim_until > first,
        )
        .order_by(LoanLine.claim_from, LoanLine.id)
    )
    return db.session.scalars(query).unique().all()


# What a page of the list says of a line: of its eighty columns with the loan's, these.
BRIEF = (
    load_only(
        LoanLine.asset_id, LoanLine.unit_id, LoanLine.borrower_id, LoanLine._state, LoanLine.holds_asset,
        LoanLine.claims_period, LoanLine.claim_from, LoanLine.due_on, raiseload=True,
    ),
    joinedload(LoanLine.loan).load_only(Loan.borrower_name, raiseload=True),
)  # fmt: skip


def open_lines_on(asset_ids: Iterable[int], *, brief: bool = False) -> dict[int, list[LoanLine]]:
    """All lines that hold or claim these assets now or later, by asset, earliest first; in brief for many."""
    query = (
        select(LoanLine)
        .options(*(BRIEF if brief else (joinedload(LoanLine.loan),)))
        .where(
            LoanLine.asset_id.in_(list(asset_ids)),
            LoanLine.withdrawn_at.is_(None),
            or_(LoanLine.claims_period, LoanLine.state == LineState.SENT_BACK, LoanLine.state == LineState.RECEIVED),
        )
        .order_by(LoanLine.holds_asset.desc(), LoanLine.claim_from, LoanLine.id)
    )
    lines: dict[int, list[LoanLine]] = {}
    for line in db.session.scalars(query).unique():
        lines.setdefault(line.asset_id, []).append(line)
    return lines


def lines_of_asset(actor: Actor, asset_id: int, most: int = 50) -> list[LoanLine]:
    """The loans of an asset that the actor may see, newest first."""
    query = (
        select(LoanLine)
        .join(Loan, Loan.id == LoanLine.loan_id)
        .options(joinedload(LoanLine.loan))
        .where(reach(actor), LoanLine.asset_id == asset_id)
        .order_by(LoanLine.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(query).unique())


def free_between(first: date, until: date) -> ColumnElement[bool]:
    """WHERE of assets that nothing claims within [first, until) and nobody holds."""
    taken = (
        select(LoanLine.id)
        .where(
            LoanLine.asset_id == Asset.id,
            LoanLine.claims_period,
            or_(LoanLine.holds_asset, and_(LoanLine.claim_from < until, LoanLine.claim_until > first)),
        )
        .exists()
    )
    return ~taken


def recent_purposes(actor: Actor, most: int = 3) -> list[str]:
    """The last different reasons of this borrower, newest first, offered as radios."""
    query = (
        select(Loan.purpose)
        .where(Loan.borrower_id == (actor.person_id or 0), Loan.withdrawn_at.is_(None))
        .group_by(Loan.purpose)
        .order_by(func.max(Loan.id).desc())
        .limit(most)
    )
    return list(db.session.scalars(query))


def history_of(loan: Loan) -> list[LoanEvent]:
    """The dated facts of a loan that was loaded for an actor, oldest first."""
    query = (
        select(LoanEvent)
        .join(LoanLine, LoanLine.id == LoanEvent.line_id)
        .options(joinedload(LoanEvent.line).joinedload(LoanLine.asset))
        .where(LoanLine.loan_id == loan.id)
        .order_by(LoanEvent.id)
    )
    return list(db.session.scalars(query).unique())


# --- standing approvals and compensations ---------------------------------------------------------------------------


def standing_for(unit_id: int, today: date) -> list[StandingApproval]:
    """Standing approvals of a unit in force today, for the rule that reads their terms."""
    query = (
        select(StandingApproval)
        .where(
            StandingApproval.unit_id == unit_id,
            StandingApproval.revoked_at.is_(None),
            StandingApproval.valid_from <= today,
            StandingApproval.valid_until >= today,
        )
        .order_by(StandingApproval.id)
    )
    return list(db.session.scalars(query))


def standing_list(actor: Actor) -> list[StandingApproval]:
    """Standing approvals of the units whose loans the actor sees, newest first."""
    scope = actor.scope(Permission.LOAN_VIEW)
    query = (
        select(StandingApproval).options(joinedload(StandingApproval.signed_by)).order_by(StandingApproval.id.desc())
    )
    if not scope.everything:
        query = query.where(StandingApproval.unit_id.in_(scope.units))
    return list(db.session.scalars(query))


def compensations_of(loan: Loan) -> dict[int, Compensation]:
    """The living compensation of each line of a loan that was loaded for an actor."""
    query = select(Compensation).where(
        Compensation.line_id.in_([line.id for line in loan.lines]),
        Compensation.state != CompensationState.WITHDRAWN,
    )
    return {row.line_id: row for row in db.session.scalars(query)}
