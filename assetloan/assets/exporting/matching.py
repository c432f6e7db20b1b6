"""Exported rows that come back: which asset each one is about, and what of it nobody edited."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from assetloan.assets.exporting.texts import Names, drop_unedited, names, still_says
from assetloan.assets.import_lookup import Known, known_by_id
from assetloan.assets.rules import outward_number
from assetloan.documents.tables import ParsedRow
from assetloan.identity.queries import UnitTree


class ExportedRows:
    """The assets that the marks of a file name; their present cells, to compare with those of the file."""

    def __init__(self, rows: Iterable[ParsedRow], known: Collection[Known], tree: UnitTree, *, lock: bool) -> None:
        wanted = {row.values["asset_id"] for row in rows if row.ok and "asset_id" in row.values}
        self._by_id = {found.id: found for found in known if found.id in wanted}
        self._by_id |= {found.id: found for found in known_by_id(wanted - self._by_id.keys(), lock=lock)}
        self._names: Names | None = None
        if wanted:
            places = {found.place_id for found in self._by_id.values() if found.place_id is not None}
            people = {found.custodian_id for found in self._by_id.values() if found.custodian_id is not None}
            self._names = names(tree, places=places, people=people)

    def find(self, row: ParsedRow, by_number: Known | None) -> Known | None:
        """The asset that a row is about: the one of its mark, even under another number, else the one of its number.

        Refuses a row whose asset is gone, or whose new number belongs to another.
        """
        if "asset_id" not in row.values:
            return by_number
        marked = self._by_id.get(row.values["asset_id"])
        if marked is None:
            row.reject("row_version", "asset_gone_since_export")
        elif by_number is not None and by_number.id != marked.id:
            row.reject("asset_no", "number_taken", value=outward_number(by_number.asset_no, by_number.piece))
        return marked

    def same_unit(self, row: ParsedRow, asset: Known | None) -> bool:
        """Whether the row leaves the asset with its unit, whatever else is called by that name, closed or not."""
        return (
            asset is not None
            and self._names is not None
            and self._marked(row)
            and still_says(row, "unit", asset, self._names)
        )

    def settle(self, row: ParsedRow, asset: Known, values: dict[str, Any]) -> None:
        """Leave in `values` what was edited, the number too."""
        if self._names is None or not self._marked(row):
            return
        drop_unedited(values, row, asset, self._names)
        number = (row.values.get("asset_no", asset.asset_no), row.values.get("piece", asset.piece))
        if number != (asset.asset_no, asset.piece):
            values |= {"asset_no": number[0], "piece": number[1], "temporary_no": False}
            before = outward_number(asset.asset_no, asset.piece)
            row.warn("asset_no", "number_changed", before=before, value=outward_number(*number))

    def _marked(self, row: ParsedRow) -> bool:
        return "asset_id" in row.values
