"""What every import command shares: its options, opening the file, all or nothing, the answer, FILE.errors.xlsx."""

from __future__ import annotations

import argparse
import gc
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assetloan.cli import answers
from assetloan.cli.answers import DONE, REFUSED, WrongUse
from assetloan.core.db import transaction
from assetloan.core.errors import DomainError
from assetloan.core.i18n import _, ngettext, word_code
from assetloan.documents.errors import FileRefused, WorkStopped
from assetloan.documents.import_report import ImportReport, error_sheet
from assetloan.documents.sheets import Column, OutSheet, Sheet, Workbook, read_table_file, write_xlsx
from assetloan.documents.tables import Parsed, Problem

MOST_SHOWN = 20
MOST_BYTES = 100 * 1024 * 1024  # a command may bring more than an upload


class _TakenBack(Exception):
    """Ends the transaction of a trial run, or of a file with refused rows."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """FILE [--dry-run] [--partial] [--json]"""
    parser.add_argument("file", type=Path, metavar="FILE", help="xlsx, xls or csv")
    parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
    parser.add_argument("--partial", action="store_true", help="take the good rows even when others are refused")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, "" when it is not there."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def import_file(
    args: argparse.Namespace,
    parse: Callable[[Sequence[Sheet]], Parsed],
    take: Callable[[Parsed], ImportReport],
    opened: Callable[[Workbook], None] = lambda _book: None,
) -> int:
    """Read the file, let `parse` judge its rows and `take` write the good ones in one transaction, and say what came
    of it. `opened` is told about the workbook before `parse`. Raises WrongUse when the file is not there.
    """
    gc.disable()  # one file, then the process ends: a search for cycles among a million cells would only take time
    try:
        parsed = _parsed(args.file, parse, opened)
    except (FileRefused, WorkStopped) as error:
        return _unreadable(args, error)
    try:
        with transaction():
            report = take(parsed)
            if args.dry_run or (report.rejected and not args.partial):
                raise _TakenBack
    except _TakenBack:
        if report.rejected and not args.partial:
            report.refuse()
        if args.dry_run:
            report.batch = None
    return _finish(args, parsed, report)


def _parsed(path: Path, parse: Callable[[Sequence[Sheet]], Parsed], opened: Callable[[Workbook], None]) -> Parsed:
    """The rows of the file; the workbook itself is let go before they are written."""
    book = _open(path)
    opened(book)
    return parse(book.sheets)


def _open(path: Path) -> Workbook:
    if not path.is_file():
        raise WrongUse(DomainError("file_missing", name=str(path)))
    return read_table_file(path, path.name, most_bytes=MOST_BYTES)


def _unreadable(args: argparse.Namespace, error: DomainError) -> int:
    """The file as a whole is refused: the same JSON shape, with one error that names no row."""
    report = ImportReport(errors=[Problem("", 0, "", args.file.name, error.code, error.details)])
    answers.say(word_code(error.code, error.details))
    if args.json:
        answers.show_json(report.to_json())
    return REFUSED


def _finish(args: argparse.Namespace, parsed: Parsed, report: ImportReport) -> int:
    rejects = args.file.with_name(f"{args.file.name}.errors.xlsx")
    if report.rejected:
        head, *rows = error_sheet(parsed.rows)
        columns = [Column(heading, 40 if number == 2 else 18) for number, heading in enumerate(head)]
        rejects.write_bytes(write_xlsx([OutSheet(_("แถวที่ไม่รับ"), columns, rows)]))
    if args.json:
        answers.show_json(report.to_json())
    else:
        _tell(args, report)
    if report.rejected:
        answers.say(_("ดูเหตุของทุกแถวที่ไม่รับได้ในไฟล์ %(name)s", name=str(rejects)))
    return REFUSED if report.rejected else DONE


def _tell(args: argparse.Namespace, report: ImportReport) -> None:
    counts: dict[str, Any] = {
        "rows": report.rows,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "skipped": report.skipped,
        "rejected": report.rejected,
    }
    if args.dry_run:
        answers.show(_("ตรวจไฟล์เท่านั้น ยังไม่ได้บันทึก"))
    elif report.rejected and not args.partial:
        answers.show(_("ไม่ได้บันทึกแถวใดเลย เพราะมีแถวที่ไม่รับ แก้ไฟล์แล้วนำเข้าใหม่ หรือใช้ --partial เพื่อรับเฉพาะแถวที่ถูกต้อง"))
    answers.show(
        _(
            "อ่าน %(rows)s แถว: เพิ่ม %(created)s แก้ไข %(updated)s เหมือนเดิม %(unchanged)s "
            "ข้าม %(skipped)s ไม่รับ %(rejected)s",
            **counts,
        )
    )
    if report.batch:
        answers.show(_("เลขที่การนำเข้า %(batch)s", batch=report.batch))
    problems = [*report.errors, *report.warnings]
    for problem in problems[:MOST_SHOWN]:
        place = _("แถว %(row)s", row=problem.row) if problem.row else problem.sheet
        answers.show(f"{place} {problem.column}: {word_code(problem.code, problem.details)}")
    if len(problems) > MOST_SHOWN:
        more = len(problems) - MOST_SHOWN
        answers.show(ngettext("และอีก %(num)s เรื่อง", "และอีก %(num)s เรื่อง", more))
