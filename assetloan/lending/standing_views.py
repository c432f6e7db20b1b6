"""Standing approvals [คำสั่งอนุมัติล่วงหน้า]: a plain form for the head who signs them, and their list."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import queries as register
from assetloan.core import clock
from assetloan.core.forms import ActForm, save
from assetloan.core.i18n import _
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import queries, service
from assetloan.lending.forms import StandingForm
from assetloan.lending.service import StandingData

bp = Blueprint("standing", __name__, url_prefix="/standing-approvals")


def _form(who: Actor) -> StandingForm:
    form = StandingForm()
    units, scope = unit_tree(clock.today()), who.scope(Permission.STANDING_APPROVAL_MANAGE)
    form.unit.choices = [
        (card.code, card.name) for card in units.ordered() if scope.everything or card.id in scope.units
    ]
    form.category.choices = [("", _("ทุกประเภท")), *((item.code, item.name) for item in register.categories())]
    return form


def _page(form: StandingForm, status: int = 200) -> ResponseReturnValue:
    who, today = actor(), clock.today()
    return render_template(
        "lending/standing.html",
        form=form,
        act_form=ActForm(formdata=None),
        rows=queries.standing_list(who),
        units=unit_tree(today),
        today=today,
        categories={item.id: item.name for item in register.categories()},
        may_manage=who.has(Permission.STANDING_APPROVAL_MANAGE),
    ), status


@bp.get("/")
@access(Permission.LOAN_VIEW)
def index() -> ResponseReturnValue:
    """The orders in force and past, and the form for a new one."""
    return _page(_form(actor()))


@bp.post("/")
@access(Permission.STANDING_APPROVAL_MANAGE)
def create() -> ResponseReturnValue:
    """Record a new order."""
    form = _form(actor())

    def work() -> str:
        if form.valid_from.data is None or form.valid_until.data is None:
            raise ValueError("the form was not validated")
        data = StandingData(
            unit=form.unit.data,
            order_no=form.order_no.data or "",
            most_days=form.most_days.number or 0,
            valid_from=form.valid_from.data,
            valid_until=form.valid_until.data,
            category=form.category.data or "",
            asset=form.asset.data or "",
        )
        service.create_standing_approval(actor(), data, now=clock.now())
        return url_for("standing.index")

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    return answer if answer is not None else _page(form, 422)


@bp.post("/<int:row>/revoke")
@access(Permission.STANDING_APPROVAL_MANAGE)
def revoke(row: int) -> ResponseReturnValue:
    """End an order now; loans it let through stand."""
    form = ActForm()

    def work() -> str:
        service.revoke_standing_approval(actor(), row, now=clock.now())
        return url_for("standing.index")

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    return answer if answer is not None else _page(_form(actor()), 422)
