"""Each invariant planted by SQL is found, and a clean database gives none (G20); on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from assetloan.core import db_objects
from assetloan.core.db import db, transaction
from assetloan.documents.files import add_file, store_bytes
from assetloan.identity.rules import Place, Role
from assetloan.lending import service
from assetloan.lending.rules import ReturnCondition
from assetloan.lending.service import LoanAct, LoanRequest, Receipt
from assetloan.reporting import checks
from tests.conftest import NOW
from tests.factories import a_unit, an_actor, an_agency, an_asset

pytestmark = pytest.mark.both_databases
START = NOW - timedelta(hours=3)


@pytest.fixture
def lived(ctx: Flask) -> Flask:
    """An agency in which every state of a loan has happened."""
    an_agency()
    unit = a_unit("A", parent="DEP")
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


@pytest.mark.parametrize(
    ("invariant", "statements"),
    [
        ("I1", [f"UPDATE loan_line SET holds_asset = false WHERE id = {line_of('N-3')}"]),
        (
            "I1",
            [
                "DROP INDEX uq_loan_line_holder",
                f"UPDATE loan_line SET asset_id = {of_asset('N-3')} WHERE id = {line_of('N-5')}",
            ],
        ),
        ("I2", ["UPDATE asset SET status = 'available' WHERE asset_no = 'N-3'"]),
        ("I2", ["UPDATE asset SET status = 'on_loan' WHERE asset_no = 'N-4'"]),
        ("I2", ["UPDATE asset SET status = 'available' WHERE asset_no = 'N-6'"]),
        ("I5", [f"UPDATE loan_line SET basis = '' WHERE id = {line_of('N-2')}"]),
        ("I5", ["UPDATE role_grant SET valid_until = '2026-01-01', valid_from = '2026-01-01' WHERE role = 'head'"]),
        ("I5", [f"UPDATE loan_line SET approved = NULL WHERE id = {line_of('N-3')}"]),
        ("I6", [f"UPDATE loan_line SET note_in = '' WHERE id = {line_of('N-5')}"]),
        ("I6", [f"UPDATE loan_line SET received_by_id = NULL WHERE id = {line_of('N-4')}"]),
        ("I6", [f"UPDATE loan_line SET closed_by_id = NULL WHERE id = {line_of('N-4')}"]),
        ("I7", [f"UPDATE loan_line SET asset_id = {of_asset('N-1')} WHERE id = {line_of('N-2')}"]),
        (
            "I8",
            [
                f"UPDATE loan_event SET unit_id = (SELECT id FROM unit WHERE code = 'SLK') "
                f"WHERE line_id = {line_of('N-3')}"
            ],
        ),
        ("I9", [f"UPDATE loan_line SET state = 'closed', holds_asset = false WHERE id = {line_of('N-3')}"]),
        ("I9", [f"UPDATE loan_event SET after = 'closed' WHERE line_id = {line_of('N-2')} AND action = 'approve'"]),
        ("I9", [f"DELETE FROM loan_event WHERE line_id = {line_of('N-1')}"]),
        ("I10", ["DROP INDEX uq_asset_number", "UPDATE asset SET number_key = 'n-1' WHERE asset_no = 'N-4'"]),
        ("I14", ["UPDATE audit_entry SET after = '{}' WHERE sequence = 4"]),
        ("I15", ["UPDATE audit_entry SET action = 'x' WHERE action = 'loan.requested'"]),
        ("I16", ["DELETE FROM file"]),
        ("I16", ["UPDATE file SET size = 1"]),
        ("I18", ["UPDATE unit SET closed_on = '2026-01-01' WHERE code = 'A'"]),
        ("I19", [f"UPDATE loan_line SET handed_over_at = '2157-01-01' WHERE id = {line_of('N-3')}"]),
        ("I19", ["UPDATE asset SET received_on = '3110-01-01'"]),
        ("I20", ["UPDATE alembic_version SET version_num = '0000'"]),
    ],
)
def test_G20_what_is_planted_is_found(lived: Flask, invariant: str, statements: list[str]) -> None:
    plant(*statements)
    found = checks.run_all()
    named = {item.invariant for item in found}
    assert invariant in named
    # Without its triggers the database itself is reported too.
    assert any(item.invariant == "I20" and "trigger" in item.message for item in found)
