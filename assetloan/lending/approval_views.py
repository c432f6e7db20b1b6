"""The approver's inbox: what waits, with what should be known of it; approve several, one, or refuse with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets.rules import AssetStatus
from assetloan.core import clock
from assetloan.core.errors import Forbidden, NotFound
from assetloan.core.forms import ActForm, save
from assetloan.core.i18n import _, format_day, ngettext
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.rules import Actor
from assetloan.lending import labels, links, moves, page_queries, pages, queries, service
from assetloan.lending.authority import routing
from assetloan.lending.authority.letters import without_letter
from assetloan.lending.authority.models import LoanParty
from assetloan.lending.authority.parties import parties_of
from assetloan.lending.changing import parts as change_parts
from assetloan.lending.changing import queries as change_queries
from assetloan.lending.changing.models import LoanChange
from assetloan.lending.changing.parts import PendingChange
from assetloan.lending.changing.service import approve_changes
from assetloan.lending.forms import RejectForm
from assetloan.lending.models import Loan, LoanEvent
from assetloan.lending.page_queries import Record
from assetloan.lending.rules import LineAction, LineState
from assetloan.lending.service import LoanAct
from assetloan.lending.views import bp

MOST = 500


@dataclass(frozen=True, slots=True)
class Pending:
    """A request that waits: what one should know before approving it, and whether it may be ticked."""

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
        return self.loan.submitted_at

    @property
    def kind(self) -> str:
        return _("ยืม")

    @property
    def why(self) -> str:
        return self.loan.purpose

    @property
    def days(self) -> tuple[str, str]:
        """From when until when."""
        return format_day(self.loan.starts_on), format_day(self.loan.due_on)

    @property
    def url(self) -> str:
        return url_for("lending.decide", number=self.loan.number)

    @property
    def box(self) -> tuple[str, str]:
        """Name and value of its checkbox."""
        return "loan", self.loan.number


def _warnings(loan: Loan, record: Record, today: date, *, letter_missing: bool) -> list[str]:
    found = [_("ยังไม่มีหนังสือของหน่วยงานที่ขอยืม")] if letter_missing else []
    if record.overdue:
        found.append(ngettext("ตอนนี้มีของเกินกำหนด %(num)s ชิ้น", "ตอนนี้มีของเกินกำหนด %(num)s ชิ้น", record.overdue))
    if record.late:
        found.append(ngettext("เคยคืนช้า %(num)s ครั้ง", "เคยคืนช้า %(num)s ครั้ง", record.late))
    if loan.due_on < today:
        found.append(_("พ้นวันที่จะคืนแล้ว ถึงอนุมัติก็ส่งมอบไม่ได้"))
    gone = [line.asset for line in loan.lines if line.asset.status not in (AssetStatus.AVAILABLE, AssetStatus.ON_LOAN)]
    found += [f"{asset.name}: {labels.ASSET_WHY[asset.status.value]}" for asset in gone]
    if any(line.state is not LineState.SUBMITTED for line in loan.lines):
        found.append(_("บางชิ้นตัดสินไปแล้ว"))
    return found


def _notes(loan: Loan, party: LoanParty | None, today: date) -> list[str]:
    """What is worth knowing and no reason to hesitate."""
    found = []
    if loan.borrower_unit_id != loan.unit_id:
        found.append(_("ผู้ยืมอยู่หน่วยงานอื่น"))
    site = routing.other_site(loan.place, loan.unit_id, loan.borrower_unit_id, today)
    if site:
        found.append(_("ผู้ยืมประจำที่ %(site)s", site=site))
    if party is not None and party.outsider:
        found.append(_("ให้บุคคลภายนอกใช้: %(name)s", name=party.outsider))
    if party is not None and party.responsible_name:
        found.append(_("ผู้รับผิดชอบร่วม: %(name)s", name=party.responsible_name))
    return found


def _pending(loans: Sequence[Loan], today: date) -> list[Pending]:
    records = page_queries.records_of((loan.borrower_id for loan in loans), today)
    unasked, parties = without_letter(loans), parties_of([loan.id for loan in loans])
    return [
        Pending(
            loan,
            labels.names_of(loan.lines),
            pages.unit_name(loan.borrower_unit_id),
            str(labels.PLACES[loan.place]),
            tuple(_warnings(loan, records.get(loan.borrower_id, Record()), today, letter_missing=loan.id in unasked)),
            tuple(_notes(loan, parties.get(loan.id), today)),
        )
        for loan in loans
    ]


def _waiting(who: Actor, today: date) -> list[Pending | PendingChange]:
    """Everything that waits for this person, of all kinds, oldest first."""
    asked = _pending(queries.waiting_for_decision(who, MOST), today)
    changes = change_parts.pending(change_queries.waiting_for_decision(who, MOST), today)
    return sorted([*asked, *changes], key=lambda row: row.asked_at)


@bp.get("/approvals")
@access("signed_in")
def approvals() -> ResponseReturnValue:
    """What waits for me: what needs a look on top, the clean ones below with one act."""
    return _inbox()


def _inbox(*, nothing_chosen: bool = False) -> ResponseReturnValue:
    who, today = actor(), clock.today()
    rows = _waiting(who, today)
    last = page_queries.last_decision(who) if not rows else None
    page = render_template(
        "lending/approvals.html",
        form=ActForm(),
        look=[row for row in rows if not row.clean],
        clean=[row for row in rows if row.clean],
        ticked=request.args.get("select") == "clean",
        nothing_chosen=nothing_chosen,
        last=last.occurred_at if last is not None else None,
        waiting=max(len(rows), links.counts(who).approvals),
    )
    return page, 422 if nothing_chosen else 200


@bp.post("/approvals/check")
@access("signed_in")
def check_approvals() -> ResponseReturnValue:
    """What will happen when the ticked requests are approved. Changes nothing."""
    wanted = {(name, value) for name in ("loan", "change") for value in request.form.getlist(name)}
    rows = [row for row in _waiting(actor(), clock.today()) if row.box in wanted]
    if not rows:
        return _inbox(nothing_chosen=True)
    return render_template("lending/approvals_check.html", form=ActForm(), rows=rows)


@bp.post("/approvals/approve")
@access("signed_in")
def approve_all() -> ResponseReturnValue:
    """Approve the ticked requests: each stands or falls by itself."""
    form, wanted = ActForm(), request.form.getlist("loan")[:MOST]
    changes = _ids(request.form.getlist("change"))

    def work() -> str:
        now = clock.now()
        service.approve_loans(actor(), [LoanAct(number) for number in wanted], now=now)
        approve_changes(actor(), changes, now=now)
        return url_for("lending.decided", number=wanted, change=changes)

    if form.validate_on_submit() and (wanted or changes):
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _inbox(nothing_chosen=True)


def _ids(values: Sequence[str]) -> list[int]:
    return [int(value) for value in values[:MOST] if value.isascii() and value.isdigit() and len(value) < 12]


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a request: by me just now, by somebody else, or nothing yet."""

    loan: Loan
    names: str
    good: bool
    words: str
    url: str


@bp.get("/approvals/done")
@access("signed_in")
def decided() -> ResponseReturnValue:
    """The receipt of decisions, read from the requests themselves: who decided each, and when."""
    who, rows = actor(), []
    for number in request.args.getlist("number")[:MOST]:
        try:
            rows.append(_decided(who, queries.loan_for(who, number, history=True)))
        except NotFound:
            continue
    for change_id in _ids(request.args.getlist("change")):
        try:
            rows.append(_decided_change(who, change_queries.change_for(who, change_id)))
        except NotFound:
            continue
    left = links.counts(who).approvals
    return render_template("lending/approvals_done.html", rows=rows, good=[row for row in rows if row.good], left=left)


def _decided(who: Actor, loan: Loan) -> Decided:
    names, url = labels.names_of(loan.lines), url_for("lending.detail", number=loan.number)
    last = _last_decision(loan)
    if last is None:
        return Decided(loan, names, False, _("ยังไม่ได้อนุมัติ กรุณาเปิดดู"), url)
    words = _("%(act)s โดย %(who)s", act=labels.ACTIONS[last.action], who=last.person_name)
    return Decided(loan, names, last.person_id == who.person_id, words, url)


def _decided_change(who: Actor, change: LoanChange) -> Decided:
    names, url = change_parts.names(change), url_for("changing.detail", change_id=change.id)
    if change.decided_at is None:
        return Decided(change.loan, names, False, _("ยังไม่ได้อนุมัติ กรุณาเปิดดู"), url)
    words = _("%(act)s โดย %(who)s", act=change_parts.short(change), who=change.decided_name)
    return Decided(change.loan, names, change.decided_by_id == who.person_id, words, url)


def _last_decision(loan: Loan) -> LoanEvent | None:
    told = (LineAction.APPROVE, LineAction.REJECT, LineAction.CANCEL, LineAction.WITHDRAW, LineAction.EXPIRE)
    events = [event for line in loan.lines for event in line.events if event.action in told]
    return max(events, key=lambda event: event.id) if events else None


# --- one request -----------------------------------------------------------------------------------------------------


@bp.get("/approvals/<path:number>")
@access("signed_in")
def decide(number: str) -> ResponseReturnValue:
    """One request with everything that bears on it, and the two answers."""
    return _request_page(number, None)


def _request_page(number: str, form: ActForm | None) -> ResponseReturnValue:
    who, today = actor(), clock.today()
    loan = queries.loan_for(who, number, history=True)
    authority = moves.authority_over(who, loan)
    if authority is None or loan.borrower_id == who.person_id:
        raise Forbidden(why="own_loan" if loan.borrower_id == who.person_id else "")
    open_ = bool(pages.fitting(loan.lines, LineAction.APPROVE))
    page = render_template(
        "lending/decide.html",
        row=_pending([loan], today)[0],
        loan=loan,
        open=open_,
        decided=None if open_ else _decided(who, loan),
        status=labels.loan_words(loan, today),
        owner=pages.unit_name(loan.unit_id),
        acting_for=f"{routing.ACTING_WORDS[authority.kind]} {authority.acting_for}" if authority.kind else "",
        act_form=form or ActForm(),
        form=form,
    )
    return page, 422 if form is not None else 200


@bp.post("/approvals/<path:number>/approve")
@access("signed_in")
def approve(number: str) -> ResponseReturnValue:
    """Approve one request."""
    form = ActForm()

    def work() -> str:
        service.approve_loan(actor(), LoanAct(number), now=clock.now())
        return url_for("lending.decided", number=number)

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    return answer if answer is not None else _request_page(number, form)


@bp.route("/approvals/<path:number>/reject", methods=["GET", "POST"])
@access("signed_in")
def reject(number: str) -> ResponseReturnValue:
    """Refuse: choose why, see what the borrower will read, then send it."""
    form = RejectForm()

    def work() -> str:
        service.reject_loan(actor(), LoanAct(number, reason=form.reason()), now=clock.now())
        return url_for("lending.decided", number=number)

    good = form.validate_on_submit()
    if good and request.form.get("step") == "send":
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    who = actor()
    loan = queries.loan_for(who, number)
    if moves.authority_over(who, loan) is None or loan.borrower_id == who.person_id:
        raise Forbidden()
    names = labels.names_of(loan.lines)
    if good and not form.errors and request.form.get("step") != "change":
        return render_template("lending/reject_check.html", loan=loan, form=form, names=names, reason=form.reason())
    status = 422 if form.errors else 200
    return render_template("lending/reject.html", loan=loan, form=form, names=names), status
