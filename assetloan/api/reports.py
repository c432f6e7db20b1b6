"""/reports: the month of a unit. Preparing, certifying and submitting come with the workflow of monthly reports."""

from __future__ import annotations

from assetloan.api.operations import Operation, reads
from assetloan.api.shapes import Shape
from assetloan.core import clock
from assetloan.core.month import Month
from assetloan.identity.guards import actor
from assetloan.identity.rules import Permission
from assetloan.reporting import shape
from assetloan.reporting.monthly import month_of_unit


@reads(
    Operation(
        "monthly_report",
        "GET",
        "/reports/monthly/{month}/units/{unit}",
        Permission.REPORT_VIEW,
        "The month of a unit; the month as พ.ศ. year and month, 2569-11",
        "MonthlyReport",
        refusals=(403, 404, 422),
    )
)
def monthly_report(month: str, unit: str) -> Shape:
    """The figures and lines of one unit and month."""
    return shape.monthly(month_of_unit(actor(), Month.parse(month), unit, as_of=clock.now()))
