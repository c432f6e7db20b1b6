"""What is said about a staged file: the meaning of its columns, answers, look-alikes, corrections of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from assetloan.assets import import_parts, import_rows
from assetloan.assets.import_base import address, bp, opened, say
from assetloan.assets.import_forms import AnswersForm
from assetloan.assets.import_lookup import place_of_unit
from assetloan.assets.import_pages import page_of
from assetloan.assets.import_service import Answers, answers_of, remembered_columns
from assetloan.assets.importing.models import ImportRow
from assetloan.assets.models import ImportBatch
from assetloan.core import text
from assetloan.core.errors import NotFound
from assetloan.core.forms import ActForm
from assetloan.core.i18n import _
from assetloan.identity.guards import access
from assetloan.identity.rules import Permission

LONGEST_CELL = 2000
MOST_ROWS = 1_048_576


# --- answers ----------------------------------------------------------------------------------------------------------


@bp.post("/<key>/answers")
@access(Permission.ASSET_IMPORT)
def answer(key: str) -> ResponseReturnValue:
    """What the file cannot say: once per file."""
    found, away = opened(key)
    if away is not None:
        return away
    form = AnswersForm()
    form.keep_only(import_parts.asked_of(found))
    sent = say(form, found, form.answered, address(key, done="answers")) if form.validate_on_submit() else None
    return sent if sent is not None else page_of(key, form)


@bp.post("/<key>/suggestions")
@access(Permission.ASSET_IMPORT)
def suggestions(key: str) -> ResponseReturnValue:
    """Look-alikes and new places: what the register knows, or what the file says. Nothing is merged unasked."""
    found, away = opened(key)
    if away is not None:
        return away
    form = ActForm()
    chosen = {place: request.form.get(f"s-{place}", "") for place, _one in import_parts.suggestions_of(found)}
    told = dict(import_parts.suggestions_of(found))
    used = [told[place] for place, choice in chosen.items() if choice == "use"] + _places_said(found, form)
    kept = [(told[place]["field"], told[place]["said"]) for place, choice in chosen.items() if choice == "keep"]

    painted = _colours_said(found)

    def change(answers: Answers) -> Answers:
        for one in used:
            answers = answers.meaning(one["field"], one["said"], one["meant"])
        return replace(answers, colours={**answers.colours, **painted})

    sent = None
    if not used and not kept and not painted and not form.form_errors:
        form.form_errors.append(_("กรุณาเลือกอย่างน้อยหนึ่งรายการ"))
    elif not form.form_errors and form.validate_on_submit():
        sent = say(form, found, change, address(key, done="suggestions"), kept=kept, judge=bool(used or painted))
    return sent if sent is not None else page_of(key, form)


def _colours_said(found: ImportBatch) -> dict[str, str]:
    """What the colours of rows mean, as far as it is said anew."""
    sent = {
        one["colour"]: (request.form.get(f"k-{place}", ""), one["said"])
        for place, one in import_parts.colours_of(found)
    }
    return {colour: now for colour, (now, before) in sent.items() if now in import_parts.COLOURS and now != before}


def _places_said(found: ImportBatch, form: ActForm) -> list[dict[str, Any]]:
    """Which places of the register the new names of the file mean."""
    said = []
    for place, one in import_parts.new_places_of(found):
        given = text.clean(request.form.get(f"p-{place}", ""))
        if not given:
            continue
        meant = place_of_unit(one["unit_id"], given)
        if meant is None:
            form.form_errors.append(_("ไม่มีสถานที่ชื่อ “%(name)s” ในหน่วยงานนี้ เลือกจากรายการที่มี หรือเว้นว่างไว้", name=given))
        else:
            said.append({"field": "place", "said": one["said"], "meant": meant})
    return said


# --- columns ----------------------------------------------------------------------------------------------------------


@bp.get("/<key>/columns")
@access(Permission.ASSET_IMPORT)
def columns(key: str) -> ResponseReturnValue:
    """How each sheet was understood, and what each column means."""
    found, away = opened(key)
    return away if away is not None else _columns_page(found)


@bp.post("/<key>/columns")
@access(Permission.ASSET_IMPORT)
def change_columns(key: str) -> ResponseReturnValue:
    """Say what columns mean, where a header stands, which sheets are left out."""
    found, away = opened(key)
    if away is not None:
        return away
    form = ActForm()
    change = _columns_said(found, form)
    sent = None
    if not form.form_errors and form.validate_on_submit():
        sent = say(form, found, lambda answers: change.on(answers), address(key, done="columns"))
    return sent if sent is not None else (_columns_page(found.key, form), 422)


class _ColumnsSaid:
    """What the form of the columns says, to be laid upon the answers."""

    def __init__(self) -> None:
        self.columns: dict[str, dict[int, str]] = {}
        self.header_rows: dict[str, int] = {}
        self.left_out: set[str] = set()
        self.read: set[str] = set()

    def on(self, answers: Answers) -> Answers:
        rows = {sheet: row for sheet, row in answers.header_rows.items() if sheet not in self.left_out}
        for key, meant in self.columns.items():
            answers = answers.with_columns(key, meant)
        left_out = (answers.left_out - self.read) | self.left_out
        return replace(answers, header_rows=rows | self.header_rows, left_out=frozenset(left_out))


def _columns_said(found: ImportBatch, form: ActForm) -> _ColumnsSaid:
    said = _ColumnsSaid()
    for number, table in enumerate(found.result.get("seen", ())):
        if request.form.get(f"out-{number}"):
            said.left_out.add(table["sheet"])
            continue
        said.read.add(table["sheet"])
        row = _row_said(form, f"head-{number}", table["sheet"])
        if row is not None and row != table["last_row"] and row != table["first_row"]:
            said.header_rows[table["sheet"]] = row
            continue  # another header has other columns
        before = {column["place"]: column["field"] for column in table["columns"]}
        meant = {place: request.form.get(f"c-{number}-{place}", field) for place, field in before.items()}
        if any(name and name not in import_parts.FIELDS for name in meant.values()):
            form.form_errors.append(_("กรุณาเลือกจากรายการที่มี"))
        elif meant != before:
            said.columns[table["key"]] = meant
    for number, sheet in enumerate(_without_header(found)):
        row = _row_said(form, f"find-{number}", sheet)
        if row is not None:
            said.header_rows[sheet] = row
    said.read |= {sheet for number, sheet in enumerate(_left_out(found)) if request.form.get(f"in-{number}")}
    return said


def _row_said(form: ActForm, name: str, sheet: str) -> int | None:
    given = request.form.get(name, "").strip()
    if not given:
        return None
    try:
        return text.parse_int(given, least=1, most=MOST_ROWS)
    except ValueError:
        form.form_errors.append(_("แถวหัวตารางของแผ่นงาน “%(sheet)s” ต้องเป็นตัวเลขตั้งแต่ 1", sheet=sheet))
        return None


def _without_header(found: ImportBatch) -> list[str]:
    """Sheets in which no header was found."""
    codes = ("sheet_without_header", "sheet_hidden")
    return [one["sheet"] for one in found.result.get("warnings", ()) if one["code"] in codes]


def _left_out(found: ImportBatch) -> list[str]:
    return sorted(answers_of(found).left_out)


def _columns_page(found: ImportBatch | str, form: ActForm | None = None) -> str:
    if isinstance(found, str):  # after a refusal everything is read anew
        found, _away = opened(found)
    known = remembered_columns(found.unit_id)
    seen = found.result.get("seen", ())
    return render_template(
        "assets/import_columns.html",
        batch=found,
        form=form,
        act_form=ActForm(formdata=None),
        seen=seen,
        said=request.form,
        remembered={table["key"] for table in seen if table["key"] in known},
        choices=[("", _("ไม่นำเข้าคอลัมน์นี้")), *import_parts.FIELDS.items()],
        without_header=_without_header(found),
        left_out=_left_out(found),
    )


# --- rows -------------------------------------------------------------------------------------------------------------


@bp.get("/<key>/rows/<int:nth>")
@access(Permission.ASSET_IMPORT)
def row(key: str, nth: int) -> ResponseReturnValue:
    """Every cell of one row, to be corrected."""
    found, away = opened(key)
    return away if away is not None else _row_page(found, nth)


def _row_page(found: ImportBatch, place: int, form: ActForm | None = None) -> str:
    item = import_rows.row_at(found.id, place)
    if item is None or "cells" not in item.told:
        raise NotFound(row=place)
    corrected = answers_of(found).corrections.get((item.sheet, item.row), {})
    return render_template(
        "assets/import_row.html",
        batch=found,
        item=item,
        form=form,
        act_form=ActForm(formdata=None),
        fields={name: import_parts.FIELDS[name] for name in import_parts.CORRECTABLE},
        cells=item.told["cells"] | corrected,
        label=import_parts.LABELS[item.label],
        said=request.form,
        list_url=address(found.key, show=item.label, page=_page_wanted(), _anchor="rows"),
        page=_page_wanted(),
    )


def _page_wanted() -> str:
    wanted = request.values.get("page", "1")
    return wanted if wanted.isascii() and wanted.isdigit() and len(wanted) < 7 else "1"


@bp.post("/<key>/rows")
@access(Permission.ASSET_IMPORT)
def correct(key: str) -> ResponseReturnValue:
    """Correct cells of the rows on a page, or leave rows out; the file is judged again, a big one when asked."""
    found, away = opened(key)
    if away is not None:
        return away
    form = ActForm()
    shown = request.form.get("show", "")
    alone = request.form.get("alone", "")
    corrections, skipped = _corrections(found, form)
    if not corrections and not skipped and not form.form_errors:
        form.form_errors.append(_("ยังไม่ได้แก้ช่องใด"))
    to = address(key, show=shown if shown in import_rows.SHOWN else None, page=_page_wanted(), done="rows")

    def change(answers: Answers) -> Answers:
        for (sheet, number), cells in corrections.items():
            answers = answers.corrected(sheet, number, cells)
        return replace(answers, skipped=answers.skipped | skipped)

    sent: Response | None = None
    if not form.form_errors and form.validate_on_submit():
        sent = say(form, found, change, to, rows=[*corrections, *skipped])
    if sent is not None:
        return sent
    if alone.isascii() and alone.isdigit() and len(alone) < 10:
        return _row_page(opened(key)[0], int(alone), form), 422
    return page_of(key, form)


Corrections = dict[tuple[str, int], dict[str, str]]


def _corrections(found: ImportBatch, form: ActForm) -> tuple[Corrections, frozenset[tuple[str, int]]]:
    """What the form changes: row → field → text, and the rows to leave out."""
    corrections: Corrections = {}
    skipped: set[tuple[str, int]] = set()
    before = answers_of(found).corrections
    for item in _rows_sent(found):
        at = (item.sheet, item.row)
        if request.form.get(f"at-{item.place}") != f"{item.row} {item.sheet}":
            form.form_errors.append(_("แถวในไฟล์เลื่อนไปแล้วตั้งแต่เปิดหน้านี้ กรุณาแก้ใหม่"))
            break
        if request.form.get(f"skip-{item.place}"):
            skipped.add(at)
            continue
        cells: dict[str, str] = item.told.get("cells", {}) | before.get(at, {})
        used = request.form.get("use", "")
        for name in import_parts.CORRECTABLE:
            given = request.form.get(f"c-{item.place}-{name}")
            if used == f"{item.place} {name}":
                given = item.told["suggested"].get(name, given)
            if given is None:
                continue
            meant = text.clean_multiline(given)[:LONGEST_CELL]
            if meant != text.clean_multiline(cells.get(name, "")):
                corrections.setdefault(at, {})[name] = meant
    return corrections, frozenset(skipped)


def _rows_sent(found: ImportBatch) -> Iterable[ImportRow]:
    named = (name.removeprefix("at-") for name in request.form if name.startswith("at-"))
    places = [one for one in named if one.isascii() and one.isdigit() and len(one) < 10]
    for place in places[: import_rows.ON_A_PAGE]:
        item = import_rows.row_at(found.id, int(place))
        if item is not None:
            yield item


@bp.post("/<key>/rows/back")
@access(Permission.ASSET_IMPORT)
def take_back(key: str) -> ResponseReturnValue:
    """Rows that were left out are read again."""
    found, away = opened(key)
    if away is not None:
        return away
    form = ActForm()
    if not answers_of(found).skipped:
        return redirect(address(key), 303)
    sent = None
    if form.validate_on_submit():
        sent = say(form, found, lambda answers: replace(answers, skipped=frozenset()), address(key))
    return sent if sent is not None else page_of(key, form)
