"""Words for what is counted at the desk, and for why nobody is liable."""

from __future__ import annotations

from typing import Any

from assetloan.core.i18n import _l, register_errors
from assetloan.lending.settling.rules import NotLiable, Stage

NOT_LIABLE: dict[NotLiable, Any] = {
    NotLiable.NORMAL_WEAR: _l("เสื่อมหรือชำรุดตามสภาพการใช้งานปกติ"),
    NotLiable.NO_GROSS_NEGLIGENCE: _l("ไม่ได้จงใจหรือประมาทเลินเล่ออย่างร้ายแรง"),
}
STAGES: dict[Stage, Any] = {Stage.OUT: _l("เมื่อส่งมอบ"), Stage.IN: _l("เมื่อรับคืน")}

register_errors(
    {
        "missing_is_incomplete": _l("ยังขาด %(pieces)s จึงบันทึกว่าปกติและครบไม่ได้ กรุณาเลือก ของไม่ครบ"),
        "sample_not_seen": _l("กรุณาดูรูปของรายการที่สุ่มมา แล้วติ๊กว่าดูแล้วทุกรายการ"),
        "liability_reason_required": _l("ไม่ต้องรับผิด ต้องเลือกเหตุ"),
    }
)
