"""The borrower's pages: my things, one loan, the receipt of a request, cancelling, declaring a return."""

from __future__ import annotations

import io

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.errors import DomainError, Forbidden
from assetloan.core.forms import save
from assetloan.core.i18n import _
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Permission, Place
from assetloan.lending import labels, moves, page_queries, pages, paper, queries, scanning, service
from assetloan.lending.authority import letters
from assetloan.lending.authority.parties import party_of
from assetloan.lending.authority.routing import plan_route
from assetloan.lending.changing import parts as change_parts
from assetloan.lending.changing import queries as change_queries
from assetloan.lending.forms import CancelForm, DeclareForm
from assetloan.lending.models import Loan
from assetloan.lending.rules import LineAction, LineState
from assetloan.lending.service import LoanAct

bp = Blueprint("lending", __name__)
PER_PAGE = 20


@bp.get("/loans")
@access("signed_in")
def mine() -> ResponseReturnValue:
    """What I have, by urgency; what was, below."""
    who, today, page = actor(), clock.today(), pages.page_number()
    lines = page_queries.my_open_lines(who)
    rows = [pages.row_of(line, today) for line in lines]
    open_changes = change_queries.open_by_line(line.id for line in lines if line.state is LineState.HANDED_OVER)
    out = [row for row in rows if row.line.state not in (LineState.SUBMITTED, LineState.APPROVED)]
    past = page_queries.MyPast(who)
    count = past.count()
    return render_template(
        "lending/mine.html",
        overdue=[row for row in out if row.line.due_on < today],
        out=[row for row in out if row.line.due_on >= today],
        waiting=[row for row in rows if row not in out],
        extensible=change_parts.extensible(lines, today, open_changes),
        changes={line_id: (change.id, change_parts.short(change)) for line_id, change in open_changes.items()},
        offers=change_parts.offers(who),
        past=[pages.row_of(line, today) for line in past.page(page, PER_PAGE)],
        past_count=count,
        page=page,
        pages=max(1, -(-count // PER_PAGE)),
        page_url=lambda number: url_for("lending.mine", page=number) + "#past",
    )


@bp.get("/loans/<path:number>")
@access(Permission.LOAN_VIEW)
def detail(number: str) -> ResponseReturnValue:
    """One loan: its state, its things, who did what and when, and what this reader may do."""
    who, today = actor(), clock.today()
    loan = queries.loan_for(who, number)
    events, changed = queries.history_of(loan), change_queries.changes_of(loan)
    return render_template(
        "lending/detail.html",
        loan=loan,
        own=loan.borrower_id == who.person_id,
        status=labels.loan_words(loan, today),
        state_of={line.id: labels.line_words(line, today) for line in loan.lines},
        owner=pages.unit_name(loan.unit_id),
        borrower_unit=pages.unit_name(loan.borrower_unit_id),
        place=labels.PLACES[loan.place],
        steps=pages.steps_of(loan, events),
        entries=pages.timeline_of(loan, events),
        acts=change_parts.with_others(change_parts.acts(who, loan, changed, today), pages.acts_on(who, loan, today)),
        changes=change_parts.rows(changed),
        conditions=labels.CONDITIONS,
        compensations=queries.compensations_of(loan),
        compensation_states=labels.COMPENSATION_STATES,
        party=party_of(loan.id),
        letter=letters.letter_of(loan) if loan.place is Place.AGENCY else None,
        may_file=letters.may_file(who, loan),
    )


@bp.get("/loans/<path:number>/receipt")
@access(Permission.LOAN_VIEW)
def receipt(number: str) -> ResponseReturnValue:
    """The receipt of a request; its address stays valid and tells how things stand."""
    return render_template("lending/receipt.html", **_told(queries.loan_for(actor(), number)))


@bp.get("/loans/receipts")
@access(Permission.LOAN_VIEW)
def receipts() -> ResponseReturnValue:
    """The receipt of several requests that were sent together, one for each owning unit."""
    who = actor()
    numbers = request.args.getlist("number")[:50]
    return render_template("lending/receipts.html", loans=[_told(queries.loan_for(who, number)) for number in numbers])


def _told(loan: Loan) -> dict[str, object]:
    """What a borrower reads after asking: who answers, when, and what then."""
    who, today = actor(), clock.today()
    owner = unit_tree(today)[loan.unit_id]
    plan = plan_route(loan.place, owner, loan.borrower_id, today)
    hours = scanning.advice(who, loan.lines[0].asset, today).usual_hours
    return {
        "loan": loan,
        "state": loan.state.value,
        "words": labels.loan_words(loan, today)[1],
        "names": plan.names() if plan.post == loan.approver_post else "",
        "basis": loan.lines[0].basis or loan.legal_basis,
        "usual": labels.usual_time(hours) if hours is not None else "",
        "owner": owner,
        "may_cancel": loan.borrower_id == who.person_id and bool(pages.fitting(loan.lines, LineAction.CANCEL)),
    }


@bp.route("/loans/<path:number>/cancel", methods=["GET", "POST"])
@access("signed_in")
def cancel(number: str) -> ResponseReturnValue:
    """Take a request back, or (the approver) an approval given by mistake, with a reason."""
    form = CancelForm()

    def work() -> str:
        service.cancel_loan(actor(), LoanAct(number, reason=form.reason.data or ""), now=clock.now())
        return url_for("lending.detail", number=number)

    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    who = actor()
    loan = queries.loan_for(who, number)
    own = loan.borrower_id == who.person_id
    action = LineAction.CANCEL if own else LineAction.WITHDRAW
    if not own and moves.authority_over(who, loan) is None:
        raise Forbidden()
    lines = pages.fitting(loan.lines, action)
    if not lines and request.method == "GET":
        raise DomainError("invalid_transition", state=loan.state.value, action=action.value)
    status = 422 if request.method == "POST" else 200
    return render_template("lending/cancel.html", loan=loan, own=own, lines=lines, form=form), status


@bp.route("/loans/<path:number>/declare", methods=["GET", "POST"])
@access(Permission.RETURN_DECLARE)
def declare(number: str) -> ResponseReturnValue:
    """The borrower says that things are back, and where."""
    form = DeclareForm()

    def work() -> str:
        who = actor()
        loan = queries.loan_for(who, number)
        named = tuple(line.asset.number for line in pages.lines_asked(loan, asked)) if asked else ()
        service.declare_return(who, LoanAct(number, named, form.where.data or ""), now=clock.now())
        return url_for("lending.declared", number=number)

    asked = request.values.getlist("line")
    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    who = actor()
    loan = queries.loan_for(who, number)
    if loan.borrower_id != who.person_id:
        raise Forbidden(why="not_borrower")
    lines = pages.fitting(loan.lines, LineAction.DECLARE_RETURN)
    if not lines and request.method == "GET":
        raise DomainError("invalid_transition", state=loan.state.value, action=LineAction.DECLARE_RETURN.value)
    chosen = {line.position for line in pages.lines_asked(loan, asked)}
    status = 422 if request.method == "POST" else 200
    return render_template("lending/declare.html", loan=loan, lines=lines, chosen=chosen, form=form), status


@bp.get("/loans/<path:number>/declared")
@access(Permission.LOAN_VIEW)
def declared(number: str) -> ResponseReturnValue:
    """The receipt of a declared return."""
    loan = queries.loan_for(actor(), number)
    lines = [line for line in loan.lines if line.state is LineState.RETURN_DECLARED]
    owner = unit_tree(clock.today())[loan.unit_id]
    title = _("แจ้งคืนแล้ว %(count)s ชิ้น", count=len(lines)) if lines else _("แจ้งคืนแล้ว")
    return render_template("lending/declared.html", loan=loan, lines=lines, owner=owner, said=title)


@bp.get("/loans/<path:number>/form.pdf")
@access(Permission.LOAN_VIEW)
def form_pdf(number: str) -> ResponseReturnValue:
    """The loan as its paper form."""
    from assetloan.documents.loan_form import render_loan_form  # Typst is brought in only where it is used

    loan, now = queries.loan_for(actor(), number), clock.now()
    form = paper.form_of(loan, queries.history_of(loan), now=now)
    name = f"{loan.number}.pdf"
    db.session.rollback()  # no read transaction while the form is drawn
    return send_file(
        io.BytesIO(render_loan_form(form, at=now)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=name,
        max_age=0,
    )
