"""The register's tables: categories, places, assets, their codes and events, imports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Protocol, cast

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from assetloan.assets.rules import AssetEventKind, AssetStatus, CodeState, Condition, outward_number
from assetloan.audit import ObjectRef
from assetloan.core import text as thai
from assetloan.core.db import Base
from assetloan.core.money import Money
from assetloan.identity.models import Person, Unit


class Category(Base):
    """A class of assets [ประเภท]: FSN class, depreciation class, useful life (domain.md 4.1 and 4.2)."""

    __tablename__ = "category"
    __table_args__ = (
        CheckConstraint("least_years <= years AND years <= most_years", name="life_in_range"),
        CheckConstraint("name <> ''", name="name_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    sort_key: Mapped[str]
    fsn_class: Mapped[str] = mapped_column(default="")
    gfmis_class: Mapped[str] = mapped_column(default="")
    asset_class: Mapped[str]
    least_years: Mapped[int]
    most_years: Mapped[int]
    years: Mapped[int]
    rate_hundredths: Mapped[int]
    vehicle: Mapped[bool] = mapped_column(default=False)
    picture: Mapped[str] = mapped_column(default="thing")
    longest_loan_days: Mapped[int | None]
    lead_days: Mapped[int | None]
    most_extensions: Mapped[int | None]


class Site(Base):
    """A place of a unit [สถานที่]: building, floor, room. It may carry a QR code of its own."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("unit_id", "name_key"), CheckConstraint("name <> ''", name="name_given"))

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str]
    name_key: Mapped[str]
    sort_key: Mapped[str]


def _in_order(name: str, *columns: str) -> Index:
    """An index of the living register in Thai dictionary order, within these columns."""
    living = text("withdrawn_at IS NULL")
    seen = [column for column in ("unit_id", "loanable") if column not in columns]
    return Index(name, *columns, "sort_key", "id", *seen, sqlite_where=living, postgresql_where=living)


class Asset(Base):
    """One numbered thing [ครุภัณฑ์]. `status` and `condition` change only through the service."""

    __tablename__ = "asset"
    __table_args__ = (
        Index(
            "uq_asset_number",
            "number_key",
            "piece",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index(
            "uq_asset_gfmis_no",
            "gfmis_no",
            unique=True,
            sqlite_where=text("gfmis_no IS NOT NULL AND withdrawn_at IS NULL AND piece = 1"),
            postgresql_where=text("gfmis_no IS NOT NULL AND withdrawn_at IS NULL AND piece = 1"),
        ),
        # Each filter of the list walks an index in the list's own order; the last columns let rows be counted and
        # judged (who may see them) without reading them.
        _in_order("ix_asset_sort"),
        _in_order("ix_asset_unit_sort", "unit_id"),
        _in_order("ix_asset_place_sort", "place_id"),
        _in_order("ix_asset_category_sort", "category_id"),
        _in_order("ix_asset_status_sort", "status"),
        Index(
            "ix_asset_custodian_id",
            "custodian_id",
            sqlite_where=text("custodian_id IS NOT NULL"),
            postgresql_where=text("custodian_id IS NOT NULL"),
        ),
        CheckConstraint("asset_no <> ''", name="number_given"),
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint("piece >= 1", name="piece_counts_from_one"),
        CheckConstraint("price IS NULL OR price >= 0", name="price_not_negative"),
        CheckConstraint("life_years IS NULL OR life_years BETWEEN 1 AND 100", name="life_possible"),
        CheckConstraint("(life_years IS NULL) = (life_reason = '')", name="own_life_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_no: Mapped[str]
    number_key: Mapped[str]
    piece: Mapped[int] = mapped_column(default=1)
    temporary_no: Mapped[bool] = mapped_column(default=False)
    gfmis_no: Mapped[str | None]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    brand: Mapped[str] = mapped_column(default="")
    model: Mapped[str] = mapped_column(default="")
    serial: Mapped[str] = mapped_column(default="")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    responsible_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    custodian_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    custodian_text: Mapped[str] = mapped_column(default="")
    received_on: Mapped[date | None]
    received_precision: Mapped[str] = mapped_column(default="day")
    document_no: Mapped[str] = mapped_column(default="")
    method: Mapped[str] = mapped_column(default="")
    fund: Mapped[str] = mapped_column(default="")
    vendor: Mapped[str] = mapped_column(default="")
    vendor_address: Mapped[str] = mapped_column(default="")
    vendor_phone: Mapped[str] = mapped_column(default="")
    warranty_until: Mapped[date | None]
    warranty_note: Mapped[str] = mapped_column(default="")
    life_years: Mapped[int | None]
    life_reason: Mapped[str] = mapped_column(default="")
    price: Mapped[Money | None]
    below_threshold: Mapped[bool] = mapped_column(default=False)
    unit_of_count: Mapped[str] = mapped_column(default="")
    accessories: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    loanable: Mapped[bool] = mapped_column(default=False)
    loan_rule: Mapped[str] = mapped_column(default="")
    status: Mapped[AssetStatus] = mapped_column(default=AssetStatus.AVAILABLE)
    condition: Mapped[Condition] = mapped_column(default=Condition.GOOD)
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    original: Mapped[dict[str, Any] | None]
    search_text: Mapped[str]
    card_text: Mapped[str]
    sort_key: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    category: Mapped[Category | None] = relationship(lazy="raise_on_sql")
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id], lazy="raise_on_sql")
    place: Mapped[Site | None] = relationship(lazy="raise_on_sql")
    custodian: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    codes: Mapped[list[Code]] = relationship(back_populates="asset", order_by="Code.id", lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}

    traces = cast("frozenset[str] | None", None)  # a page that asked keeps here what this thing has (page_parts.traces)

    @property
    def number(self) -> str:
        """The number as people outside see it."""
        return outward_number(self.asset_no, self.piece)

    @property
    def ref(self) -> ObjectRef:
        return ObjectRef("asset", self.number, self.unit_id)


class Described(Protocol):
    """What the keys are made of: an asset, or the values of one that is about to be inserted."""

    @property
    def asset_no(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def brand(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def gfmis_no(self) -> str | None: ...
    @property
    def serial(self) -> str: ...
    @property
    def custodian_text(self) -> str: ...
    @property
    def note(self) -> str: ...


def keys_of(asset: Described) -> dict[str, str]:
    """The columns that search and order read. Bulk inserts, which pass no mapper events, take them from here.

    `search_text` holds all that a reader of the whole register may look for, `card_text` only what everyone may see:
    a search must not tell a stranger what a note says.
    """
    bare = "".join(ch for ch in asset.asset_no if ch.isalnum())
    card = _keys(asset.asset_no, bare, asset.name, asset.brand, asset.model)
    more = _keys(asset.gfmis_no, asset.serial, asset.custodian_text, asset.note)
    return {
        "number_key": thai.number_key(asset.asset_no),
        "card_text": card,
        "search_text": f"{card} {more}" if more else card,
        "sort_key": thai.sort_key(asset.name),
    }


def _keys(*parts: str | None) -> str:
    """The search keys of the parts, each by itself: names and makers come again and again, and are remembered."""
    return " ".join(key for part in parts if part and (key := thai.search_key(part)))


@event.listens_for(Asset, "before_insert")
@event.listens_for(Asset, "before_update")
def _keep_keys(_mapper: Mapper[Asset], _connection: Connection, asset: Asset) -> None:
    """The keys follow the fields; nobody sets them by hand."""
    for name, value in keys_of(asset).items():
        setattr(asset, name, value)


class Code(Base):
    """A QR code [รหัส QR]: a locator, not a secret. Blank until linked; several per asset; never reused."""

    __tablename__ = "code"
    __table_args__ = (
        CheckConstraint(
            "(state = 'blank') = (asset_id IS NULL AND place_id IS NULL) OR state = 'revoked'", name="linked_has_target"
        ),
        CheckConstraint("asset_id IS NULL OR place_id IS NULL", name="one_target"),
        CheckConstraint("length(code) = 8", name="eight_characters"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("code_batch.id"), index=True)
    state: Mapped[CodeState] = mapped_column(default=CodeState.LINKED)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    created_at: Mapped[datetime]
    attached_at: Mapped[datetime | None]  # when somebody saw the label on the thing
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(default="")

    asset: Mapped[Asset | None] = relationship(back_populates="codes", lazy="raise_on_sql")


class ScanLog(Base):
    """A scan by a signed-in person (the only thing a GET writes, in its own short transaction)."""

    __tablename__ = "scan_log"
    __table_args__ = (Index("ix_scan_log_asset", "asset_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class AssetEvent(Base):
    """One dated fact in the life of an asset. Append-only; actor and unit frozen as of then."""

    __tablename__ = "asset_event"
    __table_args__ = (Index("ix_asset_event_asset", "asset_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    kind: Mapped[AssetEventKind]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")


class ImportBatch(Base):
    """One file that was taken in: what it was, who brought it, what became of it."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    file_name: Mapped[str]
    file_hash: Mapped[str] = mapped_column(index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str]  # staged, confirmed, undone
    options: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    undo: Mapped[dict[str, Any]] = mapped_column(deferred=True)  # what was before; big, and no page shows it
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
