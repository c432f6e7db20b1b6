"""Units: the tree, one unit with its past, changing it; and when its clean returns may be lent again."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock
from assetloan.core.forms import save
from assetloan.identity import directory, labels, queries, service
from assetloan.identity.admin_forms import AliasForm, HoldingForm, UnitForm
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Permission
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
        form=form,
        alias_form=alias_form or AliasForm(formdata=None),
        holding_form=holding_form or HoldingForm(formdata=None, data={"holding": holding}),
        manages=who.may(Permission.UNIT_MANAGE, unit_id=None),
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
