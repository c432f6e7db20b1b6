"""Labelling rounds: progress of the agency, a unit and its rooms; the room where things get their labels."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from assetloan.assets.labelling import round_queries, round_words, rounds
from assetloan.assets.labelling.adopted import LONGEST
from assetloan.assets.labelling.round_queries import NO_PLACE, NOTHING
from assetloan.assets.labelling.rounds import RoundAct
from assetloan.assets.page_parts import Act
from assetloan.core import clock
from assetloan.core.db import transaction
from assetloan.core.errors import DomainError, NotFound
from assetloan.core.forms import ActForm, save
from assetloan.core.i18n import _, format_day, word
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import UnitCard, unit_by_code, unit_tree
from assetloan.identity.rules import Actor, Permission

bp = Blueprint("rounds", __name__)
MOST_ACTS = 200


def act(who: Actor) -> Act | None:
    """The way in from the register's list."""
    if not who.has(Permission.ASSET_EDIT):
        return None
    return Act(url_for("rounds.index"), _("ติดป้ายทั้งหน่วยงาน"), sign="qr")


def _unit(code: str) -> UnitCard:
    """A unit whose register the person reads. Raises NotFound."""
    card = unit_by_code(code, clock.today())
    if not actor().may(Permission.ASSET_VIEW, unit_id=card.id):
        raise NotFound(unit=code)
    return card


def room_words(name: str) -> str:
    """A room's name; things without a place have one too."""
    return name or _("ยังไม่ระบุสถานที่")


# --- progress -------------------------------------------------------------------------------------------------------


@bp.get("/labelling")
@access(Permission.ASSET_VIEW)
def index() -> ResponseReturnValue:
    """How far each unit is; who keeps one unit only goes straight to it."""
    who, tree = actor(), unit_tree(clock.today())
    found, running = round_queries.by_unit(who), round_queries.open_rounds()
    scope = who.scope(Permission.ASSET_VIEW)
    units = [card for card in tree.ordered() if scope.everything or card.id in scope.units]
    rows = [(card, found.get(card.id, NOTHING), running.get(card.id)) for card in units]
    rows = [row for row in rows if row[1].total or row[2]]
    if len(units) == 1:
        return redirect(url_for("rounds.unit", unit=units[0].code), 303)
    whole = round_queries.Progress(sum(row[1].total for row in rows), sum(row[1].labelled for row in rows))
    return render_template("labelling/agency.html", rows=rows, whole=whole, day=format_day)


@bp.get("/labelling/<unit>")
@access(Permission.ASSET_VIEW)
def unit(unit: str) -> ResponseReturnValue:
    """A unit's round and its rooms."""
    return _unit_page(_unit(unit), ActForm())


def _unit_page(card: UnitCard, form: ActForm, status: int = 200) -> ResponseReturnValue:
    rooms, current = round_queries.rooms_of(card.id), round_queries.open_round(card.id)
    whole = round_queries.Progress(
        sum(room.progress.total for room in rooms), sum(room.progress.labelled for room in rooms)
    )
    page = render_template(
        "labelling/unit.html",
        form=form,
        unit=card,
        rooms=rooms,
        whole=whole,
        current=current,
        since=format_day(current.started_on) if current is not None else "",
        may=actor().may(Permission.ASSET_EDIT, unit_id=card.id),
        room_words=room_words,
    )
    return page, status


@bp.post("/labelling/<unit>/start")
@access(Permission.ASSET_EDIT)
def start(unit: str) -> ResponseReturnValue:
    """Open a round."""
    return _done(unit, lambda unit_id, now: rounds.start_round(actor(), unit_id, now=now))


@bp.post("/labelling/<unit>/end")
@access(Permission.ASSET_EDIT)
def end(unit: str) -> ResponseReturnValue:
    """Close the round."""
    return _done(unit, lambda unit_id, now: rounds.end_round(actor(), unit_id, now=now))


def _done(code: str, work: Any) -> ResponseReturnValue:
    card, form = _unit(code), ActForm()

    def once() -> str:
        work(card.id, clock.now())
        return url_for("rounds.unit", unit=card.code)

    if form.validate_on_submit():
        answer = save(owner_key(), form, once)
        if answer is not None:
            return answer
    return _unit_page(card, form, 422)


# --- a room ---------------------------------------------------------------------------------------------------------


@bp.get("/labelling/<unit>/rooms/<int:place>")
@access(Permission.ASSET_VIEW)
def room(unit: str, place: int) -> ResponseReturnValue:
    """What of a room has no label yet; the officer scans here."""
    return render_template("labelling/room.html", **_room(_unit(unit), place))


@bp.get("/labelling/<unit>/rooms/<int:place>/list")
@access(Permission.ASSET_VIEW)
def listed(unit: str, place: int) -> Response:
    """The same for a telephone that keeps it for a room without a network."""
    return jsonify(_kept(_unit(unit), place))


@bp.post("/labelling/<unit>/rooms/<int:place>")
@access(Permission.ASSET_EDIT)
def scan(unit: str, place: int) -> ResponseReturnValue:
    """One scanned text, or the acts that a telephone kept while it was offline."""
    card = _unit(unit)
    actor().require(Permission.ASSET_EDIT, unit_id=card.id)
    if "acts" in request.form:
        return _take_all(card, place)
    form = ActForm()
    if not form.validate_on_submit():
        return render_template("labelling/room.html", form=form, **_room(card, place)), 422
    given = request.form
    code, thing = given.get("code", "")[: 2 * LONGEST], given.get("asset", "")[:LONGEST]
    told = _take(card, RoundAct(given.get("key", ""), code, thing, bool(given.get("adopt"))))
    shown = _room(card, place) | {"outcome": told}
    if request.headers.get("X-Requested-With") == "fetch":
        return render_template("labelling/room_list.html", **shown)
    if told["signal"] == "added":
        return redirect(url_for("rounds.room", unit=card.code, place=place), 303)
    return render_template("labelling/room.html", typed=given.get("code", ""), **shown), 422


def _take(card: UnitCard, sent: RoundAct) -> dict[str, str]:
    """What became of one act, in words. Raises Forbidden and what stops every act of the unit."""
    try:
        with transaction():
            told = rounds.take_act(actor(), card.id, sent, now=clock.now())
            said, kind = round_words.told_words(told), told.kind
    except DomainError as error:
        if error.code == "not_allowed":
            raise
        signal = "unknown" if error.code in ("label_unknown", "not_found") else "refused"
        return {"key": sent.key, "kind": error.code, "signal": signal, "said": word(error)}
    return {"key": sent.key, "kind": kind, "signal": round_words.SIGNALS[kind], "said": said}


def _take_all(card: UnitCard, place: int) -> ResponseReturnValue:
    """Kept acts in their order. Without an open round none is taken: the telephone keeps them."""
    acts = _read_acts(request.form["acts"])
    if round_queries.open_round(card.id) is None:
        return jsonify({"said": word(DomainError("round_not_open"))}), 409
    outcomes = [_take(card, sent) for sent in acts]
    return jsonify({"outcomes": outcomes, "list": _kept(card, place)})


def _read_acts(text: str) -> list[RoundAct]:
    """The acts as the page keeps them; 400 for anything else."""
    try:
        given = json.loads(text)
        acts = [
            RoundAct(
                str(item["key"]),
                str(item["code"])[: 2 * LONGEST],
                str(item.get("asset") or "")[:LONGEST],
                item.get("adopt") is True,
                datetime.fromisoformat(str(item["at"])),
            )
            for item in given
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        abort(400)
    if not 0 < len(acts) <= MOST_ACTS or any(item.at is None or item.at.tzinfo is None for item in acts):
        abort(400)
    return acts


def _room(card: UnitCard, place: int) -> dict[str, Any]:
    name = round_queries.room_name(card.id, place)
    if name is None:
        raise NotFound(place=place)
    progress, things = round_queries.things_of(card.id, place)
    current, who = round_queries.open_round(card.id), actor()
    edits = who.may(Permission.ASSET_EDIT, unit_id=card.id)
    may = current is not None and edits
    last = round_queries.last_told(current.id, who.person_id) if current is not None and may else None
    return {
        "unit": card,
        "place": place,
        "name": room_words(name),
        "progress": progress,
        "things": things,
        "current": current,
        "may": may,
        "starts": edits and current is None,
        "last": round_words.last_words(*last) if last is not None else "",
        "act_form": ActForm(),
        "outcome": {"signal": "", "said": ""},
        "tones": round_words.TONES,
    }


def _kept(card: UnitCard, place: int) -> dict[str, Any]:
    """A room as a telephone keeps it; it says whose it is, so that nobody sends another's acts."""
    shown = _room(card, place)
    return {
        "person": str(actor().person_id),
        "csrf": generate_csrf(),
        "title": f"{shown['name']} {card.name}",
        "may": shown["may"],
        "total": shown["progress"].total,
        "labelled": shown["progress"].labelled,
        "last": shown["last"],
        "things": [
            {"number": thing.number, "name": thing.name, "detail": thing.detail, "labelled": thing.labelled}
            for thing in shown["things"]
        ],
    }


@bp.get("/labelling/offline")
@access("public")
def shell() -> ResponseReturnValue:
    """The room page without data, which a telephone keeps for when it has no network."""
    return render_template("labelling/offline.html")


@bp.get("/labelling/worker.js")
@access("public")
def worker() -> Response:
    """The service worker, at an address from which it may serve the rooms; it names the release that it keeps."""
    static, templates = Path(current_app.static_folder or ""), Path(current_app.template_folder or "")
    script = (static / "js" / "labelling-worker.js").read_text(encoding="utf-8")
    return Response(f'const RELEASE = "{_release(static, templates)}";\n{script}', mimetype="text/javascript")


@lru_cache(maxsize=4)
def _release(*folders: Path) -> str:
    """A mark of everything that the kept page is made of: it changes with any script, style or template."""
    mark = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            mark.update(str(path.relative_to(folder)).encode())
            mark.update(hashlib.sha256(path.read_bytes()).digest())
    return mark.hexdigest()[:16]


@bp.post("/labelling/<unit>/undo")
@access(Permission.ASSET_EDIT)
def undo(unit: str) -> ResponseReturnValue:
    """Take back one's last act; back to the room."""
    card, form = _unit(unit), ActForm()
    given = request.form.get("place", "")
    place = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else NO_PLACE

    def once() -> str:
        rounds.undo_last(actor(), card.id, now=clock.now())
        return url_for("rounds.room", unit=card.code, place=place)

    if form.validate_on_submit():
        answer = save(owner_key(), form, once)
        if answer is not None:
            return answer
    return render_template("labelling/room.html", form=form, **_room(card, place)), 422
