"""What past loans are checked against, read in a few statements: assets, people, units, loans that are here already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select

from assetloan.assets.models import Asset
from assetloan.core import text
from assetloan.core.bulk import pieces
from assetloan.core.db import db
from assetloan.identity.models import Person, Unit
from assetloan.identity.queries import unit_by_any_name
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.rules import LoanSource

NumberKey = tuple[str, int]


def assets_by_number(keys: Collection[NumberKey], *, lock: bool) -> dict[NumberKey, Row[Any]]:
    """The living assets with these numbers; locked in order of id."""
    found: dict[NumberKey, Row[Any]] = {}
    for some in pieces(sorted({key for key, _piece in keys})):
        query = (
            select(
                Asset.id, Asset.asset_no, Asset.number_key, Asset.piece, Asset.unit_id, Asset.status, Asset.condition
            )
            .where(Asset.number_key.in_(some), Asset.withdrawn_at.is_(None))
            .order_by(Asset.id)
        )
        rows = db.session.execute(query.with_for_update() if lock else query)
        found |= {(row.number_key, row.piece): row for row in rows}
    return found


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as a paper loan names them."""

    id: int
    name: str
    position: str
    unit_id: int | None


class People:
    """Everyone, active or not, by user name and by full name (the agency has some thousands)."""

    def __init__(self) -> None:
        self._by_username: dict[str, PersonCard] = {}
        self._by_name: dict[str, list[PersonCard]] = defaultdict(list)
        columns = (Person.id, Person.username_key, Person.name, Person.name_key, Person.position, Person.unit_id)
        for row in db.session.execute(select(*columns).where(Person.withdrawn_at.is_(None)).order_by(Person.id)):
            card = PersonCard(row.id, row.name, row.position, row.unit_id)
            if row.username_key:
                self._by_username[row.username_key] = card
            self._by_name[row.name_key].append(card)

    def named(self, words: str) -> list[PersonCard]:
        """The person with this user name, else all with this full name."""
        card = self._by_username.get(text.clean(words).casefold())
        return [card] if card is not None else self._by_name.get(text.search_key(words), [])


class UnitIds:
    """Units by code, closed ones too, else by any of their names."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._ids: dict[str, int | None] = {
            row.code.casefold(): row.id
            for row in db.session.execute(select(Unit.id, Unit.code).where(Unit.withdrawn_at.is_(None)))
        }

    def named(self, words: str) -> int | None:
        key = text.clean(words).casefold()
        if key not in self._ids:
            card = unit_by_any_name(words, self._today)
            self._ids[key] = None if card is None else card.id
        return self._ids[key]


@dataclass(frozen=True, slots=True)
class KnownLoan:
    """A loan that is here already, and its lines by asset."""

    id: int
    source: LoanSource
    borrower_id: int
    lines: dict[int, Row[Any]]
    last_position: int


LINE_FACTS = ("submitted_at", "decided_at", "handed_over_at", "first_received_at", "lost_at", "closed_at", "due_on")


def loans_by_number(keys: Collection[str]) -> dict[str, KnownLoan]:
    """The living loans with these numbers."""
    found: dict[str, KnownLoan] = {}
    for some in pieces(sorted(set(keys))):
        query = (
            select(
                *(Loan.id.label("loan_id"), Loan.number_key, Loan.source, Loan.borrower_id),
                *(LoanLine.id, LoanLine.asset_id, LoanLine.position, LoanLine.condition_in, LoanLine.withdrawn_at),
                *(getattr(LoanLine, name) for name in LINE_FACTS),
            )
            .join(LoanLine, LoanLine.loan_id == Loan.id)
            .where(Loan.number_key.in_(some), Loan.withdrawn_at.is_(None))
            .order_by(LoanLine.id)
        )
        for row in db.session.execute(query):
            loan = found.get(row.number_key)
            lines = {} if loan is None else loan.lines
            if row.withdrawn_at is None:
                lines[row.asset_id] = row
            last = max(row.position, 0 if loan is None else loan.last_position)
            found[row.number_key] = KnownLoan(row.loan_id, row.source, row.borrower_id, lines, last)
    return found


@dataclass(frozen=True, slots=True)
class Occupied:
    """A time in which an asset was with somebody, or the days that a waiting request claims of it."""

    line_id: int | None
    start: datetime | None
    end: datetime | None
    claim_from: date
    claim_until: date
    claims: bool
    holds: bool
    paper: bool


def occupied(asset_ids: Collection[int]) -> dict[int, list[Occupied]]:
    """What is known already of when these assets were out, and what claims them."""
    found: dict[int, list[Occupied]] = defaultdict(list)
    columns = (LoanLine.id, LoanLine.asset_id, LoanLine.handed_over_at, LoanLine.first_received_at, LoanLine.closed_at,
               LoanLine.claim_from, LoanLine.claim_until, LoanLine.claims_period, LoanLine.holds_asset,
               LoanLine.source)  # fmt: skip
    for some in pieces(sorted(asset_ids)):
        query = select(*columns).where(LoanLine.asset_id.in_(some), LoanLine.withdrawn_at.is_(None))
        for row in db.session.execute(query.order_by(LoanLine.id)):
            if row.handed_over_at is None and not row.claims_period:
                continue
            end = row.first_received_at or row.closed_at
            paper = row.source is LoanSource.PAPER
            if row.holds_asset and not (paper and end is not None):
                end = None  # not back, or back and still waiting for the Secretariat
            found[row.asset_id].append(
                Occupied(row.id, row.handed_over_at, end, row.claim_from, row.claim_until, row.claims_period,
                         row.holds_asset, paper)
            )  # fmt: skip
    return found
