"""Words and tones of loans: states, acts, conditions, outcomes, notices, and the sentences for refusals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from assetloan.assets.rules import AssetStatus
from assetloan.core.i18n import _, _l, ngettext, register_errors
from assetloan.identity.labels import PLACES
from assetloan.lending import rules
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.rules import (
    CompensationState,
    LineAction,
    LineState,
    LoanSource,
    Outcome,
    ReturnCondition,
    Route,
)

__all__ = ["PLACES"]

S, A = LineState, LineAction

LINE_STATES: dict[LineState, Any] = {
    S.SUBMITTED: _l("รออนุมัติ"),
    S.APPROVED: _l("อนุมัติแล้ว รอส่งมอบ"),
    S.REJECTED: _l("ไม่อนุมัติ"),
    S.CANCELLED: _l("ยกเลิก"),
    S.EXPIRED: _l("หมดอายุ ไม่มารับ"),
    S.HANDED_OVER: _l("อยู่ระหว่างยืม"),
    S.RETURN_DECLARED: _l("แจ้งคืนแล้ว รอตรวจสภาพรับคืน"),
    S.RECEIVED: _l("รับคืนแล้ว รออนุมัติการคืน"),
    S.SENT_BACK: _l("ส่งกลับให้ตรวจใหม่"),
    S.LOST_REPORTED: _l("แจ้งสูญหาย"),
    S.CLOSED: _l("ปิดรายการ"),
}
LINE_TONES: dict[LineState, str] = {
    S.SUBMITTED: "wait",
    S.APPROVED: "info",
    S.REJECTED: "neutral",
    S.CANCELLED: "neutral",
    S.EXPIRED: "neutral",
    S.HANDED_OVER: "info",
    S.RETURN_DECLARED: "wait",
    S.RECEIVED: "wait",
    S.SENT_BACK: "wait",
    S.LOST_REPORTED: "late",
    S.CLOSED: "neutral",
}
ACTIONS: dict[LineAction, Any] = {
    A.SUBMIT: _l("ส่งคำขอยืม"),
    A.APPROVE: _l("อนุมัติ"),
    A.REJECT: _l("ไม่อนุมัติ"),
    A.CANCEL: _l("ยกเลิกคำขอ"),
    A.WITHDRAW: _l("ถอนการอนุมัติ"),
    A.EXPIRE: _l("หมดอายุ"),
    A.HAND_OVER: _l("ส่งมอบ"),
    A.DECLARE_RETURN: _l("แจ้งคืน"),
    A.RECEIVE: _l("ตรวจสภาพรับคืน"),
    A.REPORT_LOST: _l("บันทึกว่าสูญหาย"),
    A.SEND_BACK: _l("ส่งกลับให้ตรวจใหม่"),
    A.APPROVE_RETURN: _l("อนุมัติการคืน"),
    A.SETTLE: _l("วินิจฉัยการชดใช้"),
}
ACTION_TONES: dict[LineAction, str] = {
    A.SUBMIT: "neutral",
    A.APPROVE: "ok",
    A.REJECT: "late",
    A.CANCEL: "neutral",
    A.WITHDRAW: "late",
    A.EXPIRE: "neutral",
    A.HAND_OVER: "ok",
    A.DECLARE_RETURN: "info",
    A.RECEIVE: "ok",
    A.REPORT_LOST: "late",
    A.SEND_BACK: "wait",
    A.APPROVE_RETURN: "ok",
    A.SETTLE: "ok",
}
CONDITIONS: dict[ReturnCondition, Any] = {
    ReturnCondition.GOOD: _l("สภาพสมบูรณ์"),
    ReturnCondition.DAMAGED: _l("ชำรุด"),
    ReturnCondition.INCOMPLETE: _l("ไม่ครบ"),
    ReturnCondition.LOST: _l("สูญหาย"),
}
CONDITION_TONES: dict[ReturnCondition, str] = {
    ReturnCondition.GOOD: "ok",
    ReturnCondition.DAMAGED: "late",
    ReturnCondition.INCOMPLETE: "wait",
    ReturnCondition.LOST: "late",
}
# What the officer chooses from: the same four, said as one sees them.
CONDITION_CHOICES: dict[ReturnCondition, Any] = {
    ReturnCondition.GOOD: _l("ปกติและครบ"),
    ReturnCondition.DAMAGED: _l("ชำรุด"),
    ReturnCondition.INCOMPLETE: _l("ของไม่ครบ"),
    ReturnCondition.LOST: _l("สูญหาย ไม่ได้คืน"),
}
ROUTES: dict[Route, Any] = {
    Route.HEAD: _l("หัวหน้าหน่วยงานที่ดูแลของ"),
    Route.DIRECTOR: _l("หัวหน้าหน่วยงานของรัฐหรือผู้รับมอบอำนาจ"),
}
OUTCOMES: dict[Outcome, Any] = {
    Outcome.REPAIRED: _l("ซ่อมให้คงสภาพเดิมแล้ว"),
    Outcome.REPLACED: _l("ชดใช้เป็นของอย่างเดียวกัน"),
    Outcome.PAID: _l("ชดใช้เป็นเงิน"),
    Outcome.NOT_LIABLE: _l("ไม่ต้องรับผิด"),
}
COMPENSATION_STATES: dict[CompensationState, Any] = {
    CompensationState.OPEN: _l("รอสำนักงานเลขานุการกรมเสนอผล"),
    CompensationState.PROPOSED: _l("เสนอผลแล้ว รอวินิจฉัย"),
    CompensationState.DECIDED: _l("วินิจฉัยแล้ว"),
    CompensationState.WITHDRAWN: _l("ยกเลิกเรื่องชดใช้"),
}
COMPENSATION_TONES: dict[CompensationState, str] = {
    CompensationState.OPEN: "wait",
    CompensationState.PROPOSED: "wait",
    CompensationState.DECIDED: "neutral",
    CompensationState.WITHDRAWN: "neutral",
}
SOURCES: dict[LoanSource, Any] = {
    LoanSource.SYSTEM: _l("บันทึกในระบบ"),
    LoanSource.PAPER: _l("บันทึกย้อนหลังจากเอกสาร"),
}
# What a person is told, by event; the loan's number stands beside it.
NOTICES: dict[str, Any] = {
    "loan.requested": _l("มีคำขอยืมรอคุณพิจารณา"),
    "loan.approved": _l("คำขอยืมของคุณได้รับอนุมัติแล้ว ติดต่อรับของได้"),
    "loan.rejected": _l("คำขอยืมของคุณไม่ได้รับอนุมัติ เปิดดูเหตุผลได้"),
    "loan.approval_withdrawn": _l("การอนุมัติให้ยืมถูกถอน เปิดดูเหตุผลได้"),
    "loan.handed_over": _l("คุณรับของที่ยืมแล้ว"),
    "loan.return_declared": _l("ผู้ยืมแจ้งคืนของ รอคุณตรวจสภาพรับคืน"),
    "loan.received": _l("เจ้าหน้าที่รับของคืนจากคุณแล้ว"),
    "loan.sent_back": _l("การคืนถูกส่งกลับให้ตรวจใหม่"),
    "loan.closed": _l("การคืนได้รับอนุมัติ ปิดรายการแล้ว"),
    "loan.chased": _l("ของที่ยืมเกินกำหนด กรุณานำมาคืน"),
    "loan.expired": _l("คำขอยืมหมดอายุ เพราะไม่ได้มารับของภายในกำหนด หรือพ้นกำหนดคืนแล้ว"),
    "loan.next_in_queue": _l("ของที่คุณจองไว้ว่างแล้ว ถึงคิวของคุณ เปิดดูวันรับของ"),
    "loan.escalated": _l("ของยังไม่คืนและพ้นเวลาทวงตามข้อ 211 แล้ว"),
    "compensation.proposed": _l("มีเรื่องชดใช้รอคุณวินิจฉัย"),
    "loan.responsible": _l("มีผู้ระบุคุณเป็นผู้รับผิดชอบร่วมของใบยืม"),
    "standing.used": _l("มีรายการที่อนุมัติตามคำสั่งล่วงหน้าของคุณในเดือนก่อน"),
}
# Why a request may be refused, so that one tap says it; the last one is written out.
REFUSALS: dict[str, Any] = {
    "busy": _l("ของไม่ว่างในช่วงวันที่ขอ"),
    "needed": _l("ต้องใช้งานในหน่วยงาน"),
    "unclear": _l("เหตุผลไม่เพียงพอ"),
    "incomplete": _l("ข้อมูลไม่ครบ ให้ยื่นใหม่"),
    "other": _l("เหตุผลอื่น"),
}
# How a borrower was reminded (ข้อ 211).
CHASE_WAYS: dict[str, Any] = {
    "phone": _l("โทรศัพท์"),
    "memo": _l("บันทึกข้อความ"),
    "line": _l("LINE"),
    "mail": _l("อีเมลหรือข้อความ"),
    "meeting": _l("พบตัว"),
}


def days_words(count: int) -> str:
    """ "3 วัน"."""
    return str(ngettext("%(num)s วัน", "%(num)s วัน", count))


def due_words(due_on: date, today: date) -> str:
    """How far away the due date is, in words."""
    left = (due_on - today).days
    if left < 0:
        return _("เกินกำหนด %(days)s", days=days_words(-left))
    if left == 0:
        return _("ครบกำหนดวันนี้")
    return _("พรุ่งนี้") if left == 1 else _("อีก %(days)s", days=days_words(left))


def due_tone(due_on: date, today: date) -> str:
    """Late, due today, or neither."""
    return "late" if due_on < today else ("wait" if due_on == today else "neutral")


def closed_words(line: LoanLine) -> str:
    """How a closed line ended."""
    if line.condition_in is ReturnCondition.GOOD:
        return _("ปิดรายการ คืนครบถ้วน")
    if line.condition_in is ReturnCondition.LOST and line.first_received_at is None:
        return _("ปิดรายการ สูญหาย ตัดสินการชดใช้แล้ว")
    return _("ปิดรายการ ตัดสินการชดใช้แล้ว") if line.condition_in else _("ปิดรายการ")


def line_words(line: LoanLine, today: date) -> tuple[str, str]:
    """Tone and words of a line as of today: what is computed (overdue, compensation) comes before what is stored."""
    if line.state is S.CLOSED:
        return "neutral", closed_words(line)
    if line.state is S.HANDED_OVER and line.due_on <= today:
        return due_tone(line.due_on, today), due_words(line.due_on, today)
    if line.state in (S.RECEIVED, S.LOST_REPORTED) and line.condition_in not in (None, ReturnCondition.GOOD):
        return "late", _("%(condition)s อยู่ระหว่างชดใช้", condition=CONDITIONS[line.condition_in])
    return LINE_TONES[line.state], str(LINE_STATES[line.state])


def loan_words(loan: Loan, today: date) -> tuple[str, str]:
    """Tone and words of the whole slip: overdue and partly returned are said, else the header's state."""
    out = [line for line in loan.lines if line.state in rules.OUT]
    late = [line.due_on for line in out if line.due_on < today and line.state is not S.LOST_REPORTED]
    if late:
        return "late", due_words(min(late), today)
    back = [line for line in loan.lines if line.state in (S.RECEIVED, S.SENT_BACK, S.CLOSED)]
    if out and back:
        return "info", _("คืนบางส่วน")
    if len(loan.lines) == 1:
        return line_words(loan.lines[0], today)
    return LINE_TONES[loan.state], str(LINE_STATES[loan.state])


def names_of(lines: Iterable[LoanLine]) -> str:
    """The things of some lines in one phrase: the first, and how many more."""
    names = [line.asset.name for line in lines]
    if len(names) < 2:
        return names[0] if names else ""
    more = len(names) - 1
    return _("%(name)s และอีก %(num)s ชิ้น", name=names[0], num=more)


def usual_time(hours: float) -> str:
    """How long an answer usually takes, from the unit's own past."""
    if hours < 1:
        return _("ปกติได้รับคำตอบภายใน 1 ชั่วโมง")
    if hours <= 24:
        return _("ปกติได้รับคำตอบภายใน %(hours)s ชั่วโมง", hours=round(hours))
    return _("ปกติได้รับคำตอบภายใน %(days)s", days=days_words(max(1, round(hours / 24))))


_WHY_NOT: dict[str, Any] = {
    AssetStatus.ON_LOAN.value: _l("มีผู้ยืมอยู่"),
    AssetStatus.RETURN_PENDING.value: _l("เพิ่งรับคืน รออนุมัติการคืนก่อน"),
    AssetStatus.REPAIR.value: _l("อยู่ระหว่างซ่อม"),
    AssetStatus.LOST.value: _l("แจ้งสูญหายไว้"),
    AssetStatus.PENDING_DISPOSAL.value: _l("รอจำหน่าย"),
    AssetStatus.DISPOSED.value: _l("จำหน่ายแล้ว"),
}
ASSET_WHY = _WHY_NOT


def _not_available(details: dict[str, str]) -> str:
    about = details.get("asset", "")
    if "starts_on" in details:
        return _("ของชิ้น %(asset)s มีผู้จองต่อตั้งแต่ %(day)s เลือกวันคืนก่อนวันนั้น", asset=about, day=details["starts_on"])
    if "due_on" in details:
        return _("ของชิ้น %(asset)s มีผู้ยืมหรือจองไว้แล้ว ถึงวันที่ %(due_on)s", asset=about, due_on=details["due_on"])
    why = _WHY_NOT.get(details.get("status", ""))
    if why is not None:
        return _("ของชิ้น %(asset)s ยืมไม่ได้ตอนนี้: %(why)s", asset=about, why=why)
    return _("ของชิ้น %(asset)s ไม่ว่างแล้ว มีผู้ยืมหรือจองก่อนเมื่อสักครู่", asset=about)


def _transition(details: dict[str, str]) -> str:
    known = {state.value: word for state, word in LINE_STATES.items()}
    doing = {action.value: word for action, word in ACTIONS.items()}
    state, action = known.get(details.get("state", "")), doing.get(details.get("action", ""))
    if state is not None and action is not None:
        return _("รายการนี้ “%(state)s” อยู่ จึงทำ “%(action)s” ไม่ได้", state=state, action=action)
    return _("สถานะของรายการเปลี่ยนไปแล้ว กรุณาเปิดดูใหม่")


def _not_allowed(details: dict[str, str]) -> str:
    why = details.get("why")
    if why == "own_loan":
        return _("ใบยืมนี้เป็นของคุณเอง ต้องให้ผู้อื่นทำรายการ")
    if why == "own_receipt":
        return _("คุณเป็นผู้รับคืนของชิ้นนี้ ต้องให้ผู้อื่นอนุมัติการคืน")
    return _("คุณไม่มีสิทธิ์ทำรายการนี้")


def _compensation_open(details: dict[str, str]) -> str:
    if "asset" in details:
        return _("ของชิ้น %(asset)s ยังอยู่ระหว่างชดใช้ จะปิดรายการเมื่อวินิจฉัยแล้ว", asset=details["asset"])
    return _("ของยังอยู่ระหว่างชดใช้ จะปิดรายการเมื่อวินิจฉัยแล้ว")


register_errors(
    {
        "not_allowed": _not_allowed,  # the same words as everywhere, and why on one's own loan
        "asset_not_available": _not_available,
        "asset_not_lendable": _l("ของชิ้น %(asset)s ไม่ได้เปิดให้ยืม"),
        "vehicle_not_lent": _l("ยานพาหนะ %(asset)s ไม่ยืมด้วยใบยืม ใช้ใบขออนุญาตใช้รถตามระเบียบรถราชการ"),
        "asset_gone": _l("ของชิ้นนี้ไม่อยู่ให้ยืมแล้ว"),
        "asset_twice": _l("มีของชิ้นเดียวกันซ้ำในรายการ"),
        "assets_required": _l("กรุณาเลือกของอย่างน้อยหนึ่งชิ้น"),
        "too_many_assets": _l("ยืมได้ครั้งละไม่เกิน %(most)s ชิ้น"),
        "several_units": _l("ของอยู่คนละหน่วยงาน ต้องแยกใบยืมตามหน่วยงานที่ดูแล"),
        "purpose_required": _l("กรุณาระบุเหตุผลที่ยืม"),
        "agency_required": _l("กรุณาระบุชื่อหน่วยงานของรัฐที่จะนำไปใช้"),
        "starts_in_past": _l("วันเริ่มยืมต้องไม่ก่อนวันนี้ (%(today)s)"),
        "due_before_start": _l("วันส่งคืนต้องไม่ก่อนวันเริ่มยืม (%(starts_on)s)"),
        "loan_too_long": _l("ยืมได้ไม่เกิน %(days)s วัน เลือกวันส่งคืนไม่เกิน %(latest)s"),
        "invalid_transition": _transition,
        "reason_required": _l("กรุณาระบุเหตุผล"),
        "condition_required": _l("กรุณาเลือกสภาพของที่รับคืน"),
        "note_required": _l("เมื่อของไม่ปกติ กรุณาเขียนว่าพบอะไร หรือแนบรูป"),
        "compensation_open": _compensation_open,
        "amount_required": _l("กรุณาระบุจำนวนเงินที่ชดใช้"),
        "loan_not_started": _l("ยังไม่ถึงวันเริ่มยืม (%(starts_on)s)"),
        "loan_past_due": _l("พ้นกำหนดส่งคืน %(due_on)s แล้ว จึงส่งมอบไม่ได้ ให้ยื่นคำขอใหม่"),
        "loan_still_open": _l("ยังไม่พ้นกำหนดส่งคืน %(due_on)s จึงยังไม่หมดอายุ"),
        "nothing_overdue": _l("ใบยืมนี้ไม่มีของเกินกำหนด"),
    }
)
