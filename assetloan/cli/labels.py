"""`labels`: QR labels of assets as a PDF, or as several when there are more than one file holds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from assetloan.assets import label_queries
from assetloan.assets.label_queries import LabelChoice, LabelLine
from assetloan.assets.label_sheets import label_data
from assetloan.assets.labelling.printing import PrintOrder, record_print
from assetloan.cli import answers
from assetloan.cli.answers import WrongUse
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, NotFound
from assetloan.core.i18n import _
from assetloan.documents.labels import DEFAULT_LAYOUT, MOST_LABELS, Layout, layout_named, list_layouts, render_labels
from assetloan.identity.queries import UnitCard, unit_by_any_name
from assetloan.identity.rules import console


def register(subparsers: Any) -> None:
    """labels [--unit CODE] [--asset NO …] [--layout NAME] [--start N] --out FILE.pdf | labels --list"""
    parser = subparsers.add_parser("labels", help="QR labels as a PDF", allow_abbrev=False)
    parser.add_argument("--unit", help="code of a unit; without it the whole agency")
    parser.add_argument("--asset", nargs="+", action="extend", metavar="NO", help="numbers or codes, in this order")
    parser.add_argument("--layout", default=DEFAULT_LAYOUT, help=f"the label stock, {DEFAULT_LAYOUT} by default")
    parser.add_argument("--start", type=int, default=1, metavar="N", help="the cell of the first label")
    parser.add_argument("--out", type=Path, metavar="FILE.pdf", help="where the PDF goes")
    parser.add_argument("--list", action="store_true", help="name the layouts and stop")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the layouts, or write the labels. Unknown units, layouts and cells are wrong use."""
    if args.list:
        return _list(args)
    if args.out is None:
        raise WrongUse(DomainError("labels_out_missing"))
    layout, unit, now = _layout(args), _unit(args.unit), clock.now()
    lines = _lines(args.asset, unit)
    made = label_data(lines, now=now)
    db.session.rollback()  # no read transaction while the sheets are made
    if lines:
        order = PrintOrder(layout.name, args.start, choice=_choice_words(args, unit))
        with transaction():
            record_print(console(), lines, order, now=now)
    files = []
    for first in range(0, max(1, len(made)), MOST_LABELS):
        start = args.start if first == 0 else 1
        body = render_labels(made[first : first + MOST_LABELS], at=now, layout=layout.name, start=start)
        files.append(_written(args.out, first // MOST_LABELS + 1, body))
        if len(made) > MOST_LABELS:
            answers.say(_("พิมพ์แล้ว %(done)s จาก %(all)s ดวง", done=min(first + MOST_LABELS, len(made)), all=len(made)))
    if args.json:
        answers.show_json({"labels": len(made), "layout": layout.name, "files": [str(file) for file in files]})
    else:
        answers.show(_("ป้าย %(count)s ดวง", count=len(made)), *map(str, files))
    return answers.DONE


def _choice_words(args: argparse.Namespace, unit: UnitCard | None) -> str:
    """What was asked for, for the record."""
    chosen = [unit.code if unit is not None else "", f"{len(args.asset)} --asset" if args.asset else ""]
    return " ".join(["labels", *(word for word in chosen if word)])


def _list(args: argparse.Namespace) -> int:
    if args.json:
        found = [{"name": item.name, "title": str(item.title), "per_page": item.per_page} for item in list_layouts()]
        answers.show_json({"layouts": found})
    else:
        answers.show(*(f"{item.name}\t{item.title}" for item in list_layouts()))
    return answers.DONE


def _layout(args: argparse.Namespace) -> Layout:
    try:
        layout = layout_named(args.layout)
    except DomainError as error:
        raise WrongUse(error) from None
    if not 1 <= args.start <= layout.per_page:
        raise WrongUse(DomainError("label_start_out_of_range", start=args.start, most=layout.per_page))
    return layout


def _unit(name: str | None) -> UnitCard | None:
    if name is None:
        return None
    card = unit_by_any_name(name, clock.today())
    if card is None:
        raise WrongUse(DomainError("unit_unknown", value=name))
    return card


def _lines(references: list[str] | None, unit: UnitCard | None) -> list[LabelLine]:
    """The labels asked for. Raises NotFound for an asset that is not there, or not of the unit."""
    who, unit_id = console(), unit.id if unit is not None else None
    if not references:
        return label_queries.lines_of(who, LabelChoice("unit", unit_id=unit_id))
    codes = label_queries.codes_of_references(who, references)
    lines = label_queries.lines_of(who, LabelChoice("codes", codes=tuple(codes)))
    stray = next((line for line in lines if unit_id not in (None, line.unit_id)), None)
    if stray is not None:
        raise NotFound(asset=stray.number)
    return lines


def _written(out: Path, part: int, body: bytes) -> Path:
    """Write one file: FILE.pdf, then FILE-2.pdf and so on; complete or not at all."""
    path = out if part == 1 else out.with_name(f"{out.stem}-{part}{out.suffix}")
    half = path.with_name(f"{path.name}.part")
    half.write_bytes(body)
    half.replace(path)
    return path
