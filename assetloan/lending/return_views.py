"""The Secretariat's inbox: approve clean returns together, look at the others, propose and decide compensations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import photos as asset_photos
from assetloan.core import clock
from assetloan.core.errors import DomainError, NotFound
from assetloan.core.forms import ActForm, save
from assetloan.documents.files import File, files_of
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import UnitTree, unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import labels, queries, rules, service
from assetloan.lending.forms import DecideForm, ProposeForm, SendBackForm
from assetloan.lending.models import Compensation, Loan, LoanLine
from assetloan.lending.queries import LineList
from assetloan.lending.rules import CompensationState, LineAction, LineState
from assetloan.lending.service import LoanAct, Proposal

bp = Blueprint("returns", __name__)
MOST = 300


def needing_a_decision(who: Actor) -> LineList:
    """Damaged, incomplete, lost or late."""
    states = frozenset({LineState.RECEIVED, LineState.LOST_REPORTED})
    return LineList(who, Permission.RETURN_APPROVE, states, clean=False)


def clean(who: Actor) -> LineList:
    """Received in good order and in time: closed together in one act."""
    return LineList(who, Permission.RETURN_APPROVE, frozenset({LineState.RECEIVED}), clean=True)


@bp.get("/returns")
@access(Permission.RETURN_APPROVE)
def inbox() -> ResponseReturnValue:
    """What needs a decision on top, the clean ones below with one act."""
    who = actor()
    return render_template(
        "lending/returns.html",
        form=ActForm(),
        decide=needing_a_decision(who).all(MOST),
        clean=clean(who).all(MOST),
        clean_count=clean(who).count(),
        decide_count=needing_a_decision(who).count(),
        **_words(),
    )


def _words() -> dict[str, object]:
    today = clock.today()
    return {
        "today": today,
        "units": unit_tree(today),
        "conditions": labels.CONDITIONS,
        "condition_tones": labels.CONDITION_TONES,
        "days_late": _days_late,
        "days_words": labels.days_words,
    }


def _days_late(line: LoanLine, today: date) -> int:
    return rules.days_late(line.due_on, line.first_received_on, today)


@dataclass(frozen=True, slots=True)
class Picked:
    """The chosen clean lines of one loan."""

    number: str
    lines: tuple[LoanLine, ...]


def _picked(who: Actor) -> list[Picked]:
    """The ticked lines, as the actor may see them now; what is no longer clean is left out."""
    wanted = set(request.form.getlist("line"))
    by_loan: dict[str, list[LoanLine]] = {}
    for line in clean(who).all(MOST):
        if f"{line.loan.number}/{line.position}" in wanted and who.person_id not in (
            line.received_by_id,
            line.borrower_id,
        ):
            by_loan.setdefault(line.loan.number, []).append(line)
    return [Picked(number, tuple(lines)) for number, lines in by_loan.items()]


@bp.post("/returns/check")
@access(Permission.RETURN_APPROVE)
def check() -> ResponseReturnValue:
    """What will happen, before it happens. Changes nothing."""
    picked = _picked(actor())
    if not picked:
        form = ActForm()
        who = actor()
        return render_template(
            "lending/returns.html",
            form=form,
            nothing_chosen=True,
            decide=needing_a_decision(who).all(MOST),
            clean=clean(who).all(MOST),
            clean_count=clean(who).count(),
            decide_count=needing_a_decision(who).count(),
            **_words(),
        ), 422
    return render_template("lending/returns_check.html", form=ActForm(), picked=picked, **_words())


@bp.post("/returns/approve")
@access(Permission.RETURN_APPROVE)
def approve() -> ResponseReturnValue:
    """Close the chosen clean returns: each loan stands or falls by itself, and the page says which and why."""
    form = ActForm()
    chosen = _named(request.form.getlist("line"))

    def work() -> str:
        who = actor()
        acts = [LoanAct(number, _assets_at(who, number, positions)) for number, positions in chosen.items()]
        service.approve_returns(who, acts, now=clock.now())
        return url_for("returns.done", line=[f"{number}/{at}" for number, all_ in chosen.items() for at in all_])

    if form.validate_on_submit() and chosen:
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return inbox()


def _assets_at(who: Actor, number: str, positions: list[int]) -> tuple[str, ...]:
    """The assets of some lines of a loan; none when it is out of reach (the act itself then says so)."""
    return tuple(line.asset.number for line in _lines_at(who, number, positions))


def _named(values: list[str]) -> dict[str, list[int]]:
    """Positions by loan, of lines written as NUMBER/POSITION."""
    found: dict[str, list[int]] = {}
    for value in values[:MOST]:
        number, _slash, position = value.rpartition("/")
        if number and position.isascii() and position.isdigit() and len(position) < 5:
            found.setdefault(number, []).append(int(position))
    return found


@bp.get("/returns/done")
@access(Permission.RETURN_APPROVE)
def done() -> ResponseReturnValue:
    """The receipt of approvals, read from the lines themselves: what is closed, and how the others stand."""
    who, today = actor(), clock.today()
    closed: list[tuple[LoanLine, str]] = []
    others: list[tuple[LoanLine, str]] = []
    for number, positions in _named(request.args.getlist("line")).items():
        for line in _lines_at(who, number, positions):
            mine = line.state is LineState.CLOSED and line.closed_by_id == who.person_id
            (closed if mine else others).append((line, labels.line_words(line, today)[1]))
    return render_template("lending/returns_done.html", closed=closed, others=others)


def _lines_at(who: Actor, number: str, positions: list[int]) -> list[LoanLine]:
    try:
        loan = queries.loan_for(who, number)
    except NotFound:
        return []
    return [line for line in loan.lines if line.position in positions]


# --- one return -----------------------------------------------------------------------------------------------------


def _line_at(who: Actor, number: str, position: int) -> tuple[Loan, LoanLine]:
    loan = queries.loan_for(who, number)
    line = next((item for item in loan.lines if item.position == position), None)
    if line is None:
        raise NotFound(loan=number)
    return loan, line


@dataclass(frozen=True, slots=True)
class Acts:
    """What this person may do to this line now; buttons for nothing else."""

    approve: bool
    send_back: bool
    propose: bool
    decide: bool


def _acts(who: Actor, line: LoanLine, compensation: Compensation | None) -> Acts:
    mine = who.person_id in (line.borrower_id,)
    may_close = who.may(Permission.RETURN_APPROVE, unit_id=line.unit_id) and not mine
    waiting = compensation is not None and compensation.state in (CompensationState.OPEN, CompensationState.PROPOSED)
    fits = (line.state, LineAction.APPROVE_RETURN) in rules.TRANSITIONS
    proposed = compensation is not None and compensation.state is CompensationState.PROPOSED
    return Acts(
        approve=may_close and fits and not waiting and who.person_id != line.received_by_id,
        send_back=may_close and fits,
        propose=waiting and who.may(Permission.COMPENSATION_PROPOSE, unit_id=line.unit_id) and not mine,
        decide=proposed
        and who.may(Permission.COMPENSATION_DECIDE, unit_id=line.unit_id)
        and not mine
        and who.person_id != line.received_by_id,
    )


def photos_of(line: LoanLine) -> list[File]:
    """The photos of a line that was loaded for an actor."""
    return [file for file in files_of("loan_line", str(line.id)) if file.kind == "photo"]


def _page(
    number: str,
    position: int,
    *,
    propose: ProposeForm | None = None,
    decide: DecideForm | None = None,
    form: ActForm | ProposeForm | DecideForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    who = actor()
    loan, line = _line_at(who, number, position)
    compensation = queries.compensations_of(loan).get(line.id)
    tree: UnitTree = unit_tree(clock.today())
    return render_template(
        "lending/return_detail.html",
        loan=loan,
        line=line,
        compensation=compensation,
        acts=_acts(who, line, compensation),
        photos=photos_of(line),
        before=asset_photos.of_asset(line.asset),
        history=[event for event in queries.history_of(loan) if event.line_id == line.id],
        act_form=ActForm(),
        propose_form=propose or _proposed(compensation),
        decide_form=decide or DecideForm(formdata=None),
        form=form,
        band=labels.line_words(line, clock.today()),
        actions=labels.ACTIONS,
        outcomes=labels.OUTCOMES,
        compensation_states=labels.COMPENSATION_STATES,
        owner=tree.get(line.unit_id),
        borrower_unit=tree.get(line.borrower_unit_id),
        **_words(),
    ), status


def _proposed(compensation: Compensation | None) -> ProposeForm:
    """The form as it was last proposed, so that nothing is typed twice."""
    form = ProposeForm(formdata=None)
    if compensation is not None and compensation.outcome is not None:
        form.outcome.data = compensation.outcome.value
        form.amount.data = "" if compensation.amount is None else compensation.amount.display()
        form.evidence.data = compensation.evidence
    return form


@bp.get("/returns/<path:number>/<int:position>")
@access(Permission.LOAN_VIEW)
def detail(number: str, position: int) -> ResponseReturnValue:
    """One return: before and after side by side, and the acts this person may take."""
    return _page(number, position)


@bp.post("/returns/<path:number>/<int:position>/approve")
@access(Permission.RETURN_APPROVE)
def approve_one(number: str, position: int) -> ResponseReturnValue:
    """Close one return."""
    form = ActForm()

    def work() -> str:
        who = actor()
        _loan, line = _line_at(who, number, position)
        service.approve_return(who, LoanAct(number, (line.asset.number,)), now=clock.now())
        return url_for("returns.done", line=f"{number}/{position}")

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    return answer if answer is not None else _page(number, position, form=form, status=422)


@bp.route("/returns/<path:number>/<int:position>/send-back", methods=["GET", "POST"])
@access(Permission.RETURN_APPROVE)
def send_back(number: str, position: int) -> ResponseReturnValue:
    """Ask the officer to look again."""
    form = SendBackForm()

    def work() -> str:
        who = actor()
        _loan, line = _line_at(who, number, position)
        act = LoanAct(number, (line.asset.number,), form.reason.data or "")
        service.send_back(who, act, now=clock.now())
        return url_for("returns.detail", number=number, position=position)

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    if answer is not None:
        return answer
    who = actor()
    loan, line = _line_at(who, number, position)
    who.require(Permission.RETURN_APPROVE, unit_id=line.unit_id)
    status = 422 if request.method == "POST" else 200
    return render_template("lending/send_back.html", loan=loan, line=line, form=form), status


def _compensation_id(who: Actor, number: str, position: int) -> int:
    loan, line = _line_at(who, number, position)
    compensation = queries.compensations_of(loan).get(line.id)
    if compensation is None:
        raise DomainError("invalid_transition")
    return compensation.id


@bp.post("/returns/<path:number>/<int:position>/propose")
@access(Permission.COMPENSATION_PROPOSE)
def propose(number: str, position: int) -> ResponseReturnValue:
    """Propose how the damage is made good."""
    form = ProposeForm()

    def work() -> str:
        who = actor()
        wanted = Proposal(
            _compensation_id(who, number, position), form.chosen(), form.evidence.data or "", form.amount.amount
        )
        service.propose_compensation(who, wanted, now=clock.now())
        return url_for("returns.detail", number=number, position=position)

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    return answer if answer is not None else _page(number, position, propose=form, form=form, status=422)


@bp.post("/returns/<path:number>/<int:position>/decide")
@access(Permission.COMPENSATION_DECIDE)
def decide(number: str, position: int) -> ResponseReturnValue:
    """Decide a proposal, which closes the line, or send it back."""
    form = DecideForm()

    def work() -> str:
        who = actor()
        accept = form.accept.data == "yes"
        row = _compensation_id(who, number, position)
        service.decide_compensation(who, row, accept=accept, note=form.note.data or "", now=clock.now())
        return url_for("returns.detail", number=number, position=position)

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    return answer if answer is not None else _page(number, position, decide=form, form=form, status=422)


@bp.get("/compensations")
@access(Permission.LOAN_VIEW)
def compensations() -> ResponseReturnValue:
    """Compensations that are not decided yet, within reach."""
    return render_template(
        "lending/compensations.html",
        rows=queries.open_compensations(actor()),
        states=labels.COMPENSATION_STATES,
        tones=labels.COMPENSATION_TONES,
        outcomes=labels.OUTCOMES,
        **_words(),
    )
