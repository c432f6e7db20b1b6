"""The mark of an exported row: which asset it is about, in which version, and that it was written by this system.

By it an import knows its own files again: only there does an empty cell clear a field, a changed number stays the same
thing, and a row that somebody changed meanwhile is a conflict. The mark is signed, since a file of another system (or
another copy of this one) may look just the same.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from functools import lru_cache

from flask import current_app

from assetloan.core.text import arabic_digits, clean

READ_ONLY = "ดูอย่างเดียว"  # of a row whose card one may see, and no more
_MARK = re.compile(r"R([0-9]{1,18})V([0-9]{1,9})-([0-9A-F]{8})")


@dataclass(frozen=True, slots=True)
class Mark:
    """The asset and the version that a row was written from."""

    asset_id: int
    version: int


def mark_of(asset_id: int, version: int) -> str:
    """The mark as it stands in the column "รุ่นข้อมูล"."""
    bare = f"R{asset_id}V{version}"
    return f"{bare}-{_signature(_key(current_app.config['SECRET_KEY']), bare)}"


def read_mark(cell: object) -> Mark | None:
    """The mark in a cell, None when it is none of ours."""
    if not isinstance(cell, str):
        return None
    found = _MARK.fullmatch(arabic_digits(clean(cell)).upper())
    if found is None:
        return None
    signature = _signature(_key(current_app.config["SECRET_KEY"]), f"R{found[1]}V{found[2]}")
    return Mark(int(found[1]), int(found[2])) if hmac.compare_digest(signature, found[3]) else None


def _signature(key: bytes, bare: str) -> str:
    return hmac.digest(key, bare.encode(), "sha256")[:4].hex().upper()


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"register row", "sha256")
