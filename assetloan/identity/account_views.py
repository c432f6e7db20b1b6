"""One's own account: who I am here, language, password, API tokens; and the page that says who may do what."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock
from assetloan.core.db import transaction
from assetloan.core.errors import DomainError
from assetloan.core.forms import ActForm, save
from assetloan.core.idempotency import Answer, run_once
from assetloan.identity import account as service
from assetloan.identity import directory, labels, queries, rights, sign_in
from assetloan.identity.forms import ChangePasswordForm, LanguageForm, TokenForm
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.links import admin_links
from assetloan.identity.views import bp, forget


@bp.get("/account")
@access("signed_in")
def account() -> ResponseReturnValue:
    """Who I am here, and what I may change about it."""
    return _account_page()


def _account_page(token_form: TokenForm | None = None, status: int = 200) -> ResponseReturnValue:
    who = actor()
    tree = queries.unit_tree(clock.today())
    page = render_template(
        "identity/account.html",
        unit=tree.get(who.unit_id),
        roles=rights.roles_in_words(who, tree),
        language_form=LanguageForm(formdata=None, data={"language": service.language_of(who)}),
        form=token_form,
        token_form=token_form or TokenForm(formdata=None),
        tokens=directory.tokens_of(who),
        now=clock.now(),
        links=admin_links(who),
        new_act=ActForm,
    )
    return page, status


@bp.post("/account/language")
@access("signed_in")
def set_language() -> ResponseReturnValue:
    """The language of my pages, on every device from the next sign-in on; here at once."""
    form = LanguageForm()
    if not form.validate_on_submit():
        return _account_page(status=422)
    language = form.language.data

    def work() -> str:
        service.choose_language(actor(), language, now=clock.now())
        return url_for("web.choose_language", wanted=language, next=url_for("identity.account"))

    return save(owner_key(), form, work) or _account_page(status=422)


@bp.route("/account/password", methods=["GET", "POST"])
@access("signed_in")
def change_password() -> ResponseReturnValue:
    """Change one's own password; every session ends, this one too."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        old, new = form.old_password.data or "", form.new_password.data or ""
        try:
            with transaction():
                sign_in.change_password(actor(), old, new, now=clock.now())
        except DomainError as error:
            form.add_error(error)
        else:
            forget()
            return redirect(url_for("identity.sign_in_page", said="password"), 303)
    status = 422 if request.method == "POST" else 200
    return render_template("identity/change_password.html", form=form, hint=labels.PASSWORD_HINT), status


@bp.post("/account/tokens")
@access("signed_in")
def create_token() -> ResponseReturnValue:
    """A new token for the API, shown in this answer only."""
    form = TokenForm()
    if not form.validate_on_submit():
        return _account_page(form, 422)
    who, name = actor(), form.name.data or ""
    try:
        answer = run_once(
            owner_key(),
            form.key.data or None,
            "token",
            lambda: Answer(200, sign_in.create_token(who, who.username, name=name, now=clock.now()), secret=True),
        )
    except DomainError as error:
        form.add_error(error)
        return _account_page(form, 422)
    base_url = current_app.config["SETTINGS"].base_url
    return render_template("identity/token_made.html", token=answer.body, name=name, base_url=base_url)


@bp.post("/account/tokens/<int:token_id>/revoke")
@access("signed_in")
def revoke_token(token_id: int) -> ResponseReturnValue:
    """End one of one's own tokens."""
    form = ActForm()
    if not form.validate_on_submit():
        return _account_page(status=422)

    def work() -> str:
        sign_in.revoke_token(actor(), token_id, now=clock.now())
        return url_for("identity.account", _anchor="tokens")

    return save(owner_key(), form, work) or _account_page(status=422)


@bp.get("/rights")
@access("signed_in")
def rights_page() -> ResponseReturnValue:
    """Who may do what: the permission table in words."""
    return render_template("identity/rights.html", table=rights.table(), roles=labels.ROLES, mine=actor().roles)
