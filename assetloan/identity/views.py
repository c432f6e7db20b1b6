"""Sign-in and sign-out, first set-up, passwords."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from assetloan.core import clock
from assetloan.core.db import transaction
from assetloan.core.errors import DomainError, NotFound
from assetloan.core.forms import ActForm
from assetloan.core.i18n import word, word_code
from assetloan.core.paths import local_path
from assetloan.identity import labels, queries, service, sign_in
from assetloan.identity.forms import ChangePasswordForm, NewPasswordForm, SetupForm, SignInForm
from assetloan.identity.guards import SignedInUser, access, actor, address, current_actor
from assetloan.identity.models import LinkKind, Person

bp = Blueprint("identity", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@access("public")
def sign_in_page() -> ResponseReturnValue:
    """Sign in and go on to where one wanted to go."""
    form = SignInForm()
    if request.method == "GET":
        if current_actor() is not None:
            return redirect(local_path(request.args.get("next")), 303)
        form.next.data = request.args.get("next", "")
        return render_template("identity/sign_in.html", form=form)
    if form.validate_on_submit():
        answer = _try_sign_in(form)
        if answer is not None:
            return answer
    return render_template("identity/sign_in.html", form=form), 422


def _try_sign_in(form: SignInForm) -> ResponseReturnValue | None:
    now = clock.now()
    wanted = sign_in.SignIn(
        form.username.data or "", form.password.data or "", address(), request.headers.get("User-Agent", "")
    )
    try:
        person = sign_in.verify(wanted, now=now)
    except DomainError as error:
        form.form_errors.append(word(error))
        return None
    if person is None:
        with transaction():
            sign_in.note_failure(wanted, now=now)
        form.form_errors.append(word_code("sign_in_failed", {}))
        return None
    person_id = person.id
    with transaction():
        opened = sign_in.open_session(person_id, wanted, hours=current_app.config["SETTINGS"].session_hours, now=now)
    _remember(opened)
    return redirect(local_path(form.next.data), 303)


def _remember(opened: sign_in.SignedIn) -> None:
    """Put the new session's token into the cookie."""
    found = queries.live_session(sign_in.ids.token_hash(opened.token), clock.now())
    if found is None:
        raise NotFound()
    person: Person = found[1]
    who = queries.actor_of(person, today=clock.today(), address=address())
    login_user(SignedInUser(opened.token, person, who))


@bp.post("/sign-out")
@access("public")
def sign_out() -> ResponseReturnValue:
    """End this session."""
    form = ActForm()
    if current_actor() is not None and form.validate_on_submit():
        token = current_user.get_id()
        with transaction():
            sign_in.end_session(actor(), token, now=clock.now())
        logout_user()
    return redirect(url_for("identity.sign_in_page"), 303)


@bp.route("/setup/<token>", methods=["GET", "POST"])
@access("public")
def setup(token: str) -> ResponseReturnValue:
    """The first agency and administrator, by the link printed on the console; afterwards 404."""
    if queries.open_link(sign_in.ids.token_hash(token), LinkKind.SETUP, clock.now()) is None:
        raise NotFound()
    form = SetupForm()
    if form.validate_on_submit():
        data = service.Setup(
            token,
            form.agency_code.data or "",
            form.agency_name.data or "",
            form.username.data or "",
            form.name.data or "",
            form.password.data or "",
        )
        try:
            with transaction():
                service.complete_setup(data, source=address(), now=clock.now())
        except DomainError as error:
            form.add_error(error)
        else:
            return redirect(url_for("identity.sign_in_page"), 303)
    status = 422 if request.method == "POST" else 200
    return render_template("identity/setup.html", form=form, hint=labels.PASSWORD_HINT), status


@bp.route("/password/<token>", methods=["GET", "POST"])
@access("public")
def password_link(token: str) -> ResponseReturnValue:
    """Set a password by a one-time link."""
    if queries.open_link(sign_in.ids.token_hash(token), LinkKind.PASSWORD, clock.now()) is None:
        raise NotFound()
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            with transaction():
                sign_in.use_password_link(token, form.new_password.data or "", source=address(), now=clock.now())
        except DomainError as error:
            form.add_error(error)
        else:
            return redirect(url_for("identity.sign_in_page"), 303)
    status = 422 if request.method == "POST" else 200
    return render_template("identity/password_link.html", form=form, hint=labels.PASSWORD_HINT), status


@bp.route("/account/password", methods=["GET", "POST"])
@access("signed_in")
def change_password() -> ResponseReturnValue:
    """Change one's own password; every session ends, this one too."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            with transaction():
                sign_in.change_password(
                    actor(), form.old_password.data or "", form.new_password.data or "", now=clock.now()
                )
        except DomainError as error:
            form.add_error(error)
        else:
            logout_user()
            return redirect(url_for("identity.sign_in_page", next="/"), 303)
    status = 422 if request.method == "POST" else 200
    return render_template("identity/change_password.html", form=form, hint=labels.PASSWORD_HINT), status
