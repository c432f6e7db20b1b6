"""Starting commands as a person does: a process of its own, an empty data folder, any working folder."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

RUN = Path(__file__).resolve().parents[2] / "run.py"


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of this process without its settings, and with the given ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSETLOAN_")}
    return kept | {"ASSETLOAN_DATA_DIR": str(data)} | {f"ASSETLOAN_{name}": value for name, value in more.items()}


def run(data: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, from the file system's root."""
    return subprocess.run(
        [sys.executable, str(RUN), *words],
        env=environment(data, **settings),
        cwd="/",
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def answer(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The one JSON object on standard output."""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def get(url: str, token: str = "") -> tuple[int, str]:
    """Status and body; 0 while nobody listens."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    asked = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=5) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return 0, ""


@contextmanager
def serving(data: Path, *words: str, **settings: str) -> Iterator[tuple[str, Path]]:
    """A running server: its address and the file that holds what it printed. Stopped at the end, as by Ctrl-C."""
    port = free_port()
    said = data.parent / f"said-{port}.txt"
    with said.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, str(RUN), *words, "--port", str(port), "--workers", "1"],
            env=environment(data, **settings),
            cwd="/",
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while get(f"{url}/healthz")[0] != 200:
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
        yield url, said
    finally:
        process.terminate()
        process.wait(30)
