"""What people type about custody, moves and sightings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms.validators import InputRequired, Length, Optional

from assetloan.assets.custody.moving import Moving, Taking
from assetloan.assets.custody.service import Handing
from assetloan.core.forms import (
    BaseForm,
    CleanStringField,
    CleanTextField,
    DateRequired,
    SelectField,
    ThaiDateField,
)
from assetloan.core.i18n import _, _l
from assetloan.identity.models import Person

REQUIRED = _l("กรุณากรอกช่องนี้")
TOO_LONG = _l("ยาวเกินไป ใส่ได้ไม่เกิน %(max)d ตัวอักษร")


class _ThingsField(CleanTextField):
    """Numbers or codes of things, one on a line."""

    def lines(self) -> list[str]:
        """The numbers that were typed."""
        return [line for line in (self.data or "").splitlines() if line.strip()]


def _things() -> _ThingsField:
    return _ThingsField(
        _l("หมายเลขครุภัณฑ์"),
        validators=[InputRequired(REQUIRED), Length(max=20_000, message=TOO_LONG)],
        description=_l("บรรทัดละหนึ่งชิ้น พิมพ์หมายเลขหรือรหัสบนป้าย"),
    )


def people_choices(people: Sequence[Person], nobody: Any) -> list[tuple[str, Any]]:
    """Keepers to choose from, after the words for nobody in particular."""
    named = [(item.ref.key, f"{item.name} ({item.position})" if item.position else item.name) for item in people]
    return [("", nobody), *named]


class GiveForm(BaseForm):
    """Giving things into custody."""

    assets = _things()
    keeper = SelectField(_l("ผู้ครอบครอง"), validators=[Optional()])
    from_on = ThaiDateField(_l("ตั้งแต่วันที่"), validators=[DateRequired()])
    document_no = CleanStringField(
        _l("เลขที่เอกสาร"),
        validators=[Optional(), Length(max=150, message=TOO_LONG)],
        description=_l("เช่น ใบส่งมอบ คำสั่งมอบหมาย"),
    )

    def command(self) -> Handing:
        """To whom, from when."""
        assert self.from_on.data is not None  # noqa: S101 - the validator saw to it
        return Handing(self.keeper.data or "", self.from_on.data, self.document_no.data or "")


class MoveForm(BaseForm):
    """Moving things within the unit or to another one."""

    assets = _things()
    to_unit = SelectField(_l("ย้ายไปหน่วยงาน"))
    place = CleanStringField(
        _l("สถานที่ใหม่"),
        validators=[Optional(), Length(max=200, message=TOO_LONG)],
        description=_l("ย้ายภายในหน่วยงานต้องกรอก ถ้าโอนให้หน่วยงานอื่น ผู้รับเป็นผู้กำหนด"),
    )
    reason = CleanStringField(_l("เหตุผล"), validators=[InputRequired(REQUIRED), Length(max=300, message=TOO_LONG)])
    order_no = CleanStringField(_l("เลขที่คำสั่งหรือหนังสือ"), validators=[Optional(), Length(max=150, message=TOO_LONG)])

    def command(self) -> Moving:
        """The move."""
        return Moving(
            self.assets.lines(),
            self.reason.data or "",
            self.to_unit.data or "",
            self.place.data or "",
            self.order_no.data or "",
        )


class AcceptForm(BaseForm):
    """Where the receiver puts what was offered."""

    place = CleanStringField(
        _l("สถานที่ใช้หรือเก็บ"), validators=[InputRequired(REQUIRED), Length(max=200, message=TOO_LONG)]
    )
    keeper = SelectField(_l("ผู้ครอบครอง"), validators=[Optional()])

    def command(self) -> Taking:
        """The place and the keeper."""
        return Taking(self.place.data or "", self.keeper.data or "")


class ReasonForm(BaseForm):
    """Why something is not taken, taken back or not used."""

    reason = CleanStringField(
        _l("เหตุผล"), validators=[InputRequired(_l("กรุณาบอกเหตุผล")), Length(max=300, message=TOO_LONG)]
    )


class SeenForm(BaseForm):
    """Where a thing was seen: a button for each place, or a typed one."""

    place = CleanStringField(
        _l("พิมพ์สถานที่อื่น"),
        validators=[Optional(), Length(max=200, message=TOO_LONG)],
        description=_l("เช่น ห้องประชุม 2 ชั้น 3"),
    )


def nobody() -> str:
    """The words for a thing that nobody keeps."""
    return _("ไม่มีผู้ครอบครอง เก็บที่หน่วยงาน")
