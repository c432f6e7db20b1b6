"""Tests begin where they should: on the empty database or on a filled one, whatever was done on it before."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pysqlite3.dbapi2
import pytest
import sqlalchemy as sa
from flask import Flask

from assetloan.audit.models import AuditEntry
from assetloan.core.db import db
from assetloan.identity.models import Unit
from tests.conftest import install
from tests.factories import a_unit, an_agency
from tests.installation import Installation, Once

builds: list[str] = []


def filled(app: Flask) -> dict[str, list[str]]:
    """A unit, a stored file, and a value that tests may change."""
    builds.append(db.engine.name)
    an_agency()
    a_unit("กยผ", parent="DEP")
    (stored(app) / "ab").mkdir(parents=True)
    (stored(app) / "ab" / "photo").write_text("as built")
    return {"units": ["กยผ"]}


def stored(app: Flask) -> Path:
    folder: Path = app.config["SETTINGS"].data_dir / "files"
    return folder


def units(app: Flask) -> set[str]:
    with app.app_context():
        return set(db.session.scalars(sa.select(Unit.code)))


def add_unit(app: Flask, code: str) -> None:
    with app.app_context():
        a_unit(code, parent="DEP")


@pytest.mark.both_databases
def test_built_once_and_the_same_for_everybody(app: Flask, built: Installation) -> None:
    for _test in range(3):
        built.bring_back()
        assert units(app) == set()
        assert not stored(app).exists()
        value = built.once(filled)
        assert value == {"units": ["กยผ"]}
        assert units(app) == {"SLK", "DEP", "กยผ"}
        assert (stored(app) / "ab" / "photo").read_text() == "as built"
        add_unit(app, "กคพ")
        value["units"].append("กคพ")
        (stored(app) / "ab" / "photo").write_text("changed")
    with app.app_context():
        assert builds.count(db.engine.name) == 1


def test_not_on_a_database_that_has_begun(app: Flask, once: Once) -> None:
    with app.app_context():
        an_agency()
    with pytest.raises(AssertionError, match="before anything is entered"):
        once(filled)


def test_not_under_somebody_who_reads(ctx: Flask, once: Once) -> None:
    assert db.session.scalar(sa.select(AuditEntry.sequence)) is None
    with pytest.raises(AssertionError, match="reading the old one"):
        once(filled)


def test_not_from_what_only_one_test_knows(once: Once) -> None:
    with pytest.raises(AssertionError, match="it is one of a module"):
        once(lambda app: app.name)


def test_a_connection_that_an_earlier_test_left_open_does_no_harm(app: Flask, built: Installation) -> None:
    with app.app_context():
        an_agency()
        file = db.engine.url.database
    with closing(pysqlite3.dbapi2.connect(file)) as left:
        left.execute("UPDATE unit SET code = code || 'x'")
        left.commit()
        built.bring_back()
        built.once(filled)
        add_unit(app, "กคพ")
    assert units(app) == {"SLK", "DEP", "กยผ", "กคพ"}
    with closing(pysqlite3.dbapi2.connect(file)) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_used_database_is_nobody_s_empty_one(app: Flask, data_dir: Path) -> None:
    with pytest.raises(AssertionError, match="nobody's empty one"):
        install(data_dir, None)
