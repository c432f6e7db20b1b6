"""Codes of assets: another label, linking a blank one, revoking a lost one; scans and finds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select

from assetloan import audit
from assetloan.assets import chance, queries
from assetloan.assets.labelling.models import CodeBatch
from assetloan.assets.models import Asset, Code, ScanLog
from assetloan.assets.rules import AssetEventKind, CodeState
from assetloan.assets.service import note_event
from assetloan.core import clock, counters, ids, text
from assetloan.core.db import db
from assetloan.core.errors import DomainError, NotFound, invalid
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref


def add_code(actor: Actor, reference: str, *, now: datetime, reason: str = "") -> str:
    """Another code for an asset (a new label), with the reason for it. Raises NotFound, Forbidden."""
    asset = queries.by_number(actor, reference)
    actor.require(Permission.LABEL_PRINT, unit_id=asset.unit_id)
    code, why = ids.new_code(chance.source), text.clean(reason)
    db.session.add(Code(code=code, asset_id=asset.id, state=CodeState.LINKED, unit_id=asset.unit_id, created_at=now))
    note_event(actor, asset, AssetEventKind.CODE, at=now, after={"added": code}, reason=why)
    audit.record(actor_ref(actor), "code.added", asset.ref, at=now, after={"code": code, "reason": why})
    return code


def link_code(actor: Actor, typed: str, reference: str, *, now: datetime) -> Asset:
    """Tie a blank code to an asset, named by number or by another of its codes.

    Raises NotFound, Forbidden, DomainError("code_taken", "code_revoked").
    """
    asset = queries.by_reference(actor, reference)
    actor.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    code = _code_to_link(actor, typed)
    if code.state is not CodeState.BLANK:
        raise DomainError("code_revoked" if code.state is CodeState.REVOKED else "code_taken", code=code.code)
    code.state, code.asset_id, code.unit_id = CodeState.LINKED, asset.id, asset.unit_id
    note_event(actor, asset, AssetEventKind.CODE, at=now, after={"linked": code.code})
    audit.record(actor_ref(actor), "code.linked", asset.ref, at=now, after={"code": code.code})
    return asset


def _code_to_link(actor: Actor, typed: str) -> Code:
    """A code, locked, of a unit whose register the actor edits: that of another is as good as unknown."""
    code = db.session.scalars(
        select(Code).where(Code.code == (ids.read_code(typed) or "")).with_for_update()
    ).one_or_none()
    if code is None or not (code.unit_id is None or actor.may(Permission.ASSET_EDIT, unit_id=code.unit_id)):
        raise NotFound(code=typed)
    return code


def relink_code(actor: Actor, typed: str, reference: str, *, reason: str, now: datetime) -> Asset:
    """Take a code off the thing it was tied to by mistake and tie it to another, with the reason.

    Raises NotFound, Forbidden, Invalid, DomainError("code_revoked", "code_not_linked", "code_linked_here").
    """
    asset = queries.by_reference(actor, reference)
    actor.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    why = text.clean(reason)
    if not why:
        raise invalid("reason", "required")
    code = _code_to_link(actor, typed)
    if code.state is not CodeState.LINKED or code.asset_id is None:
        raise DomainError("code_revoked" if code.state is CodeState.REVOKED else "code_not_linked", code=code.code)
    if code.asset_id == asset.id:
        raise DomainError("code_linked_here", code=code.code)
    before = queries.by_reference(actor, code.code)
    actor.require(Permission.ASSET_EDIT, unit_id=before.unit_id)
    code.asset_id, code.unit_id, code.attached_at = asset.id, asset.unit_id, None
    note_event(actor, before, AssetEventKind.CODE, at=now, before={"linked": code.code}, reason=why)
    note_event(actor, asset, AssetEventKind.CODE, at=now, after={"linked": code.code}, reason=why)
    after = {"code": code.code, "to": asset.number, "reason": why}
    audit.record(actor_ref(actor), "code.relinked", before.ref, at=now, before={"code": code.code}, after=after)
    return asset


def revoke_code(actor: Actor, reference: str, typed: str, *, reason: str, now: datetime) -> None:
    """End a code (a lost label). Raises NotFound, Forbidden, Invalid, DomainError("code_revoked")."""
    asset = queries.by_number(actor, reference)
    actor.require(Permission.LABEL_PRINT, unit_id=asset.unit_id)
    why = text.clean(reason)
    if not why:
        raise invalid("reason", "required")
    code = next((item for item in asset.codes if item.code == ids.read_code(typed)), None)
    if code is None:
        raise NotFound(code=typed)
    if code.state is CodeState.REVOKED:
        raise DomainError("code_revoked", code=code.code)
    code.state, code.revoked_at, code.revoked_reason = CodeState.REVOKED, now, why
    note_event(actor, asset, AssetEventKind.CODE, at=now, before={"revoked": code.code}, reason=why)
    audit.record(actor_ref(actor), "code.revoked", asset.ref, at=now, before={"code": code.code}, after={"reason": why})


MOST_BLANK = 2000


def create_batch(actor: Actor, unit_id: int, count: int, *, note: str = "", now: datetime) -> CodeBatch:
    """A batch of blank codes, to print now and link later. Raises Forbidden, Invalid."""
    actor.require(Permission.LABEL_PRINT, unit_id=unit_id)
    if not 1 <= count <= MOST_BLANK:
        raise invalid("count", "number_out_of_range", least=1, most=MOST_BLANK)
    unit = unit_tree(clock.bangkok_date(now))[unit_id]
    number = counters.next_number("code_batch", unit.code, 0)
    batch = CodeBatch(
        unit_id=unit_id,
        number=number,
        size=count,
        note=text.clean(note)[:200],
        created_at=now,
        person_id=actor.person_id,
    )
    db.session.add(batch)
    db.session.flush()
    rows = [
        {
            "code": ids.new_code(chance.source),
            "state": CodeState.BLANK,
            "unit_id": unit_id,
            "batch_id": batch.id,
            "created_at": now,
        }
        for _number in range(count)
    ]
    db.session.execute(insert(Code), rows)
    about = audit.ObjectRef("unit", unit.code, unit_id)
    audit.record(actor_ref(actor), "code.blank_made", about, at=now, after={"count": count, "batch": number})
    return batch


def create_blank_codes(actor: Actor, unit_id: int, count: int, *, now: datetime) -> list[str]:
    """The codes of a new batch, in their order. Raises as `create_batch`."""
    batch = create_batch(actor, unit_id, count, now=now)
    return list(db.session.scalars(select(Code.code).where(Code.batch_id == batch.id).order_by(Code.id)))


def code_places(actor: Actor, unit_id: int, place_ids: Sequence[int], *, now: datetime) -> int:
    """Give places of a unit that have no code in use one each; says how many. Raises Forbidden, NotFound."""
    actor.require(Permission.LABEL_PRINT, unit_id=unit_id)
    own = {site.id: site for site in queries.places_of([unit_id])}
    stray = next((place_id for place_id in place_ids if place_id not in own), None)
    if stray is not None:
        raise NotFound(place=stray)
    having = select(Code.place_id).where(Code.place_id.is_not(None), Code.state == CodeState.LINKED)
    known = set(db.session.scalars(having))
    bare = [place_id for place_id in dict.fromkeys(place_ids) if place_id not in known]
    for place_id in bare:
        code = ids.new_code(chance.source)
        db.session.add(Code(code=code, place_id=place_id, state=CodeState.LINKED, unit_id=unit_id, created_at=now))
        about = audit.ObjectRef("place", own[place_id].name, unit_id)
        audit.record(actor_ref(actor), "code.added", about, at=now, after={"code": code})
    db.session.flush()
    return len(bare)


def log_scan(actor: Actor, code: str, asset_id: int | None, *, now: datetime) -> None:
    """Note that a signed-in person scanned a code (best effort, after the page)."""
    if actor.person_id is not None:
        db.session.add(ScanLog(code=code, asset_id=asset_id, person_id=actor.person_id, at=now))


def report_found(actor: Actor, reference: str, *, where: str, now: datetime) -> Asset:
    """Someone found a thing that is reported lost or lies about; its unit is told. Raises NotFound, Invalid."""
    asset = queries.by_reference(actor, reference)
    actor.require(Permission.LOAN_REQUEST, unit_id=actor.unit_id, owner_id=actor.person_id)
    if not text.clean(where):
        raise invalid("where", "required")
    note_event(actor, asset, AssetEventKind.FOUND, at=now, after={"where": text.clean(where)[:200]})
    audit.record(actor_ref(actor), "asset.found", asset.ref, at=now, after={"where": text.clean(where)[:200]})
    return asset
