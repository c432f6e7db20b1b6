"""The table of commands, and what every command shares: settings, a database that is up to date, exit codes.

A command is a module with `register(subparsers)`, which adds its parser and sets `run`, and `run(args) -> int`, which
is called inside an application context (with `bare=True` among its defaults: outside, and builds what it needs).
Exit codes: 0 done, 1 refused or violations found, 2 wrong use.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from typing import NoReturn

from sqlalchemy.exc import DBAPIError

from assetloan.cli import answers, check, generate, imports, labels, people, report, serve, start, tick, tokens
from assetloan.cli.answers import DONE, REFUSED, WRONG_USE, WrongUse
from assetloan.config import BadSetting
from assetloan.core.errors import DomainError
from assetloan.schema import NewerSchema

COMMANDS = {
    "serve": serve,
    "people": people,
    "tokens": tokens,
    "import": imports,
    "labels": labels,
    "report": report,
    "check": check,
    "tick": tick,
    "generate": generate,
}
DEFAULT = "serve"


class Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong with the call."""

    def error(self, message: str) -> NoReturn:
        answers.say(f"{self.prog}: {message}. Try: {self.prog} --help")
        raise SystemExit(WRONG_USE)


def parser() -> argparse.ArgumentParser:
    """All commands with their arguments."""
    made = Parser(
        prog="python run.py",
        description="assetloan: lend what a government department owns. Without a command: serve.",
        epilog="--demo before or after a command uses the demo database (also ASSETLOAN_DEMO=1).",
        allow_abbrev=False,
    )
    subparsers = made.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    for module in COMMANDS.values():
        module.register(subparsers)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    demo = "--demo" in given or None  # None: as the environment says
    given = [word for word in given if word != "--demo"]
    if not given or (given[0].startswith("-") and given[0] not in ("-h", "--help")):
        given.insert(0, DEFAULT)
    if not given[0].startswith("-") and given[0] not in COMMANDS:
        answers.say(f"There is no command “{given[0]}”. The commands are: {', '.join(COMMANDS)}.")
        return WRONG_USE
    try:
        args = parser().parse_args(given)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else DONE
    args.demo = demo
    return _run(args)


def _run(args: argparse.Namespace) -> int:
    """Run a parsed command and turn every refusal into a sentence on standard error and an exit code."""
    try:
        if getattr(args, "bare", False):
            return int(args.run(args))
        app = start.ready_app(start.settings_for(args))
        with app.app_context():
            try:
                return int(args.run(args))
            except DomainError as error:
                answers.refused(args, error)
                return REFUSED
            except WrongUse as error:
                answers.refused(args, error.error)
                return WRONG_USE
    except BadSetting as error:
        answers.say(f"{error}.")
        return WRONG_USE
    except NewerSchema as error:
        answers.say(f"The database was made by a newer version of this program: {error}. Nothing was changed.")
    except DBAPIError as error:
        answers.say(f"The database cannot be used ({type(error.orig).__name__}). Nothing was changed.")
    except OSError as error:
        answers.say(f"{error.strerror or error}: {error.filename or 'no file named'}.")
    return REFUSED
