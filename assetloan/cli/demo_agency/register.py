"""What the agency owns: batches of things bought over the years, registered by the officers of the units."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from assetloan import audit
from assetloan.assets import categories, queries, service
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.assets.service import AssetData
from assetloan.cli.demo_agency import seed
from assetloan.cli.demo_agency.cast import Cast
from assetloan.cli.demo_agency.seed import Product, Row
from assetloan.core.calendar import be_year, fiscal_year
from assetloan.core.money import Money
from assetloan.identity.rules import Actor, Role, console
from assetloan.identity.sign_in import actor_ref

CAPITAL_BAHT = 10_000
LONGEST = 15  # days that a loan may last, unless the category says less
# Things that somebody sits at every day have that person as their keeper.
PERSONAL = frozenset({"7440-001-0002", "7110-006-0001", "7110-005-0002", "7440-009-0001"})
WITH_SERIAL = frozenset(
    {"7440", "7025", "6130", "5820", "5835", "6720", "6730", "7450", "7730", "6515", "6910", "4120"}
)
AT_HOME = frozenset({"office", "store", "meeting", "workshop", "ward", "laundry", "kitchen"})  # on the unit's own floor
NEW_LAW = 2560  # purchases are called differently from this fiscal year on


@dataclass(frozen=True, slots=True)
class Batch:
    """Things of one kind that a unit got on one day by one document."""

    unit: str
    kind: str
    product: Product
    count: int
    received_on: date
    make: tuple[str, str]
    price: Money
    vendor: str
    method: str
    fund: str
    document_no: str


@dataclass(slots=True)
class Thing:
    """A registered thing as the story knows it: where it is from, whether it is lent, from when it is free."""

    number: str
    item: str
    category: str
    unit: str
    lent: bool
    price: Money
    longest_days: int
    free_from: date


def save_categories(now: datetime) -> dict[str, int]:
    """Enter the categories; code → id."""
    made = {}
    for row in seed.table("categories"):
        data = categories.CategoryData(
            code=row["code"],
            name=row["name"],
            asset_class=row["asset_class"],
            least_years=int(row["least_years"]),
            most_years=int(row["most_years"]),
            years=int(row["years"]),
            rate_hundredths=round(float(row["rate"]) * 100),
            fsn_class=row["fsn_class"],
            gfmis_class=row["gfmis_class"],
            vehicle=row["vehicle"] == "yes",
            picture=row["picture"],
            longest_loan_days=int(row["longest_loan_days"]) if row["longest_loan_days"] else None,
        )
        made[row["code"]] = categories.save_category(console(), data, now=now).id
    return made


class Purchases:
    """Decides what every unit owns, from the same chance on every machine."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng, self.today = rng, today
        self._lives = {row["code"]: int(row["years"]) for row in seed.table("categories")}
        self._pictures = {row["code"]: row["picture"] for row in seed.table("categories")}
        self._documents: Counter[int] = Counter()

    def all(self) -> list[Batch]:
        """Every batch, oldest first."""
        made: list[Batch] = []
        for unit in seed.table("units"):
            if int(unit["stock"]):
                for product in seed.products():
                    made += self._of(unit, product)
        missing = {item.item for item in seed.products()} - {batch.product.item for batch in made}
        owner = max(seed.table("units"), key=lambda unit: int(unit["stock"]))
        made += [self._batch(owner, item, 1) for item in seed.products() if item.item in missing]
        return sorted(made, key=lambda batch: batch.received_on)

    def _of(self, unit: Row, product: Product) -> list[Batch]:
        wanted = product.wanted_by[unit["kind"]] * int(unit["stock"]) / 100
        count = int(wanted) + (self.rng.random() < wanted % 1)
        if count == 0:
            return []
        if count < 3:
            return [self._batch(unit, product, count)]
        older = self.rng.randint(1, count - 1)
        return [self._batch(unit, product, older), self._batch(unit, product, count - older)]

    def _batch(self, unit: Row, product: Product, count: int) -> Batch:
        received = self._received_on(self._lives[product.category])
        year = fiscal_year(received)
        price = self.rng.randrange(product.price_from, product.price_to + 1, 10 if product.price_to < 5000 else 100)
        given = self.rng.random() < (0.16 if product.category.startswith(("6530", "7310", "7710")) else 0.03)
        self._documents[year] += 1
        return Batch(
            unit=unit["code"],
            kind=unit["kind"],
            product=product,
            count=count,
            received_on=received,
            make=self.rng.choice(product.makes),
            price=Money(price * 100),
            vendor=self.rng.choice(seed.remarks("donor" if given else f"vendor:{self._pictures[product.category]}")),
            method="รับบริจาค" if given else self._method(price * count, year),
            fund="เงินบริจาค" if given else self._fund(unit),
            document_no=f"ตร. {self._documents[year]}/{year}",
        )

    def _received_on(self, life: int) -> date:
        """Some working day between last month and twice the useful life ago, most at about the middle of it."""
        years = self.rng.triangular(0.15, life * 1.7, life * 0.55)
        day = self.today - timedelta(days=round(years * 365))
        return day - timedelta(days=max(0, day.weekday() - 4))

    def _method(self, total: int, year: int) -> str:
        if year < NEW_LAW:
            return "ตกลงราคา" if total <= 100_000 else "สอบราคา"
        return "วิธีเฉพาะเจาะจง" if total <= 500_000 else "วิธีประกาศเชิญชวนทั่วไป (e-bidding)"

    def _fund(self, unit: Row) -> str:
        own = self.rng.random() * 100 < int(unit["own_fund"] or 0)
        return seed.remarks("own_fund")[0] if own else "เงินงบประมาณ"


class Register:
    """Enters batches in the register and remembers what the story may lend."""

    def __init__(self, rng: Random, cast: Cast, unit_ids: dict[str, int]) -> None:
        self.rng, self.cast, self.unit_ids = rng, cast, unit_ids
        self.categories: dict[str, int] = {}
        self.things: dict[str, list[Thing]] = {unit: [] for unit in unit_ids}
        self.worn: list[tuple[str, str]] = []  # unit and number of things past their useful life
        self._places = {
            (row["kept_in"], kind): seed.words(row[kind])
            for row in seed.table("places")
            for kind in ("division", "group", "centre", "home")
        }
        self._longest = {row["code"]: int(row["longest_loan_days"] or LONGEST) for row in seed.table("categories")}
        self._floors = {row["code"]: row["floor"] for row in seed.table("units")}
        self._numbers: Counter[tuple[str, int]] = Counter()
        self._gfmis = 100_000_013_970

    def enter(self, batch: Batch, now: datetime) -> None:
        """The unit's officer registers a batch, thing by thing."""
        officer = self.cast.actor(self.cast.of(batch.unit, Role.OFFICER)[0], now)
        for _piece in range(batch.count):
            self._enter_one(officer, batch, now)

    def _enter_one(self, officer: Actor, batch: Batch, now: datetime) -> None:
        product, year = batch.product, fiscal_year(batch.received_on)
        self._numbers[product.item, year] += 1
        number = f"{product.item}/{self._numbers[product.item, year]}-{year % 100:02d}"
        lent = self.rng.random() * 100 < product.lent_in_hundred
        capital = batch.price.satang >= CAPITAL_BAHT * 100
        keeper = self.rng.choice(self.cast.of(batch.unit)) if product.item in PERSONAL else None
        data = AssetData(
            asset_no=number,
            gfmis_no=self._next_gfmis() if capital and be_year(batch.received_on) >= NEW_LAW else None,
            name=product.name,
            brand=batch.make[0],
            model=batch.make[1],
            serial=self._serial(product.category),
            category_id=self.categories[product.category],
            place=self._place(batch),
            custodian_id=keeper.id if keeper else None,
            received_on=batch.received_on,
            document_no=batch.document_no,
            method=batch.method,
            fund=batch.fund,
            vendor=batch.vendor,
            price=batch.price,
            unit_of_count=product.unit_of_count,
            accessories=product.accessories,
            loanable=lent,
        )
        service.create_asset(officer, self.unit_ids[batch.unit], data, now=now)
        if lent:
            self.things[batch.unit].append(
                Thing(
                    number,
                    product.item,
                    product.category,
                    batch.unit,
                    lent,
                    batch.price,
                    self._longest[product.category],
                    batch.received_on,
                )
            )
        elif now.date() - batch.received_on > timedelta(days=8 * 365):
            self.worn.append((batch.unit, number))

    def _place(self, batch: Batch) -> str:
        """A room of the unit; at the head office with the unit's floor."""
        room = self.rng.choice(self._places[batch.product.kept_in, batch.kind])
        floor = self._floors[batch.unit]
        return f"{room} ชั้น {floor}" if floor and batch.product.kept_in in AT_HOME else room

    def _next_gfmis(self) -> str:
        self._gfmis += self.rng.randint(1, 9)
        return str(self._gfmis)

    def _serial(self, category: str) -> str:
        if category not in WITH_SERIAL:
            return ""
        letters = "".join(self.rng.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=2))
        return f"{letters}{self.rng.randint(10, 99)}{self.rng.randint(100_000, 999_999)}"

    def set_aside(self, status: AssetStatus, condition: Condition, now: datetime) -> None:
        """Something old wears out: its unit's officer sends it for repair, or marks it for disposal."""
        if not self.worn:
            return
        unit, number = self.worn.pop(self.rng.randrange(len(self.worn)))
        actor = self.cast.actor(self.cast.of(unit, Role.OFFICER)[0], now)
        asset = queries.by_number(actor, number)
        reason = seed.remarks(f"{status}:{condition}")[0]
        before = {"status": asset.status, "condition": asset.condition}
        service.set_state(actor, asset, status=status, condition=condition, now=now, reason=reason)
        after = {"status": status, "condition": condition, "reason": reason}
        audit.record(actor_ref(actor), "asset.edited", asset.ref, at=now, before=before, after=after)
