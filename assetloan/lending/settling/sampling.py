"""The sample of clean returns whose pictures the Secretariat looks at before it approves them in one act."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from assetloan.core.db import db
from assetloan.documents.files import File
from assetloan.lending.desk import PHOTO_IN, PHOTO_OUT
from assetloan.lending.models import LoanLine
from assetloan.lending.settling import rules


@dataclass(frozen=True, slots=True)
class Pictured:
    """A sampled return with its pictures: before it went out, when it came back."""

    key: str
    line: LoanLine
    before: tuple[File, ...]
    after: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn from the chosen returns; the seed is printed and recorded, so that it can be drawn again."""

    seed: str
    drawn: tuple[Pictured, ...]

    @property
    def keys(self) -> set[str]:
        return {item.key for item in self.drawn}


def key_of(line: LoanLine) -> str:
    """How pages and the record name a line."""
    return f"{line.loan.number}/{line.position}"


def draw(lines: Sequence[LoanLine]) -> Sample:
    """One in ten of those that have a picture of the return. Whoever approves cannot choose the seed: it follows from
    what was chosen and the key of this installation."""
    chosen = sorted(map(key_of, lines))
    secret = str(current_app.config["SECRET_KEY"]).encode()
    seed = hmac.new(secret, "\n".join(chosen).encode(), "sha256").hexdigest()[:8]
    photos = _photos(line.id for line in lines)
    pictured = {key_of(line): line for line in lines if (PHOTO_IN, str(line.id)) in photos}
    drawn = tuple(
        Pictured(
            key,
            pictured[key],
            tuple(photos.get((PHOTO_OUT, str(pictured[key].id)), ())),
            tuple(photos[PHOTO_IN, str(pictured[key].id)]),
        )
        for key in rules.sample(seed, pictured)
    )
    return Sample(seed, drawn)


def _photos(line_ids: Iterable[int]) -> dict[tuple[str, str], list[File]]:
    """Pictures by kind and line, in one statement; the lines were loaded for a reader."""
    keys = [str(line_id) for line_id in line_ids]
    query = (
        select(File)
        .where(File.object_type.in_((PHOTO_IN, PHOTO_OUT)), File.object_key.in_(keys), File.kind == "photo")
        .order_by(File.id)
    )
    found: dict[tuple[str, str], list[File]] = {}
    for row in db.session.scalars(query):
        found.setdefault((row.object_type, row.object_key), []).append(row)
    return found
