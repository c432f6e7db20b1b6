"""One's own filters of the register: saved, renamed, deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from assetloan import audit
from assetloan.assets.finding import queries
from assetloan.assets.finding.models import SavedFilter
from assetloan.assets.finding.rules import LONGEST_NAME, MOST_FILTERS, question
from assetloan.core import text
from assetloan.core.db import db, violates
from assetloan.core.errors import DomainError, invalid
from assetloan.identity.rules import Actor
from assetloan.identity.sign_in import actor_ref


def save_filter(actor: Actor, name: str, query: str, *, now: datetime) -> SavedFilter:
    """Keep a question under a name. Raises Invalid, DomainError("filter_empty" | "filter_too_many")."""
    kept = question(query)
    if not kept:
        raise DomainError("filter_empty")
    if actor.person_id is None or len(queries.filters_of(actor)) >= MOST_FILTERS:
        raise DomainError("filter_too_many", most=MOST_FILTERS)
    item = SavedFilter(person_id=actor.person_id, name=_name(name), query=kept, created_at=now)
    db.session.add(item)
    _flush()
    _record(actor, "filter.saved", item, now, after={"name": item.name})
    return item


def rename_filter(actor: Actor, filter_id: int, name: str, *, now: datetime) -> None:
    """Call one's own filter something else. Raises NotFound, Invalid."""
    item = queries.filter_of(actor, filter_id)
    before, item.name = item.name, _name(name)
    _flush()
    _record(actor, "filter.renamed", item, now, before={"name": before}, after={"name": item.name})


def delete_filter(actor: Actor, filter_id: int, *, now: datetime) -> None:
    """Forget one's own filter. Raises NotFound."""
    item = queries.filter_of(actor, filter_id)
    _record(actor, "filter.deleted", item, now, before={"name": item.name})
    db.session.delete(item)


def _name(given: str) -> str:
    name = text.clean(given)
    if not name:
        raise invalid("name", "required")
    if len(name) > LONGEST_NAME:
        raise invalid("name", "too_long", most=LONGEST_NAME)
    return name


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        if violates(error, "uq_saved_filter_person_id", "saved_filter.person_id"):
            raise invalid("name", "filter_name_taken") from error
        raise


def _record(
    actor: Actor,
    action: str,
    item: SavedFilter,
    now: datetime,
    *,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> None:
    ref = audit.ObjectRef("saved_filter", f"{item.person_id}/{item.id}", actor.unit_id)
    audit.record(actor_ref(actor), action, ref, at=now, before=before, after=after)
