"""The permission table in words: the page "who may do what", and one person's roles as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assetloan.core.i18n import _
from assetloan.identity import labels
from assetloan.identity.queries import UnitTree
from assetloan.identity.rules import GRANTS, READS, Actor, Authority, Permission, Reach, Role


@dataclass(frozen=True, slots=True)
class RightRow:
    """One permission: its words, and for each role how far it goes (None: not at all)."""

    words: Any
    reaches: dict[Role, Any]
    reads: bool


def table() -> list[RightRow]:
    """Every permission that a role has, reading ones first; what only commands may do has no row."""
    given = [permission for permission in Permission if GRANTS.get(permission)]
    ordered = sorted(given, key=lambda permission: (permission not in READS, list(Permission).index(permission)))
    return [
        RightRow(
            labels.PERMISSIONS[permission],
            {role: _reach(GRANTS[permission].get(role)) for role in Role},
            permission in READS,
        )
        for permission in ordered
    ]


def _reach(reach: Reach | None) -> Any:
    return None if reach is None else labels.REACHES[reach]


def roles_in_words(actor: Actor, tree: UnitTree) -> list[str]:
    """Each role with the units it is over, delegations with the post they come from."""
    return [_authority(authority, tree) for authority in actor.authorities]


def _authority(authority: Authority, tree: UnitTree) -> str:
    role = str(labels.ROLES[authority.role])
    if authority.role is Role.STAFF:
        return role
    if authority.delegation_id is not None:
        return _("%(role)s แทน%(post)s", role=role, post=authority.acting_for)
    if authority.units is None:
        return _("%(role)s ทั้งหน่วยงาน", role=role)
    names = sorted(tree[unit].label for unit in authority.units if tree.get(unit) is not None)
    shown = " ".join(names[:3])
    if len(names) > 3:
        return _("%(role)s %(names)s และอีก %(more)s หน่วยงาน", role=role, names=shown, more=len(names) - 3)
    return f"{role} {shown}".strip()
