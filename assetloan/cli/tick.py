"""`tick`: everything that is due now or as of a day. Safe at any time, twice, late, and beside the server's own."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from typing import Any

from assetloan.cli import answers
from assetloan.core import beat, clock
from assetloan.core.i18n import _

HOUR = 9  # a day named by --date is judged as it stands at this hour


def register(subparsers: Any) -> None:
    """tick [--date D] [--json]"""
    parser = subparsers.add_parser(
        "tick", help="do everything that is due: reminders, escalation, digests, clean-up", allow_abbrev=False
    )
    parser.add_argument("--date", type=day, help="as of this day, like 2026-11-23 (default: now)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def day(text: str) -> date:
    """A day as the calendar of machines writes it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a day like 2026-11-23") from None


def moment(wanted: date | None) -> datetime:
    """Now, or the morning of a day."""
    return clock.now() if wanted is None or wanted == clock.today() else clock.bangkok_time(wanted, HOUR)


def run(args: argparse.Namespace) -> int:
    """Do it, and say what was done."""
    now = moment(args.date)
    done = beat.run(now)
    if args.json:
        answers.show_json(
            {"date": clock.bangkok_date(now).isoformat(), "busy": done.busy, "failed": done.failed, **done.done}
        )
    elif done.busy:
        answers.show(_("มีอีกโปรแกรมหนึ่งกำลังทำงานตามกำหนดอยู่ จึงไม่ทำซ้ำ"))
    else:
        answers.show(
            _(
                "แจ้งเรื่องค้าง %(escalated)s ใบยืม เตรียมแจ้งเตือน %(digests)s คน ส่งแล้ว %(sent)s ฉบับ รอส่งอีก %(later)s ฉบับ",
                escalated=done.done.get("escalated", 0),
                digests=done.done.get("digests", 0),
                sent=done.done.get("sent", 0),
                later=done.done.get("waiting_messages", 0),
            )
        )
    for name in done.failed:
        answers.say(f"The step “{name}” failed; the log says why. It is tried again at the next tick.")
    return answers.REFUSED if done.failed else answers.DONE
