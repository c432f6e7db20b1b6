"""Words of repairs and of regular work."""

from __future__ import annotations

from typing import Any

from assetloan.assets.care.rules import RepairKind, RepairState
from assetloan.core.i18n import _l

KINDS: dict[RepairKind, Any] = {
    RepairKind.REPAIR: _l("ซ่อม"),
    RepairKind.MAINTENANCE: _l("บำรุงรักษา"),
}
STATES: dict[RepairState, Any] = {
    RepairState.OPEN: _l("กำลังซ่อม"),
    RepairState.DONE: _l("ซ่อมเสร็จแล้ว"),
    RepairState.CANCELLED: _l("ยกเลิกการซ่อม"),
}
