#!/usr/bin/env python3
"""The developer's commands, for desks with and without make: `python3 dev.py demo` (test, check, run, bench, mutants).

Needs nothing but Python: it makes the virtual environment `.venv`, fills it, and runs everything else from there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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


def check(_more: list[str]) -> None:
    """static checks: ruff, mypy, import contracts, catalogue"""
    packages("requirements-dev.txt")
    failed = []
    for name, command in {
        "ruff check": ["ruff", "check", "--quiet"],
        "ruff format": ["ruff", "format", "--check", "--quiet"],
        "mypy": ["mypy", "--no-error-summary"],
        "lint-imports": ["lint-imports", "--no-logo"],
        "catalogue": ["-m", "tests.tools.catalogue", "check"],
    }.items():
        start = time.monotonic()
        program = [python(), *command] if command[0] == "-m" else [str(venv_dir() / "bin" / command[0]), *command[1:]]
        done = subprocess.run(program, cwd=ROOT, check=False, capture_output=True, text=True)
        say(f"{'failed' if done.returncode else 'ok':7}{name} ({time.monotonic() - start:.1f} s)")
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    if failed:
        raise Failed(f"not clean: {', '.join(failed)}")


def test(more: list[str]) -> None:
    """everything: packages, browser, static checks, all tests"""
    everything()
    browser = find_browser()
    check([])
    workers = [] if "-n" in more else ["-n", str(min(4, os.cpu_count() or 1))]
    run(python(), "-m", "pytest", *workers, *more, env=browser)


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
