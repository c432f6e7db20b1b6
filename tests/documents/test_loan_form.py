"""ใบยืม: everything the form asks for stands on it, in Thai that extracts right, on one page while the list is short."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assetloan.documents.loan_form import FormItem, LoanFormData, Signed, content_hash, render_loan_form
from tests.documents.seeing import codes_on, pages_of, picture_of, squeezed, text_of

NOW = datetime(2026, 11, 22, 9, 40, tzinfo=UTC)
ITEMS = (
    FormItem("เครื่องคอมพิวเตอร์โน้ตบุ๊ก ยี่ห้อ Lenovo รุ่น E14", "7440-001-0001-008", "1", "เครื่อง", "ดี พร้อมสายชาร์จ", "ครั้งที่ 2"),
    FormItem("เก้าอี้พับ", "พก 7110-006-0001/1-66", "1", "ตัว", "มีรอยขีดข่วน"),
)
FORM = LoanFormData(
    number="PP02-2570-00012",
    agency="กรมส่งเสริมและพัฒนาคุณภาพชีวิตคนพิการ",
    owner_unit="กองยุทธศาสตร์และแผนงาน",
    day="22 พฤศจิกายน 2569",
    to="ผู้อำนวยการกองยุทธศาสตร์และแผนงาน",
    borrower="นางสาวกัลยาณี ศรีสุข",
    borrower_unit="กลุ่มพัฒนาระบบบริหาร",
    position="นักวิเคราะห์นโยบายและแผนชำนาญการ",
    phone="0 2659 6260",
    place="outside",
    items=ITEMS,
    purpose="ประชุมเชิงปฏิบัติการ ครั้งที่ 2/2570 ตามคำสั่งกรม",
    where="โรงแรมเอเชีย กรุงเทพมหานคร",
    starts_on="25 พฤศจิกายน 2569",
    ends_on="27 พฤศจิกายน 2569",
    due_on="27 พฤศจิกายน 2569",
    days="3",
    requested=Signed("นางสาวกัลยาณี ศรีสุข", "", "22 พ.ย. 2569", electronic=True),
    decision="approved",
    decision_text="อนุมัติผ่านระบบอิเล็กทรอนิกส์ เมื่อ 22 พฤศจิกายน 2569 เวลา 10.15 น.",
    legal_basis="ระเบียบกระทรวงการคลังฯ พ.ศ. 2560 ข้อ 208 (1)",
    decided=Signed("นายสมชาย ใจดี", "ผู้อำนวยการกอง ปฏิบัติราชการแทนอธิบดี", "22 พ.ย. 2569", electronic=True),
    issued="พิมพ์จากระบบเมื่อ 22 พฤศจิกายน 2569",
    verify_url="https://pp.dep.go.th/verify/Zk3_xY2b9QpL0sT7",
)
UNDERTAKING = (
    "หากชำรุดเสียหาย ใช้การไม่ได้ หรือสูญหาย ข้าพเจ้ายินดีแก้ไขซ่อมแซมให้คงสภาพเดิมโดยเสียค่าใช้จ่ายเอง หรือชดใช้เป็นพัสดุประเภท ชนิด ขนาด "
    "ลักษณะ และคุณภาพอย่างเดียวกัน หรือชดใช้เป็นเงินตามราคาที่เป็นอยู่ในขณะยืม"
)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_loan_form(FORM, at=NOW)


@pytest.fixture(scope="module")
def text(pdf: bytes) -> str:
    return squeezed(text_of(pdf))


def test_a_short_loan_is_one_page(pdf):
    assert pages_of(pdf) == 1


@pytest.mark.parametrize(
    "words",
    [
        "ใบยืมพัสดุ/ครุภัณฑ์", "ส่วนราชการ กรมส่งเสริมและพัฒนาคุณภาพชีวิตคนพิการ", "เลขที่ PP02-2570-00012", "วันที่ 22 พฤศจิกายน 2569",
        "เรียน ผู้อำนวยการกองยุทธศาสตร์และแผนงาน", "ข้าพเจ้า นางสาวกัลยาณี ศรีสุข ตำแหน่ง นักวิเคราะห์นโยบายและแผนชำนาญการ",
        "สังกัด กลุ่มพัฒนาระบบบริหาร", "โทรศัพท์ 0 2659 6260", "มีความประสงค์ขอยืมพัสดุ/ครุภัณฑ์",
        "ใช้ภายในสถานที่ √ใช้นอกสถานที่ ระหว่างหน่วยงานของรัฐ",
        "เครื่องคอมพิวเตอร์โน้ตบุ๊ก ยี่ห้อ Lenovo รุ่น E14", "7440-001-0001-008", "พก 7110-006-0001/1-66", "ดี พร้อมสายชาร์จ",
        "เพื่อใช้ในงาน ประชุมเชิงปฏิบัติการ ครั้งที่ 2/2570 ตามคำสั่งกรม", "สถานที่นำไปใช้ โรงแรมเอเชีย กรุงเทพมหานคร",
        "ตั้งแต่วันที่ 25 พฤศจิกายน 2569 ถึงวันที่ 27 พฤศจิกายน 2569 รวม 3 วัน จะนำส่งคืนวันที่ 27 พฤศจิกายน 2569", UNDERTAKING,
        "(1) ผู้ตรวจสอบ/เจ้าหน้าที่ ตรวจสอบแล้วสามารถจ่ายพัสดุตามรายการได้", "(2) ผู้ให้ยืม/ผู้อนุมัติ √อนุมัติ ไม่อนุมัติ เนื่องจาก",
        "อนุมัติผ่านระบบอิเล็กทรอนิกส์ เมื่อ 22 พฤศจิกายน 2569 เวลา 10.15 น.", "ข้อ 208 (1)", "(นายสมชาย ใจดี)",
        "ปฏิบัติราชการแทนอธิบดี", "ลงนามผ่านระบบ", "(3) การรับพัสดุ ได้รับพัสดุตามรายการแล้ว", "ผู้ยืม/ผู้รับของ", "ผู้จ่าย", "(4) การรับคืน",
        "สภาพสมบูรณ์", "ไม่สมบูรณ์", "ครบถ้วน", "ไม่ครบ ขาด", "ผู้ส่งคืน", "ผู้รับคืน/ผู้ตรวจสอบ",
        "เอกสารเลขที่ PP02-2570-00012 ฉบับที่ 1", "https://pp.dep.go.th/verify/Zk3_xY2b9QpL0sT7",
    ],
)  # fmt: skip
def test_what_the_form_asks_for_is_there(text, words):
    assert squeezed(words) in text


def test_the_hash_and_the_code_to_check_the_paper(pdf, text):
    assert content_hash(FORM) in text
    assert codes_on(picture_of(pdf, dpi=203)) == [FORM.verify_url]
    assert content_hash(replace(FORM, issued="later", verify_url="")) == content_hash(FORM)
    assert content_hash(replace(FORM, purpose="อื่น")) != content_hash(FORM)


def test_a_long_list_goes_on_with_its_heading_repeated():
    pdf = render_loan_form(replace(FORM, items=ITEMS * 12), at=NOW)
    assert pages_of(pdf) > 1
    assert "รหัสครุภัณฑ์" in squeezed(text_of(pdf, 0))
    assert "รหัสครุภัณฑ์" in squeezed(text_of(pdf, 1))
    assert "หน้า2/" in squeezed(text_of(pdf, 1))
    assert squeezed(text_of(pdf)).count("เก้าอี้พับ") == 12


def test_an_empty_form_can_be_filled_by_hand():
    blank = LoanFormData(
        number="", agency="", owner_unit="", day="", to="", borrower="", borrower_unit="", place="",
        items=(FormItem(""),) * 3, purpose="", starts_on="", ends_on="", due_on="", days="",
    )  # fmt: skip
    pdf = render_loan_form(blank, at=NOW)
    assert pages_of(pdf) == 1
    assert "√" not in text_of(pdf)
    assert "ลงนามผ่านระบบ" not in squeezed(text_of(pdf))


def test_a_refusal_and_a_damaged_return_are_ticked():
    form = replace(
        FORM, decision="rejected", decision_reason="ของชำรุด", decision_text="", whole="no", complete="no", missing="2",
        returned_on="28 พ.ย. 2569", return_approval="อนุมัติการคืนแล้ว", state="ไม่อนุมัติ",
    )  # fmt: skip
    text = squeezed(text_of(render_loan_form(form, at=NOW)))
    for words in ("√ไม่อนุมัติเนื่องจากของชำรุด", "√ไม่สมบูรณ์", "√ไม่ครบขาด2รายการ", "อนุมัติการคืนแล้ว", "วันที่28พ.ย.2569"):
        assert words in text
    assert "√อนุมัติ" not in text


@pytest.mark.parametrize(
    "markup", ["{{7*7}}", "#import", "${7*7}", "\\input", "*หนา*", "#{7*7}", "{% x %}", "<script>"]
)
def test_E18_markup_in_any_field_is_only_text(markup):
    form = replace(FORM, purpose=markup, borrower=markup, where=markup, items=(FormItem(markup, markup, note=markup),))
    assert squeezed(text_of(render_loan_form(form, at=NOW))).count(squeezed(markup)) == 6


def test_the_same_loan_gives_the_same_bytes(pdf):
    assert render_loan_form(FORM, at=NOW) == pdf
