"""A half-made form comes back after signing in again (U37): filled in, and sent only when the person sends it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from assetloan.core import clock
from assetloan.core.db import nothing_is_written, transaction
from assetloan.core.i18n import _
from assetloan.core.paths import local_path
from assetloan.identity import guards, kept
from assetloan.identity.guards import access, actor

bp = Blueprint("kept", __name__)


def where_after_sign_in() -> str:
    """Where a posted form goes on after signing in: to itself, filled in, else to the page it stood on."""
    token = session.get("_user_id")
    posted = kept.half_made(
        request.path,
        request.query_string.decode("utf-8", "replace"),
        list(request.form.items(multi=True)),
        had_files=any(item.filename for item in request.files.values()),
    )
    if posted is not None and token and "X-Requested-With" not in request.headers:
        with transaction():
            brought_back = kept.keep_form(str(token), posted, now=clock.now())
        if brought_back is not None:
            return url_for("kept.again", token=brought_back)
    return _page_before()


def _page_before() -> str:
    """The page of this site that held the form, as the browser tells it."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return ""
    return local_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)


@bp.get("/kept/<token>")
@access("signed_in")
def again(token: str) -> ResponseReturnValue:
    """The form as it was typed, drawn by its own page; nothing is written. Whoever else signed in goes home."""
    found = kept.kept_form(actor(), token, now=clock.now())
    if found is None or not _become(found):
        return redirect("/", 303)
    guards.check_access()
    sentence = _("ข้อมูลที่กรอกไว้กลับมาแล้ว ยังไม่ได้ส่ง ตรวจแล้วกดส่งอีกครั้ง")
    if found.had_files:
        sentence += " " + _("รูปหรือไฟล์ต้องแนบใหม่")
    g.notices = [{"tone": "info", "text": sentence}]
    with nothing_is_written():
        answer = current_app.make_response(current_app.dispatch_request())
    if answer.status_code == 422:
        answer.status_code = 200
    return answer


def _become(found: kept.HalfMade) -> bool:
    """Let the request look like the one that was kept, so that the form's own page answers it."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        rule, values = adapter.match(found.path, method="POST", return_rule=True)
    except (HTTPException, RequestRedirect):
        return False
    for name in ("args", "values", "files", "form"):
        request.__dict__.pop(name, None)
    request.method, request.path, request.query_string = "POST", found.path, found.query.encode()
    request.url_rule, request.view_args = rule, dict(values)
    request.__dict__["form"] = ImmutableMultiDict(found.fields)
    request.__dict__["files"] = ImmutableMultiDict()
    return True
