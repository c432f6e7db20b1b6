"""Printers of a unit as pages: add, edit, measure, end; the test page with its ruler."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets.label_forms import MeasureForm, PrinterForm
from assetloan.assets.labelling import printers
from assetloan.assets.labelling import queries as labelling
from assetloan.assets.labelling.models import Printer
from assetloan.assets.labelling.printers import Measures
from assetloan.assets.views import units_for
from assetloan.core import clock, settings
from assetloan.core.db import db
from assetloan.core.errors import DomainError
from assetloan.core.forms import ActForm, BaseForm, save
from assetloan.core.i18n import _
from assetloan.documents.labels import DEFAULT_LAYOUT, LAYOUTS, layout_named, render_test_page
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import unit_by_code, unit_tree
from assetloan.identity.rules import Permission

bp = Blueprint("printers", __name__)


@bp.route("/labels/printers", methods=["GET", "POST"])
@access(Permission.LABEL_PRINT)
def index() -> ResponseReturnValue:
    """The printers in use, and one more."""
    units = units_for(actor(), Permission.LABEL_PRINT)
    form = PrinterForm()
    form.unit.choices = [(card.code, card.name) for card in units]
    if form.validate_on_submit():
        answer = save(owner_key(), form, lambda: _add(form, now=clock.now()))
        if answer is not None:
            return answer
    tree = unit_tree(clock.today())
    rows = [
        (printer, tree[printer.unit_id].label, LAYOUTS.get(printer.layout))
        for printer in labelling.printers_of(actor())
    ]
    status = 422 if request.method == "POST" else 200
    return render_template("assets/printers.html", form=form, rows=rows), status


def _add(form: PrinterForm, *, now: datetime) -> str:
    unit = unit_by_code(form.unit.data, clock.bangkok_date(now))
    made = printers.add_printer(actor(), unit.id, form.name.data or "", form.layout.data, now=now)
    return url_for("printers.edit", printer_id=made.id)


@bp.route("/labels/printers/<int:printer_id>", methods=["GET", "POST"])
@access(Permission.LABEL_PRINT)
def edit(printer_id: int) -> ResponseReturnValue:
    """One printer: its name and stock; the same page measures and ends it."""
    printer = labelling.printer_for(actor(), printer_id)
    form = PrinterForm(obj=printer) if request.method == "GET" else PrinterForm()
    form.unit.choices = [("", "")]
    form.unit.data = ""
    if form.validate_on_submit():
        answer = save(owner_key(), form, lambda: _edit(form, printer_id, now=clock.now()))
        if answer is not None:
            return answer
    return _page(printer_id, form=form)


def _edit(form: PrinterForm, printer_id: int, *, now: datetime) -> str:
    printers.edit_printer(actor(), printer_id, form.name.data or "", form.layout.data, now=now)
    return url_for("printers.edit", printer_id=printer_id, done="edited")


@bp.post("/labels/printers/<int:printer_id>/measure")
@access(Permission.LABEL_PRINT)
def measure(printer_id: int) -> ResponseReturnValue:
    """Keep what was measured on the test page."""
    labelling.printer_for(actor(), printer_id)
    form = MeasureForm()
    if form.validate_on_submit():
        answer = save(owner_key(), form, lambda: _measure(form, printer_id, now=clock.now()))
        if answer is not None:
            return answer
    return _page(printer_id, measures=form)


def _measure(form: MeasureForm, printer_id: int, *, now: datetime) -> str:
    measures = Measures(form.length.hundredths, form.left.hundredths, form.top.hundredths)
    printers.calibrate_printer(actor(), printer_id, measures, now=now)
    return url_for("printers.edit", printer_id=printer_id, done="measured")


@bp.post("/labels/printers/<int:printer_id>/end")
@access(Permission.LABEL_PRINT)
def end(printer_id: int) -> ResponseReturnValue:
    """The printer is gone."""
    labelling.printer_for(actor(), printer_id)
    form = ActForm()

    def work() -> str:
        printers.end_printer(actor(), printer_id, now=clock.now())
        return url_for("printers.index")

    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _page(printer_id, refused=form)


def _page(
    printer_id: int,
    *,
    form: PrinterForm | None = None,
    measures: MeasureForm | None = None,
    refused: BaseForm | None = None,
) -> ResponseReturnValue:
    printer = labelling.printer_for(actor(), printer_id)
    layout = layout_named(printer.layout or DEFAULT_LAYOUT)
    shown = measures if measures is not None else refused if refused is not None else form
    names = PrinterForm(formdata=None, obj=printer) if form is None else form
    done = {"edited": _("บันทึกแล้ว"), "measured": _("บันทึกค่าที่วัดแล้ว พิมพ์หน้าตรวจผลแล้วดูว่าไม้บรรทัดยาวตรง")}.get(
        request.args.get("done", "")
    )
    page = render_template(
        "assets/printer.html",
        form=shown if request.method == "POST" else None,
        names=names,
        measures=measures if measures is not None else MeasureForm(formdata=None),
        act_form=ActForm(formdata=None),
        printer=printer,
        layout=layout,
        ruler=layout.ruler,
        notices=[{"tone": "ok", "text": done}] if done else [],
    )
    return page, 422 if request.method == "POST" else 200


@bp.get("/labels/test")
@access(Permission.LABEL_PRINT)
def test_page() -> ResponseReturnValue:
    """The test page of a layout: as the printer would print it by itself, or (with a printer) drawn against it."""
    now = clock.now()
    name = request.args.get("layout", DEFAULT_LAYOUT)
    printer: Printer | None = None
    if request.args.get("printer"):
        if not request.args["printer"].isdecimal() or len(request.args["printer"]) > 9:
            abort(400)
        printer = labelling.printer_for(actor(), int(request.args["printer"]))
        name = printer.layout or DEFAULT_LAYOUT
    try:
        layout = layout_named(name)
    except DomainError:
        abort(400)
    today = clock.bangkok_date(now)
    root = unit_tree(today).agency()
    agency = settings.text("agency_short_name", today) or (root.label if root else "")
    correction = printers.correction_of(printer)
    # Thai like every label: the paper lies beside the labels.
    words = f"ไม้บรรทัดยาว {layout.ruler.length} มม. {layout.name}"
    db.session.rollback()
    body = render_test_page(layout.name, agency=agency, words=words, at=now, correction=correction)
    return Response(
        body,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="label-test-{layout.name}.pdf"'},
    )
