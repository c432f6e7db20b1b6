"""Words of changes: kinds, states, notices, and the sentences for refusals."""

from __future__ import annotations

from typing import Any

from assetloan.core.i18n import _l, register_errors
from assetloan.lending import labels
from assetloan.lending.changing.rules import ChangeAction, ChangeKind, ChangeState

K, S, A = ChangeKind, ChangeState, ChangeAction

KINDS: dict[ChangeKind, Any] = {K.EXTENSION: _l("ยืมต่อ"), K.TRANSFER: _l("โอนผู้ยืม")}
REQUESTS: dict[ChangeKind, Any] = {K.EXTENSION: _l("คำขอยืมต่อ"), K.TRANSFER: _l("คำขอโอนผู้ยืม")}
STATES: dict[ChangeState, Any] = {
    S.REQUESTED: _l("รออนุมัติ"),
    S.ACCEPTED: _l("ผู้รับโอนยืนยันแล้ว รออนุมัติ"),
    S.ENDORSED: _l("อนุมัติแล้ว รอผู้รับโอนยืนยัน"),
    S.APPROVED: _l("อนุมัติแล้ว"),
    S.REJECTED: _l("ไม่อนุมัติ"),
    S.DECLINED: _l("ผู้รับโอนไม่รับ"),
    S.CANCELLED: _l("ผู้ยืมถอนคำขอ"),
    S.OVERTAKEN: _l("สิ้นสุด เพราะของคืนก่อน"),
}
TONES: dict[ChangeState, str] = {
    S.REQUESTED: "wait",
    S.ACCEPTED: "wait",
    S.ENDORSED: "wait",
    S.APPROVED: "ok",
    S.REJECTED: "late",
    S.DECLINED: "late",
    S.CANCELLED: "neutral",
    S.OVERTAKEN: "neutral",
}
ACTIONS: dict[ChangeAction, Any] = {
    A.APPROVE: _l("อนุมัติ"),
    A.REJECT: _l("ไม่อนุมัติ"),
    A.ACCEPT: _l("ยืนยันรับโอน"),
    A.DECLINE: _l("ไม่รับโอน"),
    A.CANCEL: _l("ถอนคำขอ"),
    A.OVERTAKE: _l("ของคืนก่อน"),
}
# Why more time is asked for, so that one tap says it; the last one is written out.
REASONS: dict[str, Any] = {
    "unfinished": _l("งานยังไม่เสร็จ"),
    "postponed": _l("งานหรือการประชุมเลื่อนออกไป"),
    "other": _l("เหตุผลอื่น"),
}
# Why the approved piece does not go out.
SWAPS: dict[str, Any] = {
    "broken": _l("ชิ้นเดิมชำรุด"),
    "missing": _l("หาชิ้นเดิมไม่พบ"),
    "late": _l("ผู้ยืมก่อนหน้ายังไม่คืนชิ้นเดิม"),
    "other": _l("เหตุผลอื่น"),
}
NOTICES: dict[str, Any] = {
    "loan.extension_requested": _l("มีคำขอยืมต่อรอคุณพิจารณา"),
    "loan.extension_approved": _l("ยืมต่อได้แล้ว ดูกำหนดคืนใหม่"),
    "loan.extension_rejected": _l("คำขอยืมต่อไม่ได้รับอนุมัติ กรุณาคืนตามกำหนดเดิม"),
    "loan.transfer_offered": _l("มีผู้ขอโอนของที่ยืมให้คุณ รอคุณยืนยัน"),
    "loan.transfer_requested": _l("มีคำขอโอนผู้ยืมรอคุณพิจารณา"),
    "loan.transfer_declined": _l("ผู้รับโอนไม่รับ ของยังอยู่ในความรับผิดชอบของคุณ"),
    "loan.transfer_rejected": _l("คำขอโอนผู้ยืมไม่ได้รับอนุมัติ"),
    "loan.transferred": _l("โอนผู้ยืมเรียบร้อย ของไม่อยู่ในความรับผิดชอบของคุณแล้ว"),
    "loan.swapped": _l("เจ้าหน้าที่เปลี่ยนเป็นชิ้นอื่นที่เหมือนกันให้คุณ"),
    "loan.continued": _l("คุณเป็นผู้ยืมของที่รับโอนมาแล้ว"),
}
labels.NOTICES.update(NOTICES)


register_errors(
    {
        "change_open": _l("ของชิ้น %(asset)s มีคำขอยืมต่อหรือโอนรออยู่แล้ว"),
        "extension_used": _l("ขอยืมต่อได้ไม่เกิน %(most)s ครั้ง กรุณานำมาคืนแล้วขอยืมใหม่"),
        "extension_after_due": _l("ครบกำหนดคืนไปเมื่อ %(due_on)s แล้ว จึงขอยืมต่อไม่ได้ กรุณานำมาคืน"),
        "extension_not_longer": _l("เลือกวันคืนหลัง %(due_on)s"),
        "extension_too_long": _l("ยืมต่อได้ไม่เกิน %(days)s วันนับจากวันที่ขอ เลือกวันคืนไม่เกิน %(latest)s"),
        "extension_past": _l("วันที่ขอยืมต่อถึง %(due_on)s ผ่านไปแล้ว ให้ผู้ยืมยื่นคำขอใหม่"),
        "swap_not_equal": _l("ของชิ้น %(asset)s ไม่เหมือนกับชิ้นที่อนุมัติ ต้องเป็นของหน่วยงานเดียวกัน ชื่อและรุ่นเดียวกัน"),
        "swap_beyond_order": _l("คำสั่งที่ใช้อนุมัติไม่ครอบคลุมของชิ้น %(asset)s ให้ผู้ยืมขอใหม่"),
        "transfer_to_oneself": _l("ผู้รับโอนต้องเป็นคนอื่นที่ไม่ใช่ผู้ยืม"),
        "transfer_after_due": _l("ของชิ้น %(asset)s เกินกำหนดคืน %(due_on)s แล้ว ต้องนำมาคืนก่อน จึงโอนไม่ได้"),
        "transfer_of_bound_loan": _l("ของที่ให้หน่วยงานอื่นหรือบุคคลภายนอกใช้ โอนผู้ยืมไม่ได้ ต้องคืนแล้วยืมใหม่"),
        "receiver_cannot_borrow": _l("%(name)s ยืมของไม่ได้ เลือกบุคลากรคนอื่น"),
    }
)
