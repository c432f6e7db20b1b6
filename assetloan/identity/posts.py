"""Who holds a post, and who uses its powers by order: for routes, notices and papers."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import selectinload

from assetloan.core.db import db
from assetloan.identity.models import Delegation, Person, RoleGrant
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Role

SERVES_ALL = frozenset({Role.DIRECTOR, Role.SECRETARIAT})


def holders_of(role: Role, unit_id: int | None, today: date) -> list[Person]:
    """Active people who hold a role over a unit (or agency-wide for None), most specific first; for notices, posts.

    The head of the agency and the Secretariat serve all units, whatever unit their grant names.
    """
    tree = unit_tree(today)
    reach: list[ColumnElement[bool]] = [RoleGrant.unit_id.is_(None)]
    if unit_id is not None:
        above = [card.id for card in tree.above(unit_id)]
        reach += [RoleGrant.unit_id == unit_id, and_(RoleGrant.unit_id.in_(above), RoleGrant.with_below)]
    query = (
        select(Person, RoleGrant.unit_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            Person.active,
            RoleGrant.role == role,
            or_(*reach) if role not in SERVES_ALL else true(),
            RoleGrant.valid_from <= today,
            or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= today),
        )
        .order_by(Person.id)
    )
    rows = db.session.execute(query).all()
    ranked = sorted(rows, key=lambda row: (row[1] != unit_id, row[1] is None, row[0].id))
    return list({row[0].id: row[0] for row in ranked}.values())


def delegates_of(role: Role, unit_id: int | None, today: date) -> list[Delegation]:
    """Delegations of a post in force today, newest first."""
    query = (
        select(Delegation)
        .options(selectinload(Delegation.to_person))
        .where(
            Delegation.role == role,
            Delegation.revoked_at.is_(None),
            Delegation.valid_from <= today,
            Delegation.valid_until >= today,
        )
        .order_by(Delegation.id.desc())
    )
    if role is Role.HEAD:
        query = query.where(Delegation.unit_id == unit_id)
    return list(db.session.scalars(query))
