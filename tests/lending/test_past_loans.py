"""Past loans from paper: facts, existence, order of times, overlap; on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetloan.assets import queries as register
from assetloan.assets.models import Asset, AssetEvent
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.audit.chain import first_broken
from assetloan.audit.models import AuditEntry
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Forbidden
from assetloan.documents.import_report import ImportReport
from assetloan.documents.sheets import read_table_file, write_csv
from assetloan.identity.queries import UnitCard, person_by_username, unit_by_code
from assetloan.identity.rules import Actor, Place, Role, console
from assetloan.lending import queries, service
from assetloan.lending.importing import read_loans
from assetloan.lending.models import Compensation, Loan, LoanDue, LoanEvent, LoanLine
from assetloan.lending.past_loans import PastOptions, import_loans
from assetloan.lending.past_undo import undo_loans
from assetloan.lending.rules import LineAction, LineState, LoanSource, ReturnCondition
from assetloan.lending.service import LoanAct, LoanRequest, Receipt
from assetloan.reporting import checks
from tests.conftest import NOW
from tests.factories import a_person, a_unit, actor_named, an_actor, an_agency, an_asset

pytestmark = pytest.mark.both_databases

FIELDS = ("loan_no", "asset_no", "borrower", "borrower_unit", "purpose", "place", "requested_at", "approved_at",
          "approver", "handed_over_at", "due_on", "returned_at", "condition", "closed_at", "note")  # fmt: skip
Row = dict[str, Any]


def a_row(
    loan_no: str = "1/2569", asset_no: str = "A-1", out: str = "2026-11-02T09:00", back: str = "", **more: Any
) -> Row:
    """A row of the file; `out` and `back` are hand-over and return."""
    given = {
        "loan_no": loan_no,
        "asset_no": asset_no,
        "borrower": "somchai",
        "handed_over_at": out,
        "returned_at": back,
    }
    return given | {"due_on": "2026-11-20"} | more


def bring(*rows: Row, actor: Actor | None = None, partial: bool = False, now: datetime = NOW) -> ImportReport:
    data = write_csv([FIELDS, *([row.get(name, "") for name in FIELDS] for row in rows)])
    parsed = read_loans(read_table_file(data, "ยืม.csv").sheets)
    with transaction():
        return import_loans(actor or console(), parsed, PastOptions(partial, "ยืม.csv"), now=now)


def counts(report: ImportReport) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "skipped", "rejected")
    return {name: count for name in names if (count := getattr(report, name))}


def codes(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.code) for problem in report.errors]


def the_line(number: str = "1/2569", position: int = 1) -> LoanLine:
    db.session.rollback()
    db.session.expire_all()
    loan = queries.loan_for(console(), number, history=True)
    return next(line for line in loan.lines if line.position == position)


def steps(line: LoanLine) -> list[tuple[LineAction, LineState | None, LineState]]:
    return [(event.action, event.before, event.after) for event in line.events]


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An hour of a day of November 2569 in Bangkok."""
    return clock.bangkok_time(date(2026, 11, day), hour, minute)


def asset_of(number: str) -> Asset:
    db.session.rollback()
    return register.by_number(console(), number)


@pytest.fixture
def unit(ctx: Flask) -> UnitCard:
    """Unit A with the assets A-1 and A-2, unit B, and the borrower somchai of unit B."""
    an_agency()
    unit = a_unit("A", parent="DEP", name="กอง ก")
    a_unit("B", parent="DEP", name="กอง ข")
    a_person(unit="B", username="somchai", name="นายสมชาย ใจดี")
    a_person(unit="A", username="head", name="นางหัวหน้า กองกอ")
    for number in ("A-1", "A-2"):
        an_asset(unit, asset_no=number)
    return unit


# --- what a row becomes ---------------------------------------------------------------------------------------------


def test_a_whole_loan_is_written_as_the_facts_it_tells(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    report = bring(
        a_row(
            borrower_unit="A", purpose="ประชุม", place="นอกสถานที่", requested_at="1/11/2569 08:30",
            approved_at="1 พ.ย. 69 10:00", approver="นางหัวหน้า  กองกอ", out="2/11/2569 09:00", due_on="5 พ.ย. 69",
            back="9/11/2569 16:00", condition="ชำรุด", closed_at="10/11/2569", note="จอแตก",
        )
    )  # fmt: skip
    assert counts(report) == {"created": 1}
    line = the_line()
    loan, head = line.loan, person_by_username("head")
    assert head is not None
    assert (loan.number, loan.source, loan.purpose, loan.place, loan.note) == (
        "1/2569", LoanSource.PAPER, "ประชุม", Place.OUTSIDE, "จอแตก"
    )  # fmt: skip
    assert (loan.unit_id, loan.borrower_name, loan.starts_on, loan.due_on) == (
        unit.id, "นายสมชาย ใจดี", date(2026, 11, 2), date(2026, 11, 5)
    )  # fmt: skip
    assert (loan.recorded_by_id, loan.recorded_at, loan.submitted_at) == (None, now, at(1, 8, 30))
    assert line.borrower_unit_id == unit.id
    assert line.state is LineState.CLOSED
    assert (line.decided_at, line.decided_by_id, line.approved) == (at(1, 10), head.id, True)
    assert (line.handed_over_at, line.handed_over_on, line.handed_over_month, line.handed_over_year) == (
        at(2, 9), date(2026, 11, 2), 256911, 2570
    )  # fmt: skip
    assert (line.first_received_at, line.received_at, line.condition_in, line.note_in) == (
        at(9, 16), at(9, 16), ReturnCondition.DAMAGED, "จอแตก"
    )  # fmt: skip
    assert (line.closed_at, line.closed_on, line.lost_at) == (at(10), date(2026, 11, 10), None)
    assert (line.holds_asset, line.claims_period, line.due_on) == (False, False, date(2026, 11, 5))
    assert steps(line) == [
        (LineAction.SUBMIT, None, LineState.SUBMITTED),
        (LineAction.APPROVE, LineState.SUBMITTED, LineState.APPROVED),
        (LineAction.HAND_OVER, LineState.APPROVED, LineState.HANDED_OVER),
        (LineAction.RECEIVE, LineState.HANDED_OVER, LineState.RECEIVED),
        (LineAction.APPROVE_RETURN, LineState.RECEIVED, LineState.CLOSED),
    ]
    assert [event.occurred_at for event in line.events] == [at(1, 8, 30), at(1, 10), at(2, 9), at(9, 16), at(10)]
    assert {(event.recorded_at, event.source, event.unit_id) for event in line.events} == {
        (now, LoanSource.PAPER, unit.id)
    }
    (due,) = db.session.scalars(select(LoanDue)).all()
    assert (due.due_on, due.approved_at, due.approved_by_id) == (date(2026, 11, 5), at(1, 10), head.id)
    asset = asset_of("A-1")
    assert (asset.status, asset.condition) == (AssetStatus.AVAILABLE, Condition.GOOD)
    assert db.session.scalar(select(func.count()).select_from(Compensation)) == 0
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "loan.imported")).one()
    assert entry.object_key == "1/2569"
    assert first_broken(db.session()) is None


def test_an_open_loan_holds_its_thing_and_is_received_at_the_desk(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    assert counts(bring(a_row())) == {"created": 1}
    line = the_line()
    assert (line.state, line.holds_asset, line.claims_period) == (LineState.HANDED_OVER, True, True)
    assert (line.submitted_at, line.decided_at, line.approved) == (at(2, 9), None, None)
    assert asset_of("A-1").status is AssetStatus.ON_LOAN
    event = db.session.scalars(select(AssetEvent).order_by(AssetEvent.id.desc())).first()
    assert event is not None
    assert (event.occurred_at, event.recorded_at, event.after["status"]) == (at(2, 9), now, "on_loan")
    officer = an_actor(Role.OFFICER, unit="A")
    with transaction():
        service.receive_lines(officer, "1/2569", (Receipt("A-1", ReturnCondition.GOOD),), now=now)
    assert (the_line().state, asset_of("A-1").status) == (LineState.RECEIVED, AssetStatus.AVAILABLE)
    secretary = an_actor(Role.SECRETARIAT, unit="SLK")
    with transaction():
        service.send_back(secretary, LoanAct("1/2569", reason="ตรวจสภาพอีกครั้ง"), now=now)
    with transaction():
        service.receive_lines(officer, "1/2569", (Receipt("A-1", ReturnCondition.GOOD),), now=now)
    with transaction():
        service.approve_return(secretary, LoanAct("1/2569"), now=now)
    assert the_line().state is LineState.CLOSED
    assert checks.run_all() == []


@pytest.mark.parametrize(
    ("more", "state", "holds", "status"),
    [
        ({"back": "2026-11-09"}, LineState.RECEIVED, False, AssetStatus.AVAILABLE),
        ({"back": "2026-11-09", "condition": "damaged"}, LineState.RECEIVED, True, AssetStatus.RETURN_PENDING),
        ({"back": "2026-11-09", "closed_at": "2026-11-10"}, LineState.CLOSED, False, AssetStatus.AVAILABLE),
        ({"condition": "lost", "closed_at": "2026-11-10"}, LineState.CLOSED, False, AssetStatus.LOST),
        ({"condition": "lost"}, LineState.HANDED_OVER, True, AssetStatus.ON_LOAN),
    ],
)
def test_how_a_loan_ended(
    ctx: Flask, unit: UnitCard, more: Row, state: LineState, holds: bool, status: AssetStatus
) -> None:
    bring(a_row(**more))
    line = the_line()
    assert (line.state, line.holds_asset, line.claims_period, asset_of("A-1").status) == (state, holds, holds, status)


def test_lost_and_closed_is_closed_without_return_and_reported_lost_then(ctx: Flask, unit: UnitCard) -> None:
    bring(a_row(condition="สูญหาย", closed_at="2026-11-10T15:00"))
    line = the_line()
    assert (line.first_received_at, line.received_at, line.condition_in) == (None, None, ReturnCondition.LOST)
    assert (line.lost_at, line.lost_on, line.closed_at) == (at(10, 15), date(2026, 11, 10), at(10, 15))
    assert [step[0] for step in steps(line)][-2:] == [LineAction.REPORT_LOST, LineAction.SETTLE]
    assert asset_of("A-1").condition is Condition.LOST


def test_rows_with_one_number_are_lines_of_one_loan(ctx: Flask, unit: UnitCard) -> None:
    report = bring(a_row(back="2026-11-04", due_on="2026-11-03"), a_row(asset_no="a-2", due_on="2026-11-25"))
    assert counts(report) == {"created": 2}
    loan = the_line().loan
    assert [line.position for line in loan.lines] == [1, 2]
    assert (loan.starts_on, loan.due_on) == (date(2026, 11, 2), date(2026, 11, 25))
    assert db.session.scalar(select(func.count()).select_from(Loan)) == 1


def test_a_hand_over_before_its_approval_is_a_fact(ctx: Flask, unit: UnitCard) -> None:
    bring(a_row(requested_at="2026-11-01", approved_at="2026-11-04", approver="head", back="2026-11-09"))
    line = the_line()
    assert (line.decided_at, line.handed_over_at) == (at(4), at(2, 9))
    assert steps(line)[1:3] == [
        (LineAction.HAND_OVER, LineState.SUBMITTED, LineState.HANDED_OVER),
        (LineAction.APPROVE, LineState.HANDED_OVER, LineState.HANDED_OVER),
    ]


def test_rights_and_limits_are_not_judged(ctx: Flask, unit: UnitCard) -> None:
    """Longer than allowed, approved by the borrower, not lendable: facts all the same."""
    an_asset(unit, asset_no="A-3", loanable=False)
    row = a_row(asset_no="A-3", approved_at="2026-11-02", approver="somchai", due_on="2027-11-20", back="2026-11-09")
    assert counts(bring(row)) == {"created": 1}


# --- again ----------------------------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(ctx: Flask, unit: UnitCard) -> None:
    rows = [a_row(back="5/11/2569"), a_row("2/2569", out="5/11/2569"), a_row(asset_no="A-2", back="2026-11-05T10:00")]
    assert counts(bring(*rows)) == {"created": 3}
    noted = [db.session.scalar(select(func.count()).select_from(model)) for model in (LoanLine, LoanEvent, AuditEntry)]
    again = bring(*rows)
    assert (counts(again), again.batch) == ({"unchanged": 3}, None)
    assert noted == [
        db.session.scalar(select(func.count()).select_from(model)) for model in (LoanLine, LoanEvent, AuditEntry)
    ]


def test_a_loan_that_went_on_here_is_unchanged_and_one_that_differs_is_refused(
    ctx: Flask, unit: UnitCard, now: datetime
) -> None:
    bring(a_row())
    officer = an_actor(Role.OFFICER, unit="A")
    with transaction():
        service.receive_lines(officer, "1/2569", (Receipt("A-1", ReturnCondition.GOOD),), now=now)
    assert counts(bring(a_row())) == {"unchanged": 1}
    assert codes(bring(a_row(out="2026-11-03"))) == [(2, "handed_over_at", "loan_differs")]
    assert codes(bring(a_row(due_on="2026-11-21"))) == [(2, "due_on", "loan_differs")]


def test_lines_that_were_refused_come_later_into_their_loan(ctx: Flask, unit: UnitCard) -> None:
    rows = [a_row(back="2026-11-05"), a_row(asset_no="A-9")]
    assert counts(bring(*rows)) == {"skipped": 1, "rejected": 1}
    assert counts(bring(*rows, partial=True)) == {"created": 1, "rejected": 1}
    an_asset(unit, asset_no="A-9")
    assert counts(bring(*rows)) == {"created": 1, "unchanged": 1}
    assert [line.position for line in the_line().loan.lines] == [1, 2]


# --- refused --------------------------------------------------------------------------------------------------------


def test_every_bad_row_is_told_with_its_reason(ctx: Flask, unit: UnitCard) -> None:
    a_person(unit="A", name="นางสาวซ้ำ กัน")
    a_person(unit="B", name="นางสาวซ้ำ กัน")
    a_person(unit="", username="nowhere", name="นายไร้ สังกัด")
    report = bring(
        a_row("1", "Z-9", back="2026-11-05"),
        a_row("2", borrower="ไม่มีคนนี้", back="2026-11-05"),
        a_row("3", borrower="นางสาวซ้ำ กัน", back="2026-11-05"),
        a_row("4", borrower_unit="กองลอย", back="2026-11-05"),
        a_row("5", approver="ใครก็ไม่รู้", approved_at="2026-11-02", back="2026-11-05"),
        a_row("6", borrower="nowhere", back="2026-11-05"),
        a_row("7", back="2026-11-01"),
        a_row("8", out=""),
        a_row("9", "A-2", back="2026-11-05"),
        a_row("9", "A-2", back="2026-11-05"),
        a_row("9", "A-1", borrower="head", back="2026-11-05"),
    )
    assert codes(report) == [
        (2, "asset_no", "asset_not_registered"),
        (3, "borrower", "person_unknown"),
        (4, "borrower", "person_ambiguous"),
        (5, "borrower_unit", "unit_unknown"),
        (6, "approver", "person_unknown"),
        (7, "borrower_unit", "required"),
        (8, "returned_at", "times_out_of_order"),
        (9, "handed_over_at", "required"),
        (11, "asset_no", "duplicate"),
        (12, "borrower", "loan_of_another"),
    ]
    assert counts(report) == {"skipped": 1, "rejected": 10}
    assert db.session.scalar(select(func.count()).select_from(Loan)) == 0


def test_two_loans_of_one_thing_at_one_time(ctx: Flask, unit: UnitCard) -> None:
    def overlaps(*spans: Sequence[str]) -> list[int]:
        """The rows that were refused, of loans with these hand-overs and returns."""
        rows = [a_row(f"{number}", out=out, back=back) for number, (out, back) in enumerate(spans)]
        report = bring(*rows)
        assert {code for _row, _column, code in codes(report)} <= {"overlap"}
        if report.batch:
            with transaction():
                undo_loans(console(), report.batch, now=NOW)
        return [row for row, _column, _code in codes(report)]

    assert overlaps(("2026-11-02", "2026-11-05"), ("2026-11-04", "2026-11-06")) == [3]
    assert overlaps(("2026-11-04", "2026-11-06"), ("2026-11-02", "2026-11-05")) == [2]
    assert overlaps(("2026-11-02", ""), ("2026-11-04", "2026-11-06")) == [3]
    assert overlaps(("2026-11-02", "2026-11-09"), ("2026-11-03", "2026-11-04")) == [3]
    assert overlaps(("2026-11-02", "2026-11-05T10:00"), ("2026-11-05T10:00", "2026-11-06")) == []
    assert overlaps(("2026-11-02", "2026-11-05T10:00"), ("2026-11-05T09:59", "2026-11-06")) == [3]
    # Only the day is known of the second: it came after the return of that day.
    assert overlaps(("2026-11-02", "2026-11-05T10:00"), ("2026-11-05", "2026-11-06")) == []
    assert overlaps(("2026-11-05", "2026-11-05"), ("2026-11-05", "2026-11-05"), ("2026-11-05", "")) == []


def test_overlap_with_what_is_here_already(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    bring(a_row("1", back="2026-11-05"), a_row("2", "A-2"))
    assert codes(bring(a_row("3", out="2026-11-04", back="2026-11-06"))) == [(2, "handed_over_at", "overlap")]
    assert codes(bring(a_row("4", "A-2", out="2026-11-10"))) == [(2, "handed_over_at", "overlap")]
    assert counts(bring(a_row("5", "A-2", out="2026-10-01", back="2026-10-03", due_on="2026-10-05"))) == {"created": 1}
    # Somebody asked for the thing in the system: an open paper loan over the same days cannot be.
    a_person(Role.HEAD, unit="A")
    borrower = actor_named("somchai")
    with transaction():
        service.request_loan(
            borrower, LoanRequest(("A-1",), "ประชุม", Place.INSIDE, (now + timedelta(2)).date()), now=now
        )
    assert codes(bring(a_row("6", out="2026-11-20", due_on="2026-11-30"))) == [(2, "handed_over_at", "overlap")]


def test_a_number_of_the_system_cannot_be_a_paper_loan(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    a_person(Role.HEAD, unit="A")
    borrower = actor_named("somchai")
    with transaction():
        wanted = LoanRequest(("A-1",), "ประชุม", Place.INSIDE, (now + timedelta(2)).date())
        number = service.request_loan(borrower, wanted, now=now).number
    assert codes(bring(a_row(number, "A-2"))) == [(2, "loan_no", "loan_number_taken")]


def test_a_damage_that_was_never_closed_waits_only_while_nobody_had_the_thing_later(ctx: Flask, unit: UnitCard) -> None:
    bring(a_row("1", back="2026-11-05", condition="ชำรุด"))
    assert the_line("1").holds_asset
    assert counts(bring(a_row("2", out="2026-11-06"))) == {"created": 1}
    assert [the_line(number).holds_asset for number in "12"] == [False, True]
    assert asset_of("A-1").status is AssetStatus.ON_LOAN
    bring(
        a_row("3", "A-2", back="2026-11-05", condition="ชำรุด"), a_row("4", "A-2", out="2026-11-06", back="2026-11-07")
    )
    assert [the_line(number).holds_asset for number in "34"] == [False, False]
    assert asset_of("A-2").status is AssetStatus.AVAILABLE


def test_a_damage_of_an_earlier_file_no_longer_keeps_a_thing_that_came_back_since(ctx: Flask, unit: UnitCard) -> None:
    """A month's paper after the other: what the earlier file left waiting ends with the later file, and returns."""
    bring(a_row("1", back="2026-11-05", condition="ชำรุด"))
    assert (asset_of("A-1").status, asset_of("A-1").condition) == (AssetStatus.RETURN_PENDING, Condition.DAMAGED)
    key = bring(a_row("2", out="2026-11-06", back="2026-11-07")).batch
    assert key is not None
    assert (asset_of("A-1").status, asset_of("A-1").condition) == (AssetStatus.AVAILABLE, Condition.GOOD)
    assert checks.run_all() == []
    with transaction():
        undo_loans(console(), key, now=NOW + timedelta(hours=1))
    assert the_line("1").holds_asset
    assert (asset_of("A-1").status, asset_of("A-1").condition) == (AssetStatus.RETURN_PENDING, Condition.DAMAGED)
    assert checks.run_all() == []


@pytest.mark.parametrize("back", ["", "2026-11-07"])
def test_what_an_undone_file_had_released_waits_again(ctx: Flask, unit: UnitCard, back: str) -> None:
    bring(a_row("1", back="2026-11-05", condition="ชำรุด"))
    key = bring(a_row("2", out="2026-11-06", back=back)).batch
    assert key is not None
    with transaction():
        undo_loans(console(), key, now=NOW + timedelta(hours=1))
    assert the_line("1").holds_asset
    assert checks.run_all() == []


def test_a_fact_of_the_future_is_no_fact(ctx: Flask, unit: UnitCard) -> None:
    ahead = "2027-03-01"
    times = {"requested_at": "2026-11-01", "approved_at": "2026-11-01", "back": "2026-11-05", "closed_at": "2026-11-06"}
    report = bring(
        a_row("1", **times | {"closed_at": ahead}),
        a_row("2", **times | {"back": ahead, "closed_at": ""}),
        a_row("3", out=ahead, due_on="2027-03-05"),
        a_row("4", **times | {"approved_at": ahead}),
        a_row("5", "A-2", due_on=ahead),
        partial=True,
    )
    assert codes(report) == [
        (2, "closed_at", "time_in_future"),
        (3, "returned_at", "time_in_future"),
        (4, "handed_over_at", "time_in_future"),
        (5, "approved_at", "time_in_future"),
    ]
    assert counts(report) == {"created": 1, "rejected": 4}
    assert checks.run_all() == []


def test_only_the_console_brings_in_past_loans(ctx: Flask, unit: UnitCard) -> None:
    for role in Role:
        if role is not Role.STAFF:
            with pytest.raises(Forbidden):
                bring(a_row(), actor=an_actor(role, unit="A"))


# --- taking it back -------------------------------------------------------------------------------------------------


def test_an_import_of_loans_is_taken_back(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    rows = [a_row("1"), a_row("2", "A-2", condition="lost", closed_at="2026-11-10")]
    key = bring(*rows).batch
    assert key is not None
    later = now + timedelta(hours=1)
    with transaction():
        assert undo_loans(console(), key, now=later) == 2
    assert db.session.scalars(select(Loan.withdrawn_at)).all() == [later, later]
    assert [(asset_of(no).status, asset_of(no).condition) for no in ("A-1", "A-2")] == [
        (AssetStatus.AVAILABLE, Condition.GOOD)
    ] * 2
    with pytest.raises(DomainError, match="not_found"):
        queries.loan_for(console(), "1")
    assert first_broken(db.session()) is None
    assert counts(bring(*rows, now=later)) == {"created": 2}


def test_an_import_of_loans_that_was_built_on_stays(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    key = bring(a_row("1"), a_row("2", "A-2", back="2026-11-05")).batch
    assert key is not None
    officer = an_actor(Role.OFFICER, unit="A")
    later = now + timedelta(hours=1)
    with transaction():
        service.receive_lines(officer, "1", (Receipt("A-1", ReturnCondition.GOOD),), now=later)
    with pytest.raises(DomainError) as refused, transaction():
        undo_loans(console(), key, now=later)
    assert (refused.value.code, refused.value.details) == ("import_built_on", {"count": 1, "rows": "1"})


def test_assets_of_an_undone_import_of_loans_can_be_taken_back_too(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    from assetloan.assets.import_undo import undo_assets
    from tests.assets.importing import bring as bring_assets

    assets = bring_assets([("N-1", "จอ", 5)], unit_id=unit.id).batch
    loans = bring(a_row("1", "N-1", back="2026-11-05")).batch
    assert assets is not None
    assert loans is not None
    with pytest.raises(DomainError, match="import_built_on"), transaction():
        undo_assets(console(), assets, now=now)
    with transaction():
        undo_loans(console(), loans, now=now)
    with transaction():
        assert undo_assets(console(), assets, now=now) == 1


def test_instants_are_utc_and_days_are_of_bangkok(ctx: Flask, unit: UnitCard) -> None:
    """20:00 UTC on 30 September is 1 October in Bangkok, and another fiscal year."""
    bring(a_row(out="2026-09-30T20:00:00+00:00", back="2026-11-01T03:00"))
    line = the_line()
    assert line.handed_over_at == datetime(2026, 9, 30, 20, tzinfo=UTC)
    assert (line.handed_over_on, line.handed_over_month, line.handed_over_year) == (date(2026, 10, 1), 256910, 2570)


def test_check_finds_nothing_in_what_was_imported_and_taken_back(ctx: Flask, unit: UnitCard, now: datetime) -> None:
    other = unit_by_code("B", clock.bangkok_date(now))
    for number in range(3, 10):
        an_asset(unit, asset_no=f"A-{number}")
    an_asset(other, asset_no="B-1")
    approved = {"requested_at": "2026-11-01", "approved_at": "2026-11-01", "approver": "head"}
    rows = [
        a_row("1"),
        a_row("2", "A-2", back="2026-11-05", condition="damaged", **approved),
        a_row("3", "A-2", out="2026-11-06", back="2026-11-07", closed_at="2026-11-08", **approved),
        a_row("4", "A-3", condition="lost", closed_at="2026-11-10"),
        a_row("5", "A-4", back="2026-11-05", approved_at="2026-11-04", approver="somchai"),
        a_row("6", "A-5", condition="lost"),
        a_row("7", "A-6", back="2026-11-05", condition="incomplete"),
        a_row("8", "A-7", back="2026-11-05", condition="lost", closed_at="2026-11-09"),
        a_row("8", "B-1", back="2026-11-05"),
    ]
    key = bring(*rows).batch
    assert key is not None
    assert checks.run_all() == []
    with transaction():
        undo_loans(console(), key, now=now)
    assert checks.run_all() == []
