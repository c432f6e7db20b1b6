"""Taking an import of past loans back: its lines are withdrawn, the things as before, the numbers free again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update

from assetloan import audit
from assetloan.assets import service as assets
from assetloan.assets.import_undo import close_batch, lock_batch, refuse_if_used
from assetloan.assets.models import Asset, AssetEvent, ImportBatch
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.core.bulk import pieces
from assetloan.core.db import db
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref
from assetloan.lending.chasing.models import Chase
from assetloan.lending.models import Compensation, Loan, LoanEvent, LoanLine
from assetloan.lending.rules import LineState


def undo_loans(actor: Actor, key: str, *, now: datetime) -> int:
    """Take an import of past loans back; returns how many lines it had made.

    Raises NotFound, Forbidden, DomainError("import_not_confirmed"), DomainError("import_built_on") with the numbers.
    """
    actor.require(Permission.LOANS_IMPORT, unit_id=None)
    batch = lock_batch(actor, key)
    undo: dict[str, Any] = batch.undo
    line_ids: list[int] = undo["lines"]
    loans = _loans_of(line_ids)
    touched = _with_later_facts(line_ids, batch) | _with_later_lines(line_ids)
    used = {loans[line_id].number for line_id in touched}
    used |= {loans[line_id].number for line_id in line_ids if loans[line_id].version != 1}
    refuse_if_used(used)
    _withdraw(line_ids, now)
    _hold_again(undo["released"])
    _restore(actor, undo["assets"], batch, now)
    for number, unit_id in {(row.number, row.unit_id) for row in loans.values()}:
        ref = audit.ObjectRef("loan", number, unit_id)
        audit.record(actor_ref(actor), "loan.withdrawn", ref, at=now, after={"batch": batch.key})
    close_batch(actor, batch, len(line_ids), now=now)
    return len(line_ids)


def _loans_of(line_ids: Collection[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for some in pieces(line_ids):
        query = select(LoanLine.id, LoanLine.version, Loan.number, Loan.unit_id).join(Loan, Loan.id == LoanLine.loan_id)
        found |= {row.id: row for row in db.session.execute(query.where(LoanLine.id.in_(some)))}
    return found


def _with_later_facts(line_ids: Collection[int], batch: ImportBatch) -> set[int]:
    """Lines on which something was recorded since: a receipt, an approval of the return, a reminder."""
    found: set[int] = set()
    for some in pieces(line_ids):
        events = LoanEvent.line_id.in_(some), LoanEvent.recorded_at > batch.confirmed_at
        found.update(db.session.scalars(select(LoanEvent.line_id).where(*events)))
        for model in (Chase, Compensation):
            found.update(db.session.scalars(select(model.line_id).where(model.line_id.in_(some))))
    return found


def _with_later_lines(line_ids: Collection[int]) -> set[int]:
    """Lines of things that were lent again since: what became of them cannot be told any more."""
    mine = set(line_ids)
    found: set[int] = set()
    for some in pieces(line_ids):
        later = select(LoanLine.id, LoanLine.asset_id).where(
            LoanLine.asset_id.in_(select(LoanLine.asset_id).where(LoanLine.id.in_(some))),
            LoanLine.id > max(line_ids),
            LoanLine.withdrawn_at.is_(None),
        )
        things = {row.asset_id for row in db.session.execute(later) if row.id not in mine}
        if things:
            again = select(LoanLine.id).where(LoanLine.id.in_(some), LoanLine.asset_id.in_(things))
            found.update(db.session.scalars(again))
    return found


def _withdraw(line_ids: Collection[int], now: datetime) -> None:
    for some in pieces(line_ids):
        values = {"withdrawn_at": now, "holds_asset": False, "claims_period": False, "version": LoanLine.version + 1}
        db.session.execute(
            update(LoanLine).where(LoanLine.id.in_(some)).values(values).execution_options(synchronize_session=False)
        )
        empty = ~exists().where(LoanLine.loan_id == Loan.id, LoanLine.withdrawn_at.is_(None))
        of_lines = select(LoanLine.loan_id).where(LoanLine.id.in_(some))
        db.session.execute(
            update(Loan)
            .where(Loan.id.in_(of_lines), empty)
            .values(withdrawn_at=now)
            .execution_options(synchronize_session=False)
        )


def _hold_again(released: Collection[int]) -> None:
    """Lines whose thing was with somebody later, as that file told it, wait again for the approval of their return."""
    for some in pieces(released):
        waiting = LoanLine.id.in_(some), LoanLine.state == LineState.RECEIVED, LoanLine.withdrawn_at.is_(None)
        values = {"holds_asset": True, "claims_period": True}
        db.session.execute(update(LoanLine).where(*waiting).values(values).execution_options(synchronize_session=False))


def _restore(actor: Actor, before: dict[str, dict[str, str]], batch: ImportBatch, now: datetime) -> None:
    """The register as it was, for things whose status the import had set and nobody changed since."""
    for some in pieces(sorted(int(asset_id) for asset_id in before)):
        for asset in db.session.scalars(select(Asset).where(Asset.id.in_(some)).order_by(Asset.id).with_for_update()):
            changed = select(AssetEvent.id).where(
                AssetEvent.asset_id == asset.id, AssetEvent.recorded_at > batch.confirmed_at
            )
            if db.session.scalars(changed.limit(1)).first() is not None:
                continue
            was = before[str(asset.id)]
            assets.set_state(
                actor,
                asset,
                status=AssetStatus(was["status"]),
                condition=Condition(was["condition"]),
                now=now,
                reason=f"ถอนการนำเข้า {batch.key}",
            )
