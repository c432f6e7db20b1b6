"""Cells that only a register has: numbers of things, prices, quantities, conditions, sections (domain.md 8.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from assetloan.assets.rules import AssetStatus, Condition, check_gfmis, split_number
from assetloan.core.errors import DomainError
from assetloan.core.money import Money
from assetloan.core.text import asset_number, is_placeholder, search_key
from assetloan.documents.cells import Cell, CellError, is_blank, line, text_of, whole_number

LONGEST_NUMBER = 100
MOST_QUANTITY = 100_000

_QUANTITY = re.compile(r"([0-9๐-๙,]+)\s*([^\d\s.,][^\d]*)")
_BRAND_MODEL = re.compile(r"\s*/\s*|\s*\bรุ่น\s*:?\s*|\s+รุ่น\s*:?\s*")

CONDITION_WORDS = {
    Condition.GOOD: "สภาพสมบูรณ์",
    Condition.DAMAGED: "ชำรุด",
    Condition.DETERIORATED: "เสื่อมสภาพ",
    Condition.INCOMPLETE: "ไม่ครบ",
    Condition.LOST: "สูญหาย",
    Condition.UNNEEDED: "ไม่จำเป็นต้องใช้",
}
STATUS_WORDS = {
    AssetStatus.AVAILABLE: "พร้อมใช้งาน",
    AssetStatus.ON_LOAN: "ถูกยืม",
    AssetStatus.RETURN_PENDING: "รออนุมัติการคืน",
    AssetStatus.REPAIR: "ส่งซ่อม",
    AssetStatus.LOST: "สูญหาย",
    AssetStatus.PENDING_DISPOSAL: "รอจำหน่าย",
    AssetStatus.DISPOSED: "จำหน่ายแล้ว",
}
_OTHER_CONDITIONS = {
    Condition.GOOD: "ดี สภาพดี ปกติ สมบูรณ์ ใช้งานได้ ใช้งานได้ดี ใช้การได้ ใช้งาน ใช้งานปกติ ใช้งานอยู่ ดีมาก พอใช้ active",
    Condition.DAMAGED: "ชำรุดใช้งานไม่ได้ ชำรุดเสียหาย เสีย เสียหาย ใช้การไม่ได้ ใช้งานไม่ได้ พัง แตก ไม่ดี broken",
    Condition.DETERIORATED: "เสื่อม ทรุดโทรม เก่า",
    Condition.INCOMPLETE: "ไม่สมบูรณ์ ไม่ครบชุด",
    Condition.LOST: "หาย สูญ สูญไป ไม่พบ missing",
    Condition.UNNEEDED: "ไม่จำเป็น ไม่ใช้งาน ไม่ได้ใช้งาน ไม่ได้ใช้ หมดความจำเป็น",
}
_OTHER_STATUSES = {
    AssetStatus.AVAILABLE: "ว่าง พร้อมใช้ พร้อมให้ยืม อยู่",
    AssetStatus.ON_LOAN: "ยืม ให้ยืม จองแล้ว reserved",
    AssetStatus.REPAIR: "ซ่อม รอซ่อม อยู่ระหว่างซ่อม",
    AssetStatus.PENDING_DISPOSAL: "รอการจำหน่าย ขอจำหน่าย รอแทงจำหน่าย",
    AssetStatus.DISPOSED: "จำหน่าย แทงจำหน่าย ตัดจำหน่าย",
}
LOAN_STATUSES = frozenset({AssetStatus.ON_LOAN, AssetStatus.RETURN_PENDING})

State = Condition | AssetStatus


def _states() -> dict[str, State]:
    states: dict[str, State] = {}
    for status in AssetStatus:
        words = _OTHER_STATUSES.get(status, "").split(" ")
        states |= {search_key(word): status for word in (status.value, STATUS_WORDS[status], *words)}
    for condition in Condition:
        words = _OTHER_CONDITIONS[condition].split(" ")
        states |= {search_key(word): condition for word in (condition.value, CONDITION_WORDS[condition], *words)}
    states.pop("", None)
    return states


_STATES = _states()


@dataclass(frozen=True, slots=True)
class Number:
    """An asset number as read: the stored form and the piece, or a placeholder that asks for a temporary number."""

    asset_no: str
    piece: int = 1
    temporary: bool = False


def number(cell: Cell) -> Number | None:
    """The number of a thing, None for an empty cell. Raises CellError."""
    if isinstance(cell, date):
        raise CellError("number_is_date")
    if isinstance(cell, float) and abs(cell) >= 1e15:
        raise CellError("number_imprecise")
    text = line(cell, most=LONGEST_NUMBER)
    if not text:
        return None
    if is_placeholder(text):
        return Number("", temporary=True)
    stored, piece = split_number(asset_number(text))
    if not any(ch.isalnum() for ch in stored):
        raise CellError("number_invalid")
    return Number(stored, piece)


def gfmis(cell: Cell) -> str | None:
    """A GFMIS number, 12 digits; None for nothing. Raises CellError("gfmis_invalid")."""
    text = asset_number(text_of(cell))
    if not text or is_placeholder(text):
        return None
    try:
        return check_gfmis(text)
    except DomainError as error:
        raise CellError(error.code, value=text) from None


def price(cell: Cell) -> Money | None:
    """An amount of baht, None for nothing. Raises CellError("price_invalid")."""
    text = line(cell)
    if not text or is_placeholder(text):
        return None
    try:
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return Money.of(cell)
        return Money.parse(text)
    except ValueError:
        raise CellError("price_invalid") from None


def quantity(cell: Cell) -> tuple[int | None, str]:
    """How many, and the unit of count when it stands beside the number ("15 ตัว"). Raises CellError."""
    text = line(cell)
    beside = _QUANTITY.fullmatch(text)
    try:
        many = whole_number(beside[1] if beside else cell, least=1, most=MOST_QUANTITY)
    except CellError:
        raise CellError("quantity_invalid", most=MOST_QUANTITY) from None
    return many, beside[2].strip() if beside else ""


def state(cell: Cell) -> State | None:
    """A condition or a status by its Thai words, None for nothing. Raises CellError("status_unknown")."""
    text = search_key(text_of(cell))
    if not text or is_placeholder(text):
        return None
    found = _STATES.get(text) or _STATES.get(text.replace(" ", "")) or _STATES.get(text.removeprefix("สภาพ"))
    if found is None:
        raise CellError("status_unknown", value=line(cell, most=10_000)[:80])
    return found


def brand_and_model(cell: Cell, *, model_first: bool = False) -> tuple[str, str]:
    """The two halves of a cell under "ยี่ห้อ/รุ่น" (or the other way round); one half alone is the brand."""
    text = line(cell)
    if is_placeholder(text):
        return "", ""
    first, *rest = _BRAND_MODEL.split(text, maxsplit=1)
    second = rest[0] if rest else ""
    return (second, first) if model_first and second else (first, second)


@dataclass(frozen=True, slots=True)
class Section:
    """What a heading between the rows says about all rows below it."""

    category: str | None = None
    place: str | None = None
    condition: Condition | None = None
    below_threshold: bool | None = None


def section(text: str) -> Section | None:
    """A section heading inside the data, None when the text is none (domain.md 8.3 item 3)."""
    key = search_key(text)
    if "ต่ำกว่าเกณฑ์" in key:
        return Section(below_threshold=True)
    if re.match(r"(?:รายการ|ครุภัณฑ์)\S*ชำรุด", key):
        return Section(condition=Condition.DAMAGED)
    if re.match(r"(?:รายการ|ครุภัณฑ์)\S*เสื่อมสภาพ", key):
        return Section(condition=Condition.DETERIORATED)
    named = re.fullmatch(r"(?:ประเภท|หมวด(?:หมู่)?|กลุ่ม) ?:? ?(?:ครุภัณฑ์ ?: ?)?(.+)|(ครุภัณฑ์.+)", text.strip())
    if named is not None:
        return Section(category=(named[1] or named[2]).strip())
    placed = re.fullmatch(r"(?:สถานที่(?:ตั้ง)? ?:? ?(.+)|((?:ห้อง|อาคาร|ชั้น).+))", text.strip())
    return Section(place=(placed[1] or placed[2]).strip()) if placed is not None else None


def says_nothing(cell: Cell) -> bool:
    """Whether a cell is empty or holds a placeholder."""
    return is_blank(cell) or is_placeholder(text_of(cell))


def said(cell: Cell) -> str | None:
    """A line of text, None for an empty cell or a placeholder. Raises CellError("too_long")."""
    return None if says_nothing(cell) else line(cell)
