"""บันทึกติดตามทวงคืน as a PDF: what is overdue, ข้อ 211, every reminder so far, from words that are already worded."""

from __future__ import annotations

import hashlib
import json
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
    version: str = "1"
    verify_url: str = ""


def content_hash(memo: ChaseMemo) -> str:
    """SHA-256 of what the memo says, without when it was printed and where it can be checked."""
    said = {name: value for name, value in asdict(memo).items() if name not in ("issued", "verify_url")}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def render_chase_memo(memo: ChaseMemo, *, at: datetime) -> bytes:
    """The memo as a PDF. Raises WorkStopped."""
    proof = {"hash": content_hash(memo), "verify_path": "", "verify_side": "0"}
    return render("chase_memo", asdict(memo) | proof, at=at)
