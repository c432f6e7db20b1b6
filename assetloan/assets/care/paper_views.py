"""Papers of an asset: taking one in, taking one away. They are read at /files/, by right."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets.care import papers, queries
from assetloan.assets.care.forms import PaperForm, ReasonForm
from assetloan.assets.care.views import bp, editable, filled, on_page
from assetloan.core import clock
from assetloan.core.errors import DomainError
from assetloan.core.forms import save
from assetloan.core.i18n import word
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.rules import Permission


@bp.route("/assets/<path:number>/papers", methods=["GET", "POST"], merge_slashes=False)
@access(Permission.ASSET_EDIT)
def attach(number: str) -> ResponseReturnValue:
    """Take a paper in: it is judged and stored before the transaction begins."""
    editable(number)
    form = PaperForm()
    if form.validate_on_submit():
        try:
            paper = papers.take_in(form.file.data.stream.read(papers.MOST_BYTES + 1), form.file.data.filename or "")
        except DomainError as fault:
            form.file.errors = [word(fault)]
        else:

            def work() -> str:
                papers.attach(actor(), number, paper, title=form.title.data or "", now=clock.now())
                return on_page(number, "papers")

            answer = save(owner_key(), form, work)
            if answer is not None:
                return answer
    page = render_template("assets/paper.html", form=form, asset=editable(number))
    return page, 422 if request.method == "POST" else 200


@bp.route("/assets/<path:number>/papers/<int:paper_id>/remove", methods=["GET", "POST"], merge_slashes=False)
@access(Permission.ASSET_EDIT)
def remove(number: str, paper_id: int) -> ResponseReturnValue:
    """Take a paper away with a reason."""
    queries_paper = editable(number).id
    form = ReasonForm()

    def work() -> str:
        papers.remove_paper(actor(), number, paper_id, reason=form.reason.data or "", now=clock.now())
        return url_for("assets.detail", number=number, _anchor="papers")

    def show(_status: int) -> str:
        asset = editable(number)
        paper = queries.paper_of(asset.id, paper_id)
        return render_template("assets/paper_remove.html", form=form, asset=asset, paper=paper)

    if request.method == "GET":
        queries.paper_of(queries_paper, paper_id)
    return filled(form, work, show)
