"""Custody by dates, moves between places and units, sightings."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetloan.assets.custody.rules import MoveState, SightingState
from assetloan.assets.models import Asset, Site
from assetloan.core.db import Base


class Custody(Base):
    """Who kept an asset from a day to a day [ผู้ครอบครอง]; apart from lending. One open row per asset."""

    __tablename__ = "custody"
    __table_args__ = (
        Index("ix_custody_asset", "asset_id", "from_on"),
        Index("ix_custody_person_id", "person_id"),
        Index(
            "uq_custody_open",
            "asset_id",
            unique=True,
            sqlite_where=text("until_on IS NULL"),
            postgresql_where=text("until_on IS NULL"),
        ),
        CheckConstraint("person_id IS NOT NULL OR person_text <> ''", name="keeper_given"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person_text: Mapped[str] = mapped_column(default="")
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    document_no: Mapped[str] = mapped_column(default="")
    accepted_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Move(Base):
    """One move of one or several assets to a place or a unit; between units it waits for the receiver."""

    __tablename__ = "move"
    __table_args__ = (
        Index("ix_move_to_unit", "to_unit_id", "state"),
        Index("ix_move_from_unit", "from_unit_id", "state"),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("(state = 'offered') = (decided_at IS NULL)", name="decided_has_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    from_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    to_place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    to_place_text: Mapped[str] = mapped_column(default="")
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    order_no: Mapped[str] = mapped_column(default="")
    state: Mapped[MoveState] = mapped_column(default=MoveState.OFFERED)
    offered_at: Mapped[datetime]
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    lines: Mapped[list[MoveLine]] = relationship(back_populates="move", order_by="MoveLine.id", lazy="raise_on_sql")
    to_place: Mapped[Site | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}


class MoveLine(Base):
    """One asset of a move; an asset is in one open move at most."""

    __tablename__ = "move_line"
    __table_args__ = (
        UniqueConstraint("move_id", "asset_id"),
        Index("ix_move_line_asset_id", "asset_id"),
        Index(
            "uq_move_line_open",
            "asset_id",
            unique=True,
            sqlite_where=text("open"),
            postgresql_where=text("open"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    move_id: Mapped[int] = mapped_column(ForeignKey("move.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    from_place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    open: Mapped[bool] = mapped_column(default=True)

    move: Mapped[Move] = relationship(back_populates="lines", lazy="raise_on_sql")
    asset: Mapped[Asset] = relationship(lazy="raise_on_sql")


class Sighting(Base):
    """Somebody scanned a thing and said “found here” [พบที่นี่]. It never counts as the inspection."""

    __tablename__ = "sighting"
    __table_args__ = (
        Index("ix_sighting_asset", "asset_id", "seen_at"),
        Index("ix_sighting_state", "state", "seen_at"),
        CheckConstraint("place_id IS NOT NULL OR place_text <> ''", name="place_given"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_has_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    seen_at: Mapped[datetime]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    place_text: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[SightingState] = mapped_column(default=SightingState.WAITING)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision_note: Mapped[str] = mapped_column(default="")

    asset: Mapped[Asset] = relationship(lazy="raise_on_sql")
    place: Mapped[Site | None] = relationship(lazy="raise_on_sql")
