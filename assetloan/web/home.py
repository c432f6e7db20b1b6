"""The home page by role, the menu of phones, language, handbook, accessibility statement, health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from assetloan import schema
from assetloan.assets.custody import parts
from assetloan.core import clock, settings
from assetloan.core.db import db, transaction
from assetloan.core.forms import ActForm
from assetloan.core.i18n import LANGUAGES, _
from assetloan.core.paths import local_path
from assetloan.identity.guards import access, actor, current_actor
from assetloan.lending import links
from assetloan.lending.labels import NOTICES
from assetloan.notices import inbox
from assetloan.notices.models import Notice
from assetloan.web import around
from assetloan.web.shell import nav_items

bp = Blueprint("web", __name__)
MOST_TOLD = 5
# Where several notices of a kind lead; what is told to a borrower leads to the own loans.
LISTS = {
    "loan.requested": "lending.approvals",
    "loan.extension_requested": "lending.approvals",
    "loan.transfer_requested": "lending.approvals",
    "loan.return_declared": "lending.return_list",
    "loan.sent_back": "lending.return_list",
    "compensation.proposed": "returns.compensations",
    "loan.escalated": "chasing.index",
}
# The page of one loan that a single notice leads to, when it is not the loan's own.
PAGES = {"loan.requested": "lending.decide"} | dict.fromkeys(
    (
        *("loan.extension_requested", "loan.extension_approved", "loan.extension_rejected"),
        *("loan.transfer_requested", "loan.transfer_offered", "loan.transfer_rejected", "loan.transfer_declined"),
    ),
    "changing.latest",
)


@bp.get("/")
@access("public")
def home() -> ResponseReturnValue:
    """What waits for me, then what I do most."""
    who = current_actor()
    if who is None:
        return redirect("/sign-in", 303)
    told = inbox.unseen(who.person_id) if who.person_id is not None else []
    most = links.most_done(who)
    return render_template(
        "web/home.html",
        waiting=[*around.first_steps(who), *links.waiting(who), *parts.waiting(who)],
        most=most,
        groups=around.groups(who, shown={task.url for task in most}),
        told=_grouped(told),
        upto=told[0].id if told else 0,
        form=ActForm(),
    )


def _grouped(told: list[Notice]) -> list[Told]:
    """The newest notice of each loan (how it went before stands on its own page), equal kinds as one with a count."""
    newest: dict[str, Notice] = {}
    for notice in told:
        newest.setdefault(notice.about_key, notice)
    kinds: dict[str, list[Notice]] = {}
    for notice in newest.values():
        kinds.setdefault(notice.event, []).append(notice)
    return [_told(group) for group in kinds.values()][:MOST_TOLD]


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in words, or several of a kind, with the page that they are about; `when` is that of the newest."""

    text: str
    about: str
    when: datetime
    url: str
    count: int


def _told(group: list[Notice]) -> Told:
    first = group[0]
    words = str(NOTICES.get(first.event, _("มีเรื่องแจ้งให้ทราบ")))
    if len(group) > 1 or first.event == "compensation.proposed":
        url = url_for(LISTS.get(first.event, "lending.mine"))
    else:
        url = url_for(PAGES.get(first.event, "lending.detail"), number=first.about_key)
    return Told(words, first.about_key if len(group) == 1 else "", first.created_at, url, len(group))


@bp.post("/notices/seen")
@access("signed_in")
def put_aside() -> ResponseReturnValue:
    """Put aside what was read; what came since stays."""
    who, form, upto = actor(), ActForm(), request.form.get("upto", "")
    if form.validate_on_submit() and upto.isascii() and upto.isdigit() and len(upto) < 12 and who.person_id is not None:
        with transaction():
            inbox.put_aside(who.person_id, upto=int(upto), at=clock.now())
    return redirect(url_for("web.home"), 303)


@bp.get("/menu")
@access("signed_in")
def menu() -> ResponseReturnValue:
    """All links as a page, for phones."""
    top = nav_items()
    return render_template("web/menu.html", groups=around.groups(actor(), shown={item.url for item in top}))


@bp.get("/handbook")
@access("public")
def handbook() -> ResponseReturnValue:
    """The borrowing handbook, for everyone."""
    today = clock.today()
    days = {name: settings.number(f"{name}_days", today) for name in ("longest_loan", "chase")}
    return render_template("web/handbook.html", longest_days=days["longest_loan"], chase_days=days["chase"])


@bp.get("/accessibility")
@access("public")
def accessibility() -> ResponseReturnValue:
    """What works for whom, and what does not yet."""
    return render_template("web/accessibility.html")


@bp.get("/language/<wanted>")
@access("public")
def choose_language(wanted: str) -> ResponseReturnValue:
    """Choose Thai or English; a cookie remembers it, nothing else changes."""
    if wanted not in LANGUAGES:
        abort(404)
    response = redirect(local_path(request.args.get("next")), 303)
    response.set_cookie("lang", wanted, max_age=31536000, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


@bp.get("/healthz")
@access("public")
def healthz() -> ResponseReturnValue:
    """The process is alive."""
    return {"status": "ok"}


@bp.get("/readyz")
@access("public")
def readyz() -> ResponseReturnValue:
    """The database answers and has the schema of this program; no detail for strangers."""
    db.session.execute(text("SELECT 1"))
    ready = schema.current(db.engine) == schema.head()
    return {"status": "ok" if ready else "not_ready"}, 200 if ready else 503
