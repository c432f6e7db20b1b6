"""All the ways to the pages, in groups: one list for the home page and for the menu."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import url_for

from assetloan.assets.custody import parts
from assetloan.assets.finding import queries as register
from assetloan.assets.links import register_links
from assetloan.core.i18n import _
from assetloan.identity import directory
from assetloan.identity.links import Link, admin_links
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import links
from assetloan.lending.links import Task


@dataclass(frozen=True, slots=True)
class Group:
    """Links of one kind under their heading."""

    title: str
    links: Sequence[Task | Link]


def groups(who: Actor, *, shown: Collection[str] = ()) -> list[Group]:
    """The links that this person has, by what they are for; those already `shown` on the page are not said twice."""
    offered = (
        Group(_("ยืมและคืน"), links.more(who)),
        Group(_("ทะเบียนและป้าย"), register_links(who)),
        Group(_("ดูแลทรัพย์สิน"), parts.links(who)),
        Group(_("หน่วยงานและระบบ"), admin_links(who)),
    )
    left = (Group(group.title, [link for link in group.links if link.url not in shown]) for group in offered)
    return [group for group in left if group.links]


def first_steps(who: Actor) -> list[Task]:
    """What a new agency does first: units and people, then the register; empty once that is done."""
    steps = []
    if who.has(Permission.PEOPLE_MANAGE) and directory.only_one():
        steps.append(Task(url_for("identity.units"), _("เพิ่มหน่วยงานในสังกัด"), note=_("เริ่มใช้งาน ขั้นที่ 1")))
        people = _("เพิ่มบุคลากร แล้วให้บทบาทเจ้าหน้าที่พัสดุและหัวหน้าหน่วยงาน")
        steps.append(Task(url_for("identity.people"), people, note=_("เริ่มใช้งาน ขั้นที่ 2")))
    if who.has(Permission.ASSET_IMPORT) and register.nothing_registered():
        imported = _("นำเข้าทะเบียนครุภัณฑ์จากไฟล์เดิมของหน่วยงาน")
        steps.append(Task(url_for("imports.upload"), imported, note=_("หรือลงทะเบียนทีละชิ้น แล้วพิมพ์ป้าย QR")))
    return steps
