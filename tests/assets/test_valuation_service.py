"""Lives by date, lives of one thing, thresholds by the day of acquisition; by services, on both databases."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from assetloan.assets import queries as register
from assetloan.assets import service
from assetloan.assets.models import Asset
from assetloan.assets.rules import AssetStatus
from assetloan.assets.service import AssetData
from assetloan.assets.valuation import cards, queries
from assetloan.assets.valuation.rules import Convention, Exempt, Life
from assetloan.assets.valuation.service import LifeData, set_life
from assetloan.audit.models import AuditEntry
from assetloan.core import settings
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Invalid, NotFound
from assetloan.core.money import Money
from assetloan.identity.rules import Role, console
from tests.conftest import NOW
from tests.factories import a_category, a_unit, an_actor, an_agency, an_asset

pytestmark = pytest.mark.both_databases
TODAY = date(2026, 11, 23)
NEW = date(2026, 10, 1)
ORDER = "คำสั่งกรม 3/2570"


def a_life(years: int = 5, rate: int = 2000, valid_from: date = NEW, authority: str = ORDER) -> None:
    with transaction():
        set_life(console(), "7440", LifeData(years, rate, valid_from, authority), now=NOW)


def the_asset(**more: object) -> Asset:
    given = {"price": Money(24_000_00), "received_on": date(2026, 2, 15)} | more
    return an_asset(a_unit("กยผ", parent="DEP"), category_id=a_category().id, **given)


def seen(asset: Asset) -> Asset:
    """As a page reads it."""
    return register.by_number(console(), asset.number)


def value(asset: Asset) -> cards.Valued:
    return cards.values_of([seen(asset)], today=TODAY)[0]


# --- thresholds -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_on", "price", "below"),
    [
        (date(2002, 9, 30), 29_999_99, True),
        (date(2002, 9, 30), 30_000_00, False),
        (date(2002, 10, 1), 4_999_99, True),
        (date(2002, 10, 1), 5_000_00, False),
        (date(2019, 9, 30), 5_000_00, False),
        (date(2019, 10, 1), 9_999_99, True),
        (date(2019, 10, 1), 10_000_00, False),
        (None, 9_999_99, True),
        (None, None, False),
    ],
)
def test_the_threshold_is_that_of_the_day_of_acquisition(
    ctx: Flask, received_on: date | None, price: int | None, below: bool
) -> None:
    an_agency()
    given = {"received_on": received_on, "price": None if price is None else Money(price)}
    assert the_asset(**given).below_threshold is below


def edited(asset: Asset, **fields: object) -> Asset:
    with transaction():
        return service.change_fields(console(), seen(asset), AssetData(**fields), reason="แก้", now=NOW)  # type: ignore[arg-type]


def test_the_flag_is_stored_and_a_new_price_does_not_change_it(ctx: Flask) -> None:
    an_agency()
    asset = edited(the_asset(price=Money(4_000_00)), price=Money(40_000_00))
    assert asset.below_threshold
    assert not edited(asset, below_threshold=False).below_threshold
    with transaction():
        settings.put("capital_threshold_baht", 50_000, date(2026, 1, 1))
    assert not seen(asset).below_threshold


def test_a_price_that_becomes_known_decides(ctx: Flask) -> None:
    an_agency()
    asset = the_asset(price=None)
    assert not asset.below_threshold
    assert edited(asset, price=Money(4_000_00)).below_threshold


# --- a life of its own ----------------------------------------------------------------------------------------------


def test_a_life_of_its_own_needs_a_reason(ctx: Flask) -> None:
    an_agency()
    with pytest.raises(Invalid) as refused:
        the_asset(life_years=5)
    assert [(fault.field, fault.code) for fault in refused.value.errors] == [("life_reason", "life_reason_required")]
    db.session.rollback()
    asset = the_asset(life_years=8, life_reason="ใช้งานเบา ตามคำสั่ง 4/2570")
    assert value(asset).life == Life(8, 1250)
    with pytest.raises(Invalid):
        edited(asset, life_reason="")
    db.session.rollback()
    asset = edited(asset, life_years=None)
    assert (asset.life_years, asset.life_reason) == (None, "")
    assert value(asset).life == Life(3, 3300)
    with pytest.raises(Invalid):
        edited(asset, life_reason="ลืมใส่ปี")
    db.session.rollback()
    with pytest.raises(Invalid):
        edited(asset, life_years=101, life_reason="นาน")


# --- lives of a category --------------------------------------------------------------------------------------------


def test_the_life_is_that_of_the_day_of_acquisition(ctx: Flask) -> None:
    an_agency()
    before, after = the_asset(received_on=date(2026, 9, 30)), the_asset(received_on=NEW)
    a_life()
    assert value(before).life == Life(3, 3300)
    assert value(after).life == Life(5, 2000, ORDER)
    a_life(4, 2500)
    assert value(after).life == Life(4, 2500, ORDER)
    category = register.category_of("7440")
    assert category is not None
    assert [row.years for row in queries.lives_of([category.id])] == [4]
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "category.life_set")).all()
    told = [(json.loads(row.before or "{}").get("years"), json.loads(row.after)["years"]) for row in rows]
    assert told == [(None, 5), (5, 4)]


@pytest.mark.parametrize(
    ("given", "field"),
    [({"years": 2}, "years"), ({"years": 6}, "years"), ({"authority": " "}, "authority"),
     ({"authority": "ก" * 301}, "authority"), ({"valid_from": date(1800, 1, 1)}, "valid_from")],
)  # fmt: skip
def test_a_life_that_cannot_be_is_refused(ctx: Flask, given: dict[str, object], field: str) -> None:
    an_agency()
    a_category()
    with pytest.raises(Invalid) as refused:
        a_life(**given)  # type: ignore[arg-type]
    assert [fault.field for fault in refused.value.errors] == [field]


def test_only_an_administrator_sets_lives(ctx: Flask) -> None:
    an_agency()
    a_category()
    data = LifeData(5, 2000, NEW, ORDER)
    with pytest.raises(DomainError) as refused:
        set_life(an_actor(Role.OFFICER, unit="SLK"), "7440", data, now=NOW)
    assert refused.value.code == "not_allowed"
    with pytest.raises(NotFound):
        set_life(console(), "none", data, now=NOW)


# --- the value ------------------------------------------------------------------------------------------------------


def test_the_card_shows_the_lines_up_to_today(ctx: Flask) -> None:
    an_agency()
    found = value(the_asset(life_years=5, life_reason="ตามคำสั่ง"))
    assert [(line.on, str(line.charge)) for line in found.lines] == [
        (date(2026, 2, 15), "0.00"),
        (date(2026, 9, 30), "3200.00"),
    ]


@pytest.mark.both_databases
def test_the_card_of_what_was_disposed_of_ends_with_its_end(ctx: Flask) -> None:
    an_agency()
    asset = the_asset(life_years=8, life_reason="ตามคำสั่ง", received_on=date(2020, 10, 1))
    assert value(asset).lines[-1].on == date(2026, 9, 30)
    left, gone = datetime(2024, 5, 1, tzinfo=UTC), AssetStatus.DISPOSED
    with transaction():
        service.set_state(console(), seen(asset), status=gone, condition=None, now=NOW, at=left)
    found = value(asset)
    assert (found.gone_on, found.lines[-1].on) == (date(2024, 5, 1), date(2023, 9, 30))
    assert cards.remark_words(seen(asset), found).endswith("จำหน่ายเมื่อ 1 พ.ค. 2567")


def test_the_convention_is_that_of_the_day_of_acquisition(ctx: Flask) -> None:
    an_agency()
    asset = the_asset(life_years=5, life_reason="ตามคำสั่ง")
    with transaction():
        settings.put("depreciation_convention", "c", date(2026, 2, 16))
    assert value(asset).convention is Convention.MONTHLY
    with transaction():
        settings.put("depreciation_convention", "b", date(2026, 2, 1))
    found = value(asset)
    assert (found.convention, str(found.lines[-1].accumulated)) == (Convention.ELAPSED, "2800.00")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"price": None}, Exempt.NO_PRICE),
        ({"received_on": None}, Exempt.NO_DATE),
        ({"price": Money(9_999_99)}, Exempt.BELOW_THRESHOLD),
    ],
)
def test_what_has_no_lines_says_why(ctx: Flask, given: dict[str, object], why: Exempt) -> None:
    an_agency()
    found = value(the_asset(**given))
    assert (found.why, found.lines) == (why, ())


def test_land_is_not_depreciated(ctx: Flask) -> None:
    an_agency()
    land = a_category("0000", asset_class="ที่ดิน", name="ที่ดิน")
    asset = an_asset(a_unit("กยผ", parent="DEP"), category_id=land.id, price=Money(10**9), received_on=date(2020, 1, 1))
    assert value(asset).why is Exempt.LAND
