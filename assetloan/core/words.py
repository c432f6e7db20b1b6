"""Sentences for the error codes that no single domain owns."""

from __future__ import annotations

from typing import Any

from assetloan.core.i18n import _l, register_errors
from assetloan.core.job_models import JobState

JOB_STATES: dict[JobState, Any] = {
    JobState.WAITING: _l("รอเริ่ม"),
    JobState.RUNNING: _l("กำลังทำ"),
    JobState.DONE: _l("เสร็จแล้ว"),
    JobState.FAILED: _l("ไม่สำเร็จ"),
}

register_errors(
    {
        "not_allowed": _l("คุณไม่มีสิทธิ์ทำรายการนี้"),
        "not_found": _l("ไม่พบรายการที่ขอ หรืออยู่นอกสิทธิ์ของคุณ"),
        "invalid": _l("ข้อมูลบางช่องยังไม่ถูกต้อง"),
        "conflict": _l("มีผู้แก้ไขรายการนี้ก่อนแล้ว กรุณาเปิดดูใหม่แล้วทำอีกครั้ง"),
        "malformed": _l("อ่านข้อมูลที่ส่งมาไม่ได้"),
        "malformed_key": _l("รหัสกันทำซ้ำไม่ถูกต้อง"),
        "idempotency_mismatch": _l("รหัสกันทำซ้ำนี้ใช้กับข้อมูลอื่นไปแล้ว"),
        "unauthenticated": _l("กรุณาเข้าสู่ระบบก่อน"),
        "too_large": _l("ข้อมูลที่ส่งมาใหญ่เกินกำหนด"),
        "too_many_requests": _l("ทำรายการถี่เกินไป กรุณารอสักครู่แล้วลองใหม่"),
        "unavailable": _l("ระบบไม่ว่างชั่วคราว ข้อมูลยังไม่ถูกบันทึก กรุณาลองอีกครั้งในอีกสักครู่"),
        "form_not_sent": _l("ข้อมูลนี้ยังไม่ได้ส่ง กรุณาตรวจแล้วกดส่งอีกครั้ง"),
        "required": _l("กรุณากรอกช่องนี้"),
        "too_long": _l("ยาวเกินไป ใส่ได้ไม่เกิน %(most)s ตัวอักษร"),
        "unknown_value": _l("ไม่รู้จักค่า “%(value)s”"),
        "not_text": _l("ช่องนี้ต้องเป็นข้อความ"),
        "not_a_list": _l("ช่องนี้ต้องเป็นรายการ"),
        "not_true_or_false": _l("ช่องนี้ต้องเป็น true หรือ false"),
        "not_a_number": _l("ช่องนี้ต้องเป็นตัวเลขจำนวนเต็ม"),
        "number_out_of_range": _l("ใส่ได้ตั้งแต่ %(least)s ถึง %(most)s"),
        "date_invalid": _l("ไม่มีวันที่นี้ในปฏิทิน กรุณากรอกวัน เดือน ปี พ.ศ. เช่น 25 11 2569"),
        "date_ambiguous": _l("ปีสองหลัก “%(value)s” อ่านได้หลายแบบ กรุณาเขียนปีเต็ม เช่น 2569"),
        "date_out_of_range": _l("ปีต้องอยู่ระหว่าง พ.ศ. 2400 ถึง 2700"),
        "month_invalid": _l("เดือนต้องเขียนเป็น ปี พ.ศ.-เดือน เช่น 2569-11"),
    }
)
