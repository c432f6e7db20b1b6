"""What people fill in to reconcile the register with the accounts."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField
from wtforms.validators import InputRequired, Optional

from assetloan.core.forms import BaseForm, CleanTextField, DateRequired, ThaiDateField
from assetloan.core.i18n import _l


class BookForm(BaseForm):
    """The list and its day."""

    file = FileField(
        _l("รายการสินทรัพย์จากระบบ GFMIS"),
        validators=[FileRequired(_l("กรุณาเลือกไฟล์"))],
        description=_l("Excel (.xlsx, .xls) หรือ CSV ต้องมีเลขที่สินทรัพย์และมูลค่าการได้มา"),
    )
    as_of = ThaiDateField(_l("ยอด ณ วันที่"), validators=[DateRequired()], description=_l("ปกติคือวันสิ้นปีงบประมาณ 30 กันยายน"))


class ExplainForm(BaseForm):
    """Why the chosen differences are as they are."""

    every = BooleanField(_l("ทุกรายการตามตัวกรองนี้ที่ยังไม่มีคำอธิบาย"))
    words = CleanTextField(_l("คำอธิบาย"), validators=[InputRequired(_l("กรุณาเขียนคำอธิบาย"))])


class SignForm(BaseForm):
    """Signing is confirmed by a tick, because it ends the work on the year."""

    note = CleanTextField(_l("หมายเหตุ"), validators=[Optional()])
    sure = BooleanField(_l("ตรวจแล้ว รับรองผลการกระทบยอด"), validators=[InputRequired(_l("กรุณายืนยันโดยทำเครื่องหมาย"))])
