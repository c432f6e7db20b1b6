"""The home page by role, the menu of phones, language, handbook, accessibility statement, health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from assetloan import schema
from assetloan.core.db import db
from assetloan.core.i18n import LANGUAGES
from assetloan.core.paths import local_path
from assetloan.identity.guards import access, actor, current_actor
from assetloan.identity.links import admin_links

bp = Blueprint("web", __name__)


@bp.get("/")
@access("public")
def home() -> ResponseReturnValue:
    """What waits for me, then what I do most."""
    who = current_actor()
    if who is None:
        return redirect("/sign-in", 303)
    return render_template("web/home.html", rest=admin_links(who))


@bp.get("/menu")
@access("signed_in")
def menu() -> ResponseReturnValue:
    """All links as a page, for phones."""
    return render_template("web/menu.html", rest=admin_links(actor()))


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
