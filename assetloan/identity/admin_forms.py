"""What administrators type: units, people, roles, delegations, holidays, settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms.validators import Optional

from assetloan.core.errors import invalid
from assetloan.core.forms import (
    BaseForm,
    CheckboxesField,
    CleanStringField,
    DateRequired,
    RadioField,
    SelectField,
    ThaiDateField,
    WholeNumberField,
    choices,
)
from assetloan.core.i18n import _, _l
from assetloan.core.money import Money
from assetloan.identity import delegations as orders
from assetloan.identity import labels
from assetloan.identity.delegations import DelegationData, Post
from assetloan.identity.directory import unit_choices
from assetloan.identity.forms import Given, longest
from assetloan.identity.models import Person, UnitKind
from assetloan.identity.rules import DelegationKind, Place, Role
from assetloan.identity.service import PersonData, UnitData

POSTS = (Role.DIRECTOR, Role.HEAD)


def _units(field: SelectField, on: date, first: Any) -> None:
    """Every open unit, after a first choice that means none."""
    field.choices = [("", str(first)), *unit_choices(on)]


class UnitForm(BaseForm):
    """A unit; its code is given once and stays."""

    code = CleanStringField(_l("รหัสหน่วยงาน"), validators=[Given(), longest(32)])
    name = CleanStringField(_l("ชื่อหน่วยงาน"), validators=[Given(), longest(200)])
    short_name = CleanStringField(_l("ชื่อย่อ"), validators=[Optional(), longest(200)])
    kind = SelectField(_l("ประเภท"), choices=choices(labels.UNIT_KINDS.items()))
    parent = SelectField(_l("อยู่ใต้หน่วยงาน"), validate_choice=True)
    site = CleanStringField(_l("ที่ตั้ง"), validators=[Optional(), longest(200)])
    head_post = CleanStringField(_l("ตำแหน่งหัวหน้าหน่วยงาน"), validators=[Optional(), longest(200)])
    contact = CleanStringField(_l("ที่ติดต่อเมื่อยืมหรือพบของ"), validators=[Optional(), longest(500)])
    seen = HiddenField()

    def prepare(self, today: date) -> None:
        """Fill the list of units as of today."""
        _units(self.parent, today, _("ไม่อยู่ใต้หน่วยงานใด"))

    def command(self, code: str) -> UnitData:
        """What the service is asked to keep."""
        return UnitData(
            code,
            self.name.data or "",
            UnitKind(self.kind.data),
            self.parent.data or "",
            self.short_name.data or "",
            self.site.data or "",
            self.head_post.data or "",
            self.contact.data or "",
        )


class AliasForm(BaseForm):
    """Another name of a unit."""

    name = CleanStringField(_l("ชื่ออื่นที่พบในไฟล์"), validators=[Given(), longest(200)])


class CloseUnitForm(BaseForm):
    """The last day of a unit, by which order, and who takes over."""

    last_day = ThaiDateField(_l("วันสุดท้ายของหน่วยงาน"), validators=[DateRequired(_l("กรุณาระบุวันสุดท้าย"))])
    order = CleanStringField(_l("คำสั่งที่ หรือเหตุผล"), validators=[Given(), longest(200)])
    successor = SelectField(_l("หน่วยงานที่รับช่วงต่อ"), validators=[Optional()])

    def prepare(self, code: str, today: date) -> None:
        """Fill the list of units as of today, this one aside."""
        _units(self.successor, today, _("ไม่มี"))
        self.successor.choices = [choice for choice in self.successor.choices if choice.value != code]


class HoldingForm(BaseForm):
    """When a clean return may be lent again."""

    holding = RadioField(
        _l("ของที่รับคืนในสภาพปกติ"),
        choices=[
            ("free", _l("ยืมต่อได้ทันทีที่เจ้าหน้าที่รับคืน")),
            ("hold", _l("รอสำนักงานเลขานุการกรมอนุมัติการคืนก่อน")),
        ],
    )


class PersonForm(BaseForm):
    """A person; without a user name they cannot sign in."""

    username = CleanStringField(_l("ชื่อผู้ใช้"), validators=[Optional(), longest(64)])
    name = CleanStringField(_l("ชื่อ-สกุล"), validators=[Given(), longest(200)])
    unit = SelectField(_l("หน่วยงาน"))
    position = CleanStringField(_l("ตำแหน่ง"), validators=[Optional(), longest(200)])
    email = CleanStringField(_l("อีเมล"), validators=[Optional(), longest(200)])
    phone = CleanStringField(_l("โทรศัพท์"), validators=[Optional(), longest(50)])
    contractor = BooleanField(_l("ผู้รับจ้างเหมาบริการ"), description=_l("ยืมได้เมื่อมีเจ้าหน้าที่ของหน่วยงานเป็นผู้รับผิดชอบร่วมด้วยทุกครั้ง"))
    version = HiddenField()

    def prepare(self, today: date) -> None:
        """Fill the list of units as of today."""
        _units(self.unit, today, _("ไม่มีหน่วยงาน (ใช้ระบบไม่ได้)"))

    def command(self) -> PersonData:
        """What the service is asked to keep."""
        return PersonData(
            self.username.data or "",
            self.name.data or "",
            self.unit.data or "",
            self.position.data or "",
            self.email.data or "",
            self.phone.data or "",
            contractor=bool(self.contractor.data),
        )


class GrantForm(BaseForm):
    """A role over a unit, from a day to a day."""

    role = SelectField(_l("บทบาท"), choices=choices(pair for pair in labels.ROLES.items() if pair[0] is not Role.STAFF))
    unit = SelectField(_l("ใช้สิทธิ์กับหน่วยงาน"))
    with_below = BooleanField(_l("รวมหน่วยงานที่อยู่ใต้หน่วยงานนี้ด้วย"))
    valid_from = ThaiDateField(_l("ตั้งแต่วันที่"), validators=[DateRequired(_l("กรุณาระบุวันที่เริ่ม"))])
    valid_until = ThaiDateField(_l("ถึงวันที่"), validators=[Optional()])
    order_no = CleanStringField(_l("คำสั่งที่"), validators=[Optional(), longest(200)])

    def prepare(self, today: date) -> None:
        """Fill the list of units as of today."""
        _units(self.unit, today, _("ทั้งหน่วยงาน"))


class OrderForm(BaseForm):
    """What every order of delegation says: to whom, by which paper, when, and how far it goes."""

    kind = RadioField(
        _l("ลักษณะ"), choices=choices(labels.DELEGATION_KINDS.items()), default=DelegationKind.DELEGATED.value
    )
    order_no = CleanStringField(_l("คำสั่งที่"), validators=[Given(), longest(200)])
    valid_from = ThaiDateField(_l("ตั้งแต่วันที่"), validators=[DateRequired(_l("กรุณาระบุวันที่เริ่ม"))])
    valid_until = ThaiDateField(_l("ถึงวันที่"), validators=[DateRequired(_l("กรุณาระบุวันที่สิ้นสุด"))])
    places = CheckboxesField(
        _l("อนุมัติการยืมที่ใช้"), choices=choices(labels.PLACES.items()), default=[place.value for place in Place]
    )
    most_days = WholeNumberField(_l("ยืมได้ไม่เกิน (วัน)"), validators=[Optional()], least=1, most=365)
    most_value = CleanStringField(_l("ราคารวมของใบยืมไม่เกิน (บาท)"), validators=[Optional(), longest(30)])
    categories = CheckboxesField(_l("เฉพาะทรัพย์สินประเภท"), validators=[Optional()])

    def _kinds(self) -> None:
        self.categories.choices = [(str(key), name) for key, name in orders.kinds_of_things()]

    def _order(self, *, role: Role, unit: str, to: str, from_post: str) -> DelegationData:
        """What the service is asked to keep. Raises Invalid."""
        first, last = self.valid_from.data, self.valid_until.data
        if first is None or last is None:
            raise invalid("valid_from", "required")
        return DelegationData(
            kind=DelegationKind(self.kind.data),
            role=role,
            to=to,
            order_no=self.order_no.data or "",
            valid_from=first,
            valid_until=last,
            unit=unit,
            from_post=from_post,
            places=tuple(Place(place) for place in self.places.data or ()),
            most_days=self.most_days.number,
            most_value=self._money(),
            categories=tuple(int(key) for key in self.categories.data or ()),
        )

    def _money(self) -> Money | None:
        if not self.most_value.data:
            return None
        try:
            return Money.parse(self.most_value.data)
        except ValueError:
            raise invalid("most_value", "money_invalid") from None


class DelegationForm(OrderForm):
    """An order that lets a person use a post's powers to approve."""

    role = SelectField(_l("อำนาจของ"), choices=choices((post, labels.ROLES[post]) for post in POSTS))
    unit = SelectField(_l("หน่วยงาน"))
    from_post = CleanStringField(_l("ตำแหน่งผู้มอบ"), validators=[Optional(), longest(200)])
    to = CleanStringField(_l("ชื่อผู้ใช้ของผู้รับมอบ"), validators=[Given(), longest(64)])

    def prepare(self, today: date) -> None:
        """Fill the lists of units as of today and of kinds of things."""
        _units(self.unit, today, _("ทั้งหน่วยงาน"))
        self._kinds()

    def command(self) -> DelegationData:
        """What the service is asked to keep. Raises Invalid."""
        return self._order(
            role=Role(self.role.data),
            unit=self.unit.data or "",
            to=self.to.data or "",
            from_post=self.from_post.data or "",
        )


class CoverForm(OrderForm):
    """Somebody approves in one's own place for some days: which of one's posts, who, until when."""

    post = RadioField(_l("อนุมัติแทนในตำแหน่ง"))
    to = SelectField(_l("ผู้อนุมัติแทน"))

    def prepare(self, posts: Sequence[Post], people: Sequence[Person]) -> None:
        """Fill the choices: the posts one holds, and who may stand in."""
        self.post.choices = [(post.key, post.name) for post in posts]
        if len(posts) == 1 and not self.is_submitted():
            self.post.data = posts[0].key
        self.to.choices = [("", _("เลือกบุคลากร"))] + [
            (person.username or "", " – ".join(word for word in (person.name, person.position) if word))
            for person in people
        ]
        self._kinds()

    def command(self, posts: Sequence[Post]) -> DelegationData:
        """What the service is asked to keep. Raises Invalid."""
        post = next((post for post in posts if post.key == self.post.data), None)
        if post is None:
            raise invalid("post", "required")
        return self._order(role=post.role, unit=post.unit, to=self.to.data or "", from_post="")


class HolidayForm(BaseForm):
    """A day on which government offices are closed."""

    day = ThaiDateField(_l("วันที่"), validators=[DateRequired()])
    name = CleanStringField(_l("ชื่อวันหยุด"), validators=[Given(), longest(200)])
    source = CleanStringField(_l("อ้างอิงมติคณะรัฐมนตรีหรือประกาศ"), validators=[Given(), longest(200)])


class FillForm(BaseForm):
    """The year whose holidays the library brings."""

    year = WholeNumberField(_l("ปี พ.ศ."), validators=[Given()], least=2560, most=2650)


class SettingForm(BaseForm):
    """One value from a day on."""

    value = CleanStringField(_l("ค่าใหม่"), validators=[Optional(), longest(200)])
    on = RadioField(_l("ค่าใหม่"), choices=[("1", _l("ใช่")), ("0", _l("ไม่ใช่"))], validators=[Optional()])
    choice = RadioField(_l("ค่าใหม่"), choices=[], validators=[Optional()])
    valid_from = ThaiDateField(_l("ใช้ตั้งแต่วันที่"), validators=[DateRequired(_l("กรุณาระบุวันที่เริ่มใช้"))])
