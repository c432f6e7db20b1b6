"""Words of moves and sightings."""

from __future__ import annotations

from typing import Any

from assetloan.assets.custody.rules import MoveAction, MoveState, SightingAction, SightingState
from assetloan.core.i18n import _l, register_errors

MOVE_STATES: dict[MoveState, Any] = {
    MoveState.OFFERED: _l("รอผู้รับตอบรับ"),
    MoveState.ACCEPTED: _l("รับโอนแล้ว"),
    MoveState.DECLINED: _l("ผู้รับไม่รับ"),
    MoveState.WITHDRAWN: _l("ผู้โอนถอนเรื่อง"),
}
SIGHTING_STATES: dict[SightingState, Any] = {
    SightingState.WAITING: _l("รอยืนยัน"),
    SightingState.CONFIRMED: _l("ยืนยันแล้ว"),
    SightingState.DISMISSED: _l("ไม่ใช้ข้อมูลนี้"),
}
MOVE_ACTIONS: dict[MoveAction, Any] = {
    MoveAction.ACCEPT: _l("รับโอน"),
    MoveAction.DECLINE: _l("ไม่รับโอน"),
    MoveAction.WITHDRAW: _l("ถอนเรื่อง"),
}
SIGHTING_ACTIONS: dict[SightingAction, Any] = {
    SightingAction.CONFIRM: _l("ยืนยัน"),
    SightingAction.DISMISS: _l("ไม่ใช้ข้อมูลนี้"),
}
MOVE_TONES: dict[MoveState, str] = {
    MoveState.OFFERED: "wait",
    MoveState.ACCEPTED: "ok",
    MoveState.DECLINED: "late",
    MoveState.WITHDRAWN: "neutral",
}

register_errors(
    {
        "too_many_things": _l("เลือกได้ครั้งละไม่เกิน %(most)s ชิ้น กรุณาแบ่งทำหลายครั้ง"),
        "asset_unknown": _l("ไม่พบครุภัณฑ์หมายเลข “%(value)s” ในหน่วยงานที่คุณดูแล"),
        "custody_same": _l("ทรัพย์สิน %(asset)s มีผู้ครอบครองตามที่เลือกอยู่แล้ว"),
        "custody_before": _l("วันที่นี้อยู่ก่อนวันที่ผู้ครอบครองคนปัจจุบันเริ่มดูแล"),
        "move_several_units": _l("การย้ายหนึ่งครั้งต้องเป็นทรัพย์สินของหน่วยงานเดียวกัน กรุณาแยกทำทีละหน่วยงาน"),
        "move_on_loan": _l("ทรัพย์สิน %(asset)s ถูกยืมหรือรออนุมัติการคืน จึงย้ายยังไม่ได้"),
        "move_claimed": _l("ทรัพย์สิน %(asset)s มีคำขอยืมหรือการจองอยู่ จัดการคำขอนั้นก่อนจึงโอนได้"),
        "move_open": _l("ทรัพย์สิน %(asset)s อยู่ในเรื่องโอนที่รอผู้รับตอบรับแล้ว %(number)s"),
        "move_overtaken": _l("ทรัพย์สิน %(asset)s ไม่ได้เป็นของหน่วยงานผู้โอนแล้ว"),
        "move_decided": _l("เรื่องโอนนี้มีผู้ดำเนินการไปแล้ว กรุณาเปิดดูใหม่"),
        "sighting_decided": _l("การแจ้งพบนี้มีผู้ดำเนินการไปแล้ว"),
    }
)
