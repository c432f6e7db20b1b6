"""Cells that only a register has (domain.md 8.3 items 3, 9, 11, 12, 14; reliability E10, E11, E13)."""

from datetime import date

import pytest

from assetloan.assets.importing import cells
from assetloan.assets.importing.cells import Number, Section
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.core.money import Money
from assetloan.documents.cells import CellError


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("7440-001-0001", Number("7440-001-0001")),
        ("๗๔๔๐–๐๐๑–๐๐๐๑ / ๓", Number("7440-001-0001/3")),
        ("พก 7440-001-0001/1-66", Number("พก 7440-001-0001/1-66")),
        ("7440-001-0001#2", Number("7440-001-0001", 2)),
        ("'0012", Number("0012")),
        ('="0012"', Number("0012")),
        (74400010001.0, Number("74400010001")),
        ("\u0e3aB001\u200b", Number("B001")),
        ("-", Number("", temporary=True)),
        ("รอเลขจากพัสดุ", Number("", temporary=True)),
        (None, None),
        ("  ", None),
    ],
)
def test_pattern_9_and_12_numbers(cell, number):
    assert cells.number(cell) == number


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (date(2557, 9, 4), "number_is_date"),
        (1.2345678901234567e17, "number_imprecise"),
        ("///", "number_invalid"),
        ("1" * 101, "too_long"),
    ],
)
def test_numbers_that_cannot_be_used(cell, code):
    with pytest.raises(CellError) as caught:
        cells.number(cell)
    assert caught.value.code == code


def test_gfmis_numbers_have_twelve_digits():
    assert cells.gfmis("1000 0001 1397") == "100000011397"
    assert cells.gfmis(100000011397.0) == "100000011397"
    assert cells.gfmis("-") is None
    with pytest.raises(CellError, match="gfmis_invalid"):
        cells.gfmis("1000 0001")


@pytest.mark.parametrize(
    ("cell", "money"),
    [(22000, 2200000), (22299.97, 2229997), ("12,500.-", 1250000), ("฿๑,๐๐๐", 100000), ("ราคาประเมิน 1 บาท", 100)],
)
def test_pattern_14_prices(cell, money):
    assert cells.price(cell) == Money(money)


def test_pattern_14_blank_and_placeholder_prices_are_gaps():
    assert cells.price(None) is None
    assert cells.price("ไม่ระบุ") is None


@pytest.mark.parametrize("cell", [-1, float("nan"), float("inf"), "ห้าพัน", "1e3", True, date(2026, 1, 1), 10**14])
def test_e13_other_prices_are_refused(cell):
    with pytest.raises(CellError, match="price_invalid"):
        cells.price(cell)


@pytest.mark.parametrize(
    ("cell", "many"),
    [
        (15, (15, "")),
        ("15 ตัว", (15, "ตัว")),
        ("๑ เครื่อง", (1, "เครื่อง")),
        ("1,000ชุด", (1000, "ชุด")),
        (None, (None, "")),
    ],
)
def test_quantities_with_their_unit_beside(cell, many):
    assert cells.quantity(cell) == many


@pytest.mark.parametrize("cell", [0, -1, 1.5, 2**31, "2-3", "1_0 ตัว", "สิบ"])
def test_e13_other_quantities_are_refused(cell):
    with pytest.raises(CellError, match="quantity_invalid"):
        cells.quantity(cell)


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("ดี", Condition.GOOD),
        ("สภาพดี", Condition.GOOD),
        ("ใช้งานได้", Condition.GOOD),
        ("ชำรุด", Condition.DAMAGED),
        ("เสื่อมสภาพ", Condition.DETERIORATED),
        ("ไม่จำเป็นต้องใช้", Condition.UNNEEDED),
        ("สูญหาย", Condition.LOST),
        ("damaged", Condition.DAMAGED),
        ("พร้อมใช้งาน", AssetStatus.AVAILABLE),
        ("ส่งซ่อม", AssetStatus.REPAIR),
        ("รอจำหน่าย", AssetStatus.PENDING_DISPOSAL),
        ("จำหน่ายแล้ว", AssetStatus.DISPOSED),
        ("ถูกยืม", AssetStatus.ON_LOAN),
        ("on_loan", AssetStatus.ON_LOAN),
        ("-", None),
    ],
)
def test_states_in_words(cell, state):
    assert cells.state(cell) == state


def test_every_state_is_read_back_from_the_word_that_exports_write():
    for condition, word in cells.CONDITION_WORDS.items():
        assert cells.state(word) is condition
    for status, word in cells.STATUS_WORDS.items():
        if status is not AssetStatus.LOST:  # as a word it is the condition, which brings the status with it
            assert cells.state(word) is status


def test_unknown_states_are_named():
    with pytest.raises(CellError) as caught:
        cells.state("สีแดง")
    assert caught.value.details == {"value": "สีแดง"}


@pytest.mark.parametrize(
    ("text", "model_first", "halves"),
    [
        ("Dell / Latitude 5440", False, ("Dell", "Latitude 5440")),
        ("HP รุ่น LaserJet M404", False, ("HP", "LaserJet M404")),
        ("LaserJet/HP", True, ("HP", "LaserJet")),
        ("Panasonic", False, ("Panasonic", "")),
        ("Panasonic", True, ("Panasonic", "")),
        ("-", False, ("", "")),
    ],
)
def test_brand_and_model_in_one_cell(text, model_first, halves):
    assert cells.brand_and_model(text, model_first=model_first) == halves


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("ประเภทครุภัณฑ์สำนักงาน", Section(category="ครุภัณฑ์สำนักงาน")),
        ("ประเภท : ครุภัณฑ์คอมพิวเตอร์", Section(category="ครุภัณฑ์คอมพิวเตอร์")),
        ("หมวดครุภัณฑ์ยานพาหนะและขนส่ง", Section(category="ครุภัณฑ์ยานพาหนะและขนส่ง")),
        ("ครุภัณฑ์ต่ำกว่าเกณฑ์", Section(below_threshold=True)),
        ("รายการชำรุด", Section(condition=Condition.DAMAGED)),
        ("ห้องประชุม 1", Section(place="ห้องประชุม 1")),
        ("โต๊ะทำงาน", None),
        ("", None),
    ],
)
def test_pattern_3_section_headings(text, section):
    assert cells.section(text) == section
