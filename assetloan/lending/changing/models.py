"""Changes of running loans and the lines they are about. `state` is set by `apply()` alone."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetloan.core.db import Base, value_enum
from assetloan.lending.changing import rules
from assetloan.lending.changing.rules import ChangeAction, ChangeKind, ChangeState
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.rules import Route


class LoanChange(Base):
    """A request to have things longer, or to pass them on; decided by a post of its own route, never by a party."""

    __tablename__ = "loan_change"
    __table_args__ = (
        CheckConstraint("length(trim(reason)) > 0", name="reason_given"),
        CheckConstraint("(kind = 'extension') = (due_on IS NOT NULL)", name="due_of_extension"),
        CheckConstraint("(kind = 'transfer') = (to_person_id IS NOT NULL)", name="receiver_of_transfer"),
        CheckConstraint("to_person_id IS NULL OR to_person_id <> borrower_id", name="receiver_not_borrower"),
        CheckConstraint(
            "decided_by_id IS NULL OR (decided_by_id <> borrower_id AND "
            "(to_person_id IS NULL OR decided_by_id <> to_person_id))",
            name="decider_not_party",
        ),
        CheckConstraint("state <> 'rejected' OR length(trim(decision_reason)) > 0", name="rejection_has_reason"),
        CheckConstraint("state <> 'approved' OR (approved AND decided_at IS NOT NULL)", name="approval_decided"),
        CheckConstraint(
            "state <> 'approved' OR kind <> 'transfer' OR (accepted_at IS NOT NULL AND new_loan_id IS NOT NULL)",
            name="transfer_whole",
        ),
        Index("ix_loan_change_loan", "loan_id", "id"),
        Index("ix_loan_change_state", "state", "unit_id"),
        Index("ix_loan_change_receiver", "to_person_id", "state"),
        Index("ix_loan_change_new_loan", "new_loan_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    borrower_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[ChangeKind]
    _state: Mapped[ChangeState] = mapped_column("state", value_enum(ChangeState, "state"))
    due_on: Mapped[date | None]
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    to_name: Mapped[str] = mapped_column(default="")
    to_position: Mapped[str] = mapped_column(default="")
    to_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    reason: Mapped[str]
    late: Mapped[bool] = mapped_column(default=False)
    requested_at: Mapped[datetime]
    requested_on: Mapped[date]
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    route: Mapped[Route] = mapped_column(value_enum(Route, "route"))
    route_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    approver_post: Mapped[str]
    legal_basis: Mapped[str]
    accepted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_name: Mapped[str] = mapped_column(default="")
    approved: Mapped[bool | None]
    decision_reason: Mapped[str] = mapped_column(default="")
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id"))
    ended_at: Mapped[datetime | None]
    new_loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"))
    version: Mapped[int] = mapped_column(default=1)

    loan: Mapped[Loan] = relationship(foreign_keys=[loan_id], lazy="raise_on_sql")
    new_loan: Mapped[Loan | None] = relationship(foreign_keys=[new_loan_id], lazy="raise_on_sql")
    lines: Mapped[list[LoanChangeLine]] = relationship(
        back_populates="change", order_by="LoanChangeLine.id", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}

    @hybrid_property
    def state(self) -> ChangeState:
        return self._state

    def apply(self, action: ChangeAction, *, at: datetime) -> ChangeState:
        """Take one step of the table; an ended change lets its lines go. Raises DomainError("invalid_transition")."""
        self._state = rules.next_state(self.kind, self._state, action)
        if self._state not in rules.OPEN:
            self.ended_at = at
            for line in self.lines:
                line.open = False
        return self._state

    def living(self) -> list[LoanChangeLine]:
        """The lines it is still about: those that did not come back before it was decided."""
        return [line for line in self.lines if line.dropped_at is None]


class LoanChangeLine(Base):
    """One line a change is about. A line waits for one change at a time; the database refuses a second."""

    __tablename__ = "loan_change_line"
    __table_args__ = (
        UniqueConstraint("change_id", "line_id"),
        Index(
            "uq_loan_change_line_open",
            "line_id",
            unique=True,
            sqlite_where=text("open"),
            postgresql_where=text("open"),
        ),
        Index("ix_loan_change_line_line", "line_id", "id"),
        CheckConstraint("dropped_at IS NULL OR NOT open", name="dropped_not_open"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("loan_change.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("loan_line.id"))
    old_due_on: Mapped[date]
    open: Mapped[bool] = mapped_column(default=True)
    dropped_at: Mapped[datetime | None]

    change: Mapped[LoanChange] = relationship(back_populates="lines", lazy="raise_on_sql")
    line: Mapped[LoanLine] = relationship(lazy="raise_on_sql")
