"""Orders of delegation: a post's power to approve, used by another person for a while (ข้อ 208; docs/adr/0009)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assetloan import audit
from assetloan.core import clock, text
from assetloan.core.db import db
from assetloan.core.errors import FieldError, Invalid, NotFound
from assetloan.core.money import Money
from assetloan.identity import directory, queries
from assetloan.identity.inputs import line
from assetloan.identity.models import Delegation
from assetloan.identity.rules import Actor, DelegationKind, Permission, Place, Role
from assetloan.identity.service import post_name
from assetloan.identity.sign_in import actor_ref, bump_epoch


@dataclass(frozen=True, slots=True)
class DelegationData:
    """An order that lets a person use a post's powers to approve."""

    kind: DelegationKind
    role: Role
    to: str
    order_no: str
    valid_from: date
    valid_until: date
    unit: str = ""
    from_post: str = ""
    places: tuple[Place, ...] = tuple(Place)
    most_days: int | None = None
    most_value: Money | None = None


def create_delegation(actor: Actor, data: DelegationData, *, now: datetime) -> Delegation:
    """Record an order of delegation. Raises Forbidden, Invalid."""
    actor.require(Permission.DELEGATION_MANAGE, unit_id=None)
    today = clock.bangkok_date(now)
    errors: list[FieldError] = []
    person = queries.person_by_username(data.to)
    if person is None or not person.active:
        errors.append(FieldError("to", "person_unknown", {"value": data.to}))
    elif person.id == actor.person_id:
        errors.append(FieldError("to", "delegation_to_oneself"))
    if not text.clean(data.order_no):
        errors.append(FieldError("order_no", "required"))
    if data.valid_until < data.valid_from:
        errors.append(FieldError("valid_until", "ends_before_start"))
    if data.role not in (Role.HEAD, Role.DIRECTOR):
        errors.append(FieldError("role", "unknown_value", {"value": data.role.value}))
    unit = queries.unit_by_any_name(data.unit, today) if data.unit.strip() else None
    if data.role is Role.HEAD and unit is None:
        errors.append(FieldError("unit", "unit_unknown", {"value": data.unit}))
    if not data.places:
        errors.append(FieldError("places", "required"))
    if errors or person is None:
        raise Invalid(*errors)
    row = Delegation(
        kind=data.kind,
        role=data.role,
        unit_id=unit.id if unit else None,
        from_post=line("from_post", data.from_post) or post_name(data.role, unit),
        to_person_id=person.id,
        places=",".join(data.places),
        most_days=data.most_days,
        most_value=data.most_value,
        order_no=line("order_no", data.order_no),
        valid_from=data.valid_from,
        valid_until=data.valid_until,
        recorded_by_id=actor.person_id,
        recorded_at=now,
    )
    db.session.add(row)
    db.session.flush()
    bump_epoch(person)
    after = {"to": person.username, "role": data.role, "order_no": row.order_no, "until": row.valid_until}
    audit.record(actor_ref(actor), "delegation.created", person.ref, at=now, after=after)
    return row


def revoke_delegation(actor: Actor, delegation_id: int, *, now: datetime) -> None:
    """End a delegation now. Raises Forbidden, NotFound."""
    actor.require(Permission.DELEGATION_MANAGE, unit_id=None)
    row = next((item for item in directory.delegations_for(actor) if item.id == delegation_id), None)
    if row is None:
        raise NotFound()
    row.revoked_at = row.revoked_at or now
    bump_epoch(row.to_person)
    audit.record(actor_ref(actor), "delegation.revoked", row.to_person.ref, at=now, before={"order_no": row.order_no})
