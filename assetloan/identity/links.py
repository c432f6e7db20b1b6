"""The ways to the pages of this package: for the header, the home page and the menu page of phones."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from assetloan.core.i18n import _
from assetloan.identity.nav import NavItem
from assetloan.identity.rules import Actor, Permission, Role

P = Permission


@dataclass(frozen=True, slots=True)
class Link:
    """One link with its words."""

    url: str
    text: str


def admin_links(actor: Actor) -> list[Link]:
    """What the person may look after or look up, in the order in which it is needed; one's own account last."""
    offered = (
        (actor.has(P.PEOPLE_VIEW), "identity.people", _("บุคลากรและสิทธิ์")),
        (True, "identity.units", _("ผังหน่วยงาน")),
        (
            any(map(actor.has, (P.DELEGATION_MANAGE, P.DELEGATION_OWN, P.PEOPLE_VIEW))),
            "identity.delegations",
            _("คำสั่งมอบอำนาจ"),
        ),
        (actor.has(P.HOLIDAY_MANAGE), "identity.holidays", _("วันหยุดราชการ")),
        (actor.has(P.NOTICES_MANAGE), "outbox.index", _("การส่งแจ้งเตือน")),
        (actor.has(P.SETTINGS_MANAGE), "identity.settings_page", _("ตั้งค่าระบบ")),
        (actor.has(P.AUDIT_VIEW), "audit.entries", _("บันทึกการใช้งาน")),
        (True, "identity.rights_page", _("ใครทำอะไรได้")),
        (True, "identity.telling", _("วิธีรับแจ้งเตือน")),
        (True, "identity.account", _("บัญชีของฉัน")),
    )
    return [Link(url_for(endpoint), words) for allowed, endpoint, words in offered if allowed]


def audit_nav(actor: Actor) -> NavItem | None:
    """The record, for auditors."""
    if Role.AUDITOR not in actor.roles or not actor.has(P.AUDIT_VIEW):
        return None
    return NavItem(url_for("audit.entries"), _("บันทึกการใช้งาน"), "audit.entries")


def people_nav(actor: Actor) -> NavItem | None:
    """People, for those who manage them."""
    if not actor.has(P.PEOPLE_MANAGE):
        return None
    return NavItem(url_for("identity.people"), _("บุคลากร"), "identity.people")


def units_nav(actor: Actor) -> NavItem | None:
    """Units, for those who manage them."""
    if not actor.has(P.UNIT_MANAGE):
        return None
    return NavItem(url_for("identity.units"), _("ผังหน่วยงาน"), "identity.units")
