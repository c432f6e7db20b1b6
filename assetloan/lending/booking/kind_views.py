"""Any piece of a kind: which units have enough when, and one request for pieces that the system chooses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import queries as register
from assetloan.assets.models import Asset
from assetloan.core import clock
from assetloan.core.calendar import be_year
from assetloan.core.forms import done_before, save
from assetloan.core.i18n import _, ngettext
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import UnitCard, unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import queries as loans
from assetloan.lending import service
from assetloan.lending.booking import checks, month_pages, queries, rules
from assetloan.lending.booking.forms import KindBookForm, KindForm
from assetloan.lending.booking.queries import Kind
from assetloan.lending.booking.views import REMEMBERED, ask_page, bp, warned
from assetloan.lending.rules import MOST_LINES

OTHERS_SHOWN = 20  # free pieces beside the chosen ones, from which the borrower may take instead


@dataclass(frozen=True, slots=True)
class Offer:
    """What one unit has free for the whole period."""

    name: str
    free: str
    total: str
    enough: bool
    url: str


def _kind_of(who: Actor, form: KindForm, today: date) -> tuple[Kind, UnitCard | None]:
    """The kind that is asked for; 400 for a unit that there is not."""
    unit = unit_tree(today).by_code.get((form.unit.data or "").casefold())
    if form.unit.data and unit is None:
        abort(400)
    category = form.category.data or ""
    return Kind(who, today, category, form.q.data or "", unit.id if unit else None), unit


@bp.get("/book")
@access(Permission.LOAN_REQUEST)
def kinds() -> ResponseReturnValue:
    """Any piece of a kind, so many, from a day to a day."""
    who, today = actor(), clock.today()
    form = KindForm(request.args)
    if "count" not in request.args:
        form.count.data = "1"
    form.category.choices = [("", _("ทุกประเภท")), *queries.kinds_lent(who)]
    units = [(card.code, card.label) for card in unit_tree(today).ordered()]
    form.unit.choices = [("", _("ทุกหน่วยงาน")), *units]
    period = form.period()
    if period is not None and period[0] < today:
        form.free_from.errors = [_("วันแรกต้องไม่ก่อนวันนี้")]
        period = None
    kind, unit = _kind_of(who, form, today)
    chosen = bool(kind.category or kind.words)
    month = month_pages.month_asked(today, period[0] if period else None)
    used = _used(form)
    return render_template(
        "booking/kinds.html",
        form=form if form.errors or form.free_from.errors or form.free_until.errors else None,
        ask=form,
        chosen=chosen,
        asked=_in_words(form, unit) if chosen and period and not form.count.errors else "",
        period=period,
        count=form.wanted(),
        offers=_offers(who, form, kind, period) if chosen and period else [],
        table=_month(kind, month, form.wanted(), used) if chosen else None,
        unit=unit,
        used=used,
        month_url=lambda one: f"{url_for('booking.kinds')}?{urlencode(used | {'month': str(one)})}#month",
    )


def _in_words(form: KindForm, unit: UnitCard | None) -> str:
    """What was asked, in one line above the answer."""
    category = {choice.value: choice.label for choice in form.category.choices}.get(form.category.data or "")
    what = [category if form.category.data else "", form.q.data or "", unit.label if unit else ""]
    count = ngettext("%(num)s ชิ้น", "%(num)s ชิ้น", form.wanted())
    return " · ".join([*filter(None, what), count])


def _used(form: KindForm) -> dict[str, str]:
    """What was asked, for the addresses of the months around and of the request."""
    given = {"category": form.category.data, "q": form.q.data, "unit": form.unit.data, "count": form.count.data}
    return {name: str(value) for name, value in (given | form.used()).items() if value}


def _offers(who: Actor, form: KindForm, kind: Kind, period: tuple[date, date]) -> list[Offer]:
    """The units that have any, one's own first, then those with enough, then by how many they have."""
    first, last = period
    free, totals, wanted = kind.free_by_unit(first, last + rules.ONE_DAY), kind.totals(), form.wanted()
    tree = unit_tree(kind.today)
    found = [tree[unit_id] for unit_id in totals if unit_id in tree.by_id]

    def rank(card: UnitCard) -> tuple[bool, bool, int, str]:
        have = free.get(card.id, 0)
        return have < wanted, card.id != who.unit_id, -have, card.code

    offers = []
    for card in sorted(found, key=rank):
        have = free.get(card.id, 0)
        asked = {
            "unit": card.code,
            "category": kind.category,
            "q": kind.words,
            "count": str(wanted),
            "first": first.isoformat(),
            "last": last.isoformat(),
        }
        url = f"{url_for('booking.ask_kind')}?{urlencode({name: value for name, value in asked.items() if value})}"
        words = ngettext("ว่าง %(num)s ชิ้น", "ว่าง %(num)s ชิ้น", have) if have else _("ไม่ว่าง")
        total = ngettext("จากทั้งหมด %(num)s ชิ้น", "จากทั้งหมด %(num)s ชิ้น", totals[card.id])
        offers.append(Offer(card.name, words, total, have >= wanted, url if have >= wanted else ""))
    return offers


def _month(kind: Kind, month: Any, wanted: int, used: dict[str, str]) -> month_pages.MonthTable:
    """How many are free on each day; a day leads to the same question for that day."""
    total = sum(kind.totals().values())
    counts = rules.free_counts(month_pages.days_of(month), total, kind.taken(month.start, month.end))
    others = {name: value for name, value in used.items() if not name.startswith(("free_from", "free_until"))}

    def link(day: date) -> str:
        parts = {"day": day.day, "month": day.month, "year": be_year(day)}
        typed = {f"free_from-{name}": str(value) for name, value in parts.items()}
        return f"{url_for('booking.kinds')}?{urlencode(others | typed)}"

    return month_pages.of_kind(month, counts, wanted, today=kind.today, link=link)


# --- the request ----------------------------------------------------------------------------------------------------


@bp.route("/book/request", methods=["GET", "POST"])
@access(Permission.LOAN_REQUEST)
def ask_kind() -> ResponseReturnValue:
    """One request for so many pieces of a kind from one unit: chosen, shown, and open to change."""
    again = done_before(owner_key())
    if again is not None:
        return again
    who, today = actor(), clock.today()
    form = KindBookForm()
    form.remember(loans.recent_purposes(who, REMEMBERED))
    unit = unit_tree(today).by_code.get(request.args.get("unit", "").casefold())
    first, last = month_pages.day_asked("first", today), month_pages.day_asked("last", today)
    if unit is None or first is None or last is None or last < first:
        return redirect(url_for("booking.kinds"), 303) if request.method == "GET" else abort(422)
    unit_id = unit.id
    opening = queries.opening_of(unit_id, today)
    told = warned(form, opening)
    if form.validate_on_submit() and not told:
        pieces = tuple(form.pieces.data or ())

        def work() -> str:
            loan = service.request_loan(actor(), form.command(pieces), now=clock.now())
            return url_for("lending.receipt", number=loan.number)

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _pieces_page(form, unit_id, opening, told, first, last)


def _pieces_page(
    form: KindBookForm, unit_id: int, opening: rules.Opening, told: list[dict[str, Any]], first: date, last: date
) -> ResponseReturnValue:
    """The pieces that were chosen, some others that are free, and the form."""
    who, today = actor(), clock.today()
    kind = Kind(who, today, request.args.get("category", ""), request.args.get("q", ""), unit_id)
    wanted = request.args.get("count", "1")
    count = min(int(wanted), MOST_LINES) if wanted.isascii() and wanted.isdigit() and 0 < len(wanted) < 4 else 1
    begins, ends = form.period() or (first, last) if form.is_submitted() else (first, last)
    free = queries.free_things(kind, begins, max(begins, ends) + rules.ONE_DAY)
    if not free.things:
        return redirect(f"{url_for('booking.kinds')}?{_asked_again(kind, count, first, last)}", 303)
    picked = rules.choose(free.candidates, count, ends + rules.ONE_DAY)
    others = [asset_id for asset_id in free.things if asset_id not in picked]
    shown = [free.things[asset_id] for asset_id in [*picked, *others[:OTHERS_SHOWN]]]
    form.pieces.choices = [(asset.number, _piece(who, asset)) for asset in shown]
    if not form.is_submitted():
        form.pieces.data = [free.things[asset_id].number for asset_id in picked]
    ticked = [asset for asset in shown if asset.number in (form.pieces.data or ())]
    chosen = ticked or [free.things[asset_id] for asset_id in picked]
    soonest = today + timedelta(days=checks.lead_days(chosen, today))
    return ask_page(
        form,
        chosen,
        opening,
        told,
        first=max(first, soonest),
        last=max(last, soonest),
        count=count,
        missing=count - len(picked),
        changed=form.is_submitted() and bool(form.pieces.errors or form.form_errors),
        back=f"{url_for('booking.kinds')}?{_asked_again(kind, count, first, last)}",
    )


def _piece(who: Actor, asset: Asset) -> str:
    """A piece by name and number; where it is kept is for those who read the unit's register."""
    place = asset.place.name if asset.place is not None and register.sees_all_of(who, asset) else ""
    return " · ".join(filter(None, (asset.name, asset.number, place)))


def _asked_again(kind: Kind, count: int, first: date, last: date) -> str:
    """The question of the page before."""
    unit = unit_tree(kind.today).get(kind.unit_id)
    asked = {"category": kind.category, "q": kind.words, "unit": unit.code if unit else "", "count": str(count)}
    for name, day in (("free_from", first), ("free_until", last)):
        asked |= {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(be_year(day))}
    return urlencode({name: value for name, value in asked.items() if value})
