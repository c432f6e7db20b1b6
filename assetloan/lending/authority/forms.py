"""What people type about those who answer for a loan, and about the letter of another agency."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms.validators import Length, Optional

from assetloan.core.forms import BaseForm, CleanStringField, DateRequired, SelectField, ThaiDateField
from assetloan.core.i18n import _, _l
from assetloan.identity.forms import Given
from assetloan.identity.rules import Actor
from assetloan.lending.authority import parties
from assetloan.lending.authority.letters import LONGEST, LetterData
from assetloan.lending.authority.parties import Parties

TOO_LONG = _l("ยาวเกินไป ใส่ได้ไม่เกิน %(max)d ตัวอักษร")


class PartiesForm(BaseForm):
    """The part of a request about others: shown to those whom it concerns, empty for everybody else."""

    responsible = SelectField(_l("เจ้าหน้าที่ผู้รับผิดชอบร่วม"), validators=[Optional()])
    outsider = CleanStringField(
        _l("ชื่อบุคคลภายนอกที่จะใช้"), validators=[Optional(), Length(max=parties.LONGEST, message=TOO_LONG)]
    )
    outsider_contact = CleanStringField(
        _l("หน่วยงานหรือที่อยู่ และโทรศัพท์"), validators=[Optional(), Length(max=parties.LONGEST, message=TOO_LONG)]
    )

    asks_official = False
    asks_outsider = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.responsible.choices = []
        self.responsible.validate_choice = False  # the service knows who may answer

    def offer_parties(self, actor: Actor, today: date) -> None:
        """Ask a contractor for the official; ask about an outsider where the agency allows it."""
        self.asks_official = actor.contractor
        self.asks_outsider = not actor.contractor and parties.outsiders_allowed(today)
        if self.asks_official:
            self.responsible.choices = [("", _("เลือกเจ้าหน้าที่"))] + [
                (person.key, " – ".join(word for word in (person.name, person.position) if word))
                for person in parties.officials_of(actor.unit_id, actor.person_id)
            ]

    def parties(self) -> Parties:
        """Who else answers, as typed."""
        return Parties(self.responsible.data or "", self.outsider.data or "", self.outsider_contact.data or "")


class LetterForm(BaseForm):
    """A letter that came in."""

    number = CleanStringField(_l("เลขที่หนังสือ"), validators=[Given(), Length(max=LONGEST, message=TOO_LONG)])
    dated_on = ThaiDateField(_l("ลงวันที่"), validators=[DateRequired(_l("กรุณาระบุวันที่ของหนังสือ"))])
    signer = CleanStringField(
        _l("ผู้ลงนาม"),
        validators=[Optional(), Length(max=LONGEST, message=TOO_LONG)],
        description=_l("หัวหน้าหน่วยงานที่ขอยืม"),
    )
    file = FileField(_l("ไฟล์หนังสือ (PDF หรือรูป)"), validators=[Optional()])

    def command(self) -> LetterData:
        """What the service is asked to keep (after validation)."""
        if self.dated_on.data is None:
            raise ValueError("the form was not validated")
        return LetterData(self.number.data or "", self.dated_on.data, self.signer.data or "")
