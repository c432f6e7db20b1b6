"""Counting the pieces of a thing at the desk, and reading what was counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select

from assetloan.core import text
from assetloan.core.db import db
from assetloan.core.errors import invalid
from assetloan.identity.rules import Actor
from assetloan.lending.models import LoanLine
from assetloan.lending.settling import rules
from assetloan.lending.settling.models import LineCheck
from assetloan.lending.settling.rules import Stage


def record(actor: Actor, line: LoanLine, stage: Stage, missing: Collection[str], *, now: datetime) -> tuple[str, ...]:
    """Note each piece of a thing as there or missing. Returns what is missing, in the register's order.

    Raises Invalid for a piece that does not belong to the thing.
    """
    pieces = rules.pieces_of(line.asset.accessories)
    gone = {text.clean(name) for name in missing} - {""}
    strange = gone - set(pieces)
    if strange:
        raise invalid("missing", "unknown_value", value=", ".join(sorted(strange)))
    db.session.add_all(
        LineCheck(
            line_id=line.id,
            stage=stage,
            position=position,
            name=name,
            present=name not in gone,
            counted_at=now,
            person_id=actor.person_id,
        )
        for position, name in enumerate(pieces, 1)
    )
    return tuple(name for name in pieces if name in gone)


def not_back(line: LoanLine, missing: Collection[str]) -> tuple[str, ...]:
    """Of the pieces said to be missing now, those that had gone out with the thing."""
    if not missing:
        return ()
    out = counted([line.id]).get(line.id, {}).get(Stage.OUT, {})
    gone = {text.clean(name) for name in missing}
    back = {name: name not in gone for name in rules.pieces_of(line.asset.accessories)}
    return rules.lost_between(out, back)


def note_with(note: str, gone: Collection[str]) -> str:
    """A note that names what is missing, so that slip, list and history say it too."""
    said = f"ขาด {', '.join(gone)}" if gone else ""
    return ", ".join(part for part in (said, note) if part)


def counted(line_ids: Iterable[int]) -> dict[int, dict[Stage, dict[str, bool]]]:
    """What was counted last at each stage, by line, in one statement; lines nobody counted are not in it."""
    query = (
        select(LineCheck.line_id, LineCheck.stage, LineCheck.name, LineCheck.present)
        .where(LineCheck.line_id.in_(list(line_ids)))
        .order_by(LineCheck.counted_at, LineCheck.position)
    )
    found: dict[int, list[tuple[Stage, str, bool]]] = {}
    for line_id, stage, name, present in db.session.execute(query):
        found.setdefault(line_id, []).append((stage, name, present))
    return {line_id: rules.by_stage(rows) for line_id, rows in found.items()}
