"""A labelling round: a unit puts a label on everything it keeps, room by room.

Each act names the thing that was chosen (if any) and the text that was read off it. A blank code is tied to the thing;
a code that is the thing's already is confirmed to be on it; any other text may be adopted as the thing's barcode.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assetloan import audit
from assetloan.assets import codes, queries
from assetloan.assets.labelling import barcodes
from assetloan.assets.labelling.adopted import LONGEST, assets_of
from assetloan.assets.labelling.models import Barcode, LabellingAct, LabellingRound
from assetloan.assets.labelling.round_queries import last_act_of, open_round, thing_of
from assetloan.assets.models import Asset, Code
from assetloan.assets.rules import AssetEventKind, CodeState
from assetloan.assets.service import note_event
from assetloan.core import clock, ids, text
from assetloan.core.db import db, savepoint, violates
from assetloan.core.errors import DomainError, NotFound, invalid
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref

UNDONE = "เลิกทำในรอบติดป้าย"
LONGEST_KEY = 64
OLDEST = timedelta(days=90)  # a telephone may lie in a drawer for a while


@dataclass(frozen=True, slots=True)
class RoundAct:
    """What was read and of which thing; `key` makes sending it again harmless, `at` is when it happened."""

    key: str
    code: str
    asset: str = ""
    adopt: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an act: `kind` is linked, attached, adopted or already."""

    kind: str
    asset: Asset


def start_round(actor: Actor, unit_id: int, *, now: datetime) -> LabellingRound:
    """Open a unit's round. Raises Forbidden, Invalid, DomainError("round_open")."""
    actor.require(Permission.ASSET_EDIT, unit_id=unit_id)
    unit = unit_tree(clock.bangkok_date(now)).get(unit_id)
    if unit is None or unit.closed_on is not None:
        raise invalid("unit", "unit_unknown", value=unit_id)
    made = LabellingRound(
        unit_id=unit_id, started_on=clock.bangkok_date(now), started_at=now, person_id=actor.person_id
    )
    try:
        with savepoint():
            db.session.add(made)
            db.session.flush()
    except IntegrityError as error:
        if violates(error, "uq_labelling_round_open", "labelling_round.unit_id"):
            raise DomainError("round_open") from error
        raise
    about = audit.ObjectRef("unit", unit.code, unit_id)
    audit.record(actor_ref(actor), "labelling.started", about, at=now, after={"from": made.started_on})
    return made


def _round(actor: Actor, unit_id: int) -> LabellingRound:
    """The unit's open round, locked, so that two who scan at once wait for each other."""
    actor.require(Permission.ASSET_EDIT, unit_id=unit_id)
    found = open_round(unit_id, lock=True)
    if found is None:
        raise DomainError("round_not_open")
    return found


def end_round(actor: Actor, unit_id: int, *, now: datetime) -> None:
    """Close a unit's round. Raises Forbidden, DomainError("round_not_open")."""
    found = _round(actor, unit_id)
    found.ended_at = now
    about = audit.ObjectRef("unit", unit_tree(clock.bangkok_date(now))[unit_id].code, unit_id)
    audit.record(actor_ref(actor), "labelling.ended", about, at=now, before={"from": found.started_on})


def take_act(actor: Actor, unit_id: int, act: RoundAct, *, now: datetime) -> Told:
    """Record one act of a round. The same key again changes nothing and tells the same.

    Raises Forbidden, NotFound, Invalid, DomainError("round_not_open", "choose_thing", "label_of_another",
    "label_unknown", "code_revoked", "barcode_taken", "barcode_is_number").
    """
    actor.require(Permission.ASSET_EDIT, unit_id=unit_id)
    if not act.key or len(act.key) > LONGEST_KEY:
        raise invalid("key", "malformed_key")
    told = _told_before(actor, act.key)
    if told is not None:
        return told
    current = _round(actor, unit_id)
    told = _told_before(actor, act.key)  # the same act may have waited at the same lock
    if told is not None:
        return told
    asset = _chosen(actor, unit_id, act.asset)
    code = _code(act.code)
    if code is not None:
        return _with_label(actor, current, act, code, asset, now=now)
    return _with_barcode(actor, current, act, asset, now=now)


def _told_before(actor: Actor, key: str) -> Told | None:
    query = (
        select(LabellingAct.kind, Asset)
        .join(Asset, Asset.id == LabellingAct.asset_id)
        .where(LabellingAct.key == key, LabellingAct.person_id == actor.person_id)
    )
    row = db.session.execute(query).one_or_none()
    return None if row is None else Told(row[0], row[1])


def _chosen(actor: Actor, unit_id: int, reference: str) -> Asset | None:
    """The thing that was tapped. Raises NotFound for one of another unit."""
    if not reference:
        return None
    asset = queries.by_reference(actor, reference)  # its number may have changed since the list was made
    if asset.unit_id != unit_id:
        raise NotFound(asset=reference)
    return asset


def _code(typed: str) -> Code | None:
    """The code of ours that was read, locked."""
    read = ids.read_code(typed)
    return db.session.scalars(select(Code).where(Code.code == read).with_for_update()).one_or_none() if read else None


def _with_label(
    actor: Actor, current: LabellingRound, act: RoundAct, code: Code, asset: Asset | None, *, now: datetime
) -> Told:
    """A code of ours: tie a blank one, confirm one that is tied."""
    if code.state is CodeState.REVOKED:
        raise DomainError("code_revoked", code=code.code)
    if code.state is CodeState.BLANK:
        if asset is None:
            raise DomainError("choose_thing")
        try:
            codes.link_code(actor, code.code, asset.number, now=now)
        except NotFound as error:  # a blank label of another unit is as good as unknown
            raise DomainError("label_unknown", code=code.code) from error
        code.attached_at = _when(act, now)
        _note(actor, current, act, asset, "linked", now=now, code=code)
        return Told("linked", asset)
    own = thing_of(current.unit_id, code.asset_id)
    if own is None:
        raise DomainError("label_unknown", code=code.code)
    if asset is not None and asset.id != own.id:
        raise DomainError("label_of_another", name=own.name, number=own.number)
    if code.attached_at is not None:
        return Told("already", own)
    code.attached_at = _when(act, now)
    note_event(actor, own, AssetEventKind.CODE, at=code.attached_at, now=now, after={"attached": code.code})
    audit.record(actor_ref(actor), "code.attached", own.ref, at=now, after={"code": code.code})
    _note(actor, current, act, own, "attached", now=now, code=code)
    return Told("attached", own)


def _with_barcode(actor: Actor, current: LabellingRound, act: RoundAct, asset: Asset | None, *, now: datetime) -> Told:
    """A text that is none of our codes: a thing's adopted barcode, or one to adopt."""
    carrier = assets_of([act.code]).get(act.code)
    if carrier is not None:
        own = thing_of(current.unit_id, carrier)
        if own is None:
            raise DomainError("barcode_taken", text=text.clean(act.code))
        if asset is not None and asset.id != own.id:
            raise DomainError("label_of_another", name=own.name, number=own.number)
        return Told("already", own)
    if not act.adopt:
        raise DomainError("label_unknown", code=text.clean(act.code)[:LONGEST])
    if asset is None:
        raise DomainError("choose_thing")
    barcode = barcodes.adopt_barcode(actor, asset, act.code, now=now)
    _note(actor, current, act, asset, "adopted", now=now, barcode=barcode)
    return Told("adopted", asset)


def _when(act: RoundAct, now: datetime) -> datetime:
    """When it happened: never in the future, nor so long ago that a clock must be wrong."""
    return act.at if act.at is not None and now - OLDEST <= act.at <= now else now


def _note(
    actor: Actor,
    current: LabellingRound,
    act: RoundAct,
    asset: Asset,
    kind: str,
    *,
    now: datetime,
    code: Code | None = None,
    barcode: Barcode | None = None,
) -> None:
    made = LabellingAct(
        key=act.key,
        round_id=current.id,
        asset_id=asset.id,
        kind=kind,
        code_id=code.id if code is not None else None,
        barcode_id=barcode.id if barcode is not None else None,
        person_id=actor.person_id,
        acted_at=_when(act, now),
        recorded_at=now,
    )
    db.session.add(made)
    db.session.flush()


def undo_last(actor: Actor, unit_id: int, *, now: datetime) -> Asset:
    """Take back this person's last act of the open round. Raises Forbidden, DomainError("nothing_to_undo", …)."""
    current = _round(actor, unit_id)
    last = last_act_of(current.id, actor.person_id)
    if last is None:
        raise DomainError("nothing_to_undo")
    asset = thing_of(unit_id, last.asset_id)
    if asset is None:  # it has gone to another unit meanwhile
        raise DomainError("nothing_to_undo")
    if last.barcode_id is not None:
        barcodes.revoke_barcode(actor, asset, last.barcode_id, reason=UNDONE, now=now)
    else:
        _take_off(actor, asset, last, now=now)
    last.undone_at = now
    db.session.flush()
    return asset


def _take_off(actor: Actor, asset: Asset, last: LabellingAct, *, now: datetime) -> None:
    """The label is not on the thing after all; one that was blank before is blank again."""
    code = db.session.scalars(select(Code).where(Code.id == last.code_id).with_for_update()).one()
    if code.state is not CodeState.LINKED or code.asset_id != asset.id:
        raise DomainError("nothing_to_undo")
    blank = last.kind == "linked"
    code.attached_at = None
    if blank:
        code.state, code.asset_id = CodeState.BLANK, None
    what = {"linked" if blank else "attached": code.code}
    note_event(actor, asset, AssetEventKind.CODE, at=now, before=what, reason=UNDONE)
    action = "code.unlinked" if blank else "code.detached"
    audit.record(actor_ref(actor), action, asset.ref, at=now, before={"code": code.code}, after={"reason": UNDONE})
