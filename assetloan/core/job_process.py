"""A job in a process of its own: the server's memory stays small, and a job that dies takes nothing with it.

Unlike `documents.child` this process is ours as the server is: it opens the database and runs our code alone (what is
in a stranger's file is still read in the limited child). It gets limits of memory and of time all the same.
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

log = logging.getLogger(__name__)
MEMORY = 1536 * 2**20  # address space; fifty thousand rows take about a quarter of it
WALL = 30 * 60.0
LOOK = 1.0
KEEP = 20.0
NICER = 5  # people who wait for a page go first
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl


@dataclass(frozen=True, slots=True)
class Start:
    """How a process for one job is started: the words before the job's id, and what it finds in its environment."""

    words: Sequence[str]
    environ: Mapping[str, str]
    folder: str


def run_apart(start: Start, job_id: int, keep: Callable[[], None], stop: threading.Event | None = None) -> bool:
    """Have a process do a job; `keep` renews its lease meanwhile. False when it died, or had to be ended."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell, no user text
        [*start.words, str(job_id)], stdin=subprocess.DEVNULL, env=dict(start.environ), cwd=start.folder
    )
    waited = kept = 0.0
    try:
        while waited < WALL and not (stop is not None and stop.is_set()):
            try:
                return process.wait(LOOK) == 0
            except subprocess.TimeoutExpired:
                waited += LOOK
            if waited - kept >= KEEP:
                kept = waited
                keep()
        return False
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.returncode != 0:
            log.warning("job %d: its process ended with status %s", job_id, process.returncode)


def take_limits(parent: int) -> None:
    """What the process of a job does first: it ends with the server that started it, and stays within bounds."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone already
        raise SystemExit(1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.nice(NICER)
