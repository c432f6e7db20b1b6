"""Taking things back: the list of the desk, the form with condition and photos, and its receipt."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.errors import DomainError, NotFound
from assetloan.core.forms import done_before, save
from assetloan.core.i18n import _
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.rules import Permission
from assetloan.lending import labels, page_queries, pages, queries, rules, service
from assetloan.lending.forms import ReceiveForm, chosen_condition, receive_form
from assetloan.lending.rules import LineAction, LineState
from assetloan.lending.service import Receipt, StoredPhoto
from assetloan.lending.settling import pictures
from assetloan.lending.views import bp

RECEIVABLE = frozenset({LineState.HANDED_OVER, LineState.RETURN_DECLARED, LineState.SENT_BACK})


@bp.get("/desk/returns")
@access(Permission.LOAN_RECEIVE)
def return_list() -> ResponseReturnValue:
    """What borrowers declared first, then what is due; a scanned code opens its loan."""
    who, today = actor(), clock.today()
    typed, fault = request.args.get("code", "").strip(), ""
    if typed:
        try:
            line = page_queries.waiting_line_of(who, typed, Permission.LOAN_RECEIVE, RECEIVABLE)
        except NotFound:
            line = None
        if line is not None:
            return redirect(url_for("lending.receive", number=line.loan.number, line=line.position), 303)
        fault = _("ไม่มีรายการยืมของชิ้นนี้ ถ้าพบของ ให้เปิดรายการด้วยรหัสแล้วแจ้งพบของ")
    declared, due = page_queries.to_receive(who, today)
    shown = [line for line in (*declared, *due) if line.borrower_id != who.person_id]
    rows = [pages.row_of(line, today) for line in shown]
    return render_template(
        "lending/return_list.html",
        declared=[row for row in rows if row.line.state is not LineState.HANDED_OVER],
        due=[row for row in rows if row.line.state is LineState.HANDED_OVER],
        where=page_queries.declared_at(line.id for line in shown),
        chased=page_queries.last_chases(line.id for line in shown),
        own=len(declared) + len(due) - len(shown),
        today=today,
        typed=typed,
        fault=fault,
    )


@bp.route("/desk/returns/<path:number>", methods=["GET", "POST"])
@access(Permission.LOAN_RECEIVE)
def receive(number: str) -> ResponseReturnValue:
    """Look at what came back, say its condition, take it back."""
    again = done_before(owner_key())
    if again is not None:
        return again
    who = actor()
    loan = queries.loan_for(who, number)
    who.require(Permission.LOAN_RECEIVE, unit_id=loan.unit_id)
    asked = request.values.getlist("line")
    lines = pages.fitting(pages.lines_asked(loan, asked), LineAction.RECEIVE)
    if not lines:
        raise DomainError("invalid_transition", state=loan.state.value, action=LineAction.RECEIVE.value)
    form = receive_form(lines)
    if request.method == "GET":
        return _page(number, asked, form, {})
    good = form.validate_on_submit()
    known = [(line.position, line.asset.number) for line in lines]
    receipts_of = {line.position: chosen_condition(form, line) for line in lines} if good else {}
    db.session.rollback()  # no read transaction while photos are made anew
    taken = {position: pictures.taken_in(form, position) for position, _number in known}
    photos, fine = {at: found for at, (found, _fine) in taken.items()}, all(fine for _found, fine in taken.values())
    receipts = [
        Receipt(asset, condition, form[f"note_{position}"].data or "", photos[position], _missing(form, position))
        for position, asset in known
        if (condition := receipts_of.get(position)) is not None
    ]
    if good and not receipts:
        form.form_errors.append(_("กรุณาเลือกสภาพของอย่างน้อยหนึ่งชิ้น"))
    if good and fine and receipts and _notes_given(form, known, receipts):

        def work() -> str:
            service.receive_lines(actor(), number, receipts, now=clock.now())
            return url_for("lending.received", number=number, line=back)

        back = [position for position, asset in known if asset in {item.asset for item in receipts}]
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _page(number, asked, form, photos)


def _missing(form: ReceiveForm, position: int) -> tuple[str, ...] | None:
    """The pieces ticked as missing; None for a thing without pieces."""
    name = f"missing_{position}"
    return tuple(form[name].data or ()) if name in form else None


def _notes_given(form: ReceiveForm, known: list[tuple[int, str]], receipts: list[Receipt]) -> bool:
    """Beside the note of the thing in question, before the service says the same of the whole."""
    positions, good = {asset: position for position, asset in known}, True
    for item in receipts:
        if item.condition is not rules.ReturnCondition.GOOD and not (item.note or item.photos or item.missing):
            form[f"note_{positions[item.asset]}"].errors = [_("เมื่อของไม่ปกติ กรุณาเขียนว่าพบอะไร หรือแนบรูป")]
            good = False
    return good


def _page(
    number: str, asked: list[str], form: ReceiveForm, photos: dict[int, tuple[StoredPhoto, ...]]
) -> ResponseReturnValue:
    who = actor()
    loan = queries.loan_for(who, number)
    lines = pages.fitting(pages.lines_asked(loan, asked), LineAction.RECEIVE)
    page = render_template(
        "lending/receive.html",
        loan=loan,
        lines=lines,
        asked=asked,
        form=form,
        kept=pictures.marks_of(photos),
        rows={line.position: pages.row_of(line, clock.today()) for line in lines},
        where=page_queries.declared_at(line.id for line in lines),
        borrower_unit=pages.unit_name(loan.borrower_unit_id),
        own=loan.borrower_id == who.person_id,
        others=len(pages.fitting(loan.lines, LineAction.RECEIVE)) - len(lines),
    )
    return page, 422 if request.method == "POST" else 200


@bp.get("/desk/returns/<path:number>/done")
@access(Permission.LOAN_RECEIVE)
def received(number: str) -> ResponseReturnValue:
    """The receipt of what was taken back, and what is still out."""
    loan = queries.loan_for(actor(), number)
    lines = [line for line in pages.lines_asked(loan, request.args.getlist("line")) if line.condition_in is not None]
    return render_template(
        "lending/received.html",
        loan=loan,
        lines=lines,
        left=pages.fitting(loan.lines, LineAction.RECEIVE),
        conditions=labels.CONDITIONS,
        tones=labels.CONDITION_TONES,
    )
