"""Moves: starting one, the offers that wait, accepting, declining, taking back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import queries as register
from assetloan.assets.care.queries import pieces_of
from assetloan.assets.care.views import filled
from assetloan.assets.custody import labels, moving, queries
from assetloan.assets.custody.forms import AcceptForm, MoveForm, ReasonForm, nobody, people_choices
from assetloan.assets.custody.models import Move
from assetloan.assets.custody.rules import MOVE_STEPS, MoveAction, MoveState
from assetloan.assets.custody.views import asked_unit
from assetloan.assets.views import units_for
from assetloan.core import clock
from assetloan.core.errors import Forbidden
from assetloan.identity.guards import access, actor
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission

bp = Blueprint("moves", __name__)


def unit_name(unit_id: int) -> str:
    """The name of a unit as it is now."""
    card = unit_tree(clock.today()).get(unit_id)
    return card.name if card is not None else ""


def may(who: Actor, move: Move, action: MoveAction) -> bool:
    """Whether the table lets this person take the step now."""
    step = MOVE_STEPS.get((move.state, action))
    if step is None:
        return False
    unit_id = move.to_unit_id if step[1] == "receiver" else move.from_unit_id
    return who.may(Permission.ASSET_EDIT, unit_id=unit_id)


@bp.get("/moves")
@access(Permission.ASSET_VIEW)
def index() -> ResponseReturnValue:
    """The offers that wait, those that wait for me first; then what was decided."""
    who = actor()
    offered = sorted(queries.moves_of(who, offered=True), key=lambda move: not may(who, move, MoveAction.ACCEPT))
    return render_template(
        "assets/moves.html",
        offered=[(move, may(who, move, MoveAction.ACCEPT)) for move in offered],
        decided=queries.moves_of(who, offered=False),
        unit_name=unit_name,
        states=labels.MOVE_STATES,
        tones=labels.MOVE_TONES,
        may_move=who.has(Permission.ASSET_EDIT),
    )


@bp.route("/moves/new", methods=["GET", "POST"])
@access(Permission.ASSET_EDIT)
def new() -> ResponseReturnValue:
    """Move things to another place of the unit, or offer them to another unit."""
    unit, form = asked_unit(), MoveForm()
    cards = [card for card in unit_tree(clock.today()).ordered() if card.id != unit.id]
    form.to_unit.choices = [("", f"{unit.name}"), *((card.code, card.name) for card in cards)]
    if request.method == "GET":
        form.assets.data = request.args.get("asset", "")

    def work() -> str:
        return url_for("moves.detail", number=moving.move_assets(actor(), form.command(), now=clock.now()).number)

    def show(_status: int) -> str:
        number = request.args.get("asset", "")
        pieces = pieces_of(register.by_number(actor(), number)) if number else []
        places = [site.name for site in register.places_of([unit.id])]
        units = units_for(actor(), Permission.ASSET_EDIT)
        return render_template("assets/move_new.html", form=form, unit=unit, units=units, places=places, pieces=pieces)

    return filled(form, work, show)


def _told(move: Move) -> dict[str, Any]:
    who = actor()
    return {
        "move": move,
        "state": (labels.MOVE_TONES[move.state], labels.MOVE_STATES[move.state]),
        "giver": unit_name(move.from_unit_id),
        "receiver": unit_name(move.to_unit_id),
        "offered_by": register.person_name(move.offered_by_id) if move.offered_by_id else "",
        "decided_by": register.person_name(move.decided_by_id) if move.decided_by_id else "",
        "within": move.from_unit_id == move.to_unit_id,
        "waits": move.state is MoveState.OFFERED,
        "may": {action.value: may(who, move, action) for action in MoveAction},
        "sees": {line.asset_id: register.in_reach(who, line.asset_id) for line in move.lines},
    }


@bp.get("/moves/<number>")
@access(Permission.ASSET_VIEW)
def detail(number: str) -> ResponseReturnValue:
    """One move: what, from where, to where, and what may be done now."""
    return render_template("assets/move.html", **_told(queries.move_by_number(actor(), number)))


@bp.route("/moves/<number>/accept", methods=["GET", "POST"])
@access(Permission.ASSET_EDIT)
def accept(number: str) -> ResponseReturnValue:
    """Take what was offered: the place and the keeper."""
    form = AcceptForm()
    move = _mine(number, MoveAction.ACCEPT)
    unit_id, place = move.to_unit_id, move.to_place_text
    form.keeper.choices = people_choices(register.keepers(actor(), unit_id), nobody())
    if request.method == "GET":
        form.place.data = place

    def work() -> str:
        moving.accept_move(actor(), number, form.command(), now=clock.now())
        return url_for("moves.detail", number=number)

    def show(_status: int) -> str:
        places = [site.name for site in register.places_of([unit_id])]
        form.keeper.choices = people_choices(register.keepers(actor(), unit_id), nobody())
        return render_template(
            "assets/move_accept.html", form=form, places=places, **_told(_mine(number, MoveAction.ACCEPT))
        )

    return filled(form, work, show)


def _mine(number: str, action: MoveAction) -> Move:
    """A move that this person's side decides on. Raises NotFound, Forbidden."""
    move = queries.move_by_number(actor(), number)
    side = MOVE_STEPS[MoveState.OFFERED, action][1]
    unit_id = move.to_unit_id if side == "receiver" else move.from_unit_id
    if not actor().may(Permission.ASSET_EDIT, unit_id=unit_id):
        raise Forbidden(permission=Permission.ASSET_EDIT.value)
    return move


def _ended(number: str, action: MoveAction) -> ResponseReturnValue:
    form = ReasonForm()
    _mine(number, action)

    def work() -> str:
        moving.decide(actor(), number, action, reason=form.reason.data or "", now=clock.now())
        return url_for("moves.detail", number=number)

    def show(_status: int) -> str:
        return render_template("assets/move_end.html", form=form, action=action.value, **_told(_mine(number, action)))

    return filled(form, work, show)


@bp.route("/moves/<number>/decline", methods=["GET", "POST"])
@access(Permission.ASSET_EDIT)
def decline(number: str) -> ResponseReturnValue:
    """The receiver does not take it."""
    return _ended(number, MoveAction.DECLINE)


@bp.route("/moves/<number>/withdraw", methods=["GET", "POST"])
@access(Permission.ASSET_EDIT)
def withdraw(number: str) -> ResponseReturnValue:
    """The giver takes the offer back."""
    return _ended(number, MoveAction.WITHDRAW)
