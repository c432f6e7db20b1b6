"""What `check` reads below the rows: stored files, foreign keys, integrity, triggers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from flask import current_app
from sqlalchemy import text

from assetloan.core import db_objects
from assetloan.core.db import db
from assetloan.documents.files import path_of

MOST_IDS = 100
NAME = re.compile(r"[0-9a-f]{64}\Z")


def is_whole(sha256: str, size: int) -> bool:
    """Do the stored bytes have this size and this hash?"""
    path = path_of(sha256)
    if not path.is_file() or path.stat().st_size != size:
        return False
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest() == sha256


def stored() -> Iterator[str]:
    """The names of all stored files, in order."""
    root = current_app.config["SETTINGS"].files_dir
    if root.is_dir():
        yield from sorted(path.name for path in root.glob("??/*") if NAME.match(path.name))


def database_faults() -> Iterator[tuple[str, list[str | int], str]]:
    """(table, rows, what is wrong) for the database itself."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            broken: dict[tuple[str, str], list[str | int]] = {}
            for table, row, other, _key in connection.execute(text("PRAGMA foreign_key_check")).all():
                broken.setdefault((str(table), str(other)), []).append(row)
            for (table, other), rows in broken.items():
                yield table, rows[:MOST_IDS], f"points to a missing row of {other}"
            answer = connection.scalar(text("PRAGMA integrity_check"))
            if answer != "ok":
                yield "database", [], f"integrity check: {answer}"
        wanted, there = db_objects.expected_names(connection.dialect.name), db_objects.actual_names(connection)
        if wanted - there:
            yield "database", sorted(wanted - there), "triggers are missing"
