"""Photos of things: taken in only as pixels, made anew in the limited child (architecture rule 12, K16)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from assetloan.documents.child import MIB, Limits, run_limited
from assetloan.documents.errors import FileRefused, WorkStopped
from assetloan.documents.sheets import size_of

MOST_BYTES = 20 * MIB
LIMITS = Limits(memory=512 * MIB, cpu=20, wall=30.0, output=16 * MIB)
_STOPPED = {
    "work_timeout": "photo_too_large",
    "work_too_large": "photo_too_large",
    "work_crashed": "photo_not_image",
}


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it is kept: an upright JPEG of at most 1600 pixels and a thumbnail (480 × 360) under 30 KB."""

    jpeg: bytes
    thumb: bytes
    width: int
    height: int


def reencode(file: bytes | Path | BinaryIO, *, most_bytes: int = MOST_BYTES) -> Photo:
    """The photo made anew from a JPEG, PNG or WebP, without anything but its pixels.

    Raises FileRefused: photo_not_image, photo_heic, photo_too_large, photo_too_many_pixels; WorkStopped `work_busy`.
    """
    if size_of(file) > most_bytes:
        raise FileRefused("photo_too_large", most_mib=most_bytes // MIB)
    try:
        with run_limited("assetloan.documents.inside.photos:reencode", file, limits=LIMITS) as answer:
            data, facts = answer.data(), answer.value
    except WorkStopped as stopped:
        if stopped.code not in _STOPPED:
            raise
        raise FileRefused(_STOPPED[stopped.code], most_mib=most_bytes // MIB) from None
    return Photo(data[: facts["photo"]], data[facts["photo"] :], facts["width"], facts["height"])
