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
from assetloan.core import clock
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
    asset = register.by_code(actor(), text).asset
    if asset is None:
        raise NotFound(code=text)

    def work() -> str:
        chosen = request.form.get("site", "")
        place_id = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else None
        sighting.report_sighting(actor(), text, Seen(place_id, form.place.data or ""), now=clock.now())
        return url_for("custody.thanks", text=text)

    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
        asset = register.by_code(actor(), text).asset
    places = [] if asset is None else sighting.offered_places(actor(), asset.unit_id)
    page = render_template(
        "assets/seen.html", form=form, asset=asset, text=text, places=places, unit_name=unit_name, own=actor().unit_id
    )
    return page, 422 if request.method == "POST" else 200


@bp.get("/seen/<text>/thanks")
@access(Permission.ASSET_SIGHT)
def thanks(text: str) -> ResponseReturnValue:
    """The receipt of a sighting."""
    asset = register.by_code(actor(), text).asset
    if asset is None:
        raise NotFound(code=text)
    return render_template("assets/seen_thanks.html", asset=asset, text=text, unit=unit_name(asset.unit_id))


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
