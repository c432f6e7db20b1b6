"""Writing a judged import: bulk inserts and updates inside the one transaction, each row with its event and audit row.

This is beside `service.create_asset` and `change_fields`, which take one asset at a time: ten thousand rows have to be
a matter of seconds. Both make their search keys in `models.keys_of`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.exc import IntegrityError

from assetloan import audit
from assetloan.assets import chance
from assetloan.assets.care.keeping import follow_status
from assetloan.assets.custody.keeping import follow_custodians
from assetloan.assets.import_judge import STATES, Judged, Judgement, NewPlace, Verdict
from assetloan.assets.import_lookup import FIELDS, Known, codes_in_use
from assetloan.assets.labelling.models import FormerNumber
from assetloan.assets.models import Asset, AssetEvent, Code, Site, keys_of
from assetloan.assets.rules import TEMPORARY_PREFIX, AssetEventKind, AssetStatus, CodeState, Condition, outward_number
from assetloan.core import counters, ids, text
from assetloan.core.bulk import insert_rows, reserve_ids
from assetloan.core.calendar import fiscal_year
from assetloan.core.db import db, violates
from assetloan.core.errors import DomainError
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor
from assetloan.identity.sign_in import actor_ref

_EMPTY: dict[str, Any] = {
    "gfmis_no": None, "brand": "", "model": "", "serial": "", "category_id": None, "place_id": None,
    "custodian_id": None, "custodian_text": "", "received_on": None, "received_precision": "day", "document_no": "",
    "method": "", "fund": "", "vendor": "", "vendor_address": "", "vendor_phone": "",
    "warranty_until": None, "warranty_note": "", "life_years": None, "life_reason": "", "description": "",
    "price": None,
    "below_threshold": False, "unit_of_count": "",
    "accessories": "", "note": "", "loanable": False, "status": AssetStatus.AVAILABLE, "condition": Condition.GOOD,
}  # fmt: skip
AT_ONCE = 2000
_KEYED = frozenset({"asset_no", "gfmis_no", "name", "brand", "model", "serial", "custodian_text", "note"})
_NUMBER = frozenset({"asset_no", "piece"})
_USUAL = {"status": AssetStatus.AVAILABLE, "condition": Condition.GOOD}


@dataclass(frozen=True, slots=True)
class Stamp:
    """By whom, when and in which import."""

    actor: Actor
    batch_id: int
    batch_key: str
    now: datetime

    @property
    def reason(self) -> str:
        """What the history of an asset says of it (data, so in Thai)."""
        return f"การนำเข้า {self.batch_key}"


def write(judgement: Judgement, stamp: Stamp) -> dict[str, Any]:
    """Write the good rows. Returns what the updated assets were before, so that the import can be taken back.

    Raises DomainError("import_overtaken") when somebody registers one of the numbers at the same moment.
    """
    try:
        _add_places(judgement)
        _insert(judgement, stamp)
        return _update(judgement, stamp)
    except IntegrityError as error:
        if violates(error, "uq_asset_number", "asset.number_key", "uq_asset_gfmis_no", "asset.gfmis_no"):
            raise DomainError("import_overtaken") from error
        raise


def _add_places(judgement: Judgement) -> None:
    """Give the new places their ids, and the rows these."""
    items = [item for item in judgement.rows if isinstance(item.values.get("place_id"), NewPlace)]
    places = list(dict.fromkeys(item.values["place_id"] for item in items if item.verdict is not Verdict.REJECTED))
    made = dict(zip(places, reserve_ids(Site, len(places)) if places else (), strict=True))
    insert_rows(
        Site,
        [
            {"id": site_id, "unit_id": place.unit_id, "name": text.clean(place.name), "name_key": place.key,
             "sort_key": text.sort_key(place.name)}
            for place, site_id in made.items()
        ],
    )  # fmt: skip
    judgement.names["place"] |= {site_id: place.name for place, site_id in made.items()}
    for item in items:
        item.values["place_id"] = made.get(item.values["place_id"])


def add_events(stamp: Stamp, rows: list[dict[str, Any]]) -> None:
    """The append-only facts, with what all of them share."""
    shared = {"occurred_at": stamp.now, "recorded_at": stamp.now, "person_id": stamp.actor.person_id,
              "person_name": stamp.actor.name}  # fmt: skip
    insert_rows(AssetEvent, [row | shared for row in rows])


# --- new assets -----------------------------------------------------------------------------------------------------


def _insert(judgement: Judgement, stamp: Stamp) -> None:
    items = judgement.of(Verdict.CREATED)
    if not items:
        return
    _number(items, judgement)
    ids_of = zip(items, reserve_ids(Asset, len(items)), strict=True)
    while some := list(islice(ids_of, AT_ONCE)):  # the columns of all rows at once would be the most of the memory
        _insert_some(some, stamp)


def _insert_some(items: Sequence[tuple[Judged, int]], stamp: Stamp) -> None:
    assets, events = [], []
    who = actor_ref(stamp.actor)
    for item, asset_id in items:
        asset = _asset_row(item, asset_id, stamp)
        assets.append(asset)
        number = outward_number(asset["asset_no"], asset["piece"])
        after = {"asset_no": number, "name": asset["name"]}
        events.append({"asset_id": asset_id, "kind": AssetEventKind.IMPORTED, "unit_id": item.unit_id,
                       "before": {}, "after": after, "reason": stamp.reason})  # fmt: skip
        states = {name: asset[name].value for name in STATES}
        if states != _USUAL:
            events.append({"asset_id": asset_id, "kind": AssetEventKind.STATUS, "unit_id": item.unit_id,
                           "before": audit.plain(_USUAL), "after": states, "reason": stamp.reason})  # fmt: skip
        ref = audit.ObjectRef("asset", number, item.unit_id)
        audited = after | {"unit_id": item.unit_id, "batch": stamp.batch_key}
        audit.record(who, "asset.imported", ref, at=stamp.now, after=audited)
    insert_rows(Asset, assets)
    insert_rows(Code, _code_rows(assets, stamp))
    add_events(stamp, events)
    _follow([asset["id"] for asset in assets if asset["custodian_id"] is not None], stamp, custodian=True)
    _follow([asset["id"] for asset in assets if asset["status"] is AssetStatus.REPAIR], stamp, status=True)


def _follow(ids: Sequence[int], stamp: Stamp, *, custodian: bool = False, status: bool = False) -> None:
    """Custody and the repair log follow what the file said."""
    if custodian:
        follow_custodians(ids, recorded_by_id=stamp.actor.person_id, now=stamp.now)
    if status:
        follow_status(ids, person_id=stamp.actor.person_id, reason=stamp.reason, now=stamp.now)


def _asset_row(item: Judged, asset_id: int, stamp: Stamp) -> dict[str, Any]:
    """All columns of a new asset."""
    values = _EMPTY | item.values
    own = {
        "id": asset_id, "unit_id": item.unit_id, "responsible_unit_id": item.unit_id, "loan_rule": "", "photo_id": None,
        "batch_id": stamp.batch_id, "original": item.row.original, "withdrawn_at": None, "created_at": stamp.now,
        "version": 1,
    }  # fmt: skip
    return values | own | keys_of(SimpleNamespace(**values))


def _number(items: Sequence[Judged], judgement: Judgement) -> None:
    """The numbers of the rows; those without one get temporary numbers of their unit, in the order of the file."""
    waiting: dict[int, list[Judged]] = defaultdict(list)
    for item in items:
        said = item.row.values
        item.values |= {"asset_no": said.get("asset_no", ""), "piece": said.get("piece", 1)}
        item.values["temporary_no"] = "asset_no" not in said
        if item.values["temporary_no"]:
            waiting[item.unit_id].append(item)
    year = fiscal_year(judgement.today)
    for unit_id, without in sorted(waiting.items()):
        code = unit_tree(judgement.today)[unit_id].code
        first = counters.next_number("temporary", code, year, count=len(without))
        for number, item in enumerate(without, first):
            item.values["asset_no"] = f"{TEMPORARY_PREFIX}{code}-{year}-{number:05d}"


def _code_rows(assets: Sequence[dict[str, Any]], stamp: Stamp) -> list[dict[str, Any]]:
    """A code for each asset, none of them in use (by chance alone, one of ten thousand sometimes would be)."""
    codes: dict[str, None] = {}
    while len(codes) < len(assets):
        fresh = {ids.new_code(chance.source): None for _number in range(len(assets) - len(codes))}
        used = codes_in_use(fresh)
        codes |= {code: None for code in fresh if code not in used}
    shared = {"state": CodeState.LINKED, "created_at": stamp.now, "attached_at": None, "revoked_at": None,
              "revoked_reason": "", "place_id": None, "batch_id": None}  # fmt: skip
    return [
        {"code": code, "asset_id": asset["id"], "unit_id": asset["unit_id"], **shared}
        for code, asset in zip(codes, assets, strict=True)
    ]


# --- known assets ---------------------------------------------------------------------------------------------------


def _update(judgement: Judgement, stamp: Stamp) -> dict[str, Any]:
    items = judgement.of(Verdict.UPDATED)
    changes = [Change(item.known, item.values, _original_after(item)) for item in items if item.known is not None]
    change_rows(changes, judgement.names, stamp)
    return {
        str(change.known.id): {"version": change.known.version + 1, "before": audit.plain(change.before())}
        for change in changes
    }


@dataclass(frozen=True, slots=True)
class Change:
    """New values of an asset; `silent` are columns that are no news."""

    known: Known
    values: dict[str, Any]
    silent: dict[str, Any] = field(default_factory=dict)

    def before(self) -> dict[str, Any]:
        return {name: getattr(self.known, name) for name in self.values}


def change_rows(changes: Sequence[Change], names: dict[str, dict[int, str]], stamp: Stamp) -> None:
    """Change many assets, each with its events and its audit row; `names` are told in history instead of ids."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    events: list[dict[str, Any]] = []
    who = actor_ref(stamp.actor)
    for change in changes:
        known = change.known
        columns = change.values | _keys_after(change) | change.silent | {"version": known.version + 1}
        groups[tuple(sorted(columns))].append(
            {f"b_{name}": value for name, value in columns.items()} | {"b_id": known.id}
        )
        before, after = _told(change.before(), names), _told(change.values, names)
        events += _events_of(known, before, after, stamp)
        ref = audit.ObjectRef("asset", outward_number(known.asset_no, known.piece), known.unit_id)
        audit.record(who, "asset.edited", ref, at=stamp.now, before=before, after=after | {"reason": stamp.reason})
    table = Asset.__table__
    for columns_of, rows in groups.items():
        values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in columns_of}
        db.session.connection().execute(update(Asset).where(table.c.id == bindparam("b_id")).values(values), rows)
    insert_rows(FormerNumber, [_former(change.known, stamp) for change in changes if _NUMBER & change.values.keys()])
    add_events(stamp, events)
    _follow([change.known.id for change in changes if "custodian_id" in change.values], stamp, custodian=True)
    _follow([change.known.id for change in changes if "status" in change.values], stamp, status=True)


def _former(known: Known, stamp: Stamp) -> dict[str, Any]:
    """The number that a thing had until now; it still finds it."""
    return {"asset_id": known.id, "number": known.asset_no, "number_key": known.number_key, "piece": known.piece,
            "ended_at": stamp.now}  # fmt: skip


def _keys_after(change: Change) -> dict[str, str]:
    if not _KEYED & change.values.keys():
        return {}
    return keys_of(SimpleNamespace(**{name: getattr(change.known, name) for name in FIELDS} | change.values))


def _original_after(item: Judged) -> dict[str, Any]:
    """The cells as they came last; those of an export are our own words and tell nothing."""
    exported = "row_version" in item.row.values
    return {} if exported else {"original": item.row.original}


def _told(values: dict[str, Any], names: dict[str, dict[int, str]]) -> dict[str, Any]:
    """Values as history keeps them: names instead of ids, since a name may change or end."""
    told: dict[str, Any] = {}
    for name, value in values.items():
        bare = name.removesuffix("_id")
        told[bare] = names[bare].get(value, "") if bare in names and value is not None else value
    return audit.plain(told)  # type: ignore[no-any-return]


def _events_of(known: Known, before: dict[str, Any], after: dict[str, Any], stamp: Stamp) -> list[dict[str, Any]]:
    """What a person did to the card, and what became of the thing, are two facts."""
    states, card = set(STATES) & after.keys(), after.keys() - set(STATES)
    events = []
    for kind, names in (
        (AssetEventKind.MOVED if card == {"place"} else AssetEventKind.EDITED, card),
        (AssetEventKind.STATUS, states),
    ):
        if names:
            told = ({name: side[name] for name in after if name in names} for side in (before, after))
            shared = {"asset_id": known.id, "kind": kind, "unit_id": known.unit_id, "reason": stamp.reason}
            events.append(shared | dict(zip(("before", "after"), told, strict=True)))
    return events
