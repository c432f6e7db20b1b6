"""What an import would do with each row of a register file: make it, change it, leave it, or refuse it and say why.

Nothing is written here, so that preview, dry run and import come to the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from assetloan.assets import import_words  # noqa: F401 - registers the sentences
from assetloan.assets.exporting.matching import ExportedRows
from assetloan.assets.import_hints import parts_of, unit_of_sheet
from assetloan.assets.import_lookup import (
    Categories,
    Keepers,
    Known,
    Places,
    Units,
    WithoutNumber,
    known_by_gfmis,
    known_by_number,
)
from assetloan.assets.importing.cells import LOAN_STATUSES
from assetloan.assets.rules import AssetStatus, Condition, outward_number
from assetloan.assets.service import LIMITS
from assetloan.assets.valuation.thresholds import is_below
from assetloan.core import clock, text
from assetloan.documents.tables import Parsed, ParsedRow
from assetloan.identity.queries import UnitCard, unit_tree
from assetloan.identity.rules import Actor, Permission

PLAIN = ("gfmis_no", "name", "brand", "model", "serial", "received_on", "document_no", "method", "fund", "vendor",
         "price", "unit_of_count", "warranty_until", "warranty_note", "accessories", "note", "loanable",
         "below_threshold", "description", "vendor_address", "vendor_phone", "life_years", "life_reason")  # fmt: skip
STATES = ("condition", "status")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What was said beside the file: the unit of rows that name none, whether good rows are taken although others are
    refused, whether new things in good condition may be lent when the file does not say; and which file it is.
    """

    unit_id: int | None = None
    partial: bool = False
    lendable: bool = True
    file_name: str = ""
    file_hash: str = ""


class Verdict(StrEnum):
    """What becomes of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place that the import will add to its unit."""

    unit_id: int
    key: str
    name: str = field(compare=False)


@dataclass(slots=True)
class Judged:
    """A row and its verdict; `values` are the columns of a new asset, or those that change on a known one."""

    row: ParsedRow
    verdict: Verdict
    unit_id: int = 0
    known: Known | None = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Judgement:
    """All rows judged, and the names that history tells instead of ids."""

    rows: list[Judged]
    names: dict[str, dict[int, str]]
    today: date

    def of(self, verdict: Verdict) -> list[Judged]:
        return [item for item in self.rows if item.verdict is verdict]


def judge(actor: Actor, parsed: Parsed, options: ImportOptions, *, now: datetime, lock: bool = False) -> Judgement:
    """Judge every row; refusals and warnings are noted on the rows. With `lock`, what will change is locked."""
    return _Judge(actor, parsed, options, now=now, lock=lock).run()


class _Judge:
    def __init__(self, actor: Actor, parsed: Parsed, options: ImportOptions, *, now: datetime, lock: bool) -> None:
        self.actor, self.parsed, self.options, self.lock = actor, parsed, options, lock
        self.today = clock.bangkok_date(now)
        self.tree = unit_tree(self.today)
        self.units = Units(self.today)
        self.may: dict[int, bool] = {}
        self.sheet_units: dict[str, UnitCard | None] = {}
        self.taken: dict[int, int] = {}  # asset → the row of the file that is about it
        self.gfmis: dict[str, ParsedRow] = {}
        self.strange: dict[str, list[ParsedRow]] = {}  # categories that nobody knows
        self.unlikely: dict[tuple[str, int], list[ParsedRow]] = {}  # categories that do not fit the class in the number

    def run(self) -> Judgement:
        found = [self._find(row) for row in self._prefetched()]
        unit_ids = {item.unit_id for item in found if item.unit_id}
        keepers = unit_ids | {item.known.responsible_unit_id for item in found if item.known is not None}
        self.categories, self.places, self.keepers = Categories(), Places(unit_ids), Keepers(keepers)
        self._match_without_number(found, unit_ids)
        for item in found:
            if item.row.ok:
                self._judge(item)
        for item in found:
            if not item.row.ok:
                item.verdict = Verdict.REJECTED
        for name, rows in self.strange.items():  # told once, not ten thousand times
            rows[0].warn("category", "category_not_matched", value=name, rows=len(rows))
        for (name, by_number), rows in self.unlikely.items():
            expected = self.categories.names[by_number]
            rows[0].warn("category", "category_unlikely", value=name, expected=expected, rows=len(rows))
        names = {"category": self.categories.names, "place": self.places.names, "custodian": self.keepers.names}
        return Judgement(found, names, self.today)

    # --- which asset, which unit -------------------------------------------------------------------------------------

    def _prefetched(self) -> Sequence[ParsedRow]:
        good = [row for row in self.parsed.rows if row.ok]
        keys = {_key(row) for row in good if "asset_no" in row.values}
        numbers = {row.values["gfmis_no"] for row in good if row.values.get("gfmis_no")}
        self.known = known_by_number(keys, lock=self.lock)
        self.with_gfmis = known_by_gfmis(numbers, lock=self.lock) if numbers else {}
        self.exported = ExportedRows(good, list(self.known.values()), self.tree, lock=self.lock)
        return self.parsed.rows

    def _find(self, row: ParsedRow) -> Judged:
        item = Judged(row, Verdict.REJECTED)
        if not row.ok:
            return item
        if "asset_no" in row.values:
            item.known = self.known.get(_key(row))
        elif row.values.get("gfmis_no"):
            item.known = self.with_gfmis.get(row.values["gfmis_no"])
        item.known = self.exported.find(row, item.known)
        card = None if self.exported.same_unit(row, item.known) else self._unit_named(row)
        if not row.ok:
            return item
        if item.known is None:
            self._unit_of_new(item, card)
        else:
            self._unit_of_known(item, item.known, card)
        return item

    def _unit_named(self, row: ParsedRow) -> UnitCard | None:
        name = row.values.get("unit")
        if not name:
            return None
        card = self.units.named(name)
        if card is None or card.closed_on is not None:
            row.reject("unit", "unit_unknown", value=name)
        return card

    def _unit_of_new(self, item: Judged, card: UnitCard | None) -> None:
        unit_id = card.id if card is not None else self.options.unit_id or self._unit_of_sheet(item.row.sheet)
        if unit_id is None:
            item.row.reject("unit", "unit_missing")
        elif not self._may(unit_id):
            item.row.reject("unit", "unit_out_of_reach", unit=self.tree[unit_id].label)
        else:
            item.unit_id = unit_id

    def _unit_of_known(self, item: Judged, known: Known, card: UnitCard | None) -> None:
        if not self._may(known.unit_id):
            item.row.reject("asset_no", "number_taken", value=outward_number(known.asset_no, known.piece))
        elif card is not None and card.id != known.unit_id:
            item.row.reject("unit", "unit_differs", unit=self.tree[known.unit_id].label)
        else:
            item.unit_id = known.unit_id
            self._take(item, known)

    def _unit_of_sheet(self, sheet: str) -> int | None:
        """The unit that the name of the sheet or a line above the table names; else the agency's only unit."""
        if sheet not in self.sheet_units:
            above = self.parsed.above.get(sheet, ())
            self.sheet_units[sheet] = unit_of_sheet(sheet, above, self.units, self.tree)
        card = self.sheet_units[sheet]
        return None if card is None else card.id

    def _may(self, unit_id: int) -> bool:
        if unit_id not in self.may:
            self.may[unit_id] = self.actor.may(Permission.ASSET_IMPORT, unit_id=unit_id)
        return self.may[unit_id]

    def _take(self, item: Judged, known: Known) -> None:
        """One asset, one row: a second row about it is refused."""
        if known.id in self.taken:
            item.row.reject("asset_no", "duplicate", row=self.taken[known.id])
        else:
            self.taken[known.id] = item.row.row
            item.known = known

    def _match_without_number(self, found: list[Judged], unit_ids: set[int]) -> None:
        waiting = [item for item in found if item.row.ok and item.known is None and "asset_no" not in item.row.values]
        if not waiting:
            return
        before = WithoutNumber((item.row for item in waiting), unit_ids, self.options.file_hash, lock=self.lock)
        for item in waiting:
            known = before.find(item.row, item.unit_id, self.taken)
            if known is not None:
                self._take(item, known)

    # --- what changes ------------------------------------------------------------------------------------------------

    def _judge(self, item: Judged) -> None:
        values = self._values(item)
        if item.known is not None:
            self.exported.settle(item.row, item.known, values)
            self._check_disposed(item.row, item.known)
        self._check_gfmis(item, values)
        self._check_lengths(item, values)
        self._check_life(item, values)
        if not item.row.ok:
            return
        if item.known is None:
            item.values, item.verdict = self._complete(item, values), Verdict.CREATED
            return
        self._first_price(item.known, values)
        item.values = {name: value for name, value in values.items() if getattr(item.known, name) != value}
        item.verdict = Verdict.UPDATED if item.values else Verdict.UNCHANGED
        version = item.row.values.get("row_version")
        if item.values and version is not None and version != item.known.version:
            item.row.reject("row_version", "changed_since_export")

    def _first_price(self, known: Known, values: dict[str, Any]) -> None:
        """A price that becomes known decides whether the thing is below the threshold, as at registration."""
        if known.price is None and values.get("price") is not None:
            received_on = values.get("received_on", known.received_on)
            values.setdefault("below_threshold", is_below(values["price"], received_on, today=self.today))

    def _values(self, item: Judged) -> dict[str, Any]:
        """The columns that the row says something about."""
        said, unit_id = item.row.values, item.unit_id
        values = {name: said[name] for name in PLAIN if name in said}
        if "received_on" in said:
            values["received_precision"] = said.get("received_precision", "day")
        if "category" in said:
            self._category(item, values)
        if "place" in said:
            values["place_id"] = self._place(unit_id, said["place"])
        if "custodian" in said:
            keeping = unit_id if item.known is None else item.known.responsible_unit_id
            person_id = self.keepers.id_of((unit_id, keeping), said["custodian"]) if said["custodian"] else None
            values["custodian_id"] = person_id
            values["custodian_text"] = "" if person_id is not None else said["custodian"]
        self._states(item, values)
        return values

    def _category(self, item: Judged, values: dict[str, Any]) -> None:
        name = item.row.values["category"]
        category_id = self.categories.named(name, item.row.values.get("asset_no", "")) if name else None
        if name and category_id is None:
            self.strange.setdefault(name, []).append(item.row)
        else:
            values["category_id"] = category_id
            by_number = self.categories.of_number(item.row.values.get("asset_no", ""))
            if category_id and by_number and not self.categories.alike(category_id, by_number):
                self.unlikely.setdefault((name, by_number), []).append(item.row)

    def _place(self, unit_id: int, name: str) -> int | NewPlace | None:
        key = text.search_key(name)
        return (self.places.id_of(unit_id, name) or NewPlace(unit_id, key, name)) if key else None

    def _states(self, item: Judged, values: dict[str, Any]) -> None:
        """Condition and status. Of a known asset only what the file says anew: since the last import a loan or a
        repair may have changed them, and an old file must not take that back.
        """
        said, known = item.row.values, item.known
        for name in STATES:
            if name not in said:
                continue
            if known is None:
                values[name] = said[name]
            elif self.parsed.exported or self._says_anew(item.row, known):
                if known.status in LOAN_STATUSES and said[name] != getattr(known, name):
                    item.row.warn(name, "state_on_loan")
                else:
                    values[name] = said[name]

    def _says_anew(self, row: ParsedRow, known: Known) -> bool:
        before = known.original or {}
        sources = {row.values["stated_in"]} if "stated_in" in row.values else STATES
        told = {row.headings[name] for name in sources if name in row.headings}
        return any(row.original.get(heading) != before.get(heading) for heading in told)

    def _complete(self, item: Judged, values: dict[str, Any]) -> dict[str, Any]:
        """A new asset: what the row does not say is guessed from its number, or has its default."""
        said = item.row.values
        sheet, bracketed = parts_of(item.row.sheet)
        if "category" not in said:
            by_number = self.categories.of_number(said.get("asset_no", ""))
            values["category_id"] = by_number or self.categories.named(bracketed, "")
        if "place" not in said:  # a sheet for each room: it is called like the room
            values["place_id"] = self.places.id_of(item.unit_id, sheet)
        below = is_below(values.get("price"), values.get("received_on"), today=self.today)
        values.setdefault("below_threshold", below)
        condition = values.setdefault("condition", Condition.GOOD)
        status = values.setdefault("status", AssetStatus.AVAILABLE)
        fit = condition is Condition.GOOD and status is AssetStatus.AVAILABLE
        free = self.options.lendable and values.get("category_id") not in self.categories.vehicles
        values.setdefault("loanable", fit and free)
        return values

    # --- what cannot be -----------------------------------------------------------------------------------------------

    def _check_gfmis(self, item: Judged, values: dict[str, Any]) -> None:
        number = values.get("gfmis_no")
        piece = item.known.piece if item.known is not None else item.row.values.get("piece", 1)
        if not number or piece > 1:
            return
        holder = self.with_gfmis.get(number)
        if number in self.gfmis:
            item.row.reject("gfmis_no", "duplicate", row=self.gfmis[number].row)
        elif holder is not None and (item.known is None or holder.id != item.known.id):
            item.row.reject("gfmis_no", "gfmis_taken", value=number)
        self.gfmis.setdefault(number, item.row)

    def _check_disposed(self, row: ParsedRow, known: Known) -> None:
        """A number whose thing is gone may stand on another thing now: what was written off is not overwritten."""
        if known.status is AssetStatus.DISPOSED and "asset_id" not in row.values:
            before, now = (text.search_key(name).replace(" ", "") for name in (known.name, row.values["name"]))
            if before != now:
                row.reject("asset_no", "number_of_disposed", value=known.name)

    def _check_life(self, item: Judged, values: dict[str, Any]) -> None:
        """A life of the thing's own has its reason, as on the card; without it, the category's life holds."""
        if "life_years" not in values and "life_reason" not in values:
            return
        years, reason = (values.get(name, getattr(item.known, name, None)) for name in ("life_years", "life_reason"))
        if years is None and item.known is not None and item.known.life_years is not None:
            values["life_reason"] = ""
        elif years is None and reason:
            item.row.reject("life_years", "life_without_years")
        elif years is not None and not reason:
            item.row.reject("life_reason", "life_reason_required")

    def _check_lengths(self, item: Judged, values: dict[str, Any]) -> None:
        place = values.get("place_id")
        given = values | {"place": place.name} if isinstance(place, NewPlace) else values
        for name, value in given.items():
            most = LIMITS.get(name)
            if most is not None and value and len(value) > most:
                item.row.reject(name.removesuffix("_text"), "too_long", most=most)


def _key(row: ParsedRow) -> tuple[str, int]:
    return text.number_key(row.values["asset_no"]), row.values["piece"]
