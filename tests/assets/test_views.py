"""The register as pages for readers: the list, one asset, who sees what, how many statements it costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetloan.assets import codes, page_parts, queries, service
from assetloan.assets.care.models import MaintenancePlan
from assetloan.assets.models import Asset
from assetloan.assets.page_parts import Act, Section, Status
from assetloan.assets.rules import AssetStatus
from assetloan.assets.service import AssetData
from assetloan.core.db import db, transaction
from assetloan.core.money import Money
from assetloan.identity.rules import Actor, Role, console
from tests.conftest import NOW
from tests.factories import a_category, a_person, a_unit, an_agency, an_asset, sign_in

Counting = Callable[[], AbstractContextManager[list[str]]]
# Who calls: session, person, grants, delegations and the stamp of what the process remembers.
AUTH = 1


@pytest.fixture
def register(app: Flask) -> None:
    """Two units with lendable and kept things, and people of every kind."""
    with app.app_context():
        an_agency()
        unit, other = a_unit("A", parent="DEP", name="กองหนึ่ง"), a_unit("B", parent="DEP", name="กองสอง")
        a_person(Role.OFFICER, unit="A", username="officer", password=True)
        a_person(unit="A", username="staff", password=True)
        a_person(Role.AUDITOR, unit="SLK", username="auditor", password=True)
        a_person(username="nobody", password=True)
        category = a_category()
        an_asset(
            unit, asset_no="7440-001-0001/1-66", name="โน้ตบุ๊ก <b>&\"'", category_id=category.id, place="ห้อง 204",
            price=Money(2200000), note="ลับเฉพาะกอง", serial="SN-1", custodian_text="นายผู้ถือ", accessories="สายชาร์จ",
        )  # fmt: skip
        an_asset(unit, asset_no="A-keep", name="เครื่องแม่ข่าย", loanable=False, place="ห้อง 1")
        an_asset(other, asset_no="B-lend", name="กล้อง", note="ความลับกองสอง", price=Money(100))
        an_asset(other, asset_no="B-keep", name="ตู้นิรภัย", loanable=False)


@pytest.fixture
def parts() -> Iterator[None]:
    """What packages above hang on the pages goes away again."""
    lists: tuple[list[object], ...] = (
        page_parts.statuses, page_parts.sections, page_parts.acts, page_parts.list_acts  # type: ignore[assignment]
    )  # fmt: skip
    kept = [list(items) for items in lists]
    for items in lists:
        items.clear()
    yield
    for items, before in zip(lists, kept, strict=True):
        items[:] = before


# --- the list -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("officer", {"7440-001-0001/1-66", "A-keep", "B-lend"}),
        ("staff", {"7440-001-0001/1-66", "B-lend"}),
        ("auditor", {"7440-001-0001/1-66", "A-keep", "B-lend", "B-keep"}),
    ],
)
def test_D5_everyone_lists_what_they_may_see(client: FlaskClient, username: str, seen: set[str]) -> None:
    text = sign_in(client, username).get("/assets").text
    assert {number for number in ("7440-001-0001/1-66", "A-keep", "B-lend", "B-keep") if number in text} == seen
    assert f"{len(seen)} รายการ" in text


@pytest.mark.usefixtures("register")
def test_without_a_unit_there_is_no_register(client: FlaskClient) -> None:
    sign_in(client, "nobody")
    assert client.get("/assets").status_code == 403
    assert client.get("/assets/B-lend").status_code == 403


@pytest.mark.usefixtures("register")
def test_a_search_and_filters_narrow_the_list(client: FlaskClient) -> None:
    sign_in(client, "officer")
    for query, found in (
        ("q=โน้ต", 1), ("q=๗๔๔๐-๐๐๑", 1), ("q=74400010001", 1), ("q=ลับเฉพาะ", 1), ("q=ความลับ", 0), ("q=%25", 0),
        ("unit=A", 2), ("unit=A&loanable=no", 1), ("category=7440", 1), ("status=repair", 0), ("unit=B", 1),
    ):  # fmt: skip
        assert f"{found} รายการ" in client.get(f"/assets?{query}").text, query


@pytest.mark.usefixtures("register")
def test_a_place_can_be_chosen_in_units_one_sees_in_full(client: FlaskClient) -> None:
    sign_in(client, "officer")
    assert "ห้อง 204" in client.get("/assets?unit=A").text
    assert 'name="place"' not in client.get("/assets?unit=B").text
    # The place of another unit goes when the unit is changed, it is no wrong input.
    assert client.get("/assets?unit=B&place=1").status_code == 200


@pytest.mark.usefixtures("register")
@pytest.mark.case("D18")
@pytest.mark.parametrize(
    "query",
    [
        "status=gone",
        "status=available'--",
        "unit=X",
        "category=..",
        "loanable=1",
        "page=0",
        "page=x",
        "page=1_0",
        "page=²",
    ],
)
def test_D18_filters_outside_their_list_are_refused(client: FlaskClient, query: str) -> None:
    assert sign_in(client, "officer").get(f"/assets?{query}").status_code == 400


@pytest.mark.usefixtures("register")
def test_staff_are_not_offered_what_does_not_concern_them(client: FlaskClient) -> None:
    text = sign_in(client, "staff").get("/assets").text
    for words in ("ลงทะเบียนทรัพย์สิน", "พิมพ์ป้าย QR", 'name="loanable"', "ห้อง 204"):
        assert words not in text
    assert client.get("/assets?loanable=no").status_code == 200  # not a filter of theirs: it changes nothing


@pytest.mark.usefixtures("register")
def test_an_empty_result_says_what_to_do(client: FlaskClient) -> None:
    text = sign_in(client, "staff").get("/assets?q=ไม่มีของนี้").text
    assert "ไม่พบทรัพย์สินตามเงื่อนไข" in text
    assert "ล้างตัวกรอง" in text


def test_the_list_has_pages_that_keep_the_filters(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        unit = an_agency()
        a_person(unit="DEP", username="staff", password=True)
        for number in range(27):
            an_asset(unit, asset_no=f"N-{number:02d}", name=f"โต๊ะ {number:02d}")
    sign_in(client, "staff")
    first, last = client.get("/assets?q=โต๊ะ").text, client.get("/assets?q=โต๊ะ&page=9").text
    assert "27 รายการ" in first
    assert "หน้า 1 จาก 2" in first
    assert "page=2" in first
    assert "N-25" in last
    assert "N-24" not in last


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("query", ["", "?q=โน้ต&unit=A&category=7440&status=available&loanable=yes"])
def test_the_list_costs_four_statements(client: FlaskClient, count_queries: Counting, query: str) -> None:
    """Filters and count, the page, who has the things, what waits in the header."""
    sign_in(client, "officer")
    client.get("/assets")
    with count_queries() as seen:
        assert client.get(f"/assets{query}").status_code == 200
    assert len(seen) - AUTH <= 4, "\n".join(seen)


# --- one asset ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("register")
def test_those_who_keep_a_thing_see_all_of_it(client: FlaskClient) -> None:
    text = sign_in(client, "officer").get("/assets/7440-001-0001/1-66").text
    for words in ("22,000.00 บาท", "SN-1", "นายผู้ถือ", "ลับเฉพาะกอง", "ห้อง 204", "ประวัติ", "ลงทะเบียน", "แก้ไขข้อมูล"):
        assert words in text
    assert "โน้ตบุ๊ก &lt;b&gt;&amp;&#34;&#39;" in text
    assert text.count("<h1") == 1


@pytest.mark.usefixtures("register")
@pytest.mark.case("D5")
def test_D5_others_see_the_card_alone(client: FlaskClient) -> None:
    text = sign_in(client, "staff").get("/assets/7440-001-0001/1-66").text
    assert "สายชาร์จ" in text
    for words in ("22,000", "SN-1", "นายผู้ถือ", "ลับเฉพาะกอง", "ห้อง 204", "ลงทะเบียนเมื่อ", "แก้ไขข้อมูล", "ป้าย QR"):
        assert words not in text
    assert "ติดต่อเจ้าหน้าที่พัสดุ" in text


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    "address", ["/assets/7440-001-0001%2F1-66", "/assets/๗๔๔๐-๐๐๑-๐๐๐๑/๑-๖๖", "/assets/7440 – 001 – 0001%2F1-66"]
)
def test_a_number_opens_its_page_in_any_spelling(client: FlaskClient, address: str) -> None:
    assert "โน้ตบุ๊ก" in sign_in(client, "staff").get(address).text


@pytest.mark.usefixtures("register")
@pytest.mark.case("D4")
def test_D4_what_is_out_of_reach_is_as_if_it_were_not_there(client: FlaskClient) -> None:
    sign_in(client, "officer")
    for number in ("B-keep", "ไม่มี", "..", "%00", "A-keep%232", "1e400"):
        assert client.get(f"/assets/{number}").status_code == 404, number


def test_numbers_with_odd_signs_have_a_page(app: Flask, client: FlaskClient) -> None:
    odd = ["A//1", "ก/ข?x=1&y", "50%", "A+B C", "A#2", "a;b,c", "“x”"]
    with app.app_context():
        unit = an_agency()
        a_person(Role.OFFICER, unit="DEP", username="officer", password=True)
        for number in odd:
            an_asset(unit, asset_no=number, name=f"ของ {number}")
    text = sign_in(client, "officer").get("/assets").text
    links = [part.split('"')[0].replace("&amp;", "&") for part in text.split('<a href="/assets/')[1:]]
    assert len(links) == len(odd)
    for link in links:
        assert client.get(f"/assets/{link}").status_code == 200, link
        assert client.get(f"/assets/{link}/edit").status_code == 200, link


@pytest.mark.usefixtures("register")
def test_the_history_tells_before_and_after(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction():
        changed = AssetData(price=Money(2250000), place="ห้อง 9", loanable=False)
        service.edit_asset(console(), "7440-001-0001/1-66", changed, version=1, reason="ตรวจแล้ว", now=NOW)
    text = sign_in(client, "officer").get("/assets/7440-001-0001/1-66").text
    for words in (
        "ราคาต่อหน่วย: จาก 22,000.00 เป็น 22,500.00", "สถานที่ใช้หรือเก็บ: จาก ห้อง 204 เป็น ห้อง 9",
        "ให้ยืมได้: จาก ใช่ เป็น ไม่ใช่", "เหตุผล: ตรวจแล้ว", "คำสั่งของผู้ดูแลระบบ", "ใช้ในหน่วยงาน ไม่เปิดให้ยืม",
    ):  # fmt: skip
        assert words in text


@pytest.mark.usefixtures("register")
def test_a_long_history_is_cut_and_can_be_opened(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        for turn in range(32):
            with transaction():
                codes.add_code(console(), "A-keep", reason=f"ครั้งที่ {turn}", now=NOW)
    sign_in(client, "officer")
    short = client.get("/assets/A-keep").text
    assert "ดูประวัติทั้งหมด" in short
    assert "ครั้งที่ 0<" not in short
    assert "ครั้งที่ 0<" in client.get("/assets/A-keep?history=all").text


@pytest.mark.usefixtures("register")
def test_a_status_other_than_free_is_told_in_words(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction():
        asset = service.queries.by_number(console(), "B-lend")
        service.set_state(console(), asset, status=AssetStatus.REPAIR, condition=None, now=NOW)
    sign_in(client, "staff")
    assert "ส่งซ่อม" in client.get("/assets/B-lend").text
    assert "ส่งซ่อม" in client.get("/assets?status=repair").text


@pytest.mark.usefixtures("register", "parts")
def test_packages_above_add_status_acts_and_sections(client: FlaskClient) -> None:
    def statuses(_actor: Actor, assets: Sequence[Asset]) -> Mapping[int, Status]:
        return {asset.id: Status("info", "มีผู้ยืมอยู่", "ถึง 25 พ.ย. 2569") for asset in assets if asset.loanable}

    def section(actor: Actor, _asset: Asset) -> Section:
        return Section("loans", "การยืม", "assets/choose_unit.html", {"who": actor.name})

    page_parts.add(page_parts.statuses, statuses)
    page_parts.add(page_parts.statuses, statuses)
    page_parts.add(page_parts.acts, lambda _actor, _asset: [Act("/q/X", "ขอยืมชิ้นนี้", "primary")])
    page_parts.add(page_parts.list_acts, lambda _actor: Act("/import", "นำเข้าจากไฟล์"))
    assert len(page_parts.statuses) == 1
    sign_in(client, "officer")
    listed = client.get("/assets").text
    assert listed.count("ถึง 25 พ.ย. 2569") == 2
    assert "นำเข้าจากไฟล์" in listed
    text = client.get("/assets/B-lend").text
    assert "มีผู้ยืมอยู่" in text
    assert "ขอยืมชิ้นนี้" in text
    page_parts.add(page_parts.sections, section)
    assert '<a href="#loans">การยืม</a>' in client.get("/assets/A-keep").text


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("username", ["officer", "staff"])
def test_the_asset_page_costs_five_statements(client: FlaskClient, count_queries: Counting, username: str) -> None:
    """The asset with what it has, its history, who has it, its loans, what waits in the header. A set, keepers, moves,
    repairs, plans, papers and labels are read by one statement each, where there are any."""
    sign_in(client, username)
    client.get("/assets")
    with count_queries() as seen:
        assert client.get("/assets/7440-001-0001/1-66").status_code == 200
    assert len(seen) - AUTH <= 5, "\n".join(seen)


@pytest.mark.usefixtures("register")
def test_what_a_thing_has_costs_one_statement_more(app: Flask, client: FlaskClient, count_queries: Counting) -> None:
    with app.app_context(), transaction():
        asset = queries.by_number(console(), "A-keep")
        db.session.add(MaintenancePlan(asset_id=asset.id, work="ล้างแผ่นกรอง", every_months=6, next_on=NOW.date(),
                                       created_at=NOW))  # fmt: skip
    sign_in(client, "officer")
    client.get("/assets")
    with count_queries() as seen:
        page = client.get("/assets/A-keep")
    assert "ล้างแผ่นกรอง" in page.text
    assert len(seen) - AUTH == 6, "\n".join(seen)


@pytest.mark.usefixtures("register")
def test_english_readers_get_a_page_too(client: FlaskClient) -> None:
    sign_in(client, "officer")
    page = client.get("/assets/7440-001-0001/1-66", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert '<html lang="en">' in page.text


@pytest.mark.usefixtures("register")
def test_every_page_of_the_register_is_linked_from_the_home_page(client: FlaskClient) -> None:
    sign_in(client, "officer")
    for page in ("/", "/menu"):
        text = client.get(page).text
        for address in ("/assets", "/assets/new", "/assets/import", "/labels", "/codes/blank", "/categories"):
            assert f'href="{address}"' in text, (page, address)
    staff = client.application.test_client()
    text = sign_in(staff, "staff").get("/menu").text
    assert 'href="/categories"' in text
    assert 'href="/labels"' not in text
