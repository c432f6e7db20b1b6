"""Label sheets from plain data: one PDF a run, and the test page of a layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from assetloan.core.errors import DomainError
from assetloan.documents.label_layouts import DEFAULT_LAYOUT, LAYOUTS, Geometry, Layout
from assetloan.documents.pdf import render, run_job

__all__ = ["DEFAULT_LAYOUT", "LAYOUTS", "Geometry", "Layout", "LabelData", "render_labels"]
MOST_LABELS = 2000


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
class Correction:
    """What a printer does to a page, so that it can be undone: how much it shrinks, how far off (mm)."""

    scale: float = 1.0
    right: float = 0.0
    down: float = 0.0
    measured: bool = True


NOTHING_TO_CORRECT = Correction(measured=False)


def measured(layout: Layout, length: float, left: float, top: float) -> Correction:
    """What a printer does, from the ruler of its test page as measured on the paper."""
    ruler, place = layout.ruler, layout.geometry
    scale = length / ruler.length
    across, along = place.page_width / 2, place.page_height / 2
    return Correction(scale, left - across - scale * (ruler.x - across), top - along - scale * (ruler.y - along))


def list_layouts() -> tuple[Layout, ...]:
    """Every layout, the usual one first."""
    return tuple(LAYOUTS.values())


def layout_named(name: str) -> Layout:
    """The layout of that name. Raises DomainError `unknown_layout`."""
    try:
        return LAYOUTS[name]
    except KeyError:
        raise DomainError("unknown_layout", name=name, known=", ".join(LAYOUTS)) from None


def render_labels(
    labels: Sequence[LabelData],
    *,
    at: datetime,
    layout: str = DEFAULT_LAYOUT,
    start: int = 1,
    correction: Correction = NOTHING_TO_CORRECT,
) -> bytes:
    """The labels as a PDF, the first one in cell `start` of the first page, drawn against what the printer does.

    Raises DomainError `no_labels`, `too_many_labels`, `unknown_layout`, `label_start_out_of_range`,
    `base_url_too_long`; WorkStopped.
    """
    data = sheet_data(labels, layout=layout, start=start, correction=correction)
    return run_job("assetloan.documents.inside.labels:compile", data, {}, at=at)


def render_test_page(
    layout: str, *, agency: str, words: str, at: datetime, correction: Correction = NOTHING_TO_CORRECT
) -> bytes:
    """A page with the edges of every cell and a ruler to measure, instead of labels. Raises WorkStopped."""
    chosen = layout_named(layout)
    data = {
        "title": "หน้าทดสอบป้าย",
        "agency": agency,
        "layout": asdict(chosen.geometry),
        "ruler": asdict(chosen.ruler),
        "words": words,
        "correction": asdict(correction),
    }
    return render("label_test", data, at=at)


def sheet_data(
    labels: Sequence[LabelData], *, layout: str, start: int, correction: Correction = NOTHING_TO_CORRECT
) -> dict[str, Any]:
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
        "layout": asdict(chosen.drawn(measured=correction.measured)),
        "start": start,
        "correction": asdict(correction),
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
        "short": label.agency or label.unit,
        "meta": " · ".join(part for part in (year, label.fund) if part),
    }
