"""Sentences that only commands say."""

from __future__ import annotations

from assetloan.core.i18n import _l, register_errors

register_errors(
    {
        "file_missing": _l("ไม่พบไฟล์ %(name)s"),
        "report_out_missing": _l("กรุณาบอกไฟล์ปลายทางด้วย --out FILE.%(form)s"),
        "report_form_missing": _l("ยังพิมพ์รายงานเป็น %(form)s ไม่ได้ เลือก json, xlsx หรือ csv"),
        "labels_out_missing": _l("กรุณาบอกไฟล์ปลายทางด้วย --out FILE.pdf หรือดูแบบป้ายด้วย --list"),
    }
)
