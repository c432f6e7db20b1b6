"""The month as JSON, exactly as contract.md section 6 names it: for the API, the command and the stored snapshot."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assetloan.core import clock
from assetloan.identity.queries import UnitCard
from assetloan.reporting.monthly import LineRow, MonthlyReport


def _unit(card: UnitCard | None) -> dict[str, str] | None:
    return None if card is None else {"code": card.code, "name": card.name}


def _instant(at: datetime | None) -> str | None:
    return None if at is None else clock.in_bangkok(at).isoformat(timespec="seconds")


def _line(row: LineRow) -> dict[str, Any]:
    return {
        "loan": row.loan,
        "kind": "asset",
        "asset_no": row.asset_no,
        "name": row.name,
        "quantity": row.quantity,
        "unit_of_count": row.unit_of_count,
        "borrower": row.borrower,
        "borrower_unit": _unit(row.borrower_unit),
        "purpose": row.purpose,
        "place": row.place.value,
        "handed_over_at": _instant(row.handed_over_at),
        "due_on": row.due_on.isoformat(),
        "returned_at": _instant(row.returned_at),
        "condition": row.condition.value if row.condition else None,
        "days_late": row.days_late,
    }


def monthly(report: MonthlyReport) -> dict[str, Any]:
    """The report as plain values."""
    shape: dict[str, Any] = {
        "month": str(report.month),
        "unit": _unit(report.unit),
        "version": report.version,
        "state": report.state,
        "as_of": _instant(report.period.as_of),
        "summary": report.summary,
        "lines": [_line(row) for row in report.lines],
    }
    if report.unit is None:
        shape["units"] = [{"unit": _unit(card), "summary": summary} for card, summary in report.units]
    return shape
