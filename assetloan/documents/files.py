"""Stored files: content-addressed under DATA_DIR/files, each with a row that names its owner unit and object (K16).

The file is written and renamed into place before its row, so a crash leaves at most a file without a row.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core.db import Base, db, require_writing

YOUNG = timedelta(hours=1)


class File(Base):
    """One stored file of one object. The bytes may be shared by several rows with the same hash."""

    __tablename__ = "file"
    __table_args__ = (
        Index("ix_file_object", "object_type", "object_key"),
        CheckConstraint("size >= 0", name="size_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    mime: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]  # photo, thumbnail, import, letter
    description: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    object_type: Mapped[str]
    object_key: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


def _root() -> Path:
    root: Path = current_app.config["SETTINGS"].files_dir
    return root


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash lie."""
    return _root() / sha256[:2] / sha256


def store_bytes(data: bytes) -> str:
    """Write bytes to the store (no file work inside a transaction: call this before it). Returns the SHA-256."""
    digest = hashlib.sha256(data).hexdigest()
    target = path_of(digest)
    if target.exists():
        os.utime(target)  # somebody needs it again: it is as young as a new one
        return digest
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return digest


def forget_files(hashes: Iterable[str], *, now: datetime) -> None:
    """Take away bytes that no row names any more, after the transaction that took their rows away.

    What was stored a moment ago stays: its row may be on the way.
    """
    for sha256 in hashes:
        path = path_of(sha256)
        if db.session.scalar(select(File.id).where(File.sha256 == sha256).limit(1)) is not None or not path.exists():
            continue
        if path.stat().st_mtime < (now - YOUNG).timestamp():
            path.unlink(missing_ok=True)


def add_file(
    sha256: str,
    *,
    size: int,
    mime: str,
    name: str,
    kind: str,
    unit_id: int | None,
    object_type: str,
    object_key: str,
    person_id: int | None,
    at: datetime,
    description: str = "",
) -> File:
    """The row of stored bytes."""
    require_writing()
    row = File(
        sha256=sha256,
        size=size,
        mime=mime,
        name=name,
        kind=kind,
        description=description,
        unit_id=unit_id,
        object_type=object_type,
        object_key=object_key,
        person_id=person_id,
        created_at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def files_of(object_type: str, object_key: str) -> list[File]:
    """The files of one object, oldest first. The caller has checked that the object is within reach."""
    query = select(File).where(File.object_type == object_type, File.object_key == object_key).order_by(File.id)
    return list(db.session.scalars(query))
