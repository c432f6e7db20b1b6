"""Words of roles, kinds and refusals in identity."""

from __future__ import annotations

from typing import Any

from assetloan.core.i18n import _l, register_errors
from assetloan.identity.models import UnitKind
from assetloan.identity.passwords import LEAST
from assetloan.identity.rules import DelegationKind, Permission, Place, Reach, Role

ROLES: dict[Role, Any] = {
    Role.STAFF: _l("เจ้าหน้าที่ (ผู้ยืม)"),
    Role.OFFICER: _l("เจ้าหน้าที่พัสดุของหน่วยงาน"),
    Role.HEAD: _l("หัวหน้าหน่วยงาน"),
    Role.SECRETARIAT: _l("สำนักงานเลขานุการกรม"),
    Role.DIRECTOR: _l("อธิบดีหรือผู้รับมอบอำนาจ"),
    Role.INSPECTOR: _l("ผู้รับผิดชอบในการตรวจสอบพัสดุ"),
    Role.AUDITOR: _l("ผู้ตรวจสอบภายใน"),
    Role.ADMIN: _l("ผู้ดูแลระบบ"),
}
UNIT_KINDS: dict[UnitKind, Any] = {
    UnitKind.AGENCY: _l("กรมหรือหน่วยงานหลัก"),
    UnitKind.DIVISION: _l("กองหรือสำนัก"),
    UnitKind.GROUP: _l("กลุ่ม"),
    UnitKind.CENTRE: _l("ศูนย์"),
    UnitKind.HOME: _l("สถานคุ้มครอง"),
    UnitKind.OTHER: _l("อื่น ๆ"),
}
PLACES: dict[Place, Any] = {
    Place.INSIDE: _l("ใช้ภายในสถานที่"),
    Place.OUTSIDE: _l("ใช้นอกสถานที่"),
    Place.AGENCY: _l("ระหว่างหน่วยงานของรัฐ"),
}
DELEGATION_KINDS: dict[DelegationKind, Any] = {
    DelegationKind.DELEGATED: _l("มอบอำนาจ (พิมพ์ว่า ปฏิบัติราชการแทน)"),
    DelegationKind.ACTING: _l("รักษาราชการแทน"),
}
REACHES: dict[Reach, Any] = {
    Reach.OWN: _l("เฉพาะของตนเอง"),
    Reach.UNIT: _l("หน่วยงานตามคำสั่ง"),
    Reach.ALL: _l("ทั้งหน่วยงาน"),
}
PERMISSIONS: dict[Permission, Any] = {
    Permission.ASSET_CARD: _l("ดูข้อมูลพื้นฐานของทรัพย์สินที่ให้ยืม"),
    Permission.ASSET_VIEW: _l("ดูผู้ถือ ราคา และประวัติทรัพย์สิน"),
    Permission.ASSET_EDIT: _l("ลงทะเบียนและแก้ไขทรัพย์สิน"),
    Permission.ASSET_IMPORT: _l("นำเข้าทะเบียนจากไฟล์"),
    Permission.BOOK_VIEW: _l("ดูการกระทบยอดกับบัญชี"),
    Permission.BOOK_EDIT: _l("นำเข้ารายการบัญชี อธิบายผลต่าง"),
    Permission.BOOK_SIGN: _l("รับรองการกระทบยอด"),
    Permission.ASSET_SIGHT: _l("แจ้งว่าพบทรัพย์สินที่ใด"),
    Permission.CUSTODY_ACCEPT: _l("รับทราบการครอบครอง"),
    Permission.LABEL_PRINT: _l("พิมพ์ป้าย QR"),
    Permission.SCAN_LOG_VIEW: _l("ดูบันทึกการสแกน"),
    Permission.LOAN_REQUEST: _l("ขอยืม"),
    Permission.LOAN_VIEW: _l("ดูใบยืม"),
    Permission.LOAN_CANCEL: _l("ยกเลิกคำขอยืม"),
    Permission.LOAN_CHANGE: _l("ขอยืมต่อ และขอโอนให้ผู้อื่น"),
    Permission.TRANSFER_ACCEPT: _l("รับโอนของที่ผู้อื่นยืม"),
    Permission.LOAN_APPROVE_INSIDE: _l("อนุมัติการยืมใช้ภายในสถานที่"),
    Permission.LOAN_APPROVE_OUTSIDE: _l("อนุมัติการยืมใช้นอกสถานที่และระหว่างหน่วยงาน"),
    Permission.LOAN_HAND_OVER: _l("ส่งมอบของ"),
    Permission.RETURN_DECLARE: _l("แจ้งคืน"),
    Permission.LOAN_RECEIVE: _l("ตรวจสภาพรับคืน"),
    Permission.RETURN_APPROVE: _l("อนุมัติการคืน"),
    Permission.COMPENSATION_PROPOSE: _l("เสนอผลการชดใช้"),
    Permission.COMPENSATION_DECIDE: _l("วินิจฉัยการชดใช้"),
    Permission.STANDING_APPROVAL_MANAGE: _l("ออกคำสั่งอนุมัติล่วงหน้า"),
    Permission.REPORT_VIEW: _l("ดูรายงานประจำเดือน"),
    Permission.PEOPLE_VIEW: _l("ดูรายชื่อบุคลากรและสิทธิ์"),
    Permission.PEOPLE_MANAGE: _l("จัดการบุคลากรและสิทธิ์"),
    Permission.UNIT_MANAGE: _l("จัดการหน่วยงาน"),
    Permission.UNIT_SETTINGS: _l("ตั้งค่าของหน่วยงาน"),
    Permission.DELEGATION_MANAGE: _l("บันทึกคำสั่งมอบอำนาจ"),
    Permission.DELEGATION_OWN: _l("ให้ผู้อื่นอนุมัติแทนตำแหน่งของตนช่วงลา"),
    Permission.SETTINGS_MANAGE: _l("ตั้งค่าระบบ"),
    Permission.HOLIDAY_MANAGE: _l("แก้ไขวันหยุดราชการ"),
    Permission.NOTICES_MANAGE: _l("ดูการส่งแจ้งเตือนและสั่งส่งใหม่"),
    Permission.AUDIT_VIEW: _l("ดูบันทึกการใช้งาน"),
    Permission.LOANS_IMPORT: _l("นำเข้าการยืมย้อนหลัง (คำสั่งเท่านั้น)"),
}

# What each setting is called, and what it decides.
SETTINGS: dict[str, tuple[Any, Any]] = {
    "agency_name": (_l("ชื่อหน่วยงานที่ใช้ในเอกสาร"), _l("ว่างไว้จะใช้ชื่อจากผังหน่วยงาน")),
    "agency_short_name": (_l("ชื่อย่อที่มุมบนของทุกหน้า"), _l("ว่างไว้จะใช้ชื่อย่อจากผังหน่วยงาน")),
    "agency_phone": (_l("โทรศัพท์สำหรับขอความช่วยเหลือ"), _l("แสดงท้ายทุกหน้า")),
    "agency_email": (_l("อีเมลสำหรับขอความช่วยเหลือ"), _l("แสดงท้ายทุกหน้า")),
    "longest_loan_days": (_l("ยืมได้นานที่สุด (วัน)"), _l("คำขอที่นานกว่านี้ส่งไม่ได้")),
    "default_loan_days": (_l("กำหนดคืนที่เลือกไว้ให้ (วัน)"), _l("ผู้ยืมเปลี่ยนได้")),
    "most_extensions": (_l("ขอยืมต่อได้กี่ครั้ง"), _l("ต่อการยืมหนึ่งครั้ง 0 คือไม่ให้ยืมต่อ")),
    "extension_before_due": (_l("ขอยืมต่อได้ถึงวันครบกำหนดเท่านั้น"), _l("ไม่ใช่ หมายถึงขอหลังครบกำหนดได้ ผู้อนุมัติจะเห็นว่าขอช้า")),
    "chase_days": (_l("ต้องทวงภายใน (วันหลังครบกำหนด)"), _l("ใช้เตือนและนับการทวงที่ทันเวลา")),
    "inspection_days": (_l("ตรวจสอบพัสดุประจำปีให้เสร็จภายใน (วันทำการ)"), _l("นับจากวันเริ่มตรวจ")),
    "disposal_days": (_l("จำหน่ายให้เสร็จภายใน (วัน)"), _l("นับจากวันที่สั่งการ")),
    "sale_limit_baht": (_l("ขายโดยวิธีเฉพาะเจาะจงได้ไม่เกิน (บาท)"), _l("ราคาซื้อหรือได้มารวมกัน")),
    "write_off_limit_baht": (_l("อนุมัติจำหน่ายเป็นสูญได้ไม่เกิน (บาท)"), _l("เกินนี้ต้องขอกระทรวงการคลัง")),
    "audit_office_days": (_l("แจ้ง สตง. หลังลงจ่ายภายใน (วัน)"), _l("นับจากวันลงจ่ายออกจากบัญชี")),
    "capital_threshold_baht": (_l("ครุภัณฑ์มีมูลค่าตั้งแต่ (บาท)"), _l("ต่ำกว่านี้เป็นครุภัณฑ์ต่ำกว่าเกณฑ์")),
    "depreciation_convention": (
        _l("วิธีนับเวลาคิดค่าเสื่อมราคา"),
        _l("ใช้กับทรัพย์สินที่ได้มาตั้งแต่วันที่เริ่มใช้ กำหนดวันที่ย้อนหลังได้ ให้ตรงกับนโยบายบัญชีของหน่วยงาน"),
    ),
    "monthly_due_working_day": (_l("ส่งรายงานประจำเดือนภายในวันทำการที่"), _l("ของเดือนถัดไป")),
    "collect_days": (_l("มารับของภายใน (วันหลังวันเริ่มยืม)"), _l("เลยแล้วการอนุมัติหมดอายุ")),
    "lead_days": (_l("ต้องขอล่วงหน้าอย่างน้อย (วัน)"), _l("0 คือขอได้ในวันเดียวกัน ตั้งแยกตามประเภทได้")),
    "queue_notice_days": (_l("แจ้งผู้จองคิวถัดไปเมื่อใกล้ถึงคิว (วัน)"), _l("แจ้งเมื่อของว่าง และคิวเริ่มภายในจำนวนวันนี้")),
    "sites_are_inside": (_l("ใช้ในสถานที่อื่นของหน่วยงาน ถือเป็นภายใน"), _l("ไม่ใช่ หมายถึงต้องให้หัวหน้าส่วนราชการอนุมัติ")),
    "outsiders_may_borrow": (
        _l("ให้เจ้าหน้าที่ยืมแทนบุคคลภายนอกได้"),
        _l("เฉพาะใช้ภายในสถานที่ เพื่อประโยชน์ของทางราชการ หัวหน้าหน่วยงานของรัฐอนุมัติทุกครั้ง และเจ้าหน้าที่ผู้ยืมเป็นผู้รับผิดชอบ"),
    ),
    "agency_letter_required": (
        _l("ต้องมีหนังสือของหน่วยงานที่ขอยืมก่อนส่งมอบ"),
        _l("ไม่ใช่ หมายถึงส่งมอบได้ แต่ระบบเตือนผู้อนุมัติว่ายังไม่มีหนังสือ"),
    ),
}
# The words of the values of a setting that is a choice.
SETTING_CHOICES: dict[str, dict[Any, Any]] = {
    "depreciation_convention": {
        "a": _l("รายเดือน ได้มาภายในวันที่ 15 นับเดือนนั้น หลังจากนั้นนับเดือนถัดไป"),
        "b": _l("เดือนเต็มนับจากวันที่ได้มา"),
        "c": _l("รายวัน ปีละ 365 วัน รวมวันที่ได้มา"),
    },
}

register_errors(
    {
        "line_not_linked": _l("ยังไม่ได้ผูกบัญชี LINE กดขอรหัสแล้วส่งให้บัญชี LINE ของหน่วยงานก่อน"),
        "sign_in_failed": _l("ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง"),
        "sign_in_throttled": _l("มีการกรอกผิดหลายครั้ง เพื่อความปลอดภัยกรุณารอ %(minutes)s นาที หรือขอลิงก์ตั้งรหัสผ่านใหม่จากผู้ดูแลระบบ"),
        "password_too_short": _l("รหัสผ่านต้องมีอย่างน้อย %(least)s ตัวอักษร จะใช้วลีภาษาไทยก็ได้"),
        "password_common": _l("รหัสผ่านนี้เดาง่ายเกินไป กรุณาตั้งใหม่"),
        "password_wrong": _l("รหัสผ่านเดิมไม่ถูกต้อง"),
        "unit_code_invalid": _l("รหัสหน่วยงาน “%(value)s” ใช้ได้เฉพาะตัวอักษร ตัวเลข และ - _ ."),
        "unit_code_taken": _l("มีหน่วยงานรหัส “%(value)s” อยู่แล้ว"),
        "unit_unknown": _l("ไม่รู้จักหน่วยงาน “%(value)s”"),
        "unit_below_itself": _l("หน่วยงานอยู่ใต้ตัวเองไม่ได้"),
        "unit_closed": _l("หน่วยงานนี้ปิดไปแล้ว"),
        "unit_in_use": _l("ยังปิดหน่วยงานนี้ไม่ได้ เพราะยังมี %(what)s"),
        "unit_closed_in_future": _l("วันสุดท้ายต้องไม่เกินวันนี้ ให้กลับมาปิดเมื่อถึงวันนั้น"),
        "unit_used_later": _l("วันสุดท้ายต้องไม่ก่อน %(day)s ซึ่งหน่วยงานนี้ยังมีการเคลื่อนไหว"),
        "alias_taken": _l("ชื่อ “%(value)s” ใช้กับหน่วยงานอื่นแล้ว"),
        "username_invalid": _l("ชื่อผู้ใช้ “%(value)s” ใช้ได้เฉพาะ A-Z a-z 0-9 . _ @ + -"),
        "username_taken": _l("มีผู้ใช้ชื่อ “%(value)s” อยู่แล้ว"),
        "email_invalid": _l("อีเมล “%(value)s” ไม่ถูกต้อง"),
        "person_unknown": _l("ไม่รู้จักบุคลากร “%(value)s”"),
        "holiday_taken": _l("%(day)s เป็นวันหยุดอยู่แล้ว"),
        "setting_in_the_past": _l("ค่าใหม่ใช้ได้ตั้งแต่วันนี้เป็นต้นไป เพื่อไม่ให้ตัวเลขที่ผ่านมาแล้วเปลี่ยน"),
        "money_invalid": _l("ใส่จำนวนเงินเป็นบาท เช่น 20000 หรือ 20,000.50"),
        "role_needs_unit": _l("บทบาทนี้ต้องระบุหน่วยงาน"),
        "role_unknown": _l("ไม่รู้จักบทบาท “%(value)s”"),
        "staff_is_implied": _l("บุคลากรที่มีหน่วยงานเป็นเจ้าหน้าที่อยู่แล้ว"),
        "delegation_to_oneself": _l("ผู้บันทึกมอบอำนาจให้ตนเองไม่ได้ ให้ผู้ดูแลระบบอีกคนบันทึก"),
        "ends_before_start": _l("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม"),
        "last_admin": _l("ต้องมีผู้ดูแลระบบอย่างน้อยหนึ่งคน"),
    }
)
PASSWORD_HINT = _l("อย่างน้อย %(least)s ตัวอักษร จะใช้วลีภาษาไทยก็ได้", least=LEAST)
