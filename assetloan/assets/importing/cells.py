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

# Columns of a survey sheet that are ticked, one for each state.
TICKS: dict[str, State] = {
    "ticked_good": Condition.GOOD,
    "ticked_damaged": Condition.DAMAGED,
    "ticked_deteriorated": Condition.DETERIORATED,
    "ticked_unneeded": Condition.UNNEEDED,
    "ticked_lost": Condition.LOST,
    "ticked_repair": AssetStatus.REPAIR,
    "ticked_disposal": AssetStatus.PENDING_DISPOSAL,
}
# States that people tell in the remarks; a remark has to begin with one of these words to count.
_REMARKED: dict[str, State] = {
    "ชำรุด": Condition.DAMAGED,
    "เสื่อมสภาพ": Condition.DETERIORATED,
    "สูญหาย": Condition.LOST,
    "ไม่ใช้งาน": Condition.UNNEEDED,
    **dict.fromkeys(("ส่งซ่อม", "รอซ่อม", "อยู่ระหว่างซ่อม"), AssetStatus.REPAIR),
    **dict.fromkeys(("รอจำหน่าย", "รอการจำหน่าย", "ขอจำหน่าย"), AssetStatus.PENDING_DISPOSAL),
    **dict.fromkeys(("จำหน่ายแล้ว", "แทงจำหน่าย", "ตัดจำหน่าย"), AssetStatus.DISPOSED),
    **dict.fromkeys(("ยืม", "ถูกยืม", "ให้ยืม"), AssetStatus.ON_LOAN),
}
_DATE_ALONE = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:2[4-7]|19|20)[0-9]{2}")
_SAID_DOUBLE = re.compile(r"(?:^|[^ก-๙])(?:เลข|รหัส|รายการ|หมายเลข)?(?:ครุภัณฑ์)?ซ้ำ(?:กับ|กัน|$|[^ก-๙])")


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


def remarked(cell: Cell) -> State | None:
    """The state that a remark begins with, None when it tells something else."""
    words = search_key(text_of(cell).split("\n", 1)[0])
    found = _REMARKED.get(words)
    return found if found is not None else _REMARKED.get(re.split(r"[\s,;:(/.]", words, maxsplit=1)[0])


def ticked(cell: Cell) -> bool:
    """Whether a cell under the name of a state is ticked, however people tick."""
    if isinstance(cell, bool):
        return cell
    return not says_nothing(cell) and search_key(text_of(cell)) not in {"0", "no", "n", "ไม่", "ไม่ใช่", "☐"}


def said_double(cell: Cell) -> bool:
    """Whether somebody noted that the number stands twice."""
    return not is_blank(cell) and _SAID_DOUBLE.search(search_key(text_of(cell))) is not None


def is_date_alone(number: str) -> bool:
    """Whether a number looks like nothing but a date, as when a spreadsheet wrote one over it."""
    return _DATE_ALONE.fullmatch(number) is not None


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
    status: AssetStatus | None = None


# What a heading counts ("(15 รายการ)", "จำนวน 15 รายการ") is not part of what it names.
_COUNTED = re.compile(r"\s*(?:\(\s*)?(?:จำนวน|รวม)?\s*[0-9๐-๙,]+\s*(?:รายการ|ชิ้น|เครื่อง|ตัว|ชุด|หน่วย)\s*\)?\s*$")
_OF_STATE = re.compile(r"(?:รายการ|ครุภัณฑ์|พัสดุ)*(?:ที่)?(?:อยู่ในสภาพ|สภาพ)?(.+)")


def section(text: str) -> Section | None:
    """A section heading inside the data, None when the text is none (domain.md 8.3 item 3)."""
    bare = _COUNTED.sub("", text.strip())
    key = search_key(bare)
    if "ต่ำกว่าเกณฑ์" in key:
        return Section(below_threshold=True)
    if re.match(r"(?:รายการ|ครุภัณฑ์|พัสดุ)", key) and (state := _state_of_section(key)) is not None:
        return Section(condition=state) if isinstance(state, Condition) else Section(status=state)
    named = re.fullmatch(r"(?:ประเภท|หมวด(?:หมู่)?|กลุ่ม) ?:? ?(?:ครุภัณฑ์ ?: ?)?(.+)|(ครุภัณฑ์.+)", bare)
    if named is not None:
        return Section(category=(named[1] or named[2]).strip())
    placed = re.fullmatch(r"(?:สถานที่(?:ตั้ง)? ?:? ?(.+)|((?:ห้อง|อาคาร|ชั้น).+))", bare)
    return Section(place=(placed[1] or placed[2]).strip()) if placed is not None else None


def _state_of_section(key: str) -> State | None:
    bare = _OF_STATE.fullmatch(key.replace(" ", ""))
    found = _STATES.get(bare[1]) if bare is not None else None
    if found in LOAN_STATUSES:
        return None
    if found is None and "ชำรุด" in key:
        return Condition.DAMAGED
    return Condition.DETERIORATED if found is None and "เสื่อมสภาพ" in key else found


def section_of_title(text: str) -> Section | None:
    """What a title or the name of a sheet says of all rows: a room, or a category that is named as one."""
    if len(text) > 100:
        return None
    found = section(text.strip())
    if found is None or (found.place is None and not text.strip().startswith(("ประเภท", "หมวด"))):
        return None
    return Section(category=found.category, place=found.place)


def says_nothing(cell: Cell) -> bool:
    """Whether a cell is empty or holds a placeholder."""
    return is_blank(cell) or is_placeholder(text_of(cell))


def said(cell: Cell) -> str | None:
    """A line of text, None for an empty cell or a placeholder. Raises CellError("too_long")."""
    return None if says_nothing(cell) else line(cell)
