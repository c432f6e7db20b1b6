"""When a unit is open: read by everybody, set by those who set the unit."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock
from assetloan.core.forms import ActForm, save
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import Permission
from assetloan.lending.booking import labels, month_pages, queries, service
from assetloan.lending.booking.forms import ClosureForm, OpeningForm
from assetloan.lending.booking.service import OpeningData
from assetloan.lending.booking.views import bp

HOLIDAYS_SHOWN = 5


@bp.get("/units/<code>/opening")
@access("signed_in")
def opening(code: str) -> ResponseReturnValue:
    """The open days of a unit, its closures and the holidays that come."""
    return _page(code)


def _page(
    code: str, opening_form: OpeningForm | None = None, closure_form: ClosureForm | None = None
) -> ResponseReturnValue:
    who, today = actor(), clock.today()
    card = unit_by_code(code, today)
    hours = queries.opening_of(card.id, today)
    form = opening_form or closure_form
    shown = OpeningForm(
        formdata=None,
        data={
            "days": [str(day) for day in sorted(hours.days)],
            "on_holidays": hours.on_holidays,
            "refuses": hours.refuses,
        },
    )
    page = render_template(
        "booking/opening.html",
        unit=card,
        hours=hours,
        open_days=[words for place, words in labels.OPEN_DAYS if int(place) in hours.days],
        closures=[
            (row.id, month_pages.days_words(row.first_day, row.last_day, today), row.reason)
            for row in queries.closures_of(card.id, today)
        ],
        holidays=sorted(hours.holidays.items())[:HOLIDAYS_SHOWN],
        next_open=hours.next_open(today + timedelta(days=1)),
        form=form,
        opening_form=opening_form or shown,
        closure_form=closure_form or ClosureForm(formdata=None),
        new_act=ActForm,
        sets=card.closed_on is None and who.may(Permission.UNIT_SETTINGS, unit_id=card.id),
    )
    return page, 200 if form is None else 422


@bp.post("/units/<code>/opening")
@access(Permission.UNIT_SETTINGS)
def set_opening(code: str) -> ResponseReturnValue:
    """Set the open days."""
    form, who = OpeningForm(), actor()
    who.require(Permission.UNIT_SETTINGS, unit_id=unit_by_code(code, clock.today()).id)
    if form.validate():
        days = frozenset(int(day) for day in form.days.data or ())
        data = OpeningData(days, bool(form.on_holidays.data), bool(form.refuses.data))

        def work() -> str:
            service.set_opening(actor(), code, data, now=clock.now())
            return url_for("booking.opening", code=code)

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _page(code, opening_form=form)


@bp.post("/units/<code>/closures")
@access(Permission.UNIT_SETTINGS)
def add_closure(code: str) -> ResponseReturnValue:
    """Close the unit on some days."""
    form, who = ClosureForm(), actor()
    who.require(Permission.UNIT_SETTINGS, unit_id=unit_by_code(code, clock.today()).id)
    if form.validate():
        (first, last), reason = form.days(), form.reason.data or ""

        def work() -> str:
            service.add_closure(actor(), code, first, last, reason, now=clock.now())
            return url_for("booking.opening", code=code, _anchor="closures")

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _page(code, closure_form=form)


@bp.post("/units/<code>/closures/<int:closure_id>/remove")
@access(Permission.UNIT_SETTINGS)
def remove_closure(code: str, closure_id: int) -> ResponseReturnValue:
    """The unit is open on those days after all."""
    form = ActForm()

    def work() -> str:
        service.remove_closure(actor(), code, closure_id, now=clock.now())
        return url_for("booking.opening", code=code, _anchor="closures")

    answer = save(owner_key(), form, work) if form.validate() else None
    return answer if answer is not None else _page(code)
