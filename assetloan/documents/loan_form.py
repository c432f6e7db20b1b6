"""ใบยืม as a PDF: the form's header, body, table, undertaking and four boxes, from words that are already worded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

from assetloan.documents.pdf import render


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed one place of the form; empty texts leave dots to write on."""

    name: str = ""
    post: str = ""  # with "ปฏิบัติราชการแทน …" where one acts for another
    day: str = ""
    electronic: bool = False


@dataclass(frozen=True, slots=True)
class FormItem:
    """One row of the table."""

    name: str
    asset_no: str = ""
    quantity: str = "1"
    unit: str = ""
    condition: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LoanFormData:
    """Everything on the form, as plain words in Thai."""

    number: str
    agency: str
    owner_unit: str
    day: str
    to: str
    borrower: str
    borrower_unit: str
    place: str  # inside, outside, agency
    items: tuple[FormItem, ...]
    purpose: str
    starts_on: str
    ends_on: str
    due_on: str
    days: str
    title: str = "ใบยืมพัสดุ/ครุภัณฑ์"
    state: str = ""  # printed in a frame at the top, such as "ยังไม่อนุมัติ"
    position: str = ""
    phone: str = ""
    where: str = ""
    requested: Signed = field(default_factory=Signed)
    checked: Signed = field(default_factory=Signed)
    checked_note: str = ""
    decision: str = ""  # approved, rejected, or nothing yet
    decision_text: str = ""  # "อนุมัติผ่านระบบอิเล็กทรอนิกส์ เมื่อ …"
    decision_reason: str = ""
    legal_basis: str = ""
    decided: Signed = field(default_factory=Signed)
    taken: Signed = field(default_factory=Signed)
    given: Signed = field(default_factory=Signed)
    handed_over_note: str = ""
    returned_on: str = ""
    whole: str = ""  # yes, no, or nothing yet
    complete: str = ""
    missing: str = ""
    return_note: str = ""
    brought: Signed = field(default_factory=Signed)
    received: Signed = field(default_factory=Signed)
    return_approval: str = ""
    version: str = "1"
    issued: str = ""  # "พิมพ์จากระบบเมื่อ …"
    verify_url: str = ""


def content_hash(form: LoanFormData) -> str:
    """SHA-256 of what the form says, without when it was printed and where it can be checked."""
    said = {name: value for name, value in asdict(form).items() if name not in ("issued", "verify_url")}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def render_loan_form(form: LoanFormData, *, at: datetime) -> bytes:
    """The form as a PDF with its number, version, hash and, when given, the QR to check it. Raises WorkStopped."""
    from assetloan.documents import qr  # brings the picture library with it, which no other page needs

    path, side = qr.free_path(form.verify_url) if form.verify_url else ("", 0)
    proof = {"hash": content_hash(form), "verify_path": path, "verify_side": str(side)}
    return render("loan_form", asdict(form) | proof, at=at)
