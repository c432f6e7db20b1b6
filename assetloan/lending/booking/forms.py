"""What people type about booking: a kind and days, a request for later, opening days, closures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from wtforms import BooleanField
from wtforms.validators import InputRequired, Length, Optional

from assetloan.assets.finding.forms import FreeForm
from assetloan.core.forms import (
    BaseForm,
    CheckboxesField,
    CleanStringField,
    DateRequired,
    SelectField,
    ThaiDateField,
    WholeNumberField,
)
from assetloan.core.i18n import _, _l
from assetloan.lending.booking import labels, rules
from assetloan.lending.booking.rules import Opening
from assetloan.lending.forms import BorrowForm
from assetloan.lending.rules import MOST_LINES


class KindForm(FreeForm):
    """Any piece of a kind: what, how many, from which day to which. Part of the page's address."""

    category = SelectField(_l("ประเภท"), validate_choice=False)
    q = CleanStringField(_l("ชื่อหรือรุ่น"), validators=[Optional(), Length(max=200)])
    unit = SelectField(_l("ยืมจากหน่วยงาน"), validate_choice=False)
    count = WholeNumberField(_l("กี่ชิ้น"), validators=[Optional()], least=1, most=MOST_LINES, default="1")

    def wanted(self) -> int:
        """How many pieces; one when it was left empty or cannot be read (the field says so)."""
        return self.count.number or 1


class BookForm(BorrowForm):
    """A request for later: both days written out."""

    later = True

    def offer_days(
        self, *, first: date, last: date | None, usual_days: int, purposes: list[str], today: date, opening: Opening
    ) -> None:
        """Fill in the days that were chosen; without a last day the usual length, up to the next open day."""
        self.offer_later(first=first, usual_days=usual_days, purposes=purposes, today=today)
        if not self.is_submitted():
            due = last or first + timedelta(days=usual_days)
            self.due_on.data = due if last is not None else opening.next_open(due) or due

    def period(self) -> tuple[date, date] | None:
        """Both days, when both can be read."""
        first, last = self.starts_on.data, self.due_on.data
        return None if first is None or last is None else (first, last)


class KindBookForm(BookForm):
    """The same for several pieces that the system has chosen and the borrower may change."""

    pieces = CheckboxesField(
        _l("ชิ้นที่จะยืม"), validators=[InputRequired(_l("กรุณาเลือกของอย่างน้อยหนึ่งชิ้น"))], validate_choice=False
    )


class OpeningForm(BaseForm):
    """On which days the unit hands over and takes back."""

    days = CheckboxesField(
        _l("วันเปิดทำการ"),
        choices=list(labels.OPEN_DAYS),
        validators=[InputRequired(_l("เลือกวันเปิดทำการอย่างน้อยหนึ่งวัน"))],
    )
    on_holidays = BooleanField(_l("เปิดในวันหยุดราชการด้วย"))
    refuses = BooleanField(_l("ไม่รับและไม่ส่งของในวันปิด"))


class ClosureForm(BaseForm):
    """Days on which the unit is closed."""

    first_day = ThaiDateField(_l("ปิดตั้งแต่วันที่"), validators=[DateRequired()])
    last_day = ThaiDateField(_l("ถึงวันที่"))
    reason = CleanStringField(
        _l("เหตุผล"),
        validators=[InputRequired(_l("กรุณาระบุเหตุผล")), Length(max=rules.LONGEST_REASON)],
        description=_l("เช่น ตรวจนับพัสดุ ย้ายห้อง"),
    )

    def days(self) -> tuple[date, date]:
        """Both days (after validation); a closure of one day needs no second."""
        first: date | Any = self.first_day.data
        return first, self.last_day.data or first


class FeedForm(BaseForm):
    """Which calendar: one's own loans, or the desk of a unit."""

    unit = SelectField(_l("ปฏิทินของ"), validate_choice=False)

    def offer(self, units: list[tuple[str, str]]) -> None:
        """One's own loans first, then the desks."""
        self.unit.choices = [("", _("การยืมของฉัน")), *units]
