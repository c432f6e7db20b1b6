"""The Secretariat's inbox: clean returns of a period in one act with a sample of pictures, the others one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock
from assetloan.core.errors import DomainError, NotFound
from assetloan.core.forms import ActForm, save
from assetloan.core.i18n import word
from assetloan.core.month import Month
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import unit_by_code, unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import labels, queries, service
from assetloan.lending.closing import Looked
from assetloan.lending.models import LoanLine
from assetloan.lending.queries import LineList
from assetloan.lending.return_views import bp, words_of_pages
from assetloan.lending.rules import LineState
from assetloan.lending.service import LoanAct
from assetloan.lending.settling import sampling

MOST = 300


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which returns are asked for: of one unit, received in one month; everything without a choice."""

    unit: str = ""
    month: Month | None = None

    @classmethod
    def asked(cls) -> Chosen:
        """As the address says. Raises Invalid for a month that is none."""
        month = request.values.get("month", "")
        return cls(request.values.get("unit", ""), Month.parse(month) if month else None)

    def of(self, who: Actor) -> LineList:
        """The clean returns among them."""
        unit = unit_by_code(self.unit, clock.today()) if self.unit else None
        received = (self.month.start, self.month.end) if self.month is not None else None
        return replace(clean(who), unit_id=unit.id if unit is not None else None, received=received)

    def told(self) -> dict[str, object]:
        """What the page needs to offer the choice and to keep it."""
        newest = month = Month.of(clock.today())
        months = [newest] + [month := month.before() for _step in range(11)]
        return {
            "unit": self.unit,
            "month": str(self.month or ""),
            "unit_choices": [(card.code, card.name) for card in unit_tree(clock.today()).ordered()],
            "months": [(str(item), item.words()) for item in months],
            "filtered": bool(self.unit or self.month),
        }


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
    return _inbox()


def _inbox(**more: object) -> str:
    who, chosen = actor(), Chosen.asked()
    return render_template(
        "lending/returns.html",
        form=ActForm(),
        decide=needing_a_decision(who).all(MOST),
        clean=chosen.of(who).all(MOST),
        clean_count=chosen.of(who).count(),
        all_clean=clean(who).count() if chosen != Chosen() else None,
        decide_count=needing_a_decision(who).count(),
        **words_of_pages(),
        **chosen.told(),
        **more,
    )


@dataclass(frozen=True, slots=True)
class Picked:
    """The chosen clean lines of one loan."""

    number: str
    lines: tuple[LoanLine, ...]


def _picked(who: Actor) -> list[Picked]:
    """The ticked lines, as the actor may see them now; what is no longer clean is left out."""
    wanted = set(request.form.getlist("line"))
    by_loan: dict[str, list[LoanLine]] = {}
    for line in Chosen.asked().of(who).all(MOST):
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
        return _inbox(nothing_chosen=True), 422
    return _check_page(picked, ActForm())


def _check_page(picked: list[Picked], form: ActForm) -> ResponseReturnValue:
    page = render_template(
        "lending/returns_check.html",
        form=form,
        picked=picked,
        sample=sampling.draw([line for item in picked for line in item.lines]),
        seen=set(request.form.getlist("seen")),
        **words_of_pages(),
        **Chosen.asked().told(),
    )
    return page, 422 if form.errors else 200


@bp.post("/returns/approve")
@access(Permission.RETURN_APPROVE)
def approve() -> ResponseReturnValue:
    """Close the chosen clean returns: each loan stands or falls by itself, and the page says which and why."""
    form = ActForm()
    chosen = _named(request.form.getlist("line"))
    picked = _picked(actor())
    drawn = sampling.draw([line for item in picked for line in item.lines])
    seed, keys = drawn.seed, frozenset(drawn.keys)

    def work() -> str:
        who = actor()
        acts = [LoanAct(number, _assets_at(who, number, positions)) for number, positions in chosen.items()]
        service.approve_returns(who, acts, now=clock.now(), looked_at=Looked(seed, keys))
        return url_for("returns.done", line=[f"{number}/{at}" for number, all_ in chosen.items() for at in all_])

    if form.validate_on_submit() and chosen:
        if not keys <= set(request.form.getlist("seen")):
            form.form_errors.append(word(DomainError("sample_not_seen")))
            return _check_page(picked, form)
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _inbox()


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
