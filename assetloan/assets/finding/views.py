"""Pages of finding: saved filters, places and what they should contain, who has what."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import labels, page_parts, views
from assetloan.assets.finding import labels as words  # noqa: F401 - the sentences register themselves
from assetloan.assets.finding import queries, service
from assetloan.assets.finding.forms import FilterForm, NameForm
from assetloan.assets.finding.rules import question
from assetloan.assets.models import Asset
from assetloan.assets.page_parts import Act
from assetloan.assets.queries import sees_all_of
from assetloan.core import clock, ids, text
from assetloan.core.errors import NotFound
from assetloan.core.forms import ActForm, save
from assetloan.core.i18n import _, ngettext
from assetloan.documents import qr
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission

bp = Blueprint("finding", __name__)


# --- saved filters --------------------------------------------------------------------------------------------------


def filters_act(who: Actor) -> Act | None:
    """The link on the list: to one's own filters, with what is asked now ready to be saved."""
    asked = question(request.query_string.decode("utf-8", "replace"))
    title = _("บันทึกตัวกรองนี้") if asked else _("ตัวกรองที่บันทึกไว้")
    return Act(url_for("finding.filters", query=asked or None), title)


@bp.get("/filters")
@access("signed_in")
def filters() -> ResponseReturnValue:
    """One's own filters, and the one that may be saved now."""
    form = FilterForm()
    form.question.data = question(request.args.get("query", ""))
    return _filters(form)


def _filters(form: FilterForm, status: int = 200) -> ResponseReturnValue:
    found = queries.filters_of(actor())
    page = render_template(
        "finding/filters.html",
        form=form,
        rows=[(item, f"{url_for('assets.index')}?{item.query}") for item in found],
        new_act=ActForm,
    )
    return page, status


@bp.post("/filters")
@access("signed_in")
def keep() -> ResponseReturnValue:
    """Save a filter."""
    form = FilterForm()
    if form.validate():
        name, query = form.name.data or "", form.question.data or ""

        def work() -> str:
            service.save_filter(actor(), name, query, now=clock.now())
            return url_for("finding.filters")

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _filters(form, 422)


@bp.route("/filters/<int:filter_id>/rename", methods=["GET", "POST"])
@access("signed_in")
def rename(filter_id: int) -> ResponseReturnValue:
    """Call one's own filter something else."""
    item = queries.filter_of(actor(), filter_id)
    form, name = NameForm(data={"name": item.name}), item.name
    if not form.is_submitted():
        return render_template("finding/rename.html", form=form, name=name)
    if form.validate():
        wanted = form.name.data or ""

        def work() -> str:
            service.rename_filter(actor(), filter_id, wanted, now=clock.now())
            return url_for("finding.filters")

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return render_template("finding/rename.html", form=form, name=name), 422


@bp.post("/filters/<int:filter_id>/delete")
@access("signed_in")
def remove(filter_id: int) -> ResponseReturnValue:
    """Forget one's own filter."""
    form = ActForm()

    def work() -> str:
        service.delete_filter(actor(), filter_id, now=clock.now())
        return url_for("finding.filters")

    answer = save(owner_key(), form, work) if form.validate() else None
    return answer if answer is not None else _filters(FilterForm(formdata=None), 422)


# --- places ---------------------------------------------------------------------------------------------------------


@bp.get("/places")
@access(Permission.ASSET_VIEW)
def places() -> ResponseReturnValue:
    """The places of a unit, each with how many things should be there."""
    who = actor()
    units = views.units_for(who, Permission.ASSET_VIEW)
    asked = request.args.get("unit", "")
    own = next((card for card in units if card.id == who.unit_id), units[0] if units else None)
    unit = next((card for card in units if card.code.casefold() == asked.casefold()), None) if asked else own
    if unit is None:
        raise NotFound(unit=asked)
    rows = queries.places_of(who, unit.id)
    return render_template(
        "finding/places.html",
        unit=unit,
        units=[(card.code, card.label) for card in units],
        rows=rows,
        count=ngettext("%(num)s แห่ง", "%(num)s แห่ง", len(rows)),
    )


@bp.get("/places/<int:place_id>")
@access("signed_in")
def place(place_id: int) -> ResponseReturnValue:
    """What a place should contain, ready to be printed and hung up, with the code of the room.

    Who scanned the room and reads cards alone sees its name and what can be lent there.
    """
    who = actor()
    site, code = queries.place_for(who, place_id)
    found = queries.contents_of(who, site.id)
    shown = found[: queries.MOST_SHOWN]
    unit = unit_tree(clock.today()).get(site.unit_id)
    whole = who.may(Permission.ASSET_VIEW, unit_id=site.unit_id)
    return render_template(
        "finding/place.html",
        whole=whole,
        place=site,
        unit=unit,
        rows=_rows(who, shown),
        count=ngettext("%(num)s รายการ", "%(num)s รายการ", len(shown)),
        more=len(found) > len(shown),
        most=queries.MOST_SHOWN,
        code=f"{code[:4]}-{code[4:]}" if code else "",
        qr=_qr(code) if code and whole else None,
        today=clock.today(),
        export=url_for("exports.ask", unit=unit.code if unit else "", place=str(site.id)),
    )


def _qr(code: str) -> dict[str, Any]:
    """The room's code as a path in its frame."""
    base_url: str = current_app.config["SETTINGS"].base_url
    symbol = qr.symbol_for(base_url)
    side = symbol.modules + 2 * qr.QUIET
    return {"box": f"{-qr.QUIET} {-qr.QUIET} {side} {side}", "path": qr.path(ids.code_url(base_url, code), symbol)}


def _rows(who: Actor, assets: list[Asset]) -> list[dict[str, Any]]:
    known = page_parts.statuses_of(who, assets)
    return [
        {
            "number": asset.number,
            "name": asset.name,
            "make": " ".join(filter(None, (asset.brand, asset.model))),
            "status": known.get(asset.id) or page_parts.Status(*labels.status_of(asset)),
            "keeper": _keeper(asset) if sees_all_of(who, asset) else "",
        }
        for asset in assets
    ]


def _keeper(asset: Asset) -> str:
    return asset.custodian.name if asset.custodian else asset.custodian_text


# --- who has what ---------------------------------------------------------------------------------------------------


@bp.get("/holders")
@access(Permission.ASSET_CARD)
def holders() -> ResponseReturnValue:
    """Look for a person who keeps or has borrowed something."""
    typed = text.clean(request.args.get("q", ""))
    found = queries.people_with_things(actor(), typed) if typed else []
    return render_template(
        "finding/holders.html",
        words=typed,
        rows=found[: queries.MOST_PEOPLE],
        more=len(found) > queries.MOST_PEOPLE,
        most=queries.MOST_PEOPLE,
        tree=unit_tree(clock.today()),
        myself=actor().person_id,
    )


@bp.get("/holders/<int:person_id>")
@access(Permission.ASSET_CARD)
def holder(person_id: int) -> ResponseReturnValue:
    """What a person keeps and what they have on loan, as far as the reader may know."""
    who = actor()
    person = queries.person_with_things(who, person_id)
    kept = queries.kept_by(who, person.id)
    return render_template(
        "finding/holder.html",
        person=person,
        unit=unit_tree(clock.today()).get(person.unit_id),
        kept=[
            (asset.number, asset.name, asset.place.name if asset.place else "") for asset in kept[: queries.MOST_SHOWN]
        ],
        more=len(kept) > queries.MOST_SHOWN,
        most=queries.MOST_SHOWN,
        lent=queries.lent_to(who, person.id),
    )
