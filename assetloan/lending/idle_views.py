"""The page "before buying, look for what is idle"."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue
from wtforms.validators import Optional

from assetloan.assets import queries as register
from assetloan.core import clock, settings
from assetloan.core.forms import BaseForm, CleanStringField, SelectField, ThaiDateField, WholeNumberField
from assetloan.core.i18n import _, _l, ngettext
from assetloan.core.money import Money
from assetloan.identity.guards import access, actor
from assetloan.identity.rules import Permission
from assetloan.lending import idle, pages
from assetloan.lending.idle import Found, Need
from assetloan.lending.views import bp

USUAL_DAYS = 6
MOST_DAYS = 366


class NeedForm(BaseForm):
    """What would be bought. A search: it changes nothing and stands in the address."""

    class Meta:
        csrf = False

    words = CleanStringField(_l("ต้องการอะไร"), validators=[Optional()], description=_l("ชื่อของ ยี่ห้อ หรือรุ่น เช่น กล้อง"))
    category = SelectField(_l("ประเภท"), validators=[Optional()])
    first = ThaiDateField(_l("ใช้ตั้งแต่"), validators=[Optional()])
    last = ThaiDateField(_l("ถึง"), validators=[Optional()])
    quantity = WholeNumberField(_l("จำนวน"), validators=[Optional()], least=1, most=10_000)
    price = WholeNumberField(
        _l("ราคาที่จะซื้อต่อชิ้น (บาท)"),
        validators=[Optional()],
        least=1,
        most=1_000_000_000,
        description=_l("ถ้าไม่ใส่ ใช้ราคากลางของของแบบเดียวกันในทะเบียน"),
    )


@bp.get("/loans/before-buying")
@access(Permission.ASSET_VIEW)
def before_buying() -> ResponseReturnValue:
    """Describe what is needed; see what other units could lend, and the baht that saves."""
    today = clock.today()
    asked = "words" in request.args
    form = NeedForm(formdata=request.args if asked else None)
    form.category.choices = [("", _("ทุกประเภท")), *((item.code, item.name) for item in register.categories())]
    if not asked:
        form.first.data, form.last.data, form.quantity.data = today, today + timedelta(days=USUAL_DAYS), "1"
    need = _need(form) if asked else None
    found = idle.look(actor(), need, today=today) if need is not None else None
    return render_template(
        "lending/before_buying.html",
        form=form if asked and need is None else None,
        fields=form,
        need=need,
        found=found,
        rows=_rows(found),
        answer=_answer(need, found),
        longest=settings.number("longest_loan_days", today),
        rarely=idle.RARELY,
        most=idle.MOST_SHOWN,
    ), 422 if asked and need is None else 200


def _need(form: NeedForm) -> Need | None:
    """What was asked, None (with the reasons in the form) when it cannot be answered."""
    today = clock.today()
    good = form.validate()
    words, category = (form.words.data or "")[:200], form.category.data or ""
    first = form.first.data or today
    last = form.last.data or first
    if not words and not category:
        form.words.errors = [_("กรุณาบอกว่าต้องการอะไร หรือเลือกประเภท")]
        good = False
    if good and not first <= last <= first + timedelta(days=MOST_DAYS):
        form.last.errors = [_("วันสุดท้ายต้องไม่ก่อนวันแรก และไม่เกินหนึ่งปี")]
        good = False
    if not good:
        return None
    price = Money(form.price.number * 100) if form.price.number else None
    return Need(words, category, first, last, form.quantity.number or 1, price)


def _rows(found: Found | None) -> list[dict[str, object]]:
    return [
        {
            "number": item.asset.number,
            "name": item.asset.name,
            "unit": pages.unit_name(item.asset.unit_id),
            "category": item.asset.category.name if item.asset.category else "",
            "loans": ngettext("ยืม %(num)s ครั้ง", "ยืม %(num)s ครั้ง", item.loans) if item.loans else _("ไม่ถูกยืมเลย"),
        }
        for item in (found.things if found else [])
    ]


def _answer(need: Need | None, found: Found | None) -> list[str]:
    """The answer in sentences."""
    if need is None or found is None:
        return []
    if not found.count:
        told = [_("ไม่พบของว่างในหน่วยงานอื่นตามที่ต้องการ")]
    elif found.covered == need.quantity:
        told = [_("ยืมแทนการซื้อได้ครบ %(count)s ชิ้น", count=need.quantity)]
    else:
        told = [_("ยืมแทนการซื้อได้ %(covered)s จาก %(count)s ชิ้น", covered=found.covered, count=need.quantity)]
    if found.saved is not None:
        told.append(_("ประหยัดได้ประมาณ %(amount)s บาท", amount=found.saved.display()))
    elif found.covered:
        told.append(_("ยังไม่ทราบราคา ใส่ราคาที่จะซื้อเพื่อดูว่าประหยัดได้เท่าไร"))
    if found.own:
        told.append(_("ในหน่วยงานของคุณเองมีว่าง %(count)s ชิ้น", count=found.own))
    return told
