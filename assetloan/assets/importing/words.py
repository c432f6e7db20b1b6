"""Sentences for what can be wrong with a row of the register."""

from __future__ import annotations

from assetloan.core.i18n import _l, register_errors

register_errors(
    {
        "number_missing": _l("ไม่มีเลขครุภัณฑ์ ถ้ายังไม่มีเลขให้ใส่ “-” ระบบจะออกเลขชั่วคราวให้"),
        "number_invalid": _l("เลขครุภัณฑ์ต้องมีตัวอักษรหรือตัวเลข"),
        "number_is_date": _l("โปรแกรมตารางเปลี่ยนเลขครุภัณฑ์เป็นวันที่ กรุณาตั้งช่องเป็นข้อความแล้วพิมพ์เลขใหม่"),
        "number_imprecise": _l("โปรแกรมตารางตัดหลักท้ายของเลขครุภัณฑ์ กรุณาตั้งช่องเป็นข้อความแล้วพิมพ์เลขใหม่"),
        "name_missing": _l("ไม่มีชื่อครุภัณฑ์"),
        "date_in_ce": _l("ปีที่เขียนเป็น ค.ศ. อ่านเป็นวันที่ %(day)s"),
        "gfmis_invalid": _l("รหัส GFMIS ต้องเป็นตัวเลข 12 หลัก"),
        "price_invalid": _l("อ่านราคาไม่ได้ กรุณาใส่เป็นตัวเลข เช่น 22,000.00"),
        "price_ambiguous": _l("จำนวน %(quantity)s แต่ไม่ทราบว่าราคา %(price)s เป็นราคาต่อหน่วยหรือราคารวม จึงยังไม่บันทึกราคา"),
        "quantity_invalid": _l("จำนวนต้องเป็นตัวเลขเต็ม ตั้งแต่ 1 ถึง %(most)s"),
        "status_unknown": _l("ไม่รู้จักสภาพหรือสถานะ “%(value)s” จึงเก็บไว้ในข้อมูลเดิมเท่านั้น"),
        "status_not_taken": _l("สถานะการยืมมาจากใบยืมเท่านั้น จึงไม่รับ “%(value)s” จากไฟล์"),
    }
)
