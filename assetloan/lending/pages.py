"""What the pages of loans share: steps with who and when, the timeline, the acts a reader may take, rows of lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import abort, request, url_for

from assetloan.core import clock, text
from assetloan.core.i18n import _, format_day
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import labels, moves, rules
from assetloan.lending.booking import checks
from assetloan.lending.models import Loan, LoanEvent, LoanLine
from assetloan.lending.rules import TRANSITIONS, LineAction, LineState

S, A = LineState, LineAction


def page_number() -> int:
    """The page asked for; 400 for what is no number."""
    try:
        return text.parse_int(request.args.get("page", "1"), least=1, most=100_000)
    except ValueError:
        abort(400)


def unit_name(unit_id: int) -> str:
    """The name of a unit as of today."""
    card = unit_tree(clock.today()).get(unit_id)
    return card.name if card is not None else ""


def unit_contact(unit_id: int) -> str:
    """Where a unit is and how to reach it, as of today."""
    card = unit_tree(clock.today()).get(unit_id)
    return " ".join(filter(None, (card.site, card.contact))) if card is not None else ""


def lines_asked(loan: Loan, values: Iterable[str]) -> list[LoanLine]:
    """The lines whose positions were posted or linked; all of them when none was named, 404 for a foreign one."""
    wanted = list(values)
    if not wanted:
        return list(loan.lines)
    known = {str(line.position): line for line in loan.lines}
    if any(value not in known for value in wanted):
        abort(404)
    return [known[value] for value in dict.fromkeys(wanted)]


def fitting(lines: Iterable[LoanLine], action: LineAction) -> list[LoanLine]:
    """The lines on which an action is possible now."""
    return [line for line in lines if (line.state, action) in TRANSITIONS]


@dataclass(frozen=True, slots=True)
class Step:
    """One of the steps of a loan: what, who, when; `when` is None while it has not happened."""

    title: str
    who: str
    when: datetime | None
    note: str = ""


def steps_of(loan: Loan, events: Sequence[LoanEvent]) -> list[Step]:
    """Requested, decided, handed over, received, approved back: each with who did it and when."""
    told = (
        (_("ขอยืม"), (A.SUBMIT,)),
        (_("อนุมัติ"), (A.APPROVE, A.REJECT, A.WITHDRAW, A.CANCEL, A.EXPIRE)),
        (_("ส่งมอบ"), (A.HAND_OVER,)),
        (_("รับคืน"), (A.RECEIVE, A.REPORT_LOST)),
        (_("อนุมัติการคืน"), (A.APPROVE_RETURN, A.SETTLE)),
    )
    ended = all(line.state in rules.ENDED for line in loan.lines)
    steps = []
    for number, (title, actions) in enumerate(told):
        found = [event for event in events if event.action in actions]
        if not found:
            if ended and number > 1:
                break
            steps.append(Step(title, "", None, _not_yet(loan, number)))
            continue
        last = found[-1]
        if last.action is not actions[0]:
            title = str(labels.ACTIONS[last.action])
        done = len({event.line_id for event in found})
        some = _("%(done)s จาก %(all)s ชิ้น", done=done, all=len(loan.lines)) if done < len(loan.lines) else ""
        steps.append(Step(title, last.person_name, last.occurred_at, some))
    return steps


def _not_yet(loan: Loan, number: int) -> str:
    if number == 1:
        return _("รอ %(post)s", post=loan.approver_post)
    return _("ยังไม่ถึงขั้นนี้")


def timeline_of(loan: Loan, events: Sequence[LoanEvent]) -> list[dict[str, Any]]:
    """The dated facts, newest first; what was done to several things at once is one entry."""
    groups: dict[tuple[Any, ...], list[LoanEvent]] = {}
    for event in events:
        groups.setdefault((event.occurred_at, event.action, event.person_name, event.note), []).append(event)
    entries = []
    for (when, action, who, note), group in groups.items():
        some = "" if len(group) == len(loan.lines) else ", ".join(event.line.asset.name for event in group)
        state = {event.condition for event in group} - {None}
        words = [some, *(str(labels.CONDITIONS[item]) for item in state if item), note]
        entries.append(
            {
                "title": labels.ACTIONS[action],
                "when": when,
                "who": who,
                "text": " – ".join(word for word in words if word),
                "tone": labels.ACTION_TONES[action],
            }
        )
    return entries[::-1]


@dataclass(frozen=True, slots=True)
class ActLink:
    """A link to an act that this reader may take now."""

    url: str
    words: str
    tone: str = "second"


def acts_on(actor: Actor, loan: Loan, today: date) -> list[ActLink]:
    """What this reader may do with the loan now, the main act first. What one may not do has no button."""
    number = loan.number
    if loan.borrower_id == actor.person_id:
        return _own_acts(actor, loan)
    found: list[ActLink] = []
    if fitting(loan.lines, A.APPROVE) and moves.authority_over(actor, loan) is not None:
        found.append(ActLink(url_for("lending.decide", number=number), _("พิจารณาคำขอ")))
    if actor.may(Permission.LOAN_HAND_OVER, unit_id=loan.unit_id):
        found += _desk_acts(loan, today)
    returned = [line for line in fitting(loan.lines, A.APPROVE_RETURN) if line.received_by_id != actor.person_id]
    if returned and actor.may(Permission.RETURN_APPROVE, unit_id=loan.unit_id):
        to = url_for("returns.detail", number=number, position=returned[0].position)
        found.append(ActLink(to, _("พิจารณาการคืน")))
    if fitting(loan.lines, A.WITHDRAW) and moves.authority_over(actor, loan) is not None:
        found.append(ActLink(url_for("lending.cancel", number=number), _("ถอนการอนุมัติ"), "danger"))
    return _first_primary(found)


def _first_primary(found: list[ActLink]) -> list[ActLink]:
    if found and found[0].tone == "second":
        found[0] = ActLink(found[0].url, found[0].words, "primary")
    return found


def _own_acts(actor: Actor, loan: Loan) -> list[ActLink]:
    found: list[ActLink] = []
    may = actor.may(Permission.RETURN_DECLARE, unit_id=loan.unit_id, owner_id=loan.borrower_id)
    if may and fitting(loan.lines, A.DECLARE_RETURN):
        found.append(ActLink(url_for("lending.declare", number=loan.number), _("แจ้งคืน")))
    may = actor.may(Permission.LOAN_CANCEL, unit_id=loan.unit_id, owner_id=loan.borrower_id)
    if may and fitting(loan.lines, A.CANCEL):
        found.append(ActLink(url_for("lending.cancel", number=loan.number), _("ยกเลิกคำขอ"), "danger"))
    if len(loan.lines) == 1 and loan.lines[0].state in rules.ENDED:
        found.append(ActLink(url_for("scan.typed", code=loan.lines[0].asset.number), _("ขอยืมชิ้นนี้อีกครั้ง")))
    return _first_primary(found)


def _desk_acts(loan: Loan, today: date) -> list[ActLink]:
    number, found = loan.number, []
    ready = [line for line in fitting(loan.lines, A.HAND_OVER) if line.claim_from <= today <= line.due_on]
    if ready:
        found.append(ActLink(url_for("lending.hand_over", number=number), _("ส่งมอบ")))
    if fitting(loan.lines, A.RECEIVE):
        found.append(ActLink(url_for("lending.receive", number=number), _("รับคืน")))
    if any(line.state in rules.OUT and line.due_on < today for line in loan.lines):
        found.append(ActLink(url_for("lending.chase", number=number), _("บันทึกการทวงคืน")))
    if any(checks.may_expire(line, today) for line in fitting(loan.lines, A.EXPIRE)):
        found.append(ActLink(url_for("lending.expire", number=number), _("บันทึกว่าไม่มารับ"), "danger"))
    return found


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as lists show it."""

    line: LoanLine
    name: str
    asset_no: str
    number: str
    tone: str
    words: str
    due: str
    near: str
    unit: str
    contact: str = ""


def row_of(line: LoanLine, today: date) -> LineRow:
    """A line with its asset and loan loaded, in words."""
    tone, words = labels.line_words(line, today)
    out = line.state in (S.HANDED_OVER, S.RETURN_DECLARED)
    return LineRow(
        line,
        line.asset.name,
        line.asset.number,
        line.loan.number,
        tone,
        words,
        format_day(line.due_on, "full"),
        labels.due_words(line.due_on, today) if out else "",
        unit_name(line.unit_id),
        unit_contact(line.unit_id),
    )
