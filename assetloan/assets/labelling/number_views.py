"""The work list of things without a number: enter it in place, or paste a column."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import InputRequired, Length

from assetloan.assets.labelling import numbers
from assetloan.assets.labelling.numbers import Pair
from assetloan.assets.views import page_number, units_for
from assetloan.core import clock
from assetloan.core.errors import DomainError
from assetloan.core.forms import ActForm, BaseForm, CleanStringField, CleanTextField, save
from assetloan.core.i18n import _l, register_errors, word
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Permission

bp = Blueprint("numbers", __name__)
PER_PAGE = 25

register_errors(
    {
        "number_given": _l("ทรัพย์สินนี้มีหมายเลขจริง %(number)s แล้ว"),
        "number_temporary": _l("หมายเลข %(value)s เป็นแบบชั่วคราว กรุณากรอกหมายเลขจริง"),
    }
)


class NumberForm(BaseForm):
    """The real number of one thing."""

    number = CleanStringField(_l("หมายเลขครุภัณฑ์จริง"), validators=[InputRequired(_l("กรุณากรอกหมายเลข")), Length(max=100)])


class PasteForm(BaseForm):
    """A column copied from a spreadsheet."""

    column = CleanTextField(
        _l("คอลัมน์หมายเลข"),
        validators=[InputRequired(_l("กรุณาวางคอลัมน์หมายเลข")), Length(max=60_000)],
        description=_l("วางหมายเลขจริงตามลำดับในรายการ บรรทัดว่างคือข้ามชิ้นนั้น หรือวางสองคอลัมน์ หมายเลขชั่วคราวและหมายเลขจริง"),
    )


def _unit() -> tuple[UnitCard, list[UnitCard]]:
    """The unit asked for, else the first that one keeps."""
    units, asked = units_for(actor(), Permission.ASSET_EDIT), request.values.get("unit", "")
    unit = next((card for card in units if card.code == asked), None if asked else next(iter(units), None))
    return unit or abort(404), units


def _shown(form: BaseForm | None = None, wrong: str = "", status: int = 200) -> ResponseReturnValue:
    unit, units = _unit()
    count = numbers.count_awaiting(unit.id)
    pages = max(1, -(-count // PER_PAGE))
    page = min(page_number(), pages)
    rows = numbers.awaiting(actor(), unit.id, offset=(page - 1) * PER_PAGE, most=PER_PAGE)
    shown = render_template(
        "labelling/numbers.html",
        form=form if form is not None and form.errors else None,
        number_form=form if isinstance(form, NumberForm) else NumberForm(formdata=None),
        paste_form=form if isinstance(form, PasteForm) else PasteForm(formdata=None),
        wrong=wrong,
        unit=unit,
        units=units,
        unit_choices=[(card.code, card.name) for card in units],
        count=count,
        rows=rows,
        page=page,
        pages=pages,
        page_url=lambda number: url_for("numbers.index", unit=unit.code, page=number),
    )
    return shown, status


@bp.get("/numbers")
@access(Permission.ASSET_EDIT)
def index() -> ResponseReturnValue:
    """Things with a temporary number, the oldest first."""
    return _shown()


@bp.post("/numbers")
@access(Permission.ASSET_EDIT)
def give() -> ResponseReturnValue:
    """Enter the number of one thing."""
    form, asset = NumberForm(), request.form.get("asset", "")[:200]
    unit, _units = _unit()

    def once() -> str:
        numbers.give_number(actor(), asset, form.number.data or "", now=clock.now())
        return url_for("numbers.index", unit=unit.code)

    if form.validate_on_submit():
        answer = save(owner_key(), form, once)
        if answer is not None:
            return answer
    return _shown(form, asset, 422)


@bp.post("/numbers/paste")
@access(Permission.ASSET_EDIT)
def paste() -> ResponseReturnValue:
    """Show which thing gets which number; the second time, with every pair in order, write them."""
    form = PasteForm()
    unit, _units = _unit()
    if not form.validate_on_submit():
        return _shown(form, status=422)
    typed = request.form.get("column", "")  # tabs part the columns: not cleaned

    def once() -> str:
        numbers.give_numbers(actor(), numbers.read_pasted(actor(), unit.id, typed), now=clock.now())
        return url_for("numbers.index", unit=unit.code)

    if request.form.get("sure"):
        answer = save(owner_key(), form, once)
        if answer is not None:
            return answer
    try:
        pairs = numbers.read_pasted(actor(), unit.id, typed)
    except DomainError as error:
        form.add_error(error)
        return _shown(form, status=422)
    page = render_template(
        "labelling/numbers_check.html",
        form=form if form.errors else None,
        act_form=ActForm(formdata=None),
        unit=unit,
        rows=[(pair, word(pair.refusal) if pair.refusal is not None else "") for pair in pairs],
        good=all(pair.refusal is None for pair in pairs),
        column=_two_columns(pairs),
    )
    return page, 422 if form.errors else 200


def _two_columns(pairs: list[Pair]) -> str:
    """The pairs as they were shown, so that nothing moves when the list changes meanwhile."""
    return "\n".join(f"{pair.now}\t{pair.number}" for pair in pairs)
