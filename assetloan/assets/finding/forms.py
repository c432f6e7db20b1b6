"""Forms of finding: the name of a filter, the days between which a thing must be free."""

from __future__ import annotations

from datetime import date

import wtforms
from wtforms import HiddenField
from wtforms.validators import DataRequired

from assetloan.core.forms import BaseForm, CleanStringField, ThaiDateField
from assetloan.core.i18n import _, _l


class FilterForm(BaseForm):
    """A question of the register and the name under which one keeps it."""

    name = CleanStringField(_l("ชื่อตัวกรอง"), [DataRequired(_l("กรุณาตั้งชื่อ"))])
    question = HiddenField()


class NameForm(BaseForm):
    """Another name for a filter."""

    name = CleanStringField(_l("ชื่อตัวกรอง"), [DataRequired(_l("กรุณาตั้งชื่อ"))])


class FreeForm(wtforms.Form):
    """From which day to which day a thing must be free; the second day may be left out. Part of the list's address."""

    free_from = ThaiDateField(_l("ว่างตั้งแต่วันที่"))
    free_until = ThaiDateField(_l("ถึงวันที่"))

    def period(self) -> tuple[date, date] | None:
        """The days asked for, both included; None when none were, or when they cannot be read (the field says so)."""
        self.validate()
        first, last = self.free_from.data, self.free_until.data
        if first is None and last is not None:
            self.free_from.errors = [*self.free_from.errors, _("กรุณาระบุวันที่")]
        if first is not None and last is not None and last < first:
            self.free_until.errors = [*self.free_until.errors, _("วันสุดท้ายต้องไม่ก่อนวันแรก")]
        if first is None or self.free_from.errors or self.free_until.errors:
            return None
        return first, last or first

    def used(self) -> dict[str, str]:
        """What was typed, for the addresses of other pages of the list."""
        return {
            f"{field.name}-{part}": typed
            for field in (self.free_from, self.free_until)
            for part, typed in (field.typed or {}).items()
            if typed
        }
