"""The template for a register that does not exist yet: the columns of the import, with what may be chosen in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assetloan.assets import queries
from assetloan.assets.exporting.texts import NO, YES, category_names, unit_names
from assetloan.assets.importing.cells import CONDITION_WORDS
from assetloan.assets.importing.headers import ASSETS, EXAMPLE, NOT_DATA, TEMPLATE_FIELDS
from assetloan.core import text
from assetloan.documents.template_book import TemplateBook, TemplateColumn, write_template
from assetloan.identity.queries import UnitTree


@dataclass(frozen=True, slots=True)
class _Told:
    """What to write into a column, and how it looks."""

    help: str
    example: str = ""


# Files of the office are in Thai, whatever language the page is read in.
_TOLD = {
    "asset_no": _Told(
        "เลขครุภัณฑ์ตามที่เขียนบนตัวของ ถ้ายังไม่มีเลขใส่ - แล้วระบบจะออกเลขชั่วคราวให้ แถวที่ขึ้นต้นว่า ตัวอย่าง ระบบไม่นำเข้า", EXAMPLE
    ),
    "gfmis_no": _Told("เลขสินทรัพย์ในระบบบัญชี (GFMIS) ตัวเลข 12 หลัก ถ้ามี", "100000011397"),
    "name": _Told("ชื่อของสิ่งของ ต้องกรอก", "เครื่องคอมพิวเตอร์โน้ตบุ๊ก"),
    "category": _Told("เลือกจากรายการ ถ้าไม่แน่ใจเว้นว่างได้"),
    "brand": _Told("ยี่ห้อ", "Acer"),
    "model": _Told("รุ่นหรือแบบ", "TravelMate P2"),
    "serial": _Told("หมายเลขประจำเครื่อง (Serial No.)", "NXVLH00123"),
    "unit": _Told("หน่วยงานเจ้าของ เลือกจากรายการ"),
    "place": _Told("สถานที่ใช้หรือเก็บ เลือกจากรายการหรือพิมพ์ที่ใหม่ ระบบจะเพิ่มให้"),
    "custodian": _Told("ชื่อและนามสกุลของผู้รับผิดชอบ", "นายสมชาย ใจดี"),
    "received_on": _Told("วันที่ตรวจรับ เช่น 12/01/2566 หรือ 12 ม.ค. 66 รู้เพียงปีงบประมาณใส่ ปีงบ 2566", "12/01/2566"),
    "price": _Told("ราคาต่อชิ้น เป็นบาท", "22,000.00"),
    "unit_of_count": _Told("หน่วยนับ", "เครื่อง"),
    "fund": _Told("แหล่งเงิน", "งบประมาณ"),
    "method": _Told("วิธีการได้มา", "เฉพาะเจาะจง"),
    "vendor": _Told("ผู้ขาย ผู้รับจ้าง หรือผู้บริจาค", "ร้านตัวอย่างพาณิชย์"),
    "document_no": _Told("เลขที่เอกสารหรือสัญญา", "12/2566"),
    "condition": _Told("สภาพ เลือกจากรายการ"),
    "loanable": _Told("ให้ยืมได้หรือไม่ เลือกจากรายการ ถ้าเว้นว่างระบบดูจากสภาพ"),
    "below_threshold": _Told("ต่ำกว่าเกณฑ์บันทึกเป็นสินทรัพย์หรือไม่ ถ้าเว้นว่างระบบดูจากราคาและวันที่ตรวจรับ"),
    "accessories": _Told("สิ่งที่มากับเครื่อง", "กระเป๋า, สายไฟ"),
    "note": _Told("หมายเหตุ"),
    "description": _Told("ลักษณะหรือคุณสมบัติ เช่น ขนาด สี ความจุ", "จอ 14 นิ้ว สีดำ"),
    "warranty": _Told("ระยะเวลาหรือวันสิ้นสุดการรับประกัน", "2 ปี"),
    "vendor_address": _Told("ที่อยู่ของผู้ขายหรือผู้บริจาค"),
    "vendor_phone": _Told("โทรศัพท์ของผู้ขายหรือผู้บริจาค", "02 123 4567"),
    "life_years": _Told("อายุใช้งานเป็นปี กรอกเมื่อชิ้นนี้ต่างจากประเภทเท่านั้น พร้อมเหตุผลในช่องถัดไป"),
    "life_reason": _Told("เหตุผลที่อายุใช้งานของชิ้นนี้ต่างจากประเภท"),
}
NOTES = (
    "กรอกแผ่นแรกแล้วบันทึก จากนั้นนำเข้าที่หน้า “นำเข้าทะเบียนจากไฟล์” ระบบจะบอกก่อนว่าจะทำอะไร แล้วจึงบันทึก",
    "ช่องที่มีลูกศรเลือกจากรายการได้ รายการทั้งหมดอยู่ในแผ่น “ตัวเลือก”",
    "อย่างน้อยต้องมีเลขครุภัณฑ์และชื่อ ช่องอื่นเว้นว่างได้ เติมภายหลังได้",
)
_ONLY = frozenset({"category", "unit", "condition", "loanable", "below_threshold"})
_WIDTHS = {
    "name": 36,
    "unit": 30,
    "category": 28,
    "place": 28,
    "custodian": 26,
    "vendor": 28,
    "note": 30,
    "asset_no": 24,
}


def template(tree: UnitTree, unit_ids: Sequence[int]) -> bytes:
    """The workbook for those who bring in the registers of these units."""
    units = unit_names(tree)
    places = {place.name: None for place in queries.places_of(unit_ids)}
    choices: dict[str, list[str]] = {
        "category": sorted(category_names().values(), key=text.sort_key),
        "unit": [units[unit_id] for unit_id in unit_ids],
        "place": sorted(places, key=text.sort_key),
        "condition": list(CONDITION_WORDS.values()),
        "loanable": [YES, NO],
        "below_threshold": [YES, NO],
    }
    return write_template(
        TemplateBook(
            sheet="ทะเบียน",
            columns=[_column(field, choices.get(field, [])) for field in TEMPLATE_FIELDS],
            help_sheet="คำอธิบาย",
            help_headings=("คอลัมน์", "กรอกอะไร", "ตัวอย่าง"),
            choice_sheet="ตัวเลือก",
            not_data=NOT_DATA,
            notes=NOTES,
        )
    )


def _column(field: str, choices: list[str]) -> TemplateColumn:
    heading = ASSETS.column(field).heading
    told = _TOLD.get(field, _Told(heading))
    example = choices[0] if choices else told.example
    return TemplateColumn(heading, told.help, example, choices, field in _ONLY, _WIDTHS.get(field, 18))
