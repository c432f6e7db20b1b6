"""A transfer that waits on each side of the border of the stage, and an equal piece to swap with."""

from __future__ import annotations

from datetime import date, timedelta

from assetloan.core.db import transaction
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import Place
from assetloan.lending import service as lending
from assetloan.lending.changing import service as changing
from assetloan.lending.service import LoanAct, LoanRequest
from tests.conftest import NOW
from tests.factories import actor_named, an_asset

TODAY = date(2026, 11, 23)


def passed_on(units: dict[str, str], receivers: dict[str, str], category: int) -> dict[str, int]:
    """By side: what the borrower of the cast has of that unit and wants to pass on; unanswered, undecided."""
    changes: dict[str, int] = {}
    for side, code in units.items():
        unit = unit_by_code(code, TODAY)
        thing = an_asset(unit, asset_no=f"7440-015-{side}", name="ไมโครโฟน").number
        an_asset(unit, asset_no=f"7440-016-{side}", category_id=category)
        borrower, head, officer = (actor_named(name) for name in ("borrower", f"head-{side}", f"officer-{side}"))
        with transaction():
            wanted = LoanRequest((thing,), "อบรม", Place.INSIDE, TODAY + timedelta(days=5))
            number = lending.request_loan(borrower, wanted, now=NOW).number
            lending.approve_loan(head, LoanAct(number), now=NOW)
            lending.hand_over_loan(officer, LoanAct(number), now=NOW)
            ask = changing.TransferAsk(number, receivers[side], "รับงานต่อ")
            changes[side] = changing.request_transfer(borrower, ask, now=NOW).id
    return changes
