"""What the colour of a row tells: nothing by itself, unless the sheet has a legend or a person says it (8.3.16)."""

from __future__ import annotations

import colorsys
import re
from collections import Counter
from collections.abc import Mapping

from assetloan.assets.importing import cells
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.documents.cells import CellError
from assetloan.documents.tables import MOST_IN_LEGEND, RawRow, Table

STRUCK = "struck"
COLUMN = "สีของแถว"  # under which the colour that was taken is kept among the original cells
DECORATION = 0.4  # of the rows: a colour that stands so often is a pattern, and tells nothing
CHOICES: Mapping[str, cells.State | None] = {
    "none": None,
    "damaged": Condition.DAMAGED,
    "deteriorated": Condition.DETERIORATED,
    "unneeded": Condition.UNNEEDED,
    "lost": Condition.LOST,
    "repair": AssetStatus.REPAIR,
    "pending_disposal": AssetStatus.PENDING_DISPOSAL,
    "disposed": AssetStatus.DISPOSED,
}
_NAMES = (
    (15, "แดง"),
    (46, "ส้ม"),
    (70, "เหลือง"),
    (165, "เขียว"),
    (200, "ฟ้า"),
    (260, "น้ำเงิน"),
    (290, "ม่วง"),
    (345, "ชมพู"),
    (361, "แดง"),
)
_MEANS = re.compile(r"\s*(?:=|:|คือ|หมายถึง|แปลว่า)\s*")


def name_of(colour: str) -> str:
    """A colour as people call it (a word of the register, so in Thai)."""
    if colour == STRUCK:
        return "ขีดฆ่า"
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue = colorsys.rgb_to_hsv(red, green, blue)[0] * 360
    return next(name for most, name in _NAMES if hue < most)


def legend(table: Table) -> dict[str, cells.State]:
    """What the sheet itself says of its colours: a coloured cell that names a state, or "สีแดง = ชำรุด"."""
    found: dict[str, cells.State] = {}
    for colour, text in table.legend:
        state = _state(text)
        if state is not None:
            found.setdefault(colour, state)
    by_name: dict[str, cells.State] = {}
    for text in table.preamble:
        said = re.match(r"\s*(?:แถว)?สี\s*([ก-๙]+?)" + _MEANS.pattern + "(.+)", text)
        state = _state(said[2]) if said is not None else None
        if said is not None and state is not None:
            by_name[said[1]] = state
    for raw in table.rows:
        if raw.colour and name_of(raw.colour) in by_name:
            found.setdefault(raw.colour, by_name[name_of(raw.colour)])
    return found


def explains(raw: RawRow) -> bool:
    """Whether a row is part of a legend, and no thing."""
    few = 0 < len(raw.original) <= MOST_IN_LEGEND
    return bool(raw.colour) and few and any(_state(text) is not None for text in raw.original.values())


def telling(table: Table) -> frozenset[str]:
    """The colours that stand on few rows: those may tell something."""
    count = Counter(raw.colour for raw in table.rows if raw.colour)
    return frozenset(colour for colour, rows in count.items() if rows <= max(1, DECORATION * len(table.rows)))


def _state(text: str) -> cells.State | None:
    try:
        state = cells.state(_MEANS.split(text)[-1])
    except CellError:
        return None
    return None if state in cells.LOAN_STATUSES or state in (Condition.GOOD, AssetStatus.AVAILABLE) else state
