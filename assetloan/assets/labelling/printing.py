"""Making label files: each making is recorded with its codes; making a label again needs a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from assetloan import audit
from assetloan.assets import queries
from assetloan.assets.codes import add_code, revoke_code
from assetloan.assets.label_queries import LabelLine, codes_of_references, printed_before
from assetloan.assets.labelling.models import LabelPrint, LabelPrintLine
from assetloan.assets.rules import CodeState
from assetloan.core import text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, invalid
from assetloan.documents.labels import layout_named
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """How labels are to be made: on what, from which cell, for which printer, of what choice, and why again."""

    layout: str
    start: int = 1
    printer_id: int | None = None
    choice: str = ""
    reason: str = ""


def record_print(actor: Actor, lines: Sequence[LabelLine], order: PrintOrder, *, now: datetime) -> LabelPrint:
    """Note that these labels are made. Raises Forbidden, Invalid (a reprint without a reason), DomainError.

    The lines were chosen within reach (`label_queries.lines_of`); each one's unit is asked for all the same.
    """
    layout = layout_named(order.layout)
    if not lines:
        raise DomainError("no_labels")
    if not 1 <= order.start <= layout.per_page:
        raise DomainError("label_start_out_of_range", start=order.start, most=layout.per_page)
    units = {line.unit_id for line in lines}
    for unit_id in units:
        actor.require(Permission.LABEL_PRINT, unit_id=unit_id)
    why = text.clean(order.reason)[:LONGEST_REASON]
    ids = [line.code_id for line in lines]
    if not why and not actor.console and printed_before(ids):
        raise invalid("reason", "reprint_needs_reason")
    made = LabelPrint(
        unit_id=units.pop() if len(units) == 1 else None,
        person_id=actor.person_id,
        printed_at=now,
        layout=layout.name,
        start=order.start,
        printer_id=order.printer_id,
        labels=len(ids),
        choice=order.choice,
        reason=why,
    )
    db.session.add(made)
    db.session.flush()
    db.session.execute(insert(LabelPrintLine), [{"print_id": made.id, "code_id": code_id} for code_id in ids])
    after = {"count": made.labels, "layout": made.layout} | ({"reason": why} if why else {})
    about = audit.ObjectRef("label_print", str(made.id), made.unit_id)
    audit.record(actor_ref(actor), "label.printed", about, at=now, after=after)
    return made


def replace_labels(actor: Actor, references: Sequence[str], *, reason: str, now: datetime) -> list[str]:
    """New codes for things whose labels are lost; the old ones end. Gives the new codes in the order asked for.

    Raises NotFound, Forbidden, Invalid, DomainError("asset_without_code").
    """
    why = text.clean(reason)[:LONGEST_REASON]
    if not why:
        raise invalid("reason", "required")
    codes_of_references(actor, references)  # all of them are within reach, or nothing happens
    made = []
    for asset in queries.by_references(actor, references):
        known = queries.by_number(actor, asset.number)
        for old in [code.code for code in known.codes if code.state is CodeState.LINKED]:
            revoke_code(actor, known.number, old, reason=why, now=now)
        made.append(add_code(actor, known.number, reason=why, now=now))
    db.session.flush()
    return made
