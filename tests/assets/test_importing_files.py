"""Real files through reader and rows: what is exported comes back, and CSV of every encoding (E6, E7; contract 5)."""

from datetime import date

import pytest

from assetloan.assets.exporting.marks import mark_of
from assetloan.assets.importing import EXPORT_HEADINGS, read_assets
from assetloan.assets.importing.cells import CONDITION_WORDS, STATUS_WORDS
from assetloan.assets.importing.headers import EXPORT_FIELDS
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.core.money import Money
from assetloan.documents.cells import day_text
from assetloan.documents.sheets import Column, OutSheet, read_table_file, write_csv, write_xlsx

VALUES = {
    "asset_no": "7440-001-0001/1-66", "gfmis_no": "100000011397", "name": "=cmd|' /C calc'!A0", "category": "คอมพิวเตอร์",
    "brand": "'Dell'", "model": "-", "serial": "00123", "unit": "สลก.", "place": "ห้อง 101", "custodian": "นายสมชาย ใจดี",
    "unit_of_count": "เครื่อง", "fund": "งบประมาณ", "method": "+e-bidding", "vendor": "@ร้าน", "document_no": "12/2566",
    "accessories": "เมาส์\nสายไฟ", "note": "จอ เสีย\nย้ายไป OR", "description": "จอ 14 นิ้ว\nสีดำ",
    "vendor_address": "1 ถ.ราชวิถี", "vendor_phone": "02 000 0000", "life_reason": "ใช้ทุกวัน",
}  # fmt: skip
WRITTEN = VALUES | {
    "received_on": day_text(date(2023, 1, 12), "day"), "price": Money(2229997),
    "condition": CONDITION_WORDS[Condition.DAMAGED], "status": STATUS_WORDS[AssetStatus.ON_LOAN],
    "loanable": "ใช่", "below_threshold": "ไม่", "row_version": 3, "life_years": 5,
    "warranty": "3 ปี",
}  # fmt: skip


def check(workbook):
    parsed = read_assets(workbook.sheets)
    (row,) = parsed.rows
    assert parsed.exported
    assert (row.errors, row.warnings) == ([], [])
    expected = VALUES | {
        "model": "", "piece": 1, "needs_temporary": False, "received_on": date(2023, 1, 12),
        "received_precision": "day",
        "price": Money(2229997), "condition": Condition.DAMAGED, "loanable": True,
        "below_threshold": False, "asset_id": 1042, "row_version": 3, "life_years": 5,
        "warranty_until": date(2026, 1, 12), "warranty_note": "3 ปี",
    }  # fmt: skip
    assert row.values == expected


def test_an_exported_workbook_comes_back_unchanged(ctx):
    row = [(WRITTEN | {"row_version": mark_of(1042, 3)}).get(name, "") for name in EXPORT_FIELDS]
    sheet = OutSheet("ทะเบียน", [Column(heading) for heading in EXPORT_HEADINGS], [row], ["ทะเบียนครุภัณฑ์", "สลก."])
    check(read_table_file(write_xlsx([sheet]), "register.xlsx"))


def test_an_exported_csv_comes_back_unchanged(ctx):
    row = [str((WRITTEN | {"row_version": mark_of(1042, 3)}).get(name, "")) for name in EXPORT_FIELDS]
    check(read_table_file(write_csv([EXPORT_HEADINGS, row]), "register.csv"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "tis-620", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_e6_pattern_21_csv_of_every_encoding(encoding, separator):
    lines = [["เลขครุภัณฑ์", "ชื่อครุภัณฑ์", "วันที่ได้มา"], ["๗๔๔๐-๐๐๑", "โต๊ะทำงานที่ชั้น ๒", "๑๒ ม.ค. ๖๖"]]
    text = "\r\n".join(separator.join(line) for line in lines)
    parsed = read_assets(read_table_file(text.encode(encoding), "x.csv").sheets)
    assert [row.values["name"] for row in parsed.rows] == ["โต๊ะทำงานที่ชั้น ๒"]
    assert parsed.rows[0].values["asset_no"] == "7440-001"
    assert parsed.rows[0].values["received_on"] == date(2023, 1, 12)
