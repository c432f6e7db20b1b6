"""The pages of changes: asking for more time or another borrower, one change with its acts, refusing and declining."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock, settings
from assetloan.core.errors import DomainError, Forbidden
from assetloan.core.forms import ActForm, BaseForm, save
from assetloan.core.i18n import _, format_day, word_code
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import labels as loan_labels
from assetloan.lending import pages
from assetloan.lending import queries as loans
from assetloan.lending.authority.routing import ACTING_WORDS
from assetloan.lending.changing import extending, labels, parts, queries, rules, service, swapping, transferring
from assetloan.lending.changing.forms import DeclineForm, ExtendForm, SwapForm, TransferForm
from assetloan.lending.changing.models import LoanChange
from assetloan.lending.changing.routing import authority_over, lines_of
from assetloan.lending.changing.rules import OPEN, ChangeKind
from assetloan.lending.changing.service import ChangeAct, ExtensionAsk, SwapAsk, TransferAsk
from assetloan.lending.forms import RejectForm
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.rules import LineAction, LineState

bp = Blueprint("changing", __name__)
A = rules.ChangeAction


def _own(who: Actor, number: str) -> Loan:
    """The loan of its borrower. Raises NotFound, Forbidden."""
    loan = loans.loan_for(who, number)
    if not parts.may_ask(who, loan):
        raise Forbidden(why="not_borrower")
    return loan


def _asked_already(loan: Loan, asked: list[str]) -> int | None:
    """The change that everything asked about waits for, when it does: its page says more than a refusal."""
    lines = [line for line in pages.lines_asked(loan, asked) if line.state is LineState.HANDED_OVER]
    waiting = queries.open_by_line(line.id for line in lines)
    found = [waiting[line.id].id for line in lines if line.id in waiting]
    return found[0] if found and len(found) == len(lines) else None


def _free(loan: Loan, asked: list[str]) -> list[LoanLine]:
    """The lines asked about that are out and wait for nothing. Raises DomainError when there is none."""
    lines = [line for line in pages.lines_asked(loan, asked) if line.state is LineState.HANDED_OVER]
    waiting = queries.open_by_line(line.id for line in lines)
    free = [line for line in lines if line.id not in waiting]
    if not free:
        odd = pages.lines_asked(loan, asked)[0]
        if lines:
            raise DomainError("change_open", asset=odd.asset.number)
        raise DomainError("invalid_transition", state=odd.state.value)
    return free


def _numbers(who: Actor, number: str, asked: list[str]) -> tuple[str, ...]:
    loan = loans.loan_for(who, number)
    return tuple(line.asset.number for line in pages.lines_asked(loan, asked)) if asked else ()


# --- asking ----------------------------------------------------------------------------------------------------------


@bp.route("/loans/<path:number>/extend", methods=["GET", "POST"])
@access(Permission.LOAN_CHANGE)
def extend(number: str) -> ResponseReturnValue:
    """Ask to keep things longer: the usual day and the usual reason are chosen already."""
    form, asked = ExtendForm(), request.values.getlist("line")

    def work() -> str:
        who, due_on = actor(), form.day_back() or date.min
        ask = ExtensionAsk(number, due_on, form.reason(), _numbers(who, number, asked))
        change = service.request_extension(who, ask, now=clock.now())
        return url_for("changing.detail", change_id=change.id)

    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    who, today = actor(), clock.today()
    loan = _own(who, number)
    before = _asked_already(loan, asked) if request.method == "GET" else None
    if before is not None:
        return redirect(url_for("changing.detail", change_id=before), 303)
    lines = _free(loan, asked)
    why_not, free_until, queued = _bounds(lines, today)
    due_on = max(line.due_on for line in lines)
    terms = extending.terms_of(lines[0], today)
    latest = min(rules.latest_due(today, extending.terms_of(line, today)) for line in lines)
    usual = settings.number("default_loan_days", today)
    days = rules.offered_days(today=today, due_on=due_on, usual=usual, latest=latest, free_until=free_until)
    wanted = max(due_on, today) + timedelta(days=usual)
    form.offer(days, due_on=due_on, chosen=wanted if wanted in days else next(iter(days), None))
    page = render_template(
        "lending/extend.html",
        loan=loan,
        lines=lines,
        chosen={line.position for line in lines},
        form=form,
        due_on=due_on,
        why_not=why_not if request.method == "GET" else "",
        queued=queued,
        most=terms.most,
        plan=extending.plan_of(loan, today),
    )
    return page, 422 if request.method == "POST" else 200


def _bounds(lines: list[LoanLine], today: date) -> tuple[str, date | None, date | None]:
    """Why no more time is to be had at all; until when it is; from when somebody waits whose request is undecided."""
    claims = queries.in_the_way(lines)
    approved = next((claim.starts_on for claim in claims if claim.approved), None)
    queued = next((claim.starts_on for claim in claims if not claim.approved), None)
    given = queries.extensions_given(line.id for line in lines)
    for line in lines:
        terms = extending.terms_of(line, today)
        latest = rules.latest_due(today, terms)
        wrong = rules.check_extension(
            today=today, due_on=line.due_on, wanted=latest, given=given.get(line.id, 0), terms=terms
        )
        for fault in wrong:
            return word_code(fault.code, fault.details), None, queued
        if approved is not None and approved <= line.due_on + timedelta(days=1):
            return _("มีผู้จองต่อตั้งแต่ %(day)s จึงยืมต่อไม่ได้", day=format_day(approved, "full")), None, queued
    return "", approved - timedelta(days=1) if approved is not None else None, queued


@bp.route("/loans/<path:number>/transfer", methods=["GET", "POST"])
@access(Permission.LOAN_CHANGE)
def transfer(number: str) -> ResponseReturnValue:
    """Pass things on: find the person by name, choose, say why, send."""
    form, asked = TransferForm(), request.values.getlist("line")

    def work() -> str:
        who = actor()
        ask = TransferAsk(number, form.to.data or "", form.reason.data or "", _numbers(who, number, asked))
        change = service.request_transfer(who, ask, now=clock.now())
        return url_for("changing.detail", change_id=change.id)

    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    who = actor()
    loan = _own(who, number)
    lines, words = _free(loan, asked), request.values.get("q", "").strip()[:100]
    people = queries.receivers(who, words)
    form.offer((person, pages.unit_name(person.unit_id or 0)) for person in people)
    page = render_template(
        "lending/transfer.html",
        loan=loan,
        lines=lines,
        chosen={line.position for line in lines},
        asked=asked,
        form=form,
        words=words,
        people=people,
        most=queries.MOST_PEOPLE,
        plan=transferring.plan_of(loan, people[0].id if people else loan.borrower_id, clock.today()),
    )
    return page, 422 if request.method == "POST" else 200


# --- one change ------------------------------------------------------------------------------------------------------


@bp.get("/loans/<path:number>/change")
@access("signed_in")
def latest(number: str) -> ResponseReturnValue:
    """The change of a loan that was told of: the one that waits, else the last; without one the loan itself."""
    loan = loans.loan_for(actor(), number)
    found = queries.changes_of(loan)
    if not found:
        return redirect(url_for("lending.detail", number=loan.number), 303)
    waiting = [change for change in found if change.state in OPEN]
    return redirect(url_for("changing.detail", change_id=(waiting or found)[-1].id), 303)


@bp.get("/changes/<int:change_id>")
@access("signed_in")
def detail(change_id: int) -> ResponseReturnValue:
    """One change: what is asked, where it stands, and what this reader may do about it."""
    return _page(change_id, None)


def _page(change_id: int, form: BaseForm | None) -> ResponseReturnValue:
    who, today = actor(), clock.today()
    change = queries.change_for(who, change_id)
    loan = change.loan
    turn = parts.decides(who, change, loan)
    authority = authority_over(who, change, loan) if turn else None
    page = render_template(
        "lending/change.html",
        change=change,
        loan=loan,
        names=parts.names(change),
        lines=lines_of(change, loan) or [item.line for item in change.lines],
        old_due={item.line_id: item.old_due_on for item in change.lines},
        title=_("%(request)s %(names)s", request=labels.REQUESTS[change.kind], names=parts.names(change)),
        tone=labels.TONES[change.state],
        state=labels.STATES[change.state],
        extension=change.kind is ChangeKind.EXTENSION,
        warnings=parts.pending([change], today)[0].warnings if turn else (),
        decides=turn,
        receives=parts.receives(who, change),
        own=loan.borrower_id == who.person_id,
        open=change.state in OPEN,
        acting_for=f"{ACTING_WORDS[authority.kind]} {authority.acting_for}" if authority and authority.kind else "",
        borrower_unit=pages.unit_name(loan.borrower_unit_id),
        to_unit=pages.unit_name(change.to_unit_id) if change.to_unit_id else "",
        owner=pages.unit_name(change.unit_id),
        place=loan_labels.PLACES[loan.place],
        steps=_steps(change),
        act_form=form or ActForm(),
        form=form,
        back=_back(who, change, loan),
    )
    return page, 422 if form is not None else 200


def _back(who: Actor, change: LoanChange, loan: Loan) -> tuple[str, str]:
    if parts.decides(who, change, loan):
        return url_for("lending.approvals"), _("กลับไปรออนุมัติ")
    if loan.borrower_id == who.person_id or change.to_person_id == who.person_id:
        return url_for("lending.mine"), _("รายการของฉัน")
    return url_for("lending.detail", number=loan.number), _("กลับไปใบยืม")


def _steps(change: LoanChange) -> list[dict[str, object]]:
    """What happened to it, newest first."""
    entries: list[dict[str, object]] = [
        {"title": labels.REQUESTS[change.kind], "when": change.requested_at, "who": change.loan.borrower_name}
        | {"text": change.reason, "tone": "neutral"}
    ]
    if change.accepted_at is not None:
        entries.append(
            {"title": labels.ACTIONS[A.ACCEPT], "when": change.accepted_at, "who": change.to_name, "tone": "ok"}
        )
    if change.decided_at is not None:
        good = bool(change.approved)
        title = labels.ACTIONS[A.APPROVE if good else A.REJECT]
        entries.append(
            {"title": title, "when": change.decided_at, "who": change.decided_name, "text": change.decision_reason}
            | {"tone": "ok" if good else "late"}
        )
    if change.ended_at is not None and change.ended_at not in (change.accepted_at, change.decided_at):
        declined = change.state is rules.ChangeState.DECLINED
        who = change.to_name if declined else change.loan.borrower_name
        text = change.decision_reason if declined else ""
        entries.append({"title": labels.STATES[change.state], "when": change.ended_at, "who": who, "text": text})
    return entries[::-1]


@bp.post("/changes/<int:change_id>/approve")
@access("signed_in")
def approve(change_id: int) -> ResponseReturnValue:
    """Approve one change."""
    return _act(change_id, lambda who, act: service.approve_change(who, act, now=clock.now()))


@bp.post("/changes/<int:change_id>/accept")
@access(Permission.TRANSFER_ACCEPT)
def accept(change_id: int) -> ResponseReturnValue:
    """The receiver has the things and answers for them from now on."""
    return _act(change_id, lambda who, act: service.accept_transfer(who, act, now=clock.now()))


@bp.post("/changes/<int:change_id>/cancel")
@access(Permission.LOAN_CHANGE)
def cancel(change_id: int) -> ResponseReturnValue:
    """The borrower takes it back."""
    return _act(change_id, lambda who, act: service.cancel_change(who, act, now=clock.now()))


def _act(change_id: int, do: Callable[[Actor, ChangeAct], object]) -> ResponseReturnValue:
    form = ActForm()

    def work() -> str:
        do(actor(), ChangeAct(change_id))
        return url_for("changing.detail", change_id=change_id)

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    return answer if answer is not None else _page(change_id, form)


@bp.route("/changes/<int:change_id>/reject", methods=["GET", "POST"])
@access("signed_in")
def reject(change_id: int) -> ResponseReturnValue:
    """Refuse: choose why, see what the borrower will read, then send it."""
    form = RejectForm()

    def work() -> str:
        service.reject_change(actor(), ChangeAct(change_id, form.reason()), now=clock.now())
        return url_for("changing.detail", change_id=change_id)

    good = form.validate_on_submit()
    if good and request.form.get("step") == "send":
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    who = actor()
    change = queries.change_for(who, change_id)
    if authority_over(who, change, change.loan) is None:
        raise Forbidden()
    facts = {"change": change, "loan": change.loan, "names": parts.names(change), "form": form}
    if good and not form.errors and not form.form_errors and request.form.get("step") != "change":
        return render_template("lending/change_reject_check.html", reason=form.reason(), **facts)
    status = 422 if form.errors or form.form_errors else 200
    return render_template("lending/change_reject.html", **facts), status


@bp.route("/changes/<int:change_id>/decline", methods=["GET", "POST"])
@access(Permission.TRANSFER_ACCEPT)
def decline(change_id: int) -> ResponseReturnValue:
    """The receiver does not take the things."""
    form = DeclineForm()

    def work() -> str:
        service.decline_transfer(actor(), ChangeAct(change_id, form.reason.data or ""), now=clock.now())
        return url_for("changing.detail", change_id=change_id)

    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    who = actor()
    change = queries.change_for(who, change_id)
    if change.to_person_id != who.person_id:
        raise Forbidden(why="not_receiver")
    status = 422 if request.method == "POST" else 200
    return render_template("lending/decline.html", change=change, names=parts.names(change), form=form), status


# --- another piece at the desk ---------------------------------------------------------------------------------------


@bp.route("/desk/hand-over/<path:number>/swap", methods=["GET", "POST"])
@access(Permission.LOAN_HAND_OVER)
def swap(number: str) -> ResponseReturnValue:
    """An equal free piece goes out instead of the approved one."""
    form, asked = SwapForm(), request.values.getlist("line")[:1]

    def work() -> str:
        who = actor()
        line = pages.lines_asked(loans.loan_for(who, number), asked)[0]
        ask = SwapAsk(number, line.asset.number, form.to.data or "", form.reason())
        service.swap_piece(who, ask, now=clock.now())
        return url_for("lending.hand_over", number=number)

    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    who = actor()
    loan = loans.loan_for(who, number)
    who.require(Permission.LOAN_HAND_OVER, unit_id=loan.unit_id)
    waiting = pages.fitting(pages.lines_asked(loan, asked), LineAction.HAND_OVER)
    if not waiting:
        raise DomainError("invalid_transition", state=loan.state.value, action=LineAction.HAND_OVER.value)
    assets = swapping.equal_ones(who, waiting[0])
    form.offer(assets, request.args.get("with", ""))
    status = 422 if request.method == "POST" else 200
    own = loan.borrower_id == who.person_id
    return render_template("lending/swap.html", loan=loan, line=waiting[0], assets=assets, form=form, own=own), status
