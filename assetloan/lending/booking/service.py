"""Changes of booking: opening days and closures of a unit, what nobody collected, addresses of calendar feeds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from assetloan import audit
from assetloan.audit import ObjectRef
from assetloan.core import clock, ids, settings, text
from assetloan.core.db import db, savepoint
from assetloan.core.errors import DomainError, FieldError, Forbidden, Invalid, NotFound, invalid
from assetloan.identity.queries import UnitCard, unit_by_code
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref
from assetloan.lending.booking import checks, queries, rules
from assetloan.lending.booking.models import CalendarFeed, UnitClosure, UnitOpening
from assetloan.lending.desk import expire_loan
from assetloan.lending.moves import LoanAct

LONGEST_CLOSURE = 366  # days
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # as the record keeps them


@dataclass(frozen=True, slots=True)
class OpeningData:
    """Open days of the week (0 is Monday), whether holidays count as closed, whether closed days are refused."""

    days: frozenset[int]
    on_holidays: bool = False
    refuses: bool = False


def set_opening(actor: Actor, code: str, data: OpeningData, *, now: datetime) -> None:
    """On which days a unit hands over and takes back. Raises NotFound, Forbidden, Invalid."""
    card = _unit_to_set(actor, code, now)
    if not data.days or not data.days <= set(range(7)):
        raise invalid("days", "no_day_open")
    marks = "".join("1" if day in data.days else "0" for day in range(7))
    row = queries.opening_row(card.id)
    if row is None:
        row = UnitOpening(unit_id=card.id, days="1111100", on_holidays=False, refuses=False)
        db.session.add(row)
    before = _told(row)
    row.days, row.on_holidays, row.refuses = marks, data.on_holidays, data.refuses
    db.session.flush()
    audit.record(actor_ref(actor), "unit.settings_changed", _ref(card), at=now, before=before, after=_told(row))


def _told(row: UnitOpening) -> dict[str, object]:
    names = [name for name, mark in zip(DAY_NAMES, row.days, strict=True) if mark == "1"]
    return {"open_days": names, "open_on_holidays": row.on_holidays, "refuses_closed_days": row.refuses}


def add_closure(actor: Actor, code: str, first_day: date, last_day: date, reason: str, *, now: datetime) -> UnitClosure:
    """Days on which a unit is closed. Raises NotFound, Forbidden, Invalid."""
    card = _unit_to_set(actor, code, now)
    faults: list[FieldError] = []
    words = text.clean(reason)
    if first_day < clock.bangkok_date(now):
        faults.append(FieldError("first_day", "closure_in_past"))
    if not 0 <= (last_day - first_day).days < LONGEST_CLOSURE:
        faults.append(FieldError("last_day", "closure_ends_before", {"most": LONGEST_CLOSURE}))
    if not words:
        faults.append(FieldError("reason", "reason_required"))
    elif len(words) > rules.LONGEST_REASON:
        faults.append(FieldError("reason", "too_long", {"most": rules.LONGEST_REASON}))
    if faults:
        raise Invalid(*faults)
    row = UnitClosure(unit_id=card.id, first_day=first_day, last_day=last_day, reason=words)
    db.session.add(row)
    db.session.flush()
    audit.record(actor_ref(actor), "unit.closure_added", _ref(card), at=now, after=_closed(row))
    return row


def remove_closure(actor: Actor, code: str, closure_id: int, *, now: datetime) -> None:
    """A unit is open on those days after all. Raises NotFound, Forbidden."""
    card = _unit_to_set(actor, code, now)
    row = queries.closure_of(card, closure_id)
    row.removed_at = now
    db.session.flush()
    audit.record(actor_ref(actor), "unit.closure_removed", _ref(card), at=now, before=_closed(row))


def _closed(row: UnitClosure) -> dict[str, object]:
    return {"first_day": row.first_day, "last_day": row.last_day, "reason": row.reason}


def _unit_to_set(actor: Actor, code: str, now: datetime) -> UnitCard:
    card = unit_by_code(code, clock.bangkok_date(now))
    actor.require(Permission.UNIT_SETTINGS, unit_id=card.id)
    return card


def _ref(card: UnitCard) -> ObjectRef:
    return ObjectRef("unit", card.code, card.id)


# --- what nobody collected ------------------------------------------------------------------------------------------


def expire_no_shows(actor: Actor, *, now: datetime) -> list[str]:
    """End what was approved and not collected in time, and what nobody decided before it was due.

    The things are free again; borrowers and who comes next are told. Safe to run at any time, twice or late: what one
    run ended, the next does not find. Returns the numbers of the loans.
    """
    today = clock.bangkok_date(now)
    lines = queries.perhaps_uncollected(actor, today, settings.number("collect_days", today))
    late = [line for line in lines if checks.may_expire(line, today)]
    acts = [
        LoanAct(number, tuple(line.asset.number for line in group))
        for number, group in groupby(late, key=lambda line: line.loan.number)
    ]
    ended: list[str] = []
    for act in acts:
        try:
            with savepoint():
                expire_loan(actor, act, now=now)
        except DomainError:  # collected or cancelled meanwhile: the others still end
            continue
        ended.append(act.number)
    return ended


# --- calendar feeds -------------------------------------------------------------------------------------------------


def create_feed(actor: Actor, unit: str, *, now: datetime) -> str:
    """A new private address for one's own loans ("") or the desk of a unit; the one before ends.

    Returns the secret part, which is not kept. Raises NotFound, Forbidden.
    """
    actor.require(Permission.LOAN_REQUEST, unit_id=actor.unit_id, owner_id=actor.person_id)
    if actor.person_id is None:
        raise Forbidden()
    card = unit_by_code(unit, clock.bangkok_date(now)) if unit else None
    if card is not None and card.id not in desks_of(actor):
        raise NotFound(unit=unit)
    unit_id = card.id if card is not None else None
    before = queries.feeds_of(actor).get(unit_id)
    if before is not None:
        before.revoked_at = now
        db.session.flush()
    token = ids.new_token()
    feed = CalendarFeed(person_id=actor.person_id, unit_id=unit_id, token_hash=ids.token_hash(token), created_at=now)
    db.session.add(feed)
    db.session.flush()
    audit.record(actor_ref(actor), "feed.created", _feed_ref(actor, feed), at=now)
    return token


def revoke_feed(actor: Actor, feed_id: int, *, now: datetime) -> None:
    """End one of one's own addresses. Raises NotFound."""
    feed = queries.feed_of(actor, feed_id)
    feed.revoked_at = now
    db.session.flush()
    audit.record(actor_ref(actor), "feed.revoked", _feed_ref(actor, feed), at=now)


def desks_of(actor: Actor) -> Collection[int]:
    """The units whose desk a person may have in their calendar: those of their posts; else their own if they see it."""
    scope = actor.scope(Permission.LOAN_VIEW)
    own = {actor.unit_id} if scope.everything and actor.unit_id is not None else set()
    return scope.units | own


def _feed_ref(actor: Actor, feed: CalendarFeed) -> ObjectRef:
    return ObjectRef("calendar_feed", f"{feed.person_id}/{feed.id}", feed.unit_id or actor.unit_id)
