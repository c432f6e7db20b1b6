"""What the name of a sheet and the lines above its table say about all its rows: unit, category, place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assetloan.assets.import_lookup import Units
from assetloan.core import text
from assetloan.identity.models import UnitKind
from assetloan.identity.queries import UnitCard, UnitTree

LONGEST_LINE = 200
SHORTEST_NAME = 4  # a shorter name would be found inside of other words
_BRACKETED = re.compile(r"(.*?)\s*\(([^()]+)\)\s*")
_SAYS_UNIT = re.compile(r"^(?:ส่วนราชการ|หน่วยงาน|สังกัด|หน่วย)\s*:?\s*")


def parts_of(sheet: str) -> tuple[str, str]:
    """The name of a sheet and what it has in brackets: "A (คอมพิวเตอร์)"."""
    found = _BRACKETED.fullmatch(sheet)
    return (found[1], found[2].strip()) if found is not None and found[1] else (sheet, "")


def unit_of_sheet(sheet: str, above: Sequence[str], units: Units, tree: UnitTree) -> UnitCard | None:
    """The one unit that the name of the sheet or a line above the table names; else the agency's only unit."""
    lines = [line for line in (sheet, parts_of(sheet)[0], *above) if len(line) <= LONGEST_LINE]
    named = (units.named(_SAYS_UNIT.sub("", line).strip(" :")) for line in lines)
    real = [card for card in named if card is not None and card.kind is not UnitKind.AGENCY]
    cards = real or [card for line in lines if (card := _within(line, tree)) is not None] or tree.ordered()
    return cards[0] if len({card.id for card in cards}) == 1 else None


def _within(line: str, tree: UnitTree) -> UnitCard | None:
    """The unit whose name stands inside a line, the longest when one name holds another."""
    key = text.search_key(line)
    found = [
        (len(name), card)
        for card in tree.ordered()
        if card.kind is not UnitKind.AGENCY
        for name in map(text.search_key, (card.name, card.short_name))
        if len(name) >= SHORTEST_NAME and name in key
    ]
    return max(found, key=lambda one: one[0])[1] if found else None
