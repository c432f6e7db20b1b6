"""Custody: giving things to a keeper, and what a person keeps."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import queries as register
from assetloan.assets.care.views import filled
from assetloan.assets.custody import queries, service
from assetloan.assets.custody.forms import GiveForm, nobody, people_choices
from assetloan.assets.views import units_for
from assetloan.core import clock
from assetloan.core.forms import ActForm, save
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import UnitCard, unit_tree
from assetloan.identity.rules import Permission

bp = Blueprint("custody", __name__)


def asked_unit() -> UnitCard:
    """The unit whose things are handled: that of the thing asked for, the one chosen, or the only one."""
    who, units = actor(), units_for(actor(), Permission.ASSET_EDIT)
    number, code = request.args.get("asset", ""), request.values.get("unit", "")
    if number:
        asset = register.by_number(who, number)
        who.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
        return unit_tree(clock.today())[asset.unit_id]
    found = next((card for card in units if card.code == code), units[0] if units and not code else None)
    return found or abort(404)


@bp.route("/custody/give", methods=["GET", "POST"])
@access(Permission.ASSET_EDIT)
def give() -> ResponseReturnValue:
    """Give one thing or several to a keeper, or take them back to the store."""
    unit, form = asked_unit(), GiveForm()
    form.keeper.choices = people_choices(register.keepers(actor(), unit.id), nobody())
    if request.method == "GET":
        form.assets.data, form.from_on.data = request.args.get("asset", ""), clock.today()

    def work() -> str:
        given = service.give_custody(actor(), form.assets.lines(), form.command(), now=clock.now())
        return url_for("assets.detail", number=given[0].number, _anchor="custody")

    def show(_status: int) -> str:
        units = units_for(actor(), Permission.ASSET_EDIT)
        form.keeper.choices = people_choices(register.keepers(actor(), unit.id), nobody())
        return render_template("assets/custody_give.html", form=form, unit=unit, units=units)

    return filled(form, work, show)


@bp.get("/custody/mine")
@access(Permission.CUSTODY_ACCEPT)
def mine() -> ResponseReturnValue:
    """What I keep, what I have not acknowledged yet first."""
    return render_template("assets/custody_mine.html", rows=queries.kept_by(actor()), form=ActForm())


@bp.post("/custody/<int:row>/accept")
@access(Permission.CUSTODY_ACCEPT)
def accept(row: int) -> ResponseReturnValue:
    """Acknowledge that a thing is with me."""
    form = ActForm()

    def work() -> str:
        service.accept_custody(actor(), row, now=clock.now())
        return url_for("custody.mine")

    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return render_template("assets/custody_mine.html", rows=queries.kept_by(actor()), form=form), 422
