"""The register card as a page and a file, cards of a unit, lives of categories: who sees them and what they say."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetloan.assets.care.models import Repair
from assetloan.assets.care.rules import RepairKind, RepairState
from assetloan.assets.models import Asset
from assetloan.assets.valuation import queries, views
from assetloan.assets.valuation.cards import fund_boxes, method_boxes
from assetloan.core.db import db, transaction
from assetloan.core.money import Money
from assetloan.identity.rules import Role
from tests.assets.pages import form_to, resend, send
from tests.conftest import NOW
from tests.documents.seeing import pages_of, squeezed, text_of
from tests.factories import a_category, a_person, a_unit, an_agency, an_asset, sign_in
from tests.installation import Once

CARD = "/assets/7440-001-0001/1/card"


def filled_register(_app: Flask) -> None:
    an_agency()
    units = {code: a_unit(code, parent="DEP", name=f"กอง{code}") for code in ("กยผ", "กคพ")}
    for name, role, unit in (
        ("officer", Role.OFFICER, "กยผ"), ("other", Role.OFFICER, "กคพ"), ("auditor", Role.AUDITOR, "DEP"),
        ("admin", Role.ADMIN, "SLK"),
    ):  # fmt: skip
        a_person(role, unit=unit, username=name, password=True)
    a_person(unit="กยผ", username="staff", password=True)
    category = a_category(name="โน้ตบุ๊ก").id
    asset = an_asset(
        units["กยผ"], asset_no="7440-001-0001/1", name="เครื่องโน้ตบุ๊ก", category_id=category, brand="Lenovo",
        description="สีดำ\n14 นิ้ว", serial="PF-1", place="ห้อง 204", vendor="บริษัท ตัวอย่าง จำกัด",
        vendor_address="99/1 ถนนราชวิถี", vendor_phone="0 2354 3388", fund="เงินงบประมาณ", method="เฉพาะเจาะจง",
        document_no="ตร 1/2569",
        unit_of_count="เครื่อง", price=Money(24_000_00), received_on=date(2026, 2, 15), life_years=5,
        life_reason="ใช้งานเบา",
    )  # fmt: skip
    an_asset(units["กยผ"], asset_no="7440-001-0002", name="เมาส์", price=Money(500_00), received_on=date(2026, 2, 15))
    an_asset(units["กคพ"], asset_no="7440-001-0003", name="จอภาพ")
    _repaired(asset)


@pytest.fixture
def register(once: Once) -> None:
    once(filled_register)


def _repaired(asset: Asset) -> None:
    shared = {"asset_id": asset.id, "created_at": NOW, "supplier": "ร้านช่างดี"}
    with transaction():
        db.session.add_all(
            [
                Repair(
                    number=1, work="เปลี่ยนแป้นพิมพ์", cost=Money(1_500_00), state=RepairState.DONE, document_no="บจ 7/2569",
                    begun_on=date(2026, 5, 1), finished_on=date(2026, 5, 9), **shared,
                ),
                Repair(
                    number=2, work="ล้างพัดลม", cost=Money(900_00), state=RepairState.CANCELLED,
                    kind=RepairKind.MAINTENANCE, begun_on=date(2026, 6, 1), finished_on=date(2026, 6, 2), **shared,
                ),
                Repair(number=3, work="จอกระพริบ", begun_on=date(2026, 11, 1), under_warranty=True, **shared),
            ]
        )  # fmt: skip


@pytest.mark.usefixtures("register")
def test_the_card_as_a_page(client: FlaskClient) -> None:
    text = sign_in(client, "officer").get(CARD).text
    for words in (
        "ทะเบียนคุมทรัพย์สิน", "กองกยผ", "ครุภัณฑ์คอมพิวเตอร์ · โน้ตบุ๊ก", "เครื่องโน้ตบุ๊ก สีดำ 14 นิ้ว", "99/1 ถนนราชวิถี", "ตร 1/2569",
        "24,000.00", "5 ปี ร้อยละ 20", "3,200.00", "20,800.00", "30 ก.ย. 2569", "ใช้งานเบา", "เปลี่ยนแป้นพิมพ์", "1,500.00",
        "รวมค่าซ่อมบำรุงรักษา 1,500.00 บาท", "อยู่ในประกัน", "กำลังซ่อม",
    ):  # fmt: skip
        assert words in text, words
    assert f'href="{CARD}"' in client.get("/assets/7440-001-0001/1").text


@pytest.mark.usefixtures("register")
def test_the_card_as_the_form(client: FlaskClient) -> None:
    answer = sign_in(client, "officer").get(f"{CARD}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "card-7440-001-0001_1.pdf" in answer.headers["Content-Disposition"]
    front, back = (squeezed(text_of(answer.data, page)) for page in (0, 1))
    for words in (
        "√เงินงบประมาณ", "√วิธีเฉพาะเจาะจง", "Lenovo หมายเลขเครื่อง PF-1", "ห้อง 204 / กองกยผ", "ส่วนราชการ กรมตัวอย่าง",
        "15 ก.พ. 2569 ตร 1/2569 เครื่องโน้ตบุ๊ก 1 เครื่อง 24,000.00 24,000.00 5 20 24,000.00",
        "30 ก.ย. 2569 ค่าเสื่อมราคาปีงบประมาณ 2569 5 20 3,200.00 3,200.00 20,800.00",
        "อายุใช้งานเฉพาะชิ้นนี้ 5 ปี: ใช้งานเบา",
    ):  # fmt: skip
        assert squeezed(words) in front, words
    for words in (
        "1 9 พ.ค. 2569 เปลี่ยนแป้นพิมพ์ โดย ร้านช่างดี 1,500.00 บจ 7/2569",
        "2 2 มิ.ย. 2569 บำรุงรักษา: ล้างพัดลม โดย ร้านช่างดี 900.00 ยกเลิกการซ่อม", "รวมเป็นเงิน 1,500.00", "อยู่ในประกัน · กำลังซ่อม",
    ):  # fmt: skip
        assert squeezed(words) in back, words


@pytest.mark.usefixtures("register")
def test_the_form_is_thai_whatever_the_reader_speaks(client: FlaskClient) -> None:
    sign_in(client, "officer").set_cookie("lang", "en")
    assert "กำลังซ่อม" in squeezed(text_of(client.get(f"{CARD}.pdf").data, 1))


@pytest.mark.usefixtures("register")
def test_what_has_no_depreciation_says_so(client: FlaskClient) -> None:
    text = sign_in(client, "officer").get("/assets/7440-001-0002/card").text
    assert "ครุภัณฑ์ต่ำกว่าเกณฑ์" in text
    assert "ค่าเสื่อมราคาสะสม " not in text
    assert "500.00" in text


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(("who", "status"), [("staff", 403), ("other", 403), ("officer", 200), ("auditor", 200)])
def test_who_sees_the_value(client: FlaskClient, who: str, status: int) -> None:
    sign_in(client, who)
    assert client.get(CARD).status_code == status
    assert client.get(f"{CARD}.pdf").status_code == status
    assert client.get("/asset-cards").status_code == (403 if who == "staff" else 200)
    assert (CARD in client.get("/assets/7440-001-0001/1").text) == (status == 200)


# --- many cards -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("register")
def test_the_cards_of_a_unit_in_one_file(client: FlaskClient) -> None:
    page = sign_in(client, "officer").get("/asset-cards").text
    assert "2 ใบ" in page
    answer = client.get("/asset-cards/pdf?unit=กยผ")
    assert pages_of(answer.data) == 4
    assert "7440-001-0003" not in text_of(answer.data)
    assert pages_of(client.get("/asset-cards/pdf?unit=กยผ&category=7440").data) == 2
    assert client.get("/asset-cards/pdf?unit=กยผ&category=none").status_code == 400
    assert client.get("/asset-cards/pdf?unit=กยผ&part=2").status_code == 404
    assert client.get("/asset-cards/pdf?unit=กยผ&part=x").status_code == 400
    for foreign in ("กคพ", "none"):
        assert client.get(f"/asset-cards?unit={foreign}").status_code == 404
        assert client.get(f"/asset-cards/pdf?unit={foreign}").status_code == 404


@pytest.mark.usefixtures("register")
def test_more_than_a_file_holds_is_given_in_several(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_CARDS", 1)
    page = sign_in(client, "officer").get("/asset-cards?unit=กยผ").text
    assert "เลือกไว้ 2 ใบ ไฟล์หนึ่งมีได้ไม่เกิน 1 ใบ จึงแบ่งเป็น 2 ไฟล์" in page
    assert "7440-001-0002" in squeezed(text_of(client.get("/asset-cards/pdf?unit=กยผ&part=2").data))


@pytest.mark.usefixtures("register")
def test_who_keeps_several_units_chooses_one_first(client: FlaskClient) -> None:
    page = sign_in(client, "auditor").get("/asset-cards").text
    assert "เลือกหน่วยงานก่อน" in page
    assert client.get("/asset-cards/pdf").status_code == 404
    assert "ไม่มีทรัพย์สินตามที่เลือก" in client.get("/asset-cards?unit=SLK").text
    assert "1 ใบ" in client.get("/asset-cards?unit=กคพ").text


@pytest.mark.usefixtures("register")
def test_the_place_of_another_unit_goes_when_the_unit_is_changed(client: FlaskClient) -> None:
    assert "2 ใบ" in sign_in(client, "officer").get("/asset-cards?unit=กยผ&place=999").text
    assert "1 ใบ" in client.get("/asset-cards?unit=กยผ&place=1").text


# --- boxes of the form ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fund", "ticked"),
    [
        ("เงินงบประมาณ", "เงินงบประมาณ"), ("งบประมาณปี 2569", "เงินงบประมาณ"), ("เงินนอกงบประมาณ", "เงินนอกงบประมาณ"),
        ("เงินรายได้", "เงินนอกงบประมาณ"), ("เงินบริจาค", "เงินบริจาค/เงินช่วยเหลือ"), ("เงินกู้", "อื่น ๆ เงินกู้"), ("", None),
    ],
)  # fmt: skip
def test_the_kind_of_money_is_ticked(fund: str, ticked: str | None) -> None:
    assert [words for chosen, words in fund_boxes(fund) if chosen] == ([ticked] if ticked else [])


@pytest.mark.parametrize(
    ("method", "on", "ticked"),
    [
        ("วิธีเฉพาะเจาะจง", date(2020, 1, 1), "วิธีเฉพาะเจาะจง"),
        ("เฉพาะเจาะจง", date(2020, 1, 1), "วิธีเฉพาะเจาะจง"),
        ("วิธีประกาศเชิญชวนทั่วไป (e-bidding)", date(2020, 1, 1), "วิธีประกาศเชิญชวนทั่วไป"),
        ("e-Bidding", date(2017, 8, 23), "วิธีประกาศเชิญชวนทั่วไป"),
        ("e-Bidding", date(2017, 8, 22), "อื่น ๆ e-Bidding"),
        ("ตกลงราคา", date(2016, 1, 1), "ตกลงราคา"),
        ("วิธีตกลงราคา", date(2016, 1, 1), "ตกลงราคา"),
        ("รับโอน", date(2020, 1, 1), "รับโอน"),
        ("", date(2020, 1, 1), None),
    ],
)
def test_the_way_of_acquisition_is_ticked_by_the_law_of_the_day(method: str, on: date, ticked: str | None) -> None:
    assert [words for chosen, words in method_boxes(method, on) if chosen] == ([ticked] if ticked else [])


# --- lives ----------------------------------------------------------------------------------------------------------

LIVES = "/categories/7440/lives"
NEW = f"{LIVES}/new"
TYPED = {
    "years": "๕", "rate": "20", "authority": "คำสั่ง 3/2570", "valid_from-day": "1", "valid_from-month": "10",
    "valid_from-year": "2569",
}  # fmt: skip


@pytest.mark.usefixtures("register")
def test_an_administrator_sets_the_life_of_a_category(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "admin")
    assert form_to(client.get(NEW).text, NEW).fields["years"] == "3"
    assert send(client, NEW, NEW, **TYPED).status_code == 303
    text = client.get(LIVES).text
    for words in ("1 ต.ค. 2569", "คำสั่ง 3/2570", "ก่อน 1 ต.ค. 2569", "ค่าของประเภท", "2 ค่า"):
        assert words in text
    with app.app_context():
        assert [(row.years, row.rate_hundredths) for row in queries.lives_of([1])] == [(5, 2000)]


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"years": "9"}, "ต้องอยู่ในช่วง 3 ถึง 5 ปี"),
        ({"rate": "มาก"}, "อ่านอัตรา “มาก” ไม่ได้"),
        ({"authority": ""}, "กรุณากรอกช่องนี้"),
        ({"valid_from-day": "32"}, "ไม่มีวันที่นี้ในปฏิทิน"),
        ({"valid_from-day": "", "valid_from-month": "", "valid_from-year": ""}, "กรุณาระบุวันที่เริ่มใช้"),
    ],
)
def test_a_life_that_cannot_be_is_said_and_kept(client: FlaskClient, typed: dict[str, str], words: str) -> None:
    sign_in(client, "admin")
    answer = send(client, NEW, NEW, **TYPED | typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert resend(client, answer.text, NEW, **TYPED).status_code == 303


@pytest.mark.usefixtures("register")
def test_everyone_reads_lives_and_administrators_set_them(client: FlaskClient) -> None:
    sign_in(client, "staff")
    assert "ค่าของประเภท" in client.get(LIVES).text
    assert NEW not in client.get(LIVES).text
    assert client.get(NEW).status_code == 403
    assert client.get("/categories/none/lives").status_code == 404


# --- the new fields of the form -------------------------------------------------------------------------------------

EDIT = "/assets/7440-001-0001/1/edit"


@pytest.mark.usefixtures("register")
def test_the_new_fields_are_edited_with_a_reason(client: FlaskClient) -> None:
    sign_in(client, "officer")
    shown = form_to(client.get(EDIT).text, EDIT).fields
    assert (shown["life_years"], shown["vendor_phone"]) == ("5", "0 2354 3388")
    warranty = {"warranty_until-day": "30", "warranty_until-month": "9", "warranty_until-year": "2568"}
    answer = send(
        client, EDIT, EDIT, reason="ตามสัญญา", warranty_note="ซ่อมถึงที่", below_threshold="y", life_years="", **warranty
    )
    assert answer.status_code == 303, answer.text
    text = client.get("/assets/7440-001-0001/1").text
    for words in ("30 กันยายน 2568 สิ้นสุดแล้ว (ซ่อมถึงที่)", "ไม่คิดค่าเสื่อมราคา", "รับประกันถึงวันที่: จาก ไม่ได้ระบุ เป็น"):
        assert words in text, words
    answer = send(client, EDIT, EDIT, reason="แก้", life_years="6")
    assert answer.status_code == 422
    assert "กรุณาบอกเหตุผลที่อายุใช้งานของชิ้นนี้ต่างจากประเภท" in answer.text


@pytest.mark.usefixtures("register")
def test_the_convention_is_chosen_from_a_day_that_may_be_past(app: Flask, client: FlaskClient) -> None:
    page = "/settings/depreciation_convention"
    day = {"valid_from-day": "1", "valid_from-month": "10", "valid_from-year": "2560"}
    sign_in(client, "admin")
    assert send(client, page, page, choice="c", **day).status_code == 303
    assert "รายวัน ปีละ 365 วัน" in client.get("/settings").text
    assert "รายวัน ปีละ 365 วัน" in client.get(page).text
    assert send(client, page, page, choice="z", **day).status_code == 422
    page = "/settings/capital_threshold_baht"
    assert send(client, page, page, value="20000", **day).status_code == 422
    assert "ถึง 30 ก.ย. 2545: 30,000" in client.get(page).text
    text = sign_in(app.test_client(), "officer").get(CARD, headers={"Accept-Language": "th"}).text
    assert "2,998.36" in text  # 228 days of 365 at 4,800 a year
