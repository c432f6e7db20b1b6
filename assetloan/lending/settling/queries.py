"""Compensations [ชดใช้] and the papers that prove them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from assetloan.assets.care.papers import Paper
from assetloan.core.db import db
from assetloan.documents.files import File, add_file, files_of
from assetloan.identity.rules import Actor
from assetloan.lending.models import Compensation, Loan, LoanLine
from assetloan.lending.queries import LINE_VIEW, reach
from assetloan.lending.rules import CompensationState


def open_compensations(actor: Actor) -> list[Compensation]:
    """Compensations that are not decided yet, within reach, oldest first."""
    query = (
        select(Compensation)
        .join(LoanLine, LoanLine.id == Compensation.line_id)
        .join(Loan, Loan.id == LoanLine.loan_id)
        .options(joinedload(Compensation.line).options(*LINE_VIEW))
        .where(reach(actor), Compensation.state.in_((CompensationState.OPEN, CompensationState.PROPOSED)))
        .order_by(Compensation.id)
    )
    return list(db.session.scalars(query).unique())


EVIDENCE = "compensation"


def add_evidence(actor: Actor, row: Compensation, paper: Paper, *, now: datetime) -> None:
    """Keep a paper with a compensation: receipt, delivery note, finding."""
    add_file(
        paper.sha256,
        size=paper.size,
        mime=paper.mime,
        name=paper.name,
        kind="letter",
        unit_id=row.unit_id,
        object_type=EVIDENCE,
        object_key=str(row.id),
        person_id=actor.person_id,
        at=now,
    )


def evidence_of(row: Compensation | None) -> list[File]:
    """The papers of a compensation that was loaded for a reader."""
    return files_of(EVIDENCE, str(row.id)) if row is not None else []


def sees_evidence(actor: Actor, file: File) -> bool:
    """The papers are read by whoever may see the loan."""
    query = (
        select(Compensation.id)
        .join(LoanLine, LoanLine.id == Compensation.line_id)
        .join(Loan, Loan.id == LoanLine.loan_id)
        .where(reach(actor), Compensation.id == (int(file.object_key) if file.object_key.isdigit() else 0))
    )
    return db.session.scalar(query) is not None
