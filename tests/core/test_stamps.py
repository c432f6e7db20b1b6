"""What a process remembers of units and settings is never older than the database."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from assetloan.core import settings, stamps
from assetloan.core.db import db, transaction
from assetloan.identity.models import Unit, UnitVersion
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Role
from tests.factories import a_person, a_unit, an_agency, sign_in

pytestmark = pytest.mark.both_databases
TODAY = date(2026, 11, 23)


def stamp() -> int:
    found = db.session.scalar(sa.select(stamps.now_in_force()))
    assert found is not None
    return found


def test_every_change_of_units_and_settings_draws_another_stamp(ctx: Flask) -> None:
    an_agency()
    a_unit("A", parent="DEP")
    seen = {stamp()}
    for change in (
        sa.update(Unit).where(Unit.code == "A").values(contact="โทร. 1"),
        sa.update(UnitVersion).values(head_post="ผู้อำนวยการกอง"),
        sa.insert(settings.Setting).values(key="agency_phone", value="02", valid_from=TODAY),
        sa.update(settings.Setting).values(value="03"),
        sa.delete(settings.Setting),
    ):
        with transaction():
            db.session.execute(change)
        assert stamp() not in seen, str(change)
        seen.add(stamp())


def test_a_change_that_is_taken_back_leaves_the_stamp(ctx: Flask) -> None:
    class Broken(Exception):
        pass

    def breaks() -> None:
        settings.put("agency_phone", "99", TODAY)
        raise Broken

    an_agency()
    before = stamp()
    with pytest.raises(Broken), transaction():
        breaks()
    assert stamp() == before


def test_nothing_is_kept_without_a_stamp_or_after_writing(ctx: Flask) -> None:
    made: list[int] = []

    def ask() -> None:
        stamps.kept("a test", lambda: made.append(1))

    ask()
    ask()
    assert len(made) == 2
    db.session.rollback()
    stamps.read(stamp())
    ask()
    ask()
    assert len(made) == 3
    with transaction():
        ask()
    ask()
    assert len(made) == 5


def test_the_next_page_knows_a_change_that_another_process_made(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        an_agency()
        a_unit("A", parent="DEP", name="กองหนึ่ง")
        a_person(Role.OFFICER, unit="A", username="officer", password=True)
    sign_in(client, "officer")
    assert "กองหนึ่ง" in client.get("/assets").text
    with app.app_context():
        with transaction():
            db.session.execute(sa.update(UnitVersion).where(UnitVersion.name == "กองหนึ่ง").values(name="กองสอง"))
            db.session.execute(
                sa.insert(settings.Setting).values(key="agency_short_name", value="กรมใหม่", valid_from=TODAY)
            )
        assert unit_tree(TODAY).by_code["a"].name == "กองสอง"
    page = client.get("/assets").text
    assert "กองสอง" in page
    assert "กองหนึ่ง" not in page
    assert "กรมใหม่" in page
