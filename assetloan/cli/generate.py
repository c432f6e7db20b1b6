"""`generate`: a synthetic agency of any size, for measuring and for trying out; the same arguments give the same rows.

It is written through bulk inserts with every fact, event and audit row that the services would leave, so that `check`
finds nothing. Only an empty database is filled.
"""

from __future__ import annotations

import argparse
import time
from datetime import date
from typing import Any

from assetloan.cli import answers
from assetloan.cli.answers import WrongUse
from assetloan.cli.synthetic import Size, fill
from assetloan.core import clock
from assetloan.core.calendar import DateError, parse_date
from assetloan.core.errors import DomainError
from assetloan.core.i18n import _, _l, register_errors
from assetloan.identity import queries
from assetloan.identity.queries import unit_tree

register_errors(
    {
        "generate_size": _l("จำนวนต้องเป็นเลขจำนวนเต็ม: ทรัพย์สิน 1 ถึง 2,000,000 ใบยืม 0 ถึง 10,000,000 ปี 1 ถึง 20"),
        "generate_not_empty": _l("ฐานข้อมูลนี้มีหน่วยงานหรือบุคลากรอยู่แล้ว จึงไม่สร้างข้อมูลสมมุติปนเข้าไป ใช้ฐานข้อมูลใหม่ที่ว่าง"),
    }
)
MOST = {"assets": (1, 2_000_000), "loans": (0, 10_000_000), "years": (1, 20)}


def register(subparsers: Any) -> None:
    """generate --assets N --loans N --years N --seed S"""
    parser = subparsers.add_parser("generate", help="a synthetic agency at scale, deterministic", allow_abbrev=False)
    parser.add_argument("--assets", type=int, default=1_000, metavar="N", help="things in the register")
    parser.add_argument("--loans", type=int, default=5_000, metavar="N", help="loans over the years")
    parser.add_argument("--years", type=int, default=3, metavar="N", help="years of lending up to now")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, another agency")
    parser.add_argument("--until", metavar="DATE", help="the day on which the story ends; today by default")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Fill the empty database. A database with people or units is refused, whatever they are."""
    for name, (least, most) in MOST.items():
        if not least <= getattr(args, name) <= most:
            raise WrongUse(DomainError("generate_size"))
    if queries.there_are_people() or unit_tree(clock.today()).by_id:
        raise DomainError("generate_not_empty")
    start = time.monotonic()
    size = Size(args.assets, args.loans, args.years, args.seed, _until(args.until))
    made = fill(size, _progress(start))
    made |= {"seconds": round(time.monotonic() - start, 1)}
    if args.json:
        answers.show_json(made)
    else:
        answers.show(
            _("สร้างทรัพย์สิน %(assets)s ชิ้น ใบยืม %(loans)s ใบ หน่วยงาน %(units)s หน่วย บุคลากร %(people)s คน", **made)
        )
    return answers.DONE


def _until(given: str | None) -> date:
    """The last day of the story: a past day or today."""
    if not given:
        return clock.today()
    try:
        day = parse_date(given).day
    except DateError as error:
        raise WrongUse(DomainError(error.code)) from error
    if day > clock.today():
        raise WrongUse(DomainError("date_out_of_range"))
    return day


def _progress(start: float) -> Any:
    def tell(what: str, done: int, of: int) -> None:
        answers.say(f"  {what} {done:,} / {of:,}  {time.monotonic() - start:.0f} s")

    return tell
