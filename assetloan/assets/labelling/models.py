"""Batches of blank codes, label prints, printers, labelling rounds and adopted barcodes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetloan.assets.models import Asset
from assetloan.core.db import Base


class CodeBatch(Base):
    """Blank codes that were made together, to be printed and linked later."""

    __tablename__ = "code_batch"
    __table_args__ = (
        UniqueConstraint("unit_id", "number"),
        CheckConstraint("size BETWEEN 1 AND 5000", name="size_possible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    number: Mapped[int]
    size: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class LabelPrint(Base):
    """One making of a label file: who, when, which layout, why again. Append-only."""

    __tablename__ = "label_print"
    __table_args__ = (
        Index("ix_label_print_unit", "unit_id", "printed_at"),
        CheckConstraint("labels >= 1", name="labels_counted"),
        CheckConstraint("start >= 1", name="start_counts_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    printed_at: Mapped[datetime]
    layout: Mapped[str]
    start: Mapped[int] = mapped_column(default=1)
    printer_id: Mapped[int | None] = mapped_column(ForeignKey("printer.id"))
    labels: Mapped[int]
    choice: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")


class LabelPrintLine(Base):
    """One code of a print. Append-only."""

    __tablename__ = "label_print_line"
    __table_args__ = (Index("ix_label_print_line_code", "code_id", "print_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    print_id: Mapped[int] = mapped_column(ForeignKey("label_print.id"), index=True)
    code_id: Mapped[int] = mapped_column(ForeignKey("code.id"))


class Printer(Base):
    """A unit's printer: how far its paper lies off and how much it shrinks."""

    __tablename__ = "printer"
    __table_args__ = (
        UniqueConstraint("unit_id", "name"),
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint("scale_hundredths BETWEEN 9400 AND 10600", name="scale_possible"),
        CheckConstraint(
            "right_hundredths BETWEEN -500 AND 500 AND down_hundredths BETWEEN -500 AND 500", name="offset_possible"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str]
    layout: Mapped[str] = mapped_column(default="")
    scale_hundredths: Mapped[int] = mapped_column(default=10000)  # what the printer makes of 100.00 %
    right_hundredths: Mapped[int] = mapped_column(default=0)  # hundredths of a millimetre
    down_hundredths: Mapped[int] = mapped_column(default=0)
    measured_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class LabellingRound(Base):
    """A unit's campaign to put a label on everything; one open round per unit."""

    __tablename__ = "labelling_round"
    __table_args__ = (
        Index(
            "uq_labelling_round_open",
            "unit_id",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    started_on: Mapped[date]
    started_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]


class Barcode(Base):
    """A barcode that was already on a thing and now finds it; unique while it holds."""

    __tablename__ = "barcode"
    __table_args__ = (
        Index(
            "uq_barcode_text",
            "text_key",
            unique=True,
            sqlite_where=sql("revoked_at IS NULL"),
            postgresql_where=sql("revoked_at IS NULL"),
        ),
        CheckConstraint("text_key <> ''", name="text_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    text_key: Mapped[str]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    adopted_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(default="")

    asset: Mapped[Asset] = relationship(lazy="raise_on_sql")


class FormerNumber(Base):
    """A number that a thing had before (a temporary one, a mistake): it still finds the thing. Append-only."""

    __tablename__ = "former_number"
    __table_args__ = (Index("ix_former_number_key", "number_key", "piece"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    number: Mapped[str]
    number_key: Mapped[str]
    piece: Mapped[int]
    ended_at: Mapped[datetime]


class LabellingAct(Base):
    """One thing that got its label in a round: told once, however often it is sent; taken back only by its person."""

    __tablename__ = "labelling_act"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        Index("ix_labelling_act_round", "round_id", "id"),
        CheckConstraint("kind IN ('linked', 'attached', 'adopted')", name="kind_known"),
        CheckConstraint("(kind = 'adopted') = (barcode_id IS NOT NULL)", name="barcode_of_adopted"),
        CheckConstraint("(kind = 'adopted') = (code_id IS NULL)", name="code_of_others"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    round_id: Mapped[int] = mapped_column(ForeignKey("labelling_round.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    kind: Mapped[str]
    code_id: Mapped[int | None] = mapped_column(ForeignKey("code.id"), index=True)
    barcode_id: Mapped[int | None] = mapped_column(ForeignKey("barcode.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acted_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
