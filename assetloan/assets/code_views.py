"""Codes of assets: another label, ending a lost one, blank ones and tying them to things."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import codes, labels, queries
from assetloan.assets.forms import BlankCodesForm, LinkForm, NewCodeForm, PairForm, PlacesForm, RelinkForm, RevokeForm
from assetloan.assets.labelling import queries as labelling
from assetloan.assets.labelling.queries import PlaceRow
from assetloan.assets.models import Asset, Code
from assetloan.assets.queries import AssetList
from assetloan.assets.rules import CodeState
from assetloan.assets.views import page_number, units_for
from assetloan.core import clock, ids, text
from assetloan.core.errors import DomainError, Forbidden, NotFound
from assetloan.core.forms import ActForm, done_before, save
from assetloan.core.i18n import _, ngettext
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import Permission

bp = Blueprint("codes", __name__)

SUGGESTED = 10
BATCHES_A_PAGE = 25


def _unknown_number() -> str:
    return _("ไม่พบหมายเลขนี้ในทะเบียนของหน่วยงานคุณ กรุณาตรวจหมายเลขอีกครั้ง")


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
    """Batches of codes to print now and tie to things later: one more, and what became of the others."""
    who, units = actor(), units_for(actor(), Permission.LABEL_PRINT)
    form = BlankCodesForm()
    form.unit.choices = [(card.code, card.name) for card in units]
    asked = request.args.get("unit")
    if request.method == "GET" and asked in {card.code for card in units}:
        form.unit.data = asked
    if form.validate_on_submit():
        answer = save(owner_key(), form, lambda: _make_blank(form, now=clock.now()))
        if answer is not None:
            return answer
    page = page_number()
    rows = labelling.batches_of(who, page=page, per_page=BATCHES_A_PAGE)
    names = {card.id: card.label for card in units}
    status = 422 if request.method == "POST" else 200
    return render_template(
        "assets/blank_codes.html",
        form=form,
        rows=rows[:BATCHES_A_PAGE],
        names=names,
        page=page,
        more=len(rows) > BATCHES_A_PAGE,
    ), status


def _make_blank(form: BlankCodesForm, *, now: datetime) -> str:
    unit = unit_by_code(form.unit.data, clock.bangkok_date(now))
    batch = codes.create_batch(actor(), unit.id, form.count.number or 0, note=form.note.data or "", now=now)
    return url_for("labels.sheet", which="batch", batch=batch.id)


@bp.route("/codes/places", methods=["GET", "POST"])
@access(Permission.LABEL_PRINT)
def places() -> ResponseReturnValue:
    """Codes of a unit's rooms: those without one get it, and on to their labels."""
    units = units_for(actor(), Permission.LABEL_PRINT)
    asked = request.values.get("unit", units[0].code if units else "")
    unit = next((card for card in units if card.code == asked), None)
    if unit is None:
        raise NotFound(unit=asked)
    form = PlacesForm()
    rows = labelling.places_with_codes(unit.id)
    form.places.choices = [(str(row.site.id), row.site.name) for row in rows]
    if request.method == "GET":
        form.places.data = [str(row.site.id) for row in rows if row.code is None]
    unit_code = unit.code
    if form.validate_on_submit():
        answer = save(owner_key(), form, lambda: _code_places(form, unit_code, now=clock.now()))
        if answer is not None:
            return answer
        rows = labelling.places_with_codes(unit.id)
    status = 422 if request.method == "POST" else 200
    hints = {str(row.site.id): _place_words(row) for row in rows}
    page = render_template(
        "assets/place_codes.html",
        form=form,
        rows=rows,
        hints=hints,
        coded=any(row.code for row in rows),
        units=units,
        unit_choices=[(card.code, card.name) for card in units],
        unit=unit,
    )
    return page, status


def _place_words(row: PlaceRow) -> str:
    """How many things should be there, and whether it has a code."""
    things = ngettext("%(num)s รายการ", "%(num)s รายการ", row.things)
    return things if row.code is None else _("%(things)s มีรหัสแล้ว", things=things)


def _code_places(form: PlacesForm, unit_code: str, *, now: datetime) -> str:
    unit = unit_by_code(unit_code, clock.bangkok_date(now))
    chosen = [int(value) for value in form.places.data or ()]
    codes.code_places(actor(), unit.id, chosen, now=now)
    alone = chosen[0] if len(chosen) == 1 else None
    return url_for("labels.sheet", which="places", unit=unit.code, place=alone)


@bp.route("/codes/link", methods=["GET", "POST"])
@access(Permission.ASSET_EDIT)
def pair() -> ResponseReturnValue:
    """Tie one label after another: the code and the thing, scanned with a USB scanner or typed."""
    form, status = PairForm(), 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            answer = save(owner_key(), form, lambda: _pair(form, now=clock.now()))
        except (NotFound, Forbidden) as fault:
            answer, status = None, 404
            _say_unknown(form, fault)
        if answer is not None:
            return answer
    done = ids.read_code(request.args.get("done", "")) if request.method == "GET" else None
    sentence = _("ผูกป้าย %(code)s แล้ว ต่อไปสแกนป้ายดวงถัดไป", code=f"{done[:4]} {done[4:]}") if done else ""
    notices = [{"tone": "ok", "text": sentence}] if sentence else []
    return render_template("assets/link_pair.html", form=form, notices=notices), status


def _pair(form: PairForm, *, now: datetime) -> str:
    codes.link_code(actor(), form.code.data or "", form.asset.data or "", now=now)
    return url_for("codes.pair", done=ids.read_code(form.code.data or ""))


def _say_unknown(form: PairForm, fault: DomainError) -> None:
    """Which of the two is not there."""
    if "code" in fault.details:
        form.code.errors = [_("ไม่พบป้ายนี้ในหน่วยงานคุณ กรุณาตรวจรหัส 8 ตัวอีกครั้ง")]
    else:
        form.asset.errors = [_unknown_number()]


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
            form.asset.errors = [_unknown_number()]
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
        may_relink=found.asset is not None and who.may(Permission.ASSET_EDIT, unit_id=found.asset.unit_id),
        blank=found.state is CodeState.BLANK,
        words=words,
        results=results[:SUGGESTED],
        more=len(results) > SUGGESTED,
    )
    return page, status


@bp.route("/codes/<code>/relink", methods=["GET", "POST"])
@access(Permission.ASSET_EDIT)
def relink(code: str) -> ResponseReturnValue:
    """A label that was tied to the wrong thing: to which one it belongs, and why."""
    again = done_before(owner_key())
    if again is not None:
        return again
    form, status = RelinkForm(), 422 if request.method == "POST" else 200
    asset = _linked_to(code)
    if form.validate_on_submit():
        try:
            answer = save(owner_key(), form, lambda: _relink(form, code, now=clock.now()))
        except (NotFound, Forbidden):
            answer, status = None, 404
            form.asset.errors = [_unknown_number()]
        if answer is not None:
            return answer
        asset = _linked_to(code)
    return render_template("assets/relink_code.html", form=form, asset=asset, code=ids.read_code(code)), status


def _linked_to(code: str) -> Asset:
    """The thing of one's own unit that a code is on. Raises NotFound."""
    found = queries.by_code(actor(), code)
    if found.asset is None or found.state is not CodeState.LINKED:
        raise NotFound(code=code)
    if not actor().may(Permission.ASSET_EDIT, unit_id=found.asset.unit_id):
        raise NotFound(code=code)
    return found.asset


def _relink(form: RelinkForm, code: str, *, now: datetime) -> str:
    asset = codes.relink_code(actor(), code, form.asset.data or "", reason=form.reason.data or "", now=now)
    return url_for("assets.detail", number=asset.number, done="linked")


def _link(form: LinkForm, code: str, *, now: datetime) -> str:
    asset = codes.link_code(actor(), code, form.asset.data or "", now=now)
    return url_for("assets.detail", number=asset.number, done="linked")
