"""Each invariant planted by SQL is found, and a clean database gives none (G20); on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from assetloan.core import db_objects
from assetloan.core.db import db, transaction
from assetloan.documents.files import add_file, store_bytes
from assetloan.identity.rules import Place, Role
from assetloan.lending import service
from assetloan.lending.changing import service as changing
from assetloan.lending.rules import ReturnCondition
from assetloan.lending.service import LoanAct, LoanRequest, Receipt
from assetloan.reporting import checks
from tests.conftest import NOW
from tests.factories import a_category, a_person, a_unit, actor_named, an_actor, an_agency, an_asset

pytestmark = pytest.mark.both_databases
START = NOW - timedelta(hours=3)


@pytest.fixture
def lived(ctx: Flask) -> Flask:
    """An agency in which every state of a loan has happened."""
    an_agency()
    unit = a_unit("A", parent="DEP")
    a_category()
    staff, officer, head = an_actor(unit="A"), an_actor(Role.OFFICER, unit="A"), an_actor(Role.HEAD, unit="A")
    secretariat = an_actor(Role.SECRETARIAT, unit="SLK")
    numbers = [an_asset(unit, asset_no=f"N-{n}").number for n in range(1, 7)]
    steps = {
        "N-2": ["approve"],
        "N-3": ["approve", "hand_over"],
        "N-4": ["approve", "hand_over", "good", "close"],
        "N-5": ["approve", "hand_over", "damaged"],
        "N-6": ["approve", "hand_over", "lost"],
    }
    for number in numbers:
        with transaction():
            ask = LoanRequest((number,), "อบรม", Place.INSIDE, date(2026, 11, 26))
            loan = service.request_loan(staff, ask, now=START).number
        for step in steps.get(number, []):
            with transaction():
                if step == "approve":
                    service.approve_loan(head, LoanAct(loan), now=START)
                elif step == "hand_over":
                    service.hand_over_loan(officer, LoanAct(loan), now=START)
                elif step == "close":
                    service.approve_return(secretariat, LoanAct(loan), now=START + timedelta(hours=2))
                else:
                    receipt = Receipt(number, ReturnCondition(step), "" if step == "good" else "พบว่าเสีย")
                    service.receive_lines(officer, loan, [receipt], now=START + timedelta(hours=1))
    data = b"the bytes of a picture"
    sha256 = store_bytes(data)
    with transaction():
        add_file(
            sha256,
            size=len(data),
            mime="image/jpeg",
            name="x.jpg",
            kind="photo",
            unit_id=unit.id,
            object_type="asset",
            object_key="1",
            person_id=None,
            at=NOW,
        )
    return ctx


@pytest.fixture
def changed(lived: Flask) -> Flask:
    """The same agency: N-3 had its time extended and was passed on to a colleague, whose extension waits."""
    staff, colleague = (actor_named(name) for name in _people(lived))
    head = next(actor_named(name) for name in _names() if Role.HEAD in actor_named(name).roles)
    number = db.session.scalars(text(f"SELECT number FROM loan WHERE id = ({LOAN_OF.format(of_asset('N-3'))})")).one()
    at = START + timedelta(hours=1)
    with transaction():
        ask = changing.ExtensionAsk(number, date(2026, 11, 28), "งานยังไม่เสร็จ")
        longer = changing.request_extension(staff, ask, now=at).id
        changing.approve_change(head, changing.ChangeAct(longer), now=at)
        passed = changing.request_transfer(staff, changing.TransferAsk(number, colleague.username, "ย้าย"), now=at).id
        changing.accept_transfer(colleague, changing.ChangeAct(passed), now=at)
        new = changing.approve_change(head, changing.ChangeAct(passed), now=at).new_loan_id
    number = db.session.scalars(text("SELECT number FROM loan WHERE id = :id"), {"id": new}).one()
    with transaction():
        ask = changing.ExtensionAsk(number, date(2026, 11, 30), "งานยังไม่เสร็จ")
        changing.request_extension(colleague, ask, now=at)
    return lived


LOAN_OF = "SELECT min(loan_id) FROM loan_line WHERE asset_id = {}"


def _names() -> list[str]:
    return list(db.session.scalars(text("SELECT username FROM person ORDER BY id")))


def _people(_app: Flask) -> tuple[str, str]:
    """Who borrowed everything, and a colleague."""
    return _names()[0], a_person(unit="A")


def plant(*statements: str) -> None:
    """Break a rule behind the program's back: triggers, checks and unique indexes away."""
    with transaction():
        connection = db.session.connection()
        db_objects.drop_all(connection)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for statement in statements:
            connection.execute(text(statement))
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=OFF")


def of_asset(number: str) -> str:
    return f"(SELECT id FROM asset WHERE asset_no = '{number}')"


def line_of(number: str) -> str:
    return f"(SELECT id FROM loan_line WHERE asset_id = {of_asset(number)})"


def test_G20_a_clean_database_has_no_violation(lived: Flask) -> None:
    assert checks.run_all() == []


SLK = "(SELECT id FROM unit WHERE code = 'SLK')"
LIFE = (
    "INSERT INTO category_life (category_id, years, rate_hundredths, authority, valid_from)"
    " SELECT id, {}, '2026-10-01' FROM category"
)
LINE = "UPDATE loan_line SET {} WHERE id = {}"
LETTER = (
    "INSERT INTO delivery (key, dedupe_key, person_id, channel, day, attempts, error, created_at, state, next_try_at,"
    " ended_at)"
    " VALUES ('{0}', '{0}', 1, 'mail', '2026-11-23', 0, '', '2026-11-23 01:30:00.000000', {1})"
)
SENT = "'sent', '2026-11-23 02:30:00.000000', '2026-11-23 02:30:00.000000'"


@pytest.mark.parametrize(
    ("invariant", "statements"),
    [
        ("I1", [LINE.format("holds_asset = false", line_of("N-3"))]),
        ("I1", ["DROP INDEX uq_loan_line_holder", LINE.format(f"asset_id = {of_asset('N-3')}", line_of("N-5"))]),
        ("I2", ["UPDATE asset SET status = 'available' WHERE asset_no = 'N-3'"]),
        ("I2", ["UPDATE asset SET status = 'on_loan' WHERE asset_no = 'N-4'"]),
        ("I2", ["UPDATE asset SET status = 'available' WHERE asset_no = 'N-6'"]),
        ("I5", [LINE.format("basis = ''", line_of("N-2"))]),
        ("I5", ["UPDATE role_grant SET valid_until = '2026-01-01', valid_from = '2026-01-01' WHERE role = 'head'"]),
        ("I5", [f"UPDATE role_grant SET unit_id = {SLK} WHERE role = 'head'"]),
        ("I5", [LINE.format("approved = NULL", line_of("N-3"))]),
        ("I6", [LINE.format("note_in = ''", line_of("N-5"))]),
        ("I6", [LINE.format("received_by_id = NULL", line_of("N-4"))]),
        ("I6", [LINE.format("closed_by_id = NULL", line_of("N-4"))]),
        ("I7", [LINE.format(f"asset_id = {of_asset('N-1')}", line_of("N-2"))]),
        ("I8", [f"UPDATE loan_event SET unit_id = {SLK} WHERE line_id = {line_of('N-3')}"]),
        ("I8", [f"UPDATE compensation SET unit_id = {SLK} WHERE line_id = {line_of('N-5')}"]),
        ("I8", [f"UPDATE asset SET unit_id = {SLK} WHERE asset_no = 'N-1'"]),
        ("I8", [f"UPDATE audit_entry SET unit_id = {SLK} WHERE action = 'loan.requested'"]),
        ("I9", [LINE.format("state = 'closed', holds_asset = false", line_of("N-3"))]),
        ("I9", [f"UPDATE loan_event SET after = 'closed' WHERE line_id = {line_of('N-2')} AND action = 'approve'"]),
        ("I9", [f"DELETE FROM loan_event WHERE line_id = {line_of('N-1')}"]),
        ("I9", [LINE.format("first_received_on = '2026-11-22'", line_of("N-4"))]),
        ("I9", [LINE.format("handed_over_at = submitted_at, handed_over_on = NULL", line_of("N-3"))]),
        ("I9", [LINE.format("lost_at = NULL, lost_on = NULL", line_of("N-6"))]),
        ("I10", ["DROP INDEX uq_asset_number", "UPDATE asset SET number_key = 'n-1' WHERE asset_no = 'N-4'"]),
        ("I14", ["UPDATE audit_entry SET after = '{}' WHERE sequence = 4"]),
        ("I14", ["DELETE FROM audit_entry WHERE sequence = (SELECT max(sequence) FROM audit_entry)"]),
        ("I15", ["UPDATE audit_entry SET action = 'x' WHERE action = 'loan.requested'"]),
        ("I15", ["DELETE FROM audit_entry WHERE action = 'loan.handed_over'"]),
        ("I15", ["DELETE FROM audit_entry WHERE action = 'asset.registered'"]),
        ("I16", ["DELETE FROM file"]),
        ("I16", ["UPDATE file SET size = 1"]),
        ("I17", ["DELETE FROM notice WHERE event = 'loan.received'"]),
        ("I17", [LETTER.format("one", "'waiting', '2026-11-23 01:59:00.000000', NULL")]),
        ("I17", [LETTER.format(key, SENT) for key in ("one", "two")]),
        ("I18", ["UPDATE unit SET closed_on = '2026-01-01', closing_order = '1' WHERE code = 'A'"]),
        (
            "I18",
            [
                "INSERT INTO user_session (token_hash, person_id, auth_epoch, created_at, last_seen_at, expires_at,"
                " device) SELECT 'x', id, auth_epoch, '2026-11-23 01:00:00.000000', '2026-11-23 01:00:00.000000',"
                " '2026-12-23 01:00:00.000000', '' FROM person WHERE id = 1",
                "UPDATE person SET active = false WHERE id = 1",
            ],
        ),
        ("I19", [LINE.format("handed_over_at = '2157-01-01 00:00:00.000000'", line_of("N-3"))]),
        ("I19", ["UPDATE asset SET received_on = '3110-01-01'"]),
        ("I19", ["UPDATE loan_due SET due_on = '1500-01-01'"]),
        ("I21", ["UPDATE asset SET life_years = 5, life_reason = ' ' WHERE asset_no = 'N-1'"]),
        ("I21", [LIFE.format("5, 2000, ' '")]),
    ],
)
def test_G20_what_is_planted_is_found(lived: Flask, invariant: str, statements: list[str]) -> None:
    plant(*statements)
    found = checks.run_all()
    named = {item.invariant for item in found}
    assert invariant in named
    assert all(item.ids for item in found if item.invariant not in ("I14", "I20"))
    # Without its triggers the database itself is reported too.
    assert any(item.invariant == "I20" and "trigger" in item.message for item in found)


WAITS = "(SELECT max(id) FROM loan_change)"


def test_G20_a_clean_database_with_changes_has_no_violation(changed: Flask) -> None:
    assert checks.run_all() == []


@pytest.mark.parametrize(
    ("invariant", "statement"),
    [
        ("I5", "UPDATE loan_change SET decided_by_id = (SELECT max(id) FROM person) WHERE id = 1"),
        ("I5", "UPDATE loan_change SET legal_basis = '' WHERE id = 1"),
        ("I6", "UPDATE loan_change SET to_person_id = (SELECT min(id) + 1 FROM person) WHERE id = 2"),
        ("I8", f"UPDATE loan_change SET unit_id = {SLK} WHERE id = 1"),
        ("I8", f"UPDATE loan_change_line SET line_id = {line_of('N-2')} WHERE id = 1"),
        ("I9", "UPDATE loan_change_line SET open = true WHERE id = 1"),
        ("I9", f"UPDATE loan_change_line SET open = false WHERE change_id = {WAITS}"),
        ("I9", f"UPDATE loan_change_line SET line_id = {line_of('N-2')} WHERE change_id = {WAITS}"),
        ("I9", f"UPDATE loan_change SET ended_at = requested_at WHERE id = {WAITS}"),
        ("I9", f"DELETE FROM loan_change_line WHERE change_id = {WAITS}"),
        ("I9", "UPDATE loan_due SET due_on = '2026-11-29' WHERE due_on = '2026-11-28'"),
        ("I9", "UPDATE loan_change SET due_on = '2026-11-29' WHERE id = 1"),
        ("I9", f"DELETE FROM loan_due WHERE line_id = {line_of('N-2')}"),
    ],
)
def test_G20_what_is_planted_in_changes_is_found(changed: Flask, invariant: str, statement: str) -> None:
    plant(statement)
    tables = ("loan_change", "loan_change_line", "loan_due", "loan_line")
    assert invariant in {item.invariant for item in checks.run_all() if item.table in tables}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE loan_change SET decided_by_id = borrower_id WHERE id = 1",
        "UPDATE loan_change SET decided_by_id = to_person_id WHERE id = 2",
        "UPDATE loan_change SET accepted_at = NULL WHERE id = 2",
        f"UPDATE loan_change SET state = 'approved' WHERE id = {WAITS}",
    ],
)
def test_G20_a_change_that_cannot_be(changed: Flask, statement: str) -> None:
    """PostgreSQL refuses each at once; SQLite, its checks off, lets it in and it is found."""
    if db.engine.dialect.name == "sqlite":
        plant(statement)
        assert any(item.invariant == "I5" and item.table == "loan_change" for item in checks.run_all())
        return
    with pytest.raises(IntegrityError):
        plant(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE asset SET life_years = 5 WHERE asset_no = 'N-1'",
        "UPDATE asset SET life_reason = 'x' WHERE asset_no = 'N-1'",
        "UPDATE asset SET life_years = 101, life_reason = 'x' WHERE asset_no = 'N-1'",
        "UPDATE asset SET below_threshold = 'yes' WHERE asset_no = 'N-1'",
        "UPDATE asset SET below_threshold = 2 WHERE asset_no = 'N-1'",
        LIFE.format("0, 2000, 'x'"),
        LIFE.format("5, 10001, 'x'"),
    ],
)
def test_G20_a_life_or_a_flag_that_cannot_be(lived: Flask, statement: str) -> None:
    """What only SQLite lets in when its checks are off: PostgreSQL refuses each at once."""
    if db.engine.dialect.name != "sqlite":
        return
    plant(statement)
    assert {item.invariant for item in checks.run_all()} == {"I20", "I21"}


def test_G20_a_schema_that_is_not_the_programs(lived: Flask) -> None:
    assert [item.invariant for item in checks.run_all(schema="0000", wanted="0001")] == ["I20"]


def test_G20_a_time_in_another_form_and_a_row_that_points_nowhere(lived: Flask) -> None:
    """What only SQLite lets in: PostgreSQL refuses both at once."""
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("UPDATE asset SET place_id = 999 WHERE asset_no = 'N-1'")
        raw.execute("UPDATE person SET created_at = '2026-11-23T10:00:00+07:00'")
        raw.execute("PRAGMA foreign_keys=ON")
    db.session.rollback()
    found = {(item.invariant, item.table): item.ids for item in checks.run_all()}
    assert found.keys() == {("I19", "person"), ("I20", "asset")}
    assert found["I20", "asset"] == [1]


def test_the_answer_of_the_command_names_all_invariants_of_this_stage(lived: Flask) -> None:
    told = checks.as_json(checks.run_all())
    assert told["ok"] is True
    assert told["checked"] == [f"I{n}" for n in (1, 2, 5, 6, 7, 8, 9, 10, 14, 15, 16, 17, 18, 19, 20, 21)]
