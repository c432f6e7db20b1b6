"""All by which a thing is found: its labels, the barcodes it has adopted, the numbers it had; ending a barcode."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import labels
from assetloan.assets import queries as register
from assetloan.assets.code_views import bp
from assetloan.assets.forms import RevokeForm
from assetloan.assets.labelling import adopted, barcodes
from assetloan.assets.labelling.models import Barcode
from assetloan.assets.models import Asset
from assetloan.assets.page_parts import Act
from assetloan.core import clock
from assetloan.core.errors import DomainError, NotFound
from assetloan.core.forms import done_before, save
from assetloan.core.i18n import _
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.rules import Actor, Permission


def act(who: Actor, asset: Asset) -> Sequence[Act]:
    """The way to all codes, for those who read the register of the unit."""
    if not register.sees_all_of(who, asset):
        return ()
    return (Act(url_for("codes.every", number=asset.number), _("รหัสและบาร์โค้ดทั้งหมด"), sign="scan"),)


@bp.get("/assets/<path:number>/codes", merge_slashes=False)
@access(Permission.ASSET_VIEW)
def every(number: str) -> ResponseReturnValue:
    """All codes of a thing, those that ended too."""
    who = actor()
    asset = register.by_number(who, number)
    who.require(Permission.ASSET_VIEW, unit_id=asset.unit_id)
    return render_template(
        "labelling/codes.html",
        asset=asset,
        codes=asset.codes,
        code_words=labels.code_words,
        states=labels.CODE_STATES,
        tones=labels.CODE_TONES,
        barcodes=adopted.every_barcode_of(asset.id),
        former=adopted.former_numbers_of(asset.id),
        may_print=who.may(Permission.LABEL_PRINT, unit_id=asset.unit_id),
        may_edit=who.may(Permission.ASSET_EDIT, unit_id=asset.unit_id),
        ended=request.args.get("done") == "barcode",
    )


@bp.route("/assets/<path:number>/barcodes/<int:barcode_id>/revoke", methods=["GET", "POST"], merge_slashes=False)
@access(Permission.ASSET_EDIT)
def revoke_barcode(number: str, barcode_id: int) -> ResponseReturnValue:
    """End an adopted barcode; says first what that means."""
    again = done_before(owner_key())
    if again is not None:
        return again
    form = RevokeForm()
    _asset, barcode = _adopted(number, barcode_id)
    if form.validate_on_submit():
        answer = save(owner_key(), form, lambda: _revoke(form, number, barcode_id))
        if answer is not None:
            return answer
    asset, barcode = _adopted(number, barcode_id)
    page = render_template("labelling/barcode_revoke.html", form=form, asset=asset, barcode=barcode)
    return page, 422 if request.method == "POST" else 200


def _adopted(number: str, barcode_id: int) -> tuple[Asset, Barcode]:
    """A barcode of a thing whose register this person edits. Raises NotFound, Forbidden, DomainError."""
    asset = register.by_number(actor(), number)
    actor().require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    found = next((row for row in adopted.every_barcode_of(asset.id) if row.id == barcode_id), None)
    if found is None:
        raise NotFound(barcode=barcode_id)
    if found.revoked_at is not None:
        raise DomainError("barcode_ended", text=found.text)
    return asset, found


def _revoke(form: RevokeForm, number: str, barcode_id: int) -> str:
    asset = register.by_number(actor(), number)
    barcodes.revoke_barcode(actor(), asset, barcode_id, reason=form.reason.data or "", now=clock.now())
    return url_for("codes.every", number=asset.number, done="barcode")
