"""Booking pages: the calendar of a thing, a request for later, any piece of a kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import queries as register
from assetloan.assets.models import Asset
from assetloan.assets.rules import may_be_lent
from assetloan.core import clock, settings
from assetloan.core.forms import done_before, save
from assetloan.core.i18n import _, format_day
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission, Place
from assetloan.lending import labels as loan_labels
from assetloan.lending import pages, scanning, service, situations
from assetloan.lending import queries as loans
from assetloan.lending.booking import checks, labels, month_pages, queries, rules
from assetloan.lending.booking.forms import BookForm
from assetloan.lending.booking.queries import Claims
from assetloan.lending.booking.rules import Opening
from assetloan.lending.models import LoanLine

bp = Blueprint("booking", __name__)
REMEMBERED = 20


@bp.context_processor
def _weekdays() -> dict[str, Any]:
    """The heads of the columns of a month."""
    return {"weekdays": labels.WEEKDAYS}


SHOWN_AHEAD = timedelta(days=400)


# --- one thing ------------------------------------------------------------------------------------------------------


def blocked_words(asset: Asset) -> str:
    """Why a thing cannot be booked at all; nothing when it can."""
    vehicle = asset.category is not None and asset.category.vehicle
    if vehicle:
        return _("ยานพาหนะไม่ยืมด้วยใบยืม ใช้ใบขออนุญาตใช้รถตามระเบียบรถราชการ")
    refusal = may_be_lent(loanable=asset.loanable, status=asset.status, vehicle=vehicle)
    why = loan_labels.ASSET_WHY.get(asset.status.value)
    if refusal == "asset_not_lendable":
        return _("ของชิ้นนี้ไม่ได้เปิดให้ยืม")
    if refusal is not None or (why is not None and asset.status.value != "on_loan"):
        return _("ยังจองไม่ได้: %(why)s", why=why or _("ของชิ้นนี้ไม่อยู่ให้ยืมแล้ว"))
    return ""


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch of days of a thing in words: when, how, whose (by right), and the way to book it."""

    when: str
    tone: str
    words: str
    who: str = ""
    url: str = ""


def _rows(who: Actor, asset: Asset, claims: Claims, opening: Opening, today: date, *, asks: bool) -> list[Row]:
    by_first = {max(line.claim_from, today): line for line in claims.lines}
    rows = []
    for item in rules.stretches(today, claims.taken, late=claims.late):
        when = month_pages.days_words(item.first, item.last, today)
        if item.state is rules.DayState.FREE:
            first = opening.next_open(item.first)
            if first is None or (item.last is not None and first > item.last):
                first = item.first  # closed all the while: the request says so
            url = url_for("booking.ask", number=asset.number, first=first.isoformat()) if asks else ""
            rows.append(Row(when, "ok", _("ว่าง"), url=url))
            continue
        out = item.state is rules.DayState.OUT
        words = str(labels.MEANINGS[item.state])
        if claims.late:
            words = _("ผู้ยืมยังไม่คืนตามกำหนด จึงยังบอกวันว่างไม่ได้")
        line = by_first.get(item.first)
        rows.append(Row(when, "info" if out else "wait", words, _borrower(who, line)))
    return rows


def _borrower(who: Actor, line: LoanLine | None) -> str:
    """Whose claim it is, for themselves and for those who see the unit's loans."""
    if line is None:
        return ""
    if line.borrower_id == who.person_id:
        return _("คุณ")
    return line.loan.borrower_name if who.may(Permission.LOAN_VIEW, unit_id=line.unit_id) else ""


@bp.get("/assets/<path:number>/calendar", merge_slashes=False)
@access(Permission.ASSET_CARD)
def thing(number: str) -> ResponseReturnValue:
    """The calendar of one thing, as a table and as a list."""
    who, today = actor(), clock.today()
    asset = register.by_number(who, number)
    month = month_pages.month_asked(today)
    opening = queries.opening_of(asset.unit_id, today)
    claims = queries.claims_of(asset, today, today + SHOWN_AHEAD, today)
    blocked = blocked_words(asset)
    asks = not blocked and situations.may_ask(who)

    def book(day: date) -> str:
        return url_for("booking.ask", number=asset.number, first=day.isoformat()) if asks else ""

    table = month_pages.of_thing(month, claims, opening, today=today, blocked=bool(blocked), book=book)
    return render_template(
        "booking/thing.html",
        asset=asset,
        unit=unit_tree(today)[asset.unit_id],
        blocked=blocked,
        table=table,
        rows=[] if blocked else _rows(who, asset, claims, opening, today, asks=asks),
        asks=asks,
        month_url=lambda one: url_for("booking.thing", number=asset.number, month=str(one)),
    )


@bp.route("/assets/<path:number>/book", methods=["GET", "POST"], merge_slashes=False)
@access(Permission.LOAN_REQUEST)
def ask(number: str) -> ResponseReturnValue:
    """Ask for a thing from a day on."""
    again = done_before(owner_key())
    if again is not None:
        return again
    who, today = actor(), clock.today()
    form = BookForm()
    form.remember(loans.recent_purposes(who, REMEMBERED))
    asset = register.by_number(who, number)
    blocked = blocked_words(asset)
    if blocked:
        return redirect(url_for("booking.thing", number=asset.number), 303)
    opening, asked = queries.opening_of(asset.unit_id, today), asset.number
    told = warned(form, opening)
    if form.validate_on_submit() and not told:

        def work() -> str:
            loan = service.request_loan(actor(), form.command((asked,)), now=clock.now())
            return url_for("lending.receipt", number=loan.number)

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
        asset = register.by_number(actor(), number)
    first = month_pages.day_asked("first", today) or today
    first = max(first, today + timedelta(days=checks.lead_days([asset], today)))
    return ask_page(form, [asset], opening, told, first=first, last=_before_next(asset, first, today))


def _before_next(asset: Asset, first: date, today: date) -> date | None:
    """The last day when the next one comes sooner than the usual length."""
    usual = first + timedelta(days=settings.number("default_loan_days", today))
    following = queries.first_claim_after(asset, first)
    return following - rules.ONE_DAY if following is not None and following <= usual else None


def warned(form: BookForm, opening: Opening) -> list[dict[str, Any]]:
    """What a reader must hear before the request goes: closed days, said once for the days that were typed."""
    period = form.period() if form.is_submitted() else None
    if period is None or opening.refuses or period[1] < period[0]:
        return []
    told = month_pages.warnings(opening, *period)
    return [] if request.form.get("closed_known") == month_pages.known(told, *period) else told


def ask_page(
    form: BookForm,
    assets: list[Asset],
    opening: Opening,
    told: list[dict[str, Any]],
    *,
    first: date,
    last: date | None,
    **more: Any,
) -> ResponseReturnValue:
    """The form of a request for later, with who will decide."""
    who, today = actor(), clock.today()
    advice = scanning.advice(who, assets[0], today)
    form.offer_days(
        first=first,
        last=last,
        usual_days=settings.number("default_loan_days", today),
        purposes=list(advice.purposes),
        today=today,
        opening=opening,
    )
    period = form.period()
    shown = told or (month_pages.warnings(opening, *period) if period and not form.is_submitted() else [])
    page = render_template(
        "booking/ask.html",
        form=form,
        assets=assets,
        unit=pages.unit_name(assets[0].unit_id),
        hints={place.value: _("ผู้อนุมัติ: %(post)s", post=advice.post_for(place)) for place in Place},
        usual=loan_labels.usual_time(advice.usual_hours) if advice.usual_hours is not None else "",
        overdue=advice.overdue,
        warnings=[(item["words"], format_day(item["next"], "full") if item["next"] else "") for item in shown],
        known=month_pages.known(shown, *period) if period else "",
        lead=checks.lead_days(assets, today),
        **more,
    )
    failed = form.is_submitted() and not (told and not form.errors)
    return page, 422 if failed else 200
