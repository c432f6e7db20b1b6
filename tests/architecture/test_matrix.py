"""Who gets what answer where: every route × method × role × {own unit, other unit} against a reviewed table (D1, D4).

The table is matrix.csv: people read its changes in review. After a deliberate change write it anew with
`ASSETLOAN_WRITE_MATRIX=1 python -m pytest tests/architecture/test_matrix.py` and look at the difference.
A cell is the status of the answer to an empty form: 303 and 422 mean "allowed" for what changes something (422: the
form is empty), 409 "allowed, but the state is another", 403 and 404 refuse, `in` sends to the sign-in page.
"""

from __future__ import annotations

import csv
import os
import shutil
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from assetloan.core.db import db
from tests.architecture.routes import methods, rules
from tests.architecture.stage import OTHER, OWN, SIDES, UNITS, WALKERS, Stage
from tests.architecture.test_csrf import token_of

TABLE = Path(__file__).with_name("matrix.csv")
HEAD = ["method", "route", "side", *WALKERS]
# Arguments that say nothing about a unit: these routes have one side only.
SIDELESS = frozenset({"day", "delegation_id", "wanted", "token", "book_id", "month", "file_id", "delivery_id"})
# Routes about a thing whose card everybody with a unit may read.
OPEN = ("/assets/", "/api/v1/assets/", "/codes/", "/q/", "/units/", "/account/")
REFUSED = frozenset({"403", "404", "in", "401"})

Cell = tuple[str, str, str]


class Snapshot:
    """The database file as it was, brought back after each request that changed it."""

    def __init__(self, app: Flask, data_dir: Path) -> None:
        self.app, self.file, self.kept = app, data_dir / "test.db", data_dir / "kept.db"
        self._close()
        shutil.copy(self.file, self.kept)

    def _close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)

    def restore(self) -> None:
        self._close()
        shutil.copy(self.kept, self.file)


def _sides(rule: Rule) -> tuple[str, ...]:
    return SIDES if rule.arguments - SIDELESS else ("-",)


def _word(answer: TestResponse) -> str:
    if answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in"):
        return "in"
    return str(answer.status_code)


def _body(stage: Stage, endpoint: str, side: str) -> object:
    """The API looks at the shape before the right: what it is asked must be readable."""
    return {
        "api.request_loan": {"assets": [stage.free[side]], "purpose": "x", "place": "outside", "due_on": "2026-11-24"},
        "api.create_asset": {"asset_no": "1-1", "name": "x", "unit": UNITS[side], "category": "7440"},
        "api.edit_asset": {"version": 99, "name": "x"},
        "api.extend": {"due_on": "2026-12-01", "reason": "x"},
        "api.transfer": {"to": "staff", "reason": "x"},
        "api.receive": [{"asset": stage.asset[side], "condition": "good"}],
    }.get(endpoint, {})


def _ask(stage: Stage, rule: Rule, method: str, side: str, who: str, token: str) -> TestResponse:
    side = OWN if side == "-" else side
    address = stage.address(rule, side)
    if rule.rule.startswith("/api/"):
        body = {} if method == "GET" else {"json": _body(stage, rule.endpoint, side)}
        return stage.app.test_client().open(address, method=method, headers=stage.bearer(who), **body)
    return stage.client(who).open(address, method=method, data=None if method == "GET" else {"csrf_token": token})


@pytest.fixture
def found(stage: Stage, data_dir: Path) -> dict[Cell, dict[str, str]]:
    """The table as the program answers today."""
    tokens = {who: token_of(stage.client(who)) for who in WALKERS}
    jars = {who: dict(stage.client(who)._cookies) for who in WALKERS}
    snapshot = Snapshot(stage.app, data_dir)
    cells: dict[Cell, dict[str, str]] = {}
    for rule in rules(stage.app):
        for method, side in product(methods(rule), _sides(rule)):
            row = cells[method, rule.rule, side] = {}
            for who in WALKERS:
                if who == "unitless" and rule.rule.startswith("/api/"):
                    row[who] = "-"
                    continue
                with _ask(stage, rule, method, side, who, tokens[who]) as answer:
                    row[who] = _word(answer)
                if method != "GET" and answer.status_code < 400:
                    snapshot.restore()
                    stage.client(who)._cookies = dict(jars[who])
    return cells


def _read() -> dict[Cell, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["method"], row["route"], row["side"]): {who: row[who] for who in WALKERS} for row in rows}


def _write(cells: dict[Cell, dict[str, str]]) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEAD)
        for (method, route, side), row in sorted(cells.items(), key=lambda item: (item[0][1], item[0][0], item[0][2])):
            out.writerow([method, route, side, *(row[who] for who in WALKERS)])


@pytest.mark.case("D1")
def test_D1_every_cell_is_as_written(found: dict[Cell, dict[str, str]]) -> None:
    if os.environ.get("ASSETLOAN_WRITE_MATRIX"):
        _write(found)
    wanted = _read()
    assert sorted(set(found) - set(wanted)) == [], "routes that are not in the table"
    assert sorted(set(wanted) - set(found)) == [], "routes that are gone"
    changed = [
        f"{' '.join(cell)}: {who} {wanted[cell][who]} -> {found[cell][who]}"
        for cell in sorted(found)
        for who in WALKERS
        if found[cell][who] != wanted[cell][who]
    ]
    assert changed == []


def test_no_cell_of_the_table_is_an_error_of_the_program() -> None:
    assert [cell for cell, row in _read().items() if any(status.startswith("5") for status in row.values())] == []


@pytest.mark.case("D4")
def test_D4_what_belongs_to_another_unit_looks_as_if_it_were_not_there() -> None:
    """Allowed on the own side and refused on the other must read 404, never 403.

    Things that everybody may see the card of (architecture.md rule 2) are no secret: there 403 says what it is.
    """
    table = _read()
    card = table["GET", "/assets/<path:number>", OTHER]
    told = []
    for (method, route, side), row in table.items():
        if side != OTHER:
            continue
        own = table[method, route, OWN]
        told += [
            f"{method} {route}: {who} reads {row[who]}"
            for who in WALKERS
            if own[who] not in REFUSED and row[who] in REFUSED and row[who] != "404"
            if not (route.startswith(OPEN) and card[who] == "200")
        ]
    assert told == []


@pytest.mark.case("D19")
def test_D19_the_auditor_writes_nothing() -> None:
    own_account = ("/account/", "/sign-out", "/notices/seen", "/filters")  # filters are one's own questions
    done = [
        f"{method} {route} {row['auditor']}"
        for (method, route, _side), row in _read().items()
        if method != "GET" and row["auditor"] in ("200", "201", "303") and not route.startswith(own_account)
    ]
    assert done == []


@pytest.mark.case("D11")
def test_D11_a_person_without_a_unit_reads_no_object() -> None:
    objects = ("/assets/<", "/loans/<", "/returns/<", "/files/<", "/codes/<")
    seen = [
        f"{method} {route} {row['unitless']}"
        for (method, route, _side), row in _read().items()
        if route.startswith(objects) and row["unitless"] not in REFUSED
    ]
    assert seen == []
