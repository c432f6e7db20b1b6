"""Sentences for what only programs can get wrong."""

from __future__ import annotations

from assetloan.core.i18n import _l, register_errors

register_errors(
    {
        "iso_date_required": _l("วันที่ต้องเขียนแบบ ISO ปี ค.ศ. เช่น 2026-11-25"),
        "amount_invalid": _l('จำนวนเงินต้องเป็นข้อความ เช่น "22000.00"'),
        "lines_required": _l("กรุณาระบุรายการอย่างน้อยหนึ่งรายการ หรือไม่ต้องส่งช่องนี้ถ้าหมายถึงทั้งใบยืม"),
        "not_an_object": _l("ช่องนี้ต้องเป็นวัตถุ JSON"),
        "unknown_field": _l("ไม่มีช่องชื่อ “%(value)s” ในทะเบียน กรุณาตรวจตัวสะกด"),
        "read_only_field": _l("ช่อง “%(value)s” เปลี่ยนด้วยการแก้ทะเบียนไม่ได้ ระบบเป็นผู้กำหนด"),
        "too_many_lines": _l("ระบุได้ครั้งละไม่เกิน %(most)s รายการ"),
    }
)
