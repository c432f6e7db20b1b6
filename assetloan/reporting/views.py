"""The month as pages: a unit's, each figure opening to its rows; the agency's, units by figures; and as files."""

from __future__ import annotations

import io
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock
from assetloan.core.i18n import _
from assetloan.core.month import Month
from assetloan.identity.guards import access, actor
from assetloan.identity.nav import NavItem
from assetloan.identity.queries import UnitCard, unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.lending.labels import CONDITIONS
from assetloan.reporting import labels, monthly
from assetloan.reporting.export import export
from assetloan.reporting.monthly import MonthlyReport

bp = Blueprint("reporting", __name__)

OFFERED_MONTHS = 24
FORMS = "any(xlsx,csv,json)"
ON_TOP = ("lines", "returned", "returned_late", "outstanding", "overdue", "lost")


def nav(who: Actor) -> NavItem | None:
    """Reports in the header, for those who answer for a unit."""
    if not who.has(Permission.REPORT_VIEW):
        return None
    return NavItem(url_for("reporting.index"), _("รายงาน"), "reporting.index")


def _units(who: Actor) -> list[UnitCard]:
    """The units whose reports a person may read, in the usual order."""
    scope = who.scope(Permission.REPORT_VIEW)
    return [card for card in unit_tree(clock.today()).ordered() if scope.everything or card.id in scope.units]


def _months(now: datetime, chosen: Month) -> list[Month]:
    """The months to choose from, newest first, the chosen one among them."""
    month, found = Month.of(clock.bangkok_date(now)), []
    for _number in range(OFFERED_MONTHS):
        found.append(month)
        month = month.before()
    return found if chosen in found else [*found, chosen]


@bp.get("/reports")
@access(Permission.REPORT_VIEW)
def index() -> ResponseReturnValue:
    """To the month and unit chosen; without a choice to this month of what one answers for."""
    who, now = actor(), clock.now()
    wanted = request.args.get("month", "")
    month = Month.parse(wanted) if wanted else Month.of(clock.bangkok_date(now))
    units = _units(who)
    unit = request.args.get("unit")
    everything = who.scope(Permission.REPORT_VIEW).everything
    if unit is None and not everything:
        own = [card.code for card in units if card.id == who.unit_id]
        unit = (own or [card.code for card in units] or [""])[0]
    if unit:
        return redirect(url_for("reporting.unit_month", month=str(month), unit=unit))
    if not everything:
        abort(404)
    return redirect(url_for("reporting.agency_month", month=str(month)))


def _page(template: str, report: MonthlyReport, **more: object) -> str:
    who = actor()
    units = [(card.code, card.name) for card in _units(who)]
    if who.scope(Permission.REPORT_VIEW).everything:
        units.insert(0, ("", _("ทุกหน่วยงาน")))
    return render_template(
        template,
        report=report,
        months=[(str(month), month.words()) for month in _months(report.period.as_of, report.month)],
        units=units,
        figures=labels.FIGURES,
        conditions=CONDITIONS,
        on_top=ON_TOP,
        **more,
    )


@bp.get("/reports/<month>")
@access(Permission.REPORT_VIEW)
def agency_month(month: str) -> ResponseReturnValue:
    """The month of all units, for those who see all."""
    report = monthly.month_of_agency(actor(), Month.parse(month), as_of=clock.now(), with_lines=False)
    return _page("reporting/agency_month.html", report, part_a=labels.PART_A)


@bp.get("/reports/<month>/<unit>")
@access(Permission.REPORT_VIEW)
def unit_month(month: str, unit: str) -> ResponseReturnValue:
    """The month of a unit; with ?show=FIGURE the rows behind that figure."""
    who, now = actor(), clock.now()
    shown = request.args.get("show", "")
    if shown and shown not in labels.FIGURES:
        abort(400)
    report = monthly.month_of_unit(who, Month.parse(month), unit, as_of=now)
    rows = monthly.rows_behind(who, report.month, unit, shown, as_of=now) if shown else report.lines
    return _page("reporting/unit_month.html", report, rows=rows, shown=shown)


@bp.get(f"/reports/<month>/<unit>/report.<{FORMS}:form>")
@access(Permission.REPORT_VIEW)
def unit_file(month: str, unit: str, form: str) -> ResponseReturnValue:
    """The month of a unit as a file."""
    return _file(monthly.month_of_unit(actor(), Month.parse(month), unit, as_of=clock.now()), form)


@bp.get(f"/reports/<month>/report.<{FORMS}:form>")
@access(Permission.REPORT_VIEW)
def agency_file(month: str, form: str) -> ResponseReturnValue:
    """The month of the agency as a file."""
    return _file(monthly.month_of_agency(actor(), Month.parse(month), as_of=clock.now()), form)


def _file(report: MonthlyReport, form: str) -> ResponseReturnValue:
    made = export(report, form)
    return send_file(
        io.BytesIO(made.data), mimetype=made.mime.partition(";")[0], as_attachment=True, download_name=made.name
    )
