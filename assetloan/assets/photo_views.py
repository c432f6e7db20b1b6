"""The photo of an asset: shown with its description, changed by the officer of its unit."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import photos, queries
from assetloan.assets.forms import PhotoForm
from assetloan.assets.photos import Stored
from assetloan.assets.views import bp
from assetloan.core import clock
from assetloan.core.errors import DomainError
from assetloan.core.forms import save
from assetloan.core.i18n import word
from assetloan.documents.files import store_bytes
from assetloan.documents.photos import reencode
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.rules import Permission


@bp.get("/assets/<path:number>/photo", merge_slashes=False)
@access(Permission.ASSET_CARD)
def photo(number: str) -> ResponseReturnValue:
    """The photo in full with its description; the form for those who may change it."""
    return _page(PhotoForm(), number)


@bp.post("/assets/<path:number>/photo", merge_slashes=False)
@access(Permission.ASSET_EDIT)
def put_photo(number: str) -> ResponseReturnValue:
    """Take a photo in. It is made anew in the child and stored before the transaction begins."""
    asset = queries.by_number(actor(), number)
    actor().require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    form = PhotoForm()
    if form.validate_on_submit():
        try:
            made = reencode(form.photo.data.stream)
        except DomainError as fault:
            form.photo.errors = [word(fault)]
        else:
            stored = [Stored(store_bytes(data), len(data)) for data in (made.jpeg, made.thumb)]
            answer = save(owner_key(), form, lambda: _keep(form, number, stored, now=clock.now()))
            if answer is not None:
                return answer
    return _page(form, number, status=422)


def _keep(form: PhotoForm, number: str, stored: list[Stored], *, now: datetime) -> str:
    full, thumbnail = stored
    asset = photos.set_photo(actor(), number, full, thumbnail, description=form.description.data or "", now=now)
    return url_for("assets.detail", number=asset.number, done="photo")


def _page(form: PhotoForm, number: str, status: int = 200) -> ResponseReturnValue:
    asset = queries.by_number(actor(), number)
    page = render_template(
        "assets/photo.html",
        form=form if request.method == "POST" else None,
        photo_form=form,
        asset=asset,
        photo=photos.of_asset(asset),
        may_edit=actor().may(Permission.ASSET_EDIT, unit_id=asset.unit_id),
    )
    return page, status
