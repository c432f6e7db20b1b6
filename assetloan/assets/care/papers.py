"""Papers of an asset: contracts, receipts, manuals, letters. Judged by their content, taken away with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assetloan import audit
from assetloan.assets import queries as register
from assetloan.assets.care import queries
from assetloan.assets.care.models import Attachment
from assetloan.assets.rules import AssetEventKind
from assetloan.assets.service import note_event
from assetloan.core import text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, invalid
from assetloan.documents.errors import FileRefused
from assetloan.documents.files import File, add_file, store_bytes
from assetloan.documents.photos import reencode
from assetloan.documents.sheets import read_table_file
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref

OBJECT = "attachment"
MOST_BYTES = 10 * 1024 * 1024
MOST_PAPERS = 50
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
# By what a sheet is found to be: its type and the ending its name gets.
_SHEETS = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    "xls": ("application/vnd.ms-excel", ".xls"),
    "csv": ("text/csv", ".csv"),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper whose bytes lie in the store: no file work happens inside a transaction."""

    sha256: str
    size: int
    mime: str
    name: str


def take_in(data: bytes, file_name: str) -> Paper:
    """Judge a file by its bytes and store it; a picture is made anew, everything else is kept as it is.

    Raises DomainError("paper_empty", "paper_too_large", "paper_unknown") and what the readers of pictures and sheets
    say of a broken file.
    """
    if not data:
        raise DomainError("paper_empty")
    if len(data) > MOST_BYTES:
        raise DomainError("paper_too_large", most_mib=MOST_BYTES // (1024 * 1024))
    stem = (text.clean(file_name).replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or "file")[:100]
    if data.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-2048:]:
            raise DomainError("paper_unknown")
        return _stored(data, "application/pdf", f"{stem}.pdf")
    if data.startswith(_PICTURES):
        return _stored(reencode(data).jpeg, "image/jpeg", f"{stem}.jpg")
    try:
        kind = read_table_file(data, file_name).kind
    except FileRefused as refused:
        if refused.code in ("file_not_sheet", "file_web_page"):
            raise DomainError("paper_unknown") from None
        raise
    if kind not in _SHEETS or (kind == "csv" and not file_name.lower().endswith(".csv")):
        raise DomainError("paper_unknown")
    return _stored(data, _SHEETS[kind][0], stem + _SHEETS[kind][1])


def _stored(data: bytes, mime: str, name: str) -> Paper:
    return Paper(store_bytes(data), len(data), mime, name)


def attach(actor: Actor, reference: str, paper: Paper, *, title: str, now: datetime) -> Attachment:
    """Give an asset a paper. Raises NotFound, Forbidden, Invalid, DomainError("too_many_papers")."""
    asset = register.by_number(actor, reference)
    actor.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    words = text.clean(title)
    if not words:
        raise invalid("title", "required")
    if len(words) > 200:
        raise invalid("title", "too_long", most=200)
    if len(queries.papers_of(asset.id)) >= MOST_PAPERS:
        raise DomainError("too_many_papers", most=MOST_PAPERS)
    file = add_file(
        paper.sha256,
        size=paper.size,
        mime=paper.mime,
        name=paper.name,
        kind="attachment",
        unit_id=asset.unit_id,
        object_type=OBJECT,
        object_key=str(asset.id),
        person_id=actor.person_id,
        at=now,
        description=words,
    )
    row = Attachment(asset_id=asset.id, file_id=file.id, title=words, created_at=now, person_id=actor.person_id)
    db.session.add(row)
    db.session.flush()
    note_event(actor, asset, AssetEventKind.EDITED, at=now, after={"attachment": words})
    after = {"attachment": words, "file": paper.name, "sha256": paper.sha256}
    audit.record(actor_ref(actor), "asset.paper_attached", asset.ref, at=now, after=after)
    return row


def remove_paper(actor: Actor, reference: str, paper_id: int, *, reason: str, now: datetime) -> Attachment:
    """Take a paper away with a reason; its row and bytes stay. Raises NotFound, Forbidden, Invalid."""
    asset = register.by_number(actor, reference)
    actor.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    row, why = queries.paper_of(asset.id, paper_id), text.clean(reason)
    if not why:
        raise invalid("reason", "required")
    if len(why) > 300:
        raise invalid("reason", "too_long", most=300)
    row.removed_at, row.removed_reason = now, why
    note_event(actor, asset, AssetEventKind.EDITED, at=now, before={"attachment": row.title}, reason=why)
    audit.record(
        actor_ref(actor),
        "asset.paper_removed",
        asset.ref,
        at=now,
        before={"attachment": row.title},
        after={"reason": why},
    )
    return row


def sees_paper(actor: Actor, file: File) -> bool:
    """A paper is read by those who see all of its asset, and by nobody once it was taken away."""
    if not file.object_key.isdigit():
        return False
    asset_id = int(file.object_key)
    if not queries.reads_all_of(actor, asset_id):
        return False
    return any(paper.file_id == file.id for paper in queries.papers_of(asset_id))
