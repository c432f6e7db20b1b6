"""Things as the API shows them: field names of the contract, null for what the reader may not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from assetloan.api.operations import PREFIX
from assetloan.assets.models import Asset
from assetloan.assets.queries import sees_all_of
from assetloan.assets.rules import RESERVED, AssetStatus, CodeState
from assetloan.core import clock
from assetloan.core.money import Money
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission, Role
from assetloan.lending import rules
from assetloan.lending.models import Compensation, Loan, LoanEvent, LoanLine

Shape = dict[str, Any]
# What of an asset goes out as it is stored, to those who see all of it.
MORE = (
    *("description", "document_no", "method", "fund", "vendor", "vendor_address", "vendor_phone", "warranty_note"),
    *("life_years", "life_reason", "unit_of_count", "below_threshold", "note"),
)


def day(value: date | None) -> str | None:
    """ISO, CE."""
    return None if value is None else value.isoformat()


def instant(value: datetime | None) -> str | None:
    """ISO with the offset of Bangkok, to the second."""
    return None if value is None else clock.in_bangkok(value).isoformat(timespec="seconds")


def money(value: Money | None) -> str | None:
    return None if value is None else str(value)


def unit(unit_id: int | None) -> Shape | None:
    """A unit is always its code and its name of today."""
    card = unit_tree(clock.today()).get(unit_id)
    return None if card is None else {"code": card.code, "name": card.name}


def person(actor: Actor) -> Shape:
    """Who calls."""
    return {
        "username": actor.username,
        "name": actor.name,
        "unit": unit(actor.unit_id),
        "roles": [role.value for role in Role if role in actor.roles],
    }


# --- the register ---------------------------------------------------------------------------------------------------


def _own_or(line: LoanLine, today: date) -> bool:
    """Does this line stand for the present use: it holds the thing, or its period covers today?"""
    return line.holds_asset or (line.claims_period and line.claim_from <= today < line.claim_until)


class Availability:
    """What stands in the way of an asset: who has it or has reserved it now, and who comes next."""

    def __init__(self, asset: Asset, lines: Sequence[LoanLine], today: date) -> None:
        now = [line for line in lines if _own_or(line, today)]
        self.current = now[0] if now else None
        later = [line for line in lines if line.claims_period and line is not self.current]
        self.next = min(later, key=lambda line: line.claim_from) if later else None
        reserved = asset.status is AssetStatus.AVAILABLE and self.current is not None
        self.status = RESERVED if reserved else asset.status.value

    def due_on(self) -> date | None:
        """Until when the thing is out or reserved."""
        taken = self.current is not None and self.status in (RESERVED, AssetStatus.ON_LOAN.value)
        return self.current.due_on if taken and self.current is not None else None

    def next_reservation(self) -> date | None:
        return None if self.next is None else self.next.claim_from

    def holder(self, actor: Actor) -> str | None:
        """Who has the thing, for those who may see that loan."""
        line = self.current
        if line is None or line.state not in rules.OUT:
            return None
        seen = actor.may(Permission.LOAN_VIEW, unit_id=line.unit_id, owner_id=line.borrower_id)
        return line.loan.borrower_name if seen else None


def _code(asset: Asset) -> str | None:
    return next((code.code for code in asset.codes if code.state is CodeState.LINKED), None)


def asset_row(asset: Asset, lines: Sequence[LoanLine], today: date) -> Shape:
    """A row of the register: what everyone may read of a lendable asset."""
    free = Availability(asset, lines, today)
    return {
        "asset_no": asset.number,
        "name": asset.name,
        "category": asset.category.name if asset.category else None,
        "unit": unit(asset.unit_id),
        "place": asset.place.name if asset.place else None,
        "status": free.status,
        "condition": asset.condition.value,
        "loanable": asset.loanable,
        "code": _code(asset),
        "due_on": day(free.due_on()),
        "next_reservation": day(free.next_reservation()),
    }


def asset(actor: Actor, thing: Asset, lines: Sequence[LoanLine], today: date) -> Shape:
    """One asset; what needs a grant is null for the others."""
    full = sees_all_of(actor, thing)
    custodian = thing.custodian.name if thing.custodian else thing.custodian_text
    row = asset_row(thing, lines, today)
    free = Availability(thing, lines, today)
    return {
        "asset_no": row["asset_no"],
        "gfmis_no": thing.gfmis_no if full else None,
        "name": row["name"],
        "brand": thing.brand,
        "model": thing.model,
        "serial": thing.serial if full else None,
        "category": row["category"],
        "unit": row["unit"],
        "place": row["place"],
        "custodian": (custodian or None) if full else None,
        "received_on": day(thing.received_on) if full else None,
        "price": money(thing.price) if full else None,
        "warranty_until": day(thing.warranty_until) if full else None,
        **{name: getattr(thing, name) if full else None for name in MORE},
        "accessories": thing.accessories,
        "status": row["status"],
        "condition": row["condition"],
        "loanable": row["loanable"],
        "code": row["code"],
        "holder": free.holder(actor),
        "due_on": row["due_on"],
        "next_reservation": row["next_reservation"],
        "version": thing.version,
    }


def asset_url(number: str) -> str:
    return f"{PREFIX}/assets/{quote(number, safe='')}"


# --- loans ----------------------------------------------------------------------------------------------------------


def loan_row(loan: Loan, approver: str | None, today: date) -> Shape:
    """A loan as lists show it: header and lines."""
    return {
        "number": loan.number,
        "state": loan.state.value,
        "unit": unit(loan.unit_id),
        "borrower": loan.borrower_name,
        "borrower_unit": unit(loan.borrower_unit_id),
        "purpose": loan.purpose,
        "place": loan.place.value,
        "agency": loan.agency or None,
        "starts_on": day(loan.starts_on),
        "due_on": day(loan.due_on),
        "submitted_at": instant(loan.submitted_at),
        "approver": {"post": loan.approver_post, "name": approver},
        "legal_basis": loan.legal_basis,
        "overdue": any(_days_late(line, today) > 0 for line in loan.lines),
        "lines": [_line(line, today) for line in loan.lines],
    }


def _days_late(line: LoanLine, today: date) -> int:
    """Days past the due date of a line that is out; 0 for all others."""
    return rules.days_late(line.due_on, None, today) if line.state in rules.OUT else 0


def _line(line: LoanLine, today: date) -> Shape:
    late = _days_late(line, today)
    if line.first_received_on is not None:
        late = rules.days_late(line.due_on, line.first_received_on, today)
    return {
        "asset_no": line.asset.number,
        "name": line.asset.name,
        "state": line.state.value,
        "quantity": line.quantity,
        "due_on": day(line.due_on),
        "days_late": late,
        "decided_at": instant(line.decided_at),
        "handed_over_at": instant(line.handed_over_at),
        "returned_at": instant(line.first_received_at),
        "closed_at": instant(line.closed_at),
        "condition": line.condition_in.value if line.condition_in else None,
        "note": line.note_in or line.note_out or None,
        "reason": line.reason or None,
    }


def loan(
    thing: Loan,
    approver: str | None,
    history: Sequence[LoanEvent],
    compensations: Mapping[int, Compensation],
    today: date,
) -> Shape:
    """One loan with its history: of the whole, and of each line."""
    shape = loan_row(thing, approver, today)
    for row, line in zip(shape["lines"], thing.lines, strict=True):
        row["compensation"] = _compensation(compensations.get(line.id))
        row["history"] = [_event(event) for event in history if event.line_id == line.id]
    numbers = {line.id: line.asset.number for line in thing.lines}
    shape["history"] = [{"asset_no": numbers[event.line_id], **_event(event)} for event in history]
    return shape


def _event(event: LoanEvent) -> Shape:
    return {
        "at": instant(event.occurred_at),
        "action": event.action.value,
        "state": event.after.value,
        "by": event.person_name or None,
        "condition": event.condition.value if event.condition else None,
        "note": event.note or None,
        "source": event.source.value,
    }


def _compensation(row: Compensation | None) -> Shape | None:
    if row is None:
        return None
    return {
        "state": row.state.value,
        "condition": row.condition.value,
        "outcome": row.outcome.value if row.outcome else None,
        "amount": money(row.amount),
    }


def loan_url(number: str) -> str:
    return f"{PREFIX}/loans/{quote(number, safe='')}"
