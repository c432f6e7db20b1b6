"""Telling people. `put()` writes the notice with the change; the home page shows it until it was seen.

Sending by e-mail and LINE reads the same rows after the commit, so a notice is never lost and never sent for a change
that did not happen.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from assetloan.audit import ObjectRef
from assetloan.core.db import db, require_writing
from assetloan.notices.models import Notice


def put(event: str, *, to: Iterable[int], about: ObjectRef, at: datetime, occurrence: str = "") -> None:
    """Note that people are to be told of an event; telling one person twice about one occurrence is a no-op."""
    require_writing()
    people = sorted(set(to))
    if not people:
        return
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [
        {
            "event": event,
            "person_id": person,
            "about_type": about.type,
            "about_key": about.key,
            "dedupe_key": f"{event}:{about.type}:{about.key}:{occurrence}:{person}",
            "created_at": at,
        }
        for person in people
    ]
    db.session.execute(insert(Notice).values(rows).on_conflict_do_nothing(index_elements=["dedupe_key"]))
