"""Sentences about who answers for a loan and about letters of agencies."""

from __future__ import annotations

from assetloan.core.i18n import _l, register_errors

register_errors(
    {
        "responsible_required": _l("ผู้รับจ้างเหมาบริการยืมได้เมื่อระบุเจ้าหน้าที่ผู้รับผิดชอบร่วม"),
        "responsible_unknown": _l("ผู้รับผิดชอบร่วมต้องเป็นเจ้าหน้าที่ในหน่วยงานเดียวกับคุณ"),
        "outsiders_not_allowed": _l("หน่วยงานไม่เปิดให้ยืมแทนบุคคลภายนอก"),
        "outsider_needs_official": _l("การยืมให้บุคคลภายนอกต้องขอโดยเจ้าหน้าที่ของหน่วยงาน"),
        "outsider_inside_only": _l("บุคคลภายนอกใช้ได้เฉพาะภายในสถานที่ของหน่วยงาน"),
        "outsider_contact_required": _l("กรุณาระบุหน่วยงานหรือที่อยู่ และโทรศัพท์ของบุคคลภายนอก"),
        "letter_not_needed": _l("ใบยืมนี้ไม่ใช่การยืมระหว่างหน่วยงาน จึงไม่ต้องมีหนังสือ"),
        "letter_in_future": _l("วันที่ของหนังสือต้องไม่เกินวันนี้"),
        "letter_missing": _l("ยังไม่มีหนังสือของหน่วยงานที่ขอยืม จึงยังส่งมอบไม่ได้ กรุณาเก็บหนังสือในใบยืมก่อน"),
    }
)
