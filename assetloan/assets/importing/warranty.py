"""How long a warranty lasts, from what registers say ("2 ปี", "24 เดือน", a day), kept verbatim beside."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from assetloan.core.calendar import DateError, parse_date
from assetloan.core.text import arabic_digits, clean

MOST_YEARS = 50
_WORDS = {"หนึ่ง": "1", "สอง": "2", "สาม": "3", "สี่": "4", "ห้า": "5", "สิบ": "10"}
_PART = re.compile(r"([0-9]{1,4})\s*(ปี|เดือน|วัน|year|month|day|yr|mo)s?\.?", re.IGNORECASE)
_ENDS = re.compile(r"^(?:ถึง|หมด(?:ประกัน|อายุ)?|สิ้นสุด|ประกันถึง)\s*(?:วันที่)?\s*")


def until(text: str, received_on: date | None) -> date | None:
    """The last day of a warranty, None when it cannot be known: a period runs from the day after receipt."""
    body = arabic_digits(clean(text)).lower()
    for word, digit in _WORDS.items():
        body = re.sub(f"{word}(?= ?(?:ปี|เดือน))", digit, body)
    parts = _PART.findall(body)
    if not parts:
        return _day(_ENDS.sub("", body))
    if received_on is None:
        return None
    years = months = days = 0
    for number, unit in parts:
        if unit.startswith(("ปี", "y")):
            years += int(number)
        elif unit.startswith(("เดือน", "m")):
            months += int(number)
        else:
            days += int(number)
    total = years * 12 + months
    if total + days // 30 > MOST_YEARS * 12:
        return None
    year, month = divmod(received_on.year * 12 + received_on.month - 1 + total, 12)
    day = min(received_on.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day) + timedelta(days=days)


def _day(text: str) -> date | None:
    try:
        parsed = parse_date(text)
    except DateError:
        return None
    return parsed.day if parsed.precision == "day" else None
