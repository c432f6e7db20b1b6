"""ทะเบียนคุมทรัพย์สิน: the head, the twelve columns and the repairs stand on it, in Thai that extracts right."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest

from assetloan.documents.asset_card import MOST_CARDS, AssetCard, CardLine, CardRepair, render_cards
from tests.documents.seeing import pages_of, squeezed, text_of

NOW = datetime(2026, 11, 22, 9, 40, tzinfo=UTC)
ISSUED = "พิมพ์จากระบบเมื่อ 22 พฤศจิกายน 2569"
RECEIPT = CardLine(
    "9 ต.ค. 2539", "เครื่องคอมพิวเตอร์โน้ตบุ๊ก", "กค 0410.3/ว 338", "1 เครื่อง", "45,000.00", "45,000.00", "5", "20",
    net="45,000.00",
)  # fmt: skip
YEAR = CardLine(
    "30 ก.ย. 2540", "ค่าเสื่อมราคาปีงบประมาณ 2540", years="5", rate="20", charge="8,250.00", accumulated="8,250.00",
    net="36,750.00", note="วิธี ข",
)  # fmt: skip
CARD = AssetCard(
    agency="กรมส่งเสริมและพัฒนาคุณภาพชีวิตคนพิการ",
    unit="กองยุทธศาสตร์และแผนงาน",
    kind="ครุภัณฑ์คอมพิวเตอร์",
    number="พก 7440-001-0001/1-66",
    description="เครื่องคอมพิวเตอร์โน้ตบุ๊ก สีดำ",
    model="Lenovo E14",
    place="อาคาร 1 ชั้น 2 ห้อง 204 / กองยุทธศาสตร์และแผนงาน",
    vendor="บริษัท ตัวอย่างคอมพิวเตอร์ จำกัด",
    vendor_address="99/1 ถนนราชวิถี กรุงเทพมหานคร",
    vendor_phone="0 2354 3388",
    funds=((True, "เงินงบประมาณ"), (False, "เงินนอกงบประมาณ"), (False, "อื่น ๆ")),
    methods=((False, "วิธีคัดเลือก"), (True, "วิธีเฉพาะเจาะจง")),
    lines=(RECEIPT, YEAR),
    repairs=(CardRepair("1", "2 พ.ค. 2541", "เปลี่ยนแป้นพิมพ์ โดย ร้านช่างดี", "1,500.00", "ใบสั่งซ่อม 1/2541"),),
    repair_total="1,500.00",
    remark="วิธีคิด: เดือนเต็ม",
)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_cards([CARD], issued=ISSUED, at=NOW)


def test_a_front_and_a_back_on_a4_landscape(pdf):
    assert pages_of(pdf) == 2
    for page in pypdfium2.PdfDocument(pdf):
        assert [round(side / 72 * 25.4) for side in page.get_size()] == [297, 210]


@pytest.mark.parametrize(
    "words",
    [
        "ทะเบียนคุมทรัพย์สิน", "ส่วนราชการ กรมส่งเสริมและพัฒนาคุณภาพชีวิตคนพิการ", "หน่วยงาน กองยุทธศาสตร์และแผนงาน",
        "ประเภท ครุภัณฑ์คอมพิวเตอร์", "รหัส พก 7440-001-0001/1-66", "ลักษณะ/คุณสมบัติ เครื่องคอมพิวเตอร์โน้ตบุ๊ก สีดำ",
        "รุ่น/แบบ Lenovo E14", "สถานที่ตั้ง/หน่วยงานผู้รับผิดชอบ อาคาร 1 ชั้น 2 ห้อง 204",
        "ชื่อผู้ขาย/ผู้รับจ้าง/ผู้บริจาค บริษัท ตัวอย่างคอมพิวเตอร์ จำกัด", "ที่อยู่ 99/1 ถนนราชวิถี", "โทรศัพท์ 0 2354 3388",
        "ประเภทเงิน √เงินงบประมาณ เงินนอกงบประมาณ อื่น ๆ", "วิธีการได้มา วิธีคัดเลือก √วิธีเฉพาะเจาะจง",
        "วัน เดือน ปี ที่เอกสาร รายการ จำนวนหน่วย ราคาต่อหน่วย/ชุด/กลุ่ม มูลค่ารวม อายุใช้งาน (ปี) อัตราค่าเสื่อมราคา (%) "
        "ค่าเสื่อมราคาประจำปี ค่าเสื่อมราคาสะสม มูลค่าสุทธิ หมายเหตุ",
        "9 ต.ค. 2539 กค 0410.3/ว 338 เครื่องคอมพิวเตอร์โน้ตบุ๊ก 1 เครื่อง 45,000.00 45,000.00 5 20 45,000.00",
        "30 ก.ย. 2540 ค่าเสื่อมราคาปีงบประมาณ 2540 5 20 8,250.00 8,250.00 36,750.00 วิธี ข", "วิธีคิด: เดือนเต็ม", ISSUED,
    ],
)  # fmt: skip
def test_what_the_form_asks_for_is_on_the_front(pdf, words):
    assert squeezed(words) in squeezed(text_of(pdf, 0))


def test_the_repairs_are_on_the_back(pdf):
    text = squeezed(text_of(pdf, 1))
    for words in (
        "ประวัติการซ่อมบำรุงรักษาทรัพย์สิน", "ครั้งที่ วัน เดือน ปี รายการ จำนวนเงิน (บาท) หมายเหตุ",
        "1 2 พ.ค. 2541 เปลี่ยนแป้นพิมพ์ โดย ร้านช่างดี 1,500.00 ใบสั่งซ่อม 1/2541", "รวมเป็นเงิน 1,500.00",
    ):  # fmt: skip
        assert squeezed(words) in text
    none = render_cards([replace(CARD, repairs=(), repair_total="")], issued=ISSUED, at=NOW)
    assert "ยังไม่มีการซ่อมบำรุงรักษา" in squeezed(text_of(none, 1))


def test_it_is_tagged_for_those_who_listen(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.MarkInfo.Marked
        assert document.Root.Lang == "th-TH"
        assert "/StructTreeRoot" in document.Root
        with document.open_metadata() as facts:
            assert facts.get("pdfuaid:part") == "1"


def test_a_long_life_goes_on_with_its_heading_and_the_back_stays_a_back():
    pdf = render_cards([replace(CARD, lines=(RECEIPT, *(YEAR,) * 40)), CARD], issued=ISSUED, at=NOW)
    texts = [squeezed(text_of(pdf, page)) for page in range(pages_of(pdf))]
    assert "มูลค่าสุทธิ" in texts[1]
    fronts = [number for number, text in enumerate(texts, start=1) if "ส่วนราชการ" in text]
    backs = [number for number, text in enumerate(texts, start=1) if "ประวัติการซ่อมบำรุงรักษา" in text]
    assert [number % 2 for number in fronts] == [1, 1]
    assert [number % 2 for number in backs] == [0, 0]


def test_each_page_says_whose_card_it_is():
    pdf = render_cards([CARD, replace(CARD, number="7105-0002")], issued=ISSUED, at=NOW)
    feet = [f"รหัส{number}·" in squeezed(text_of(pdf, page)) for page, number in enumerate(
        ("พก7440-001-0001/1-66", "พก7440-001-0001/1-66", "7105-0002", "7105-0002")
    )]  # fmt: skip
    assert feet == [True] * 4


def test_a_whole_file_of_cards_is_made():
    pdf = render_cards([replace(CARD, lines=(RECEIPT, *(YEAR,) * 10))] * MOST_CARDS, issued=ISSUED, at=NOW)
    assert pages_of(pdf) == 2 * MOST_CARDS


@pytest.mark.parametrize("markup", ["#import", "*หนา*", "#{7*7}", "<script>", "\\input"])
def test_E18_markup_in_any_field_is_only_text(markup):
    card = replace(CARD, number=markup, vendor=markup, lines=(replace(RECEIPT, words=markup),), repairs=())
    assert squeezed(text_of(render_cards([card], issued=ISSUED, at=NOW), 0)).count(squeezed(markup)) == 4


def test_the_same_card_gives_the_same_bytes(pdf):
    assert render_cards([CARD], issued=ISSUED, at=NOW) == pdf
