"""Sentences for what can be wrong with a row of past loans."""

from __future__ import annotations

from assetloan.core.i18n import _l, register_errors

register_errors(
    {
        "times_out_of_order": _l("%(later)s อยู่ก่อน %(earlier)s"),
        "time_in_future": _l("เวลานี้ยังมาไม่ถึง กรุณาตรวจปีอีกครั้ง"),
        "due_before_hand_over": _l("กำหนดส่งคืนอยู่ก่อนวันที่ส่งมอบ"),
        "closed_without_return": _l("ปิดรายการโดยไม่มีวันที่คืน ใช้ได้เฉพาะเมื่อสภาพเป็น “สูญหาย”"),
        "asset_not_registered": _l("ไม่มีเลขครุภัณฑ์ “%(value)s” ในทะเบียน"),
        "person_ambiguous": _l("มีบุคลากรชื่อ “%(value)s” %(count)s คน กรุณาใส่ชื่อผู้ใช้แทนชื่อ"),
        "loan_number_taken": _l("ใบยืมเลขที่ “%(value)s” มีอยู่แล้วในระบบ"),
        "loan_of_another": _l("ใบยืมเลขที่ “%(value)s” เป็นของผู้ยืมคนอื่น ใบยืมหนึ่งใบมีผู้ยืมคนเดียว"),
        "loan_differs": _l("ใบยืมเลขที่ “%(value)s” บันทึกไว้แล้วและข้อมูลช่องนี้ไม่ตรงกัน ถ้าเพิ่งคืนให้รับคืนในระบบ"),
        "overlap": _l("“%(asset)s” อยู่กับผู้ยืมคนอื่นหรือถูกจองไว้ในช่วงเวลาเดียวกัน"),
        "lost_with_return": _l("สูญหายแต่มีวันที่คืน จึงถือว่ารับคืนในวันนั้นด้วยสภาพสูญหาย"),
        "lost_without_closing": _l("สูญหายแต่ไม่มีวันที่ปิดรายการ จึงถือว่ายังไม่คืน"),
    }
)
