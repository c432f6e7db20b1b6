"""/me, /assets and /codes: who calls, the register as they may see it, what stands behind a label."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from assetloan.api import reads as read
from assetloan.api import shapes
from assetloan.api.body import Body, Query, malformed
from assetloan.api.operations import Made, Operation, Parameter, Work, reads, writes
from assetloan.assets import codes as labels
from assetloan.assets import queries as register
from assetloan.assets import service
from assetloan.assets.models import Asset
from assetloan.assets.rules import RESERVED, AssetStatus, CodeState
from assetloan.assets.service import AssetData
from assetloan.assets.valuation.rules import MOST_YEARS
from assetloan.core import clock
from assetloan.core.after import after_page
from assetloan.core.db import db
from assetloan.core.errors import DomainError, FieldError, Invalid, NotFound
from assetloan.identity import queries as people
from assetloan.identity.guards import actor
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import offers, scanning
from assetloan.lending.finding_parts import free_between
from assetloan.lending.queries import open_lines_on

TEXT = {"type": "string"}
MOST_VERSION = 2**31 - 1


class OutwardStatus(StrEnum):
    """The status as the outside sees it: the stored ones and `reserved`."""

    AVAILABLE = AssetStatus.AVAILABLE.value
    RESERVED = RESERVED
    ON_LOAN = AssetStatus.ON_LOAN.value
    RETURN_PENDING = AssetStatus.RETURN_PENDING.value
    REPAIR = AssetStatus.REPAIR.value
    LOST = AssetStatus.LOST.value
    PENDING_DISPOSAL = AssetStatus.PENDING_DISPOSAL.value
    DISPOSED = AssetStatus.DISPOSED.value


PAGING = (
    Parameter("page", "from 1", {"type": "integer", "minimum": 1}),
    Parameter("per_page", "at most 200", {"type": "integer", "minimum": 1, "maximum": 200}),
)


@reads(Operation("me", "GET", "/me", "signed_in", "Who calls, with which roles", "Me"))
def me() -> shapes.Shape:
    """The person of the token."""
    return shapes.person(actor())


def unit_filter(query: Query) -> int | None:
    """The unit of a filter by its code. Raises DomainError("malformed") for one that nobody knows."""
    wanted = query.text("unit")
    if not wanted:
        return None
    card = people.unit_tree(clock.today()).by_code.get(wanted.casefold())
    if card is None:
        raise malformed(parameter="unit")
    return card.id


@reads(
    Operation(
        "assets",
        "GET",
        "/assets",
        "signed_in",
        "The register within reach, in Thai order of names",
        "AssetList",
        query=(
            Parameter("q", "Thai substring, a code or a number in any spelling", TEXT),
            Parameter("unit", "code of the unit that owns it", TEXT),
            Parameter("category", "code or name of a category", TEXT),
            Parameter("status", "", {"type": "string", "enum": [status.value for status in OutwardStatus]}),
            Parameter("available_from", "free from this day on", {"type": "string", "format": "date"}),
            Parameter("available_to", "free until this day, included", {"type": "string", "format": "date"}),
            *PAGING,
        ),
    )
)
def assets() -> shapes.Shape:
    """A page of assets."""
    query = Query("q", "unit", "category", "status", "available_from", "available_to", "page", "per_page")
    today = clock.today()
    listed = register.AssetList(
        actor(), words=query.text("q"), unit_id=unit_filter(query), category_id=_category(query)
    )
    status = query.choice("status", OutwardStatus)
    if status is not None:
        listed = listed.where(read.with_status(status.value, today))
    first, last = _period(query, today)
    if first is not None and last is not None:
        listed = listed.where(free_between(first, last + timedelta(days=1), today))
    page = query.page()
    found = listed.page(page, query.per_page())
    lines = open_lines_on([asset.id for asset in found])
    items = [shapes.asset_row(asset, lines.get(asset.id, []), today) for asset in found]
    return {"items": items, "total": listed.count(), "page": page}


def _category(query: Query) -> int | None:
    wanted = query.text("category")
    if not wanted:
        return None
    category = register.category_by_any_name(wanted)
    if category is None:
        raise malformed(parameter="category")
    return category.id


def _period(query: Query, today: date) -> tuple[date | None, date | None]:
    """The days in which a thing must be free; one end alone means that day."""
    first, last = query.day("available_from"), query.day("available_to")
    if first is None and last is not None:
        first = min(today, last)
    if first is not None and last is not None and last < first:
        raise malformed(parameter="available_to")
    return first, last or first


def _shape(who: Actor, asset: Asset) -> shapes.Shape:
    lines = open_lines_on([asset.id]).get(asset.id, [])
    return shapes.asset(who, asset, lines, clock.today())


@reads(
    Operation("asset", "GET", "/assets/{asset_no}", "signed_in", "One asset by its number", "Asset", refusals=(404,))
)
def asset(asset_no: str) -> shapes.Shape:
    """One asset."""
    who = actor()
    return _shape(who, register.by_number(who, asset_no))


# --- writing --------------------------------------------------------------------------------------------------------

TEXT_FIELDS = (
    *("asset_no", "name", "description", "brand", "model", "serial", "document_no", "method", "fund", "vendor"),
    *("vendor_address", "vendor_phone", "warranty_note", "life_reason", "unit_of_count", "accessories", "note"),
)


# What a change may hold beside these; and how a stored column is called outside.
CHANGEABLE = frozenset(
    {*TEXT_FIELDS, "gfmis_no", "place", "received_on", "price", "warranty_until", "life_years", "loanable"}
    | {"below_threshold", "category", "custodian", "version", "reason"}
)
OUTWARD = {"custodian_text": "custodian", "category_id": "category", "place_id": "place"}


def _data(body: Body, who: Actor, unit_id: int | None) -> AssetData:
    """The fields that were sent; null clears what may be empty."""
    values: dict[str, Any] = {name: body.text(name) for name in TEXT_FIELDS if body.has(name)}
    values |= {name: body.text(name) or None for name in ("gfmis_no", "place") if body.has(name)}
    if body.has("received_on"):
        values |= {"received_on": body.day("received_on"), "received_precision": "day"}
    if body.has("price"):
        values["price"] = body.money("price")
    if body.has("warranty_until"):
        values["warranty_until"] = body.day("warranty_until")
    if body.has("life_years"):
        values["life_years"] = body.number("life_years", least=1, most=MOST_YEARS)
    values |= {name: bool(body.flag(name)) for name in ("loanable", "below_threshold") if body.has(name)}
    if body.has("category"):
        values["category_id"] = _category_id(body)
    if body.has("custodian"):
        values |= _custodian(body, who, unit_id)
    return AssetData(**values)


def _category_id(body: Body) -> int | None:
    wanted = body.text("category")
    category = register.category_by_any_name(wanted) if wanted.strip() else None
    if category is None and wanted.strip():
        body.fault("category", "category_unknown")
    return category.id if category else None


def _custodian(body: Body, who: Actor, unit_id: int | None) -> dict[str, Any]:
    """A person of the unit by user name or full name; any other name is kept as the paper register has it."""
    wanted = body.text("custodian").strip()
    keepers = register.keepers(who, unit_id) if wanted and unit_id is not None else []
    found = [row for row in keepers if wanted.casefold() in ((row.username or "").casefold(), row.name.casefold())]
    if len(found) == 1:
        return {"custodian_id": found[0].id, "custodian_text": ""}
    return {"custodian_id": None, "custodian_text": wanted}


def _unit(body: Body, who: Actor) -> int | None:
    """The unit of a new asset by its code, else one's own."""
    wanted = body.text("unit").strip()
    if not wanted:
        if who.unit_id is None:
            body.fault("unit", "required")
        return who.unit_id
    card = people.unit_tree(clock.today()).by_code.get(wanted.casefold())
    if card is None:
        body.fault("unit", "unit_unknown", value=wanted)
        return None
    return card.id


@writes(
    Operation(
        "create_asset",
        "POST",
        "/assets",
        Permission.ASSET_EDIT,
        "Register an asset; it gets a code at once",
        "Asset",
        201,
        "NewAsset",
        refusals=(403, 409, 422),
    )
)
def create_asset(read_body: Any) -> Work:
    """A new asset of a unit."""
    who, body = actor(), Body(read_body)
    body.text("name", required="required")
    unit_id = _unit(body, who)
    if unit_id is not None:
        who.require(Permission.ASSET_EDIT, unit_id=unit_id)
    data = _data(body, who, unit_id)
    body.check()
    if unit_id is None:
        raise NotFound()
    if not body.has("loanable"):  # as an import without that column: what is fit may be lent
        data = replace(data, loanable=True)

    def work() -> Made:
        with outward_fields():
            made = service.create_asset(who, unit_id, data, now=clock.now())
        return 201, _after(who, made), shapes.asset_url(made.number)

    return work


def _after(who: Actor, changed: Asset) -> shapes.Shape:
    """The asset as it stands after the change, read anew."""
    number = changed.number
    db.session.flush()
    db.session.expire_all()
    return _shape(who, register.by_number(who, number))


@writes(
    Operation(
        "edit_asset",
        "PATCH",
        "/assets/{asset_no}",
        Permission.ASSET_EDIT,
        "Change fields; absent fields stay; `version` is the one that was read",
        "Asset",
        200,
        "AssetChange",
        refusals=(403, 404, 409, 422),
    )
)
def edit_asset(read_body: Any, asset_no: str) -> Work:
    """Change fields of an asset."""
    who, body = actor(), Body(read_body)
    thing = register.by_number(who, asset_no)
    unit_id = thing.unit_id
    who.require(Permission.ASSET_EDIT, unit_id=unit_id)
    version = body.number("version", least=1, most=MOST_VERSION, required="required")
    reason = body.text("reason")
    if body.has("name"):
        body.text("name", required="required")
    data = _data(body, who, unit_id)
    _check_names(body, read_body, _shape(who, thing), same_version=version == thing.version)
    body.check()
    if version is None:
        raise Invalid(FieldError("version", "required"))

    def work() -> Made:
        try:
            with outward_fields():
                changed = service.edit_asset(who, asset_no, data, version=version, reason=reason, now=clock.now())
        except DomainError as error:
            if error.code != "conflict":
                raise
            raise _conflict(who, asset_no, read_body) from error
        return 200, _after(who, changed), ""

    return work


def _check_names(body: Body, sent: dict[str, Any], now: shapes.Shape, *, same_version: bool) -> None:
    """A field that nobody knows is a slip; one that is only read may come back as it was, and not otherwise."""
    for name in body.names():
        if name in CHANGEABLE:
            continue
        if name not in now:
            body.fault(name, "unknown_field", value=name)
        elif same_version and sent[name] != now[name]:
            body.fault(name, "read_only_field", value=name)


@contextmanager
def outward_fields() -> Iterator[None]:
    """Faults of stored columns are told under the name that the caller sent."""
    try:
        yield
    except Invalid as error:
        raise Invalid(
            *(replace(fault, field=OUTWARD.get(fault.field, fault.field)) for fault in error.errors)
        ) from error


def _conflict(who: Actor, asset_no: str, sent: dict[str, Any]) -> DomainError:
    """Someone saved first: both values of each field that differs, and the version to read."""
    db.session.expire_all()
    now = _shape(who, register.by_number(who, asset_no))
    fields = [
        {"field": name, "yours": sent[name], "current": now[name]}
        for name in now
        if name != "version" and name in sent and sent[name] != now[name]
    ]
    return DomainError("conflict", version=now["version"], fields=fields)


# --- codes ----------------------------------------------------------------------------------------------------------


@reads(
    Operation(
        "code",
        "GET",
        "/codes/{code}",
        "signed_in",
        "What stands behind a label, and what this person may do with it, the main act first",
        "Code",
        refusals=(404,),
    )
)
def code(code: str) -> shapes.Shape:
    """The asset of a code and the actions on it. Someone who tries many codes is slowed."""
    who, now = actor(), clock.now()
    today = clock.bangkok_date(now)
    scan = scanning.scanned(who, code)
    found, thing = scan.found, scan.found.asset
    if thing is None and scanning.too_many_guesses(who, now):
        raise DomainError("too_many_requests")
    if found.code is not None:
        known, asset_id = found.code, thing.id if thing is not None else None
        after_page(lambda: labels.log_scan(who, known, asset_id, now=now))
    if found.state is CodeState.BLANK:
        return {"code": found.code, "asset": None, "actions": ["link"]}
    if thing is None:
        raise NotFound()
    live = found.state is CodeState.LINKED
    acts = offers.acts_on(who, thing, scan.lines, today=today, decides=scanning.decides) if live else []
    full = register.by_number(who, thing.number)
    return {"code": found.code, "asset": shapes.asset(who, full, scan.lines, today), "actions": acts}
