"""Changing the register: create, edit with a version check, status and condition, codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from assetloan import audit
from assetloan.assets import chance, queries, rules
from assetloan.assets.care.keeping import follow_status
from assetloan.assets.custody.keeping import follow_custodians
from assetloan.assets.labelling.models import FormerNumber
from assetloan.assets.models import Asset, AssetEvent, Code, Site
from assetloan.assets.rules import AssetEventKind, AssetStatus, CodeState, Condition, outward_number, split_number
from assetloan.assets.valuation import given as valuation
from assetloan.core import clock, counters, ids, text
from assetloan.core.calendar import fiscal_year
from assetloan.core.db import db, savepoint, violates
from assetloan.core.errors import DomainError, FieldError, Invalid, invalid
from assetloan.core.money import Money
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref


class _Unchanged(Enum):
    """Absent in an edit: leave the field alone."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = _Unchanged.UNCHANGED
Unchanged = _Unchanged


@dataclass(frozen=True, slots=True)
class AssetData:
    """The fields of an asset as given; absent means unchanged (or the default at creation)."""

    asset_no: str | Unchanged = UNCHANGED
    piece: int | Unchanged = UNCHANGED
    gfmis_no: str | None | Unchanged = UNCHANGED
    name: str | Unchanged = UNCHANGED
    description: str | Unchanged = UNCHANGED
    brand: str | Unchanged = UNCHANGED
    model: str | Unchanged = UNCHANGED
    serial: str | Unchanged = UNCHANGED
    category_id: int | None | Unchanged = UNCHANGED
    responsible_unit_id: int | Unchanged = UNCHANGED
    place: str | None | Unchanged = UNCHANGED
    custodian_id: int | None | Unchanged = UNCHANGED
    custodian_text: str | Unchanged = UNCHANGED
    received_on: date | None | Unchanged = UNCHANGED
    received_precision: str | Unchanged = UNCHANGED
    document_no: str | Unchanged = UNCHANGED
    method: str | Unchanged = UNCHANGED
    fund: str | Unchanged = UNCHANGED
    vendor: str | Unchanged = UNCHANGED
    vendor_address: str | Unchanged = UNCHANGED
    vendor_phone: str | Unchanged = UNCHANGED
    warranty_until: date | None | Unchanged = UNCHANGED
    warranty_note: str | Unchanged = UNCHANGED
    life_years: int | None | Unchanged = UNCHANGED
    life_reason: str | Unchanged = UNCHANGED
    price: Money | None | Unchanged = UNCHANGED
    below_threshold: bool | Unchanged = UNCHANGED
    unit_of_count: str | Unchanged = UNCHANGED
    accessories: str | Unchanged = UNCHANGED
    note: str | Unchanged = UNCHANGED
    loanable: bool | Unchanged = UNCHANGED

    def given(self) -> dict[str, Any]:
        """The fields that were given."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: value for name, value in values.items() if value is not UNCHANGED}


LIMITS = {
    "asset_no": 100,
    "name": 300,
    "description": 2000,
    "brand": 100,
    "model": 150,
    "serial": 150,
    "document_no": 150,
    "method": 100,
    "fund": 100,
    "vendor": 200,
    "vendor_address": 300,
    "vendor_phone": 60,
    "warranty_note": 300,
    "life_reason": 300,
    "unit_of_count": 30,
    "accessories": 500,
    "note": 4000,
    "custodian_text": 200,
    "place": 200,
}
MULTILINE = frozenset({"note", "description"})


def _with_number(values: dict[str, Any]) -> dict[str, Any]:
    """The number as it is stored; a placeholder is no number; "NO#2" names piece 2 unless the piece was given."""
    if not isinstance(values.get("asset_no"), str):
        return values
    number = text.asset_number(values["asset_no"])
    bare, piece = split_number(number)
    if piece > 1 and "piece" not in values:
        return values | {"asset_no": bare, "piece": piece}
    return values | {"asset_no": "" if text.is_placeholder(number) else number}


def _possible(day: date) -> bool:
    return 1857 <= day.year <= 2157


def cleaned(data: AssetData) -> dict[str, Any]:
    """Spelling and length of what was given. Raises Invalid with every fault at once."""
    values, faults = _with_number(data.given()), []
    for name, most in LIMITS.items():
        if isinstance(values.get(name), str):
            clean = text.clean_multiline if name in MULTILINE else text.clean
            values[name] = clean(values[name])
            if len(values[name]) > most:
                faults.append(FieldError(name, "too_long", {"most": most}))
    if values.get("name") == "":
        faults.append(FieldError("name", "required"))
    if values.get("gfmis_no"):
        try:
            values["gfmis_no"] = rules.check_gfmis(text.arabic_digits(values["gfmis_no"]))
        except DomainError as error:
            faults.append(FieldError("gfmis_no", error.code, error.details))
    elif "gfmis_no" in values:
        values["gfmis_no"] = None
    days = {name: values.get(name) for name in ("received_on", "warranty_until")}
    faults += [FieldError(name, "date_out_of_range") for name, day in days.items() if day and not _possible(day)]
    if faults:
        raise Invalid(*faults)
    return values


def _check_references(values: dict[str, Any], *, unit_id: int, kept_by: int, today: date) -> None:
    """What a row points at must exist within reach of its unit. Raises Invalid with every fault at once."""
    faults = []
    if values.get("category_id") is not None and queries.category_name(values["category_id"]) is None:
        faults.append(FieldError("category", "category_unknown"))
    keeper = values.get("responsible_unit_id", kept_by)
    card = unit_tree(today).get(keeper)
    if "responsible_unit_id" in values and (card is None or card.closed_on is not None):
        faults.append(FieldError("responsible_unit", "unit_unknown", {"value": keeper}))
    custodian_id = values.get("custodian_id")
    if custodian_id is not None and not queries.may_keep(custodian_id, {unit_id, keeper}):
        faults.append(FieldError("custodian", "custodian_elsewhere"))
    if faults:
        raise Invalid(*faults)


def _check_taken(values: dict[str, Any], *, piece: int, own_id: int | None) -> None:
    """Raises DomainError("number_taken" or "gfmis_taken"); the unique index has the last word."""
    for code, key, clause in (
        ("number_taken", "asset_no", Asset.number_key == text.number_key(values.get("asset_no", ""))),
        ("gfmis_taken", "gfmis_no", Asset.gfmis_no == values.get("gfmis_no")),
    ):
        if not values.get(key) or (key == "gfmis_no" and piece > 1):
            continue
        of_piece = piece if key == "asset_no" else 1
        query = select(Asset.id).where(
            clause, Asset.piece == of_piece, Asset.withdrawn_at.is_(None), Asset.id != (own_id or 0)
        )
        if db.session.scalar(query) is not None:
            raise DomainError(code, value=outward_number(values[key], of_piece))


@contextmanager
def _stored(values: dict[str, Any], piece: int) -> Iterator[None]:
    """The change itself: what the database refuses because someone was quicker is worded like the check before it."""
    try:
        with savepoint():
            yield
    except StaleDataError as error:
        raise DomainError("conflict") from error
    except IntegrityError as error:
        if violates(error, "uq_asset_number", "asset.number_key"):
            raise DomainError("number_taken", value=outward_number(values["asset_no"], piece)) from error
        if violates(error, "uq_asset_gfmis_no", "asset.gfmis_no"):
            raise DomainError("gfmis_taken", value=values["gfmis_no"]) from error
        raise


def place_named(unit_id: int, name: str) -> Site:
    """The unit's place of this name, made when it is new (two who name it at once get the same one)."""
    key = text.search_key(name)
    known = select(Site).where(Site.unit_id == unit_id, Site.name_key == key)
    site = db.session.scalars(known).one_or_none()
    if site is None:
        insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
        new = {"unit_id": unit_id, "name": text.clean(name), "name_key": key, "sort_key": text.sort_key(name)}
        db.session.execute(insert(Site).values(**new).on_conflict_do_nothing())
        site = db.session.scalars(known).one()
    return site


def temporary_number(unit_code: str, day: date) -> str:
    """A number that works everywhere until the real one is entered [ชค.]."""
    year = fiscal_year(day)
    return f"{rules.TEMPORARY_PREFIX}{unit_code}-{year}-{counters.next_number('temporary', unit_code, year):05d}"


def create_asset(
    actor: Actor,
    unit_id: int,
    data: AssetData,
    *,
    now: datetime,
    batch_id: int | None = None,
    original: dict[str, Any] | None = None,
) -> Asset:
    """Register an asset; it gets a code at once. Without a number it gets a temporary one.

    Raises Forbidden, Invalid, DomainError("number_taken", "gfmis_taken").
    """
    actor.require(Permission.ASSET_EDIT, unit_id=unit_id)
    values = cleaned(data)
    if not values.get("name"):
        raise invalid("name", "required")
    today = clock.bangkok_date(now)
    rules.check_received(values.get("received_on"), today)
    unit = unit_tree(today).get(unit_id)
    if unit is None or unit.closed_on is not None:
        raise invalid("unit", "unit_unknown", value=unit_id)
    _check_references(values, unit_id=unit_id, kept_by=unit_id, today=today)
    valuation.decide(values, today=today)
    piece = values.pop("piece", 1)
    if not values.get("asset_no"):
        values["asset_no"] = temporary_number(unit.code, today)
        values["temporary_no"] = True
    _check_taken(values, piece=piece, own_id=None)
    place = values.pop("place", None)
    values.setdefault("responsible_unit_id", unit_id)
    values["place_id"] = place_named(unit_id, place).id if place else None
    asset = Asset(unit_id=unit_id, piece=piece, created_at=now, batch_id=batch_id, original=original, **values)
    asset.codes = [Code(code=ids.new_code(chance.source), state=CodeState.LINKED, unit_id=unit_id, created_at=now)]
    with _stored(values, piece):
        db.session.add(asset)
    if asset.custodian_id is not None:
        follow_custodians([asset.id], recorded_by_id=actor.person_id, now=now)
    kind = AssetEventKind.IMPORTED if batch_id else AssetEventKind.REGISTERED
    after = {"asset_no": asset.number, "name": asset.name}
    note_event(actor, asset, kind, at=now, after=after)
    audit.record(actor_ref(actor), f"asset.{kind.value}", asset.ref, at=now, after=after | {"unit_id": unit_id})
    return asset


def edit_asset(actor: Actor, reference: str, data: AssetData, *, version: int, reason: str, now: datetime) -> Asset:
    """Change fields with a reason; nothing is overwritten when someone else saved first.

    Raises NotFound, Forbidden, Invalid, DomainError("conflict", with the fields that differ).
    """
    asset = queries.by_number(actor, reference)
    actor.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    if asset.version != version:
        raise DomainError("conflict", version=asset.version)
    if data.received_on != asset.received_on:
        rules.check_received(data.received_on, clock.bangkok_date(now))
    if isinstance(data.asset_no, str) and data.piece is UNCHANGED:
        # Outwardly a number names its piece ("NO#2"), so a new number does too.
        number, piece = split_number(text.asset_number(data.asset_no))
        data = replace(data, asset_no=number, piece=piece)
    return change_fields(actor, asset, data, reason=reason, now=now)


def change_fields(actor: Actor, asset: Asset, data: AssetData, *, reason: str, now: datetime) -> Asset:
    """The one writer of an asset's fields (edit and import). Unchanged fields are left out of the record.

    Raises Forbidden, Invalid, DomainError("number_taken", "gfmis_taken", "conflict").
    """
    actor.require(Permission.ASSET_EDIT, unit_id=asset.unit_id)
    values = cleaned(data)
    if values.get("asset_no") == "":
        raise invalid("asset_no", "required")
    if "place" in values:
        place = values.pop("place")
        values["place_id"] = place_named(asset.unit_id, place).id if place else None
    today = clock.bangkok_date(now)
    valuation.decide(values, today=today, asset=asset)
    changed = {name: value for name, value in values.items() if getattr(asset, name) != value}
    if not changed:
        return asset
    _check_references(changed, unit_id=asset.unit_id, kept_by=asset.responsible_unit_id, today=today)
    piece = changed.get("piece", asset.piece)
    _check_taken(
        changed | ({"asset_no": values.get("asset_no", asset.asset_no)} if "piece" in changed else {}),
        piece=piece,
        own_id=asset.id,
    )
    before = told({name: getattr(asset, name) for name in changed}, today)
    after = told(changed, today)
    ref, why = asset.ref, text.clean(reason)
    with _stored({"asset_no": asset.asset_no, "gfmis_no": asset.gfmis_no} | changed, piece):
        if "asset_no" in changed:
            asset.temporary_no = False
        if {"asset_no", "piece"} & changed.keys():
            had = {"number": asset.asset_no, "number_key": asset.number_key, "piece": asset.piece}
            db.session.add(FormerNumber(asset_id=asset.id, ended_at=now, **had))
        for name, value in changed.items():
            setattr(asset, name, value)
    if "custodian_id" in changed:
        follow_custodians([asset.id], recorded_by_id=actor.person_id, now=now)
    kind = AssetEventKind.MOVED if set(changed) == {"place_id"} else AssetEventKind.EDITED
    note_event(actor, asset, kind, at=now, before=before, after=after, reason=why)
    audit.record(actor_ref(actor), "asset.edited", ref, at=now, before=before, after=after | {"reason": why})
    return asset


def told(values: dict[str, Any], today: date) -> dict[str, Any]:
    """Values as history keeps them: names instead of ids, since a name may change or end."""
    names: dict[str, Callable[[int], str | None]] = {
        "category_id": queries.category_name,
        "place_id": queries.place_name,
        "custodian_id": queries.person_name,
        "responsible_unit_id": lambda unit_id: unit_tree(today)[unit_id].label,
    }
    return {
        name.removesuffix("_id"): value if value is None or name not in names else names[name](value)
        for name, value in values.items()
    }


def set_state(
    actor: Actor,
    asset: Asset,
    *,
    status: AssetStatus | None,
    condition: Condition | None,
    now: datetime,
    at: datetime | None = None,
    reason: str = "",
) -> None:
    """Move status and condition; the lending service and repair call this, having checked the right."""
    before = {"status": asset.status, "condition": asset.condition}
    values = {"status": status or asset.status, "condition": condition or asset.condition}
    # Not through the row's version: someone who edits the card meanwhile is not in the way of a loan.
    db.session.execute(
        update(Asset).where(Asset.id == asset.id).values(**values).execution_options(synchronize_session="evaluate")
    )
    after = {"status": asset.status, "condition": asset.condition}
    if AssetStatus.REPAIR in (before["status"], after["status"]):
        follow_status([asset.id], person_id=actor.person_id, reason=reason, now=now)
    if before != after:
        note_event(
            actor, asset, AssetEventKind.STATUS, at=at or now, now=now, before=before, after=after, reason=reason
        )


def note_event(
    actor: Actor,
    asset: Asset,
    kind: AssetEventKind,
    *,
    at: datetime,
    now: datetime | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """The append-only fact of an asset's life; actor and unit frozen."""
    db.session.add(
        AssetEvent(
            asset_id=asset.id,
            kind=kind,
            occurred_at=at,
            recorded_at=now or at,
            person_id=actor.person_id,
            person_name=actor.name,
            unit_id=asset.unit_id,
            before=audit.plain(before or {}),
            after=audit.plain(after or {}),
            reason=reason,
        )
    )
