"""Words of repairs and of regular work."""

from __future__ import annotations

from typing import Any

from assetloan.assets.care.rules import RepairAction, RepairKind, RepairState, Result
from assetloan.core.i18n import _l, register_errors

KINDS: dict[RepairKind, Any] = {
    RepairKind.REPAIR: _l("ซ่อม"),
    RepairKind.MAINTENANCE: _l("บำรุงรักษา"),
}
STATES: dict[RepairState, Any] = {
    RepairState.OPEN: _l("กำลังซ่อม"),
    RepairState.DONE: _l("ซ่อมเสร็จแล้ว"),
    RepairState.CANCELLED: _l("ยกเลิกการซ่อม"),
}
ACTIONS: dict[RepairAction, Any] = {
    RepairAction.FINISH: _l("รับคืนจากซ่อม"),
    RepairAction.CANCEL: _l("ยกเลิกการซ่อม"),
}
TONES: dict[RepairState, str] = {RepairState.OPEN: "wait", RepairState.DONE: "ok", RepairState.CANCELLED: "neutral"}
RESULTS: dict[Result, Any] = {
    Result.GOOD: _l("ใช้งานได้ปกติ"),
    Result.STILL_DAMAGED: _l("ยังชำรุด แต่นำกลับมาใช้"),
    Result.BEYOND_REPAIR: _l("ซ่อมไม่ได้หรือไม่คุ้มซ่อม รอจำหน่าย"),
}

register_errors(
    {
        "repair_on_loan": _l("ทรัพย์สินนี้ถูกยืมอยู่ รับคืนก่อนจึงส่งซ่อมได้"),
        "repair_return_pending": _l("การคืนของทรัพย์สินนี้ยังรออนุมัติ เมื่อปิดการคืนแล้วจึงส่งซ่อมได้"),
        "repair_open": _l("ทรัพย์สินนี้อยู่ระหว่างซ่อมแล้ว"),
        "repair_closed": _l("การซ่อมครั้งนี้ปิดไปแล้ว กรุณาเปิดดูประวัติการซ่อม"),
        "care_gone": _l("ทรัพย์สินนี้สูญหายหรือจำหน่ายแล้ว จึงทำรายการนี้ไม่ได้"),
        "plan_ended": _l("แผนบำรุงรักษานี้สิ้นสุดแล้ว"),
        "date_in_future": _l("วันที่นี้ยังมาไม่ถึง กรุณาใส่วันที่ไม่เกินวันนี้"),
        "date_before_start": _l("วันที่นี้อยู่ก่อนวันเริ่ม กรุณาตรวจอีกครั้ง"),
        "date_before_received": _l("วันที่นี้อยู่ก่อนวันที่ได้ทรัพย์สินมา กรุณาตรวจวัน เดือน ปี"),
        "paper_empty": _l("ไฟล์นี้ว่างเปล่า กรุณาเลือกไฟล์อื่น"),
        "paper_too_large": _l("ไฟล์ใหญ่เกิน %(most_mib)s เมกะไบต์ กรุณาย่อหรือแบ่งไฟล์ก่อน"),
        "paper_unknown": _l("รับเฉพาะ PDF รูป JPEG PNG WebP และตาราง XLSX XLS CSV กรุณาแปลงไฟล์ก่อน"),
        "too_many_papers": _l("แนบเอกสารได้ไม่เกิน %(most)s ฉบับต่อชิ้น กรุณาเอาฉบับที่ไม่ใช้ออกก่อน"),
    }
)
