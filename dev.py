#!/usr/bin/env python3
"""The developer's commands, for desks with and without make: `python3 dev.py demo` (test, check, run, bench, mutants).

Needs nothing but Python: it makes the virtual environment `.venv`, fills it, and runs everything else from there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
ROOM = 2 * 1024**3  # a run of all tests writes about 0.9 GB


class Failed(Exception):
    """A step did not work; the text says which."""


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


# --- the environment ------------------------------------------------------------------------------------------------


def venv_dir() -> Path:
    return Path(os.environ.get("ASSETLOAN_VENV") or ROOT / ".venv")


def python() -> str:
    """The interpreter of the virtual environment."""
    return str(venv_dir() / "bin" / "python")


def run(*command: str, env: dict[str, str] | None = None) -> None:
    """Run a program of the project, here. Raises Failed when it does not end well."""
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **(env or {})}, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(Path(part).name if part == command[0] else part for part in command)} failed")


def packages(requirements: str) -> None:
    """Make the virtual environment and put the named packages into it, unless they are there already."""
    wanted = hashlib.sha256()
    for name in ("requirements.txt", "requirements-dev.txt"):
        wanted.update((ROOT / name).read_bytes())
    stamp = venv_dir() / f".filled-{requirements}"
    if stamp.is_file() and stamp.read_text() == wanted.hexdigest():
        return
    if not Path(python()).exists():
        say(f"Making the virtual environment {venv_dir()} …")
        try:
            venv.create(venv_dir(), with_pip=True)
        except (OSError, subprocess.CalledProcessError) as error:
            shutil.rmtree(venv_dir(), ignore_errors=True)
            raise Failed(
                f"no virtual environment ({error}); on Debian and Ubuntu: apt-get install python3-venv"
            ) from None
    say(f"Installing {requirements} …")
    pip = [python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-warn-script-location"]
    run(*pip, "-r", requirements)
    stamp.write_text(wanted.hexdigest())


def runtime() -> None:
    """What the running system needs, and the files of the browser (without them every task still works)."""
    packages("requirements.txt")
    run(python(), "-m", "assetloan.web.vendor")


def everything() -> None:
    """What the tests need besides."""
    packages("requirements-dev.txt")
    run(python(), "-m", "assetloan.web.vendor")
    run(python(), "-c", "from assetloan.cli.start import compile_catalogues; compile_catalogues()")


# --- where the tests write ------------------------------------------------------------------------------------------


def memory_is_free() -> bool:
    """Is there a file system in memory with room for a run of all tests, and as much memory again beside it?"""
    try:
        free = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())["MemAvailable"]
        return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM <= int(free.split()[0]) * 1024 // 2
    except (OSError, KeyError):
        return False


@contextmanager
def scratch() -> Iterator[dict[str, str]]:
    """The environment that sends what the tests write into a folder that is gone afterwards, in memory if possible.

    The commands that the tests start keep their compiled modules, as they do at a desk, whatever the caller's habit.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the folder goes then, too
    folder = MEMORY if memory_is_free() else None
    with tempfile.TemporaryDirectory(prefix="assetloan-", dir=folder, ignore_cleanup_errors=True) as made:
        yield {"TMPDIR": made, "PYTHONDONTWRITEBYTECODE": ""}


# --- the browser ----------------------------------------------------------------------------------------------------


def system_browser() -> str | None:
    """A Chromium on this machine: the one that ASSETLOAN_TEST_BROWSER names, else one on the path."""
    given = os.environ.get("ASSETLOAN_TEST_BROWSER")
    if given:
        return given if shutil.which(given) else None
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def find_browser() -> dict[str, str]:
    """The environment that tells the tests their browser, which is installed when there is none. Says which it is."""
    found = system_browser()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        say("No browser on this machine: installing Debian's chromium …")
        quiet = {
            "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            "check": False,
            "stdout": subprocess.DEVNULL,
        }
        for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *arguments], **quiet)
        found = system_browser()
    if found is not None:
        say(f"Browser for the tests: {found}")
        return {"ASSETLOAN_TEST_BROWSER": found}
    say("Browser for the tests: Playwright's own Chromium")
    try:
        run(python(), "-m", "playwright", "install", "chromium")
    except Failed:
        say("Playwright's Chromium could not be fetched: the browser tests are skipped here (and fail in CI)")
        return {"ASSETLOAN_TEST_BROWSER": "none"}
    return {"ASSETLOAN_TEST_BROWSER": "playwright"}


# --- the commands ---------------------------------------------------------------------------------------------------


def setup(_more: list[str]) -> None:
    """make the virtual environment with everything, for development"""
    everything()


def demo(more: list[str]) -> None:
    """start the demo agency on http://127.0.0.1:5000"""
    runtime()
    os.execv(python(), [python(), str(ROOT / "run.py"), "serve", "--demo", *more])


def serve(more: list[str]) -> None:
    """start the real system (database and files in instance/)"""
    runtime()
    os.execv(python(), [python(), str(ROOT / "run.py"), "serve", *more])


CHECKS = {
    "mypy": ["mypy", "--no-error-summary"],
    "ruff check": ["ruff", "check", "--quiet"],
    "ruff format": ["ruff", "format", "--check", "--quiet"],
    "lint-imports": ["lint-imports", "--no-logo"],
    "catalogue": ["-m", "tests.tools.catalogue", "check"],
}


def passes(name: str) -> bool:
    """Run one static check, and say how it went."""
    start, command = time.monotonic(), CHECKS[name]
    program = [python(), *command] if command[0] == "-m" else [str(venv_dir() / "bin" / command[0]), *command[1:]]
    done = subprocess.run(program, cwd=ROOT, check=False, capture_output=True, text=True)
    told = f"{'failed' if done.returncode else 'ok':7}{name} ({time.monotonic() - start:.1f} s)"
    say("\n".join([told, done.stdout + done.stderr]) if done.returncode else told)
    return not done.returncode


def check(_more: list[str]) -> None:
    """static checks: ruff, mypy, import contracts, catalogue"""
    packages("requirements-dev.txt")
    with ThreadPoolExecutor(max_workers=2) as both:  # mypy takes as long as all the others together
        failed = [name for name, clean in zip(CHECKS, both.map(passes, CHECKS), strict=True) if not clean]
    if failed:
        raise Failed(f"not clean: {', '.join(failed)}")


def test(more: list[str]) -> None:
    """everything: packages, browser, static checks, all tests"""
    everything()
    browser = find_browser()
    check([])
    workers = [] if "-n" in more else ["-n", str(min(4, os.cpu_count() or 1))]
    with scratch() as place:
        run(python(), "-m", "pytest", *workers, *more, env=browser | place)


def bench(more: list[str]) -> None:
    """print the figures of tests/load (never a test)"""
    everything()
    run(python(), "-m", "tests.load", *more)


def mutants(more: list[str]) -> None:
    """take one guard away at a time: a named test must turn red"""
    everything()
    run(python(), "-m", "tests.mutants", *more, env=find_browser())


def i18n(_more: list[str]) -> None:
    """bring the English catalogue up to date with the words of the code"""
    packages("requirements-dev.txt")
    run(python(), "-m", "tests.tools.catalogue", "update")


COMMANDS = {
    "demo": demo,
    "test": test,
    "check": check,
    "run": serve,
    "bench": bench,
    "mutants": mutants,
    "setup": setup,
    "i18n": i18n,
}


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        say(f"This is Python {sys.version.split()[0]}; 3.11 or newer is needed. Try: make PYTHON=python3.11")
        return 2
    if not arguments or arguments[0] not in COMMANDS:
        for name, command in COMMANDS.items():
            say(f"  {name:9}{command.__doc__}")
        return 0 if arguments in ([], ["help"]) else 2
    try:
        COMMANDS[arguments[0]](arguments[1:])
    except Failed as error:
        say(f"{error}.")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
