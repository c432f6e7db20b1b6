"""What people choose when they take the register out."""

from __future__ import annotations

from wtforms.validators import InputRequired

from assetloan.core.forms import BaseForm, RadioField
from assetloan.core.i18n import _l


class ExportForm(BaseForm):
    """The kind of file."""

    form = RadioField(
        _l("ชนิดไฟล์"),
        choices=[("xlsx", _l("Excel (.xlsx)")), ("csv", _l("CSV (UTF-8)"))],
        default="xlsx",
        validators=[InputRequired(_l("กรุณาเลือกชนิดไฟล์"))],
    )
