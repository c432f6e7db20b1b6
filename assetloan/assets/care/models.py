"""Maintenance plans, the repair log and attached papers of an asset."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetloan.assets.care.rules import RepairKind, RepairState
from assetloan.assets.models import Asset
from assetloan.core.db import Base
from assetloan.core.money import Money
from assetloan.documents.files import File


class MaintenancePlan(Base):
    """Regular work on an asset [แผนบำรุงรักษา, ข้อ 212]: what, how often, when next."""

    __tablename__ = "maintenance_plan"
    __table_args__ = (
        Index("ix_maintenance_plan_asset_id", "asset_id"),
        Index("ix_maintenance_plan_next_on", "next_on"),
        CheckConstraint("every_months BETWEEN 1 AND 120", name="period_possible"),
        CheckConstraint("work <> ''", name="work_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    work: Mapped[str]
    every_months: Mapped[int]
    next_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    ended_on: Mapped[date | None]
    created_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    asset: Mapped[Asset] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}


class Repair(Base):
    """One entry of the repair history (the back of the register card): counted per asset, never deleted."""

    __tablename__ = "repair"
    __table_args__ = (
        UniqueConstraint("asset_id", "number"),
        Index(
            "uq_repair_open",
            "asset_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("work <> ''", name="work_given"),
        CheckConstraint("cost IS NULL OR cost >= 0", name="cost_not_negative"),
        CheckConstraint("finished_on IS NULL OR finished_on >= begun_on", name="ends_after_start"),
        CheckConstraint("(state = 'open') = (finished_on IS NULL)", name="finished_has_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    number: Mapped[int]
    kind: Mapped[RepairKind] = mapped_column(default=RepairKind.REPAIR)
    state: Mapped[RepairState] = mapped_column(default=RepairState.OPEN)
    work: Mapped[str]
    supplier: Mapped[str] = mapped_column(default="")
    document_no: Mapped[str] = mapped_column(default="")
    cost: Mapped[Money | None]
    under_warranty: Mapped[bool] = mapped_column(default=False)
    begun_on: Mapped[date]
    expected_on: Mapped[date | None]
    finished_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("maintenance_plan.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    asset: Mapped[Asset] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}


class Attachment(Base):
    """A paper that belongs to an asset: contract, receipt, manual, letter. Taken away with a reason, never deleted."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_asset_id", "asset_id"),
        CheckConstraint("title <> ''", name="title_given"),
        CheckConstraint("(removed_at IS NULL) = (removed_reason = '')", name="removal_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    title: Mapped[str]
    created_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
    removed_reason: Mapped[str] = mapped_column(default="")

    asset: Mapped[Asset] = relationship(lazy="raise_on_sql")
    file: Mapped[File] = relationship(lazy="raise_on_sql")
