"""Finding by what a thing is called besides its number and code: adopted barcodes and numbers it had before.

An adopted barcode is any text. It is compared without regard to case and spaces, and as the keys that a scanner
pressed when the computer was set to Thai.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import literal, select, tuple_, union_all

from assetloan.assets.labelling.models import Barcode, FormerNumber
from assetloan.assets.rules import split_number
from assetloan.core import ids, text
from assetloan.core.db import db

LONGEST = 200


def keys_of(typed: str) -> list[str]:
    """Every key under which this text may have been adopted; under the first it is kept."""
    readings = [*ids.key_strokes(typed[: 2 * LONGEST]), typed[: 2 * LONGEST]]
    return list(dict.fromkeys(key for item in readings if (key := text.search_key(item).replace(" ", ""))))


def _former(typed: str) -> tuple[str, int]:
    number, piece = split_number(text.asset_number(typed[: 2 * LONGEST]))
    return text.number_key(number), piece


def assets_of(references: Iterable[str]) -> dict[str, int]:
    """The ids of the things that carry these texts, or had them as numbers, by the text as it was given."""
    wanted = {item: (keys_of(item), _former(item)) for item in references}
    every = {key for keys, _pair in wanted.values() for key in keys}
    if not every:
        return {}
    pairs = {pair for _keys, pair in wanted.values()}
    former = select(FormerNumber.number_key, FormerNumber.piece, FormerNumber.asset_id)
    carried = select(Barcode.text_key, literal(0), Barcode.asset_id)
    query = union_all(
        carried.where(Barcode.text_key.in_(every), Barcode.revoked_at.is_(None)),
        former.where(tuple_(FormerNumber.number_key, FormerNumber.piece).in_(pairs)),
    )
    known = {(key, piece): asset_id for key, piece, asset_id in db.session.execute(query)}
    found: dict[str, int] = {}
    for item, (keys, pair) in wanted.items():
        for at in (*((key, 0) for key in keys), pair):
            if at in known:
                found.setdefault(item, known[at])
    return found


def barcodes_of(asset_id: int) -> Sequence[Barcode]:
    """The barcodes that a thing has adopted and that hold."""
    query = select(Barcode).where(Barcode.asset_id == asset_id, Barcode.revoked_at.is_(None)).order_by(Barcode.id)
    return db.session.scalars(query).all()


def every_barcode_of(asset_id: int) -> Sequence[Barcode]:
    """All that it ever adopted, those that hold first."""
    query = select(Barcode).where(Barcode.asset_id == asset_id).order_by(Barcode.revoked_at.is_not(None), Barcode.id)
    return db.session.scalars(query).all()


def former_numbers_of(asset_id: int) -> Sequence[FormerNumber]:
    """The numbers it had before, oldest first."""
    query = select(FormerNumber).where(FormerNumber.asset_id == asset_id).order_by(FormerNumber.id)
    return db.session.scalars(query).all()
