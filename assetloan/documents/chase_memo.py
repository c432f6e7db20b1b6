"""บันทึกติดตามทวงคืน as a PDF: what is overdue, ข้อ 211, every reminder so far, from words that are already worded."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from assetloan.documents.pdf import render


@dataclass(frozen=True, slots=True)
class MemoItem:
    """One thing that should be back."""

    name: str
    asset_no: str
    due_on: str
    days_late: str


@dataclass(frozen=True, slots=True)
class MemoChase:
    """One reminder."""

    day: str
    how: str
    who: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChaseMemo:
    """Everything on the memo, as plain words in Thai."""

    number: str
    agency: str
    unit: str
    contact: str
    day: str
    borrower: str
    position: str
    borrower_unit: str
    purpose: str
    handed_over_on: str
    chase_days: str
    items: tuple[MemoItem, ...]
    chases: tuple[MemoChase, ...]
    head_post: str
    issued: str


def render_chase_memo(memo: ChaseMemo, *, at: datetime) -> bytes:
    """The memo as a PDF. Raises WorkStopped."""
    return render("chase_memo", asdict(memo), at=at)
