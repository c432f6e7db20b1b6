"""The invariants of loans: one holder, status, approvals, receipts, claims, units, events (I1, I2, I5 to I9).

Facts from paper (`source = paper`) are judged by existence, order and overlap only: rights and separations do not
apply to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from assetloan.assets.models import Asset
from assetloan.assets.rules import AssetStatus
from assetloan.audit.models import AuditEntry
from assetloan.core.db import db
from assetloan.documents.files import File
from assetloan.identity.models import Delegation, RoleGrant
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Role
from assetloan.lending import rules
from assetloan.lending.chasing.models import Chase
from assetloan.lending.facts import state_on_paper
from assetloan.lending.models import Compensation, Loan, LoanEvent, LoanLine, StandingApproval
from assetloan.lending.rules import CompensationState, LineAction, LineState, LoanSource, ReturnCondition, Route
from assetloan.reporting.facts import day_after, start_of
from assetloan.reporting.violations import BY_SYSTEM, LIVING, MOST_IDS, Violation, found, named

THERE = (LineState.HANDED_OVER, LineState.RETURN_DECLARED)
BACK = (LineState.RECEIVED, LineState.SENT_BACK)
STREAMED = 5_000  # rows that are in memory at a time


def one_holder() -> Iterator[Violation]:
    """I1: at most one line holds an asset; who has it holds it, who never had it or gave it back does not."""
    several = select(LoanLine.asset_id).where(LIVING, LoanLine.holds_asset).group_by(LoanLine.asset_id)
    yield from found("I1", "asset", several.having(func.count() > 1), "more than one open loan line")
    must = LoanLine.state.in_(rules.OUT)
    must_not = LoanLine.state.in_((*rules.WAITING, *rules.ENDED, LineState.CLOSED))
    wrong = or_(and_(must, ~LoanLine.holds_asset), and_(must_not, LoanLine.holds_asset))
    yield from found("I1", "loan_line", select(LoanLine.id).where(LIVING, wrong), "the holder's flag is wrong")


def _line_in(*states: LineState, held: bool = True) -> ColumnElement[bool]:
    wanted = [LoanLine.asset_id == Asset.id, LIVING, LoanLine.state.in_(states)]
    return exists().where(*wanted, *([LoanLine.holds_asset] if held else []))


def status_follows_lines() -> Iterator[Violation]:
    """I2: the status of an asset is what its loan lines say."""
    pairs = (
        (AssetStatus.ON_LOAN, _line_in(*THERE)),
        (AssetStatus.RETURN_PENDING, _line_in(*BACK)),
    )
    for status, held in pairs:
        query = select(Asset.id).where(Asset.withdrawn_at.is_(None), (Asset.status == status) != held)
        yield from found("I2", "asset", query, f"status {status.value} does not agree with the loan lines")
    lost = select(Asset.id).where(
        Asset.withdrawn_at.is_(None), _line_in(LineState.LOST_REPORTED), Asset.status != AssetStatus.LOST
    )
    yield from found("I2", "asset", lost, "reported lost on a loan, but not lost in the register")


def approvals_are_whole() -> Iterator[Violation]:
    """I5: every approved line has an approver or order, a time and a basis; never the borrower; entitled that day."""
    approved = [LIVING, BY_SYSTEM, LoanLine.approved.is_(True)]
    nobody = and_(LoanLine.decided_by_id.is_(None), LoanLine.standing_approval_id.is_(None))
    gaps = or_(LoanLine.decided_at.is_(None), LoanLine.basis == "", nobody)
    yield from found("I5", "loan_line", select(LoanLine.id).where(*approved, gaps), "an approval without who or why")
    own = select(LoanLine.id).where(*approved, LoanLine.decided_by_id == LoanLine.borrower_id)
    yield from found("I5", "loan_line", own, "approved by the borrower")
    yield from named("I5", "loan_line", _not_entitled(), "approver not entitled")
    before = and_(LoanLine.handed_over_at.is_not(None), LoanLine.approved.is_not(True))
    yield from found("I5", "loan_line", select(LoanLine.id).where(LIVING, BY_SYSTEM, before), "lent unapproved")


def _not_entitled() -> Iterator[int]:
    """Approved lines whose decider had neither the post of the route, nor a delegation or order in force that day."""
    order, acting = StandingApproval, Delegation
    query = (
        select(
            LoanLine.id,
            LoanLine.decided_by_id,
            LoanLine.decided_on,
            Loan.route,
            Loan.route_unit_id,
            Loan.unit_id,
            acting.to_person_id,
            acting.valid_from,
            acting.valid_until,
            order.unit_id,
            order.valid_from,
            order.valid_until,
        )
        .join(Loan, Loan.id == LoanLine.loan_id)
        .outerjoin(acting, acting.id == LoanLine.delegation_id)
        .outerjoin(order, order.id == LoanLine.standing_approval_id)
        .where(LIVING, BY_SYSTEM, LoanLine.approved.is_(True), LoanLine.decided_on.is_not(None))
        .order_by(LoanLine.id)
        .execution_options(yield_per=STREAMED)
    )
    holds = posts()
    for line_id, who, day, route, route_unit, unit, to, first, last, of, since, until in db.session.execute(query):
        if of is not None:
            entitled = of == unit and since <= day <= until
        elif to is not None:
            entitled = to == who and first <= day <= last
        else:
            entitled = who is None or holds(who, day, route, route_unit)
        if not entitled:
            yield line_id


def posts() -> Any:
    """Did a person hold the deciding post of a route on a day? A role taken away that day still held in the morning."""
    query = select(RoleGrant).where(RoleGrant.role.in_((Role.HEAD, Role.DIRECTOR)))
    grants: dict[int, list[RoleGrant]] = {}
    for grant in db.session.scalars(query):
        grants.setdefault(grant.person_id, []).append(grant)

    @cache
    def above(unit_id: int, day: date) -> frozenset[int]:
        return frozenset(card.id for card in unit_tree(day).above(unit_id))

    @cache
    def holds(person_id: int, day: date, route: Route, unit_id: int | None) -> bool:
        for grant in grants.get(person_id, []):
            in_force = grant.valid_from <= day and (
                grant.valid_until is None or grant.valid_until >= day - timedelta(days=1)
            )
            over = grant.unit_id is None or grant.unit_id == unit_id or route is Route.DIRECTOR
            if not over and grant.with_below and unit_id is not None:
                over = grant.unit_id in above(unit_id, day)
            if in_force and over and grant.role.value == route.value:
                return True
        return False

    return holds


def receipts_are_whole() -> Iterator[Violation]:
    """I6: a received line has receiver, condition and an order of times; what is not good has a note or a photo."""
    received = [LIVING, LoanLine.first_received_at.is_not(None)]
    wrong = or_(
        LoanLine.handed_over_at.is_(None),
        LoanLine.first_received_at < LoanLine.handed_over_at,
        LoanLine.condition_in.is_(None),
        and_(BY_SYSTEM, LoanLine.received_by_id.is_(None)),
    )
    yield from found("I6", "loan_line", select(LoanLine.id).where(*received, wrong), "a receipt with gaps")
    photo = exists().where(File.object_type == "loan_line", File.object_key == cast(LoanLine.id, String))
    silent = and_(BY_SYSTEM, LoanLine.condition_in != ReturnCondition.GOOD, LoanLine.note_in == "", ~photo)
    yield from found("I6", "loan_line", select(LoanLine.id).where(LIVING, silent), "damage without note or photo")
    nobody = and_(BY_SYSTEM, LoanLine.state == LineState.CLOSED, LoanLine.closed_by_id.is_(None))
    yield from found("I6", "loan_line", select(LoanLine.id).where(LIVING, nobody), "closed by nobody")
    open_case = exists().where(
        Compensation.line_id == LoanLine.id,
        Compensation.state.in_((CompensationState.OPEN, CompensationState.PROPOSED)),
    )
    early = select(LoanLine.id).where(LIVING, LoanLine.state == LineState.CLOSED, open_case)
    yield from found("I6", "loan_line", early, "closed while its compensation is open")


def claims_do_not_overlap() -> Iterator[Violation]:
    """I7: no two lines claim one asset for overlapping periods (half-open)."""
    other = aliased(LoanLine)
    query = (
        select(LoanLine.id)
        .join(
            other,
            and_(
                other.asset_id == LoanLine.asset_id,
                other.id > LoanLine.id,
                other.claims_period,
                other.withdrawn_at.is_(None),
                other.claim_from < LoanLine.claim_until,
                LoanLine.claim_from < other.claim_until,
            ),
        )
        .where(LIVING, LoanLine.claims_period)
    )
    yield from found("I7", "loan_line", query, "overlapping claims")


def units_are_frozen() -> Iterator[Violation]:
    """I8: lines, events, chases, compensations, photos and audit rows carry the unit that owned the asset then."""
    line = select(LoanLine.id).join(Loan, Loan.id == LoanLine.loan_id)
    line = line.where(BY_SYSTEM, LoanLine.unit_id != Loan.unit_id)  # one paper slip may name things of two units
    yield from found("I8", "loan_line", line, "another unit than its loan")
    claimed = select(LoanLine.id).join(Asset, Asset.id == LoanLine.asset_id)
    claims = or_(LoanLine.claims_period, LoanLine.holds_asset)
    claimed = claimed.where(LIVING, claims, LoanLine.unit_id != Asset.unit_id)
    yield from found("I8", "loan_line", claimed, "another unit than the asset it claims")
    for model in (LoanEvent, Chase, Compensation):
        child = select(model.id).join(LoanLine, LoanLine.id == model.line_id).where(model.unit_id != LoanLine.unit_id)
        yield from found("I8", model.__tablename__, child, "another unit than its line")
    photo = select(File.id).join(LoanLine, File.object_key == cast(LoanLine.id, String))
    photo = photo.where(File.object_type == "loan_line", File.unit_id.is_distinct_from(LoanLine.unit_id))
    yield from found("I8", "file", photo, "another unit than its line")
    orphan = select(File.id).where(File.object_type == "asset", File.unit_id.is_(None))
    yield from found("I8", "file", orphan, "a photo without a unit")
    # From each loan to its audit rows: the other way round every row would read all loans.
    differs = [AuditEntry.object_key == Loan.number, AuditEntry.unit_id.is_distinct_from(Loan.unit_id)]
    wrong = select(AuditEntry.sequence).where(AuditEntry.object_type == "loan", *differs).limit(1).scalar_subquery()
    entry = select(wrong).select_from(Loan).where(wrong.is_not(None))
    yield from found("I8", "audit_entry", entry, "another unit than its loan")


def events_replay() -> Iterator[Violation]:
    """I9: the events of every line lead to its state by steps of the table, in order of time."""
    query = (
        select(
            LoanEvent.line_id,
            LoanEvent.action,
            LoanEvent.before,
            LoanEvent.after,
            LoanEvent.occurred_at,
            LoanLine.state,
            LoanLine.source,
        )
        .join(LoanLine, LoanLine.id == LoanEvent.line_id)
        .where(LIVING)
        .order_by(LoanEvent.line_id, LoanEvent.id)
        .execution_options(yield_per=STREAMED)
    )
    wrong: set[int] = set()
    last: tuple[int, LineState, LineState, datetime] | None = None
    for line_id, action, before, after, at, state, source in db.session.execute(query):
        if last is not None and last[0] != line_id and last[1] is not last[2]:
            wrong.add(last[0])
        same = last is not None and last[0] == line_id
        if not _legal(action, before, after, last[1] if same and last else None, paper=source is LoanSource.PAPER):
            wrong.add(line_id)
        if same and last is not None and at < last[3]:
            wrong.add(line_id)
        last = (line_id, after, state, at)
    if last is not None and last[1] is not last[2]:
        wrong.add(last[0])
    silent = select(LoanLine.id).where(LIVING, ~exists().where(LoanEvent.line_id == LoanLine.id))
    wrong |= set(db.session.scalars(silent.limit(MOST_IDS)))
    if wrong:
        yield Violation("I9", "loan_line", sorted(wrong)[:MOST_IDS], "its events do not lead to its state")


def _legal(
    action: rules.LineAction, before: LineState | None, after: LineState, known: LineState | None, *, paper: bool
) -> bool:
    if paper:
        return before is known and after is state_on_paper(before, action)
    if before is None:
        return known is None and after is LineState.SUBMITTED
    step = rules.TRANSITIONS.get((before, action))
    return before is known and step is not None and step.to is after


# Columns of a line and the acts they stand for: the first such event (of a closing the last) is the fact.
_FACTS = (
    ("decided", (LineAction.APPROVE, LineAction.REJECT)),
    ("cancelled", (LineAction.CANCEL, LineAction.WITHDRAW, LineAction.EXPIRE)),
    ("handed_over", (LineAction.HAND_OVER,)),
    ("first_received", (LineAction.RECEIVE,)),
    ("lost", (LineAction.REPORT_LOST,)),
    ("closed", (LineAction.APPROVE_RETURN, LineAction.SETTLE)),
)


def facts_follow_events() -> Iterator[Violation]:
    """I9: what reports count, the dated facts of a line, is what its events say; days are those of Bangkok."""
    for name, actions in _FACTS:
        at, on = getattr(LoanLine, f"{name}_at"), getattr(LoanLine, f"{name}_on")
        told = (
            select(LoanEvent.line_id, func.min(LoanEvent.occurred_at).label("at"))
            .where(LoanEvent.action.in_(actions))
            .group_by(LoanEvent.line_id)
            .subquery()
        )
        query = select(LoanLine.id).outerjoin(told, told.c.line_id == LoanLine.id)
        differs = query.where(LIVING, at.is_distinct_from(told.c.at))
        yield from found("I9", "loan_line", differs, f"{name}_at is not what its events say")
        day = or_(on.is_(None), at < start_of(on), at >= start_of(day_after(on, 1)))
        wrong = select(LoanLine.id).where(LIVING, or_(and_(at.is_not(None), day), and_(at.is_(None), on.is_not(None))))
        yield from found("I9", "loan_line", wrong, f"{name}_on is not the day of {name}_at")
