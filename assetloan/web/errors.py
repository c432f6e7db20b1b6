"""Error pages: the same header and help, a sentence, a reference number; never a trace."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, NoResultFound, OperationalError, TimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import IntegerConverter, Map

from assetloan.api.problems import problem
from assetloan.core.db import db
from assetloan.core.errors import DomainError
from assetloan.core.i18n import _, word
from assetloan.identity.guards import request_id
from assetloan.web.kept import where_after_sign_in

log = logging.getLogger(__name__)


def sentence_for(status: int) -> str:
    """What a status means for the reader, and what to do next."""
    words = {
        400: _("อ่านข้อมูลที่ส่งมาไม่ได้ กรุณากลับไปหน้าก่อนแล้วลองใหม่"),
        403: _("คุณไม่มีสิทธิ์ใช้หน้านี้ หากเห็นว่าควรมี กรุณาติดต่อผู้ดูแลระบบ"),
        404: _("ไม่พบหน้าที่ขอ หรือรายการนี้อยู่นอกสิทธิ์ของคุณ"),
        405: _("หน้านี้เปิดด้วยวิธีนี้ไม่ได้ กรุณาเริ่มจากหน้าแรก"),
        409: _("มีผู้แก้ไขรายการนี้ก่อนแล้ว กรุณาเปิดดูใหม่แล้วทำอีกครั้ง"),
        413: _(
            "ไฟล์หรือข้อมูลใหญ่เกินกำหนด ส่งได้ครั้งละไม่เกิน %(most)s เมกะไบต์ กรุณากลับไปหน้าก่อน ลดขนาดแล้วส่งใหม่",
            most=current_app.config["SETTINGS"].max_upload_mib,
        ),
        429: _("ทำรายการถี่เกินไป กรุณารอสักครู่แล้วลองใหม่"),
        503: _("ระบบไม่ว่างชั่วคราว ข้อมูลยังไม่ถูกบันทึก กรุณาลองอีกครั้งในอีกสักครู่"),
    }
    other = _("เกิดข้อผิดพลาดในระบบ ข้อมูลยังไม่ถูกบันทึก กรุณาลองใหม่ หรือแจ้งเลขอ้างอิงนี้ให้ผู้ดูแลระบบ")
    return str(words.get(status, other))


def page(status: int, sentence: str | None = None, code: str | None = None) -> ResponseReturnValue:
    """The error as a page, or as problem+json under /api/."""
    words = sentence or sentence_for(status)
    if request.path.startswith("/api/"):
        return problem(status, code or _code(status), words)
    headers = {"Retry-After": "5"} if status in (429, 503) else {}
    g.bare_page = status >= 500
    body = render_template("errors/error.html", status=status, sentence=words, reference=request_id())
    return body, status, headers


def _code(status: int) -> str:
    return {
        400: "malformed",
        401: "unauthenticated",
        403: "not_allowed",
        404: "not_found",
        405: "method_not_allowed",
        409: "conflict",
        413: "too_large",
        422: "invalid",
        429: "too_many_requests",
        503: "unavailable",
    }.get(status, "error")


def sign_in_first() -> ResponseReturnValue:
    """Send a visitor to the sign-in page and back to where they wanted to go."""
    if request.path.startswith("/api/"):
        return problem(401, "unauthenticated", _("ต้องส่ง Authorization: Bearer ที่ใช้ได้"))
    wanted = request.full_path.rstrip("?") if request.method == "GET" else where_after_sign_in()
    query = f"?{urlencode({'next': wanted})}" if wanted and wanted != "/" else ""
    return redirect(url_for("identity.sign_in_page") + query, 303)


def _domain(error: DomainError) -> ResponseReturnValue:
    if error.code == "unauthenticated":
        return sign_in_first()
    if request.path.startswith("/api/"):
        return problem(error.status, error.code, word(error), error)
    return page(error.status, word(error), error.code)


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return page(
        400,
        _("แบบฟอร์มนี้หมดอายุหรือเปิดไว้ก่อนเข้าสู่ระบบ ข้อมูลยังไม่ถูกบันทึก กรุณากลับไปเปิดหน้าเดิมใหม่แล้วส่งอีกครั้ง"),
    )


def _missing(_error: NoResultFound) -> ResponseReturnValue:
    return page(404)


def _stale(_error: StaleDataError) -> ResponseReturnValue:
    return page(409)


def _database(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    log.error("database unavailable, reference %s: %s", request_id(), type(error).__name__)
    return page(503)


def _foreign_host(_error: SecurityError) -> ResponseReturnValue:
    """A host that is not ours has no addresses, so there is no page to draw."""
    return sentence_for(400), 400, {"Content-Type": "text/plain; charset=utf-8"}


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status == 401:
        return sign_in_first()
    if error.response is not None or 300 <= status < 400:
        return error
    return page(status)


def _unexpected(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    # The values of a database error hold what people typed: only its kind is logged.
    typed = isinstance(error, DBAPIError)
    detail = type(error.orig).__name__ if isinstance(error, DBAPIError) else ""
    log.error("unexpected %s %s, reference %s", type(error).__name__, detail, request_id(), exc_info=not typed)
    return page(500)


class RowNumber(IntegerConverter):
    """A number in an address names a row: one that no database can hold names nothing (404)."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


def init(app: Flask) -> None:
    """Hang the handlers on the application, before its routes are made."""
    app.url_map.converters["int"] = RowNumber
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(NoResultFound, _missing)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(TimeoutError, _database)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)
