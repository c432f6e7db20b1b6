"""What people type about repairs, regular work and papers."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FileField
from wtforms.validators import InputRequired, Length, Optional

from assetloan.assets.care import labels
from assetloan.assets.care.rules import Result
from assetloan.assets.care.service import LIMITS, Done, Finish, Plan, Sending
from assetloan.assets.forms import PriceField
from assetloan.core.forms import (
    BaseForm,
    CleanStringField,
    CleanTextField,
    DateRequired,
    RadioField,
    ThaiDateField,
    WholeNumberField,
    choices,
)
from assetloan.core.i18n import _l

REQUIRED = _l("กรุณากรอกช่องนี้")
TOO_LONG = _l("ยาวเกินไป ใส่ได้ไม่เกิน %(max)d ตัวอักษร")


def _line(name: str, label: Any, *, hint: Any = "") -> CleanStringField:
    return CleanStringField(
        label, validators=[Optional(), Length(max=LIMITS[name], message=TOO_LONG)], description=hint
    )


class RepairForm(BaseForm):
    """Sending a thing for repair."""

    work = CleanTextField(
        _l("อาการหรืองานที่ให้ซ่อม"), validators=[InputRequired(REQUIRED), Length(max=LIMITS["work"], message=TOO_LONG)]
    )
    begun_on = ThaiDateField(_l("วันที่ส่งซ่อม"), validators=[DateRequired()])
    expected_on = ThaiDateField(_l("คาดว่าจะได้คืน"), validators=[Optional()])
    supplier = _line("supplier", _l("ร้านหรือผู้ซ่อม"))
    document_no = _line("document_no", _l("เลขที่เอกสาร"), hint=_l("ใบแจ้งซ่อมหรือใบส่งของ"))
    under_warranty = BooleanField(_l("ซ่อมในระยะรับประกัน"))

    def command(self) -> Sending:
        """The repair that begins."""
        assert self.begun_on.data is not None  # noqa: S101 - the validator saw to it
        return Sending(
            work=self.work.data or "",
            begun_on=self.begun_on.data,
            expected_on=self.expected_on.data,
            supplier=self.supplier.data or "",
            document_no=self.document_no.data or "",
            under_warranty=bool(self.under_warranty.data),
        )


class FinishForm(BaseForm):
    """Taking a thing back from repair."""

    result = RadioField(
        _l("ผลการซ่อม"), choices=choices(labels.RESULTS.items()), validators=[InputRequired(_l("กรุณาเลือกผลการซ่อม"))]
    )
    finished_on = ThaiDateField(_l("วันที่ได้คืน"), validators=[DateRequired()])
    cost = PriceField(_l("ค่าซ่อม (บาท)"), validators=[Optional()])
    supplier = _line("supplier", _l("ร้านหรือผู้ซ่อม"))
    document_no = _line("document_no", _l("เลขที่เอกสาร"), hint=_l("ใบเสร็จหรือใบตรวจรับ"))
    work = _line("work", _l("รายการที่ซ่อมจริง"), hint=_l("เว้นว่างไว้ถ้าตรงกับที่แจ้ง"))
    note = _line("note", _l("หมายเหตุ"), hint=_l("ต้องกรอกเมื่อซ่อมแล้วยังไม่ปกติ"))

    def command(self) -> Finish:
        """The repair that ends."""
        assert self.finished_on.data is not None  # noqa: S101 - the validator saw to it
        return Finish(
            result=Result(self.result.data),
            finished_on=self.finished_on.data,
            cost=self.cost.money,
            supplier=self.supplier.data or "",
            document_no=self.document_no.data or "",
            work=self.work.data or "",
            note=self.note.data or "",
        )


class ReasonForm(BaseForm):
    """Ending something with a reason."""

    reason = CleanStringField(
        _l("เหตุผล"), validators=[InputRequired(_l("กรุณาบอกเหตุผล")), Length(max=300, message=TOO_LONG)]
    )


class PlanForm(BaseForm):
    """Regular work on a thing."""

    work = CleanTextField(
        _l("งานที่ต้องทำ"),
        validators=[InputRequired(REQUIRED), Length(max=LIMITS["work"], message=TOO_LONG)],
        description=_l("เช่น ล้างเครื่องปรับอากาศ ตรวจสายไฟ"),
    )
    every_months = WholeNumberField(_l("ทำทุก"), validators=[InputRequired(REQUIRED)], least=1, most=120)
    next_on = ThaiDateField(_l("ครั้งต่อไปวันที่"), validators=[DateRequired()])
    note = _line("note", _l("หมายเหตุ"))

    def command(self) -> Plan:
        """The plan."""
        assert self.next_on.data is not None  # noqa: S101 - the validator saw to it
        return Plan(self.work.data or "", self.every_months.number or 0, self.next_on.data, self.note.data or "")


class DoneForm(BaseForm):
    """Regular work that was done."""

    done_on = ThaiDateField(_l("วันที่ทำ"), validators=[DateRequired()])
    cost = PriceField(_l("ค่าใช้จ่าย (บาท)"), validators=[Optional()])
    supplier = _line("supplier", _l("ร้านหรือผู้ทำ"))
    document_no = _line("document_no", _l("เลขที่เอกสาร"))
    note = _line("note", _l("หมายเหตุ"))

    def command(self) -> Done:
        """What was done."""
        assert self.done_on.data is not None  # noqa: S101 - the validator saw to it
        return Done(
            self.done_on.data,
            self.cost.money,
            self.supplier.data or "",
            self.document_no.data or "",
            self.note.data or "",
        )


class PaperForm(BaseForm):
    """A paper and what it is."""

    file = FileField(_l("ไฟล์เอกสาร"), validators=[InputRequired(_l("กรุณาเลือกไฟล์"))])
    title = CleanStringField(
        _l("ชื่อเอกสาร"),
        validators=[InputRequired(_l("กรุณาบอกว่าเป็นเอกสารอะไร")), Length(max=200, message=TOO_LONG)],
        description=_l("เช่น สัญญาซื้อขาย คู่มือ ใบรับประกัน"),
    )
