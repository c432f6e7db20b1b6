"""Units: the tree, one unit with its past, changing it; and when its clean returns may be lent again."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock
from assetloan.core.errors import NotFound
from assetloan.core.forms import ActForm, done_before, save
from assetloan.identity import closing, directory, labels, queries, service
from assetloan.identity.admin_forms import AliasForm, CloseUnitForm, HoldingForm, UnitForm
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.views import bp


@bp.get("/units")
@access("signed_in")
def units() -> ResponseReturnValue:
    """All units, each under its parent."""
    tree = queries.unit_tree(clock.today())
    return render_template(
        "identity/units.html",
        nodes=directory.tree_nodes(tree),
        count=len(tree.ordered()),
        kinds=labels.UNIT_KINDS,
        closed=directory.closed_units(tree),
        one_day=closing.ONE_DAY,
        manages=actor().has(Permission.UNIT_MANAGE),
    )


@bp.get("/units/<code>")
@access("signed_in")
def unit(code: str) -> ResponseReturnValue:
    """One unit: what it is called, where it stands, what it was called before."""
    return _unit_page(code)


def _unit_page(
    code: str, alias_form: AliasForm | None = None, holding_form: HoldingForm | None = None
) -> ResponseReturnValue:
    who, today = actor(), clock.today()
    tree = queries.unit_tree(today)
    card = queries.unit_by_code(code, today)
    holding = "hold" if card.holds_clean_returns else "free"
    form = alias_form or holding_form
    page = render_template(
        "identity/unit.html",
        unit=card,
        above=list(reversed(tree.above(card.id))),
        below=[item for item in tree.ordered() if item.parent_id == card.id],
        kinds=labels.UNIT_KINDS,
        aliases=directory.aliases_of(card.id),
        versions=directory.versions_of(card.id),
        closed=closing.closing_of(card),
        form=form,
        alias_form=alias_form or AliasForm(formdata=None),
        holding_form=holding_form or HoldingForm(formdata=None, data={"holding": holding}),
        manages=card.closed_on is None and who.may(Permission.UNIT_MANAGE, unit_id=None),
        sets=who.may(Permission.UNIT_SETTINGS, unit_id=card.id),
    )
    return page, 200 if form is None else 422


@bp.route("/units/new", methods=["GET", "POST"])
@access(Permission.UNIT_MANAGE)
def new_unit() -> ResponseReturnValue:
    """Register a unit."""
    form = UnitForm()
    form.prepare(clock.today())
    if not form.is_submitted():
        return render_template("identity/unit_form.html", form=form, unit=None)
    if form.validate():
        code = form.code.data or ""
        command = form.command(code)

        def work() -> str:
            service.create_unit(actor(), command, now=clock.now())
            return url_for("identity.unit", code=code)

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return render_template("identity/unit_form.html", form=form, unit=None), 422


@bp.route("/units/<code>/edit", methods=["GET", "POST"])
@access(Permission.UNIT_MANAGE)
def edit_unit(code: str) -> ResponseReturnValue:
    """Change a unit from today on; its past keeps the old name."""
    today = clock.today()
    card = queries.unit_by_code(code, today)
    form = UnitForm(data=_as_typed(card))
    form.prepare(today)
    del form.code
    if not form.is_submitted():
        form.seen.data = card.fingerprint
        return render_template("identity/unit_form.html", form=form, unit=card)
    if form.validate():
        command, seen = form.command(card.code), form.seen.data or ""

        def work() -> str:
            service.edit_unit(actor(), card.code, command, seen=seen, now=clock.now())
            return url_for("identity.unit", code=card.code)

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return render_template("identity/unit_form.html", form=form, unit=card), 422


def _as_typed(card: UnitCard) -> dict[str, str]:
    parent = queries.unit_tree(clock.today()).get(card.parent_id)
    return {
        "name": card.name,
        "short_name": card.short_name,
        "kind": card.kind.value,
        "parent": parent.code if parent else "",
        "site": card.site,
        "head_post": card.head_post,
        "contact": card.contact,
    }


@bp.post("/units/<code>/aliases")
@access(Permission.UNIT_MANAGE)
def add_alias(code: str) -> ResponseReturnValue:
    """Another name by which files call the unit."""
    form = AliasForm()
    if form.validate():
        name = form.name.data or ""

        def work() -> str:
            service.add_alias(actor(), code, name, now=clock.now())
            return url_for("identity.unit", code=code, _anchor="names")

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _unit_page(code, alias_form=form)


@bp.route("/units/<code>/aliases/<int:alias_id>/remove", methods=["GET", "POST"])
@access(Permission.UNIT_MANAGE)
def remove_alias(code: str, alias_id: int) -> ResponseReturnValue:
    """Ask before a name is taken away."""
    again = done_before(owner_key())
    if again is not None:
        return again
    card, alias = closing.alias_for(code, alias_id, clock.today())
    if alias.removed_at is not None:
        raise NotFound(alias=alias_id)
    name, form = alias.name, ActForm()
    if not form.is_submitted():
        return render_template("identity/remove_alias.html", unit=card, name=name, alias_id=alias_id, form=form)
    if form.validate():

        def work() -> str:
            closing.remove_alias(actor(), code, alias_id, now=clock.now())
            return url_for("identity.alias_removed", code=card.code, alias_id=alias_id)

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return render_template("identity/remove_alias.html", unit=card, name=name, alias_id=alias_id, form=form), 422


@bp.get("/units/<code>/aliases/<int:alias_id>/removed")
@access(Permission.UNIT_MANAGE)
def alias_removed(code: str, alias_id: int) -> ResponseReturnValue:
    """The receipt of a name taken away."""
    card, alias = closing.alias_for(code, alias_id, clock.today())
    if alias.removed_at is None:
        raise NotFound(alias=alias_id)
    return render_template("identity/alias_removed.html", unit=card, alias=alias)


@bp.route("/units/<code>/close", methods=["GET", "POST"])
@access(Permission.UNIT_MANAGE)
def close_unit(code: str) -> ResponseReturnValue:
    """Close a unit; what still hangs on it is named, with the way to it."""
    today = clock.today()
    card = queries.unit_by_code(code, today)
    form = CloseUnitForm()
    form.prepare(card.code, today)
    if not form.is_submitted():
        if card.closed_on is not None:
            return redirect(url_for("identity.unit_closed", code=card.code), 303)
        return _closing_page(card, form)
    if form.validate() and form.last_day.data is not None:
        command = closing.ClosingData(form.last_day.data, form.order.data or "", form.successor.data or "")

        def work() -> str:
            closing.close_unit(actor(), card.code, command, now=clock.now())
            return url_for("identity.unit_closed", code=card.code)

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _closing_page(card, form), 422


def _closing_page(card: UnitCard, form: CloseUnitForm) -> str:
    who, today = actor(), clock.today()
    ties = [
        (tie, url_for(tie.endpoint, **tie.values) if _opens(who, tie, card) else "")
        for tie in closing.ties_of(card, today)
    ]
    return render_template(
        "identity/close_unit.html", unit=card, form=form, ties=ties, rights=len(closing.grants_over(card.id, today))
    )


def _opens(who: Actor, tie: closing.Tie, card: UnitCard) -> bool:
    return tie.permission is None or who.may(tie.permission, unit_id=card.id)


@bp.get("/units/<code>/closed")
@access(Permission.UNIT_MANAGE)
def unit_closed(code: str) -> ResponseReturnValue:
    """The receipt of a closed unit."""
    card = queries.unit_by_code(code, clock.today())
    found = closing.closing_of(card)
    if found is None:
        raise NotFound(unit=code)
    return render_template("identity/unit_closed.html", unit=card, closed=found)


@bp.post("/units/<code>/holding")
@access(Permission.UNIT_SETTINGS)
def set_holding(code: str) -> ResponseReturnValue:
    """Whether clean returns of this unit wait for the Secretariat."""
    form = HoldingForm()
    if form.validate():
        holds = form.holding.data == "hold"

        def work() -> str:
            service.set_holding(actor(), code, holds_clean_returns=holds, now=clock.now())
            return url_for("identity.unit", code=code, _anchor="settings")

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _unit_page(code, holding_form=form)
