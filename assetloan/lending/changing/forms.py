"""What people type about changes. Spelling only; the services know the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from wtforms.validators import InputRequired, Length, Optional

from assetloan.assets.models import Asset
from assetloan.core.errors import DomainError, FieldError, Invalid
from assetloan.core.forms import BaseForm, CleanStringField, CleanTextField, RadioField, ThaiDateField
from assetloan.core.i18n import _, _l, format_day, word
from assetloan.identity.models import Person
from assetloan.lending.changing import labels
from assetloan.lending.changing.rules import LONGEST_REASON
from assetloan.lending.forms import OWN, TOO_LONG
from assetloan.lending.labels import days_words

OTHER = "other"


class ExtendForm(BaseForm):
    """Until when, and why; the usual answers are chosen already."""

    due = RadioField(_l("ขอคืนวันที่"), validate_choice=False)
    due_on = ThaiDateField(_l("วันที่จะคืน"))
    preset = RadioField(_l("เพราะ"), choices=list(labels.REASONS.items()), default="unfinished")
    words = CleanStringField(_l("เหตุผล"), validators=[Optional(), Length(max=LONGEST_REASON, message=TOO_LONG)])

    def offer(self, days: Sequence[date], *, due_on: date, chosen: date | None) -> None:
        """The days that are one tap away; the usual one is chosen."""
        self.due.choices = [(day.isoformat(), self._said(day, due_on)) for day in days] + [(OWN, _("เลือกวันเอง"))]
        if not self.is_submitted():
            self.due.data = chosen.isoformat() if chosen is not None else OWN

    def _said(self, day: date, due_on: date) -> str:
        return _("%(day)s (อีก %(days)s)", day=format_day(day, "full"), days=days_words((day - due_on).days))

    def day_back(self) -> date | None:
        """The new due date as chosen or typed."""
        if self.due.data == OWN:
            return self.due_on.data
        try:
            return date.fromisoformat(self.due.data or "")
        except ValueError:
            return None

    def reason(self) -> str:
        """Why, as chosen or typed."""
        if self.preset.data == OTHER or not self.preset.data:
            return self.words.data or ""
        return str(labels.REASONS[self.preset.data])

    def validate(self, extra_validators: object = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self.day_back() is None and not self.due_on.errors:
            self._day_field().errors = [_("กรุณาเลือกวันที่จะคืน")]
            good = False
        if not self.reason():
            self.words.errors = [_("กรุณาระบุเหตุผล")]
            good = False
        return good

    def _day_field(self) -> ThaiDateField | RadioField:
        return self.due_on if self.due.data == OWN else self.due

    def add_error(self, error: DomainError) -> None:
        """A refusal of the day stands beside the control that was used."""
        if not isinstance(error, Invalid):
            super().add_error(error)
            return
        for fault in error.errors:
            self._put(fault)

    def _put(self, fault: FieldError) -> None:
        field = {"due_on": self._day_field(), "reason": self.words}.get(fault.field)
        if field is None:
            super().add_error(Invalid(fault))
        else:
            field.errors = [*field.errors, word(fault)]


class TransferForm(BaseForm):
    """Who is to have the things, and why."""

    to = RadioField(_l("โอนให้"), validate_choice=False, validators=[InputRequired(_l("กรุณาเลือกผู้รับโอน"))])
    reason = CleanStringField(
        _l("เหตุผล"),
        validators=[InputRequired(_l("กรุณาระบุเหตุผล")), Length(max=LONGEST_REASON, message=TOO_LONG)],
        description=_l("เช่น ย้ายงาน หรือให้ผู้อื่นใช้งานต่อ"),
    )

    def offer(self, people: Iterable[tuple[Person, str]]) -> None:
        """The people who were found, with their units."""
        self.to.choices = [(person.username or "", f"{person.name} – {unit}") for person, unit in people]
        if len(self.to.choices) == 1 and not self.is_submitted():
            self.to.data = self.to.choices[0].value


class DeclineForm(BaseForm):
    """Why the receiver does not take the things."""

    reason = CleanTextField(
        _l("เหตุผล"),
        validators=[Optional(), Length(max=400, message=TOO_LONG)],
        description=_l("ผู้ยืมจะอ่านข้อความนี้"),
    )


class SwapForm(BaseForm):
    """Which equal piece goes out instead, and why."""

    to = RadioField(_l("ชิ้นที่ใช้แทน"), validate_choice=False, validators=[InputRequired(_l("กรุณาเลือกชิ้นที่ใช้แทน"))])
    preset = RadioField(
        _l("เพราะ"), choices=list(labels.SWAPS.items()), validators=[InputRequired(_l("กรุณาเลือกเหตุผล"))]
    )
    words = CleanStringField(_l("เหตุผล"), validators=[Optional(), Length(max=LONGEST_REASON, message=TOO_LONG)])

    def offer(self, assets: Iterable[Asset], wanted: str) -> None:
        """The equal pieces that are free; the scanned one is chosen."""
        self.to.choices = [(asset.number, asset.number) for asset in assets]
        if not self.is_submitted() and any(choice.value == wanted for choice in self.to.choices):
            self.to.data = wanted

    def reason(self) -> str:
        """Why, as chosen or typed."""
        if self.preset.data == OTHER or not self.preset.data:
            return self.words.data or ""
        return str(labels.SWAPS[self.preset.data])

    def validate(self, extra_validators: object = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self.preset.data == OTHER and not self.words.data:
            self.words.errors = [_("กรุณาระบุเหตุผล")]
            good = False
        return good
