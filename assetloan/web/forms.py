"""What people type on the scan page besides asking to borrow."""

from __future__ import annotations

from wtforms.validators import InputRequired, Length

from assetloan.core.forms import BaseForm, CleanStringField
from assetloan.core.i18n import _l


class FoundForm(BaseForm):
    """Where a thing was found that its unit misses."""

    where = CleanStringField(
        _l("พบที่ไหน และตอนนี้อยู่ที่ใด"),
        validators=[InputRequired(_l("กรุณาบอกที่พบของ")), Length(max=200, message=_l("ใส่ได้ไม่เกิน 200 ตัวอักษร"))],
    )


class LinkForm(BaseForm):
    """Which thing a blank label is stuck on."""

    asset = CleanStringField(
        _l("หมายเลขครุภัณฑ์ที่ติดป้ายนี้"),
        validators=[InputRequired(_l("กรุณาใส่หมายเลขครุภัณฑ์")), Length(max=200)],
    )
