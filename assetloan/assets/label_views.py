"""Labels in three steps: which, on what, the files (ux.md S9). A making is recorded once; its files follow from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import label_queries, queries
from assetloan.assets.label_forms import WHICH, LabelChoiceForm, LabelSheetForm, LostForm
from assetloan.assets.label_queries import MOST_NUMBERS, LabelChoice
from assetloan.assets.labelling import making, printing
from assetloan.assets.labelling import queries as labelling
from assetloan.assets.labelling.printing import PrintOrder
from assetloan.assets.views import page_number, units_for
from assetloan.core import clock, ids, jobs, text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, NotFound
from assetloan.core.forms import save
from assetloan.core.i18n import _, format_day, ngettext, word
from assetloan.documents.labels import DEFAULT_LAYOUT, LAYOUTS, MOST_LABELS, Layout, layout_named
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Permission

bp = Blueprint("labels", __name__)
MADE_A_PAGE = 25


# --- step 1: which --------------------------------------------------------------------------------------------------


@bp.route("/labels", methods=["GET", "POST"])
@access(Permission.LABEL_PRINT)
def choose() -> ResponseReturnValue:
    """Step 1: which labels; goes on to the sheet."""
    units = units_for(actor(), Permission.LABEL_PRINT)
    form = LabelChoiceForm()
    _offer(form, units)
    if request.method == "GET":
        _prefill(form)
        return render_template("assets/labels.html", form=form, several=len(units) > 1)
    status = 422
    if form.validate_on_submit():
        try:
            return redirect(_sheet_url(form), 303)
        except NotFound as fault:
            status = 404
            form.numbers.errors = [_unknown_words(fault)]
        except DomainError as fault:
            field: Any = {"numbers": form.numbers, "new": form.since}.get(form.which.data, form.which)
            field.errors = [word(fault)]
    return render_template("assets/labels.html", form=form, several=len(units) > 1), status


def _unknown_words(fault: NotFound) -> str:
    return _(
        "ไม่พบ “%(number)s” หรืออยู่นอกหน่วยงานที่คุณพิมพ์ป้ายได้ จึงยังไม่พิมพ์ทั้งชุด กรุณาแก้หรือลบออก",
        number=fault.details.get("asset", ""),
    )


def _offer(form: LabelChoiceForm, units: list[UnitCard]) -> None:
    form.unit.choices = [(card.code, card.name) for card in units]
    places = queries.places_of([card.id for card in units])
    names = {card.id: card.label for card in units}
    every = ("", _("ทุกสถานที่"))
    if len(units) == 1:
        form.place.choices = [every, *((str(site.id), site.name) for site in places)]
    else:
        form.place.choices = [every, *((str(site.id), f"{names[site.unit_id]} · {site.name}") for site in places)]
    form.category.choices = [("", _("ทุกประเภท")), *((item.code, item.name) for item in queries.categories())]


def _prefill(form: LabelChoiceForm) -> None:
    """What a link of another page has chosen already."""
    form.since.data = clock.today()
    if request.args.get("numbers"):
        form.which.data, form.numbers.data = "numbers", text.clean_multiline(request.args["numbers"])
    for name in ("unit", "which"):
        asked = request.args.get(name)
        if asked in {choice.value for choice in form[name].choices}:
            form[name].data = asked


def _sheet_url(form: LabelChoiceForm) -> str:
    """The address of the next page. Raises NotFound, DomainError for numbers that cannot be printed."""
    which, unit = form.which.data, form.unit.data
    if which == "numbers":
        codes = label_queries.codes_of_references(actor(), _some(form.wanted()))
        return url_for("labels.sheet", which="codes", codes="-".join(codes))
    if which in ("lost", "blank", "places"):
        pages = {"lost": "labels.lost", "blank": "codes.blank", "places": "codes.places"}
        return url_for(pages[which], unit=unit)
    if which == "new" and form.since.data is None:
        raise DomainError("required")
    narrowed = {"place": form.place.data or None, "category": form.category.data or None}
    since = form.since.data.isoformat() if which == "new" and form.since.data else None
    return url_for("labels.sheet", which=which, unit=unit, since=since, **(narrowed if which == "unit" else {}))


def _some(wanted: list[str]) -> list[str]:
    """The numbers typed. Raises DomainError for none or too many."""
    if not wanted:
        raise DomainError("required")
    if len(wanted) > MOST_NUMBERS:
        raise DomainError("too_many_numbers", most=MOST_NUMBERS)
    return wanted


@bp.route("/labels/lost", methods=["GET", "POST"])
@access(Permission.LABEL_PRINT)
def lost() -> ResponseReturnValue:
    """Labels that are lost: new codes, the old ones end, and on to the sheet."""
    form, status = LostForm(), 422 if request.method == "POST" else 200
    if request.method == "GET" and request.args.get("numbers"):
        form.numbers.data = text.clean_multiline(request.args["numbers"])
    if form.validate_on_submit():
        try:
            answer = save(owner_key(), form, lambda: _replace(form, now=clock.now()))
        except NotFound as fault:
            answer, status = None, 404
            form.numbers.errors = [_unknown_words(fault)]
        if answer is not None:
            return answer
    return render_template("assets/labels_lost.html", form=form), status


def _replace(form: LostForm, *, now: datetime) -> str:
    made = printing.replace_labels(actor(), _some(form.wanted()), reason=form.reason.data or "", now=now)
    return url_for("labels.sheet", which="codes", codes="-".join(made))


# --- step 2: on what ------------------------------------------------------------------------------------------------


def _choice() -> LabelChoice:
    """The choice of the address; 400 for what no step 1 makes."""
    which = request.args.get("which", "")
    if which not in label_queries.KINDS:
        abort(400)
    if which == "codes":
        codes = tuple(code for code in request.args.get("codes", "").split("-") if code)
        if not 0 < len(codes) <= MOST_NUMBERS or any(ids.read_code(code) is None for code in codes):
            abort(400)
        return LabelChoice(which, codes=codes)
    if which == "batch":
        return LabelChoice(which, batch_id=_number("batch", 2**31) or abort(400))
    units = {card.code: card.id for card in units_for(actor(), Permission.LABEL_PRINT)}
    unit_id = units.get(request.args.get("unit", ""))
    if unit_id is None:
        raise NotFound(unit=request.args.get("unit", ""))
    return LabelChoice(
        which,
        unit_id=unit_id,
        place_id=_number("place", 2**31) or None,
        category_code=request.args.get("category") or None,
        since=_day("since") if which == "new" else None,
    )


def _number(name: str, most: int) -> int:
    asked = request.args.get(name, "")
    try:
        return text.parse_int(asked, least=1, most=most) if asked else 0
    except ValueError:
        abort(400)


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        abort(400)


def _choice_words(choice: LabelChoice) -> str:
    """What was chosen, in words, for the record."""
    if choice.since is not None:
        return _("ลงทะเบียนตั้งแต่ %(day)s", day=format_day(choice.since))
    said = dict(WHICH) | {"codes": _("เฉพาะหมายเลขที่พิมพ์ไว้"), "batch": _("ป้ายเปล่าที่ยังไม่ผูก")}
    parts = [str(said[choice.which])]
    if choice.place_id is not None:
        parts.append(queries.place_name(choice.place_id) or "")
    category = queries.category_of(choice.category_code) if choice.category_code else None
    return " · ".join(part for part in (*parts, category.name if category else "") if part)


@bp.route("/labels/sheet", methods=["GET", "POST"])
@access(Permission.LABEL_PRINT)
def sheet() -> ResponseReturnValue:
    """Step 2: how many there are, the kind of sheet, the first cell; sent, the making is recorded."""
    choice, form = _choice(), _sheet_form()
    if request.method == "GET":
        return _sheet_page(choice, form, 200)
    good = form.validate_on_submit()
    if good and "preview" not in request.form:
        answer = save(owner_key(), form, lambda: _make(choice, form, now=clock.now()))
        if answer is not None:
            return answer
        good = False
    return _sheet_page(choice, form, 200 if good else 422)


def _sheet_form() -> LabelSheetForm:
    form = LabelSheetForm()
    printers = labelling.printers_of(actor())
    form.printer.choices = [*form.printer.choices, *((str(printer.id), printer.name) for printer in printers)]
    wanted = request.args.get("layout", "")
    if request.method == "GET" and wanted in LAYOUTS:
        form.layout.data = wanted
        form.printer.data = next((str(item.id) for item in printers if item.layout == wanted), "")
    if form.layout.data in LAYOUTS:
        form.start.most = layout_named(form.layout.data).per_page
    return form


def _make(choice: LabelChoice, form: LabelSheetForm, *, now: datetime) -> str:
    """Record the making; more than a file holds becomes a job that a person watches."""
    printer = labelling.printer_for(actor(), int(form.printer.data)) if form.printer.data else None
    order = PrintOrder(
        form.layout.data,
        form.start.number or 1,
        printer.id if printer is not None else None,
        _choice_words(choice),
        form.reason.data or "",
    )
    made = printing.record_print(actor(), label_queries.lines_of(actor(), choice), order, now=now)
    url = url_for("labels.made", print_id=made.id)
    if made.labels <= MOST_LABELS:
        return url
    payload = {"print": made.id, "url": url, "back": url}
    job = jobs.ask(making.KIND, payload, person_id=actor().person_id, unit_id=made.unit_id, now=now)
    return url_for("jobs.watch", key=job.key)


def _sheet_page(choice: LabelChoice, form: LabelSheetForm, status: int) -> ResponseReturnValue:
    lines = label_queries.lines_of(actor(), choice)
    good = not form.layout.errors and not form.start.errors
    layout = layout_named(form.layout.data if good and form.layout.data in LAYOUTS else DEFAULT_LAYOUT)
    start = min(form.start.number or 1, layout.per_page) if good else 1
    page = render_template(
        "assets/label_sheet.html",
        form=form,
        has_errors=status != 200,
        count=ngettext("%(num)s ดวง", "%(num)s ดวง", len(lines)),
        empty=not lines,
        again=label_queries.printed_before([line.code_id for line in lines]),
        left_out=label_queries.without_code(actor(), choice),
        parts=making.parts_of(len(lines)),
        most=MOST_LABELS,
        kept=request.args.to_dict(),
        cells=_cells(layout, start, len(lines)),
        layout=layout,
        close=layout.unmeasured is not None,
        geometry=layout.geometry,
        pages=-(-(start - 1 + len(lines)) // layout.per_page) if lines else 0,
    )
    return page, status


def _cells(layout: Layout, start: int, count: int) -> list[dict[str, Any]]:
    """The cells of the first page: which stay empty, which get a label."""
    made = []
    for at in range(layout.per_page):
        x, y = layout.cell(at)
        made.append({"x": round(x, 2), "y": round(y, 2), "printed": start - 1 <= at < start - 1 + count})
    return made


@bp.get("/labels/layouts")
@access(Permission.LABEL_PRINT)
def layouts() -> ResponseReturnValue:
    """Every kind of label stock as a picture, to choose from."""
    kept = {name: value for name, value in request.args.to_dict().items() if name != "layout"}
    return render_template(
        "assets/label_layouts.html",
        layouts=[(layout, making.picture_of(layout)) for layout in LAYOUTS.values()],
        kept=kept if kept.get("which") in label_queries.KINDS else {},
    )


# --- step 3: the files ----------------------------------------------------------------------------------------------


@bp.get("/labels/made/<int:print_id>")
@access(Permission.LABEL_PRINT)
def made(print_id: int) -> ResponseReturnValue:
    """What was made, and its files."""
    found = labelling.print_for(actor(), print_id)
    printer = labelling.printer_of_print(found)
    return render_template(
        "assets/labels_made.html",
        made=found,
        printer=printer,
        layout=LAYOUTS.get(found.layout),
        parts=making.parts_of(found.labels),
        open=making.is_open(found, clock.now()),
    )


@bp.get("/labels/made/<int:print_id>/pdf")
@access(Permission.LABEL_PRINT)
def pdf(print_id: int) -> ResponseReturnValue:
    """One file of a making, while it is fresh."""
    now = clock.now()
    found = labelling.print_for(actor(), print_id)
    if not making.is_open(found, now):
        raise DomainError("label_file_gone")
    part = _number("part", 1000) or 1
    if part > making.parts_of(found.labels):
        raise NotFound(part=part)
    body = making.kept_file(found, part)
    if body is None:
        order = making.order_of(actor(), found, part)
        db.session.rollback()  # no read transaction while the sheet is made
        body = order.render()
    name = file_name(found.printed_at, part)
    return Response(body, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def file_name(now: datetime, part: int) -> str:
    """The name of a sheet's file: labels-2026-11-23-1.pdf."""
    return f"labels-{clock.bangkok_date(now).isoformat()}-{part}.pdf"


@bp.get("/labels/made")
@access(Permission.LABEL_PRINT)
def history() -> ResponseReturnValue:
    """Which labels were made when, by whom and why again."""
    page = page_number()
    rows = labelling.prints_of(actor(), page=page, per_page=MADE_A_PAGE)
    return render_template(
        "assets/labels_history.html",
        rows=rows[:MADE_A_PAGE],
        layouts=LAYOUTS,
        page=page,
        more=len(rows) > MADE_A_PAGE,
    )
