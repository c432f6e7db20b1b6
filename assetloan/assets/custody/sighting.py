"""“Found here” [พบที่นี่]: anyone says where a thing is; its officer makes a move of it. It never counts a thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assetloan import audit
from assetloan.assets import queries as register
from assetloan.assets.custody import moving, queries, rules
from assetloan.assets.custody.models import Move, Sighting
from assetloan.assets.custody.moving import Moving
from assetloan.assets.custody.rules import SightingAction
from assetloan.assets.models import Asset, Site
from assetloan.assets.rules import AssetEventKind
from assetloan.assets.service import note_event
from assetloan.core import clock, text
from assetloan.core.db import db
from assetloan.core.errors import Forbidden, invalid
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref

REASON = "มีผู้แจ้งพบ"  # data of the office, so in Thai


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a thing was seen: a place by its id, or a typed one."""

    place_id: int | None = None
    place: str = ""


def report_sighting(actor: Actor, reference: str, seen: Seen, *, now: datetime) -> Sighting:
    """Say where a thing is. Said twice, it is one sighting. Raises NotFound, Forbidden, Invalid."""
    asset = register.by_reference(actor, reference)
    actor.require(Permission.ASSET_SIGHT, unit_id=asset.unit_id)
    return _note(actor, asset, *_place(actor, asset.unit_id, seen), now=now)


def report_label(actor: Actor, typed: str, seen: Seen, *, now: datetime) -> None:
    """The same with a label that opens nothing for this person: its unit is told, the person learns nothing.

    A code that nobody has is answered alike. Raises Forbidden, Invalid.
    """
    asset = register.behind_label(actor, typed)
    place_id, words = _place(actor, actor.unit_id or 0, seen)
    if asset is not None:
        _note(actor, asset, place_id, words, now=now)


def _note(actor: Actor, asset: Asset, place_id: int | None, words: str, *, now: datetime) -> Sighting:
    again = queries.same_sighting(actor, asset.id, place_id, words)
    if again is not None:
        return again
    if actor.person_id is None:
        raise Forbidden(permission=Permission.ASSET_SIGHT.value)
    row = Sighting(asset_id=asset.id, person_id=actor.person_id, seen_at=now, place_id=place_id, place_text=words)
    db.session.add(row)
    db.session.flush()
    note_event(actor, asset, AssetEventKind.FOUND, at=now, after={"where": words})
    audit.record(actor_ref(actor), "asset.sighted", asset.ref, at=now, after={"where": words})
    return row


def _place(actor: Actor, unit_id: int, seen: Seen) -> tuple[int | None, str]:
    """The place and its name: one of those offered, or what was typed, which may name a known one."""
    if seen.place_id is not None:
        site = next((site for site in offered_places(actor, unit_id) if site.id == seen.place_id), None)
        if site is None:
            raise invalid("place", "unknown_value", value=seen.place_id)
        return site.id, site.name
    words = text.clean(seen.place)
    if not words:
        raise invalid("place", "required")
    if len(words) > 200:
        raise invalid("place", "too_long", most=200)
    known = next((site for site in offered_places(actor, unit_id) if site.name_key == text.search_key(words)), None)
    return (known.id, known.name) if known is not None else (None, words)


def offered_places(actor: Actor, unit_id: int) -> list[Site]:
    """Places to choose from: where one said so last, then those of one's own unit and, by right, of the thing's."""
    units = [actor.unit_id] if actor.unit_id is not None else []
    if unit_id != actor.unit_id and actor.may(Permission.ASSET_VIEW, unit_id=unit_id):
        units.append(unit_id)
    recent = [site for site in queries.recent_places(actor) if site.unit_id in units]
    return recent + [site for site in register.places_of(units) if site not in recent]


def confirm_sighting(actor: Actor, row_id: int, *, now: datetime) -> Move:
    """Make a move of it: within the unit at once, an offer when the place is another unit's.

    Raises NotFound, Forbidden, DomainError("sighting_decided") and what a move refuses.
    """
    row = queries.sighting_of(actor, row_id, lock=True)
    asset = row.asset
    actor.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    row.state = rules.sighting_step(row.state, SightingAction.CONFIRM)
    row.decided_at, row.decided_by_id = now, actor.person_id
    db.session.flush()
    other = row.place is not None and row.place.unit_id != asset.unit_id
    target = unit_tree(clock.bangkok_date(now))[row.place.unit_id].code if other and row.place is not None else ""
    name = row.place.name if row.place is not None else row.place_text
    move = moving.move_assets(actor, Moving((asset.number,), REASON, target, name), now=now)
    audit.record(
        actor_ref(actor), "asset.sighting_confirmed", asset.ref, at=now, after={"where": name, "move": move.number}
    )
    return move


def dismiss_sighting(actor: Actor, row_id: int, *, note: str, now: datetime) -> Sighting:
    """Set it aside with a note. Raises NotFound, Forbidden, Invalid, DomainError("sighting_decided")."""
    row = queries.sighting_of(actor, row_id, lock=True)
    actor.require(Permission.ASSET_EDIT, unit_id=row.asset.unit_id)
    why = text.clean(note)[:300]
    if not why:
        raise invalid("note", "required")
    row.state = rules.sighting_step(row.state, SightingAction.DISMISS)
    row.decided_at, row.decided_by_id, row.decision_note = now, actor.person_id, why
    after = {"where": row.place_text, "note": why}
    audit.record(actor_ref(actor), "asset.sighting_dismissed", row.asset.ref, at=now, after=after)
    return row
