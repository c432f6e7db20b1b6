"""What care adds to the asset page: repairs and plans, papers, the set that a piece belongs to, and the acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import url_for

from assetloan.assets import queries as register
from assetloan.assets.care import labels, queries, rules
from assetloan.assets.models import Asset
from assetloan.assets.page_parts import Act, Section, may_have
from assetloan.core import clock
from assetloan.core.i18n import _
from assetloan.identity.rules import Actor, Permission


def care_of(actor: Actor, asset: Asset) -> Section | None:
    """Repairs, regular work and warranty of a thing."""
    if not register.sees_all_of(actor, asset):
        return None
    today = clock.today()
    until = asset.warranty_until
    soon = until is not None and today <= until <= today + timedelta(days=rules.WARRANTY_DAYS)
    data = {
        "number": asset.number,
        "repairs": queries.repairs_of(asset.id) if may_have(asset, "repairs") else [],
        "plans": queries.plans_of(asset.id) if may_have(asset, "plans") else [],
        "may_edit": actor.may(Permission.ASSET_EDIT, unit_id=asset.unit_id),
        "today": today,
        "warranty_soon": until if soon else None,
        "kinds": labels.KINDS,
        "states": labels.STATES,
        "tones": labels.TONES,
    }
    return Section("care", _("ซ่อมและบำรุงรักษา"), "assets/part_care.html", data)


def papers_of(actor: Actor, asset: Asset) -> Section | None:
    """The papers of a thing."""
    if not register.sees_all_of(actor, asset):
        return None
    may_edit = actor.may(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    papers = queries.papers_of(asset.id) if may_have(asset, "papers") else []
    data = {"number": asset.number, "papers": papers, "may_edit": may_edit}
    return Section("papers", _("เอกสารแนบ"), "assets/part_papers.html", data)


def set_of(actor: Actor, asset: Asset) -> Section | None:
    """All pieces of the set, when the thing is one of several."""
    if not register.sees_all_of(actor, asset) or not may_have(asset, "set"):
        return None
    pieces = queries.pieces_of(asset)
    if len(pieces) < 2:
        return None
    return Section("set", _("ทั้งชุด"), "assets/part_set.html", {"pieces": pieces, "own": asset.id})


def acts(actor: Actor, asset: Asset) -> Sequence[Act]:
    """The way to send a thing for repair."""
    may_edit = actor.may(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    if not may_edit or asset.status in rules.NOT_SENT:
        return []
    return [Act(url_for("care.repair", number=asset.number), _("ส่งซ่อมชิ้นนี้"))]
