"""The scan log: who scanned what when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets.label_forms import ScanFilter
from assetloan.assets.labelling import queries as labelling
from assetloan.core import clock, ids, text
from assetloan.identity.guards import access, actor
from assetloan.identity.rules import Permission

bp = Blueprint("scans", __name__)
A_PAGE = 50
LONGEST = 100


@bp.get("/scans")
@access(Permission.SCAN_LOG_VIEW)
def index() -> ResponseReturnValue:
    """Scans newest first, a page at a time; the next page begins below the last row, so that nothing shifts."""
    form = ScanFilter(request.args)
    good = form.validate()
    words = text.clean(request.args.get("q", ""))[:LONGEST]
    wanted: dict[str, Any] = {}
    if good and form.since.data is not None:
        wanted["since"] = clock.bangkok_midnight(form.since.data)
    if good and form.until.data is not None:
        wanted["until"] = clock.bangkok_midnight(_after(form.until.data))
    code = ids.read_code(words) or ""
    rows = labelling.scans_of(
        actor(), most=A_PAGE + 1, before=_before(), code=code, words="" if code else words, **wanted
    )
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name != "before" and value}
    more = url_for("scans.index", **kept, before=rows[A_PAGE - 1].id) if len(rows) > A_PAGE else None
    return render_template(
        "assets/scans.html",
        filters=form,
        has_errors=not good,
        words=words,
        used=bool(kept),
        rows=rows[:A_PAGE],
        more=more,
        later=_before() is not None,
    ), 200 if good else 422


def _after(day: date) -> date:
    return day + timedelta(days=1)


def _before() -> int | None:
    asked = request.args.get("before", "")
    if not asked:
        return None
    try:
        return text.parse_int(asked, least=1, most=2**62)
    except ValueError:
        abort(400)
