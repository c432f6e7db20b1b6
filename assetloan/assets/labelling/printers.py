"""A unit's printers: what each does to a page, as measured on its test page, so that labels are drawn against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from assetloan import audit
from assetloan.assets.labelling.models import Printer
from assetloan.assets.labelling.queries import printer_for
from assetloan.core import text
from assetloan.core.db import db, savepoint
from assetloan.core.errors import DomainError, FieldError, Invalid, invalid
from assetloan.documents.label_layouts import DEFAULT_LAYOUT
from assetloan.documents.labels import NOTHING_TO_CORRECT, Correction, layout_named, measured
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref

LONGEST_NAME = 60
FARTHEST = 500  # hundredths of a millimetre
LEAST_SCALE, MOST_SCALE = 9400, 10600


@dataclass(frozen=True, slots=True)
class Measures:
    """What a person measured on the paper, in hundredths of a millimetre: the ruler, and how far from the edges."""

    length: int
    left: int
    top: int


def correction_of(printer: Printer | None) -> Correction:
    """What the printer does to a page."""
    if printer is None or printer.measured_at is None:
        return NOTHING_TO_CORRECT
    return Correction(printer.scale_hundredths / 10_000, printer.right_hundredths / 100, printer.down_hundredths / 100)


def _ref(printer: Printer) -> audit.ObjectRef:
    return audit.ObjectRef("printer", printer.name, printer.unit_id)


def _flush() -> None:
    """Write; the same name twice in a unit is refused beside its field."""
    try:
        with savepoint():
            db.session.flush()
    except IntegrityError as error:
        raise invalid("name", "printer_taken") from error


def _name(given: str) -> str:
    name = text.clean(given)
    if not name:
        raise invalid("name", "required")
    if len(name) > LONGEST_NAME:
        raise invalid("name", "too_long", most=LONGEST_NAME)
    return name


def add_printer(actor: Actor, unit_id: int, name: str, layout: str, *, now: datetime) -> Printer:
    """A printer of a unit. Raises Forbidden, Invalid, DomainError."""
    actor.require(Permission.LABEL_PRINT, unit_id=unit_id)
    printer = Printer(unit_id=unit_id, name=_name(name), layout=layout_named(layout).name)
    try:
        with savepoint():
            db.session.add(printer)
            db.session.flush()
    except IntegrityError as error:
        raise invalid("name", "printer_taken") from error
    audit.record(actor_ref(actor), "printer.added", _ref(printer), at=now, after={"layout": printer.layout})
    return printer


def edit_printer(actor: Actor, printer_id: int, name: str, layout: str, *, now: datetime) -> Printer:
    """Another name or stock. Another stock is other paper: what was measured is forgotten. Raises as `add_printer`."""
    printer = _open(actor, printer_id)
    before: dict[str, Any] = {"name": printer.name, "layout": printer.layout}
    printer.name, printer.layout = _name(name), layout_named(layout).name
    if printer.layout != before["layout"]:
        printer.scale_hundredths, printer.right_hundredths, printer.down_hundredths = 10_000, 0, 0
        printer.measured_at = None
    _flush()
    after = {"name": printer.name, "layout": printer.layout}
    if after != before:
        audit.record(actor_ref(actor), "printer.changed", _ref(printer), at=now, before=before, after=after)
    return printer


def calibrate_printer(actor: Actor, printer_id: int, measures: Measures, *, now: datetime) -> Printer:
    """Keep what the printer does, from its test page. Raises NotFound, Forbidden, Invalid for what cannot be."""
    printer = _open(actor, printer_id)
    layout = layout_named(printer.layout or DEFAULT_LAYOUT)
    found = measured(layout, measures.length / 100, measures.left / 100, measures.top / 100)
    scale, right, down = round(found.scale * 10_000), round(found.right * 100), round(found.down * 100)
    faults = []
    if not LEAST_SCALE <= scale <= MOST_SCALE:
        faults.append(FieldError("length", "printer_scale", {"least": 94, "most": 106}))
    faults += [
        FieldError(name, "printer_offset", {"most": FARTHEST // 100})
        for name, value in (("left", right), ("top", down))
        if not -FARTHEST <= value <= FARTHEST
    ]
    if faults:
        raise Invalid(*faults)
    before = _kept(printer)
    printer.scale_hundredths, printer.right_hundredths, printer.down_hundredths = scale, right, down
    printer.measured_at = now
    db.session.flush()
    audit.record(actor_ref(actor), "printer.calibrated", _ref(printer), at=now, before=before, after=_kept(printer))
    return printer


def _kept(printer: Printer) -> dict[str, Any]:
    return {
        "scale": f"{printer.scale_hundredths / 100:.2f} %",
        "right": f"{printer.right_hundredths / 100:.2f} mm",
        "down": f"{printer.down_hundredths / 100:.2f} mm",
    }


def end_printer(actor: Actor, printer_id: int, *, now: datetime) -> None:
    """The printer is gone. Raises NotFound, Forbidden, DomainError("printer_ended")."""
    printer = _open(actor, printer_id)
    printer.ended_at = now
    db.session.flush()
    audit.record(actor_ref(actor), "printer.ended", _ref(printer), at=now, after={"until": now.isoformat()})


def _open(actor: Actor, printer_id: int) -> Printer:
    printer = printer_for(actor, printer_id)
    if printer.ended_at is not None:
        raise DomainError("printer_ended", name=printer.name)
    return printer
