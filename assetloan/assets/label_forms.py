"""Choosing labels: which ones, then on what they are printed; lost labels, printers."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_wtf import FlaskForm
from wtforms.validators import InputRequired, Length, Optional, StopValidation

from assetloan.core import text
from assetloan.core.forms import (
    BaseForm,
    CleanStringField,
    CleanTextField,
    RadioField,
    SelectField,
    ThaiDateField,
    WholeNumberField,
)
from assetloan.core.i18n import _, _l
from assetloan.documents.labels import DEFAULT_LAYOUT, MOST_LABELS, list_layouts

WHICH = (
    ("unit", _l("ทุกชิ้นของหน่วยงาน")),
    ("new", _l("ที่ลงทะเบียนใหม่")),
    ("unprinted", _l("ที่ยังไม่เคยพิมพ์ป้าย")),
    ("numbers", _l("เฉพาะหมายเลขที่พิมพ์ไว้")),
    ("lost", _l("ป้ายหายหรือหลุด")),
    ("blank", _l("ป้ายเปล่าที่ยังไม่ผูก")),
    ("places", _l("ป้ายของห้องหรือสถานที่")),
)


def typed_numbers(written: str | None) -> list[str]:
    """Numbers one a line, or as cells of a spreadsheet; spaces inside a number stay."""
    cells = (cell.strip(" ,;") for line in (written or "").splitlines() for cell in line.split("\t"))
    return [cell for cell in cells if cell]


class LabelChoiceForm(BaseForm):
    """Step 1: which labels."""

    unit = SelectField(_l("หน่วยงาน"))
    which = RadioField(
        _l("พิมพ์ป้ายของอะไร"), choices=WHICH, default="unit", validators=[InputRequired(_l("กรุณาเลือกว่าจะพิมพ์ป้ายของอะไร"))]
    )
    place = SelectField(_l("สถานที่"), validators=[Optional()])
    category = SelectField(_l("ประเภท"), validators=[Optional()])
    since = ThaiDateField(_l("ลงทะเบียนตั้งแต่วันที่"))
    numbers = CleanTextField(
        _l("หมายเลขครุภัณฑ์หรือรหัสบนป้าย"),
        validators=[Optional(), Length(max=20_000)],
        description=_l("บรรทัดละหนึ่งหมายเลข คัดลอกมาวางจากตารางได้ เขียนแบบใดก็ได้"),
    )

    def wanted(self) -> list[str]:
        """The numbers typed."""
        return typed_numbers(self.numbers.data)


class LostForm(BaseForm):
    """Lost labels: of which things, and how."""

    numbers = CleanTextField(
        _l("หมายเลขครุภัณฑ์ของชิ้นที่ป้ายหาย"),
        validators=[InputRequired(_l("กรุณาใส่หมายเลขอย่างน้อยหนึ่งหมายเลข")), Length(max=20_000)],
        description=_l("บรรทัดละหนึ่งหมายเลข"),
    )
    reason = CleanStringField(
        _l("ป้ายหายไปอย่างไร"),
        validators=[InputRequired(_l("กรุณาบอกเหตุผล")), Length(max=200)],
        description=_l("เช่น หลุดตอนทำความสะอาด"),
    )

    def wanted(self) -> list[str]:
        """The numbers typed."""
        return typed_numbers(self.numbers.data)


class LabelSheetForm(BaseForm):
    """Step 2: the sheet, where on it the first label goes, the printer, and why again."""

    layout = RadioField(_l("แบบป้าย"), default=DEFAULT_LAYOUT)
    start = WholeNumberField(_l("เริ่มพิมพ์ที่ดวงที่"), default="1", least=1, most=MOST_LABELS)
    printer = SelectField(_l("เครื่องพิมพ์"), validators=[Optional()], default="")
    reason = CleanStringField(
        _l("เหตุผลที่พิมพ์ซ้ำ"), validators=[Optional(), Length(max=200)], description=_l("เช่น ป้ายเดิมเลือน กระดาษติด")
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.layout.choices = [(layout.name, layout.title) for layout in list_layouts()]
        self.printer.choices = [("", _("ไม่ปรับขนาด (เครื่องพิมพ์ที่ตรงอยู่แล้ว)"))]


class PrinterForm(BaseForm):
    """A printer: what it is called and what lies in it."""

    unit = SelectField(_l("หน่วยงาน"))
    name = CleanStringField(
        _l("ชื่อเครื่องพิมพ์"),
        validators=[InputRequired(_l("กรุณาตั้งชื่อเครื่องพิมพ์")), Length(max=60)],
        description=_l("ชื่อที่คนในหน่วยงานเรียก เช่น เครื่องข้างโต๊ะพัสดุ"),
    )
    layout = SelectField(_l("แบบป้ายที่ใช้กับเครื่องนี้"), default=DEFAULT_LAYOUT)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.layout.choices = [(layout.name, layout.title) for layout in list_layouts()]


class MillimetreField(CleanStringField):
    """A length in millimetres with at most two decimals, in Thai or Arabic digits."""

    hundredths: int = 0

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        try:
            value = Decimal(text.arabic_digits(self.data).replace(",", "."))
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or not 0 <= value <= 500:
            raise StopValidation(_("ใส่ความยาวเป็นมิลลิเมตร เช่น 149.5"))
        self.hundredths = round(value * 100)


class MeasureForm(BaseForm):
    """What was measured on the test page."""

    length = MillimetreField(
        _l("ไม้บรรทัดยาวจริง"), validators=[InputRequired(_l("กรุณาวัดแล้วใส่ความยาว"))], description=_l("จากขีด 0 ถึงขีดสุดท้าย")
    )
    left = MillimetreField(_l("จากขอบซ้ายของกระดาษถึงขีด 0"), validators=[InputRequired(_l("กรุณาวัดแล้วใส่ความยาว"))])
    top = MillimetreField(
        _l("จากขอบบนของกระดาษถึงเส้นนอนของไม้บรรทัด"), validators=[InputRequired(_l("กรุณาวัดแล้วใส่ความยาว"))]
    )


class ScanFilter(FlaskForm):
    """Which days of the scan log. Nothing is changed by it, so it has no token."""

    class Meta:
        csrf = False

    since = ThaiDateField(_l("ตั้งแต่วันที่"))
    until = ThaiDateField(_l("ถึงวันที่"))
