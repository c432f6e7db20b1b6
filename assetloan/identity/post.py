"""People as the post sees them: name, address, language. Handed to `notices`, which knows no people."""

from __future__ import annotations

from sqlalchemy import select

from assetloan.core.db import db
from assetloan.identity.models import Person
from assetloan.notices.digest import Recipient


def recipient_of(person_id: int) -> Recipient | None:
    """Who a message goes to; None for nobody we know."""
    wanted = select(Person.name, Person.email, Person.language, Person.active, Person.withdrawn_at)
    row = db.session.execute(wanted.where(Person.id.in_([person_id]))).first()
    if row is None:
        return None
    return Recipient(person_id, row.name, row.email, row.language, row.active and row.withdrawn_at is None)
