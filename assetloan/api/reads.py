"""What lists of the API need beside their rows, read in a fixed number of statements: claims and those who decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, literal, or_, select, union_all

from assetloan.assets.models import Asset
from assetloan.assets.rules import RESERVED, AssetStatus
from assetloan.core.db import db
from assetloan.identity.models import Delegation, Person, RoleGrant
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Role
from assetloan.lending.finding_parts import claims
from assetloan.lending.models import Loan, LoanEvent, LoanLine
from assetloan.lending.queries import LoanList
from assetloan.lending.rules import WORKFLOW_ORDER, LineAction, LineState, Route


def with_status(wanted: str, today: date) -> ColumnElement[bool]:
    """WHERE of assets whose outward status is this; `reserved` is an available thing whose claims cover today."""
    if wanted not in (RESERVED, AssetStatus.AVAILABLE.value):
        return Asset.status == AssetStatus(wanted)
    covered = claims(LoanLine.claim_from <= today, LoanLine.claim_until > today)
    return and_(Asset.status == AssetStatus.AVAILABLE, covered if wanted == RESERVED else ~covered)


def in_state(state: LineState) -> ColumnElement[bool]:
    """WHERE of loans whose header is in this state: a line is in it, and none in an earlier one."""
    earlier = WORKFLOW_ORDER[: WORKFLOW_ORDER.index(state)]
    mine = select(LoanLine.id).where(LoanLine.loan_id == Loan.id)
    here = mine.where(LoanLine.state == state).exists()
    return and_(here, ~mine.where(LoanLine.state.in_(earlier)).exists()) if earlier else here


@dataclass(frozen=True)
class LoansByState(LoanList):
    """Loans as the actor may see them, by the state of the header."""

    header: LineState | None = None

    def _where(self) -> list[ColumnElement[bool]]:
        clauses = super()._where()
        return clauses if self.header is None else [*clauses, in_state(self.header)]


def deciders(loans: Iterable[Loan]) -> dict[int, str]:
    """Who decided each of these loans, by loan; loans that nobody decided yet are not in it."""
    query = (
        select(LoanLine.loan_id, LoanEvent.person_name)
        .join(LoanEvent, LoanEvent.line_id == LoanLine.id)
        .where(
            LoanLine.loan_id.in_([loan.id for loan in loans]),
            LoanEvent.action.in_((LineAction.APPROVE, LineAction.REJECT)),
        )
        .order_by(LoanEvent.id)
    )
    return {loan_id: name for loan_id, name in db.session.execute(query) if name}


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who holds a deciding post today: over a unit and perhaps those below, or over the whole agency."""

    role: Role
    name: str
    person_id: int
    unit_id: int | None
    with_below: bool
    delegated: bool


def holders(today: date) -> list[Holder]:
    """Everybody who may decide loans today, by post or by delegation."""
    grants = (
        select(
            *(RoleGrant.role, Person.name, Person.id.label("person_id"), RoleGrant.unit_id, RoleGrant.with_below),
            *(literal(False).label("delegated"), RoleGrant.id.label("row_id")),
        )
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            Person.active,
            RoleGrant.role.in_((Role.HEAD, Role.DIRECTOR)),
            RoleGrant.valid_from <= today,
            or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= today),
        )
    )
    orders = (
        select(Delegation.role, Person.name, Person.id, Delegation.unit_id, literal(True), literal(True), Delegation.id)
        .join(Person, Person.id == Delegation.to_person_id)
        .where(
            Person.active,
            Delegation.revoked_at.is_(None),
            Delegation.valid_from <= today,
            Delegation.valid_until >= today,
        )
    )
    both = union_all(grants, orders).order_by("delegated", "person_id", "row_id")
    return [Holder(*row[:-1]) for row in db.session.execute(both)]


def expected(loan: Loan, known: Sequence[Holder], today: date) -> str:
    """The names of those who are to decide a loan, nearest first; "" when the post is vacant."""
    tree = unit_tree(today)
    unit_id = loan.route_unit_id if loan.route is Route.HEAD else loan.unit_id
    above = {card.id for card in tree.above(unit_id)} if unit_id is not None else set()
    role = Role.HEAD if loan.route is Route.HEAD else Role.DIRECTOR
    names: dict[int, tuple[tuple[bool, bool, bool], str]] = {}
    for holder in known:
        over = holder.unit_id is None or holder.unit_id == unit_id or (holder.with_below and holder.unit_id in above)
        if holder.role is role and over and holder.person_id != loan.borrower_id:
            rank = (holder.delegated, holder.unit_id != unit_id, holder.unit_id is None)
            names.setdefault(holder.person_id, (rank, holder.name))
    return ", ".join(name for _rank, name in sorted(names.values(), key=lambda item: item[0]))


def approver_names(loans: Sequence[Loan], today: date) -> dict[int, str | None]:
    """For each loan the person who decided, else those who are expected to: always two statements."""
    decided = deciders(loans)
    waiting = [loan for loan in loans if loan.id not in decided and loan.state is LineState.SUBMITTED]
    known = holders(today) if loans else []
    names: dict[int, str | None] = dict.fromkeys((loan.id for loan in loans), None)
    names |= {loan.id: expected(loan, known, today) or None for loan in waiting}
    return names | decided
