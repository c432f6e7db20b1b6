"""Label sheets from plain data: layouts as data, one PDF a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from assetloan.core.errors import DomainError
from assetloan.core.i18n import _l
from assetloan.documents.pdf import run_job

MOST_LABELS = 2000
DEFAULT_LAYOUT = "a4-24"


@dataclass(frozen=True, slots=True)
class LabelData:
    """What one label shows: its code and address, and the words beside it."""

    code: str
    url: str
    asset_no: str
    name: str
    agency: str
    unit: str
    year: int | None = None
    fund: str = ""


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where things are, in millimetres, from the top left of the page and of the label."""

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
    code_below: bool  # the code in words under the symbol, else under the text
    code_y: float
    text_x: float
    text_y: float
    text_width: float
    text_height: float
    unit_lines: int
    small: bool = False  # the small symbol, for labels with a QR of 12 mm


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of label stock."""

    name: str
    title: Any
    geometry: Geometry

    @property
    def per_page(self) -> int:
        """Labels on one page."""
        return self.geometry.columns * self.geometry.rows


# The outer 4 mm of a sheet are out of reach of most printers; the quiet zone of a 20 mm symbol is 2.8 mm wide.
_A4_24 = Geometry(
    page_width=210, page_height=297, columns=3, rows=8, cell_width=70, cell_height=37,
    left=0, top=0.5, gap_x=0, gap_y=0,
    qr=20, qr_x=5, qr_y=4.5, code_below=True, code_y=27.8, text_x=28.2, text_y=4, text_width=38.3, text_height=29,
    unit_lines=2,
)  # fmt: skip
_ROLL_62X29 = Geometry(
    page_width=62, page_height=29, columns=1, rows=1, cell_width=62, cell_height=29,
    left=0, top=0, gap_x=0, gap_y=0,
    qr=20, qr_x=3.5, qr_y=4.5, code_below=False, code_y=0, text_x=26.5, text_y=1.8, text_width=33.5, text_height=25.4,
    unit_lines=1,
)  # fmt: skip

LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout("a4-24", _l("กระดาษ A4 แผ่นละ 24 ดวง ขนาด 70 × 37 มม."), _A4_24),
        Layout("roll-62x29", _l("ม้วนสติกเกอร์ ขนาด 62 × 29 มม."), _ROLL_62X29),
    )
}


def list_layouts() -> tuple[Layout, ...]:
    """Every layout, the usual one first."""
    return tuple(LAYOUTS.values())


def layout_named(name: str) -> Layout:
    """The layout of that name. Raises DomainError `unknown_layout`."""
    try:
        return LAYOUTS[name]
    except KeyError:
        raise DomainError("unknown_layout", name=name, known=", ".join(LAYOUTS)) from None


def render_labels(labels: Sequence[LabelData], *, at: datetime, layout: str = DEFAULT_LAYOUT, start: int = 1) -> bytes:
    """The labels as a PDF, the first one in cell `start` of the first page.

    Raises DomainError `no_labels`, `too_many_labels`, `unknown_layout`, `label_start_out_of_range`,
    `base_url_too_long`; WorkStopped.
    """
    return run_job(
        "assetloan.documents.inside.labels:compile", sheet_data(labels, layout=layout, start=start), {}, at=at
    )


def sheet_data(labels: Sequence[LabelData], *, layout: str, start: int) -> dict[str, Any]:
    """What the template gets, checked. Raises as `render_labels`."""
    chosen = layout_named(layout)
    if not labels:
        raise DomainError("no_labels")
    if len(labels) > MOST_LABELS:
        raise DomainError("too_many_labels", count=len(labels), most=MOST_LABELS)
    if not 1 <= start <= chosen.per_page:
        raise DomainError("label_start_out_of_range", start=start, most=chosen.per_page)
    return {
        "title": "ป้ายครุภัณฑ์",
        "agency": labels[0].agency,
        "alt": "คิวอาร์โค้ด",
        "layout": asdict(chosen.geometry),
        "start": start,
        "labels": [_one(label) for label in labels],
    }


def _one(label: LabelData) -> dict[str, str]:
    year = f"ปีงบ {label.year}" if label.year else ""
    return {
        "url": label.url,
        "code": f"{label.code[:4]} {label.code[4:]}",
        "asset_no": label.asset_no,
        "name": label.name,
        "unit": " · ".join(part for part in (label.agency, label.unit) if part),
        "meta": " · ".join(part for part in (year, label.fund) if part),
    }
