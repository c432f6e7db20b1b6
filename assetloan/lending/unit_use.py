"""What lending says when a unit is to be closed: its open loans, and the last day on which something happened."""

from __future__ import annotations

from sqlalchemy import func, select

from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.i18n import ngettext
from assetloan.identity.closing import Tie, UnitUse
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Permission
from assetloan.lending.models import LoanEvent, LoanLine
from assetloan.lending.rules import ENDED, LineState


def of_unit(card: UnitCard) -> UnitUse:
    """Loans of the unit's things that have not come to their end."""
    going = LoanLine.state.not_in([*ENDED, LineState.CLOSED])
    query = select(func.count(LoanLine.loan_id.distinct())).where(LoanLine.unit_id == card.id, going)
    count = db.session.scalar(query.where(LoanLine.withdrawn_at.is_(None))) or 0
    last = db.session.scalar(select(func.max(LoanEvent.occurred_at)).where(LoanEvent.unit_id == card.id))
    words = ngettext("ใบยืมที่ยังไม่จบ %(num)s ใบ", "ใบยืมที่ยังไม่จบ %(num)s ใบ", count)
    ties = (Tie(words, "lending.register", {"unit": card.code}, Permission.LOAN_VIEW),) if count else ()
    return UnitUse(ties, None if last is None else clock.bangkok_date(last))
