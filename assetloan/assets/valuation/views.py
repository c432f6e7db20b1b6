"""The register card [ทะเบียนคุมทรัพย์สิน] as a page and as a PDF, and the cards of a unit in files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import labels as asset_labels
from assetloan.assets import queries as register
from assetloan.assets.care import labels as care_labels
from assetloan.assets.models import Asset
from assetloan.assets.page_parts import Act
from assetloan.assets.valuation import cards, queries
from assetloan.assets.valuation.queries import CardChoice
from assetloan.assets.views import units_for
from assetloan.core import clock, text
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.core.i18n import _
from assetloan.documents.asset_card import MOST_CARDS, render_cards
from assetloan.identity.guards import access, actor
from assetloan.identity.rules import Actor, Permission

bp = Blueprint("cards", __name__)


def act(who: Actor, asset: Asset) -> Sequence[Act]:
    """The way to the card, for those who may see prices."""
    if not register.sees_all_of(who, asset):
        return ()
    return (Act(url_for("cards.show", number=asset.number), _("ทะเบียนคุมทรัพย์สิน"), sign="list"),)


def _asset(number: str) -> Asset:
    """The asset, for those who may see its price. Raises NotFound, Forbidden."""
    asset = register.by_number(actor(), number)
    actor().require(Permission.ASSET_VIEW, unit_id=asset.unit_id)
    return asset


@bp.get("/assets/<path:number>/card", merge_slashes=False)
@access(Permission.ASSET_VIEW)
def show(number: str) -> ResponseReturnValue:
    """The card as a page: head, lines of its value, repairs."""
    asset = _asset(number)
    drawn = cards.cards_of(actor(), [asset], now=clock.now())[0]
    return render_template(
        "assets/card.html",
        asset=asset,
        card=drawn.card,
        valued=drawn.valued,
        remark=cards.remark_words(asset, drawn.valued),
        received=asset_labels.received_words(asset),
        repairs=drawn.repairs,
        repair_states=care_labels.STATES,
        repair_kinds=care_labels.KINDS,
    )


@bp.get("/assets/<path:number>/card.pdf", merge_slashes=False)
@access(Permission.ASSET_VIEW)
def pdf(number: str) -> ResponseReturnValue:
    """The card as the form of the Comptroller General, A4 landscape, two pages."""
    asset = _asset(number)
    return _file([asset], f"card-{asset.number}.pdf".replace("/", "_"))


def _file(assets: Sequence[Asset], name: str) -> Response:
    now = clock.now()
    made = [drawn.card for drawn in cards.cards_of(actor(), assets, now=now)]
    db.session.rollback()  # no read transaction while the file is made
    body = io.BytesIO(render_cards(made, issued=cards.issued_words(now), at=now))
    return send_file(body, mimetype="application/pdf", as_attachment=True, download_name=name, max_age=0)


# --- many cards -----------------------------------------------------------------------------------------------------


def _asked(name: str, choices: Sequence[tuple[str, str]]) -> str:
    """What was asked for; 400 when it is not among the choices."""
    asked = request.args.get(name, "")
    return asked if not asked or asked in dict(choices) else abort(400)


def _choice() -> tuple[CardChoice | None, list[tuple[str, str, list[tuple[str, str]], str]]]:
    """Whose cards the address asks for, and the filters with what is chosen. Raises NotFound for a foreign unit."""
    units = units_for(actor(), Permission.ASSET_VIEW)
    wanted = request.args.get("unit", "") or (units[0].code if len(units) == 1 else "")
    unit = next((card for card in units if card.code == wanted), None)
    if wanted and unit is None:
        raise NotFound(unit=wanted)
    categories = register.categories()
    every = [("", _("ทุกประเภท")), *((item.code, item.name) for item in categories)]
    category = _asked("category", every)
    filters = [("unit", _("หน่วยงาน"), [("", _("เลือกหน่วยงาน")), *((item.code, item.label) for item in units)], wanted)]
    if unit is None:
        return None, filters
    places = [(str(site.id), site.name) for site in register.places_of([unit.id])]
    # The place of another unit goes when the unit is changed: it is no wrong input.
    place = request.args.get("place", "") if request.args.get("place", "") in dict(places) else ""
    filters.append(("place", _("สถานที่"), [("", _("ทุกสถานที่")), *places], place))
    filters.append(("category", _("ประเภท"), every, category))
    category_id = next((item.id for item in categories if item.code == category), None)
    return CardChoice(unit.id, int(place) if place else None, category_id), filters


@bp.get("/asset-cards")
@access(Permission.ASSET_VIEW)
def choose() -> ResponseReturnValue:
    """Choose whose cards; more than one file holds are given in several."""
    choice, filters = _choice()
    count = queries.count_cards(actor(), choice) if choice is not None else 0
    used = {name: value for name, _words, _choices, value in filters if value}
    files = [
        {
            "url": f"{url_for('cards.many')}?{urlencode(used | {'part': str(part + 1)})}",
            "first": part * MOST_CARDS + 1,
            "last": min((part + 1) * MOST_CARDS, count),
        }
        for part in range(-(-count // MOST_CARDS))
    ]
    return render_template(
        "assets/cards.html", filters=filters, chosen=choice is not None, count=count, files=files, most=MOST_CARDS
    )


@bp.get("/asset-cards/pdf")
@access(Permission.ASSET_VIEW)
def many() -> ResponseReturnValue:
    """One file of the cards that were chosen."""
    choice = _choice()[0]
    try:
        part = text.parse_int(request.args.get("part", "1"), least=1, most=100_000)
    except ValueError:
        abort(400)
    assets = queries.assets_of(actor(), choice, offset=(part - 1) * MOST_CARDS, most=MOST_CARDS) if choice else []
    if not assets:
        raise NotFound(part=part)
    return _file(assets, f"cards-{clock.today().isoformat()}-{part}.pdf")
