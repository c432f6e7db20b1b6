"""The real server as its own process, on a database that the tests fill through the services beside it."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from assetloan import create_app, schema
from assetloan.core.db import db
from tests.conftest import make_settings

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 60


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Server:
    """A running server: its address, and an application on the same database for the tests' own use."""

    base: str
    app: Flask
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def violations(self) -> list[str]:
        """What `python run.py check` would find."""
        from assetloan.reporting import checks

        with self.app.app_context():
            found = [f"{item.invariant} {item.table} {item.id}: {item.message}" for item in checks.run_all()]
            db.session.remove()
        return found

    def errors(self) -> list[str]:
        """Lines of the server's log that speak of an error of the program."""
        return [
            line for line in self.log.read_text(encoding="utf-8").splitlines() if re.search("Traceback|ERROR", line)
        ]


def start(folder: Path, url: str = "", *, workers: int = 2) -> Server:
    """Migrate the database, start the server as a user would, wait until it answers."""
    port = free_port()
    environ = {
        "ASSETLOAN_DATA_DIR": str(folder),
        "ASSETLOAN_DATABASE_URL": url or f"sqlite:///{folder / 'journeys.db'}",
        "ASSETLOAN_SECRET_KEY": "a key for tests that is long enough to be taken",
        "ASSETLOAN_BASE_URL": f"http://127.0.0.1:{port}",
    }
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(make_settings(folder, environ["ASSETLOAN_DATABASE_URL"]))
    with app.app_context():
        schema.upgrade(db.engine)
        db.session.remove()
        db.engine.dispose()
    log = folder / "server.log"
    command = [sys.executable, "run.py", "serve", "--port", str(port), "--workers", str(workers)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, stdout=out, stderr=subprocess.STDOUT)
    server = Server(f"http://127.0.0.1:{port}", app, process, log)
    _wait(server)
    return server


def _wait(server: Server) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        assert server.process.poll() is None, server.log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(f"{server.base}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.process.wait(timeout=0.05)
    raise AssertionError(f"the server did not start:\n{server.log.read_text(encoding='utf-8')}")


def row_count(app: Flask, table: str) -> int:
    """How many rows a table has now."""
    with app.app_context():
        count = db.session.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0
        db.session.remove()
    return int(count)
