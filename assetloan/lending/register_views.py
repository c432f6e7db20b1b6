"""All loans that a reader may see: searched, filtered, in pages."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock, text
from assetloan.core.i18n import _, ngettext
from assetloan.identity.guards import access, actor
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Permission
from assetloan.lending import labels, pages
from assetloan.lending.queries import LoanList
from assetloan.lending.rules import LineState
from assetloan.lending.views import bp

PER_PAGE = 25
OVERDUE = "overdue"


@bp.get("/loans/all")
@access(Permission.LOAN_VIEW)
def register() -> ResponseReturnValue:
    """The register of loans, newest first."""
    who, today, tree = actor(), clock.today(), unit_tree(clock.today())
    words = text.clean(request.args.get("q", ""))[:200]
    scope = who.scope(Permission.LOAN_VIEW)
    units = [card for card in tree.ordered() if scope.everything or card.id in scope.units]
    unit, state = request.args.get("unit", ""), request.args.get("state", "")
    chosen = next((card for card in units if card.code == unit), None)
    if (unit and chosen is None) or (state and state != OVERDUE and state not in set(LineState)):
        abort(400)
    listed = LoanList(
        who,
        unit_id=chosen.id if chosen is not None else None,
        state=LineState(state) if state and state != OVERDUE else None,
        overdue_on=today if state == OVERDUE else None,
        words=words,
    )
    count = listed.count()
    pages_ = max(1, -(-count // PER_PAGE))
    page = min(pages.page_number(), pages_)
    used = {name: value for name, value in (("q", words), ("unit", unit), ("state", state)) if value}
    states = [(item.value, str(word)) for item, word in labels.LINE_STATES.items()]
    return render_template(
        "lending/register.html",
        rows=[
            (loan, labels.names_of(loan.lines), labels.loan_words(loan, today), pages.unit_name(loan.unit_id))
            for loan in listed.page(page, PER_PAGE)
        ],
        count=ngettext("%(num)s ใบยืม", "%(num)s ใบยืม", count),
        words=words,
        unit=unit,
        state=state,
        used=used,
        units=[("", _("ทุกหน่วยงาน")), *((card.code, card.label) for card in units)],
        states=[("", _("ทุกสถานะ")), (OVERDUE, _("เกินกำหนด")), *states],
        page=page,
        pages=pages_,
        page_url=lambda number: f"{url_for('lending.register')}?{urlencode(used | {'page': str(number)})}",
    )
