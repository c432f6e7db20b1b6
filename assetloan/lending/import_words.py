"""Sentences for what can be wrong with a row of past loans."""

from __future__ import annotations

from assetloan.core.i18n import _l, register_errors

register_errors(
    {
        "times_out_of_order": _l("%(later)s อยู่ก่อน%(earlier)s"),
        "due_before_hand_over": _l("กำหนดส่งคืนอยู่ก่อนวันที่ส่งมอบ"),
        "closed_without_return": _l("ปิดรายการโดยไม่มีวันที่คืน ใช้ได้เฉพาะเมื่อสภาพเป็น “สูญหาย”"),
        "lost_without_closing": _l("สูญหายแต่ไม่มีวันที่ปิดรายการ จึงถือว่ายังไม่คืน"),
    }
)
