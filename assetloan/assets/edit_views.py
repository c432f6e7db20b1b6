"""Registering and editing an asset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan import audit
from assetloan.assets import labels, queries, service
from assetloan.assets.forms import AssetForm, EditAssetForm
from assetloan.assets.models import Asset, AssetEvent
from assetloan.assets.rules import split_number
from assetloan.assets.views import bp, units_for
from assetloan.core import clock
from assetloan.core.errors import Invalid
from assetloan.core.forms import done_before, save
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import UnitCard, unit_tree
from assetloan.identity.rules import Actor, Permission

# --- registering ----------------------------------------------------------------------------------------------------


def _offer(form: AssetForm, who: Actor, unit: UnitCard, asset: Asset | None) -> list[str]:
    """Fill the form's lists; gives the names of the unit's places."""
    keepers = queries.keepers(who, unit.id)
    units = unit_tree(clock.today()).ordered()
    if asset is not None and asset.responsible_unit_id not in {card.id for card in units}:
        units.append(unit_tree(clock.today())[asset.responsible_unit_id])
    form.offer(asset, categories=queries.categories(), units=units, keepers=keepers)
    return [site.name for site in queries.places_of([unit.id])]


@bp.route("/assets/new", methods=["GET", "POST"])
@access(Permission.ASSET_EDIT)
def new() -> ResponseReturnValue:
    """Register an asset; who keeps several units chooses one first."""
    who, units = actor(), units_for(actor(), Permission.ASSET_EDIT)
    asked = request.values.get("unit", "")
    unit = next((card for card in units if card.code == asked), units[0] if len(units) == 1 else None)
    if unit is None:
        if asked or not units:
            abort(404)
        return render_template("assets/choose_unit.html", units=units, who=who)
    form = AssetForm()
    places = _offer(form, who, unit, None)
    if request.method == "GET":
        form.responsible_unit.data = unit.code
    elif form.validate_on_submit():
        answer = save(owner_key(), form, lambda: _register(form, unit.id, now=clock.now()))
        if answer is not None:
            return answer
    status = 422 if request.method == "POST" else 200
    return render_template("assets/new.html", form=form, unit=unit, several=len(units) > 1, places=places), status


def _register(form: AssetForm, unit_id: int, *, now: datetime) -> str:
    asset = service.create_asset(actor(), unit_id, form.command(), now=now)
    return url_for("assets.detail", number=asset.number, done="registered")


# --- editing --------------------------------------------------------------------------------------------------------


@bp.route("/assets/<path:number>/edit", methods=["GET", "POST"], merge_slashes=False)
@access(Permission.ASSET_EDIT)
def edit(number: str) -> ResponseReturnValue:
    """Change an asset; when someone saved first both values are shown and nothing is lost."""
    again = done_before(owner_key())
    if again is not None:
        return again
    who = actor()
    asset, unit = _editable(who, number)
    form = EditAssetForm()
    _offer(form, who, unit, asset)
    if request.method == "GET":
        form.show(asset)
        form.version.data, form.seen.data = str(asset.version), str(_last_event(who, asset))
        return _edit_page(form, who, asset, unit)
    if not form.validate_on_submit():
        return _edit_page(form, who, asset, unit, status=422)
    received = (asset.received_on, asset.received_precision)
    answer = save(owner_key(), form, lambda: _change(form, number, received, now=clock.now()))
    if answer is not None:
        return answer
    asset, unit = _editable(who, number)
    if asset.version == form.numbers()[0]:
        return _edit_page(form, who, asset, unit, status=422)
    form.form_errors.clear()
    try:
        clashes = _merge(form, who, asset)
    except Invalid as fault:
        form.add_error(fault)
        return _edit_page(form, who, asset, unit, status=422)
    return _edit_page(form, who, asset, unit, status=409, clashes=clashes)


def _editable(who: Actor, number: str) -> tuple[Asset, UnitCard]:
    asset = queries.by_number(who, number)
    who.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    return asset, unit_tree(clock.today())[asset.unit_id]


def _last_event(who: Actor, asset: Asset) -> int:
    events = queries.history_of(who, asset, most=1)
    return events[0].id if events else 0


def _edit_page(
    form: EditAssetForm,
    who: Actor,
    asset: Asset,
    unit: UnitCard,
    *,
    status: int = 200,
    clashes: list[dict[str, Any]] | None = None,
) -> ResponseReturnValue:
    places = [site.name for site in queries.places_of([unit.id])]
    page = render_template(
        "assets/edit.html", form=form, asset=asset, unit=unit, places=places, clashes=clashes, has_errors=status != 200
    )
    return page, status


def _change(form: EditAssetForm, number: str, received: tuple[Any, str], *, now: datetime) -> str:
    asset = service.edit_asset(
        actor(), number, form.edit_command(received), version=form.numbers()[0], reason=form.reason.data or "", now=now
    )
    return url_for("assets.detail", number=asset.number, done="edited")


def _merge(form: EditAssetForm, who: Actor, asset: Asset) -> list[dict[str, Any]]:
    """Bring the form up to what others saved meanwhile: fields this person did not touch take the new value, for the
    others both values are told. Saving again then overwrites knowingly."""
    theirs = _changed_meanwhile(queries.changes_since(who, asset, form.numbers()[1]))
    mine = _typed(form, asset)
    clashes, untouched = [], []
    for name, (event, was, now) in theirs.items():
        if name not in mine or _same(mine[name], now):
            continue
        if _same(mine[name], was):
            untouched.append(name)
            continue
        clashes.append(
            {
                "field": str(labels.FIELDS.get(name, name)),
                "theirs": labels.value_words(name, now),
                "who": labels.person_words(event),
                "when": event.occurred_at,
                "mine": labels.value_words(name, mine[name]),
            }
        )
    form.show(asset, untouched)
    form.version.data, form.seen.data = str(asset.version), str(_last_event(who, asset))
    return clashes


def _changed_meanwhile(events: list[AssetEvent]) -> dict[str, tuple[AssetEvent, Any, Any]]:
    """By field: the last event that changed it, what it was before the first and what it is now."""
    found: dict[str, tuple[AssetEvent, Any, Any]] = {}
    for event in events:
        for name, value in event.after.items():
            first = found[name][1] if name in found else event.before.get(name)
            found[name] = (event, first, value)
    return found


def _typed(form: EditAssetForm, asset: Asset) -> Mapping[str, Any]:
    """What this person typed, in the words of the history."""
    given = service.cleaned(form.edit_command((asset.received_on, asset.received_precision)))
    if given.get("asset_no"):
        given["asset_no"] = split_number(given["asset_no"])[0]
    typed: dict[str, Any] = audit.plain(service.told(given, clock.today()))
    if form.received_on.typed is not None:
        typed["received_on"] = audit.plain(form.received_on.data)
    return typed


def _same(one: Any, other: Any) -> bool:
    return (one or None) == (other or None)
