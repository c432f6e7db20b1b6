"""The kinds of label stock, as data: where the cells are, and where in a cell symbol and words stand.

What is printed keeps 2 mm from every edge of its cell, for paper that drifts. On the sheets it also stays within the
middle 94 % of the page, which is all that a printer reaches that shrinks a page to fit; and it is so low and narrow
that even a sheet shrunk so, by a printer nobody has measured, keeps every label in its cell.

The sheet of 65 has no room for that beside a symbol of 12 mm: its outer rows move by 8 mm between 94 and 100 %, in
cells of 21 mm. So a printer that was measured gets the whole label, and any other one a closer form, drawn for the
middle of that range, which stays in its cell at either end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from assetloan.core.i18n import _l

DEFAULT_LAYOUT = "a4-24"
# How far off the paper may lie, in millimetres, and how much a printer may shrink a page.
DRIFT = 2.0
SMALLEST_SCALE = 0.94


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where things are, in millimetres, from the top left of the page and of the label; sizes of letters in points."""

    page_width: float
    page_height: float
    columns: int
    rows: int
    cell_width: float
    cell_height: float
    left: float
    top: float
    gap_x: float
    gap_y: float
    qr: float
    qr_x: float
    qr_y: float
    text_x: float
    text_y: float
    text_width: float
    text_height: float
    unit_lines: int
    code_below: bool = False  # the code in words under the symbol, else under the words
    code_y: float = 0
    small: bool = False  # the small symbol, for labels with a QR of 12 mm
    number_size: float = 13  # at most; never less than 10
    name_size: float = 8.5
    unit_size: float = 7
    code_size: float = 9
    plain_line: float = 1.3  # height of a line of number or code; less where there is no room for stacked marks
    drawn_for: float = 1.0  # the scale of a printer at which a label lies in the middle of its cell


@dataclass(frozen=True, slots=True)
class Ruler:
    """What a person measures on the test page: a line of known length at a known place."""

    x: float
    y: float
    length: int


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of label stock."""

    name: str
    title: Any
    geometry: Geometry
    unmeasured: Geometry | None = None  # instead, for a printer that nobody has measured

    def drawn(self, *, measured: bool) -> Geometry:
        """Where things are drawn for a printer."""
        return self.geometry if measured or self.unmeasured is None else self.unmeasured

    @property
    def per_page(self) -> int:
        """Labels on one page."""
        return self.geometry.columns * self.geometry.rows

    @property
    def ruler(self) -> Ruler:
        """The ruler of its test page: as long as fits in whole centimetres."""
        width, height = self.geometry.page_width, self.geometry.page_height
        length = min(150, int((width - 10) // 10) * 10)
        return Ruler((width - length) / 2, 40.0 if height > 200 else height / 2, length)

    def cell(self, at: int) -> tuple[float, float]:
        """The top left corner of a cell, counted from 0 row by row."""
        place = self.geometry
        row, column = divmod(at, place.columns)
        return (
            place.left + column * (place.cell_width + place.gap_x),
            place.top + row * (place.cell_height + place.gap_y),
        )


_A4_24 = Geometry(
    page_width=210, page_height=297, columns=3, rows=8, cell_width=70, cell_height=37, left=0,
    top=0.5, gap_x=0, gap_y=0,
    qr=18.4, qr_x=6.6, qr_y=9.3, text_x=27.6, text_y=9.25, text_width=36, text_height=18.5, unit_lines=1,
    number_size=12, name_size=7.5, unit_size=6, code_size=8.5,
)  # fmt: skip
_A4_21 = Geometry(
    page_width=210, page_height=297, columns=3, rows=7, cell_width=63.5, cell_height=38.1, left=7.25,
    top=15.15, gap_x=2.5, gap_y=0,
    qr=20, qr_x=4.8, qr_y=9.05, text_x=27.6, text_y=8.3, text_width=31.4, text_height=21.5, unit_lines=1,
    number_size=13, name_size=8, unit_size=6.5, code_size=8.5,
)  # fmt: skip
_A4_10 = Geometry(
    page_width=210, page_height=297, columns=2, rows=5, cell_width=99.1, cell_height=57, left=4.65,
    top=6, gap_x=2.5, gap_y=0,
    qr=30, qr_x=5, qr_y=13.5, text_x=39.5, text_y=9, text_width=54, text_height=39, unit_lines=2,
    number_size=19, name_size=13, unit_size=10, code_size=13,
)  # fmt: skip
_A4_65 = Geometry(
    page_width=210, page_height=297, columns=5, rows=13, cell_width=38.1, cell_height=21.2, left=4.75,
    top=10.7, gap_x=2.5, gap_y=0,
    qr=12, qr_x=3, qr_y=2, code_below=True, code_y=15.95, small=True,
    text_x=17, text_y=2, text_width=19, text_height=17.2, unit_lines=1,
    number_size=10, name_size=7, unit_size=6, code_size=6.5,
)  # fmt: skip
_A4_65_CLOSE = replace(
    _A4_65, drawn_for=0.971, qr=9.6, qr_x=4.45, qr_y=5.8, code_below=False,
    text_x=15.6, text_y=5.8, text_width=18, text_height=9.6, plain_line=1.0,
    name_size=6.5, unit_size=5.5, code_size=6.5,
)  # fmt: skip
_ROLL_62X29 = Geometry(
    page_width=62, page_height=29, columns=1, rows=1, cell_width=62, cell_height=29, left=0, top=0, gap_x=0, gap_y=0,
    qr=20, qr_x=4.5, qr_y=4.5, text_x=27.3, text_y=2.1, text_width=32.6, text_height=24.8, unit_lines=1,
)  # fmt: skip
_ROLL_50X30 = Geometry(
    page_width=50, page_height=30, columns=1, rows=1, cell_width=50, cell_height=30, left=0, top=0, gap_x=0, gap_y=0,
    qr=20, qr_x=3.5, qr_y=5, text_x=26.3, text_y=2.1, text_width=21.6, text_height=25.8, unit_lines=1,
    number_size=12, name_size=8, unit_size=6.5, code_size=8.5,
)  # fmt: skip
_ROLL_50X25 = Geometry(
    page_width=50, page_height=25, columns=1, rows=1, cell_width=50, cell_height=25, left=0, top=0, gap_x=0, gap_y=0,
    qr=17, qr_x=3.5, qr_y=4, text_x=22.9, text_y=2.1, text_width=25, text_height=20.8, unit_lines=1,
    number_size=12, name_size=7.5, unit_size=6, code_size=8,
)  # fmt: skip
_ROLL_40X20 = Geometry(
    page_width=40, page_height=20, columns=1, rows=1, cell_width=40, cell_height=20, left=0, top=0, gap_x=0, gap_y=0,
    qr=15, qr_x=2.5, qr_y=2.5, text_x=19.6, text_y=2.1, text_width=18.3, text_height=15.8, unit_lines=1,
    number_size=10, name_size=6.5, unit_size=5.5, code_size=6.5,
)  # fmt: skip
_SMALL_12 = Geometry(
    page_width=45, page_height=18, columns=1, rows=1, cell_width=45, cell_height=18, left=0, top=0, gap_x=0, gap_y=0,
    qr=12, qr_x=3, qr_y=3, small=True, text_x=17, text_y=2.1, text_width=25.9, text_height=13.8, unit_lines=1,
    number_size=11, name_size=6.5, unit_size=5.5, code_size=7.5,
)  # fmt: skip

LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout("a4-24", _l("กระดาษ A4 แผ่นละ 24 ดวง ขนาด 70 × 37 มม."), _A4_24),
        Layout("a4-21", _l("กระดาษ A4 แผ่นละ 21 ดวง ขนาด 63.5 × 38.1 มม."), _A4_21),
        Layout("a4-10", _l("กระดาษ A4 แผ่นละ 10 ดวง ขนาด 99.1 × 57 มม."), _A4_10),
        Layout("a4-65", _l("กระดาษ A4 แผ่นละ 65 ดวง ขนาด 38.1 × 21.2 มม."), _A4_65, _A4_65_CLOSE),
        Layout("roll-62x29", _l("ม้วนสติกเกอร์ ขนาด 62 × 29 มม."), _ROLL_62X29),
        Layout("roll-50x30", _l("ม้วนสติกเกอร์ ขนาด 50 × 30 มม."), _ROLL_50X30),
        Layout("roll-50x25", _l("ม้วนสติกเกอร์ ขนาด 50 × 25 มม."), _ROLL_50X25),
        Layout("roll-40x20", _l("ม้วนสติกเกอร์ ขนาด 40 × 20 มม."), _ROLL_40X20),
        Layout("small-12", _l("เทปกว้าง 18 มม. ดวงยาว 45 มม. รหัสเล็ก 12 มม. สำหรับของชิ้นเล็ก"), _SMALL_12),
    )
}
