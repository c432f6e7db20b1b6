"""An asset as the words of its register card [ทะเบียนคุมทรัพย์สิน]: always Thai, Arabic digits (domain.md 2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assetloan.assets import labels
from assetloan.assets.care import labels as care_labels
from assetloan.assets.care.models import Repair
from assetloan.assets.care.rules import RepairKind, RepairState
from assetloan.assets.models import Asset
from assetloan.assets.valuation import queries, rules
from assetloan.assets.valuation.labels import CONVENTIONS, EXEMPT
from assetloan.assets.valuation.queries import Lives
from assetloan.assets.valuation.rules import Convention, Exempt, Life, Line, Terms
from assetloan.core import clock, settings
from assetloan.core.calendar import fiscal_year, thai_date
from assetloan.core.i18n import in_language
from assetloan.core.money import Money
from assetloan.documents.asset_card import AssetCard, CardLine, CardRepair
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor

FUNDS = ("เงินงบประมาณ", "เงินนอกงบประมาณ", "เงินบริจาค/เงินช่วยเหลือ")
OTHER = "อื่น ๆ"
# The ways of procurement changed with the law of 2560; a card shows those of its day.
LAW_OF_2560 = date(2017, 8, 23)
METHODS_BEFORE = ("ตกลงราคา", "สอบราคา", "ประกวดราคา", "วิธีพิเศษ", "รับบริจาค")
METHODS = ("วิธีประกาศเชิญชวนทั่วไป", "วิธีคัดเลือก", "วิธีเฉพาะเจาะจง", "รับบริจาค", "รับโอน")
# What people write for the first of the ways of today.
INVITATIONS = ("e-bidding", "e-market", "ประกาศเชิญชวน")


@dataclass(frozen=True, slots=True)
class Valued:
    """The value of an asset on a day: its life, the lines of its card, or why nothing is depreciated."""

    life: Life | None
    why: Exempt | None
    convention: Convention
    lines: tuple[Line, ...]
    gone_on: date | None = None  # disposed of: no line after that day

    @property
    def last(self) -> Line | None:
        return self.lines[-1] if self.lines else None


def convention_of(received_on: date | None, *, today: date) -> Convention:
    """The convention for what was received on this day."""
    return Convention(settings.text("depreciation_convention", received_on or today))


def value_of(asset: Asset, lives: Lives, *, today: date, gone_on: date | None = None) -> Valued:
    """The value of an asset with its category, as of today or of its end. The lives are those read for it."""
    life = lives.of_asset(asset, today=today)
    convention = convention_of(asset.received_on, today=today)
    why = rules.exempt(
        price=asset.price,
        received_on=asset.received_on,
        below_threshold=asset.below_threshold,
        asset_class=asset.category.asset_class if asset.category is not None else "",
        life=life,
    )
    if why is not None or asset.price is None or asset.received_on is None or life is None:
        return Valued(life, why, convention, (), gone_on)
    terms = Terms(asset.price, asset.received_on, life.years, convention)
    return Valued(life, None, convention, rules.schedule(terms, min(today, gone_on or today)), gone_on)


def values_of(assets: Sequence[Asset], *, today: date) -> list[Valued]:
    """The same for many, with the lives read once."""
    lives = Lives({asset.category_id for asset in assets if asset.category_id is not None})
    gone = queries.disposal_days(assets)
    return [value_of(asset, lives, today=today, gone_on=gone.get(asset.id)) for asset in assets]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card with what it was made of."""

    card: AssetCard
    valued: Valued
    repairs: Sequence[Repair]


def cards_of(actor: Actor, assets: Sequence[Asset], *, now: datetime) -> list[Drawn]:
    """The cards of assets that were loaded for an actor who may see their prices."""
    today = clock.bangkok_date(now)
    repairs, valued = queries.repairs_of(actor, assets), values_of(assets, today=today)
    with in_language("th"):
        return [
            Drawn(_card(asset, value, repairs[asset.id], today=today), value, repairs[asset.id])
            for asset, value in zip(assets, valued, strict=True)
        ]


def issued_words(now: datetime) -> str:
    """When the cards were printed."""
    local = clock.in_bangkok(now)
    return f"พิมพ์จากระบบเมื่อ {thai_date(local.date())} {local:%H:%M} น."


# --- the front ------------------------------------------------------------------------------------------------------


def _card(asset: Asset, valued: Valued, repairs: Sequence[Repair], *, today: date) -> AssetCard:
    tree = unit_tree(today)
    agency = tree.agency()
    keeper = tree[asset.responsible_unit_id].name
    return AssetCard(
        agency=settings.text("agency_name", today) or (agency.name if agency is not None else ""),
        unit=tree[asset.unit_id].name,
        kind=" · ".join((asset.category.asset_class, asset.category.name)) if asset.category is not None else "",
        number=_number(asset),
        description=_joined(asset.name, asset.description.replace("\n", " ")),
        model=_joined(asset.brand, asset.model, f"หมายเลขเครื่อง {asset.serial}" if asset.serial else ""),
        place=" / ".join(part for part in (asset.place.name if asset.place is not None else "", keeper) if part),
        vendor=asset.vendor,
        vendor_address=asset.vendor_address,
        vendor_phone=asset.vendor_phone,
        funds=fund_boxes(asset.fund),
        methods=method_boxes(asset.method, asset.received_on or today),
        lines=_lines(asset, valued),
        repairs=tuple(_repair(repair) for repair in repairs),
        repair_total=_total(repairs),
        remark=remark_words(asset, valued),
    )


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _number(asset: Asset) -> str:
    return f"{asset.number} (GFMIS {asset.gfmis_no})" if asset.gfmis_no else asset.number


def fund_boxes(fund: str) -> tuple[tuple[bool, str], ...]:
    """The boxes for the kind of money, the right one ticked; other money is written out."""
    chosen = ""
    if "บริจาค" in fund or "ช่วยเหลือ" in fund:
        chosen = FUNDS[2]
    elif "นอกงบ" in fund or "รายได้" in fund:
        chosen = FUNDS[1]
    elif "งบประมาณ" in fund or fund.strip() in ("งบ", "งปม.", "งปม"):
        chosen = FUNDS[0]
    return _boxes(FUNDS, chosen, fund)


def method_boxes(method: str, on: date) -> tuple[tuple[bool, str], ...]:
    """The boxes for the way of acquisition by the law of the day, the right one ticked; another way is written out."""
    known = METHODS if on >= LAW_OF_2560 else METHODS_BEFORE
    said = method.strip().casefold()
    if known is METHODS and any(word in said for word in INVITATIONS):
        return _boxes(known, known[0], method)
    bare = said.removeprefix("วิธี")
    chosen = next((name for name in known if bare and name.removeprefix("วิธี") in said), "")
    return _boxes(known, chosen, method)


def _boxes(names: Sequence[str], chosen: str, said: str) -> tuple[tuple[bool, str], ...]:
    other = bool(said.strip()) and not chosen
    rest = (other, f"{OTHER} {said.strip()}" if other else OTHER)
    return (*((name == chosen, name) for name in names), rest)


def _lines(asset: Asset, valued: Valued) -> tuple[CardLine, ...]:
    """The line of receipt, then the ends of the fiscal years."""
    price = _amount(asset.price)
    years = str(valued.life.years) if valued.life is not None and valued.why is None else ""
    rate = rate_words(valued.life.rate_hundredths) if valued.life is not None and valued.why is None else ""
    receipt = CardLine(
        day=_received(asset),
        words=asset.name,
        document_no=asset.document_no,
        quantity=f"1 {asset.unit_of_count}".strip(),
        unit_price=price,
        total=price,
        years=years,
        rate=rate,
        net=price,
        note="ต่ำกว่าเกณฑ์" if valued.why is Exempt.BELOW_THRESHOLD else "",
    )
    return (
        receipt,
        *(
            CardLine(
                day=thai_date(line.on, "short"),
                words=f"ค่าเสื่อมราคาปีงบประมาณ {fiscal_year(line.on)}",
                years=years,
                rate=rate,
                charge=line.charge.display(),
                accumulated=line.accumulated.display(),
                net=line.net.display(),
            )
            for line in valued.lines[1:]
        ),
    )


def _received(asset: Asset) -> str:
    if asset.received_on is None or asset.received_precision != "day":
        return labels.received_words(asset)
    return thai_date(asset.received_on, "short")


def _amount(money: Money | None) -> str:
    return "" if money is None else money.display()


def rate_words(hundredths: int) -> str:
    """A rate as people write it: 33 or 12.5."""
    return str(Money(hundredths)).rstrip("0").rstrip(".")


def remark_words(asset: Asset, valued: Valued) -> str:
    """Why nothing is depreciated, or how it was worked out and whose life it is."""
    end = [f"จำหน่ายเมื่อ {thai_date(valued.gone_on, 'short')}"] if valued.gone_on is not None else []
    if valued.why is not None:
        return " · ".join((str(EXEMPT[valued.why]), *end))
    parts = [f"วิธีคิด: {CONVENTIONS[valued.convention]}"]
    if asset.life_years is not None:
        parts.append(f"อายุใช้งานเฉพาะชิ้นนี้ {asset.life_years} ปี: {asset.life_reason}")
    elif valued.life is not None and valued.life.authority:
        parts.append(f"อายุใช้งานตาม {valued.life.authority}")
    if asset.received_precision != "day":
        parts.append("วันที่ได้มาทราบไม่ถึงวัน จึงเริ่มคิดจากวันแรกของช่วงที่ทราบ")
    return " · ".join((*parts, *end))


# --- the back -------------------------------------------------------------------------------------------------------


def _repair(repair: Repair) -> CardRepair:
    """What was done, where, for how much. What is not finished, or was given up, says so."""
    kind = "บำรุงรักษา: " if repair.kind is RepairKind.MAINTENANCE else ""
    notes = [
        repair.document_no,
        "อยู่ในประกัน" if repair.under_warranty else "",
        str(care_labels.STATES[repair.state]) if repair.state is not RepairState.DONE else "",
        repair.note.replace("\n", " "),
    ]
    return CardRepair(
        number=str(repair.number),
        day=thai_date(repair.finished_on or repair.begun_on, "short"),
        work=_joined(f"{kind}{repair.work}", f"โดย {repair.supplier}" if repair.supplier else ""),
        cost=_amount(repair.cost),
        note=" · ".join(note for note in notes if note),
    )


def _total(repairs: Sequence[Repair]) -> str:
    costs = [repair.cost for repair in repairs if repair.cost is not None and repair.state is not RepairState.CANCELLED]
    return sum(costs, Money(0)).display() if costs else ""
