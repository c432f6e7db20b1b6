"""What the pages of an import have in common: words of labels and columns, and the questions that are open."""

from __future__ import annotations

from typing import Any

from assetloan.assets import labels
from assetloan.assets.import_rows import ALL, WARNED, RowList
from assetloan.assets.import_service import answers_of
from assetloan.assets.importing import colours
from assetloan.assets.importing.headers import ASSETS
from assetloan.assets.models import ImportBatch
from assetloan.assets.rules import Condition
from assetloan.core.i18n import _l

Label = tuple[str, Any]
LABELS: dict[str, Label] = {
    "check": ("late", _l("ต้องตรวจ")),
    "duplicate": ("late", _l("ซ้ำ")),
    WARNED: ("wait", _l("มีข้อสังเกต")),
    "created": ("ok", _l("ใหม่")),
    "updated": ("info", _l("ปรับปรุง")),
    "unchanged": ("neutral", _l("ไม่เปลี่ยน")),
    ALL: ("neutral", _l("ทุกแถว")),
}
# What columns of a file mean, where the words of an asset's card do not fit.
_COLUMNS: dict[str, Any] = {
    "piece": _l("ลำดับชิ้น"),
    "brand_model": _l("ยี่ห้อและรุ่น ในช่องเดียวกัน"),
    "model_brand": _l("รุ่นและยี่ห้อ ในช่องเดียวกัน"),
    "custodian": _l("ผู้รับผิดชอบหรือผู้ครอบครอง"),
    "fiscal_year": _l("ปีงบประมาณที่ได้มา"),
    "price": _l("ราคา"),
    "unit_price": _l("ราคาต่อหน่วย"),
    "total_price": _l("ราคารวม"),
    "quantity": _l("จำนวน"),
    "warranty": _l("การรับประกัน"),
    "ticked_good": _l("ช่องทำเครื่องหมาย: ใช้งานได้"),
    "ticked_damaged": _l("ช่องทำเครื่องหมาย: ชำรุด"),
    "ticked_deteriorated": _l("ช่องทำเครื่องหมาย: เสื่อมสภาพ"),
    "ticked_unneeded": _l("ช่องทำเครื่องหมาย: ไม่จำเป็นต้องใช้"),
    "ticked_lost": _l("ช่องทำเครื่องหมาย: สูญหาย"),
    "ticked_repair": _l("ช่องทำเครื่องหมาย: ส่งซ่อม"),
    "ticked_disposal": _l("ช่องทำเครื่องหมาย: รอจำหน่าย"),
    "row_version": _l("รุ่นข้อมูล"),
}
FIELDS: dict[str, Any] = {
    column.field: _COLUMNS.get(column.field) or labels.FIELDS[column.field] for column in ASSETS.columns
}
COLOUR_NAMES: dict[str, Any] = {
    "แดง": _l("แดง"),
    "ส้ม": _l("ส้ม"),
    "เหลือง": _l("เหลือง"),
    "เขียว": _l("เขียว"),
    "ฟ้า": _l("ฟ้า"),
    "น้ำเงิน": _l("น้ำเงิน"),
    "ม่วง": _l("ม่วง"),
    "ชมพู": _l("ชมพู"),
    "ขีดฆ่า": _l("ขีดฆ่า"),
}
COLOURS: dict[str, Any] = {
    "none": _l("ไม่ได้บอกอะไร"),
    **{name: labels.CONDITIONS[Condition(name)] for name in ("damaged", "deteriorated", "unneeded", "lost")},
    **{name: labels.STATUSES[name] for name in ("repair", "pending_disposal", "disposed")},
}
CORRECTABLE = tuple(name for name in FIELDS if name != "row_version")


def asked_of(batch: ImportBatch) -> dict[str, int]:
    """The questions this file raises, and in how many rows; those answered stay, so that one can change one's mind."""
    asked = {name: int(rows) for name, rows in batch.result.get("asked", {}).items()}
    answers = answers_of(batch)
    for name in ("price", "century", "ranges", "lots"):
        if getattr(answers, name) is not None:
            asked.setdefault(name, 0)
    return asked


def suggestions_of(batch: ImportBatch) -> list[tuple[int, dict[str, Any]]]:
    """The look-alikes on which nobody has decided, each with its place in the preview."""
    kept = {tuple(one) for one in batch.options.get("kept", ())}
    every = enumerate(batch.result.get("suggestions", ()))
    return [(place, one) for place, one in every if (one["field"], one["said"]) not in kept]


def colours_of(batch: ImportBatch) -> list[tuple[int, dict[str, Any]]]:
    """The colours of rows that may tell a state, each with its place on the page, its rows, and what was said of it."""
    said = answers_of(batch).colours
    found = sorted(batch.result.get("colours", {}).items(), key=lambda one: (-one[1], one[0]))
    told = ({"colour": colour, "rows": rows, "said": said.get(colour, "")} for colour, rows in found)
    return [(place, one | {"name": COLOUR_NAMES[colours.name_of(one["colour"])]}) for place, one in enumerate(told)]


def new_places_of(batch: ImportBatch) -> list[tuple[int, dict[str, Any]]]:
    """The places that the import would add and that nobody has explained, each with its place in the preview."""
    alike = {one["said"] for _place, one in suggestions_of(batch) if one["field"] == "place"}
    return [(place, one) for place, one in enumerate(batch.result.get("new_places", ())) if one["said"] not in alike]


def counts_of(batch: ImportBatch) -> dict[str, int]:
    """Rows under each label, as the page names them."""
    told = dict(batch.result.get("labels", {}))
    told[WARNED] = RowList(batch.id, WARNED).count()
    told[ALL] = sum(count for name, count in told.items() if name != WARNED)
    return told


def to_save(batch: ImportBatch) -> int:
    """How many rows a confirmation would write."""
    counts = batch.result["counts"]
    return int(counts["created"] + counts["updated"])


def refused(batch: ImportBatch) -> int:
    return int(batch.result["counts"]["rejected"])
