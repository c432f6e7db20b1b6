"""Choosing labels: which ones, then on what they are printed."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms.validators import InputRequired, Length, Optional

from assetloan.assets.codes import MOST_BLANK
from assetloan.core.forms import BaseForm, CleanTextField, RadioField, SelectField, WholeNumberField
from assetloan.core.i18n import _l
from assetloan.documents.labels import DEFAULT_LAYOUT, MOST_LABELS, list_layouts

WHICH = (
    ("unit", _l("ทุกชิ้นของหน่วยงาน")),
    ("new", _l("ที่ลงทะเบียนใหม่")),
    ("numbers", _l("เฉพาะหมายเลขที่พิมพ์ไว้")),
    ("blank", _l("ป้ายเปล่าที่ยังไม่ผูก")),
)
DAYS = (("1", _l("วันนี้")), ("7", _l("7 วันที่ผ่านมา")), ("30", _l("30 วันที่ผ่านมา")), ("90", _l("90 วันที่ผ่านมา")))


class LabelChoiceForm(BaseForm):
    """Step 1: which labels."""

    unit = SelectField(_l("หน่วยงาน"))
    which = RadioField(
        _l("พิมพ์ป้ายของอะไร"), choices=WHICH, default="unit", validators=[InputRequired(_l("กรุณาเลือกว่าจะพิมพ์ป้ายของอะไร"))]
    )
    place = SelectField(_l("สถานที่"), validators=[Optional()])
    category = SelectField(_l("ประเภท"), validators=[Optional()])
    days = SelectField(_l("ลงทะเบียนเมื่อ"), choices=DAYS, default="7")
    numbers = CleanTextField(
        _l("หมายเลขครุภัณฑ์หรือรหัสบนป้าย"),
        validators=[Optional(), Length(max=20_000)],
        description=_l("บรรทัดละหนึ่งหมายเลข คัดลอกมาวางจากตารางได้"),
    )
    count = WholeNumberField(_l("จำนวนป้ายเปล่า"), validators=[Optional()], least=1, most=MOST_BLANK, default="24")

    def wanted(self) -> list[str]:
        """The numbers typed, one a line; spaces inside a number stay."""
        lines = (line.strip(" ,;") for line in (self.numbers.data or "").splitlines())
        return [line for line in lines if line]


class LabelSheetForm(FlaskForm):
    """Step 2: the sheet and where on it the first label goes. Nothing is changed by it, so it has no token."""

    class Meta:
        csrf = False

    layout = RadioField(_l("แบบป้าย"), default=DEFAULT_LAYOUT)
    start = WholeNumberField(_l("เริ่มพิมพ์ที่ดวงที่"), default="1", least=1, most=MOST_LABELS)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.layout.choices = [(layout.name, layout.title) for layout in list_layouts()]
