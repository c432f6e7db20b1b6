"""Reads of what left the house, for those who see to it that it does."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import func, select

from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.notices.models import Delivery, DeliveryState


def deliveries(state: DeliveryState | None, page: int, per_page: int) -> tuple[list[tuple[Delivery, str]], int]:
    """Messages with the name of their person, newest first; what failed or waits comes before what is over."""
    person = sa.table("person", sa.column("id"), sa.column("name"))
    clauses = [Delivery.state == state] if state is not None else []
    over = Delivery.state.in_((DeliveryState.SENT, DeliveryState.DROPPED))
    query = select(Delivery, person.c.name).join(person, person.c.id == Delivery.person_id).where(*clauses)
    query = query.order_by(over, Delivery.id.desc()).limit(per_page).offset((page - 1) * per_page)
    total = db.session.scalar(select(func.count()).select_from(Delivery).where(*clauses)) or 0
    return [(row[0], str(row[1])) for row in db.session.execute(query)], total


def counts() -> dict[DeliveryState, int]:
    """How many there are of each state that needs a look."""
    query = select(Delivery.state, func.count()).group_by(Delivery.state)
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {state: found.get(state, 0) for state in (DeliveryState.FAILED, DeliveryState.WAITING)}


def delivery(delivery_id: int) -> Delivery:
    """One message, locked for a change. Raises NotFound."""
    row = db.session.scalar(select(Delivery).where(Delivery.id == delivery_id).with_for_update())
    if row is None:
        raise NotFound
    return row
