"""`import loans FILE`: past lending from paper or spreadsheets."""

from __future__ import annotations

import argparse
from typing import Any

from assetloan.cli import import_files
from assetloan.core import clock
from assetloan.documents.import_report import ImportReport
from assetloan.documents.tables import Parsed
from assetloan.identity.rules import console
from assetloan.lending.importing import read_loans
from assetloan.lending.past_loans import PastOptions, import_loans


def register(kinds: Any) -> None:
    """import loans FILE"""
    parser = kinds.add_parser("loans", help="past lending: facts from paper", allow_abbrev=False)
    import_files.add_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Bring in the loans."""
    now = clock.now()

    def take(parsed: Parsed) -> ImportReport:
        return import_loans(console(), parsed, PastOptions(args.partial, args.file.name, file_hash), now=now)

    file_hash = import_files.hash_of(args.file)
    return import_files.import_file(args, read_loans, take)
