"""`make mutants`: take one guard away in a copy of the program; the named test must turn red there.

Prints a table. Exits with 1 if any test stayed green, is green no longer on the untouched program, or could not run.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mutants.guards import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "instance", "node_modules", "__pycache__", ".mypy_cache", ".hypothesis", "build"
)
SECONDS = 300


def copy_to(folder: Path) -> Path:
    """The program as it stands in the work tree."""
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    return folder


def outcome(folder: Path, test: str) -> str:
    """ "green", "red", or what else pytest said."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--no-header", test]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return "red"  # it never ended: that is noticed too
    if done.returncode == 0 and re.search(r"\d+ passed", done.stdout):
        return "green"
    if done.returncode == 1 and re.search(r"\d+ failed", done.stdout):
        return "red"
    return f"did not run (pytest {done.returncode}): {done.stdout.strip().splitlines()[-1:]}"


def without(mutant: Mutant, folder: Path) -> str:
    """The outcome of its test without the guard; the copy is as before afterwards."""
    path = folder / mutant.file
    source = path.read_text(encoding="utf-8")
    if source.count(mutant.old) != 1:
        return f"the guard stands {source.count(mutant.old)} times in {mutant.file}"
    path.write_text(source.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        return outcome(folder, mutant.test)
    finally:
        path.write_text(source, encoding="utf-8")


def main(words: list[str]) -> int:
    """All of them, or those whose name contains a word."""
    chosen = [item for item in MUTANTS if not words or any(word in item.guard for word in words)]
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="assetloan-mutants-") as name:
        folder = copy_to(Path(name) / "assetloan")
        print("| guard taken away | test that must turn red | with it | without it | seconds |")
        print("|---|---|---|---|---|")
        for mutant in chosen:
            start = time.monotonic()
            before, after = outcome(folder, mutant.test), without(mutant, folder)
            survivors += (before, after) != ("green", "red")
            took = time.monotonic() - start
            print(f"| {mutant.guard} | `{mutant.test}` | {before} | {after} | {took:.0f} |", flush=True)
    if survivors:
        print(f"\n{survivors} of {len(chosen)} guards can go without anyone noticing.")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
