"""Things that wait for their number: a temporary one [ชค.] works everywhere until the real one is entered.

The old number goes on finding the thing (former numbers), and its printed label carries a code that does not change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from assetloan.assets import queries
from assetloan.assets.models import Asset
from assetloan.assets.rules import TEMPORARY_PREFIX
from assetloan.assets.searching import number_pair
from assetloan.assets.service import AssetData, edit_asset
from assetloan.core import text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, NotFound, invalid
from assetloan.identity.rules import Actor, Permission

MOST_PASTED = 500


@dataclass(frozen=True, slots=True)
class Pair:
    """A thing by its present number, and the number it shall have; `refusal` says why not."""

    now: str
    name: str
    number: str
    refusal: DomainError | None = None


def awaiting(actor: Actor, unit_id: int, *, offset: int = 0, most: int = MOST_PASTED) -> list[Asset]:
    """The unit's things with a temporary number, in the order in which they came."""
    actor.require(Permission.ASSET_EDIT, unit_id=unit_id)
    query = select(Asset).where(_waits(unit_id)).order_by(Asset.id).offset(offset).limit(most)
    return list(db.session.scalars(query))


def count_awaiting(unit_id: int) -> int:
    """How many of the unit's things have a temporary number."""
    return db.session.scalar(select(func.count()).select_from(Asset).where(_waits(unit_id))) or 0


def _waits(unit_id: int) -> ColumnElement[bool]:
    return (Asset.unit_id == unit_id) & Asset.temporary_no & Asset.withdrawn_at.is_(None)


def give_number(actor: Actor, reference: str, number: str, *, now: datetime) -> Asset:
    """The real number of a thing that has a temporary one.

    Raises NotFound, Forbidden, Invalid, DomainError("number_given", "number_taken").
    """
    asset = queries.by_number(actor, reference)
    actor.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    _check(asset, number)
    return edit_asset(actor, reference, AssetData(asset_no=number), version=asset.version, reason="", now=now)


def _check(asset: Asset, number: str) -> None:
    if not asset.temporary_no:
        raise DomainError("number_given", number=asset.number)
    stored = text.asset_number(number)
    if not stored or text.is_placeholder(stored):
        raise invalid("number", "required")
    if stored.startswith(TEMPORARY_PREFIX):
        raise DomainError("number_temporary", value=stored)


def give_numbers(actor: Actor, pairs: Sequence[Pair], *, now: datetime) -> int:
    """All of them or none. Raises what `give_number` raises for the first that does not go."""
    for pair in pairs:
        give_number(actor, pair.now, pair.number, now=now)
    return len(pairs)


def read_pasted(actor: Actor, unit_id: int, pasted: str) -> list[Pair]:
    """A pasted column as pairs: numbers in the order of the list, or present and new number in two columns.

    An empty line leaves its thing out. Raises Invalid, DomainError("too_many_numbers").
    """
    lines = [[cell.strip() for cell in line.split("\t")] for line in pasted.strip("\r\n").splitlines()]
    if len(lines) > MOST_PASTED:
        raise DomainError("too_many_numbers", most=MOST_PASTED)
    if not any(any(cells) for cells in lines):
        raise invalid("column", "required")
    waiting = awaiting(actor, unit_id)
    if any(len(cells) > 1 for cells in lines):
        named = [(cells[0], cells[1] if len(cells) > 1 else "") for cells in lines if any(cells)]
    else:
        in_order = [asset.number for asset in waiting]
        named = [
            (in_order[place] if place < len(in_order) else "", cells[0])
            for place, cells in enumerate(lines)
            if cells[0]
        ]
    by_pair = {(asset.number_key, asset.piece): asset for asset in waiting}
    seen: set[tuple[str, int]] = set()
    return [_judged(by_pair, seen, present, number) for present, number in named]


def _judged(waiting: dict[tuple[str, int], Asset], seen: set[tuple[str, int]], present: str, number: str) -> Pair:
    asset = waiting.get(number_pair(present)) if present else None
    if asset is None:
        return Pair(present, "", number, NotFound(asset=present))
    refusal: DomainError | None = None
    wanted = number_pair(number)
    try:
        _check(asset, number)
        taken = select(Asset.id).where(
            Asset.number_key == wanted[0], Asset.piece == wanted[1], Asset.withdrawn_at.is_(None)
        )
        if wanted in seen or db.session.scalar(taken) is not None:
            refusal = DomainError("number_taken", value=number)
    except DomainError as error:
        refusal = error
    seen.add(wanted)
    return Pair(asset.number, asset.name, text.asset_number(number), refusal)
