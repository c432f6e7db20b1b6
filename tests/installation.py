"""The application of a test session, and copies of its database to go back to: the empty one, and filled ones.

A database on SQLite comes back as a new file. Whoever still holds the old one (a connection that some earlier test left
to the garbage collector) goes on with that: written over in place, its log and its locks would reach into the new one.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.pool import QueuePool

from assetloan.audit.models import AuditEntry
from assetloan.core.db import db
from tests.databases import Postgres

T = TypeVar("T")


class Once(Protocol):
    """Fill the fresh database by `build`, or by the copy of what it filled before."""

    def __call__(self, build: Callable[[Flask], T]) -> T: ...


class Installation:
    """One application on one database, on SQLite or (with a server) on PostgreSQL."""

    def __init__(self, app: Flask, data_dir: Path, database: str, template: str, server: Postgres | None) -> None:
        self.app, self.server = app, server
        self._database, self._template = database, template
        self._file, self._files = data_dir / "test.db", data_dir / "files"
        self._aside = data_dir / ("kept" if server is None else "kept-postgres")
        self._aside.mkdir()
        self._values: dict[str, tuple[str, Any]] = {}
        self._keep("")

    def bring_back(self, name: str = "") -> None:
        """The database and the stored files as they were when kept by this name; the empty ones without a name."""
        self.close()
        if self.server is not None:
            self.server.recreate(self._database, template=f"{self._template}{name}")
        else:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self._file}{suffix}").unlink(missing_ok=True)
            shutil.copy(self._aside / f"{name}.db", self._file)
        shutil.rmtree(self._files, ignore_errors=True)
        if (self._aside / f"files{name}").exists():
            shutil.copytree(self._aside / f"files{name}", self._files)

    def once(self, build: Callable[[Flask], T]) -> T:
        """See the fixture `once`."""
        key = f"{build.__module__}.{build.__qualname__}"
        assert "<locals>" not in key, "once() knows what was built by the name of the function: it is one of a module"
        with self.app.app_context():
            begun = db.session.scalar(sa.select(AuditEntry.sequence).limit(1))
            db.session.remove()
            pool = db.engine.pool
        assert begun is None, "once() takes the place of the whole database: call it before anything is entered"
        assert isinstance(pool, QueuePool)
        assert pool.checkedout() == 0, "once() takes the place of the whole database: somebody is reading the old one"
        if key not in self._values:
            with self.app.app_context():
                value = build(self.app)
            name = f"_{len(self._values)}"
            self._keep(name)
            self._values[key] = name, value
        name, value = self._values[key]
        self.bring_back(name)
        copied: T = copy.deepcopy(value, {id(self.app): self.app})
        return copied

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with self.app.app_context():
            db.engine.dispose()

    def _keep(self, name: str) -> None:
        """Remember the database and the stored files as they are now."""
        if self.server is not None:
            self.close()
            self.server.keep_as_template(self._database, f"{self._template}{name}")
        else:
            with self.app.app_context():
                library = db.engine.dialect.loaded_dbapi
                with (
                    closing(db.engine.raw_connection()) as connection,
                    closing(library.connect(str(self._aside / f"{name}.db"))) as copied,
                ):
                    connection.driver_connection.backup(copied)
        if self._files.exists():
            shutil.copytree(self._files, self._aside / f"files{name}")
