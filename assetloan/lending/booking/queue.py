"""Telling the next in the queue: a reservation is a place in it.

What a transaction frees is noted as it happens and looked at just before the commit, when it stands where each thing
is: what one borrower passes on to another was free for no moment.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from assetloan.assets.rules import AssetStatus
from assetloan.core import clock, settings
from assetloan.core import db as core_db
from assetloan.core.db import db
from assetloan.lending.booking import queries, rules
from assetloan.lending.models import LoanLine
from assetloan.notices import outbox

FREED = "freed"


def note_freed(line: LoanLine, now: datetime) -> None:
    """A line no longer claims its thing."""
    db.session.info.setdefault(FREED, []).append((line.id, now))


def tell_next(session: Session) -> None:
    """Tell who comes next that a thing is free: it came back, or whoever was before gave up."""
    freed: dict[int, datetime] = dict(session.info.pop(FREED, []))
    for line in queries.freed_lines(freed):
        _tell(line, freed[line.id])


def _tell(line: LoanLine, now: datetime) -> None:
    """Only when it lies on the shelf and the next one's days begin soon; told once for each time it is freed."""
    if line.claims_period or line.asset.status is not AssetStatus.AVAILABLE:
        return
    today = clock.bangkok_date(now)
    others = queries.waiting_for(line.asset_id, but=line.id)
    turn = rules.next_in_queue(
        line.claim_from,
        [waiting for waiting, _line in others],
        today=today,
        within_days=settings.number("queue_notice_days", today),
    )
    following = next((other for _waiting, other in others if other.id == turn), None)
    if following is not None and following.borrower_id != line.borrower_id:
        outbox.put(
            "loan.next_in_queue",
            to=[following.borrower_id],
            about=following.loan.ref,
            at=now,
            occurrence=f"{following.id}:{line.id}",
        )


if tell_next not in core_db.before_commit:
    core_db.before_commit.insert(0, tell_next)  # before the chain of the audit, which comes last
