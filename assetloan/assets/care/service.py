"""Care of things: sending for repair and taking back, regular work. The repair log is the back of the register card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from assetloan import audit
from assetloan.assets import queries as register
from assetloan.assets.care import queries, rules
from assetloan.assets.care.models import MaintenancePlan, Repair
from assetloan.assets.care.rules import RepairAction, RepairKind, RepairState, Result
from assetloan.assets.models import Asset
from assetloan.assets.rules import AssetEventKind, AssetStatus
from assetloan.assets.service import note_event, set_state
from assetloan.core import clock, text
from assetloan.core.db import db
from assetloan.core.errors import FieldError, Invalid, invalid
from assetloan.core.money import Money
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref

LIMITS = {"work": 500, "supplier": 200, "document_no": 150, "note": 1000, "reason": 300}


@dataclass(frozen=True, slots=True)
class Sending:
    """What is wrong, where the thing goes, when it is expected back."""

    work: str
    begun_on: date
    supplier: str = ""
    document_no: str = ""
    expected_on: date | None = None
    under_warranty: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Finish:
    """How a repair ended: the day, the result, what it cost and on which paper."""

    result: Result
    finished_on: date
    cost: Money | None = None
    supplier: str = ""
    document_no: str = ""
    work: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Regular work: what, every how many months, when next."""

    work: str
    every_months: int
    next_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """Regular work that was done."""

    done_on: date
    cost: Money | None = None
    supplier: str = ""
    document_no: str = ""
    note: str = ""


def _lines(**given: str) -> dict[str, str]:
    """Texts cleaned and held to their length. Raises Invalid."""
    clean = {name: text.clean(value) for name, value in given.items()}
    faults = [FieldError(name, "too_long", {"most": LIMITS[name]}) for name in clean if len(clean[name]) > LIMITS[name]]
    if faults:
        raise Invalid(*faults)
    return clean


def _locked(actor: Actor, reference: str) -> Asset:
    """The asset, locked until the transaction ends. Raises NotFound, Forbidden."""
    asset = register.by_number(actor, reference)
    actor.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    return register.by_references(actor, [asset.number], lock=True)[0]


def _next_number(asset_id: int) -> int:
    return (db.session.scalar(select(func.max(Repair.number)).where(Repair.asset_id == asset_id)) or 0) + 1


def _entry(actor: Actor, asset: Asset, kind: RepairKind, state: RepairState, *, now: datetime, **what: Any) -> Repair:
    """The next line of a thing's repair log."""
    entry = Repair(
        asset_id=asset.id,
        number=_next_number(asset.id),
        kind=kind,
        state=state,
        person_id=actor.person_id,
        created_at=now,
        **what,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def _check_day(field: str, day: date, now: datetime, *, least: date | None = None) -> None:
    """Raises Invalid: what is recorded has happened, in order."""
    if day > clock.bangkok_date(now):
        raise invalid(field, "date_in_future")
    if least is not None and day < least:
        raise invalid(field, "date_before_start")


def _check_had(field: str, day: date, asset: Asset) -> None:
    """Raises Invalid: nothing is done to a thing before it is there."""
    if asset.received_on is not None and day < asset.received_on:
        raise invalid(field, "date_before_received")


# --- repairs ---------------------------------------------------------------------------------------------------------


def begin_repair(actor: Actor, reference: str, sending: Sending, *, now: datetime) -> Repair:
    """Send a thing for repair; its status follows.

    Raises NotFound, Forbidden, Invalid, DomainError("repair_on_loan", "repair_return_pending", "repair_open",
    "care_gone").
    """
    asset = _locked(actor, reference)
    rules.check_sent(asset.status)
    words = _lines(work=sending.work, supplier=sending.supplier, document_no=sending.document_no, note=sending.note)
    if not words["work"]:
        raise invalid("work", "required")
    _check_day("begun_on", sending.begun_on, now)
    _check_had("begun_on", sending.begun_on, asset)
    if sending.expected_on is not None and sending.expected_on < sending.begun_on:
        raise invalid("expected_on", "date_before_start")
    repair = _entry(
        actor,
        asset,
        RepairKind.REPAIR,
        RepairState.OPEN,
        now=now,
        begun_on=sending.begun_on,
        expected_on=sending.expected_on,
        under_warranty=sending.under_warranty,
        **words,
    )
    set_state(actor, asset, status=AssetStatus.REPAIR, condition=None, now=now, reason=words["work"])
    after = {"repair": repair.number, "expected_on": sending.expected_on, **words}
    audit.record(actor_ref(actor), "asset.repair_begun", asset.ref, at=now, after=after)
    return repair


def _open_repair(actor: Actor, reference: str, number: int, action: RepairAction) -> tuple[Asset, Repair]:
    asset = _locked(actor, reference)
    repair = queries.repair_of(asset.id, number)
    repair.state = rules.next_state(repair.state, action)
    return asset, repair


def finish_repair(actor: Actor, reference: str, number: int, finish: Finish, *, now: datetime) -> Repair:
    """Take a thing back from repair: the day, the cost, the paper, and how it is now.

    Raises NotFound, Forbidden, Invalid, DomainError("repair_closed").
    """
    asset, repair = _open_repair(actor, reference, number, RepairAction.FINISH)
    words = _lines(supplier=finish.supplier, document_no=finish.document_no, work=finish.work, note=finish.note)
    _check_day("finished_on", finish.finished_on, now, least=repair.begun_on)
    if finish.result is not Result.GOOD and not words["note"]:
        raise invalid("note", "required")
    repair.finished_on, repair.cost = finish.finished_on, finish.cost
    for name, value in words.items():
        if value:
            setattr(repair, name, value)
    db.session.flush()
    status, condition = rules.AFTER[finish.result]
    if asset.status is AssetStatus.REPAIR:
        set_state(actor, asset, status=status, condition=condition, now=now, reason=words["note"] or repair.work)
    after = {"repair": number, "result": finish.result, "cost": finish.cost, "finished_on": finish.finished_on}
    audit.record(actor_ref(actor), "asset.repair_finished", asset.ref, at=now, after=after | words)
    return repair


def cancel_repair(actor: Actor, reference: str, number: int, *, reason: str, now: datetime) -> Repair:
    """Give a repair up: the thing is as it was. Raises NotFound, Forbidden, Invalid, DomainError("repair_closed")."""
    asset, repair = _open_repair(actor, reference, number, RepairAction.CANCEL)
    why = _lines(reason=reason)["reason"]
    if not why:
        raise invalid("reason", "required")
    repair.finished_on = max(repair.begun_on, clock.bangkok_date(now))
    repair.note = f"{repair.note} {why}".strip()
    db.session.flush()
    if asset.status is AssetStatus.REPAIR:
        set_state(actor, asset, status=AssetStatus.AVAILABLE, condition=None, now=now, reason=why)
    audit.record(actor_ref(actor), "asset.repair_cancelled", asset.ref, at=now, after={"repair": number, "reason": why})
    return repair


# --- regular work ----------------------------------------------------------------------------------------------------


def create_plan(actor: Actor, reference: str, plan: Plan, *, now: datetime) -> MaintenancePlan:
    """Plan regular work on a thing [ข้อ 212]. Raises NotFound, Forbidden, Invalid."""
    asset = _locked(actor, reference)
    words = _lines(work=plan.work, note=plan.note)
    if not words["work"]:
        raise invalid("work", "required")
    if not 1 <= plan.every_months <= 120:
        raise invalid("every_months", "number_out_of_range", least=1, most=120)
    if not 1857 <= plan.next_on.year <= 2157:
        raise invalid("next_on", "date_out_of_range")
    row = MaintenancePlan(
        asset_id=asset.id,
        every_months=plan.every_months,
        next_on=plan.next_on,
        created_at=now,
        person_id=actor.person_id,
        **words,
    )
    db.session.add(row)
    db.session.flush()
    after = {"work": words["work"], "every_months": plan.every_months, "next_on": plan.next_on}
    audit.record(actor_ref(actor), "asset.maintenance_planned", asset.ref, at=now, after=after)
    return row


def record_maintenance(actor: Actor, reference: str, plan_id: int, done: Done, *, now: datetime) -> Repair:
    """Regular work was done: an entry of the repair log, and the next day counts from the day of the work.

    Raises NotFound, Forbidden, Invalid, DomainError("plan_ended").
    """
    asset = _locked(actor, reference)
    plan = _in_force(asset, plan_id)
    words = _lines(supplier=done.supplier, document_no=done.document_no, note=done.note)
    _check_day("done_on", done.done_on, now)
    _check_had("done_on", done.done_on, asset)
    entry = _entry(
        actor,
        asset,
        RepairKind.MAINTENANCE,
        RepairState.DONE,
        now=now,
        work=plan.work,
        cost=done.cost,
        begun_on=done.done_on,
        finished_on=done.done_on,
        plan_id=plan.id,
        **words,
    )
    plan.next_on = rules.add_months(done.done_on, plan.every_months)
    db.session.flush()
    note_event(actor, asset, AssetEventKind.EDITED, at=now, after={"maintenance": plan.work}, reason=words["note"])
    after = {"work": plan.work, "done_on": done.done_on, "cost": done.cost, "next_on": plan.next_on, **words}
    audit.record(actor_ref(actor), "asset.maintained", asset.ref, at=now, after=after)
    return entry


def end_plan(actor: Actor, reference: str, plan_id: int, *, reason: str, now: datetime) -> MaintenancePlan:
    """End regular work with a reason. Raises NotFound, Forbidden, Invalid, DomainError("plan_ended")."""
    asset = _locked(actor, reference)
    plan = _in_force(asset, plan_id)
    why = _lines(reason=reason)["reason"]
    if not why:
        raise invalid("reason", "required")
    plan.ended_on = clock.bangkok_date(now)
    plan.note = f"{plan.note} {why}".strip()
    audit.record(
        actor_ref(actor), "asset.maintenance_ended", asset.ref, at=now, after={"work": plan.work, "reason": why}
    )
    return plan


def _in_force(asset: Asset, plan_id: int) -> MaintenancePlan:
    plan = queries.plan_of(asset.id, plan_id)
    if plan.ended_on is not None:
        raise invalid("work", "plan_ended")
    return plan
