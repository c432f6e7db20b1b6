"""Labels in three steps: which, on what, the PDF (ux.md S9). Printing changes nothing, so its steps are addresses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import label_queries, label_sheets, queries
from assetloan.assets.codes import MOST_BLANK
from assetloan.assets.label_forms import DAYS, LabelChoiceForm, LabelSheetForm
from assetloan.assets.label_queries import MOST_NUMBERS, LabelChoice, LabelLine
from assetloan.assets.views import units_for
from assetloan.core import clock, ids, text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, NotFound
from assetloan.core.i18n import _, ngettext, word, word_code
from assetloan.documents.labels import MOST_LABELS, Geometry, layout_named, render_labels
from assetloan.identity.guards import access, actor
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Permission

bp = Blueprint("labels", __name__)


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
            field = form.numbers if form.which.data == "numbers" else form.which
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
    if request.args.get("numbers"):
        form.which.data, form.numbers.data = "numbers", text.clean_multiline(request.args["numbers"])
    for name in ("unit", "which"):
        asked = request.args.get(name)
        if asked in {choice.value for choice in form[name].choices}:
            form[name].data = asked


def _sheet_url(form: LabelChoiceForm) -> str:
    """The address of step 2. Raises NotFound, DomainError for numbers that cannot be printed."""
    which, unit = form.which.data, form.unit.data
    if which == "numbers":
        wanted = form.wanted()
        if not wanted:
            raise DomainError("required")
        if len(wanted) > MOST_NUMBERS:
            raise DomainError("too_many_numbers", most=MOST_NUMBERS)
        return url_for(
            "labels.sheet", which="codes", codes="-".join(label_queries.codes_of_references(actor(), wanted))
        )
    if which == "blank":
        return url_for("labels.sheet", which="blank", unit=unit, count=form.count.number or 1)
    if which == "new":
        return url_for("labels.sheet", which="new", unit=unit, days=form.days.data)
    narrowed = {"place": form.place.data or None, "category": form.category.data or None}
    return url_for("labels.sheet", which="unit", unit=unit, **narrowed)


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
    units = {card.code: card.id for card in units_for(actor(), Permission.LABEL_PRINT)}
    unit_id = units.get(request.args.get("unit", ""))
    if unit_id is None:
        raise NotFound(unit=request.args.get("unit", ""))
    return LabelChoice(
        which,
        unit_id=unit_id,
        place_id=_number("place", 2**31) or None,
        category_code=request.args.get("category") or None,
        days=_number("days", int(DAYS[-1][0])) or 1,
        count=_number("count", MOST_BLANK) or 1,
    )


def _number(name: str, most: int) -> int:
    asked = request.args.get(name, "")
    try:
        return text.parse_int(asked, least=1, most=most) if asked else 0
    except ValueError:
        abort(400)


def _sheet_form() -> LabelSheetForm:
    return LabelSheetForm(formdata=request.args if "layout" in request.args else None)


def _part(lines: list[LabelLine]) -> tuple[list[LabelLine], int, int]:
    """The lines of the file asked for, its number and how many files there are."""
    parts = max(1, -(-len(lines) // MOST_LABELS))
    part = min(_number("part", 1000) or 1, parts)
    return lines[(part - 1) * MOST_LABELS : part * MOST_LABELS], part, parts


@bp.get("/labels/sheet")
@access(Permission.LABEL_PRINT)
def sheet() -> ResponseReturnValue:
    """Step 2: how many there are, the kind of sheet and the first cell."""
    form = _sheet_form()
    ok = "layout" not in request.args or (form.validate() and _start_fits(form))
    return _sheet_page(form, 200 if ok else 422)


def _start_fits(form: LabelSheetForm) -> bool:
    most = layout_named(form.layout.data).per_page
    if (form.start.number or 1) <= most:
        return True
    form.start.errors = [word_code("label_start_out_of_range", {"most": most})]
    return False


def _sheet_page(form: LabelSheetForm, status: int, sentence: str = "") -> ResponseReturnValue:
    choice = _choice()
    lines = label_queries.lines_of(actor(), choice, now=clock.now())
    shown, part, parts = _part(lines)
    start = form.start.number or 1 if status == 200 else 1
    geometry = layout_named(form.layout.data if status == 200 else form.layout.choices[0].value).geometry
    kept = [(name, value) for name, value in request.args.items() if name not in ("layout", "start", "part")]
    page = render_template(
        "assets/label_sheet.html",
        form=form,
        other_errors=[sentence] if sentence else [],
        has_errors=status != 200,
        count=ngettext("%(num)s ดวง", "%(num)s ดวง", len(lines)),
        empty=not lines,
        first=shown[0] if shown else None,
        left_out=label_queries.without_code(actor(), choice),
        part=part,
        parts=parts,
        most=MOST_LABELS,
        kept=kept,
        back=url_for("labels.choose"),
        cells=_cells(geometry, start, len(shown)),
        geometry=geometry,
        pages=-(-(start - 1 + len(shown)) // (geometry.columns * geometry.rows)) if shown else 0,
    )
    return page, status


def _cells(geometry: Geometry, start: int, count: int) -> list[dict[str, Any]]:
    """The cells of the first page: which stay empty, which get a label."""
    made = []
    for cell in range(geometry.columns * geometry.rows):
        row, column = divmod(cell, geometry.columns)
        made.append(
            {
                "x": round(geometry.left + column * (geometry.cell_width + geometry.gap_x), 2),
                "y": round(geometry.top + row * (geometry.cell_height + geometry.gap_y), 2),
                "printed": start - 1 <= cell < start - 1 + count,
            }
        )
    return made


# --- step 3: the PDF ------------------------------------------------------------------------------------------------


@bp.get("/labels/pdf")
@access(Permission.LABEL_PRINT)
def pdf() -> ResponseReturnValue:
    """Step 3: the sheet as a PDF."""
    form, now = _sheet_form(), clock.now()
    if not form.validate() or not _start_fits(form):
        return _sheet_page(form, 422)
    lines, part, _parts = _part(label_queries.lines_of(actor(), _choice(), now=now))
    made = label_sheets.label_data(lines, now=now)
    db.session.rollback()  # no read transaction while the sheet is made
    try:
        body = render_labels(made, at=now, layout=form.layout.data, start=form.start.number or 1)
    except DomainError as fault:
        return _sheet_page(form, fault.status if fault.status == 503 else 422, word(fault))
    return Response(
        body,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{file_name(now, part)}"'},
    )


def file_name(now: datetime, part: int) -> str:
    """The name of a sheet's file: labels-2026-11-23-1.pdf."""
    return f"labels-{clock.bangkok_date(now).isoformat()}-{part}.pdf"
