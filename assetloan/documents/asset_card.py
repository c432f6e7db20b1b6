"""ทะเบียนคุมทรัพย์สิน as a PDF: one card per asset, the lines of its value in front, its repairs on the back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from assetloan.documents.pdf import render

# So many cards fit one file: a front and a back each.
MOST_CARDS = 100


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of the front: receipt, or the end of a fiscal year. Amounts are worded; what it lacks is empty."""

    day: str
    words: str
    document_no: str = ""
    quantity: str = ""
    unit_price: str = ""
    total: str = ""
    years: str = ""
    rate: str = ""
    charge: str = ""
    accumulated: str = ""
    net: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CardRepair:
    """One line of the back."""

    number: str
    day: str
    work: str
    cost: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class AssetCard:
    """Everything on a card, as plain words in Thai. `funds` and `methods` are boxes: ticked or not, words."""

    agency: str
    unit: str
    kind: str
    number: str
    description: str
    model: str
    place: str
    vendor: str
    vendor_address: str
    vendor_phone: str
    funds: tuple[tuple[bool, str], ...]
    methods: tuple[tuple[bool, str], ...]
    lines: tuple[CardLine, ...]
    repairs: tuple[CardRepair, ...] = ()
    repair_total: str = ""
    remark: str = ""  # why nothing is depreciated, whose life it is


def render_cards(cards: Sequence[AssetCard], *, issued: str, at: datetime) -> bytes:
    """The cards as one PDF, each front on an odd page. Raises WorkStopped."""
    return render("asset_card", {"cards": [asdict(card) for card in cards], "issued": issued}, at=at)
