"""`import undo BATCH`: one import taken back, if nothing was built on it."""

from __future__ import annotations

import argparse
from typing import Any

from assetloan.assets import queries
from assetloan.assets.import_identity import undo_people, undo_units
from assetloan.assets.import_undo import undo_assets
from assetloan.cli import answers
from assetloan.core import clock, ids
from assetloan.core.db import transaction
from assetloan.core.i18n import _
from assetloan.identity.rules import console
from assetloan.lending.past_undo import undo_loans

UNDO = {"assets": undo_assets, "loans": undo_loans, "people": undo_people, "units": undo_units}


def register(kinds: Any) -> None:
    """import undo BATCH [--json]"""
    parser = kinds.add_parser("undo", help="take one import back, if nothing was built on it", allow_abbrev=False)
    parser.add_argument("batch", metavar="BATCH", help="the key that the import printed")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Take the import back. What stands in the way is worded by main."""
    now = clock.now()
    key = ids.read_code(args.batch) or args.batch
    with transaction():
        kind = queries.batch_for(console(), key).kind
        count = UNDO[kind](console(), key, now=now)
    if args.json:
        answers.show_json({"batch": key, "kind": kind, "undone": count})
    else:
        answers.show(_("ถอนการนำเข้า %(batch)s แล้ว %(count)s แถว", batch=key, count=count))
    return answers.DONE
