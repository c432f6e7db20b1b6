"""`check`: every invariant, read from the rows. Exit code 1 and the row ids on any violation."""

from __future__ import annotations

import argparse
from typing import Any

from assetloan import schema
from assetloan.cli import answers
from assetloan.core.db import db
from assetloan.core.i18n import _
from assetloan.reporting import checks


def register(subparsers: Any) -> None:
    """check [--json]"""
    parser = subparsers.add_parser("check", help="verify every invariant of the data", allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what is broken, or that nothing is."""
    found = checks.run_all(schema=schema.current(db.engine), wanted=schema.head())
    if args.json:
        answers.show_json(checks.as_json(found))
    else:
        answers.show(
            *(f"{item.invariant} {item.table} {item.ids or ''}: {item.message}" for item in found),
            _("ตรวจ %(count)s ข้อ พบผิด %(found)s ข้อ", count=len(checks.CHECKS), found=len(found)),
        )
    return answers.REFUSED if found else answers.DONE
