"""What people type about assets, categories and codes: spelling in, a command out. The service knows the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, FileField, HiddenField
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from assetloan.assets import labels
from assetloan.assets.categories import CategoryData
from assetloan.assets.codes import MOST_BLANK
from assetloan.assets.models import Asset, Category
from assetloan.assets.service import LIMITS, UNCHANGED, AssetData
from assetloan.core.forms import (
    BaseForm,
    CheckboxesField,
    CleanStringField,
    CleanTextField,
    SelectField,
    ThaiDateField,
    WholeNumberField,
)
from assetloan.core.i18n import _, _l, word_code
from assetloan.core.money import Money
from assetloan.identity.models import Person
from assetloan.identity.queries import UnitCard

REQUIRED = _l("กรุณากรอกช่องนี้")
FIELDS = labels.FIELDS


def _short(name: str, *, hint: Any = "") -> CleanStringField:
    """A line of the register that may stay empty."""
    too_long = Length(max=LIMITS[name], message=_l("ยาวเกินไป ใส่ได้ไม่เกิน %(max)d ตัวอักษร"))
    return CleanStringField(FIELDS[name], validators=[Optional(), too_long], description=hint)


class PriceField(CleanStringField):
    """An amount of baht as people write it; empty is None."""

    money: Money | None = None

    def pre_validate(self, form: Any) -> None:
        self.money = None
        if not self.data:
            return
        try:
            self.money = Money.parse(self.data)
        except ValueError:
            raise StopValidation(word_code("price_invalid", {})) from None


class AssetForm(BaseForm):
    """One asset, in the order of the paper register."""

    category = SelectField(FIELDS["category"], validators=[Optional()])
    asset_no = _short("asset_no", hint=_l("ยังไม่มีหมายเลข เว้นว่างไว้ได้ ระบบจะออกหมายเลขชั่วคราวให้"))
    gfmis_no = CleanStringField(FIELDS["gfmis_no"], validators=[Optional()], description=_l("ตัวเลข 12 หลัก"))
    name = CleanStringField(
        FIELDS["name"], validators=[InputRequired(_l("กรุณากรอกชื่อรายการ")), Length(max=LIMITS["name"])]
    )
    description = CleanTextField(
        FIELDS["description"],
        validators=[Optional(), Length(max=LIMITS["description"])],
        description=_l("เช่น ขนาด สี ความจุ ตามใบตรวจรับ"),
    )
    brand = _short("brand")
    model = _short("model")
    serial = _short("serial")
    unit_of_count = _short("unit_of_count", hint=_l("เช่น เครื่อง ตัว ชุด"))
    place = _short("place", hint=_l("เช่น อาคาร 1 ชั้น 2 ห้อง 204 พิมพ์ชื่อใหม่ได้"))
    responsible_unit = SelectField(FIELDS["responsible_unit"])
    custodian = SelectField(FIELDS["custodian"], validators=[Optional()])
    vendor = _short("vendor")
    vendor_address = _short("vendor_address")
    vendor_phone = _short("vendor_phone")
    fund = _short("fund", hint=_l("เช่น เงินงบประมาณ เงินนอกงบประมาณ เงินบริจาค"))
    method = _short("method", hint=_l("เช่น วิธีเฉพาะเจาะจง รับบริจาค รับโอน"))
    received_on = ThaiDateField(FIELDS["received_on"], validators=[Optional()])
    document_no = _short("document_no", hint=_l("ใบตรวจรับ สัญญา หรือใบส่งของ"))
    price = PriceField(_l("ราคาต่อหน่วย (บาท)"), validators=[Optional()])
    warranty_until = ThaiDateField(FIELDS["warranty_until"], validators=[Optional()])
    warranty_note = _short("warranty_note", hint=_l("เช่น 3 ปี ซ่อมถึงที่ภายในวันทำการถัดไป"))
    life_years = WholeNumberField(
        FIELDS["life_years"],
        validators=[Optional()],
        least=1,
        most=100,
        description=_l("เว้นว่างไว้เพื่อใช้อายุใช้งานของประเภท"),
    )
    life_reason = _short("life_reason", hint=_l("กรอกเมื่อกำหนดอายุใช้งานเฉพาะชิ้น"))
    accessories = _short("accessories", hint=_l("เช่น กระเป๋า สายชาร์จ ผู้ยืมต้องคืนให้ครบตามนี้"))
    loanable = BooleanField(_l("ให้ยืมได้"))
    boxes = HiddenField(default="1")
    note = CleanTextField(FIELDS["note"], validators=[Optional(), Length(max=LIMITS["note"])])

    def offer(
        self,
        asset: Asset | None,
        *,
        categories: Sequence[Category],
        units: Sequence[UnitCard],
        keepers: Sequence[Person],
    ) -> None:
        """What the lists hold; what the asset has now stays choosable even when it has ended."""
        self._categories = {item.code: item.id for item in categories}
        self._units = {card.code: card.id for card in units}
        people = list(keepers)
        if asset is not None and asset.custodian is not None and asset.custodian not in people:
            people.insert(0, asset.custodian)
        self._people = {person.ref.key: person.id for person in people}
        nothing = _("ไม่ได้ระบุ")
        self.category.choices = [("", nothing), *((item.code, item.name) for item in categories)]
        self.responsible_unit.choices = [(card.code, card.name) for card in units]
        self.custodian.choices = [
            ("", nothing),
            *(
                (person.ref.key, f"{person.name} ({person.position})" if person.position else person.name)
                for person in people
            ),
        ]

    def values(self) -> dict[str, Any]:
        """The fields that were sent, as the service takes them: a field that is missing changes nothing."""
        lines = {name: self[name].data or "" for name in LIMITS if self._sent(name)}
        ids = {
            "category_id": ("category", self._categories),
            "responsible_unit_id": ("responsible_unit", self._units),
            "custodian_id": ("custodian", self._people),
        }
        chosen = {key: known.get(self[name].data or "") for key, (name, known) in ids.items() if self._sent(name)}
        given = lines | chosen
        if self._sent("price"):
            given["price"] = self.price.money
        if self._sent("gfmis_no"):
            given["gfmis_no"] = self.gfmis_no.data or None
        if self._sent("boxes"):  # an empty checkbox sends nothing, so the form says that it had one
            given["loanable"] = bool(self.loanable.data)
        if self.warranty_until.typed is not None:
            given["warranty_until"] = self.warranty_until.data
        if self._sent("life_years"):
            given["life_years"] = self.life_years.number
        return given

    def _sent(self, name: str) -> bool:
        return name in self and bool(self[name].raw_data)

    def command(self) -> AssetData:
        """The new asset."""
        given = self.values()
        if not given.get("asset_no"):
            given["asset_no"] = UNCHANGED
        return AssetData(**given, received_on=self.received_on.data)


class EditAssetForm(AssetForm):
    """The same fields with a reason, the version that was read and the last event that was known then."""

    asset_no = _short("asset_no")
    custodian_text = _short("custodian_text")
    below_threshold = BooleanField(FIELDS["below_threshold"])
    threshold_box = HiddenField(default="1")
    reason = CleanStringField(
        _l("เหตุผลที่แก้ไข"),
        validators=[InputRequired(_l("กรุณาบอกเหตุผลที่แก้ไข")), Length(max=300)],
        description=_l("เช่น แก้ตามใบตรวจรับ ย้ายห้อง"),
    )
    version = HiddenField(default="0")
    seen = HiddenField(default="0")

    def show(self, asset: Asset, names: Sequence[str] | None = None) -> None:
        """Fill the fields (all, or these) with what the register says."""
        shown = current_values(asset, self._units)
        for name in shown if names is None else names:
            if name in shown:
                self[name].data = shown[name]
        for name in ("received_on", "warranty_until"):
            if names is not None and name in names:
                self[name].typed = None

    def numbers(self) -> tuple[int, int]:
        """The version and the event that were read; zero when they were tampered with."""
        return tuple(  # type: ignore[return-value]
            int(value) if value and value.isascii() and value.isdigit() and len(value) < 18 else 0
            for value in (self.version.data, self.seen.data)
        )

    def edit_command(self, received: tuple[Any, str]) -> AssetData:
        """The changed asset. A day that was not touched keeps how exactly it is known (`received`: day, precision)."""
        given = self.values()
        if self.received_on.typed is not None and self.received_on.data != received[0]:
            given |= {"received_on": self.received_on.data, "received_precision": "day"}
        if self._sent("threshold_box"):
            given["below_threshold"] = bool(self.below_threshold.data)
        return AssetData(**given)


def current_values(asset: Asset, units: dict[str, int]) -> dict[str, Any]:
    """The fields of the form as the register has them."""
    lines = {name: getattr(asset, name) for name in LIMITS if name not in ("asset_no", "place")}
    return lines | {
        "asset_no": asset.number,
        "gfmis_no": asset.gfmis_no or "",
        "place": asset.place.name if asset.place else "",
        "category": asset.category.code if asset.category else "",
        "responsible_unit": next((code for code, unit_id in units.items() if unit_id == asset.responsible_unit_id), ""),
        "custodian": asset.custodian.ref.key if asset.custodian else "",
        "received_on": asset.received_on,
        "price": asset.price.display() if asset.price is not None else "",
        "loanable": asset.loanable,
        "warranty_until": asset.warranty_until,
        "life_years": "" if asset.life_years is None else str(asset.life_years),
        "below_threshold": asset.below_threshold,
    }


class PhotoForm(BaseForm):
    """A photo and what is seen in it."""

    photo = FileField(_l("รูปถ่าย"), validators=[InputRequired(_l("กรุณาเลือกรูป"))])
    description = CleanStringField(
        _l("ในรูปคืออะไร"),
        validators=[InputRequired(_l("กรุณาบอกว่าในรูปคืออะไร เพื่อให้ผู้ที่มองไม่เห็นรู้ด้วย")), Length(max=200)],
        description=_l("เช่น กล้องสีดำ มองจากด้านหน้า"),
    )


class NewCodeForm(BaseForm):
    """Another label: why, and what becomes of the old one."""

    reason = CleanStringField(
        _l("เหตุผลที่ออกป้ายใหม่"),
        validators=[InputRequired(_l("กรุณาบอกเหตุผล")), Length(max=200)],
        description=_l("เช่น ป้ายลบเลือน ติดเพิ่มที่กล่อง"),
    )
    revoke = BooleanField(_l("ยกเลิกป้ายเดิมทุกดวงของชิ้นนี้"))


class RevokeForm(BaseForm):
    """Ending a code."""

    reason = CleanStringField(
        _l("เหตุผลที่ยกเลิก"),
        validators=[InputRequired(_l("กรุณาบอกเหตุผลที่ยกเลิก")), Length(max=200)],
        description=_l("เช่น ป้ายหลุดหาย"),
    )


class BlankCodesForm(BaseForm):
    """How many blank codes, for which unit."""

    unit = SelectField(_l("หน่วยงาน"))
    count = WholeNumberField(
        _l("จำนวนป้ายเปล่า"), validators=[InputRequired(REQUIRED)], least=1, most=MOST_BLANK, default="24"
    )
    note = CleanStringField(
        _l("บันทึกช่วยจำ"), validators=[Optional(), Length(max=200)], description=_l("เช่น สำหรับอาคาร 2 ชั้น 3")
    )


class PlacesForm(BaseForm):
    """Which rooms get a label."""

    places = CheckboxesField(_l("ห้องหรือสถานที่"), validators=[InputRequired(_l("กรุณาเลือกอย่างน้อยหนึ่งห้อง"))])


class LinkForm(BaseForm):
    """Which asset a blank code belongs to."""

    asset = CleanStringField(
        _l("หมายเลขครุภัณฑ์"),
        validators=[InputRequired(_l("กรุณากรอกหมายเลขครุภัณฑ์")), Length(max=200)],
        description=_l("พิมพ์หมายเลขบนตัวเครื่อง จะใช้เลขไทยหรือเว้นวรรคก็ได้"),
    )


class PairForm(LinkForm):
    """A label and the thing it is stuck on."""

    code = CleanStringField(
        _l("รหัสบนป้ายเปล่า"),
        validators=[InputRequired(_l("กรุณาสแกนป้ายหรือพิมพ์รหัส 8 ตัว")), Length(max=200)],
        description=_l("สแกนป้าย หรือพิมพ์รหัส 8 ตัวใต้รูป"),
    )


class RelinkForm(LinkForm):
    """Where a label belongs that was tied to the wrong thing."""

    reason = CleanStringField(
        _l("เหตุผล"),
        validators=[InputRequired(_l("กรุณาบอกเหตุผล")), Length(max=200)],
        description=_l("เช่น ติดสลับกับเครื่องข้าง ๆ"),
    )


class CategoryForm(BaseForm):
    """A category with its useful life and rate."""

    code = CleanStringField(_l("รหัสประเภท"), validators=[InputRequired(REQUIRED), Length(max=20)])
    name = CleanStringField(_l("ชื่อประเภท"), validators=[InputRequired(REQUIRED), Length(max=200)])
    asset_class = CleanStringField(
        _l("กลุ่มครุภัณฑ์"), validators=[InputRequired(REQUIRED), Length(max=100)], description=_l("เช่น ครุภัณฑ์คอมพิวเตอร์")
    )
    fsn_class = CleanStringField(_l("รหัส FSN 4 หลัก"), validators=[Optional(), Length(max=20)])
    gfmis_class = CleanStringField(_l("รหัสหมวด GFMIS 8 หลัก"), validators=[Optional(), Length(max=20)])
    least_years = WholeNumberField(_l("อายุใช้งานต่ำสุด (ปี)"), validators=[InputRequired(REQUIRED)], least=1, most=100)
    most_years = WholeNumberField(_l("อายุใช้งานสูงสุด (ปี)"), validators=[InputRequired(REQUIRED)], least=1, most=100)
    years = WholeNumberField(_l("อายุใช้งานที่เลือกใช้ (ปี)"), validators=[InputRequired(REQUIRED)], least=1, most=100)
    rate = CleanStringField(_l("อัตราค่าเสื่อมราคาต่อปี (ร้อยละ)"), validators=[InputRequired(REQUIRED)])
    longest_loan_days = WholeNumberField(
        _l("ยืมได้นานที่สุด (วัน)"),
        validators=[Optional()],
        least=1,
        most=365,
        description=_l("เว้นว่างไว้เพื่อใช้ค่าของหน่วยงาน"),
    )
    lead_days = WholeNumberField(
        _l("ต้องขอล่วงหน้าอย่างน้อย (วัน)"),
        validators=[Optional()],
        least=0,
        most=60,
        description=_l("สำหรับของที่ต้องเตรียมก่อนส่งมอบ เว้นว่างไว้เพื่อใช้ค่าของหน่วยงาน"),
    )
    most_extensions = WholeNumberField(
        _l("ขอยืมต่อได้ไม่เกิน (ครั้ง)"),
        validators=[Optional()],
        least=0,
        most=20,
        description=_l("0 คือไม่ให้ยืมต่อ เว้นว่างไว้เพื่อใช้ค่าของหน่วยงาน"),
    )
    vehicle = BooleanField(_l("เป็นรถราชการ ยืมด้วยใบยืมไม่ได้"))
    picture = SelectField(_l("ภาพประกอบเมื่อไม่มีรูปถ่าย"))

    hundredths: int = 0

    def validate_rate(self, field: CleanStringField) -> None:
        """Per cent with at most two decimals; 0 is for what is not depreciated, such as land."""
        try:
            self.hundredths = Money.parse(field.data or "").satang
        except ValueError:
            self.hundredths = -1
        if not 0 <= self.hundredths <= 10_000:
            raise ValidationError(word_code("rate_invalid", {"value": field.data}))

    def command(self) -> CategoryData:
        """The category."""
        return CategoryData(
            code=self.code.data or "",
            name=self.name.data or "",
            asset_class=self.asset_class.data or "",
            least_years=self.least_years.number or 0,
            most_years=self.most_years.number or 0,
            years=self.years.number or 0,
            rate_hundredths=self.hundredths,
            fsn_class=self.fsn_class.data or "",
            gfmis_class=self.gfmis_class.data or "",
            vehicle=bool(self.vehicle.data),
            picture=self.picture.data,
            longest_loan_days=self.longest_loan_days.number,
            lead_days=self.lead_days.number,
            most_extensions=self.most_extensions.number,
        )
