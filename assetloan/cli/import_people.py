"""`import people FILE`: username, name, unit, position, roles, email."""

from __future__ import annotations

import argparse
from typing import Any

from assetloan.assets.import_identity import import_identity
from assetloan.cli import import_files
from assetloan.core import clock
from assetloan.identity import importing
from assetloan.identity.rules import console


def register(kinds: Any) -> None:
    """import people FILE"""
    parser = kinds.add_parser(
        "people", help="people: username, name, unit, position, roles (ROLE;ROLE@UNIT), email", allow_abbrev=False
    )
    import_files.add_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Bring in the people."""
    now = clock.now()
    file_hash = import_files.hash_of(args.file)
    return import_files.import_file(
        args,
        importing.read_people,
        lambda parsed: import_identity(console(), "people", parsed, args.file.name, file_hash, now=now),
    )
