"""Who answers for a loan beside its borrower, and the letter of the agency that borrows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetloan.core.db import Base
from assetloan.documents.files import File


class LoanParty(Base):
    """The official who answers for a contractor's loan, or the outsider for whom an official borrows (ข้อ 208 (2))."""

    __tablename__ = "loan_party"
    __table_args__ = (
        CheckConstraint("responsible_id IS NOT NULL OR outsider <> ''", name="party_given"),
        CheckConstraint("outsider = '' OR outsider_contact <> ''", name="outsider_can_be_reached"),
    )

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), primary_key=True)
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    responsible_name: Mapped[str] = mapped_column(default="")
    responsible_position: Mapped[str] = mapped_column(default="")
    outsider: Mapped[str] = mapped_column(default="")
    outsider_contact: Mapped[str] = mapped_column(default="")


class AgencyLetter(Base):
    """The letter by which the head of another agency asks for a loan. Append-only: the last one counts."""

    __tablename__ = "agency_letter"
    __table_args__ = (
        Index("ix_agency_letter_loan_id", "loan_id", "id"),
        CheckConstraint("number <> ''", name="number_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"))
    number: Mapped[str]
    dated_on: Mapped[date]
    signer: Mapped[str] = mapped_column(default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    file: Mapped[File | None] = relationship(lazy="raise_on_sql")
