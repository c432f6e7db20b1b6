"""Orders of delegation, government holidays, dated settings."""

from __future__ import annotations

from datetime import date

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock, settings
from assetloan.core.calendar import be_year
from assetloan.core.errors import Forbidden, NotFound
from assetloan.core.forms import ActForm, BaseForm, choices, save
from assetloan.core.holidays import all_holidays
from assetloan.identity import delegations as orders
from assetloan.identity import directory, labels, queries, upkeep
from assetloan.identity.admin_forms import CoverForm, DelegationForm, FillForm, HolidayForm, SettingForm
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.rules import Permission
from assetloan.identity.views import bp

# --- delegations ----------------------------------------------------------------------------------------------------


@bp.get("/delegations")
@access("signed_in")
def delegations() -> ResponseReturnValue:
    """Orders of delegation within one's reach, newest first."""
    return _delegations_page()


def _delegations_page(form: ActForm | None = None) -> ResponseReturnValue:
    who, today = actor(), clock.today()
    page = render_template(
        "identity/delegations.html",
        rows=directory.delegations_for(who),
        tree=queries.unit_tree(today),
        kinds=labels.DELEGATION_KINDS,
        places={place.value: words for place, words in labels.PLACES.items()},
        today=today,
        manages=who.has(Permission.DELEGATION_MANAGE),
        covers=bool(orders.own_posts(who, today)),
        me=who.person_id,
        kinds_of_things=dict(orders.kinds_of_things()),
        form=form,
        new_act=ActForm,
    )
    return page, 200 if form is None else 422


@bp.route("/delegations/new", methods=["GET", "POST"])
@access(Permission.DELEGATION_MANAGE)
def new_delegation() -> ResponseReturnValue:
    """Record an order of delegation."""
    today = clock.today()
    form = DelegationForm(data={"valid_from": today})
    form.prepare(today)
    if not form.is_submitted():
        return render_template("identity/delegation_form.html", form=form)
    if form.validate():

        def work() -> str:
            orders.create_delegation(actor(), form.command(), now=clock.now())
            return url_for("identity.delegations")

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return render_template("identity/delegation_form.html", form=form), 422


@bp.route("/delegations/cover", methods=["GET", "POST"])
@access(Permission.DELEGATION_OWN)
def cover() -> ResponseReturnValue:
    """Let somebody approve in one's own place for some days."""
    who, today = actor(), clock.today()
    posts = orders.own_posts(who, today)
    if not posts:
        raise Forbidden()
    form = CoverForm(data={"valid_from": today})
    form.prepare(posts, orders.may_stand_in(who, posts, today))
    if form.is_submitted() and form.validate():

        def work() -> str:
            orders.create_delegation(actor(), form.command(posts), now=clock.now())
            return url_for("identity.delegations")

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return render_template("identity/cover.html", form=form), 422 if form.is_submitted() else 200


@bp.post("/delegations/<int:delegation_id>/revoke")
@access("signed_in")
def revoke_delegation(delegation_id: int) -> ResponseReturnValue:
    """End a delegation now."""
    if not any(map(actor().has, (Permission.DELEGATION_MANAGE, Permission.DELEGATION_OWN))):
        raise Forbidden()
    form = ActForm()

    def work() -> str:
        orders.revoke_delegation(actor(), delegation_id, now=clock.now())
        return url_for("identity.delegations")

    return (save(owner_key(), form, work) if form.validate() else None) or _delegations_page(form)


# --- holidays -------------------------------------------------------------------------------------------------------


@bp.route("/holidays", methods=["GET", "POST"])
@access(Permission.HOLIDAY_MANAGE)
def holidays() -> ResponseReturnValue:
    """The days on which government offices are closed; adding one."""
    form = HolidayForm()
    if not form.is_submitted():
        return _holidays_page(form)
    if form.validate():
        day, name, source = form.day.data, form.name.data or "", form.source.data or ""

        def work() -> str:
            if day is not None:
                upkeep.add_holiday(actor(), day, name, source, now=clock.now())
            return url_for("identity.holidays")

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _holidays_page(form, failed=form)


@bp.post("/holidays/fill")
@access(Permission.HOLIDAY_MANAGE)
def fill_holidays() -> ResponseReturnValue:
    """Add what the library knows of a year."""
    form = FillForm()
    if form.validate() and form.year.number is not None:
        year = form.year.number - 543

        def work() -> str:
            upkeep.fill_holidays(actor(), year, now=clock.now())
            return url_for("identity.holidays")

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _holidays_page(HolidayForm(formdata=None), fill_form=form, failed=form)


@bp.post("/holidays/<day>/remove")
@access(Permission.HOLIDAY_MANAGE)
def remove_holiday(day: str) -> ResponseReturnValue:
    """Offices are open on that day after all."""
    form = ActForm()
    try:
        which = date.fromisoformat(day)
    except ValueError:
        raise NotFound() from None

    def work() -> str:
        upkeep.remove_holiday(actor(), which, now=clock.now())
        return url_for("identity.holidays")

    answer = save(owner_key(), form, work) if form.validate() else None
    return answer or _holidays_page(HolidayForm(formdata=None), failed=form)


def _holidays_page(
    day_form: HolidayForm, fill_form: FillForm | None = None, failed: BaseForm | None = None
) -> ResponseReturnValue:
    rows = all_holidays()
    years = sorted({be_year(row.day) for row in rows}, reverse=True)
    next_year = max([*years, be_year(clock.today()) - 1]) + 1
    page = render_template(
        "identity/holidays.html",
        years=[(year, [row for row in reversed(rows) if be_year(row.day) == year]) for year in years],
        day_form=day_form,
        fill_form=fill_form or FillForm(formdata=None, data={"year": str(next_year)}),
        form=failed,
        library=upkeep.LIBRARY,
        new_act=ActForm,
    )
    return page, 200 if failed is None else 422


# --- settings -------------------------------------------------------------------------------------------------------


@bp.get("/settings")
@access(Permission.SETTINGS_MANAGE)
def settings_page() -> ResponseReturnValue:
    """Every setting with the value of today, its article, and what comes next."""
    today = clock.today()
    rows = [
        (item, settings.value(item.key, today), upkeep.changes_of(item.key, today)) for item in upkeep.open_settings()
    ]
    return render_template(
        "identity/settings.html", rows=rows, words=labels.SETTINGS, choice_words=labels.SETTING_CHOICES
    )


def _given(definition: settings.Definition, form: SettingForm) -> str | bool:
    """What was typed or chosen."""
    if definition.kind is bool:
        return bool(form.on.data == "1")
    return str((form.choice if definition.choices else form.value).data or "")


@bp.route("/settings/<key>", methods=["GET", "POST"])
@access(Permission.SETTINGS_MANAGE)
def change_setting(key: str) -> ResponseReturnValue:
    """Set a value from a day on."""
    definition = next((item for item in upkeep.open_settings() if item.key == key), None)
    if definition is None:
        raise NotFound()
    today = clock.today()
    now_value = settings.value(key, today)
    start = {"on": "1" if now_value else "0", "value": "" if definition.kind is bool else str(now_value)}
    form = SettingForm(data=start | {"valid_from": today, "choice": now_value if definition.choices else None})
    form.choice.choices = choices(labels.SETTING_CHOICES.get(key, {}).items())
    status = 200
    if form.is_submitted():
        status = 422
        given = _given(definition, form)
        valid_from = form.valid_from.data
        if form.validate() and valid_from is not None:

            def work() -> str:
                upkeep.change_setting(actor(), key, given, valid_from, now=clock.now())
                return url_for("identity.settings_page")

            answer = save(owner_key(), form, work)
            if answer is not None:
                return answer
    page = render_template(
        "identity/setting_form.html",
        form=form,
        definition=definition,
        words=labels.SETTINGS[key],
        yes_no=definition.kind is bool,
        whole=definition.kind is int,
        choice_words=labels.SETTING_CHOICES.get(key, {}),
        history=upkeep.history_of(key),
    )
    return page, status
