"""Words and tones of the register: states, conditions, history, fields, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from assetloan.assets.models import Asset, AssetEvent, Code
from assetloan.assets.rules import RESERVED, AssetEventKind, AssetStatus, CodeState, Condition
from assetloan.core import calendar
from assetloan.core.i18n import _, _l, format_day, format_money, register_errors
from assetloan.core.money import Money

STATUSES: dict[str, Any] = {
    AssetStatus.AVAILABLE: _l("พร้อมใช้งาน"),
    RESERVED: _l("จองแล้ว"),
    AssetStatus.ON_LOAN: _l("ถูกยืม"),
    AssetStatus.RETURN_PENDING: _l("รออนุมัติการคืน"),
    AssetStatus.REPAIR: _l("ส่งซ่อม"),
    AssetStatus.LOST: _l("สูญหาย"),
    AssetStatus.PENDING_DISPOSAL: _l("รอจำหน่าย"),
    AssetStatus.DISPOSED: _l("จำหน่ายแล้ว"),
}
STATUS_TONES: dict[str, str] = {
    AssetStatus.AVAILABLE: "ok",
    RESERVED: "wait",
    AssetStatus.ON_LOAN: "info",
    AssetStatus.RETURN_PENDING: "wait",
    AssetStatus.REPAIR: "wait",
    AssetStatus.LOST: "late",
    AssetStatus.PENDING_DISPOSAL: "neutral",
    AssetStatus.DISPOSED: "neutral",
}
CONDITIONS: dict[Condition, Any] = {
    Condition.GOOD: _l("สภาพสมบูรณ์"),
    Condition.DAMAGED: _l("ชำรุด"),
    Condition.DETERIORATED: _l("เสื่อมสภาพ"),
    Condition.INCOMPLETE: _l("ไม่ครบ"),
    Condition.LOST: _l("สูญหาย"),
    Condition.UNNEEDED: _l("ไม่จำเป็นต้องใช้"),
}
CONDITION_TONES: dict[Condition, str] = {
    Condition.GOOD: "ok",
    Condition.DAMAGED: "late",
    Condition.DETERIORATED: "wait",
    Condition.INCOMPLETE: "late",
    Condition.LOST: "late",
    Condition.UNNEEDED: "neutral",
}
EVENTS: dict[AssetEventKind, Any] = {
    AssetEventKind.REGISTERED: _l("ลงทะเบียน"),
    AssetEventKind.IMPORTED: _l("นำเข้าทะเบียนจากไฟล์"),
    AssetEventKind.EDITED: _l("แก้ไขข้อมูล"),
    AssetEventKind.MOVED: _l("ย้ายสถานที่"),
    AssetEventKind.STATUS: _l("เปลี่ยนสถานะ"),
    AssetEventKind.CONDITION: _l("เปลี่ยนสภาพ"),
    AssetEventKind.CODE: _l("ป้าย QR"),
    AssetEventKind.WITHDRAWN: _l("ถอนการนำเข้า"),
    AssetEventKind.FOUND: _l("มีผู้แจ้งพบ"),
}
CODE_STATES: dict[CodeState, Any] = {
    CodeState.BLANK: _l("ยังไม่ผูกกับทรัพย์สิน"),
    CodeState.LINKED: _l("ใช้อยู่"),
    CodeState.REVOKED: _l("ยกเลิกแล้ว"),
}
CODE_TONES: dict[CodeState, str] = {
    CodeState.BLANK: "neutral",
    CodeState.LINKED: "ok",
    CodeState.REVOKED: "neutral",
}
FIELDS: dict[str, Any] = {
    "asset_no": _l("หมายเลขครุภัณฑ์"),
    "piece": _l("ลำดับชิ้นในชุด"),
    "gfmis_no": _l("เลขสินทรัพย์ GFMIS"),
    "name": _l("ชื่อรายการ"),
    "description": _l("ลักษณะหรือคุณสมบัติ"),
    "brand": _l("ยี่ห้อ"),
    "model": _l("รุ่นหรือแบบ"),
    "serial": _l("หมายเลขเครื่อง"),
    "category": _l("ประเภท"),
    "unit": _l("หน่วยงานเจ้าของ"),
    "responsible_unit": _l("หน่วยงานที่เก็บรักษา"),
    "place": _l("สถานที่ใช้หรือเก็บ"),
    "custodian": _l("ผู้ครอบครอง"),
    "custodian_text": _l("ผู้ครอบครองตามทะเบียนเดิม"),
    "received_on": _l("วันที่ได้มา"),
    "received_precision": _l("ความละเอียดของวันที่"),
    "document_no": _l("เลขที่เอกสาร"),
    "method": _l("วิธีการได้มา"),
    "fund": _l("แหล่งเงิน"),
    "vendor": _l("ผู้ขายหรือผู้บริจาค"),
    "vendor_address": _l("ที่อยู่ของผู้ขายหรือผู้บริจาค"),
    "vendor_phone": _l("โทรศัพท์ของผู้ขายหรือผู้บริจาค"),
    "warranty_until": _l("รับประกันถึงวันที่"),
    "warranty_note": _l("เงื่อนไขการรับประกัน"),
    "life_years": _l("อายุใช้งานเฉพาะชิ้นนี้ (ปี)"),
    "life_reason": _l("เหตุผลที่อายุใช้งานต่างจากประเภท"),
    "below_threshold": _l("ครุภัณฑ์ต่ำกว่าเกณฑ์"),
    "price": _l("ราคาต่อหน่วย"),
    "unit_of_count": _l("หน่วยนับ"),
    "accessories": _l("สิ่งที่มากับเครื่อง"),
    "note": _l("หมายเหตุ"),
    "loanable": _l("ให้ยืมได้"),
    "photo": _l("รูปถ่าย"),
    "status": _l("สถานะ"),
    "condition": _l("สภาพ"),
    "added": _l("รหัสใหม่"),
    "linked": _l("ผูกรหัส"),
    "attached": _l("ยืนยันว่าป้ายติดอยู่"),
    "barcode": _l("บาร์โค้ดเดิม"),
    "revoked": _l("ยกเลิกรหัส"),
    "where": _l("พบที่"),
    "maintenance": _l("บำรุงรักษา"),
    "attachment": _l("เอกสารแนบ"),
}
PICTURES: dict[str, Any] = {
    "av": _l("ภาพและเสียง"),
    "computer": _l("คอมพิวเตอร์"),
    "office": _l("สำนักงาน"),
    "electric": _l("ไฟฟ้า"),
    "medical": _l("การแพทย์"),
    "mobility": _l("เครื่องช่วยคนพิการ"),
    "vehicle": _l("ยานพาหนะ"),
    "home": _l("งานบ้าน"),
    "tool": _l("เครื่องมือ"),
    "other": _l("อื่น ๆ"),
}

register_errors(
    {
        "number_taken": _l("หมายเลขครุภัณฑ์ “%(value)s” มีอยู่ในทะเบียนแล้ว กรุณาตรวจหมายเลขอีกครั้ง"),
        "gfmis_taken": _l("เลขสินทรัพย์ GFMIS “%(value)s” มีอยู่ในทะเบียนแล้ว กรุณาตรวจหมายเลขอีกครั้ง"),
        "received_impossible": _l("วันที่ได้มาต้องไม่ก่อน พ.ศ. %(first)s และไม่เกินหนึ่งปีนับจากวันนี้ กรุณาตรวจปีอีกครั้ง"),
        "rate_invalid": _l("อ่านอัตรา “%(value)s” ไม่ได้ กรุณากรอกเป็นร้อยละ เช่น 12.5"),
        "category_unknown": _l("ไม่รู้จักประเภทนี้ กรุณาเลือกจากรายการ"),
        "category_taken": _l("รหัสประเภท “%(value)s” มีอยู่แล้ว"),
        "life_reason_required": _l("กรุณาบอกเหตุผลที่อายุใช้งานของชิ้นนี้ต่างจากประเภท"),
        "custodian_elsewhere": _l("ผู้ครอบครองต้องเป็นบุคลากรของหน่วยงานเจ้าของหรือหน่วยงานที่เก็บรักษา"),
        "code_taken": _l("รหัส %(code)s ผูกกับทรัพย์สินอื่นแล้ว กรุณาใช้ป้ายเปล่าดวงอื่น"),
        "code_revoked": _l("รหัส %(code)s ถูกยกเลิกแล้ว ใช้อีกไม่ได้"),
        "code_not_linked": _l("รหัส %(code)s ยังไม่ผูกกับทรัพย์สินใด"),
        "code_linked_here": _l("รหัส %(code)s ผูกกับทรัพย์สินนี้อยู่แล้ว"),
        "reprint_needs_reason": _l("มีป้ายที่เคยพิมพ์แล้วในชุดนี้ กรุณาบอกเหตุผลที่พิมพ์ซ้ำ"),
        "printer_taken": _l("หน่วยงานนี้มีเครื่องพิมพ์ชื่อนี้แล้ว กรุณาใช้ชื่ออื่น"),
        "printer_ended": _l("เลิกใช้เครื่องพิมพ์ “%(name)s” แล้ว"),
        "printer_scale": _l("ความยาวที่วัดได้ต่างจากไม้บรรทัดเกินไป ต้องอยู่ระหว่าง %(least)s ถึง %(most)s ใน 100 ส่วน กรุณาวัดอีกครั้ง"),
        "printer_offset": _l("ภาพเลื่อนเกิน %(most)s มม. กรุณาตั้งขนาดกระดาษให้ตรงแล้ววัดอีกครั้ง"),
        "label_file_gone": _l("ไฟล์ป้ายนี้เกิน 24 ชั่วโมงแล้ว ถ้าต้องการอีกครั้งให้พิมพ์ซ้ำพร้อมเหตุผล"),
        "asset_without_code": _l("ทรัพย์สิน %(asset)s ไม่มีรหัสที่ใช้อยู่ กรุณาออกป้ายใหม่จากหน้าทรัพย์สินก่อน"),
        "asset_gone": _l("ทรัพย์สินนี้สูญหาย รอจำหน่าย หรือจำหน่ายแล้ว จึงให้ยืมไม่ได้"),
        "vehicle_not_lent": _l("รถราชการยืมด้วยใบยืมไม่ได้ ให้ขอใช้ตามระเบียบว่าด้วยรถราชการ"),
        "asset_not_lendable": _l("หน่วยงานเจ้าของไม่ได้เปิดให้ยืมทรัพย์สินนี้"),
        "photo_needs_words": _l("กรุณาบอกว่าในรูปคืออะไร เพื่อให้ผู้ที่มองไม่เห็นรู้ด้วย"),
        "too_many_numbers": _l("พิมพ์หมายเลขได้ครั้งละไม่เกิน %(most)s หมายเลข ถ้ามากกว่านี้ให้เลือกตามหน่วยงานหรือสถานที่"),
    }
)


def status_of(asset: Asset) -> tuple[str, str]:
    """Tone and words of the stored status; what is not lent says so."""
    if asset.status is AssetStatus.AVAILABLE and not asset.loanable:
        return "neutral", _("ใช้ในหน่วยงาน ไม่เปิดให้ยืม")
    return STATUS_TONES[asset.status], str(STATUSES[asset.status])


def received_words(asset: Asset) -> str:
    """The day an asset was received, as exactly as it is known."""
    day = asset.received_on
    if day is None:
        return ""
    if asset.received_precision == "fiscal_year":
        return _("ปีงบประมาณ %(year)s", year=calendar.fiscal_year(day))
    if asset.received_precision == "year":
        return _("พ.ศ. %(year)s", year=calendar.be_year(day))
    if asset.received_precision == "month":
        return format_day(day).split(" ", 1)[1]
    return format_day(day, "long")


def warranty_words(asset: Asset, today: date) -> str:
    """Until when a thing is under warranty, on what conditions, and whether that is over."""
    day = asset.warranty_until
    if day is None:
        return asset.warranty_note
    words = format_day(day, "long") if day >= today else _("%(day)s สิ้นสุดแล้ว", day=format_day(day, "long"))
    return f"{words} ({asset.warranty_note})" if asset.warranty_note else words


def value_words(name: str, value: Any) -> str:
    """A value of the history, which is kept as JSON, as people read it."""
    if value is None or value == "":
        return _("ไม่ได้ระบุ")
    if isinstance(value, bool):
        return _("ใช่") if value else _("ไม่ใช่")
    if name == "status":
        return str(STATUSES.get(value, value))
    if name == "condition":
        return str({item.value: words for item, words in CONDITIONS.items()}.get(value, value))
    if name in ("received_on", "warranty_until"):
        return format_day(date.fromisoformat(value))
    if name == "price":
        return format_money(Money.parse(value))
    return str(value)


def change(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """One field's change as a sentence: before and after."""
    field = str(FIELDS.get(name, name))
    if name not in before:
        return f"{field}: {value_words(name, after[name])}"
    if name not in after:
        return f"{field}: {value_words(name, before[name])}"
    return _(
        "%(field)s: จาก %(before)s เป็น %(after)s",
        field=field,
        before=value_words(name, before[name]),
        after=value_words(name, after[name]),
    )


def changes(event: AssetEvent) -> list[str]:
    """What an event changed, one sentence a field."""
    names = [name for name in {**event.before, **event.after} if name != "received_precision"]
    same = [name for name in names if name in event.before and event.before.get(name) == event.after.get(name)]
    return [change(name, event.before, event.after) for name in names if name not in same]


def person_words(event: AssetEvent) -> str:
    """Who did it; a command has no person."""
    return event.person_name if event.person_id is not None else _("คำสั่งของผู้ดูแลระบบ")


def code_words(code: Code) -> str:
    """The eight characters in two groups, as on the label."""
    return f"{code.code[:4]} {code.code[4:]}"
