"""The ways to the pages of the register, for the header, the home page and the menu page of phones."""

from __future__ import annotations

from flask import url_for

from assetloan.core.i18n import _
from assetloan.identity.links import Link
from assetloan.identity.rules import Actor, Permission

P = Permission


def register_links(actor: Actor) -> list[Link]:
    """What the person may do with the register, in the order in which it is needed."""
    offered = (
        (actor.has(P.ASSET_CARD), "assets.index", _("ทะเบียนครุภัณฑ์")),
        (actor.has(P.ASSET_EDIT), "assets.new", _("ลงทะเบียนทรัพย์สิน")),
        (actor.has(P.ASSET_IMPORT), "imports.upload", _("นำเข้าทะเบียนจากไฟล์")),
        (actor.has(P.LABEL_PRINT), "labels.choose", _("พิมพ์ป้าย QR")),
        (actor.has(P.LABEL_PRINT), "codes.blank", _("ออกป้ายเปล่า")),
        (actor.has(P.ASSET_VIEW), "rounds.index", _("ติดป้ายทั้งหน่วยงาน")),
        (actor.has(P.ASSET_EDIT), "numbers.index", _("ของที่รอหมายเลข")),
        (actor.has(P.ASSET_VIEW), "finding.places", _("สถานที่และสิ่งที่ควรอยู่")),
        (actor.has(P.ASSET_CARD), "finding.holders", _("ใครถืออะไรอยู่")),
        (actor.has(P.ASSET_VIEW), "cards.choose", _("พิมพ์ทะเบียนคุมทรัพย์สิน")),
        (actor.has(P.BOOK_VIEW), "books.index", _("กระทบยอดกับบัญชี")),
        (actor.has(P.SCAN_LOG_VIEW), "scans.index", _("บันทึกการสแกน")),
        (True, "categories.index", _("ประเภทครุภัณฑ์")),
    )
    return [Link(url_for(endpoint), words) for allowed, endpoint, words in offered if allowed]
