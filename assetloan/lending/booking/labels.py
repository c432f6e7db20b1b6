"""Words of booking: how a day stands, days of the week, sentences for what is refused."""

from __future__ import annotations

from typing import Any

from assetloan.core.i18n import _, _l, register_errors
from assetloan.lending.booking.rules import DayState

# Short, for a table of seven columns on a phone; what they mean stands in the legend and is read out.
DAYS: dict[DayState, Any] = {
    DayState.PAST: _l("ผ่านไปแล้ว"),
    DayState.FREE: _l("ว่าง"),
    DayState.RESERVED: _l("จอง"),
    DayState.OUT: _l("ยืม"),
    DayState.CLOSED: _l("ปิด"),
    DayState.BLOCKED: _l("งด"),
}
MEANINGS: dict[DayState, Any] = {
    DayState.FREE: _l("ว่าง ยืมได้"),
    DayState.RESERVED: _l("มีผู้จองแล้ว"),
    DayState.OUT: _l("มีผู้ยืมอยู่"),
    DayState.CLOSED: _l("หน่วยงานปิดทำการ"),
    DayState.BLOCKED: _l("ไม่เปิดให้ยืม"),
}
WEEKDAYS: tuple[tuple[Any, Any], ...] = (
    (_l("อา."), _l("อาทิตย์")),
    (_l("จ."), _l("จันทร์")),
    (_l("อ."), _l("อังคาร")),
    (_l("พ."), _l("พุธ")),
    (_l("พฤ."), _l("พฤหัสบดี")),
    (_l("ศ."), _l("ศุกร์")),
    (_l("ส."), _l("เสาร์")),
)
# As the forms give them: 0 is Monday.
OPEN_DAYS: tuple[tuple[str, Any], ...] = tuple((str(place), WEEKDAYS[(place + 1) % 7][1]) for place in range(7))

# As the record keeps them.
RECORDED_DAYS: dict[str, Any] = {
    name: words
    for name, (_place, words) in zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), OPEN_DAYS, strict=True)
}


def _closed(details: dict[str, str]) -> str:
    following = details.get("next_open", "")
    if following:
        return _("หน่วยงานปิดทำการ %(day)s เลือกวันเปิด เช่น %(next)s", day=details["day"], next=following)
    return _("หน่วยงานปิดทำการ %(day)s เลือกวันอื่น", day=details["day"])


register_errors(
    {
        "unit_not_open": _closed,
        "too_soon": _l("ของชิ้นนี้ต้องขอล่วงหน้าอย่างน้อย %(days)s วัน เริ่มยืมได้ตั้งแต่ %(first)s"),
        "no_day_open": _l("เลือกวันเปิดทำการอย่างน้อยหนึ่งวัน"),
        "closure_in_past": _l("วันแรกที่ปิดต้องไม่ก่อนวันนี้"),
        "closure_ends_before": _l("วันสุดท้ายต้องไม่ก่อนวันแรก และปิดได้ครั้งละไม่เกิน %(most)s วัน"),
    }
)
