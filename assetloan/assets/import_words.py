"""Sentences for what the register says to a row, and to an import as a whole."""

from __future__ import annotations

from assetloan.assets import labels  # noqa: F401 - the sentences that edits and imports share
from assetloan.core.i18n import _l, register_errors

register_errors(
    {
        "unit_missing": _l("ไม่ทราบว่าเป็นของหน่วยงานใด กรุณาเพิ่มคอลัมน์ “หน่วยงาน” หรือเลือกหน่วยงานก่อนนำเข้า"),
        "unit_out_of_reach": _l("คุณไม่มีสิทธิ์นำเข้าทะเบียนของ “%(unit)s”"),
        "unit_differs": _l("ในทะเบียนเป็นของ “%(unit)s” การโอนระหว่างหน่วยงานทำด้วยการนำเข้าไม่ได้"),
        "changed_since_export": _l("มีผู้แก้ไขรายการนี้หลังจากส่งออกไฟล์ กรุณาส่งออกใหม่แล้วแก้ไขอีกครั้ง"),
        "number_changed": _l("เปลี่ยนเลขครุภัณฑ์จาก “%(before)s” เป็น “%(value)s”"),
        "asset_gone_since_export": _l("ไม่มีรายการนี้ในทะเบียนแล้ว กรุณาส่งออกใหม่แล้วแก้ไขอีกครั้ง"),
        "category_not_matched": _l("ไม่รู้จักประเภท “%(value)s” จึงรับ %(rows)s แถวไว้โดยไม่มีประเภท"),
        "category_unlikely": _l("ประเภท “%(value)s” ไม่ตรงกับเลขครุภัณฑ์ ซึ่งเป็นของ “%(expected)s” (%(rows)s แถว) กรุณาตรวจ"),
        "number_of_disposed": _l("เลขนี้เป็นของ “%(value)s” ที่จำหน่ายแล้ว ของใหม่ต้องมีเลขใหม่ หรือใส่ “-” เพื่อรับเลขชั่วคราว"),
        "state_on_loan": _l("ขณะนี้ถูกยืมหรือรออนุมัติการคืน จึงไม่เปลี่ยนสภาพหรือสถานะตามไฟล์"),
        "life_without_years": _l("มีเหตุผลแต่ไม่มีจำนวนปีของอายุใช้งานเฉพาะชิ้น"),
        "import_overtaken": _l("มีผู้ลงทะเบียนเลขเดียวกันระหว่างนำเข้า ยังไม่ได้บันทึกแถวใด กรุณานำเข้าอีกครั้ง"),
        "import_rejected": _l("ยังไม่ได้บันทึก เพราะมี %(rejected)s แถวที่ไม่รับ กรุณาแก้ไฟล์แล้วนำเข้าใหม่ หรือเลือกบันทึกเฉพาะแถวที่ถูกต้อง"),
        "import_not_staged": _l("การนำเข้านี้เสร็จหรือถูกถอนไปแล้ว"),
        "import_not_confirmed": _l("การนำเข้า %(batch)s ยังไม่ได้บันทึก หรือถูกถอนไปแล้ว"),
        "import_built_on": _l("ถอนการนำเข้าไม่ได้ เพราะมีการใช้ข้อมูลต่อแล้ว %(count)s รายการ: %(rows)s"),
    }
)
