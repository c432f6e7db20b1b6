"""Lists of the accounting system by fiscal year, their lines, and the explanations of differences."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.assets.reconciling.rules import BookState, DifferenceKind
from assetloan.core.db import Base
from assetloan.core.money import Money


class Book(Base):
    """One uploaded list: the balances of a fiscal year as of a day. A newer one replaces it and is its own row."""

    __tablename__ = "book"
    __table_args__ = (
        Index("ix_book_year", "fiscal_year", "id"),
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_has_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fiscal_year: Mapped[int]  # พ.ศ.
    as_of: Mapped[date]
    file_name: Mapped[str]
    file_hash: Mapped[str]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    state: Mapped[BookState] = mapped_column(default=BookState.OPEN)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    signed_note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class BookLine(Base):
    """One asset as the accounting system has it."""

    __tablename__ = "book_line"
    __table_args__ = (Index("ix_book_line_book", "book_id", "gfmis_no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))
    row: Mapped[int]
    gfmis_no: Mapped[str]
    sub_no: Mapped[str] = mapped_column(default="")
    class_code: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    unit_text: Mapped[str] = mapped_column(default="")
    cost: Mapped[Money]
    accumulated: Mapped[Money]


class BookExplanation(Base):
    """Why a difference is as it is; the newest one of a difference holds. Append-only."""

    __tablename__ = "book_explanation"
    __table_args__ = (
        Index("ix_book_explanation_book", "book_id", "gfmis_no"),
        CheckConstraint("text <> ''", name="text_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))
    gfmis_no: Mapped[str] = mapped_column(default="")
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    kind: Mapped[DifferenceKind]
    text: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    explained_at: Mapped[datetime]
