"""What the register knows already, read in a few statements, so that ten thousand rows are judged without asking again.

The rows of a file are matched to assets by number; a row without one (a placeholder) by its GFMIS number, by the very
cells it was imported with, or by serial number and name while the asset still has a temporary number. So a file that
is imported twice makes nothing twice, even after its things got their numbers.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import defer

from assetloan.assets.importing.models import PlaceAlias
from assetloan.assets.models import Asset, Category, Code, ImportBatch, Site
from assetloan.audit.chain import canonical
from assetloan.core import text
from assetloan.core.bulk import pieces
from assetloan.core.db import db
from assetloan.documents.tables import ParsedRow
from assetloan.identity.models import Person
from assetloan.identity.queries import UnitCard, unit_by_any_name
from assetloan.identity.rules import Actor

Known = Row[Any]
NumberKey = tuple[str, int]

# The columns that an import may set or must know; names are those of `Asset`.
FIELDS = (
    *("asset_no", "piece", "gfmis_no", "name", "brand", "model", "serial", "category_id", "place_id", "custodian_id"),
    *("custodian_text", "received_on", "received_precision", "document_no", "method", "fund", "vendor", "price"),
    *(
        "below_threshold",
        "unit_of_count",
        "warranty_until",
        "warranty_note",
        "accessories",
        "note",
        "loanable",
        "status",
        "condition",
    ),
    *("description", "vendor_address", "vendor_phone", "life_years", "life_reason"),
)
_COLUMNS = [
    getattr(Asset, name)
    for name in ("id", "number_key", "temporary_no", "unit_id", "responsible_unit_id", "version", "original", *FIELDS)
]
_CLASS = re.compile(r"\D{0,15}([0-9]{4})(?=[-/. ]|$)")


def known_by_number(keys: Collection[NumberKey], *, lock: bool) -> dict[NumberKey, Known]:
    """The living assets with these numbers, whoever owns them; locked in order of id when they will be changed."""
    found: list[Known] = []
    for some in pieces(sorted({key for key, _piece in keys})):
        found += _known(Asset.number_key.in_(some), lock=lock)
    return {(row.number_key, row.piece): row for row in found}


def known_by_gfmis(numbers: Collection[str], *, lock: bool) -> dict[str, Known]:
    """The living assets with these GFMIS numbers (of a set, its first piece)."""
    found: list[Known] = []
    for some in pieces(sorted(set(numbers))):
        found += _known(and_(Asset.gfmis_no.in_(some), Asset.piece == 1), lock=lock)
    return {row.gfmis_no: row for row in found}


def known_by_id(asset_ids: Collection[int], *, lock: bool) -> list[Known]:
    """Living assets by id, in order."""
    return [row for some in pieces(sorted(asset_ids)) for row in _known(Asset.id.in_(some), lock=lock)]


def known_of_batch(batch_id: int) -> list[Known]:
    """The living assets that an import made, locked."""
    return _known(Asset.batch_id == batch_id, lock=True)


def _known(clause: Any, *, lock: bool) -> list[Known]:
    query = select(*_COLUMNS).where(clause, Asset.withdrawn_at.is_(None)).order_by(Asset.id)
    return list(db.session.execute(query.with_for_update() if lock else query))


class WithoutNumber:
    """The assets that rows with a placeholder may mean: those with a temporary number, and those of the same file."""

    def __init__(self, rows: Iterable[ParsedRow], unit_ids: Collection[int], file_hash: str, *, lock: bool) -> None:
        self._headings = frozenset(heading for row in rows for heading in row.headings.values())
        self._by_cells: dict[tuple[int, str], deque[Known]] = defaultdict(deque)
        self._by_serial: dict[tuple[int, str, str], deque[Known]] = defaultdict(deque)
        same_file = select(ImportBatch.id).where(ImportBatch.file_hash == file_hash, ImportBatch.kind == "assets")
        for some in pieces(sorted(unit_ids)):
            candidates = or_(Asset.temporary_no, Asset.batch_id.in_(same_file))
            for row in _known(and_(Asset.unit_id.in_(some), Asset.original.is_not(None), candidates), lock=lock):
                self._by_cells[row.unit_id, self._cells(row.original)].append(row)
                if row.temporary_no and row.serial:
                    self._by_serial[row.unit_id, text.search_key(row.serial), text.search_key(row.name)].append(row)

    def _cells(self, original: dict[str, str]) -> str:
        """The cells that say something to us: a running number or an unknown column makes no difference."""
        return canonical({name: value for name, value in original.items() if name in self._headings})

    def find(self, row: ParsedRow, unit_id: int, taken: Collection[int]) -> Known | None:
        """The asset that this row made before; each asset is found once."""
        serial = (unit_id, text.search_key(row.values.get("serial", "")), text.search_key(row.values["name"]))
        for waiting in (
            self._by_cells.get((unit_id, self._cells(row.original))),
            self._by_serial.get(serial) if serial[1] else None,
        ):
            while waiting:
                known = waiting.popleft()
                if known.id not in taken:
                    return known
        return None


class Units:
    """Units by any of their names; each name is looked up once."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._found: dict[str, UnitCard | None] = {}

    def named(self, name: str) -> UnitCard | None:
        if name not in self._found:
            self._found[name] = unit_by_any_name(name, self._today)
        return self._found[name]


class Categories:
    """Categories by code, name, FSN class, GFMIS class, or the class of depreciation that they alone have."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.vehicles: set[int] = set()
        self._class_of: dict[int, str] = {}
        self._exact: dict[str, int] = {}
        self._fsn: dict[str, int] = {}
        self._class: dict[str, list[int]] = defaultdict(list)
        for row in db.session.scalars(select(Category).order_by(Category.id)):
            self.names[row.id] = row.name
            if row.vehicle:
                self.vehicles.add(row.id)
            for fsn in row.fsn_class.replace(",", " ").split() or [row.code]:
                self._fsn.setdefault(fsn, row.id)
            for key in (row.code, row.name, row.fsn_class, row.gfmis_class):
                if key:
                    self._exact.setdefault(text.search_key(key), row.id)
            self._class[_class_key(row.asset_class)].append(row.id)
            self._class_of[row.id] = _class_key(row.asset_class)

    def named(self, name: str, asset_no: str) -> int | None:
        """The category that a cell means; the number decides among those of one class of depreciation."""
        exact = self._exact.get(text.search_key(name))
        if exact is not None:
            return exact
        of_class = self._class.get(_class_key(name), [])
        guess = self.of_number(asset_no)
        if guess in of_class:
            return guess
        return of_class[0] if len(of_class) == 1 else None

    def alike(self, one: int, other: int) -> bool:
        """Whether two categories are of one class of depreciation."""
        return self._class_of[one] == self._class_of[other]

    def of_number(self, asset_no: str) -> int | None:
        """The category of the FSN class that a number begins with (7440-001-0001, พก 7440-001-0001/1)."""
        found = _CLASS.match(asset_no)
        return None if found is None else self._fsn.get(found[1])


def _class_key(name: str) -> str:
    return text.search_key(name).replace(" ", "").removeprefix("ครุภัณฑ์")


class Places:
    """The places of the units, and those that an import will add."""

    def __init__(self, unit_ids: Collection[int]) -> None:
        self.names: dict[int, str] = {}
        self._ids: dict[tuple[int, str], int] = {}
        for some in pieces(sorted(unit_ids)):
            for row in db.session.execute(
                select(Site.id, Site.unit_id, Site.name, Site.name_key).where(Site.unit_id.in_(some))
            ):
                self.names[row.id] = row.name
                self._ids[row.unit_id, row.name_key] = row.id
        self._called: dict[tuple[int, str], int] = {}
        for some in pieces(sorted(unit_ids)):
            for alias in db.session.scalars(select(PlaceAlias).where(PlaceAlias.unit_id.in_(some))):
                self._called[alias.unit_id, alias.name_key] = alias.place_id

    def id_of(self, unit_id: int, name: str) -> int | None:
        """The place of this name, else the one that somebody said it means."""
        key = (unit_id, text.search_key(name))
        return self._ids.get(key) or self._called.get(key)


def place_of_unit(unit_id: int, name: str) -> str | None:
    """The name of the unit's place that somebody typed, as it is written in the register."""
    return db.session.scalar(select(Site.name).where(Site.unit_id == unit_id, Site.name_key == text.search_key(name)))


def place_names(unit_ids: Collection[int], most: int = 1000) -> list[str]:
    """The places of the units by name, in Thai order."""
    query = select(Site.name).where(Site.unit_id.in_(unit_ids)).group_by(Site.name).order_by(func.min(Site.sort_key))
    return list(db.session.scalars(query.limit(most)))


class Keepers:
    """Active people by exact name within a unit; a name that two share stays text."""

    def __init__(self, unit_ids: Collection[int]) -> None:
        self.names: dict[int, str] = {}
        self._ids: dict[tuple[int, str], int | None] = {}
        for some in pieces(sorted(unit_ids)):
            query = select(Person.id, Person.unit_id, Person.name, Person.name_key)
            for row in db.session.execute(query.where(Person.unit_id.in_(some), Person.active)):
                self.names[row.id] = row.name
                key = (row.unit_id, row.name_key)
                self._ids[key] = None if key in self._ids else row.id

    def id_of(self, unit_ids: Iterable[int], name: str) -> int | None:
        key = text.search_key(name)
        found = (self._ids.get((unit_id, key)) for unit_id in dict.fromkeys(unit_ids))
        return next((person_id for person_id in found if person_id is not None), None)


def codes_in_use(codes: Collection[str]) -> set[str]:
    """Those of these codes that exist already."""
    used: set[str] = set()
    for some in pieces(codes):
        used.update(db.session.scalars(select(Code.code).where(Code.code.in_(some))))
    return used


def last_batches(actor: Actor, kind: str, most: int = 10) -> list[ImportBatch]:
    """One's own last imports of a kind, newest first."""
    own = ImportBatch.person_id == actor.person_id, ImportBatch.kind == kind
    query = select(ImportBatch).options(defer(ImportBatch.result)).where(*own)
    return list(db.session.scalars(query.order_by(ImportBatch.id.desc()).limit(most)))
