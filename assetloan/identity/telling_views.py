"""How I am told: by e-mail, by LINE, or on the pages alone; a code that links my LINE account."""

from __future__ import annotations

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from assetloan.config import Settings
from assetloan.core import clock
from assetloan.core.db import transaction
from assetloan.core.errors import DomainError
from assetloan.core.forms import ActForm, save
from assetloan.identity import telling as service
from assetloan.identity.forms import TellingForm
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.post import recipient_of
from assetloan.identity.views import bp
from assetloan.notices import rules
from assetloan.notices.models import Channel


@bp.route("/account/notices", methods=["GET", "POST"])
@access("signed_in")
def telling() -> ResponseReturnValue:
    """How I want to be told outside of these pages."""
    form = TellingForm()
    if form.validate_on_submit():
        wanted = form.channel.data or ""

        def work() -> str:
            service.choose_channel(actor(), wanted, now=clock.now())
            return url_for("identity.telling")

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _page(form)


def _page(form: TellingForm) -> ResponseReturnValue:
    who = actor()
    channel, linked = service.channel_of(who)
    if not form.is_submitted():
        form = TellingForm(formdata=None, data={"channel": channel.value})
    settings: Settings = current_app.config["SETTINGS"]
    if not linked:
        form.channel.choices = [choice for choice in form.channel.choices if choice.value != Channel.LINE.value]
    me = recipient_of(who.person_id) if who.person_id is not None else None
    page = render_template(
        "identity/telling.html",
        form=form,
        address=me.email if me is not None else "",
        writable=me is not None and rules.is_address(me.email),
        mail_is_on=settings.mail is not None,
        line_is_on=settings.line is not None and bool(settings.line.secret),
        linked=linked,
        code_form=ActForm(formdata=None),
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.post("/account/notices/line")
@access("signed_in")
def line_code() -> ResponseReturnValue:
    """A code for the agency's LINE account, shown in this answer only."""
    form = ActForm()
    if not form.validate_on_submit():
        return _page(TellingForm(formdata=None))
    if current_app.config["SETTINGS"].line is None:
        raise DomainError("line_not_set")
    with transaction():
        code = service.make_line_code(actor(), now=clock.now())
    return render_template("identity/line_code.html", code=code, minutes=int(service.CODE_LASTS.total_seconds() // 60))
