"""Pieces of a thing, the difference between out and in, and the sample of clean returns. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

MOST_PIECES = 30
LEAST_SAMPLE, MOST_SAMPLE, ONE_IN = 1, 10, 10


class Stage(StrEnum):
    """When pieces were counted."""

    OUT = "out"
    IN = "in"


class NotLiable(StrEnum):
    """Why nobody makes good (ระเบียบความรับผิดทางละเมิดของเจ้าหน้าที่ พ.ศ. 2539)."""

    NORMAL_WEAR = "normal_wear"
    NO_GROSS_NEGLIGENCE = "no_gross_negligence"


def pieces_of(accessories: str) -> tuple[str, ...]:
    """What belongs to a thing, piece by piece, from the one line of the register ("กระเป๋า, สายชาร์จ; คู่มือ").

    Thai puts spaces inside names, so only marks that separate do.
    """
    named = (part.strip() for part in re.split(r"[,;\n|•]|(?:\s+/\s+)", accessories))
    return tuple(dict.fromkeys(part for part in named if part))[:MOST_PIECES]


def lost_between(out: Mapping[str, bool], back: Mapping[str, bool]) -> tuple[str, ...]:
    """The pieces that went out and did not come back. What nobody counted at hand-over counts as there."""
    return tuple(name for name, there in back.items() if not there and out.get(name, True))


def sample(seed: str, keys: Iterable[str]) -> list[str]:
    """The keys whose pictures are to be looked at: one in ten, at least one, at most ten, drawn by a seed.

    The same seed and keys give the same sample, whoever asks; an auditor can draw it again.
    """
    known = sorted(set(keys))
    size = min(MOST_SAMPLE, max(LEAST_SAMPLE, -(-len(known) // ONE_IN))) if known else 0
    drawn = sorted(known, key=lambda key: (hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest(), key))
    return sorted(drawn[:size])


def by_stage(rows: Iterable[tuple[Stage, str, bool]]) -> dict[Stage, dict[str, bool]]:
    """Counted pieces by stage, in the order of counting."""
    found: dict[Stage, dict[str, bool]] = {}
    for stage, name, present in rows:
        found.setdefault(stage, {})[name] = present
    return found
