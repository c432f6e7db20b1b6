"""The files of a making: drawn when they are fetched, or all at once by a job when there are many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assetloan.assets.label_sheets import label_data
from assetloan.assets.labelling.models import LabelPrint
from assetloan.assets.labelling.printers import correction_of
from assetloan.assets.labelling.queries import lines_of_print, print_for, printer_of_print
from assetloan.core import jobs
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError
from assetloan.documents import qr
from assetloan.documents.files import add_file, files_of, path_of, store_bytes
from assetloan.documents.labels import MOST_LABELS, Correction, LabelData, Layout, render_labels
from assetloan.identity.rules import Actor, console

KIND = "labels"
# A file can be fetched again for a day; after that a label is made again, with its reason.
FRESH = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class FileOrder:
    """One file to draw: plain values, no rows."""

    labels: list[LabelData]
    at: datetime
    layout: str
    start: int
    correction: Correction

    def render(self) -> bytes:
        """The PDF. Raises DomainError, WorkStopped."""
        return render_labels(self.labels, at=self.at, layout=self.layout, start=self.start, correction=self.correction)


def parts_of(labels: int) -> int:
    """How many files so many labels are."""
    return max(1, -(-labels // MOST_LABELS))


def is_open(made: LabelPrint, now: datetime) -> bool:
    """May its files still be fetched?"""
    return now - made.printed_at < FRESH


def order_of(actor: Actor, made: LabelPrint, part: int) -> FileOrder:
    """What one file of a making shows. Raises DomainError("no_labels") when nothing of it is left."""
    lines = lines_of_print(actor, made, first=(part - 1) * MOST_LABELS, most=MOST_LABELS)
    if not lines:
        raise DomainError("no_labels")
    correction = correction_of(printer_of_print(made))
    start = made.start if part == 1 else 1
    return FileOrder(label_data(lines, now=made.printed_at), made.printed_at, made.layout, start, correction)


def kept_file(made: LabelPrint, part: int) -> bytes | None:
    """The file that a job has drawn already."""
    for file in files_of(KIND, str(made.id)):
        path = path_of(file.sha256)
        if file.name == str(part) and path.exists():
            return path.read_bytes()
    return None


@jobs.does(KIND)
def make_all(task: jobs.Task) -> dict[str, Any]:
    """Draw every file of a making; what is drawn already stays."""
    who = console()
    print_id = int(task.payload["print"])
    count = parts_of(print_for(who, print_id).labels)
    for part in range(1, count + 1):
        made = print_for(who, print_id)
        if kept_file(made, part) is None:
            order, unit_id, person_id = order_of(who, made, part), made.unit_id, made.person_id
            db.session.rollback()
            body = order.render()
            sha256 = store_bytes(body)
            with transaction():
                add_file(
                    sha256,
                    size=len(body),
                    mime="application/pdf",
                    name=str(part),
                    kind="labels",
                    unit_id=unit_id,
                    object_type=KIND,
                    object_key=str(print_id),
                    person_id=person_id,
                    at=order.at,
                )
        db.session.rollback()
        task.tell(part, count)
    return {"url": task.payload["url"]}


SAMPLE = "HTTPS://PP.DEP.GO.TH/Q/7K3MQ9TX"


def picture_of(layout: Layout) -> dict[str, Any]:
    """What a page needs to draw one label of a layout: the symbol as a path with its size."""
    symbol = qr.symbol_holding(len(SAMPLE), small=layout.geometry.small)
    return {"path": qr.path(SAMPLE, symbol), "side": symbol.modules}
