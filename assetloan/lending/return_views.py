"""One return: before and after side by side, approve it or send it back, propose and decide how it is made good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import photos as asset_photos
from assetloan.assets.care.papers import MOST_BYTES, Paper, take_in
from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.errors import DomainError, NotFound
from assetloan.core.forms import ActForm, save
from assetloan.core.i18n import word
from assetloan.documents.files import File, files_of
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import UnitTree, unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import labels, queries, rules, service
from assetloan.lending.desk import PHOTO_IN, PHOTO_OUT
from assetloan.lending.forms import DecideForm, ProposeForm, SendBackForm
from assetloan.lending.models import Compensation, Loan, LoanLine
from assetloan.lending.rules import CompensationState, LineAction
from assetloan.lending.service import LoanAct, Proposal
from assetloan.lending.settling import checklist
from assetloan.lending.settling import queries as settling
from assetloan.lending.settling.labels import NOT_LIABLE
from assetloan.lending.settling.rules import Stage

bp = Blueprint("returns", __name__)
MOST_PAPERS = 5


def words_of_pages() -> dict[str, object]:
    """What every page about returns needs to speak of conditions and days."""
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


def photos_of(line: LoanLine, when: str = PHOTO_IN) -> list[File]:
    """The photos of a line that was loaded for an actor, taken when it went out or came back."""
    return [file for file in files_of(when, str(line.id)) if file.kind == "photo"]


def _pieces(line: LoanLine) -> dict[str, tuple[bool, bool | None]]:
    """Each piece that was counted: there when it went out, there when it came back; what is lost stands first."""
    stages = checklist.counted([line.id]).get(line.id, {})
    out, back = stages.get(Stage.OUT, {}), stages.get(Stage.IN, {})
    rows = {
        name: (out.get(name, True), back.get(name)) for name in [*back, *(name for name in out if name not in back)]
    }
    return dict(sorted(rows.items(), key=lambda row: row[1] != (True, False)))


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
        before_photos=photos_of(line, PHOTO_OUT),
        pieces=_pieces(line),
        before=asset_photos.of_asset(line.asset),
        history=[event for event in queries.history_of(loan) if event.line_id == line.id],
        act_form=ActForm(),
        propose_form=propose or _proposed(compensation),
        decide_form=decide or DecideForm(formdata=None),
        form=form,
        band=labels.line_words(line, clock.today()),
        actions=labels.ACTIONS,
        outcomes=labels.OUTCOMES,
        not_liable=NOT_LIABLE,
        evidence=settling.evidence_of(compensation),
        compensation_states=labels.COMPENSATION_STATES,
        owner=tree.get(line.unit_id),
        borrower_unit=tree.get(line.borrower_unit_id),
        **words_of_pages(),
    ), status


def _proposed(compensation: Compensation | None) -> ProposeForm:
    """The form as it was last proposed, so that nothing is typed twice."""
    form = ProposeForm(formdata=None)
    if compensation is not None and compensation.outcome is not None:
        form.outcome.data = compensation.outcome.value
        form.amount.data = "" if compensation.amount is None else compensation.amount.display()
        form.evidence.data = compensation.evidence
        form.not_liable.data = compensation.not_liable.value if compensation.not_liable else None
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


def _take_in(form: ProposeForm, papers: list[Paper]) -> bool:
    """Judge and store the papers before the transaction begins; False when one is refused."""
    db.session.rollback()
    for file in [file for file in request.files.getlist("papers") if file.filename][:MOST_PAPERS]:
        try:
            papers.append(take_in(file.stream.read(MOST_BYTES + 1), file.filename or ""))
        except DomainError as fault:
            form.papers.errors = [*form.papers.errors, f"{file.filename}: {word(fault)}"]
    return not form.papers.errors


@bp.post("/returns/<path:number>/<int:position>/propose")
@access(Permission.COMPENSATION_PROPOSE)
def propose(number: str, position: int) -> ResponseReturnValue:
    """Propose how the damage is made good."""
    form = ProposeForm()
    papers: list[Paper] = []

    def work() -> str:
        who = actor()
        wanted = Proposal(
            _compensation_id(who, number, position),
            form.chosen(),
            form.evidence.data or "",
            form.amount.amount,
            form.reason(),
            tuple(papers),
        )
        service.propose_compensation(who, wanted, now=clock.now())
        return url_for("returns.detail", number=number, position=position)

    good = form.validate_on_submit() and _take_in(form, papers)
    answer = save(owner_key(), form, work) if good else None
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
        rows=settling.open_compensations(actor()),
        states=labels.COMPENSATION_STATES,
        tones=labels.COMPENSATION_TONES,
        outcomes=labels.OUTCOMES,
        **words_of_pages(),
    )
