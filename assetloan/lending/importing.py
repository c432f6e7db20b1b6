"""Files of past loans, from paper or spreadsheets: their columns, and their rows as values (contract.md 5).

Imported loans are facts from paper: here only the spelling and the order of the times within a row are judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from assetloan.core.clock import bangkok_date
from assetloan.core.text import asset_number, is_placeholder, search_key
from assetloan.documents.cells import Cell, CellError, day, line, lines, moment
from assetloan.documents.headings import Column, TableSpec
from assetloan.documents.tables import Parsed, ParsedRow, RowReader, SheetLike, read_tables
from assetloan.identity.rules import Place
from assetloan.lending import import_words  # noqa: F401 - registers the sentences
from assetloan.lending.rules import ReturnCondition

W = TypeVar("W")

LOANS = TableSpec(
    kind="loans",
    needs=("asset_no", "loan_no"),
    columns=(
        Column("loan_no", "เลขที่ใบยืม", ("ใบยืมเลขที่", "เลขใบยืม", "เลขที่", "loan number", "loan")),
        Column(
            "asset_no",
            "เลขครุภัณฑ์",
            ("รหัสครุภัณฑ์", "หมายเลขครุภัณฑ์", "เลขที่ครุภัณฑ์", "รหัสทรัพย์สิน", "เลขทะเบียน", "รหัสพัสดุ", "asset number"),
        ),
        Column("borrower", "ผู้ยืม", ("ชื่อผู้ยืม", "ผู้ขอยืม")),
        Column("borrower_unit", "หน่วยงานผู้ยืม", ("หน่วยงานของผู้ยืม", "รหัสหน่วยงานผู้ยืม", "สังกัดผู้ยืม", "หน่วยงาน", "สังกัด")),
        Column("purpose", "วัตถุประสงค์", ("เหตุผลที่ยืม", "เหตุผล", "ใช้เพื่อ", "ยืมเพื่อ", "วัตถุประสงค์การยืม")),
        Column("place", "สถานที่ใช้", ("สถานที่ใช้งาน", "ใช้ที่", "ลักษณะการใช้", "ประเภทการยืม", "place of use")),
        Column("requested_at", "วันที่ขอยืม", ("วันที่ยื่นคำขอ", "วันที่ขอ", "วันที่เขียนใบยืม", "requested")),
        Column("approved_at", "วันที่อนุมัติ", ("อนุมัติเมื่อ", "approved")),
        Column("approver", "ผู้อนุมัติ", ("ผู้อนุมัติให้ยืม", "approved by")),
        Column("handed_over_at", "วันที่ส่งมอบ", ("วันที่ยืม", "วันที่รับของ", "วันที่จ่าย", "วันยืม", "handed over")),
        Column("due_on", "กำหนดส่งคืน", ("กำหนดคืน", "วันที่กำหนดส่งคืน", "วันครบกำหนด", "ครบกำหนด", "due", "due date")),
        Column("returned_at", "วันที่คืน", ("วันที่ส่งคืน", "วันที่รับคืน", "วันคืน", "คืนเมื่อ", "returned")),
        Column("condition", "สภาพเมื่อคืน", ("สภาพ", "สภาพที่คืน", "สภาพวันรับคืน")),
        Column("closed_at", "วันที่อนุมัติการคืน", ("วันที่ปิดใบยืม", "วันที่ปิดรายการ", "ปิดเมื่อ", "closed")),
        Column("note", "หมายเหตุ", ("remark", "remarks"), join="\n"),
    ),
)

_PLACES = {
    Place.INSIDE: (
        *("ในหน่วยงาน", "ภายใน", "ภายในหน่วยงาน", "ภายในสถานที่", "ใช้ภายในสถานที่", "ในสถานที่", "ใช้ภายในหน่วยงาน"),
        *("สถานที่เดียวกัน",),
    ),
    Place.OUTSIDE: ("นอกสถานที่", "ใช้นอกสถานที่", "ภายนอก", "ภายนอกหน่วยงาน", "นอกหน่วยงาน", "ใช้นอกหน่วยงาน"),
    Place.AGENCY: ("หน่วยงานอื่น", "ระหว่างหน่วยงานของรัฐ", "ระหว่างหน่วยงาน", "หน่วยงานของรัฐอื่น", "ส่วนราชการอื่น"),
}
_CONDITIONS = {
    ReturnCondition.GOOD: ("สภาพสมบูรณ์", "สมบูรณ์", "ดี", "สภาพดี", "ปกติ", "ใช้งานได้", "เรียบร้อย", "ครบถ้วน"),
    ReturnCondition.DAMAGED: ("ชำรุด", "ชำรุดเสียหาย", "เสีย", "เสียหาย"),
    ReturnCondition.INCOMPLETE: ("ไม่ครบ", "ไม่สมบูรณ์", "ไม่ครบถ้วน"),
    ReturnCondition.LOST: ("สูญหาย", "หาย", "สูญไป"),
}
_PLACE_OF = {search_key(word): place for place, words in _PLACES.items() for word in (place.value, *words)}
_CONDITION_OF = {search_key(word): state for state, words in _CONDITIONS.items() for word in (state.value, *words)}

TIMES = ("requested_at", "approved_at", "handed_over_at", "returned_at", "closed_at")
# Paper may show a hand-over before its approval: that is a fact to be counted, not an error (domain.md 1.6 case 5).
_ORDER = (
    ("requested_at", "approved_at"),
    ("requested_at", "handed_over_at"),
    ("handed_over_at", "returned_at"),
    ("handed_over_at", "closed_at"),
    ("returned_at", "closed_at"),
)


def read_loans(sheets: Iterable[SheetLike], *, date1904: bool = False) -> Parsed:
    """Values: loan_no, asset_no, borrower, and where the row says so borrower_unit, purpose, place (Place),
    approver, due_on (date), condition (ReturnCondition), note and the instants of `TIMES` (aware, Bangkok).

    A time that is only a day stands at the day's start, or at the instant of the step before it on the same day.
    Raises FileRefused.
    """
    parsed = Parsed([])
    tables, parsed.warnings = read_tables(sheets, LOANS)
    for table in tables:
        parsed.skipped += table.skipped
        for raw in table.rows:
            parsed.rows.append(_read(RowReader(table, raw), date1904))
    return parsed


def place(cell: Cell) -> Place | None:
    """A place of use by its word, None for nothing. Raises CellError("unknown_value")."""
    return _known(cell, _PLACE_OF)


def condition(cell: Cell) -> ReturnCondition | None:
    """A condition at the return by its word, None for nothing. Raises CellError("unknown_value")."""
    return _known(cell, _CONDITION_OF)


def _read(reader: RowReader, date1904: bool) -> ParsedRow:
    row = reader.parsed
    row.values["loan_no"] = reader.text("loan_no", required=True)
    row.values["asset_no"] = asset_number(reader.text("asset_no", required=True))
    row.values["borrower"] = reader.text("borrower", required=True)
    for name in ("borrower_unit", "purpose", "approver"):
        value = reader.text(name)
        if value and not is_placeholder(value):
            row.values[name] = value
    note = reader.read("note", lines)
    due = reader.read("due_on", day, date1904=date1904)
    if due is None and not any(problem.code.startswith("date") for problem in row.errors):
        row.reject("due_on", "required")
    elif due is not None and due.precision != "day":
        row.reject("due_on", "date_invalid")
    due_on = due.day if due is not None else None
    found = {"note": note, "due_on": due_on, "place": reader.read("place", place)}
    found["condition"] = reader.read("condition", condition)
    row.values |= {name: value for name, value in found.items() if value}
    _times(reader, date1904)
    return row


def _times(reader: RowReader, date1904: bool) -> None:
    row = reader.parsed
    read = {name: reader.read(name, moment, date1904=date1904) for name in TIMES}
    if row.errors:
        return
    if read["handed_over_at"] is None:
        row.reject("handed_over_at", "required")
        return
    times: dict[str, datetime] = {}
    latest: datetime | None = None
    for name in TIMES:
        if (written := read[name]) is None:
            continue
        instant = written.instant
        if latest is not None and not written.has_time and bangkok_date(latest) == bangkok_date(instant):
            instant = max(latest, instant)
        times[name] = latest = instant
    row.values |= times
    _judge_order(row, times)


def _judge_order(row: ParsedRow, times: dict[str, datetime]) -> None:
    for earlier, later in _ORDER:
        if earlier in times and later in times and times[later] < times[earlier]:
            row.reject(later, "times_out_of_order", earlier=row.headings[earlier], later=row.headings[later])
    due_on = row.values.get("due_on")
    if due_on is not None and due_on < bangkok_date(times["handed_over_at"]):
        row.reject("due_on", "due_before_hand_over")
    if "returned_at" not in times and "closed_at" in times and row.values.get("condition") is not ReturnCondition.LOST:
        row.reject("closed_at", "closed_without_return")
    if row.values.get("condition") is ReturnCondition.LOST and "returned_at" in times:
        row.warn("condition", "lost_with_return")
    if row.values.get("condition") is ReturnCondition.LOST and "returned_at" not in times and "closed_at" not in times:
        # Reported lost and still open: paper gives no day for it, so the loan stands as open.
        row.warn("condition", "lost_without_closing")


def _known(cell: Cell, words: dict[str, W]) -> W | None:
    text = line(cell)
    if not text or is_placeholder(text):
        return None
    try:
        return words[search_key(text)]
    except KeyError:
        raise CellError("unknown_value", value=text) from None
