"""Loans, their lines and their dated facts. `state` is set by `apply()` alone; the database refuses a second holder."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetloan.assets.models import Asset
from assetloan.audit import ObjectRef
from assetloan.core.db import Base, value_enum
from assetloan.core.money import Money
from assetloan.identity.models import Person, Unit
from assetloan.identity.rules import Place
from assetloan.lending import rules
from assetloan.lending.facts import facts_of_step
from assetloan.lending.rules import (
    CompensationState,
    LineAction,
    LineState,
    LoanSource,
    Outcome,
    ReturnCondition,
    Route,
)
from assetloan.lending.settling.rules import NotLiable


class StandingApproval(Base):
    """A signed order in advance [คำสั่งอนุมัติล่วงหน้า]: inside only, cited as the basis of each approval."""

    __tablename__ = "standing_approval"
    __table_args__ = (
        CheckConstraint("valid_until >= valid_from", name="ends_after_start"),
        CheckConstraint("order_no <> ''", name="order_given"),
        CheckConstraint("most_days >= 0", name="days_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    most_days: Mapped[int]
    order_no: Mapped[str]
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signed_post: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    revoked_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    signed_by: Mapped[Person] = relationship(foreign_keys=[signed_by_id], lazy="raise_on_sql")

    @property
    def terms(self) -> rules.StandingTerms:
        return rules.StandingTerms(
            self.unit_id,
            self.category_id,
            self.asset_id,
            self.most_days,
            self.valid_from,
            self.valid_until,
            self.signed_by_id,
        )


class Loan(Base):
    """A loan slip [ใบยืม]: one owning unit, one place of use, one borrower. Its state is that of its lines."""

    __tablename__ = "loan"
    __table_args__ = (
        CheckConstraint("length(trim(purpose)) > 0", name="purpose_given"),
        CheckConstraint("due_on >= starts_on", name="due_after_start"),
        CheckConstraint("place <> 'agency' OR agency <> '' OR source = 'paper'", name="agency_given"),
        Index(
            "uq_loan_number",
            "number_key",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_loan_borrower", "borrower_id", "id"),
        Index("ix_loan_unit", "unit_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    number_key: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    borrower_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    borrower_name: Mapped[str]
    borrower_position: Mapped[str]
    borrower_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    purpose: Mapped[str]
    place: Mapped[Place]
    place_detail: Mapped[str] = mapped_column(default="")
    agency: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date]
    due_on: Mapped[date]
    submitted_at: Mapped[datetime]
    submitted_on: Mapped[date] = mapped_column(index=True)
    source: Mapped[LoanSource] = mapped_column(default=LoanSource.SYSTEM)
    route: Mapped[Route]
    route_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    approver_post: Mapped[str]
    legal_basis: Mapped[str]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    note: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]

    lines: Mapped[list[LoanLine]] = relationship(
        back_populates="loan", order_by="LoanLine.position", lazy="raise_on_sql"
    )
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id], lazy="raise_on_sql")
    borrower: Mapped[Person] = relationship(foreign_keys=[borrower_id], lazy="raise_on_sql")

    @property
    def state(self) -> LineState:
        return rules.header_state(line.state for line in self.lines)

    @property
    def ref(self) -> ObjectRef:
        return ObjectRef("loan", self.number, self.unit_id)


class LoanLine(Base):
    """One thing of a loan [รายการยืม] with its write-once facts: instant, person, Bangkok day of each step."""

    __tablename__ = "loan_line"
    __table_args__ = (
        UniqueConstraint("loan_id", "position"),
        Index(
            "uq_loan_line_holder",
            "asset_id",
            unique=True,
            sqlite_where=text("holds_asset"),
            postgresql_where=text("holds_asset"),
        ),
        Index(
            "ix_loan_line_claim",
            "asset_id",
            "claim_from",
            sqlite_where=text("claims_period"),
            postgresql_where=text("claims_period"),
        ),
        Index("ix_loan_line_asset_id", "asset_id", "id"),
        Index("ix_loan_line_state", "state", "unit_id"),
        Index("ix_loan_line_report", "unit_id", "handed_over_on", "first_received_on", "closed_on", "due_on"),
        Index("ix_loan_line_received", "unit_id", "first_received_on"),
        Index(
            "ix_loan_line_out",
            "unit_id",
            "due_on",
            sqlite_where=text("handed_over_on IS NOT NULL AND first_received_on IS NULL AND closed_on IS NULL"),
            postgresql_where=text("handed_over_on IS NOT NULL AND first_received_on IS NULL AND closed_on IS NULL"),
        ),
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint("claim_until > claim_from", name="claim_not_empty"),
        CheckConstraint(
            "source = 'paper' OR decided_by_id IS NULL OR decided_by_id <> borrower_id", name="approver_not_borrower"
        ),
        CheckConstraint(
            "source = 'paper' OR handed_over_by_id IS NULL OR handed_over_by_id <> borrower_id",
            name="giver_not_borrower",
        ),
        CheckConstraint(
            "source = 'paper' OR received_by_id IS NULL OR received_by_id <> borrower_id",
            name="receiver_not_borrower",
        ),
        CheckConstraint(
            "source = 'paper' OR closed_by_id IS NULL OR "
            "(closed_by_id <> borrower_id AND (received_by_id IS NULL OR closed_by_id <> received_by_id))",
            name="closer_not_receiver",
        ),
        CheckConstraint("state <> 'rejected' OR length(trim(reason)) > 0", name="rejection_has_reason"),
        CheckConstraint("first_received_at IS NULL OR first_received_at >= handed_over_at", name="back_after_out"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"))
    position: Mapped[int]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    borrower_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    borrower_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    place: Mapped[Place]
    source: Mapped[LoanSource] = mapped_column(default=LoanSource.SYSTEM)
    quantity: Mapped[int] = mapped_column(default=1)
    _state: Mapped[LineState] = mapped_column("state", default=LineState.SUBMITTED)
    holds_asset: Mapped[bool] = mapped_column(default=False)
    claims_period: Mapped[bool] = mapped_column(default=True)
    claim_from: Mapped[date]
    claim_until: Mapped[date]
    due_on: Mapped[date]
    price_at_loan: Mapped[Money | None]
    condition_out: Mapped[str] = mapped_column(default="good")
    note_out: Mapped[str] = mapped_column(default="")
    condition_in: Mapped[ReturnCondition | None]
    note_in: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    basis: Mapped[str] = mapped_column(default="")
    standing_approval_id: Mapped[int | None] = mapped_column(ForeignKey("standing_approval.id"))
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id"))

    submitted_at: Mapped[datetime]
    submitted_on: Mapped[date]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_on: Mapped[date | None] = mapped_column(index=True)
    approved: Mapped[bool | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_on: Mapped[date | None] = mapped_column(index=True)
    handed_over_at: Mapped[datetime | None]
    handed_over_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    handed_over_on: Mapped[date | None]
    handed_over_month: Mapped[int | None]
    handed_over_year: Mapped[int | None]
    declared_at: Mapped[datetime | None]
    first_received_at: Mapped[datetime | None]
    first_received_on: Mapped[date | None]
    first_received_month: Mapped[int | None]
    first_received_year: Mapped[int | None]
    received_at: Mapped[datetime | None]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lost_at: Mapped[datetime | None]
    lost_on: Mapped[date | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_on: Mapped[date | None]
    closed_month: Mapped[int | None]
    closed_year: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    loan: Mapped[Loan] = relationship(back_populates="lines", lazy="raise_on_sql")
    asset: Mapped[Asset] = relationship(lazy="raise_on_sql")
    events: Mapped[list[LoanEvent]] = relationship(order_by="LoanEvent.id", lazy="raise_on_sql", viewonly=True)

    __mapper_args__ = {"version_id_col": version}

    @hybrid_property
    def state(self) -> LineState:
        return self._state

    def apply(
        self,
        action: LineAction,
        *,
        by_id: int | None,
        by_name: str,
        at: datetime,
        recorded_at: datetime,
        frees_clean: bool = True,
        condition: ReturnCondition | None = None,
        note: str = "",
    ) -> LoanEvent:
        """Take one step of the table and set the facts that belong to it. The caller has run the guards.

        Raises DomainError("invalid_transition").
        """
        before = self._state
        self._state = rules.next_step(before, action).to
        self._set_facts(action, by_id=by_id, at=at, condition=condition, note=note)
        self.holds_asset = rules.holds(self._state, self.condition_in, frees_clean=frees_clean)
        self.claims_period = rules.claims(self._state, self.condition_in, frees_clean=frees_clean)
        return self.log(action, before, by_id=by_id, by_name=by_name, at=at, recorded_at=recorded_at, note=note)

    def log(
        self,
        action: LineAction,
        before: LineState | None,
        *,
        by_id: int | None,
        by_name: str,
        at: datetime,
        recorded_at: datetime,
        note: str = "",
    ) -> LoanEvent:
        """The append-only fact of a step; actor and unit frozen."""
        return LoanEvent(
            line=self,
            action=action,
            before=before,
            after=self._state,
            person_id=by_id,
            person_name=by_name,
            unit_id=self.unit_id,
            occurred_at=at,
            recorded_at=recorded_at,
            source=self.source,
            condition=self.condition_in if action in (LineAction.RECEIVE, LineAction.REPORT_LOST) else None,
            note=note,
        )

    def _set_facts(
        self, action: LineAction, *, by_id: int | None, at: datetime, condition: ReturnCondition | None, note: str
    ) -> None:
        first = self.first_received_at is None
        facts = facts_of_step(action, by_id=by_id, at=at, condition=condition, note=note, first_receipt=first)
        for name, value in facts.items():
            setattr(self, name, value)

    def set_period(self, starts_on: date, due_on: date) -> None:
        """The period a line claims: [starts_on, due_on + 1)."""
        self.due_on, self.claim_from, self.claim_until = due_on, starts_on, due_on + timedelta(days=1)


class LoanEvent(Base):
    """One dated fact of a line. Append-only; reports and `check` read it."""

    __tablename__ = "loan_event"
    __table_args__ = (Index("ix_loan_event_line", "line_id", "id"), Index("ix_loan_event_occurred_at", "occurred_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("loan_line.id"))
    action: Mapped[LineAction]
    before: Mapped[LineState | None] = mapped_column(value_enum(LineState, "before"))
    after: Mapped[LineState] = mapped_column(value_enum(LineState, "after"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    source: Mapped[LoanSource]
    condition: Mapped[ReturnCondition | None]
    note: Mapped[str] = mapped_column(default="")

    line: Mapped[LoanLine] = relationship(lazy="raise_on_sql")


class LoanDue(Base):
    """An approved due date of a line, from an instant on. Append-only: the last one is in force."""

    __tablename__ = "loan_due"
    __table_args__ = (Index("ix_loan_due_line", "line_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("loan_line.id"))
    due_on: Mapped[date]
    approved_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Compensation(Base):
    """Making good [ชดใช้] (ข้อ 209): proposed by the Secretariat, decided by the director."""

    __tablename__ = "compensation"
    __table_args__ = (
        Index(
            "uq_compensation_line",
            "line_id",
            unique=True,
            sqlite_where=text("state <> 'withdrawn'"),
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        CheckConstraint("state NOT IN ('proposed', 'decided') OR outcome IS NOT NULL", name="outcome_given"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
        CheckConstraint("outcome <> 'not_liable' OR not_liable IS NOT NULL", name="not_liable_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("loan_line.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    condition: Mapped[ReturnCondition]
    state: Mapped[CompensationState] = mapped_column(default=CompensationState.OPEN)
    outcome: Mapped[Outcome | None]
    not_liable: Mapped[NotLiable | None]
    amount: Mapped[Money | None]
    evidence: Mapped[str] = mapped_column(default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    line: Mapped[LoanLine] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}
