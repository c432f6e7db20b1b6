"""Words of value: why nothing is depreciated, how time is counted, refusals."""

from __future__ import annotations

from typing import Any

from assetloan.assets.valuation.rules import Convention, Exempt
from assetloan.core.i18n import _l, register_errors
from assetloan.identity.labels import SETTING_CHOICES

EXEMPT: dict[Exempt, Any] = {
    Exempt.NO_PRICE: _l("ยังไม่มีราคาทุนในทะเบียน จึงยังคิดค่าเสื่อมราคาไม่ได้"),
    Exempt.NO_DATE: _l("ยังไม่มีวันที่ได้มาในทะเบียน จึงยังคิดค่าเสื่อมราคาไม่ได้"),
    Exempt.NO_LIFE: _l("ยังไม่ได้ระบุประเภทครุภัณฑ์ จึงยังไม่มีอายุใช้งานให้คิดค่าเสื่อมราคา"),
    Exempt.LAND: _l("ที่ดินหรือประเภทที่ไม่คิดค่าเสื่อมราคา"),
    Exempt.BELOW_THRESHOLD: _l("ครุภัณฑ์ต่ำกว่าเกณฑ์ บันทึกเป็นค่าใช้จ่ายแล้ว ไม่คิดค่าเสื่อมราคา"),
    Exempt.ONE_BAHT: _l("ราคาทุนไม่เกิน 1 บาท ไม่คิดค่าเสื่อมราคา"),
}
CONVENTIONS: dict[Convention, Any] = {
    Convention(value): words for value, words in SETTING_CHOICES["depreciation_convention"].items()
}

register_errors(
    {
        "life_out_of_range": _l("อายุใช้งานของประเภทนี้ต้องอยู่ในช่วง %(least)s ถึง %(most)s ปี ตามที่กรมบัญชีกลางกำหนด"),
    }
)
