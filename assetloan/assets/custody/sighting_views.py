"""“Found here” in two taps, and the officer's list of what was found."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import queries as register
from assetloan.assets.care.views import filled
from assetloan.assets.custody import queries, sighting
from assetloan.assets.custody.forms import ReasonForm, SeenForm
from assetloan.assets.custody.move_views import unit_name
from assetloan.assets.custody.sighting import Seen
from assetloan.assets.custody.views import bp
from assetloan.assets.models import Asset
from assetloan.core import clock, ids
from assetloan.core.errors import NotFound
from assetloan.core.forms import ActForm, done_before, save
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.rules import Permission


@bp.route("/seen/<text>", methods=["GET", "POST"])
@access(Permission.ASSET_SIGHT)
def seen(text: str) -> ResponseReturnValue:
    """Say where the thing is: one button a place, the last used first, or a typed one."""
    again = done_before(owner_key())
    if again is not None:
        return again
    form = SeenForm()
    asset = _behind(text)
    known = asset is not None

    def work() -> str:
        chosen = request.form.get("site", "")
        place_id = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else None
        report = sighting.report_sighting if known else sighting.report_label
        report(actor(), text, Seen(place_id, form.place.data or ""), now=clock.now())
        return url_for("custody.thanks", text=text)

    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
        asset = _behind(text)
    page = render_template(
        "assets/seen.html",
        form=form,
        asset=asset,
        text=text,
        code=_spaced(text),
        places=sighting.offered_places(actor(), (asset.unit_id if asset is not None else actor().unit_id) or 0),
        unit_name=unit_name,
        own=actor().unit_id,
    )
    return page, 422 if request.method == "POST" else 200


def _behind(text: str) -> Asset | None:
    """The thing of a label as far as the reader may know; None for a good code that opens nothing for them.

    Raises NotFound for what is no code, and for blank labels and rooms that they do know.
    """
    found = register.by_code(actor(), text)
    if found.code is None or (found.asset is None and (found.state is not None or found.place_id is not None)):
        raise NotFound(code=text)
    return found.asset


def _spaced(text: str) -> str:
    code = ids.read_code(text) or ""
    return f"{code[:4]} {code[4:]}"


@bp.get("/seen/<text>/thanks")
@access(Permission.ASSET_SIGHT)
def thanks(text: str) -> ResponseReturnValue:
    """The receipt of a sighting."""
    asset = _behind(text)
    unit = unit_name(asset.unit_id) if asset is not None else ""
    return render_template("assets/seen_thanks.html", asset=asset, text=text, code=_spaced(text), unit=unit)


@bp.get("/sightings")
@access(Permission.ASSET_VIEW)
def sightings() -> ResponseReturnValue:
    """What was found and waits for an answer."""
    return _list(ActForm(), 200)


def _list(form: ActForm, status: int) -> ResponseReturnValue:
    who = actor()
    rows = [
        (row, name, who.may(Permission.ASSET_EDIT, unit_id=row.asset.unit_id))
        for row, name in queries.sightings_waiting(who)
    ]
    return render_template("assets/sightings.html", rows=rows, form=form, unit_name=unit_name), status


@bp.post("/sightings/<int:row>/confirm")
@access(Permission.ASSET_EDIT)
def confirm(row: int) -> ResponseReturnValue:
    """Make a move of it."""
    form = ActForm()

    def work() -> str:
        return url_for("moves.detail", number=sighting.confirm_sighting(actor(), row, now=clock.now()).number)

    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _list(form, 422)


@bp.route("/sightings/<int:row>/dismiss", methods=["GET", "POST"])
@access(Permission.ASSET_EDIT)
def dismiss(row: int) -> ResponseReturnValue:
    """Set it aside with a note."""
    who, form = actor(), ReasonForm()
    found = queries.sighting_of(who, row)
    who.require(Permission.ASSET_EDIT, unit_id=found.asset.unit_id)

    def work() -> str:
        sighting.dismiss_sighting(actor(), row, note=form.reason.data or "", now=clock.now())
        return url_for("custody.sightings")

    def show(_status: int) -> str:
        return render_template("assets/sighting_dismiss.html", form=form, row=queries.sighting_of(actor(), row))

    return filled(form, work, show)
