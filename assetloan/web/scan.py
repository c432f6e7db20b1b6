"""The page behind a label's QR: one page for every visitor; for a signed-in person the thing and one main act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter

from assetloan.assets import codes
from assetloan.assets import queries as register
from assetloan.assets.models import Asset
from assetloan.assets.rules import CodeState
from assetloan.core import clock, ids, settings
from assetloan.core.after import after_page
from assetloan.core.errors import NotFound, invalid
from assetloan.core.forms import BaseForm, save
from assetloan.core.i18n import _
from assetloan.identity.guards import access, actor, current_actor, owner_key
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import forms, labels, page_queries, queries, scanning, situations
from assetloan.lending import service as lending
from assetloan.lending.booking import checks
from assetloan.lending.requesting import longest_days
from assetloan.lending.rules import LineState
from assetloan.lending.scanning import Scanned
from assetloan.lending.situations import Seen, Situation
from assetloan.web import scan_words
from assetloan.web.forms import FoundForm, LinkForm

bp = Blueprint("scan", __name__)
RESULTS = 10
REMEMBERED = 20  # reasons that may have been offered when the page was opened
LONGEST_TEXT = 200


class AnyText(BaseConverter):
    """Whatever stands after /q/, slashes too: a stranger must not learn from the answer what a code looks like."""

    regex = ".*"
    part_isolating = False


@bp.record
def _converter(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["anything"] = AnyText


@bp.get("/q/<anything:text>", merge_slashes=False)
@bp.get("/Q/<anything:text>", endpoint="label", merge_slashes=False)  # as printed: capitals make a smaller QR
@access("public")
def page(text: str) -> ResponseReturnValue:
    """The scan page."""
    who = current_actor()
    g.with_nav = False
    if who is None:
        return render_template("web/scan_visitor.html", text=text)
    return _answer(who, text)


@bp.get("/q")
@bp.get("/Q", endpoint="typed_label")
@access("public")
def typed() -> ResponseReturnValue:
    """The box for typed codes: a code opens its page, a number on old paper is a search (D17)."""
    who, written = current_actor(), request.args.get("code", "").strip()[:LONGEST_TEXT]
    g.with_nav = False
    if who is None or (written and ids.read_code(written)):
        return redirect(url_for("scan.page", text=ids.read_code(written) or written), 303)
    return _search(who, written) if written else _typed_page("typed")


def _answer(who: Actor, text: str) -> ResponseReturnValue:
    text = text[:LONGEST_TEXT]
    if ids.read_code(text) is None:
        return _search(who, text.strip()) if text.strip() else _typed_page("typed")
    seen = scanning.scanned(who, text)
    code, asset, now = seen.found.code or "", seen.found.asset, clock.now()
    if asset is None and seen.found.state is CodeState.BLANK:
        return _typed_page("blank", read=code, form=LinkForm())
    if seen.found.place_id is not None:
        after_page(lambda: codes.log_scan(who, code, None, now=now))
        return redirect(url_for("finding.place", place_id=seen.found.place_id), 303)
    if asset is None:
        return _unknown(who, code)
    asset_id = asset.id
    after_page(lambda: codes.log_scan(who, code, asset_id, now=now))
    if seen.found.state is CodeState.REVOKED:
        return _typed_page("revoked", read=code, asset=asset, new_code=scanning.present_code(asset_id))
    return _thing(who, code, seen)


def _unknown(who: Actor, code: str) -> ResponseReturnValue:
    """No such code, or not within reach: the same words. Those who keep guessing must wait."""
    now = clock.now()
    if scanning.too_many_guesses(who, now):
        return _typed_page("throttled"), 429
    after_page(lambda: codes.log_scan(who, code, None, now=now))
    seen = [(url_for("custody.seen", text=code), _("พบของที่ติดป้ายนี้"))] if who.has(Permission.ASSET_SIGHT) else []
    return _typed_page("unknown", read=code, typed=code, links=seen)


def _search(who: Actor, written: str) -> ResponseReturnValue:
    """A number or an adopted barcode opens its thing; else what the reader's own register holds of these words."""
    try:
        asset = register.by_reference(who, written)
    except NotFound:
        asset = None
    code = scanning.present_code(asset.id) if asset is not None else None
    if code is not None:
        return redirect(url_for("scan.page", text=code), 303)
    found = register.AssetList(who, words=written)
    total = found.count()
    if total:
        return _typed_page("found", read=written, typed=written, total=total, results=found.page(1, RESULTS))
    return _typed_page("mistyped" if ids.looks_like_code(written) else "nothing", read=written, typed=written)


def _typed_page(kind: str, **more: Any) -> str:
    return render_template("web/scan_typed.html", **({"kind": kind, "links": []} | more))


# --- the page of a thing ---------------------------------------------------------------------------------------------


@dataclass
class _View:
    """What the page of a thing needs while it is put together."""

    who: Actor
    code: str
    asset: Asset
    seen: Seen
    form: BaseForm | None = None
    hints: dict[str, str] | None = None
    usual: str = ""
    overdue: int = 0
    alike: list[Asset] | None = None


def _thing(who: Actor, code: str, scan: Scanned, form: BaseForm | None = None) -> str:
    asset = scan.found.asset
    if asset is None:
        raise NotFound(code=code)
    today = clock.today()
    seen = situations.judge(who, asset, scan.lines, today=today, decides=scanning.decides)
    view = _View(who, code, asset, seen, form)
    if form is None:
        _put_form(view)
    elif isinstance(form, forms.BorrowForm):
        _offer(view, form)
    if seen.situation in (Situation.LENT, Situation.RESERVED) and not isinstance(view.form, forms.BorrowForm):
        view.alike = scanning.free_alike(who, asset, first=today, until=today + timedelta(days=1))
    return render_template(
        "web/scan.html",
        asset=asset,
        code=code,
        seen=seen,
        loan=seen.line.loan if seen.line is not None else None,
        status=scan_words.status_of(seen),
        rows=scan_words.facts_of(who, asset, seen.line, _where(seen)),
        form=view.form,
        hints=view.hints or {},
        usual=view.usual,
        overdue=view.overdue,
        alike=view.alike,
        go=_go(view),
        links=_links(view),
    )


def _where(seen: Seen) -> str:
    """Where the borrower said that a declared thing lies."""
    line = seen.line
    if seen.situation is not Situation.RECEIVE or line is None or line.state is not LineState.RETURN_DECLARED:
        return ""
    return page_queries.declared_at([line.id]).get(line.id, "")


def _put_form(view: _View) -> None:
    """The form of the situation, when it has one."""
    situation, line = view.seen.situation, view.seen.line
    asks = situations.may_ask(view.who)
    if situation is Situation.FREE and asks:
        _offer(view, forms.BorrowForm())
    elif situation in (Situation.LENT, Situation.RESERVED) and asks and request.args.get("later"):
        if line is not None and line.due_on >= clock.today():
            _offer(view, forms.BorrowForm())
    elif situation is Situation.MINE:
        view.form = forms.DeclareForm()
    elif situation is Situation.HAND_OVER:
        view.form = forms.HandOverForm()
    elif situation is Situation.RECEIVE and line is not None:
        view.form = forms.receive_form([line])
    elif situation in (Situation.LOST, Situation.DISPOSED) and asks:
        view.form = FoundForm()


def _offer(view: _View, form: forms.BorrowForm) -> None:
    """Fill the borrow form, or drop it when the thing was taken meanwhile: the page then says until when."""
    today, situation = clock.today(), view.seen.situation
    usual = settings.number("default_loan_days", today)
    told = scanning.advice(view.who, view.asset, today)
    later = situation in (Situation.LENT, Situation.RESERVED)
    wanted_later = bool(request.values.get("later"))
    lead = checks.lead_days([view.asset], today)
    if later and wanted_later and view.seen.line is not None:
        first = view.seen.line.due_on + timedelta(days=1)
        form.offer_later(first=first, usual_days=usual, purposes=told.purposes, today=today)
    elif situation is Situation.FREE and lead:
        first = today + timedelta(days=lead)
        form.offer_later(first=first, usual_days=usual, purposes=told.purposes, today=today)
    elif situation is Situation.FREE:
        form.offer(
            today=today,
            usual_days=usual,
            longest_days=longest_days([view.asset], today),
            purposes=told.purposes,
            until=view.seen.free_until,
        )
    else:
        view.form = _errors_only(form)
        return
    form.offer_parties(view.who, today)
    view.overdue = told.overdue
    view.form, view.hints = form, scan_words.hints_of(told)
    view.usual = labels.usual_time(told.usual_hours) if told.usual_hours is not None else ""


class _Refused(BaseForm):
    """Nothing but the sentences of a form that no longer fits."""


def _errors_only(form: forms.BorrowForm) -> BaseForm:
    refused = _Refused()
    refused.form_errors = list(form.form_errors)
    return refused


def _go(view: _View) -> tuple[str, str]:
    """Where the main act leads in situations without a form."""
    line, situation = view.seen.line, view.seen.situation
    if line is not None:
        number = line.loan.number
        if situation is Situation.DECIDE:
            return url_for("lending.decide", number=number), _("พิจารณาคำขอ")
        if situation is Situation.APPROVE_RETURN:
            return url_for("returns.detail", number=number, position=line.position), _("พิจารณาการคืน")
        if line.borrower_id == view.who.person_id:
            return url_for("lending.detail", number=number), _("ดูใบยืม")
        queue = situation in (Situation.LENT, Situation.RESERVED) and line.due_on >= clock.today()
        if queue and situations.may_ask(view.who):
            return url_for("scan.page", text=view.code, later=1), _("จองคิวถัดไป")
    return _other_things(view.asset)


def _other_things(asset: Asset) -> tuple[str, str]:
    kind = asset.category.code if asset.category is not None else None
    return url_for("assets.index", category=kind, status="available"), _("ดูชิ้นอื่นที่ว่าง")


def _links(view: _View) -> list[tuple[str, str]]:
    links = []
    line, number = view.seen.line, view.asset.number
    if view.seen.situation in (Situation.MINE_WAITING, Situation.MINE_APPROVED) and line is not None:
        links.append((url_for("lending.cancel", number=line.loan.number), _("ยกเลิกคำขอ")))
    if view.seen.situation is Situation.MINE and line is not None and line.due_on >= clock.today():
        links.append((url_for("changing.extend", number=line.loan.number, line=line.position), _("ขอยืมต่อ")))
    if view.seen.situation is Situation.FREE and situations.may_ask(view.who):
        links.append((url_for("lending.basket", code=view.code), _("ยืมพร้อมชิ้นอื่น")))
    if view.asset.loanable and view.seen.situation is not Situation.VEHICLE and situations.may_ask(view.who):
        links.append((url_for("booking.thing", number=number), _("จองวันอื่น ดูปฏิทิน")))
    if view.who.has(Permission.ASSET_SIGHT):
        links.append((url_for("custody.seen", text=view.code), _("พบที่นี่")))
    if register.sees_all_of(view.who, view.asset):
        links.append((url_for("assets.detail", number=number), _("ดูข้อมูลและประวัติ")))
    return links


# --- what can be done on the page ------------------------------------------------------------------------------------


@bp.post("/q/<text>/borrow")
@access(Permission.LOAN_REQUEST)
def borrow(text: str) -> ResponseReturnValue:
    """Send the request; refusals come back on the same page with what was typed."""
    form = forms.BorrowForm()
    form.later = bool(request.form.get("later"))
    form.remember(queries.recent_purposes(actor(), REMEMBERED))
    g.with_nav = False

    def work() -> str:
        loan = lending.request_loan(actor(), form.command((text,)), now=clock.now())
        return url_for("lending.receipt", number=loan.number)

    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    scan = scanning.scanned(actor(), text)
    if scan.found.asset is None:
        raise NotFound(code=text)
    return _thing(actor(), scan.found.code or text, scan, form), 422


@bp.post("/q/<text>/found")
@access(Permission.LOAN_REQUEST)
def found(text: str) -> ResponseReturnValue:
    """Tell the unit that its thing was found."""
    form = FoundForm()
    g.with_nav = False

    def work() -> str:
        codes.report_found(actor(), text, where=form.where.data or "", now=clock.now())
        return url_for("scan.thanks", text=text)

    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _thing(actor(), text, scanning.scanned(actor(), text), form), 422


@bp.get("/found/<text>")
@access(Permission.LOAN_REQUEST)
def thanks(text: str) -> ResponseReturnValue:
    """The receipt for a report that a thing was found."""
    asset = scanning.scanned(actor(), text).found.asset
    if asset is None:
        raise NotFound(code=text)
    unit = unit_tree(clock.today())[asset.unit_id]
    return render_template("web/found.html", asset=asset, unit=unit)


@bp.post("/q/<text>/link")
@access(Permission.ASSET_EDIT)
def link(text: str) -> ResponseReturnValue:
    """Tie a blank label to the thing it is stuck on."""
    form = LinkForm()
    g.with_nav = False

    def work() -> str:
        try:
            codes.link_code(actor(), text, form.asset.data or "", now=clock.now())
        except NotFound as error:  # the label was there a moment ago: it is the number that is not
            raise invalid("asset", "asset_unknown", value=form.asset.data) from error
        return url_for("scan.page", text=text)

    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _typed_page("blank", read=text, form=form), 422
