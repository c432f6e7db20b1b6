"""`report monthly`: the month of a unit or of the agency, as JSON, XLSX or CSV."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from assetloan.cli import answers
from assetloan.cli.answers import WrongUse
from assetloan.core import clock
from assetloan.core.errors import DomainError, Invalid, NotFound
from assetloan.core.i18n import _
from assetloan.core.month import Month
from assetloan.identity.rules import console
from assetloan.reporting import monthly
from assetloan.reporting.export import MIME, export
from assetloan.reporting.monthly import MonthlyReport

FORMS = (*sorted(MIME), "pdf")


def register(subparsers: Any) -> None:
    """report monthly --month 2569-11 [--unit CODE] [--format json|xlsx|csv] [--out FILE]"""
    kinds = subparsers.add_parser("report", help="reports of borrowing", allow_abbrev=False).add_subparsers(
        dest="act", metavar="monthly", required=True
    )
    parser = kinds.add_parser("monthly", help="the month of a unit or of the agency", allow_abbrev=False)
    parser.add_argument("--month", required=True, metavar="2569-11", help="พ.ศ. year and month")
    parser.add_argument("--unit", metavar="CODE", help="code of a unit; without it the whole agency")
    parser.add_argument("--format", choices=FORMS, default="json", help="json by default")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the file goes; json may go to standard output")
    parser.add_argument("--json", action="store_true", help="print one JSON object about what was written")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make the report. An unknown month, unit or form is wrong use."""
    if args.format not in MIME:
        raise WrongUse(DomainError("report_form_missing", form=args.format))
    if args.out is None and args.format != "json":
        raise WrongUse(DomainError("report_out_missing", form=args.format))
    made = export(_report(args), args.format)
    if args.out is None:
        sys.stdout.write(made.data.decode("utf-8") + "\n")
        return answers.DONE
    _write(args.out, made.data)
    if args.json:
        answers.show_json({"month": args.month, "unit": args.unit, "file": str(args.out)})
    else:
        answers.show(_("เขียนรายงานแล้ว: %(file)s", file=args.out))
    return answers.DONE


def _report(args: argparse.Namespace) -> MonthlyReport:
    try:
        month, as_of = Month.parse(args.month), clock.now()
        if args.unit is None:
            return monthly.month_of_agency(console(), month, as_of=as_of)
        return monthly.month_of_unit(console(), month, args.unit, as_of=as_of)
    except Invalid as error:
        raise WrongUse(error) from None
    except NotFound:
        raise WrongUse(DomainError("unit_unknown", value=args.unit)) from None


def _write(path: Path, data: bytes) -> None:
    """The whole file or none of it, so that an old report is never half overwritten."""
    try:
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
