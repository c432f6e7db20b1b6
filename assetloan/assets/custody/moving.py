"""Moves: within a unit at once, to another unit as an offer that its officer accepts or declines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from assetloan import audit
from assetloan.assets import queries as register
from assetloan.assets import service as assets
from assetloan.assets.custody import queries, rules
from assetloan.assets.custody.claims import claimed_of
from assetloan.assets.custody.keeping import follow_custodians
from assetloan.assets.custody.models import Move, MoveLine
from assetloan.assets.custody.rules import MoveAction, MoveState
from assetloan.assets.custody.service import chosen_assets
from assetloan.assets.models import Asset, Code
from assetloan.assets.rules import AssetEventKind
from assetloan.assets.service import AssetData, note_event, place_named
from assetloan.audit import ObjectRef
from assetloan.core import clock, counters, text
from assetloan.core.calendar import fiscal_year
from assetloan.core.db import db, savepoint, violates
from assetloan.core.errors import DomainError, invalid
from assetloan.identity.queries import person_by_username, unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref


@dataclass(frozen=True, slots=True)
class Moving:
    """Where things go and why: a place of their own unit, or another unit (its code)."""

    assets: Sequence[str]
    reason: str
    to_unit: str = ""
    place: str = ""
    order_no: str = ""


@dataclass(frozen=True, slots=True)
class Taking:
    """Where the receiver puts what was offered, and who keeps it there."""

    place: str
    keeper: str = ""


def move_assets(actor: Actor, moving: Moving, *, now: datetime) -> Move:
    """Move things of one unit: to a place at once, to another unit as an offer.

    Raises NotFound, Forbidden, Invalid, DomainError("move_several_units", "move_on_loan", "move_claimed", "move_open",
    "care_gone").
    """
    chosen, today = chosen_assets(actor, moving.assets), clock.bangkok_date(now)
    reason, order_no, place = (text.clean(item)[:300] for item in (moving.reason, moving.order_no, moving.place))
    if not reason:
        raise invalid("reason", "required")
    from_id = chosen[0].unit_id
    if any(asset.unit_id != from_id for asset in chosen):
        raise DomainError("move_several_units")
    target = unit_tree(today).by_code.get(moving.to_unit.casefold()) if moving.to_unit else unit_tree(today)[from_id]
    if target is None or target.closed_on is not None:
        raise invalid("to_unit", "unit_unknown", value=moving.to_unit)
    within = target.id == from_id
    if within and not place:
        raise invalid("place", "required")
    _check_free(chosen, today=today, leaving=not within)
    move = Move(
        number=_next_number(from_id, today=today),
        from_unit_id=from_id,
        to_unit_id=target.id,
        to_place_id=place_named(target.id, place).id if within else _known_place(target.id, place),
        to_place_text=place,
        reason=reason,
        order_no=order_no,
        state=MoveState.ACCEPTED if within else MoveState.OFFERED,
        offered_at=now,
        offered_by_id=actor.person_id,
        decided_at=now if within else None,
        decided_by_id=actor.person_id if within else None,
    )
    move.lines = [MoveLine(asset_id=asset.id, from_place_id=asset.place_id, open=not within) for asset in chosen]
    _add(move)
    if within:
        for asset in chosen:
            assets.change_fields(actor, asset, AssetData(place=place), reason=f"{move.number} {reason}", now=now)
    _record(actor, move, "moved" if within else "offered", chosen, now=now)
    return move


def _known_place(unit_id: int, name: str) -> int | None:
    """A place that the receiving unit has already; the giver makes none there."""
    found = queries.place_called(unit_id, name) if name else None
    return None if found is None else found.id


def _next_number(unit_id: int, *, today: date) -> str:
    unit, year = unit_tree(today)[unit_id], fiscal_year(today)
    return f"ย้าย-{unit.code}-{year}-{counters.next_number('move', unit.code, year):05d}"


def _check_free(chosen: Sequence[Asset], *, today: date, leaving: bool) -> None:
    """Nothing that is out, promised or offered already. Raises DomainError that names the first."""
    for asset in chosen:
        rules.check_movable(asset.number, asset.status)
    ids = {asset.id: asset.number for asset in chosen}
    offered = queries.in_open_moves(ids)
    if offered:
        first = next(iter(offered))
        raise DomainError("move_open", asset=ids[first], number=offered[first])
    _check_unclaimed(chosen, today=today, leaving=leaving)


def _check_unclaimed(chosen: Sequence[Asset], *, today: date, leaving: bool) -> None:
    """What is promised to a borrower does not leave its unit. Raises DomainError("move_claimed")."""
    ids = {asset.id: asset.number for asset in chosen}
    claimed = claimed_of(ids, today) if leaving else set()
    if claimed:
        raise DomainError("move_claimed", asset=ids[min(claimed)])


def _add(move: Move) -> None:
    """The rows; whoever was quicker to offer one of the things is told like the check before."""
    numbers = [line.asset_id for line in move.lines]
    try:
        with savepoint():
            db.session.add(move)
    except IntegrityError as error:
        if violates(error, "uq_move_line_open", "move_line.asset_id"):
            raise DomainError("move_open", asset=numbers[0], number="") from error
        raise


def _record(actor: Actor, move: Move, action: str, chosen: Sequence[Asset], *, now: datetime, **more: object) -> None:
    today = clock.bangkok_date(now)
    ref = ObjectRef("move", move.number, move.from_unit_id)
    after = {
        "assets": [asset.number for asset in chosen],
        "from": unit_tree(today)[move.from_unit_id].name,
        "to": unit_tree(today)[move.to_unit_id].name,
        "place": move.to_place_text,
        "reason": move.reason,
        "order_no": move.order_no,
    }
    audit.record(actor_ref(actor), f"move.{action}", ref, at=now, after=after | more)


def decide(actor: Actor, number: str, action: MoveAction, *, now: datetime, reason: str = "") -> Move:
    """Decline an offer or take it back, with a reason.

    Raises NotFound, Forbidden, Invalid, DomainError("move_decided").
    """
    move = _taken_up(actor, number, action)
    why = text.clean(reason)[:300]
    if not why:
        raise invalid("reason", "required")
    _close(actor, move, action, why, now=now)
    _record(actor, move, str(move.state), [line.asset for line in move.lines], now=now, decision=why)
    return move


def _taken_up(actor: Actor, number: str, action: MoveAction) -> Move:
    """The offer, locked, when this is the actor's to do."""
    move = queries.move_by_number(actor, number, lock=True)
    _state, side = rules.move_step(move.state, action)
    actor.require(Permission.ASSET_EDIT, unit_id=move.to_unit_id if side == "receiver" else move.from_unit_id)
    return move


def _close(actor: Actor, move: Move, action: MoveAction, reason: str, *, now: datetime) -> None:
    move.state = rules.move_step(move.state, action)[0]
    move.decided_at, move.decided_by_id, move.decision_reason = now, actor.person_id, reason
    for line in move.lines:
        line.open = False
    db.session.flush()


def accept_move(actor: Actor, number: str, taking: Taking, *, now: datetime) -> Move:
    """Take what was offered into one's unit, to a place and a keeper.

    Raises NotFound, Forbidden, Invalid, DomainError("move_decided", "move_on_loan", "move_claimed", "care_gone").
    """
    move, today = _taken_up(actor, number, MoveAction.ACCEPT), clock.bangkok_date(now)
    place = text.clean(taking.place)[:200]
    if not place:
        raise invalid("place", "required")
    keeper = person_by_username(taking.keeper) if taking.keeper else None
    if taking.keeper and (keeper is None or not register.may_keep(keeper.id, {move.to_unit_id})):
        raise invalid("keeper", "custodian_elsewhere")
    chosen = queries.locked_assets([line.asset_id for line in move.lines])
    for asset in chosen:
        rules.check_movable(asset.number, asset.status)
        if asset.unit_id != move.from_unit_id:
            raise DomainError("move_overtaken", asset=asset.number)
    _check_unclaimed(chosen, today=today, leaving=True)
    site = place_named(move.to_unit_id, place)
    move.to_place_id, move.to_place_text = site.id, site.name
    move.to_person_id = keeper.id if keeper is not None else None
    _close(actor, move, MoveAction.ACCEPT, "", now=now)
    for asset in chosen:
        _change_unit(actor, asset, move, now=now)
    follow_custodians([asset.id for asset in chosen], recorded_by_id=actor.person_id, now=now)
    _record(actor, move, "accepted", chosen, now=now, keeper=keeper.name if keeper is not None else "")
    return move


def _change_unit(actor: Actor, asset: Asset, move: Move, *, now: datetime) -> None:
    """The thing is of the other unit from now on: both units, place, keeper and its codes. Loans of the past stay."""
    today, tree = clock.bangkok_date(now), unit_tree(clock.bangkok_date(now))
    names = ("responsible_unit_id", "place_id", "custodian_id")
    before = assets.told({name: getattr(asset, name) for name in names}, today) | {"unit": tree[asset.unit_id].label}
    asset.unit_id = asset.responsible_unit_id = move.to_unit_id
    asset.place_id, asset.custodian_id = move.to_place_id, move.to_person_id
    db.session.flush()
    db.session.execute(update(Code).where(Code.asset_id == asset.id).values(unit_id=move.to_unit_id))
    after = assets.told({name: getattr(asset, name) for name in names}, today) | {"unit": tree[asset.unit_id].label}
    note_event(
        actor, asset, AssetEventKind.MOVED, at=now, before=before, after=after, reason=f"{move.number} {move.reason}"
    )
    audit.record(actor_ref(actor), "asset.moved", asset.ref, at=now, before=before, after=after | {"move": move.number})
