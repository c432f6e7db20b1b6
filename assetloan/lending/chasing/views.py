"""What is overdue and until when it must be chased (ข้อ 211); ready words to share; บันทึกติดตามทวงคืน as PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from flask import Blueprint, abort, current_app, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.errors import DomainError, Forbidden
from assetloan.core.i18n import _, ngettext
from assetloan.identity.guards import access, actor
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import labels as loan_labels
from assetloan.lending import pages
from assetloan.lending import queries as loans
from assetloan.lending.chasing import labels, paper, queries
from assetloan.lending.chasing.rules import ChaseState, state_of
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.rules import LineState

bp = Blueprint("chasing", __name__)
LINE_SHARE = "https://line.me/R/share?text="  # opened by a tap of the reader; nothing is sent there by the program
PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Overdue:
    """An overdue thing as the list shows it."""

    line: LoanLine
    late: str
    deadline: str
    state: ChaseState
    words: str
    tone: str
    chased: str
    contact: str
    unit: str
    may_chase: bool


@bp.get("/chasing")
@access(Permission.LOAN_VIEW)
def index() -> ResponseReturnValue:
    """Overdue things of the units one looks after, longest overdue first. Raises Forbidden."""
    who, today, tree = actor(), clock.today(), unit_tree(clock.today())
    if not queries.looks_after(who):
        raise Forbidden
    scope = who.scope(Permission.LOAN_VIEW)
    units = [card for card in tree.ordered() if scope.everything or card.id in scope.units]
    unit, escalated = request.args.get("unit", ""), request.args.get("late", "")
    chosen = next((card for card in units if card.code == unit), None)
    if (unit and chosen is None) or escalated not in ("", "1"):
        abort(400)
    listed = queries.OverdueList(who, today, chosen.id if chosen is not None else None, bool(escalated))
    count = listed.count()
    pages_ = max(1, -(-count // PER_PAGE))
    page = min(pages.page_number(), pages_)
    used = {name: value for name, value in (("unit", unit), ("late", escalated)) if value}
    return render_template(
        "chasing/index.html",
        rows=_rows(who, listed.page(page, PER_PAGE), today),
        count=ngettext("%(num)s ชิ้น", "%(num)s ชิ้น", count),
        days=queries.chase_days(today),
        used=used,
        unit=unit,
        late=escalated,
        units=[("", _("ทุกหน่วยงาน")), *((card.code, card.label) for card in units)] if len(units) > 1 else [],
        page=page,
        pages=pages_,
        page_url=lambda number: f"{url_for('chasing.index')}?{urlencode(used | {'page': number})}",
    )


def _rows(who: Actor, lines: Sequence[LoanLine], today: date) -> list[Overdue]:
    chases = queries.chases_of(line.id for line in lines)
    contacts = queries.contacts(line.borrower_id for line in lines)
    days = queries.chase_days(today)
    rows = []
    for line in lines:
        chased = chases.get(line.id)
        state = state_of(line.due_on, today, chased.first_on if chased is not None else None, days)
        rows.append(
            Overdue(
                line,
                loan_labels.due_words(line.due_on, today),
                labels.deadline_words(line.due_on, today, days),
                state,
                str(labels.STATES[state]),
                labels.TONES[state],
                labels.chased_words(chased, chased.how if chased is not None else ""),
                contacts.get(line.borrower_id, ""),
                pages.unit_name(line.unit_id),
                who.may(Permission.LOAN_RECEIVE, unit_id=line.unit_id),
            )
        )
    return rows


def overdue_lines(loan: Loan, today: date) -> list[LoanLine]:
    """The things of a loan that should be back."""
    return [line for line in loan.lines if line.state is LineState.HANDED_OVER and line.due_on < today]


def address_of(endpoint: str, number: str) -> str:
    """The full address of a page of a loan, as a message carries it."""
    base: str = current_app.config["SETTINGS"].base_url
    return base + url_for(endpoint, number=number)


def chase_words(loan: Loan, late: Sequence[LoanLine], today: date) -> str:
    """What the desk may copy or share when it reminds a borrower."""
    card = unit_tree(today).get(loan.unit_id)
    return labels.chase_text(loan, late, card, today, address_of("lending.detail", loan.number))


@bp.app_template_global()
def line_url(text: str) -> str:
    """Where LINE asks to whom these words are to go."""
    return LINE_SHARE + quote(text, safe="")


@bp.get("/loans/<path:number>/share")
@access(Permission.LOAN_VIEW)
def share(number: str) -> ResponseReturnValue:
    """Ready words about a loan, to copy or to share in LINE."""
    who, today = actor(), clock.today()
    loan = loans.loan_for(who, number)
    card = unit_tree(today).get(loan.unit_id)
    text = labels.share_text(
        loan, card, today, address_of("lending.detail", loan.number), address_of("lending.decide", loan.number)
    )
    may_chase = who.may(Permission.LOAN_RECEIVE, unit_id=loan.unit_id) and bool(overdue_lines(loan, today))
    return render_template("chasing/share.html", loan=loan, text=text, may_chase=may_chase)


@bp.get("/loans/<path:number>/chase.pdf")
@access(Permission.LOAN_VIEW)
def memo(number: str) -> ResponseReturnValue:
    """บันทึกติดตามทวงคืน of what is overdue, with every reminder so far. Raises DomainError("nothing_overdue")."""
    from assetloan.documents.chase_memo import render_chase_memo  # Typst is brought in only where it is used

    who, now = actor(), clock.now()
    loan = loans.loan_for(who, number)
    if not who.may(Permission.LOAN_VIEW, unit_id=loan.unit_id):
        raise Forbidden
    late = overdue_lines(loan, clock.bangkok_date(now))
    if not late:
        raise DomainError("nothing_overdue")
    words, name = paper.memo_of(loan, late, now=now), f"chase-{loan.number}.pdf"
    db.session.rollback()  # no read transaction while the memo is drawn
    made = io.BytesIO(render_chase_memo(words, at=now))
    return send_file(made, mimetype="application/pdf", as_attachment=True, download_name=name, max_age=0)
