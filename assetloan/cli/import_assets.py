"""`import assets FILE`: the register of one unit or of the whole agency."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from assetloan.assets.import_service import ImportOptions, import_assets
from assetloan.assets.importing import read_assets
from assetloan.cli import import_files
from assetloan.cli.answers import WrongUse
from assetloan.core import clock
from assetloan.core.errors import DomainError, NotFound
from assetloan.documents.import_report import ImportReport
from assetloan.documents.sheets import Sheet
from assetloan.documents.tables import Parsed
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import console


def register(kinds: Any) -> None:
    """import assets FILE [--unit CODE] [--price unit|total]"""
    parser = kinds.add_parser("assets", help="the register: number, name and what else is known", allow_abbrev=False)
    import_files.add_options(parser)
    parser.add_argument("--unit", metavar="CODE", help="the unit of rows that name none")
    parser.add_argument("--price", choices=("unit", "total"), help="what the price of a row with several pieces means")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Bring in the register. An unknown unit is wrong use."""
    now = clock.now()
    unit_id = None if args.unit is None else _unit_id(args.unit)

    def parse(sheets: Sequence[Sheet]) -> Parsed:
        return read_assets(sheets, price=args.price)

    def take(parsed: Parsed) -> ImportReport:
        options = ImportOptions(unit_id, args.partial, file_name=args.file.name, file_hash=file_hash)
        return import_assets(console(), parsed, options, now=now)

    file_hash = import_files.hash_of(args.file)
    return import_files.import_file(args, parse, take)


def _unit_id(code: str) -> int:
    try:
        card = unit_by_code(code, clock.today())
    except NotFound:
        raise WrongUse(DomainError("unit_unknown", value=code)) from None
    if card.closed_on is not None:
        raise WrongUse(DomainError("unit_unknown", value=code))
    return card.id
