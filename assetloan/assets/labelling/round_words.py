"""Words of labelling rounds: outcomes of a scan and refusals."""

from __future__ import annotations

from assetloan.assets.labelling.rounds import Told
from assetloan.core.i18n import _, _l, register_errors

register_errors(
    {
        "round_open": _l("หน่วยงานนี้มีรอบติดป้ายที่เปิดอยู่แล้ว"),
        "round_not_open": _l("หน่วยงานนี้ไม่มีรอบติดป้ายที่เปิดอยู่ เริ่มรอบก่อน"),
        "nothing_to_undo": _l("ไม่มีรายการของคุณให้เลิกทำ"),
        "choose_thing": _l("ป้ายนี้ยังไม่ผูก เลือกของจากรายการก่อน แล้วสแกนอีกครั้ง"),
        "label_of_another": _l("ป้ายนี้เป็นของ %(name)s หมายเลข %(number)s ไม่ใช่ของชิ้นที่เลือก"),
        "label_unknown": _l("ไม่รู้จักรหัส %(code)s ถ้าเป็นบาร์โค้ดเดิมบนของ ให้เลือกของและเลือกใช้บาร์โค้ดเดิมก่อน"),
        "barcode_taken": _l("บาร์โค้ด %(text)s ใช้กับทรัพย์สินอื่นอยู่แล้ว"),
        "barcode_ended": _l("เลิกใช้บาร์โค้ด %(text)s ไปแล้ว"),
        "barcode_is_number": _l("ข้อความ %(text)s เป็นหมายเลขของทรัพย์สินอื่น จึงใช้เป็นบาร์โค้ดของชิ้นนี้ไม่ได้"),
        "barcode_is_label": _l("รหัส %(code)s เป็นป้ายของระบบ ไม่ใช่บาร์โค้ดเดิม"),
    }
)

# The signals of js/scanner.js, by what became of the act.
SIGNALS = {"linked": "added", "attached": "added", "adopted": "added", "already": "already"}
TONES = {"added": "ok", "already": "info", "refused": "wait", "unknown": "late"}


def told_words(told: Told) -> str:
    """What became of an act, as a sentence for eyes and ears."""
    name = told.asset.name
    if told.kind == "linked":
        return _("ผูกป้ายกับ %(name)s แล้ว", name=name)
    if told.kind == "attached":
        return _("ป้ายของ %(name)s ติดอยู่แล้ว บันทึกแล้ว", name=name)
    if told.kind == "adopted":
        return _("ใช้บาร์โค้ดเดิมกับ %(name)s แล้ว", name=name)
    return _("%(name)s มีป้ายแล้ว", name=name)


def last_words(kind: str, name: str) -> str:
    """What the button takes back."""
    if kind == "linked":
        return _("ล่าสุด: ผูกป้ายกับ %(name)s", name=name)
    if kind == "attached":
        return _("ล่าสุด: ยืนยันป้ายของ %(name)s", name=name)
    return _("ล่าสุด: ใช้บาร์โค้ดเดิมกับ %(name)s", name=name)
