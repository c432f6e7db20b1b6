"""Past lending from paper (contract.md 5): facts, of which only existence, order of times and overlap are judged.

Rights, separations, longest days and compensation are not judged, and no step of the workflow's table is run: a row is
written as the facts that it tells. A thing that came back damaged and was never closed on paper keeps waiting for the
Secretariat, but only if nobody had it later; so `holds_asset` of such a line may be false.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from assetloan.assets.import_service import confirmed, new_batch
from assetloan.assets.searching import number_pair
from assetloan.core import clock, text
from assetloan.documents.import_report import ImportReport
from assetloan.documents.tables import Parsed, ParsedRow
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission, Place
from assetloan.lending import rules
from assetloan.lending.importing import TIMES
from assetloan.lending.past_lookup import (
    KnownLoan,
    Occupied,
    People,
    PersonCard,
    UnitIds,
    assets_by_number,
    loans_by_number,
    occupied,
)
from assetloan.lending.rules import LineState, ReturnCondition

KIND = "loans"
_NEVER = datetime(9000, 1, 1, tzinfo=UTC)
_COLUMN_OF = {"submitted_at": "requested_at", "decided_at": "approved_at", "first_received_at": "returned_at"}


@dataclass(frozen=True, slots=True)
class PastOptions:
    """Whether good rows are taken although others are refused, and which file it is."""

    partial: bool = False
    file_name: str = ""
    file_hash: str = ""


@dataclass(slots=True)
class PaperLine:
    """A row that was found sound: one line of a paper loan, ready to be written."""

    row: ParsedRow
    number: str
    number_key: str
    asset: Row[Any]
    borrower: PersonCard
    borrower_unit_id: int
    approver: PersonCard | None
    holds: bool = False
    last: bool = True  # nobody had the thing later

    @property
    def place(self) -> Place:
        return self.row.values.get("place", Place.INSIDE)  # type: ignore[no-any-return]

    @property
    def due_on(self) -> date:
        return self.row.values["due_on"]  # type: ignore[no-any-return]

    @property
    def condition(self) -> ReturnCondition | None:
        """The condition at the return; without one nothing was wrong."""
        told: ReturnCondition | None = self.row.values.get("condition")
        if self.state is LineState.HANDED_OVER:
            return None
        return told or ReturnCondition.GOOD

    @property
    def state(self) -> LineState:
        values = self.row.values
        if "closed_at" in values:
            return LineState.CLOSED
        return LineState.RECEIVED if "returned_at" in values else LineState.HANDED_OVER

    @property
    def start(self) -> datetime:
        return self.row.values["handed_over_at"]  # type: ignore[no-any-return]

    @property
    def end(self) -> datetime | None:
        """When it was back, or closed without return; None while it is out."""
        values = self.row.values
        return values.get("returned_at") or values.get("closed_at")

    def times(self) -> dict[str, Any]:
        """The facts as the columns of a line, for the comparison with one that is here."""
        values = self.row.values
        lost = "closed_at" in values and "returned_at" not in values
        told = {
            "submitted_at": values.get("requested_at"),
            "decided_at": values.get("approved_at"),
            "handed_over_at": self.start,
            "first_received_at": values.get("returned_at"),
            "lost_at": values.get("closed_at") if lost else None,
            "closed_at": values.get("closed_at"),
            "due_on": self.due_on,
        }
        return {name: value for name, value in told.items() if value is not None}


@dataclass(slots=True)
class PastJudgement:
    """The lines to write, in the order of the file; the loans that get more lines; the lines that hold no longer."""

    lines: list[PaperLine]
    known: dict[str, KnownLoan]
    unchanged: int
    released: list[int]


def import_loans(actor: Actor, parsed: Parsed, options: PastOptions, *, now: datetime) -> ImportReport:
    """Bring past loans in; every bad row is told with its reason, and nothing is written unless `options.partial`.

    Raises Forbidden, DomainError("import_overtaken").
    """
    from assetloan.lending.past_write import write

    actor.require(Permission.LOANS_IMPORT, unit_id=None)
    judgement = _Judge(parsed, now=now).run()
    report = ImportReport.of(parsed)
    report.created, report.unchanged = len(judgement.lines), judgement.unchanged
    if report.rejected and not options.partial:
        report.refuse()
    elif judgement.lines:
        batch = new_batch(actor, KIND, options.file_name, options.file_hash, None, now=now)
        batch.undo = write(actor, judgement, batch.id, batch.key, now=now)
        confirmed(actor, batch, report, now=now)
    return report


class _Judge:
    def __init__(self, parsed: Parsed, *, now: datetime) -> None:
        self.rows = [row for row in parsed.rows if row.ok]
        self.now = now
        self.today = clock.bangkok_date(now)
        self.tree = unit_tree(self.today)
        self.first_of: dict[str, PaperLine] = {}
        self.seen: dict[tuple[str, int], ParsedRow] = {}
        self.unchanged = 0
        self.released: list[int] = []

    def run(self) -> PastJudgement:
        for row in self.rows:
            self._not_ahead(row)
        pairs = {id(row): number_pair(row.values["asset_no"]) for row in self.rows}
        self.assets = assets_by_number(set(pairs.values()), lock=True)
        self.known = loans_by_number({text.number_key(row.values["loan_no"]) for row in self.rows})
        self.people, self.units = People(), UnitIds(self.today)
        lines = [line for row in self.rows if (line := self._line(row, pairs[id(row)])) is not None]
        lines = [line for line in lines if self._is_new(line)]
        free = self._without_overlap(lines)
        return PastJudgement([line for line in lines if id(line) in free], self.known, self.unchanged, self.released)

    def _not_ahead(self, row: ParsedRow) -> None:
        """A past loan is past: only its due date may lie ahead."""
        for name in TIMES:
            if name in row.values and row.values[name] > self.now:
                row.reject(name, "time_in_future")

    # --- who and what ------------------------------------------------------------------------------------------------

    def _line(self, row: ParsedRow, pair: tuple[str, int]) -> PaperLine | None:
        values = row.values
        asset = self.assets.get(pair)
        if asset is None:
            row.reject("asset_no", "asset_not_registered", value=values["asset_no"])
        borrower = self._person(row, "borrower")
        approver = self._person(row, "approver") if "approver" in values else None
        unit_id = self._borrower_unit(row, borrower)
        if not row.ok or asset is None or borrower is None or unit_id is None:
            return None
        number = values["loan_no"]
        return PaperLine(row, number, text.number_key(number), asset, borrower, unit_id, approver)

    def _person(self, row: ParsedRow, name: str) -> PersonCard | None:
        found = self.people.named(row.values[name])
        if not found:
            row.reject(name, "person_unknown", value=row.values[name])
        elif len(found) > 1:
            row.reject(name, "person_ambiguous", value=row.values[name], count=len(found))
        return found[0] if len(found) == 1 else None

    def _borrower_unit(self, row: ParsedRow, borrower: PersonCard | None) -> int | None:
        name = row.values.get("borrower_unit")
        if not name:
            unit_id = None if borrower is None else borrower.unit_id
            if unit_id is None and borrower is not None:
                row.reject("borrower_unit", "required")
            return unit_id
        unit_id = self.units.named(name)
        if unit_id is None:
            row.reject("borrower_unit", "unit_unknown", value=name)
        return unit_id

    # --- which loan --------------------------------------------------------------------------------------------------

    def _is_new(self, line: PaperLine) -> bool:
        """Whether the line is to be written: one of a loan of one borrower, not twice, not here already."""
        row, place = line.row, (line.number_key, line.asset.id)
        known = self.known.get(line.number_key)
        first = self.first_of.setdefault(line.number_key, line)
        if place in self.seen:
            row.reject("asset_no", "duplicate", row=self.seen[place].row)
        elif known is not None and known.source is not rules.LoanSource.PAPER:
            row.reject("loan_no", "loan_number_taken", value=line.number)
        elif line.borrower.id != (first.borrower.id if known is None else known.borrower_id):
            row.reject("borrower", "loan_of_another", value=line.number)
        self.seen.setdefault(place, row)
        if not row.ok:
            return False
        if known is None or line.asset.id not in known.lines:
            return True
        self._compare(line, known.lines[line.asset.id])
        return False

    def _compare(self, line: PaperLine, known: Row[Any]) -> None:
        """The same facts again are no change; a paper loan that goes on here is received here."""
        for name, value in line.times().items():
            if not _same(value, getattr(known, name)):
                line.row.reject(_COLUMN_OF.get(name, name), "loan_differs", value=line.number)
                return
        self.unchanged += 1

    # --- when ---------------------------------------------------------------------------------------------------------

    def _without_overlap(self, lines: Sequence[PaperLine]) -> set[int]:
        """The lines whose thing was with nobody else at the time; of two that overlap the later is refused."""
        by_asset: dict[int, list[PaperLine]] = defaultdict(list)
        for line in lines:
            by_asset[line.asset.id].append(line)
        before = occupied(by_asset)
        accepted: set[int] = set()
        for asset_id, waiting in by_asset.items():
            waiting.sort(key=lambda line: (line.start, line.end or _NEVER))
            accepted.update(id(line) for line in self._fit(waiting, before.get(asset_id, [])))
        return accepted

    def _fit(self, waiting: Sequence[PaperLine], known: Sequence[Occupied]) -> list[PaperLine]:
        out = sorted((item.start, item.end or _NEVER) for item in known if item.start is not None)
        claimed = [item for item in known if item.claims and not _is_past_paper(item)]
        fitting: list[PaperLine] = []
        for line in waiting:
            if self._overlaps(line, out):
                line.row.reject("handed_over_at", "overlap", asset=line.row.values["asset_no"])
            else:
                insort(out, (line.start, line.end or _NEVER))
                fitting.append(line)
        latest = max(out, default=None)
        for line in fitting:
            line.last = latest == (line.start, line.end or _NEVER)
            self._hold(line, claimed)
        if any(line.last and line.row.ok for line in fitting):
            self.released += [item.line_id for item in known if _is_past_paper(item) and item.line_id is not None]
        return [line for line in fitting if line.row.ok]

    @staticmethod
    def _overlaps(line: PaperLine, out: Sequence[tuple[datetime, datetime]]) -> bool:
        end = line.end or _NEVER
        place = bisect_right(out, line.start, key=lambda pair: pair[0])
        if place < len(out) and out[place][0] < end:
            return True
        if place == 0 or out[place - 1][1] <= line.start:
            return False
        # Paper often knows only the day: handed over on the day on which it came back is after it came back.
        back = out[place - 1][1]
        if _is_midnight(line.start) and back <= end and clock.bangkok_date(back) == clock.bangkok_date(line.start):
            line.row.values["handed_over_at"] = back
            return place < len(out) and out[place][0] < end
        return True

    def _hold(self, line: PaperLine, claimed: Sequence[Occupied]) -> None:
        """Whether the thing is still kept from the next person, and nobody else is waiting for it in these days."""
        card = self.tree.get(line.asset.unit_id)
        frees_clean = not (card is not None and card.holds_clean_returns)
        line.holds = line.last and rules.holds(line.state, line.condition, frees_clean=frees_clean)
        if not line.holds:
            return
        first, until = clock.bangkok_date(line.start), line.due_on + timedelta(days=1)
        if any(item.claim_from < until and first < item.claim_until for item in claimed):
            line.row.reject("handed_over_at", "overlap", asset=line.row.values["asset_no"])


def _is_past_paper(item: Occupied) -> bool:
    """A paper line that came back and was never closed: it waits only while nobody has the thing later."""
    return item.paper and item.holds and item.end is not None


def _is_midnight(instant: datetime) -> bool:
    return clock.bangkok_midnight(clock.bangkok_date(instant)) == instant


def _same(told: Any, known: Any) -> bool:
    if told == known or not isinstance(told, datetime) or known is None:
        return bool(told == known)
    return _is_midnight(told) and clock.bangkok_date(told) == clock.bangkok_date(known)
