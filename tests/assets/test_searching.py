"""The search reads its index on both databases, and the index follows whatever writes the register."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, g

from assetloan.assets import searching
from assetloan.assets.list_head import list_head
from assetloan.assets.models import Asset
from assetloan.assets.queries import AssetList
from assetloan.assets.searching import MOST_COUNTED, MOST_FOUND
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


def test_short_words_are_found_by_index_and_by_walking(few: Actor) -> None:
    for words, found in (("SN", 3), ("-2", 1), ("zq", 0), ("คอม โน", 3), ("๗๔", 3), ("1", 3)):
        assert AssetList(few, words=words).count() == found, words
        assert AssetList(few, words=words, frequent=True).count() == found, words


TEXTS = (
    "7440-001-0001 74400010001 เครื่องคอมพิวเตอร์โน้ตบุ๊ก", "ชค.12 ชค12 จอภาพ 24 นิ้ว", "ฬ", "กฬ ก", "ตู้เหล็ก 2 บาน", "ที่นั่ง ปี 2569",
    "ab", "ba b", "a-b/c.d", "o'neil \"q\" 50%_x\\", "น้ำ ำ", "เก้าอี้ ๆ", "กก กกก", "x1 1x", "é ü", "10 01",
)  # fmt: skip
SOUGHT = (
    *["ก", "ฬ", "ๆ", "ำ", "้", "1", "a", "b", "é", "%", "_", "'", "-", "/", ".", "\\", "z", "ฮ"], '"',
    "กก", "ฬก", "ก ฬ", "ฬ ก", "ตู", "ู้", "้เ", "ี่", "10", "01", "1x", "ab", "ba", "a b", "b a", "q\"", "0%", "%_", "x\\",
    "zq", "-b", "อี", "้ำ", "ปี 25", "กกก", "กก กกก", "ตู้", "จอภ", "นิ้ว 24", "24 นิ้", "๒๔", "๑๒", "ชค.๑๒", "1-1",
    "0 1", "AB", "É", "b ba",
    "ก ข ค ง จ ฉ ช ซ", "1 2 3 4 5 6 7 8", "เหล็ก 2", "2 บ", "น้", "น้ำ", "7440 0", "4-0", "74 00",
)  # fmt: skip


@pytest.mark.parametrize("frequent", [0, 1, 20_000])
def test_every_word_finds_what_holds_it_however_short_it_is(
    ctx: Flask, monkeypatch: pytest.MonkeyPatch, frequent: int
) -> None:
    """The plain meaning (each word is part of the text) against the indexes, and against walking for frequent words."""
    monkeypatch.setattr(searching, "FREQUENT", frequent)
    unit = an_agency()
    for serial in range(len(TEXTS)):
        an_asset(unit, asset_no=f"N-{serial}", name="สิ่งของ")
    with transaction():
        for asset in db.session.scalars(sa.select(Asset)):
            said = TEXTS[int(asset.asset_no[2:])]
            db.session.execute(sa.update(Asset).where(Asset.id == asset.id).values(search_text=said, card_text=said))
    everyone = console()
    for words in SOUGHT:
        sought = searching.Sought.of(words)
        plain = {f"N-{place}" for place, said in enumerate(TEXTS)
                 if any(all(word in said for word in one) for one in sought.alternatives)}  # fmt: skip
        g.pop("rare_words", None)
        for way in (False, True):
            found = db.session.scalars(AssetList(everyone, words=words, frequent=way).only(Asset.asset_no))
            assert set(found) == (plain if sought.words else set()), (words, way)


@pytest.mark.parametrize("words", ["zq", "ฬ", "7q", "q 5", "-9 zq"])
def test_a_short_word_goes_by_an_index_too(many: Actor, words: str) -> None:
    for query in (AssetList(many, words=words).cards().limit(25), AssetList(many, words=words).counting_at_most(10)):
        told = plan(query, searching=True)
        assert scans(told) == [], told
        assert "VIRTUAL TABLE" in told or "ix_asset_search_gram" in told, told


def test_a_frequent_short_word_is_not_gathered(many: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "FREQUENT", 100)
    told = plan(AssetList(many, words="b").cards().limit(25))
    assert "trigrams" not in told.lower()
    assert "ix_asset_search_gram" not in told, told


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
    monkeypatch.setattr("assetloan.assets.list_head.MOST_COUNTED", 1)
    assert list_head(AssetList(few), with_places=False).count == 2
    assert list_head(AssetList(few, words="โน้ตบุ๊ก"), with_places=False).count == AssetList(few, words="โน้ตบุ๊ก").count()
    monkeypatch.setattr("assetloan.assets.list_head.MOST_FOUND", 0)
    assert list_head(AssetList(few, words="โน้ตบุ๊ก"), with_places=False).count == 1
    assert (MOST_COUNTED, MOST_FOUND) == (10_000, 2_000)
