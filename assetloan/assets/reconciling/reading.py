"""The list of the accounting system [GFMIS] as a file: its columns by all their names, its rows judged."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from assetloan.assets.importing import cells
from assetloan.core.money import Money
from assetloan.documents.cells import Cell, line
from assetloan.documents.headings import Column, TableSpec
from assetloan.documents.tables import Problem, RawRow, RowReader, SheetLike, Table, read_tables

BOOK = TableSpec(
    kind="book",
    needs=("gfmis_no",),
    printed=True,
    columns=(
        Column(
            "gfmis_no",
            "เลขที่สินทรัพย์",
            (
                *("รหัส GFMIS", "เลข GFMIS", "รหัสสินทรัพย์", "หมายเลขสินทรัพย์", "เลขที่สินทรัพย์หลัก", "สินทรัพย์หลัก", "เลขสินทรัพย์"),
                *("หมายเลขสินทรัพย์หลัก", "asset number", "asset no", "asset", "main asset number"),
            ),
        ),
        Column(
            "sub_no", "เลขย่อย", ("เลขที่ย่อย", "เลขที่สินทรัพย์ย่อย", "หมายเลขย่อย", "เลขสินทรัพย์ย่อย", "sub no", "subnumber", "sno")
        ),
        Column(
            "class_code",
            "หมวดสินทรัพย์",
            (
                "ประเภทสินทรัพย์",
                "หมวด",
                "ประเภท",
                "หมวด/ประเภทสินทรัพย์",
                "รหัสหมวดสินทรัพย์",
                "กลุ่มสินทรัพย์",
                "asset class",
                "class",
            ),
            fill_merged=True,
        ),
        Column(
            "name",
            "คำอธิบายสินทรัพย์",
            ("ชื่อสินทรัพย์", "รายละเอียดสินทรัพย์", "รายการ", "รายละเอียด", "คำอธิบาย", "ชื่อ", "description", "asset description"),
        ),
        Column(
            "unit",
            "ศูนย์ต้นทุน",
            ("หน่วยงาน", "รหัสศูนย์ต้นทุน", "หน่วยเบิกจ่าย", "ชื่อหน่วยงาน", "cost center", "cost centre", "cctr"),
            fill_merged=True,
        ),
        Column(
            "cost",
            "มูลค่าการได้มา",
            (
                "ราคาทุน",
                "มูลค่าที่ได้มา",
                "มูลค่าการได้มาสะสม",
                "ราคาทุนสินทรัพย์",
                "มูลค่าสินทรัพย์",
                "acquisition value",
                "acquis val",
                "cost",
            ),
        ),
        Column(
            "accumulated", "ค่าเสื่อมราคาสะสม", ("ค่าเสื่อมสะสม", "คสส", "accumulated depreciation", "accum dep", "accdep")
        ),
        Column(
            "net",
            "มูลค่าสุทธิ",
            ("มูลค่าตามบัญชี", "มูลค่าสุทธิตามบัญชี", "ราคาตามบัญชี", "มูลค่าคงเหลือ", "book value", "net book value"),
        ),
    ),
)
_WITH_SUB = re.compile(r"([0-9]{12})\s*[-/.]\s*([0-9]{1,4})")
_NEGATIVE = re.compile(r"-\s*(.+)|(.+?)\s*-|\(\s*(.+)\s*\)")


@dataclass(frozen=True, slots=True)
class BookRow:
    """One row of the list."""

    row: int
    gfmis_no: str
    sub_no: str
    class_code: str
    name: str
    unit: str
    cost: Money
    accumulated: Money


@dataclass(slots=True)
class ReadBook:
    """All rows of a list, and what is wrong with those that cannot be taken."""

    rows: list[BookRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def read_book(sheets: Iterable[SheetLike]) -> ReadBook:
    """Read all sheets of a list. Raises FileRefused."""
    tables, warnings = read_tables(sheets, BOOK)
    book = ReadBook(warnings=list(warnings))
    for table in tables:
        for raw in table.rows:
            _read_row(table, raw, book)
    return book


def amount(cell: Cell) -> Money | None:
    """An amount; its sign says only on which side it stands: 8,250.00-, (8,250.00). Raises CellError."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cells.price(abs(cell))
    found = _NEGATIVE.fullmatch(line(cell))
    return cells.price(next(part for part in found.groups() if part) if found else cell)


def _read_row(table: Table, raw: RawRow, book: ReadBook) -> None:
    if raw.alone and cells.says_nothing(raw.cells.get("gfmis_no")):
        return
    reader = RowReader(table, raw)
    number, sub = _number(reader)
    cost = reader.read("cost", amount)
    accumulated = reader.read("accumulated", amount)
    net = reader.read("net", amount)
    row = reader.parsed
    if number is None and row.ok:
        row.reject("gfmis_no", "gfmis_missing")
    if cost is None and row.ok:
        row.reject("cost", "cost_missing")
    if accumulated is None and cost is not None and net is not None and net <= cost:
        accumulated = Money(cost.satang - net.satang)
    if (
        cost is not None
        and accumulated is not None
        and net is not None
        and cost.satang - accumulated.satang != net.satang
    ):
        row.warn("net", "net_differs")
    texts = {name: reader.read(name, line) or "" for name in ("class_code", "name", "unit")}
    book.problems += row.errors
    book.warnings += row.warnings
    if row.ok and number is not None and cost is not None:
        book.rows.append(BookRow(row.row, number, sub, cost=cost, accumulated=accumulated or Money(0), **texts))


def _number(reader: RowReader) -> tuple[str | None, str]:
    both = _WITH_SUB.fullmatch(reader.read("gfmis_no", line) or "")
    if both is not None:
        return both[1], _sub(both[2])
    return reader.read("gfmis_no", cells.gfmis), _sub(reader.read("sub_no", line) or "")


def _sub(text: str) -> str:
    """The sub-number without its leading zeros: 0 and 0000 are the asset itself."""
    return text.strip().lstrip("0")
