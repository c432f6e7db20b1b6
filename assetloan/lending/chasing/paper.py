"""The words of บันทึกติดตามทวงคืน: always Thai, Arabic digits, from a loan that was loaded for an actor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from assetloan.core import clock, settings
from assetloan.core.calendar import thai_date
from assetloan.documents.chase_memo import ChaseMemo, MemoChase, MemoItem
from assetloan.identity.queries import unit_tree
from assetloan.lending import page_queries
from assetloan.lending.chasing import queries
from assetloan.lending.models import Loan, LoanLine


def _day(day: date | None) -> str:
    return thai_date(day, "long") if day is not None else ""


def _short(day: date) -> str:
    return thai_date(day, "short")


def memo_of(loan: Loan, late: Sequence[LoanLine], *, now: datetime) -> ChaseMemo:
    """The memo about the overdue things of a loan; several things reminded of at once are one reminder."""
    today = clock.bangkok_date(now)
    tree = unit_tree(today)
    card, agency = tree[loan.unit_id], tree.agency()
    records = queries.records_of(line.id for line in late)
    names = page_queries.names(row.person_id for row in records)
    once = {(row.chased_at, row.person_id, row.how, row.note): row for row in records}
    return ChaseMemo(
        number=loan.number,
        agency=settings.text("agency_name", today) or (agency.name if agency is not None else ""),
        unit=card.name,
        contact=card.contact,
        day=_day(today),
        borrower=loan.borrower_name,
        position=loan.borrower_position,
        borrower_unit=tree[loan.borrower_unit_id].name,
        purpose=loan.purpose,
        handed_over_on=_day(min((line.handed_over_on for line in late if line.handed_over_on), default=None)),
        chase_days=str(queries.chase_days(today)),
        items=tuple(
            MemoItem(line.asset.name, line.asset.number, _short(line.due_on), str((today - line.due_on).days))
            for line in late
        ),
        chases=tuple(
            MemoChase(_short(row.chased_on), row.how, names.get(row.person_id or 0, ""), row.note)
            for row in once.values()
        ),
        head_post=card.head_post,
        issued=f"พิมพ์จากระบบเมื่อ {_day(today)} {clock.in_bangkok(now):%H:%M} น.",
    )
