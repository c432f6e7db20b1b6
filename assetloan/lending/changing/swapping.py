"""Another piece at the desk [สลับชิ้น]: what was approved is not fit, an equal one that is free goes out instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assetloan.assets import queries as register
from assetloan.assets.models import Asset
from assetloan.assets.queries import AssetList
from assetloan.assets.rules import AssetStatus, may_be_lent
from assetloan.core.db import db, violates
from assetloan.core.db_objects import CLAIM
from assetloan.core.errors import DomainError, NotFound
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import moves, queries
from assetloan.lending.changing import acting, rules
from assetloan.lending.changing import queries as changes
from assetloan.lending.changing.rules import Piece
from assetloan.lending.models import Loan, LoanDue, LoanEvent, LoanLine
from assetloan.lending.requesting import new_line
from assetloan.lending.rules import ENDED, LineAction, LineState, value_limit
from assetloan.notices import outbox

MOST_OFFERED = 20


@dataclass(frozen=True, slots=True)
class SwapAsk:
    """Which approved thing of a loan gives way to which other one, and why."""

    number: str
    line: str
    to: str
    reason: str


def piece_of(asset: Asset) -> Piece:
    """What makes two things equal."""
    return Piece(asset.unit_id, asset.category_id, asset.name, asset.brand, asset.model)


def equal_ones(actor: Actor, line: LoanLine) -> list[Asset]:
    """The equal things that are on the shelf and free for the time of the line."""
    asset = line.asset
    alike = AssetList(actor, unit_id=asset.unit_id, status=AssetStatus.AVAILABLE, loanable=True)
    same = Asset.category_id == asset.category_id if asset.category_id is not None else Asset.category_id.is_(None)
    free = queries.free_between(line.claim_from, line.claim_until)
    found = alike.where(same, free, Asset.name == asset.name, Asset.brand == asset.brand, Asset.model == asset.model)
    return [item for item in found.page(1, MOST_OFFERED + 1) if item.id != asset.id][:MOST_OFFERED]


def instead_of(actor: Actor, lines: Sequence[LoanLine], scanned: str) -> tuple[LoanLine, Asset] | None:
    """The approved line that the scanned thing could stand in for, if there is one."""
    try:
        asset = register.by_reference(actor, scanned)
    except NotFound:
        return None
    line = next((line for line in lines if piece_of(line.asset) == piece_of(asset)), None)
    if line is None or all(item.id != asset.id for item in equal_ones(actor, line)):
        return None
    return line, asset


def swap_piece(actor: Actor, ask: SwapAsk, *, now: datetime) -> Loan:
    """Take an approved thing out of a loan and put an equal free one in, under the same approval.

    Raises NotFound, Forbidden, Invalid, DomainError: invalid_transition, swap_not_equal, swap_beyond_order,
    asset_not_available, asset_not_lendable.
    """
    loan = queries.loan_for(actor, ask.number, lock=True)
    actor.require(Permission.LOAN_HAND_OVER, unit_id=loan.unit_id)
    moves.check_person(actor, loan, LineAction.HAND_OVER, now=now)
    reason = acting.reason_of(ask.reason)
    (old,) = moves.named_lines(loan, [ask.line])
    if old.state is not LineState.APPROVED:
        action = LineAction.HAND_OVER.value
        raise DomainError("invalid_transition", state=old.state.value, action=action, asset=old.asset.number)
    (asset,) = register.by_references(actor, (ask.to,), lock=True)
    _check_piece(old, asset)
    _check_order(loan, old, asset)
    moves.move(actor, loan, old, LineAction.WITHDRAW, now=now, note=f"สลับเป็น {asset.number}: {reason}")
    line = _put_in(actor, loan, old, asset, now=now)
    moves.record(
        actor, loan, "swapped", [old, line], now=now, reason=reason, from_asset=old.asset.number, to_asset=asset.number
    )
    outbox.put("loan.swapped", to=[loan.borrower_id], about=loan.ref, at=now, occurrence=str(line.id))
    return loan


def _check_piece(old: LoanLine, asset: Asset) -> None:
    """Equal, lendable, on the shelf, free for the time of the line. Raises DomainError."""
    if asset.id == old.asset_id or piece_of(asset) != piece_of(old.asset):
        raise DomainError("swap_not_equal", asset=asset.number)
    vehicle = asset.category is not None and asset.category.vehicle
    refusal = may_be_lent(loanable=asset.loanable, status=asset.status, vehicle=vehicle)
    if refusal is None and asset.status is not AssetStatus.AVAILABLE:
        raise DomainError("asset_not_available", asset=asset.number, status=asset.status.value)
    if refusal is not None:
        raise DomainError(refusal, asset=asset.number)
    claims = queries.claims_on([asset.id], old.claim_from, old.claim_until)
    if claims:
        raise DomainError("asset_not_available", asset=asset.number, due_on=claims[0].due_on)


def _check_order(loan: Loan, old: LoanLine, asset: Asset) -> None:
    """What was approved by an order stays within it. Raises DomainError("swap_beyond_order")."""
    prices = [line.price_at_loan for line in loan.lines if line.state not in ENDED and line.id != old.id]
    most_value, only_asset = changes.order_of(old)
    if not rules.within_order(
        value=value_limit([*prices, asset.price]),
        most_value=most_value,
        only_asset=only_asset,
        asset_id=asset.id,
    ):
        raise DomainError("swap_beyond_order", asset=asset.number)


def _put_in(actor: Actor, loan: Loan, old: LoanLine, asset: Asset, *, now: datetime) -> LoanLine:
    """The new line at the next position; it was asked for and approved when the old one was, by the same post."""
    told = select(LoanEvent).where(LoanEvent.line_id == old.id).order_by(LoanEvent.id)
    names = {event.action: event.person_name for event in db.session.scalars(told)}
    decided_at = old.decided_at or now
    line = new_line(loan, max(item.position for item in loan.lines) + 1, asset)
    line.set_period(old.claim_from, old.due_on)
    line.submitted_at, line.submitted_on = old.submitted_at, old.submitted_on
    line.basis, line.delegation_id = old.basis, old.delegation_id
    line.standing_approval_id = old.standing_approval_id
    number = asset.number
    try:
        with db.session.begin_nested():
            loan.lines.append(line)
            asked = line.log(
                LineAction.SUBMIT,
                None,
                by_id=loan.borrower_id,
                by_name=names.get(LineAction.SUBMIT, loan.borrower_name),
                at=old.submitted_at,
                recorded_at=now,
            )
            approved = line.apply(
                LineAction.APPROVE,
                by_id=old.decided_by_id,
                by_name=names.get(LineAction.APPROVE, ""),
                at=decided_at,
                recorded_at=now,
            )
            db.session.add_all([asked, approved])
            db.session.flush()
            db.session.add(
                LoanDue(line_id=line.id, due_on=old.due_on, approved_at=decided_at, approved_by_id=old.decided_by_id)
            )
            db.session.flush()
    except IntegrityError as error:
        if not violates(error, CLAIM):
            raise
        raise DomainError("asset_not_available", asset=number) from error
    return line
