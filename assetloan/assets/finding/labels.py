"""Sentences of finding."""

from __future__ import annotations

from assetloan.core.i18n import _l, register_errors

register_errors(
    {
        "filter_empty": _l("ยังไม่ได้เลือกเงื่อนไข ค้นหาหรือกรองทะเบียนก่อน แล้วบันทึกเป็นตัวกรอง"),
        "filter_too_many": _l("บันทึกตัวกรองได้ไม่เกิน %(most)s ชุดต่อคน ลบชุดที่ไม่ใช้แล้วก่อน"),
        "filter_name_taken": _l("มีตัวกรองชื่อนี้แล้ว ใช้ชื่ออื่น"),
    }
)
