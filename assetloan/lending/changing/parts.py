"""What other pages show of changes: the acts of a loan, its section, the inbox, the borrower's list."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import url_for

from assetloan.core import settings
from assetloan.core.i18n import _, format_day, ngettext
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import labels as loan_labels
from assetloan.lending import page_queries
from assetloan.lending.changing import labels, queries
from assetloan.lending.changing.extending import terms_of
from assetloan.lending.changing.models import LoanChange
from assetloan.lending.changing.queries import InTheWay
from assetloan.lending.changing.routing import authority_over, lines_of
from assetloan.lending.changing.rules import OPEN, TO_ACCEPT, TO_DECIDE, ChangeKind
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.page_queries import Record
from assetloan.lending.pages import ActLink, unit_name
from assetloan.lending.rules import LineState


def receives(actor: Actor, change: LoanChange) -> bool:
    """Is it this person's turn to accept?"""
    return change.to_person_id == actor.person_id and change.to_person_id is not None and change.state in TO_ACCEPT


def decides(actor: Actor, change: LoanChange, loan: Loan) -> bool:
    """Is it this person's turn to decide?"""
    return change.state in TO_DECIDE and authority_over(actor, change, loan) is not None


def may_ask(actor: Actor, loan: Loan) -> bool:
    """Does this person ask for changes of this loan?"""
    own = loan.borrower_id == actor.person_id
    return own and actor.may(Permission.LOAN_CHANGE, unit_id=loan.unit_id, owner_id=loan.borrower_id)


def acts(actor: Actor, loan: Loan, changes: Sequence[LoanChange], today: date) -> list[ActLink]:
    """What this reader may do about changes of a loan now; a decision that waits is the main act."""
    found = [
        ActLink(url_for("changing.detail", change_id=change.id), words, "primary")
        for change in changes
        for words in _turn(actor, change, loan)
    ]
    if not may_ask(actor, loan):
        return found
    waiting = {item.line_id for change in changes if change.state in OPEN for item in change.living()}
    out = [line for line in loan.lines if line.state is LineState.HANDED_OVER and line.id not in waiting]
    if extensible(out, today):
        found.append(ActLink(url_for("changing.extend", number=loan.number), _("ขอยืมต่อ")))
    if any(line.due_on >= today for line in out):
        found.append(ActLink(url_for("changing.transfer", number=loan.number), _("โอนให้ผู้อื่น")))
    return found


def with_others(mine: Sequence[ActLink], others: Sequence[ActLink]) -> list[ActLink]:
    """The acts of a loan with those of its changes among them: one is the main act, and it stands first."""
    if any(act.tone == "primary" for act in mine):
        return [*mine, *(replace(act, tone="second") if act.tone == "primary" else act for act in others)]
    return [*others[:1], *mine, *others[1:]]


def _turn(actor: Actor, change: LoanChange, loan: Loan) -> list[str]:
    if receives(actor, change):
        return [_("ยืนยันรับโอน")]
    if decides(actor, change, loan):
        return [_("พิจารณา%(request)s", request=labels.REQUESTS[change.kind])]
    return []


def extensible(lines: Iterable[LoanLine], today: date, waiting: Container[int] = frozenset()) -> set[int]:
    """The lines for which more time may be asked, by id: out, in time, with an extension left, waiting for nothing."""
    if settings.flag("extension_before_due", today):
        lines = [line for line in lines if line.due_on >= today]
    out = [line for line in lines if line.state is LineState.HANDED_OVER and line.id not in waiting]
    given = queries.extensions_given(line.id for line in out)
    return {line.id for line in out if given.get(line.id, 0) < terms_of(line, today).most}


def names(change: LoanChange) -> str:
    """The things of a change in one phrase."""
    kept = [item.line for item in change.living()] or [item.line for item in change.lines]
    return loan_labels.names_of(kept)


def asked(change: LoanChange) -> str:
    """What is asked for, in words."""
    if change.kind is ChangeKind.EXTENSION and change.due_on is not None:
        return _("ขอคืนวัน%(day)s", day=format_day(change.due_on, "full"))
    return _("โอนให้ %(name)s", name=change.to_name)


def short(change: LoanChange) -> str:
    """Where a change stands, as a row of a list says it."""
    return f"{labels.KINDS[change.kind]}: {labels.STATES[change.state]}"


@dataclass(frozen=True, slots=True)
class PendingChange:
    """A change that waits, as the inbox shows it beside requests."""

    change: LoanChange
    loan: Loan
    names: str
    borrower_unit: str
    place: str
    warnings: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def clean(self) -> bool:
        return not self.warnings

    @property
    def asked_at(self) -> datetime:
        return self.change.requested_at

    @property
    def kind(self) -> str:
        return str(labels.KINDS[self.change.kind])

    @property
    def why(self) -> str:
        return self.change.reason

    @property
    def asked(self) -> str:
        return asked(self.change)

    @property
    def url(self) -> str:
        return url_for("changing.detail", change_id=self.change.id)

    @property
    def box(self) -> tuple[str, str]:
        """Name and value of its checkbox."""
        return "change", str(self.change.id)


def pending(changes: Sequence[LoanChange], today: date) -> list[PendingChange]:
    """Rows of the inbox, each with what should be known before approving."""
    records = page_queries.records_of((change.borrower_id for change in changes), today)
    claims = queries.in_the_way([line for change in changes for line in lines_of(change, change.loan)])
    return [
        PendingChange(
            change,
            change.loan,
            names(change),
            unit_name(change.loan.borrower_unit_id),
            str(loan_labels.PLACES[change.loan.place]),
            tuple(warnings(change, records.get(change.borrower_id, Record()), claims, today)),
            tuple(_notes(change)),
        )
        for change in changes
    ]


def _notes(change: LoanChange) -> list[str]:
    found = [_("ผู้ยืมอยู่หน่วยงานอื่น")] if change.loan.borrower_unit_id != change.unit_id else []
    if change.kind is ChangeKind.TRANSFER:
        to = unit_name(change.to_unit_id) if change.to_unit_id else ""
        found.append(_("ผู้รับโอน: %(name)s %(unit)s", name=change.to_name, unit=to))
        answered = change.accepted_at is not None
        found.append(_("ผู้รับโอนยืนยันแล้ว") if answered else _("ผู้รับโอนยังไม่ยืนยัน"))
    return found


def warnings(change: LoanChange, record: Record, claims: Sequence[InTheWay], today: date) -> list[str]:
    """What should be looked at before approving; `claims` are those of others on its things."""
    lines, found = lines_of(change, change.loan), []
    if change.kind is ChangeKind.EXTENSION and change.due_on is not None:
        things = {line.asset_id for line in lines}
        way = [claim for claim in claims if claim.asset_id in things and claim.starts_on <= change.due_on]
        found += [_next_in_queue(claim) for claim in way[:1]]
        if change.due_on < today:
            found.append(_("วันที่ขอยืมต่อถึงผ่านไปแล้ว"))
    if change.late:
        found.append(_("ขอหลังครบกำหนด"))
    if any(line.due_on < today for line in lines) and not change.late:
        found.append(_("เกินกำหนดคืนแล้ว"))
    if record.late:
        found.append(ngettext("เคยคืนช้า %(num)s ครั้ง", "เคยคืนช้า %(num)s ครั้ง", record.late))
    return found


def _next_in_queue(claim: InTheWay) -> str:
    if claim.approved:
        return _("มีผู้จองต่อตั้งแต่ %(day)s", day=format_day(claim.starts_on))
    return _("มีคำขอจองต่อตั้งแต่ %(day)s รออนุมัติอยู่ ต้องตัดสินคำขอนั้นก่อน", day=format_day(claim.starts_on))


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change as the page of its loan shows it."""

    id: int
    request: str
    tone: str
    state: str
    asked: str
    when: datetime
    reason: str
    new_loan: str


def rows(changes: Sequence[LoanChange]) -> list[ChangeRow]:
    """The changes of a loan, newest first."""
    return [
        ChangeRow(
            change.id,
            str(labels.REQUESTS[change.kind]),
            labels.TONES[change.state],
            str(labels.STATES[change.state]),
            asked(change),
            change.requested_at,
            change.reason,
            change.new_loan.number if change.new_loan is not None else "",
        )
        for change in changes[::-1]
    ]


def offers(actor: Actor) -> list[ChangeRow]:
    """What others want to pass on to this person; `asked` tells what and by whom."""
    found = queries.waiting_for_acceptance(actor)
    return [
        ChangeRow(
            change.id,
            names(change),
            "wait",
            _("รอคุณยืนยันรับโอน"),
            _("จาก %(name)s ต้องคืนภายใน %(day)s", name=change.loan.borrower_name, day=format_day(change.loan.due_on)),
            change.requested_at,
            change.reason,
            "",
        )
        for change in found
    ]
