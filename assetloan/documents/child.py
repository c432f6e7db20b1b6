"""Untrusted or heavy work in a throw-away child process with memory, CPU and time limits (architecture rule 12).

A crash, a kill, a full memory or an endless loop of the parser ends the child and becomes a `WorkStopped` here; the
server's own process, its memory and its secrets are never in reach.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import assetloan.documents.words  # noqa: F401 - gives the error codes of this package their sentences
from assetloan.documents.errors import FileRefused, WorkStopped

MIB = 2**20
_PACKAGE = Path(__file__).resolve().parent.parent
_MAIN = Path(__file__).resolve().with_name("child_main.py")
_FOOTER = 8
_log = logging.getLogger(__name__)
# Two at a time in each server process: the memory of all children stays bounded, the rest wait for their turn.
_turns = threading.BoundedSemaphore(2)
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: address space in bytes, CPU seconds, wall seconds, bytes of answer."""

    memory: int = 300 * MIB
    cpu: int = 20
    wall: float = 30.0
    output: int = 64 * MIB


@dataclass(frozen=True, slots=True)
class Answer:
    """What a job returned, and the file it wrote (positioned at its start, `size` bytes of data)."""

    value: Any
    file: BinaryIO
    size: int

    def data(self) -> bytes:
        """All the bytes the job wrote."""
        self.file.seek(0)
        return self.file.read(self.size)

    def lines(self) -> Iterator[bytes]:
        """What the job wrote, line by line, so that a big answer is never in memory twice."""
        self.file.seek(0)
        left = self.size
        while left > 0:
            line = self.file.readline()
            left -= len(line)
            yield line


@contextlib.contextmanager
def run_limited(
    job: str, payload: bytes | Path | BinaryIO, args: dict[str, Any] | None = None, *, limits: Limits | None = None
) -> Iterator[Answer]:
    """Run `module:function` over the payload in a child and give its answer.

    Raises FileRefused with the code the job gave, or WorkStopped (`work_timeout`, `work_too_large`, `work_crashed`,
    `work_busy`).
    """
    held = limits or Limits()
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(_as_file(payload))
        out = stack.enter_context(tempfile.TemporaryFile())
        noise = stack.enter_context(tempfile.TemporaryFile())
        if not _turns.acquire(timeout=PATIENCE):
            raise WorkStopped("work_busy")
        try:
            status = _run(_command(job, args or {}, held), source, out, noise, held.wall)
        finally:
            _turns.release()
        if status != 0:
            raise WorkStopped(_cause(status, noise))
        yield _read(out)


@contextlib.contextmanager
def _as_file(payload: bytes | Path | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(payload, Path):
        with payload.open("rb") as opened:
            yield opened
        return
    with tempfile.TemporaryFile() as copy:
        if isinstance(payload, bytes):
            copy.write(payload)
        else:
            payload.seek(0)
            while chunk := payload.read(MIB):
                copy.write(chunk)
        copy.seek(0)
        yield copy


def _command(job: str, args: dict[str, Any], held: Limits) -> list[str]:
    order = {
        "job": job,
        "args": args,
        "package": str(_PACKAGE),
        "path": [str(Path(entry).absolute()) for entry in sys.path],
        "memory": held.memory,
        "cpu": held.cpu,
        "output": held.output,
    }
    return [sys.executable, "-I", "-S", "-B", str(_MAIN), json.dumps(order)]


def _environment() -> dict[str, str]:
    """Nothing of ours: settings and keys of the server stay out. One malloc arena keeps address space close to use."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC", "MALLOC_ARENA_MAX": "1", "RUST_BACKTRACE": "0"}


def _run(command: list[str], source: BinaryIO, out: BinaryIO, noise: BinaryIO, wall: float) -> int:
    alive, held_by_child = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and file, no shell, no user text
            command, stdin=source, stdout=out, stderr=noise, env=_environment(), cwd="/", pass_fds=(held_by_child,)
        )
    finally:
        os.close(held_by_child)
    try:
        # The pipe closes at the instant the child ends; Popen.wait(timeout) would poll with naps of 50 ms.
        waiter = select.poll()
        waiter.register(alive, select.POLLHUP | select.POLLIN)
        if not waiter.poll(wall * 1000):
            raise WorkStopped("work_timeout")
        return process.wait()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(alive)


def _cause(status: int, noise: BinaryIO) -> str:
    """Why a child ended early: Rust and C abort on a refused allocation instead of raising."""
    noise.seek(0)
    said = noise.read(MIB)
    _log.warning("a child ended early with status %s: %s", status, _kind_of_error(said))
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return "work_timeout"
    if b"memory allocation of" in said or b"MemoryError" in said or b"File too large" in said or b"bad_alloc" in said:
        return "work_too_large"
    return "work_crashed"


def _kind_of_error(said: bytes) -> str:
    """The name of the error that ended a child, never its text: that may quote what is in the file."""
    last = said.strip().rsplit(b"\n", 1)[-1]
    name = re.match(rb"[A-Za-z_.]{1,80}", last)
    return name[0].decode() if name else "no word"


def _read(out: BinaryIO) -> Answer:
    end = out.seek(0, os.SEEK_END)
    if end < _FOOTER:
        raise WorkStopped("work_crashed")
    out.seek(end - _FOOTER)
    size = int.from_bytes(out.read(_FOOTER), "big")
    if size > end - _FOOTER:
        raise WorkStopped("work_crashed")
    out.seek(end - _FOOTER - size)
    footer = json.loads(out.read(size))
    if "refused" in footer:
        raise FileRefused(footer["refused"], **footer["details"])
    if "stopped" in footer:
        raise WorkStopped(footer["stopped"])
    out.seek(0)
    return Answer(footer["value"], out, end - _FOOTER - size)
