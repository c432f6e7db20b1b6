"""What a unit taught the import (which column of a familiar header means what), and the rows of a staged file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core.db import Base


class ColumnMapping(Base):
    """The meaning of each column of a header, remembered per unit and header."""

    __tablename__ = "column_mapping"
    __table_args__ = (UniqueConstraint("unit_id", "kind", "header_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str]  # what the file holds: assets, book …
    header_key: Mapped[str]
    columns: Mapped[dict[str, Any]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]


class PlaceAlias(Base):
    """What a place is called in the files of its unit: said once by a person, understood ever after."""

    __tablename__ = "place_alias"
    __table_args__ = (UniqueConstraint("unit_id", "name_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name_key: Mapped[str]
    name: Mapped[str]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]


class ImportRow(Base):
    """One judged row of an import that waits, or one that was refused: a page of 50,000 reads only what it shows."""

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("batch_id", "place"),
        Index(None, "batch_id", "label", "place"),
        Index(None, "batch_id", "warned", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    place: Mapped[int]  # its order in the file, from 0
    label: Mapped[str]  # created, updated, unchanged, duplicate, check
    warned: Mapped[bool]  # taken, but something is to be said about it
    sheet: Mapped[str]
    row: Mapped[int]
    told: Mapped[dict[str, Any]]
