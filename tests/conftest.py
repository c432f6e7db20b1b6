"""Fixtures: an application on a fresh database, on SQLite or PostgreSQL, built by the real migrations.

Mark a test or module `both_databases` to run it on both. PostgreSQL is `ASSETLOAN_TEST_DATABASE_URL` when given, else
the embedded server; without either the test fails in CI and is skipped loudly elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from assetloan import config, create_app, schema
from assetloan.core import clock
from assetloan.core.db import db
from tests.databases import Postgres, start_postgres
from tests.installation import Installation, Once

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # Monday 23 พ.ย. 2569, 10:00 in Bangkok

# Several workers may share one given PostgreSQL, so each has databases of its own.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
TEST_DATABASE, TEMPLATE_DATABASE = f"assetloan_test{WORKER}", f"assetloan_template{WORKER}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both_databases") is not None
        metafunc.parametrize("database_kind", ["sqlite", "postgres"] if both else ["sqlite"], scope="session")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = start_postgres(tmp_path_factory.mktemp("postgres"))
    yield server
    server.stop()


def make_settings(data_dir: Path, url: str = "", **environ: str) -> config.Settings:
    """Settings of a test installation."""
    given = {
        "ASSETLOAN_DATA_DIR": str(data_dir),
        "ASSETLOAN_SECRET_KEY": "a key for tests that is long enough to be taken",
        "ASSETLOAN_DATABASE_URL": url,
    }
    return config.load(given | environ)


def install(data_dir: Path, server: Postgres | None) -> Installation:
    """An application on a database of its own, built by the migrations: on SQLite, or on this PostgreSQL."""
    if server is None:
        assert not (data_dir / "test.db").exists(), "a database that tests have used is nobody's empty one"
        url = f"sqlite:///{data_dir / 'test.db'}"
    else:
        server.recreate(TEST_DATABASE)
        url = server.url(TEST_DATABASE)
    app = create_app(make_settings(data_dir, url))
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        schema.upgrade(db.engine)
    return Installation(app, data_dir, TEST_DATABASE, TEMPLATE_DATABASE, server)


@pytest.fixture(scope="session")
def installations() -> dict[str, Installation]:
    """The one installation of each kind of database that the session has made so far."""
    return {}


@pytest.fixture(scope="session")
def built(
    database_kind: str, data_dir: Path, installations: dict[str, Installation], request: pytest.FixtureRequest
) -> Iterator[Installation]:
    """The application on this kind of database; each test gets a fresh copy of the migrated database.

    Set up at every change of the kind, and where workers take work from each other the kinds come in any order: what
    was made before is used again, since its database is not empty any more.
    """
    server = request.getfixturevalue("postgres_server") if database_kind == "postgres" else None
    if database_kind not in installations:
        installations[database_kind] = install(data_dir, server)
    yield installations[database_kind]
    installations[database_kind].close()


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Stop the clock of the whole program at an instant: `set_clock(NOW + timedelta(days=1))`."""

    def stop(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    return stop


@pytest.fixture
def app(built: Installation, set_clock: Callable[[datetime], None]) -> Flask:
    """The application on a fresh database, its clock stopped at NOW.

    No context is pushed: use `with app.app_context()` or the `ctx` fixture.
    """
    set_clock(NOW)
    built.bring_back()
    return built.app


@pytest.fixture
def once(built: Installation, app: Flask) -> Once:
    """`once(build)`: what `build` fills the fresh database with and returns, built by the first test that asks.

    Every test gets a copy of the database, of the stored files and of the value as they were then.
    """

    def once(build: Callable[[Flask], Any]) -> Any:
        assert clock.now() == NOW, "once() fills the database at NOW: stop the clock elsewhere afterwards"
        return built.once(build)

    return once


@pytest.fixture
def ctx(app: Flask) -> Iterator[Flask]:
    """The application with its context pushed, for tests of services and queries (not for requests)."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a person; Thai, as the demo desk is."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "th"
    return client


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_queries() as seen: client.get(…)`: the SQL sent meanwhile, savepoints aside."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO", "PRAGMA", "BEGIN")):
                seen.append(statement)

        with app.app_context():
            engine = db.engine
        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    """In CI nothing is skipped: a test that could not find its browser or its PostgreSQL has failed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI", "") not in ("", "0", "false"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {item.nodeid} {report.longrepr}"
    return report


def pytest_report_header() -> str:
    given = os.environ.get("ASSETLOAN_TEST_DATABASE_URL")
    return f"PostgreSQL for tests: {'given by ASSETLOAN_TEST_DATABASE_URL' if given else 'embedded'}"
