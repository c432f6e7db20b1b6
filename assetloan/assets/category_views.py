"""Categories of the register: read by everyone, kept by administrators."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import categories, labels, queries
from assetloan.assets.forms import CategoryForm
from assetloan.assets.models import Category
from assetloan.core import clock
from assetloan.core.errors import DomainError, NotFound, invalid
from assetloan.core.forms import save
from assetloan.core.money import Money
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.rules import Permission

bp = Blueprint("categories", __name__)


def rate_words(category: Category) -> str:
    """The rate as people write it: 33 or 12.5."""
    return str(Money(category.rate_hundredths)).rstrip("0").rstrip(".")


@bp.get("/categories")
@access("signed_in")
def index() -> ResponseReturnValue:
    """All categories with their useful life and rate."""
    return render_template(
        "assets/categories.html",
        rows=[(category, rate_words(category)) for category in queries.categories()],
        may_edit=actor().may(Permission.SETTINGS_MANAGE, unit_id=None),
    )


@bp.route("/categories/new", methods=["GET", "POST"])
@access(Permission.SETTINGS_MANAGE)
def new() -> ResponseReturnValue:
    """A new category."""
    return _form_page(None)


@bp.route("/categories/<code>/edit", methods=["GET", "POST"])
@access(Permission.SETTINGS_MANAGE)
def edit(code: str) -> ResponseReturnValue:
    """Change a category; its code stays."""
    category = queries.category_of(code)
    if category is None:
        raise NotFound(category=code)
    return _form_page(category)


def _form_page(category: Category | None) -> ResponseReturnValue:
    form = CategoryForm()
    form.picture.choices = list(labels.PICTURES.items())
    code = category.code if category is not None else None
    if request.method == "GET":
        _show(form, category)
    elif form.validate_on_submit():
        answer = save(owner_key(), form, lambda: _save(form, code, now=clock.now()))
        if answer is not None:
            return answer
    status = 422 if request.method == "POST" else 200
    return render_template("assets/category_form.html", form=form, code=code), status


def _show(form: CategoryForm, category: Category | None) -> None:
    if category is None:
        form.picture.data = "other"
        return
    for name in ("code", "name", "asset_class", "fsn_class", "gfmis_class", "vehicle"):
        form[name].data = getattr(category, name)
    for name in ("least_years", "most_years", "years", "longest_loan_days", "lead_days", "most_extensions"):
        number = getattr(category, name)
        form[name].data = "" if number is None else str(number)
    form.rate.data = rate_words(category)
    form.picture.data = category.picture if category.picture in labels.PICTURES else "other"


def _save(form: CategoryForm, code: str | None, *, now: datetime) -> str:
    data = form.command()
    if code is None and queries.category_of(data.code) is not None:
        raise invalid("code", "category_taken", value=data.code)
    if code is not None and code != data.code:
        raise DomainError("malformed")
    categories.save_category(actor(), data, now=now)
    return url_for("categories.index")
