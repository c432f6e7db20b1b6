"""Photos of assets: stored re-encoded (documents.photos), shown to everyone who may see the asset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from assetloan import audit
from assetloan.assets import queries
from assetloan.assets.models import Asset
from assetloan.assets.rules import AssetEventKind
from assetloan.assets.service import note_event
from assetloan.core import text
from assetloan.core.db import db
from assetloan.core.errors import invalid
from assetloan.documents.files import File, add_file, files_of
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref

OBJECT = "asset"
MIME = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that lie in the store already: no file work happens inside a transaction."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class AssetPhoto:
    """The photo of an asset as pages show it."""

    id: int
    thumbnail_id: int
    description: str


def of_asset(asset: Asset) -> AssetPhoto | None:
    """The photo of an asset that the caller may see."""
    if asset.photo_id is None:
        return None
    files = files_of(OBJECT, str(asset.id))
    photo = next(file for file in files if file.id == asset.photo_id)
    thumbnail = next((file for file in files if file.kind == "thumbnail" and file.id > photo.id), photo)
    return AssetPhoto(photo.id, thumbnail.id, photo.description)


def set_photo(
    actor: Actor, reference: str, photo: Stored, thumbnail: Stored, *, description: str, now: datetime
) -> Asset:
    """Give an asset its photo; earlier ones stay stored. Raises NotFound, Forbidden, Invalid."""
    asset = queries.by_number(actor, reference)
    actor.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    words = text.clean(description)
    if not words:
        raise invalid("description", "photo_needs_words")
    kept = [
        _kept(actor, asset, stored, kind, words, now) for stored, kind in ((photo, "photo"), (thumbnail, "thumbnail"))
    ]
    # Not through the row's version: someone who edits the card meanwhile is not in the way of a photo.
    db.session.execute(
        update(Asset)
        .where(Asset.id == asset.id)
        .values(photo_id=kept[0].id)
        .execution_options(synchronize_session="evaluate")
    )
    note_event(actor, asset, AssetEventKind.EDITED, at=now, after={"photo": words})
    audit.record(actor_ref(actor), "asset.photo", asset.ref, at=now, after={"sha256": photo.sha256, "photo": words})
    return asset


def _kept(actor: Actor, asset: Asset, stored: Stored, kind: str, words: str, now: datetime) -> File:
    return add_file(
        stored.sha256,
        size=stored.size,
        mime=MIME,
        name=f"{kind}.jpg",
        kind=kind,
        unit_id=asset.unit_id,
        object_type=OBJECT,
        object_key=str(asset.id),
        person_id=actor.person_id,
        at=now,
        description=words,
    )
