"""Overdue things go higher on the day after the last one for chasing, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from assetloan import audit
from assetloan.core import clock
from assetloan.identity.posts import holders_of
from assetloan.identity.rules import Actor, Role
from assetloan.identity.sign_in import actor_ref
from assetloan.lending.chasing import queries
from assetloan.lending.chasing.queries import ESCALATED
from assetloan.lending.models import LoanLine
from assetloan.notices import outbox


def escalate_overdue(actor: Actor, lines: Sequence[LoanLine], *, now: datetime) -> int:
    """Tell the head of the owning unit and the Secretariat of things that are still out after the days for chasing.

    Once for a loan and a due day; audited. Returns how many loans were told about now.
    """
    today = clock.bangkok_date(now)
    told = queries.escalated_already(line.loan.number for line in lines)
    secretariat = [person.id for person in holders_of(Role.SECRETARIAT, None, today)]
    groups: dict[tuple[int, date], list[LoanLine]] = {}
    for line in lines:
        if (line.loan.number, line.due_on.isoformat()) not in told:
            groups.setdefault((line.loan_id, line.due_on), []).append(line)
    done = 0
    for (_loan_id, due_on), group in groups.items():
        loan = group[0].loan
        heads = [person.id for person in holders_of(Role.HEAD, loan.unit_id, today)]
        people = {*heads, *secretariat} - {loan.borrower_id}
        if not people:
            continue
        outbox.put(ESCALATED, to=people, about=loan.ref, at=now, occurrence=due_on.isoformat())
        after = {"due_on": due_on, "lines": {line.asset.number: line.state.value for line in group}}
        audit.record(actor_ref(actor), ESCALATED, loan.ref, at=now, after=after)
        done += 1
    return done
