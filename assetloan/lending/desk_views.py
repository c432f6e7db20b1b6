"""The desk: what is handed over today, confirmed with the borrower present; chasing, and what nobody collected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.errors import DomainError, NotFound
from assetloan.core.forms import ActForm, done_before, save
from assetloan.core.i18n import _
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import labels, page_queries, pages, queries, service
from assetloan.lending.booking import checks
from assetloan.lending.changing import swapping
from assetloan.lending.chasing.views import chase_words
from assetloan.lending.forms import ChaseForm, HandOverForm, hand_over_form
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.queries import LineList
from assetloan.lending.rules import LineAction, LineState
from assetloan.lending.service import GoingOut, LoanAct
from assetloan.lending.settling import pictures
from assetloan.lending.settling.rules import pieces_of
from assetloan.lending.views import bp

APPROVED = frozenset({LineState.APPROVED})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A loan whose things wait at the desk."""

    loan: Loan
    lines: list[LoanLine]
    borrower_unit: str
    names: str
    when: str


def _grouped(lines: list[LoanLine], today: date) -> list[Waiting]:
    by_loan: dict[int, list[LoanLine]] = {}
    for line in lines:
        by_loan.setdefault(line.loan_id, []).append(line)
    return [
        Waiting(
            group[0].loan,
            group,
            pages.unit_name(group[0].borrower_unit_id),
            labels.names_of(group),
            labels.due_words(group[0].claim_from, today) if group[0].claim_from > today else _("รับได้วันนี้"),
        )
        for group in by_loan.values()
    ]


@bp.get("/desk/hand-over")
@access(Permission.LOAN_HAND_OVER)
def hand_over_list() -> ResponseReturnValue:
    """What is approved and waits to be collected; a scanned code opens its loan."""
    who, today = actor(), clock.today()
    typed = request.args.get("code", "").strip()
    fault = ""
    if typed:
        try:
            line = page_queries.waiting_line_of(who, typed, Permission.LOAN_HAND_OVER, APPROVED)
        except NotFound:
            line = None
        if line is not None:
            return redirect(url_for("lending.hand_over", number=line.loan.number, line=line.position), 303)
        fault = _("ของชิ้นนี้ไม่มีการยืมที่อนุมัติแล้วรอส่งมอบ")
    lines = LineList(who, Permission.LOAN_HAND_OVER, APPROVED).all()
    live = [line for line in lines if line.due_on >= today and line.borrower_id != who.person_id]
    ready = [line for line in live if line.claim_from <= today]
    return render_template(
        "lending/hand_over_list.html",
        today_rows=_grouped(ready, today),
        today_count=len(ready),
        later_rows=_grouped([line for line in live if line.claim_from > today], today),
        missed=_grouped([line for line in lines if checks.may_expire(line, today)], today),
        own=len([line for line in lines if line.borrower_id == who.person_id]),
        act_form=ActForm(),
        typed=typed,
        fault=fault,
    )


@bp.route("/desk/hand-over/<path:number>", methods=["GET", "POST"])
@access(Permission.LOAN_HAND_OVER)
def hand_over(number: str) -> ResponseReturnValue:
    """Check the things, then hand them over with the borrower present."""
    again = done_before(owner_key())
    if again is not None:
        return again
    asked = request.values.getlist("line")
    form = hand_over_form(pages.fitting(queries.loan_for(actor(), number).lines, LineAction.HAND_OVER))
    looked_at: list[GoingOut] = []

    def work() -> str:
        who = actor()
        loan = queries.loan_for(who, number)
        named = tuple(line.asset.number for line in pages.lines_asked(loan, asked)) if asked else ()
        service.hand_over_loan(who, LoanAct(number, named, form.words()), looked_at, now=clock.now())
        return url_for("lending.handed_over", number=number)

    if form.validate_on_submit() and _look(form, number, asked, looked_at):
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    who, today = actor(), clock.today()
    loan = queries.loan_for(who, number)
    who.require(Permission.LOAN_HAND_OVER, unit_id=loan.unit_id)
    lines = pages.fitting(loan.lines, LineAction.HAND_OVER)
    if not lines and request.method == "GET":
        raise DomainError("invalid_transition", state=loan.state.value, action=LineAction.HAND_OVER.value)
    chosen, fault = _scanned(who, loan, lines, asked)
    photos = {item.asset: item.photos for item in looked_at}
    if not chosen and request.method == "GET" and not request.args.get("code"):
        chosen = {line.position for line in lines}
    page = render_template(
        "lending/hand_over.html",
        loan=loan,
        lines=lines,
        chosen=chosen,
        fault=fault,
        typed=request.args.get("code", "") if fault else "",
        form=form,
        borrower_unit=pages.unit_name(loan.borrower_unit_id),
        basis=loan.lines[0].basis or loan.legal_basis,
        pieces={line.position: pieces_of(line.asset.accessories) for line in lines},
        kept=pictures.marks_of({line.position: photos.get(line.asset.number, ()) for line in lines}),
        own=loan.borrower_id == who.person_id,
        early=any(line.claim_from > today for line in lines),
        swap=swapping.instead_of(who, lines, request.args.get("code", "")) if fault else None,
    )
    return page, 422 if request.method == "POST" else 200


def _look(form: HandOverForm, number: str, asked: list[str], looked_at: list[GoingOut]) -> bool:
    """Pieces and pictures of what goes out, taken in before the transaction; what is missing asks for a note."""
    lines = pages.fitting(pages.lines_asked(queries.loan_for(actor(), number), asked), LineAction.HAND_OVER)
    given = [(line.position, line.asset.number, pieces_of(line.asset.accessories)) for line in lines]
    db.session.rollback()  # no read transaction while pictures are made anew
    good = True
    for position, asset, pieces in given:
        missing = form.missing(position, pieces)
        if missing and not form.note.data:
            form.note.errors = [_("ยังขาด %(pieces)s กรุณาเขียนว่าเพราะอะไร", pieces=", ".join(missing))]
            good = False
        taken, fine = pictures.taken_in(form, position)
        good = good and fine
        looked_at.append(GoingOut(asset, missing, taken))
    return good


def _scanned(who: Actor, loan: Loan, lines: list[LoanLine], asked: list[str]) -> tuple[set[int], str]:
    """The lines ticked so far, with the one just scanned; or why that one does not belong here."""
    fits = {line.position for line in lines}
    chosen = {line.position for line in pages.lines_asked(loan, asked)} & fits if asked else set()
    typed = request.args.get("code", "").strip()
    if not typed:
        return chosen, ""
    try:
        line = page_queries.waiting_line_of(who, typed, Permission.LOAN_HAND_OVER, APPROVED)
    except NotFound:
        line = None
    if line is not None and line.loan_id == loan.id:
        return chosen | {line.position}, ""
    approved = ", ".join(f"{item.asset.name} {item.asset.number}" for item in lines)
    return chosen, _("ชิ้นที่สแกนไม่อยู่ในใบยืมนี้ ที่อนุมัติไว้คือ %(things)s", things=approved)


@bp.get("/desk/hand-over/<path:number>/done")
@access(Permission.LOAN_HAND_OVER)
def handed_over(number: str) -> ResponseReturnValue:
    """The receipt of a hand-over."""
    loan = queries.loan_for(actor(), number)
    out = [line for line in loan.lines if line.handed_over_at is not None]
    return render_template(
        "lending/handed_over.html", loan=loan, out=out, left=pages.fitting(loan.lines, LineAction.HAND_OVER)
    )


@bp.post("/desk/expire/<path:number>")
@access(Permission.LOAN_HAND_OVER)
def expire(number: str) -> ResponseReturnValue:
    """End what nobody collected in time."""
    form = ActForm()

    def work() -> str:
        who, today = actor(), clock.today()
        loan = queries.loan_for(who, number)
        waiting = pages.fitting(loan.lines, LineAction.EXPIRE)
        late = [line.asset.number for line in waiting if checks.may_expire(line, today)]
        service.expire_loan(who, LoanAct(number, tuple(late)), now=clock.now())
        return url_for("lending.detail", number=number)

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    if answer is not None:
        return answer
    raise DomainError("invalid_transition", action=LineAction.EXPIRE.value)


@bp.route("/loans/<path:number>/chase", methods=["GET", "POST"])
@access(Permission.LOAN_RECEIVE)
def chase(number: str) -> ResponseReturnValue:
    """Record that the borrower was reminded of what is overdue (ข้อ 211)."""
    form = ChaseForm()

    def work() -> str:
        how = str(labels.CHASE_WAYS[form.how.data or "phone"])
        service.record_chase(actor(), LoanAct(number, reason=form.note.data or ""), how, now=clock.now())
        return url_for("lending.detail", number=number)

    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    who, today = actor(), clock.today()
    loan = queries.loan_for(who, number)
    who.require(Permission.LOAN_RECEIVE, unit_id=loan.unit_id)
    late = [line for line in pages.fitting(loan.lines, LineAction.RECEIVE) if line.due_on < today]
    if not late and request.method == "GET":
        raise DomainError("nothing_overdue")
    status = 422 if request.method == "POST" else 200
    words = [(line, labels.due_words(line.due_on, today)) for line in late]
    text = chase_words(loan, late, today) if late else ""
    return render_template("lending/chase.html", loan=loan, late=words, form=form, text=text), status
