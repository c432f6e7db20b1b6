"""Sentences for what can be wrong with a table in a file, whatever it is about."""

from __future__ import annotations

from assetloan.core.i18n import _l, register_errors

register_errors(
    {
        "header_not_found": _l("ไม่พบแถวหัวตารางใน 15 แถวแรก ต้องมีอย่างน้อยคอลัมน์ %(needs)s และอีกหนึ่งคอลัมน์ที่ระบบรู้จัก"),
        "sheet_without_header": _l("ข้ามแผ่นงาน “%(sheet)s” เพราะไม่พบแถวหัวตาราง"),
        "sheet_hidden": _l("ข้ามแผ่นงานที่ซ่อนอยู่ “%(sheet)s”"),
        "not_yes_or_no": _l("ช่องนี้ต้องเป็น ใช่ หรือ ไม่"),
        "duplicate": _l("ซ้ำกับแถวที่ %(row)s ในไฟล์เดียวกัน"),
    }
)
