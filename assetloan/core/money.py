"""Money: integer satang behind one type, read from what registers hold, written in figures and in Thai words.

Sources: architecture.md 6.4 (satang, because Numeric on SQLite loses them without a word), domain.md 6.6 (words),
8.3 item 14 (how prices are written in registers), reliability.md E13.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from assetloan.core.text import arabic_digits, clean, plain_separators

MOST_SATANG = 10**15 - 1  # 9,999,999,999,999.99 baht: far above any register, far below a 64-bit column

_BEFORE = re.compile(
    r"^(?:(?:ราคา(?:ประเมิน|ประมาณ|ต่อหน่วย|ทุน|รวม)?|ประเมิน|ประมาณ|มูลค่า|เป็นเงิน|฿|THB|B\.)\s*:?\s*)+", re.I
)
_AFTER = re.compile(r"\s*(?:บาท(?:ถ้วน)?|baht|THB|฿)?\s*\.?$", re.IGNORECASE)
_AMOUNT = re.compile(r"([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,8}))?(?:\.?\s?-|\.)?")
_DIGITS = ("", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACES = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount of baht, exact to the satang."""

    satang: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 22000, 3,350.00, 12,500.-, ฿๑๐๐, ราคาประเมิน 1 บาท. Raises ValueError, for negative amounts too."""
        bare = _AFTER.sub("", _BEFORE.sub("", arabic_digits(plain_separators(clean(text)))))
        amount = _AMOUNT.fullmatch(bare)
        if amount is None:
            raise ValueError("not an amount of money")
        return cls.of(Decimal(f"{amount[1].replace(',', '')}.{amount[2] or 0}"))

    @classmethod
    def of(cls, baht: int | float | Decimal) -> Self:
        """From a number of baht, rounded half up to the satang. Raises ValueError when negative, huge or no number."""
        number = Decimal(str(baht))
        if not number.is_finite() or number < 0 or number > Decimal(MOST_SATANG) / 100:
            raise ValueError("out of range")
        return cls(int((number * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)))

    def __str__(self) -> str:
        return f"{self._sign}{abs(self.satang) // 100}.{abs(self.satang) % 100:02d}"

    def __add__(self, other: Self) -> Self:
        return type(self)(self.satang + other.satang)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.satang - other.satang)

    def __mul__(self, times: int) -> Self:
        return type(self)(self.satang * times)

    def display(self) -> str:
        """For people: thousands commas and two decimals."""
        return f"{self._sign}{abs(self.satang) // 100:,}.{abs(self.satang) % 100:02d}"

    def in_words(self) -> str:
        """The amount in Thai words, as it stands in brackets on official papers."""
        baht, satang = divmod(abs(self.satang), 100)
        sign = "ลบ" if self.satang < 0 else ""
        if not satang:
            return f"{sign}{_spoken(baht)}บาทถ้วน"
        whole = f"{_spoken(baht)}บาท" if baht else ""  # usual writing drops ศูนย์บาท
        return f"{sign}{whole}{_spoken(satang)}สตางค์"

    def split(self, parts: int) -> list[Self]:
        """Equal shares that add up to the whole; the first ones take the satang left over."""
        share, rest = divmod(self.satang, parts)
        return [type(self)(share + (index < rest)) for index in range(parts)]

    @property
    def _sign(self) -> str:
        return "-" if self.satang < 0 else ""


def _spoken(number: int) -> str:
    """A whole number in Thai words; above a million the words repeat with ล้าน."""
    millions, rest = divmod(number, 1_000_000)
    if not millions:
        return _below_million(rest) or "ศูนย์"
    return f"{_spoken(millions)}ล้าน{_below_million(rest, after_million=True)}"


def _below_million(number: int, *, after_million: bool = False) -> str:
    words = []
    for place, digit in reversed(list(enumerate(map(int, reversed(str(number)))))):
        if not digit:
            continue
        if place == 0 and digit == 1 and (after_million or number > 1):
            words.append("เอ็ด")
        elif place == 1 and digit <= 2:
            words.append("สิบ" if digit == 1 else "ยี่สิบ")
        else:
            words.append(_DIGITS[digit] + _PLACES[place])
    return "".join(words)
