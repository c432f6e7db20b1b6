"""What a person has been told and has not yet put aside; the home page shows it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from assetloan.core.db import db, require_writing
from assetloan.notices.models import Notice


def unseen(person_id: int, most: int = 20) -> list[Notice]:
    """The newest notices of a person that were not put aside, newest first."""
    query = select(Notice).where(Notice.person_id == person_id, Notice.seen_at.is_(None))
    return list(db.session.scalars(query.order_by(Notice.id.desc()).limit(most)))


def put_aside(person_id: int, *, upto: int, at: datetime) -> None:
    """Note that a person has read everything up to a notice (newer ones came after the page was opened)."""
    require_writing()
    seen = Notice.person_id == person_id, Notice.seen_at.is_(None), Notice.id <= upto
    db.session.execute(update(Notice).where(*seen).values(seen_at=at))
