"""Pictures of a thing at the desk: made anew and stored before the transaction; what was chosen survives a mistake."""

from __future__ import annotations

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from assetloan.core.errors import DomainError
from assetloan.core.forms import BaseForm
from assetloan.core.i18n import ngettext, word
from assetloan.documents.files import store_bytes
from assetloan.documents.photos import reencode
from assetloan.lending.desk import StoredPhoto

MOST = 3


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="receipt-photos")


def mark_of(photos: tuple[StoredPhoto, ...]) -> str:
    """What a page carries so that pictures which were taken in need not be chosen again."""
    return str(_signer().dumps([[item.sha256, item.size, item.description] for item in photos]))


def marks_of(photos: dict[int, tuple[StoredPhoto, ...]]) -> dict[int, tuple[str, int]]:
    """The marks of each line that has pictures, with their number."""
    return {position: (mark_of(items), len(items)) for position, items in photos.items() if items}


def _kept(position: int) -> list[StoredPhoto]:
    try:
        rows = _signer().loads(request.form.get(f"kept_{position}", ""))
    except BadSignature:
        return []
    return [StoredPhoto(sha, size, words) for sha, size, words in rows]


def taken_in(form: BaseForm, position: int) -> tuple[tuple[StoredPhoto, ...], bool]:
    """The stored pictures of a line, new ones and those kept from before; False when one was refused."""
    field = form[f"photos_{position}"]
    alt = form[f"alt_{position}"].data or "" if f"alt_{position}" in form else ""
    chosen = [file for file in request.files.getlist(f"photos_{position}") if file.filename]
    kept, fine = _kept(position), True
    if len(kept) + len(chosen) > MOST:
        field.errors = [ngettext("แนบได้ไม่เกิน %(num)s รูป", "แนบได้ไม่เกิน %(num)s รูป", MOST)]
        fine, chosen = False, []
    for file in chosen:
        try:
            kept.append(_stored(file, alt))
        except DomainError as fault:
            field.errors = [*field.errors, f"{file.filename}: {word(fault)}"]
            fine = False
    return tuple(StoredPhoto(item.sha256, item.size, alt or item.description) for item in kept), fine


def _stored(file: FileStorage, words: str) -> StoredPhoto:
    jpeg = reencode(file.stream).jpeg  # type: ignore[arg-type]
    return StoredPhoto(store_bytes(jpeg), len(jpeg), words)
