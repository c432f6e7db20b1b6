"""The letter of another agency: put on file. What standing approvals let through in a month."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets.care.papers import MOST_BYTES, take_in
from assetloan.core import clock
from assetloan.core.errors import DomainError, Forbidden
from assetloan.core.forms import save
from assetloan.core.i18n import word
from assetloan.core.month import Month
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Permission
from assetloan.lending import queries
from assetloan.lending.authority import letters, standing
from assetloan.lending.authority.forms import LetterForm

bp = Blueprint("authority", __name__)


@bp.route("/loans/<path:number>/letter", methods=["GET", "POST"])
@access("signed_in")
def letter(number: str) -> ResponseReturnValue:
    """Put the letter of the borrowing agency on file: its scan is judged and stored before the transaction begins."""
    loan = queries.loan_for(actor(), number)
    if not letters.may_file(actor(), loan):
        raise Forbidden()
    form, number = LetterForm(), loan.number
    if form.validate_on_submit():
        data = form.command()
        try:
            given = form.file.data
            if given:
                data = replace(data, paper=take_in(given.stream.read(MOST_BYTES + 1), given.filename))
        except DomainError as fault:
            form.file.errors = [word(fault)]
        else:

            def work() -> str:
                letters.file_letter(actor(), number, data, now=clock.now())
                return url_for("lending.detail", number=number, _anchor="letter")

            answer = save(owner_key(), form, work)
            if answer is not None:
                return answer
    loan = queries.loan_for(actor(), number)
    page = render_template("lending/letter.html", form=form, loan=loan, letter=letters.letter_of(loan))
    return page, 422 if request.method == "POST" else 200


@bp.get("/standing-approvals/used")
@access(Permission.LOAN_VIEW)
def used() -> ResponseReturnValue:
    """What standing approvals let through in a month, for the head who signed them and for auditors."""
    who, today = actor(), clock.today()
    newest, asked = Month.of(today), request.args.get("month", "")
    shown = Month.parse(asked) if asked else newest
    return render_template(
        "lending/standing_used.html",
        month=shown,
        newest=newest,
        rows=standing.let_through(who, shown),
        units=unit_tree(today),
    )
