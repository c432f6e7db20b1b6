"""From chosen labels to the plain data of a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import current_app

from assetloan.assets.label_queries import LabelLine
from assetloan.core import clock, ids, settings
from assetloan.documents.labels import LabelData
from assetloan.identity.queries import unit_tree

# Where a number goes by hand on a label that belongs to nothing yet.
FOR_A_PEN = "_" * 14
# What the label of a place says under its name: printed in Thai like every label.
ROOM_WORDS = "สแกนเพื่อดูของในห้องนี้"


def label_data(lines: Sequence[LabelLine], *, now: datetime) -> list[LabelData]:
    """The labels as the document takes them: plain data with the address of the code."""
    today = clock.bangkok_date(now)
    tree = unit_tree(today)
    root = tree.agency()
    agency = settings.text("agency_short_name", today) or (root.label if root else "")
    base_url: str = current_app.config["SETTINGS"].base_url
    names = {card.id: "" if root is not None and card.id == root.id else card.label for card in tree.by_id.values()}
    return [
        LabelData(
            code=line.code,
            url=ids.code_url(base_url, line.code),
            asset_no=line.number or FOR_A_PEN,
            name=ROOM_WORDS if line.place else line.name,
            agency=agency,
            unit=names.get(line.unit_id, ""),
            year=line.year,
            fund=line.fund,
        )
        for line in lines
    ]
