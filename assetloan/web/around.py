"""All the ways to the pages, in groups: one list for the home page and for the menu."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assetloan.assets.custody import parts
from assetloan.assets.links import register_links
from assetloan.core.i18n import _
from assetloan.identity.links import Link, admin_links
from assetloan.identity.rules import Actor
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
