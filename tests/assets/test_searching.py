"""The search reads its index on both databases, and the index follows whatever writes the register."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from assetloan.assets.models import Asset
from assetloan.assets.queries import AssetList, list_head
from assetloan.assets.searching import MOST_COUNTED, Sought
from assetloan.core import db_objects
from assetloan.core.bulk import insert_rows
from assetloan.core.db import db, transaction
from assetloan.identity.rules import Actor, Role, console
from tests.factories import a_unit, an_actor, an_agency, an_asset

pytestmark = pytest.mark.both_databases


def plan(query: sa.Select[Any], *, searching: bool = False) -> str:
    """How the database means to answer, as one text."""
    sqlite = db.engine.dialect.name == "sqlite"
    if not sqlite:
        for way in ("seqscan", "indexscan"):  # of few rows a scan is cheapest
            db.session.execute(sa.text(f"SET LOCAL enable_{way} = {'off' if searching else 'on'}"))
    compiled = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    told = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
    rows = db.session.connection().exec_driver_sql(told + str(compiled).replace("%%", "%" if sqlite else "%%"))
    return "\n".join(str(row[-1]) for row in rows)


def scans(told: str) -> list[str]:
    """The lines that read all of the register, index or not."""
    return [
        line
        for line in told.splitlines()
        if line.startswith("SCAN asset ") or line == "SCAN asset" or "Seq Scan on asset" in line
    ]


@pytest.fixture
def few(ctx: Flask) -> Actor:
    unit = an_agency()
    for number in range(3):
        an_asset(unit, asset_no=f"7440-001-000{number}", name="เครื่องคอมพิวเตอร์โน้ตบุ๊ก", serial=f"SN-{number}")
    db.session.rollback()
    return console()


@pytest.fixture
def many(few: Actor) -> Actor:
    """A register of some size, and a database that knows it (what is cheapest depends on it)."""
    with transaction():
        asset = db.session.scalars(sa.select(Asset).order_by(Asset.id)).first()
        row = {c.name: getattr(asset, c.name) for c in Asset.__table__.columns}
        rows = []
        for serial in range(4_000):
            said = f"b-{serial:05d} {hashlib.sha256(str(serial).encode()).hexdigest()}"
            keys = {"number_key": f"b-{serial:05d}", "search_text": said, "card_text": said, "sort_key": said[9:]}
            rows.append(row | keys | {"id": 1_000 + serial, "asset_no": f"B-{serial:05d}"})
        insert_rows(Asset, rows)
    with transaction():
        db.session.execute(sa.text("ANALYZE asset"))
    db.session.rollback()
    return few


@pytest.mark.parametrize("words", ["โน้ตบุ๊ก", "โน้ตบุ๊ก คอมพิวเตอร์", "7440 001", "๗๔๔๐-๐๐๑", 'a"b%c', "จอ เครื่อง"])
def test_a_search_goes_by_trigrams(many: Actor, words: str) -> None:
    for query in (AssetList(many, words=words).cards().limit(25), AssetList(many, words=words).counting_at_most(10)):
        told = plan(query, searching=True)
        assert scans(told) == [], told
        assert "VIRTUAL TABLE" in told or "ix_asset_search_trigram" in told, told


def test_a_stranger_searches_by_trigrams_too(many: Actor) -> None:
    told = plan(AssetList(an_actor(unit="SLK"), words="โน้ตบุ๊ก").cards().limit(25), searching=True)
    assert scans(told) == [], told
    assert "VIRTUAL TABLE" in told or "ix_asset_search_trigram" in told, told


@pytest.mark.parametrize(
    ("given", "index"),
    [
        ({}, "ix_asset_sort"),
        ({"unit_id": 1}, "ix_asset_unit_sort"),
        ({"place_id": 1}, "ix_asset_place_sort"),
        ({"category_id": 1}, "ix_asset_category_sort"),
        ({"status": "available"}, "ix_asset_status_sort"),
    ],
)
def test_the_list_walks_an_index_in_thai_order_and_sorts_nothing(few: Actor, given: dict[str, Any], index: str) -> None:
    told = plan(AssetList(few, **given).cards().limit(25))
    if db.engine.dialect.name == "sqlite":
        assert index in told, told
        assert "TEMP B-TREE" not in told, told


def test_who_may_see_a_row_is_counted_by_the_index(few: Actor) -> None:
    told = plan(AssetList(an_actor(Role.OFFICER, unit="SLK")).counting_at_most(10))
    assert "ix_asset_sort" in told, told


def test_short_words_are_sought_in_the_text_itself(few: Actor) -> None:
    assert Sought.of("จอ").short
    assert Sought.of("ก 1").short
    assert not Sought.of("จอ ภาพนิ่ง").short
    for words, found in (("SN", 3), ("-2", 1), ("zq", 0), ("คอม โน", 3), ("๗๔", 3), ("1", 3)):
        assert AssetList(few, words=words).count() == found, words
        assert AssetList(few, words=words, frequent=True).count() == found, words


def _found(words: str) -> int:
    count = AssetList(console(), words=words).count()
    assert count == AssetList(console(), words=words, frequent=True).count(), "the index says something else"
    return count


def test_the_index_follows_inserts_changes_and_bulk_writes(few: Actor, now: datetime) -> None:
    assert _found("โน้ตบุ๊ก") == 3
    with transaction():
        asset = db.session.scalars(sa.select(Asset).order_by(Asset.id)).first()
        assert asset is not None
        asset.name = "กล้องวงจรปิด"
    assert (_found("โน้ตบุ๊ก"), _found("วงจรปิด")) == (2, 1)
    with transaction():
        row = {c.name: getattr(asset, c.name) for c in Asset.__table__.columns}
        insert_rows(
            Asset,
            [
                row | {"id": 1_000 + serial, "asset_no": f"B-{serial}", "number_key": f"b-{serial}",
                       "search_text": f"b-{serial} รถเข็นไฟฟ้า", "card_text": f"b-{serial} รถเข็นไฟฟ้า"}
                for serial in range(20)
            ],
        )  # fmt: skip
    assert _found("รถเข็น") == 20
    with transaction():
        db.session.execute(sa.update(Asset).where(Asset.id >= 1_010).values(search_text="b ตู้เหล็ก", card_text="b ตู้เหล็ก"))
    assert (_found("รถเข็น"), _found("ตู้เหล็ก")) == (10, 10)
    if db.engine.dialect.name == "sqlite":
        with transaction():
            check = f"INSERT INTO {db_objects.FULL_TEXT} ({db_objects.FULL_TEXT}, rank) VALUES ('integrity-check', 1)"
            db.session.execute(sa.text(check))


def test_an_import_that_fails_leaves_nothing_in_the_index(few: Actor) -> None:
    class Broken(Exception):
        pass

    def breaks() -> None:
        asset = db.session.scalars(sa.select(Asset).order_by(Asset.id)).first()
        assert asset is not None
        asset.name = "กล้องวงจรปิด"
        db.session.flush()
        raise Broken

    with pytest.raises(Broken), transaction():
        breaks()
    assert (_found("วงจรปิด"), _found("โน้ตบุ๊ก")) == (0, 3)


def test_a_stranger_finds_nothing_by_a_note_whatever_the_length(ctx: Flask) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP")
    an_asset(unit, asset_no="A-1", name="จอ", note="ลับ จุก", serial="SN77")
    stranger = an_actor(Role.OFFICER, unit="SLK")
    for words in ("ลับ", "จุก", "SN77", "ลับ จอ", "จุ", "7", "A-1 SN77"):
        assert AssetList(stranger, words=words).count() == 0, words
        assert AssetList(stranger, words=words, frequent=True).count() == 0, words


def test_beyond_the_most_that_is_counted_the_head_says_one_more(few: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list_head(AssetList(few), with_places=False).count == 3
    monkeypatch.setattr("assetloan.assets.queries.MOST_COUNTED", 1)
    assert list_head(AssetList(few), with_places=False).count == 2
    assert MOST_COUNTED == 10_000
