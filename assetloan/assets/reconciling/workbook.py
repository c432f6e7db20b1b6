"""The reconciliation as a workbook: both sides by class and unit, the differences with their explanations."""

from __future__ import annotations

from collections.abc import Iterator

from assetloan.assets.reconciling.labels import DIFFERENCES
from assetloan.assets.reconciling.queries import Reconciled
from assetloan.core.calendar import thai_date
from assetloan.core.money import Money
from assetloan.documents.sheets import Column, OutCell, OutSheet, write_xlsx
from assetloan.identity.queries import UnitTree

SUM_COLUMNS = (
    Column("หมวดสินทรัพย์", 30), Column("หน่วยงาน", 34), Column("จำนวน (บัญชี)", 12), Column("จำนวน (ทะเบียน)", 12),
    Column("ราคาทุน (บัญชี)"), Column("ราคาทุน (ทะเบียน)"), Column("ผลต่างราคาทุน"), Column("ค่าเสื่อมสะสม (บัญชี)"),
    Column("ค่าเสื่อมสะสม (ทะเบียน)"), Column("ผลต่างค่าเสื่อมสะสม"),
)  # fmt: skip
COLUMNS = (
    Column("ชนิดของผลต่าง", 30), Column("เลขที่สินทรัพย์", 18), Column("เลขครุภัณฑ์", 24), Column("รายการ", 40),
    Column("หมวดสินทรัพย์", 28), Column("หน่วยงาน", 34), Column("ตามบัญชี"), Column("ตามทะเบียน"), Column("ผลต่าง"),
    Column("คำอธิบาย", 50), Column("ผู้อธิบาย", 24),
)  # fmt: skip


def workbook(reconciled: Reconciled, tree: UnitTree) -> bytes:
    """The workbook; official, so in Thai."""
    book = reconciled.book
    title = [f"กระทบยอดทะเบียนครุภัณฑ์กับบัญชี ปีงบประมาณ พ.ศ. {book.fiscal_year}", f"ยอด ณ {thai_date(book.as_of)}"]
    return write_xlsx(
        [
            OutSheet("ตามหมวดและหน่วยงาน", SUM_COLUMNS, list(_sums(reconciled, tree)), title),
            OutSheet("ผลต่าง", COLUMNS, list(_differences(reconciled, tree)), title),
        ]
    )


def unit_words(tree: UnitTree, unit_id: int | None, written: str) -> str:
    """The unit by name, or what the books call it."""
    card = tree.get(unit_id)
    return card.name if card is not None else written


def _baht(satang: int) -> float:
    return satang / 100


def _sums(reconciled: Reconciled, tree: UnitTree) -> Iterator[list[OutCell]]:
    for (class_name, unit_id, written), sums in sorted(
        reconciled.comparison.sums.items(), key=lambda item: (item[0][0], unit_words(tree, item[0][1], item[0][2]))
    ):
        yield [
            class_name, unit_words(tree, unit_id, written), sums.books_count, sums.register_count,
            _baht(sums.books_cost), _baht(sums.register_cost), _baht(sums.books_cost - sums.register_cost),
            _baht(sums.books_accumulated), _baht(sums.register_accumulated),
            _baht(sums.books_accumulated - sums.register_accumulated),
        ]  # fmt: skip


def _differences(reconciled: Reconciled, tree: UnitTree) -> Iterator[list[OutCell]]:
    for item in reconciled.differences:
        told = reconciled.explained.get(item.key)
        yield [
            str(DIFFERENCES[item.kind]), item.gfmis_no, item.number, item.name, item.class_name,
            unit_words(tree, item.unit_id, item.unit_text), Money(item.books.satang), Money(item.register.satang),
            _baht(item.amount), told.text if told else "", told.person if told else "",
        ]  # fmt: skip
