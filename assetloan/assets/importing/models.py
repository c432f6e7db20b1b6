"""What a unit taught the import: which column of a familiar header means what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
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
