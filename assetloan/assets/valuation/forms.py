"""What administrators type about lives."""

from __future__ import annotations

from wtforms.validators import InputRequired, Length, ValidationError

from assetloan.assets.valuation.service import LONGEST_AUTHORITY, LifeData
from assetloan.core.errors import invalid
from assetloan.core.forms import BaseForm, CleanStringField, DateRequired, ThaiDateField, WholeNumberField
from assetloan.core.i18n import _l, word_code
from assetloan.core.money import Money

REQUIRED = _l("กรุณากรอกช่องนี้")


class LifeForm(BaseForm):
    """Life and rate from a day on."""

    years = WholeNumberField(_l("อายุใช้งาน (ปี)"), validators=[InputRequired(REQUIRED)], least=1, most=100)
    rate = CleanStringField(_l("อัตราค่าเสื่อมราคาต่อปี (ร้อยละ)"), validators=[InputRequired(REQUIRED)])
    valid_from = ThaiDateField(_l("ใช้กับทรัพย์สินที่ได้มาตั้งแต่วันที่"), validators=[DateRequired(_l("กรุณาระบุวันที่เริ่มใช้"))])
    authority = CleanStringField(
        _l("อ้างอิงหนังสือหรือคำสั่ง"),
        validators=[InputRequired(REQUIRED), Length(max=LONGEST_AUTHORITY)],
        description=_l("เช่น หนังสือกรมบัญชีกลาง ที่ กค 0528.2/ว 33545 ลงวันที่ 16 พฤศจิกายน 2544"),
    )
    hundredths: int = 0

    def validate_rate(self, field: CleanStringField) -> None:
        """Per cent with at most two decimals; 0 is for what is not depreciated."""
        try:
            self.hundredths = Money.parse(field.data or "").satang
        except ValueError:
            self.hundredths = -1
        if not 0 <= self.hundredths <= 10_000:
            raise ValidationError(word_code("rate_invalid", {"value": field.data}))

    def command(self) -> LifeData:
        """The life. Raises Invalid."""
        if self.valid_from.data is None:
            raise invalid("valid_from", "required")
        return LifeData(self.years.number or 0, self.hundredths, self.valid_from.data, self.authority.data or "")
