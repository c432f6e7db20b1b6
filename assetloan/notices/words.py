"""The words of what leaves the house: channels and states."""

from __future__ import annotations

from typing import Any

from assetloan.core.i18n import _l
from assetloan.notices.models import Channel, DeliveryState

CHANNELS: dict[Channel, Any] = {
    Channel.MAIL: _l("อีเมล"),
    Channel.LINE: _l("LINE"),
    Channel.NONE: _l("ดูในระบบเท่านั้น"),
}
DELIVERY_STATES: dict[DeliveryState, Any] = {
    DeliveryState.WAITING: _l("รอส่ง"),
    DeliveryState.SENT: _l("ส่งแล้ว"),
    DeliveryState.FAILED: _l("ส่งไม่สำเร็จ"),
    DeliveryState.DROPPED: _l("ไม่ต้องส่งแล้ว"),
}
TONES: dict[DeliveryState, str] = {
    DeliveryState.WAITING: "wait",
    DeliveryState.SENT: "ok",
    DeliveryState.FAILED: "late",
    DeliveryState.DROPPED: "neutral",
}
