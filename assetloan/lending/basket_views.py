"""The basket: many things scanned one after the other, then one request for each unit that owns some of them.

What lies in it travels in the signed cookie, so no server keeps it; on a shared desk it belongs to one person only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import queries as register
from assetloan.assets.models import Asset
from assetloan.core import clock, ids, settings
from assetloan.core.errors import NotFound
from assetloan.core.forms import ActForm, done_before, save
from assetloan.core.i18n import _, format_day, ngettext
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.rules import Actor, Permission, Place
from assetloan.lending import labels, page_queries, pages, queries, rules, scanning, service, situations
from assetloan.lending.forms import BorrowForm
from assetloan.lending.requesting import longest_days
from assetloan.lending.situations import Situation
from assetloan.lending.views import bp

KEY = "basket"
REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the basket, and why it cannot be asked for now (nothing: it can)."""

    asset: Asset
    unit: str
    blocked: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the last code, for eyes and ears."""

    kind: str = ""
    words: str = ""
    asset_id: int | None = None


TONES = {"added": "ok", "already": "info", "refused": "wait", "unknown": "late"}


def _ids(who: Actor) -> list[int]:
    """What this person put in, oldest first."""
    stored = session.get(KEY)
    if not isinstance(stored, dict) or stored.get("of") != who.person_id:
        return []
    return [number for number in stored.get("ids", []) if isinstance(number, int)][: rules.MOST_LINES]


def _put(who: Actor, asset_ids: list[int]) -> None:
    if asset_ids:
        session[KEY] = {"of": who.person_id, "ids": asset_ids}
    else:
        session.pop(KEY, None)


def _items(who: Actor) -> list[Item]:
    """The things of the basket as they stand now, newest first."""
    wanted, today = _ids(who), clock.today()
    known = page_queries.in_basket(who, wanted)
    lines = queries.open_lines_on(known) if known else {}
    found = []
    for asset_id in reversed(wanted):
        asset = known.get(asset_id)
        if asset is not None:
            seen = situations.judge(who, asset, lines.get(asset_id, []), today=today, decides=scanning.decides)
            found.append(Item(asset, pages.unit_name(asset.unit_id), _why_not(seen, today), seen.free_until))
    return found


def _why_not(seen: situations.Seen, today: date) -> str:
    """Why a thing cannot be asked for now, in words."""
    line = seen.line
    until = _("ถึง %(day)s", day=format_day(line.due_on)) if line is not None else ""
    words: dict[Situation, str] = {
        Situation.FREE: "",
        Situation.VEHICLE: _("ยานพาหนะ ยืมด้วยใบยืมไม่ได้"),
        Situation.NOT_LENDABLE: _("ไม่ได้เปิดให้ยืม"),
        Situation.REPAIR: _("อยู่ระหว่างซ่อม"),
        Situation.LOST: _("แจ้งสูญหายไว้"),
        Situation.DISPOSED: _("จำหน่ายแล้ว"),
        Situation.RETURN_PENDING: _("เพิ่งรับคืน รออนุมัติการคืน"),
        Situation.APPROVE_RETURN: _("เพิ่งรับคืน รออนุมัติการคืน"),
        Situation.MINE: _("คุณยืมอยู่แล้ว"),
        Situation.MINE_DECLARED: _("คุณแจ้งคืนไว้ รอตรวจรับ"),
        Situation.MINE_WAITING: _("คุณขอไว้แล้ว รออนุมัติ"),
        Situation.MINE_APPROVED: _("คุณได้รับอนุมัติแล้ว รอรับของ"),
    }
    if seen.situation in words:
        return words[seen.situation]
    if line is not None and line.due_on < today:
        return _("มีผู้ยืมอยู่ เกินกำหนด")
    return _("มีผู้ยืมหรือจองไว้ %(until)s", until=until)


@bp.route("/loans/basket", methods=["GET", "POST"])
@access(Permission.LOAN_REQUEST)
def basket() -> ResponseReturnValue:
    """The basket with camera and code box; a posted code adds its thing."""
    who, form = actor(), ActForm()
    outcome, typed = Outcome(), request.args.get("code", "")
    if form.validate_on_submit():
        typed = request.form.get("code", "").strip()[:200]
        outcome = _add(who, typed)
        if request.headers.get("X-Requested-With") == "fetch":
            return render_template("lending/basket_list.html", **_shown(who, outcome))
        if outcome.kind == "added":
            return redirect(url_for("lending.basket"), 303)
    status = 200 if outcome.kind in ("", "already", "added") else 422
    return render_template("lending/basket.html", typed=typed, **_shown(who, outcome)), status


def _shown(who: Actor, outcome: Outcome) -> dict[str, object]:
    items = _items(who)
    return {
        "items": items,
        "free": [item for item in items if not item.blocked],
        "blocked": [item for item in items if item.blocked],
        "outcome": outcome,
        "tone": TONES.get(outcome.kind, ""),
        "act_form": ActForm(),
    }


def _add(who: Actor, typed: str) -> Outcome:
    """Put the thing of a code or number in."""
    try:
        asset = register.by_reference(who, typed)
    except NotFound:
        if ids.looks_like_code(typed):
            return Outcome("unknown", _("%(code)s พิมพ์ผิด ลองดูที่ป้ายอีกครั้ง", code=typed))
        return Outcome("unknown", _("ไม่รู้จักรหัส %(code)s", code=typed))
    stored = _ids(who)
    if asset.id in stored:
        return Outcome("already", _("%(name)s อยู่ในตะกร้าแล้ว", name=asset.name), asset.id)
    if len(stored) >= rules.MOST_LINES:
        return Outcome("refused", _("ตะกร้าเต็มแล้ว ขอยืมครั้งละไม่เกิน %(most)s ชิ้น", most=rules.MOST_LINES))
    _put(who, [*stored, asset.id])
    blocked = next((item.blocked for item in _items(who) if item.asset.id == asset.id), "")
    if blocked:
        return Outcome("refused", _("%(name)s: %(why)s", name=asset.name, why=blocked), asset.id)
    count = ngettext("ในตะกร้า %(num)s ชิ้น", "ในตะกร้า %(num)s ชิ้น", len(stored) + 1)
    return Outcome("added", _("เพิ่ม %(name)s แล้ว %(count)s", name=asset.name, count=count), asset.id)


@bp.post("/loans/basket/remove")
@access(Permission.LOAN_REQUEST)
def remove_from_basket() -> ResponseReturnValue:
    """Take things out: one, all that are blocked, or everything."""
    who, form = actor(), ActForm()
    if form.validate_on_submit():
        which = request.form.get("which", "")
        gone = {
            item.asset.id
            for item in _items(who)
            if which == "all" or (which == "blocked" and item.blocked) or item.asset.number == request.form.get("asset")
        }
        _put(who, [asset_id for asset_id in _ids(who) if asset_id not in gone and which != "all"])
    return redirect(url_for("lending.basket"), 303)


@bp.route("/loans/basket/request", methods=["GET", "POST"])
@access(Permission.LOAN_REQUEST)
def request_basket() -> ResponseReturnValue:
    """One form for everything; each owning unit gets its own loan."""
    again = done_before(owner_key())
    if again is not None:
        return again
    form = BorrowForm()
    form.remember(queries.recent_purposes(actor(), REMEMBERED))
    sent: list[int] = []

    def work() -> str:
        who, numbers = actor(), []
        for group in _by_unit([item for item in _items(who) if not item.blocked]):
            sent.extend(item.asset.id for item in group)
            wanted = form.command(item.asset.number for item in group)
            numbers.append(service.request_loan(who, wanted, now=clock.now()).number)
        if len(numbers) == 1:
            return url_for("lending.receipt", number=numbers[0])
        return url_for("lending.receipts", number=numbers)

    if form.validate_on_submit() and _ids(actor()):
        answer = save(owner_key(), form, work)
        if answer is not None:
            _put(actor(), [asset_id for asset_id in _ids(actor()) if asset_id not in sent])
            return answer
    return _request_page(actor(), form)


def _by_unit(items: list[Item]) -> list[list[Item]]:
    groups: dict[int, list[Item]] = {}
    for item in items:
        groups.setdefault(item.asset.unit_id, []).append(item)
    return list(groups.values())


def _request_page(who: Actor, form: BorrowForm) -> ResponseReturnValue:
    today, items = clock.today(), _items(who)
    groups = _by_unit([item for item in items if not item.blocked])
    if not groups:
        return redirect(url_for("lending.basket"), 303)
    free = [item for group in groups for item in group]
    told = [scanning.advice(who, group[0].asset, today) for group in groups]
    until = [item.until for item in free if item.until is not None]
    form.offer(
        today=today,
        usual_days=settings.number("default_loan_days", today),
        longest_days=longest_days([item.asset for item in free], today),
        purposes=told[0].purposes,
        until=min(until) if until else None,
    )
    form.offer_parties(who, today)
    hints = {
        place.value: _("ผู้อนุมัติ: %(post)s", post=", ".join(dict.fromkeys(one.post_for(place) for one in told)))
        for place in Place
    }
    hours = [one.usual_hours for one in told if one.usual_hours is not None]
    page = render_template(
        "lending/basket_request.html",
        form=form,
        groups=groups,
        blocked=[item for item in items if item.blocked],
        count=len(free),
        hints=hints,
        usual=labels.usual_time(max(hours)) if hours else "",
    )
    return page, 422 if request.method == "POST" else 200
