"""Stored files, each shown to those who may see the object it belongs to. Nothing lies under a static path (D8)."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask import Blueprint, Response, send_file
from flask.typing import ResponseReturnValue

from assetloan.assets import photos, queries
from assetloan.core import text
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.documents import files
from assetloan.documents.files import File
from assetloan.identity.guards import access, actor
from assetloan.identity.rules import Actor

bp = Blueprint("files", __name__)

# By kind of object: may this person see its files? A kind that nobody registered is shown to nobody.
checkers: dict[str, Callable[[Actor, File], bool]] = {}

INLINE = {"image/jpeg": ("photo", "thumbnail")}


@bp.get("/files/<int:file_id>")
@access("signed_in")
def show(file_id: int) -> ResponseReturnValue:
    """One stored file: re-encoded photos in the page, all else as a download. None and not yours: the same 404."""
    file = queries.stored_file(file_id)
    checker = checkers.get(file.object_type) if file is not None else None
    if file is None or checker is None or not checker(actor(), file):
        raise NotFound(file=file_id)
    path, inline = files.path_of(file.sha256), file.kind in INLINE.get(file.mime, ())
    if not path.is_file():
        raise NotFound(file=file_id)
    name, mime = text.clean(file.name) or "file", file.mime
    db.session.rollback()  # no read transaction while the bytes leave
    body = io.BytesIO(path.read_bytes())
    response: Response = send_file(body, mimetype=mime, as_attachment=not inline, download_name=name, conditional=False)
    return response


def _asset_file(who: Actor, file: File) -> bool:
    return file.object_key.isdigit() and queries.in_reach(who, int(file.object_key))


checkers[photos.OBJECT] = _asset_file
