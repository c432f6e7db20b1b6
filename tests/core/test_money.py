"""Money in satang: reading, writing, words (domain.md 6.6 and 8.3 item 14, reliability.md E13)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetloan.core.money import MOST_SATANG, Money

AMOUNTS = st.integers(0, MOST_SATANG).map(Money)


@pytest.mark.parametrize(
    ("written", "satang"),
    [
        ("22000", 2200000),
        ("3,350.00", 335000),
        ("22,299.97", 2229997),
        ("12,500.-", 1250000),
        ("12,500.–", 1250000),
        ("12,500 -", 1250000),
        ("฿1,000", 100000),
        ("1,000 ฿", 100000),
        ("๑๒,๕๐๐.๕๐ บาท", 1250050),
        ("ราคาประเมิน 1 บาท", 100),
        ("ราคา 1 บาทถ้วน", 100),
        ("THB 99.5", 9950),
        (" \u00a045,000.00\u200b ", 4500000),
        ("0", 0),
        ("0.005", 1),
        ("0.004", 0),
        ("1.005", 101),
    ],
)
def test_e13_prices_of_registers_are_read(written, satang):
    assert Money.parse(written) == Money(satang)


@pytest.mark.parametrize(
    "written",
    ["", "-", "ไม่มี", "-5", "(5.00)", "1_000", "１２", "²", "1e3", "0x10", "NaN", "Infinity", "12,34", "1,2345", "1.2.3",
     "22,000 x 15", "1 000", "บาท", "9" * 16, "1,000,000,000,000,000,000", "99999999999999", "9999999999999.999"],
)  # fmt: skip
def test_e13_everything_else_is_refused(written):
    with pytest.raises(ValueError, match="not an amount|out of range"):
        Money.parse(written)


@pytest.mark.parametrize(
    ("number", "satang"), [(22000, 2200000), (22299.97, 2229997), (1.005, 101), (Decimal("0.125"), 13), (0.1 + 0.2, 30)]
)
def test_numbers_are_rounded_half_up_to_the_satang(number, satang):
    assert Money.of(number) == Money(satang)


@pytest.mark.parametrize("number", [-1, float("nan"), float("inf"), 10**14])
def test_e13_numbers_out_of_range_are_refused(number):
    with pytest.raises(ValueError, match="out of range"):
        Money.of(number)


@given(AMOUNTS)
def test_what_is_written_is_read_back(amount):
    assert Money.parse(str(amount)) == amount
    assert Money.parse(amount.display()) == amount


def test_contract_and_people_see_two_decimals():
    assert str(Money(2200000)) == "22000.00"
    assert Money(123456789).display() == "1,234,567.89"
    assert str(Money(-5)) == "-0.05"
    assert Money(-100000).display() == "-1,000.00"


@pytest.mark.parametrize(
    ("satang", "words"),
    [
        (123456789, "หนึ่งล้านสองแสนสามหมื่นสี่พันห้าร้อยหกสิบเจ็ดบาทแปดสิบเก้าสตางค์"),
        (2100, "ยี่สิบเอ็ดบาทถ้วน"),
        (10100, "หนึ่งร้อยเอ็ดบาทถ้วน"),
        (100000100, "หนึ่งล้านเอ็ดบาทถ้วน"),
        (25, "ยี่สิบห้าสตางค์"),
        (0, "ศูนย์บาทถ้วน"),
        (100, "หนึ่งบาทถ้วน"),
        (101, "หนึ่งบาทหนึ่งสตางค์"),
        (1111, "สิบเอ็ดบาทสิบเอ็ดสตางค์"),
        (1000, "สิบบาทถ้วน"),
        (100000000, "หนึ่งล้านบาทถ้วน"),
        (2100000000, "ยี่สิบเอ็ดล้านบาทถ้วน"),
        (100000000000000, "หนึ่งล้านล้านบาทถ้วน"),
        (50000001, "ห้าแสนบาทหนึ่งสตางค์"),
        (-2100, "ลบยี่สิบเอ็ดบาทถ้วน"),
    ],
)
def test_amounts_in_words(satang, words):
    assert Money(satang).in_words() == words


@given(AMOUNTS, st.integers(1, 500))
def test_shares_add_up_to_the_whole(amount, parts):
    shares = amount.split(parts)
    assert sum(shares, Money(0)) == amount
    assert len(shares) == parts
    assert max(shares).satang - min(shares).satang <= 1


def test_amounts_are_ordered_and_counted():
    assert Money(1) < Money(2)
    assert Money(150) + Money(50) - Money(100) == Money(50) * 2
