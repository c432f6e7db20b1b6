"""What custody adds to the asset page and to the home page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from assetloan.assets import queries as register
from assetloan.assets.care.queries import late_plans, late_repairs
from assetloan.assets.custody import labels, queries, rules
from assetloan.assets.models import Asset
from assetloan.assets.page_parts import Act, Section, may_have
from assetloan.assets.rules import AssetStatus
from assetloan.core import clock
from assetloan.core.i18n import _
from assetloan.identity.links import Link
from assetloan.identity.rules import Actor, Permission

P = Permission


@dataclass(frozen=True, slots=True)
class Waits:
    """Something of the register that waits for a person."""

    url: str
    text: str
    count: int
    tone: str = "wait"
    note: str = ""


def custody_of(actor: Actor, asset: Asset) -> Section | None:
    """Who keeps and kept a thing; the offer in which it stands."""
    if not register.sees_all_of(actor, asset):
        return None
    data = {
        "keepers": queries.keepers_of(asset.id) if may_have(asset, "keepers") else [],
        "offer": queries.in_open_moves([asset.id]).get(asset.id) if may_have(asset, "moves") else None,
        "states": labels.MOVE_STATES,
    }
    return Section("custody", _("ผู้ครอบครอง"), "assets/part_custody.html", data)


def acts(actor: Actor, asset: Asset) -> Sequence[Act]:
    """Giving into custody and moving."""
    if not actor.may(P.ASSET_EDIT, unit_id=asset.unit_id) or asset.status in (AssetStatus.LOST, AssetStatus.DISPOSED):
        return []
    offered = [Act(url_for("custody.give", asset=asset.number), _("เปลี่ยนผู้ครอบครอง"))]
    if asset.status not in rules.NOT_MOVED:
        offered.append(Act(url_for("moves.new", asset=asset.number), _("ย้ายหรือโอน")))
    return offered


def waiting(actor: Actor) -> list[Waits]:
    """What of the register waits for this person: offers, things found, late repairs, things to acknowledge."""
    found = []
    if actor.has(P.CUSTODY_ACCEPT):
        new = sum(row.accepted_at is None for row, _asset in queries.kept_by(actor))
        found.append(Waits(url_for("custody.mine"), _("ทรัพย์สินที่มอบให้คุณ รอรับทราบ"), new))
    if actor.has(P.ASSET_EDIT):
        found += [
            Waits(url_for("moves.index"), _("เรื่องโอนทรัพย์สินรอคุณตอบรับ"), queries.offers_to(actor)),
            Waits(url_for("custody.sightings"), _("การแจ้งพบรอคุณยืนยัน"), queries.sightings_to_decide(actor)),
            Waits(url_for("care.repairs"), _("ของส่งซ่อมที่เลยกำหนดรับคืน"), late_repairs(actor, clock.today()), "late"),
            Waits(url_for("care.maintenance"), _("งานบำรุงรักษาที่เลยกำหนด"), late_plans(actor, clock.today())),
        ]
    return [item for item in found if item.count]


def links(actor: Actor) -> list[Link]:
    """The ways to these pages."""
    offered = (
        (actor.has(P.CUSTODY_ACCEPT), "custody.mine", _("ทรัพย์สินที่ฉันครอบครอง")),
        (actor.has(P.ASSET_VIEW), "moves.index", _("การย้ายและการโอน")),
        (actor.has(P.ASSET_EDIT), "custody.give", _("มอบให้ครอบครอง")),
        (actor.has(P.ASSET_VIEW), "custody.sightings", _("การแจ้งพบ")),
        (actor.has(P.ASSET_VIEW), "care.repairs", _("ของส่งซ่อม")),
        (actor.has(P.ASSET_VIEW), "care.maintenance", _("งานบำรุงรักษาที่ถึงกำหนด")),
        (actor.has(P.ASSET_VIEW), "care.warranty", _("การรับประกันใกล้หมด")),
    )
    return [Link(url_for(endpoint), words) for allowed, endpoint, words in offered if allowed]
