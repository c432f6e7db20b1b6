"""What the tick does with loans: nobody collects, nobody chases. Each step finds in the rows what is left to do."""

from __future__ import annotations

from datetime import datetime

from assetloan.core import beat, clock
from assetloan.core.db import db, transaction
from assetloan.identity.rules import console
from assetloan.lending.authority import standing
from assetloan.lending.booking.service import expire_no_shows
from assetloan.lending.chasing import queries, service

MOST_AT_ONCE = 100


@beat.step("no-shows", place=20)
def _expire(now: datetime) -> dict[str, int]:
    """What nobody collected is free again."""
    with transaction():
        return {"expired": len(expire_no_shows(console(request_id="tick"), now=now))}


@beat.step("escalation", place=50)
def _escalate(now: datetime) -> dict[str, int]:
    """All units, a hundred loans to a transaction."""
    today = clock.bangkok_date(now)
    late = queries.past_the_days(today)
    told = queries.escalated_already(line.loan.number for line in late)
    open_ = [line.id for line in late if (line.loan.number, line.due_on.isoformat()) not in told]
    db.session.rollback()
    done = 0
    for start in range(0, len(open_), MOST_AT_ONCE):
        with transaction():
            some = queries.lines_to_escalate(open_[start : start + MOST_AT_ONCE], today)
            done += service.escalate_overdue(console(request_id="tick"), some, now=now)
    return {"escalated": done}


@beat.step("standing approvals", place=60)
def _tell_heads(now: datetime) -> dict[str, int]:
    """Each head reads what their orders let through last month."""
    with transaction():
        return {"orders_used": standing.tell_heads(now=now)}
