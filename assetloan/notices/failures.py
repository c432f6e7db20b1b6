"""Why a message did not leave, as codes with words; the pages show the words, the rows keep the code."""

from __future__ import annotations

from assetloan.core.errors import DomainError
from assetloan.core.i18n import _l, register_errors


class Undelivered(DomainError):
    """A message that did not leave: try again or give up, and is it of use to try the others now?"""

    def __init__(self, code: str, *, again: bool, for_all: bool = False) -> None:
        super().__init__(code)
        self.again, self.for_all = again, for_all


register_errors(
    {
        "address_invalid": _l("ที่อยู่อีเมลใช้ไม่ได้"),
        "recipient_refused": _l("เครื่องแม่ข่ายอีเมลไม่รับที่อยู่ของผู้รับ"),
        "mail_refused": _l("เครื่องแม่ข่ายอีเมลไม่รับข้อความ"),
        "sender_refused": _l("เครื่องแม่ข่ายอีเมลไม่รับที่อยู่ผู้ส่งของระบบ"),
        "smtp_auth": _l("เครื่องแม่ข่ายอีเมลไม่รับชื่อผู้ใช้หรือรหัสผ่านของระบบ"),
        "smtp_tls": _l("เชื่อมต่อเครื่องแม่ข่ายอีเมลอย่างปลอดภัยไม่ได้ ใบรับรองไม่น่าเชื่อถือหรือไม่รองรับการเข้ารหัส"),
        "smtp_timeout": _l("เครื่องแม่ข่ายอีเมลไม่ตอบภายใน 10 วินาที"),
        "smtp_unreachable": _l("ติดต่อเครื่องแม่ข่ายอีเมลไม่ได้"),
        "mail_not_set": _l("ยังไม่ได้ตั้งค่าเครื่องแม่ข่ายอีเมล"),
        "no_mail_address": _l("บัญชีของคุณยังไม่มีที่อยู่อีเมลที่ใช้ได้ แจ้งผู้ดูแลระบบ"),
        "not_composed": _l("เรียบเรียงข้อความไม่สำเร็จ ดูบันทึกของเครื่องแม่ข่าย"),
        "line_token": _l("LINE ไม่รับโทเคนของระบบ"),
        "line_refused": _l("LINE ไม่รับข้อความหรือผู้รับ"),
        "line_quota": _l("จำนวนข้อความ LINE ของเดือนนี้หมดแล้ว หรือส่งถี่เกินไป"),
        "line_unreachable": _l("ติดต่อ LINE ไม่ได้"),
        "line_not_set": _l("ยังไม่ได้ตั้งค่าบัญชี LINE ของหน่วยงาน"),
        "nothing_left": _l("ไม่มีเรื่องค้างให้แจ้งแล้ว"),
        "superseded": _l("รวมอยู่ในฉบับของวันถัดมาแล้ว"),
        "nobody": _l("ผู้รับปิดบัญชี หรือเลือกไม่รับแจ้งเตือนแล้ว"),
        "delivery_ended": _l("ข้อความนี้ส่งแล้วหรือไม่ต้องส่งแล้ว"),
        "too_many_tests": _l("ทดสอบบ่อยเกินไป รอสักครู่แล้วลองใหม่"),
    }
)
