"""Sentences for what can be wrong with files and with the work on them."""

from __future__ import annotations

from assetloan.core.i18n import _l, register_errors

register_errors(
    {
        "work_timeout": _l("ใช้เวลานานเกินกำหนด ระบบจึงหยุดงานนี้ กรุณาแบ่งเป็นหลายไฟล์แล้วลองใหม่"),
        "work_too_large": _l("งานนี้ใหญ่เกินกว่าที่ระบบทำได้ในครั้งเดียว กรุณาแบ่งเป็นหลายไฟล์แล้วลองใหม่"),
        "work_crashed": _l("ระบบทำเอกสารนี้ไม่สำเร็จ ข้อมูลอื่นไม่ได้รับผลกระทบ กรุณาลองใหม่ หรือแจ้งผู้ดูแลระบบ"),
        "work_busy": _l("มีผู้ใช้งานส่วนนี้พร้อมกันหลายคน กรุณาลองใหม่ในอีกสักครู่"),
    }
)
