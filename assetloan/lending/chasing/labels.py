"""The words of chasing: how an overdue thing stands, and ready texts to share where people talk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from assetloan.core.i18n import _, _l, format_day
from assetloan.identity.queries import UnitCard
from assetloan.lending import labels
from assetloan.lending.chasing.queries import Chased
from assetloan.lending.chasing.rules import ChaseState, deadline
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.rules import LineState

S = LineState
STATES: dict[ChaseState, Any] = {
    ChaseState.TO_CHASE: _l("ยังไม่ได้ทวง"),
    ChaseState.CHASED: _l("ทวงทันเวลาแล้ว รอคืน"),
    ChaseState.MISSED: _l("ไม่ได้ทวงภายในเวลา"),
}
TONES: dict[ChaseState, str] = {ChaseState.TO_CHASE: "wait", ChaseState.CHASED: "info", ChaseState.MISSED: "late"}
LINE_WAY = "line"


def deadline_words(due_on: date, today: date, chase_days: int) -> str:
    """Until when it must be chased, and how many days that leaves."""
    last = deadline(due_on, chase_days)
    day = format_day(last, "full")
    if last < today:
        return _("พ้นเวลาทวงตั้งแต่%(day)s", day=day)
    return _("ต้องทวงภายใน%(day)s (%(left)s)", day=day, left=_left(last, today))


def _left(last: date, today: date) -> str:
    days = (last - today).days
    return _("วันสุดท้ายวันนี้") if days == 0 else _("เหลือ %(days)s", days=labels.days_words(days))


def chased_words(chased: Chased | None, how: str) -> str:
    """How often and when it was chased; "" when it never was."""
    if chased is None or chased.last_on is None:
        return ""
    return _("ทวงแล้ว %(count)s ครั้ง ล่าสุด %(day)s %(how)s", count=chased.count, day=format_day(chased.last_on), how=how)


# --- ready texts ----------------------------------------------------------------------------------------------------


def chase_text(loan: Loan, lines: Sequence[LoanLine], card: UnitCard | None, today: date, url: str) -> str:
    """What the lender writes to a borrower about things that should be back."""
    first = min(line.due_on for line in lines)
    return "\n".join(
        [
            _("เรียน %(name)s", name=loan.borrower_name),
            _("ของที่ยืมตามใบยืม %(number)s ยังไม่ได้คืน", number=loan.number),
            *_things(lines),
            _(
                "ครบกำหนดคืน%(day)s (%(late)s) กรุณานำมาคืน หากติดขัดโปรดแจ้งเจ้าหน้าที่",
                day=format_day(first, "full"),
                late=labels.due_words(first, today),
            ),
            *_place(card, _("ส่งคืนที่")),
            url,
        ]
    )


def share_text(loan: Loan, card: UnitCard | None, today: date, url: str, decide_url: str) -> str:
    """What may be shared of a loan as it stands: the request, the approval, the reminder, the end."""
    out = [line for line in loan.lines if line.state is S.HANDED_OVER]
    late = [line for line in out if line.due_on < today]
    if late:
        return chase_text(loan, late, card, today, url)
    if loan.state is S.SUBMITTED:
        return "\n".join(
            [
                _("เรียน %(post)s", post=loan.approver_post),
                _("ขออนุมัติยืมของตามใบยืม %(number)s", number=loan.number),
                *_things(loan.lines),
                _("ผู้ยืม %(name)s เพื่อ%(purpose)s", name=loan.borrower_name, purpose=loan.purpose),
                _period(loan),
                _("พิจารณาได้ที่ %(url)s", url=decide_url),
            ]
        )
    words = str(labels.loan_words(loan, today)[1])
    lines = [_("ใบยืม %(number)s: %(state)s", number=loan.number, state=words), *_things(out or loan.lines)]
    if out:
        lines += [_("กำหนดคืน%(day)s", day=format_day(min(line.due_on for line in out), "full"))]
        lines += _place(card, _("ส่งคืนที่"))
    elif loan.state is S.APPROVED:
        lines += [_period(loan), *_place(card, _("รับที่"))]
    return "\n".join([*lines, url])


def _things(lines: Sequence[LoanLine]) -> list[str]:
    return [f"• {line.asset.name} {line.asset.number}" for line in lines]


def _period(loan: Loan) -> str:
    first, last = format_day(loan.starts_on, "full"), format_day(loan.due_on, "full")
    return _("ตั้งแต่%(first)s ถึง%(last)s", first=first, last=last)


def _place(card: UnitCard | None, what: str) -> list[str]:
    if card is None:
        return []
    words = [f"{what} {card.name} {card.site}".strip()]
    return words + ([_("ติดต่อ %(contact)s", contact=card.contact)] if card.contact else [])
