"""Words of the comparison with the books."""

from __future__ import annotations

from typing import Any

from assetloan.assets.reconciling.rules import BookState, DifferenceKind
from assetloan.core.i18n import _l

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
