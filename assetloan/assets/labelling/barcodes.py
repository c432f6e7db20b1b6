"""Barcodes that were on things before they came to us: adopted and ended. One thing has a text while it holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assetloan import audit
from assetloan.assets.labelling.adopted import LONGEST, assets_of, barcodes_of, keys_of
from assetloan.assets.labelling.models import Barcode
from assetloan.assets.models import Asset, Code
from assetloan.assets.rules import AssetEventKind
from assetloan.assets.searching import number_pair
from assetloan.assets.service import note_event
from assetloan.core import ids, text
from assetloan.core.db import db, savepoint, violates
from assetloan.core.errors import DomainError, NotFound, invalid
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref


def adopt_barcode(actor: Actor, asset: Asset, typed: str, *, now: datetime) -> Barcode:
    """Let a text that is already on a thing find it from now on.

    Raises Forbidden, Invalid, DomainError("barcode_taken", "barcode_is_label", "barcode_is_number").
    """
    actor.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    written = text.clean(typed)
    keys = keys_of(typed)
    if not keys or not written:
        raise invalid("code", "required")
    if len(written) > LONGEST:
        raise invalid("code", "too_long", most=LONGEST)
    code = ids.read_code(typed)
    if code is not None and db.session.scalar(select(Code.id).where(Code.code == code)) is not None:
        raise DomainError("barcode_is_label", code=code)
    key, piece = number_pair(written)
    numbered = select(Asset.id).where(
        Asset.number_key == key, Asset.piece == piece, Asset.withdrawn_at.is_(None), Asset.id != asset.id
    )
    if db.session.scalar(numbered) is not None:
        raise DomainError("barcode_is_number", text=written)
    if assets_of([typed]).get(typed, asset.id) != asset.id:
        raise DomainError("barcode_taken", text=written)
    barcode = Barcode(text=written, text_key=keys[0], asset_id=asset.id, adopted_at=now, person_id=actor.person_id)
    try:
        with savepoint():
            db.session.add(barcode)
            db.session.flush()
    except IntegrityError as error:
        if violates(error, "uq_barcode_text", "barcode.text_key"):
            raise DomainError("barcode_taken", text=written) from error
        raise
    note_event(actor, asset, AssetEventKind.CODE, at=now, after={"barcode": written})
    audit.record(actor_ref(actor), "barcode.adopted", asset.ref, at=now, after={"barcode": written})
    return barcode


def revoke_barcode(actor: Actor, asset: Asset, barcode_id: int, *, reason: str, now: datetime) -> None:
    """End an adopted barcode; its text is free again. Raises Forbidden, NotFound, Invalid."""
    actor.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    why = text.clean(reason)
    if not why:
        raise invalid("reason", "required")
    found = next((item for item in barcodes_of(asset.id) if item.id == barcode_id), None)
    if found is None:
        raise NotFound(barcode=barcode_id)
    found.revoked_at, found.revoked_reason = now, why
    note_event(actor, asset, AssetEventKind.CODE, at=now, before={"barcode": found.text}, reason=why)
    audit.record(
        actor_ref(actor), "barcode.revoked", asset.ref, at=now, before={"barcode": found.text}, after={"reason": why}
    )
