"""Words of the comparison with the books."""

from __future__ import annotations

from typing import Any

from assetloan.assets.reconciling.rules import BookState, DifferenceKind
from assetloan.core.i18n import _l, register_errors

BOOK_STATES: dict[BookState, Any] = {
    BookState.OPEN: _l("กำลังกระทบยอด"),
    BookState.SIGNED: _l("รับรองแล้ว"),
}
DIFFERENCES: dict[DifferenceKind, Any] = {
    DifferenceKind.ONLY_BOOKS: _l("มีในบัญชี ไม่มีในทะเบียน"),
    DifferenceKind.ONLY_REGISTER: _l("มีในทะเบียน ไม่มีในบัญชี"),
    DifferenceKind.COST: _l("ราคาทุนไม่ตรงกัน"),
    DifferenceKind.ACCUMULATED: _l("ค่าเสื่อมราคาสะสมไม่ตรงกัน"),
    DifferenceKind.DOUBLE: _l("เลขเดียวกันมีหลายรายการในบัญชี"),
}
STATE_TONES: dict[BookState, str] = {BookState.OPEN: "wait", BookState.SIGNED: "ok"}

register_errors(
    {
        "gfmis_missing": _l("ไม่มีเลขที่สินทรัพย์"),
        "cost_missing": _l("ไม่มีมูลค่าการได้มา"),
        "net_differs": _l("มูลค่าการได้มาหักค่าเสื่อมราคาสะสม ไม่เท่ากับมูลค่าสุทธิในไฟล์"),
        "book_rows_bad": _l("ยังไม่รับไฟล์ เพราะอ่านไม่ได้ %(count)s แถว: %(rows)s กรุณาแก้ในไฟล์แล้วเลือกใหม่"),
        "book_empty": _l("ไม่พบสินทรัพย์ในไฟล์"),
        "book_signed": _l("รายการของปีนี้รับรองแล้ว จึงแก้คำอธิบายไม่ได้ ถ้ามีข้อมูลใหม่ให้นำเข้ารายการใหม่"),
        "book_replaced": _l("มีรายการใหม่กว่าของปีเดียวกัน กรุณาใช้รายการล่าสุด"),
        "book_moved_on": _l("ทะเบียนหรือคำอธิบายเปลี่ยนไประหว่างรับรอง กรุณาตรวจตัวเลขอีกครั้งแล้วรับรองใหม่"),
        "book_unexplained": _l("ยังรับรองไม่ได้ เพราะมี %(count)s รายการที่ยังไม่มีคำอธิบาย"),
        "nothing_chosen": _l("กรุณาเลือกอย่างน้อยหนึ่งรายการ"),
        "difference_gone": _l("ผลต่างบางรายการเปลี่ยนไปแล้ว กรุณาดูหน้านี้อีกครั้งก่อนอธิบาย"),
    }
)
