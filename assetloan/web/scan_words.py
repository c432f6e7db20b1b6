"""How a thing stands, as the scan page says it: band, facts, and who decides about each place of use."""

from __future__ import annotations

from typing import Any

from assetloan.assets.models import Asset
from assetloan.core import clock
from assetloan.core.i18n import _, format_day
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission, Place
from assetloan.lending import labels
from assetloan.lending.models import LoanLine
from assetloan.lending.rules import LineState
from assetloan.lending.scanning import Advice
from assetloan.lending.situations import Seen, Situation

Status = tuple[str, str, str | None]


def hints_of(told: Advice) -> dict[str, str]:
    """Under each place of use: who decides, or that an order has decided already."""
    hints = {place.value: _("ผู้อนุมัติ: %(post)s", post=told.post_for(place)) for place in Place}
    if told.orders:
        best = max(told.orders, key=lambda order: order.most_days)
        hints[Place.INSIDE.value] = _(
            "อนุมัติทันทีตามคำสั่งที่ %(order)s เมื่อยืมไม่เกิน %(days)s",
            order=best.order_no,
            days=labels.days_words(best.most_days),
        )
    if told.only_at:
        here = _("เฉพาะใช้ที่ %(site)s ถ้านำไปที่อื่น เลือกนอกสถานที่", site=told.only_at)
        hints[Place.INSIDE.value] = f"{hints[Place.INSIDE.value]} · {here}"
    return hints


def status_of(seen: Seen) -> Status:
    """Tone, words and a second sentence of the band."""
    if seen.line is not None:
        return _status_of_line(seen, seen.line)
    words: dict[Situation, Status] = {
        Situation.REPAIR: ("wait", _("อยู่ระหว่างซ่อม"), None),
        Situation.LOST: ("late", _("แจ้งหายไว้ (ขอบคุณที่พบ)"), None),
        Situation.DISPOSED: ("neutral", _("จำหน่ายแล้ว"), None),
        Situation.NOT_LENDABLE: ("neutral", _("ยืมไม่ได้"), _("หน่วยงานที่ดูแลไม่ได้เปิดให้ยืมชิ้นนี้")),
        Situation.VEHICLE: ("neutral", _("ยืมไม่ได้"), _("ยานพาหนะใช้ใบขออนุญาตใช้รถ ตามระเบียบรถราชการ ไม่ใช่ใบยืม")),
        Situation.RETURN_PENDING: ("wait", _("เพิ่งรับคืน รออนุมัติการคืน"), None),
    }
    until = seen.free_until
    free = _("ว่างถึง%(day)s", day=format_day(until, "full")) if until is not None else None
    return words.get(seen.situation, ("ok", _("ว่าง ยืมได้"), free))


def _status_of_line(seen: Seen, line: LoanLine) -> Status:
    today = clock.today()
    until = _("ถึง%(day)s", day=format_day(line.due_on, "full"))
    late = line.due_on <= today
    near = labels.due_words(line.due_on, today) if late else until
    tone = labels.due_tone(line.due_on, today) if late else "info"
    if seen.situation is Situation.RECEIVE and line.state is LineState.RETURN_DECLARED:
        return "wait", _("ผู้ยืมแจ้งคืนแล้ว รอตรวจสภาพรับคืน"), None
    if seen.situation is Situation.RECEIVE and line.state is LineState.SENT_BACK:
        return "wait", _("ส่งกลับให้ตรวจใหม่"), line.reason or None
    waits = _("คุณขอยืมไว้ ผู้อนุมัติ: %(post)s", post=line.loan.approver_post)
    owner = unit_tree(today)[line.unit_id]
    words: dict[Situation, Status] = {
        Situation.MINE: (tone, _("คุณยืมอยู่ %(until)s", until=near), None),
        Situation.MINE_DECLARED: ("wait", _("คุณแจ้งคืนแล้ว รอเจ้าหน้าที่ตรวจรับ"), None),
        Situation.MINE_WAITING: ("wait", _("รออนุมัติ"), waits),
        Situation.MINE_APPROVED: (
            "info",
            _("อนุมัติแล้ว รอรับของ"),
            _("รับได้ที่ %(unit)s %(until)s", unit=owner.name, until=until),
        ),
        Situation.DECIDE: ("wait", _("มีคำขอยืมรอคุณพิจารณา"), None),
        Situation.HAND_OVER: ("info", _("อนุมัติแล้ว รอส่งมอบ"), None),
        Situation.RECEIVE: (tone, _("มีผู้ยืมอยู่ %(until)s", until=near), None),
        Situation.APPROVE_RETURN: ("wait", _("รับคืนแล้ว รออนุมัติการคืน"), None),
        Situation.LENT: (tone, _("มีผู้ยืมอยู่ %(until)s", until=near), None),
        Situation.RESERVED: ("wait", _("จองไว้แล้ว %(until)s", until=until), None),
        Situation.RETURN_PENDING: ("wait", _("เพิ่งรับคืน รออนุมัติการคืน"), None),
        Situation.LOST: ("late", _("แจ้งหายไว้ (ขอบคุณที่พบ)"), None),
    }
    return words.get(seen.situation, ("neutral", str(labels.LINE_STATES[line.state]), None))


def facts_of(who: Actor, asset: Asset, line: LoanLine | None, where: str = "") -> list[tuple[str, Any] | None]:
    """Number, unit and parts; who has it and on which loan only by right."""
    owner = unit_tree(clock.today())[asset.unit_id]
    own = line is not None and line.borrower_id == who.person_id
    knows = line is not None and (own or who.may(Permission.LOAN_VIEW, unit_id=line.unit_id))
    return [
        (_("เลขครุภัณฑ์"), asset.number),
        (_("หน่วยงานที่ดูแล"), owner.name),
        (_("มากับเครื่อง"), asset.accessories) if asset.accessories else None,
        (_("ผู้ยืม"), line.loan.borrower_name) if line is not None and knows and not own else None,
        (_("ใบยืม"), line.loan.number) if line is not None and knows else None,
        (_("วางไว้ที่"), where) if where else None,
    ]
