"""`import KIND FILE`: the table of what can be imported; each kind is a module with `register` and `run` of its own."""

from __future__ import annotations

from typing import Any

from assetloan.cli import import_assets, import_loans, import_people, import_undo, import_units

KINDS = {
    "units": import_units,
    "people": import_people,
    "assets": import_assets,
    "loans": import_loans,
    "undo": import_undo,
}


def register(subparsers: Any) -> None:
    """import units|people|… FILE [--dry-run] [--partial] [--json]"""
    parser = subparsers.add_parser("import", help="bring in a file (xlsx, xls, csv)", allow_abbrev=False)
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    for module in KINDS.values():
        module.register(kinds)
