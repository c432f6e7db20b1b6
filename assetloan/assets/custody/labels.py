"""Words of moves and sightings."""

from __future__ import annotations

from typing import Any

from assetloan.assets.custody.rules import MoveState, SightingState
from assetloan.core.i18n import _l

MOVE_STATES: dict[MoveState, Any] = {
    MoveState.OFFERED: _l("รอผู้รับตอบรับ"),
    MoveState.ACCEPTED: _l("รับโอนแล้ว"),
    MoveState.DECLINED: _l("ผู้รับไม่รับ"),
    MoveState.WITHDRAWN: _l("ผู้โอนถอนเรื่อง"),
}
SIGHTING_STATES: dict[SightingState, Any] = {
    SightingState.WAITING: _l("รอยืนยัน"),
    SightingState.CONFIRMED: _l("ยืนยันแล้ว"),
    SightingState.DISMISSED: _l("ไม่ใช้ข้อมูลนี้"),
}
