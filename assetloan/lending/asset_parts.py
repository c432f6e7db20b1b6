"""What loans add to the pages of the register: until when a thing is out, its loans by right, the way to ask for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from flask import url_for

from assetloan.assets.models import Asset
from assetloan.assets.page_parts import Act, Section, Status
from assetloan.assets.rules import AssetStatus, CodeState
from assetloan.core import clock
from assetloan.core.i18n import _, format_day
from assetloan.documents.files import File
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import labels, page_queries, pages, queries, situations
from assetloan.lending.models import LoanLine
from assetloan.lending.rules import OUT, LineState

SHOWN = 20


def statuses(actor: Actor, assets: Sequence[Asset]) -> Mapping[int, Status]:
    """Who has these things until when; the name by right only."""
    today, found = clock.today(), {}
    for asset_id, lines in queries.open_lines_on([asset.id for asset in assets], brief=True).items():
        line = next((item for item in lines if item.holds_asset), None) or next(
            (item for item in lines if item.claims_period and item.claim_from <= today <= item.due_on), None
        )
        if line is not None and line.state in OUT | {LineState.SUBMITTED, LineState.APPROVED}:
            found[asset_id] = _status(actor, line)
    return found


def _status(actor: Actor, line: LoanLine) -> Status:
    today = clock.today()
    by = ""
    if line.borrower_id == actor.person_id:
        by = _("คุณเป็นผู้ยืม")
    elif actor.may(Permission.LOAN_VIEW, unit_id=line.unit_id):
        by = _("ผู้ยืม: %(name)s", name=line.loan.borrower_name)
    if line.state is LineState.LOST_REPORTED:
        return Status("late", _("แจ้งสูญหายไว้"), by)
    if line.state in OUT and line.due_on < today:
        return Status("late", _("ถูกยืม %(late)s", late=labels.due_words(line.due_on, today)), by)
    until = format_day(line.due_on)
    if line.state in OUT:
        return Status("info", _("ถูกยืม ถึง %(until)s", until=until), by)
    return Status("wait", _("จองแล้ว ถึง %(until)s", until=until), by)


def loans_of(actor: Actor, asset: Asset) -> Section | None:
    """The loans of a thing that the reader may see, newest first."""
    lines = queries.lines_of_asset(actor, asset.id, SHOWN)
    if not lines and not actor.may(Permission.LOAN_VIEW, unit_id=asset.unit_id):
        return None
    today = clock.today()
    rows = [(line, labels.line_words(line, today), pages.unit_name(line.borrower_unit_id)) for line in lines]
    return Section("loans", _("ประวัติการยืม"), "lending/asset_loans.html", {"rows": rows})


def acts(actor: Actor, asset: Asset) -> Sequence[Act]:
    """The way to the page where the thing is asked for."""
    code = next((item.code for item in reversed(asset.codes) if item.state is CodeState.LINKED), None)
    lendable = asset.loanable and asset.status in (AssetStatus.AVAILABLE, AssetStatus.ON_LOAN)
    if code is None or not lendable or not situations.may_ask(actor):
        return []
    return [Act(url_for("scan.page", text=code), _("ยืมหรือจองชิ้นนี้"), "primary")]


def claimed(asset_ids: Collection[int], today: date) -> set[int]:
    """Those of the things that somebody has, or will have from this day on."""
    return {line.asset_id for line in queries.claims_on(asset_ids, today, date.max)}


def sees_file(actor: Actor, file: File) -> bool:
    """A photo of a receipt is shown to those who may see its loan."""
    return file.object_key.isdigit() and page_queries.line_in_reach(actor, int(file.object_key))
