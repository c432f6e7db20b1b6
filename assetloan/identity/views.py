"""Sign-in and sign-out, first set-up, one-time password links: the pages that need nobody signed in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from assetloan.core import clock, ids
from assetloan.core.db import transaction
from assetloan.core.errors import DomainError, NotFound
from assetloan.core.forms import ActForm
from assetloan.core.i18n import _, word, word_code
from assetloan.core.paths import local_path
from assetloan.identity import first_setup, labels, queries, sessions, sign_in
from assetloan.identity.forms import NewPasswordForm, SetupForm, SignInForm
from assetloan.identity.guards import SignedInUser, access, actor, address, current_actor
from assetloan.identity.models import LinkKind

bp = Blueprint("identity", __name__)


def _said() -> str:
    """What was done just before, in words; anything else in the address says nothing."""
    return {
        "setup": _("ตั้งค่าเสร็จแล้ว เข้าสู่ระบบด้วยชื่อผู้ใช้ที่ตั้งไว้"),
        "password": _("ตั้งรหัสผ่านแล้ว โทเคน API เดิมใช้ไม่ได้อีก เข้าสู่ระบบด้วยรหัสผ่านใหม่"),
        "out": _("ออกจากระบบแล้ว"),
    }.get(request.args.get("said", ""), "")


@bp.route("/sign-in", methods=["GET", "POST"])
@access("public")
def sign_in_page() -> ResponseReturnValue:
    """Sign in and go on to where one wanted to go."""
    form = SignInForm()
    if request.method == "GET":
        if current_actor() is not None:
            return redirect(local_path(request.args.get("next")), 303)
        form.next.data = request.args.get("next", "")
        return render_template("identity/sign_in.html", form=form, said=_said())
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
    """Put the new session's token into the cookie; nothing of the visitor's cookie stays."""
    found = sessions.live_session(ids.token_hash(opened.token), clock.now(), clock.today())
    if found is None:
        raise NotFound()
    person = found.person
    who = queries.actor_of(person, today=clock.today(), address=address(), delegations=found.delegations)
    session.clear()
    if person.language:
        session["lang"] = person.language
    login_user(SignedInUser(opened.token, person, who))


def forget() -> None:
    """Drop everything from the cookie."""
    logout_user()
    session.clear()


@bp.post("/sign-out")
@access("public")
def sign_out() -> ResponseReturnValue:
    """End this session."""
    form = ActForm()
    if current_actor() is not None and form.validate_on_submit():
        token = current_user.get_id()
        with transaction():
            sign_in.end_session(actor(), token, now=clock.now())
        forget()
    return redirect(url_for("identity.sign_in_page", said="out"), 303)


@bp.route("/setup/<token>", methods=["GET", "POST"])
@access("public")
def setup(token: str) -> ResponseReturnValue:
    """The first agency and administrator, by the link printed on the console; afterwards 404."""
    if queries.open_link(ids.token_hash(token), LinkKind.SETUP, clock.now()) is None or queries.there_are_people():
        raise NotFound()
    form = SetupForm()
    existing = queries.unit_tree(clock.today()).agency()
    if existing is not None:  # an import brought the units already
        del form.agency_name, form.agency_code
    if form.validate_on_submit() and _saved(form, lambda: _complete(token, form)):
        return redirect(url_for("identity.sign_in_page", said="setup"), 303)
    status = 422 if request.method == "POST" else 200
    page = render_template("identity/setup.html", form=form, hint=labels.PASSWORD_HINT, existing=existing)
    return page, status


def _complete(token: str, form: SetupForm) -> None:
    given = {name: str(value or "") for name, value in form.data.items()}
    data = first_setup.Setup(
        token,
        given.get("agency_code", ""),
        given.get("agency_name", ""),
        given["username"],
        given["name"],
        given["password"],
    )
    first_setup.complete_setup(data, source=address(), now=clock.now())


@bp.route("/password/<token>", methods=["GET", "POST"])
@access("public")
def password_link(token: str) -> ResponseReturnValue:
    """Set a password by a one-time link; it works once."""
    username = _owner(token)
    form = NewPasswordForm()
    new = form.new_password.data or ""
    if form.validate_on_submit() and _saved(
        form, lambda: sign_in.use_password_link(token, new, source=address(), now=clock.now())
    ):
        if current_actor() is not None:
            forget()
        return redirect(url_for("identity.sign_in_page", said="password"), 303)
    status = 422 if request.method == "POST" else 200
    hint = labels.PASSWORD_HINT
    return render_template("identity/password_link.html", form=form, hint=hint, username=username), status


def _owner(token: str) -> str:
    """Whose password the link sets. Raises NotFound when it is spent."""
    link = queries.open_link(ids.token_hash(token), LinkKind.PASSWORD, clock.now())
    person = queries.person_of_link(link) if link is not None else None
    if person is None:
        raise NotFound()
    return person.username or ""


def _saved(form: Any, work: Any) -> bool:
    """Run `work` in a transaction; False when a rule said no, with its sentence beside the field."""
    try:
        with transaction():
            work()
    except DomainError as error:
        if error.code == "not_found":
            raise
        form.add_error(error)
        return False
    return True
