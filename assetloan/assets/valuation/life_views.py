"""The life of a category by date: read by everyone, set by administrators."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import queries as register
from assetloan.assets.category_views import bp
from assetloan.assets.models import Category
from assetloan.assets.valuation import queries, service
from assetloan.assets.valuation.cards import rate_words
from assetloan.assets.valuation.forms import LifeForm
from assetloan.core import clock
from assetloan.core.errors import NotFound
from assetloan.core.forms import save
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.rules import Permission


def _category(code: str) -> Category:
    category = register.category_of(code)
    if category is None:
        raise NotFound(category=code)
    return category


@bp.get("/categories/<code>/lives")
@access("signed_in")
def lives(code: str) -> ResponseReturnValue:
    """The lives of a category: before the first day its own holds."""
    category = _category(code)
    rows = queries.lives_of([category.id])
    return render_template(
        "assets/lives.html",
        category=category,
        own_rate=rate_words(category.rate_hundredths),
        rows=[(row, rate_words(row.rate_hundredths)) for row in reversed(rows)],
        first=rows[0].valid_from if rows else None,
        may_edit=actor().may(Permission.SETTINGS_MANAGE, unit_id=None),
    )


@bp.route("/categories/<code>/lives/new", methods=["GET", "POST"])
@access(Permission.SETTINGS_MANAGE)
def set_life(code: str) -> ResponseReturnValue:
    """Another life from a day on; the same day again corrects it."""
    category, form = _category(code), LifeForm()
    if request.method == "GET":
        form.years.data, form.rate.data = str(category.years), rate_words(category.rate_hundredths)
    elif form.validate_on_submit():
        answer = save(owner_key(), form, lambda: _set(form, code))
        if answer is not None:
            return answer
        category = _category(code)
    status = 422 if request.method == "POST" else 200
    return render_template("assets/life_form.html", category=category, form=form), status


def _set(form: LifeForm, code: str) -> str:
    service.set_life(actor(), code, form.command(), now=clock.now())
    return url_for("categories.lives", code=code)
