"""The register as a file: what will be in it, then the file itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import views
from assetloan.assets.exporting.forms import ExportForm
from assetloan.assets.exporting.rows import write
from assetloan.assets.exporting.service import permit_export, permitted_form
from assetloan.assets.exporting.template import template
from assetloan.assets.page_parts import Act
from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.forms import save
from assetloan.core.i18n import _, ngettext
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission

bp = Blueprint("exports", __name__)
MIMES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_PIECE = 256 * 1024


def act(who: Actor) -> Act | None:
    """The link on the register: the list as it is filtered now."""
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name != "page" and value}
    return Act(url_for("exports.ask", **kept), _("ส่งออกเป็นไฟล์")) if who.has(Permission.ASSET_CARD) else None


def _url(endpoint: str, used: dict[str, str], **more: Any) -> str:
    """The address of a page about the same list."""
    return url_for(endpoint, **more, **dict[str, Any](used))


@bp.get("/assets/export")
@access(Permission.ASSET_CARD)
def ask() -> ResponseReturnValue:
    """What would be in the file, and the choice of its kind."""
    return _page(ExportForm())


def _page(form: ExportForm, status: int = 200) -> ResponseReturnValue:
    who = actor()
    _listed, used, told, count = views.asked(who)
    page = render_template(
        "assets/export.html",
        form=form,
        told=told,
        count=ngettext("%(num)s รายการ", "%(num)s รายการ", count),
        empty=not count,
        action=_url("exports.make", used),
        back=_url("assets.index", used),
        may_import=who.has(Permission.ASSET_IMPORT),
        sees_all=who.scope(Permission.ASSET_VIEW).everything,
    )
    return page, status


@bp.post("/assets/export")
@access("signed_in")
def make() -> ResponseReturnValue:
    """Write the export down, then send to the file. The service judges the right."""
    form = ExportForm()

    def work() -> str:
        who = actor()
        listed, used, told, _count = views.asked(who)
        kind = form.form.data
        ticket = permit_export(who, listed, kind, used, told, now=clock.now())
        return _url("exports.file", used, token=ticket)

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    return answer if answer is not None else _page(form, 422)


@bp.get("/assets/export/<token>")
@access(Permission.ASSET_CARD)
def file(token: str) -> ResponseReturnValue:
    """The file that was asked for: made on disk, so that a slow line holds neither memory nor the database."""
    who, now = actor(), clock.now()
    listed, used, told, _count = views.asked(who)
    form = permitted_form(who, token, used, now=now)
    with ExitStack() as until_made:
        made = until_made.enter_context(tempfile.TemporaryFile())
        write(listed, form, made, told)
        close = until_made.pop_all().close
    db.session.rollback()
    size = made.seek(0, 2)
    made.seek(0)
    response = Response(_pieces(made), mimetype=MIMES[form])
    response.call_on_close(close)
    response.headers["Content-Length"] = str(size)
    name = f"register-{clock.bangkok_date(now).isoformat()}.{form}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.get("/assets/import/template.xlsx")
@access(Permission.ASSET_IMPORT)
def template_file() -> ResponseReturnValue:
    """The workbook to be filled in, with the choices of the units that this person brings in."""
    units = views.units_for(actor(), Permission.ASSET_IMPORT)
    made = template(unit_tree(clock.today()), [card.id for card in units])
    db.session.rollback()
    response = Response(made, mimetype=MIMES["xlsx"])
    response.headers.set("Content-Disposition", "attachment", filename="register-template.xlsx")
    return response


def _pieces(made: IO[bytes]) -> Iterator[bytes]:
    with made:
        while piece := made.read(_PIECE):
            yield piece
