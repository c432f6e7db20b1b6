"""Codes of assets: another label, ending a lost one, blank ones and tying them to things."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import codes, labels, queries
from assetloan.assets.forms import BlankCodesForm, LinkForm, NewCodeForm, RevokeForm
from assetloan.assets.models import Asset, Code
from assetloan.assets.queries import AssetList
from assetloan.assets.rules import CodeState
from assetloan.assets.views import units_for
from assetloan.core import clock, ids, text
from assetloan.core.errors import DomainError, Forbidden, NotFound
from assetloan.core.forms import ActForm, done_before, save
from assetloan.core.i18n import _
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import Permission

bp = Blueprint("codes", __name__)

SUGGESTED = 10


def _labelled(number: str) -> Asset:
    """An asset whose labels this person prints. Raises NotFound, Forbidden."""
    asset = queries.by_number(actor(), number)
    actor().require(Permission.LABEL_PRINT, unit_id=asset.unit_id)
    return asset


@bp.route("/assets/<path:number>/new-code", methods=["GET", "POST"], merge_slashes=False)
@access(Permission.LABEL_PRINT)
def another(number: str) -> ResponseReturnValue:
    """Another label for an asset, with the reason; the old one stays or ends, by choice."""
    _labelled(number)
    form = NewCodeForm()
    if form.validate_on_submit():
        answer = save(owner_key(), form, lambda: _another(form, number, now=clock.now()))
        if answer is not None:
            return answer
    status = 422 if request.method == "POST" else 200
    return render_template("assets/new_code.html", form=form, asset=_labelled(number)), status


def _another(form: NewCodeForm, number: str, *, now: datetime) -> str:
    who, reason = actor(), form.reason.data or ""
    asset = queries.by_number(who, number)
    old = [code.code for code in asset.codes if code.state is CodeState.LINKED]
    for code in old if form.revoke.data else ():
        codes.revoke_code(who, number, code, reason=reason, now=now)
    codes.add_code(who, number, reason=reason, now=now)
    return url_for("assets.detail", number=asset.number, done="code")


@bp.route("/assets/<path:number>/codes/<code>/revoke", methods=["GET", "POST"], merge_slashes=False)
@access(Permission.LABEL_PRINT)
def revoke(number: str, code: str) -> ResponseReturnValue:
    """End a code; says first what that means."""
    again = done_before(owner_key())
    if again is not None:
        return again
    _code_of(_labelled(number), code)
    form = RevokeForm()
    if form.validate_on_submit():
        answer = save(owner_key(), form, lambda: _revoke(form, number, code, now=clock.now()))
        if answer is not None:
            return answer
    asset = _labelled(number)
    found = _code_of(asset, code)
    status = 422 if request.method == "POST" else 200
    page = render_template(
        "assets/revoke_code.html", form=form, asset=asset, code=found, words=labels.code_words(found)
    )
    return page, status


def _code_of(asset: Asset, typed: str) -> Code:
    """A code of this asset that is in use. Raises NotFound, DomainError("code_revoked")."""
    found = next((code for code in asset.codes if code.code == ids.read_code(typed)), None)
    if found is None:
        raise NotFound(code=typed)
    if found.state is CodeState.REVOKED:
        raise DomainError("code_revoked", code=found.code)
    return found


def _revoke(form: RevokeForm, number: str, code: str, *, now: datetime) -> str:
    codes.revoke_code(actor(), number, code, reason=form.reason.data or "", now=now)
    return url_for("assets.detail", number=number, done="revoked")


# --- blank codes ----------------------------------------------------------------------------------------------------


@bp.route("/codes/blank", methods=["GET", "POST"])
@access(Permission.LABEL_PRINT)
def blank() -> ResponseReturnValue:
    """Make codes to print now and tie to things later; goes on to their labels."""
    who, units = actor(), units_for(actor(), Permission.LABEL_PRINT)
    form = BlankCodesForm()
    form.unit.choices = [(card.code, card.name) for card in units]
    if form.validate_on_submit():
        answer = save(owner_key(), form, lambda: _make_blank(form, now=clock.now()))
        if answer is not None:
            return answer
    waiting = queries.blank_counts(who)
    rows = [(card, waiting[card.id]) for card in units if waiting.get(card.id)]
    status = 422 if request.method == "POST" else 200
    return render_template("assets/blank_codes.html", form=form, rows=rows), status


def _make_blank(form: BlankCodesForm, *, now: datetime) -> str:
    unit = unit_by_code(form.unit.data, clock.bangkok_date(now))
    made = codes.create_blank_codes(actor(), unit.id, form.count.number or 0, now=now)
    return url_for("labels.sheet", which="blank", unit=unit.code, count=len(made))


@bp.route("/codes/<code>/link", methods=["GET", "POST"])
@access(Permission.ASSET_EDIT)
def link(code: str) -> ResponseReturnValue:
    """Tie a blank code to an asset: by typed number, or chosen from a search."""
    who = actor()
    found = queries.by_code(who, code)
    if found.state is None or found.code is None:
        abort(404)
    form, status = LinkForm(), 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            answer = save(owner_key(), form, lambda: _link(form, code, now=clock.now()))
        except (NotFound, Forbidden):
            answer, status = None, 404
            form.asset.errors = [_("ไม่พบหมายเลขนี้ในทะเบียนของหน่วยงานคุณ กรุณาตรวจหมายเลขอีกครั้ง")]
        if answer is not None:
            return answer
        found = queries.by_code(who, code)
    words = text.clean(request.args.get("q", ""))
    own = Asset.unit_id.in_([card.id for card in units_for(who, Permission.ASSET_EDIT)])
    results = AssetList(who, words=words).where(own).page_of_cards(1, SUGGESTED + 1) if words else []
    page = render_template(
        "assets/link_code.html",
        form=form if request.method == "POST" else None,
        link_form=form,
        act_form=ActForm(),
        code=found.code,
        code_words=f"{found.code[:4]} {found.code[4:]}" if found.code else "",
        linked=found.asset if found.state is CodeState.LINKED else None,
        blank=found.state is CodeState.BLANK,
        words=words,
        results=results[:SUGGESTED],
        more=len(results) > SUGGESTED,
    )
    return page, status


def _link(form: LinkForm, code: str, *, now: datetime) -> str:
    asset = codes.link_code(actor(), code, form.asset.data or "", now=now)
    return url_for("assets.detail", number=asset.number, done="linked")
