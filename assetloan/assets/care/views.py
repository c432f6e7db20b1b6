"""Pages of care: sending for repair and taking back, regular work, warranty."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import queries as register
from assetloan.assets.care import queries, rules, service
from assetloan.assets.care.forms import DoneForm, FinishForm, PlanForm, ReasonForm, RepairForm
from assetloan.assets.models import Asset
from assetloan.core import clock
from assetloan.core.errors import DomainError
from assetloan.core.forms import BaseForm, done_before, save
from assetloan.core.i18n import word
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.rules import Permission

bp = Blueprint("care", __name__)


def editable(number: str) -> Asset:
    """An asset whose register the person keeps. Raises NotFound, Forbidden."""
    asset = register.by_number(actor(), number)
    actor().require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    return asset


def filled(form: BaseForm, work: Callable[[], str], show: Callable[[int], str]) -> ResponseReturnValue:
    """A question page: save what was sent, or show the form (again)."""
    again = done_before(owner_key())
    if again is not None:
        return again
    if form.validate_on_submit():
        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    status = 422 if request.method == "POST" else 200
    return show(status), status


def on_page(asset: Asset | str, part: str) -> str:
    """The page of an asset at one of its parts."""
    number = asset if isinstance(asset, str) else asset.number
    return url_for("assets.detail", number=number, _anchor=part)


# --- repairs ---------------------------------------------------------------------------------------------------------


@bp.get("/care/repairs")
@access(Permission.ASSET_VIEW)
def repairs() -> ResponseReturnValue:
    """What is away for repair, late ones first."""
    rows = queries.open_repairs(actor())
    return render_template(
        "assets/repairs.html", rows=rows, today=clock.today(), edits=actor().has(Permission.ASSET_EDIT)
    )


@bp.route("/assets/<path:number>/repair", methods=["GET", "POST"], merge_slashes=False)
@access(Permission.ASSET_EDIT)
def repair(number: str) -> ResponseReturnValue:
    """Send a thing for repair."""
    editable(number)
    form = RepairForm()
    if request.method == "GET":
        form.begun_on.data = clock.today()

    def work() -> str:
        service.begin_repair(actor(), number, form.command(), now=clock.now())
        return on_page(number, "care")

    def show(_status: int) -> str:
        asset, today = editable(number), clock.today()
        covered = asset.warranty_until is not None and asset.warranty_until >= today
        pieces = queries.pieces_of(asset)
        stopped = _stopped(asset) if request.method == "GET" else ""
        return render_template(
            "assets/repair.html", form=form, asset=asset, covered=covered, pieces=pieces, stopped=stopped
        )

    return filled(form, work, show)


def _stopped(asset: Asset) -> str:
    """Why it cannot be sent now, told before anything is typed."""
    try:
        rules.check_sent(asset.status)
    except DomainError as error:
        return word(error)
    return ""


@bp.route("/assets/<path:number>/repairs/<int:entry>/finish", methods=["GET", "POST"], merge_slashes=False)
@access(Permission.ASSET_EDIT)
def finish(number: str, entry: int) -> ResponseReturnValue:
    """Take a thing back from repair."""
    queries.repair_of(editable(number).id, entry)
    form = FinishForm()
    if request.method == "GET":
        form.finished_on.data = clock.today()

    def work() -> str:
        service.finish_repair(actor(), number, entry, form.command(), now=clock.now())
        return on_page(number, "care")

    def show(_status: int) -> str:
        asset = editable(number)
        found = queries.repair_of(asset.id, entry)
        if request.method == "GET":
            form.supplier.data = found.supplier
        return render_template("assets/repair_finish.html", form=form, asset=asset, repair=found)

    return filled(form, work, show)


@bp.route("/assets/<path:number>/repairs/<int:entry>/cancel", methods=["GET", "POST"], merge_slashes=False)
@access(Permission.ASSET_EDIT)
def cancel(number: str, entry: int) -> ResponseReturnValue:
    """Give a repair up."""
    queries.repair_of(editable(number).id, entry)
    form = ReasonForm()

    def work() -> str:
        service.cancel_repair(actor(), number, entry, reason=form.reason.data or "", now=clock.now())
        return on_page(number, "care")

    def show(_status: int) -> str:
        asset = editable(number)
        return render_template(
            "assets/repair_cancel.html", form=form, asset=asset, repair=queries.repair_of(asset.id, entry)
        )

    return filled(form, work, show)


# --- regular work and warranty ---------------------------------------------------------------------------------------


@bp.get("/care/maintenance")
@access(Permission.ASSET_VIEW)
def maintenance() -> ResponseReturnValue:
    """Regular work that is due within a month or overdue."""
    today = clock.today()
    return render_template("assets/maintenance.html", rows=queries.due_plans(actor(), today), today=today)


@bp.get("/care/warranty")
@access(Permission.ASSET_VIEW)
def warranty() -> ResponseReturnValue:
    """Things whose warranty ends soon."""
    rows = queries.ending_warranties(actor(), clock.today())
    return render_template("assets/warranty.html", rows=rows, days=rules.WARRANTY_DAYS, today=clock.today())


@bp.route("/assets/<path:number>/maintenance", methods=["GET", "POST"], merge_slashes=False)
@access(Permission.ASSET_EDIT)
def plan(number: str) -> ResponseReturnValue:
    """Plan regular work on a thing."""
    editable(number)
    form = PlanForm()

    def work() -> str:
        service.create_plan(actor(), number, form.command(), now=clock.now())
        return on_page(number, "care")

    return filled(form, work, lambda _status: render_template("assets/plan.html", form=form, asset=editable(number)))


@bp.route("/assets/<path:number>/maintenance/<int:plan_id>/done", methods=["GET", "POST"], merge_slashes=False)
@access(Permission.ASSET_EDIT)
def done(number: str, plan_id: int) -> ResponseReturnValue:
    """Regular work was done."""
    queries.plan_of(editable(number).id, plan_id)
    form = DoneForm()
    if request.method == "GET":
        form.done_on.data = clock.today()

    def work() -> str:
        service.record_maintenance(actor(), number, plan_id, form.command(), now=clock.now())
        return on_page(number, "care")

    def show(_status: int) -> str:
        asset = editable(number)
        return render_template("assets/plan_done.html", form=form, asset=asset, plan=queries.plan_of(asset.id, plan_id))

    return filled(form, work, show)


@bp.route("/assets/<path:number>/maintenance/<int:plan_id>/end", methods=["GET", "POST"], merge_slashes=False)
@access(Permission.ASSET_EDIT)
def end(number: str, plan_id: int) -> ResponseReturnValue:
    """End regular work."""
    queries.plan_of(editable(number).id, plan_id)
    form = ReasonForm()

    def work() -> str:
        service.end_plan(actor(), number, plan_id, reason=form.reason.data or "", now=clock.now())
        return on_page(number, "care")

    def show(_status: int) -> str:
        asset = editable(number)
        return render_template("assets/plan_end.html", form=form, asset=asset, plan=queries.plan_of(asset.id, plan_id))

    return filled(form, work, show)
