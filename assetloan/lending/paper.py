"""A loan as the words of its paper form [ใบยืม]: always Thai, Arabic digits, everything signed in the system named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from assetloan.core import clock, settings
from assetloan.core.calendar import thai_date
from assetloan.core.i18n import in_language
from assetloan.documents.loan_form import FormItem, LoanFormData, Signed
from assetloan.identity.queries import unit_tree
from assetloan.lending import labels, rules
from assetloan.lending.authority.routing import acting_words
from assetloan.lending.models import Loan, LoanEvent
from assetloan.lending.rules import LineAction, LineState, ReturnCondition

A = LineAction
DESK_POST = "เจ้าหน้าที่พัสดุ"
CONDITIONS = {"good": "สภาพสมบูรณ์", "damaged": "ชำรุด", "deteriorated": "เสื่อมสภาพ", "incomplete": "ไม่ครบ"}


def form_of(loan: Loan, events: Sequence[LoanEvent], *, now: datetime) -> LoanFormData:
    """The words of the form, from a loan that was loaded for an actor and its dated facts."""
    with in_language("th"):
        return _form_of(loan, events, now=now)


def _day(day: date | None) -> str:
    return thai_date(day, "long") if day is not None else ""


def _moment(instant: datetime) -> str:
    local = clock.in_bangkok(instant)
    return f"{_day(local.date())} {local:%H:%M} น."


def _signed(event: LoanEvent | None, post: str) -> Signed:
    if event is None:
        return Signed()
    return Signed(event.person_name, post, _day(clock.bangkok_date(event.occurred_at)), electronic=True)


def _last(events: Sequence[LoanEvent], *actions: LineAction) -> LoanEvent | None:
    found = [event for event in events if event.action in actions]
    return found[-1] if found else None


def _form_of(loan: Loan, events: Sequence[LoanEvent], *, now: datetime) -> LoanFormData:
    today = clock.bangkok_date(now)
    tree = unit_tree(today)
    agency = tree.agency()
    decided, given = _last(events, A.APPROVE, A.REJECT), _last(events, A.HAND_OVER)
    received, closed = _last(events, A.RECEIVE), _last(events, A.APPROVE_RETURN, A.SETTLE)
    by_order = decided is not None and decided.person_id is None
    acting = acting_words(line.delegation_id for line in loan.lines)
    post = f"{acting}{loan.approver_post}" if acting else loan.approver_post
    days = (loan.due_on - loan.starts_on).days + 1
    borrower = Signed(loan.borrower_name, loan.borrower_position, _day(loan.submitted_on), electronic=True)
    return LoanFormData(
        number=loan.number,
        agency=settings.text("agency_name", today) or (agency.name if agency is not None else ""),
        owner_unit=tree[loan.unit_id].name,
        day=_day(loan.submitted_on),
        to=loan.approver_post,
        borrower=loan.borrower_name,
        position=loan.borrower_position,
        borrower_unit=tree[loan.borrower_unit_id].name,
        place=loan.place.value,
        items=tuple(
            FormItem(
                name=line.asset.name,
                asset_no=line.asset.number,
                unit=line.asset.unit_of_count,
                condition=line.note_out or CONDITIONS.get(line.condition_out, ""),
                note=line.asset.accessories,
            )
            for line in loan.lines
        ),
        purpose=loan.purpose,
        where=loan.agency or loan.place_detail,
        starts_on=_day(loan.starts_on),
        ends_on=_day(loan.due_on),
        due_on=_day(loan.due_on),
        days=str(days),
        state=str(labels.LINE_STATES[loan.state]) if loan.state in (LineState.SUBMITTED, *rules.ENDED) else "",
        requested=borrower,
        checked=_signed(given, DESK_POST),
        decision={A.APPROVE: "approved", A.REJECT: "rejected"}[decided.action] if decided is not None else "",
        decision_text=_decision_text(loan, decided),
        decision_reason=decided.note if decided is not None and decided.action is A.REJECT else "",
        legal_basis=loan.legal_basis,
        decided=Signed(post=loan.approver_post) if by_order else _signed(decided, post),
        taken=_signed_by_borrower(loan, given),
        given=_signed(given, DESK_POST),
        handed_over_note=given.note if given is not None else "",
        brought=_signed_by_borrower(loan, received),
        received=_signed(received, DESK_POST),
        return_approval=f"อนุมัติการคืนโดย {closed.person_name} เมื่อ {_moment(closed.occurred_at)}" if closed else "",
        issued=f"พิมพ์จากระบบเมื่อ {_moment(now)}",
        **_return_words(loan, received),
    )


def _signed_by_borrower(loan: Loan, event: LoanEvent | None) -> Signed:
    """What the borrower signed for in front of the desk."""
    if event is None:
        return Signed()
    return Signed(loan.borrower_name, loan.borrower_position, _day(clock.bangkok_date(event.occurred_at)), True)


def _decision_text(loan: Loan, decided: LoanEvent | None) -> str:
    if decided is None:
        return ""
    word = "อนุมัติ" if decided.action is A.APPROVE else "ไม่อนุมัติ"
    if decided.person_id is None and loan.lines[0].basis:
        return f"{word}ตาม{loan.lines[0].basis} เมื่อ {_moment(decided.occurred_at)}"
    return f"{word}ผ่านระบบอิเล็กทรอนิกส์ เมื่อ {_moment(decided.occurred_at)}"


def _return_words(loan: Loan, received: LoanEvent | None) -> dict[str, str]:
    """The fourth box: when, in what condition, what is missing."""
    back = [line for line in loan.lines if line.first_received_on is not None and line.condition_in is not None]
    if received is None or not back:
        return {}
    kinds = {line.condition_in for line in back}
    missing = sum(line.condition_in is ReturnCondition.INCOMPLETE for line in back) + len(loan.lines) - len(back)
    return {
        "returned_on": _day(clock.bangkok_date(received.occurred_at)),
        "whole": "no" if kinds & {ReturnCondition.DAMAGED, ReturnCondition.LOST} else "yes",
        "complete": "no" if missing else "yes",
        "missing": str(missing) if missing else "",
        "return_note": ", ".join(line.note_in for line in back if line.note_in),
    }
