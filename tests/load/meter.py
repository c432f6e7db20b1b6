"""What a request costs: processor time of the server's processes per answer, as a multiple of a hello-world's."""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.journeys.phones import Phone
from tests.journeys.server import free_port

ROUNDS, SECONDS = 5, 3.0
ROOT = Path(__file__).resolve().parents[2]


def processor_seconds(roots: Sequence[int]) -> float:
    """User and system time so far of these processes, of their children, and of the children that have ended."""
    total = 0.0
    for root in roots:
        parent = psutil.Process(root)
        for process in [parent, *parent.children(recursive=True)]:
            times = process.cpu_times()
            total += times.user + times.system
            if process is parent:
                total += times.children_user + times.children_system
    return total


def memory_mb(root: int) -> float:
    """Proportional memory of a server and its workers, MB."""
    parent = psutil.Process(root)
    return sum(process.memory_full_info().pss for process in [parent, *parent.children(recursive=True)]) / 1e6


@dataclass(frozen=True)
class Cost:
    """Of one page: processor milliseconds per answer, the multiple of hello, percentiles of the wait."""

    cpu_ms: float
    hellos: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


def _drive(phones: Sequence[Phone], path: str, seconds: float) -> list[float]:
    """Every phone asks again and again; how long each answer took, in seconds."""
    took: list[list[float]] = [[] for _phone in phones]
    wrong: list[int] = []

    def ask(place: int) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            answer = phones[place].get(path)
            if answer.status != 200:
                wrong.append(answer.status)
                return
            took[place].append(answer.seconds)

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(len(phones))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(f"{path} answered {wrong[0]}")
    return [value for one in took for value in one]


def _round(phones: Sequence[Phone], path: str, roots: Sequence[int], seconds: float) -> tuple[float, list[float]]:
    before = processor_seconds(roots)
    took = _drive(phones, path, seconds)
    return (processor_seconds(roots) - before) / len(took), took


class Hello:
    """A running hello-world."""

    def __init__(self) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--threads", "4", "--worker-class", "gthread"]
        self.process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{self.port}", "--log-level", "error", "tests.load.hello:app"], cwd=ROOT
        )
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                if self.phone().get("/").status == 200:
                    return
            except OSError:
                self.process.poll()
        raise RuntimeError("the hello-world did not start")

    def phone(self) -> Phone:
        return Phone(f"http://127.0.0.1:{self.port}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)


def cost(hello: Hello, phones: Sequence[Phone], path: str, roots: Sequence[int], rounds: int = ROUNDS) -> Cost:
    """Median of some rounds, each against a hello-world measured in the seconds before."""
    greeting = [hello.phone() for _phone in phones]
    _drive(phones, path, 0.5)
    cpu, ratios, took = [], [], []
    for _number in range(rounds):
        unit, _took = _round(greeting, "/", [hello.process.pid], SECONDS / 2)
        one, times = _round(phones, path, roots, SECONDS)
        cpu.append(one * 1000)
        ratios.append(one / unit)
        took += times
    took.sort()
    p50, p95, p99 = (took[len(took) * share // 100] * 1000 for share in (50, 95, 99))
    return Cost(statistics.median(cpu), statistics.median(ratios), p50, p95, p99)


@dataclass(frozen=True)
class Job:
    """Of one command: median wall seconds and the most memory of any of its processes, MB."""

    seconds: float
    memory_mb: float


def job(work: Callable[[], Sequence[str]], environ: dict[str, str], rounds: int = 3) -> Job:
    """Run the command that `work` prepares, some times."""
    walls, peaks = [], []
    for _number in range(rounds):
        words = work()
        start = time.monotonic()
        process: Any = psutil.Popen(
            [sys.executable, "run.py", *words], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL
        )
        peak = 0.0
        while True:
            peak = max(peak, _largest(process))
            try:
                if process.wait(timeout=0.02) != 0:
                    raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}")
                break
            except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
                continue
        walls.append(time.monotonic() - start)
        peaks.append(peak)
    return Job(statistics.median(walls), max(peaks))


def _largest(process: Any) -> float:
    try:
        family = [process, *process.children(recursive=True)]
        return max(one.memory_info().rss for one in family) / 1e6
    except psutil.Error:
        return 0.0
