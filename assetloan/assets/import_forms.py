"""What people choose when they bring a register file in."""

from __future__ import annotations

from typing import Any, Literal

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField
from wtforms.validators import InputRequired, Optional

from assetloan.core.forms import BaseForm, RadioField, SelectField
from assetloan.core.i18n import _l


class UploadForm(BaseForm):
    """The file, and the unit of rows that name none."""

    file = FileField(
        _l("ไฟล์ทะเบียน"),
        validators=[FileRequired(_l("กรุณาเลือกไฟล์"))],
        description=_l("Excel (.xlsx, .xls) หรือ CSV ใช้ไฟล์เดิมของหน่วยงานได้เลย ระบบหาแถวหัวตารางเอง"),
    )
    unit = SelectField(_l("หน่วยงานเจ้าของ ถ้าในไฟล์ไม่ได้บอกไว้"))
    lendable = BooleanField(_l("ของใหม่ที่สภาพสมบูรณ์ให้ยืมได้ ถ้าในไฟล์ไม่ได้บอกไว้"), default=True)


class ConfirmForm(BaseForm):
    """The questions that the file cannot answer, asked once."""

    price = RadioField(
        _l("ราคาในแถวที่มีหลายชิ้น เป็นราคาอะไร"),
        choices=[("unit", _l("ราคาต่อชิ้น")), ("total", _l("ราคารวมทุกชิ้น")), ("leave", _l("ไม่ทราบ เว้นราคาไว้ก่อน"))],
        default="leave",
        validators=[Optional()],
    )
    partial = RadioField(
        _l("แถวที่ไม่รับ"),
        choices=[
            ("no", _l("ยังไม่บันทึกอะไร ฉันจะแก้ไฟล์แล้วนำเข้าใหม่")),
            ("yes", _l("บันทึกแถวที่ถูกต้อง แล้วแก้แถวที่เหลือทีหลัง")),
        ],
        validators=[Optional()],
    )

    def chosen_price(self) -> Literal["unit", "total"] | None:
        """ "unit", "total" or None."""
        chosen: dict[str | None, Literal["unit", "total"]] = {"unit": "unit", "total": "total"}
        return chosen.get(self.price.data)


class UndoForm(BaseForm):
    """Taking an import back is confirmed by a tick, because it takes many rows away at once."""

    sure = BooleanField(_l("ถอนทุกแถวของการนำเข้านี้"), validators=[InputRequired(_l("กรุณายืนยันโดยทำเครื่องหมาย"))])


def unit_choices(cards: list[Any]) -> list[tuple[str, str]]:
    """The units one may import for."""
    return [(card.code, card.name) for card in cards]
