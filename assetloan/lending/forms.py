"""What people type about loans, from asking to closing. Spelling only; the services know the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from wtforms import BooleanField, MultipleFileField
from wtforms.validators import InputRequired, Length, Optional

from assetloan.core import ids
from assetloan.core.errors import DomainError, FieldError, Invalid
from assetloan.core.forms import (
    BaseForm,
    CheckboxesField,
    CleanStringField,
    CleanTextField,
    DateRequired,
    RadioField,
    SelectField,
    ThaiDateField,
    WholeNumberField,
    choices,
)
from assetloan.core.i18n import _, _l, format_day, word
from assetloan.core.money import Money
from assetloan.identity.rules import Place
from assetloan.lending import labels, rules
from assetloan.lending.authority.forms import PartiesForm
from assetloan.lending.models import LoanLine
from assetloan.lending.requesting import LONGEST_AGENCY
from assetloan.lending.rules import Outcome, ReturnCondition
from assetloan.lending.service import LoanRequest
from assetloan.lending.settling.labels import NOT_LIABLE
from assetloan.lending.settling.rules import NotLiable, pieces_of

NEW, OWN = "new", "own"
USUAL_DAYS = (0, 3, 7)
TOO_LONG = _l("ยาวเกินไป ใส่ได้ไม่เกิน %(max)d ตัวอักษร")


def _length(most: int) -> Length:
    return Length(max=most, message=TOO_LONG)


class BorrowForm(PartiesForm):
    """Place, purpose and return date of a request; the same on the scan page, for a queue and for the basket."""

    place = RadioField(
        _l("นำไปใช้ที่ไหน"),
        choices=choices(labels.PLACES.items()),
        validators=[InputRequired(_l("กรุณาเลือกสถานที่ใช้"))],
    )
    agency = CleanStringField(_l("ชื่อหน่วยงานของรัฐที่นำไปใช้"), validators=[Optional(), _length(LONGEST_AGENCY)])
    place_detail = CleanStringField(_l("สถานที่นำไปใช้"), validators=[Optional(), _length(LONGEST_AGENCY)])
    purpose = RadioField(_l("ใช้เพื่อ"), validate_choice=False)
    purpose_text = CleanStringField(_l("ใช้เพื่อ"), validators=[_length(rules.LONGEST_PURPOSE)])
    starts_on = ThaiDateField(_l("เริ่มใช้วันที่"))
    due = RadioField(_l("คืนเมื่อ"), validate_choice=False)
    due_on = ThaiDateField(_l("วันที่จะคืน"))

    later = False  # a place in the queue: both dates are written out

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: dict[str, str] = {}

    def remember(self, purposes: Iterable[str]) -> None:
        """The person's own reasons that a posted mark may stand for (a mark is shorter than the words)."""
        self.known |= {ids.token_hash(text)[:8]: text for text in purposes}

    def offer(
        self, *, today: date, usual_days: int, longest_days: int, purposes: Sequence[str], until: date | None = None
    ) -> None:
        """Fill the choices: last reasons, and the days on which the thing may come back."""
        self.remember(purposes)
        reasons = [(mark, text) for mark, text in self.known.items() if text in purposes]
        self.purpose.choices = [*reasons, (NEW, _("เขียนเหตุผลใหม่"))] if purposes else reasons
        latest = today + timedelta(days=longest_days)
        latest = latest if until is None else min(latest, until)
        days = sorted({today + timedelta(days=count) for count in (*USUAL_DAYS, usual_days)})
        offered = [day for day in days if day <= latest] or [today]
        self.due.choices = [(day.isoformat(), _due_choice(day, today)) for day in offered] + [(OWN, _("เลือกวันเอง"))]
        if not self.is_submitted():
            usual = min(today + timedelta(days=usual_days), offered[-1])
            self.due.data = usual.isoformat()

    def offer_later(self, *, first: date, usual_days: int, purposes: Sequence[str], today: date) -> None:
        """The same for a place in the queue: from the day the thing is free again."""
        self.offer(today=today, usual_days=usual_days, longest_days=usual_days, purposes=purposes)
        self.later = True
        if not self.is_submitted():
            self.starts_on.data = first
            self.due_on.data = first + timedelta(days=usual_days)

    def reason(self) -> str:
        """The purpose as chosen or typed."""
        return self.known.get(self.purpose.data or "") or self.purpose_text.data or ""

    def day_back(self) -> date | None:
        """The due date as chosen or typed."""
        if self.later or self.due.data == OWN:
            return self.due_on.data
        try:
            return date.fromisoformat(self.due.data or "")
        except ValueError:
            return None

    def validate(self, extra_validators: object = None) -> bool:
        good = bool(super().validate(extra_validators))
        if not self.reason():
            good = self._fault("purpose", FieldError("purpose", "purpose_required"))
        if self.place.data == Place.AGENCY and not self.agency.data:
            good = self._fault("agency", FieldError("agency", "agency_required"))
        if self.day_back() is None and not self.due_on.errors:
            self._dates()[-1].errors = [_("กรุณาเลือกวันที่จะคืน")]
            good = False
        if self.later and self.starts_on.data is None and not self.starts_on.errors:
            self.starts_on.errors = [_("กรุณาระบุวันที่เริ่มใช้")]
            good = False
        return good

    def command(self, assets: Iterable[str]) -> LoanRequest:
        """The request for these things (after validation)."""
        due_on = self.day_back()
        if due_on is None:
            raise Invalid(FieldError("due_on", "required"))
        return LoanRequest(
            tuple(assets),
            purpose=self.reason(),
            place=Place(self.place.data),
            due_on=due_on,
            starts_on=self.starts_on.data if self.later else None,
            agency=self.agency.data or "",
            place_detail=self.place_detail.data or "",
            parties=self.parties(),
        )

    def add_error(self, error: DomainError) -> None:
        """A refusal stands beside the control that the reader used."""
        if not isinstance(error, Invalid):
            super().add_error(error)
            return
        for fault in error.errors:
            if fault.field in ("purpose", "due_on"):
                self._fault(fault.field, fault)
            elif fault.field == "starts_on" and not self.later:
                self.form_errors.append(word(fault))
            else:
                super().add_error(Invalid(fault))

    def _dates(self) -> tuple[ThaiDateField | RadioField, ...]:
        return (self.due_on,) if self.later or self.due.data == OWN else (self.due,)

    def _fault(self, name: str, fault: FieldError) -> bool:
        typed = not self.purpose.choices or self.purpose.data == NEW
        field = {
            "purpose": self.purpose_text if typed else self.purpose,
            "due_on": self._dates()[-1],
            "agency": self.agency,
        }[name]
        field.errors = [*field.errors, word(fault)]
        return False


def _due_choice(day: date, today: date) -> str:
    left = (day - today).days
    near = _("วันนี้") if left == 0 else labels.due_words(day, today)
    return f"{format_day(day, 'full')} ({near})"


class DeclareForm(BaseForm):
    """The borrower says that things are back, and where they lie."""

    where = CleanStringField(
        _l("วางไว้ที่ไหน หรือส่งให้ใคร"), validators=[Optional(), _length(200)], description=_l("เช่น ห้องพัสดุ ชั้น 2")
    )


class CancelForm(BaseForm):
    """Taking a request back; the approver who takes an approval back says why."""

    reason = CleanStringField(_l("เหตุผล"), validators=[Optional(), _length(rules.LONGEST_NOTE)])


class ChaseForm(BaseForm):
    """How a borrower was reminded (ข้อ 211)."""

    how = RadioField(
        _l("ติดตามทวงคืนโดย"),
        choices=list(labels.CHASE_WAYS.items()),
        validators=[InputRequired(_l("กรุณาเลือกวิธีติดตาม"))],
    )
    note = CleanTextField(_l("ผลการติดตาม"), validators=[Optional(), _length(rules.LONGEST_NOTE)])


class RejectForm(BaseForm):
    """Why a request is refused: a usual reason, and words of one's own."""

    preset = RadioField(
        _l("ไม่อนุมัติเพราะ"),
        choices=list(labels.REFUSALS.items()),
        validators=[InputRequired(_l("กรุณาเลือกเหตุผล"))],
    )
    words = CleanTextField(
        _l("ข้อความถึงผู้ยืม"),
        validators=[Optional(), _length(400)],
        description=_l("ผู้ยืมจะอ่านเหตุผลนี้ เขียนสิ่งที่ทำต่อได้ เช่น ขอใหม่หลังวันที่ 5"),
    )

    def validate(self, extra_validators: object = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self.preset.data == "other" and not self.words.data:
            self.words.errors = [_("เลือกเหตุผลอื่นแล้ว กรุณาเขียนเหตุผล")]
            good = False
        return good

    def reason(self) -> str:
        """What the borrower reads."""
        preset = "" if self.preset.data == "other" else str(labels.REFUSALS[self.preset.data or "other"])
        return " – ".join(part for part in (preset, self.words.data or "") if part)


class HandOverForm(BaseForm):
    """Everything is there and in order, or what is not; pieces and pictures of each thing where they are asked for."""

    complete = BooleanField(_l("ครบทุกชิ้นและปกติ"))
    note = CleanTextField(
        _l("สิ่งที่ไม่ครบหรือไม่ปกติ"), validators=[Optional(), _length(400)], description=_l("เว้นว่างได้ถ้าครบและปกติ")
    )

    def validate(self, extra_validators: object = None) -> bool:
        good = bool(super().validate(extra_validators))
        if not self.complete.data and not self.note.data and not any(map(self.there, self.positions)):
            self.complete.errors = [_("ตรวจของแล้วติ๊กว่าครบและปกติ หรือเขียนสิ่งที่ไม่ครบด้านล่าง")]
            good = False
        return good

    def words(self) -> str:
        """What the slip keeps about the condition at hand-over."""
        said = [_("ครบทุกชิ้นและปกติ")] if self.complete.data else []
        return ", ".join([*said, *([self.note.data] if self.note.data else [])])

    positions: tuple[int, ...] = ()

    def there(self, position: int) -> list[str]:
        """The pieces of a thing that were ticked one by one."""
        field = self._fields.get(f"pieces_{position}")
        return list(field.data or ()) if field is not None else []

    def missing(self, position: int, pieces: Sequence[str]) -> tuple[str, ...]:
        """The pieces of a thing that are not there: none when everything was said to be complete."""
        there = set(self.there(position))
        return () if self.complete.data else tuple(piece for piece in pieces if piece not in there)


def hand_over_form(lines: Sequence[LoanLine]) -> HandOverForm:
    """The form with the pieces of each thing, to be ticked one by one, and a place for pictures."""
    fields: dict[str, object] = {"positions": tuple(line.position for line in lines)}
    for line in lines:
        pieces = pieces_of(line.asset.accessories)
        if pieces:
            fields[f"pieces_{line.position}"] = CheckboxesField(
                _l("ตรวจทีละชิ้น"), choices=[(piece, piece) for piece in pieces], validators=[Optional()]
            )
        fields[f"photos_{line.position}"] = MultipleFileField(
            _l("รูปก่อนส่งมอบ"), validators=[Optional()], description=_l("ไม่เกิน 3 รูป ระบบย่อขนาดให้เอง")
        )
    made: HandOverForm = type("HandOverForm", (HandOverForm,), fields)()
    return made


class ReceiveForm(BaseForm):
    """Made for the lines of one loan by `receive_form`: condition, note, photos and their words for each."""

    def of(self, line: LoanLine) -> dict[str, object]:
        """The fields of one line."""
        return {name: self[f"{name}_{line.position}"] for name in ("condition", "note", "photos", "alt")}


def receive_form(lines: Sequence[LoanLine]) -> ReceiveForm:
    """The form for what comes back; with several things, those without a chosen condition stay out."""
    fields: dict[str, object] = {}
    for line in lines:
        needed = [InputRequired(_l("กรุณาเลือกสภาพของที่รับคืน"))] if len(lines) == 1 else [Optional()]
        at = line.position
        fields[f"condition_{at}"] = RadioField(
            _l("สภาพที่รับคืน"), choices=choices(labels.CONDITION_CHOICES.items()), validators=needed
        )
        pieces = pieces_of(line.asset.accessories)
        if pieces:
            fields[f"missing_{at}"] = CheckboxesField(
                _l("ชิ้นที่ขาด"), choices=[(piece, piece) for piece in pieces], validators=[Optional()]
            )
        fields[f"note_{at}"] = CleanTextField(
            _l("พบอะไร"),
            validators=[Optional(), _length(rules.LONGEST_NOTE)],
            description=_l("เขียนเมื่อของไม่ปกติ เช่น ขาดสายไฟ 1 เส้น พบเมื่อใด ยังใช้ได้หรือไม่"),
        )
        fields[f"photos_{at}"] = MultipleFileField(
            _l("รูปสภาพของ"), validators=[Optional()], description=_l("ไม่เกิน 3 รูป ระบบย่อขนาดให้เอง")
        )
        fields[f"alt_{at}"] = CleanStringField(
            _l("ในรูปคืออะไร"), validators=[Optional(), _length(200)], description=_l("สำหรับผู้ที่มองไม่เห็นรูป")
        )
    made: ReceiveForm = type("ReceiveForm", (ReceiveForm,), fields)()
    return made


def chosen_condition(form: ReceiveForm, line: LoanLine) -> ReturnCondition | None:
    """The condition chosen for a line, None when it is not in hand."""
    value = form[f"condition_{line.position}"].data
    return ReturnCondition(value) if value else None


class SendBackForm(BaseForm):
    """Why the officer must look again."""

    reason = CleanTextField(
        _l("ให้ตรวจอะไรใหม่"),
        validators=[InputRequired(_l("กรุณาเขียนว่าให้ตรวจอะไรใหม่")), _length(rules.LONGEST_NOTE)],
    )


class MoneyField(CleanStringField):
    """An amount in baht, in Thai or Arabic digits; empty is None."""

    amount: Money | None = None

    def pre_validate(self, _form: object) -> None:
        self.amount = None
        if self.data:
            try:
                self.amount = Money.parse(self.data)
            except ValueError:
                raise ValueError(_("ใส่จำนวนเงินเป็นบาท เช่น 22,000.00")) from None


class ProposeForm(BaseForm):
    """How a damage, gap or loss is to be made good (ข้อ 209)."""

    outcome = RadioField(
        _l("ผลการชดใช้"),
        choices=choices(labels.OUTCOMES.items()),
        validators=[InputRequired(_l("กรุณาเลือกผลการชดใช้"))],
    )
    amount = MoneyField(_l("จำนวนเงินที่ชดใช้ (บาท)"), validators=[Optional()])
    not_liable = RadioField(_l("ไม่ต้องรับผิดเพราะ"), choices=choices(NOT_LIABLE.items()), validators=[Optional()])
    papers = MultipleFileField(_l("ไฟล์หลักฐาน (PDF หรือรูป)"), validators=[Optional()])
    evidence = CleanTextField(
        _l("หลักฐานและเหตุผล"),
        validators=[InputRequired(_l("กรุณาระบุหลักฐาน")), _length(rules.LONGEST_NOTE)],
        description=_l("เช่น เลขที่ใบเสร็จ ใบส่งของ หรือผลสอบข้อเท็จจริง"),
    )

    def chosen(self) -> Outcome:
        """The outcome (after validation)."""
        return Outcome(self.outcome.data)

    def reason(self) -> NotLiable | None:
        """Why nobody is liable, when that was chosen."""
        return NotLiable(self.not_liable.data) if self.not_liable.data else None


class DecideForm(BaseForm):
    """The director's decision on a proposal."""

    accept = RadioField(
        _l("ผลการวินิจฉัย"),
        choices=[("yes", _l("เห็นชอบตามที่เสนอ ปิดรายการ")), ("no", _l("ส่งกลับให้เสนอใหม่"))],
        validators=[InputRequired(_l("กรุณาเลือกผลการวินิจฉัย"))],
    )
    note = CleanTextField(_l("ความเห็น"), validators=[Optional(), _length(rules.LONGEST_NOTE)])

    def validate(self, extra_validators: object = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self.accept.data == "no" and not self.note.data:
            self.note.errors = [_("ส่งกลับต้องบอกเหตุผล")]
            good = False
        return good


class StandingForm(BaseForm):
    """A signed order in advance [คำสั่งอนุมัติล่วงหน้า]."""

    unit = SelectField(_l("หน่วยงานที่ดูแลของ"))
    order_no = CleanStringField(_l("คำสั่งที่"), validators=[InputRequired(_l("กรุณาระบุเลขที่คำสั่ง")), _length(100)])
    category = SelectField(_l("เฉพาะประเภท"))
    asset = CleanStringField(
        _l("เฉพาะชิ้น"), validators=[Optional(), _length(200)], description=_l("หมายเลขครุภัณฑ์หรือรหัสบนป้าย")
    )
    most_days = WholeNumberField(_l("ยืมได้ไม่เกินกี่วัน"), validators=[InputRequired(_l("กรุณาระบุจำนวนวัน"))], least=0, most=15)
    valid_from = ThaiDateField(_l("ใช้ตั้งแต่วันที่"), validators=[DateRequired()])
    valid_until = ThaiDateField(_l("ถึงวันที่"), validators=[DateRequired()])
