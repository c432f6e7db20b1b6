"""`generate`: what it makes passes every check, is the same twice, and comes into an empty database only."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from assetloan.assets.models import Asset, Code
from assetloan.assets.queries import AssetList
from assetloan.cli.main import main
from assetloan.cli.synthetic import Size, fill
from assetloan.core.db import db
from assetloan.identity.rules import console
from assetloan.lending.models import Loan, LoanEvent, LoanLine
from assetloan.lending.rules import LineState
from assetloan.reporting import checks
from tests.factories import an_agency

UNTIL = date(2026, 11, 23)


def made(assets: int, loans: int, *, years: int = 1, seed: int = 1) -> dict[str, int]:
    return fill(Size(assets, loans, years, seed, UNTIL), lambda *_done: None)


def fingerprint() -> str:
    """Everything the agency is made of, in order."""
    digest = hashlib.sha256()
    for model in (Asset, Code, Loan, LoanLine, LoanEvent):
        for row in db.session.execute(sa.select(model.__table__).order_by(model.__table__.c.id)):
            digest.update(repr(tuple(row)).encode())
    db.session.rollback()
    return digest.hexdigest()


@pytest.mark.both_databases
def test_what_is_generated_passes_every_check(ctx: Flask) -> None:
    told = made(120, 700, years=2)
    assert (told["assets"], told["loans"]) == (120, 700)
    assert checks.run_all() == []
    db.session.rollback()
    assert AssetList(console()).count() == 120
    states = dict(db.session.execute(sa.select(LoanLine.state, sa.func.count()).group_by(LoanLine.state)).all())
    assert sum(states.values()) == 700
    assert states[LineState.HANDED_OVER] == told["out"] > 0
    assert states[LineState.CLOSED] > 600
    db.session.rollback()


def test_many_loans_of_few_things_do_not_overlap(ctx: Flask) -> None:
    told = made(40, 3_000)
    assert told["loans"] == 3_000
    assert checks.run_all() == []


@pytest.mark.parametrize(("seed", "same"), [(1, True), (2, False)])
def test_the_same_seed_gives_the_same_agency(
    app: Flask, tmp_path_factory: pytest.TempPathFactory, seed: int, same: bool
) -> None:
    from assetloan import create_app, schema
    from tests.conftest import make_settings

    found = []
    for number in (1, seed):
        folder = tmp_path_factory.mktemp("generated")
        other = create_app(make_settings(folder))
        with other.app_context():
            schema.upgrade(db.engine)
            made(60, 200, seed=number)
            found.append(fingerprint())
            db.session.remove()
            db.engine.dispose()
    assert (found[0] == found[1]) is same


def test_a_database_with_units_is_left_alone(ctx: Flask, monkeypatch: pytest.MonkeyPatch, capsys) -> None:  # type: ignore[no-untyped-def]
    from assetloan.cli import start

    an_agency()
    monkeypatch.setattr(start, "ready_app", lambda _settings: ctx)
    assert main(["generate", "--assets", "10", "--loans", "10", "--years", "1", "--seed", "1", "--json"]) == 1
    assert '"generate_not_empty"' in capsys.readouterr().out
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Asset)) == 0
    for wrong in (["--assets", "0"], ["--years", "99"], ["--loans", "-1"]):
        assert main(["generate", *wrong]) == 2
