"""What people choose when they bring a register file in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField
from wtforms.validators import InputRequired, Optional

from assetloan.assets.importing import Answers
from assetloan.core.forms import BaseForm, RadioField, SelectField
from assetloan.core.i18n import _l


class UploadForm(BaseForm):
    """The file, and the unit of rows that name none."""

    file = FileField(
        _l("ไฟล์ทะเบียน"),
        validators=[FileRequired(_l("กรุณาเลือกไฟล์"))],
        description=_l(
            "Excel (.xlsx, .xls) หรือ CSV ไม่เกิน 50,000 แถวต่อแผ่นงาน ใช้ไฟล์เดิมของหน่วยงานได้เลย ระบบหาแถวหัวตารางเอง"
        ),
    )
    unit = SelectField(_l("หน่วยงานเจ้าของ ถ้าในไฟล์ไม่ได้บอกไว้"))
    lendable = BooleanField(_l("ของใหม่ที่สภาพสมบูรณ์ให้ยืมได้ ถ้าในไฟล์ไม่ได้บอกไว้"), default=True)


class AnswersForm(BaseForm):
    """The questions that the file cannot answer, asked once per file; `keep_only` leaves those that it raises."""

    price = RadioField(
        _l("ราคาในแถวที่มีหลายชิ้น เป็นราคาอะไร"),
        choices=[("unit", _l("ราคาต่อชิ้น")), ("total", _l("ราคารวมทุกชิ้น")), ("", _l("ไม่ทราบ เว้นราคาไว้ก่อน"))],
        validators=[Optional()],
    )
    century = RadioField(
        _l("ปีที่เขียนสองหลัก 00 ถึง 42 หมายถึงปีใด"),
        choices=[
            ("be", _l("พ.ศ. 2500 ถึง 2542")),
            ("ce", _l("ค.ศ. 2000 ถึง 2042 คือ พ.ศ. 2543 ถึง 2585")),
            ("", _l("ไม่ทราบ ให้ตรวจทีละแถว")),
        ],
        validators=[Optional()],
    )
    ranges = RadioField(
        _l("เลขครุภัณฑ์ที่เขียนเป็นช่วง เช่น 7440-001-0001/1-15 หมายถึงอะไร"),
        choices=[
            ("pieces", _l("หลายชิ้น แต่ละชิ้นมีเลขของตัวเอง")),
            ("one", _l("ชิ้นเดียวที่มีเลขอย่างนั้น")),
            ("", _l("ไม่ทราบ ให้ระบบอ่านตามที่น่าจะเป็น")),
        ],
        validators=[Optional()],
    )
    lots = RadioField(
        _l("แถวที่มีหลายชิ้นแต่มีเลขเดียว จะลงทะเบียนอย่างไร"),
        choices=[
            ("pieces", _l("แยกทุกชิ้น ชิ้นละหนึ่งรายการ")),
            ("one", _l("รวมเป็นรายการเดียว")),
            ("", _l("ไม่ทราบ ให้ระบบทำตามที่น่าจะเป็น")),
        ],
        validators=[Optional()],
    )

    def keep_only(self, asked: dict[str, int]) -> None:
        """Leave only the questions that this file raises."""
        for name in ("price", "century", "ranges", "lots"):
            if name not in asked:
                del self[name]

    def fill(self, answers: Answers) -> None:
        """Show what was answered before."""
        for field in self:
            if isinstance(field, RadioField):
                field.data = getattr(answers, field.name) or ""

    def answered(self, answers: Answers) -> Answers:
        """The answers with these."""
        said: dict[str, Any] = {field.name: field.data or None for field in self if isinstance(field, RadioField)}
        return replace(answers, **said)


class ConfirmForm(BaseForm):
    """The last word before writing: what becomes of the rows that are refused."""

    partial = RadioField(
        _l("แถวที่ไม่รับ"),
        choices=[
            ("no", _l("ยังไม่บันทึกอะไร ฉันจะแก้แถวเหล่านั้นก่อน")),
            ("yes", _l("บันทึกแถวที่ถูกต้อง แล้วแก้แถวที่เหลือทีหลัง")),
        ],
        validators=[Optional()],
    )


class UndoForm(BaseForm):
    """Taking an import back is confirmed by a tick, because it takes many rows away at once."""

    sure = BooleanField(_l("ถอนทุกแถวของการนำเข้านี้"), validators=[InputRequired(_l("กรุณายืนยันโดยทำเครื่องหมาย"))])


def unit_choices(cards: list[Any]) -> list[tuple[str, str]]:
    """The units one may import for."""
    return [(card.code, card.name) for card in cards]
