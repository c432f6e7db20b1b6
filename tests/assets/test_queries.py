"""What one may see of the register, and what a search finds; on both databases."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from assetloan.assets import queries
from assetloan.assets.list_head import list_head
from assetloan.assets.queries import AssetList
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.identity.rules import Actor, Role, console
from tests.factories import a_category, a_unit, an_actor, an_agency, an_asset

pytestmark = pytest.mark.both_databases


def numbers(listed: AssetList) -> set[str]:
    found = [asset.number for asset in listed.page(1, 100)]
    assert len(found) == listed.count()
    return set(found)


@pytest.fixture
def two_units(ctx: Flask) -> None:
    """A and B, each with a lendable and a kept thing."""
    an_agency()
    for code in ("A", "B"):
        unit = a_unit(code, parent="DEP")
        an_asset(unit, asset_no=f"{code}-lend", loanable=True)
        an_asset(unit, asset_no=f"{code}-keep", loanable=False)


@pytest.mark.parametrize(
    ("roles", "unit", "seen"),
    [
        ((), "A", {"A-lend", "B-lend"}),
        ((Role.OFFICER,), "A", {"A-lend", "A-keep", "B-lend"}),
        ((Role.HEAD,), "B", {"A-lend", "B-keep", "B-lend"}),
        ((Role.SECRETARIAT,), "SLK", {"A-lend", "A-keep", "B-lend", "B-keep"}),
        ((Role.DIRECTOR,), "DEP", {"A-lend", "A-keep", "B-lend", "B-keep"}),
        ((Role.AUDITOR,), "SLK", {"A-lend", "A-keep", "B-lend", "B-keep"}),
        ((Role.ADMIN,), "SLK", {"A-lend", "B-lend"}),
        ((), "", set()),
    ],
)
@pytest.mark.usefixtures("two_units")
def test_reach(roles: tuple[Role, ...], unit: str, seen: set[str]) -> None:
    actor = an_actor(*roles, unit=unit)
    assert numbers(AssetList(actor)) == seen
    for number in ("A-lend", "A-keep", "B-lend", "B-keep"):
        if number in seen:
            assert queries.by_number(actor, number).number == number
        else:
            with pytest.raises(NotFound):
                queries.by_number(actor, number)


@pytest.mark.usefixtures("two_units")
def test_history_is_for_those_who_see_all_of_a_thing() -> None:
    asset = queries.by_number(console(), "A-lend")
    assert queries.history_of(an_actor(Role.OFFICER, unit="A"), asset)
    assert queries.history_of(an_actor(Role.OFFICER, unit="B"), asset) == []
    assert queries.history_of(an_actor(unit="A"), asset) == []


@pytest.mark.usefixtures("two_units")
def test_several_references_come_in_the_order_asked_each_once() -> None:
    actor = an_actor(Role.OFFICER, unit="A")
    code = queries.by_number(console(), "A-keep").codes[0].code
    wanted = ["B-lend", code, "a-LEND", "A-keep"]
    assert [item.number for item in queries.by_references(actor, wanted)] == ["B-lend", "A-keep", "A-lend"]
    assert [item.number for item in queries.by_references(actor, wanted, lock=True)] == ["B-lend", "A-keep", "A-lend"]
    with pytest.raises(NotFound) as refused:
        queries.by_references(actor, ["A-lend", "B-keep"])
    assert refused.value.details == {"asset": "B-keep"}
    assert queries.by_references(actor, []) == []


@pytest.fixture
def searched(ctx: Flask) -> Actor:
    unit = an_agency()
    an_asset(unit, asset_no="7440-001-0001/1-66", name="เครื่องคอมพิวเตอร์โน้ตบุ๊ก", brand="Acer", serial="SN-100% ดี_1")
    an_asset(unit, asset_no="6720-002-0001", name="กล้องถ่ายภาพนิ่ง ๒๔ ล้านพิกเซล", note="อยู่ตู้ 3")
    an_asset(unit, asset_no="พก.6730-038-1101", name="รถเข็น", custodian_text="นางสาวสมศรี", gfmis_no="100000011397")
    an_asset(unit, asset_no="6730-003-0009", name="น้ํายาล้างเลนส์", note=r"a\b 50%")
    db.session.rollback()
    return console()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("คอมพิวเตอร์", {"7440-001-0001/1-66"}),
        ("โน้ตบุ๊ก acer", {"7440-001-0001/1-66"}),
        ("acer กล้อง", set()),
        ("24 ล้าน", {"6720-002-0001"}),
        ("๒๔", {"6720-002-0001"}),
        ("ตู้ ๓", {"6720-002-0001"}),
        ("7440-001", {"7440-001-0001/1-66"}),
        ("๗๔๔๐-๐๐๑", {"7440-001-0001/1-66"}),
        ("7440–001", {"7440-001-0001/1-66"}),
        ("74400010001", {"7440-001-0001/1-66"}),
        ("7440 001 0001", {"7440-001-0001/1-66"}),
        ("6720-OO2-OOO1", {"6720-002-0001"}),
        ("พก.6730", {"พก.6730-038-1101"}),
        ("สมศรี", {"พก.6730-038-1101"}),
        ("1000 0001 1397", {"พก.6730-038-1101"}),
        ("น้ำยา", {"6730-003-0009"}),
        ("นํ้ายา", {"6730-003-0009"}),
        ("%", {"7440-001-0001/1-66", "6730-003-0009"}),
        ("100%", {"7440-001-0001/1-66"}),
        ("ดี_1", {"7440-001-0001/1-66"}),
        ("ดี%1", set()),
        ("_", {"7440-001-0001/1-66"}),
        ("a\\b", {"6730-003-0009"}),
        ("'; DROP TABLE asset; --", set()),
        ('"', set()),
        ("ก" * 30_000, set()),
        ("   ", {"7440-001-0001/1-66", "6720-002-0001", "พก.6730-038-1101", "6730-003-0009"}),
    ],
)
@pytest.mark.case("E19")
def test_E19_search_is_literal_and_takes_any_spelling(searched: Actor, words: str, found: set[str]) -> None:
    assert numbers(AssetList(searched, words=words)) == found


def test_search_takes_a_code(searched: Actor) -> None:
    code = queries.by_number(searched, "6720-002-0001").codes[0].code
    assert numbers(AssetList(searched, words=f"{code[:4].lower()}-{code[4:]}")) == {"6720-002-0001"}


@pytest.mark.case("D5")
def test_D5_a_search_does_not_tell_what_the_reader_may_not_see(ctx: Flask) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP")
    an_asset(unit, asset_no="A-1", name="จอ", brand="Sony", note="ลับมาก", serial="SN77", custodian_text="นายเอ")
    officer, stranger = an_actor(Role.OFFICER, unit="A"), an_actor(Role.OFFICER, unit="SLK")
    for words in ("ลับ", "SN77", "นายเอ"):
        assert numbers(AssetList(officer, words=words)) == {"A-1"}
        assert numbers(AssetList(stranger, words=words)) == set()
    for words in ("จอ", "sony", "a-1"):
        assert numbers(AssetList(stranger, words=words)) == {"A-1"}


def test_filters_narrow_and_names_come_in_thai_order(ctx: Flask, now: datetime) -> None:
    unit = an_agency()
    category = a_category()
    for name, fields in (
        ("เก้าอี้", {"place": "ห้อง 1"}),
        ("กล้อง", {"place": "ห้อง 1", "loanable": False}),
        ("โต๊ะ", {"category_id": category.id}),
        ("ขาตั้ง", {}),
    ):
        an_asset(unit, name=name, **fields)  # type: ignore[arg-type]
    actor = console()
    assert [asset.name for asset in AssetList(actor).page(1, 10)] == ["กล้อง", "เก้าอี้", "ขาตั้ง", "โต๊ะ"]
    assert [asset.name for asset in AssetList(actor).page(2, 3)] == ["โต๊ะ"]
    (site,) = queries.places_of([unit.id])
    assert AssetList(actor, place_id=site.id).count() == 2
    assert AssetList(actor, place_id=site.id, loanable=True).count() == 1
    assert AssetList(actor, category_id=category.id).count() == 1


@pytest.mark.usefixtures("two_units")
def test_keepers_are_shown_to_the_officer_of_the_unit_alone() -> None:
    officer = an_actor(Role.OFFICER, unit="A")
    assert officer.unit_id is not None
    assert [person.id for person in queries.keepers(officer, officer.unit_id)] == [officer.person_id]
    assert queries.keepers(an_actor(Role.OFFICER, unit="B"), officer.unit_id) == []


def test_the_head_of_a_list_holds_filters_and_count_in_one_statement(ctx: Flask) -> None:
    unit = an_agency()
    category = a_category()
    for place in ("ห้อง 2", "ห้อง 1", ""):
        an_asset(unit, name="จอ", place=place or None, category_id=category.id)
    head = list_head(AssetList(console(), unit_id=unit.id, words="จอ"), with_places=True)
    assert head.categories == [("7440", "เครื่องคอมพิวเตอร์")]
    assert [name for _id, name in head.places] == ["ห้อง 1", "ห้อง 2"]
    assert head.count == 3
    assert list_head(AssetList(console(), words="โต๊ะ"), with_places=False).count == 0
