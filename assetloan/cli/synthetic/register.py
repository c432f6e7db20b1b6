"""The things of the synthetic agency: places, assets with codes, custody, events and audit rows, in bulk."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

from assetloan import audit
from assetloan.assets import queries
from assetloan.assets.custody.models import Custody
from assetloan.assets.models import Asset, AssetEvent, Code, Site, keys_of
from assetloan.assets.rules import AssetEventKind, CodeState
from assetloan.cli.demo_agency import seed
from assetloan.cli.demo_agency.seed import Product
from assetloan.cli.synthetic.people import Cast, Lender
from assetloan.cli.synthetic.size import IN_ONE, Size, blank_row
from assetloan.core import ids, text
from assetloan.core.bulk import insert_rows, reserve_ids
from assetloan.core.calendar import be_year
from assetloan.core.db import db, transaction
from assetloan.core.money import Money
from assetloan.identity.rules import console
from assetloan.identity.sign_in import actor_ref

FLOORS, TO_A_PLACE = 8, 40
OLDEST = 15  # years that a thing may be old


@dataclass(slots=True)
class Things:
    """What lending needs to know of the register: id, owner and value of each thing that is lent."""

    places: int = 0
    lent: array[int] = field(default_factory=lambda: array("q"))
    unit_of: array[int] = field(default_factory=lambda: array("l"))
    satang: array[int] = field(default_factory=lambda: array("q"))


class _Shelf:
    """What the rows of the register are made from."""

    def __init__(self, size: Size, cast: Cast, rng: Random) -> None:
        self.size, self.cast, self.rng = size, cast, rng
        self.products = seed.products()
        self.weights = [sum(product.wanted_by.values()) + 1 for product in self.products]
        self.categories = {item.code: item.id for item in queries.categories()}
        self.codes: set[str] = set()
        self.places: dict[int, list[int]] = {}
        self.keepers: dict[int, list[Any]] = {unit.id: [] for unit in cast.units}
        for member in cast.people:
            self.keepers.get(member.unit_id, []).append(member)
        self.asset, self.code, self.custody = blank_row(Asset), blank_row(Code), blank_row(Custody)
        self.who = actor_ref(console())

    def fresh_code(self) -> str:
        while True:
            code = ids.new_code(self.rng)
            if code not in self.codes:
                self.codes.add(code)
                return code


def enter(size: Size, cast: Cast, rng: Random, tell: Callable[[str, int, int], None]) -> Things:
    """Enter places and assets."""
    things = Things()
    with transaction():
        shelf = _Shelf(size, cast, rng)
        things.places = _places(shelf)
    for first in range(0, size.assets, IN_ONE):
        count = min(IN_ONE, size.assets - first)
        with transaction():
            _some(shelf, things, first, count)
        db.session.remove()
        tell("assets", first + count, size.assets)
    return things


def _places(shelf: _Shelf) -> int:
    rows: list[dict[str, Any]] = []
    for unit in shelf.cast.units:
        count = max(3, shelf.size.assets // len(shelf.cast.units) // TO_A_PLACE)
        for number, site_id in enumerate(reserve_ids(Site, len(rows) + count)[-count:]):
            name = f"อาคาร {number // (FLOORS * 20) + 1} ชั้น {number // 20 % FLOORS + 1} ห้อง {number % 20 + 1}"
            rows.append({"id": site_id, "unit_id": unit.id, "name": name, "name_key": text.search_key(name),
                         "sort_key": text.sort_key(name)})  # fmt: skip
            shelf.places.setdefault(unit.id, []).append(site_id)
    insert_rows(Site, [blank_row(Site) | row for row in rows])
    return len(rows)


def _some(shelf: _Shelf, things: Things, first: int, count: int) -> None:
    assets: list[dict[str, Any]] = []
    for serial, asset_id in enumerate(reserve_ids(Asset, count), first + 1):
        product = shelf.rng.choices(shelf.products, shelf.weights)[0]
        place = shelf.rng.randrange(len(shelf.cast.units))
        row = _asset(shelf, product, shelf.cast.units[place], serial, asset_id)
        assets.append(row)
        if row["loanable"]:
            things.lent.append(asset_id)
            things.unit_of.append(place)
            things.satang.append(row["price"].satang)
    insert_rows(Asset, assets)
    insert_rows(
        Code,
        [
            shelf.code | {"code": shelf.fresh_code(), "asset_id": row["id"], "unit_id": row["unit_id"],
                          "state": CodeState.LINKED, "created_at": row["created_at"], "attached_at": row["created_at"]}
            for row in assets
        ],
    )  # fmt: skip
    insert_rows(
        Custody,
        [
            shelf.custody | {"asset_id": row["id"], "person_id": row["custodian_id"], "from_on": row["received_on"],
                             "accepted_at": row["created_at"], "recorded_at": row["created_at"]}
            for row in assets
            if row["custodian_id"] is not None
        ],
    )  # fmt: skip
    insert_rows(AssetEvent, [_registered(shelf, row) for row in assets])


def _asset(shelf: _Shelf, product: Product, unit: Lender, serial: int, asset_id: int) -> dict[str, Any]:
    rng, size = shelf.rng, shelf.size
    brand, model = rng.choice(product.makes)
    bought = size.until - timedelta(days=rng.randrange(30, OLDEST * 365))
    baht = rng.randrange(product.price_from, product.price_to + 1) // 10 * 10
    own = {
        "id": asset_id, "asset_no": f"{product.item}/{serial:06d}-{be_year(bought) % 100:02d}", "name": product.name,
        "brand": brand, "model": model, "serial": f"SN{rng.randrange(10**9):09d}",
        "category_id": shelf.categories.get(product.category), "unit_id": unit.id, "responsible_unit_id": unit.id,
        "place_id": rng.choice(shelf.places[unit.id]),
        "custodian_id": rng.choice(shelf.keepers[unit.id]).id if rng.random() < 0.5 else None,
        "received_on": bought, "price": Money(baht * 100), "unit_of_count": product.unit_of_count,
        "below_threshold": False, "accessories": product.accessories,
        "gfmis_no": f"{100_000_000_000 + serial}" if rng.random() < 0.6 else None,
        "note": f"ตรวจรับเลขที่ {rng.randrange(1, 400)}" if rng.random() < 0.3 else "",
        "loanable": rng.random() < 0.2 + 0.8 * product.lent_in_hundred / 100,
        "created_at": _entered(size, serial),
    }  # fmt: skip
    row = shelf.asset | own
    return row | keys_of(SimpleNamespace(**row))


def _entered(size: Size, serial: int) -> datetime:
    """The things were entered in the days before the first loan."""
    return size.office_time(-1.0 + serial / (size.assets + 1))


def _registered(shelf: _Shelf, row: dict[str, Any]) -> dict[str, Any]:
    after = {"asset_no": row["asset_no"], "name": row["name"]}
    ref = audit.ObjectRef("asset", row["asset_no"], row["unit_id"])
    audit.record(shelf.who, "asset.registered", ref, at=row["created_at"], after=after | {"unit_id": row["unit_id"]})
    return {"asset_id": row["id"], "kind": AssetEventKind.REGISTERED, "occurred_at": row["created_at"],
            "recorded_at": row["created_at"], "person_id": None, "person_name": shelf.who.name,
            "unit_id": row["unit_id"], "before": {}, "after": after, "reason": ""}  # fmt: skip
