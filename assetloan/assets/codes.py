"""Codes of assets: another label, linking a blank one, revoking a lost one; scans and finds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from assetloan import audit
from assetloan.assets import chance, queries
from assetloan.assets.models import Asset, Code, ScanLog
from assetloan.assets.rules import AssetEventKind, CodeState
from assetloan.assets.service import note_event
from assetloan.core import clock, ids, text
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
    """Tie a blank code to an asset. Raises NotFound, Forbidden, DomainError("code_taken", "code_revoked")."""
    asset = queries.by_number(actor, reference)
    actor.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    code = db.session.scalars(
        select(Code).where(Code.code == (ids.read_code(typed) or "")).with_for_update()
    ).one_or_none()
    # A code of another unit is as good as unknown, whatever its state.
    if code is None or not (code.unit_id is None or actor.may(Permission.ASSET_EDIT, unit_id=code.unit_id)):
        raise NotFound(code=typed)
    if code.state is not CodeState.BLANK:
        raise DomainError("code_revoked" if code.state is CodeState.REVOKED else "code_taken", code=code.code)
    code.state, code.asset_id, code.unit_id = CodeState.LINKED, asset.id, asset.unit_id
    note_event(actor, asset, AssetEventKind.CODE, at=now, after={"linked": code.code})
    audit.record(actor_ref(actor), "code.linked", asset.ref, at=now, after={"code": code.code})
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


MOST_BLANK = 500


def create_blank_codes(actor: Actor, unit_id: int, count: int, *, now: datetime) -> list[str]:
    """Codes to print now and link later. Raises Forbidden, Invalid."""
    actor.require(Permission.LABEL_PRINT, unit_id=unit_id)
    if not 1 <= count <= MOST_BLANK:
        raise invalid("count", "number_out_of_range", least=1, most=MOST_BLANK)
    made = [ids.new_code(chance.source) for _number in range(count)]
    db.session.add_all(Code(code=code, state=CodeState.BLANK, unit_id=unit_id, created_at=now) for code in made)
    db.session.flush()
    unit = unit_tree(clock.bangkok_date(now))[unit_id]
    about = audit.ObjectRef("unit", unit.code, unit_id)
    audit.record(actor_ref(actor), "code.blank_made", about, at=now, after={"count": count})
    return made


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
